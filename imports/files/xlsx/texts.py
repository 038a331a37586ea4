"""What cells say: every value becomes what a person would type to say the same.

The rules are those of `workbooks.values`, as column expressions.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from imports.files.problems import ProblemLog
from imports.files.refusals import refusal
from imports.files.workbooks.values import boolean_text, date_text, moment_text, number_text, time_text
from imports.files.xlsx.cells import MAX_TEXT_CHARS, Kind
from imports.files.xlsx.escapes import unescape_all
from imports.files.xlsx.formats import NumberKind
from imports.files.xlsx.moments import moment_texts
from imports.files.xlsx.places import column_letters

# What is written so is the shortest way to write it: no two numbers of 15 digits are the same double.
_SHORTEST = r"^(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])$"
_MOST_EXACT_CHARS = 15

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BOOLEANS = {
    "1": boolean_text(True),
    "0": boolean_text(False),
    "true": boolean_text(True),
    "false": boolean_text(False),
}


@dataclass(frozen=True, slots=True)
class Meanings:
    """What cells refer to: the shared strings, and what numbers are in each style."""

    strings: pl.Series
    kinds: pl.Series
    is_1904: bool

    @classmethod
    def of(cls, strings: pl.Series, kinds: list[NumberKind], is_1904: bool) -> "Meanings":
        """The same from a workbook's list of what numbers are in each of its styles."""
        return cls(strings, pl.Series(kinds, dtype=pl.UInt8), is_1904)


def cell_texts(cells: pl.DataFrame, meanings: Meanings, max_cell_chars: int, log: ProblemLog) -> pl.DataFrame:
    """What `cells` (`imports.files.xlsx.cells.SCHEMA`) say: `row`, `column` and `text` of those that say something.

    Errors and NUL characters are noted in `log`. Raises FileRefusedError for a cell that refers to a string there
    is none of, and for one that is too long for its block to stay small.
    """
    _refuse_overlong(cells, max_cell_chars)
    kinds = cells["kind"].unique(maintain_order=True)
    cells = cells.with_row_index("place_in_order")
    parts = []
    for kind in kinds:
        part = cells if len(kinds) == 1 else cells.filter(pl.col("kind") == kind)
        if kind == Kind.ERROR:
            _note_errors(part, log)
        else:
            parts.append(
                part.select(
                    "place_in_order", "row", "column", _texts(part, Kind(kind), meanings).alias("text")
                )
            )
    if not parts:
        return pl.DataFrame(schema={"row": pl.UInt32, "column": pl.UInt32, "text": pl.String})
    texts = parts[0] if len(parts) == 1 else pl.concat(parts).sort("place_in_order")
    return _without_nuls(texts.drop("place_in_order"), log).filter(pl.col("text") != "")


def number_texts(values: pl.Series) -> pl.Series:
    """Numbers, each as short as it reads back the same; what is no number stays as it is."""
    is_odd = ~values.str.contains(_SHORTEST) | (values.str.len_bytes() > _MOST_EXACT_CHARS)
    return _replaced(values, is_odd, _number_text)


def _texts(cells: pl.DataFrame, kind: Kind, meanings: Meanings) -> pl.Series:
    values = cells["value"]
    match kind:
        case Kind.SHARED:
            return _shared(values, meanings.strings)
        case Kind.INLINE | Kind.FORMULA:
            return unescape_all(values)
        case Kind.BOOLEAN:
            return values.replace(_BOOLEANS)
        case Kind.DATE:
            return _replaced(values, values.is_not_null(), _iso_text)
    return _numbers(values, cells["style"], meanings)


def _shared(values: pl.Series, strings: pl.Series) -> pl.Series:
    numbers = values.cast(pl.UInt32, strict=False)
    if numbers.null_count():
        values = values.str.strip_chars()
        numbers = values.cast(pl.UInt32, strict=False)
    is_missing = numbers.is_null() & (values != "")
    if is_missing.any() or (numbers >= len(strings)).any():
        raise refusal("damaged_workbook")
    return strings.gather(numbers)


def _numbers(values: pl.Series, styles: pl.Series, meanings: Meanings) -> pl.Series:
    if not (meanings.kinds != NumberKind.NUMBER).any():
        return number_texts(values)
    is_known = styles < len(meanings.kinds)
    kinds = meanings.kinds.gather(pl.select(pl.when(is_known).then(styles)).to_series())
    is_moment = (kinds != NumberKind.NUMBER).fill_null(False)
    if not is_moment.any():
        return number_texts(values)
    texts = number_texts(values)
    at = is_moment.arg_true()
    moments = moment_texts(values.gather(at), kinds.gather(at), meanings.is_1904)
    return texts.scatter(at, pl.select(pl.coalesce(moments, texts.gather(at))).to_series())


def _number_text(value: str) -> str:
    text = value.strip()
    number = float(text) if _NUMBER.fullmatch(text) else float("inf")
    return value if number in (float("inf"), float("-inf")) else number_text(number)


def _iso_text(value: str) -> str:
    """A date, time or both as ISO 8601 has it; Excel writes no zone, and those who write one mean the time as it is."""
    text = value.strip().removesuffix("Z")
    try:
        if "T" in text:
            moment = dt.datetime.fromisoformat(text)
            return moment_text(moment) if moment.time() != dt.time() else date_text(moment.date())
        return (
            time_text(dt.time.fromisoformat(text)) if ":" in text else date_text(dt.date.fromisoformat(text))
        )
    except ValueError:
        return value


def _replaced(values: pl.Series, is_odd: pl.Series, rule: Callable[[str], str]) -> pl.Series:
    """The values, by `rule` where they are odd; of each that occurs more than once it is asked once."""
    odd = values.filter(is_odd).unique()
    if not len(odd):
        return values
    return values.replace(odd, pl.Series([rule(value) for value in odd], dtype=pl.String))


def _refuse_overlong(cells: pl.DataFrame, max_cell_chars: int) -> None:
    values = cells["value"]
    if (values.str.len_bytes() > MAX_TEXT_CHARS).any():
        overlong = cells["row"].filter(values.str.len_chars() > MAX_TEXT_CHARS)
        if len(overlong):
            raise refusal("cell_too_long", row=overlong[0], limit=max_cell_chars)


def _note_errors(cells: pl.DataFrame, log: ProblemLog) -> None:
    for row, column in cells.select("row", "column").iter_rows():
        log.add(row, "error_cell", cell=f"{column_letters(column)}{row}")


def _without_nuls(texts: pl.DataFrame, log: ProblemLog) -> pl.DataFrame:
    is_damaged = texts["text"].str.contains("\0", literal=True)
    if not is_damaged.any():
        return texts
    nuls = pl.col("text").str.count_matches("\0", literal=True).sum()
    for row, count in texts.filter(is_damaged).group_by("row", maintain_order=True).agg(nuls).iter_rows():
        log.add(row, "nul_bytes", count=count)
    return texts.with_columns(pl.col("text").str.replace_all("\0", "", literal=True))
