"""Mapped columns as frames of cleaned cells have them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.targets import IDENTIFIERS, MATCH_IDENTIFIER, Target

INVALID_CODES = tuple(code for code, problem in PROBLEM_TYPES.items() if problem.kind is ProblemKind.INVALID)
PLACEHOLDER_BLANK = "placeholder_blank"


@dataclass(frozen=True, slots=True)
class CleanedField:
    """One mapped column and one of its targets. `value`, `code`, `doubt` and `original` name the columns of
    cleaned frames.

    `original` holds the cell where there is something to say about it, else null. `format_code` is what is
    said where the value is another text than the cell and no `code` says why.
    """

    index: int
    header: str
    target: Target
    cell: pl.Expr
    """The column's own cells, as the file has them."""
    answer: pl.Expr
    """The cells' `CLEANED` structs."""
    cells: tuple[str, ...]
    """The staged columns whose cells it takes: one, or those that are joined."""
    sources: frozenset[str]
    """The staged columns that `answer` reads."""
    skips_placeholders: bool
    """Whether words that stand for no value are taken for blanks."""
    named: frozenset[str]
    """The words that the mapping translates, in the form of `folded_word`."""
    clears: bool
    format_code: str

    @property
    def value(self) -> str:
        return f"value_{self.index}"

    @property
    def code(self) -> str:
        return f"code_{self.index}"

    @property
    def doubt(self) -> str:
        return f"doubt_{self.index}"

    @property
    def original(self) -> str:
        return f"original_{self.index}"

    @property
    def filled(self) -> str:
        """Names the column that says where there is something in its cells (see `balance`)."""
        return f"filled_{self.index}"

    @property
    def meant(self) -> str:
        """Names the one that says where there is something in them that is not taken for a blank."""
        return f"meant_{self.index}" if self.skips_placeholders else self.filled

    @property
    def joined(self) -> str:
        """Names the one that says where there is something in a cell that is joined to the first."""
        return f"joined_{self.index}"

    @property
    def is_identifier(self) -> bool:
        return self.target.part == IDENTIFIERS

    @property
    def says_match(self) -> bool:
        """Whether its values are names of what contacts are matched by."""
        return self.target.part == MATCH_IDENTIFIER

    @property
    def says_subscription(self) -> bool:
        """Whether a value of it that cannot be used keeps its whole row back: without it, Dotdigital may subscribe."""
        return self.target.type.keeps_row_back

    def is_blank(self) -> pl.Expr:
        code = pl.col(self.code)
        return pl.col(self.value).is_null() & (code.is_null() | (code == PLACEHOLDER_BLANK))

    def is_invalid(self) -> pl.Expr:
        return pl.col(self.code).is_in(INVALID_CODES).fill_null(value=False)


def clean_frame(frame: pl.DataFrame, fields: Sequence[CleanedField]) -> pl.DataFrame:
    """`row`, and each field's `value`, `code`, `doubt` and `original`."""
    answers = frame.lazy().select(
        "row",
        *(one.answer.alias(one.value) for one in fields),
        *(one.cell.alias(one.original) for one in fields),
    )
    parts: dict[str, pl.Expr] = {}
    for one in fields:
        of = pl.col(one.value).struct.field
        is_said = of("code").is_not_null() | of("doubt").is_not_null() | (of("value") != pl.col(one.original))
        parts |= {
            one.code: of("code"),
            one.doubt: of("doubt"),
            one.original: pl.when(is_said).then(pl.col(one.original)),
            one.value: of("value"),
        }
    return answers.with_columns(**parts).collect()
