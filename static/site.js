// Two things HTML cannot do yet: read aloud, and keep focus and the live line after a swap.
"use strict";
(() => {
  const speech = window.speechSynthesis;
  const every = (what, place = document) => [...place.querySelectorAll(what)];
  let reading = null; // the button that is reading now
  const voice = () => {
    const own = speech.getVoices().filter((one) => one.localService); // no text leaves this device
    const { lang } = document.documentElement;
    return own.find((one) => one.lang === lang)
      || own.find((one) => one.lang.slice(0, 2) === lang.slice(0, 2));
  };
  const show = () => every("[data-listen]").forEach((one) => { one.hidden = !voice(); });
  const stop = () => {
    every(".reading").forEach((part) => part.classList.remove("reading"));
    if (reading) reading.querySelector("span").textContent = "Listen";
    reading = null;
    speech.cancel();
  };
  const parts = (place) => every("h1, h2, h3, p, li, dt, dd, legend, label, [role=img]", place)
    .filter((part) => part.checkVisibility?.() !== false)
    .filter((part) => !part.closest("[role=img] *, .over, .visually-hidden"))
    .filter((part) => !part.querySelector("h1, h2, h3, p, li"));
  const said = (part) => part.dataset.say || part.getAttribute("aria-label") || part.innerText;
  const read = (button, queue) => {
    const part = queue.shift();
    if (!part) return stop();
    const words = new SpeechSynthesisUtterance(said(part));
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
    window.addEventListener("pagehide", () => speech.cancel());
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-listen]");
      const again = button === reading;
      if (button) stop();
      if (!button || again) return;
      reading = button;
      button.querySelector("span").textContent = "Stop";
      read(button, parts(button.closest(button.dataset.listen)));
    });
  }
  document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
    const place = detail.target?.isConnected ? detail.target : target; // the new one, or all
    const told = place.matches("[data-say]") ? place : place.querySelector("[data-say]");
    if (told) document.getElementById("live").textContent = told.dataset.say;
    place.querySelector("[data-focus], .govuk-error-summary")?.focus();
    if (speech) show();
  });
  window.onbeforeprint = () => every("details").forEach((one) => { one.open = true; });
})();
