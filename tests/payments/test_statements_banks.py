"""Tables of real banks, made after the descriptions of their columns: found out by themselves.

Each holds two payments, and is read as these two: the hall out, Ann in.
"""

from datetime import date

import pytest

from payments.statements import refusals
from payments.statements.read import Columns, guess_columns, is_table, read

UK = {
    "Barclays business": """\
Date,Type,Description,Money out,Money in,Balance
29/10/2026,DD,HALL HIRE,72.50,,927.50
30/10/2026,FPI,ANN SMITH T4K2P,,42.00,969.50
""",
    "NatWest": """\
Date,Type,Description,Value,Balance,Account Name,Account Number
30 Oct 2026,BAC,"ANN SMITH , T4K2P",42.00,969.50,"CLUB","601613-31926819"
29 Oct 2026,D/D,"HALL HIRE",-72.50,927.50,"CLUB","601613-31926819"
""",
    "NatWest Bankline": """\
Sort Code,Account Number,Account Alias,Account Short Name,Currency,Account Type,Bank Name,\
Branch Name,BIC,Date,Narrative #1,Narrative #2,Narrative #3,Narrative #4,Narrative #5,Type,\
Debit,Credit
601613,31926819,,CLUB,GBP,CURRENT,NATWEST,OXFORD,NWBKGB2L,29/10/2026,HALL,HIRE,,,,D/D,72.50,
601613,31926819,,CLUB,GBP,CURRENT,NATWEST,OXFORD,NWBKGB2L,30/10/2026,ANN SMITH,T4K2P,,,,BAC,,42.00
""",
    "HSBC business": """\
Date,Type,Description,Paid out,Paid in,Balance
29 Oct 2026,DD,HALL HIRE,72.50,,927.50
30 Oct 2026,CR,ANN SMITH T4K2P,,42.00,969.50
""",
    "HSBCnet": """\
Account name,Account number,Bank name,Currency,Location,BIC,IBAN,Account status,Account type,\
Closing ledger balance,Closing ledger brought forward from,Closing available balance,\
Closing available brought forward from,Current ledger balance,Current ledger as at,\
Current available balance,Current available as at,Bank reference,Narrative,Customer reference,\
TRN type,Value date,Credit amount,Debit amount,Time,Post date,Balance
CLUB,12345678,HSBC,GBP,UK,HBUKGB4B,GB12HBUK12345612345678,ACTIVE,CURRENT,969.50,30/10/2026,\
969.50,30/10/2026,969.50,30/10/2026,969.50,30/10/2026,R1,HALL HIRE,NONREF,TRF,29/10/2026,,-72.50,\
10:11,29/10/2026,927.50
CLUB,12345678,HSBC,GBP,UK,HBUKGB4B,GB12HBUK12345612345678,ACTIVE,CURRENT,969.50,30/10/2026,\
969.50,30/10/2026,969.50,30/10/2026,969.50,30/10/2026,R2,ANN SMITH,T4K2P,TRF,30/10/2026,42.00,,\
10:11,30/10/2026,969.50
""",
    "HSBCnet, short, no heading": """\
123456-01234567,29/10/2026,GBP,-72.50,HALL HIRE,DEB
123456-01234567,30/10/2026,GBP,42.00,ANN SMITH T4K2P,CR
""",
    "Lloyds commercial, no heading": """\
29/10/26,010203-12345678,,DEB,-72.50,,HALL HIRE
30/10/26,010203-12345678,,BGC,42.00,T4K2P,ANN SMITH
""",
    "TSB": """\
Date,Transaction type,Sort code,Account number,Description,Debit,Credit,Balance
30 Oct 2026,FASTER PAYMENT,01-02-03,12345678,ANN SMITH T4K2P,,42.00,969.50
29 Oct 2026,DIRECT DEBIT,01-02-03,12345678,HALL HIRE,72.50,,927.50
""",
    "Santander business": """\
Date,Type,Merchant/Description,Debit/Credit,Balance
30/10/2026,CREDIT,ANN SMITH T4K2P,£42.00,£969.50
29/10/2026,DEBIT,HALL HIRE,-£72.50,£927.50
""",
    "Santander, money in and out": """\
Account number: 12345678
"Date","Description","Money in","Money Out","Balance"
"30/10/2026","FASTER PAYMENTS RECEIPT REF T4K2P FROM ANN SMITH","42.00","","969.50"
"29/10/2026","HALL HIRE","","72.50","927.50"
""",
    "Nationwide, card": """\
"Account Name:","Card ****1234"
"Account Balance:","£969.50"
"Available Credit:","£500.00"

"Date","Transactions","Location","Paid out","Paid in"
"30 Oct 2026","ANN SMITH T4K2P","OXFORD","","£42.00"
"29 Oct 2026","HALL HIRE","OXFORD","£72.50",""
""".encode("cp1252"),
    "Monzo, older": """\
id,created,amount,currency,local_amount,local_currency,category,emoji,description,address,notes,receipt
tx_1,2026-10-29 10:11:12 +0000,-72.50,GBP,-72.50,GBP,bills,,HALL HIRE,,,
tx_2,2026-10-30 10:11:12 +0000,42.00,GBP,42.00,GBP,general,,ANN SMITH,,T4K2P,
""",
    "Starling, older": """\
Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP)
,Opening Balance,,,,1000.00
29/10/2026,HALL,HIRE,DIRECT DEBIT,-72.50,927.50
30/10/2026,ANN SMITH,T4K2P,FASTER PAYMENT,42.00,969.50
""",
    "Revolut": """\
Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
TRANSFER,Current,2026-10-28 10:11:12,2026-10-29 10:11:13,HALL HIRE,-72.50,0.00,GBP,COMPLETED,927.50
CARD_PAYMENT,Current,2026-10-29 11:11:12,,CAFE,-5.00,0.00,GBP,REVERTED,
TOPUP,Current,2026-10-30 10:11:12,2026-10-30 10:11:13,ANN SMITH T4K2P,42.00,0,GBP,COMPLETED,969.50
CARD_PAYMENT,Current,2026-10-30 11:11:12,,CAFE,-6.00,0.00,GBP,PENDING,
""",
    "Revolut business": """\
Date started (UTC),Date completed (UTC),ID,Type,State,Description,Reference,Payer,Card number,\
Orig currency,Orig amount,Payment currency,Amount,Total amount,Exchange rate,Fee,Fee currency,\
Balance,Account
2026-10-30,2026-10-30,i2,TOPUP,COMPLETED,Money added from ANN SMITH,T4K2P,,,GBP,42.00,GBP,42.00,\
42.00,,0.00,GBP,969.50,GBP Main
2026-10-29,2026-10-29,i1,TRANSFER,COMPLETED,To HALL,HIRE,Jo,,GBP,-72.00,GBP,-72.00,-72.50,,0.50,\
GBP,927.50,GBP Main
""",
    "Co-operative": """\
Date,Description,Type,Money In,Money Out,Balance
2026-10-30,ANN SMITH T4K2P,FASTER PAYMENT,42.00,,969.50
2026-10-29,HALL HIRE,DIRECT DEBIT,,72.50,927.50
""",
    "Metro": """\
Date,Details,Transaction Type,In,Out,Balance
29/10/2026,HALL HIRE,Direct Debit,0.00,72.50,927.50
30/10/2026,ANN SMITH T4K2P,Inward Payment,42.00,0.00,969.50
""",
    "Unity Trust": """\
Account Name,Account Number,Sort Code,Date,Type,Transaction Details,Debit (£),Credit (£),Balance (£)
CLUB,20123456,608301,30/10/2026,Credit,ANN SMITH T4K2P,,42.00,969.50
CLUB,20123456,608301,29/10/2026,Direct Debit,HALL HIRE,72.50,,927.50
""".encode("cp1252"),
    "CAF Bank": """\
Transaction Date,Value Date,Details,Reference,Payments,Receipts,Balance
29-Oct-2026,29-Oct-2026,HALL,HIRE,72.50,,927.50
30-Oct-2026,30-Oct-2026,ANN SMITH,T4K2P,,42.00,969.50
""",
    "Virgin and Clydesdale, no heading": """\
2026/10/29,1,82612312345678,,,,HALL HIRE,-72.50,DD
2026/10/30,2,82612312345678,,,,ANN SMITH,42.00,T4K2P
""",
    "Virgin": """\
Date,Description,Debit,Credit,Balance
30/10/2026,"ANN SMITH, T4K2P",,"£42.00","£969.50"
29/10/2026,"HALL HIRE","£72.50",,"£927.50"
""",
    "Handelsbanken": """\
Account,Transaction Date,Description,Debit Value,Credit Value
12345678,29/10/2026,HALL HIRE,72.50,
12345678,30/10/2026,ANN SMITH T4K2P,,42.00
""",
    "first direct": """\
Date,Description,Amount,Balance
30/10/2026,ANN SMITH T4K2P,42.00,969.50
29/10/2026,HALL HIRE,-72.50,927.50
""",
    "Tide": """\
Date,Timestamp,Transaction ID,Transaction description,Transaction type,Reference,Status,Amount,\
Paid in,Paid out,Balance
2026-10-30,2026-10-30 10:11:12,u-2,ANN SMITH,Faster Payment in,T4K2P,Cleared,42.00,42.00,,969.50
2026-10-29,2026-10-29 10:11:12,u-1,HALL,Direct Debit,HIRE,Cleared,-72.50,,72.50,927.50
""",
    "Wise": """\
"TransferWise ID",Date,Amount,Currency,Description,"Payment Reference","Running Balance",\
"Exchange From","Exchange To","Exchange Rate","Payer Name","Payee Name","Payee Account Number",\
Merchant,"Card Last Four Digits","Total fees"
TRANSFER-2,30-10-2026,42.00,GBP,"Received money from ANN SMITH",T4K2P,969.50,,,,"ANN SMITH",,,,,0.00
TRANSFER-1,29-10-2026,-72.50,GBP,"Sent money to HALL",HIRE,927.50,,,,,HALL,12345678,,,0.50
""",
    "Coventry, with pence in words and a dated carried balance": """\
Date,Description,Withdrawals,Receipts,Balance
29/10/2026,HALL HIRE,72.50 DR,,927.50 CR
30/10/2026,ANN SMITH T4K2P,,42.00 CR,969.50 CR
""",
}

ABROAD = {
    "AIB": """\
Posted Account, Posted Transactions Date, Description1, Description2, Description3, Debit Amount,\
 Credit Amount,Balance,Posted Currency,Transaction Type,Local Currency Amount,Local Currency
"932000-12345678","29/10/2026","HALL","HIRE","","72.50","","927.50",EUR,"Debit"," 72.50",EUR
"932000-12345678","30/10/2026","ANN SMITH","T4K2P","","","42.00","969.50",EUR,"Credit"," 42.00",EUR
""",
    "Bank of Ireland": """\
Date,Details,Debit,Credit,Balance
29/10/2026,HALL HIRE,72.50,,927.50
30/10/2026,ANN SMITH T4K2P,,42.00,969.50
""",
    "N26": """\
"Date","Payee","Account number","Transaction type","Payment reference","Amount (EUR)",\
"Amount (Foreign Currency)","Type Foreign Currency","Exchange Rate"
"2026-10-29","HALL","DE12500105170648489890","Outgoing Transfer","HIRE","-72.5","","",""
"2026-10-30","ANN SMITH","","Income","T4K2P","42.0","","",""
""",
    "ING Germany": """\
Umsatzanzeige;Datei erstellt am: 31.10.2026 10:11

IBAN;DE12 5001 0517 0648 4898 90
Kontoname;Girokonto
Bank;ING
Kunde;Club
Zeitraum;01.10.2026 - 31.10.2026
Saldo;969,50;EUR

Sortierung;Datum absteigend

In der CSV-Datei finden Sie alle bereits gebuchten Umsätze.

Buchung;Valuta;Auftraggeber/Empfänger;Buchungstext;Verwendungszweck;Saldo;Währung;Betrag;Währung
30.10.2026;30.10.2026;ANN SMITH;Gutschrift;T4K2P;969,50;EUR;42,00;EUR
29.10.2026;29.10.2026;HALL;Lastschrift;HIRE;927,50;EUR;-72,50;EUR
""".encode("cp1252"),
    "DKB": """\
"Girokonto";"DE12120300001234567890"
"Kontostand vom 31.10.2026:";"969,50 €"
""
"Buchungsdatum";"Wertstellung";"Status";"Zahlungspflichtige*r";"Zahlungsempfänger*in";\
"Verwendungszweck";"Umsatztyp";"IBAN";"Betrag (€)";"Gläubiger-ID";"Mandatsreferenz";"Kundenreferenz"
"31.10.26";"";"Vorgemerkt";"CLUB";"CAFE";"";"Ausgang";"";"-5,00";"";"";""
"30.10.26";"30.10.26";"Gebucht";"ANN SMITH";"CLUB";"T4K2P";"Eingang";"DE1";"42,00";"";"";""
"29.10.26";"29.10.26";"Gebucht";"CLUB";"HALL";"HIRE";"Ausgang";"DE2";"-72,50";"";"";""
""",
    "Sparkasse": """\
"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Glaeubiger ID";\
"Mandatsreferenz";"Kundenreferenz (End-to-End)";"Sammlerreferenz";"Lastschrift Ursprungsbetrag";\
"Auslagenersatz Ruecklastschrift";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";\
"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"
"DE12";"30.10.26";"30.10.26";"GUTSCHRIFT";"T4K2P";"";"";"";"";"";"";"ANN SMITH";"DE1";"X";"42,00";\
"EUR";"Umsatz gebucht"
"DE12";"29.10.26";"29.10.26";"LASTSCHRIFT";"HIRE";"";"";"";"";"";"";"HALL";"DE2";"X";"-72,50";\
"EUR";"Umsatz gebucht"
""",
    "Rabobank": """\
"IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn",\
"Tegenrekening IBAN/BBAN","Naam tegenpartij","Naam uiteindelijke partij","Naam initiërende partij",\
"BIC tegenpartij","Code","Batch ID","Transactiereferentie","Machtigingskenmerk","Incassant ID",\
"Betalingskenmerk","Omschrijving-1","Omschrijving-2","Omschrijving-3","Reden retour",\
"Oorspr bedrag","Oorspr munt","Koers"
"NL44RABO0123456789","EUR","RABONL2U","1","2026-10-29","2026-10-29","-72,50","+927,50","NL1","HALL",\
"","","","ei","","","","","","HIRE","","","","","",""
"NL44RABO0123456789","EUR","RABONL2U","2","2026-10-30","2026-10-30","+42,00","+969,50","NL2",\
"ANN SMITH","","","","cb","","","","","","T4K2P","","","","","",""
""",
    "KBC": """\
Rekeningnummer;Rubrieknaam;Naam;Munt;Afschriftnummer;Datum;Omschrijving;Valuta;Bedrag;Saldo;\
credit;debet;rekeningnummer tegenpartij;BIC tegenpartij;Naam tegenpartij;Adres tegenpartij;\
gestructureerde mededeling;Vrije mededeling
BE71096123456769;;CLUB;EUR;2026;30/10/2026;OVERSCHRIJVING;30/10/2026;42,00;969,50;42,00;;BE1;X;\
ANN SMITH;;;T4K2P
BE71096123456769;;CLUB;EUR;2026;29/10/2026;DOMICILIERING;29/10/2026;-72,50;927,50;;-72,50;BE2;X;\
HALL;;;HIRE
""",
    "bunq": """\
"Date","Interest Date","Amount","Account","Counterparty","Name","Description"
"2026-10-29","2026-10-29","-72.50","NL63BUNQ2031783591","NL58","HALL","HIRE"
"2026-10-30","2026-10-30","42.00","NL63BUNQ2031783591","NL59","ANN SMITH","T4K2P"
""",
    "La Banque Postale": """\
Numéro Compte   :;1234567A033
Type         :;CCP
Compte tenu en  :;euros

Date;Libellé;Débit euros;Crédit euros
29/10/2026;"HALL HIRE";-72,50;
30/10/2026;"ANN SMITH T4K2P";;42,00
""".encode("cp1252"),
    "a bank in Spain": """\
Fecha;Concepto;Importe;Saldo
30/10/2026;ANN SMITH T4K2P;42,00;969,50
29/10/2026;HALL HIRE;-72,50;927,50
""",
    "Swedbank": """\
* Transaktioner Period 2026-10-01 - 2026-10-31 Skapad 2026-10-31 10:11 CET
Radnummer,Clearingnummer,Kontonummer,Produkt,Valuta,Bokföringsdag,Transaktionsdag,Valutadag,\
Referens,Beskrivning,Belopp,Bokfört saldo
1,81059,123456789,Konto,SEK,2026-10-30,2026-10-30,2026-10-30,T4K2P,ANN SMITH,42.00,969.50
2,81059,123456789,Konto,SEK,2026-10-29,2026-10-29,2026-10-29,HALL,HIRE,-72.50,927.50
""".encode("cp1252"),
    "Danish banks": """\
Bogføringsdato;Beløb;Afsender;Modtager;Navn;Beskrivelse;Saldo;Valuta;Afstemt
30.10.2026;42,00;1;;ANN SMITH;T4K2P;969,50;DKK;
29.10.2026;-72,50;1;;HALL;HIRE;927,50;DKK;
""",
    "NAB": """\
Date,Amount,Account Number,,Transaction Type,Transaction Details,Balance,Category,Merchant Name
30 Oct 26,42.00,123456789,,TRANSFER CREDIT,ANN SMITH T4K2P,969.50,,
29 Oct 26,-72.50,123456789,,DIRECT DEBIT,HALL HIRE,927.50,,HALL
""",
    "Westpac": """\
Bank Account,Date,Narrative,Debit Amount,Credit Amount,Balance,Categories,Serial
032000123456,30/10/2026,ANN SMITH T4K2P,,42.00,969.50,DEP,
032000123456,29/10/2026,HALL HIRE,72.50,,927.50,PAYMENT,
""",
    "ANZ, no heading": """\
30/10/2026,42.00,"ANN SMITH T4K2P"
29/10/2026,-72.50,"HALL HIRE"
""",
    "ING Australia, credit and debit with a minus": """\
Date,Description,Credit,Debit,Balance
30/10/2026,ANN SMITH T4K2P,42.00,,969.50
29/10/2026,HALL HIRE,,-72.50,927.50
""",
    "Bendigo, dollars": """\
"Date","Description","Amount","Balance"
"30/10/2026","ANN SMITH T4K2P","$42.00","$969.50"
"29/10/2026","HALL HIRE","-$72.50","$927.50"
""",
}

BANKS = {**UK, **ABROAD}


@pytest.mark.parametrize("layout", BANKS.values(), ids=BANKS)
def test_the_table_of_a_bank_is_found_out_and_read(layout):
    body = layout if isinstance(layout, bytes) else layout.encode()
    assert is_table(body)
    statement = read(body, guess_columns(body))
    hall, ann = statement.lines
    assert (hall.happened_on, hall.amount) == (date(2026, 10, 29), -7250)
    assert (ann.happened_on, ann.amount) == (date(2026, 10, 30), 4200)
    assert {"HALL", "HIRE"} <= set(hall.words.split())
    assert {"ANN", "SMITH", "T4K2P"} <= set(ann.words.replace(",", " ").split())
    assert statement.closing in {None, 96950}
    assert statement.opening in {None, 100000}


def test_what_did_not_happen_is_left_out_and_counted():
    body = UK["Revolut"].encode()
    assert read(body, guess_columns(body)).left_out == 2


def test_a_fee_beside_the_amount_left_the_account_if_the_balances_say_so():
    def amounts(hall: str) -> list[int]:
        rows = f"28/10/2026,ANN,42.00,0,1000.00\n29/10/2026,HALL,{hall},0.50,927.50\n"
        body = ("Date,Description,Amount,Fee,Balance\n" + rows).encode()
        return [line.amount for line in read(body, guess_columns(body)).lines]

    assert amounts("-72.00") == [4200, -7250]
    assert amounts("-72.50") == [4200, -7250]
    with pytest.raises(refusals.BalanceBreaks, match="line 3"):
        amounts("-72.10")


def test_a_fee_that_no_balance_tells_of_is_not_guessed():
    columns = Columns(0, 2, None, None, (1,), None, 1)
    rows = "Date,Description,Amount,Fee,Balance\n29/10/2026,HALL,-72.00,0.50,927.50\n"
    with pytest.raises(refusals.FeeUnclear, match="Line 2"):
        read(rows.encode(), columns)


SANTANDER_TEXT = b"""\
From: 01/10/2026 to 31/10/2026

Account: XXXX XXXX XXXX 5678

Date: 30/10/2026
Description: ANN SMITH T4K2P
Amount: 42.00
Balance: 969.50
"""
BARCLAYS_DAILY = b"""\
H,DAILY,1,20261030
,Sort Code,Account,,Value,CR/DR,Description
,200000,12345678,,42.00,CR,ANN SMITH
,200000,12345678,,72.50,DR,HALL HIRE
"""


@pytest.mark.parametrize("body", [SANTANDER_TEXT, BARCLAYS_DAILY])
def test_what_is_laid_out_in_no_dated_rows_is_never_read_by_guess(body):
    assert guess_columns(body) is None
    for columns in (None, Columns(0, 4, None, None, (6,), None, 2)):
        with pytest.raises(refusals.FileRefused):
            read(body, columns)
