"""The rows of a worksheet as XML: expressions over columns make the cells of many rows at once.

A text stands in its cell, not in a table of shared strings, which would have to be held until the end. Every row and
cell says where it is: the standard leaves that to the writer, and some readers go by it.
"""

from collections.abc import Iterator

import polars as pl

MAX_CELL_CHARS = 32_767  # UTF-16 code units, as Excel counts
MAX_EXACT_INTEGER = 10**15  # beyond it a spreadsheet's numbers lose digits
CUT_MARK = " […]"

MAX_PIECE_CELLS, MAX_PIECE_BYTES = 200_000, 8_000_000

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
    by_cells = MAX_PIECE_CELLS // max(frame.width, 1)
    by_bytes = int(rows * MAX_PIECE_BYTES / max(frame.estimated_size(), 1))
    yield from frame.iter_slices(max(1, min(by_cells, by_bytes)))


def rows_xml(frame: pl.DataFrame, first_row: int, *, is_bold: bool = False) -> bytes:
    """The `<row>` elements of `frame`, of which the first is the sheet's row `first_row`.

    Text is written as text, cut and marked when it is longer than a cell can be; nothing is written for a blank cell.
    Integers are numbers, as long as a spreadsheet's numbers hold them exactly.
    """
    columns = [_fitting(column).rename(f"c{place}") for place, column in enumerate(frame.iter_columns())]
    style = ' s="1"' if is_bold else ""
    cells = [_cells(column, column_name(place), style) for place, column in enumerate(columns)]
    row = pl.concat_str(pl.lit('<row r="'), "n", pl.lit('">'), *cells, pl.lit("</row>"), ignore_nulls=True)
    number = pl.int_range(first_row, first_row + frame.height).cast(pl.String).alias("n")
    xml = pl.LazyFrame(columns).with_columns(number).select(row.str.join("").cast(pl.Binary))
    return bytes(xml.collect().item())


def column_name(position: int) -> str:
    """The letters of a column: A of 0, Z of 25, AA of 26."""
    letters = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def fitting(text: str) -> str:
    """`text`, cut and marked when it is longer than a cell of a worksheet can be."""
    if len(text) <= MAX_CELL_CHARS // 2:  # even if every character takes two units
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL_CHARS:
        return text
    kept = units[: 2 * (MAX_CELL_CHARS - len(CUT_MARK))]
    return kept.decode("utf-16-le", errors="ignore") + CUT_MARK


def _fitting(column: pl.Series) -> pl.Series:
    # No character has more UTF-16 units than bytes.
    if column.dtype != pl.String or not (column.str.len_bytes() > MAX_CELL_CHARS).any():
        return column
    is_long = pl.first().str.len_bytes() > MAX_CELL_CHARS
    cut = pl.first().map_elements(fitting, return_dtype=pl.String)
    return column.to_frame().select(pl.when(is_long).then(cut).otherwise(pl.first())).to_series()


def _cells(column: pl.Series, letters: str, style: str) -> pl.Expr:
    """The `<c>` elements of a column; null for those that are blank. `n` is the number of the row."""
    own = pl.col(column.name)
    if not column.dtype.is_integer():
        return _text_cells(own, column, letters, style)
    text = own.cast(pl.String)
    cells = pl.concat_str(pl.lit(f'<c r="{letters}'), "n", pl.lit(f'"{style}><v>'), text, pl.lit("</v></c>"))
    is_exact = own.cast(pl.Int64).is_between(-MAX_EXACT_INTEGER, MAX_EXACT_INTEGER)
    if column.to_frame().select(is_exact.all()).item():
        return cells
    return pl.when(is_exact).then(cells).otherwise(_text_cells(text, column.cast(pl.String), letters, style))


def _text_cells(text: pl.Expr, column: pl.Series, letters: str, style: str) -> pl.Expr:
    """`text` gives the values of `column`, of which most need neither an escape nor their spaces kept."""
    beginning, opened, ending = f'"{style} t="inlineStr"><is><t', ">", "</t></is></c>"
    is_blank = text == ""
    if column.str.contains(_IS_AWKWARD).any():
        opened_by = (
            pl.when(text.str.contains(_IS_SPACED))
            .then(pl.lit(' xml:space="preserve">'))
            .otherwise(pl.lit(">"))
        )
        text = text.str.replace_all(_LOOKS_LIKE_ESCAPE, "_x005F_$1").str.replace_many(_ESCAPES)
        start = [pl.lit(beginning), opened_by]
    else:
        start = [pl.lit(beginning + opened)]
    cells = pl.concat_str(pl.lit(f'<c r="{letters}'), "n", *start, text, pl.lit(ending))
    return pl.when(is_blank.not_()).then(cells) if (column == "").any() else cells
