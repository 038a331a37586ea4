"""Suggestions held against labelled columns of the exports people have, in eight languages.

`labelled_headers.json` has whole files, so that columns compete as they do there. Run with `-s` to see the
scores and every column that is suggested wrongly or missed.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from imports.contacts.mapping_problems import validate
from imports.contacts.suggestions.profiles import profile
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.targets import TargetCatalogue
from tests.contacts.conftest import staged_table
from tests.examples import examples

pytestmark = pytest.mark.deep

LABELLED = json.loads((Path(__file__).parent / "labelled_headers.json").read_text("utf-8"))
CATALOGUE = TargetCatalogue.from_account(
    data_fields=LABELLED["account"]["dataFields"],
    lists=LABELLED["account"]["lists"],
    preferences=LABELLED["account"]["preferences"],
)

MIN_PRECISION = 0.98
"""Of the suggestions, the share that is right."""

MIN_RECALL = 0.90
"""Of the columns with a target, the share for which it is suggested."""


class Answer(NamedTuple):
    language: str
    product: str
    header: str
    wanted: str | None
    suggested: str | None


def ask(file: dict, folder: Path) -> Iterator[Answer]:
    headers = [header for header, _, _ in file["columns"]]
    values = [values for _, _, values in file["columns"]]
    staged = staged_table(folder / "staged", list(zip(*values, strict=True)), len(headers))
    suggestion = suggest_mapping(profile(staged, headers), CATALOGUE, default_region="GB")
    assert validate(suggestion.mapping, headers, CATALOGUE) in ([], _WITHOUT_IDENTIFIER)
    for (header, wanted, _), column in zip(file["columns"], suggestion.columns, strict=True):
        yield Answer(file["language"], file["product"], header, wanted, " + ".join(column.targets) or None)


# A single column cannot be imported, and need not be, to be told.
_WITHOUT_IDENTIFIER = validate(suggest_mapping([], CATALOGUE).mapping, [], CATALOGUE)


def some_of_each_language(every: int) -> Iterator[dict]:
    """Of each language's files each so manyth, the first included."""
    met: Counter[str] = Counter()
    for file in LABELLED["files"]:
        if met[file["language"]] % every == 0:
            yield file
        met[file["language"]] += 1


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> list[Answer]:
    """Of all files in the deep profile, and of half of them in the quick one."""
    files = some_of_each_language(examples(quick=2, deep=1))
    return [answer for file in files for answer in ask(file, tmp_path_factory.mktemp("labelled"))]


def score(answers: list[Answer]) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(answer.suggested == answer.wanted for answer in answers if answer.wanted)
    suggested = sum(answer.suggested is not None for answer in answers)
    wanted = sum(answer.wanted is not None for answer in answers)
    return right / (suggested or 1), right / (wanted or 1)


def test_there_is_enough_to_go_by():
    columns = [(file["language"], wanted) for file in LABELLED["files"] for _, wanted, _ in file["columns"]]
    per_language = Counter(language for language, _ in columns)
    assert len(columns) >= 220
    assert len(per_language) == 8
    assert min(per_language.values()) >= 20
    assert sum(wanted is None for _, wanted in columns) >= 40


def test_suggestions_are_right_and_few_are_missed(answers):
    precision, recall = score(answers)
    table = report(answers)
    sys.stdout.write(table)
    assert precision >= MIN_PRECISION, table
    assert recall >= MIN_RECALL, table


def report(answers: list[Answer]) -> str:
    """The scores per language, and what was suggested wrongly or missed."""
    lines = ["", "language  columns  precision  recall"]
    for language in (*sorted({answer.language for answer in answers}), "all"):
        chosen = [answer for answer in answers if language in (answer.language, "all")]
        precision, recall = score(chosen)
        lines.append(f"{language:8} {len(chosen):8} {precision:10.3f} {recall:7.3f}")
    for answer in answers:
        if answer.suggested != answer.wanted:
            lines.append(
                f"{answer.language} {answer.product}: {answer.header} -> {answer.suggested}, not {answer.wanted}"
            )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", sorted({file["language"] for file in LABELLED["files"]}))
def test_no_language_is_left_behind(answers, language):
    precision, recall = score([answer for answer in answers if answer.language == language])
    assert precision >= 0.95
    assert recall >= MIN_RECALL


def test_nobodys_consent_is_guessed(answers):
    compliance = ("channelProperties.", "consentRecords.", "preferences.", "lists", "matchIdentifier")
    guessed = [
        answer
        for answer in answers
        if answer.product != "Dotdigital" and (answer.suggested or "").startswith(compliance)
    ]
    assert not guessed
