"""Where a table begins inside its file: titles and notes above, the names of the columns, the first contact.

What names the columns is told from what stands below it: words above e-mail addresses, dates and numbers are names; a
first row of values means that there are none.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from imports.files.blocks import Table
from imports.files.decisions import STATED, Decision
from imports.files.evidence import TYPED, Kind, is_known_name, names_kind, stands_for_nothing
from imports.files.glanced import CONTACT_KINDS, GlancedRow, Record, dominant_kind, least_fill
from imports.files.headers import join_names
from imports.files.problems import ProblemLog
from imports.files.reading import ReadingOptions
from imports.files.refusals import refusal

HEAD_ROWS = 200
"""How many of a file's first records that hold something are looked at."""

# Names of columns are looked for in so many rows, and weighed up against so many others.
_MAX_HEADER_SEARCH = 100
_MAX_CANDIDATES = 20
_MAX_ROWS_BELOW = 60

_WRAPPED_FILL = 0.8
_MOSTLY = 0.6
_MAX_GROUP_ROWS = 2
_LONG_NAME_CHARS = 60

# What a cell in the place of a column's name says against its being one, by what it looks like: where the cells
# below look the same, and where they do not.
_AGAINST_ALIKE = {
    Kind.EMAIL: -4.0,
    Kind.PHONE: -3.0,
    Kind.DATE: -3.0,
    Kind.LINK: -3.0,
    Kind.NUMBER: -2.0,
    Kind.FLAG: -2.0,
}
_AGAINST_UNLIKE = {
    Kind.EMAIL: -4.0,
    Kind.PHONE: -2.0,
    Kind.DATE: -1.0,
    Kind.LINK: -2.0,
    Kind.NUMBER: -0.5,
    Kind.FLAG: -0.5,
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
# Words over words, none of which is known to name a column: the first row may as well be a contact.
_UNSURE = 0.4
_FAR_BETTER, _FAR_BETTER_SHARE = 1.5, 0.25

_MIN_SEEN_BELOW = 2
# Characters of mistyped addresses and numbers, which no name of a column has.
_IN_VALUES = frozenset("@.0123456789")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the names of the columns and the first contact stand.

    `header_row` is 0, and `header_rows` too, when no row names the columns. `names` are the cells of the header;
    of a header over several rows, joined. `width` is how many columns the top of the table has.
    """

    header_row: int
    header_rows: int
    first_data_row: int
    names: tuple[str, ...]
    width: int
    decisions: dict[str, Decision] = field(default_factory=dict)

    def is_header(self, row: int) -> bool:
        """Whether `row` names the columns."""
        return self.header_row <= row < self.header_row + self.header_rows


def read_head(table: Table, options: ReadingOptions) -> list[Record]:
    """The first records of the table: enough of those that hold something, with the blank ones among them.

    From a chosen header row on there are as many again, if it lies further down. Raises FileRefusedError when the
    chosen row is not in the file.
    """
    wanted = options.header_row or 0
    head: list[Record] = []
    enough, found = HEAD_ROWS, 0
    for block in table.blocks(ProblemLog()):
        filled = block.filled()
        # Blank rows far above the table tell nothing, and there may be a million of them.
        is_near = block.first_row <= HEAD_ROWS or block.first_row <= wanted < block.first_row + len(block)
        for index in range(len(block)) if is_near else filled.arg_true():
            row = block.first_row + index
            if row == wanted:
                enough = found + HEAD_ROWS
            if row > HEAD_ROWS and row != wanted and not filled[index]:
                continue
            if found < enough or row == wanted:
                head.append((row, block.cells(index)))
                found += bool(filled[index])
            if found >= enough and row >= wanted:
                return head
    if wanted < 0 or (wanted and (not head or head[-1][0] < wanted)):
        raise refusal("no_such_header_row", header_row=wanted)
    return head


def find_layout(head: Sequence[Record], options: ReadingOptions) -> Layout:
    """Where the table of a file with the records `head` at its top begins, as far as `options` leave it open.

    Raises FileRefusedError when there is nothing in it, or the options contradict each other.
    """
    rows = [GlancedRow.of(row, cells) for row, cells in head]
    filled = [row for row in rows if row.fill]
    if not filled and options.header_row is None:
        raise refusal("empty_file")
    header, decisions = (
        _detect(filled) if options.header_row is None else _stated(options.header_row, rows, filled)
    )
    if options.first_data_row is not None:
        header = _above(options.first_data_row, header)
        decisions |= {"first_data_row": STATED}
    width = _usual_width(filled) if filled else 1
    return Layout(
        header_row=header[0].number if header else 0,
        header_rows=len(header),
        first_data_row=options.first_data_row or _first_data_row(header, filled, width),
        names=_names(header, width),
        width=width,
        decisions=decisions,
    )


Decisions = dict[str, Decision]


def _detect(filled: Sequence[GlancedRow]) -> tuple[list[GlancedRow], Decisions]:
    """The rows that name the columns, and how sure that is; no rows when none does."""
    width = _usual_width(filled)
    search = filled[:_MAX_HEADER_SEARCH]
    eligible = [index for index, row in enumerate(search) if row.fill >= least_fill(width)]
    index = _find_header(filled, eligible)
    if index is None:
        first = filled[eligible[0] if eligible else 0]
        score = -_header_score(first, [row for row in filled if row.number > first.number])
        decision = Decision(_confidence(score, first.fill), "values_at_the_top")
        return [], {"header_row": decision, "first_data_row": decision}
    header = _header_rows(filled, index, width)
    last, is_first = header[-1], header[0] is filled[0]
    below = [row for row in filled if row.number > last.number]
    score = _header_score(last, below)
    if len(header) > 1:
        reason = "several_rows"
    elif not is_first:
        reason = "below_title"
    elif _words_over_values(last, below):
        reason = "names_over_values"
    else:
        reason = "known_names" if any(map(is_known_name, last.cells)) else "first_row"
    confidence = _confidence(score, last.fill) if score > last.fill * _WORD_OVER_WORDS else _UNSURE
    decision = Decision(confidence, reason)
    return header, {"header_row": decision, "first_data_row": Decision(decision.confidence, "below_header")}


def _stated(
    header_row: int, rows: Sequence[GlancedRow], filled: Sequence[GlancedRow]
) -> tuple[list[GlancedRow], Decisions]:
    """The same with the header row that a person chose; 0 for none."""
    if header_row == 0:
        return [], {"header_row": STATED, "first_data_row": Decision(0.9, "values_at_the_top")}
    chosen = next(row for row in rows if row.number == header_row)
    below = [row for row in filled if row.number > header_row]
    header = [chosen]
    if below and below[0].number == header_row + 1:
        width = _usual_width(filled)
        if _is_upper(chosen, below[0], below[1:], width):
            header.append(below[0])
    return header, {"header_row": STATED, "first_data_row": Decision(0.9, "below_header")}


def _above(first_data_row: int, header: list[GlancedRow]) -> list[GlancedRow]:
    """The rows of the header above the first contact that a person chose."""
    if first_data_row < 1:
        raise refusal("no_such_first_data_row", first_data_row=first_data_row)
    above = [row for row in header if row.number < first_data_row]
    if header and not above:
        raise refusal(
            "first_data_row_above_header", first_data_row=first_data_row, header_row=header[0].number
        )
    return above


def _first_data_row(header: Sequence[GlancedRow], filled: Sequence[GlancedRow], width: int) -> int:
    """The row below the header; without one, the first that is no title."""
    if header:
        return header[-1].number + 1
    return next((row.number for row in filled if row.fill >= least_fill(width) or row.may_be_contact), 1)


def _names(header: Sequence[GlancedRow], width: int) -> tuple[str, ...]:
    """What the rows of a header name the columns together, each row but the last by groups if it has gaps."""
    if not header:
        return ()
    lower, names = header[-1], tuple(header[-1].cells)
    for row in reversed(header[:-1]):
        names = join_names(row.cells, names, spread=_is_group_row(row, lower, width))
    return names


def _usual_width(filled: Sequence[GlancedRow]) -> int:
    """How far most of the widest fifth of the rows reach: titles are narrower, and a stray cell is alone."""
    reaches = sorted(row.reach for row in filled)
    return reaches[min(len(reaches) - 1, len(reaches) * 4 // 5)]


def _find_header(filled: Sequence[GlancedRow], eligible: Sequence[int]) -> int | None:
    """The place among `filled` of the row that names the columns; None when there is none."""
    for index in eligible:
        if _names_addresses(filled[index], filled[index + 1 :]):
            return index
    skipped: list[GlancedRow] = []
    # The last row of several has no contacts below it to name the columns of.
    candidates = eligible if len(eligible) == 1 else [index for index in eligible if index + 1 < len(filled)]
    for place, index in enumerate(candidates[:_MAX_CANDIDATES]):
        score = _header_score(filled[index], filled[index + 1 :])
        is_header = score >= 0 if not skipped else score >= _STRONG_SCORE
        if is_header and (_is_title_above(filled, index) or _is_note_above(filled, index)):
            skipped.append(filled[index])
            continue
        if is_header and not any(_is_like(row, filled[index + 1 :]) for row in skipped):
            return _better_below(filled, candidates[place:])
        skipped.append(filled[index])
    return None


def _names_addresses(row: GlancedRow, below: Sequence[GlancedRow]) -> bool:
    """Whether `row` has a word for e-mail above e-mail addresses: no contact has."""
    return any(
        row.kind(place) is Kind.TEXT
        and names_kind(row.cell(place), Kind.EMAIL)
        and dominant_kind(below, place) is Kind.EMAIL
        for place in row.places()
    )


def _better_below(filled: Sequence[GlancedRow], eligible: Sequence[int]) -> int:
    """The first of `eligible`, which could name the columns, or a row of words below it that does so far better:
    then what could have is notes over several cells. Only words may lie between the two."""
    best = eligible[0]
    for index in eligible[1:_MAX_CANDIDATES]:
        row, below = filled[index], filled[index + 1 :]
        if not row.is_words:
            break
        if not _words_over_values(row, below[:_MAX_ROWS_BELOW]):
            continue
        margin = max(_FAR_BETTER, _FAR_BETTER_SHARE * row.fill)
        if _fitness(row, below) >= _fitness(filled[best], below) + margin:
            best = index
    return best


def _is_title_above(filled: Sequence[GlancedRow], index: int) -> bool:
    """Whether the only cell of this row, in a file of one column, is a title: the next row is the name."""
    if index + 2 >= len(filled) or filled[index].fill > 1 or _usual_width(filled) > 1:
        return False
    below = Counter(row.kind(0) for row in filled[index + 2 :])
    typed = sum(count for kind, count in below.items() if kind in TYPED)
    return filled[index + 1].kind(0) is Kind.TEXT and typed >= _MOSTLY * sum(below.values())


def _is_note_above(filled: Sequence[GlancedRow], index: int) -> bool:
    """Whether this row, which holds a value, stands above one of words over values: a note such as a date."""
    if filled[index].is_words or index + 2 >= len(filled):
        return False
    following = filled[index + 1]
    return following.is_words and _words_over_values(following, filled[index + 2 :]) > 0


def _header_score(row: GlancedRow, below: Sequence[GlancedRow]) -> float:
    """How much speaks for `row` naming the columns of the rows `below`: against it when negative."""
    near = below[:_MAX_ROWS_BELOW]
    return sum(_cell_score(row, place, near) for place in range(len(row.kinds)))


def _fitness(row: GlancedRow, below: Sequence[GlancedRow]) -> float:
    """How well `row` would name the columns, among rows that could: names are all different."""
    names = [row.cell(place) for place in row.places()]
    return _header_score(row, below) + (len(names) - len(set(names))) * _NAME_REPEATED


def _cell_score(row: GlancedRow, place: int, below: Sequence[GlancedRow]) -> float:
    kind, cell = row.kind(place), row.cell(place)
    dominant = dominant_kind(below, place)
    if kind is Kind.BLANK:
        if dominant is None:
            return 0.0
        return _NO_NAME_OVER_ADDRESSES if dominant in CONTACT_KINDS else _NO_NAME
    if kind is Kind.TEXT:
        return _word_score(cell, dominant, [other.cell(place) for other in below])
    if below and _YEAR.fullmatch(cell) and not any(_YEAR.fullmatch(other.cell(place)) for other in below):
        return 0.0
    if dominant is None or dominant is kind:
        return _AGAINST_ALIKE[kind]
    if kind is Kind.NUMBER and dominant in TYPED:
        return _NUMBER_OVER_OTHER_VALUES
    return _AGAINST_UNLIKE[kind]


def _word_score(cell: str, dominant: Kind | None, below: Sequence[str]) -> float:
    """The score of a word, by what most cells below it look like."""
    if dominant in TYPED:
        if names_kind(cell, dominant):
            special = {Kind.EMAIL: _NAMES_ADDRESSES, Kind.PHONE: _NAMES_VALUES, Kind.DATE: _NAMES_VALUES}
            return special.get(dominant, _WORD_OVER_VALUES)
        if stands_for_nothing(cell) or not _IN_VALUES.isdisjoint(cell):
            return _NOTHING_OVER_VALUES
        return 0.0 if dominant is Kind.EMAIL else _SOME_WORD_OVER_VALUES
    if is_known_name(cell):
        return _KNOWN_NAME
    if below.count(cell) >= _MIN_SEEN_BELOW:
        return _WORD_SEEN_BELOW
    return _WORD_OVER_WORDS if len(cell) <= _LONG_NAME_CHARS else 0.0


def _is_like(row: GlancedRow, others: Sequence[GlancedRow]) -> bool:
    """Whether most cells of `row` look like those of its column in `others`: then it is one of them."""
    places = row.places()
    alike = sum(row.kind(place) is dominant_kind(others, place) for place in places)
    return alike * 2 > len(places)


def _confidence(score: float, cells: int) -> float:
    return round(min(0.99, 0.5 + 0.5 * max(0.0, score) / max(2.0, float(cells))), 2)


def _header_rows(filled: Sequence[GlancedRow], index: int, width: int) -> list[GlancedRow]:
    """The rows that name the columns together, of which the one at `index` is one."""
    row = filled[index]
    following = _adjacent(filled, index, 1)
    if following and _is_upper(row, following, filled[index + 2 :], width):
        index, row = index + 1, following
    below = filled[index + 1 :]
    if not _names_values(row, below):
        return [row]
    groups: list[GlancedRow] = []
    while (above := _adjacent(filled, index - len(groups), -1)) and _is_group_row(
        above, groups[0] if groups else row, width
    ):
        groups.insert(0, above)
    # So many rows of words with gaps are notes.
    if 0 < len(groups) <= _MAX_GROUP_ROWS:
        return [*groups, row]
    above = _adjacent(filled, index, -1)
    return [above, row] if above and not groups and _is_wrapped(above, row, width) else [row]


def _adjacent(filled: Sequence[GlancedRow], index: int, step: int) -> GlancedRow | None:
    """The row directly below (1) or above (-1) the one at `index`, if it holds something."""
    if not 0 <= index + step < len(filled):
        return None
    neighbour = filled[index + step]
    return neighbour if neighbour.number == filled[index].number + step else None


def _is_upper(row: GlancedRow, following: GlancedRow, below: Sequence[GlancedRow], width: int) -> bool:
    """Whether `row` names the columns together with the row that follows it."""
    if not _names_values(following, below):
        return False
    is_group = row.fill < following.fill and _is_group_row(row, following, width)
    return is_group or _is_wrapped(row, following, width)


def _is_wrapped(upper: GlancedRow, lower: GlancedRow, width: int) -> bool:
    """Whether names go on from one row to the next, cell by cell. Names that are all there and all different are
    complete."""
    names = [upper.cell(place) for place in upper.places()]
    is_complete = len(set(names)) == len(names)
    return upper.is_words and lower.is_words and not is_complete and upper.fill >= _WRAPPED_FILL * width


def _names_values(row: GlancedRow, below: Sequence[GlancedRow]) -> bool:
    """Whether `row` surely names columns: what it says above addresses, numbers and dates is what those are called.

    A contact of whom nothing is known, in words, is none of that.
    """
    kinds = ((row.cell(place), dominant_kind(below, place)) for place in row.places())
    named = [names_kind(cell, kind) for cell, kind in kinds if kind in TYPED]
    return bool(named) and all(named)


def _is_group_row(upper: GlancedRow, lower: GlancedRow, width: int) -> bool:
    """Whether `upper` names groups of the columns that `lower` names: words with gaps between them."""
    places = upper.places()
    if not upper.is_words or not lower.is_words or upper.reach > max(width, lower.reach) or not places:
        return False
    if len(places) == 1:
        return places[0] > 0
    return places != list(range(len(places)))


def _words_over_values(row: GlancedRow, below: Sequence[GlancedRow]) -> int:
    return sum(
        row.kind(place) is Kind.TEXT and dominant_kind(below, place) in TYPED for place in row.places()
    )
