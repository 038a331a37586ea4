"""Laws of files that come back: whatever is done to one, its rows have the numbers of the first file, and none that
has arrived is sent; but for one that arrived without values, when something else stands where one of these was."""

import csv
import io
import tempfile
from pathlib import Path

import openpyxl
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.files.reading import NO_OPTIONS
from imports.files.staging import stage
from imports.reports.export import export_csv, export_xlsx, report_headers
from imports.reports.ledger import Outcome
from imports.reports.lineage import (
    ARRIVED_SCHEMA,
    LACKING_SCHEMA,
    arrived_between,
    arrived_table,
    arrived_without_values,
    brought_by_others,
    cells_then,
    find_duplicates,
    last_row,
    matched_by,
    with_consents,
)
from imports.reports.returned_rows import number_rows, told_apart, write_returned
from imports.tables import write_table
from tests.contacts.conftest import CATALOGUE
from tests.examples import examples
from tests.reports.artefacts import WORDS, write_settled, write_staged

COLUMNS = ["Email", "First name", "row"]
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "First name", "target": "dataFields.FIRSTNAME"},
    ],
}
NOTES = st.sampled_from(["plain", "=1+1", "'quoted", "@x", "+44 7700 900123", "two\nlines", "a;b,c"])
ENDS = st.sampled_from(
    [Outcome.CREATED, Outcome.UPDATED, Outcome.REFUSED, Outcome.REJECTED, Outcome.NOT_SENT]
)


def address(row: int) -> str:
    return f"person{row}@example.com"


def edited(records: list[dict[str, str]], data: st.DataObject) -> list[dict[str, str]]:
    """Rows shuffled, removed, copied and added, and columns moved."""
    copies = data.draw(st.lists(st.sampled_from(records), max_size=3))
    kept = data.draw(st.lists(st.sampled_from(records), unique_by=lambda one: one["Email"]))
    added = [{**dict.fromkeys(records[0], ""), "Email": address(1_000 + n)} for n in range(len(copies))]
    rows = data.draw(st.permutations([*kept, *copies, *added]))
    columns = data.draw(st.permutations(list(records[0])))
    return [{column: row[column] for column in columns} for row in rows]


def as_csv(rows: list[dict[str, str]], data: st.DataObject) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=data.draw(st.sampled_from(",;\t")))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


def as_workbook(rows: list[dict[str, str]], data: st.DataObject) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in row.values()])
    for line in book.active.iter_rows(min_row=2):
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # as text, whatever it looks like
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@settings(max_examples=examples(quick=12, deep=400), deadline=None)
@given(st.lists(st.tuples(NOTES, ENDS), min_size=2, max_size=12), st.sampled_from(["csv", "xlsx"]), st.data())
def test_no_row_that_has_arrived_is_sent_and_each_has_its_number(people, saved_as, data):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = range(5, 5 + len(people))
        cells = [(address(row), note, str(row * 7)) for row, (note, _) in zip(first, people, strict=True)]
        staged = write_staged(folder / "staged", 5, cells)
        ends = [{"row": row, "outcome": str(end)} for row, (_, end) in zip(first, people, strict=True)]
        outcomes = write_settled(folder / "outcomes", *ends)
        target = io.BytesIO()
        export_csv(staged, outcomes, COLUMNS, target, words=WORDS, mark="m" * 40)
        records = list(csv.DictReader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))
        assert [record["row (import)"] for record in records] == [str(row) for row in first]
        rows = edited(records, data)
        if not rows:
            return
        source = folder / "source"
        source.write_bytes((as_csv if saved_as == "csv" else as_workbook)(rows, data))

        reading = stage(source, folder / "read", NO_OPTIONS)
        columns = told_apart(reading.columns, COLUMNS, [report_headers(COLUMNS)])
        known = pl.read_parquet(outcomes)["row"]
        numbered = number_rows(folder / "read", columns, known, last_row(outcomes))
        write_returned(folder / "read", numbered, columns, staged, COLUMNS, folder / "returned")
        names = list(columns.own.values())
        came = pl.read_parquet(folder / "returned")
        cell = {column: f"c{place}" for place, column in enumerate(names)}

        # The numbers are those of the first file.
        assert sorted(names) == sorted(COLUMNS)
        assert came["row"].is_sorted()
        assert came["row"].n_unique() == came.height == len(rows)
        for row in came.filter(pl.col("row").is_in(known.implode())).iter_rows(named=True):
            assert tuple(row[cell[column]] for column in COLUMNS) == cells[row["row"] - 5]

        arrived = arrived_between(outcomes, 0, last_row(outcomes))
        copies = numbered.filter(pl.col("origin").is_in(arrived.implode()))["row"]
        arrived_table([arrived, copies], pl.DataFrame(schema=ARRIVED_SCHEMA)).write_parquet(
            folder / "arrived"
        )
        request = CheckRequest(
            folder / "returned", tuple(names), Mapping.from_json(MAPPING), CATALOGUE,
            folder / "prepared", folder / "issues", arrived=folder / "arrived",
        )  # fmt: skip
        summary = check(request)

        # None that has arrived is sent, and every row is accounted for.
        prepared = pl.read_parquet(folder / "prepared")
        ready = set(prepared.filter(pl.col("fate") == "ready")["email"])
        assert not ready & {address(row) for row in arrived}
        assert sum(summary.fates.values()) == len(rows)
        left_out = set(prepared.filter(pl.col("fate") == "excluded")["row"])
        assert left_out == {*arrived, *copies} & set(came["row"])


def test_what_a_workbook_holds_comes_back_as_it_was(tmp_path):
    cells = [(address(2), "=1+1", "007"), (address(3), "'quoted", " x "), (address(4), "1E5", "_x0041_")]
    staged = write_staged(tmp_path / "staged", 2, cells)
    outcomes = write_settled(
        tmp_path / "outcomes", *({"row": row, "outcome": "refused"} for row in (2, 3, 4))
    )
    with (tmp_path / "report.xlsx").open("w+b") as target:
        export_xlsx(staged, outcomes, COLUMNS, target, words=WORDS, mark="m" * 40)

    reading = stage(tmp_path / "report.xlsx", tmp_path / "read", NO_OPTIONS)
    columns = told_apart(reading.columns, COLUMNS, [report_headers(COLUMNS)])
    numbered = number_rows(tmp_path / "read", columns, pl.read_parquet(outcomes)["row"], 4)
    write_returned(tmp_path / "read", numbered, columns, staged, COLUMNS, tmp_path / "returned")

    assert pl.read_parquet(tmp_path / "returned").equals(pl.read_parquet(staged))


def test_a_duplicate_goes_with_the_row_that_stands_for_it_as_long_as_it_is_of_the_same_contact(tmp_path):
    outcomes = write_settled(
        tmp_path / "outcomes",
        {"row": 2, "outcome": "duplicate", "stands_for_it": 4},
        {"row": 3, "outcome": "duplicate", "stands_for_it": 5},
        {"row": 4, "outcome": "updated"},
        {"row": 5, "outcome": "refused"},
    )
    people = ["Ada@example.com", "old@example.com", "ada@example.com", "old@example.com"]
    write_prepared(tmp_path / "prepared", range(2, 6), people)
    # Row 5 has arrived with a later import, with another address.
    write_prepared(tmp_path / "later", [5], ["new@example.com"])
    arrived = pl.Series("row", [4, 5], pl.UInt32)

    duplicates = find_duplicates(outcomes, tmp_path / "prepared", arrived)
    arrivals = [matched_by(tmp_path / "prepared", arrived[:1]), matched_by(tmp_path / "later", arrived[1:])]
    table = arrived_table([arrived], brought_by_others(duplicates, pl.concat(arrivals)))

    assert duplicates["row"].to_list() == [2, 3]
    assert list(table.iter_rows()) == [(2, "ada@example.com"), (4, None), (5, None)]


BORN_COLUMNS = ["Email", "First name", "Born"]
BORN_MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        *MAPPING["columns"],
        {"column": "Born", "target": "dataFields.BIRTHDAY", "format": "%Y-%m-%d"},
    ],
}
BORN = st.sampled_from(["1985-13-01", "1985-12-01", "2001-02-30", "", " 1985-13-01"])
NAMES = st.sampled_from(["Ada", "Grace"])
BEFORE_AND_AFTER = st.lists(st.tuples(NAMES, BORN, NAMES, BORN), min_size=1, max_size=12)


@settings(max_examples=examples(quick=12, deep=400), deadline=None)
@given(BEFORE_AND_AFTER, st.booleans())
def test_what_arrived_whole_is_never_sent_and_what_lacked_a_value_only_where_that_changed(people, is_moved):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = range(5, 5 + len(people))
        before = [(address(row), one[0], one[1]) for row, one in zip(rows, people, strict=True)]
        after = [(address(row), one[2], one[3]) for row, one in zip(rows, people, strict=True)]

        # What the first import arrived without is what its check says.
        first = write_staged(folder / "first", 5, before)
        checked(folder, first, BORN_COLUMNS, "first")
        issues = pl.read_parquet(folder / "first-issues").filter(pl.col("severity") == "warning")
        lost = {row: lines.to_dicts() for (row,), lines in issues.group_by("row")}
        outcomes = write_settled(
            folder / "outcomes",
            *(
                {
                    "row": row,
                    "outcome": "created",
                    "values_left_out": row in lost,
                    "issues": [
                        {part: line[part] or "" for part in ("code", "column", "original", "result")}
                        for line in lost.get(row, [])
                    ],
                }
                for row in rows
            ),
        )
        arrived = arrived_between(outcomes, 0, last_row(outcomes))
        arrived_table([arrived], pl.DataFrame(schema=ARRIVED_SCHEMA)).write_parquet(folder / "arrived")
        columns = BORN_COLUMNS[::-1] if is_moved else BORN_COLUMNS
        places = [BORN_COLUMNS.index(name) for name in columns]
        lacking = cells_then(arrived_without_values(outcomes), first, folder / "first-prepared", places)
        write_table(with_consents(lacking, []), LACKING_SCHEMA, folder / "lacking")

        moved = [tuple(cells[place] for place in places) for cells in after]
        summary = checked(
            folder,
            write_staged(folder / "second", 5, moved),
            columns,
            "second",
            arrived=folder / "arrived",
            lacking=folder / "lacking",
        )

        prepared = pl.read_parquet(folder / "second-prepared")
        sent = set(prepared.filter(pl.col("fate") == "ready")["row"])
        meant = {
            row
            for row, (_, _, was), (_, _, now) in zip(rows, before, after, strict=True)
            if was.strip() in ("1985-13-01", "2001-02-30") and now.strip() not in ("", was.strip())
        }
        assert sent == meant
        assert set(lost) >= sent
        assert summary.corrected == len(sent)
        assert summary.fates["ready"] + summary.fates["excluded"] == len(people)


def checked(folder, staged, columns, name, **line):
    prepared, issues = folder / f"{name}-prepared", folder / f"{name}-issues"
    mapping = Mapping.from_json(BORN_MAPPING)
    return check(CheckRequest(staged, tuple(columns), mapping, CATALOGUE, prepared, issues, **line))


def write_prepared(path, rows, identifiers):
    schema = {"row": pl.UInt32, "match_identifier": pl.String}
    pl.DataFrame({"row": list(rows), "match_identifier": identifiers}, schema=schema).write_parquet(path)
