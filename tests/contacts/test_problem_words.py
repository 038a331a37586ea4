"""The sentences of problems: one by one on pages, in columns for reports."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.problems import PROBLEM_TYPES, describe, describe_all

TEXTS = st.text("ab {}%$0“”\\", max_size=8)
RESULTS = st.sampled_from(["", "7", "3, 4", "a@gamil.com", "ipAddress", "text, userAgent", "{rows}"])
CODES = st.sampled_from([*PROBLEM_TYPES, "no_such_code"])


def column_of(*lines):
    schema = dict.fromkeys(("code", "column", "original", "result"), pl.String)
    return describe_all(pl.DataFrame(lines, schema=schema, orient="row")).to_list()


@given(st.lists(st.tuples(CODES, TEXTS, TEXTS, RESULTS), min_size=1, max_size=20))
def test_a_column_says_what_is_said_one_by_one(lines):
    assert column_of(*lines) == [describe(*line) for line in lines]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            ("duplicate_row", "Email", "a@b", ""),
            "Email: “a@b” is also in another row, which is sent instead.",
        ),
        (("duplicate_row", "", "a@b", "7"), "“a@b” is also in row 7, which is sent instead."),
        (
            ("consent_incomplete", "From", "", "dateTimeConsented, ipAddress"),
            "From: The consent record lacks Consent date and time and Consent IP address, so none is sent for this "
            "contact.",
        ),
        (
            ("email_domain_typo", "Email", "Ann@Gamil.com", "Ann@gamil.com"),
            "Email: The domain of “Ann@Gamil.com” looks like a typing error. Did you mean gmail.com?",
        ),
        (
            ("email_domain_typo", "", "ann@example.com", "ann@exam…"),
            "The domain of “ann@example.com” looks like a typing error. Did you mean a well-known domain?",
        ),
        (("no_such_code", "Email", "", ""), "Email: no_such_code"),
        (
            ("text_too_long", "{rows}", "", ""),
            "{rows}: The text is longer than 1,000 characters, the most that a data field holds.",
        ),
    ],
)
def test_codes_and_parameters_make_sentences(line, sentence):
    assert column_of(line) == [sentence]


def test_the_texts_come_in_the_language_of_whoever_reads(shouting):
    line = ("identifier_shared", "Email", "a@b", "3, 4")
    sentence = "Email: “a@b” IS ALSO IN ROWS 3, 4, UNDER ANOTHER CONTACT; TWO CONTACTS CANNOT SHARE IT."
    assert describe(*line) == sentence
    assert column_of(line) == [sentence]
    assert PROBLEM_TYPES["email_spaces"].title == "E-MAIL ADDRESSES WITH SPACES"


@pytest.mark.parametrize("code", PROBLEM_TYPES)
def test_every_text_is_a_sentence_and_names_only_what_there_is(code):
    problem = PROBLEM_TYPES[code]
    assert problem.sentence.endswith((".", "?"))
    assert problem.remedy.endswith(".")
    assert not problem.title.endswith(".")


def test_columns_without_a_name_have_words_of_the_language(shouting):
    line = ("duplicate_row", "Column 3", "a@b", "")
    sentence = "COLUMN 3: “a@b” IS ALSO IN ANOTHER ROW, WHICH IS SENT INSTEAD."
    assert [describe(*line), *column_of(line)] == [sentence, sentence]


BEFORE_ONLY = ("before the import", "check page", "for the column", "Map the column", "Choose", "choose")


@pytest.mark.parametrize("code", PROBLEM_TYPES)
def test_once_an_import_has_begun_nothing_is_advised_that_can_be_done_before_it_alone(code):
    problem = PROBLEM_TYPES[code]

    assert not [words for words in BEFORE_ONLY if words in problem.remedy_afterwards]
    # The mapping of an import that has begun is what it is.
    assert "the mapping" not in problem.remedy_afterwards or "the file again" in problem.remedy_afterwards
