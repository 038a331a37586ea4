"""Remembered mappings and the files that come after them."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.mapping import ColumnMapping, Join, Mapping
from imports.contacts.suggestions.drift import (
    NEAREST,
    Remembered,
    find_drift,
    fit_mapping,
    shape_of,
    similarity,
)
from imports.contacts.suggestions.profiles import profile
from imports.contacts.value_types.type_settings import FromColumn
from tests.contacts.conftest import staged_table

HEADERS = ("Email", "Born", "Spent", "Phone", "Land", "Memo")
ROWS = [
    ("ann@example.com", "22/07/1980", "12,50", "+44 7700 900123", "GB", "likes blue"),
    ("bo@example.org", "30/11/1975", "8,25", "+44 7700 900456", "GB", "call first"),
]
MAPPING = Mapping(
    "email",
    (
        ColumnMapping("Email", "identifiers.email"),
        ColumnMapping("Born", "dataFields.BIRTHDAY", settings={"format": "%d/%m/%Y"}),
        ColumnMapping("Spent", "dataFields.SPEND", settings={"decimal": ","}),
        ColumnMapping("Phone", "identifiers.mobileNumber", settings={"region": FromColumn("Land")}),
    ),
)


@pytest.fixture
def profiles_of(tmp_path):
    return lambda headers, rows: profile(staged_table(tmp_path / "staged", rows, len(headers)), headers)


@pytest.fixture
def drift(profiles_of):
    def find(headers=HEADERS, rows=ROWS, mapping=MAPPING):
        kept = json.loads(json.dumps(shape_of(profiles_of(HEADERS, ROWS))))
        return find_drift(Remembered.from_shape(mapping, kept), profiles_of(headers, rows))

    return find


def with_column(header, *cells, headers=HEADERS, rows=ROWS):
    """The file with other cells under one header."""
    place = headers.index(header)
    return [(*row[:place], cell, *row[place + 1 :]) for row, cell in zip(rows, cells, strict=True)]


def kinds(found):
    return [(one.kind, one.column, one.other) for one in found]


def test_the_same_file_has_not_changed(drift):
    assert drift() == ()


def test_order_of_columns_is_no_change(drift):
    assert drift(HEADERS[::-1], [row[::-1] for row in ROWS]) == ()


def test_a_mapped_column_that_is_gone_is_told(drift):
    found = drift(HEADERS[1:], [row[1:] for row in ROWS])
    assert kinds(found) == [("missing", "Email", None)]
    assert "“Email”" in found[0].sentence


def test_a_column_that_was_not_mapped_may_go(drift):
    assert drift(HEADERS[:-1], [row[:-1] for row in ROWS]) == ()


def test_a_column_of_countries_is_missed_too(drift):
    headers = ("Email", "Born", "Spent", "Phone", "Memo")
    assert kinds(drift(headers, [(*row[:4], row[5]) for row in ROWS])) == [("missing", "Land", None)]


def test_a_column_that_left_people_out_is_missed_too(drift):
    mapping = replace(MAPPING, leave_out_unsubscribed=("Memo",))
    [found] = drift(HEADERS[:-1], [row[:-1] for row in ROWS], mapping)
    assert (found.kind, found.column, found.is_quiet) == ("missing", "Memo", False)
    assert "people who are not to be mailed" in found.sentence


def test_a_new_name_for_a_column_that_left_people_out_is_recognised(drift):
    mapping = replace(MAPPING, leave_out_unsubscribed=("Memo",))
    assert kinds(drift((*HEADERS[:-1], "memo"), mapping=mapping)) == [("renamed", "Memo", "memo")]


def test_what_both_is_sent_and_leaves_people_out_is_missed_as_both(drift):
    mapping = replace(MAPPING, leave_out_unsubscribed=("Land",))
    headers = ("Email", "Born", "Spent", "Phone", "Memo")
    found = drift(headers, [(*row[:4], row[5]) for row in ROWS], mapping)
    assert [one.reason.code for one in found] == ["missing", "status_missing"]


def test_a_new_column_is_told_quietly(drift):
    found = drift((*HEADERS, "Shoe size"), [(*row, "40") for row in ROWS])
    assert kinds(found) == [("new", "Shoe size", None)]
    assert found[0].is_quiet


def test_a_new_name_for_a_column_is_recognised(drift):
    headers = tuple("E-mail" if name == "Email" else name for name in HEADERS)
    [found] = drift(headers)
    assert (found.kind, found.column, found.other) == ("renamed", "Email", "E-mail")
    assert not found.is_quiet


def test_a_new_column_of_a_like_name_with_other_values_is_no_new_name(drift):
    headers = tuple("E-mail" if name == "Email" else name for name in HEADERS)
    found = drift(headers, with_column("Email", "yes", "no"))
    assert kinds(found) == [("missing", "Email", None), ("new", "E-mail", None)]


def test_columns_that_changed_places_are_told_once(drift):
    rows = [(row[5], *row[1:5], row[0]) for row in ROWS]
    found = drift(rows=rows)
    assert kinds(found) == [("swapped", "Email", "Memo")]
    assert "e-mail addresses" in found[0].sentence


def test_columns_nobody_uses_may_change_places(drift):
    mapping = Mapping("email", (ColumnMapping("Email", "identifiers.email"),))
    rows = [(row[0], row[5], *row[2:5], row[1]) for row in ROWS]
    assert drift(rows=rows, mapping=mapping) == ()


def test_a_column_that_holds_something_else_is_told(drift):
    found = drift(rows=with_column("Born", "17", "23"))
    assert kinds(found) == [("changed", "Born", None)]
    assert "held dates and now holds numbers" in found[0].sentence


@pytest.mark.parametrize("column", HEADERS)
def test_an_empty_column_has_not_changed(drift, column):
    assert drift(rows=with_column(column, "", "")) == ()


def test_a_date_format_that_no_longer_fits_is_told(drift):
    found = drift(rows=with_column("Born", "07/22/1980", "11/30/1975"))
    assert kinds(found) == [("changed", "Born", None)]
    assert "%d/%m/%Y" in found[0].sentence


def test_dates_that_still_can_be_read_as_before_have_not_changed(drift):
    assert drift(rows=with_column("Born", "01/02/1980", "03/04/1975")) == ()


def test_a_format_somebody_wrote_is_believed_as_long_as_the_dates_look_the_same(drift):
    own = Mapping(
        "email", (ColumnMapping("Born", "dataFields.BIRTHDAY", settings={"format": "%d/%m/%Y %z"}),)
    )
    assert drift(mapping=own) == ()
    assert kinds(drift(rows=with_column("Born", "1980-07-22", "1975-11-30"), mapping=own)) == [
        ("changed", "Born", None)
    ]


def test_a_changed_decimal_mark_is_told(drift):
    found = drift(rows=with_column("Spent", "12.50", "8.25"))
    assert kinds(found) == [("changed", "Spent", None)]
    assert "a point" in found[0].sentence


def test_whole_numbers_have_no_decimal_mark_to_change(drift):
    assert drift(rows=with_column("Spent", "12", "8")) == ()


def test_a_mapping_without_a_remembered_shape_is_held_against_the_headers(profiles_of):
    remembered = Remembered.from_shape(MAPPING, {}, HEADERS)
    assert find_drift(remembered, profiles_of(HEADERS, ROWS)) == ()
    moved = profiles_of(HEADERS, with_column("Born", "07/22/1980", "11/30/1975"))
    assert kinds(find_drift(remembered, moved)) == [("changed", "Born", None)]


def test_a_shape_holds_nothing_of_any_contact(profiles_of):
    rows = [*ROWS, ("zoë@example.com", "01/02/1960", "7,75", "+44 7700 900789", "GB", "mag Grün")]
    kept = json.dumps(shape_of(profiles_of(HEADERS, rows)), ensure_ascii=False)
    assert all(header in kept for header in HEADERS)
    assert [cell for row in rows for cell in row if cell in kept] == []


def test_every_drift_says_what_to_do(drift):
    headers = ("E-mail", *HEADERS[2:], "Shoe size")
    found = drift(headers, [(row[0], *row[2:], "40") for row in ROWS])
    assert {"missing", "new"} <= {one.kind for one in found}
    for one in found:
        assert one.sentence.endswith(".")
        assert one.remedy.endswith(".")


def test_a_fitted_mapping_leaves_out_what_is_missing():
    mapping = Mapping(
        "email",
        (
            *MAPPING.columns,
            ColumnMapping("Memo", "dataFields.NOTES", join=Join(("Born", "Shoe size"))),
        ),
    )
    fitted = fit_mapping(mapping, ("Email", "Phone", "Memo", "Born"))
    assert [column.column for column in fitted.columns] == ["Email", "Born", "Phone", "Memo"]
    assert not fitted.columns[2].settings
    assert fitted.columns[3].join == Join(("Born",))
    assert fit_mapping(mapping, ("Memo",)).columns[0].join is None


def test_a_mapping_that_fits_is_left_as_it_is():
    assert fit_mapping(MAPPING, HEADERS) == MAPPING


headers = st.lists(st.text("abcÄé -_", min_size=1, max_size=6), max_size=8)


@given(headers, headers)
def test_likeness_is_mutual_and_between_0_and_1(one, other):
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


@given(headers)
def test_headers_are_like_themselves_in_any_order(one):
    assert similarity(one, one[::-1]) == 1


def test_a_file_with_one_column_more_is_near_enough_and_another_is_not():
    assert similarity(HEADERS, (*HEADERS, "Shoe size")) >= NEAREST
    assert similarity(("E-Mail", "Straße"), ("email", "STRASSE")) == 1
    assert similarity(HEADERS, ("Email", "Name", "Ort")) < NEAREST
