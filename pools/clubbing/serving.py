"""Which provider runs a group's service. The operator says so until groups choose by vote."""

from datetime import datetime

from sqlmodel import Session, select

from errors import NotFound
from members import people, providers, typed
from members.models import Person, Provider, ProviderPerson
from pools.clubbing.models import Service
from pools.models import Pool


class NoSuchGroup(NotFound):
    """There is no group with the short name {slug}."""


def let_in(
    session: Session, name: str, email: str, *, serves: str | None, now: datetime
) -> Provider:
    """The provider of that name (made if new), with the person of that email among its people."""
    address = typed.email_of(email)
    person = session.exec(select(Person).where(Person.email == address)).first()
    person = person or people.make_person(session, name, email=address, now=now)
    provider = session.exec(select(Provider).where(Provider.name == name)).first()
    if provider is None:
        provider = providers.make_provider(session, name, [person], now)
    elif session.get(ProviderPerson, (provider.id, person.id)) is None:
        session.add(ProviderPerson(provider_id=provider.id, person_id=person.id))
    if serves is not None:
        runs(session, serves, provider)
    session.flush()
    return provider


def runs(session: Session, slug: str, provider: Provider) -> None:
    """The group's services are run by this provider: it sees exact numbers from five people on."""
    pool = session.exec(select(Pool).where(Pool.slug == slug)).first()
    if pool is None:
        raise NoSuchGroup(slug=slug)
    for service in session.exec(select(Service).where(Service.pool_id == pool.id)):
        service.provider_id = provider.id
        session.add(service)
    session.flush()
