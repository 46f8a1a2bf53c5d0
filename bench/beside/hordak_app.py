"""django-hordak on PostgreSQL: posting by its models, and its balances.

python hordak_app.py URL ENTRIES
"""

# ruff: noqa: PLC0415 - Django must be set up before its models are imported

import os
import sys

from answering import answer

PEOPLE, CHUNK = 50, 2_000


def main() -> None:
    url, entries = sys.argv[1], int(sys.argv[2])
    import django
    from django.conf import settings

    host = url.split("host=")[1]
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "hordak",
                               "USER": "club", "HOST": host}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        HORDAK_INTERNAL_CURRENCY="GBP", DEFAULT_CURRENCY="GBP", CURRENCIES=["GBP"],
        HORDAK_CURRENCIES=["GBP"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from django.core.management import call_command
    from django.db import transaction as atomic
    from hordak.models import Account, AccountType, Leg, Transaction
    from moneyed import GBP, Money

    call_command("migrate", verbosity=0)
    bank = Account.objects.create(name="Bank", code="1", type=AccountType.asset, currencies=["GBP"])
    people = [
        Account.objects.create(
            name=f"Person {n}", code=str(n + 10), type=AccountType.income, currencies=["GBP"]
        )
        for n in range(PEOPLE)
    ]

    def legs(made, n):
        amount = Money(40, GBP)
        return [
            Leg(transaction=made, account=bank, debit=amount),
            Leg(transaction=made, account=people[n % PEOPLE], credit=amount),
        ]

    for first in range(0, entries, CHUNK):
        numbers = range(first, min(first + CHUNK, entries))
        with atomic.atomic():
            made = Transaction.objects.bulk_create(
                [Transaction(date="2026-06-12", description=f"Thursday {n}") for n in numbers]
            )
            Leg.objects.bulk_create(
                [leg for n, one in zip(numbers, made, strict=True) for leg in legs(one, n)]
            )
    count = [0]

    def post() -> None:
        count[0] += 1
        with atomic.atomic():
            made = Transaction.objects.create(date="2026-06-12", description="Thursday")
            for leg in legs(made, count[0]):
                leg.save()

    answer(
        {
            "post one": post,
            "20 balances": lambda: [one.get_balance() for one in people[:20]],
        }
    )


main()
