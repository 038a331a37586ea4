"""Whether a mapping can be used on a file and an account, and if not, why and what to do."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imports.contacts.mapping import ColumnMapping, Constant, Mapping
from imports.contacts.policies import BLANK_CELLS
from imports.contacts.targets import (
    CONSENT_PARTS,
    CONTACT_ID,
    DATA_FIELDS,
    IDENTIFIERS,
    LISTS,
    MATCH_IDENTIFIER,
    PREFERENCES,
    Target,
    TargetCatalogue,
    consent_target,
)
from imports.contacts.value_types.registry import SETTINGS
from imports.contacts.value_types.type_settings import FromColumn
from imports.contacts.values.cells import folded_word
from imports.contacts.values.lists import MAX_LISTS
from imports.messages import column_label, gettext, gettext_noop


@dataclass(frozen=True, slots=True)
class MappingProblem:
    """Why a mapping cannot be used. `where` is the column or constant it is about, "" for the mapping as a
    whole."""

    code: str
    sentence: str
    remedy: str
    where: str = ""


# Code -> what is wrong, and what to do about it. Both may name the details they are given.
PROBLEMS: dict[str, tuple[str, str]] = {
    "match_identifier_unknown": (
        gettext_noop("Contacts cannot be matched by {name}."),
        gettext_noop("Match them by an identifier that the account has, such as email or mobileNumber."),
    ),
    "match_identifier_missing": (
        gettext_noop("No column is mapped to “{name}”, by which contacts are matched."),
        gettext_noop("Choose the column that holds it."),
    ),
    "match_identifier_constant": (
        gettext_noop(
            "The identifier that contacts are matched by is a rule for the whole file, not a value that is sent."
        ),
        gettext_noop("Choose it among the rules, or map the column that says it row by row."),
    ),
    "contact_id_match_only": (
        gettext_noop("A contact ID only finds contacts; a contact cannot be given one."),
        gettext_noop("Match contacts by their contact ID, or leave this column out."),
    ),
    "column_unknown": (
        gettext_noop("The file has no column named {name}."),
        gettext_noop("Choose one of the file's columns."),
    ),
    "target_unknown": (
        gettext_noop("The account has no {name}."),
        gettext_noop("Choose another target, or create the data field in Dotdigital."),
    ),
    "preference_unknown": (
        gettext_noop("The account has no preference {name} that people can opt in to."),
        gettext_noop("Choose one of the account's preferences. Categories of preferences cannot be chosen."),
    ),
    "target_twice": (
        gettext_noop("“{name}” is set more than once."),
        gettext_noop("Decide which column or fixed value it comes from."),
    ),
    "identifier_constant": (
        gettext_noop("Every contact would get the same value for “{name}”."),
        gettext_noop("Map a column to it: no two contacts can share an identifier."),
    ),
    "consent_part_missing": (
        gettext_noop("A consent record needs all its five parts, and {name} is missing."),
        gettext_noop(
            "Choose a column for it or enter it once for all contacts, or leave the consent record out."
        ),
    ),
    "join_column_unknown": (
        gettext_noop("The file has no column named {name} to join."),
        gettext_noop("Choose another column."),
    ),
    "setting_column_unknown": (
        gettext_noop("The file has no column named {name}, which “{setting}” names."),
        gettext_noop("Choose another column."),
    ),
    "text_only": (
        gettext_noop(
            "“{name}” is not a text, so its values cannot be joined, split or put into another letter case."
        ),
        gettext_noop("Do that only with columns that become texts."),
    ),
    "clear_identifier": (
        gettext_noop("A blank cell can only erase the value of a data field."),
        gettext_noop("Leave blank cells of this column unchanged."),
    ),
    "value_unfit": (
        gettext_noop("“{name}” is not a value that “{target}” can have."),
        gettext_noop("Write it in the form that “{target}” takes."),
    ),
    "values_blank": (
        gettext_noop("A blank cell cannot stand for a value."),
        gettext_noop("Leave it blank, or choose that blank cells clear the field."),
    ),
    "values_twice": (
        gettext_noop("{name} is translated more than once."),
        gettext_noop("Translate it once; letter case makes no difference."),
    ),
    "lists_unfit": (
        gettext_noop("Lists must be chosen by their IDs, 1 to 100 of them."),
        gettext_noop("Choose at least one list, or none at all."),
    ),
    "list_unknown": (
        gettext_noop("The account has no list with the ID {name}."),
        gettext_noop("Choose one of the account's lists."),
    ),
}


def validate(mapping: Mapping, columns: Sequence[str], catalogue: TargetCatalogue) -> list[MappingProblem]:
    """Everything that keeps `mapping` from being used on a file with these headers. Empty when it can be
    used."""
    return [
        *_match_problems(mapping, catalogue),
        *_twice_problems(mapping, catalogue),
        *_consent_problems(mapping, catalogue),
        *_lists_problems(mapping),
        *(
            _problem("column_unknown", name, name=column_label(name))
            for name in mapping.leave_out_unsubscribed
            if name not in columns
        ),
        *(
            problem
            for column in mapping.columns
            for problem in _column_problems(column, mapping, columns, catalogue)
        ),
        *(problem for constant in mapping.constants for problem in _constant_problems(constant, catalogue)),
    ]


def _problem(code: str, where: str = "", **details: object) -> MappingProblem:
    sentence, remedy = PROBLEMS[code]
    return MappingProblem(code, gettext(sentence).format(**details), gettext(remedy).format(**details), where)


def matches_by_column(mapping: Mapping) -> bool:
    """Whether a column says, row by row, what contacts are matched by."""
    return any(column.target == MATCH_IDENTIFIER for column in mapping.columns)


def _match_problems(mapping: Mapping, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    target = next((one for one in catalogue.identifiers if one.key == mapping.match_identifier), None)
    if target is None:
        yield _problem("match_identifier_unknown", name=mapping.match_identifier)
    elif not any(catalogue.find(column.target) == target for column in mapping.columns):
        yield _problem("match_identifier_missing", name=target.label)


def _twice_problems(mapping: Mapping, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    targets: set[str] = set()
    for where, name in [
        *((column.column, column.target) for column in mapping.columns),
        *((constant.target, constant.target) for constant in mapping.constants),
    ]:
        target = catalogue.find(name)
        known = target.name if target else name
        if known in targets and not (target and target.is_multi_valued):
            yield _problem("target_twice", where, name=target.label if target else name)
        targets.add(known)


def _consent_problems(mapping: Mapping, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    """The parts that a consent record has no source for."""
    given: dict[int, set[str]] = defaultdict(set)
    first: dict[int, str] = {}
    for where, name in [
        *((column.column, column.target) for column in mapping.columns),
        *((constant.target, constant.target) for constant in mapping.constants),
    ]:
        target = catalogue.find(name)
        if target and target.consent_record:
            given[target.consent_record].add(target.consent_part)
            first.setdefault(target.consent_record, where)
    for record, parts in given.items():
        for part in CONSENT_PARTS:
            if part not in parts:
                label = consent_target(part, record).label
                yield _problem("consent_part_missing", first[record], name=f"“{label}”")


def _target_problem(name: str, where: str) -> MappingProblem:
    part, _, key = name.partition(".")
    code = "preference_unknown" if part == PREFERENCES else "target_unknown"
    return _problem(code, where, name=key or name)


def _column_problems(
    column: ColumnMapping, mapping: Mapping, columns: Sequence[str], catalogue: TargetCatalogue
) -> Iterator[MappingProblem]:
    where = column.column
    if column.column not in columns:
        yield _problem("column_unknown", where, name=column_label(column.column))
    target = catalogue.find(column.target)
    if target is None:
        yield _target_problem(column.target, where)
        return
    if target == CONTACT_ID and mapping.match_identifier != CONTACT_ID.key and not matches_by_column(mapping):
        yield _problem("contact_id_match_only", where)
    if column.blank_cells and BLANK_CELLS.of(column.blank_cells).clears and target.part != DATA_FIELDS:
        yield _problem("clear_identifier", where)
    yield from _setting_problems(column, target, columns)
    if (column.join or column.part or column.case) and not target.type.is_text:
        yield _problem("text_only", where, name=target.label)
    for name in column.join.columns if column.join else ():
        if name not in columns:
            yield _problem("join_column_unknown", where, name=column_label(name))
    yield from _value_problems(column, target, catalogue)


def _setting_problems(
    column: ColumnMapping, target: Target, columns: Sequence[str]
) -> Iterator[MappingProblem]:
    """What is wrong with how the column is read. Each setting has the words for what cannot be one, under the codes
    `…_missing` and `…_unknown` behind its key."""
    where = column.column
    for setting in target.type.own_settings:
        if setting.required and setting.key not in column.settings:
            yield MappingProblem(
                f"{setting.key}_missing", gettext(setting.required), gettext(setting.missing), where
            )
    for key, given in column.settings.items():
        setting = SETTINGS[key]
        label = gettext(setting.label)
        if isinstance(given, FromColumn):
            if given.column not in columns:
                named = column_label(given.column)
                yield _problem("setting_column_unknown", where, name=named, setting=label)
            continue
        try:
            setting.of(given)
        except ValueError as error:
            details = {"name": given, "setting": label, "reason": error}
            yield MappingProblem(
                f"{key}_unknown",
                gettext(setting.unfit.sentence).format(**details),
                gettext(setting.unfit.remedy).format(**details),
                where,
            )


def _value_problems(
    column: ColumnMapping, target: Target, catalogue: TargetCatalogue
) -> Iterator[MappingProblem]:
    seen: set[str] = set()
    for word, value in (column.values or {}).items():
        spelling = folded_word(word)
        if not spelling:
            yield _problem("values_blank", column.column)
        if spelling in seen:
            yield _problem("values_twice", column.column, name=word)
        seen.add(spelling)
        if value is not None and target.type.sent(value, catalogue) is None:
            yield _problem("value_unfit", column.column, name=value, target=target.label)


def _constant_problems(constant: Constant, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    where = constant.target
    target = catalogue.find(constant.target)
    if target is None:
        yield _target_problem(constant.target, where)
    elif target.part == LISTS:
        yield from _list_problems(constant.value, catalogue)
    elif target.part == IDENTIFIERS:
        yield _problem("identifier_constant", where, name=target.label)
    elif target.part == MATCH_IDENTIFIER:
        yield _problem("match_identifier_constant", where)
    elif target.type.sent(constant.value, catalogue) is None:
        yield _problem("value_unfit", where, name=constant.value, target=target.label)


def _lists_problems(mapping: Mapping) -> Iterator[MappingProblem]:
    """Lists of several constants that are too many together."""
    chosen = [one.value for one in mapping.constants if one.target == LISTS and isinstance(one.value, list)]
    if len(chosen) > 1 and sum(map(len, chosen)) > MAX_LISTS:
        yield _problem("lists_unfit", LISTS)


def _list_problems(value: Any, catalogue: TargetCatalogue) -> Iterator[MappingProblem]:
    if (
        not isinstance(value, list)
        or not 1 <= len(value) <= MAX_LISTS
        or any(type(one) is not int for one in value)
    ):
        yield _problem("lists_unfit", LISTS)
        return
    for list_id in value:
        if not catalogue.has_list(list_id):
            yield _problem("list_unknown", LISTS, name=list_id)
