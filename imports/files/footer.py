"""What stands below the contacts and is none: totals, remarks, copyright lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from imports.files.evidence import TYPED, CellKind
from imports.files.row_features import RowFeatures, dominant_kind, least_fill
from imports.languages.remarks import (
    CONFIDENTIAL,
    REMARK,
    REMARK_SET_APART,
    RULE,
    TOTAL,
    TOTAL_SET_APART,
)

TAIL_ROWS = 30
"""How many of a file's last records are looked at."""

_MAX_REMARK_CHARS = 500
_MAX_REMARK_CELLS = 4
_MIN_WIDTH_FOR_REMARKS = 3
_MIN_WIDTH_FOR_FEW_WORDS = 4
_FEW_WORDS_FILL = 0.4
_MIN_SENTENCE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Footer:
    """The rows at the end of a file that hold something but are no contact.

    `doubtful` are those of them that hold an address or a telephone number all the same, and `kept` the rows that
    are read as contacts for theirs, although they look like remarks: both are for a person to look at.
    """

    rows: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()


NO_FOOTER = Footer()


def find_footer(rows: Sequence[RowFeatures], width: int) -> Footer:
    """What is no contact among the last records of a file.

    Totals, remarks and copyright lines, lines drawn with characters, a few words where only values should be, and
    single cells of text below a blank row. A row in which an address or a telephone number may be is none of them,
    unless its words say what it is. `width` is the table's.
    """
    body = [row for row in rows if row.fill >= least_fill(width)]
    values = {place for place in range(width) if dominant_kind(body, place) in TYPED}
    has_remark = any(row.fill and _is_remark(row, is_apart=True) for row in _below_table(rows))
    left_out: list[int] = []
    doubtful: list[int] = []
    kept: list[int] = []
    is_few = False
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        if not row.fill:
            continue
        is_apart = _is_set_apart(rows, index)
        is_beside_remark = is_apart and has_remark and row.fill == 1
        if _is_remark(row, is_apart=is_apart) or (
            is_beside_remark and row.kinds[row.reach - 1] is CellKind.LINK
        ):
            if width < 2 and not values:
                break
            left_out.append(row.number)
            if row.may_be_contact:
                doubtful.append(row.number)
            continue
        if width < 2:
            break
        if row.may_be_contact:
            if not _looks_like_remark(row, is_apart):
                break
            kept.append(row.number)
            continue
        # A single cell of text right above a remark belongs to it, wherever it stands.
        is_few = _is_few_words(row, width) and (values.issuperset(row.places()) or (is_few and row.fill == 1))
        is_words = is_beside_remark and row.is_words
        if not (is_few or is_words or _is_total(row, is_apart) or _is_aside(row, width, is_apart)):
            break
        left_out.append(row.number)
    return Footer(*(tuple(reversed(found)) for found in (left_out, doubtful, kept)))


def is_rule(row: RowFeatures) -> bool:
    """Whether the row only draws a line."""
    cells = [row.cell(place) for place in row.places()]
    least = 2 if len(cells) > 1 else 3
    return all(map(RULE.fullmatch, cells)) and any(len(cell) >= least for cell in cells)


def _below_table(rows: Sequence[RowFeatures]) -> Sequence[RowFeatures]:
    """The rows below the last one that is more than a single cell or a remark."""
    last = max(
        (index for index, row in enumerate(rows) if row.fill > 1 and not _is_remark(row, is_apart=False)),
        default=-1,
    )
    return rows[last + 1 :]


def _is_remark(row: RowFeatures, *, is_apart: bool) -> bool:
    """Whether the row can be nothing but a remark: its words say so, whatever else they hold."""
    if is_rule(row):
        return True
    if row.fill > 1:
        return not row.may_be_contact and _is_worded_so(row)
    text = _words(row)
    return bool(REMARK.fullmatch(text)) or (is_apart and bool(CONFIDENTIAL.fullmatch(text)))


def _is_worded_so(row: RowFeatures) -> bool:
    """Whether the row is a remark over several cells, such as `Exported on`, `14/03/2024`."""
    label = row.cell(row.places()[0])
    is_label = label.endswith(":") or bool(REMARK.fullmatch(label))
    return row.fill <= _MAX_REMARK_CELLS and is_label and bool(REMARK.fullmatch(_words(row)))


def _looks_like_remark(row: RowFeatures, is_apart: bool) -> bool:
    """Whether a row with an address in it looks like a remark: a sentence set apart, or worded so."""
    if row.fill > 1:
        return _is_worded_so(row)
    text = _words(row)
    return is_apart and len(text.split()) >= _MIN_SENTENCE_WORDS


def _words(row: RowFeatures) -> str:
    return " ".join(row.cell(place) for place in row.places())[:_MAX_REMARK_CHARS]


def _is_total(row: RowFeatures, is_apart: bool) -> bool:
    """Whether the row says that it is a total, and has numbers and nothing else beside."""
    first, *others = row.places()
    word = row.cell(first).rstrip(" :.")
    is_named = TOTAL.fullmatch(word) or (is_apart and TOTAL_SET_APART.fullmatch(word))
    return bool(is_named) and all(
        row.kind(place) in {CellKind.NUMBER, CellKind.FLAG, CellKind.DATE} for place in others
    )


def _is_aside(row: RowFeatures, width: int, is_apart: bool) -> bool:
    """Whether the row is a single remark below a blank row, told by its words."""
    is_single = row.fill == 1 and is_apart and width >= _MIN_WIDTH_FOR_REMARKS
    return is_single and bool(REMARK_SET_APART.fullmatch(_words(row)))


def _is_few_words(row: RowFeatures, width: int) -> bool:
    """Whether the row is a few words and nothing else."""
    return (
        width >= _MIN_WIDTH_FOR_FEW_WORDS
        and row.fill <= width * _FEW_WORDS_FILL
        and all(row.kind(place) is CellKind.TEXT for place in row.places())
    )


def _is_set_apart(rows: Sequence[RowFeatures], index: int) -> bool:
    """Whether there is a blank row, and nothing else but single cells, between the row and the table."""
    for row in reversed(rows[:index]):
        if not row.fill:
            return True
        if row.fill > 1:
            return False
    return False
