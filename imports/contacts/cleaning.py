"""A mapping's columns made ready: which staged column goes where, and how its cells are cleaned."""

from collections.abc import Mapping as Translations
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from imports.contacts.guards import unmarked, without_mark
from imports.contacts.mapping import (
    BLANK,
    CLEAR,
    INTERNATIONAL,
    KEEP,
    LAST_FIRST,
    REPAIR,
    ColumnMapping,
    Join,
    LetterCase,
    Mapping,
    NamePart,
    RegionColumn,
)
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind
from imports.contacts.targets import (
    DATA_FIELDS,
    IDENTIFIERS,
    LISTS,
    MATCH_IDENTIFIER,
    MAX_LISTS,
    TEXT_TYPES,
    Target,
    TargetCatalogue,
    ValueType,
)
from imports.contacts.values.cells import (
    Cleaner,
    answer,
    either,
    folded_word,
    is_placeholder,
    noted,
    shows_no_value,
    trim,
)
from imports.contacts.values.countries import read_region
from imports.contacts.values.dates import ISO_8601
from imports.contacts.values.garbled import noting_garbled
from imports.contacts.values.names import split_name
from imports.contacts.values.placeholders import (
    PLACEHOLDER,
    is_text_placeholder,
    without_placeholders,
)
from imports.contacts.values.statuses import said_of_opting_out
from imports.contacts.values.texts import change_case
from imports.contacts.values.typed_values import CellRules, cleaner_of, value_text
from imports.contacts.values.ways import followed_by, once_each, refused_at_sight
from imports.languages.concepts import names_opt_out, surnames_first, surnames_named
from imports.languages.formula_errors import NOT_CALCULATED

INVALID_CODES = tuple(code for code, problem in PROBLEM_TYPES.items() if problem.kind is ProblemKind.INVALID)
PLACEHOLDER_BLANK, VALUE_TRANSLATED, VALUE_LEFT_OUT = (
    "placeholder_blank",
    "value_translated",
    "value_left_out",
)
COLUMNS_JOINED, CASE_CHANGED, GUARD_ALONE = "columns_joined", "case_changed", "guard_alone"

UNMARKED_TYPES: frozenset[ValueType] = frozenset({"email", "mobileNumber"})
"""The types whose cleaners know such marks themselves."""

NO_GUARDS: Translations[str, str] = {}

STATUS_TYPES: frozenset[ValueType] = frozenset({"emailStatus", "mobileStatus"})

FORMAT_CODES: dict[ValueType, str] = {
    "mobileNumber": "phone_formatted",
    "Date": "date_formatted",
    "Numeric": "number_formatted",
    "Boolean": "boolean_formatted",
    "lists": "lists_found",
}
"""What is said of a value that means what its cell means, in another form; of other types, `value_formatted`."""


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
        return self.target.type in STATUS_TYPES

    def is_blank(self) -> pl.Expr:
        code = pl.col(self.code)
        return pl.col(self.value).is_null() & (code.is_null() | (code == PLACEHOLDER_BLANK))

    def is_invalid(self) -> pl.Expr:
        return pl.col(self.code).is_in(INVALID_CODES).fill_null(value=False)


def plan_fields(
    mapping: Mapping,
    columns: Sequence[str],
    catalogue: TargetCatalogue,
    default_region: str | None,
    guards: Translations[str, str] = NO_GUARDS,
) -> list[CleanedField]:
    """The fields of a mapping that has no problems (see `mapping_problems.validate`), in its order.

    `guards` are the marks that every cell of a staged column begins with (`guards.find_guards`).
    """
    staged = {name: f"c{place}" for place, name in enumerate(columns)}
    most_lists = _most_lists(mapping, catalogue)
    return [
        _plan_field(index, column, mapping, staged, catalogue, default_region, most_lists, guards)
        for index, column in enumerate(mapping.columns)
    ]


def _most_lists(mapping: Mapping, catalogue: TargetCatalogue) -> int:
    """How many lists one cell may name, so that no contact gets more than `MAX_LISTS` in all."""
    chosen = sum(len(constant.value) for constant in mapping.constants if constant.target == LISTS)
    naming = sum(column.target == LISTS for column in mapping.columns)
    return (MAX_LISTS - chosen) // naming if naming else MAX_LISTS


def _plan_field(
    index: int,
    column: ColumnMapping,
    mapping: Mapping,
    staged: dict[str, str],
    catalogue: TargetCatalogue,
    default_region: str | None,
    most_lists: int,
    guards: Translations[str, str],
) -> CleanedField:
    target = catalogue.find(column.target)
    if target is None:
        raise ValueError(f"{column.target} is not a target of this account")
    cells = [staged[name] for name in (column.column, *(column.join.columns if column.join else ()))]
    marks = {} if column.guards == KEEP or target.type in UNMARKED_TYPES else guards
    cell = _joined(cells, column.join, column.placeholders, marks) if column.join else pl.col(cells[0])
    region, region_is_sure, region_cell = _region(column.region, staged, default_region)
    rules = CellRules(
        catalogue=catalogue,
        date_format=column.format or ISO_8601,
        zone=column.zone,
        decimal="," if column.decimal == "," else ".",
        region=region,
        region_is_sure=region_is_sure,
        is_international=column.region == INTERNATIONAL,
        most_lists=most_lists,
    )
    is_phone = target.type == "mobileNumber"
    return CleanedField(
        index=index,
        header=column.column,
        target=target,
        cell=pl.col(cells[0]),
        answer=_told_if_joined(
            _answer(column, target, cell, rules, None if column.join else marks.get(cells[0])),
            cells,
            column,
            marks,
        ),
        cells=tuple(cells),
        skips_placeholders=column.placeholders == BLANK,
        named=_words_named(column),
        sources=frozenset({*cells, *({region_cell} if is_phone and region_cell else ())}),
        clears=(column.blank_cells or mapping.blank_cells) == CLEAR and target.part == DATA_FIELDS,
        format_code=_format_code(column, target),
    )


def _joined(
    cells: Sequence[str], join: Join, placeholders: str | None, marks: Translations[str, str]
) -> pl.Expr:
    """The cells that are not blank, one after the other, without the marks of their columns; a single one as it
    stands."""
    texts = {name: _unmarked_cell(name, marks) for name in cells}
    is_blank = {name: trim(text) == "" for name, text in texts.items()}
    is_blank = {
        name: blank | _is_passed_over(name, text, placeholders)
        for (name, text), blank in zip(texts.items(), is_blank.values(), strict=True)
    }
    filled = [pl.when(~blank).then(texts[name]) for name, blank in is_blank.items()]
    together = pl.concat_str(filled, separator=join.separator, ignore_nulls=True)
    # Without one of its parts a value would be another.
    return pl.coalesce([*(pl.when(shows_no_value(pl.col(name))).then(name) for name in cells), together])


def _unmarked_cell(name: str, marks: Translations[str, str]) -> pl.Expr:
    if name not in marks:
        return pl.col(name)
    return without_mark(pl.col(name), marks[name]).struct.field("value").fill_null("")


def _is_passed_over(name: str, text: pl.Expr, placeholders: str | None) -> pl.Expr:
    """Where a cell that is joined stands for nothing; `text` is the cell without the mark of its column."""
    if placeholders == KEEP:
        return pl.lit(value=False)
    if placeholders == BLANK:
        return is_placeholder(trim(pl.col(name)))
    return is_text_placeholder(trim(text))


def _told_if_joined(
    read: pl.Expr, cells: Sequence[str], column: ColumnMapping, marks: Translations[str, str]
) -> pl.Expr:
    """The answers, with a code where one of the cells that are joined is left out: what stands for nothing, or a
    mark and nothing else."""
    if not column.join or (column.placeholders == KEEP and not marks.keys() & cells):
        return read
    marked = [trim(pl.col(name)) == marks[name] for name in cells if name in marks]
    is_mark = pl.any_horizontal(marked) if marked else pl.lit(value=False)
    passed = [_is_passed_over(name, _unmarked_cell(name, marks), column.placeholders) for name in cells]
    is_passed = pl.any_horizontal(passed)
    code = PLACEHOLDER_BLANK if column.placeholders == BLANK else PLACEHOLDER
    return noted(
        read,
        with_value=pl.when(is_mark | is_passed).then(pl.lit(COLUMNS_JOINED)),
        without=pl.when(is_mark).then(pl.lit(GUARD_ALONE)).when(is_passed).then(pl.lit(code)),
    )


def _words_named(column: ColumnMapping) -> frozenset[str]:
    """What the mapping's `values` name, in the form of `folded_word`."""
    return frozenset(map(folded_word, column.values or ()))


def _region(
    region: str | RegionColumn | None, staged: dict[str, str], default_region: str | None
) -> tuple[pl.Expr, pl.Expr, str | None]:
    """The region of every row's number, whether somebody said so of this file, and the staged column it is read
    from."""
    if isinstance(region, RegionColumn):
        cell = staged[region.column]
        read = read_region(pl.col(cell))
        return read.fill_null(pl.lit(default_region, pl.String)), read.is_not_null(), cell
    return pl.lit(region.upper() if region else default_region, pl.String), pl.lit(region is not None), None


def _format_code(column: ColumnMapping, target: Target) -> str:
    if column.join:
        return COLUMNS_JOINED
    if column.case:
        return CASE_CHANGED
    return FORMAT_CODES.get(target.type, "value_formatted")


def _answer(
    column: ColumnMapping, target: Target, cell: pl.Expr, rules: CellRules, mark: str | None
) -> pl.Expr:
    """The cleaned cells of a column by all of its rules."""
    clean = cleaner_of(target.type, rules)
    if target.type in STATUS_TYPES and names_opt_out(column.column):
        clean = said_of_opting_out(clean)
    if column.case:
        clean = _cased(clean, column.case)
    if column.part:
        clean = _parted(clean, column.part, _surnames_first(column))
    if target.type in TEXT_TYPES and column.garbled != KEEP:
        clean = noting_garbled(clean, repairs=column.garbled == REPAIR)
    if target.type in TEXT_TYPES and column.placeholders is None:
        clean = without_placeholders(clean)
    if mark is not None:
        clean = unmarked(clean, mark)
    if column.values:
        clean = _translated(clean, column.values, target, rules)
    # Of cells that are joined, each is asked by itself.
    if column.placeholders == BLANK and not column.join:
        clean = _with_placeholders_blank(clean)
    whole = _without_formulas(clean, _words_named(column))
    # Numbers are read by another cell of their row as well.
    return whole(cell) if target.type == "mobileNumber" else once_each(cell, whole)


def _cased(clean: Cleaner, case: LetterCase) -> Cleaner:
    return lambda cells: clean(change_case(cells, case))


def _parted(clean: Cleaner, part: NamePart, surnames: int) -> Cleaner:
    return lambda cells: followed_by(split_name(cells, part, surnames), clean)


def _surnames_first(column: ColumnMapping) -> int:
    """How many surnames usually come before the first name: as the mapping says, else the header; 0 for none."""
    if column.name_order:
        return surnames_named(column.column) if column.name_order == LAST_FIRST else 0
    return surnames_first(column.column)


def _without_formulas(clean: Cleaner, named: frozenset[str]) -> Cleaner:
    """`clean`, but for cells in which a spreadsheet shows no value. Those that the mapping's `values` name have one."""
    text = pl.col("cell")

    def find(cells: pl.Series) -> pl.Series | None:
        frame = cells.to_frame("cell")
        has_none = shows_no_value(text, named)
        if not frame.select(has_none.any()).item():
            return None
        code = (
            pl.when(text == NOT_CALCULATED)
            .then(pl.lit("formula_not_calculated"))
            .otherwise(pl.lit("formula_error"))
        )
        return frame.select(pl.when(has_none).then(code)).to_series()

    return lambda cells: refused_at_sight(cells, find, clean)


def _with_placeholders_blank(clean: Cleaner) -> Cleaner:
    def run(cells: pl.Expr) -> pl.Expr:
        stands_for_none = is_placeholder(trim(cells))
        nothing = answer(pl.lit(None, pl.String), pl.lit(PLACEHOLDER_BLANK))
        read = clean(pl.when(stands_for_none).then(pl.lit("")).otherwise(cells))
        return either(stands_for_none, nothing, read)

    return run


def _translated(clean: Cleaner, values: Translations[str, Any], target: Target, rules: CellRules) -> Cleaner:
    """`clean`, but for cells that the mapping's `values` name, which are taken as what they stand for."""
    texts = {
        folded_word(word): None if value is None else value_text(value) for word, value in values.items()
    }
    # What the mapping says is written in JSON's forms, whatever those of the column are.
    own = cleaner_of(target.type, replace(rules, date_format=ISO_8601, zone=None, decimal="."))

    def run(cells: pl.Expr) -> pl.Expr:
        word = trim(cells).str.to_lowercase()
        is_named = word.is_in(list(texts))
        meaning = word.replace_strict(texts, default=None, return_dtype=pl.String)
        read = own(meaning.fill_null(""))
        value = read.struct.field("value")
        note = (
            pl.when(meaning.is_null())
            .then(pl.lit(VALUE_LEFT_OUT))
            .when(value != cells)
            .then(pl.lit(VALUE_TRANSLATED))
        )
        translated = answer(value, note, read.struct.field("doubt"))
        return either(is_named, translated, clean(pl.when(is_named).then(pl.lit("")).otherwise(cells)))

    return run


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
