"""The rows of a worksheet as XML: expressions over columns make the cells of many rows at once.

A text stands in its cell, not in a table of shared strings, which would have to be held until the end. Every row and
cell says where it is: the standard leaves that to the writer, and some readers go by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from imports.worksheets import column_letters

MAX_CELL_CHARS = 32_767  # UTF-16 code units, as Excel counts
MAX_EXACT_INTEGER = 10**15  # beyond it a spreadsheet's numbers lose digits
CUT_MARK = " […]"

MAX_PIECE_ROWS, MAX_PIECE_CELLS, MAX_PIECE_BYTES = 4_000, 400_000, 16_000_000

# What stands in a sheet as an escape: what XML cannot hold, or would not give back.
_ESCAPED_CONTROLS = [*(code for code in range(0x20) if chr(code) not in "\t\n"), 0xFFFE, 0xFFFF]
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {
    chr(code): f"_x{code:04X}_" for code in _ESCAPED_CONTROLS
}
_LOOKS_LIKE_ESCAPE = "_(x[0-9A-Fa-f]{4})"
_IS_SPACED = r"^\s|\s$"
_IS_AWKWARD = rf"[&<>\x00-\x1f\x{{FFFE}}\x{{FFFF}}]|{_LOOKS_LIKE_ESCAPE}|{_IS_SPACED}"


def pieces_of(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """`frame` in slices whose XML can be held: few cells, and not many bytes unless a single row has them."""
    rows = frame.height
    by_cells = MAX_PIECE_CELLS // frame.width
    by_bytes = int(rows * MAX_PIECE_BYTES / max(frame.estimated_size(), 1))
    yield from frame.iter_slices(max(1, min(MAX_PIECE_ROWS, by_cells, by_bytes)))


def rows_xml(frame: pl.DataFrame, first_row: int, *, is_bold: bool = False) -> bytes:
    """The `<row>` elements of `frame`, of which the first is the sheet's row `first_row`.

    Text is written as text, cut and marked when it is longer than a cell can be; nothing is written for a blank cell.
    Integers are numbers, as long as a spreadsheet's numbers hold them exactly.
    """
    frame = _fitting(frame.rename({name: f"c{place}" for place, name in enumerate(frame.columns)}))
    style = ' s="1"' if is_bold else ""
    traits = _traits(frame)
    cells = [
        (_number_cells if dtype.is_integer() else _text_cells)(
            pl.col(name), column_letters(place), style, traits[name]
        )
        for place, (name, dtype) in enumerate(frame.schema.items())
    ]
    row = pl.concat_str(pl.lit('<row r="'), "n", pl.lit('">'), *cells, pl.lit("</row>"), ignore_nulls=True)
    number = pl.int_range(first_row, first_row + frame.height).cast(pl.String).alias("n")
    xml = frame.lazy().with_columns(number).select(row.str.join("").cast(pl.Binary))
    return bytes(xml.collect().item())


def fitting(text: str) -> str:
    """`text`, cut and marked when it is longer than a cell of a worksheet can be."""
    if len(text) <= MAX_CELL_CHARS // 2:  # even if every character takes two units
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL_CHARS:
        return text
    kept = units[: 2 * (MAX_CELL_CHARS - len(CUT_MARK))]
    return kept.decode("utf-16-le", errors="ignore") + CUT_MARK


@dataclass(frozen=True)
class _Traits:
    """What some cell of a column needs, so that nothing is done to the many columns of which none does."""

    has_blanks: bool = False
    is_awkward: bool = False
    is_inexact: bool = False


def _traits(frame: pl.DataFrame) -> dict[str, _Traits]:
    """Of each column; all of them are asked at once, since each question has its price."""
    texts = [name for name, dtype in frame.schema.items() if not dtype.is_integer()]
    numbers = [name for name, dtype in frame.schema.items() if dtype.is_integer()]
    blank = frame.select((pl.col(texts) == "").any())
    awkward = frame.select(pl.col(texts).str.contains(_IS_AWKWARD).any())
    inexact = frame.select(_is_exact(pl.col(numbers)).not_().any())
    of_texts = zip(texts, _answers(blank), _answers(awkward), strict=True)
    of_numbers = zip(numbers, _answers(inexact), strict=True)
    return {name: _Traits(has_blanks, is_awkward) for name, has_blanks, is_awkward in of_texts} | {
        name: _Traits(is_inexact=is_inexact) for name, is_inexact in of_numbers
    }


def _answers(frame: pl.DataFrame) -> tuple[Any, ...]:
    return frame.row(0) if frame.width else ()


def _is_exact(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.Int64).is_between(-MAX_EXACT_INTEGER, MAX_EXACT_INTEGER)


def _fitting(frame: pl.DataFrame) -> pl.DataFrame:
    # No character has more UTF-16 units than bytes.
    longest = frame.select(pl.col(pl.String).str.len_bytes().max().fill_null(0))
    long = [
        name
        for name, length in zip(longest.columns, _answers(longest), strict=True)
        if length > MAX_CELL_CHARS
    ]
    is_long = pl.col(long).str.len_bytes() > MAX_CELL_CHARS
    cut = pl.col(long).map_elements(fitting, return_dtype=pl.String)
    return frame.with_columns(pl.when(is_long).then(cut).otherwise(pl.col(long))) if long else frame


def _number_cells(number: pl.Expr, letters: str, style: str, traits: _Traits) -> pl.Expr:
    """The `<c>` elements of a column of integers; null for those that are blank. `n` is the number of the row."""
    text = number.cast(pl.String)
    cells = pl.concat_str(pl.lit(f'<c r="{letters}'), "n", pl.lit(f'"{style}><v>'), text, pl.lit("</v></c>"))
    if not traits.is_inexact:
        return cells
    return pl.when(_is_exact(number)).then(cells).otherwise(_text_cells(text, letters, style, _Traits()))


def _text_cells(text: pl.Expr, letters: str, style: str, traits: _Traits) -> pl.Expr:
    """The same of a column of text."""
    reference, kind, ending = f'<c r="{letters}', f'"{style} t="inlineStr"><is><t', "</t></is></c>"
    if not traits.is_awkward:
        cells = pl.concat_str(pl.lit(reference), "n", pl.lit(f"{kind}>"), text, pl.lit(ending))
    else:
        keeps_spaces = text.str.contains(_IS_SPACED)
        opened = pl.when(keeps_spaces).then(pl.lit(' xml:space="preserve">')).otherwise(pl.lit(">"))
        escaped = text.str.replace_all(_LOOKS_LIKE_ESCAPE, "_x005F_$1").str.replace_many(_ESCAPES)
        cells = pl.concat_str(pl.lit(reference), "n", pl.lit(kind), opened, escaped, pl.lit(ending))
    return pl.when(text != "").then(cells) if traits.has_blanks else cells
