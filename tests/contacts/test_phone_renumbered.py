"""Numbers of plans that were replaced: Mexico's are put right, and of no other is anything guessed."""

import pytest

from imports.contacts.values.phones import read_phone


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("+521 55 4163 7145", "GB"),
        ("+5215541637145", None),
        ("0052 1 55 4163 7145", "GB"),
        ("'+52 1 55 4163 7145", "MX"),
        ("5215541637145", "MX"),
        ("521 55 4163 7145", "international"),
    ],
)
def test_mexico_loses_its_1_with_a_receipt(text, region):
    reading = read_phone(text, region)
    assert (reading.number, reading.code) == ("+525541637145", "phone_renumbered")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("521 55 4163 7145", "US"),
        ("+52 1 00 0000 0000", "MX"),
        ("044 55 4163 7147", "MX"),
        ("+52 044 55 4163 7147", "MX"),
        ("+54 11 15 2301 7885", "AR"),
        ("+225 07 12 34 56", "CI"),
        ("07 12 34 57", "CI"),
        ("+55 (11) 8765-4321", "BR"),
        ("+229 97 12 34 56", "BJ"),
        ("+84 121 234 5678", "VN"),
        ("+856 20 5 555 555", "LA"),
        ("+63 917 123 456", "PH"),
        ("0039 0347 1234568", "IT"),
        ("+509 123 4567", "HT"),
        ("+65 123 4567", "SG"),
    ],
)
def test_nothing_else_is_guessed(text, region):
    assert read_phone(text, region, region_is_sure=True).number is None


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+54 9 11 2301-7883", "AR", "+5491123017883"),
        ("011 15 2301-7884", "AR", "+5491123017884"),
        ("+225 07 07 12 34 56", "CI", "+2250707123456"),
        ("55 4163 7148", "MX", "+525541637148"),
    ],
)
def test_numbers_of_today_are_as_they_were(text, region, number):
    assert read_phone(text, region, region_is_sure=True).number == number
