"""What a type of values says of itself: how cells become values, how a value is written, asked for and recognised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, Self

import polars as pl

from imports.contacts.payload import json_text, quoted, quoted_plain
from imports.contacts.problem_types import ProblemKind, ProblemType
from imports.contacts.value_types.type_settings import COLUMN_RULES, FromColumn, Setting, SettingValue, V
from imports.contacts.values.cells import Cleaner, trim
from imports.contacts.values.damaged_texts import refuse_lost_letters
from imports.contacts.values.lists import MAX_LISTS
from imports.contacts.values.ways import Sight, refused_at_sight
from imports.messages import gettext_noop

if TYPE_CHECKING:
    from imports.contacts.suggestions.profiles import ColumnProfile

VALUE, TIMES = pl.col("value"), pl.col("times")
"""The columns of a frame of values: a trimmed and filled one, and how often it comes."""

HALF = 0.5
MOSTLY = 0.9
"""The share of a column's values that makes it what it looks like; the rest are taken for slips."""


class Named(Protocol):
    """A target of an account: its key in a contact, and what people call it."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...


class NamedList(Protocol):
    """A list of an account."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


class AccountValues(Protocol):
    """What values can be of an account: its own identifiers, and its lists (`TargetCatalogue`)."""

    @property
    def custom_identifiers(self) -> Sequence[str]: ...
    @property
    def identifiers(self) -> Sequence[Named]: ...
    @property
    def lists(self) -> Sequence[NamedList]: ...

    def find_list(self, name_or_id: str) -> int | None: ...


@dataclass(frozen=True)
class NoAccount:
    """An account that has nothing."""

    custom_identifiers: tuple[str, ...] = ()
    identifiers: tuple[Named, ...] = ()
    lists: tuple[NamedList, ...] = ()

    def find_list(self, name_or_id: str) -> int | None:  # there is none
        return None


@dataclass(frozen=True)
class CellRules:
    """How the cells of one column are read, beyond their type. What a type does not need is not looked at.

    `settings` are those that the mapping has for the column, by key. `default_region` is the country of the account's
    phone numbers; `staged` are the columns of the staged table by their headers.
    """

    account: AccountValues = field(default_factory=NoAccount)
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    default_region: str | None = None
    staged: Mapping[str, str] = field(default_factory=dict)
    most_lists: int = MAX_LISTS

    def of(self, setting: Setting[V]) -> V:
        """What was chosen, or the setting's default."""
        return setting.of(self.settings.get(setting.key))

    def cells_of(self, source: FromColumn) -> pl.Expr:
        """The cells that say a setting row by row."""
        return pl.col(self.staged[source.column])

    def for_own_values(self) -> Self:
        """The rules for what a mapping itself has for cells: it is written in JSON's forms, whatever those of the
        column are."""
        return replace(self, settings={}, default_region=None)


class CellLimit(NamedTuple):
    """How long a cell can be and still hold a value of its type. What is longer is refused before anything is tried.

    The most characters without the spaces around it, the code of what is said of a longer one, and what is said. The
    bounds lie far above what a value of the type has, because a cell may hold a display name, a note or spaces beside
    it. They are no limit of Dotdigital's: those are with each cleaner, which says so in its own words.
    """

    max_chars: int
    code: str
    problem: ProblemType


_SHORTEN = gettext_noop(
    "Shorten it in the file and upload the file again, or map the column to a text field."
)


def cell_limit(max_chars: int, code: str, title: str, sentence: str) -> CellLimit:
    """The limit with the problem that is said of a longer cell; `sentence` names the limit."""
    return CellLimit(max_chars, code, ProblemType(ProblemKind.INVALID, title, sentence, _SHORTEN))


@dataclass(frozen=True, slots=True)
class ValueKind:
    """Something that values can look like: a key of `ColumnProfile.fits`.

    `shape` is a pattern that alone decides; kinds without one are counted by `ValueType.count`. `looks_like` is what a
    column is that holds mostly such values: of several such kinds, the one that is the most `telling`. `holds` is what
    such a column is said to hold. `not_words` is what is said of it where its name stands for words. `least_share` is
    the smallest share of a column's values from which anything is told; 0 where their number matters. One that is
    `counted_with` another is told as long as that one is.
    """

    name: str
    shape: str = ""
    looks_like: str = ""
    holds: str = ""
    telling: int = 0
    least_share: float = MOSTLY
    not_words: str = ""
    counted_with: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a column whose name fits a target is not suggested for it. With `needs_choice` it is, once a person has
    chosen how its values are read."""

    code: str
    sentence: str
    needs_choice: bool = False


class JsonForm(StrEnum):
    """How a value is written in JSON."""

    BARE = "bare"
    """As it stands: a number, true or false."""
    PLAIN = "plain"
    """As a text that holds nothing that JSON wants escaped."""
    QUOTED = "quoted"
    """As a text."""


_JSON: dict[JsonForm, Callable[[pl.Expr], pl.Expr]] = {
    JsonForm.BARE: lambda value: value,
    JsonForm.PLAIN: quoted_plain,
    JsonForm.QUOTED: quoted,
}


class ValueWidget(StrEnum):
    """What a value is entered with."""

    SELECT = "select"
    TEXT = "text"
    LONG_TEXT = "long text"
    MOMENT = "moment"


class ValueType:
    """One type of values. Its instance is a constant of its module, and stands in `registry.VALUE_TYPES`.

    What is stated here holds for a text that is like no other; a type states what is different.
    """

    name: ClassVar[str]
    """What it is called in the code and in hidden fields; for data fields, by Dotdigital."""

    # How cells become values

    limit: ClassVar[CellLimit | None] = None
    """None where any length is looked at, in time in proportion to it."""
    is_text: ClassVar[bool] = False
    """Whether values can be joined, split and put into another letter case, and may be garbled."""
    knows_marks: ClassVar[bool] = False
    """Whether its cleaner itself knows the marks that every cell of a column may begin with (`guards`)."""
    keeps_row_back: ClassVar[bool] = False
    """Whether a value that cannot be used keeps its whole row back: without it, Dotdigital may subscribe."""
    format_code: ClassVar[str] = "value_formatted"
    """What is said of a value that means what its cell means, in another form."""
    codes_with_detail: ClassVar[frozenset[str]] = frozenset()
    """Why a value cannot be used, where more is said than that: `detail` is the result of such a line."""
    problems: ClassVar[Mapping[str, ProblemType]] = {}
    """What its cleaner has to say that no other's has, by code."""

    # How values are written

    json_form: ClassVar[JsonForm] = JsonForm.QUOTED

    own_values: ClassVar[tuple[type, ...]] = (str,)
    """What a mapping's JSON may hold for a value."""
    widget: ClassVar[ValueWidget] = ValueWidget.TEXT
    settings: ClassVar[tuple[Setting[Any], ...]] = ()
    """Without which the values of a column cannot be read. `clean` asks for each of its own (`CellRules.of`)."""
    further_settings: ClassVar[tuple[Setting[Any], ...]] = ()
    """Those that few columns need."""

    # In an account

    is_data_field: ClassVar[bool] = False
    """Whether data fields can be of it."""
    words: ClassVar[str] = ""
    """What data fields of it hold, such as "number"."""
    default_problem: ClassVar[str] = ""
    """What is wrong with the default value of a new data field."""

    # How a column of it is recognised

    kinds: ClassVar[tuple[ValueKind, ...]] = ()
    evidence: ClassVar[tuple[str, float] | None] = None
    """The kind of value that a column for it must hold, and the least share."""
    unfit: ClassVar[Obstacle | None] = None
    """What is said where it does not; None for a type that any values may be of."""
    obstacles: ClassVar[tuple[Obstacle, ...]] = ()
    """What else `obstacle` may give."""
    is_told_by_word: ClassVar[bool] = False
    """Whether it is told before an import how many contacts get which value."""

    def __repr__(self) -> str:
        return self.name

    @property
    def all_problems(self) -> dict[str, ProblemType]:
        """Everything that is said of its cells alone, by code."""
        too_long = {self.limit.code: self.limit.problem} if self.limit else {}
        return {**too_long, **self.problems}

    @property
    def own_settings(self) -> tuple[Setting[Any], ...]:
        """Those that its cleaner asks for, as opposed to what is done to the cells of any type before."""
        return tuple(one for one in (*self.settings, *self.further_settings) if one not in COLUMN_RULES)

    @property
    def reads_row(self) -> bool:
        """Whether a value can depend on another cell of its row."""
        return any(one.takes_column for one in self.own_settings)

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        """The `CLEANED` structs of cells (see `values.cells`)."""
        raise NotImplementedError

    def detail(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        """What is said beside each of `codes_with_detail`, as parameters; the words are made when it is shown."""
        raise NotImplementedError

    def cleaner(self, rules: CellRules) -> Cleaner:
        """`clean` by these rules; cells that are longer than any value are refused before it is asked."""

        def clean(cells: pl.Expr) -> pl.Expr:
            return refuse_lost_letters(self.clean(cells, rules))

        limit = self.limit
        return clean if limit is None else lambda cells: refused_at_sight(cells, _longer_than(limit), clean)

    def key(self, value: pl.Expr) -> pl.Expr:
        """What two spellings of one value have in common."""
        return value

    def json(self, value: pl.Expr) -> pl.Expr:
        """A column's values as JSON."""
        return _JSON[self.json_form](value)

    def constant_json(self, value: str) -> str:
        """One value as JSON."""
        return value if self.json_form is JsonForm.BARE else json_text(value)

    # A mapping's own values: constants, and what cells stand for

    def sent(self, value: Any, account: AccountValues) -> str | None:
        """A mapping's own value in the form in which it is sent; None when it is none of this type."""
        if not self.is_own_value(value):
            return None
        cells = pl.DataFrame({"cell": [value_text(value)]}, schema={"cell": pl.String})
        read = cells.select(self.cleaner(CellRules(account))(pl.col("cell")).alias("answer")).item()
        # What has to be repaired was not meant so: nobody sees the receipt of a constant.
        value_sent: str | None = read["value"] if read["code"] is None else None
        return value_sent

    def is_own_value(self, value: Any) -> bool:
        """Whether a mapping's JSON may hold `value` for one of this type."""
        return isinstance(value, self.own_values) and (not isinstance(value, bool) or bool in self.own_values)

    def choices(self, account: AccountValues, language: str) -> Sequence[tuple[Any, str]]:
        """Every value, as a mapping has it, with what people call it; empty for types that take anything. Names of
        languages and the like are in `language`, an IETF tag."""
        return ()

    def words_of(self, value: Any, account: AccountValues) -> str:  # lists have names there
        """A mapping's own value, for people."""
        return value if isinstance(value, str) else value_text(value)

    def default_value(self, text: str, account: AccountValues) -> Any:
        """The default value of a new data field that somebody has typed; None when it cannot be one."""
        return None if self.sent(text, account) is None else text

    # Mappings and suggestions

    def count(self, values: pl.DataFrame) -> dict[str, int]:  # most kinds are told by a pattern
        """How often values of the kinds come that no pattern tells. `values` has VALUE and TIMES."""
        return {}

    def obstacle(self, profile: ColumnProfile) -> Obstacle | None:
        """What the values of a column say against its being of this type."""
        return None if self.evidence is None or profile.is_mostly(*self.evidence) else self.unfit

    def suggested_settings(
        self,
        profile: ColumnProfile,
        profiles: Sequence[ColumnProfile],
        default_region: str | None,
    ) -> dict[str, SettingValue]:
        """How a column is best read: settings by key. `profiles` are those of the whole file."""
        return {}


def value_text(value: Any) -> str:
    """A mapping's own value as a cell would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(str(value)), "f")
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)


def read_cells(cells: Sequence[str], clean: Cleaner) -> list[str | None]:
    """What cells say, as it is sent; None for what cannot be used."""
    frame = pl.DataFrame({"cell": list(cells)}, schema={"cell": pl.String})
    return frame.select(answer=clean(pl.col("cell")))["answer"].struct.field("value").to_list()


def count_fitting(values: pl.DataFrame, fits: pl.Expr) -> int:
    """How often values come of which `fits` holds."""
    return int(values.select(TIMES.filter(fits).sum()).item()) if values.height else 0


def count_cleaned(values: pl.DataFrame, cleaner: Cleaner) -> int:
    """How often values come that a cleaner can use."""
    return count_fitting(values, cleaner(VALUE).struct.field("value").is_not_null())


def _longer_than(limit: CellLimit) -> Sight:
    def find(cells: pl.Series) -> pl.Series | None:
        # Bytes are counted faster than characters, and are never fewer; hardly any column has such cells.
        if not (cells.str.len_bytes() > limit.max_chars).any():
            return None
        is_too_long = trim(pl.lit(cells)).str.len_chars() > limit.max_chars
        return pl.select(pl.when(is_too_long).then(pl.lit(limit.code))).to_series()

    return find
