"""Every way in which a bank file is refused, as the sentence that the treasurer reads.

A file is read whole or refused whole. `line` is the line in the file, `said` what stood there.
"""

import errors


class FileRefused(errors.NotValid):
    """We could not read this file. Nothing was added."""


class Empty(FileRefused):
    """This file is empty. Save it again at the bank."""


class TooBig(FileRefused):
    """This file is bigger than 2 megabytes. Save a shorter time at the bank."""


class TooManyLines(FileRefused):
    """This file has more than 5,000 lines. Save a shorter time at the bank."""


class TooManyColumns(FileRefused):
    """Line {line} has more than 50 columns. Check that it is a bank statement."""


class CellTooLong(FileRefused):
    """Line {line} has more than 10,000 letters in one place. Check that it is a bank statement."""


class NotText(FileRefused):
    """This file is not a bank statement that we can read. Save it as OFX or CSV at the bank."""


class OtherKind(FileRefused):
    """This is {kind}. We can't read those. Save the statement as OFX or CSV at the bank."""


class NotATable(FileRefused):
    """We found no table in this file. Save it as OFX or CSV at the bank."""


class ColumnsWanted(FileRefused):
    """Say first which column is which."""


class ColumnsNotRight(FileRefused):
    """Choose the date, what it was for, and either one amount or both money in and money out.
    Each needs a column of its own.
    """


class ColumnNotThere(FileRefused):
    """This file does not have the columns that were chosen. Choose them again."""


class StartsElsewhere(FileRefused):
    """The first payment is on line {line}, higher up than in the file whose columns were chosen.
    Choose the columns again.
    """


class QuoteOpen(FileRefused):
    """The quotation marks on line {line} do not match up. Save the file again at the bank."""


class RowTooWide(FileRefused):
    """Line {line} has more columns than the heading. A comma in its text may be to blame."""


class RowNotRead(FileRefused):
    """Line {line} is not a payment: it has no date. Take it out of the file, or save it again."""


class NotADay(FileRefused):
    """Line {line} says "{said}" where the date should be. Take the line out if it is a total."""


class NoSuchDay(FileRefused):
    """Line {line} says "{said}". There is no such day. Save the file again at the bank."""


class DatesUnclear(FileRefused):
    """We can't tell if "{said}" on line {line} puts the day or the month first. Choose which."""


class DatesOtherWay(FileRefused):
    """Line {line} says "{said}". That does not go with how dates were said to be written.
    Choose again if the day or the month comes first.
    """


class DatesMixed(FileRefused):
    """Some dates put the day first and some the month. Line {line} says "{said}". Save the file
    again at the bank.
    """


class NotMoney(FileRefused):
    """Line {line} says "{said}" where an amount should be. Check which column is which."""


class PartPenny(FileRefused):
    """Line {line} says "{said}". That is not in whole pennies. Check which column is which."""


class AmountUnclear(FileRefused):
    """We can't tell if "{said}" on line {line} is in thousands. Save the file with pennies."""


class AmountsMixed(FileRefused):
    """Line {line} says "{said}". Other lines put their comma and dot the other way round."""


class AmountTooBig(FileRefused):
    """Line {line} says "{said}". No payment can be that big. Check which column is which."""


class AmountMissing(FileRefused):
    """Line {line} has a date but no amount. Check which column is which."""


class InAndOut(FileRefused):
    """Line {line} has money in and money out at once. Check which column is which."""


class SignsMixed(FileRefused):
    """Line {line}: money out has a minus here but not on other lines. We can't tell which it is."""


class SignsUnclear(FileRefused):
    """Line {line} says that money went out, but no amount in this file has a minus. Save it as
    another kind of file at the bank.
    """


class FeeUnclear(FileRefused):
    """Line {line} has a fee beside its amount. We can't tell if the amount has it in it. Save the
    file again with an earlier first day.
    """


class BalanceBreaks(FileRefused):
    """The balance on line {line} does not follow from the lines beside it. A line may be missing.
    Save the file again at the bank.
    """


class SumsDiffer(FileRefused):
    """The lines add up to {found}, but the balances say {stated}. A line may be missing. Save the
    file again at the bank.
    """


class PageDiffers(SumsDiffer):
    """The payments of the statement on line {line} add up to {found}, but its balances say
    {stated}. A payment may be missing. Save the file again at the bank.
    """


class PagesApart(FileRefused):
    """The statement on line {line} begins with {said}. The one before it ended with {other}. A
    statement may be missing. Save the file again at the bank.
    """


class SummaryDiffers(FileRefused):
    """Line {line} says {stated}. We count {found}. A payment may be missing. Save the file again at
    the bank.
    """


class OtherPennies(FileRefused):
    """This file is in {said}. We can only read money that has 100 pennies to 1."""


class SeveralAccounts(FileRefused):
    """This file has {count} accounts in it. Save one account at a time at the bank."""


class SeveralCurrencies(FileRefused):
    """Line {line} is in {said}. Other lines are in {other}. We read one currency at a time."""


class CutShort(FileRefused):
    """This file stops in the middle. Save it again at the bank."""


class Broken(FileRefused):
    """Line {line} has "{said}" where it does not belong. Save the file again at the bank."""


class Damaged(FileRefused):
    """Line {line} is damaged. Save the file again at the bank."""


class Unsafe(FileRefused):
    """Line {line} gives orders to our computer. No bank statement does. Nothing was read."""


class SaidTwice(FileRefused):
    """The payment on line {line} says {said} twice. Save the file again at the bank."""


class EntryNotRead(FileRefused):
    """Line {line} says "{said}". We find no payment in it. Save the file again at the bank."""


class BalanceAmongPayments(FileRefused):
    """The payment on line {line} is called "{said}". That is a balance. Save the statement as
    another kind of file at the bank.
    """


class BalanceNotRead(FileRefused):
    """Line {line} says "{said}" where a balance should be. Save the file again at the bank."""


class Lacks(FileRefused):
    """The statement on line {line} does not say its {said}. The file may be cut short. Save it
    again at the bank.
    """


class NotSaid(FileRefused):
    """The payment on line {line} does not say its {said}. Save the file again at the bank."""


class NoStatement(FileRefused):
    """There is no bank statement in this file. Save it again at the bank."""
