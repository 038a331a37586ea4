"""From the rows of a workbook's sheet, told one after another, to blocks of bounded size."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

import polars as pl

from imports.files.blocks import FrameBlock
from imports.files.problems import ProblemLog
from imports.files.reading import Limits
from imports.files.refusals import refusal

ROWS_PER_BLOCK = 25_000
# A block has fewer rows than that when they are wide or their cells long.
CELLS_PER_BLOCK = 2_000_000
CHARS_PER_BLOCK = 64_000_000


class Merge(NamedTuple):
    """A merged cell that begins in a row: its column, counted from 0, and how many rows and columns it covers."""

    column: int
    rows: int
    columns: int


class Run(NamedTuple):
    """Rows that are alike: `repeats` times the same cells. Merged cells begin in the first of them.

    The cells begin with the sheet's first column that is used, and need not go on to the last.
    """

    cells: Sequence[str]
    repeats: int = 1
    merges: Sequence[Merge] = ()


@dataclass(slots=True)
class _Carried:
    """What a merged cell says that begins in the row `first_row`."""

    text: str
    first_row: int
    merge: Merge
    is_noted: bool = False

    @property
    def last_row(self) -> int:
        return self.first_row + self.merge.rows - 1

    def note(self, log: ProblemLog) -> None:
        """Tell `log` of it, once."""
        if not self.is_noted:
            self.is_noted = True
            first = cell_name(self.first_row, self.merge.column)
            last = cell_name(self.last_row, self.merge.column + self.merge.columns - 1)
            log.add(self.first_row, "merged_cells", cells=f"{first}:{last}")


def without_tail(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs up to the last that holds something."""
    blank = 0
    for run in runs:
        if not any(run.cells):
            blank += run.repeats
            continue
        if blank:
            yield Run((), blank)
            blank = 0
        yield run


def carried_down(runs: Iterable[Run], first_column: int, log: ProblemLog) -> Iterator[Run]:
    """The runs with what is said in a cell that is merged over several rows in each of its rows.

    A row that holds nothing else stays blank, and a cell that holds something keeps it. Merged cells that filled
    something are noted in `log`. Of those that overlap, the later counts.
    """
    row = 1
    carried: dict[int, _Carried] = {}
    for run in runs:
        for merge in run.merges:
            place = merge.column - first_column
            if merge.rows > 1 and place >= 0:
                carried.pop(place, None)
                if place < len(run.cells) and run.cells[place]:
                    carried[place] = _Carried(run.cells[place], row, merge)
        left = run.repeats
        while left:
            carried = {place: cell for place, cell in carried.items() if cell.last_row >= row}
            if carried and any(run.cells):
                alike = min(left, min(cell.last_row for cell in carried.values()) + 1 - row)
                yield Run(_with_carried(run.cells, carried, log), alike)
            else:
                alike = left
                yield Run(run.cells, alike)
            row, left = row + alike, left - alike


def blocks_of(runs: Iterable[Run], limits: Limits, log: ProblemLog) -> Iterator[FrameBlock]:
    """The runs as blocks, from row 1 on. NUL characters are removed, and noted in `log`.

    Raises FileRefusedError when something stands beyond the last column there may be.
    """
    first_row, rows, width, chars = 1, list[Sequence[str]](), 1, 0
    for run in runs:
        cells, left = run.cells, run.repeats
        if len(cells) > limits.max_columns:
            cells = _cut(cells, first_row + len(rows), limits.max_columns)
        row_chars = sum(map(len, cells))
        while left:
            fits = min(ROWS_PER_BLOCK, CELLS_PER_BLOCK // max(width, len(cells))) - len(rows)
            if row_chars:
                fits = min(fits, (CHARS_PER_BLOCK - chars) // row_chars)
            # A row that is too much for any block has one of its own.
            taken = min(left, fits if rows else max(1, fits))
            if taken > 0:
                rows += [cells] * taken
                width, chars, left = max(width, len(cells)), chars + taken * row_chars, left - taken
            else:
                yield _block(first_row, rows, log)
                first_row, rows, width, chars = first_row + len(rows), [], 1, 0
    if rows:
        yield _block(first_row, rows, log)


def cell_name(row: int, column: int) -> str:
    """`B2` for row 2 and column 1: rows are counted from 1, columns from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _with_carried(cells: Sequence[str], carried: dict[int, _Carried], log: ProblemLog) -> list[str]:
    filled = [*cells, *[""] * (max(carried) + 1 - len(cells))]
    for place, cell in carried.items():
        if not filled[place]:
            filled[place] = cell.text
            cell.note(log)
    return filled


def _cut(cells: Sequence[str], row: int, max_columns: int) -> Sequence[str]:
    """The cells there may be. Raises FileRefusedError when another one holds something."""
    if any(cell.strip() for cell in cells[max_columns:]):
        columns = max(place for place, cell in enumerate(cells, 1) if cell.strip())
        raise refusal("too_many_columns", row=row, columns=columns, limit=max_columns)
    return cells[:max_columns]


def _block(first_row: int, rows: Sequence[Sequence[str]], log: ProblemLog) -> FrameBlock:
    columns = list(zip_longest(*rows, fillvalue="")) or [("",) * len(rows)]
    frame = pl.DataFrame([pl.Series(f"c{place}", cells, pl.String) for place, cells in enumerate(columns)])
    nuls = frame.select(nuls=pl.sum_horizontal(pl.all().str.count_matches("\0", literal=True)))["nuls"]
    if nuls.sum():
        for index in (nuls > 0).arg_true():
            log.add(first_row + index, "nul_bytes", count=nuls[index])
        frame = frame.select(pl.all().str.replace_all("\0", "", literal=True))
    return FrameBlock(first_row, frame)
