"""Fates and kinds of report entries are named in one place, each with one wording."""

import re
from pathlib import Path

import pytest

from imports.fates import LEFT_OUT, EntryKind, Fate
from imports.reports.ledger import BUCKET_BY_KEY, BUCKET_OF_FATE, Outcome

IMPORTS = Path(__file__).resolve().parents[1] / "imports"
BARE = re.compile(
    rf"""fate"?\]?\)?\s*[=!]=\s*["']|["'](?:kind|fate)["']\)\s*[=!]=\s*["']|\.kind\s*[=!]=\s*["'](?:{"|".join(EntryKind)})["']"""
)


def test_no_fate_or_kind_is_compared_with_a_bare_text():
    sources = [*IMPORTS.rglob("*.py"), *IMPORTS.parent.joinpath("templates").rglob("*.html")]
    bare = {
        f"{path.relative_to(IMPORTS.parent)}: {found[0]}"
        for path in sources
        if "migrations" not in path.parts
        for found in BARE.finditer(path.read_text(encoding="utf-8"))
    }
    assert bare == set()


@pytest.mark.parametrize("fate", LEFT_OUT)
def test_a_row_that_is_left_out_is_called_the_same_before_and_after(fate):
    assert BUCKET_BY_KEY[BUCKET_OF_FATE[fate]].label == fate.label


def test_every_fate_ends_in_a_bucket():
    assert {*BUCKET_OF_FATE} == {*Fate}
    assert BUCKET_OF_FATE[Fate.READY] is Outcome.NOT_SENT
