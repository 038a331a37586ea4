"""A sheet's cells, batch by batch in its order, by whichever way of reading it allows."""

from collections.abc import Iterator

import polars as pl

from imports.files.reading import ReadingLimits
from imports.files.xlsx import plain_xml
from imports.files.xlsx.columns import plain_cells
from imports.files.xlsx.markup import PIECE_BYTES, MarkupParser, parse
from imports.files.xlsx.parts import Package
from imports.files.xlsx.survey import ROW_START, ROWS_END, ROWS_START
from imports.files.xlsx.xlsx_cells import CellReader, HiddenRows

_CELLS_AT_ONCE = 100_000
_CHARS_AT_ONCE = 1 << 23
_FIRST_BYTES = 1 << 18


def read_plain_cells(
    package: Package, part: str, hidden: HiddenRows, limits: ReadingLimits, *, is_calculated: bool
) -> Iterator[pl.DataFrame]:
    """The cells of the sheet in `part`, which a survey found to be plain; hidden rows are added to `hidden`.

    Raises FileRefusedError when the sheet is damaged.
    """
    pieces = plain_xml.plain_pieces(package, part)
    _, rest = plain_xml.head_of(pieces, ROWS_START)
    last_row = 0
    for block in plain_xml.blocks_of(rest, pieces, ROW_START, ROWS_END):
        taken = plain_cells(block, hidden, is_calculated=is_calculated)
        if taken is not None:
            cells, row = taken
            last_row = row or last_row
            yield cells
            continue
        reader = CellReader(hidden, limits.max_cell_chars, last_row, is_calculated=is_calculated)
        parse([ROWS_START, block, ROWS_END], reader)
        last_row = reader.row
        yield reader.take()


def read_parsed_cells(
    package: Package, part: str, hidden: HiddenRows, limits: ReadingLimits, *, is_calculated: bool
) -> Iterator[pl.DataFrame]:
    """The same of any sheet, however it is written."""
    reader = CellReader(hidden, limits.max_cell_chars, is_calculated=is_calculated)
    parser = MarkupParser(reader)
    for piece in package.pieces(part, PIECE_BYTES):
        parser.feed(piece)
        if len(reader) >= _CELLS_AT_ONCE or reader.chars >= _CHARS_AT_ONCE:
            yield reader.take()
    parser.feed(b"", is_last=True)
    yield reader.take()


def read_first_cells(package: Package, part: str, limits: ReadingLimits) -> pl.DataFrame:
    """The cells at the beginning of the sheet in `part`: as many as tell what it is about."""
    reader = CellReader(HiddenRows(), limits.max_cell_chars)
    parser = MarkupParser(reader)
    read_bytes = 0
    for piece in package.pieces(part, PIECE_BYTES):
        parser.feed(piece)
        # Cells that only have a style may go on for long before there is one that holds something.
        read_bytes += len(piece) if len(reader) else 0
        if read_bytes >= _FIRST_BYTES:
            break
    else:
        parser.feed(b"", is_last=True)
    return reader.take()
