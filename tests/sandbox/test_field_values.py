"""Typed values of data fields, and identifiers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.field_values import KEEP, ValueRefusedError, kept_value
from sandbox.identifiers import email_fault, mobile_number_fault

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=1100)


@given(type_name=st.sampled_from(sorted(KEEP)), value=SCALARS)
def test_a_kept_value_is_kept_as_it_is(type_name, value):
    try:
        kept = kept_value(type_name, value)
    except ValueRefusedError:
        return
    assert kept_value(type_name, kept) == kept


@given(st.datetimes(timezones=st.timezones() | st.none()))
def test_a_date_is_kept_as_utc_to_the_second(moment):
    assumed = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        expected = assumed.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return
    kept = kept_value("Date", moment.isoformat())
    assert datetime.fromisoformat(kept) == expected
    assert kept.endswith("Z")


@pytest.mark.parametrize(
    ("type_name", "value", "kept"),
    [
        ("Numeric", "12.50", 12.5),
        ("Numeric", "-7", -7),
        ("Numeric", 0.123456789, 0.123456789),
        ("Numeric", 10**18 - 1, 10**18 - 1),
        ("String", 12.5, "12.5"),
        ("String", False, "false"),
        ("Date", "2026-02-03", "2026-02-03T00:00:00Z"),
        ("Boolean", "", None),
    ],
)
def test_fitting_values_are_kept(type_name, value, kept):
    assert kept_value(type_name, value) == kept


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("Numeric", "1,5"),
        ("Numeric", True),
        ("Numeric", 10**18),
        ("Numeric", 1e30),
        ("Numeric", 0.12345678901),
        ("Numeric", float("inf")),
        ("Numeric", "NaN"),
        ("String", "x" * 1001),
        ("Date", 20260203),
        ("Date", "03/02/2026"),
        ("Date", "0001-01-01T00:00:00+02:00"),
        ("Boolean", 1),
        ("Boolean", "true"),
    ],
)
def test_other_values_are_refused(type_name, value):
    with pytest.raises(ValueRefusedError):
        kept_value(type_name, value)


@given(st.emails())
def test_common_addresses_are_valid(address):
    assert email_fault(address) in (None, "InvalidEmail", "InvalidDomain")
    assert email_fault("x" + address.partition("@")[2].join(["@", ""])) in (None, "InvalidDomain")


@pytest.mark.parametrize("address", ["a@b.co", "o'neil+tag@mail.example.org", "x_y-z@xn--bcher-kva.example"])
def test_addresses_with_uncommon_characters_are_valid(address):
    assert email_fault(address) is None


@given(st.from_regex(r"\+?[1-9][0-9]{6,14}", fullmatch=True))
def test_e164_numbers_are_valid_with_or_without_plus(number):
    assert mobile_number_fault(number) == mobile_number_fault(number.removeprefix("+"))
    assert mobile_number_fault(number) != "InvalidPhoneNumber"
