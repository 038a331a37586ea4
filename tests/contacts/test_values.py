"""The cleaners of texts, numbers, dates and yes/no: examples, and that cleaning twice is cleaning once."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.booleans import clean_boolean
from imports.contacts.dates import DateFormatError, clean_date, parse_format
from imports.contacts.emails import clean_email
from imports.contacts.numbers import clean_number
from imports.contacts.texts import clean_text
from tests.contacts.conftest import clean

CLEANERS = [clean_text, clean_email, clean_number, clean_date, clean_boolean]
CELLS = st.text(
    st.one_of(
        st.characters(codec="utf-8"), st.sampled_from(" .,;@<>'\"+-0123456789eE€%():/TZ\x00\u200b\u00a0")
    ),
    max_size=40,
)


@pytest.mark.parametrize("cleaner", CLEANERS)
@given(cells=st.lists(CELLS, min_size=1, max_size=20))
def test_cleaning_twice_is_cleaning_once(cleaner, cells):
    values = [value for value, _ in clean(cleaner, *cells) if value is not None]
    assert clean(cleaner, *values) == [(value, None) for value in values]


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("Zoë", ("Zoë", None)),
        ("  Zoë\u00a0", ("Zoë", "spaces_trimmed")),
        ("Z\x00oë", ("Zoë", "text_controls_removed")),
        ("two\nlines", ("two\nlines", None)),
        ("'6000000000", ("6000000000", "apostrophe_removed")),
        ("'t Hooft", ("'t Hooft", None)),
        ("n/a", ("n/a", None)),
        ("", (None, None)),
        (" \u200b ", (None, None)),
        ("x" * 1000, ("x" * 1000, None)),
        ("x" * 1001, (None, "text_too_long")),
    ],
)
def test_text(cell, answer):
    assert clean(clean_text, cell) == [answer]


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1250.50", ".", "1250.5"),
        ("1,250.50", ".", "1250.5"),
        ("12,34,567", ".", "1234567"),
        ("1.250,50", ",", "1250.5"),
        ("0.289,68", ",", "289.68"),
        ("1 250,5", ",", "1250.5"),
        ("1'250.50", ".", "1250.5"),
        ("€ 1.250", ",", "1250"),
        ("1.250 EUR", ",", "1250"),
        ("-£5", ".", "-5"),
        ("(5.00)", ".", "-5"),
        ("\u22125", ".", "-5"),
        ("-0.00", ".", "0"),
        ("007", ".", "7"),
        (".5", ".", "0.5"),
        ("'12", ".", "12"),
        ("123456789012345678.123456789", ".", "123456789012345678.123456789"),
    ],
)
def test_number(cell, decimal, value):
    assert clean(lambda cells: clean_number(cells, decimal), cell) == [(value, None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.5E+11", "number_scientific"),
        ("1.250,50", "number_invalid"),
        ("12 apples", "number_invalid"),
        ("(-5)", "number_invalid"),
        ("1,25", "number_invalid"),
        ("5%", "number_invalid"),
        ("1234567890123456789", "number_too_long"),
        ("999999999999999999.9999999999", "number_too_long"),
        ("n/a", "placeholder"),
    ],
)
def test_number_that_cannot_be_used(cell, code):
    assert clean(clean_number, cell) == [(None, code)]


def test_dust_of_a_spreadsheets_arithmetic_is_rounded_with_a_note():
    assert clean(clean_number, "0.30000000000000004") == [("0.3", "number_rounded")]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, max_value=10**17, min_value=-(10**17)))
def test_numbers_stay_exact(number):
    [(value, code)] = clean(clean_number, format(number, "f"))
    assert code is None
    assert json.loads(value, parse_float=Decimal, parse_int=Decimal) == number


@pytest.mark.parametrize(
    ("cell", "date_format", "value"),
    [
        ("02.07.1980", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        ("2.7.1980", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        ("07/02/80", "%m/%d/%y", "1980-07-02T00:00:00Z"),
        ("07/02/29", "%m/%d/%y", "2029-07-02T00:00:00Z"),
        ("07/02/30", "%m/%d/%y", "1930-07-02T00:00:00Z"),
        ("3 Apr 2026 9:05 PM", "%d %b %Y %I:%M %p", "2026-04-03T21:05:00Z"),
        ("2026-04-03", "ISO 8601", "2026-04-03T00:00:00Z"),
        ("2026-04-03 10:11:12", "ISO 8601", "2026-04-03T10:11:12Z"),
        ("2026-04-03T10:11:12.5+02:00", "ISO 8601", "2026-04-03T08:11:12Z"),
        ("2026-04-03T10:11Z", "ISO 8601", "2026-04-03T10:11:00Z"),
        ("03/04/2026 10:11:12 +0200", "%d/%m/%Y %H:%M:%S %z", "2026-04-03T08:11:12Z"),
    ],
)
def test_date(cell, date_format, value):
    assert clean(lambda cells: clean_date(cells, date_format), cell) == [(value, None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("30/02/2021", "date_impossible"),
        ("2021-02-03", "date_invalid"),
        ("01/02/80", "date_invalid"),
        ("30/12/1899", "date_out_of_range"),
        ("00/00/0000", "placeholder"),
    ],
)
def test_date_that_cannot_be_used(cell, code):
    assert clean(lambda cells: clean_date(cells, "%d/%m/%Y"), cell) == [(None, code)]


@pytest.mark.parametrize("text", ["%d/%m", "%d/%m/%Y %Q", "%d/%d/%Y", "%d/%m/%Y %I:%M", "%d/%m/%Y %H", ""])
def test_format_that_makes_no_date_is_refused(text):
    with pytest.raises(DateFormatError):
        parse_format(text)


def test_yes_and_no():
    cells = ("Ja", " nein ", "TRUE", "0", "perhaps", "")
    assert clean(clean_boolean, *cells) == [
        ("true", None),
        ("false", None),
        ("true", None),
        ("false", None),
        (None, "boolean_unknown"),
        (None, None),
    ]
