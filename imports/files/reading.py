"""How a file was read, how it is to be read, and how much of it may be: the values around staging."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from imports.files.decisions import Decision
from imports.files.excerpt import ExcerptRow
from imports.files.headers import name_columns

SURE_NAMES = 0.5
"""With less confidence than this, a row that seems to name the columns may be a contact."""


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """The most that is read. A file beyond any of them is refused, not cut off.

    `max_bytes` holds for the file as it came and for the one inside a ZIP or GZ; `max_expanded_bytes` for all
    the parts of a workbook, which is compressed too.
    """

    max_bytes: int = 1_000_000_000
    max_rows: int = 5_000_000
    max_columns: int = 1_000
    max_cell_chars: int = 32_767
    max_expanded_bytes: int = 20_000_000_000


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What the person decided; `None` leaves a decision to detection.

    Rows are the spreadsheet's row numbers. A `header_row` of 0 means that no row names the columns. An empty
    `quote` means that no character quotes. `header_rows` is over how many rows the names go. `keep_footer` imports
    rows that look like no contact: remarks at the end, and names of the columns that come again.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    header_rows: int | None = None
    first_data_row: int | None = None
    keep_footer: bool = False


NO_OPTIONS = ReadingOptions()


def given_options(options: ReadingOptions) -> dict[str, Any]:
    """Those of `options` that leave nothing to detection, as JSON-safe values."""
    return {
        field.name: getattr(options, field.name)
        for field in fields(options)
        if getattr(options, field.name) != field.default
    }


DEFAULT_LIMITS = ReadingLimits()


@dataclass(frozen=True, slots=True)
class ReadingProblem:
    """Something in `row` that could not be taken as it stands: a code of `file_problems.PROBLEMS`, and what its text
    names. Row 0 is the file as a whole."""

    row: int
    code: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook's sheet of cells."""

    name: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """How a file is taken: what was decided, by whom, and how sure it is.

    `archive` is the kind of archive that the file was taken out of, `zip` or `gz`, and `member` its name in
    there. `encoding`, `delimiter`, `quote` and `escape` are those of a text file, `sheet` and `sheets` those of a
    workbook. `header_row` is 0 when no row names the columns; `header_rows` is how many rows do. `columns[i]` is
    the name of the staged column `c{i}`; `first_column` is how many of the spreadsheet's columns lie left of them.
    `decisions` says of each option how sure its value is, and why.
    """

    format: str
    archive: str | None = None
    member: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    sheet: str | None = None
    sheets: tuple[Sheet, ...] = ()
    header_row: int
    header_rows: int
    first_data_row: int
    columns: tuple[str, ...]
    first_column: int = 0
    decisions: Mapping[str, Decision] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values; `from_dict` is its inverse."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @property
    def signature(self) -> str:
        """SHA-256 of all that was decided: the same for files that are taken the same way, down to their columns."""
        decided = (
            *(self.format, self.encoding, self.delimiter, self.quote, self.escape, self.sheet),
            *(self.header_row, self.header_rows, self.first_data_row),
            *self.columns,
        )
        return hashlib.sha256(json.dumps(decided).encode()).hexdigest()

    def without_unsure_names(self) -> Self:
        """The same with the columns called by their places, where what seems to name them may be a contact.

        Only this may be kept among what is no contact's: names that are sure, or that a person has confirmed.
        """
        decision = self.decisions.get("header_row")
        if decision is None or decision.confidence >= SURE_NAMES:
            return self
        return replace(self, columns=name_columns((), len(self.columns), self.first_column))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` gave."""
        restored: dict[str, Any] = {
            name: _RESTORED[name](value) if name in _RESTORED else value for name, value in values.items()
        }
        return cls(**restored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Interpretation):
    """What a file turned out to hold. Every record of it is counted once:
    `header_rows + rows + blank + non_data == records`.

    `rows` counts the contacts' rows, `blank` the rows that hold nothing, `non_data` those that hold something
    but are no contact: titles and notes above, totals and remarks below; `non_data_rows` are the first of them.
    The staged table has `staged_rows` rows: those from `first_data_row` on, blank ones included, but for the
    non_data. `problems` are about rows that are counted as they would be without. `top` is the SHA-256 of what
    stands above `first_data_row`.
    """

    records: int
    rows: int
    blank: int
    non_data: int
    non_data_rows: tuple[int, ...] = ()
    staged_rows: int
    top: str = ""
    problems: tuple[ReadingProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(Interpretation):
    """How a file would be read, told from its top alone, and the rows there that show it."""

    excerpt: tuple[ExcerptRow, ...]


_RESTORED: dict[str, Callable[[Any], object]] = {
    "sheets": lambda sheets: tuple(Sheet(**sheet) for sheet in sheets),
    "columns": tuple,
    "decisions": lambda decisions: {name: Decision(**decision) for name, decision in decisions.items()},
    "non_data_rows": tuple,
    "excerpt": lambda rows: tuple(ExcerptRow.from_dict(row) for row in rows),
    "problems": lambda problems: tuple(ReadingProblem(**problem) for problem in problems),
}
