"""Where a table begins inside its file: titles and notes above, the names of the columns, the first contact.

What names the columns is told from what stands below it: words above e-mail addresses, dates and numbers are names; a
first row of values means that there are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from imports.files.begin import Problem, find_begin
from imports.files.blocks import Table
from imports.files.controls import cleaned_blocks
from imports.files.decisions import STATED, Decision
from imports.files.evidence import is_known_name, may_reach
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import refusal
from imports.files.header_rows import header_rows, is_upper, names_of
from imports.files.header_search import (
    confidence_of,
    find_header,
    header_score,
    is_surely_header,
    rows_under,
    usual_width,
    words_over_values,
)
from imports.files.notes import is_technical
from imports.files.reading import SURE_NAMES, ReadingOptions
from imports.files.row_features import Record, RowFeatures, least_fill

HEAD_ROWS = 200
"""How many of a file's first records that hold something are looked at."""

MAX_HEADER_ROWS = 50
"""How many rows may name the columns together."""

# Words over words, none of which is known to name a column: the first row may as well be a contact.
_UNSURE = 0.4
_MAX_HEADER_SEARCH = 100

Decisions = dict[str, Decision]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the names of the columns and the contacts stand.

    `header_row` is 0, and `header_rows` too, when no row names the columns. `names` are the cells of the header;
    of a header over several rows, joined. `width` is how many columns the top of the table has. Contacts may stand
    above the header; `left_out` are the rows from the first contact on that are none, and `problems` the rows that
    a person should look at, each with its code and the details of its text.
    """

    header_row: int
    header_rows: int
    first_data_row: int
    names: tuple[str, ...]
    width: int
    decisions: Decisions = field(default_factory=dict)
    left_out: frozenset[int] = frozenset()
    problems: tuple[Problem, ...] = ()

    def is_header(self, row: int) -> bool:
        """Whether `row` names the columns."""
        return self.header_row <= row < self.header_row + self.header_rows


def read_head(table: Table, options: ReadingOptions) -> list[RowFeatures]:
    """The first records of the table: enough of those that hold something, with the blank ones among them.

    From a chosen header row on there are as many again, if it lies further down. Raises FileRefusedError when the
    chosen row is not in the file.
    """
    first = options.header_row or 0
    last = first + max(0, (options.header_rows or 1) - 1) if first else 0
    head: list[Record] = []
    enough, found = HEAD_ROWS, 0
    for block in cleaned_blocks(table, ProblemLog()):
        filled = block.filled()
        # Blank rows far above the table tell nothing, and there may be a million of them.
        is_near = block.first_row <= max(HEAD_ROWS, last) and block.first_row + len(block) > first
        is_near = is_near or block.first_row <= HEAD_ROWS
        for index in range(len(block)) if is_near else filled.arg_true():
            row = block.first_row + index
            is_wanted = 0 < first <= row <= last
            if row == first:
                enough = found + HEAD_ROWS
            if row > HEAD_ROWS and not is_wanted and not filled[index]:
                continue
            if found < enough or is_wanted:
                head.append((row, block.cells(index)))
                found += bool(filled[index])
            if found >= enough and row >= last:
                return _row_features(head)
    if first < 0 or (last and (not head or head[-1][0] < last)):
        raise refusal("no_such_header_row", header_row=last or first)
    return _row_features(head)


def _row_features(head: Sequence[Record]) -> list[RowFeatures]:
    return [RowFeatures.of(row, cells) for row, cells in head]


def find_layout(rows: Sequence[RowFeatures], options: ReadingOptions) -> Layout:
    """Where the table of a file with the records `rows` at its top begins, as far as `options` leave it open.

    Raises FileRefusedError when there is nothing in it, or the options contradict each other.
    """
    filled = [row for row in rows if row.fill]
    if not filled and options.header_row is None:
        raise refusal("empty_file")
    header, decisions = (
        _detect(filled) if options.header_row is None else _stated(options.header_row, rows, filled)
    )
    if options.header_rows is not None:
        header = _so_many(header, options, rows)
        decisions |= {"header_row": STATED, "header_rows": STATED}
    if options.first_data_row is not None:
        header = _above(options.first_data_row, header)
    width = usual_width(filled) if filled else 1
    begin = find_begin(
        header,
        filled,
        width,
        chosen=options.first_data_row,
        is_header_chosen=options.header_row is not None,
    )
    decisions |= begin.decisions(decisions)
    return Layout(
        header_row=header[0].number if header else 0,
        header_rows=len(header),
        first_data_row=begin.row,
        names=names_of(header, width),
        width=width,
        decisions=decisions,
        left_out=begin.left_out,
        problems=(*begin.problems, *_doubts(header, decisions)),
    )


def _detect(filled: Sequence[RowFeatures]) -> tuple[list[RowFeatures], Decisions]:
    """The rows that name the columns, and how sure that is; no rows when none does."""
    width = usual_width(filled)
    filled = [row for row in filled if not is_technical(row)] or filled
    search = filled[:_MAX_HEADER_SEARCH]
    eligible = [index for index, row in enumerate(search) if row.fill >= least_fill(width)]
    index = find_header(filled, eligible)
    if index is None:
        first = filled[eligible[0] if eligible else 0]
        score = -header_score(first, [row for row in filled if row.number > first.number])
        decision = Decision(confidence_of(score, first.fill), "values_at_the_top")
        return [], {"header_row": decision, "first_data_row": decision}
    header = header_rows(filled, index, width)
    last, is_first = header[-1], header[0] is filled[0]
    below = rows_under(filled, filled.index(last))
    if len(header) > 1:
        reason = "several_rows"
    elif not is_first:
        reason = "below_title"
    elif words_over_values(last, below):
        reason = "names_over_values"
    else:
        reason = "known_names" if any(map(is_known_name, last.cells)) else "first_row"
    is_sure = len(header) > 1 or is_surely_header(last, below)
    confidence = confidence_of(header_score(last, below), last.fill) if is_sure else _UNSURE
    decision = Decision(confidence, reason)
    return header, {"header_row": decision, "first_data_row": Decision(decision.confidence, "below_header")}


def _stated(
    header_row: int, rows: Sequence[RowFeatures], filled: Sequence[RowFeatures]
) -> tuple[list[RowFeatures], Decisions]:
    """The same with the header row that a person chose; 0 for none."""
    if header_row == 0:
        return [], {"header_row": STATED, "first_data_row": Decision(0.9, "values_at_the_top")}
    chosen = next(row for row in rows if row.number == header_row)
    below = [row for row in filled if row.number > header_row and not is_technical(row)]
    header = [chosen]
    is_followed = bool(below) and below[0].number == header_row + 1 and chosen.fill > 0
    if is_followed and is_upper(chosen, below[0], below[1:], usual_width(filled)):
        header.append(below[0])
    return header, {"header_row": STATED, "first_data_row": Decision(0.9, "below_header")}


def _so_many(
    header: list[RowFeatures], options: ReadingOptions, rows: Sequence[RowFeatures]
) -> list[RowFeatures]:
    """As many rows as a person said, beginning where they said or where the header was found.

    Where it was found and values follow too soon, the rows above are meant.
    """
    count = options.header_rows or 0
    is_contradiction = options.header_row is not None and (options.header_row == 0) != (count == 0)
    if not 0 <= count <= MAX_HEADER_ROWS or is_contradiction:
        raise refusal("no_such_header_rows", header_rows=count, limit=MAX_HEADER_ROWS)
    if count == 0:
        return []
    numbers = {row.number: row for row in rows}
    first = header[0].number if header else next(row.number for row in rows if row.fill)
    if options.header_row is None:
        while (
            _has_values(numbers.get(first + count - 1)) and (above := numbers.get(first - 1)) and above.fill
        ):
            first -= 1
    if first + count - 1 not in numbers:
        raise refusal("no_such_header_row", header_row=first + count - 1)
    return [numbers[number] for number in range(first, first + count)]


def _has_values(row: RowFeatures | None) -> bool:
    return row is None or not row.is_words


def _above(first_data_row: int, header: list[RowFeatures]) -> list[RowFeatures]:
    """The rows of the header above the first contact that a person chose."""
    if first_data_row < 1:
        raise refusal("no_such_first_data_row", first_data_row=first_data_row)
    above = [row for row in header if row.number < first_data_row]
    if header and not above:
        raise refusal(
            "first_data_row_above_header", first_data_row=first_data_row, header_row=header[0].number
        )
    return above


def _doubts(header: Sequence[RowFeatures], decisions: Decisions) -> list[Problem]:
    """What a person should know of the names of the columns."""
    if not header:
        return []
    row = header[0].number
    reached = sum(may_reach(name) for row in header for name in row.cells)
    problems: list[Problem] = [(row, "address_as_name", {"count": reached})] if reached else []
    if decisions["header_row"].confidence < SURE_NAMES:
        problems.append((row, "unsure_names", {}))
    return problems
