"""The repairs that a person can make to the cells and rows of a file. JSON outside, dataclasses inside.

    [
      {"column": "Mobile", "row": 61, "value": "+447400123456"},
      {"column": "Country", "replace": "UK", "by": "GB"},
      {"column": "City", "find": "St.", "by": "Saint"},
      {"column": "Name", "change": "title"},
      {"column": "Name", "code": "spaces_trimmed", "change": "trim"},
      {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
      {"column": "Birthday", "code": "date_invalid", "use": "blank"},
      {"column": "Email", "code": "email_role", "leaveOut": true},
      {"row": 12, "leaveOut": true},
      {"row": 12, "leaveOut": false}
    ]

A list is applied in its order. A repair with a `code` is a rule for the cells of which a check said that, once what
comes before it has been applied.
"""

import json
from collections import abc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from imports.contacts.policies import LETTER_CASES
from imports.contacts.problems import PROBLEM_TYPES
from imports.locale_forms import one_of
from imports.messages import gettext

MAX_VALUE_CHARS = 100_000
MAX_ROW = 2**32 - 1

SUGGESTED, BLANK = "suggested", "blank"
USES = (SUGGESTED, BLANK)
TRIM = "trim"
CHANGES = (TRIM, *LETTER_CASES.values)

CODES_NAMED_OTHERWISE = {"email_domain_slip": "email_domain_typo"}
"""What lists of repairs may call a code, beside its name."""


class RepairFormatError(ValueError):
    """JSON that is not a list of repairs; the message says where and why."""


@dataclass(frozen=True, slots=True)
class SetCell:
    """One cell is given another value."""

    kind: ClassVar[str] = "cell"
    column: str
    row: int
    value: str

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "row": self.row, "value": self.value}


@dataclass(frozen=True, slots=True)
class ReplaceValue:
    """Every cell of a column that is `replace`, spaces around it apart, becomes `by`."""

    kind: ClassVar[str] = "replace"
    column: str
    replace: str
    by: str

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "replace": self.replace, "by": self.by}


@dataclass(frozen=True, slots=True)
class ReplacePart:
    """In every cell of a column, each `find` becomes `by`, letter for letter."""

    kind: ClassVar[str] = "find"
    column: str
    find: str
    by: str

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "find": self.find, "by": self.by}


@dataclass(frozen=True, slots=True)
class ChangeText:
    """The cells of a column are trimmed or put in another letter case: those with this problem, or all."""

    kind: ClassVar[str] = "change"
    column: str
    change: str
    code: str | None = None

    def to_json(self) -> dict[str, Any]:
        code = {} if self.code is None else {"code": self.code}
        return {"column": self.column, **code, "change": self.change}


@dataclass(frozen=True, slots=True)
class UseInstead:
    """The cells of a column with this problem become what is suggested for each, or blank."""

    kind: ClassVar[str] = "use"
    column: str
    code: str
    use: str

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "code": self.code, "use": self.use}


@dataclass(frozen=True, slots=True)
class LeaveOutProblem:
    """The rows whose cell of a column has this problem are not sent."""

    kind: ClassVar[str] = "leave_out_problem"
    column: str
    code: str

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "code": self.code, "leaveOut": True}


@dataclass(frozen=True, slots=True)
class LeaveOutRow:
    """One row is not sent, or is sent after all."""

    kind: ClassVar[str] = "leave_out_row"
    row: int
    leave_out: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"row": self.row, "leaveOut": self.leave_out}


Repair = SetCell | ReplaceValue | ReplacePart | ChangeText | UseInstead | LeaveOutProblem | LeaveOutRow


def code_of(repair: Repair) -> str | None:
    """The code of the cells that a repair is a rule for; None where it needs no check to know its cells."""
    return None if isinstance(repair, SetCell | ReplaceValue | ReplacePart | LeaveOutRow) else repair.code


def column_of(repair: Repair) -> str | None:
    """The column that a repair is of; None for one of a row."""
    return None if isinstance(repair, LeaveOutRow) else repair.column


def repairs_from_json(document: Any) -> list[Repair]:
    """The repairs of parsed JSON. Raises RepairFormatError, which names the entry by its place, from 1."""
    if not isinstance(document, list):
        raise RepairFormatError(gettext("Repairs are a list, in the order in which they are applied."))
    return [repair_from_json(entry, place) for place, entry in enumerate(document, 1)]


def repair_from_json(document: Any, place: int = 1) -> Repair:
    """The repair of one entry of such a list. Raises RepairFormatError."""
    if not isinstance(document, abc.Mapping):
        raise _wrong(place, gettext("it must be an object."))
    keys = frozenset(document)
    form = _FORMS.get(keys)
    if form is None:
        raise _wrong(place, _which_keys(keys))
    return form(_Fields(document, place))


def repair_text(repair: Repair) -> str:
    """A repair as one line of JSON, the same for the same repair."""
    return json.dumps(repair.to_json(), ensure_ascii=False, sort_keys=True)


def _wrong(place: int, why: str) -> RepairFormatError:
    return RepairFormatError(gettext("Repair {number}: {reason}").format(number=place, reason=why))


def _which_keys(keys: Iterable[object]) -> str:
    """What to say of an entry whose keys are those of no repair."""
    unknown = sorted(str(key) for key in keys if key not in _KEYS)
    if unknown:
        return gettext("the key “{key}” is not known.").format(key=unknown[0])
    return gettext("these keys together make no repair: {keys}.").format(
        keys=", ".join(sorted(map(str, keys))) or "-"
    )


class _Fields:
    """The values of one entry, each of its kind."""

    def __init__(self, document: abc.Mapping[Any, Any], place: int) -> None:
        self._document, self._place = document, place

    def text(self, key: str, *, is_filled: bool = False) -> str:
        value = self._document[key]
        if not isinstance(value, str):
            raise self._refused(gettext("“{key}” must be text."), key)
        if is_filled and not value:
            raise self._refused(gettext("“{key}” must not be empty."), key)
        if len(value) > MAX_VALUE_CHARS:
            raise self._refused(gettext("“{key}” is too long."), key)
        try:
            value.encode()
        except UnicodeEncodeError:  # JSON can spell halves of characters, which no text can hold
            raise self._refused(gettext("“{key}” holds half a character, which is not text."), key) from None
        return value

    def column(self) -> str:
        return self.text("column", is_filled=True)

    def row(self) -> int:
        value = self._document["row"]
        if type(value) is not int or not 0 < value <= MAX_ROW:
            raise self._refused(gettext("“{key}” must be the number of a row."), "row")
        return value

    def code(self) -> str:
        code = self.text("code", is_filled=True)
        code = CODES_NAMED_OTHERWISE.get(code, code)
        if code not in PROBLEM_TYPES:
            raise _wrong(
                self._place, gettext("there is no problem with the code “{code}”.").format(code=code)
            )
        return code

    def flag(self, key: str) -> bool:
        value = self._document[key]
        if not isinstance(value, bool):
            raise self._refused(gettext("“{key}” must be true or false."), key)
        return value

    def word(self, key: str, words: abc.Collection[str]) -> str:
        value = self._document[key]
        if value not in words:
            raise _wrong(
                self._place,
                gettext("“{key}” must be one of {words}.").format(key=key, words=one_of(words)),
            )
        return str(value)

    def only_true(self) -> None:
        if not self.flag("leaveOut"):
            raise self._refused(gettext("“{key}” can be false for single rows only."), "leaveOut")

    def _refused(self, why: str, key: str) -> RepairFormatError:
        return _wrong(self._place, why.format(key=key))


def _leave_out_problem(given: _Fields) -> LeaveOutProblem:
    given.only_true()
    return LeaveOutProblem(given.text("column"), given.code())


_FORMS: dict[frozenset[object], Callable[[_Fields], Repair]] = {
    frozenset({"column", "row", "value"}): lambda given: SetCell(
        given.column(), given.row(), given.text("value")
    ),
    frozenset({"column", "replace", "by"}): lambda given: ReplaceValue(
        given.column(), given.text("replace"), given.text("by")
    ),
    frozenset({"column", "find", "by"}): lambda given: ReplacePart(
        given.column(), given.text("find", is_filled=True), given.text("by")
    ),
    frozenset({"column", "change"}): lambda given: ChangeText(given.column(), given.word("change", CHANGES)),
    frozenset({"column", "code", "change"}): lambda given: ChangeText(
        given.column(), given.word("change", CHANGES), given.code()
    ),
    frozenset({"column", "code", "use"}): lambda given: UseInstead(
        given.column(), given.code(), given.word("use", USES)
    ),
    frozenset({"column", "code", "leaveOut"}): _leave_out_problem,
    frozenset({"row", "leaveOut"}): lambda given: LeaveOutRow(given.row(), given.flag("leaveOut")),
}
"""The keys of an entry -> how the repair is made that has just these."""

_KEYS = frozenset().union(*_FORMS)
