"""Who may open what. Each view declares it; a route that does not is refused and fails the build.

Access is decided once a request, from rows keyed by `pool_id`. A use case that matters asks again
under its own lock, since a role may be taken away while a page is open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, g, redirect, request, url_for
from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

import web
from errors import NotAllowed, NotFound
from members import cookies, signing_in
from members.models import Membership, Person, Provider, ProviderPerson, Role

View = Callable[..., Any]


class NotYourJob(NotAllowed):
    """Only {who} can do this in your group."""


class ForProviders(NotAllowed):
    """The page you asked for is for centres and other providers."""


@dataclass(frozen=True)
class Rule:
    """`who` is everyone, signed_in, member, role or provider; `roles` only with role."""

    who: str
    roles: tuple[str, ...] = ()


def _declare(rule: Rule) -> Callable[[View], View]:
    def declared(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]
        return view

    return declared


everyone = _declare(Rule("everyone"))
signed_in = _declare(Rule("signed_in"))
member = _declare(Rule("member"))
provider = _declare(Rule("provider"))


def role(*kinds: str) -> Callable[[View], View]:
    """Members of the pool who hold one of these jobs: organiser, treasurer, checker."""
    return _declare(Rule("role", kinds))


def rule_of(endpoint: str) -> Rule | None:
    return getattr(current_app.view_functions.get(endpoint), "rule", None)


def guard() -> Any:
    """Before each request. Strangers go and sign in; a pool that is not mine is not there."""
    if request.endpoint is None:  # a page that helps, drawn for who asks
        _who_is_it()
        return None
    rule = rule_of(request.endpoint)
    if rule is None:
        raise RuntimeError(f"{request.endpoint} does not declare who may open it")
    if request.endpoint == "static":
        return None
    _who_is_it()
    if rule.who == "everyone":
        return None
    if g.me is None:
        wanted = web.internal(request.full_path.rstrip("?")) if request.method == "GET" else None
        return redirect(url_for("members.sign_in", next=wanted), 303)
    _check(rule)
    return None


def _who_is_it() -> None:
    session, token = web.reading(), cookies.token()
    g.me = signing_in.person_of(session, token, now=web.now()) if token else None
    g.membership, g.roles, g.provider = None, frozenset(), None
    if g.me is None:
        return
    g.provider = provider_of(session, g.me)
    if (pool := g.get("pool")) is not None:
        g.membership = membership_of(session, pool.id, g.me.id)
        if g.membership is not None:  # a group that is not mine costs no more than one that is not
            g.contact = contact_of(session, pool.id)
            g.roles = roles_of(session, pool.id, g.me.id)


def _check(rule: Rule) -> None:
    if rule.who == "provider":
        if g.provider is None:
            raise ForProviders
        return
    if "pool" in g and g.membership is None:
        raise NotFound
    if rule.who == "role" and not g.roles & set(rule.roles):
        raise NotYourJob(who=who(rule.roles))


def who(roles: tuple[str, ...]) -> str:
    names = {"organiser": "the organiser", "treasurer": "the treasurer"}
    return " or ".join(names.get(kind, "a second checker") for kind in roles)


# Asked on every page, so each is built once: building a statement costs more than asking it.
_POOL: BindParameter[UUID] = bindparam("pool")
_PERSON: BindParameter[UUID] = bindparam("person")
_MEMBERSHIP = select(Membership).where(
    Membership.pool_id == _POOL,
    Membership.person_id == _PERSON,
    col(Membership.left_at).is_(None),
)
_ROLES = select(Role.kind).where(
    Role.pool_id == _POOL, Role.person_id == _PERSON, col(Role.until).is_(None)
)
_CONTACT = (
    select(Membership.name)
    .join(Role, col(Role.person_id) == Membership.person_id)
    .where(
        Membership.pool_id == _POOL,
        Role.pool_id == _POOL,
        Role.kind == "organiser",
        col(Role.until).is_(None),
    )
    .order_by(col(Role.since))
    .limit(1)
)
_PROVIDER = (
    select(Provider)
    .join(ProviderPerson, col(ProviderPerson.provider_id) == Provider.id)
    .where(ProviderPerson.person_id == _PERSON)
)


def membership_of(session: Session, pool_id: UUID, person_id: UUID) -> Membership | None:
    return session.exec(_MEMBERSHIP, params={"pool": pool_id, "person": person_id}).first()


def roles_of(session: Session, pool_id: UUID, person_id: UUID) -> frozenset[str]:
    return frozenset(session.exec(_ROLES, params={"pool": pool_id, "person": person_id}))


def contact_of(session: Session, pool_id: UUID) -> str | None:
    """The organiser's name: a person to ring stands on every page of a group."""
    return session.exec(_CONTACT, params={"pool": pool_id}).first()


def provider_of(session: Session, person: Person) -> Provider | None:
    return session.exec(_PROVIDER, params={"person": person.id}).first()


def must_hold(session: Session, membership: Membership, *kinds: str) -> None:
    """Asked again inside the transaction that acts: the role must still be held now.

    On PostgreSQL the role rows are locked, so that taking a role away waits for the act or the act
    sees that it is gone.
    """
    held = session.exec(
        select(Role)
        .where(
            Role.pool_id == membership.pool_id,
            Role.person_id == membership.person_id,
            col(Role.kind).in_(kinds),
            col(Role.until).is_(None),
        )
        .with_for_update(read=True)
    ).first()
    still_in = session.get(Membership, membership.id)
    if held is None or still_in is None or still_in.left_at is not None:
        raise NotYourJob(who=who(kinds))
