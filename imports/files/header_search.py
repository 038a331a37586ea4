"""Which row names the columns: what is told from what stands below it."""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from imports.files.evidence import TYPED, CellKind, is_known_name, names_kind, stands_for_nothing
from imports.files.headers import name_key
from imports.files.row_features import CONTACT_KINDS, RowFeatures, dominant_kind

# Names of columns are looked for in so many rows, and weighed up against so many others.
_MAX_HEADER_SEARCH = 100
_MAX_CANDIDATES = 20
_MAX_ROWS_BELOW = 60

_MOSTLY = 0.6
_LONG_NAME_CHARS = 60

# What a cell in the place of a column's name says against its being one, by what it looks like: where the cells
# below look the same, and where they do not.
_AGAINST_ALIKE = {
    CellKind.EMAIL: -4.0,
    CellKind.PHONE: -3.0,
    CellKind.DATE: -3.0,
    CellKind.LINK: -3.0,
    CellKind.NUMBER: -2.0,
    CellKind.FLAG: -2.0,
}
_AGAINST_UNLIKE = {
    CellKind.EMAIL: -4.0,
    CellKind.PHONE: -2.0,
    CellKind.DATE: -1.0,
    CellKind.LINK: -2.0,
    CellKind.NUMBER: -0.5,
    CellKind.FLAG: -0.5,
}
_NAMES_ADDRESSES = 5.0
_NAMES_VALUES = 3.0
_WORD_OVER_VALUES = 2.0
_SOME_WORD_OVER_VALUES = 1.0
_NOTHING_OVER_VALUES = -2.0
_NUMBER_OVER_OTHER_VALUES = 1.0
_KNOWN_NAME = 1.5
_WORD_OVER_WORDS = 0.25
_WORD_SEEN_BELOW = -1.5
_NO_NAME = -0.25
_NO_NAME_OVER_ADDRESSES = -1.0
_NAME_REPEATED = -1.0
_STRONG_SCORE = 2.0
_FAR_BETTER, _FAR_BETTER_SHARE = 1.5, 0.25

_MIN_SEEN_BELOW = 2
# Characters of mistyped addresses and numbers, which no name of a column has.
_IN_VALUES = frozenset("@.0123456789")
_TELLING = frozenset({CellKind.EMAIL, CellKind.PHONE, CellKind.DATE})
CONTACT_NAMES = (CellKind.EMAIL, CellKind.PHONE)
_MIN_WORDS_AGAIN = 2
_MIN_ROWS_BELOW_WORD = 3
_MAX_NAME_WORDS = 8
_HOUSE_NUMBER = re.compile(r"\d+\w?,?")
_KNOWN_BELOW = 0.2
_IDENTIFIER = re.compile(r"[A-Za-z]+(?:_[A-Za-z0-9]+)+|[a-z]+[A-Z]\w*|[a-z]{2,}\d{1,3}|[A-Za-z]")
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_header(filled: Sequence[RowFeatures], eligible: Sequence[int]) -> int | None:
    """The place among `filled` of the row that names the columns; None when there is none."""

    def below(index: int) -> Sequence[RowFeatures]:
        return filled[index + 1 : _next_alike(filled, index)]

    for index in eligible:
        if _names_addresses(filled[index], below(index)):
            return index
    skipped: list[RowFeatures] = []
    # The last row of several has no contacts below it to name the columns of.
    candidates = eligible if len(eligible) == 1 else [index for index in eligible if index + 1 < len(filled)]
    for place, index in enumerate(candidates[:_MAX_CANDIDATES]):
        score = header_score(filled[index], below(index))
        is_header = score >= 0 if not skipped else score >= _STRONG_SCORE
        if is_header and (_is_title_above(filled, index) or _is_note_above(filled, index)):
            skipped.append(filled[index])
            continue
        if is_header and not any(_is_like(row, filled[index + 1 :]) for row in skipped):
            return _better_below(filled, candidates[place:])
        skipped.append(filled[index])
    return None


def is_surely_header(row: RowFeatures, below: Sequence[RowFeatures]) -> bool:
    """Whether `row` can be nothing but names: what it says above values is what those are called, or its words are
    mostly those that columns are called by.

    Words of which that cannot be said may be a contact's.
    """
    near = below[:_MAX_ROWS_BELOW]
    places = [place for place in row.places() if row.kind(place) is CellKind.TEXT]
    over = {place: dominant_kind(near, place) for place in places}
    named = sum(
        kind in _TELLING and names_kind(row.cell(place), kind) and not stands_for_nothing(row.cell(place))
        for place, kind in over.items()
        if kind is not None
    )
    cells = {place: [other.cell(place) for other in near] for place in places}
    known = sum(
        _is_known_above(row.cell(place), cells[place]) or _is_identifier_above(row.cell(place), cells[place])
        for place in places
    )
    over_values = [place for place, kind in over.items() if kind in TYPED]
    over_values += [
        place
        for place in row.places()
        if row.kind(place) is CellKind.NUMBER and dominant_kind(near, place) in TYPED - {CellKind.NUMBER}
    ]
    typed = sum(dominant_kind(near, place) in TYPED for place in range(row.reach))
    if _names_addresses(row, near) or max(known, named) * 2 >= row.fill:
        return True
    is_unnamed = any(
        kind in CONTACT_KINDS and not names_kind(row.cell(place), kind)
        for place, kind in over.items()
        if kind
    )
    if known and over_values and not is_unnamed:
        return True
    is_all_typed = len(over_values) == typed and typed * 2 >= row.fill
    return is_all_typed and len(near) >= (1 if typed > 1 else _MIN_ROWS_BELOW_WORD)


def _is_known_above(cell: str, below: Sequence[str]) -> bool:
    """Whether `cell` is called as columns are, and the cells below it are not: streets and companies are too."""
    words = cell.replace("_", " ").split()
    if (
        not is_known_name(cell)
        or len(words) > _MAX_NAME_WORDS
        or any(map(_HOUSE_NUMBER.fullmatch, words[:-1]))
    ):
        return False
    return _is_rare(is_known_name, below)


def _is_identifier_above(cell: str, below: Sequence[str]) -> bool:
    """Whether `cell` is spelled as programs name columns, and the cells below it are not."""
    return bool(_IDENTIFIER.fullmatch(cell)) and _is_rare(_IDENTIFIER.fullmatch, below)


def _is_rare(is_such: Callable[[str], object], cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return sum(map(bool, map(is_such, filled))) <= len(filled) * _KNOWN_BELOW


def rows_under(filled: Sequence[RowFeatures], index: int) -> Sequence[RowFeatures]:
    """The rows under the one at `index`, as far as they are not under names of columns that come again."""
    return filled[index + 1 : _next_alike(filled, index)]


def _next_alike(filled: Sequence[RowFeatures], index: int) -> int:
    """The place of the next row that has most of the words of the one at `index`, in whatever order, or that names
    columns as it does, in whatever language."""
    words = filled[index].name_keys
    if len(words) < _MIN_WORDS_AGAIN:
        return len(filled)
    least = max(float(_MIN_WORDS_AGAIN), len(words) * _MOSTLY)
    is_named = looks_like_names(filled[index])
    return next(
        (
            at
            for at in range(index + 1, len(filled))
            if len(words & filled[at].name_keys) >= least or (is_named and looks_like_names(filled[at]))
        ),
        len(filled),
    )


def looks_like_names(row: RowFeatures) -> bool:
    """Whether the row is words that columns are called by, one of them for addresses or numbers."""
    if row.fill < _MIN_WORDS_AGAIN or not row.is_words:
        return False
    cells = [row.cell(place) for place in row.places()]
    telling = [any(names_kind(cell, kind) for kind in CONTACT_NAMES) for cell in cells]
    named = [is_telling or is_known_name(cell) for is_telling, cell in zip(telling, cells, strict=True)]
    is_distinct = len({name_key(cell) for cell in cells}) == len(cells)
    return any(telling) and is_distinct and sum(named) >= len(cells) * _MOSTLY


def _names_addresses(row: RowFeatures, below: Sequence[RowFeatures]) -> bool:
    """Whether `row` has a word for e-mail above e-mail addresses: no contact has."""
    return any(
        row.kind(place) is CellKind.TEXT
        and names_kind(row.cell(place), CellKind.EMAIL)
        and dominant_kind(below, place) is CellKind.EMAIL
        for place in row.places()
    )


def _better_below(filled: Sequence[RowFeatures], eligible: Sequence[int]) -> int:
    """The first of `eligible`, which could name the columns, or a row of words below it that does so far better:
    then what could have is notes over several cells. Only words may lie between the two."""
    best = eligible[0]
    for index in eligible[1:_MAX_CANDIDATES]:
        row, below = filled[index], filled[index + 1 :]
        if not row.is_words:
            break
        if not words_over_values(row, below[:_MAX_ROWS_BELOW]):
            continue
        margin = max(_FAR_BETTER, _FAR_BETTER_SHARE * row.fill)
        if _fitness(row, below) >= _fitness(filled[best], below) + margin:
            best = index
    return best


def _is_title_above(filled: Sequence[RowFeatures], index: int) -> bool:
    """Whether the only cell of this row, in a file of one column, is a title: the next row is the name."""
    if index + 2 >= len(filled) or filled[index].fill > 1 or usual_width(filled) > 1:
        return False
    below = Counter(row.kind(0) for row in filled[index + 2 :])
    typed = sum(count for kind, count in below.items() if kind in TYPED)
    return filled[index + 1].kind(0) is CellKind.TEXT and typed >= _MOSTLY * sum(below.values())


def _is_note_above(filled: Sequence[RowFeatures], index: int) -> bool:
    """Whether this row, which holds a value, stands above one of words over values: a note such as a date."""
    if filled[index].is_words or index + 2 >= len(filled):
        return False
    following = filled[index + 1]
    return following.is_words and words_over_values(following, filled[index + 2 :]) > 0


def header_score(row: RowFeatures, below: Sequence[RowFeatures]) -> float:
    """How much speaks for `row` naming the columns of the rows `below`: against it when negative."""
    near = below[:_MAX_ROWS_BELOW]
    return sum(_cell_score(row, place, near) for place in range(len(row.kinds)))


def _fitness(row: RowFeatures, below: Sequence[RowFeatures]) -> float:
    """How well `row` would name the columns, among rows that could: names are all different."""
    names = [row.cell(place) for place in row.places()]
    return header_score(row, below) + (len(names) - len(set(names))) * _NAME_REPEATED


def _cell_score(row: RowFeatures, place: int, below: Sequence[RowFeatures]) -> float:
    kind, cell = row.kind(place), row.cell(place)
    dominant = dominant_kind(below, place)
    if kind is CellKind.BLANK:
        if dominant is None:
            return 0.0
        return _NO_NAME_OVER_ADDRESSES if dominant in CONTACT_KINDS else _NO_NAME
    if kind is CellKind.TEXT:
        return _word_score(cell, dominant, [other.cell(place) for other in below])
    if below and _YEAR.fullmatch(cell) and not any(_YEAR.fullmatch(other.cell(place)) for other in below):
        return 0.0
    if dominant is None or dominant is kind:
        return _AGAINST_ALIKE[kind]
    if kind is CellKind.NUMBER and dominant in TYPED:
        return _NUMBER_OVER_OTHER_VALUES
    return _AGAINST_UNLIKE[kind]


def _word_score(cell: str, dominant: CellKind | None, below: Sequence[str]) -> float:
    """The score of a word, by what most cells below it look like."""
    if dominant in TYPED:
        if names_kind(cell, dominant):
            special = {
                CellKind.EMAIL: _NAMES_ADDRESSES,
                CellKind.PHONE: _NAMES_VALUES,
                CellKind.DATE: _NAMES_VALUES,
            }
            return special.get(dominant, _WORD_OVER_VALUES)
        if stands_for_nothing(cell) or not _IN_VALUES.isdisjoint(cell):
            return _NOTHING_OVER_VALUES
        return 0.0 if dominant is CellKind.EMAIL else _SOME_WORD_OVER_VALUES
    if _is_known_above(cell, below):
        return _KNOWN_NAME
    if below.count(cell) >= _MIN_SEEN_BELOW:
        return _WORD_SEEN_BELOW
    return _WORD_OVER_WORDS if len(cell) <= _LONG_NAME_CHARS else 0.0


def _is_like(row: RowFeatures, others: Sequence[RowFeatures]) -> bool:
    """Whether most cells of `row` look like those of its column in `others`: then it is one of them."""
    places = row.places()
    alike = sum(row.kind(place) is dominant_kind(others, place) for place in places)
    return alike * 2 > len(places)


def confidence_of(score: float, cells: int) -> float:
    return round(min(0.99, 0.5 + 0.5 * max(0.0, score) / max(2.0, float(cells))), 2)


def usual_width(filled: Sequence[RowFeatures]) -> int:
    """How far most of the widest fifth of the rows reach: titles are narrower, and a stray cell is alone."""
    reaches = sorted(row.reach for row in filled)
    return reaches[min(len(reaches) - 1, len(reaches) * 4 // 5)]


def words_over_values(row: RowFeatures, below: Sequence[RowFeatures]) -> int:
    return sum(
        row.kind(place) is CellKind.TEXT and dominant_kind(below, place) in TYPED for place in row.places()
    )
