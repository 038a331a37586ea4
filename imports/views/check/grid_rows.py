"""The rows of a checked file as the grid shows them: every value with what is said of it beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from imports import tables
from imports.contacts.problems import Severity
from imports.fates import Fate
from imports.jobs.repairing import rows_now
from imports.models import UploadJob
from imports.states import Look
from imports.storage import artefacts
from imports.views.check.checked_rows import CheckedRow, RowProblem
from imports.views.formatting import shortened

FATE_LOOKS = {Fate.READY: Look.GOOD, Fate.REJECTED: Look.BAD}
SIGN_WORDS: dict[str, Promise] = {
    Severity.ERROR: gettext_lazy("Not valid:"),
    Severity.WARNING: gettext_lazy("Left out:"),
    Severity.DOUBT: gettext_lazy("Please check:"),
    Severity.NOTE: gettext_lazy("Repaired:"),
    Severity.SENT_BEFORE: gettext_lazy("Not sent again:"),
    Severity.FORMAT: gettext_lazy("Sent in another format:"),
}
"""What the sign at a value means, for those who do not see it; the gravest first."""
MAX_EDITED_CHARS = 2_000
"""Of a value that can be edited in its cell; a longer one is edited on the page of its row."""


@dataclass(frozen=True)
class GridCell:
    """A value of the file at place `place` of its row, after repairs. `was`: what the file itself has, where that is
    another. `is_new`: it was changed after the check that the page is of, so that nothing is known of it yet."""

    place: int
    value: str
    problems: Sequence[RowProblem] = ()
    forms: Sequence[RowProblem] = ()
    was: str | None = None
    is_new: bool = False

    @cached_property
    def text(self) -> str:
        """As much of it as a cell has room for."""
        return shortened(self.value)

    @property
    def is_whole(self) -> bool:
        return self.text == self.value

    @property
    def has_lines(self) -> bool:
        return "\n" in self.value or "\r" in self.value

    @property
    def was_text(self) -> str | None:
        """What the file has, in as many words as a cell has room for."""
        return None if self.was is None else shortened(self.was)

    @property
    def is_wrong(self) -> bool:
        """Whether it cannot be used."""
        return self.severity in {Severity.ERROR, Severity.WARNING}

    @property
    def is_long(self) -> bool:
        return len(self.value) > MAX_EDITED_CHARS

    @cached_property
    def severity(self) -> str:
        """The gravest of what is said of it; "" where nothing is, or only its form."""
        said = {problem["severity"] for problem in self.problems}
        return next((severity for severity in SIGN_WORDS if severity in said), "")

    @property
    def sign_words(self) -> Promise | str:
        return SIGN_WORDS[self.severity] if self.severity else ""

    @property
    def sentences(self) -> str:
        """All that is said of it."""
        return " ".join(dict.fromkeys(problem["at_cell"] for problem in self.problems))

    @property
    def form_sentences(self) -> str:
        """How it is sent, where that is the same in another form."""
        return " ".join(dict.fromkeys(problem["at_cell"] for problem in self.forms))


@dataclass(frozen=True)
class GridRow:
    """A row with its state; `about` has what is said of the row as a whole."""

    row: int
    fate: Fate
    stands_for_it: int | None
    cells: list[GridCell]
    about: list[str] = field(default_factory=list)
    is_left_out: bool = False
    is_new: bool = False

    @property
    def label(self) -> str:
        return gettext("Being checked") if self.is_new else self.fate.label

    @property
    def look(self) -> str:
        return Look.BUSY if self.is_new else FATE_LOOKS.get(self.fate, "")


@dataclass(frozen=True)
class RowNow:
    """A row as it is in the file itself, and after all repairs, also those that no check has seen."""

    own: Sequence[str]
    cells: Sequence[str]
    is_left_out: bool


def grid_row(found: CheckedRow, now: RowNow | None = None) -> GridRow:
    """A row as a check found it, for the grid; `now` is what it is, None where there are no repairs."""
    problems, forms = _by_place(found["problems"]), _by_place(found["forms"])
    checked, fate = found["cells"], Fate(found["fate"])
    now = now or RowNow(checked, checked, fate is Fate.EXCLUDED)
    cells = []
    for place, (own, value) in enumerate(zip(now.own, now.cells, strict=True)):
        is_new = value != checked[place]
        said = ((), ()) if is_new else (problems.get(place, ()), forms.get(place, ()))
        cells.append(GridCell(place, value, *said, was=own if own != value else None, is_new=is_new))
    is_new = any(cell.is_new for cell in cells) or now.is_left_out != (fate is Fate.EXCLUDED)
    return GridRow(
        row=found["row"],
        fate=fate,
        stands_for_it=None if is_new else found["stands_for_it"],
        cells=cells,
        about=[] if is_new else [problem["sentence"] for problem in problems.get(None, ())],
        is_left_out=now.is_left_out,
        is_new=is_new,
    )


def grid_rows(job: UploadJob, found: Sequence[CheckedRow]) -> list[GridRow]:
    """Rows of `job` as its check found them, with what repairs have made of them since."""
    if artefacts.OVERLAY not in job.tables:
        return [grid_row(one) for one in found]
    numbers = [one["row"] for one in found]
    cells = [f"c{place}" for place in range(len(job.columns))]
    with artefacts.local(job, artefacts.STAGED) as staged:
        own = tables.rows_at(tables.scan(staged).select("row", *cells), numbers)
    of_file = {row: values for row, *values in own.iter_rows()}
    after = rows_now(job, numbers).select("row", "left_out", *cells)
    now = {row: RowNow(of_file[row], values, left_out) for row, left_out, *values in after.iter_rows()}
    return [grid_row(one, now[one["row"]]) for one in found]


def _by_place(problems: Sequence[RowProblem]) -> dict[int | None, list[RowProblem]]:
    found: dict[int | None, list[RowProblem]] = {}
    for problem in problems:
        found.setdefault(problem["place"], []).append(problem)
    return found
