"""Mixed files: cells of every kind and every fault, side by side; and what becomes of each of their rows."""

import hashlib
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.forms import scan_lines
from imports.contacts.mapping import Mapping
from tests.contacts.conftest import CATALOGUE, Checked

HEADERS = (
    *("Email", "Mobile", "Country", "Name", "Street", "Town", "Notes", "Birthday", "Seen", "Spend", "VIP", "Status"),
    *("SMS", "Groups", "Offers", "Agreed", "IP", "Match", "ID"),
)  # fmt: skip
MAPPING: dict[str, Any] = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Match", "target": "matchIdentifier"},
        {"column": "Email", "target": "identifiers.email"},
        {"column": "ID", "target": "identifiers.contactId"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
        {"column": "Name", "target": "dataFields.FIRSTNAME", "part": "firstName"},
        {"column": "Name", "target": "dataFields.LASTNAME", "part": "lastName", "case": "title"},
        {
            "column": "Street",
            "target": "dataFields.NOTES",
            "join": {"columns": ["Town", "Notes"], "separator": ", "},
        },
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y"},
        {"column": "Spend", "target": "dataFields.SPEND", "decimal": ","},
        {"column": "VIP", "target": "dataFields.VIP", "values": {"Gold": True, "Lead": None}},
        {"column": "Status", "target": "channelProperties.email.status"},
        {"column": "SMS", "target": "channelProperties.sms.status"},
        {"column": "Groups", "target": "lists"},
        {"column": "Offers", "target": "preferences.9"},
        {"column": "Agreed", "target": "consentRecords.dateTimeConsented", "format": "ISO 8601"},
        {"column": "IP", "target": "consentRecords.ipAddress"},
    ],
    "constants": [
        {"target": "lists", "value": [70002]},
        {"target": "consentRecords.text", "value": "Yes"},
        {"target": "consentRecords.url", "value": "https://example.com/join"},
        {"target": "consentRecords.userAgent", "value": "Form"},
    ],
}
NOTHING = (
    "",
    "",
    "",
    " ",
    "\u00a0\u200b",
    "n/a",
    "NULL",
    "-",
    "'",
    "#N/A",
    "\x00",
    "0",
    "?",
    "None",
    "\u200e",
)
PHONES = (
    *(
        "+12015550123",
        "+14165550124",
        "+16045550125",
        "+447400123456",
        "+447781123457",
        "+441481960194",
        "123",
    ),
    *(
        "0800 123 4567",
        "0370 123 4568",
        "07400 604986",
        "+39 06 6981 2345",
        "+379 06 698 12346",
        "00447511239264",
    ),
    *(
        "+49 151 23456789",
        "0151 23456780",
        "4.47512E+11",
        "'07511239265",
        "(212) 707-7364",
        "+4915123456781 x5",
    ),
    *("+33 6 12 34 56 78", "+5215512345678", "07400604987; 07400604988", "447400604989", "p:+447400604990"),
    *(
        "+61 412 345 678",
        "tel:+447400604991",
        "7400604992",
        "+1 809 555 0123",
        "+64211234567",
        "+86 138 1234 5678",
    ),
)
CELLS: dict[str, tuple[str, ...]] = {
    "Country": ("GB", "US", "Germany", "Atlantis", "DE", "Canada", "Guernsey", "Vatican City", "it"),
    "Name": (
        *(
            "Zoë van der Berg",
            "Ann Lee",
            "Lee, Ann",
            "Cher",
            "Dr. Ann Lee",
            "ANN LEE",
            "Ann Mary Lee",
            "'s Jacob",
        ),
        *("山田 太郎", "a" * 1_200, "Null", "RenÃ©e Lee", "Ann\nLee", "=A1", "O'Neil"),
    ),
    "Street": ("1 High Street", "'t Harde", "'12345", "x" * 1_200, "Ren\ufffde", '"', "\\", "\u2028", "n.a."),
    "Town": ("Leeds", "'s-Hertogenbosch", "Unknown", "z:LS1 4AP"),
    "Notes": ("tbc", "a\tb", "ok", "Ã©tÃ©"),
    "Birthday": (
        "24.02.1993",
        "30.02.1993",
        "0.0.00",
        "1993-02-24",
        "24.2.93",
        "45000",
        "soon",
        "24.02.1993 00:00",
    ),
    "Seen": ("",),
    "Spend": (
        "1.234,50",
        "12,5",
        "-7",
        "1e5",
        "lots",
        "€ 5",
        "1 000",
        "'5",
        "(5,00)",
        "99999999999999999999",
        "5-",
    ),
    "VIP": ("yes", "nein", "Gold", "lead", "1", "perhaps", "WAHR", "x"),
    "Status": ("subscribed", "unsubscribed", "Pending opt-in", "bounced", "yes", "cleaned", "whatever"),
    "SMS": ("none", "subscribed", "no subscription", "true", "whatever"),
    "Groups": ("Newsletter", "70001; 70002", "Nobody", "newsletter|nobody", ";", "70002"),
    "Offers": ("yes", "N", "perhaps", "true"),
    "Agreed": ("2026-01-31T10:00:00+01:00", "2026-01-31", "31.01.2026", "soon", "2026-01-31 10:00"),
    "IP": ("192.0.2.10", "2001:db8::1", "192.0.2.999", "unknown"),
    "Match": ("email", "E-Mail", "mobileNumber", "contactId", "phone", "whatever"),
    "ID": ("77", "7.8E5", "x", "12,345"),
}
EMAILS = (
    "p{}@example.com",
    " P{}@Example.COM ",
    "p{}@gmial.com",
    "p{}@@x",
    "p{}.example.com",
    "<p{}@example.org>",
)
PLAIN = (
    *("anchor@example.com", "+447400999999", "GB", "Ann Lee", "1 High Street", "Leeds", "ok", "24.02.1993", "", "1,5"),
    *("yes", "subscribed", "none", "Newsletter", "yes", "2026-01-31", "192.0.2.10", "email", ""),
)  # fmt: skip
"""A row of plain cells. With it in every file no column has a mark before all of its cells."""

Row = tuple[str, ...]


def mixed_rows(chance: random.Random, count: int, blanks: float = 0.3) -> list[Row]:
    """Rows that share no identifier."""
    phones = list(PHONES)
    chance.shuffle(phones)
    rows = []
    for number in range(count):
        cells = {header: chance.choice(CELLS[header]) for header in CELLS}
        cells |= {header: chance.choice(NOTHING) for header in CELLS if chance.random() < blanks}
        cells["Email"] = chance.choice(EMAILS).format(number)
        cells["Mobile"] = phones.pop() if phones else chance.choice(NOTHING)
        if chance.random() < blanks:
            cells[chance.choice(("Email", "Mobile"))] = chance.choice(NOTHING)
        if chance.random() < blanks / 6:
            cells = dict.fromkeys(cells, chance.choice(NOTHING))
        # "0" is an id that several rows would share.
        if cells["ID"] in (*CELLS["ID"], "0"):
            cells["ID"] = chance.choice((f"{number + 1}", "x"))
        rows.append(tuple(cells[header] for header in HEADERS))
    return rows


def checked(
    folder: Path, rows: Sequence[Row], mapping: dict[str, Any], rows_per_group: int = 50_000
) -> Checked:
    """A check of a file of these rows, whose staged table has row groups of so many rows."""
    schema = {"row": pl.UInt32, **{f"c{place}": pl.String for place in range(len(HEADERS))}}
    records = [(number, *cells) for number, cells in enumerate(rows, 2)]
    frame = pl.DataFrame(records, schema=schema, orient="row")
    staged, prepared, issues = (folder / name for name in ("staged", "prepared", "issues"))
    tables.write_table(frame.iter_slices(rows_per_group), schema, staged, rows_per_group)
    mapped = Mapping.from_json(mapping)
    summary = check(CheckRequest(staged, HEADERS, mapped, CATALOGUE, prepared, issues, default_region="US"))
    lines = scan_lines(staged, prepared, issues, HEADERS).collect().sort("row", maintain_order=True)
    return Checked(summary, pl.read_parquet(prepared), lines)


def outcomes(found: Checked) -> list[list[Any]]:
    """What became of each row: fate, identifiers, contact, and the lines about it."""
    lines: dict[int, list[list[Any]]] = {}
    for row, *line in found.issues.iter_rows():
        lines.setdefault(row, []).append(line)
    return [
        [*outcome, sorted(lines.get(row, []), key=str)]
        for row, *outcome in found.prepared.drop("stands_for_it").sort("row").iter_rows()
    ]


if __name__ == "__main__":  # the outcomes of a file of many rows, as a digest
    with TemporaryDirectory() as here:
        large = [*mixed_rows(random.Random(7), int(sys.argv[1])), PLAIN]
        told = outcomes(checked(Path(here), large, MAPPING, int(sys.argv[2])))
    sys.stdout.write(f"{pl.thread_pool_size()} {hashlib.sha256(json.dumps(told).encode()).hexdigest()}\n")
