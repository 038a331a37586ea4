"""Mapped columns as frames of cleaned cells have them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.targets import IDENTIFIERS, MATCH_IDENTIFIER, Target

INVALID_CODES = tuple(code for code, problem in PROBLEM_TYPES.items() if problem.kind is ProblemKind.INVALID)
FORM_CODES = pl.Enum(
    [code for code, problem in PROBLEM_TYPES.items() if problem.kind is ProblemKind.FORMATTED]
)
"""What can be said of values that mean what their cells mean, in another form."""
PLACEHOLDER_BLANK = "placeholder_blank"


@dataclass(frozen=True, slots=True)
class CleanedField:
    """One mapped column and one of its targets. `value`, `code`, `form`, `doubt` and `original` name the columns of
    cleaned frames.

    `form` says that the value is the cell in another form, and which; `code` is all else that is said of it. Of the two
    a cell has one at most. `original` holds the cell where there is a `code` or a `doubt`, else null: with a `form`,
    the cell is that of the staged table. `format_code` is the form where the value is another text than the cell and
    its cleaner does not say why.
    """

    index: int
    header: str
    target: Target
    cell: pl.Expr
    """The column's own cells, as the file has them."""
    answer: pl.Expr
    """The cells' `CLEANED` structs."""
    detail_answer: pl.Expr | None
    """What is said of its cells beside the reason, where that is one of its type's `codes_with_detail`."""
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
    def form(self) -> str:
        return f"form_{self.index}"

    @property
    def doubt(self) -> str:
        return f"doubt_{self.index}"

    @property
    def detail(self) -> str:
        """Names the column of what is said beside `code`, of fields with a `detail_answer`; most of it is null."""
        return f"detail_{self.index}"

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
    """`row`, and each field's `value`, `code`, `form`, `doubt` and `original`."""
    answers = frame.lazy().select(
        "row",
        *(one.answer.alias(one.value) for one in fields),
        *(one.cell.alias(one.original) for one in fields),
    )
    parts = answers.collect()
    columns = [parts["row"]]
    for one in fields:
        read = parts[one.value].struct.unnest()
        columns += _told_apart(one, read, parts[one.original])
        if one.detail_answer is not None:
            columns.append(_details(frame, one, one.detail_answer, read["code"]))
    return pl.DataFrame(columns)


def _details(frame: pl.DataFrame, one: CleanedField, detail: pl.Expr, codes: pl.Series) -> pl.Series:
    """What is said beside the codes of a field. Few cells have such a code, and only those are looked at again."""
    is_wanted = codes.is_in(list(one.target.type.codes_with_detail)).fill_null(value=False)
    nothing = pl.Series(one.detail, [None], dtype=pl.String).new_from_index(0, frame.height)
    if not is_wanted.any():
        return nothing
    found = frame.filter(is_wanted).select(detail).to_series()
    return nothing.scatter(is_wanted.arg_true(), found)


def _told_apart(one: CleanedField, read: pl.DataFrame, cells: pl.Series) -> Iterator[pl.Series]:
    """The columns of a field: what is said of its values, by kind."""
    value, code, doubt = pl.col("value"), pl.col("code"), pl.col("doubt")
    form: pl.Expr = pl.when(value != cells).then(pl.lit(one.format_code, FORM_CODES))
    if read["code"].null_count() < read.height:
        told = code.cast(FORM_CODES, strict=False)
        form = pl.when(code.is_null()).then(form).otherwise(pl.when(value.is_not_null()).then(told))
        read = read.with_columns(form=form).with_columns(code=pl.when(pl.col("form").is_null()).then(code))
    else:
        read = read.with_columns(form=form)
    is_said = code.is_not_null() | doubt.is_not_null()
    yield from read.select(
        value.alias(one.value),
        code.alias(one.code),
        pl.col("form").alias(one.form),
        doubt.alias(one.doubt),
        pl.when(is_said).then(cells).alias(one.original),
    )
