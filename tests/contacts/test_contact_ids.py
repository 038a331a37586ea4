"""Dotdigital's contact ids, and an account's own identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.contact_ids import MAX_CONTACT_ID, clean_contact_id, clean_custom_identifier
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, assert_cleaning_twice_is_cleaning_once


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("123", "123", None),
        ("0", "0", None),
        ("00123", "123", None),
        (str(MAX_CONTACT_ID), str(MAX_CONTACT_ID), None),
        (" 123 ", "123", "spaces_trimmed"),
        ("'123", "123", "contact_id_repaired"),
        ("123.0", "123", "contact_id_repaired"),
        ("123,00", "123", "contact_id_repaired"),
        ("1,234", "1234", "contact_id_repaired"),
        ("1.234", "1234", "contact_id_repaired"),
        ("1,234,000", "1234000", "contact_id_repaired"),
        ("1 234", "1234", "contact_id_repaired"),
    ],
)
def test_contact_id(cell, value, code):
    assert clean(clean_contact_id, cell) == [(value, code)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.5E+11", "contact_id_scientific"),
        ("1,5e11", "contact_id_scientific"),
        ("1,000", "contact_id_invalid"),
        ("12.5", "contact_id_invalid"),
        ("1,23", "contact_id_invalid"),
        ("1,234.567", "contact_id_invalid"),
        ("-5", "contact_id_invalid"),
        ("+5", "contact_id_invalid"),
        ("12a", "contact_id_invalid"),
        ("１２", "contact_id_invalid"),
        (str(MAX_CONTACT_ID + 1), "contact_id_invalid"),
        ("9" * 40, "contact_id_invalid"),
        ("n/a", "placeholder"),
        ("", None),
    ],
)
def test_contact_id_that_cannot_be_used(cell, code):
    assert clean(clean_contact_id, cell) == [(None, code)]


@given(st.integers(0, MAX_CONTACT_ID))
def test_every_whole_number_is_a_contact_id(number):
    assert clean(clean_contact_id, str(number)) == [(str(number), None)]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("A-1", "A-1", None),
        ("0001", "0001", None),
        ("12E5", "12E5", None),
        (" A-1", "A-1", "spaces_trimmed"),
        ("A\x00-1", "A-1", "text_controls_removed"),
        ("'0001234", "0001234", "apostrophe_removed"),
        ("ü" * 256, "ü" * 256, None),
        ("ü" * 257, None, "custom_identifier_too_long"),
        ("1.23457E+11", None, "custom_identifier_scientific"),
        ("n/a", None, "placeholder"),
        (" ", None, None),
    ],
)
def test_custom_identifier(cell, value, code):
    assert clean(clean_custom_identifier, cell) == [(value, code)]


NUMBERS = st.text(st.sampled_from("0123456789.,' eE+-"), max_size=22)


@pytest.mark.parametrize("cleaner", [clean_contact_id, clean_custom_identifier])
@given(cells=st.lists(st.one_of(CELLS, NUMBERS), min_size=1, max_size=20))
def test_cleaning_twice_is_cleaning_once(cleaner, cells):
    assert_cleaning_twice_is_cleaning_once(cleaner, cells)
