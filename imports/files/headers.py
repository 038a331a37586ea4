"""What the columns of a staged table are called."""

from collections import Counter
from collections.abc import Sequence

from imports.files.evidence import may_reach, without_reach
from imports.messages import unnamed_column


def named_width(cells: Sequence[str]) -> int:
    """How many columns there are up to the last one with a name."""
    return next((width for width in range(len(cells), 0, -1) if cells[width - 1].strip()), 0)


def name_columns(cells: Sequence[str], width: int, first_column: int = 0) -> tuple[str, ...]:
    """Names for `width` columns: as the header says, distinct and never empty.

    A column without a name has a key made of its place in the spreadsheet, `Column 3`, which `column_label` puts into
    words; of columns with the same name, the second becomes `Name (2)`. `first_column` columns of the spreadsheet lie
    to the left. What a person is reached by is never part of a name.
    """
    stated = [_named(" ".join(cell.split())) for cell in (*cells[:width], *[""] * (width - len(cells)))]
    wanted = [name or unnamed_column(first_column + index + 1) for index, name in enumerate(stated)]
    taken = set(stated)
    used: set[str] = set()
    numbers: Counter[str] = Counter()
    names = []
    for name in wanted:
        final = name
        while final in used or (final != name and final in taken):
            numbers[name] += 1
            final = f"{name} ({numbers[name] + 1})"
        used.add(final)
        names.append(final)
    return tuple(names)


def _named(cell: str) -> str:
    return without_reach(cell) if may_reach(cell) else cell


def name_key(name: str) -> str:
    """What is the same in all spellings of a name: `First_Name`, `first name`, `FirstName`."""
    return "".join(filter(str.isalnum, name.casefold()))


def join_names(upper: Sequence[str], lower: Sequence[str], *, spread: bool) -> tuple[str, ...]:
    """The names of a header over two rows: what stands above before what stands below.

    With `spread`, a name above counts for the columns right of it too, up to the next one. What is the same above
    and below but for its spelling is said once, as it is spelled below.
    """
    joined, group = [], ""
    for index in range(max(len(upper), len(lower))):
        above = upper[index].strip() if index < len(upper) else ""
        below = lower[index].strip() if index < len(lower) else ""
        group = above if above or not spread else group
        over = group if below or above else ""
        is_same = over == below or name_key(over) == name_key(below) != ""
        parts = [below] if is_same else [over, below]
        joined.append(" ".join(part for part in parts if part))
    return tuple(joined)
