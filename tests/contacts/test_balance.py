"""The check stops when what it would send does not account for every cell, whatever goes wrong on the way."""

import pickle

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts import checking
from imports.contacts.balance import UnaccountedCellsError, has_ink
from imports.contacts.value_types.number_type import NUMBER
from imports.contacts.values.cells import INVISIBLE, SPACES
from tests.contacts.conftest import run_check
from tests.contacts.test_every_part_checked import HEADERS, MAPPING, WHOLE, cells

MAPPED = [(index, column["column"]) for index, column in enumerate(MAPPING["columns"])]
VALUED = [(index, header) for index, header in MAPPED if header != "ID"]
CLEARED = [
    (index, column["column"])
    for index, column in enumerate(MAPPING["columns"])
    if column["target"].startswith("dataFields.")
]
ROW = 5
ALWAYS_MAPPED = ("Match", "CRM", "Email")


def people(count=8, **changes):
    return [
        cells(**{"Email": f"p{number}@example.com", "CRM": f"C-{number}", "Mobile": "", **changes})
        for number in range(count)
    ]


def one_with_a_number(count=8):
    rows = people(count)
    rows[ROW - 2] = cells(Email="zoe@example.com", CRM="C-17")
    return rows


def faulty(monkeypatch, name, spoil):
    """Have what the check gets from `name` spoiled."""
    real = getattr(checking, name)
    monkeypatch.setattr(checking, name, lambda *args, **options: spoil(real(*args, **options)))


def losing(*columns):
    """Makes these columns null in one row."""
    kept = pl.when(pl.col("row") != ROW)
    return lambda frame: frame.with_columns(kept.then(column).alias(column) for column in columns)


def alone(index):
    """MAPPING's column `index` with what rows are matched by, and with its record of a consent, which is nothing in
    parts; and its place there. Other tests have all columns at once."""
    wanted = MAPPING["columns"][index]
    record = record_of(wanted)
    columns = [
        one
        for one in MAPPING["columns"]
        if one is wanted or one["column"] in ALWAYS_MAPPED or (record and record_of(one) == record)
    ]
    constants = [one for one in MAPPING["constants"] if record and record_of(one) == record]
    return MAPPING | {"columns": columns, "constants": constants}, columns.index(wanted)


def record_of(mapped):
    """Which record of a consent it is a part of: "2" or, for the first, "1"; "" for what is no part of any."""
    first, *rest = mapped["target"].split(".")
    return "" if first != "consentRecords" else rest[0] if len(rest) == 2 else "1"


def lost(folder, rows, mapping=MAPPING):
    with pytest.raises(UnaccountedCellsError) as caught:
        run_check(folder, HEADERS, rows, mapping)
    assert not (folder / "prepared").exists()
    return caught.value.column, caught.value.place


def place_of(header):
    return HEADERS.index(header) + 1


@pytest.mark.parametrize(("index", "header"), VALUED)
def test_a_value_lost_without_a_line_is_missed(tmp_path, monkeypatch, index, header):
    mapping, place = alone(index)
    faulty(monkeypatch, "clean_frame", losing(f"value_{place}", f"code_{place}", f"original_{place}"))
    assert lost(tmp_path, one_with_a_number(), mapping) == (header, place_of(header))


@pytest.mark.parametrize(("index", "header"), CLEARED)
def test_a_value_that_would_be_erased_instead_is_missed(tmp_path, monkeypatch, index, header):
    mapping, place = alone(index)
    faulty(monkeypatch, "clean_frame", losing(f"value_{place}", f"code_{place}", f"original_{place}"))
    assert lost(tmp_path, one_with_a_number(), mapping | {"blankCells": "clear"}) == (
        header,
        place_of(header),
    )


@pytest.mark.parametrize(("index", "header"), CLEARED)
def test_a_refused_value_whose_reason_is_lost_is_missed(tmp_path, monkeypatch, index, header):
    bad = "x" * 2_000 if header in {"Name", "Street"} else "bad"
    mapping, place = alone(index)
    faulty(monkeypatch, "clean_frame", losing(f"code_{place}", f"original_{place}"))
    for blank_cells in ("leave", "clear"):
        rows = people(**{header: bad, "Town": ""})
        assert lost(tmp_path, rows, mapping | {"blankCells": blank_cells}) == (header, place_of(header))


@pytest.mark.parametrize(("index", "header"), VALUED)
def test_a_value_from_nothing_is_noticed(tmp_path, monkeypatch, index, header):
    value = {"VIP": "true", "Offers": "true", "Events": "true", "Spend": "1", "Match": "email"}.get(
        header, "x"
    )

    mapping, place = alone(index)

    def spoil(frame):
        made = pl.when(pl.col("row") == ROW).then(pl.lit(value)).otherwise(pl.col(f"value_{place}"))
        return frame.with_columns(made.alias(f"value_{place}"))

    rows = people(**{header: ""} | ({"Town": ""} if header == "Street" else {}))
    if header == "Email":
        rows = [cells(Email="", Mobile="", Match="crm-id", CRM=f"C-{number}") for number in range(8)]
    if header == "Groups":
        value = "70001"
    faulty(monkeypatch, "clean_frame", spoil)
    assert lost(tmp_path, rows, mapping) == (header, place_of(header))


@pytest.mark.parametrize("column", ["Mobile", "Email"])
def test_a_row_that_is_wrongly_called_blank_is_missed(tmp_path, monkeypatch, column):
    target = "mobileNumber" if column == "Mobile" else "email"
    mapping = {
        "matchIdentifier": target,
        "columns": [{"column": column, "target": f"identifiers.{target}"}],
    }
    faulty(monkeypatch, "clean_frame", losing("value_0", "code_0", "original_0"))
    assert lost(tmp_path, one_with_a_number(), mapping) == (column, place_of(column))


@pytest.mark.parametrize(
    ("code", "header", "changes"),
    [
        ("date_invalid", "Birthday", {"Birthday": "soon"}),
        ("placeholder", "Spend", {"Spend": "n/a"}),
        ("consent_incomplete", "From", {"From": ""}),
        ("identifier_shared", "CRM", {"CRM": "C-1"}),
        ("contact_id_unused", "ID", {"ID": "77"}),
        ("email_without_at", "", {"Email": "bad"}),
        ("match_identifier_missing", "Email", {"Email": ""}),
    ],
)
def test_a_line_that_is_not_written_is_missed(tmp_path, monkeypatch, code, header, changes):
    rows = people(4)
    rows[2] = cells(**{"Email": "zoe@example.com", "CRM": "C-17", "Mobile": ""} | changes)
    whole = run_check(tmp_path, HEADERS, rows, MAPPING)
    assert whole.issues["code"].eq(code).any(), whole.issues["code"].unique().to_list()
    faulty(monkeypatch, "find_issues", lambda found: found.filter(pl.col("code") != code))
    for path in (tmp_path / "prepared", tmp_path / "issues"):
        path.unlink()
    assert lost(tmp_path, rows) == (header, place_of(header) if header else 0)


def test_a_joined_cell_that_no_form_tells_of_is_missed(tmp_path, monkeypatch):
    rows = people(4)
    rows[2] = cells(Email="zoe@example.com", CRM="C-17", Mobile="", Street="1 Main Street", Town="Leeds")
    whole = run_check(tmp_path, HEADERS, rows, MAPPING)
    assert "columns_joined" in whole.issues["code"]
    for path in (tmp_path / "prepared", tmp_path / "issues"):
        path.unlink()
    of_street = f"_c{HEADERS.index('Street')}"
    faulty(
        monkeypatch,
        "forms",
        lambda found: {
            name: pl.lit(None) if name.endswith(of_street) else column for name, column in found.items()
        },
    )
    assert lost(tmp_path, rows) == ("Street", place_of("Street"))


def test_what_is_lost_on_the_way_into_the_json_is_missed(tmp_path, monkeypatch):
    def spoil(rows):
        member = '"FIRSTNAME":"Zoë",'
        gone = pl.col("json dataFields", "contact").str.replace(member, "", literal=True)
        return rows.with_columns(gone)

    faulty(monkeypatch, "with_contact_text", spoil)
    assert lost(tmp_path, people()) == ("Name", place_of("Name"))


def test_a_contact_that_is_not_made_of_its_parts_is_noticed(tmp_path, monkeypatch):
    def spoil(rows):
        return rows.with_columns(pl.col("contact").str.replace('"lists":[', '"lists":[1,', literal=True))

    faulty(monkeypatch, "with_contact_text", spoil)
    assert lost(tmp_path, people()) == ("", 0)


def test_rows_that_are_lost_are_missed(tmp_path, monkeypatch):
    faulty(monkeypatch, "clean_frame", lambda frame: frame.filter(pl.col("row") != ROW))
    with pytest.raises((UnaccountedCellsError, pl.exceptions.ShapeError)):
        run_check(tmp_path, HEADERS, people(), MAPPING)


def test_nulls_that_were_not_announced_are_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(checking.PreflightTally, "cleared", {"dataFields.SPEND": 0})
    rows = people(Spend="")
    assert lost_but_written(tmp_path, rows, MAPPING | {"blankCells": "clear"})[0] in {
        header for _, header in CLEARED
    }


def lost_but_written(folder, rows, mapping):
    with pytest.raises(UnaccountedCellsError) as caught:
        run_check(folder, HEADERS, rows, mapping)
    return caught.value.column, caught.value.place


def test_one_value_in_a_thousand_is_missed(tmp_path, monkeypatch):
    def dropping(cells, rules):
        kept = pl.int_range(pl.len()) % 1_000 != 999
        return real(pl.when(kept).then(cells).otherwise(pl.lit("")), rules)

    real = NUMBER.clean
    monkeypatch.setattr(NUMBER, "clean", dropping)
    rows = [
        people(1, Email=f"p{number}@example.com", Spend=f"{number}.5", CRM="")[0] for number in range(1_000)
    ]
    assert lost(tmp_path, rows) == ("Spend", place_of("Spend"))


def test_the_error_names_the_column_to_people_and_its_number_to_logs():
    error = pickle.loads(pickle.dumps(UnaccountedCellsError("Ihre Straße", 7)))
    assert (error.column, error.place, str(error)) == ("Ihre Straße", 7, "column 7 does not add up")


def test_nothing_is_wrong_with_what_is_whole(tmp_path):
    done = run_check(tmp_path, HEADERS, [cells(**WHOLE), *people()], MAPPING | {"blankCells": "clear"})
    assert done.summary.fates["ready"] == 9


@given(
    st.lists(
        st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(SPACES + INVISIBLE)), max_size=3)
    )
)
def test_a_cell_is_filled_where_any_character_of_it_can_be_seen(texts):
    told = has_ink(pl.Series(texts, dtype=pl.String))
    assert told.to_list() == [bool(set(text) - set(SPACES + INVISIBLE)) for text in texts]
