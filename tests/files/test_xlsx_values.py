"""What numbers in XLSX workbooks are: numbers, dates, times or durations, and how they are written."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.file_problems import ProblemLog
from imports.files.workbooks.cell_values import date_text, duration_text, moment_text, number_text, time_text
from imports.files.xlsx.cell_texts import Meanings, cell_texts, number_texts
from imports.files.xlsx.moments import moment_texts
from imports.files.xlsx.number_formats import (
    BUILT_IN_KINDS,
    NumberFormat,
    NumberKind,
    format_of_code,
    kind_of_format,
)
from imports.files.xlsx.xlsx_cells import SCHEMA, XlsxCellKind

NUMBER, DATE, TIME, DURATION = NumberKind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", NUMBER),
        ("General;dd", DATE),
        ("@", NUMBER),
        ("0", NUMBER),
        ("#,##0.00 [$€-407]", NUMBER),
        ('[Red]-#,##0.00 "days"', NUMBER),
        ("[Red]General", NUMBER),
        ("[Magenta][<=100]0;[Blue]0", NUMBER),
        ("0.00E+00", NUMBER),
        ("# ?/?", NUMBER),
        ("0%", NUMBER),
        (r"0\d", NUMBER),
        (r"0 _d *y", NUMBER),
        ('0" days', NUMBER),
        ("USD 0.00", NUMBER),
        ('"yyyy"', NUMBER),
        ("yyyy-mm-dd", DATE),
        ("DD/MM/YYYY", DATE),
        ("[$-409]d mmm yyyy;@", DATE),
        ("[$-F800]dddd, mmmm dd, yyyy", DATE),
        ('yyyy"年"m"月"', DATE),
        ("mmm", DATE),
        ("d.m.yy h:mm", DATE),
        ("[Blue]d/m", DATE),
        ('"-";d/m/yy', DATE),
        ("h:mm", TIME),
        ("h:mm AM/PM", TIME),
        ("mm:ss.000", TIME),
        ("mm:ss", TIME),
        ("[h]:mm", DURATION),
        ("[HH]:mm:ss", DURATION),
        ("[mm]:ss", DURATION),
        ("[s].00", DURATION),
        ("", NUMBER),
        ("[", NUMBER),
        ('"\\', NUMBER),
    ],
)
def test_a_format_tells_what_its_numbers_are(code, kind):
    assert kind_of_format(code) is kind


@given(st.text('dmyhsDMYHS[]"\\;_*0#?$-/:. \nEeAP', max_size=30))
@settings(deadline=None)
def test_any_format_is_of_some_kind(code):
    assert kind_of_format(code) in NumberKind


def test_the_formats_that_are_built_in_are_known_by_their_ids():
    assert {number for number in range(1, 59) if number in BUILT_IN_KINDS} == {
        *range(14, 23),
        *range(27, 37),
        *range(45, 48),
        *range(50, 59),
    }


@pytest.mark.parametrize(
    ("serial", "kind", "text"),
    [
        ("46115", DATE, "2026-04-03"),
        ("46115.378472222219", DATE, "2026-04-03T09:05:00"),
        ("46115.99999999", DATE, "2026-04-04"),
        ("4.6115E4", DATE, "2026-04-03"),
        (" 46115 ", DATE, "2026-04-03"),
        ("46115.5", TIME, "2026-04-03T12:00:00"),
        ("0.378472222222222", TIME, "09:05:00"),
        ("0.378472222222222", DATE, "09:05:00"),
        ("0.999999999", TIME, "24:00:00"),
        ("0", TIME, "00:00:00"),
        ("0", DATE, "1900-01-00"),
        ("1", DATE, "1900-01-01"),
        ("59", DATE, "1900-02-28"),
        ("60", DATE, "1900-02-29"),
        ("60.5", DATE, "1900-02-29T12:00:00"),
        ("61", DATE, "1900-03-01"),
        ("2958465", DATE, "9999-12-31"),
        ("2958466", DATE, None),
        ("1e300", DATE, None),
        ("-1", DATE, None),
        ("x", DATE, None),
        ("nan", DURATION, None),
        ("1.25", DURATION, "30:00:00"),
        ("-0.0625", DURATION, "-01:30:00"),
        ("50", DURATION, "1200:00:00"),
    ],
)
def test_a_day_is_written_as_a_date(serial, kind, text):
    assert moment_texts(pl.Series([serial]), pl.Series([kind], dtype=pl.UInt8), False).to_list() == [text]


@pytest.mark.parametrize(
    ("serial", "kind", "text"),
    [
        ("0", DATE, "1904-01-01"),
        ("0.5", DATE, "1904-01-01T12:00:00"),
        ("0.5", TIME, "12:00:00"),
        ("44653", DATE, "2026-04-03"),
        ("2957003", DATE, "9999-12-31"),
        ("2957004", DATE, None),
        ("-0.0625", DURATION, "-01:30:00"),
    ],
)
def test_days_may_be_counted_from_1904(serial, kind, text):
    assert moment_texts(pl.Series([serial]), pl.Series([kind], dtype=pl.UInt8), True).to_list() == [text]


@given(st.floats(61, 2_958_465, allow_nan=False))
@settings(deadline=None)
def test_moments_are_written_as_those_of_other_workbooks(days):
    (text,) = moment_texts(pl.Series([repr(days)]), pl.Series([DATE], dtype=pl.UInt8), False)
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(seconds=round(days * 86400))  # noqa: DTZ001
    assert text == (moment_text(moment) if moment.time() != dt.time() else date_text(moment.date()))


@given(st.integers(0, 86_399), st.integers(-10_000_000, 10_000_000))
@settings(deadline=None)
def test_times_are_written_as_those_of_other_workbooks(seconds, longer):
    values = pl.Series([repr(seconds / 86_400), repr(longer / 86_400)])
    texts = moment_texts(values, pl.Series([TIME, DURATION], dtype=pl.UInt8), False).to_list()
    time = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    assert texts == [time_text(time), duration_text(dt.timedelta(seconds=longer))]


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15).map(float))
@settings(deadline=None)
def test_numbers_are_written_as_those_of_other_workbooks(number):
    ways = [repr(number), f"{number:.17g}", f"{number:.16E}"]
    assert set(number_texts(pl.Series(ways))) == {number_text(number)}
    assert float(number_text(number)) == number


@given(st.decimals(-(10**9), 10**9, places=3).map(str))
@settings(deadline=None)
def test_short_numbers_are_the_same_however_they_are_read(written):
    assert number_texts(pl.Series([written])).to_list() == [number_text(float(written))]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("8.1999999999999993", "8.2"),
        ("4.4771234567800000E11", "447712345678"),
        ("123456789012345", "123456789012345"),
        ("-0", "0"),
        ("007", "7"),
        ("5.0", "5"),
        (".5", "0.5"),
        ("+5", "5"),
        ("1e-7", "0.0000001"),
        (" 5 ", "5"),
        ("INF", "INF"),
        ("1e999", "1e999"),
        ("0x1F", "0x1F"),
    ],
)
def test_a_number_is_as_short_as_it_reads_back(written, text):
    assert number_texts(pl.Series([written])).to_list() == [text]


CODES = ["General", "00000", r"\+44 0000000000", "00000-0000", '0#" "##" "##', "(00) 00", "0.00"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**12) | st.integers(-100, 10**5) | st.floats(0, 10**6),
            st.integers(0, len(CODES)),
        ),
        max_size=20,
    )
)
@settings(deadline=None)
def test_the_digits_of_many_numbers_have_the_places_of_each(cells):
    formats = [*map(format_of_code, CODES), NumberFormat(NUMBER)]
    meanings = Meanings.of(pl.Series([], dtype=pl.String), formats, False)
    frame = pl.DataFrame(
        [(1, place, style, XlsxCellKind.NUMBER, repr(value)) for place, (value, style) in enumerate(cells)],
        schema=SCHEMA,
        orient="row",
    )
    one_by_one = [
        formats[style].pattern.text(number_text(value)) if formats[style].pattern else number_text(value)
        for value, style in cells
    ]
    assert cell_texts(frame, meanings, 100, ProblemLog())["text"].to_list() == one_by_one
