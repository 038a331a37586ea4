"""Cleaners that run in different ways over a column say the same as they do of each cell alone."""

import polars as pl
import pytest

from imports.contacts.value_types.value_type import CellRules
from imports.contacts.values.booleans import clean_boolean
from imports.contacts.values.cells import ANSWERED, either, packed, unpacked
from imports.contacts.values.choices import EMAIL_TYPE, clean_choice
from imports.contacts.values.contact_ids import clean_contact_id, clean_custom_identifier
from imports.contacts.values.dates import clean_date
from imports.contacts.values.emails import clean_email
from imports.contacts.values.ip_addresses import clean_ip_address
from imports.contacts.values.lists import clean_lists
from imports.contacts.values.names import split_name
from imports.contacts.values.numbers import clean_number
from imports.contacts.values.phones import clean_phone
from imports.contacts.values.texts import clean_text
from imports.contacts.values.ways import once_each, refused_at_sight
from imports.contacts.values.web_addresses import clean_url
from tests.contacts.conftest import CATALOGUE
from tests.contacts.laws import TYPES

CELLS = [
    *(
        "",
        " ",
        "n/a",
        "-",
        "'",
        "Ja",
        "no",
        "perhaps",
        "Html",
        "text",
        "1",
        "0",
        "1.250,50",
        "-7",
        "12345678901",
        "1e5",
    ),
    *(
        "ann@example.com",
        "ANN@EXAMPLE.COM ",
        "bob@gmial.com",
        "zoë@müller.de",
        "no@where",
        "a b@example.com",
        "x@",
    ),
    *(
        "+12015550123",
        "+14165550123",
        "+447400123456",
        "+441481960194",
        "0800 123 4567",
        "07400 604986",
        "0049 151 2345678",
    ),
    *(
        "2026-11-29",
        "29.11.2026",
        "2026-11-29T10:00:00+01:00",
        "30.02.2026",
        "0.0.00",
        "45000",
        "Nov 29, 2026",
    ),
    *(
        "Newsletter",
        "70002; Customers",
        "Nobody",
        "Ann Lee",
        "Dr. Ann van der Lee",
        "Lee, Ann",
        "Lee",
        "Ann\nLee",
    ),
    *(
        "example.com/a",
        "https://example.com/ä b",
        "http://",
        "192.0.2.1",
        "2001:db8::1",
        "192.0.2.999",
        "a\x00b",
        "é" * 300,
        "Ren\ufffde",
        "7" * 1_001,
    ),
]
CLEANERS = {
    "boolean": clean_boolean,
    "choice": lambda cells: clean_choice(cells, EMAIL_TYPE),
    "contact id": clean_contact_id,
    "custom identifier": clean_custom_identifier,
    "date": lambda cells: clean_date(cells, "%d.%m.%Y"),
    "ISO date": lambda cells: clean_date(cells, "ISO 8601"),
    "e-mail": clean_email,
    "IP address": clean_ip_address,
    "lists": lambda cells: clean_lists(cells, CATALOGUE, 5),
    "first name": lambda cells: split_name(cells, "firstName"),
    "number": lambda cells: clean_number(cells, ","),
    "phone": lambda cells: clean_phone(cells, pl.lit("US")),
    "phone, sure": lambda cells: clean_phone(cells, pl.lit("GB"), pl.lit(value=True)),
    "text": clean_text,
    "URL": clean_url,
    **{
        f"all of {kind}": TYPES[kind].cleaner(CellRules())
        for kind in ("email", "mobileNumber", "String", "url", "Date")
    },
    "each once": lambda cells: once_each(cells, clean_text),
}


def answers(cleaner, *chunks):
    """The answers to the cells of a column, and the struct column itself."""
    parts = [pl.DataFrame({"cell": chunk}, schema={"cell": pl.String}) for chunk in chunks]
    found = pl.concat(parts, rechunk=False).select(answer=cleaner(pl.col("cell")))["answer"]
    return list(unpacked(found).select(ANSWERED).iter_rows()), found


@pytest.mark.parametrize("name", CLEANERS)
def test_a_cells_answer_does_not_depend_on_the_others(name):
    cleaner = CLEANERS[name]
    alone = [answers(cleaner, [cell])[0][0] for cell in CELLS]
    assert answers(cleaner, CELLS)[0] == alone
    assert answers(cleaner, *([cell] for cell in CELLS))[0] == alone
    assert answers(cleaner, CELLS[:7], [], CELLS[7:9], CELLS[9:])[0] == alone
    assert answers(cleaner, *(CELLS,) * 9)[0] == alone * 9
    assert answers(cleaner, *([cell] * 9 for cell in reversed(CELLS)))[0] == [
        answer for answer in reversed(alone) for _ in range(9)
    ]


@pytest.mark.parametrize("name", CLEANERS)
def test_no_struct_is_null(name):
    for chunks in ([CELLS], [[cell] for cell in CELLS], [CELLS] * 9, [[]]):
        found = answers(CLEANERS[name], *chunks)[1]
        assert not found.is_null().any()


def test_either_takes_whole_answers_and_the_other_where_nothing_is_said():
    frame = pl.DataFrame({"cell": ["a", "b", "c"], "first": [True, False, None]})
    first = pl.struct(value="cell", code=pl.lit("one"), doubt=pl.lit(None, pl.String))
    other = pl.struct(value=pl.lit(None, pl.String), code=pl.lit("two"), doubt=pl.lit("d"))
    found = frame.select(either(pl.col("first"), first, other)).to_series()
    assert unpacked(found).rows() == [("a", "one", None), (None, "two", "d"), (None, "two", "d")]
    assert packed(unpacked(found)).to_list() == found.to_list()


def test_what_is_refused_at_sight_is_blank_to_the_cleaner_and_keeps_its_code():
    asked = []

    def cleaner(cells):
        return clean_text(
            cells.map_batches(lambda series: asked.extend(series) or series, return_dtype=pl.String)
        )

    def sight(cells):
        codes = [("too_bad" if cell == "bad" else None) for cell in cells]
        return pl.Series(codes, dtype=pl.String) if any(codes) else None

    def run(cells):
        return refused_at_sight(cells, sight, cleaner)

    assert answers(run, ["a", "bad"], ["", "b "])[0] == [
        ("a", None, None),
        (None, "too_bad", None),
        (None, None, None),
        ("b", "spaces_trimmed", None),
    ]
    assert "bad" not in asked
    assert answers(run, ["a", "b "])[0] == [("a", None, None), ("b", "spaces_trimmed", None)]
