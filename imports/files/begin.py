"""Where the contacts begin, and which rows around the names of the columns are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imports.files.decisions import STATED, Decision
from imports.files.evidence import MIN_PHONE_DIGITS, TYPED, CellKind, stands_for_nothing
from imports.files.notes import Note, note_of
from imports.files.row_features import RowFeatures, dominant_kind, least_fill
from imports.languages.remarks import NOTE_LABEL, REMARK

Problem = tuple[int, str, dict[str, Any]]
"""A row, a key of `file_problems.PROBLEMS`, and the details of its text."""

_MAX_NOTES = 5
# What a person should look at is told with no more than this confidence.
_DOUBTFUL = 0.6


@dataclass(frozen=True, slots=True)
class Begin:
    """The first row with a contact, the rows from there on that are none, and what a person should look at.

    `reason` is a key of `decisions.REASONS`, empty for what is decided elsewhere.
    """

    row: int
    left_out: frozenset[int] = frozenset()
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    is_doubtful: bool = False
    is_doubtful_above: bool = False

    def decisions(self, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
        """Those of `decisions` that are others because of where the contacts begin."""
        if self.reason == STATED.reason:
            return {"first_data_row": STATED}
        first = decisions["first_data_row"]
        if self.reason:
            first = Decision(first.confidence, self.reason)
        if not self.is_doubtful:
            return {"first_data_row": first}
        changed = {"first_data_row": _less_sure(first)}
        if self.is_doubtful_above and decisions["header_row"] != STATED:
            changed |= {"header_row": _less_sure(decisions["header_row"])}
        return changed


def find_begin(
    header: Sequence[RowFeatures],
    filled: Sequence[RowFeatures],
    width: int,
    *,
    chosen: int | None,
    is_header_chosen: bool,
) -> Begin:
    """Where the contacts of a table begin whose rows that hold something are `filled`; `chosen` is what a person said.

    Rows that look like notes below the header are left out, unless an address or a number is in them. Rows above it
    that look like the contacts below it are contacts, unless a person chose the header.
    """
    above = [row for row in filled if header and row.number < header[0].number]
    if chosen is not None:
        return Begin(chosen, problems=tuple(_left_out(above)), reason=STATED.reason)
    if not header:
        return Begin(_first_contact(filled, width))
    below = [row for row in filled if row.number > header[-1].number]
    contacts = [] if is_header_chosen else _contacts_above(above, below, width)
    first, problems, notes, is_doubtful = _below(header[-1].number, below)
    # Ids stay ids where a row that may be a contact stands between them and the names.
    ids = [row.number for row in below[:_MAX_NOTES] if row.number >= first and note_of(row, ()) is Note.IDS]
    problems += [(row, "note_left_out", {"what": str(Note.IDS)}) for row in ids]
    left_out = [row for row in above if row not in contacts]
    told: list[Problem] = [(row.number, "contact_above_names", {}) for row in contacts]
    told += _left_out(left_out)
    reason = "below_notes" if notes else ""
    if not contacts:
        return Begin(
            first,
            frozenset(ids),
            problems=(*told, *problems),
            reason=reason,
            is_doubtful=is_doubtful or bool(told),
            is_doubtful_above=bool(told),
        )
    begin = contacts[0].number
    between = {row.number for row in left_out if row.number > begin}
    return Begin(
        begin,
        frozenset({*between, *notes, *ids}),
        (*told, *problems),
        "contacts_above",
        is_doubtful=True,
        is_doubtful_above=True,
    )


def _below(header_row: int, below: Sequence[RowFeatures]) -> tuple[int, list[Problem], list[int], bool]:
    """The first row below the header that is no note, what to tell of the notes, their rows, and whether one of
    them may be a contact."""
    problems: list[Problem] = []
    notes: list[int] = []
    for index, row in enumerate(below[:_MAX_NOTES]):
        if row.number != header_row + 1 + index:
            break
        note = note_of(row, below[index + 1 :])
        if note is None:
            break
        if note in _MAY_HOLD_ADDRESSES and row.may_be_contact:
            problems.append((row.number, "may_be_example", {"what": str(note)}))
            return row.number, problems, notes, True
        notes.append(row.number)
        problems.append((row.number, "note_left_out", {"what": str(note)}))
    return header_row + 1 + len(notes), problems, notes, False


_MAY_HOLD_ADDRESSES = frozenset({Note.EXAMPLE, Note.INSTRUCTIONS})


def _contacts_above(
    above: Sequence[RowFeatures], below: Sequence[RowFeatures], width: int
) -> list[RowFeatures]:
    """Those of the rows above the names of the columns that are contacts: from the first that surely is one to the
    last, with what is as wide between them."""
    kinds = {place: kind for place in range(width) if (kind := dominant_kind(below, place)) in TYPED}
    sure = [index for index, row in enumerate(above) if _is_contact(row, kinds, width)]
    if not sure:
        return []
    between = above[sure[0] : sure[-1] + 1]
    return [row for row in between if row.fill >= least_fill(width) or row.may_be_contact]


def _is_contact(row: RowFeatures, kinds: Mapping[int, CellKind | None], width: int) -> bool:
    """Whether `row` has an address or a number where the contacts have theirs, and nothing else that is not like
    them; a note with an address in it begins with a label."""
    reached = [
        place for place in row.places() if _reaches(row, place) and kinds.get(place) is row.kind(place)
    ]
    if not reached or row.reach > width:
        return False
    others = [place for place in row.places() if place not in reached and place in kinds]
    if any(
        row.kind(place) is not kinds[place] and not stands_for_nothing(row.cell(place)) for place in others
    ):
        return False
    words = [row.cell(place) for place in row.places() if row.kind(place) is CellKind.TEXT]
    return not any(NOTE_LABEL.fullmatch(word) or REMARK.fullmatch(word) for word in words)


def _reaches(row: RowFeatures, place: int) -> bool:
    kind = row.kind(place)
    is_long = sum(map(str.isdecimal, row.cell(place))) >= MIN_PHONE_DIGITS
    return kind in {CellKind.EMAIL, CellKind.PHONE} or (kind is CellKind.NUMBER and is_long)


def _left_out(rows: Sequence[RowFeatures]) -> list[Problem]:
    """What is told of rows that are left out though an address or a number is in them."""
    return [(row.number, "left_out_above", {}) for row in rows if row.may_be_contact]


def _first_contact(filled: Sequence[RowFeatures], width: int) -> int:
    """The first row that is no title, where no row names the columns."""
    return next((row.number for row in filled if row.fill >= least_fill(width) or row.may_be_contact), 1)


def _less_sure(decision: Decision) -> Decision:
    return Decision(min(decision.confidence, _DOUBTFUL), decision.reason)
