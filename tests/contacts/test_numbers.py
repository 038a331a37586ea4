"""Numbers: examples of both conventions, and the law that they are exact."""

import json
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.numbers import DECIMAL_MARKS, clean_number
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, answers, assert_answer_is_told, assert_cleaning_twice_is_cleaning_once

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=9, max_value=10**17, min_value=-(10**17))


@given(cells=st.lists(CELLS, min_size=1, max_size=20))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(clean_number, cells)


@given(cells=st.lists(CELLS, min_size=1, max_size=20))
def test_numbers_with_a_comma_come_out_with_a_point(cells):
    for answer in answers(lambda cell: clean_number(cell, ","), *cells):
        assert_answer_is_told(answer)
        if answer[0] is not None:
            assert clean(clean_number, answer[0]) == [(answer[0], None)]


@given(cell=st.text("0123456789.,-", min_size=1, max_size=24), decimal=st.sampled_from(DECIMAL_MARKS))
def test_plain_cells_are_read_as_all_others(cell, decimal):
    plain, spaced = answers(lambda cells: clean_number(cells, decimal), cell, f" {cell}")
    assert plain == spaced


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("1250.50", ".", "1250.5"),
        ("1,250.50", ".", "1250.5"),
        ("12,34,567", ".", "1234567"),
        ("1.250,50", ",", "1250.5"),
        ("0.289,68", ",", "289.68"),
        ("1 250,5", ",", "1250.5"),
        ("1\u202f250,5", ",", "1250.5"),
        ("1'250.50", ".", "1250.5"),
        ("€ 1.250", ",", "1250"),
        ("1.250 EUR", ",", "1250"),
        ("1.250 Euro", ",", "1250"),
        ("1.250,-", ",", "1250"),
        ("12.–", ".", "12"),
        ("HK$ 5", ".", "5"),
        ("5 pln", ".", "5"),
        ("-£5", ".", "-5"),
        ("(5.00)", ".", "-5"),
        ("(£5)", ".", "-5"),
        ("$(5.00)", ".", "-5"),
        ("5.00-", ".", "-5"),
        ("\u22125", ".", "-5"),
        ("- 5", ".", "-5"),
        ("-0.00", ".", "0"),
        ("-0", ".", "0"),
        ("-0.50", ".", "-0.5"),
        ("-7,250", ",", "-7.25"),
        ("100", ".", "100"),
        ("100", ",", "100"),
        ("007", ".", "7"),
        ("1250.", ".", "1250"),
        (".5", ".", "0.5"),
        ("'12", ".", "12"),
        (" 12 ", ".", "12"),
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
        ("-5-", "number_invalid"),
        ("(5", "number_invalid"),
        ("1,25", "number_invalid"),
        ("5 % EUR", "number_invalid"),
        ("²", "number_invalid"),
        ("1234567890123456789", "number_too_long"),
        ("999999999999999999.9999999999", "number_too_long"),
        ("n/a", "placeholder"),
    ],
)
def test_number_that_cannot_be_used(cell, code):
    assert clean(clean_number, cell) == [(None, code)]


@pytest.mark.parametrize(
    ("cell", "value"), [("12 %", "12"), ("12.50%", "12.5"), ("-3\u00a0%", "-3"), ("５％", "5")]
)
def test_percentage_is_sent_without_its_sign_and_says_so(cell, value):
    assert clean(clean_number, cell) == [(value, "number_percent")]


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [("１２", ".", "12"), ("٤٢٫٥", ".", "42.5"), ("١٬٢٥٠٫٥", ",", "1250.5"), ("१२", ",", "12")],
)
def test_other_digits_are_converted_and_said_so(cell, decimal, value):
    assert clean(lambda cells: clean_number(cells, decimal), cell) == [(value, "number_digits_converted")]


def test_dust_of_a_spreadsheets_arithmetic_is_rounded_with_a_note():
    assert clean(clean_number, "0.30000000000000004") == [("0.3", "number_rounded")]


@given(NUMBERS, st.sampled_from(DECIMAL_MARKS), st.booleans(), st.integers(0, 9))
def test_numbers_stay_exact(number, decimal, is_grouped, places):
    number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = format(number, ",f" if is_grouped else "f")
    cell = text.translate(str.maketrans(".,", ",.")) if decimal == "," else text
    [(value, code)] = clean(lambda cells: clean_number(cells, decimal), cell)
    assert code is None
    assert json.loads(value, parse_float=Decimal, parse_int=Decimal) == number
    assert clean(clean_number, value) == [(value, None)]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=14, max_value=10**9, min_value=-(10**9)))
def test_long_fractions_are_rounded_to_the_nearest(number):
    [(value, _)] = clean(clean_number, format(number, "f"))
    nearest = {number.quantize(Decimal("1e-9"), way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
    assert Decimal(value) in nearest
