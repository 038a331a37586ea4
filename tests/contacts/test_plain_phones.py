"""Plain numbers, told a column at a time, are told as they would be one by one."""

import random

import phonenumbers
import polars as pl
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from imports.contacts.values.phones.plain_phones import tell_plain
from imports.contacts.values.phones.readings import read_each
from tests.examples import examples

KINDS = [
    value
    for name, value in vars(PhoneNumberType).items()
    if name.isupper() and value != PhoneNumberType.UNKNOWN
]

DIGITS_CHANGED = examples(quick=1, deep=6)


def told(texts, regions, sure=True):
    frame = pl.DataFrame(
        {"text": texts, "region": regions}, schema={"text": pl.String, "region": pl.String}
    ).with_row_index("place")
    frame = frame.with_columns(sure=pl.lit(sure))
    by_place = {place: answer for place, *answer in tell_plain(frame).iter_rows()}
    return [by_place.get(place) for place in frame["place"]], frame.drop("place")


def neighbours(chance, national):
    """A national number, and ones near it: digits changed, added and taken away."""
    yield national
    for _ in range(DIGITS_CHANGED):
        place = chance.randrange(len(national))
        yield national[:place] + str(chance.randrange(10)) + national[place + 1 :]
    yield national[:-1]
    yield national + str(chance.randrange(10))
    yield str(chance.randrange(10)) + national


def cells_near_examples():
    chance = random.Random(5)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        code = phonenumbers.country_code_for_region(region)
        trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
        for kind in KINDS:
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            for national in neighbours(chance, phonenumbers.national_significant_number(example)):
                for text in (
                    national,
                    trunk + national,
                    f"+{code}{national}",
                    f"{code}{national}",
                    f"00{code}{national}",
                ):
                    yield text, region
                    yield f"{text[:3]} {text[3:5]}-{text[5:]}", region
                    yield text, chance.choice(("GB", "US", "DE", "FR", "IN", "BR"))


@pytest.mark.deep
def test_plain_numbers_are_told_as_they_would_be_decided_one_by_one():
    cells = sorted(set(cells_near_examples()))
    texts, regions = zip(*cells, strict=True)
    answers, frame = told(texts, regions)
    decided = map(list, read_each(frame).iter_rows())
    differing = [
        (cell, answer, decision)
        for cell, answer, decision in zip(cells, answers, decided, strict=True)
        if answer is not None and answer != decision
    ]
    assert differing == []
    assert sum(answer is not None for answer in answers) > len(cells) / 5


@pytest.mark.parametrize(
    "region", ["GB", "US", "DE", "FR", "PL", "AU", "ES", "IT", "NL", "PT", "IN", "CN", "SE"]
)
def test_usual_mobile_numbers_of_big_countries_are_plain(region):
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
    international = phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
    full = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    answers, _ = told([national, international, full], [region] * 3)
    assert answers == [[full, None, None]] * 3


def test_what_leaves_something_to_decide_is_left_to_others():
    cells = [
        "7400604986",
        "447400604986",
        "07400604986.0",
        "00447400604986",
        "+44 (0)7400 604986",
        "07400604986 x1",
    ]
    assert told(cells, ["GB"] * len(cells))[0] == [None] * len(cells)
    assert told(["2125550123"], ["US"], sure=False)[0] == [None]


def test_landline_is_told_with_its_doubt_and_what_cannot_be_with_its_reason():
    assert told(["020 7946 0018", "07400 6", "07400 604986 1"], ["GB"] * 3)[0] == [
        ["+442079460018", None, "phone_not_mobile"],
        [None, "phone_too_short", None],
        [None, "phone_too_long", None],
    ]
