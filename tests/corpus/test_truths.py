import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.file_problems import PROBLEMS
from imports.files.file_refusals import REFUSALS
from imports.files.reading import Reading, ReadingProblem
from tests.corpus.__main__ import OWN_SETS, RIGHT, TESTS, judge, main
from tests.corpus.truths import (
    EXPECTATIONS,
    REMARKS,
    Result,
    differs_from_expectation,
    differs_from_json,
    digest,
    json_truth,
    load_expectations,
)

ROWS = (("Ana", "ana@example.com"), ("Ben", "ben@example.com"))
FACTS = {"format": "csv", "header_row": 1, "columns": ["Name", "Email"], "rows": 2, "problems": []}


def result(*, header_row=1, problems=(), rows=ROWS) -> Result:
    columns = ("Name", "Email") if header_row else ("Column 1", "Column 2")
    reading = Reading(
        format="csv",
        header_row=header_row,
        header_rows=min(1, header_row),
        first_data_row=header_row + 1,
        columns=columns,
        records=len(rows) + min(1, header_row),
        rows=len(rows),
        blank=0,
        non_data=0,
        staged_rows=len(rows),
        problems=problems,
    )
    return Result(reading, rows)


def test_a_reading_is_held_against_objects_by_the_names_of_the_columns():
    truth = [dict(zip(("Name", "Email"), row, strict=True)) for row in ROWS]
    assert differs_from_json(result(), truth) == ""
    assert "instead of" in differs_from_json(result(), truth[:1])


def test_a_reading_is_held_against_lists_of_cells_with_its_header():
    truth = [["Name", "Email"], *map(list, ROWS)]
    assert differs_from_json(result(), truth) == ""
    assert differs_from_json(result(header_row=0, rows=(("Name", "Email"), *ROWS)), truth) == ""
    assert differs_from_json(result(header_row=0), truth) != ""


@pytest.mark.parametrize("truth", [[], [["foo"]], [["foo"], [""]], [[""], [""]], [{"foo": ""}]])
def test_a_refusal_tells_a_truth_without_values(truth):
    assert differs_from_json(Result(refused="header_only"), truth) == ""
    assert differs_from_json(Result(refused="pdf"), truth) == "refused as pdf"


@pytest.mark.parametrize("truth", [[["foo"], ["1"]], [{"foo": "1"}]])
def test_a_refusal_tells_no_truth_with_values(truth):
    assert differs_from_json(Result(refused="header_only"), truth) == "refused as header_only"


def test_sets_without_json_have_no_json_truth(tmp_path):
    assert json_truth(tmp_path / "readxl" / "deaths.xlsx", tmp_path) is None
    assert json_truth(tmp_path / "csv-spectrum" / "csvs" / "gone.csv", tmp_path) is None


def test_the_json_beside_a_file_is_its_truth(tmp_path):
    folder = tmp_path / "csv-spectrum" / "json"
    folder.mkdir(parents=True)
    (folder / "simple.json").write_text('[{"a": "1"}]')
    assert json_truth(tmp_path / "csv-spectrum" / "csvs" / "simple.csv", tmp_path) == [{"a": "1"}]


def test_what_is_as_expected_does_not_differ():
    expected = {**FACTS, "first": list(ROWS[0]), "last": list(ROWS[1]), "digest": digest(ROWS)}
    assert differs_from_expectation(result(), expected) == ""


def test_each_fact_that_differs_is_named():
    found = result(problems=(ReadingProblem(2, "short_row", "…"), ReadingProblem(3, "short_row", "…")))
    assert differs_from_expectation(found, {**FACTS, "rows": 3}) == (
        'rows is 2 instead of 3\nproblems is ["short_row"] instead of []'
    )


def test_a_fact_that_no_reading_has_differs():
    assert differs_from_expectation(result(), {"delimitter": ","}) == 'delimitter is null instead of ","'


def test_remarks_are_no_facts():
    assert differs_from_expectation(result(), dict.fromkeys(REMARKS, "words")) == ""


def test_a_refusal_is_expected_by_its_code():
    refused = Result(refused="empty_file")
    assert differs_from_expectation(refused, {"refused": "empty_file"}) == ""
    assert differs_from_expectation(refused, {"refused": "pdf"}) == "refused as empty_file instead of as pdf"
    assert differs_from_expectation(refused, FACTS) == "refused as empty_file instead of read"
    assert differs_from_expectation(result(), {"refused": "pdf"}) == "read 2 rows instead of refused as pdf"


CELLS = st.lists(st.lists(st.text()))


@settings(deadline=None)
@given(CELLS, CELLS)
def test_a_digest_is_of_the_cells_and_where_they_stand(rows, others):
    assert (digest(rows) == digest(others)) == (rows == others)
    assert digest(rows) == digest(tuple(map(tuple, rows)))


def test_expectations_are_kept_a_line_for_each_file_by_path():
    expectations = load_expectations()
    lines = [
        f"{json.dumps(path, ensure_ascii=False)}: {json.dumps(expectations[path], ensure_ascii=False)}"
        for path in sorted(expectations)
    ]
    assert EXPECTATIONS.read_text("utf-8") == "{\n" + ",\n".join(lines) + "\n}\n"


def test_expectations_speak_of_refusals_and_problems_that_exist():
    for expected in load_expectations().values():
        assert expected.get("refused", "pdf") in REFUSALS
        assert set(expected.get("problems", ())) <= PROBLEMS.keys()


def test_expectations_of_readings_say_where_the_table_is_and_what_is_in_it():
    counts = {"header_row", "header_rows", "first_data_row", "columns", "rows", "blank", "non_data"}
    for expected in load_expectations().values():
        assert "refused" in expected or (
            counts <= expected.keys() and ("digest" in expected or {"first", "last"} <= expected.keys())
        )


def test_every_file_of_ours_has_a_truth_and_is_there():
    ours = {path.relative_to(TESTS).as_posix() for folder in OWN_SETS for path in folder.iterdir()}
    sets = tuple(f"{folder.name}/" for folder in OWN_SETS)
    assert ours == {name for name in load_expectations() if name.startswith(sets)}


@pytest.mark.parametrize("path", sorted(OWN_SETS[1].iterdir()), ids=lambda path: path.name)
def test_samples_are_read_right(path):
    assert judge(path, TESTS, load_expectations()) == (path.relative_to(TESTS).as_posix(), RIGHT, "")


def test_a_folder_that_is_not_there_is_said(tmp_path, capsys):
    assert main([str(tmp_path / "none")]) == 2
    assert str(tmp_path / "none") in capsys.readouterr().err
