"""What a provider sees: whom it works with exactly, all others rounded; nobody named."""

import re
from datetime import timedelta
from itertools import product

import pytest
import rounds_making as making
import rounds_pages as pages

import db
from members.models import Provider
from pools.demand import hiding, queries
from pools.models import Pool

DEMAND = "/centre/demand"
WEEK = timedelta(days=7)
NEXT_WEEK = making.NOW + WEEK - timedelta(days=1)  # Monday 30 November, 9am
THIS_MONDAY = hiding.monday(NEXT_WEEK)


@pytest.fixture
def app(database, tmp_path):
    made = pages.make_app(tmp_path, database)
    pages.set_clock(made, NEXT_WEEK)
    return made


@pytest.fixture
def centre(app):
    """Oak Lane Care: its id, and the device of Lee who works there."""
    provider_id, person_id = pages.provider()
    return provider_id, pages.browser(app, person_id)


def look(provider_id, now=NEXT_WEEK, by="day"):
    with db.reading() as session:
        return queries.demand_page(session, session.get(Provider, provider_id), by, now=now)


# --- groups it works with ---


def test_a_centre_sees_exact_numbers_of_a_group_it_works_with(app, centre):
    provider_id, lee = centre
    hub = making.group(provider_id=provider_id)
    making.promised(hub, [4200] * 10)
    page = lee.get(DEMAND)
    assert "10 people have promised Thursdays." in page
    assert "At £42 you need 11 people. You have 10. Short by 1." in page
    assert "They promise 4 weeks’ notice." in page
    assert "£420 promised, not firm yet, a week" in page


def test_when_it_runs_the_numbers_are_firm(app, centre):
    provider_id, lee = centre
    hub = making.group(provider_id=provider_id)
    making.promised(hub, [4200] * 11)
    making.close(hub)
    page = lee.get(DEMAND)
    assert "Firm until Thursday 18 February 2027" in page
    assert "11 people have a place on Thursdays." in page
    assert "£462 firm, a week" in page
    assert "Short by" not in page


def test_under_five_is_few_and_then_nothing_else_is_told(app, centre):
    provider_id, lee = centre
    hub = making.group(provider_id=provider_id)
    making.promised(hub, [4200] * 4)
    page = lee.get(DEMAND)
    assert "Thursdays: few people" in page
    assert "Short by" not in page
    assert "a week" not in page.text.split("Other groups")[0].replace("a week. ", "")
    (day,) = look(provider_id).ours[0].days
    assert (day.people, day.money, day.short) == (None, None, 0)


def test_what_a_centre_sees_of_few_is_the_same_for_none_to_four(app, centre):
    provider_id, lee = centre
    hub = making.group(provider_id=provider_id)
    seen = set()
    for who in [None, *making.members(hub, 4)]:
        if who is not None:
            making.promise(hub, who, 4200)
        seen.add(lee.get(DEMAND).text)
    assert len(seen) == 1


def test_the_money_is_people_times_the_price_and_never_a_most(app, centre):
    provider_id, _ = centre
    hub = making.group(provider_id=provider_id)
    making.promised(hub, [9_999_99, 1_00] * 5)
    assert look(provider_id).ours[0].days[0].money == 42000


# --- all the others ---


def test_others_are_rounded_and_as_they_stood_on_monday(app, centre):
    provider_id, lee = centre
    making.promised(making.group("other", days=(3,)), [4200] * 11)
    page = look(provider_id)
    assert (page.people, page.money, page.as_of) == (10, 40000, THIS_MONDAY)
    assert page.days == ("Thu",)
    assert page.grid == (("Morning", (10,)), ("Afternoon", (10,)))
    shown = lee.get(DEMAND)
    assert "On every other day there are few people, or nobody." in shown
    assert "About 10 places a week are wanted" in shown
    assert "About £400 a week" in shown
    assert "Thursday is the busiest day." in shown
    assert "How it stood on Monday 30 November" in shown


def test_under_eight_nothing_shows_that_anybody_is_there(app, centre):
    _, lee = centre
    urls = (DEMAND, f"{DEMAND}?by=place")
    empty = [lee.get(url).text for url in urls]
    assert all("We cannot show this yet" in page for page in empty)
    art = making.group("saturday-art", days=(5,))
    making.promised(art, [4200] * 7)
    assert [lee.get(url).text for url in urls] == empty
    assert "Town centre" not in lee.get(f"{DEMAND}?by=place")


def test_totals_are_sums_of_what_is_shown_so_small_groups_stay_hidden_in_them(app, centre):
    provider_id, _ = centre
    making.promised(making.group("one"), [4200] * 9)
    for number in range(5):
        making.promised(making.group(f"small-{number}"), [4200] * 7)
    page = look(provider_id)
    assert page.people == 10
    assert (page.days, page.grid[0][1]) == (("Thu",), (10,))


def test_a_join_or_a_leave_in_the_week_changes_nothing_on_the_page(app, centre):
    """Differencing: before and after, whatever one person does, the same page."""
    _, lee = centre
    hub = making.group("other", days=(1, 3))
    people = making.promised(hub, [4200] * 12)
    now = NEXT_WEEK + timedelta(hours=2)
    pages.set_clock(app, now)
    urls = [DEMAND, f"{DEMAND}?by=place"]
    before = [lee.get(url).text for url in urls]
    jo = making.member(hub.pool_id, "Jo", now=now)
    acts = [
        lambda: making.promise(hub, jo, 4200, now=now),
        lambda: making.withdraw(hub, jo, now=now),
        lambda: making.promise(hub, jo, 9900, days=hub.days, now=now),
        lambda: making.withdraw(hub, people[0], now=now),
        lambda: making.promise(hub, people[0], 4300, now=now),
        lambda: making.promise(hub, people[1], 7700, now=now),
        lambda: making.close(hub, now=now, by=hub.organiser),
    ]
    for act in acts:
        act()
        assert [lee.get(url).text for url in urls] == before


def test_one_or_two_people_change_no_later_week_either(app, centre):
    provider_id, _ = centre
    hub = making.group("other", capacity=40, now=making.NOW)
    making.promised(hub, [4200] * 12)
    before = look(provider_id)
    for who in making.members(hub, 2, name="New"):
        making.promise(hub, who, 4200, now=NEXT_WEEK)
    later = look(provider_id, now=NEXT_WEEK + WEEK)
    assert (before.people, later.people) == (10, 10)


def raw(browser, url):
    """The main part as sent: no form of the frame's, and no clock of the demo's."""
    html = browser.client.get(url).get_data(as_text=True)
    return re.search(r"<main.*</main>", html, re.DOTALL)[0]


def test_editing_the_address_gives_no_smaller_cells(app, centre):
    _, lee = centre
    making.promised(making.group("one", days=(3,)), [4200] * 11)
    making.promised(making.group("two", days=(5,)), [4200] * 7)
    plain = {raw(lee, DEMAND), raw(lee, f"{DEMAND}?by=place")}
    keys = ("by", "day", "pool", "place", "sort", "page", "format", "size", "weight", "need")
    values = ("", "day,place", "place&by=day", "5", "two", "csv", "1", "' OR 1=1 --", "%00")
    for key, value in product(keys, values):
        assert raw(lee, f"{DEMAND}?{key}={value}") in plain
    for extra in ("/5", "/two", ".csv", ".json", "/two/people"):
        assert lee.get(f"{DEMAND}{extra}").status == 404


def test_with_script_the_block_is_part_of_the_page(app, centre):
    _, lee = centre
    for by in ("day", "place"):
        block = lee.fragment(f"{DEMAND}?by={by}", "open").get_data(as_text=True).strip()
        assert block.startswith('<section id="open"')
        assert block in lee.get(f"{DEMAND}?by={by}").html


def test_its_own_groups_are_not_among_the_others(app, centre):
    provider_id, _ = centre
    making.promised(making.group("ours", provider_id=provider_id), [4200] * 11)
    assert look(provider_id).people == 0


def test_two_centres_together_know_no_more_than_one(app, centre):
    """What each sees of a third group is the same, so nothing can be subtracted."""
    first, _ = centre
    second, _ = pages.provider("Second Care")
    making.promised(making.group("a", provider_id=first, days=(0,)), [4200] * 11)
    making.promised(making.group("b", provider_id=second, days=(1,)), [4200] * 13)
    making.promised(making.group("c", days=(2,)), [4200] * 12)
    one, two = look(first), look(second)
    assert [dict(zip(page.days, page.grid[0][1], strict=True))["Wed"] for page in (one, two)] == [
        10,
        10,
    ]
    assert (one.people - 15, two.people - 10) == (10, 10)


def test_by_place_adds_the_rounded_parts(app, centre):
    provider_id, lee = centre
    making.promised(making.group("one"), [4200] * 11)
    making.promised(making.group("two", days=(5,)), [4200] * 13)
    assert look(provider_id, by="place").places == (queries.ByPlace("Town centre", 25, 105000),)
    assert "About 25 places a week" in lee.get(f"{DEMAND}?by=place")


def test_a_group_that_ended_is_gone_the_week_after(app, centre):
    provider_id, _ = centre
    hub = making.group("other")
    making.promised(hub, [4200] * 11)
    with db.transaction() as session:
        session.get(Pool, hub.pool_id).ended_at = NEXT_WEEK
    assert look(provider_id, now=NEXT_WEEK + timedelta(days=1)).people == 10
    assert look(provider_id, now=NEXT_WEEK + WEEK).people == 0


# --- nobody ---


def test_no_persons_name_is_ever_on_the_page(app, centre):
    provider_id, lee = centre
    for slug, whose in (("ours", provider_id), ("other", None)):
        group = making.group(slug, provider_id=whose)
        for number in range(11):
            who = making.member(group.pool_id, f"Canary {slug} {number}")
            making.promise(group, who, 4200)
    making.close(making.group("small"), by=None)
    for url in (DEMAND, f"{DEMAND}?by=place"):
        html = lee.get(url).html
        assert "Canary" not in html
        assert "Sam of" not in html


def test_only_people_of_a_provider_see_it(app, centre):
    hub = making.group("other")
    jo = pages.browser(app, hub.organiser.person_id)
    assert jo.get(DEMAND).status == 403
