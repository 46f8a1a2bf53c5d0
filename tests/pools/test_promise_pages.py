"""My promise, page by page: what it says, what it does, and what it never lets out."""

import re
from datetime import timedelta

import pytest
import rounds_making as making
import rounds_pages as pages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
from pools.clubbing.models import Promise

PROMISE = "/g/thursday-hub/promise"


@pytest.fixture
def app(database, tmp_path):
    made = pages.make_app(tmp_path, database)
    pages.set_clock(made, making.NOW)
    return made


@pytest.fixture
def hub(app):
    return making.group(days=(1, 3))


@pytest.fixture
def jo(app, hub):
    """Jo's own device."""
    return pages.browser(app, making.member(hub.pool_id, "Jo").person_id)


def saved():
    with db.reading() as session:
        return list(session.exec(select(Promise)))


def filled_in(browser, hub, most="42", source="isf", days=None):
    page = browser.get(PROMISE)
    return page.send("Next", days=[str(one) for one in days or hub.days[1:]], most=most,
                     source=source)  # fmt: skip


def test_a_promise_is_checked_then_saved_then_thanked(hub, jo):
    check = filled_in(jo, hub)
    assert check.h1 == "Check your promise"
    assert "You promise Thursdays. The most you could pay is £42 a day." in check
    assert "You pay nothing before enough people are in." in check
    assert saved() == []
    done = check.send("Promise Thursdays")
    assert done.path == f"{PROMISE}/done"
    assert "Your promise is saved" in done
    (one,) = saved()
    assert (one.session_id, one.most) == (hub.days[1], 4200)


def test_the_form_says_who_sees_the_most(jo):
    assert (
        "Only you see this. You never pay more than you said, and never more than the price "
        "everyone pays."
    ) in jo.get(PROMISE)


def test_from_the_check_page_it_can_be_changed_with_all_that_was_typed(hub, jo):
    page = filled_in(jo, hub, most="41.50").send("Change it")
    assert page.h1 == "My promise"
    assert page.soup.find("input", {"name": "most"})["value"] == "41.50"
    ticked = page.soup.find_all("input", {"name": "days", "checked": True})
    assert [one["value"] for one in ticked] == [str(hub.days[1])]
    assert page.soup.find("input", {"value": "isf"}).has_attr("checked")


def test_a_promise_that_stands_is_shown_to_change(hub, jo):
    filled_in(jo, hub).send("Promise")
    page = jo.get(PROMISE)
    assert "You promised Thursdays" in page
    assert page.soup.find("input", {"name": "most"})["value"] == "42"
    page.send("Next", most="43.25").send("Promise")
    assert [one.most for one in saved()] == [4325]


def test_a_promise_can_be_taken_back(hub, jo):
    page = filled_in(jo, hub).send("Promise").click("Take it back")
    assert "You owe nothing." in page
    after = page.send("Take my promise back")
    assert "Your promise is taken back. You owe nothing." in after
    assert saved()[0].withdrawn_at is not None


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"most": ""}, "Type the most you could pay, like £42."),
        ({"most": "0"}, "Type more than £0."),
        ({"most": "4O"}, "Did you mean £40?"),
        ({"most": "-5"}, "Write the amount without a minus."),
        ({"most": "2000000"}, "Type no more than £1,000,000."),
        ({"most": "lots"}, "Write the amount in numbers, like £42.50."),
        ({"days": []}, "Pick at least one day."),
        ({"days": ["nonsense"]}, "Pick from the days on this page."),
        ({"source": "the moon"}, "Pick where your money comes from."),
    ],
)
def test_a_wrong_answer_is_told_and_all_is_kept(hub, jo, answers, sentence):
    page = jo.get(PROMISE).send(
        "Next", **{"days": [str(hub.days[0])], "most": "42", "source": "isf", **answers}
    )
    assert page.status == 422
    assert sentence in page
    assert page.soup.title.text.startswith("Error: ")
    if "most" not in answers:
        assert page.soup.find("input", {"name": "most"})["value"] == "42"
    assert saved() == []


def test_over_twice_the_price_one_page_asks_if_that_is_meant(hub, jo):
    page = filled_in(jo, hub, most="84.01")
    assert page.h1 == "Is £84.01 a day right?"
    check = page.send("Yes, £84.01 is right")
    assert check.h1 == "Check your promise"
    check.send("Promise")
    assert [one.most for one in saved()] == [8401]
    assert filled_in(jo, hub, most="84").h1 == "Check your promise"


def test_a_promise_that_is_too_low_is_told_before_it_is_saved(hub, jo):
    check = filled_in(jo, hub, most="35")
    assert check.h1 == "Check your promise"
    assert "You said £35. That is less than £42, so you would not be in." in check.text


def test_what_it_does_is_shown_without_script(hub, jo):
    making.promised(making_days(hub), [4200] * 5)
    page = jo.get(PROMISE)
    page = page.send("See what this does", days=[str(hub.days[1])], most="42")
    assert page.status == 200
    assert "With you, 6 people promise Thursdays." in page
    assert "It needs 11 people. After you, we look for 5 more." in page
    assert "You said £42. That is enough." in page
    assert "Tuesdays." not in effect_of(page)


def making_days(hub):
    """The same group with Thursdays first, for makers that promise the first day."""
    hub.days.reverse()
    made = making.Group(**{**hub.__dict__, "days": list(hub.days)})
    hub.days.reverse()
    return made


def effect_of(page):
    return page.soup.find(id="effect").get_text(" ")


def test_with_script_only_the_block_comes_and_it_is_the_same(hub, jo):
    page = jo.get(PROMISE)
    form = page.form("Next")
    token = form.find("input", {"name": "csrf_token"})["value"]
    data = {"csrf_token": token, "most": "35", "days": str(hub.days[1])}
    headers = {"HX-Request": "true", "HX-Target": "effect"}
    block = jo.client.post(f"{PROMISE}/effect", data=data, headers=headers)
    whole = jo.client.post(f"{PROMISE}/effect", data=data)
    text = block.get_data(as_text=True).strip()
    assert text.startswith('<div id="effect"')
    assert text in whole.get_data(as_text=True)
    assert "You said £35. That is less than £42, so you would not be in." in text
    assert "HX-Request" in block.headers["Vary"]


def test_what_it_does_follows_from_the_number_of_promises_only(app, hub, jo):
    """Two worlds that differ in what others said, and in nothing else, look the same."""
    seen = []
    for most in (1, 99_999_00):
        making.promise(hub, hub.organiser, most, days=hub.days[1:])
        page = jo.get(PROMISE).send("See what this does", days=[str(hub.days[1])], most="42")
        seen.append(effect_of(page))
    assert seen[0] == seen[1]


def test_nobody_elses_most_is_on_any_page(app, hub, jo):
    canary = 7_777_13
    making.promise(hub, hub.organiser, canary, days=hub.days)
    making.promised(hub, [canary] * 11)
    sign = re.compile(r"7,?777[.]?13")
    for path in (PROMISE, "/g/thursday-hub/round", "/g/thursday-hub"):
        assert not sign.search(jo.get(path).html)
    making.close(hub)
    pages.set_clock(app, making.LATER)
    for path in (PROMISE, "/g/thursday-hub/round", "/g/thursday-hub"):
        assert not sign.search(jo.get(path).html)


def test_a_most_never_stands_in_an_address(hub, jo):
    for page in (jo.get(PROMISE), filled_in(jo, hub, most="37.31")):
        for form in page.forms():
            assert form.get("method") == "post"
        assert not any("37.31" in href for href in page.links().values())


def test_sent_twice_it_is_one_promise(hub, jo):
    check = filled_in(jo, hub)
    for _ in range(2):
        assert check.send("Promise").path == f"{PROMISE}/done"
    assert len(saved()) == 1


def test_an_old_form_with_other_answers_is_refused_and_can_be_sent_again(hub, jo):
    check = filled_in(jo, hub)
    check.send("Promise")
    again = check.send("Promise", most="44")
    assert again.status == 422
    assert "You used this form before." in again
    again.send("Next").send("Promise")
    assert [one.most for one in saved()] == [4400]


def test_too_late_is_told_and_nothing_is_saved(app, hub, jo):
    check = filled_in(jo, hub)
    pages.set_clock(app, making.CLOSES + timedelta(seconds=5))
    page = check.send("Promise")
    assert page.status == 422
    assert "The time for promises is over." in page
    assert "The promises are being counted" in page
    assert saved() == []


def test_after_it_ran_the_page_shows_my_place(app, hub):
    people = making.promised(making_days(hub), [4200] * 11)
    making.close(hub)
    pages.set_clock(app, making.LATER)
    page = pages.browser(app, people[0].person_id).get(PROMISE)
    assert "You have a place" in page
    for said in ("£42", "Thursdays", "3 Dec", "4 weeks’ notice", "ME-"):
        assert said in page


@pytest.mark.parametrize("part", ["sure", "effect", "check", "done", "withdraw"])
def test_a_page_of_the_form_opened_by_its_address_starts_over(jo, part):
    page = jo.get(f"{PROMISE}/{part}")
    assert page.path == PROMISE
    assert page.h1 == "My promise"


def test_the_group_page_shows_how_many_and_mine(hub, jo):
    making.promised(making_days(hub), [4200] * 5)
    page = jo.get("/g/thursday-hub")
    assert "Thursdays: we have 5 of the 11 people we need." in page
    assert "You have not promised yet." in page
    filled_in(jo, hub).send("Promise")
    assert "You promised Thursdays." in jo.get("/g/thursday-hub")


def token_of(browser):
    """Fetched once a device."""
    if not hasattr(browser, "token"):
        found = browser.get(PROMISE).soup.find("input", {"name": "csrf_token"})
        browser.token = found["value"]
    return browser.token


words = st.text(max_size=30) | st.sampled_from(["£42", "42.00", "1e9", "４２", "\x00", "' OR 1=1"])


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    days=st.lists(words, max_size=3),
    real=st.booleans(),
    most=words,
    source=words | st.just("isf"),
    form_id=words | st.uuids().map(str),
    where=st.sampled_from(["", "/effect", "/sure", "/check", "/withdraw"]),
)
def test_whatever_is_sent_gets_an_answer_and_no_half_saved_row(
    hub, jo, days, real, most, source, form_id, where
):
    before = len(saved())
    page = jo.post(
        PROMISE + where,
        {"csrf_token": token_of(jo), "id": form_id, "most": most, "source": source,
         "days": [*days, *[str(hub.days[0])] * real]},
    )  # fmt: skip
    assert page.status < 500
    for one in saved()[before:]:
        assert (one.most > 0, one.session_id) == (True, hub.days[0])
