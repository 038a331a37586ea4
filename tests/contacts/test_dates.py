"""Dates: examples in each format and language, and the law that what was written is what is read."""

import datetime as dt
import string
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.dates import (
    CANDIDATE_FORMATS,
    COUNTED_FORMATS,
    DIRECTIVES,
    EXCEL_SERIAL,
    ISO_8601,
    UNIX_MILLISECONDS,
    UNIX_SECONDS,
    DateFormatError,
    clean_date,
    is_date_format,
    is_zone,
    parse_format,
)
from imports.contacts.values.dates.date_names import month_meanings
from imports.languages.known_languages import LANGUAGES
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, answers, assert_answer_is_told, assert_cleaning_twice_is_cleaning_once

TEXT_FORMATS = [one for one in CANDIDATE_FORMATS if one not in COUNTED_FORMATS and one != ISO_8601]
COMPACT_FORMATS = [one for one in TEXT_FORMATS if one[2] == "%"]
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
FIRST, LAST, ZERO_OF_EXCEL = map(
    dt.datetime.fromisoformat, ("1900-01-01", "2100-12-31T23:59:59", "1899-12-30")
)
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0))
LOCAL_TIMES = st.datetimes(*map(dt.datetime.fromisoformat, ("1970-01-02", "2037-12-31"))).map(
    lambda moment: moment.replace(microsecond=0)
)
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")


def read(date_format, *cells, zone=None):
    return clean(lambda cell: clean_date(cell, date_format, zone), *cells)


def wire(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@given(cells=st.lists(CELLS, min_size=1, max_size=20))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(clean_date, cells)


@given(cells=st.lists(CELLS, min_size=1, max_size=20), zone=st.sampled_from([None, *ZONES]), data=st.data())
def test_what_was_cleaned_is_in_the_form_in_which_it_is_sent(cells, zone, data):
    date_format = data.draw(st.sampled_from(CANDIDATE_FORMATS))
    for answer in answers(lambda cell: clean_date(cell, date_format, zone), *cells):
        assert_answer_is_told(answer)
        if answer[0] is not None:
            assert answers(lambda cell: clean_date(cell, ISO_8601, zone), answer[0]) == [
                (answer[0], None, None)
            ]


PLAIN_CELLS = st.from_regex(
    r"\A(1[89]|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?)?\Z"
    r"|\A[0-3][0-9]/[01][0-9]/(1[89]|20|21)[0-9]{2}( [0-2][0-9]:[0-6][0-9])?\Z"
)


@given(
    cell=PLAIN_CELLS,
    date_format=st.sampled_from([ISO_8601, "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M"]),
    zone=st.sampled_from([None, *ZONES]),
)
def test_plain_cells_are_read_as_all_others(cell, date_format, zone):
    plain, spaced = answers(lambda cells: clean_date(cells, date_format, zone), cell, f" {cell}")
    assert plain == spaced


@given(cells=st.lists(PLAIN_CELLS | CELLS | st.just(""), max_size=20))
def test_cells_beside_one_another_make_no_difference(cells):
    alone = [answer for cell in cells for answer in read("%d/%m/%Y", cell)]
    assert read("%d/%m/%Y", *cells) == alone


@pytest.mark.parametrize(
    ("cell", "date_format", "value"),
    [
        ("02.07.1980", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        ("2.7.1980", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        ("2. 7. 1980", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        (" '02.07.1980 ", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        ("Mi., 02.07.1980", "%d.%m.%Y", "1980-07-02T00:00:00Z"),
        ("07/02/80", "%m/%d/%y", "1980-07-02T00:00:00Z"),
        ("07/02/29", "%m/%d/%y", "2029-07-02T00:00:00Z"),
        ("07/02/30", "%m/%d/%y", "1930-07-02T00:00:00Z"),
        ("29/02/00", "%d/%m/%y", "2000-02-29T00:00:00Z"),
        ("3 Apr 2026 9:05 PM", "%d %b %Y %I:%M %p", "2026-04-03T21:05:00Z"),
        ("3 Apr 2026, 9:05 p.m.", "%d %b %Y %I:%M %p", "2026-04-03T21:05:00Z"),
        ("3 Apr 2026 12:05am", "%d %b %Y %I:%M %p", "2026-04-03T00:05:00Z"),
        ("3/31/2026, 10:15:00\u202fAM", "%m/%d/%Y %I:%M:%S %p", "2026-03-31T10:15:00Z"),
        ("31/03/2026T10:15", "%d/%m/%Y %H:%M", "2026-03-31T10:15:00Z"),
        ("31.03.2026 um 10:15", "%d.%m.%Y %H:%M", "2026-03-31T10:15:00Z"),
        ("03/04/2026 10:11:12 +0200", "%d/%m/%Y %H:%M:%S %z", "2026-04-03T08:11:12Z"),
        ("03/04/2026 10:11:12 CEST", "%d/%m/%Y %H:%M:%S %z", "2026-04-03T08:11:12Z"),
        ("Tue, 31 Mar 2026 10:15:00 GMT", "%d %b %Y %H:%M:%S %z", "2026-03-31T10:15:00Z"),
        (
            "Tue Mar 31 2026 10:15:00 GMT+0100 (British Summer Time)",
            "%b %d %Y %H:%M:%S %z",
            "2026-03-31T09:15:00Z",
        ),
        ("Tue Mar 31 10:15:00 2026", "%b %d %H:%M:%S %Y", "2026-03-31T10:15:00Z"),
        # A spreadsheet's own dates among dates that are text.
        ("1984-02-11", "%d/%m/%Y", "1984-02-11T00:00:00Z"),
        ("1984-02-11T10:15:00", "%m/%d/%y", "1984-02-11T10:15:00Z"),
        ("1984-02-11", EXCEL_SERIAL, "1984-02-11T00:00:00Z"),
        ("1984-02-11", "%Y-%d-%m", "1984-11-02T00:00:00Z"),
    ],
)
def test_date(cell, date_format, value):
    assert read(date_format, cell) == [(value, None)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-04-03", "2026-04-03T00:00:00Z"),
        ("2026-4-3", "2026-04-03T00:00:00Z"),
        ("2026-04-03 10:11:12", "2026-04-03T10:11:12Z"),
        ("2026-04-03T10:11:12", "2026-04-03T10:11:12Z"),
        ("2026-04-03T10:11:12.5+02:00", "2026-04-03T08:11:12Z"),
        ("2026-04-03T10:11Z", "2026-04-03T10:11:00Z"),
        ("2026-04-03 10:11:12 UTC", "2026-04-03T10:11:12Z"),
        ("2026-04-03T10:11:12-0530", "2026-04-03T15:41:12Z"),
        ("20260331T101500Z", "2026-03-31T10:15:00Z"),
        ("20260331T1015", "2026-03-31T10:15:00Z"),
        ("20260331T101500+0200", "2026-03-31T08:15:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2100-12-31", "2100-12-31T00:00:00Z"),
    ],
)
def test_date_of_iso_8601(cell, value):
    assert read(ISO_8601, cell) == [(value, None)]


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "3 March 2026",
            "3rd March 2026",
            "3 mar 2026",
            "3 MAR. 2026",
            "Tue, 3 March, 2026",
            "3 of March 2026",
        ),
        *("3. März 2026", "3. Maerz 2026", "3. Mrz 2026", "Dienstag, 3. Marz 2026"),
        *("3 mars 2026", "mardi 3 mars 2026", "mar. 3 mars 2026"),
        *("3 de marzo de 2026", "3 marzo 2026", "martes, 3 de marzo de 2026"),
        *("3 maart 2026", "3 mrt. 2026", "3 marca 2026", "3 marca 2026 r.", "3 de março de 2026"),
    ],
)
def test_month_by_name(cell):
    assert read("%d %B %Y", cell) == read("%d %b %Y", cell) == [("2026-03-03T00:00:00Z", None)]


@pytest.mark.parametrize(
    "cell", ["March 3rd, 2026", "Mar 3 2026", "mar. mar. 3 2026", "Tuesday, March 3, 2026"]
)
def test_month_by_name_in_front(cell):
    assert read("%b %d, %Y", cell) == [("2026-03-03T00:00:00Z", None)]


@given(
    day=DAYS,
    language=st.sampled_from([*LANGUAGES, "de_AT"]),
    width=st.sampled_from(["MMM", "MMMM", "LLL", "LLLL"]),
)
def test_months_of_every_language(day, language, width):
    cell = format_date(day, f"d {width} y", locale=language)
    assert read("%d %b %Y", cell, cell.upper()) == [(wire(day), None)] * 2


def test_the_name_of_a_month_means_one_month_in_all_languages():
    assert {name: months for name, months in month_meanings().items() if len(months) > 1} == {}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("30/02/2021", "date_impossible"),
        ("29/02/1900", "date_impossible"),
        ("2021-02-30", "date_impossible"),
        ("2021-2-3", "date_invalid"),
        ("01/02/80", "date_invalid"),
        ("01/02/2021 10:15", "date_invalid"),
        ("tomorrow 01/02/2021", "date_invalid"),
        ("31/12/1899", "date_out_of_range"),
        ("01/01/2101", "date_out_of_range"),
        ("00/00/0000", "placeholder"),
    ],
)
def test_date_that_cannot_be_used(cell, code):
    assert read("%d/%m/%Y", cell) == [(None, code)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-29", "date_impossible"),
        ("2026-13-01", "date_impossible"),
        ("2026-04-03T24:00:00", "date_impossible"),
        ("2026-04-03T10:11:12 EST", "date_invalid"),
        ("2026-W14-5", "date_invalid"),
        ("1900-01-01T00:00:00+02:00", "date_out_of_range"),
        ("2101-01-01", "date_out_of_range"),
    ],
)
def test_date_of_iso_8601_that_cannot_be_used(cell, code):
    assert read(ISO_8601, cell) == [(None, code)]


def test_hour_that_a_clock_of_twelve_does_not_have():
    cells = ("03/04/2026 13:05 pm", "03/04/2026 0:05 am")
    assert read("%d/%m/%Y %I:%M %p", *cells) == [(None, "date_impossible")] * 2


def test_word_that_is_no_month():
    assert read("%d %b %Y", "3 Foo 2026") == [(None, "date_invalid")]


@given(moment=MOMENTS, date_format=st.sampled_from(TEXT_FORMATS), has_zeros=st.booleans())
def test_what_was_written_is_what_is_read(moment, date_format, has_zeros):
    if "%y" in date_format:
        moment = moment.replace(year=1930 + moment.year % 100, day=min(moment.day, 28))
    if "%M" not in date_format:
        moment = moment.replace(hour=0, minute=0)
    if "%S" not in date_format:
        moment = moment.replace(second=0)
    pattern = date_format
    if not has_zeros and date_format not in COMPACT_FORMATS:
        for code in ("%d", "%m", "%H", "%I"):
            pattern = pattern.replace(code, f"%-{code[1]}")
    assert read(date_format, moment.replace(tzinfo=dt.UTC).strftime(pattern)) == [(wire(moment), None)]


@given(
    moment=LOCAL_TIMES,
    zone=st.sampled_from(ZONES),
    date_format=st.sampled_from([ISO_8601, "%d.%m.%Y %H:%M:%S"]),
)
def test_times_are_those_of_the_columns_zone(moment, zone, date_format):
    cell = f"{moment}" if date_format == ISO_8601 else moment.strftime(date_format)
    earlier, later = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    [(value, code, doubt)] = answers(lambda cells: clean_date(cells, date_format, zone), cell)
    if earlier.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != moment:
        assert (value, code) == (None, "date_skipped_hour")
    else:
        assert (value, code) == (wire(earlier), None)
        assert (doubt == "date_repeated_hour") == (later != earlier)


def test_hours_that_clocks_skip_and_repeat():
    cells = ("2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25 03:30")
    assert answers(lambda cell: clean_date(cell, ISO_8601, "Europe/Berlin"), *cells) == [
        (None, "date_skipped_hour", None),
        ("2026-10-25T00:30:00Z", None, "date_repeated_hour"),
        ("2026-10-25T02:30:00Z", None, None),
    ]


def test_days_and_times_with_a_zone_of_their_own_are_not_shifted():
    cells = ("2026-07-01", "2026-07-01 10:00Z", "2026-07-01 10:00 CEST", "2026-07-01 10:00")
    assert [value for value, _ in read(ISO_8601, *cells, zone="America/New_York")] == [
        "2026-07-01T00:00:00Z",
        "2026-07-01T10:00:00Z",
        "2026-07-01T08:00:00Z",
        "2026-07-01T14:00:00Z",
    ]
    assert read("%d/%m/%Y", "01/07/2026", zone="America/New_York") == [("2026-07-01T00:00:00Z", None)]


@pytest.mark.parametrize(
    ("cell", "date_format", "answer"),
    [
        ("46112", EXCEL_SERIAL, ("2026-03-31T00:00:00Z", None)),
        ("46112.4271", EXCEL_SERIAL, ("2026-03-31T10:15:01Z", None)),
        ("46112,5", EXCEL_SERIAL, ("2026-03-31T12:00:00Z", None)),
        ("1", EXCEL_SERIAL, ("1900-01-01T00:00:00Z", None)),
        ("59", EXCEL_SERIAL, ("1900-02-28T00:00:00Z", None)),
        ("60", EXCEL_SERIAL, (None, "date_impossible")),
        ("61", EXCEL_SERIAL, ("1900-03-01T00:00:00Z", None)),
        ("0", EXCEL_SERIAL, (None, "date_impossible")),
        ("73415", EXCEL_SERIAL, ("2100-12-31T00:00:00Z", None)),
        ("73416", EXCEL_SERIAL, (None, "date_out_of_range")),
        ("31.03.2026", EXCEL_SERIAL, (None, "date_invalid")),
        ("1774951200", UNIX_SECONDS, ("2026-03-31T10:00:00Z", None)),
        ("-1", UNIX_SECONDS, ("1969-12-31T23:59:59Z", None)),
        ("1774951200123", UNIX_SECONDS, (None, "date_invalid")),
        ("1774951200123", UNIX_MILLISECONDS, ("2026-03-31T10:00:00Z", None)),
    ],
)
def test_days_and_times_that_are_counted(cell, date_format, answer):
    assert read(date_format, cell) == [answer]


def test_counted_times_and_zones():
    zone = "America/New_York"
    assert read(EXCEL_SERIAL, "46112", "46112.5", zone=zone) == [
        ("2026-03-31T00:00:00Z", None),
        ("2026-03-31T16:00:00Z", None),
    ]
    assert read(UNIX_SECONDS, "1774951200", zone=zone) == [("2026-03-31T10:00:00Z", None)]


@given(moment=MOMENTS)
def test_counts_of_every_moment(moment):
    aware = moment.replace(tzinfo=dt.UTC)
    seconds = int((aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds())
    assert (
        read(UNIX_SECONDS, f"{seconds}")
        == read(UNIX_MILLISECONDS, f"{seconds * 1000}")
        == [(wire(moment), None)]
    )
    serial = (moment - ZERO_OF_EXCEL) / dt.timedelta(days=1)
    if serial >= 61:
        assert read(EXCEL_SERIAL, f"{serial:.10f}") == [(wire(moment), None)]


def test_all_days_are_read():
    days = pl.date_range(dt.date(1900, 1, 1), dt.date(2100, 12, 31), eager=True).to_frame("day")
    frame = days.select(
        pl.col("day").dt.to_string("%Y-%m-%dT00:00:00Z").alias("sent"),
        iso=pl.col("day").dt.to_string("%Y-%m-%d"),
        german=pl.col("day").dt.to_string("%d.%m.%Y"),
    )
    read_back = frame.select(
        "sent",
        iso=clean_date(pl.col("iso")).struct.field("value"),
        again=clean_date(pl.col("sent")).struct.field("value"),
        german=clean_date(pl.col("german"), "%d.%m.%Y").struct.field("value"),
    )
    for name in ("iso", "again", "german"):
        assert read_back[name].equals(read_back["sent"])


@pytest.mark.parametrize(
    "text",
    ["%d/%m", "%d/%m/%Y %Q", "%d/%d/%Y", "%d/%m/%Y %I:%M", "%d/%m/%Y %H", "%d/%m/%Y %z", "%d/%m/%Y %p", ""],
)
def test_format_that_makes_no_date_is_refused(text):
    assert not is_date_format(text)
    with pytest.raises(DateFormatError):
        parse_format(text)


@pytest.mark.parametrize("date_format", CANDIDATE_FORMATS)
def test_every_candidate_is_a_format(date_format):
    assert is_date_format(date_format)


@given(
    st.lists(st.sampled_from([*DIRECTIVES, " ", "."]) | st.characters(codec="utf-8"), max_size=9).map("".join)
)
def test_every_format_is_refused_or_can_be_read_with(text):
    if is_date_format(text):
        assert read(text, "no date") == [(None, "date_invalid")]


@pytest.mark.parametrize("mark", string.punctuation.replace("%", "") + " \n日")
def test_any_mark_can_part_a_date(mark):
    assert read(f"%d{mark}%m{mark}%Y", f"02{mark}07{mark}1980") == [("1980-07-02T00:00:00Z", None)]


def test_zones():
    assert is_zone("Europe/Berlin")
    assert is_zone("UTC")
    assert not is_zone("Berlin")
    assert not is_zone("localtime")
