"""Money and bills in words, so that an amount is read twice before it is approved. Pure."""

from collections.abc import Collection, Iterable, Sequence

from ledger import money

SMALL = [
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
TENS = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]  # fmt: skip
SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"))
COINS = {
    "GBP": ("pound", "pounds", "penny", "pence"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "AUD": ("dollar", "dollars", "cent", "cents"),
    "USD": ("dollar", "dollars", "cent", "cents"),
}


def number(n: int) -> str:
    """590 is "five hundred and ninety". Whole numbers from nought up."""
    for size, name in SCALES:
        if n >= size:
            many, rest = divmod(n, size)
            joint = " and " if 0 < rest < 100 else ", "
            return f"{number(many)} {name}" + (joint + number(rest) if rest else "")
    if n >= 100:
        many, rest = divmod(n, 100)
        return f"{SMALL[many]} hundred" + (f" and {number(rest)}" if rest else "")
    if n >= 20:
        tens, rest = divmod(n, 10)
        return TENS[tens] + (f"-{SMALL[rest]}" if rest else "")
    return SMALL[n]


def amount(pence: int, currency: str = "GBP") -> str:
    """59000 is "five hundred and ninety pounds". Not below zero."""
    one, many, coin, coins = COINS.get(currency, (currency, currency, "hundredth", "hundredths"))
    whole, part = divmod(pence, 10 ** money.digits(currency))
    said = [f"{number(whole)} {one if whole == 1 else many}"] if whole or not part else []
    if part:
        said.append(f"{number(part)} {coin if part == 1 else coins}")
    return " and ".join(said)


def one_of(names: Sequence[str], joint: str = "or") -> str:
    """Ann; Ann or Raj; Ann, Raj or Sam."""
    *most, last = names
    return f"{', '.join(most)} {joint} {last}" if most else last


def either(amounts: Collection[int], currency: str = "GBP") -> str:
    """£40.34 or £40.33: what each of some people pays, the larger first."""
    return one_of([money.say(pence, currency) for pence in sorted(set(amounts), reverse=True)])


def sharing(people: int) -> str:
    return "1 person pays it." if people == 1 else f"{people} people share it."


RULE_WORDS = {
    "people": "Shared equally.",
    "days": "Shared by the days people have.",
    "attendance": "Shared by who came.",
    "band": "Shared by the support people have.",
    "named": "Shared by the people it is for.",
}


def shared(
    rule: str, people: int, pence: int, currency: str = "GBP", *, paid: str = "shared"
) -> tuple[str, str]:
    """Shared by who came. 9 people shared £90. (`paid` is "share" before it is paid.)"""
    said = money.say(pence, currency)
    if people == 1:
        return RULE_WORDS[rule], f"1 person {'pays' if paid == 'share' else 'paid'} {said}."
    return RULE_WORDS[rule], f"{people} people {paid} {said}."


def each_pays(parts: Iterable[tuple[int, int]], currency: str = "GBP") -> tuple[str, ...]:
    """What every person's share is, from (days, pence) of each person. Names nobody."""
    people = list(parts)
    if len(people) == 1:
        return (f"1 person pays {either([people[0][1]], currency)}.",)
    by_days: dict[int, list[int]] = {}
    for days, pence in people:
        by_days.setdefault(days, []).append(pence)
    if len(by_days) == 1:
        paid = either(next(iter(by_days.values())), currency)
        return (f"Each of {len(people)} people pays {paid}.",)
    return (
        f"{len(people)} people share this bill.",
        *(
            f"A person with {days} day{'' if days == 1 else 's'} pays {either(paid, currency)}."
            for days, paid in sorted(by_days.items())
        ),
    )
