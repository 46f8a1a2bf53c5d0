"""Doing what is due: rounds and votes that end, letters that wait. Run every so often by the server
itself, or by `start.py tick` from cron. Ticks may overlap: every act looks again, under its lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from sqlmodel import Session

import db
import web


@dataclass(frozen=True)
class Tick:
    """`due` names what waits; `act` does one of them and opens its own transactions."""

    name: str
    due: Callable[[Session, datetime], Sequence[Any]]
    act: Callable[[Any, datetime], object]


def in_transaction(
    use_case: Callable[..., object], **more: object
) -> Callable[[Any, datetime], object]:
    """A use case as an act: one transaction for each thing that is due."""

    def act(one: object, now: datetime) -> object:
        with db.transaction() as session:
            return use_case(session, one, now=now, **more)

    return act


def run(app: Flask) -> int:
    """Do everything that is due; returns how many. One that fails does not stop the rest, and is
    tried again the next time.
    """
    done = 0
    with app.app_context():
        for tick in app.extensions["ticks"]:
            now = web.moment(app.config["CLUB"])
            with db.reading() as session:
                waiting = tick.due(session, now)
            done += sum(_did(app, tick, one, now) for one in waiting)
    return done


def _did(app: Flask, tick: Tick, one: object, now: datetime) -> bool:
    try:
        tick.act(one, now)
    except Exception:
        app.logger.exception("tick: %s failed", tick.name)
        return False
    return True
