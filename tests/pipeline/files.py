"""Contact files in the shape of real exports, about people who do not exist."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

MAILCHIMP_HEADER = ("Email Address", "First Name", "Last Name", "Phone Number", "CC", "MEMBER_RATING")
MAILCHIMP_ROWS = (
    ("leila@example.org", "Leila", "Şahin", "(617) 369-9076", "US", "2"),
    ("grace@example.com", "Grace", 'O"Neill', "+44 7400 604986", "GB", "5"),
    ("broken@@example.com", "Nobody", "Atall", "", "", ""),
    ("", "", "", "", "", ""),
    ("Leila@Example.org", "Leila", "Sahin", "617 369 9076", "US", "3"),
    ("chloe@example.net", "Chloë", "Müller", "12", "GB", "1"),
)
OUTLOOK_HEADER = (
    "Vorname",
    "Nachname",
    "E-Mail-Adresse",
    "Mobiltelefon",
    "Geburtstag",
    "Umsatz",
    "Newsletter",
)
OUTLOOK_ROWS = (
    ("Käthe", "Weiß", "kathe@example.de", "015291897076", "24.02.1993", "4.724,73", "Ja"),
    ("Jörg", "Köhler", "jorg@example.de", "015797428134", "0.0.00", "289,60", "Nein"),
)
CONTACTS_HEADER = ("Email", "First name")


def delimited(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def workbook(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Contacts")
        for number, row in enumerate([header, *rows]):
            sheet.write_row(number, 0, row)
    return path


def mailchimp_csv(folder: Path) -> Path:
    return delimited(folder / "audience.csv", MAILCHIMP_HEADER, MAILCHIMP_ROWS)


def outlook_csv(folder: Path) -> Path:
    return delimited(folder / "kontakte.csv", OUTLOOK_HEADER, OUTLOOK_ROWS, delimiter=";", encoding="cp1252")


def contacts_csv(folder: Path, count: int) -> Path:
    rows = [(f"person{number}@example.com", f"Name {number}") for number in range(count)]
    return delimited(folder / "contacts.csv", CONTACTS_HEADER, rows)
