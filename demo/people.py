"""Who is in the demo. Everybody is made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Somebody:
    """One of the eight that one can be. `about` says what there is to do as them."""

    key: str
    name: str
    about: str


PEOPLE = (
    Somebody("sam", "Sam", "Organiser of Thursday Hub. Looks after the group."),
    Somebody("ana", "Ana", "Treasurer of Thursday Hub. Looks after the money."),
    Somebody("raj", "Raj", "Second checker of Thursday Hub. A bill waits for him."),
    Somebody("jo", "Jo", "Goes to Thursday Hub. Started Saturday art."),
    Somebody("priya", "Priya", "Goes to Thursday Hub. She asked for a kiln."),
    Somebody("tom", "Tom", "Goes to Thursday Hub. Has not voted yet."),
    Somebody("mia", "Mia", "Is new. Can join Saturday art, or start a group."),
    Somebody("lee", "Lee", "Works at Oak Lane Care, the centre."),
)
OTHERS = {"mary": "Mary", "dev": "Dev", "grace": "Grace", "leo": "Leo", "winnie": "Winnie"}
# Where the money of each of the eleven comes from: seven direct payments, and four other ways.
HUB = {
    "sam": "direct_payment", "ana": "own_money", "raj": "own_money", "jo": "direct_payment",
    "priya": "direct_payment", "tom": "isf", "mary": "health_budget", "dev": "direct_payment",
    "grace": "direct_payment", "leo": "direct_payment", "winnie": "direct_payment",
}  # fmt: skip
ART = ("jo", "priya", "mary", "dev", "grace", "winnie")
PROVIDER = "Oak Lane Care"
OUTSIDE = "Nora"  # from an advice centre; not in the group


def email_of(key: str) -> str:
    return f"{key}@example.org"
