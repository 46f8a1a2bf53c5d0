"""MT940 as banks really write it: read with the sums that it states, or refused whole."""

from datetime import date

import pytest

from payments.statements import refusals
from payments.statements.mt940_words import words_of
from payments.statements.read import Line, Statement, is_table, read
from tests.payments import bank_writers as write

ANN = Line(date(2026, 1, 5), 4200, "ANN SMITH T4K2P", "A1")
HALL = Line(date(2026, 1, 13), -7250, "HALL HIRE", "A2")
SAID = Statement("12345678", "GBP", (ANN, HALL), 100000, 96950, date(2026, 1, 31))


def body(*messages: list[str], end: str = "\n") -> bytes:
    return end.join(line for message in messages for line in message).encode()


def with_entry(*lines: str, pence: int = 4200) -> bytes:
    """A message of one entry; its closing balance is its opening and the pence."""
    message = write.mt940(Statement("12345678", "GBP", (), 10000, 10000 + pence, date(2026, 1, 31)))
    return body([*message[:4], *lines, *message[4:]])


def line(*lines: str, pence: int = 4200) -> Line:
    return read(with_entry(*lines, pence=pence)).lines[0]


def words(*lines: str) -> str:
    return line(":61:2601050105C42,00NTRFNONREF", f":86:{lines[0]}", *lines[1:]).words


# --- What is read --------------------------------------------------------------------------------


def test_a_message_is_read_whole():
    assert read(body(write.mt940(SAID))) == SAID
    assert not is_table(body(write.mt940(SAID)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_envelope_and_lines_before_and_after_do_no_harm(end):
    bare = write.mt940(SAID)
    for lines in (
        write.envelope(bare),
        ["", "", *bare],
        ["ABNANL2A", "940", "ABNANL2A", *bare],
        [":940:", *bare],
        ["{1:F01BANKGB2L}", "{2:I940BANKGB2LXN}", "{4:", *bare[:-1], "-}", "", ""],
        [*bare[:-1], "-}"],
        bare[:-1],
        [*bare[:-2], bare[-2], ":64:C260131GBP969,50", ":65:C260201GBP969,50", ":86:SUM 1/2", "-"],
    ):
        assert read(body(lines, end=end)) == SAID
    assert read(b"\xef\xbb\xbf" + body(bare, end=end)) == SAID


@pytest.mark.parametrize(
    ("said", "pence"),
    [
        ("C42,00", 4200), ("D42,00", -4200), ("RC42,00", -4200), ("RD42,00", 4200),
        ("CR42,00", 4200), ("DR42,", -4200), ("RCR42,0", -4200), ("RDR42,00", 4200),
        ("CP42", 4200), ("C000000000042,00", 4200), ("C42.00", 4200), ("C0,42", 42), ("C,42", 42),
    ],
)  # fmt: skip
def test_in_out_and_taken_back_with_or_without_a_funds_code(said, pence):
    found = line(f":61:2601050105{said}NTRFNONREF", pence=pence)
    assert (found.amount, found.happened_on) == (pence, date(2026, 1, 5))


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("260105", date(2026, 1, 5)),
        ("2601050107", date(2026, 1, 7)),
        ("2512310102", date(2026, 1, 2)),
        ("2601021231", date(2025, 12, 31)),
        ("2402290229", date(2024, 2, 29)),
        ("2502280229", date(2024, 2, 29)),
        ("2606151201", date(2026, 12, 1)),
    ],
)
def test_the_day_of_booking_is_the_one_nearest_to_the_value_date(said, day):
    assert line(f":61:{said}C42,00NTRFNONREF").happened_on == day


@pytest.mark.parametrize(
    ("rest", "name", "said"),
    [
        ("NTRFNONREF//B1", "B1", "NTRF"),
        ("NTRFT4K2P//B1", "B1", "T4K2P"),
        ("NTRFT4K2P", None, "T4K2P"),
        ("NTRFT4K2P//NONREF", None, "T4K2P"),
        ("S103", None, "S103"),
        ("N012MARF            ", None, "N012"),
        (" NTRFNONREF//B1", "B1", "NTRF"),
        ("FMSC", None, "FMSC"),
        ("", None, ""),
        (
            "NTRFNONREF//A REF THAT RUNS OVER ITS SIXTEEN",
            "A REF THAT RUNS OVER ITS SIXTEEN",
            "NTRF",
        ),
    ],
)
def test_the_references_of_both_sides_are_told_apart(rest, name, said):
    found = line(f":61:2601050105C42,00{rest}")
    assert (found.bank_id, found.words) == (name, said)


def test_what_stands_under_an_entry_is_its_words_if_there_are_no_others():
    assert line(":61:260105C42,00NTRFNONREF//B1", "ANN SMITH").words == "ANN SMITH"
    assert line(":61:260105C42,00NTRFT4K2P//B1", ":86:ANN").words == "ANN T4K2P"


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["ANN SMITH", "T4K2P"], "ANN SMITH T4K2P"),
        (["A" * 65, "BC"], "A" * 65 + "BC"),
        (["A" * 60, "BC"], "A" * 60 + " BC"),
        (["  ANN   SMITH  "], "ANN SMITH"),
        ([""], ""),
        (["166?00GUTSCHRIFT?109310?20T4K2P?21for May?30BANK?31123?32ANN?33SMITH?34000"],
         "ANN SMITH T4K2P for May"),
        (["166?00GUTSCHRIFT?20SVWZ+T4K2P for May?21EREF+NOTPROVIDED?32ANN SMITH"],
         "ANN SMITH T4K2P for May"),
        (["177?00SEPA?20EREF+E1?21KREF+K1?22SVWZ+HALL HIRE IN JANU?23ARY?60AND MORE?32HALL"],
         "HALL HIRE IN JANU ARY AND MORE E1"),
        (["177?00X?20SVWZ+" + "A" * 22 + "?21B"], "A" * 22 + "B"),
        (["166?00GUTSCHRIFT?20?32"], "GUTSCHRIFT"),
        (["?20T4K2P?32ANN"], "ANN T4K2P"),
        (["835>00ZAHLUNG>20T4K2P>32ANN"], "ANN T4K2P"),
        (["/EREF/E1/ORDP//NAME/ANN SMITH/REMI/T4K2P/ISDT/2026-01-05"], "ANN SMITH T4K2P E1"),
        (["/TRTP/SEPA/IBAN/NL12/BIC/RABONL2U/NAME/A SMITH/REMI/T4K2P", "/EREF/NOTPROVIDED"],
         "A SMITH T4K2P"),
        (["/EREF/E1//CNTP/NL32INGB0000012345/INGBNL2A/ANN SMITH///REMI/USTD//T4K2P/"],
         "ANN SMITH T4K2P E1"),
        (["/BENM//NAME/HALL/REMI/STRD/CUR/9001"], "HALL 9001"),
        (["020", "020~00VE02~20T4K2P~32ANN"], "ANN T4K2P"),
        (["109?00SEPA-DD SOLL RUECKBEL. CORE?1097186?20EREF+A17102018.10", "00253.?32ANN"],
         "ANN A17102018.1000253."),
        (["/TRTP/SEPA OVERBOEKING/IBAN/NL12RABO0123456789/NAME/A SMITH/RE", "MI/T4K2P"],
         "A SMITH T4K2P"),
        (["20/01 PAYMENT 12-34-56"], "20/01 PAYMENT 12-34-56"),
        (["CARD 1234?20 WHAT"], "CARD 1234?20 WHAT"),
    ],
)  # fmt: skip
def test_words_are_unwrapped_from_the_frames_that_banks_put_round_them(lines, said):
    assert words_of(lines) == said


def test_words_that_run_over_many_lines_belong_to_their_entry():
    assert words("ANN SMITH", "T4K2P", "FOR MAY").endswith("SMITH T4K2P FOR MAY")
    two = line(":61:260105C42,00NTRFNONREF", ":86:ANN", ":86:SMITH")
    assert two.words == "ANN SMITH"
    with pytest.raises(refusals.CellTooLong, match="Line 6"):
        words("A" * 60, *["B" * 60] * 200)


# --- Several in one file -------------------------------------------------------------------------

FIRST = Statement("12345678", "GBP", (ANN,), 100000, 104200, date(2026, 1, 5))
SECOND = Statement("12345678", "GBP", (HALL,), 104200, 96950, date(2026, 1, 31))
PAGES = write.mt940(FIRST, "7/1", ends="M"), write.mt940(SECOND, "7/2", begins="M")
OTHER = Statement("87654321", "GBP", (ANN,), 0, 4200, date(2026, 1, 31))


def test_pages_are_joined_by_their_numbers():
    assert read(body(*PAGES)) == SAID
    assert read(body(*reversed(PAGES))) == SAID
    same_day = write.mt940(
        Statement("12345678", "GBP", (ANN,), 100000, 104200, date(2026, 1, 31)), "7/1", ends="M"
    )
    assert read(body(PAGES[1], same_day)) == SAID


def test_the_number_may_begin_again_with_the_year():
    old, new = write.mt940(FIRST, "365/1"), write.mt940(SECOND, "1/1")
    assert read(body(old, new)) == SAID
    assert read(body(*(write.envelope(one) for one in (old, new)))) == SAID


def test_a_page_missing_between_two_is_found_out():
    gap = write.mt940(Statement("12345678", "GBP", (), 5, 5, date(2026, 1, 31)), "7/3", "M")
    with pytest.raises(refusals.PagesApart):
        read(body(PAGES[0], gap))


def test_a_page_alone_is_read_with_its_own_sums():
    """Some banks end every statement with an interim balance; some give a file for each page."""
    assert read(body(PAGES[0])) == FIRST
    assert read(body(PAGES[1])) == SECOND


def test_the_account_asked_for_is_chosen_out_of_several():
    both = body(write.mt940(SAID), write.mt940(OTHER))
    with pytest.raises(refusals.SeveralAccounts, match="2 accounts"):
        read(both)
    assert read(both, account="12345678") == SAID
    assert read(both, account="20-00-00 87654321") == OTHER


@pytest.mark.parametrize(
    ("said", "account"),
    [
        ("12345678", "12345678"),
        ("200000/12345678", "12345678"),
        ("BANKGB2L/GB29NWBK60161331926819", "GB29NWBK60161331926819"),
        ("GB29NWBK60161331926819GBP", "GB29NWBK60161331926819"),
        ("GB29NWBK60161331926819 GBP", "GB29NWBK60161331926819"),
        ("12345678/GBP", "12345678"),
        ("20-00-00 12345678", "20000012345678"),
    ],
)
def test_the_account_is_named_without_its_bank_and_currency(said, account):
    text = body(write.mt940(SAID)).replace(b":25:12345678", f":25:{said}".encode())
    assert read(text).account == account
    framed = text.replace(b":25:", b":25P:").replace(b"\n:28C", b"\nBANKGB2L\n:28C")
    assert read(framed).account == account


# --- What is refused -----------------------------------------------------------------------------

ENTRY = ":61:2601050105C42,00NTRFNONREF"


@pytest.mark.parametrize(
    ("refusal", "lines"),
    [
        (refusals.EntryNotRead, [":61:"]),
        (refusals.EntryNotRead, [":61:2601050105X42,00NTRF"]),
        (refusals.EntryNotRead, [":61:2601050105ED42,00NTRF"]),
        (refusals.EntryNotRead, [":61:2601050105C-42,00NTRF"]),
        (refusals.EntryNotRead, [":61:05/01/26C42,00NTRF"]),
        (refusals.NotMoney, [":61:2601050105C1.042,00NTRF"]),
        (refusals.NotMoney, [":61:2601050105C42.0NTRF"]),
        (refusals.NotMoney, [":61:2601050105C4,2,0NTRF"]),
        (refusals.PartPenny, [":61:2601050105C42,005NTRF"]),
        (refusals.AmountTooBig, [":61:2601050105C999999999999,00NTRF"]),
        (refusals.NoSuchDay, [":61:2602300105C42,00NTRF"]),
        (refusals.NoSuchDay, [":61:2601050230C42,00NTRF"]),
        (refusals.NoSuchDay, [":61:2613050105C42,00NTRF"]),
        (refusals.Broken, [ENTRY, ":25:99999999"]),
        (refusals.Broken, [":60F:C260101GBP0,00"]),
        (refusals.Broken, [":62F:C260131GBP142,00", ENTRY]),
        (refusals.CellTooLong, [ENTRY, ":86:" + "A" * 10_001]),
        (refusals.OtherKind, [":34F:GBP0,"]),
    ],
)
def test_an_entry_that_can_not_be_read_rightly_is_refused(refusal, lines):
    with pytest.raises(refusal) as refused:
        read(with_entry(*lines))
    assert type(refused.value) is refusal
    assert "{" not in refused.value.sentence


def test_a_refusal_names_the_line():
    with pytest.raises(refusals.NoSuchDay, match=r'^Line 5 says "260230"'):
        read(with_entry(":61:2602300105C42,00NTRF"))


@pytest.mark.parametrize("tag", [":20:", ":25:", ":60F:", ":62F:"])
def test_a_message_without_what_it_must_have_is_refused(tag):
    lines = [one for one in write.mt940(SAID) if not one.startswith(tag)]
    with pytest.raises((refusals.Lacks, refusals.Broken)):
        read(body(lines))


@pytest.mark.parametrize(
    ("refusal", "old", "new"),
    [
        (refusals.PageDiffers, "969,50", "969,51"),
        (refusals.PageDiffers, ":62F:C", ":62F:D"),
        (refusals.BalanceNotRead, ":62F:C", ":62F:X"),
        (refusals.BalanceNotRead, "GBP969,50", "969,50"),
        (refusals.NotMoney, "969,50", "96,9,50"),
        (refusals.NoSuchDay, ":62F:C260131", ":62F:C260230"),
        (refusals.SeveralCurrencies, "GBP969,50", "EUR969,50"),
        (refusals.OtherPennies, "GBP", "JPY"),
        (refusals.PageDiffers, "D72,50", "C72,50"),
    ],
)
def test_balances_that_can_not_be_are_refused(refusal, old, new):
    with pytest.raises(refusal) as refused:
        read(body(write.mt940(SAID)).replace(old.encode(), new.encode()))
    assert type(refused.value) is refusal


def test_other_messages_are_told_by_name():
    for kind, name in (("942", "MT942"), ("103", "MT103"), ("941", "MT941")):
        lines = write.envelope(write.mt940(SAID))
        lines[0] = lines[0].replace("O940", f"O{kind}")
        with pytest.raises(refusals.OtherKind, match=name):
            read(body(lines))
    within = [
        ":20:X",
        ":25:12345678",
        ":28C:1/1",
        ":34F:GBPD0,",
        ":13D:2601051200+0000",
        ENTRY,
        "-",
    ]
    with pytest.raises(refusals.OtherKind, match="MT942"):
        read(body(within))


def test_a_statement_without_words_mt950_is_read():
    lines = write.envelope([one for one in write.mt940(SAID) if not one.startswith(":86:")])
    lines[0] = lines[0].replace("O940", "O950")
    assert [one.amount for one in read(body(lines)).lines] == [4200, -7250]


def test_a_table_that_speaks_of_tags_is_a_table():
    assert is_table(b"Date,Details,Amount\n13/01/2026,:20: :61:,42.00\n")
