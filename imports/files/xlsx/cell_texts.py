"""What cells say: every value becomes what a person would type to say the same.

The rules are those of `workbooks.values`, as column expressions.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import polars as pl

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.workbooks.cell_values import boolean_text, date_text, moment_text, number_text, time_text
from imports.files.workbooks.digits import MAX_PATTERNS, DigitPattern
from imports.files.xlsx.markup import unescape_all
from imports.files.xlsx.moments import moment_texts
from imports.files.xlsx.number_formats import NumberFormat, NumberKind
from imports.files.xlsx.xlsx_cells import MAX_TEXT_CHARS, XlsxCellKind
from imports.languages.formula_errors import FORMULA_ERRORS, NOT_CALCULATED, UNKNOWN_ERROR
from imports.worksheets import column_letters

# What is written so is the shortest way to write it: no two numbers of 15 digits are the same double.
_SHORTEST = r"^(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])$"
_MAX_EXACT_CHARS = 15

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BOOLEANS = {
    "1": boolean_text(True),
    "0": boolean_text(False),
    "true": boolean_text(True),
    "false": boolean_text(False),
}

_ERRORS = dict(zip(FORMULA_ERRORS, FORMULA_ERRORS, strict=True))
_PROBLEMS = {XlsxCellKind.ERROR: "error_cell", XlsxCellKind.NOT_CALCULATED: "formula_not_calculated"}


@dataclass(frozen=True, slots=True)
class Meanings:
    """What cells refer to: the shared strings, and what numbers are in each style.

    `patterns` are the styles' places in `digit_patterns`, null for those without one.
    """

    strings: pl.Series
    kinds: pl.Series
    patterns: pl.Series
    digit_patterns: tuple[DigitPattern, ...]
    is_1904: bool

    @classmethod
    def of(cls, strings: pl.Series, formats: list[NumberFormat], is_1904: bool) -> "Meanings":
        """The same from a workbook's list of the number formats of its styles."""
        kinds = pl.Series([number_format.kind for number_format in formats], dtype=pl.UInt8)
        met = dict.fromkeys(number_format.pattern for number_format in formats)
        met.pop(None, None)
        heeded = [pattern for pattern in islice(met, MAX_PATTERNS) if pattern is not None]
        places: dict[DigitPattern | None, int] = {pattern: place for place, pattern in enumerate(heeded)}
        patterns = pl.Series(
            [places.get(number_format.pattern) for number_format in formats], dtype=pl.UInt32
        )
        return cls(strings, kinds, patterns, tuple(heeded), is_1904)


def cell_texts(cells: pl.DataFrame, meanings: Meanings, max_cell_chars: int, log: ProblemLog) -> pl.DataFrame:
    """What `cells` (`imports.files.xlsx.xlsx_cells.SCHEMA`) say: `row`, `column` and `text` of those that say
    something.

    Errors, formulas without a result and NUL characters are noted in `log`; the first two say what they are. Raises
    FileRefusedError for a cell that refers to a string there is none of, and for one that is too long for its block to
    stay small.
    """
    _refuse_overlong(cells, max_cell_chars)
    kinds = cells["kind"].unique(maintain_order=True)
    cells = cells.with_row_index("place_in_order")
    parts = []
    for kind in kinds:
        part = cells if len(kinds) == 1 else cells.filter(pl.col("kind") == kind)
        if kind in _PROBLEMS:
            _note_problems(part, _PROBLEMS[kind], log)
        parts.append(
            part.select(
                "place_in_order", "row", "column", _texts(part, XlsxCellKind(kind), meanings).alias("text")
            )
        )
    if not parts:
        return pl.DataFrame(schema={"row": pl.UInt32, "column": pl.UInt32, "text": pl.String})
    texts = parts[0] if len(parts) == 1 else pl.concat(parts).sort("place_in_order")
    return _without_nuls(texts.drop("place_in_order"), log).filter(pl.col("text") != "")


def number_texts(values: pl.Series) -> pl.Series:
    """Numbers, each as short as it reads back the same; what is no number stays as it is."""
    is_odd = ~values.str.contains(_SHORTEST) | (values.str.len_bytes() > _MAX_EXACT_CHARS)
    return _replaced(values, is_odd, _number_text)


def _texts(cells: pl.DataFrame, kind: XlsxCellKind, meanings: Meanings) -> pl.Series:
    values = cells["value"]
    match kind:
        case XlsxCellKind.SHARED:
            return _shared(values, meanings.strings)
        case XlsxCellKind.INLINE | XlsxCellKind.FORMULA:
            return unescape_all(values)
        case XlsxCellKind.BOOLEAN:
            return values.replace(_BOOLEANS)
        case XlsxCellKind.DATE:
            return _replaced(values, values.is_not_null(), _iso_text)
        case XlsxCellKind.ERROR:
            return values.fill_null("").replace_strict(_ERRORS, default=UNKNOWN_ERROR, return_dtype=pl.String)
        case XlsxCellKind.NOT_CALCULATED:
            return pl.repeat(NOT_CALCULATED, len(values), dtype=pl.String, eager=True)
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
    texts = number_texts(values)
    has_moments = (meanings.kinds != NumberKind.NUMBER).any()
    if not (has_moments or meanings.digit_patterns):
        return texts
    is_known = styles < len(meanings.kinds)
    known = pl.select(pl.when(is_known).then(styles)).to_series()
    if has_moments:
        texts = _with_moments(texts, values, meanings.kinds.gather(known), meanings.is_1904)
    if meanings.digit_patterns:
        texts = _in_patterns(texts, meanings.patterns.gather(known), meanings.digit_patterns)
    return texts


def _with_moments(texts: pl.Series, values: pl.Series, kinds: pl.Series, is_1904: bool) -> pl.Series:
    at = (kinds != NumberKind.NUMBER).fill_null(False).arg_true()
    if not len(at):
        return texts
    moments = moment_texts(values.gather(at), kinds.gather(at), is_1904)
    return texts.scatter(at, pl.select(pl.coalesce(moments, texts.gather(at))).to_series())


def _in_patterns(
    texts: pl.Series, patterns: pl.Series, digit_patterns: tuple[DigitPattern, ...]
) -> pl.Series:
    """The texts, each number that is whole and not negative in the places of its pattern."""
    is_whole = texts.str.contains("^[0-9]+$")
    for place in patterns.filter(is_whole).drop_nulls().unique():
        at = ((patterns == place) & is_whole).arg_true()
        texts = texts.scatter(at, _in_pattern(texts.gather(at), digit_patterns[place]))
    return texts


def _in_pattern(numbers: pl.Series, pattern: DigitPattern) -> pl.Series:
    digits = pl.lit(numbers).str.zfill(pattern.places)
    parts = [pl.concat_str(pl.lit(text), _slice(digits, start, end)) for text, start, end in pattern.slices]
    return pl.select(pl.concat_str(*parts, pl.lit(pattern.tail))).to_series()


def _slice(digits: pl.Expr, start: int | None, end: int | None) -> pl.Expr:
    """The characters from `start` to `end`, both counted from the end of each text as Python does."""
    until = digits if end is None else digits.str.head(end)
    return until if start is None else until.str.tail((end or 0) - start)


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


def _note_problems(cells: pl.DataFrame, code: str, log: ProblemLog) -> None:
    for row, column in cells.select("row", "column").iter_rows():
        log.add(row, code, cell=f"{column_letters(column)}{row}")


def _without_nuls(texts: pl.DataFrame, log: ProblemLog) -> pl.DataFrame:
    is_damaged = texts["text"].str.contains("\0", literal=True)
    if not is_damaged.any():
        return texts
    nuls = pl.col("text").str.count_matches("\0", literal=True).sum()
    for row, count in texts.filter(is_damaged).group_by("row", maintain_order=True).agg(nuls).iter_rows():
        log.add(row, "nul_bytes", count=count)
    return texts.with_columns(pl.col("text").str.replace_all("\0", "", literal=True))
