"""What a cell is worth as a cell of a table of contacts: one kind of thing, or a mess of several."""

import re

from imports.files.evidence import TYPED, CellKind, kind_of
from imports.files.text.lines import DELIMITERS
from imports.files.text.quoting import CLOSING, HIDDEN

_TYPED_CELL = 0.8
_WORDS = 0.6
_COMMA_INSIDE = 0.4
_MESS = 0.1
MAY_HOLD_COMMA = frozenset({CellKind.DATE, CellKind.NUMBER})
# Stricter than the quick look, to which much that stands around an address is part of it.
_ADDRESS = re.compile(r"[\w.%+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[^\W\d_]{2,24}")
_NAMED_ADDRESS = re.compile(rf"(?:[^<>(@]{{0,100}}[<(])?{_ADDRESS.pattern}[>)]?")
SOME_ADDRESS = re.compile(r"\w@[\w-]{1,63}\.\w")
_MAX_ADDRESSES_CHARS = 1_000
_BETWEEN_ADDRESSES = re.compile("[;,]")
_MARKS = " " + "".join({*CLOSING.keys(), *CLOSING.values()})


def is_addresses(cell: str) -> bool:
    """Whether a cell is one e-mail address or several, with or without names, and nothing else."""
    cell = cell.replace(HIDDEN, ",").strip(_MARKS)
    return len(cell) <= _MAX_ADDRESSES_CHARS and all(
        _NAMED_ADDRESS.fullmatch(part.strip()) for part in _BETWEEN_ADDRESSES.split(cell)
    )


def appraise(cell: str, delimiter: str, quote: str | None) -> tuple[CellKind, float] | None:
    """What a cell looks like and what it is worth; None for a blank one."""
    cell = cell.strip()
    if quote and len(cell) > 1 and cell[0] == quote and cell[-1] == CLOSING.get(quote, quote):
        inner = cell[1:-1].replace(HIDDEN, delimiter).strip()
        if not inner:
            return None
        kind = cell_kind(inner)
        return kind, _TYPED_CELL if kind in TYPED else _WORDS
    if not cell:
        return None
    kind = cell_kind(cell)
    if kind in TYPED:
        return kind, _TYPED_CELL
    is_mess = (
        any(one in cell for one in DELIMITERS if one not in (",", delimiter))
        or cell.count('"') % 2 == 1
        or cell.startswith('"')
        or not any(map(str.isalnum, cell))
    )
    if is_mess:
        return kind, _MESS
    return kind, _COMMA_INSIDE if cell.count(",") > cell.count(", ") else _WORDS


def cell_kind(text: str) -> CellKind:
    """What a cell looks like."""
    kind = kind_of(text)
    return CellKind.TEXT if kind is CellKind.EMAIL and not _ADDRESS.fullmatch(text) else kind
