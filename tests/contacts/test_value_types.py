"""What holds for every type of values."""

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from imports.contacts.mapping import ColumnMapping, Mapping
from imports.contacts.mapping_problems import validate
from imports.contacts.problems import PROBLEM_TYPES
from imports.contacts.suggestions.profiles import KINDS, ColumnProfile, KindTally
from imports.contacts.value_types.number_type import DIFFERING
from imports.contacts.value_types.registry import DATA_FIELD_TYPES, SETTINGS, VALUE_TYPES
from imports.contacts.value_types.type_settings import COLUMN_RULES, FromColumn, Setting, V
from imports.contacts.value_types.value_type import CellRules, ValueType
from imports.dotdigital.types import DATA_FIELD_TYPES as DOTDIGITALS_TYPES
from tests.contacts.conftest import CATALOGUE

every_type = pytest.mark.parametrize("value_type", VALUE_TYPES, ids=str)


def test_no_two_types_have_the_same_name() -> None:
    assert len({one.name for one in VALUE_TYPES}) == len(VALUE_TYPES)


def test_data_fields_have_the_types_that_dotdigital_has() -> None:
    assert tuple(DATA_FIELD_TYPES) == DOTDIGITALS_TYPES
    assert all(one.words and one.default_problem for one in DATA_FIELD_TYPES.values())


def test_types_of_few_values_let_people_choose() -> None:
    with_choices = {one.name for one in VALUE_TYPES if one.choices(CATALOGUE, "en-gb")}
    assert with_choices == {
        "Boolean",
        "emailStatus",
        "emailType",
        "lists",
        "locale",
        "matchIdentifier",
        "mobileStatus",
        "optInType",
    }


@every_type
def test_what_can_be_chosen_is_sent_as_it_is_chosen(value_type: ValueType) -> None:
    for value, label in value_type.choices(CATALOGUE, "en-gb"):
        assert label
        sent = value_type.sent(value, CATALOGUE)
        assert sent is not None
        if isinstance(value, str):
            assert sent == value


@every_type
def test_what_is_said_of_its_cells_is_in_the_table(value_type: ValueType) -> None:
    assert value_type.all_problems.items() <= PROBLEM_TYPES.items()


@every_type
def test_what_speaks_against_it_can_be_told(value_type: ValueType) -> None:
    """Of a column that holds nothing of the kind, each that may be unfit says so, in words that are in its table."""
    obstacle = value_type.obstacle(ColumnProfile("x", 10, 10, "text"))
    assert obstacle == value_type.unfit
    assert obstacle is not None or not value_type.obstacles


def test_every_kind_of_value_is_counted() -> None:
    """`date` is told by the formats of dates, and `number_differs` is no kind."""
    values = pl.DataFrame({"value": ["x"], "times": [1]}, schema={"value": pl.String, "times": pl.UInt32})
    tally = KindTally(math.inf)
    tally.add(values)
    assert set(tally.counts) - {DIFFERING} == {kind.name for kind in KINDS} - {"date"}


def test_what_a_column_looks_like_has_its_words() -> None:
    assert all(kind.holds for kind in KINDS if kind.looks_like)
    holds = {(kind.looks_like, kind.holds) for kind in KINDS if kind.looks_like}
    assert len(dict(holds)) == len(holds)


class AskedRules(CellRules):
    """Rules that write down which settings they are asked for."""

    def of(self, setting: Setting[V]) -> V:
        ASKED.append(setting.key)
        return super().of(setting)


ASKED: list[str] = []


@every_type
def test_its_cleaner_asks_for_the_settings_that_it_declares_and_for_no_other(value_type: ValueType) -> None:
    ASKED.clear()
    value_type.clean(pl.col("cell"), AskedRules(CATALOGUE))
    assert set(ASKED) == {setting.key for setting in value_type.own_settings}


def test_a_setting_is_declared_once() -> None:
    every = [setting for one in VALUE_TYPES for setting in (*one.settings, *one.further_settings)]
    known = {**SETTINGS, **{rule.key: rule for rule in COLUMN_RULES}}
    assert all(known[setting.key] is setting for setting in every)
    assert len(known) == len(SETTINGS) + len(COLUMN_RULES)
    assert not {"column", "target", "values"} & known.keys()


def test_what_is_done_to_cells_of_any_type_is_a_key_of_a_column() -> None:
    """A rule that `ColumnMapping` did not know would be refused as an unknown key."""
    for rule in COLUMN_RULES:
        given: Any = next((value for value, _ in rule.choices if value), "")
        entry = {"column": "x", "target": "y", rule.key: given if rule.key != "join" else {"columns": ["z"]}}
        assert rule.key in ColumnMapping.from_json(entry, "columns[0]").to_json()


@pytest.mark.parametrize("setting", [*SETTINGS.values(), *COLUMN_RULES], ids=lambda setting: setting.key)
def test_a_setting_is_described(setting: Setting[Any]) -> None:
    assert f"| `{setting.key}` |" in (Path(__file__).parents[2] / "docs" / "mapping.md").read_text()


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda setting: setting.key)
def test_what_a_setting_cannot_be_is_a_problem_in_its_words(setting: Setting[Any]) -> None:
    target = next(target.name for target in CATALOGUE.column_targets if setting in target.type.own_settings)
    unfit = ColumnMapping("x", target, {setting.key: "\x00"})
    problems = {problem.code: problem for problem in validate(Mapping("email", (unfit,)), ["x"], CATALOGUE)}
    said = problems[f"{setting.key}_unknown"]
    assert said.where == "x"
    assert "{" not in said.sentence + said.remedy
    if setting.takes_column:
        elsewhere = ColumnMapping("x", target, {setting.key: FromColumn("gone")})
        codes = [problem.code for problem in validate(Mapping("email", (elsewhere,)), ["x"], CATALOGUE)]
        assert "setting_column_unknown" in codes


def test_the_choice_of_nothing_is_the_default_and_is_not_read() -> None:
    choices = (("", "One"), ("none", "None"))
    setting = Setting("gaps", "Gaps", default=" ", read={"none": ""}.__getitem__, choices=choices)
    assert [setting.of(given) for given in (None, "", "none")] == [" ", " ", ""]
    with pytest.raises(ValueError):  # noqa: PT011
        setting.of("two")


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda setting: setting.key)
def test_every_choice_of_a_setting_can_be_read(setting: Setting[Any]) -> None:
    for value, label in setting.choices:
        setting.of(value)
        assert label
