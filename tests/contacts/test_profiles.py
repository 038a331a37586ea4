"""What columns hold: kinds, decimal marks, and above all the one format of a column's dates."""

import datetime as dt
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.suggestions import profiles
from imports.contacts.suggestions.profiles import MAX_DISTINCT, ColumnProfile, profile
from imports.contacts.values.dates import (
    CANDIDATE_FORMATS,
    COUNTED_FORMATS,
    EXCEL_SERIAL,
    ISO_8601,
    UNIX_SECONDS,
)
from tests.contacts.conftest import staged_table

TEXT_FORMATS = [one for one in CANDIDATE_FORMATS if one not in COUNTED_FORMATS and one != ISO_8601]


@pytest.fixture
def profiled(tmp_path):
    """The profile of one column that holds these cells."""

    def make(cells):
        staged = staged_table(tmp_path / "staged", [(cell,) for cell in cells], 1)
        [made] = profile(staged, ["Column"])
        return made

    return make


@pytest.fixture
def slices_of_100_rows(monkeypatch):
    monkeypatch.setattr(profiles, "ROWS_AT_A_TIME", 100)


@pytest.mark.parametrize(
    ("cells", "looks_like"),
    [
        (["", "n/a", " "], "empty"),
        (["ann@example.com", "Bob <bob@example.com>"], "email"),
        (["+44 7400 604986", "07511 239264"], "phone"),
        (["https://example.com/a", "www.example.com"], "url"),
        (["192.0.2.1", "2001:db8::1"], "ip_address"),
        (["GB", "Germany", "France"], "country"),
        (["yes", "no", "Ja"], "boolean"),
        (["09/12", "24.12."], "date_without_year"),
        (["31.12.2026", "24.12.2026"], "date"),
        (["1,250.50", "12"], "number"),
        (["12 %", "13.5 %"], "number"),
        (["Ann", "Bob"], "text"),
        (["12 High Street", "1 Main Road 2"], "text"),
    ],
)
def test_kind(profiled, cells, looks_like):
    assert profiled(cells).looks_like == looks_like


def test_a_few_slips_do_not_change_the_kind(profiled):
    made = profiled(["ann@example.com"] * 18 + ["see notes", "ann@"])
    assert made.looks_like == "email"
    assert made.fits["email"] == 18
    assert profiled(["ann@example.com"] * 17 + ["see notes", "ann@", "-1"]).looks_like == "text"


def test_placeholders_are_counted_as_they_are_written(profiled):
    made = profiled(["N/A", "n/a", " n/a ", "-", "Ann", ""])
    assert made.filled == 1
    assert made.placeholders == {"n/a": 2, "N/A": 1, "-": 1}


def test_different_values_are_counted_up_to_a_limit(profiled):
    assert profiled(["gold", " gold", "silver", "", "n/a"]).distinct == 2
    assert profiled([f"{number}" for number in range(MAX_DISTINCT)] * 2).distinct == MAX_DISTINCT
    assert profiled([f"{number}" for number in range(MAX_DISTINCT + 1)]).distinct is None


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1,250.50", "12"], "."),
        (["1.250,50", "12"], ","),
        (["12", "1250"], "."),
        (["1.250", "12"], None),
        (["1.250", "12,5"], ","),
        (["٤٢٫٥"], "."),
    ],
)
def test_decimal_mark(profiled, cells, decimal):
    assert profiled(cells).decimal == decimal


def test_samples_are_different_values_from_the_beginning(profiled):
    assert profiled(["b", " b", "n/a", "a", "", *"cdefgh"]).samples == ("b", "a", "c", "d", "e")


@given(
    date_format=st.sampled_from(TEXT_FORMATS),
    seed=st.integers(0, 10**6),
    has_blanks=st.booleans(),
)
def test_format_of_a_column_is_found(tmp_path_factory, date_format, seed, has_blanks):
    chance = random.Random(seed)
    first = dt.datetime.fromisoformat("1990-01-01T00:00:00+00:00")
    moments = [first + dt.timedelta(seconds=chance.randrange(10**9)) for _ in range(60)]
    # One day that is no month, and one year that is no day, settle what could be read in two ways.
    moments += [first.replace(day=25, year=1999, month=12, hour=23, minute=59)]
    cells = [moment.strftime(date_format) for moment in moments]
    rows = [(cell,) for cell in ([""] * 300 if has_blanks else []) + cells]
    [made] = profile(staged_table(tmp_path_factory.mktemp("job") / "staged", rows, 1), ["Date"])
    assert made.date_formats == (date_format,)
    assert made.looks_like == "date"


@pytest.mark.parametrize(
    "cells",
    [
        ["2026-03-31", "2026-03-31T10:15:00Z", "2026-03-31 10:15:00 +0200"],
        ["20260331T101500Z"],
    ],
)
def test_iso_8601_is_found(profiled, cells):
    assert profiled(cells).date_formats == (ISO_8601,)


def test_months_by_name_in_several_languages_are_one_format(profiled):
    cells = ["3 mars 2026", "3. März 2026", "3 de marzo de 2026", "Tue, 3rd March 2026"]
    assert profiled(cells).date_formats == ("%d %b %Y",)


@pytest.mark.parametrize(
    ("cell", "date_format"),
    [
        ("quarta-feira, 3 de setembro de 2026", "%d %b %Y"),
        ("Tue, 31 Mar 2026 10:15:00 +0000", "%d %b %Y %H:%M:%S %z"),
        ("31.\u00a012. 2026", "%d.%m.%Y"),
        ("12/31/2026, 10:15:00\u202fAM", "%m/%d/%Y %I:%M:%S %p"),
        ("'31/12/2026", "%d/%m/%Y"),
        ("Wednesday, September 30th, 2026", "%b %d, %Y"),
    ],
)
def test_formats_are_found_in_all_their_spellings(profiled, cell, date_format):
    assert profiled([cell]).date_formats == (date_format,)


def test_dates_that_can_be_read_two_ways_have_two_formats(profiled):
    made = profiled(["03/04/1980", "05/06/1990"])
    assert made.date_formats == ("%d/%m/%Y", "%m/%d/%Y")
    assert made.looks_like == "date"


def test_dates_that_are_the_same_either_way_leave_nothing_to_choose(profiled, slices_of_100_rows):
    assert profiled(["01/01/2024", "02/02/2024"] * 100).date_formats == ("%d/%m/%Y",)
    assert profiled(["01/01/2024"] * 150 + ["03/04/2024"]).date_formats == ("%d/%m/%Y", "%m/%d/%Y")


def test_one_late_date_settles_the_format(profiled, slices_of_100_rows):
    assert profiled(["03/04/1980"] * 950 + ["03/24/1980"]).date_formats == ("%m/%d/%Y",)


def test_dates_are_found_below_what_is_none(profiled, slices_of_100_rows):
    cells = ["see notes 12 of 20"] * 50 + ["12.12.12.12"] * 49 + ["", "n/a"] * 100 + ["24.12.2026"] * 1000
    made = profiled(cells)
    assert made.date_formats == ("%d.%m.%Y",)


def test_format_that_shows_late_is_counted_from_the_beginning(profiled, slices_of_100_rows):
    slips = ["2026-12-24", "24/12/2026"] * 20
    made = profiled(
        ["24.12.2026"] + slips + ["03.04.2026"] * 100 + ["24.12.2026 10:15"] * 3 + ["24.12.2026"] * 900
    )
    assert made.date_formats == ("%d.%m.%Y",)
    late = profiled(["3/4/2026 10:15"] * 9 + ["3/4/2026"] * 99 + ["24/12/2026"] * 100)
    assert late.date_formats == ("%d/%m/%Y",)


def test_column_of_two_formats_has_none(profiled):
    assert profiled(["24.12.2026", "12/24/2026"] * 10).date_formats == ()


def test_spreadsheets_own_dates_are_of_the_format_of_those_that_are_text(profiled):
    assert profiled(["2026-12-24", "24/12/2026", "2026-12-24T10:15:00"] * 10).date_formats == ("%d/%m/%Y",)


def test_a_tenth_of_slips_is_borne(profiled):
    assert profiled(["24.12.2026"] * 9 + ["soon"]).date_formats == ("%d.%m.%Y",)
    assert profiled(["24.12.2026"] * 8 + ["soon"] * 2).date_formats == ()


def test_numbers_that_may_be_counted_days_stay_numbers(profiled):
    made = profiled(["29403", "31777.5", "46112"])
    assert (made.looks_like, made.date_formats) == ("number", (EXCEL_SERIAL,))
    made = profiled(["1774951200", "1774951201"])
    assert (made.looks_like, made.date_formats) == ("number", (UNIX_SECONDS,))
    assert profiled(["1985", "1990"]).date_formats == ()


def test_slices_make_no_difference(tmp_path, monkeypatch):
    chance = random.Random(7)
    kinds = ("ann@example.com", "n/a", "", "24.12.2026", "1.250,5", "7", "GB", "ja", "+44 7400 604986", "x y")
    rows = [tuple(chance.choice(kinds) for _ in range(4)) for _ in range(500)]
    staged = staged_table(tmp_path / "staged", rows, 4)
    whole = profile(staged, "ABCD")
    monkeypatch.setattr(profiles, "ROWS_AT_A_TIME", 37)
    assert profile(staged, "ABCD") == whole
    assert [one.samples for one in profile(staged, "ABCD")] == [one.samples for one in whole]


def test_table_without_rows(profiled):
    assert profiled([]) == ColumnProfile("Column", 0, 0, "empty", fits=profiled([]).fits, distinct=0)


def test_profile_comes_back_from_json(profiled):
    made = profiled(["03/04/1980", "n/a", "05/06/1990"])
    assert ColumnProfile.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_profile_of_an_earlier_version_is_still_read(profiled):
    kept = profiled(["03/04/1980"]).to_dict()
    del kept["placeholders"], kept["distinct"]
    read = ColumnProfile.from_dict(kept)
    assert (read.placeholders, read.distinct, read.date_formats) == ({}, None, ("%d/%m/%Y", "%m/%d/%Y"))
