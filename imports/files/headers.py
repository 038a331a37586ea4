"""The row that names the columns, and the names it gives them."""

from dataclasses import dataclass

from imports.files.blocks import Table
from imports.files.problems import ProblemLog
from imports.files.refusals import refusal


@dataclass(frozen=True, slots=True)
class Header:
    """The record in `row`, whose `cells` name the columns; `above` counts the filled rows over it."""

    row: int
    cells: tuple[str, ...]
    above: int

    @property
    def width(self) -> int:
        """How many columns there are up to the last one with a name."""
        return next((width for width in range(len(self.cells), 0, -1) if self.cells[width - 1].strip()), 0)


def find_header(table: Table, header_row: int | None) -> Header:
    """The header in row `header_row`, or in the first row that is not blank.

    Raises FileRefusedError when there is no such row.
    """
    above = 0
    for block in table.blocks(ProblemLog()):
        for index in range(len(block)):
            row, cells = block.first_row + index, tuple(block.cells(index))
            is_blank = not any(cell.strip() for cell in cells)
            if row == header_row or (header_row is None and not is_blank):
                return Header(row, cells, above)
            above += not is_blank
    if header_row is None:
        raise refusal("empty_file")
    raise refusal("no_such_header_row", header_row=header_row)


def name_columns(cells: tuple[str, ...], width: int, first_column: int = 0) -> tuple[str, ...]:
    """Names for `width` columns: as the header says, distinct and never empty.

    A column without a name is called by its place in the spreadsheet, `Column 3`; of columns with the same
    name, the second becomes `Name (2)`. `first_column` columns of the spreadsheet lie to the left.
    """
    stated = [cell.strip() for cell in (*cells[:width], *[""] * (width - len(cells)))]
    wanted = [name or f"Column {first_column + index + 1}" for index, name in enumerate(stated)]
    taken = set(stated)
    used: set[str] = set()
    names = []
    for name in wanted:
        final, number = name, 1
        while final in used or (number > 1 and final in taken):
            number += 1
            final = f"{name} ({number})"
        used.add(final)
        names.append(final)
    return tuple(names)
