// Two things that HTML cannot do yet: read aloud, and keep focus and the live line right after a swap.
"use strict";
(() => {
  const speech = window.speechSynthesis;
  let reading = null; // the button that is reading now

  const voice = () => {
    const own = speech.getVoices().filter((one) => one.localService); // no text leaves this device
    const lang = document.documentElement.lang.slice(0, 2);
    return own.find((one) => one.lang === document.documentElement.lang)
      || own.find((one) => one.lang.slice(0, 2) === lang);
  };
  const show = () => document.querySelectorAll("[data-listen]").forEach((one) => { one.hidden = !voice(); });
  const stop = () => {
    document.querySelectorAll(".reading").forEach((part) => part.classList.remove("reading"));
    if (reading) reading.querySelector("span").textContent = "Listen";
    reading = null;
    speech.cancel();
  };
  const parts = (place) => [...place.querySelectorAll("h1, h2, h3, p, li, dt, dd, legend, label, [role=img], caption")]
    .filter((part) => part.checkVisibility?.() !== false && !part.closest("[role=img] *, .over, .visually-hidden"))
    .filter((part) => !part.querySelector("h1, h2, h3, p, li"));
  const read = (button, queue) => {
    const part = queue.shift();
    if (!part) return stop();
    const words = new SpeechSynthesisUtterance(part.dataset.say || part.getAttribute("aria-label") || part.innerText);
    words.voice = voice();
    words.rate = 0.85;
    words.onend = () => {
      part.classList.remove("reading");
      if (reading === button) read(button, queue);
    };
    part.classList.add("reading");
    return speech.speak(words);
  };
  if (speech) {
    show();
    speech.addEventListener?.("voiceschanged", show);
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-listen]");
      if (!button) return;
      const again = reading === button;
      stop();
      if (again) return;
      reading = button;
      button.querySelector("span").textContent = "Stop";
      read(button, parts(button.closest(button.dataset.listen)));
    });
    window.addEventListener("pagehide", () => speech.cancel());
  }
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target.isConnected ? event.detail.target : event.target; // outerHTML took the old one
    const said = target.matches("[data-say]") ? target : target.querySelector("[data-say]");
    if (said) document.getElementById("live").textContent = said.dataset.say;
    (target.querySelector("[data-focus], .govuk-error-summary") || {}).focus?.();
    if (speech) show();
  });
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
})();
