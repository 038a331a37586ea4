"""How the values of cells are written."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.workbooks.cell_values import cell_text, duration_text, number_text
from imports.files.workbooks.digits import MAX_PATTERN_CHARS, pattern_of_code


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


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("00000000000", "7700900001", "07700900001"),
        ("00000", "1067", "01067"),
        ("00000", "123456", "123456"),
        (r"\+44\ 0000000000", "7700900001", "+44 7700900001"),
        ('"+44 "0000000000', "7700900001", "+44 7700900001"),
        ("+44 0000000000", "7700900001", "+44 7700900001"),
        ('"+44"0', "7700900001", "+447700900001"),
        ("+00 0000000000", "447700900001", "+44 7700900001"),
        (r"\(00000\)\ 000000", "1632960001", "(01632) 960001"),
        ("00000-0000", "123456789", "12345-6789"),
        (r"000\-00\-0000", "12345678", "012-34-5678"),
        ('0#" "##" "##" "##" "##', "123456789", "01 23 45 67 89"),
        ('"ID;"000', "7", "ID;007"),
        ("[$-409]00000;@", "1067", "01067"),
        ("[Red]00000;-00000", "1067", "01067"),
        ("_(00000_)", "1067", "01067"),
        ("00000", "-5", "-5"),
        ("00000", "2.5", "2.5"),
        ("00000", "x", "x"),
    ],
)
def test_a_format_gives_digits_their_places(code, number, text):
    pattern = pattern_of_code(code)
    assert pattern is not None
    assert pattern.text(number) == text


@pytest.mark.parametrize(
    "code",
    [
        *(
            "",
            "General",
            "@",
            "0",
            "#",
            "#0",
            "###0",
            "?0",
            "0.00",
            "#,##0",
            "0,000",
            "00.0",
            "0%",
            "00%",
            "0E+00",
        ),
        *("00/00", "# ?/?", '"£"0', '0" days"', "[$€-407] 00", "$00", "USD 00", "[h]:00", "yyyy00", "00*x"),
        *(
            "[<=9999999]###-####;(###) ###-####",
            "[>5]00000;0",
            '00000;-00000;"none"',
            '"',
            "\\",
            '00"',
            "[Red",
            "[0",
        ),
        "0" * (MAX_PATTERN_CHARS + 1),
    ],
)
def test_other_formats_leave_numbers_as_they_are(code):
    assert pattern_of_code(code) is None


@settings(deadline=None)
@given(st.text('0#?.,%E;"\\[]_*$@ +-()/19ahm', max_size=40), st.integers(0, 10**15))
def test_whatever_the_format_no_digit_of_a_number_is_lost(code, number):
    pattern = pattern_of_code(code)
    if pattern is not None:
        text = pattern.text(str(number))
        digits = iter(text)
        assert all(digit in digits for digit in str(number))
        assert len(text) <= len(str(number)) + MAX_PATTERN_CHARS
