"""A round as JSON, in and out, and as a table: docs/formats/round.md. Pure: text in, text out.

The page, the command and the app use this one way of reading, so a stored round counts again alike.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import errors
from pools.clubbing.price import Cost, Outcome, Promised, Rule, Session, count

MOST_PENCE = 100_000_000_000
MOST_PROMISES = 200_000
COSTS = {
    "fixed": (0, MOST_PENCE),
    "wage": (0, MOST_PENCE),
    "ratio": (1, 100_000),
    "min_staff": (0, 100_000),
    "variable": (0, MOST_PENCE),
    "capacity": (1, 100_000),
}


class NotJson(errors.NotValid):
    """The file can't be read as JSON: {why}. Compare it with the example in the guide."""


class NotAnObject(errors.NotValid):
    """{where} should be written in curly brackets, with its names and values."""


class NotAList(errors.NotValid):
    """{where} should be a list in square brackets, with no more than {most} in it."""


class KeyNotKnown(errors.NotValid):
    """{where} says "{key}", which is not a word of this format. Take it out or spell it right."""


class KeyMissing(errors.NotValid):
    """{where} does not say "{key}". Add it."""


class NotWhole(errors.NotValid):
    """{where} should be a whole number from {low} to {high}, written without quotes."""


class NotAName(errors.NotValid):
    """{where} should be 1 to 100 ordinary characters in quotes."""


class NotYesOrNo(errors.NotValid):
    """{where} should be true or false."""


class NotAMoment(errors.NotValid):
    """{where} should be a moment with its time zone, such as "2026-10-01T09:00:00Z"."""


class SessionTwice(errors.NotValid):
    """Two sessions are called "{key}". Give each its own id."""


class SessionNotKnown(errors.NotValid):
    """{where} is for the session "{key}", and no session has that id."""


class NothingPromised(errors.NotValid):
    """{where} names no session. Say the most for one session at least, or leave it out."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a round is counted from."""

    rule: Rule
    overhead: int
    sessions: Mapping[str, Session]

    def count(self) -> dict[str, Outcome]:
        return count(self.sessions, self.rule, self.overhead)


def price_command_text(text: str, as_json: bool) -> str:
    """What `price FILE.json` prints: a table for people, or the JSON result."""
    outcomes = from_json(text).count()
    return to_json(outcomes) if as_json else to_table(outcomes)


def from_json(text: str) -> Given:
    """Read a round. Refuses whatever the format does not say, and says where it stands."""
    whole = _keys(
        _loads(text),
        "The file",
        needed=("sessions", "promises"),
        allowed=("rule", "order", "overhead", "list_price", "seed"),
    )
    costs: dict[str, Cost] = {}
    for where, item in _items(whole["sessions"], "sessions"):
        key, cost = _session(item, where)
        if key in costs:
            raise SessionTwice(key=key)
        costs[key] = cost
    promises: dict[str, list[Promised]] = {key: [] for key in costs}
    for where, item in _items(whole["promises"], "promises"):
        for key, promised in _promise(item, where, costs).items():
            promises[key].append(promised)
    sessions = {key: Session(cost, tuple(promises[key])) for key, cost in costs.items()}
    return Given(_rule(whole), _whole(whole.get("overhead", 0), "overhead"), sessions)


def to_json(outcomes: Mapping[str, Outcome]) -> str:
    """The result, keys sorted: the same outcomes give the same bytes."""
    sessions = {
        key: {
            "size": one.size,
            "cost": one.cost,
            "shares": one.shares,
            "out": {who: asdict(out) for who, out in one.out.items()},
        }
        for key, one in outcomes.items()
    }
    return _dumps({"sessions": sessions})


def given_json(given: Given) -> str:
    """The input as it is stored: keys sorted, promises by id, so that it counts again alike."""
    together: dict[tuple[str, datetime, int, bool], dict[str, int]] = {}
    for key, session in given.sessions.items():
        for one in session.promises:
            together.setdefault((one.id, one.at, one.weight, one.held), {})[key] = one.most
    rule = given.rule
    whole: dict[str, object] = {
        "rule": rule.name,
        "order": rule.order,
        "overhead": given.overhead,
        "sessions": [
            {"id": key, **asdict(one.cost)} for key, one in sorted(given.sessions.items())
        ],
        "promises": [
            {"id": who, "at": _moment_words(at), "weight": weight, "held": held, "most": most}
            for (who, at, weight, held), most in sorted(together.items(), key=lambda one: one[0])
        ],
    }
    if rule.list_price is not None:
        whole["list_price"] = rule.list_price
    if rule.seed is not None:
        whole["seed"] = rule.seed
    return _dumps(whole)


def to_table(outcomes: Mapping[str, Outcome]) -> str:
    """The same for people to read: a few lines for each session. Columns of money keep pence."""
    return "\n\n".join(_table(key, one) for key, one in outcomes.items())


def _table(key: str, outcome: Outcome) -> str:
    if outcome.size:
        lines = [f"{key}: {outcome.size} in, cost {_pounds(outcome.cost)} a session."]
        lines += _rows(
            ("in", "due", "share"),
            [
                (who, _pounds(outcome.dues[who]), _pounds(share))
                for who, share in sorted(outcome.shares.items())
            ],
        )
    else:
        lines = [f"{key}: it does not run. Nobody is in, and nobody owes anything."]
    if outcome.out:
        lines += _rows(
            ("not in", "said", "needed"),
            [
                (who, _pounds(out.most), "full" if out.needed is None else _pounds(out.needed))
                for who, out in outcome.out.items()
            ],
        )
    return "\n".join(lines)


def _rows(head: tuple[str, str, str], rows: Sequence[tuple[str, str, str]]) -> list[str]:
    wide = max(len(row[0]) for row in (head, *rows))
    return [f"  {first:<{wide}}  {one:>12}  {two:>12}" for first, one, two in (head, *rows)]


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"


# --- Reading, one kind of value each -------------------------------------------------------------


def _session(item: object, where: str) -> tuple[str, Cost]:
    found = _keys(item, where, needed=("id", *COSTS))
    cost = {key: _whole(found[key], f"{where}.{key}", *span) for key, span in COSTS.items()}
    return _name(found["id"], f"{where}.id"), Cost(**cost)


def _promise(item: object, where: str, costs: Mapping[str, Cost]) -> dict[str, Promised]:
    """One promise for each session that it names."""
    found = _keys(item, where, needed=("id", "at", "most"), allowed=("weight", "held"))
    who, at = _name(found["id"], f"{where}.id"), _moment(found["at"], f"{where}.at")
    weight = _whole(found.get("weight", 1), f"{where}.weight", 1, 1000)
    held = found.get("held", False)
    if not isinstance(held, bool):
        raise NotYesOrNo(where=f"{where}.held")
    mosts = _object(found["most"], f"{where}.most")
    if not mosts:
        raise NothingPromised(where=f"{where}.most")
    for key in mosts:
        if key not in costs:
            raise SessionNotKnown(where=where, key=_shown(key))
    return {
        key: Promised(who, at, _whole(most, f"{where}.most.{key}"), weight, held)
        for key, most in mosts.items()
    }


def _rule(whole: Mapping[str, object]) -> Rule:
    price, seed = whole.get("list_price"), whole.get("seed")
    if price is not None:
        price = _whole(price, "list_price", 1)
    if isinstance(seed, int) and not isinstance(seed, bool):
        seed = str(seed)
    if seed is not None:
        seed = _name(seed, "seed")
    name, order = whole.get("rule", "equal"), whole.get("order", "earliest")
    return Rule(_name(name, "rule"), _name(order, "order"), price, seed)


def _loads(text: str) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a name is written twice in the same brackets")
        return found

    def refuse(word: str) -> object:
        raise ValueError(f"{word} is not a number")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise NotJson(why=str(error)) from error


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotAnObject(where=where)
    return value


def _keys(
    value: object, where: str, *, needed: Sequence[str], allowed: Sequence[str] = ()
) -> dict[str, Any]:
    found = _object(value, where)
    for key in found:
        if key not in needed and key not in allowed:
            raise KeyNotKnown(where=where, key=_shown(key))
    for key in needed:
        if key not in found:
            raise KeyMissing(where=where, key=key)
    return found


def _items(value: object, where: str) -> list[tuple[str, object]]:
    if not isinstance(value, list) or len(value) > MOST_PROMISES:
        raise NotAList(where=where, most=MOST_PROMISES)
    return [(f"{where}[{place}]", item) for place, item in enumerate(value)]


def _whole(value: object, where: str, low: int = 0, high: int = MOST_PENCE) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise NotWhole(where=where, low=low, high=high)
    return value


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 100 or not value.isprintable():
        raise NotAName(where=where)
    return value


def _shown(key: str) -> str:
    """Any key can stand in a refusal, whatever is in it."""
    return "".join(sign if sign.isprintable() else "?" for sign in key[:40])


def _moment(value: object, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is None or at.tzinfo is None:
            raise NotAMoment(where=where)
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotAMoment(where=where) from error


def _moment_words(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _dumps(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
