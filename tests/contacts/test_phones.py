"""Phone numbers: what can be used, what is said of it, and what is refused."""

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.values.phones import clean_phone, read_phone


@pytest.mark.parametrize(
    ("cell", "region", "number", "code"),
    [
        ("(617) 369-9076", "US", "+16173699076", None),
        ("617-369-9076", "US", "+16173699076", None),
        ("1 617 369 9076", "US", "+16173699076", None),
        ("015911146442", "DE", "+4915911146442", None),
        ("0171/1234567", "DE", "+491711234567", None),
        ("06 47 24 18 65", "FR", "+33647241865", None),
        ("8 916 123-45-67", "RU", "+79161234567", None),
        ("13812345678", "CN", "+8613812345678", None),
        ("011 15-2345-6789", "AR", "+5491123456789", None),
        ("+44 7400 604986", None, "+447400604986", None),
        ("\u202a+44 7400\u00a0604986\u202c", None, "+447400604986", None),
        ("+39 347 1234567", "US", "+393471234567", None),
        ("+44 (0)7400 604986", "US", "+447400604986", "phone_trunk_dropped"),
        ("+49 0151 12345678", "US", "+4915112345678", "phone_trunk_dropped"),
        ("7400604986", "GB", "+447400604986", "phone_zero_restored"),
        ("447712168338", "GB", "+447712168338", "phone_plus_restored"),
        ("39 347 1234567", "IT", "+393471234567", "phone_plus_restored"),
        ("'+44 7400 604986", "US", "+447400604986", "phone_unwrapped"),
        ("tel:+447400604986", "US", "+447400604986", "phone_unwrapped"),
        ('="07400604986"', "GB", "+447400604986", "phone_unwrapped"),
        ("0044 7400 604986", "US", "+447400604986", "phone_prefix_replaced"),
        ("0044 7400 604986", None, "+447400604986", "phone_prefix_replaced"),
        ("+0044 7400 604986", None, "+447400604986", "phone_prefix_replaced"),
        ("011 44 7400 604986", "US", "+447400604986", "phone_prefix_replaced"),
        ("0011 44 7400 604986", "AU", "+447400604986", "phone_prefix_replaced"),
        ("447400604986.0", "GB", "+447400604986", "phone_decimals_removed"),
        ("4.47400604986E+11", "GB", "+447400604986", "phone_scientific_restored"),
        ("4,47400604986e11", "GB", "+447400604986", "phone_scientific_restored"),
        ("4.474006049860E+11", "GB", "+447400604986", "phone_scientific_restored"),
        ("＋４４７４００６０４９８６", None, "+447400604986", "phone_digits_converted"),
        ("٠٧٤٠٠٦٠٤٩٨٦", "GB", "+447400604986", "phone_digits_converted"),
        ("07400 604986 ext. 12", "GB", "+447400604986", "phone_extension_dropped"),
        ("+44 7400 604986;ext=12", None, "+447400604986", "phone_extension_dropped"),
    ],
)
def test_number_that_can_be_used(cell, region, number, code):
    assert read_phone(cell, region) == (number, code, None)


@pytest.mark.parametrize(
    ("cell", "region", "code"),
    [
        ("4.47512E+11", "GB", "phone_scientific"),
        ("4,47512e11", "GB", "phone_scientific"),
        ("4E+11", "GB", "phone_scientific"),
        ("07400 604986", None, "phone_region_missing"),
        ("447400604986", None, "phone_region_missing"),
        ("07400 604986", "XX", "phone_region_missing"),
        ("07400", "GB", "phone_too_short"),
        ("07400 604986 99999", "GB", "phone_too_long"),
        ("+999 7400 604986", "GB", "phone_country_code"),
        ("call 07400 604986", "GB", "phone_not_a_number"),
        ("1-800-FLOWERS", "US", "phone_not_a_number"),
        ("07400 604986 or 07400 604987", "GB", "phone_several"),
        ("07400 604986 / 07511 239264", "GB", "phone_several"),
        ("07400604986\n07511239264", "GB", "phone_several"),
        ("+447400604986,+447511239264", None, "phone_several"),
        ("030 123456/7", "DE", "phone_several"),
        ("(199) 369-9076", "US", "phone_invalid"),
        ("4915112345678", "GB", "phone_plus_missing"),
        ("4915112345678", "DE", "phone_ambiguous"),
        ("15123456789", "DE", "phone_ambiguous"),
        ("n/a", "GB", "placeholder"),
        ("  ", "GB", None),
    ],
)
def test_number_that_cannot_be_used(cell, region, code):
    assert read_phone(cell, region) == (None, code, None)


@pytest.mark.parametrize(
    ("cell", "region", "number"),
    [
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 20 7946 0958", None, "+442079460958"),
        ("0800 1111", "GB", "+448001111"),
    ],
)
def test_number_that_is_no_mobile_is_sent_and_doubted(cell, region, number):
    assert read_phone(cell, region) == (number, None, "phone_not_mobile")


def test_region_that_is_sure_settles_what_bare_digits_mean():
    assert read_phone("15123456789", "DE").code == "phone_ambiguous"
    assert read_phone("15123456789", "DE", region_is_sure=True).number == "+4915123456789"


@pytest.mark.parametrize("cell", ["15123 456789", "0151 23456789", "(1512) 3456789"])
def test_form_of_a_number_settles_what_its_digits_mean(cell):
    assert read_phone(cell, "DE").number == "+4915123456789"


def test_first_group_that_is_a_country_code_does_not_settle_it():
    assert read_phone("1 512 345 6789", "DE").code == "phone_ambiguous"


def test_every_code_has_its_words_and_every_kind_its_effect(phones_of_all_sorts):
    for value, code, doubt in phones_of_all_sorts:
        if code not in (None, "placeholder"):
            assert PROBLEM_TYPES[code].kind is (ProblemKind.INVALID if value is None else ProblemKind.CHANGED)
        if doubt is not None:
            assert value is not None
            assert PROBLEM_TYPES[doubt].kind is ProblemKind.DOUBTFUL


@pytest.fixture
def phones_of_all_sorts():
    cells = ["07400604986", "+44 (0)7400604986", "0044 20 7946 0958", "x", "", "n/a", "4.4E+11", "7400604986"]
    return [read_phone(cell, region) for cell in cells for region in ("GB", "US", None)]


def test_rows_keep_their_order_however_often_numbers_repeat():
    cells = ["07400 604986", "020 7946 0958", "", "nonsense", "0044 7400 604986"]
    regions = ["GB", "GB", None, "GB", "US"]
    schema = {"cell": pl.String, "region": pl.String}
    frame = pl.DataFrame({"cell": cells, "region": regions}, schema=schema)
    once = frame.select(answer=clean_phone(pl.col("cell"), pl.col("region")))["answer"].to_list()
    often = pl.concat([frame] * 30).select(answer=clean_phone(pl.col("cell"), pl.col("region")))
    assert often["answer"].to_list() == once * 30
    assert [tuple(answer.values()) for answer in once] == list(map(read_phone, cells, regions))


def test_no_rows_are_no_answers():
    schema = {"cell": pl.String, "region": pl.String}
    assert pl.DataFrame(schema=schema).select(clean_phone(pl.col("cell"), pl.col("region"))).height == 0


@given(
    cell=st.text(st.sampled_from("+0123456789 ().-'xeE/\u00a0７"), max_size=22),
    region=st.sampled_from(["GB", "DE", "US", "IT", "AR", "MX", "BR", "WS", "KR", None]),
    other=st.sampled_from(["GB", "DE", "US", "IT", "AR", None]),
)
def test_reading_twice_is_reading_once(cell, region, other):
    once = read_phone(cell, region)
    if once.number is not None:
        assert read_phone(once.number, other) == (once.number, None, once.doubt)


@given(
    head=st.sampled_from(["+", "00", "0", "", "+44", "+39", "+54", "+1", "44", "1", "011", "'", "+49 (0)"]),
    digits=st.text("0123456789", min_size=6, max_size=12),
    region=st.sampled_from(["GB", "DE", "US", "IT", "AR", "MX", "BR", "HU", "RU", None]),
)
def test_what_is_sent_is_valid(head, digits, region):
    number = read_phone(head + digits, region).number
    if number is not None:
        assert phonenumbers.is_valid_number(phonenumbers.parse(number))


def test_national_form_of_every_region_is_read_without_a_note():
    kind = phonenumbers.PhoneNumberType.MOBILE
    numbers = {
        region: number
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
    }
    frame = pl.DataFrame(
        {
            "region": list(numbers),
            "cell": [national_form(number) for number in numbers.values()],
            "e164": [full_form(number) for number in numbers.values()],
        }
    )
    read = frame.with_columns(clean_phone(pl.col("cell"), pl.col("region"), pl.lit(value=True)).alias("read"))
    answers = read.unnest("read")
    assert len(numbers) > 200
    assert answers.select("region", "value", "code", "doubt").rows() == [
        (region, e164, None, None) for region, e164 in frame.select("region", "e164").iter_rows()
    ]


def national_form(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def full_form(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
