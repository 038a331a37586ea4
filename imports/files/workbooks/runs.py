"""From the rows of a workbook's sheet, told one after another or many at once, to blocks of bounded size."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

import polars as pl

from imports.files.blocks import FrameBlock
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.reading import ReadingLimits

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


class Rows(NamedTuple):
    """Rows that each come once, none of which a merged cell begins in.

    `cells` are the columns `c0`, `c1` and so on, as many as are needed, from the first that is used: String, null or
    "" where a cell is empty. There are none where all rows are blank. It is no more than one block may hold.
    """

    height: int
    cells: pl.DataFrame

    def filled(self) -> pl.Series:
        """The places of the rows that hold something."""
        if not self.cells.width:
            return pl.Series(dtype=pl.UInt32)
        is_filled = pl.any_horizontal((pl.all() != "").fill_null(value=False))
        return self.cells.select(filled=is_filled)["filled"].arg_true()

    def part(self, start: int, height: int) -> "Rows":
        """`height` of the rows, from the place `start` on."""
        return Rows(height, self.cells.slice(start, height))

    def from_column(self, first: int) -> "Rows":
        """The same without the columns left of `first`."""
        cells = self.cells.select(self.cells.columns[first:])
        cells.columns = [f"c{place}" for place in range(cells.width)]
        return Rows(self.height, cells)

    def runs(self) -> Iterator[Run]:
        """The same rows, one by one."""
        if not self.cells.width:
            yield Run((), self.height)
        for row in self.cells.iter_rows():
            cells = [cell or "" for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            yield Run(cells)


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


def without_tail(runs: Iterable[Run | Rows]) -> Iterator[Run | Rows]:
    """The runs up to the last row that holds something."""
    blank = 0
    for run in runs:
        if isinstance(run, Rows):
            filled = run.filled()
            last = filled[-1] + 1 if len(filled) else 0
            if last and blank:
                yield Run((), blank)
                blank = 0
            if last:
                yield run.part(0, last)
            blank += run.height - last
            continue
        if not any(run.cells):
            blank += run.repeats
            continue
        if blank:
            yield Run((), blank)
            blank = 0
        yield run


def carried_down(runs: Iterable[Run | Rows], first_column: int, log: ProblemLog) -> Iterator[Run | Rows]:
    """The runs with what is said in a cell that is merged over several rows in each of its rows.

    A row that holds nothing else stays blank, and a cell that holds something keeps it. Merged cells that filled
    something are noted in `log`. Of those that overlap, the later counts.
    """
    row = 1
    carried: dict[int, _Carried] = {}
    for told in runs:
        carried = {place: cell for place, cell in carried.items() if cell.last_row >= row}
        if isinstance(told, Rows) and not carried:
            yield told
            row += told.height
            continue
        for run in told.runs() if isinstance(told, Rows) else (told,):
            yield from _carried_into(run, row, first_column, carried, log)
            row += run.repeats


def _carried_into(
    run: Run, row: int, first_column: int, carried: dict[int, _Carried], log: ProblemLog
) -> Iterator[Run]:
    """The rows of `run`, which begins at `row`, with what is carried into them; `carried` is brought up to date."""
    for merge in run.merges:
        place = merge.column - first_column
        if merge.rows > 1 and place >= 0:
            carried.pop(place, None)
            if place < len(run.cells) and run.cells[place]:
                carried[place] = _Carried(run.cells[place], row, merge)
    left = run.repeats
    while left:
        for place in [place for place, cell in carried.items() if cell.last_row < row]:
            del carried[place]
        if carried and any(run.cells):
            alike = min(left, min(cell.last_row for cell in carried.values()) + 1 - row)
            yield Run(_with_carried(run.cells, carried, log), alike)
        else:
            alike = left
            yield Run(run.cells, alike)
        row, left = row + alike, left - alike


def blocks_of(runs: Iterable[Run | Rows], limits: ReadingLimits, log: ProblemLog) -> Iterator[FrameBlock]:
    """The runs as blocks, from row 1 on. NUL characters are removed, and noted in `log`.

    Raises FileRefusedError when something stands beyond the last column there may be.
    """
    gathered = _Gathered()
    for told in runs:
        if isinstance(told, Rows) and told.cells.width <= limits.max_columns:
            if not gathered.has_room_for(told):
                yield from gathered.block(log)
            gathered.add_rows(told)
            continue
        for run in told.runs() if isinstance(told, Rows) else (told,):
            cells, left = run.cells, run.repeats
            if len(cells) > limits.max_columns:
                cells = _cut(cells, gathered.next_row, limits.max_columns)
            while left:
                if taken := gathered.add(cells, left):
                    left -= taken
                else:
                    yield from gathered.block(log)
    yield from gathered.block(log)


class _Gathered:
    """The rows that become the next block: as they come, one by one or many at once."""

    def __init__(self) -> None:
        self._first_row = 1
        self._clear()

    def _clear(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._rows: list[Sequence[str]] = []
        self._height, self._width, self._chars = 0, 1, 0

    @property
    def next_row(self) -> int:
        """The number of the row that is added next."""
        return self._first_row + self._height

    def has_room_for(self, rows: Rows) -> bool:
        """Whether `rows` fit into the block with those that are there; alone they always do."""
        return not self._height or self._fitting(rows.cells.width, 0) >= rows.height

    def add_rows(self, rows: Rows) -> None:
        """Add rows there is room for."""
        self._put_rows_into_frame()
        cells = rows.cells
        if not cells.width:
            cells = pl.DataFrame([pl.repeat(None, rows.height, dtype=pl.String, eager=True).alias("c0")])
        self._frames.append(cells)
        self._height += rows.height
        self._width = max(self._width, cells.width)
        self._chars += int(cells.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item() or 0)

    def add(self, cells: Sequence[str], count: int) -> int:
        """Add as many of `count` rows with these `cells` as there is room for: how many. One has room by itself."""
        row_chars = sum(map(len, cells))
        fits = self._fitting(len(cells), row_chars)
        taken = max(0, min(count, fits if self._height else max(1, fits)))
        self._rows += [cells] * taken
        self._height += taken
        if taken:
            self._width, self._chars = max(self._width, len(cells)), self._chars + taken * row_chars
        return taken

    def _fitting(self, width: int, row_chars: int) -> int:
        """How many more rows of this kind there is room for."""
        fits = min(ROWS_PER_BLOCK, CELLS_PER_BLOCK // max(self._width, width)) - self._height
        left = CHARS_PER_BLOCK - self._chars
        if left <= 0:
            return 0
        return min(fits, left // row_chars) if row_chars else fits

    def _put_rows_into_frame(self) -> None:
        if self._rows:
            columns = list(zip_longest(*self._rows, fillvalue="")) or [("",) * len(self._rows)]
            self._frames.append(
                pl.DataFrame(
                    [pl.Series(f"c{place}", cells, pl.String) for place, cells in enumerate(columns)]
                )
            )
            self._rows = []

    def block(self, log: ProblemLog) -> Iterator[FrameBlock]:
        """The block, if there are rows; those that follow begin another."""
        self._put_rows_into_frame()
        if not self._frames:
            return
        frame = pl.concat(self._frames, how="diagonal", rechunk=True)
        first_row, self._first_row = self._first_row, self.next_row
        self._clear()
        yield FrameBlock(first_row, _without_nuls(frame, first_row, log))


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


def _without_nuls(frame: pl.DataFrame, first_row: int, log: ProblemLog) -> pl.DataFrame:
    counts = pl.sum_horizontal(pl.all().str.count_matches("\0", literal=True).fill_null(0))
    nuls = frame.select(nuls=counts)["nuls"]
    if not nuls.sum():
        return frame
    for index in (nuls > 0).arg_true():
        log.add(first_row + index, "nul_bytes", count=nuls[index])
    return frame.select(pl.all().str.replace_all("\0", "", literal=True))
