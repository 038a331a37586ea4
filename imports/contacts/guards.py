"""What an export put before every cell of a column: a guarding apostrophe, or the prefix that names the kind.

Spreadsheets and shops put an apostrophe before what could be taken for a number or a formula, and some before
everything. Meta's lead ads put `p:` before phone numbers, `z:` before postcodes, `l:`, `f:`, `ag:`, `as:` and
`c:` before ids. One cell alone does not tell such a mark from a text that begins so. Where every filled cell of a
column has it, it is one: a fact of the column, found over the whole file before any row is read by it.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from imports import tables
from imports.contacts.values.cells import Cleaner, answer, trim
from imports.contacts.values.ways import followed_by

APOSTROPHE = "'"
PREFIXES = ("p:", "z:", "l:", "f:", "ag:", "as:", "c:")
_MARKS = (APOSTROPHE, *PREFIXES)
_CODES = {APOSTROPHE: "apostrophe_removed"} | dict.fromkeys(PREFIXES, "prefix_removed")

MIN_GUARDED_CELLS = 2
"""An apostrophe before the only cell of a column tells nothing of the column."""

# 's-Hertogenbosch, 't Harde, 'n Roos: the article's own apostrophe.
_ARTICLE = r"(?i)^'[a-z]\b"
_LETTER = r"^'\p{L}"
_FIRST_ROWS = 500


def find_guards(staged: Path, cells: Sequence[str]) -> dict[str, str]:
    """Column of the staged table -> the mark that every filled cell of it begins with; the others are not in it."""
    head = tables.scan(staged).select(cells).head(_FIRST_ROWS)
    likely = _guarded(head, [(cell, mark) for cell in cells for mark in _MARKS], needs_evidence=False)
    if not likely:
        return {}
    return dict(_guarded(tables.scan(staged), likely, needs_evidence=True))


def _guarded(
    table: pl.LazyFrame, candidates: Sequence[tuple[str, str]], *, needs_evidence: bool
) -> list[tuple[str, str]]:
    """Of the candidates, those that hold for all rows of a table."""
    counted = table.select(
        count.alias(f"{place} {name}")
        for place, (cell, mark) in enumerate(candidates)
        for name, count in _counts(trim(pl.col(cell)), mark).items()
    ).collect(engine="streaming")
    return [
        candidate
        for place, candidate in enumerate(candidates)
        if counted[f"{place} others"][0] == 0
        and (not needs_evidence or counted[f"{place} evidence"][0] >= 1)
        and (
            not needs_evidence
            or candidate[1] != APOSTROPHE
            or counted[f"{place} filled"][0] >= MIN_GUARDED_CELLS
        )
    ]


def _counts(text: pl.Expr, mark: str) -> dict[str, pl.Expr]:
    has = text.str.starts_with(mark)
    evidence = has & (text != mark)
    if mark == APOSTROPHE:
        evidence = text.str.contains(_LETTER) & ~text.str.contains(_ARTICLE)
    return {"filled": (text != "").sum(), "others": ((text != "") & ~has).sum(), "evidence": evidence.sum()}


def without_mark(cells: pl.Expr, mark: str) -> pl.Expr:
    """The `CLEANED` structs of cells without the mark that all of them begin with."""
    trimmed = trim(cells)
    bare = trim(trimmed.str.strip_prefix(mark))
    is_marked = trimmed.str.starts_with(mark)
    kept = pl.when(is_marked).then(bare).otherwise(cells)
    code = pl.when(bare == "").then(pl.lit("guard_alone")).otherwise(pl.lit(_CODES[mark]))
    return answer(pl.when(kept != "").then(kept), pl.when(is_marked).then(code))


def unmarked(clean: Cleaner, mark: str) -> Cleaner:
    """`clean`, for the cells of a column that all begin with `mark`."""
    return lambda cells: followed_by(without_mark(cells, mark), clean)
