"""Organisations that run services, and which people act for them."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

import db
from errors import NotValid
from members.models import Person, Provider, ProviderPerson

LONGEST_NAME = 80


class NoProviderName(NotValid):
    """Type the name of the centre, in up to {most} letters."""


def make_provider(session: Session, name: str, people: Iterable[Person], now: datetime) -> Provider:
    """A provider, and the people who sign in for it. Its name is its own: nobody else has it."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME:
        raise NoProviderName(most=LONGEST_NAME)
    provider = Provider(id=db.new_id(), name=tidy, made_at=now)
    session.add(provider)
    session.flush()
    session.add_all(
        ProviderPerson(provider_id=provider.id, person_id=person.id) for person in people
    )
    session.flush()
    return provider


db.sentences.setdefault("uq_provider_name", "There is a centre with that name already.")
