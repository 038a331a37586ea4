"""What the columns of a staged table are called."""

from collections.abc import Sequence


def named_width(cells: Sequence[str]) -> int:
    """How many columns there are up to the last one with a name."""
    return next((width for width in range(len(cells), 0, -1) if cells[width - 1].strip()), 0)


def name_columns(cells: Sequence[str], width: int, first_column: int = 0) -> tuple[str, ...]:
    """Names for `width` columns: as the header says, distinct and never empty.

    A column without a name is called by its place in the spreadsheet, `Column 3`; of columns with the same
    name, the second becomes `Name (2)`. `first_column` columns of the spreadsheet lie to the left.
    """
    stated = [" ".join(cell.split()) for cell in (*cells[:width], *[""] * (width - len(cells)))]
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
