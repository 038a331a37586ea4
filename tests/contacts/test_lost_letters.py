"""U+FFFD, which stands where letters were lost, is never sent: from no column, translation or constant."""

import pytest

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.targets import TargetCatalogue
from imports.contacts.value_types.text_types import TEXT
from imports.contacts.value_types.value_type import CellRules
from tests.contacts.laws import TYPES, answers

CELLS = (
    "Ren\ufffde",
    "\ufffd",
    "ren\ufffde@example.com",
    "Ren\ufffde <renee@example.com>",
    "https://example.com/caf\ufffd",
    "+44 7400 604986\ufffd",
    "12\ufffd",
    "2026-01-02\ufffd",
    "ja\ufffd",
)


@pytest.mark.parametrize("value_type", TYPES)
def test_no_type_of_value_is_sent_with_lost_letters(value_type):
    for value, code, doubt in answers(TYPES[value_type].cleaner(CellRules()), *CELLS):
        if value is None:
            assert code is not None
            assert doubt is None
        else:
            assert "\ufffd" not in value
            assert "%EF%BF%BD" not in value.upper()


@pytest.mark.parametrize(
    ("value_type", "cell"),
    [
        ("String", "Ren\ufffde"),
        ("LongText", "I agr\ufffde"),
        ("customIdentifier", "A\ufffd1"),
        ("url", "https://example.com/caf\ufffd"),
    ],
)
def test_a_value_that_lost_letters_is_refused_and_its_neighbours_are_not(value_type, cell):
    before, lost, after = answers(
        TYPES[value_type].cleaner(CellRules()), " https://a.example ", cell, "x\x00y z"
    )
    assert lost == (None, "letters_lost", None)
    assert PROBLEM_TYPES["letters_lost"].kind is ProblemKind.INVALID
    assert before[0] == "https://a.example"
    assert after != lost


def test_a_constant_may_not_have_lost_letters():
    assert TEXT.sent("Ren\ufffde", TargetCatalogue()) is None
    assert TEXT.sent("Renée", TargetCatalogue()) == "Renée"
