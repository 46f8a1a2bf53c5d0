"""Signing in without a password: a link by mail, then a device that stays signed in.

Asking for a link looks nobody up, so it can tell nobody who is here. Tokens have 256 bits; only
their hashes are kept.
"""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

import db
from errors import NotFound, NotPossible
from members import claims, notices, people, typed
from members.models import LinkAsked, Person, SignIn, SignInLink

LINK_LASTS = timedelta(minutes=10)
FIRST_LINK_LASTS = timedelta(days=3)  # of the letter that welcomes somebody new
LINK_KEPT = timedelta(days=1)  # so that an old link can still be told from a wrong one
OWN_DEVICE = timedelta(days=30)
SHARED_DEVICE = timedelta(hours=12)  # at most; its cookie goes when the browser is closed
LONGEST_DEVICE = 80


class LinkUnknown(NotFound):
    """We do not know this link. Go to sign in and ask for a new one."""


class LinkUsed(NotPossible):
    """You used this link before. Press the button and we will send you a new one."""


class LinkOld(NotPossible):
    """That link is too old. Press the button and we will send you a new one."""


class AskedTooOften(NotPossible):
    """You asked many times. Wait {wait}, then ask again. The newest link still works."""


class SignedIn(NamedTuple):
    person: Person
    token: str


class SentAgain(NamedTuple):
    email: str
    link_id: UUID


@dataclass(frozen=True)
class Limit:
    most: int
    within: timedelta
    wait: str


FOR_ONE_ADDRESS = Limit(5, timedelta(minutes=15), "15 minutes")
FROM_ONE_PLACE = Limit(60, timedelta(hours=1), "an hour")  # a whole day centre may be one place


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


# --- asking for a link ---


def ask_link(session: Session, email: str, network: str, *, secret: str, now: datetime) -> UUID:
    """Mail a link to this address, whoever's it is. The newest link is the one that works. Returns
    the link's id, by which the browser that asked may be known again.
    """
    email = typed.email_of(email)
    count_asking(session, email, network, secret=secret, now=now)
    end_links(session, email, now=now)
    link_id, path = new_link(session, email, LINK_LASTS, now=now)
    notices.write_to(session, email, "sign_in", key=f"sign_in:{link_id}", now=now, link=path)
    return link_id


def new_link(session: Session, email: str, lasts: timedelta, *, now: datetime) -> tuple[UUID, str]:
    """Its id, and its path: a secret that only a letter to this address may hold."""
    token = new_token()
    link = SignInLink(
        id=db.new_id(), email=email, token_hash=hashed(token), made_at=now, ends_at=now + lasts
    )
    session.add(link)
    session.flush()
    return link.id, f"/in/{token}"


def ask_again(
    session: Session, token: str, network: str, *, secret: str, now: datetime
) -> SentAgain:
    """A new link to where this old one was sent: one press, nothing to type."""
    email = _link(session, token).email
    return SentAgain(email, ask_link(session, email, network, secret=secret, now=now))


def end_links(session: Session, email: str, *, now: datetime) -> None:
    session.exec(
        sa.update(SignInLink)
        .where(
            col(SignInLink.email) == email,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.ends_at) > now,
        )
        .values(ends_at=now)
    )


def count_asking(session: Session, email: str, network: str, *, secret: str, now: datetime) -> None:
    """Refuse what is over either limit, exactly, however many ask at once. Only keyed hashes of the
    address and the place are kept, for an hour.
    """
    asked = {
        keyed(secret, "email", email): FOR_ONE_ADDRESS,
        keyed(secret, "network", place_of(network)): FROM_ONE_PLACE,
    }
    _in_turn(session, sorted(asked))
    _forget(session, now)
    for by, limit in asked.items():
        recent = select(LinkAsked.id).where(
            LinkAsked.asked_by == by, LinkAsked.asked_at > now - limit.within
        )
        if len(session.exec(recent.limit(limit.most)).all()) == limit.most:
            raise AskedTooOften(wait=limit.wait)
        session.add(LinkAsked(asked_by=by, asked_at=now))
    session.flush()


def keyed(secret: str, kind: str, value: str) -> bytes:
    return hmac.new(secret.encode(), f"asked:{kind}:{value}".encode(), hashlib.sha256).digest()


def place_of(network: str) -> str:
    """One line to the internet: an IPv4 address, or the /64 that an IPv6 line is given."""
    try:
        address = ipaddress.ip_address(network)
    except ValueError:
        return network
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _in_turn(session: Session, keys: list[bytes]) -> None:
    """Those who ask for the same address, or from the same place, wait for each other. (On SQLite
    every writer does already.)
    """
    if not db.is_sqlite():
        for key in keys:
            number = int.from_bytes(key[:8], signed=True)
            session.connection().execute(sa.text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})


def _forget(session: Session, now: datetime) -> None:
    """Some old rows go whenever somebody asks. Rows that another is deleting are left to them."""
    asked = sa.select(col(LinkAsked.id)).where(
        col(LinkAsked.asked_at) <= now - FROM_ONE_PLACE.within
    )
    links = sa.select(col(SignInLink.id)).where(col(SignInLink.ends_at) <= now - LINK_KEPT)
    session.exec(sa.delete(LinkAsked).where(col(LinkAsked.id).in_(_some(asked))))
    session.exec(sa.delete(SignInLink).where(col(SignInLink.id).in_(_some(links))))


def _some(rows: sa.Select[UUID]) -> sa.ScalarSelect[Any]:
    return rows.limit(100).with_for_update(skip_locked=True).scalar_subquery()


# --- using a link ---


def use_link(
    session: Session,
    token: str,
    device: str,
    *,
    now: datetime,
    name: str = "",
    shared: bool = False,
    replacing: str | None = None,
) -> SignedIn:
    """Sign in, once. An address that is nobody's yet is theirs who said so when they joined; or it
    becomes a new person called `name`. Whoever was signed in on this device with the cookie
    `replacing` no longer is.
    """
    link = _link(session, token)
    if link.used_at is not None:
        raise LinkUsed
    if link.ends_at <= now:
        raise LinkOld
    link.used_at = now
    person = people.by_email(session, link.email)
    if person is None and (person := claims.claimant(session, link.email, now=now)):
        _proves(session, person, link.email, replacing, now)
    if person is None:
        person = people.make_person(session, name, email=link.email, now=now)
    if replacing:
        sign_out(session, replacing, now=now)
    _tell_of_new_device(session, person, device, now)
    return SignedIn(person, sign_in_as(session, person, device, now, shared=shared))


def _proves(
    session: Session, person: Person, email: str, device: str | None, now: datetime
) -> None:
    """Who reads the address's mail is the one who joined. If that is on another device, nobody
    stays signed in where it was typed: it may have been typed by anybody.
    """
    claims.prove(session, person, email, now=now)
    here = person_of(session, device, now=now) if device else None
    if here is None or here.id != person.id:
        session.exec(
            sa.update(SignIn)
            .where(col(SignIn.person_id) == person.id, col(SignIn.ended_at).is_(None))
            .values(ended_at=now)
        )


def _link(session: Session, token: str) -> SignInLink:
    """Locked, so that of many who press at once one is first."""
    link = session.exec(
        select(SignInLink).where(SignInLink.token_hash == hashed(token)).with_for_update()
    ).first()
    if link is None:
        raise LinkUnknown
    return link


def sign_in_as(
    session: Session, person: Person, device: str, now: datetime, *, shared: bool = False
) -> str:
    """A device is signed in: its new cookie token. Whoever calls has made sure that it may be."""
    token = new_token()
    session.add(
        SignIn(
            person_id=person.id,
            token_hash=hashed(token),
            device=device[:LONGEST_DEVICE],
            made_at=now,
            seen_at=now,
            ends_at=now + (SHARED_DEVICE if shared else OWN_DEVICE),
        )
    )
    session.flush()
    return token


def _tell_of_new_device(session: Session, person: Person, device: str, now: datetime) -> None:
    """Not at the first sign-in of all, and not for a kind of device that they have used before."""
    known = set(session.exec(select(SignIn.device).where(SignIn.person_id == person.id)))
    if known and device[:LONGEST_DEVICE] not in known:
        notices.tell(
            session, person.id, "new_device", key=f"new_device:{db.new_id()}", now=now,
            device=device[:LONGEST_DEVICE], at=now, link="/me",
        )  # fmt: skip


# --- being signed in ---


_PERSON = (
    select(Person)
    .join(SignIn, col(SignIn.person_id) == Person.id)
    .where(
        SignIn.token_hash == sa.bindparam("token"),
        col(SignIn.ended_at).is_(None),
        SignIn.ends_at > sa.bindparam("now"),
    )
)


def person_of(session: Session, token: str, *, now: datetime) -> Person | None:
    return session.exec(_PERSON, params={"token": hashed(token), "now": now}).first()


def devices(session: Session, person: Person, *, now: datetime) -> tuple[SignIn, ...]:
    """Where somebody is signed in now, newest first."""
    return tuple(
        session.exec(
            select(SignIn)
            .where(
                SignIn.person_id == person.id,
                col(SignIn.ended_at).is_(None),
                SignIn.ends_at > now,
            )
            .order_by(col(SignIn.made_at).desc(), col(SignIn.id).desc())
        )
    )


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """Of one device. Signing out twice is fine."""
    session.exec(
        sa.update(SignIn)
        .where(col(SignIn.token_hash) == hashed(token), col(SignIn.ended_at).is_(None))
        .values(ended_at=now)
    )


def end(session: Session, sign_in_id: UUID, person: Person, *, now: datetime) -> None:
    """Sign one of my own devices out from here."""
    one = session.get(SignIn, sign_in_id, with_for_update=True)
    if one is None or one.person_id != person.id:
        raise NotFound
    one.ended_at = one.ended_at or now
