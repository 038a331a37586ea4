"""How the values of cells are written."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.workbooks.values import cell_text, duration_text, number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  007 ", "  007 "),
        (447712345678.0, "447712345678"),
        (5, "5"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (8.1999999999999993, "8.2"),
        (-2.5, "-2.5"),
        (1.5e-07, "0.00000015"),
        (1e20, "100000000000000000000"),
        (12345678901234568.0, "12345678901234568"),
        (1.7976931348623157e308, str(int(1.7976931348623157e308))),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2026, 4, 3), "2026-04-03"),
        (dt.datetime.fromisoformat("2026-04-03T09:05:00"), "2026-04-03T09:05:00"),
        (dt.datetime.fromisoformat("2026-04-03T09:04:59.500000"), "2026-04-03T09:05:00"),
        (dt.datetime.fromisoformat("2026-04-03T23:59:59.999999"), "2026-04-04T00:00:00"),
        (dt.datetime.fromisoformat("9999-12-31T23:59:59.999999"), "9999-12-31T23:59:59"),
        (dt.time(9, 5), "09:05:00"),
        (dt.time(9, 4, 59, 999_999), "09:05:00"),
        (dt.timedelta(hours=30, seconds=5), "30:00:05"),
        (dt.timedelta(hours=100), "100:00:00"),
        (-dt.timedelta(minutes=90), "-01:30:00"),
        (-dt.timedelta(microseconds=1), "00:00:00"),
    ],
)
def test_a_cell_says_what_a_person_would_type(value, text):
    assert cell_text(value) == text


def test_what_no_cell_can_hold_is_a_fault():
    with pytest.raises(TypeError, match="bytes"):
        cell_text(b"")


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_the_same_from_plain_digits(number):
    text = number_text(number)
    assert float(text) == number
    assert set(text) <= set("-.0123456789")
    assert not text.endswith(".0")


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_a_duration_reads_back_the_same(seconds):
    text = duration_text(dt.timedelta(seconds=seconds))
    hours, minutes, rest = (int(part) for part in text.removeprefix("-").split(":"))
    assert (hours * 3600 + minutes * 60 + rest) * (-1 if text.startswith("-") else 1) == seconds
