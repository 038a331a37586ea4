"""Lines that break the rules of quoting, and quotes that are none: what the cells were meant to be."""

import re
from collections.abc import Sequence

from imports.files.evidence import CellKind, kind_of
from imports.files.text.dialect import Dialect, parse
from imports.files.text.lines import split_lines

_BEFORE_QUOTES = " \t([{-/"
_MIN_LINES = 4
_MAX_LINES, _MAX_CHARS = 200, 65_536
_TYPED = frozenset({CellKind.EMAIL, CellKind.PHONE, CellKind.DATE, CellKind.NUMBER})


def are_lone_marks(cells: Sequence[str], lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether a cell over several lines only seems to be one between two quotes that are cells of their own.

    A quoted cell hardly ever begins and ends with a delimiter, and its lines have not each the table's width.
    """
    edges = f"{dialect.delimiter}\r\n"
    return any(
        cell[0] in edges and cell[-1] in edges and dialect.delimiter in (cell[0], cell[-1])
        for cell in cells
        if "\n" in cell or "\r" in cell
    ) and all(len(line.split(dialect.delimiter)) == dialect.width for line in lines)


def are_rows(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether each of the lines of a record is a row of the table by itself, or all between the first and the last.

    They are when each has the table's width and one column holds e-mail addresses in most of them, or values of
    another kind in all.
    """
    return _are_rows(lines, dialect) or (len(lines) >= _MIN_LINES and _are_rows(lines[1:-1], dialect))


def lenient_width(text: str, dialect: Dialect) -> int:
    """The width of the table in `text`, whole lines, where quotes inside cells that are not doubled hide it.

    It is that of the first line, the names of the columns, if most lines have it when they are cut leniently.
    """
    lines = [line.rstrip("\r\n") for line in split_lines(text[:_MAX_CHARS]) if line.strip()][:_MAX_LINES]
    if not lines or not dialect.quote or dialect.quote not in text:
        return dialect.width
    first = len(split_leniently(lines[0], dialect) or ())
    if first in (1, dialect.width):
        return dialect.width
    alike = sum(len(split_leniently(line, dialect) or ()) == first for line in lines)
    return first if alike > len(lines) / 2 else dialect.width


def _are_rows(lines: Sequence[str], dialect: Dialect) -> bool:
    width = dialect.width
    if width == 1:
        return False
    marks = f" {dialect.quote}"
    kinds: list[list[CellKind]] = [[] for _ in range(width)]
    for line in lines:
        row = cut_line(line.rstrip("\r\n"), dialect)
        if len(row) != width:
            return False
        for column, cell in enumerate(row):
            kinds[column].append(kind_of(cell.strip(marks)))
    needed = max(2, len(lines) / 2)
    return any(
        column.count(CellKind.EMAIL) >= needed
        or (column[0] in _TYPED and column.count(column[0]) == len(lines))
        for column in kinds
    )


def split_leniently(line: str, dialect: Dialect) -> list[str] | None:
    """The cells of a line in which quotes stand inside quoted cells undoubled; None when a cell is never closed.

    A quote closes its cell only before a delimiter or the end of the line; elsewhere it stays where it is.
    """
    cells, are_closed = _split_quoted(line, dialect, may_hold_quotes=True)
    return cells if are_closed else None


def cut_line(line: str, dialect: Dialect) -> list[str]:
    """The cells of a line that breaks the rules of quoting, in the way that comes closest to the table's width.

    A quote that nothing closes is text in its cell, or its cell goes on to the end of the line.
    """
    if dialect.quote is None or dialect.quote not in line:
        return line.split(dialect.delimiter)
    lenient = split_leniently(line, dialect)
    if lenient is None:
        lenient = next(parse([line], dialect, strict=False), [""])
    strictly, _ = _split_quoted(line, dialect, may_hold_quotes=False)
    return min(lenient, strictly, key=lambda cells: (abs(len(cells) - dialect.width), -len(cells)))


def _split_quoted(line: str, dialect: Dialect, *, may_hold_quotes: bool) -> tuple[list[str], bool]:
    """The cells of a line, and whether every quote that opens one is closed; one that is not is text.

    A quote closes its cell before a delimiter or the end of the line. Before anything else it is text inside a
    quoted cell that `may_hold_quotes`; where none may, it shows that the cell's first quote is text too.
    """
    quote, delimiter = dialect.quote or "", dialect.delimiter
    quotes, no_space = re.compile(f"(?:{re.escape(quote)})+"), re.compile("[^ ]")
    cells, start, are_closed = [], 0, True
    while start <= len(line):
        opening = start
        if dialect.skips_space:
            first = no_space.search(line, start)
            opening = first.start() if first else len(line)
        if line.startswith(quote, opening):
            end = _closing_end(line, opening, quotes, delimiter, may_hold_quotes=may_hold_quotes)
            if end is not None:
                cells.append(line[opening + 1 : end - 1].replace(2 * quote, quote))
                start = end + 1
                continue
            are_closed = False
            if may_hold_quotes:
                break
        end = line.find(delimiter, opening)
        end = len(line) if end < 0 else end
        cells.append(line[opening:end])
        start = end + 1
    return cells, are_closed


def _closing_end(
    line: str, opening: int, quotes: re.Pattern[str], delimiter: str, *, may_hold_quotes: bool
) -> int | None:
    """The place after the quote that closes the cell whose first quote is at `opening`; None without one.

    Two quotes are one inside the cell; but at its end, where a quote inside was opened and not doubled, the first
    closes that and the second the cell: `"Ann "Annie""`.
    """
    is_inner_open = False
    for run in quotes.finditer(line, opening + 1):
        is_odd = len(run[0]) % 2 == 1
        is_end = run.end() == len(line) or line[run.end()] == delimiter
        if is_end and (is_odd or is_inner_open):
            return run.end()
        if is_odd:
            if not may_hold_quotes:
                return None
            is_inner_open = _opens(line, run, opening)
    return None


def _opens(line: str, run: re.Match[str], opening: int) -> bool:
    """Whether a quote inside a cell stands before a word and behind none."""
    is_behind_word = run.start() > opening + 1 and line[run.start() - 1] not in _BEFORE_QUOTES
    return not is_behind_word and not line[run.end() : run.end() + 1].isspace()
