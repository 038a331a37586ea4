"""References to cells (ECMA-376 part 1, 18.18.62)."""

import re
from typing import NamedTuple

from imports.files.file_refusals import refusal
from imports.worksheets import MAX_COLUMNS, MAX_ROWS

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class Place(NamedTuple):
    """Where a cell is: its row from 1, its column from 0."""

    row: int
    column: int


def place_of(reference: str) -> Place:
    """The place that `reference`, such as `B7`, names. Raises FileRefusedError when no sheet has it."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise refusal("damaged_workbook")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return checked(Place(int(match[2]), column - 1))


def checked(place: Place) -> Place:
    """The place itself. Raises FileRefusedError when no sheet has it."""
    if not (1 <= place.row <= MAX_ROWS and 0 <= place.column < MAX_COLUMNS):
        raise refusal("damaged_workbook")
    return place
