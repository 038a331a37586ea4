"""Which rows of a file are shown to a person, and the part that each of them plays."""

from collections import deque
from collections.abc import Sequence

from imports.files.excerpt import ExcerptRow, Role, excerpt_row
from imports.files.layout import Layout

EXCERPT_TOP_ROWS = 12
EXCERPT_END_ROWS = 6


class Shown:
    """The rows that show how a file with `layout` is read, collected while it is: its beginning, the header, the
    first contacts, and its end.

    `headers` are further rows with names of columns, and `left_out` other rows below the first contact that are none.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._cells: dict[int, list[str]] = {}
        self._end: deque[int] = deque(maxlen=EXCERPT_END_ROWS)
        self._top = _telling_rows(layout)
        self.headers: set[int] = set()
        self.left_out: set[int] = set()

    def top_within(self, first_row: int, end: int) -> list[int]:
        """The rows at the top that are shown, from `first_row` up to, not including, `end`."""
        return [row for row in self._top if first_row <= row < end]

    def note_top(self, row: int, cells: Sequence[str]) -> None:
        """Show `row` if it is one of those at the top."""
        if row in self._top:
            self._cells[row] = list(cells)

    def note_end(self, row: int, cells: Sequence[str]) -> None:
        """Show `row` if it is one of the last, of which it is the last so far."""
        if len(self._end) == EXCERPT_END_ROWS and self._end[0] not in self._top:
            self._cells.pop(self._end[0], None)
        self._end.append(row)
        self._cells[row] = list(cells)

    def rows(self) -> list[ExcerptRow]:
        """The rows that are shown, in their order."""
        return [excerpt_row(row, self._role(row, cells), cells) for row, cells in sorted(self._cells.items())]

    def _role(self, row: int, cells: Sequence[str]) -> Role:
        if self._layout.is_header(row) or row in self.headers:
            return Role.HEADER
        if not any(cell.strip() for cell in cells):
            return Role.BLANK
        is_contact = row >= self._layout.first_data_row and row not in self._layout.left_out
        return Role.CONTACT if is_contact and row not in self.left_out else Role.NON_DATA


def _telling_rows(layout: Layout) -> frozenset[int]:
    first = layout.first_data_row
    rows = {
        *range(1, EXCERPT_TOP_ROWS + 1),
        *range(layout.header_row, layout.header_row + layout.header_rows),
        *range(max(1, first - EXCERPT_TOP_ROWS // 2), first + EXCERPT_TOP_ROWS // 2),
    }
    return frozenset(rows - {0})
