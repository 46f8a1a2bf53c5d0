"""What the page about deleting one's details shows: one frozen dataclass."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from members import going
from members.mine import First, Rooms, Stays
from members.models import Membership, Person


@dataclass(frozen=True)
class ErasePage:
    """`due_at` if they asked already. `fresh`: the sign-in is new enough for the button."""

    due_at: datetime | None
    first: tuple[First, ...]
    stays: tuple[Stays, ...]
    fresh: bool
    email: str | None

    @property
    def until(self) -> date | None:
        return max((one.until for one in self.stays if one.until), default=None)


def erase_page(
    session: Session, rooms: Rooms, me: Person, *, token: str | None, now: datetime
) -> ErasePage:
    asked = going.open_one(session, me.id)
    mine = session.exec(
        select(Membership).where(Membership.person_id == me.id).order_by(col(Membership.id))
    ).all()
    return ErasePage(
        due_at=asked.due_at if asked else None,
        first=going.firsts(session, rooms, mine, now),
        stays=going.stays(session, rooms, me, now),
        fresh=going.fresh(session, token, now),
        email=me.email,
    )
