"""Joining as somebody does it: four short pages, on any device, with or without email."""

import pytest
from groups_making import NOW, group, later, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page import Browser
from rounds_pages import browser, make_app, set_clock
from sqlmodel import select

import db
from members import notices
from members.models import Letter, Membership, Person, SignIn
from pools import inviting, joining

YES = "Yes, I want to join"


@pytest.fixture
def app(database, tmp_path):
    made = make_app(tmp_path, database)
    set_clock(made, later(hours=1))
    return made


@pytest.fixture
def hub(app):
    with db.transaction() as session:
        return group(session)


def rows(table, **where):
    with db.reading() as session:
        return session.exec(select(table).filter_by(**where)).all()


def to_check(device, token, *, name="Jo", email="jo@example.org", phone=""):
    """From the invitation to the last page. No email: the box is ticked."""
    page = device.get(f"/join/{token}").click(YES).send("Go on", name=name)
    if page.h1 == "How to reach you":
        how = {"no_email": "y"} if email is None else {"email": email}
        page = page.send("Go on", phone=phone, **how)
    assert page.h1 == "Look at it once more", page.text
    return page


def path_in(letter):
    return letter.facts.split('"link": "')[1].split('"')[0]


def finish(page, **more):
    return page.send("Join Thursday Hub", agree="y", **more)


def test_an_email_and_the_tick_that_there_is_none_do_not_go_together(app, hub):
    page = Browser(app).get(f"/join/{hub[2]}").click(YES).send("Go on", name="Jo")
    page = page.send("Go on", email="jo@example.org", no_email="y")
    assert page.status == 422
    assert "You ticked that you have no email. Untick it, or empty this box." in page.text


def test_somebody_without_email_joins_in_four_pages_and_is_signed_in(app, hub):
    device = Browser(app)
    first = device.get(f"/join/{hub[2]}")
    assert first.h1 == "Sam asked you to join Thursday Hub"
    assert "Joining is free. You do not pay today." in first
    assert "Ring Sam on 01632 960 123." in first.text.replace(" .", ".")
    page = finish(to_check(device, hub[2], email=None, phone="01632 960 222"))
    assert page.path == "/g/thursday-hub"
    assert "You joined. You are number 2." in page.text
    assert device.get("/home").status == 200
    [jo] = rows(Person, name="Jo")
    assert (jo.email, jo.phone) == (None, "01632 960 222")


def test_somebody_new_with_email_is_signed_in_and_gets_a_letter(app, hub):
    device = Browser(app)
    page = finish(to_check(device, hub[2]))
    assert page.h1 == "Thank you"
    page = page.click("Go to Thursday Hub")
    assert page.path == "/g/thursday-hub"
    assert "You joined. You are number 2." in page.text
    assert [letter.kind for letter in rows(Letter, address="jo@example.org")] == ["welcome"]


def test_an_address_that_is_somebodys_gets_the_same_page_and_no_way_in(app, hub):
    """The words must not tell who is here; only the letters differ, and both lead to a button."""
    with db.transaction() as session:
        person(session, "Jo", "jo@example.org")
    known, new = Browser(app), Browser(app)
    said = finish(to_check(known, hub[2])).text
    other = finish(to_check(new, hub[2], email="al@example.org")).text
    assert said == other.replace("al@example.org", "jo@example.org")
    letters = [*rows(Letter, kind="sign_in"), *rows(Letter, kind="welcome")]
    assert [path_in(letter)[:4] for letter in letters] == ["/in/", "/in/"]
    assert known.get("/home").h1 == "Sign in"
    page = known.get(f"/join/{hub[2]}/in")
    assert page.h1 == "Thank you"
    assert "First open the letter" in page.text
    assert [letter.kind for letter in rows(Letter, address="jo@example.org")] == ["sign_in"]
    assert len(rows(Membership)) == 2


def test_whoever_signs_in_by_that_letter_comes_back_to_the_invitation(app, hub):
    with db.transaction() as session:
        jo = person(session, "Jo", "jo@example.org")
    device = Browser(app)
    finish(to_check(device, hub[2]))
    [letter] = rows(Letter, kind="sign_in")
    page = device.get(path_in(letter)).send("Yes, it is me")
    assert page.path == f"/join/{hub[2]}"
    page = finish(page.click(YES).send("Go on"))
    assert "You joined. You are number 2." in page.text
    assert rows(Membership, person_id=jo.id)


def test_somebody_signed_in_is_not_asked_for_what_we_know(app, hub):
    with db.transaction() as session:
        jo = person(session, "Jo", "jo@example.org")
    page = browser(app, jo.id).get(f"/join/{hub[2]}").click(YES)
    assert page.soup.find(id="name")["value"] == "Jo"
    page = page.send("Go on", name="Joey")
    assert page.h1 == "Look at it once more"
    assert "example.org" not in page.text
    page = finish(page)
    assert "You joined. You are number 2." in page.text
    assert rows(Membership, person_id=jo.id)[0].name == "Joey"
    assert len(rows(Person)) == 2


def test_back_and_forward_lose_nothing(app, hub):
    device = Browser(app)
    to_check(device, hub[2], phone="01632 960 222")
    contact = device.get(f"/join/{hub[2]}/contact").soup
    assert contact.find(id="email")["value"] == "jo@example.org"
    assert contact.find(id="phone")["value"] == "01632 960 222"
    assert device.get(f"/join/{hub[2]}/name").soup.find(id="name")["value"] == "Jo"
    device.get("/help")
    check = device.get(f"/join/{hub[2]}/check")
    assert "jo@example.org" in check.text


def test_answers_for_one_invitation_are_not_used_for_another(app, hub):
    with db.transaction() as session:
        _, _, other = group(session, name="Saturday Art")
    device = Browser(app)
    to_check(device, hub[2])
    assert device.get(f"/join/{other}/check").h1 == "Your name"


def test_a_later_page_leads_back_to_the_first_question_without_an_answer(app, hub):
    device = Browser(app)
    assert device.get(f"/join/{hub[2]}/check").h1 == "Your name"
    device.get(f"/join/{hub[2]}/name").send("Go on", name="Jo")
    assert device.get(f"/join/{hub[2]}/check").h1 == "How to reach you"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"email": ""}, "Type your email, or tick that you do not have one."),
        ({"email": "jo"}, "Check the email address."),
        ({"email": "jo@example.org", "phone": "call me"}, "Check the phone number."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(app, hub, answers, words):
    page = Browser(app).get(f"/join/{hub[2]}/name").send("Go on", name="Jo")
    page = page.send("Go on", **answers)
    assert page.status == 422
    assert words in page.text
    for name, typed in answers.items():
        assert page.soup.find(id=name).get("value", "") == typed


def test_a_name_must_be_typed_and_the_rules_agreed(app, hub):
    device = Browser(app)
    page = device.get(f"/join/{hub[2]}/name").send("Go on", name="  ")
    assert (page.status, "Type the name you want people to use." in page.text) == (422, True)
    page = to_check(device, hub[2]).send("Join Thursday Hub")
    assert (page.status, "Tick the box if you agree" in page.text) == (422, True)
    assert len(rows(Membership)) == 1


def test_pressed_twice_the_second_answer_signs_in_too(app, hub):
    """A browser throws away the first answer when the button is pressed again."""
    device = Browser(app)
    page = to_check(device, hub[2], email=None)
    form = page.form("Join Thursday Hub")
    data = {tag["name"]: tag.get("value", "") for tag in form.find_all("input")}
    data = {**data, "agree": "y"}
    data.pop("shared")
    before = {c.key: c.value for c in device.client._cookies.values()}
    device.client.post(f"/join/{hub[2]}/check", data=data)
    device.client.delete_cookie("club", domain="127.0.0.1")
    device.client.set_cookie("form", before["form"], domain="127.0.0.1")
    device.client.post(f"/join/{hub[2]}/check", data=data)
    assert device.get("/home").status == 200
    assert device.get("/home").h1 != "Sign in"
    assert len(rows(Membership)) == 2


def test_an_hour_later_that_press_signs_nobody_in(app, hub):
    device = Browser(app)
    page = to_check(device, hub[2], email=None)
    old = {c.key: c.value for c in device.client._cookies.values()}["form"]
    finish(page)
    set_clock(app, later(hours=2))
    thief = Browser(app)
    thief.client.set_cookie("form", old, domain="127.0.0.1")
    finish(thief.get(f"/join/{hub[2]}/check"))
    assert thief.get("/home").h1 == "Sign in"
    assert len(rows(Membership)) == 2


def test_on_a_shared_device_the_cookie_goes_with_the_browser(app, hub):
    device = Browser(app)
    finish(to_check(device, hub[2], email=None), shared="y")
    [made] = rows(SignIn)
    assert made.ends_at <= later(hours=14)


def test_a_member_who_opens_the_link_goes_to_the_group(app, hub):
    page = browser(app, hub[1].person_id).get(f"/join/{hub[2]}")
    assert page.path == "/g/thursday-hub"


# --- links that have stopped ---


def personal(hub):
    with db.transaction() as session:
        return inviting.invite(session, hub[1], "jo@example.org", key=db.new_id(), now=NOW).token


def test_a_used_link_says_so_and_what_to_do(app, hub):
    token = personal(hub)
    with db.transaction() as session:
        joining.join(session, token, name="Jo", now=NOW)
    page = Browser(app).get(f"/join/{token}")
    assert (page.status, page.h1) == (410, "This link was used before")
    assert "Sign in" in page.links()
    assert Browser(app).get(f"/join/{token}/check").h1 == "This link was used before"


def test_an_old_personal_link_sends_a_new_one_at_one_press(app, hub):
    token = personal(hub)
    set_clock(app, later(days=40))
    page = Browser(app).get(f"/join/{token}")
    assert (page.status, page.h1) == (410, "This link is too old")
    assert "jo@example.org" not in page.html
    page = page.send("Send me a new link")
    assert "We sent a new letter." in page.text
    assert len(rows(Letter, kind="invitation")) == 2


def test_a_stopped_open_link_says_whom_to_ask(app, hub):
    with db.transaction() as session:
        inviting.open_link(session, hub[1], key=db.new_id(), now=NOW)
    page = Browser(app).get(f"/join/{hub[2]}")
    assert (page.status, page.h1) == (410, "This link has stopped")
    assert "Ask Sam for a new one." in page.text


@pytest.mark.parametrize("token", ["x", "2222-2222-2222", "%00", "a" * 43, "..", "é" * 43])
def test_a_link_that_never_was_is_not_found(app, hub, token):
    for page in ("", "/name", "/contact", "/check", "/sent", "/in"):
        assert Browser(app).get(f"/join/{token}{page}").status == 404


def test_asking_often_is_answered_alike_for_known_and_new_addresses(app, hub):
    asked = {"network": "127.0.0.1", "secret": app.config["CLUB"].secret_key}
    with db.transaction() as session:
        person(session, "Jo", "jo@example.org")
        for email in ["jo@example.org", "al@example.org"] * 5:
            joining.signing_in.count_asking(session, email, now=later(hours=1), **asked)
    known = finish(to_check(Browser(app), hub[2]))
    new = finish(to_check(Browser(app), hub[2], email="al@example.org"))
    assert known.status == new.status == 422
    assert "You asked many times." in known.text
    assert known.text == new.text.replace("al@example.org", "jo@example.org")


# --- nonsense ---

NONSENSE = st.text(max_size=80) | st.sampled_from(["\x00", "'; DROP TABLE person; --", "<b>", "🙂"])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NONSENSE, email=NONSENSE, phone=NONSENSE, no_email=st.sampled_from(["", "y", "x"]))
def test_no_nonsense_breaks_a_page_or_is_half_kept(app, hub, name, email, phone, no_email):
    app.config["WTF_CSRF_ENABLED"] = False
    device, here = app.test_client(), f"/join/{hub[2]}"
    before = (len(rows(Person)), len(rows(Membership)))
    sent = device.post(f"{here}/name", data={"name": name})
    answers = {"email": email, "phone": phone} | ({"no_email": no_email} if no_email else {})
    told = device.post(f"{here}/contact", data=answers)
    done = device.post(f"{here}/check", data={"agree": "y"})
    assert {sent.status_code, told.status_code, done.status_code} <= {303, 422}
    made = len(rows(Person)) - before[0]
    assert made in {0, 1}
    assert len(rows(Membership)) - before[1] == made


# --- two of one name, and an email that nobody has proven yet ---


def test_a_second_mia_is_told_once_she_is_in_and_no_sooner(app, hub):
    finish(to_check(Browser(app), hub[2], name="Mia", email=None))
    device = Browser(app)
    page = to_check(device, hub[2], name="mia", email=None)
    assert "already" not in page
    assert "There is a mia already." in finish(page)


def joined_as_jo(app, hub):
    """Signed in on the device where it was typed; and the path in the letter."""
    device = Browser(app)
    finish(to_check(device, hub[2]))
    [letter] = rows(Letter, kind="welcome")
    return device, path_in(letter)


def test_an_email_counts_once_its_link_was_used(app, hub):
    device, link = joined_as_jo(app, hub)
    assert rows(Person, name="Jo")[0].email is None
    assert "Open our letter" in device.get("/me")
    page = device.get(link)
    assert "as Jo . Is that you?" in page.text
    page.send("Yes, it is me")
    assert rows(Person, name="Jo")[0].email == "jo@example.org"
    assert "Open our letter" not in device.get("/me")
    assert len(rows(Person)) == 2


def test_who_typed_anothers_address_is_out_when_its_owner_comes(app, hub):
    typed, link = joined_as_jo(app, hub)
    assert typed.get("/home").h1 == "Hello Jo"
    owner = Browser(app)
    owner.get(link).send("Yes, it is me")
    assert owner.get("/home").h1 == "Hello Jo"
    assert typed.get("/home").h1 == "Sign in"


def test_any_link_to_the_address_proves_it(app, hub):
    joined_as_jo(app, hub)
    device = Browser(app)
    device.get("/in").send("Send me a link", email="jo@example.org")
    [letter] = rows(Letter, kind="sign_in")
    page = device.get(path_in(letter))
    assert not page.soup.find(id="name")
    page.send("Yes, it is me")
    assert device.get("/g/thursday-hub").status == 200
    assert len(rows(Person)) == 2


def test_until_then_no_letter_goes_to_it_and_none_is_printed(app, hub):
    device, link = joined_as_jo(app, hub)
    [jo] = rows(Person, name="Jo")
    with db.transaction() as session:
        notices.tell(session, jo.id, "joined", key="a", now=later(hours=1), pool_id=hub[0].id,
                     link="/g/thursday-hub")  # fmt: skip
    sam = browser(app, hub[1].person_id)
    page = sam.get("/g/thursday-hub/letters")
    assert "Jo: You joined" not in page
    assert "They have not opened our letter yet" in page
    assert "Make a letter" not in page
    assert rows(Letter, person_id=jo.id, kind="joined")[0].address is None
    device.get(link).send("Yes, it is me")
    assert rows(Letter, person_id=jo.id, kind="joined")[0].address == "jo@example.org"
    assert "They have not opened" not in sam.get("/g/thursday-hub/letters")


def test_of_two_who_typed_one_address_the_first_has_it(app, hub):
    _, link = joined_as_jo(app, hub)
    second = Browser(app)
    finish(to_check(second, hub[2], name="Al", email="jo@example.org"))
    owner = Browser(app)
    owner.get(link).send("Yes, it is me")
    assert owner.get("/home").h1 == "Hello Jo"
    newest = [path_in(one) for one in rows(Letter, kind="welcome") if path_in(one) != link]
    owner.get(newest[0]).send("Yes, it is me")
    assert owner.get("/home").h1 == "Hello Jo"
    assert rows(Person, name="Al")[0].email is None


def test_a_claim_that_is_stopped_or_old_gives_nothing(app, hub):
    device, link = joined_as_jo(app, hub)
    device.get("/me").send("That is not my email")
    page = Browser(app).get(link)
    assert page.soup.find(id="name"), "the address is nobody's, so a name is asked for"
    assert "Is that you?" not in page
