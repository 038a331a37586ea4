"""The text of a file's rows, all cells of a row in one value, so that whoever looks for something goes through one
column of whole rows and not through every column of a staged table.

It says nothing that the staged table does not, can be made of it at any time, and is only worth it for large files.
Letters that are a to z in one case or another are small ones in it: what is looked for in a to z is then looked for as
it is, which takes half the time of a pattern for any case, and a pattern finds the same as before.
"""

from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

import polars as pl

from imports import tables

MIN_ROWS = 50_000
"""Below, the staged table is looked through as fast."""

SCHEMA: tables.Schema = {"row": pl.UInt32, "text": pl.String}

_KELVIN_SIGN, _LONG_S = "\u212a", "\u017f"
_SMALL = dict(zip(ascii_uppercase, ascii_lowercase, strict=True)) | {_KELVIN_SIGN: "k", _LONG_S: "s"}
"""Every letter that Unicode's simple case folding makes one of a to z, and is none. Source: CaseFolding.txt."""

_BETWEEN_CELLS = "\n"
"""What is looked for without it is never found across two cells."""


def write_search_text(staged: Path, target: Path) -> None:
    """Write the text of the rows of a staged table, in their order: SCHEMA. Holds one row group at a time."""
    text = pl.concat_str(_cells(tables.scan(staged)), separator=_BETWEEN_CELLS, ignore_nulls=True)
    small = text.str.replace_many(_SMALL)
    frames = tables.iter_frames(staged, lambda rows: rows.select("row", text=small))
    tables.write_table(frames, SCHEMA, target, compression="lz4")


def rows_containing(staged: Path, text: Path | None, needle: str) -> pl.Series:
    """The numbers of the rows that have a cell with `needle` in it, whatever its case; they ascend. `text` is what
    `write_search_text` made of the staged table; None where there is none."""
    return scan_containing(staged, text, needle).collect(engine="streaming").to_series()


def scan_containing(staged: Path, text: Path | None, needle: str) -> pl.LazyFrame:
    """The same, unread."""
    table = staged if text is None or _BETWEEN_CELLS in needle else text
    rows, is_small = tables.scan(table), table == text and needle.isascii()
    pattern = needle.lower() if is_small else in_any_case(needle)
    holds = [pl.col(name).str.contains(pattern, literal=is_small) for name in _cells(rows)]
    return rows.filter(pl.any_horizontal(holds or [pl.lit(value=False)])).select("row")


def in_any_case(needle: str) -> str:
    """A pattern of just this text."""
    return "(?i)" + pl.escape_regex(needle)


def _cells(rows: pl.LazyFrame) -> list[str]:
    return [name for name in rows.collect_schema().names() if name != "row"]
