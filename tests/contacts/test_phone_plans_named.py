"""A number that cannot be used is refused with the country whose plan it was held against, and what said so."""

import polars as pl
import pytest
from django.utils import translation

from imports.contacts.problems import describe, describe_all
from imports.contacts.values.phones import JUDGED_BY_PLAN

LONG = "030 12345678901234"


def mapping(**region):
    return {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Phone", "target": "identifiers.mobileNumber", **region},
        ],
    }


def told(checked, phone, country="", default="GB", **region):
    """The sentence about a number, by the lines of the check."""
    rows = [("ada@example.com", phone, country), ("bob@example.com", "+44 7700 900123", country)]
    found = checked(["Email", "Phone", "Country"], rows, mapping(**region), default_region=default)
    lines = found.issues.filter(pl.col("code").is_in(list(JUDGED_BY_PLAN)), row=2)
    (sentence,) = describe_all(lines.with_columns(pl.col("result").fill_null("")))
    line = lines.row(0, named=True)
    assert describe(line["code"], line["column"], line["original"], line["result"]) == sentence
    return sentence


FROM_COLUMN = {"region": {"column": "Country"}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"country": "DE", **FROM_COLUMN}, "Germany (+49, from Country “DE”)"),
        ({"country": " Deutschland", **FROM_COLUMN}, "Germany (+49, from Country “ Deutschland”)"),
        ({"country": "Atlantis", "default": "DE", **FROM_COLUMN}, "Germany (+49, the account’s country)"),
        ({"default": "DE"}, "Germany (+49, the account’s country)"),
        ({"region": "DE"}, "Germany (+49, the country chosen for this column)"),
    ],
    ids=["column", "name in column", "column says nothing", "account", "mapping"],
)
def test_a_number_without_a_code_names_the_country_and_what_said_it(checked, given, words):
    assert told(checked, LONG, **given) == f"Phone: “{LONG}” has too many digits for {words}."


@pytest.mark.parametrize("region", [{}, {"region": "GB"}, FROM_COLUMN, {"region": "international"}])
@pytest.mark.parametrize("phone", ["+49 30 12345678901234", "0049 (30) 12345678901234"])
def test_a_number_with_a_code_names_the_country_of_the_code(checked, phone, region):
    words = "Germany (+49, the number’s own code)"
    assert told(checked, phone, "FR", **region) == f"Phone: “{phone}” has too many digits for {words}."


@pytest.mark.parametrize(
    ("phone", "given", "sentence"),
    [
        ("49 30 12345678901234", {"region": "international"}, "Germany (+49, the number’s own code)"),
        ("011 49 30 12345678901234", {"region": "US"}, "Germany (+49, the number’s own code)"),
        ("+1 212 555 01234", {}, "United States and others (+1, the number’s own code)"),
    ],
)
def test_a_code_counts_however_it_is_written(checked, phone, given, sentence):
    assert told(checked, phone, **given).endswith(f"has too many digits for {sentence}.")


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("0 30", "has too few digits for Germany (+49, the country chosen for this column)."),
        (
            "+49 123 4567890",
            "has the right length, but Germany (+49, the number’s own code) has no such numbers.",
        ),
    ],
)
def test_so_do_the_other_reasons(checked, phone, sentence):
    assert told(checked, phone, region="DE").endswith(sentence)


def test_so_does_a_number_that_may_have_lost_its_plus(checked):
    sentence = (
        "is not a number of United Kingdom (+44, the account’s country). With + before it, it would be a number of "
        "another country."
    )
    assert told(checked, "4915112345678").endswith(sentence)


def test_a_doubt_names_the_country_of_the_number():
    line = ("phone_not_mobile", "Phone", "030 901820", "+4930901820")
    sentence = (
        "Phone: “030 901820” is not a mobile number in the numbering plan of Germany (+49), so it may take no text "
        "messages."
    )
    frame = pl.DataFrame([line, line], schema=["code", "column", "original", "result"], orient="row")

    assert [describe(*line), *describe_all(frame)] == [sentence] * 3


@pytest.mark.parametrize("code", sorted(JUDGED_BY_PLAN))
def test_lines_of_older_tables_have_a_sentence(code):
    assert "its country" in describe(code, "Phone", "030 12", None)
    assert "{" not in describe(code, "Phone", "030 12", None)


def test_the_country_is_named_in_the_language_of_whoever_reads():
    line = ("phone_too_long", "", LONG, "account DE")
    with translation.override("fr"):
        assert "Allemagne (+49" in describe(*line)
