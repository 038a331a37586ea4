"""How a file was read, how it is to be read, and how much of it may be: the values around staging."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is read. A file beyond any of them is refused, not cut off."""

    max_bytes: int = 1_000_000_000
    max_rows: int = 5_000_000
    max_columns: int = 1_000
    max_cell_chars: int = 32_767


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What the person decided; `None` leaves a decision to detection.

    `header_row` is the spreadsheet's row number. An empty `quote` means that no character quotes.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None


NO_OPTIONS = ReadingOptions()
DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ReadingProblem:
    """Something in `row` that could not be taken as it stands. Row 0 is the file as a whole."""

    row: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file turned out to hold, and the decisions it was read with.

    `rows` counts the rows below the header that hold something, `blank` those that do not; together they are
    the rows of the staged table. `furniture` counts the rows that hold something but are no contact.
    `columns[i]` is the name of the staged column `c{i}`.
    """

    format: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    sheet: str | None
    header_row: int
    columns: tuple[str, ...]
    rows: int
    blank: int
    furniture: int
    problems: tuple[ReadingProblem, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values; `from_dict` is its inverse."""
        values = asdict(self)
        values["columns"] = list(self.columns)
        values["problems"] = list(values["problems"])
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The reading that `to_dict` gave."""
        return cls(
            **{
                **values,
                "columns": tuple(values["columns"]),
                "problems": tuple(ReadingProblem(**problem) for problem in values["problems"]),
            }
        )
