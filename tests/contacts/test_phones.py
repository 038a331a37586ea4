"""Phone numbers: every kind of damage is repaired with a note or refused, and none becomes another number."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.phones import read_phone

EXAMPLES = {
    region: phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (number := phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE))
}


@pytest.mark.parametrize(
    ("cell", "region", "number", "code"),
    [
        ("(617) 369-9076", "US", "+16173699076", None),
        ("015911146442", "DE", "+4915911146442", None),
        ("06 47 24 18 65", "FR", "+33647241865", None),
        ("7400 604986", "GB", "+447400604986", None),
        ("447712168338", "GB", "+447712168338", None),
        ("+44 7400 604986", None, "+447400604986", None),
        ("+44 (0)7400 604986", "US", "+447400604986", None),
        ("\u202a+44 7400\u00a0604986\u202c", None, "+447400604986", None),
        ("'+44 7400 604986", "US", "+447400604986", "phone_unwrapped"),
        ("tel:+447400604986", "US", "+447400604986", "phone_unwrapped"),
        ("0044 7400 604986", "US", "+447400604986", "phone_prefix_replaced"),
        ("0044 7400 604986", None, "+447400604986", "phone_prefix_replaced"),
        ("447400604986.0", "GB", "+447400604986", "phone_decimals_removed"),
        ("＋４４７４００６０４９８６", None, "+447400604986", "phone_digits_converted"),
        ("020 7946 0958 ext. 12", "GB", "+442079460958", "phone_extension_dropped"),
    ],
)
def test_number_that_can_be_used(cell, region, number, code):
    assert read_phone(cell, region) == (number, code)


@pytest.mark.parametrize(
    ("cell", "region", "code"),
    [
        ("4.47512E+11", "GB", "phone_scientific"),
        ("4,47512e11", "GB", "phone_scientific"),
        ("07400 604986", None, "phone_region_missing"),
        ("07400", "GB", "phone_too_short"),
        ("07400 604986 99999", "GB", "phone_too_long"),
        ("+999 7400 604986", "GB", "phone_country_code"),
        ("call 07400 604986", "GB", "phone_not_a_number"),
        ("1-800-FLOWERS", "US", "phone_not_a_number"),
        ("07400 604986 or 07400 604987", "GB", "phone_not_a_number"),
        ("(199) 369-9076", "US", "phone_invalid"),
        ("n/a", "GB", "placeholder"),
        ("  ", "GB", None),
    ],
)
def test_number_that_cannot_be_used(cell, region, code):
    assert read_phone(cell, region) == (None, code)


@pytest.mark.parametrize("damage", ["'{}", "{}.0", "tel:{}", " {} ", "\u202a{}\u202c", "{} x12"])
def test_damage_never_makes_another_number(damage):
    for region, number in EXAMPLES.items():
        found = read_phone(damage.format(number), "GB").number
        assert found in (number, None), region


def test_00_in_place_of_plus_never_makes_another_number():
    assert [read_phone("00" + number[1:], "US").number for number in EXAMPLES.values()] == list(
        EXAMPLES.values()
    )


def test_number_written_nationally_is_read_in_its_region():
    for region, number in EXAMPLES.items():
        national = phonenumbers.format_number(
            phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.NATIONAL
        )
        assert read_phone(national, region).number in (number, None), region


@given(
    cell=st.text(st.sampled_from("+0123456789 ().-'xeE/\u00a0７"), max_size=22),
    region=st.sampled_from(["GB", "DE", "US", None]),
)
def test_reading_twice_is_reading_once(cell, region):
    number = read_phone(cell, region).number
    if number is not None:
        assert read_phone(number, region) == (number, None)
