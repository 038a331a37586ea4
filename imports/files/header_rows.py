"""Which rows name the columns together: groups above names, names that go on below, names that come twice."""

from collections.abc import Sequence

from imports.files.evidence import TYPED, CellKind, is_known_name, names_kind
from imports.files.headers import join_names
from imports.files.notes import note_of
from imports.files.row_features import RowFeatures, dominant_kind
from imports.languages.column_words import GROUP_NAME, SURVEY_ANSWER

_WRAPPED_FILL = 0.8
_MAX_GROUP_ROWS = 2
_MIN_GAPS = 3


def header_rows(filled: Sequence[RowFeatures], index: int, width: int) -> list[RowFeatures]:
    """The rows that name the columns together, of which the one at `index` is one."""
    row = filled[index]
    following = adjacent(filled, index, 1)
    if following and is_upper(row, following, filled[index + 2 :], width):
        index, row = index + 1, following
    elif not _names_values(row, filled[index + 1 :]):
        return [row]
    rows = [row]
    while above := adjacent(filled, index - len(rows) + 1, -1):
        if not is_upper(above, rows[0], filled[index + 1 :], width, row):
            break
        rows.insert(0, above)
    # So many rows of words with gaps are notes.
    return rows if len(rows) <= _MAX_GROUP_ROWS + 1 else [row]


def names_of(header: Sequence[RowFeatures], width: int) -> tuple[str, ...]:
    """What the rows of a header name the columns together, each row but the last by groups if it has gaps."""
    if not header:
        return ()
    lower, names = header[-1], tuple(header[-1].cells)
    for row in reversed(header[:-1]):
        names = join_names(row.cells, names, spread=_has_gaps(row, lower, width) or _goes_on(row, lower))
    return names


def adjacent(filled: Sequence[RowFeatures], index: int, step: int) -> RowFeatures | None:
    """The row directly below (1) or above (-1) the one at `index`, if it holds something."""
    if not 0 <= index + step < len(filled):
        return None
    neighbour = filled[index + step]
    return neighbour if neighbour.number == filled[index].number + step else None


def is_upper(
    upper: RowFeatures,
    lower: RowFeatures,
    below: Sequence[RowFeatures],
    width: int,
    last: RowFeatures | None = None,
) -> bool:
    """Whether `upper` names the columns together with `lower`, the row under it; `last` is the last of the header."""
    if not upper.is_words or not lower.is_words or upper.may_be_contact or lower.may_be_contact:
        return False
    if note_of(lower, below) is not None:
        return False
    if _fills_gaps(upper, lower, below, width):
        return True
    if not _names_values(last or lower, below):
        return False
    is_group = is_group_row(upper, last or lower, width) and (last is not None or upper.fill < lower.fill)
    return is_group or _is_wrapped(upper, lower, width) or _is_named_twice(upper, lower, below, width)


def is_group_row(upper: RowFeatures, lower: RowFeatures, width: int) -> bool:
    """Whether `upper` names groups of the columns that `lower` names: words with gaps between them."""
    if not upper.is_words or not lower.is_words or not _has_gaps(upper, lower, width):
        return False
    places = upper.places()
    # One cell alone is a title, wherever it stands.
    return len(places) > 1 or bool(GROUP_NAME.fullmatch(upper.cell(places[0])))


def _has_gaps(upper: RowFeatures, lower: RowFeatures, width: int) -> bool:
    places = upper.places()
    if not places or upper.reach > max(width, lower.reach):
        return False
    return places[0] > 0 if len(places) == 1 else places != list(range(len(places)))


def _goes_on(upper: RowFeatures, lower: RowFeatures) -> bool:
    """Whether the last name above counts for what stands right of it: names that are complete have nothing below."""
    is_blank_below = any(not lower.cell(place) for place in upper.places())
    return upper.reach < lower.reach and is_blank_below


def _is_wrapped(upper: RowFeatures, lower: RowFeatures, width: int) -> bool:
    """Whether names go on from one row to the next, cell by cell. Names that are all there and all different are
    complete."""
    names = [upper.cell(place) for place in upper.places()]
    is_complete = len(set(names)) == len(names)
    return not is_complete and upper.fill >= _WRAPPED_FILL * width


def _is_named_twice(upper: RowFeatures, lower: RowFeatures, below: Sequence[RowFeatures], width: int) -> bool:
    """Whether both rows name every column, as where the names that machines use stand above those for people.

    A contact has no word for e-mail where the others have addresses, nor one for dates where they have dates.
    """
    if min(upper.fill, lower.fill) < _WRAPPED_FILL * width:
        return False
    telling = [place for place in lower.places() if dominant_kind(below, place) in _TELLING]
    return bool(telling) and all(
        names_kind(row.cell(place), kind)
        for place in telling
        for row in (upper, lower)
        if (kind := dominant_kind(below, place)) is not None
    )


_TELLING = frozenset({CellKind.EMAIL, CellKind.PHONE, CellKind.DATE})


def _fills_gaps(upper: RowFeatures, lower: RowFeatures, below: Sequence[RowFeatures], width: int) -> bool:
    """Whether `lower` has the names that `upper` lacks: it names the parts of what stands above it, and has gaps
    where what stands above is a name by itself."""
    gaps = [
        place
        for place in range(width)
        if not upper.cell(place) and any(upper.cell(left) for left in range(place))
    ]
    if not gaps or upper.reach > width or upper.fill < 2:
        return False
    parts = [place for place in gaps if lower.cell(place)]
    groups = {place - 1 for place in gaps if upper.cell(place - 1)}
    alone = [place for place in upper.places() if place not in groups and place < width]
    is_answered = [place for place in alone if lower.cell(place)]
    named = [
        place
        for place in lower.places()
        if is_known_name(lower.cell(place))
        or SURVEY_ANSWER.fullmatch(lower.cell(place))
        or any(
            names_kind(lower.cell(place), kind) and kind is dominant_kind(below, place) for kind in _TELLING
        )
        or (len(gaps) >= _MIN_GAPS and _is_choice(lower.cell(place), [row.cell(place) for row in below]))
    ]
    if len(parts) < _WRAPPED_FILL * len(gaps) or not set(is_answered) <= set(named):
        return False
    over_values = [
        place
        for place in lower.places()
        if (kind := dominant_kind(below, place)) in TYPED and place not in named
    ]
    if any(
        not names_kind(lower.cell(place), kind)
        for place in over_values
        if (kind := dominant_kind(below, place))
    ):
        return False
    return len(named) * 2 >= lower.fill or (len(parts) >= _MIN_GAPS and not is_answered)


def _is_choice(name: str, below: Sequence[str]) -> bool:
    """Whether the cells below are `name` or blank: a column of a survey is called as the answer that it stands for."""
    return name in below and set(below) <= {name, ""}


def _names_values(row: RowFeatures, below: Sequence[RowFeatures]) -> bool:
    """Whether `row` surely names columns: what it says above addresses, numbers and dates is what those are called.

    A contact of whom nothing is known, in words, is none of that.
    """
    kinds = ((row.cell(place), dominant_kind(below, place)) for place in row.places())
    named = [names_kind(cell, kind) for cell, kind in kinds if kind in TYPED]
    return bool(named) and all(named)
