"""Where a table begins and ends inside its file: titles above, the names of the columns, remarks below.

People put titles, notes and totals around their tables. What names the columns is told from what stands below
it: words above e-mail addresses, dates and numbers are names; a first row of values means that there are none.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from imports.files.blocks import Table
from imports.files.decisions import STATED, Decision
from imports.files.evidence import TYPED, Kind, kind_of
from imports.files.problems import ProblemLog
from imports.files.reading import ReadingOptions
from imports.files.refusals import refusal

HEAD_ROWS = 200
TAIL_ROWS = 30
_MAX_HEADER_SEARCH = 40
_MAX_GLANCED_CELLS = 1_000

# A row of the table has this share of its width filled; titles and notes have less.
_MIN_FILL = 0.5
_WRAPPED_FILL = 0.8
_DOMINANT = 0.6
_MIN_TYPED_COLUMNS_WRAPPED = 2
_MIN_ROWS_WRAPPED = 3
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
_WORD_OVER_VALUES = 2.0
_NUMBER_OVER_OTHER_VALUES = 1.0
_WORD_OVER_WORDS = 0.5
_WORD_SEEN_BELOW = -1.5
_NO_NAME = -0.25
_NAME_REPEATED = -1.0
_STRONG_SCORE = 2.0
_FAR_BETTER = 1.5

_YEAR = re.compile(r"(?:19|20)\d\d")

# Whole cells, in the languages of the exports people have; what follows a total is a number or nothing.
_TOTAL = re.compile(
    r"(?:grand |sub-?)?total(?:s|e|en|es|er)?|sum|summe|gesamt(?:summe)?|insgesamt|total g[ée]n[ée]ral|somme|totale"
    r"|totaal|razem|suma|łącznie|soma|celkem|итого|всего|合計|总计|total(?:s|e)? (?:rows|records|contacts|count)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:©|\(c\)|copyright\b).*"
    r"|page \d+(?: (?:of|/) \d+)?|seite \d+(?: von \d+)?|page \d+ sur \d+"
    r"|(?:report |file |list )?(?:generated|exported|created|printed|downloaded) (?:on|by|at|from|with)\b.*"
    r"|(?:erstellt|exportiert|gedruckt) (?:am|von|mit)\b.*|(?:généré|exporté|créé) (?:le|par)\b.*"
    r"|end of (?:report|file|list|data)\b.*|ende (?:des berichts|der liste|der datei)\b.*"
    r"|\(?\d[\d,. ]* (?:rows?|records?|contacts?|entries|results?|zeilen|datensätze|lignes|filas|righe)"
    r"(?: (?:affected|selected|returned|exported|in set|total|found))?\.?\)?"
    r"|(?:confidential|vertraulich|confidentiel)\b.*|(?:source|quelle|note|notes|hinweis) ?:.*|[-=_*]{3,}",
    re.IGNORECASE,
)
_MAX_REMARK_CHARS = 500
_MIN_WIDTH_FOR_REMARKS = 3
_MIN_WIDTH_FOR_FEW_WORDS = 4
_FEW_WORDS_FILL = 0.4

Record = tuple[int, list[str]]


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
    rows = [_Row.of(row, cells) for row, cells in head]
    filled = [row for row in rows if row.fill]
    if not filled and options.header_row is None:
        raise refusal("empty_file")
    layout = _detect(filled) if options.header_row is None else _stated(options.header_row, rows, filled)
    return _with_first_data_row(layout, options.first_data_row)


def join_names(upper: Sequence[str], lower: Sequence[str], *, spread: bool) -> tuple[str, ...]:
    """The names of a header over two rows: what stands above before what stands below.

    With `spread`, a name above counts for the columns right of it too, up to the next one.
    """
    joined, group = [], ""
    for index in range(max(len(upper), len(lower))):
        above = upper[index].strip() if index < len(upper) else ""
        below = lower[index].strip() if index < len(lower) else ""
        group = above if above or not spread else group
        over = group if below or above else ""
        joined.append(" ".join(dict.fromkeys(part for part in (over, below) if part)))
    return tuple(joined)


def find_footer(tail: Sequence[Record], width: int) -> tuple[int, ...]:
    """The rows at the end of a file that hold something but are no contact, told from its last records.

    They are totals, remarks and copyright lines, a few words where values should be, and single cells of text below
    a blank row. A row with an e-mail address, a telephone number or a link in it is never one of them. `width` is the
    table's.
    """
    found: list[int] = []
    rows = [_Row.of(row, cells) for row, cells in tail]
    body = [row for row in rows if row.fill >= _least_fill(width)]
    values = [_dominant_kind(body, place) in TYPED for place in range(width)]
    is_remark = False
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        if not row.fill:
            continue
        # A few words right above a remark belong to it, wherever they stand.
        is_remark = _is_few_words(row, width) and (is_remark or _is_among_values(row, values))
        if not (is_remark or _is_footer(row, width) or _is_set_apart(rows, index, width)):
            break
        found.append(row.number)
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class _Row:
    """A record with what its cells look like. `reach` is how far its last filled cell lies from the left."""

    number: int
    cells: list[str]
    kinds: list[Kind]
    fill: int
    reach: int

    @classmethod
    def of(cls, number: int, cells: list[str]) -> "_Row":
        kinds = [kind_of(cell) for cell in islice(cells, _MAX_GLANCED_CELLS)]
        places = [place for place, kind in enumerate(kinds) if kind is not Kind.BLANK]
        return cls(number, cells, kinds, len(places), places[-1] + 1 if places else 0)

    def kind(self, place: int) -> Kind:
        return self.kinds[place] if place < len(self.kinds) else Kind.BLANK

    def cell(self, place: int) -> str:
        return self.cells[place].strip() if place < len(self.cells) else ""

    @property
    def is_words(self) -> bool:
        """Whether it holds nothing that must be a value: `y` and `no` may be words."""
        return not any(kind in TYPED and kind is not Kind.FLAG for kind in self.kinds)

    def places(self) -> list[int]:
        return [place for place, kind in enumerate(self.kinds) if kind is not Kind.BLANK]


def _detect(filled: Sequence[_Row]) -> Layout:
    width = _usual_width(filled)
    search = filled[:_MAX_HEADER_SEARCH]
    eligible = [index for index, row in enumerate(search) if row.fill >= _least_fill(width)]
    header = _find_header(filled, eligible)
    if header is None:
        first = eligible[0] if eligible else 0
        return _without_header(filled, first, width)
    return _with_header(filled, header, width)


def _usual_width(filled: Sequence[_Row]) -> int:
    """How far most of the widest fifth of the rows reach: titles are narrower, and a stray cell is alone."""
    reaches = sorted(row.reach for row in filled)
    return reaches[min(len(reaches) - 1, len(reaches) * 4 // 5)]


def _least_fill(width: int) -> float:
    return max(1.0 if width < 2 else 2.0, width * _MIN_FILL)


def _find_header(filled: Sequence[_Row], eligible: Sequence[int]) -> int | None:
    """The place among `filled` of the row that names the columns; None when there is none."""
    skipped: list[_Row] = []
    # The last row of several has no contacts below it to name the columns of.
    candidates = eligible if len(eligible) == 1 else [index for index in eligible if index + 1 < len(filled)]
    for place, index in enumerate(candidates):
        score = _header_score(filled[index], filled[index + 1 :])
        is_header = score >= 0 if not skipped else score >= _STRONG_SCORE
        if is_header and (_is_title_above(filled, index) or _is_note_above(filled, index)):
            skipped.append(filled[index])
            continue
        if is_header and not any(_is_like(row, filled[index + 1 :]) for row in skipped):
            return _better_below(filled, candidates[place:])
        skipped.append(filled[index])
    return None


def _better_below(filled: Sequence[_Row], eligible: Sequence[int]) -> int:
    """The first of `eligible`, which could name the columns, or a row of words below it that does so far better:
    then what could have is notes over several cells. Only words may lie between the two."""
    best = eligible[0]
    for index in eligible[1:]:
        if not filled[index].is_words:
            break
        below = filled[index + 1 :]
        if _fitness(filled[index], below) >= _fitness(filled[best], below) + _FAR_BETTER:
            best = index
    return best


def _is_title_above(filled: Sequence[_Row], index: int) -> bool:
    """Whether the only cell of this row, in a file of one column, is a title: the next row is the name."""
    if index + 2 >= len(filled) or filled[index].fill > 1 or _usual_width(filled) > 1:
        return False
    below = Counter(row.kind(0) for row in filled[index + 2 :])
    typed = sum(count for kind, count in below.items() if kind in TYPED)
    return filled[index + 1].kind(0) is Kind.TEXT and typed >= _DOMINANT * sum(below.values())


def _is_note_above(filled: Sequence[_Row], index: int) -> bool:
    """Whether this row, which holds a value, stands above one of words over values: a note such as a date."""
    if filled[index].is_words or index + 2 >= len(filled):
        return False
    following = filled[index + 1]
    return following.is_words and _words_over_values(following, filled[index + 2 :]) > 0


def _header_score(row: _Row, below: Sequence[_Row]) -> float:
    """How much speaks for `row` naming the columns of the rows `below`: against it when negative."""
    return sum(_cell_score(row, place, below) for place in range(len(row.kinds)))


def _fitness(row: _Row, below: Sequence[_Row]) -> float:
    """How well `row` would name the columns, among rows that could: names are all different."""
    names = [row.cell(place) for place in row.places()]
    return _header_score(row, below) + (len(names) - len(set(names))) * _NAME_REPEATED


def _cell_score(row: _Row, place: int, below: Sequence[_Row]) -> float:
    kind, cell = row.kind(place), row.cell(place)
    dominant = _dominant_kind(below, place)
    if kind is Kind.BLANK:
        return 0.0 if dominant is None else _NO_NAME
    if kind is Kind.TEXT:
        if dominant in TYPED:
            return _WORD_OVER_VALUES
        if any(other.cell(place) == cell for other in below):
            return _WORD_SEEN_BELOW
        return _WORD_OVER_WORDS if len(cell) <= _LONG_NAME_CHARS else 0.0
    if below and _YEAR.fullmatch(cell) and not any(_YEAR.fullmatch(other.cell(place)) for other in below):
        return 0.0
    if dominant is None or dominant is kind:
        return _AGAINST_ALIKE[kind]
    if kind is Kind.NUMBER and dominant in TYPED:
        return _NUMBER_OVER_OTHER_VALUES
    return _AGAINST_UNLIKE[kind]


def _dominant_kind(rows: Iterable[_Row], place: int) -> Kind | None:
    """What most of the filled cells of a column look like; None when all are blank."""
    counts = Counter(row.kind(place) for row in rows)
    del counts[Kind.BLANK]
    if not counts:
        return None
    kind, count = counts.most_common(1)[0]
    return kind if count >= _DOMINANT * counts.total() else Kind.TEXT


def _is_like(row: _Row, others: Sequence[_Row]) -> bool:
    """Whether most cells of `row` look like those of its column in `others`: then it is one of them."""
    places = row.places()
    alike = sum(row.kind(place) is _dominant_kind(others, place) for place in places)
    return alike * 2 > len(places)


def _without_header(filled: Sequence[_Row], first: int, width: int) -> Layout:
    row = filled[first]
    score = -_header_score(row, filled[first + 1 :])
    decision = Decision(_confidence(score, row.fill), "values_at_the_top")
    return Layout(0, 0, row.number, (), width, {"header_row": decision, "first_data_row": decision})


def _with_header(filled: Sequence[_Row], index: int, width: int) -> Layout:
    rows, names = _header_rows(filled, index, width)
    first, last = rows[0], rows[-1]
    score = _header_score(last, [other for other in filled if other.number > last.number])
    is_first = first is filled[0]
    if len(rows) > 1:
        reason = "several_rows"
    elif score >= _STRONG_SCORE and is_first:
        reason = "names_over_values"
    else:
        reason = "first_row" if is_first else "below_title"
    decision = Decision(_confidence(score, last.fill), reason)
    decisions = {"header_row": decision, "first_data_row": Decision(decision.confidence, "below_header")}
    return Layout(first.number, len(rows), last.number + 1, names, width, decisions)


def _confidence(score: float, cells: int) -> float:
    return round(min(0.99, 0.5 + 0.5 * max(0.0, score) / max(2.0, float(cells))), 2)


def _header_rows(filled: Sequence[_Row], index: int, width: int) -> tuple[list[_Row], tuple[str, ...]]:
    """The rows that name the columns together, of which the one at `index` is one, and the names they make."""
    row = filled[index]
    following = _adjacent(filled, index, 1)
    if following and _is_upper(row, following, filled[index + 2 :], width):
        index, row = index + 1, following
    groups: list[_Row] = []
    while (above := _adjacent(filled, index - len(groups), -1)) and _is_group_row(
        above, groups[0] if groups else row, width
    ):
        groups.insert(0, above)
    if len(groups) > _MAX_GROUP_ROWS:
        # So many rows of words with gaps are notes.
        groups = []
    above = _adjacent(filled, index, -1)
    if not groups and above and _is_wrapped(above, row, filled[index + 1 :], width):
        return [above, row], join_names(above.cells, row.cells, spread=False)
    names = tuple(row.cells)
    for group in reversed(groups):
        names = join_names(group.cells, names, spread=True)
    return [*groups, row], names


def _adjacent(filled: Sequence[_Row], index: int, step: int) -> _Row | None:
    """The row directly below (1) or above (-1) the one at `index`, if it holds something."""
    if not 0 <= index + step < len(filled):
        return None
    neighbour = filled[index + step]
    return neighbour if neighbour.number == filled[index].number + step else None


def _is_upper(row: _Row, following: _Row, below: Sequence[_Row], width: int) -> bool:
    """Whether `row` names the columns together with the row that follows it."""
    if _is_wrapped(row, following, below, width):
        return True
    return (
        row.fill < following.fill
        and _is_group_row(row, following, width)
        and _words_over_values(following, below) > 0
    )


def _is_wrapped(upper: _Row, lower: _Row, below: Sequence[_Row], width: int) -> bool:
    """Whether names go on from one row to the next, cell by cell. Names that are all there and all different are
    complete; what follows them is a contact, though it may look like words."""
    names = [upper.cell(place) for place in upper.places()]
    return (
        upper.is_words
        and lower.is_words
        and len(set(names)) < len(names)
        and upper.fill >= _WRAPPED_FILL * width
        and len(below) >= _MIN_ROWS_WRAPPED
        and _words_over_values(lower, below) >= _MIN_TYPED_COLUMNS_WRAPPED
    )


def _is_group_row(upper: _Row, lower: _Row, width: int) -> bool:
    """Whether `upper` names groups of the columns that `lower` names: words with gaps between them."""
    places = upper.places()
    if not upper.is_words or not lower.is_words or upper.reach > max(width, lower.reach) or not places:
        return False
    if len(places) == 1:
        return places[0] > 0
    return places != list(range(len(places)))


def _words_over_values(row: _Row, below: Sequence[_Row]) -> int:
    return sum(
        row.kind(place) is Kind.TEXT and _dominant_kind(below, place) in TYPED for place in row.places()
    )


def _stated(header_row: int, rows: Sequence[_Row], filled: Sequence[_Row]) -> Layout:
    """The layout with the header row that a person chose; 0 for none."""
    width = _usual_width(filled) if filled else 1
    if header_row == 0:
        first = next((row.number for row in filled if row.fill >= _least_fill(width)), 1)
        decisions = {"header_row": STATED, "first_data_row": Decision(0.9, "values_at_the_top")}
        return Layout(0, 0, first, (), width, decisions)
    chosen = next(row for row in rows if row.number == header_row)
    below = [row for row in filled if row.number > header_row]
    decisions = {"header_row": STATED, "first_data_row": Decision(0.9, "below_header")}
    if below and below[0].number == header_row + 1 and _is_upper(chosen, below[0], below[1:], width):
        names, count = (
            join_names(chosen.cells, below[0].cells, spread=_is_group_row(chosen, below[0], width)),
            2,
        )
    else:
        names, count = tuple(chosen.cells), 1
    return Layout(header_row, count, header_row + count, names, width, decisions)


def _with_first_data_row(layout: Layout, first_data_row: int | None) -> Layout:
    if first_data_row is None:
        return layout
    if first_data_row < 1:
        raise refusal("no_such_first_data_row", first_data_row=first_data_row)
    header_rows, names = layout.header_rows, layout.names
    if first_data_row < layout.header_row + max(1, header_rows) and layout.header_row:
        raise refusal(
            "first_data_row_above_header", first_data_row=first_data_row, header_row=layout.header_row
        )
    return Layout(
        layout.header_row,
        header_rows,
        first_data_row,
        names,
        layout.width,
        {**layout.decisions, "first_data_row": STATED},
    )


_CONTACT_KINDS = frozenset({Kind.EMAIL, Kind.PHONE, Kind.LINK})


def _is_footer(row: _Row, width: int) -> bool:
    """Whether the row says by its words that it is a total or a remark."""
    if width < 2 or not _CONTACT_KINDS.isdisjoint(row.kinds):
        return False
    places = row.places()
    first = row.cell(places[0])
    if len(first) > _MAX_REMARK_CHARS:
        return False
    if _TOTAL.fullmatch(first.rstrip(" :.")):
        return all(row.kind(place) in {Kind.NUMBER, Kind.FLAG, Kind.DATE} for place in places[1:])
    return len(places) == 1 and bool(_REMARK.fullmatch(first))


def _is_few_words(row: _Row, width: int) -> bool:
    """Whether the row is a few words and nothing else."""
    kinds = [kind for kind in row.kinds if kind is not Kind.BLANK]
    return (
        width >= _MIN_WIDTH_FOR_FEW_WORDS
        and len(kinds) <= width * _FEW_WORDS_FILL
        and all(kind is Kind.TEXT for kind in kinds)
    )


def _is_among_values(row: _Row, values: Sequence[bool]) -> bool:
    """Whether some of the row stands where the table has values."""
    return any(values[place] for place in row.places() if place < len(values))


def _is_set_apart(rows: Sequence[_Row], index: int, width: int) -> bool:
    """Whether the row is a single cell of text, with a blank row and nothing else between it and the table."""
    if width < _MIN_WIDTH_FOR_REMARKS or rows[index].kinds.count(Kind.TEXT) != 1 or rows[index].fill > 1:
        return False
    for row in reversed(rows[:index]):
        if not row.fill:
            return True
        if row.fill > 1:
            return False
    return False
