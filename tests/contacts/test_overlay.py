"""The overlay: what repairs do to a staged table, and that the check of it is the check of the edited file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.forms import scan_lines
from imports.contacts.mapping import Mapping
from imports.contacts.repairs.carried_overlay import ROWS_SCHEMA, write_carried
from imports.contacts.repairs.overlay import NewEntry, digest, read_overlay, write_overlay, write_undone
from imports.contacts.repairs.repair_types import (
    LeaveOutRow,
    Repair,
    RepairFormatError,
    SetCell,
    code_of,
    repair_from_json,
    repairs_from_json,
)
from imports.contacts.repairs.repaired_table import Effects, Repairer, iter_changes, write_repaired
from imports.contacts.repairs.resolving import cells_of_rule, cells_of_singles
from imports.fates import Fate
from tests.contacts.conftest import CATALOGUE, Checked, staged_table
from tests.examples import examples

COLUMNS = ("Email", "Mobile", "Country", "Name")
MAPPING = Mapping.from_json(
    {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Mobile", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
            {"column": "Name", "target": "dataFields.FIRSTNAME"},
        ],
        "constants": [{"target": "lists", "value": [70001]}],
    }
)
ROWS = [
    ("ann@example.com", "07400 604986", "GB", "Ann"),
    ("bob@gamil.com", "123", "UK", " bob "),
    ("cy@example.com", "07400 604986", "GB", "CY"),
    ("bad@@x", "", "UK", "Dee"),
]
AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


class Bench:
    """A file with its check, to which repairs are made one after another."""

    def __init__(self, folder: Path, rows: Sequence[Sequence[str]] = ROWS) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.staged = staged_table(folder / "staged", rows, len(COLUMNS))
        self.checked = self.staged
        self.overlay: Path | None = None

    def check(self) -> Checked:
        """The check of the file with its overlay."""
        prepared, issues, repaired = (self.folder / name for name in ("prepared", "issues", "repaired"))
        request = CheckRequest(
            self.staged,
            COLUMNS,
            MAPPING,
            CATALOGUE,
            prepared,
            issues,
            default_region="GB",
            overlay=self.overlay,
            repaired=repaired,
        )
        summary = check(request)
        self.checked = request.checked
        lines = scan_lines(self.checked, prepared, issues, COLUMNS).collect().sort("row", maintain_order=True)
        return Checked(summary, pl.read_parquet(prepared), lines)

    def add(self, *documents: Any) -> None:
        """Add repairs as a list of them is applied: a rule for a problem after a check."""
        for repair in repairs_from_json(list(documents)):
            if code_of(repair) is not None:
                self.check()
            self._put(
                lambda target, repair=repair: write_overlay(self.overlay, [self._entry(repair)], target)
            )

    def undo(self, *numbers: int, again: bool = False) -> None:
        chosen = numbers or None
        self._put(lambda target: write_undone(self.overlay, target, is_undone=not again, numbers=chosen))

    def _entry(self, repair: Repair) -> NewEntry:
        if isinstance(repair, SetCell | LeaveOutRow):
            return NewEntry(repair, 1, AT, cells_of_singles(self.staged, COLUMNS, [repair]))
        return NewEntry(
            repair, 1, AT, cells_of_rule(repair, self.checked, self.folder / "issues", COLUMNS, MAPPING)
        )

    def _put(self, write: Any) -> None:
        target = self.folder / f"overlay-{len(list(self.folder.glob('overlay-*')))}"
        write(target)
        self.overlay = target

    def repaired(self, *documents: Any) -> tuple[list[tuple[str, ...]], Effects]:
        self.add(*documents)
        assert self.overlay
        effects = write_repaired(self.staged, self.overlay, COLUMNS, self.folder / "repaired")
        return [row[1:] for row in pl.read_parquet(self.folder / "repaired").iter_rows()], effects


@pytest.fixture
def bench(tmp_path) -> Bench:
    return Bench(tmp_path)


def test_a_cell_becomes_what_it_is_set_to(bench):
    rows, effects = bench.repaired({"column": "Mobile", "row": 3, "value": "07400 604987"})
    assert rows == [ROWS[0], ("bob@gamil.com", "07400 604987", "UK", " bob "), *ROWS[2:]]
    assert effects.changed == (1,)
    assert pl.read_parquet(bench.staged).drop("row").rows() == ROWS


def test_of_several_values_for_a_cell_the_last_has_its_way_and_each_counts(bench):
    rows, effects = bench.repaired(
        {"column": "Name", "row": 2, "value": "Anna"},
        {"column": "Name", "row": 2, "value": "Anne"},
        {"column": "Name", "row": 2, "value": "Anne"},
    )
    assert rows[0][3] == "Anne"
    assert effects.changed == (1, 1, 0)


def test_a_row_a_column_and_a_value_that_are_not_there_are_without_effect(bench):
    rows, effects = bench.repaired(
        {"column": "Name", "row": 99, "value": "x"},
        {"column": "Nickname", "row": 2, "value": "x"},
        {"column": "Country", "replace": "Atlantis", "by": "GB"},
        {"row": 99, "leaveOut": True},
        {"row": 2, "leaveOut": False},
        {"column": "Nickname", "change": "trim"},
        {"column": "Nickname", "code": "email_role", "use": "blank"},
        {"column": "Name", "row": 2, "value": "Ann"},
    )
    assert rows == ROWS
    assert effects.changed == (0,) * 8
    assert effects.left_out.is_empty()


def test_all_cells_that_are_a_value_become_another_whatever_stands_around_them(tmp_path):
    bench = Bench(tmp_path, [("a@example.com", "", " UK ", ""), ("b@example.com", "", "UKR", ""), *ROWS])
    rows, effects = bench.repaired({"column": "Country", "replace": "UK", "by": "GB"})
    assert [row[2] for row in rows] == ["GB", "UKR", "GB", "GB", "GB", "GB"]
    assert effects.changed == (3,)


@pytest.mark.parametrize(
    ("find", "by", "becomes"),
    [("b", "$1", " $1o$1 "), (".", "!", " bob "), ("o", "", " bb "), (" ", "_", "_bob_")],
)
def test_a_part_of_cells_is_replaced_letter_for_letter(bench, find, by, becomes):
    rows, _ = bench.repaired({"column": "Name", "find": find, "by": by})
    assert rows[1][3] == becomes


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("trim", ["Ann", "bob", "CY", "Dee"]),
        ("upper", ["ANN", " BOB ", "CY", "DEE"]),
        ("lower", ["ann", " bob ", "cy", "dee"]),
        ("title", ["Ann", "Bob", "Cy", "Dee"]),
    ],
)
def test_cells_are_trimmed_or_put_in_another_case(bench, change, names):
    rows, effects = bench.repaired({"column": "Name", "change": change})
    assert [row[3].strip() if change == "title" else row[3] for row in rows] == names
    assert effects.changed[0] == sum(before[3] != after[3] for before, after in zip(ROWS, rows, strict=True))


def test_what_is_suggested_is_used(bench):
    rows, effects = bench.repaired({"column": "Email", "code": "email_domain_typo", "use": "suggested"})
    assert rows[1][0] == "bob@gmail.com"
    assert effects.changed == (1,)
    assert "email_domain_typo" not in bench.check().issues["code"].to_list()


def test_a_list_may_call_a_slip_of_a_domain_a_slip(bench):
    rows, _ = bench.repaired({"column": "Email", "code": "email_domain_slip", "use": "suggested"})
    assert rows[1][0] == "bob@gmail.com"


def test_cells_with_a_problem_become_blank(bench):
    rows, effects = bench.repaired({"column": "Mobile", "code": "phone_too_short", "use": "blank"})
    assert [row[1] for row in rows] == ["07400 604986", "", "07400 604986", ""]
    assert effects.changed == (1,)


def test_rows_with_a_problem_are_left_out_and_one_is_taken_back(bench):
    _, effects = bench.repaired(
        {"column": "Email", "code": "email_two_ats", "leaveOut": True},
        {"row": 3, "leaveOut": True},
        {"row": 5, "leaveOut": False},
    )
    assert effects.changed == (1, 1, 1)
    assert effects.left_out.to_list() == [3]
    fates = dict(bench.check().prepared.select("row", "fate").iter_rows())
    assert fates[3] == Fate.EXCLUDED
    assert fates[5] == Fate.REJECTED


def test_rows_of_which_something_is_said_as_a_whole_are_left_out_without_a_column(tmp_path):
    bench = Bench(tmp_path, [("", "07400 604986", "GB", "Ann"), *ROWS])
    lines = bench.check().issues.filter(pl.col("code") == "match_identifier_missing")
    column = lines["column"].item(0)
    _, effects = bench.repaired({"column": column, "code": "match_identifier_missing", "leaveOut": True})
    assert effects.left_out.to_list() == [2]


def test_a_rule_does_nothing_to_a_cell_that_is_another_by_now(bench):
    bench.add(
        {"column": "Email", "row": 3, "value": "bo@gamil.com"},
        {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
    )
    bench.undo(1)
    rows, effects = bench.repaired()
    assert rows == ROWS
    assert effects.changed == (None, 0)


def test_a_value_for_a_cell_does_nothing_to_another_file_s_value(tmp_path):
    bench, other = Bench(tmp_path / "one"), Bench(tmp_path / "two", [ROWS[1], *ROWS[1:]])
    bench.add({"column": "Name", "row": 2, "value": "Anna"}, {"column": "Name", "row": 4, "value": "Cyd"})
    other.overlay = bench.overlay
    rows, effects = other.repaired()
    assert [row[3] for row in rows] == [" bob ", " bob ", "Cyd", "Dee"]
    assert effects.changed == (0, 1)


def test_a_repair_is_undone_and_done_again(bench):
    bench.add({"column": "Country", "replace": "UK", "by": "GB"}, {"column": "Name", "change": "trim"})
    done = bench.check().prepared
    bench.undo(1)
    assert bench.check().summary.repairs == (None, 1)
    bench.undo(1, again=True)
    assert bench.check().prepared.equals(done)


def test_entries_are_read_back_as_they_were_made(bench):
    bench.add(
        {"column": "Country", "replace": "UK", "by": "GB"},
        {"column": "Mobile", "code": "phone_too_short", "use": "blank"},
        {"row": 2, "leaveOut": True},
    )
    bench.undo(3)
    entries = read_overlay(bench.overlay)
    assert [(one.number, one.by, one.at, one.is_undone, one.cells) for one in entries] == [
        (1, 1, AT, False, 0),
        (2, 1, AT, False, 1),
        (3, 1, AT, True, 1),
    ]


def test_the_digest_is_of_what_is_in_force_and_of_nothing_else(bench):
    bench.add({"column": "Name", "row": 2, "value": "Anna"})
    first = digest(bench.overlay)
    bench.add({"column": "Name", "row": 2, "value": "Anne"})
    assert first
    assert digest(bench.overlay) != first
    bench.undo(2)
    assert digest(bench.overlay) == first
    bench.undo()
    assert digest(bench.overlay) == ""


def test_a_mark_of_a_column_stays_its_mark_when_one_cell_is_repaired(tmp_path):
    rows = [(f"p{place}@example.com", "", "GB", f"'Name{place}") for place in range(4)]
    bench = Bench(tmp_path, rows)
    before = bench.check()
    bench.add({"column": "Name", "row": 2, "value": "Nora"})
    after = bench.check()
    assert after.prepared["contact"][1:].equals(before.prepared["contact"][1:])
    assert '"Nora"' in after.prepared["contact"].item(0)


FORMS = [
    {"column": "Mobile", "row": 61, "value": "+447400123456"},
    {"column": "Country", "replace": "UK", "by": "GB"},
    {"column": "City", "find": "St.", "by": "Saint"},
    {"column": "Name", "change": "title"},
    {"column": "Name", "code": "spaces_trimmed", "change": "trim"},
    {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
    {"column": "Birthday", "code": "date_invalid", "use": "blank"},
    {"column": "Email", "code": "email_role", "leaveOut": True},
    {"column": "", "code": "match_identifier_missing", "leaveOut": True},
    {"row": 12, "leaveOut": True},
    {"row": 12, "leaveOut": False},
]


@pytest.mark.parametrize("document", FORMS, ids=str)
def test_a_repair_is_written_as_it_is_read(document):
    assert repair_from_json(document).to_json() == document


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([{"row": 1, "leaveOut": True}, "x"], "Repair 2: it must be an object."),
        ([{"column": "A", "rows": 2, "value": ""}], "Repair 1: the key “rows” is not known."),
        ([{}], "Repair 1: these keys together make no repair: -."),
        (
            [{"column": "A", "value": ""}],
            "Repair 1: these keys together make no repair: column, value.",
        ),
        ([{"column": 3, "row": 2, "value": ""}], "Repair 1: “column” must be text."),
        ([{"column": "", "row": 2, "value": ""}], "Repair 1: “column” must not be empty."),
        ([{"column": "A", "row": True, "value": ""}], "Repair 1: “row” must be the number of a row."),
        ([{"column": "A", "row": 0, "value": ""}], "Repair 1: “row” must be the number of a row."),
        ([{"column": "A", "row": 2, "value": None}], "Repair 1: “value” must be text."),
        (
            [{"column": "A", "row": 2, "value": "\ud800"}],
            "Repair 1: “value” holds half a character, which is not text.",
        ),
        ([{"column": "A", "find": "", "by": "x"}], "Repair 1: “find” must not be empty."),
        ([{"column": "A", "change": "loud"}], "Repair 1: “change” must be one of trim, lower, upper or title."),
        ([{"column": "A", "code": "nope", "use": "blank"}], "Repair 1: there is no problem with the code “nope”."),
        ([{"column": "A", "code": "email_role", "use": []}], "Repair 1: “use” must be one of suggested or blank."),
        (
            [{"column": "A", "code": "email_role", "leaveOut": False}],
            "Repair 1: “leaveOut” can be false for single rows only.",
        ),
        ([{"row": 2, "leaveOut": "yes"}], "Repair 1: “leaveOut” must be true or false."),
        ({"row": 2}, "Repairs are a list, in the order in which they are applied."),
    ],
)  # fmt: skip
def test_what_is_no_repair_is_refused_with_its_place(document, said):
    with pytest.raises(RepairFormatError) as refused:
        repairs_from_json(document)
    assert str(refused.value) == said


CELLS = {
    "Email": ["", "ann@example.com", "ANN@example.com", "bob@gamil.com", "bad@@x", "n/a"],
    "Mobile": ["", "07400 604986", "+447400604986", "4.47512E+11", "123"],
    "Country": ["", "GB", "UK", "Atlantis"],
    "Name": ["", " ann", "ANN", "J&ouml;rg", "Ann"],
}
FILES = st.lists(st.tuples(*(st.sampled_from(CELLS[name]) for name in COLUMNS)), min_size=1, max_size=10)
SINGLE_CELLS = st.sampled_from(COLUMNS).flatmap(
    lambda name: st.fixed_dictionaries(
        {"column": st.just(name), "row": st.integers(2, 12), "value": st.sampled_from(CELLS[name])}
    )
)
RULES = st.sampled_from(
    [
        {"column": "Country", "replace": "UK", "by": "GB"},
        {"column": "Email", "replace": "", "by": "cy@example.com"},
        {"column": "Name", "find": "n", "by": "nn"},
        {"column": "Name", "change": "trim"},
        {"column": "Email", "change": "lower"},
        {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
        {"column": "Name", "code": "text_entities", "use": "suggested"},
        {"column": "Mobile", "code": "phone_too_short", "use": "blank"},
        {"column": "Name", "code": "spaces_trimmed", "change": "upper"},
    ]
)
REPAIRS = st.lists(SINGLE_CELLS | RULES, max_size=6)


FEW = settings(
    max_examples=examples(quick=8, deep=500), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def edited(rows: Sequence[Sequence[str]], effects: Path) -> list[tuple[str, ...]]:
    return [row[1:] for row in pl.read_parquet(effects).iter_rows()]


@FEW
@given(rows=FILES, repairs=REPAIRS)
def test_the_check_of_an_overlay_is_the_check_of_the_edited_file(tmp_path_factory, rows, repairs):
    bench = Bench(tmp_path_factory.mktemp("overlay"), rows)
    bench.add(*repairs)
    found = bench.check()
    again = Bench(tmp_path_factory.mktemp("edited"), edited(rows, bench.checked))
    expected = again.check()
    assert found.prepared.equals(expected.prepared)
    assert found.issues.equals(expected.issues)
    assert {**found.summary.to_dict(), "repairs": ()} == {**expected.summary.to_dict(), "repairs": ()}


@FEW
@given(rows=FILES, repairs=REPAIRS, leave_out=st.integers(2, 12))
def test_the_undoing_of_everything_is_no_overlay(tmp_path_factory, rows, repairs, leave_out):
    bench = Bench(tmp_path_factory.mktemp("overlay"), rows)
    before = bench.check()
    bench.add(*repairs, {"row": leave_out, "leaveOut": True})
    bench.undo()
    after = bench.check()
    assert edited(rows, bench.checked) == [tuple(row) for row in rows]
    assert after.prepared.equals(before.prepared)
    assert after.issues.equals(before.issues)


@FEW
@given(rows=FILES, repairs=st.lists(SINGLE_CELLS, max_size=8), order=st.randoms())
def test_repairs_of_different_cells_may_come_in_any_order(tmp_path_factory, rows, repairs, order):
    different = list({(one["column"], one["row"]): one for one in repairs}.values())
    one, other = (Bench(tmp_path_factory.mktemp("overlay"), rows) for _ in range(2))
    rule = {"column": "Country", "replace": "UK", "by": "GB"}
    in_order, _ = one.repaired(*different, rule)
    order.shuffle(different)
    assert other.repaired(*different, rule)[0] == in_order


@FEW
@given(rows=FILES, repairs=REPAIRS, height=st.integers(1, 4), leave_out=st.integers(2, 12))
def test_the_size_of_frames_makes_no_difference(tmp_path_factory, rows, repairs, height, leave_out):
    bench = Bench(tmp_path_factory.mktemp("overlay"), rows)
    bench.add(*repairs, {"row": leave_out, "leaveOut": True})
    whole = bench.folder / "whole"
    effects = write_repaired(bench.staged, bench.overlay, COLUMNS, whole)
    repairer = Repairer(bench.overlay, COLUMNS)
    frames = [repairer.repair(frame) for frame in tables.iter_frames(bench.staged, rows_per_frame=height)]
    cut = pl.concat(frames)
    assert cut.drop("left_out").equals(pl.read_parquet(whole))
    assert cut.filter("left_out")["row"].equals(effects.left_out)
    assert repairer.changed == effects.changed


def test_every_change_is_told_cell_by_cell(bench):
    bench.add(
        {"column": "Country", "replace": "UK", "by": "GB"},
        {"column": "Name", "row": 3, "value": "Bob"},
        {"column": "Name", "row": 3, "value": "Bert"},
        {"row": 4, "leaveOut": True},
        {"column": "Name", "change": "upper"},
        {"column": "Email", "code": "email_two_ats", "leaveOut": True},
    )
    bench.undo(5)
    told = pl.concat(iter_changes(bench.staged, bench.overlay, COLUMNS))
    assert told.rows() == [
        (3, 1, "Country", "UK", "GB", None),
        (3, 2, "Name", " bob ", "Bob", None),
        (3, 3, "Name", "Bob", "Bert", None),
        (4, 4, None, None, None, True),
        (5, 1, "Country", "UK", "GB", None),
        (5, 6, None, None, None, True),
    ]


def test_repairs_are_carried_to_a_file_of_some_of_the_rows(tmp_path):
    bench = Bench(tmp_path / "one")
    bench.add(
        {"column": "Country", "replace": "UK", "by": "GB"},
        {"column": "Name", "row": 2, "value": "Anna"},
        {"column": "Name", "row": 3, "value": "Bert"},
        {"column": "Name", "row": 4, "value": "Cyd"},
        {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
        {"row": 2, "leaveOut": True},
    )
    bench.undo(4)
    rows = pl.DataFrame([(3, 2), (4, 3)], schema=ROWS_SCHEMA, orient="row")
    other = Bench(tmp_path / "two", [ROWS[1], ROWS[2]])
    other.overlay = tmp_path / "carried"

    assert write_carried(bench.overlay, rows, other.overlay) == 3

    assert [one.repair.to_json() for one in read_overlay(other.overlay)] == [
        {"column": "Country", "replace": "UK", "by": "GB"},
        {"column": "Name", "row": 2, "value": "Bert"},
        {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
    ]
    found, effects = other.repaired()
    assert found == [("bob@gmail.com", "123", "GB", "Bert"), ROWS[2]]
    assert effects.changed == (1, 1, 1)


def test_nothing_is_carried_where_no_repair_is_for_the_rows(bench, tmp_path):
    bench.add({"column": "Name", "row": 2, "value": "Anna"})
    rows = pl.DataFrame([(3, 2)], schema=ROWS_SCHEMA, orient="row")
    assert write_carried(bench.overlay, rows, tmp_path / "carried") == 0
    assert not (tmp_path / "carried").exists()


def test_the_digest_tells_a_blank_from_nothing_and_entries_apart(tmp_path):
    bench = Bench(tmp_path)
    digests = set()
    for documents in (
        [{"column": "Name", "row": 2, "value": ""}],
        [{"column": "Name", "row": 99, "value": ""}],
        [{"row": 2, "leaveOut": True}],
        [{"row": 2, "leaveOut": True}, {"row": 2, "leaveOut": True}],
        [{"row": 2, "leaveOut": True}, {"row": 3, "leaveOut": True}],
        [{"row": 3, "leaveOut": True}, {"row": 2, "leaveOut": True}],
    ):
        bench.overlay = None
        bench.add(*documents)
        digests.add(digest(bench.overlay))
    assert len(digests) == 6


def test_a_digest_does_not_depend_on_what_is_undone_before(tmp_path):
    one, other = Bench(tmp_path / "one"), Bench(tmp_path / "two")
    one.add({"row": 2, "leaveOut": True}, {"row": 3, "leaveOut": True})
    one.undo(1)
    other.add({"row": 3, "leaveOut": True})
    assert digest(one.overlay) == digest(other.overlay)


def test_the_cells_of_a_rule_are_told_a_few_thousand_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS_PER_GROUP", 2)
    rows = [(f"p{place}@{'gamil' if place % 3 else 'example'}.com", "", "GB", "N") for place in range(9)]
    bench = Bench(tmp_path, rows)
    bench.check()
    (rule,) = repairs_from_json([{"column": "Email", "code": "email_domain_typo", "use": "suggested"}])
    parts = list(cells_of_rule(rule, bench.checked, bench.folder / "issues", COLUMNS, MAPPING))
    assert [part.height for part in parts] == [2, 2, 2]
    assert pl.concat(parts)["row"].to_list() == [3, 4, 6, 7, 9, 10]
