"""The compiled twin is believed only where it agrees with phonenumbers."""

import random
from collections.abc import Iterator

import phonenumbers
import polars as pl
import pytest
import rphonenumbers
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from imports.contacts.values.phones.plan_answers import OUTDATED, TEXTING, ask, ask_twin, is_valid
from imports.contacts.values.phones.plans import international_digits
from tests.examples import examples

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
DAMAGES_OF_EACH = examples(quick=5, deep=400)
ENDS_OF_EACH = examples(quick=8, deep=600)
SEED = 13


def decided(text: str, region: str | None) -> tuple[str, bool] | None:
    """phonenumbers' E.164 digits, and whether they take text messages; None for what is not valid."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return e164[1:], phonenumbers.number_type(number) in TEXTING


def disagreements(questions: list[tuple[str, str | None]]) -> list[tuple[str, str | None, str, bool]]:
    """What the twin calls valid, and would be believed, while phonenumbers says something else."""
    asked = pl.DataFrame(questions, schema={"text": pl.String, "region": pl.String}, orient="row").unique()
    answers = asked.hstack(ask_twin(asked["text"], asked["region"]))
    believed = answers.filter(is_valid() & ~pl.col("full").str.contains(OUTDATED))
    return [
        (text, region, full, kind in TEXTING)
        for text, region, full, kind in believed.select("text", "region", "full", "type").iter_rows()
        if decided(text, region) != (full, kind in TEXTING)
    ]


def plan_examples() -> Iterator[tuple[str, phonenumbers.PhoneNumber]]:
    for region in REGIONS:
        for kind in PhoneNumberType.values():
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield region, number


def forms(number: phonenumbers.PhoneNumber) -> list[str]:
    kinds = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
    written = [phonenumbers.format_number(number, kind) for kind in kinds]
    return [*written, written[0][1:], phonenumbers.national_significant_number(number)]


def damaged(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text))
        piece = chance.choice(["", *"0123456789", text[place] * 2, " ", "00"])
        text = text[:place] + piece + text[place + 1 :]
        if not text:
            return "0"
    return text


def test_every_example_in_every_form():
    assert (
        disagreements([(form, region) for region, number in plan_examples() for form in forms(number)]) == []
    )


def test_every_example_shortened_and_lengthened():
    questions = [
        (form[:length], region)
        for region, number in plan_examples()
        for form in forms(number)
        for length in range(3, len(form))
    ]
    longer = [
        (form + digit, region)
        for region, number in plan_examples()
        for form in forms(number)
        for digit in "07"
    ]
    assert disagreements(questions + longer) == []


@pytest.mark.deep
def test_every_region_with_random_damage():
    chance = random.Random(SEED)
    assert (
        disagreements(
            [
                (damaged(chance.choice(forms(number)), chance), region)
                for region, number in plan_examples()
                for _ in range(DAMAGES_OF_EACH)
            ]
        )
        == []
    )


@pytest.mark.deep
def test_every_country_code_with_random_beginnings():
    """Where plans of two versions differ, it is in a few beginnings."""
    chance = random.Random(SEED)
    questions = []
    for region, number in plan_examples():
        national = phonenumbers.national_significant_number(number)
        for _ in range(ENDS_OF_EACH):
            start = "".join(chance.choices("0123456789", k=3))
            questions.append((f"+{number.country_code}{start}{national[3:]}", region))
    assert disagreements(questions) == []


@given(
    text=st.text("+0123456789 ()-.", min_size=5, max_size=18),
    region=st.sampled_from([*REGIONS, None]),
)
def test_any_digits(text, region):
    assert disagreements([(text, region)]) == []


@pytest.mark.parametrize("beginning", ["+4537001234", "+40600371234", "+26732108265"])
def test_numbers_that_only_the_twins_plans_have_are_refused(beginning):
    texts, regions = pl.Series([beginning]), pl.Series([None], dtype=pl.String)
    assert ask(texts, regions)["type"].item() == (phonenumbers.number_type(phonenumbers.parse(beginning)))


def test_asking_answers_as_phonenumbers_does():
    questions = [(form, region) for region, number in plan_examples() for form in forms(number)]
    asked = pl.DataFrame(questions, schema={"text": pl.String, "region": pl.String}, orient="row")
    answers = asked.hstack(ask(asked["text"], asked["region"]))
    for text, region, full, kind in answers.select("text", "region", "full", "type").iter_rows():
        found = None if kind == PhoneNumberType.UNKNOWN else (full, kind in TEXTING)
        assert found == decided(text, region), (text, region)


def test_both_have_the_same_national_forms():
    """The notes about first zeros go by the twin's."""
    for region, number in plan_examples():
        theirs = rphonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        assert theirs == phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL), region


def test_every_number_with_its_plus_lost_is_suspected():
    lost = [phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:] for _, number in plan_examples()]
    assert pl.Series(lost).str.contains(international_digits()).all()
