"""The law of the plan: what it says of an import is what the account is after it."""

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imports import tables
from imports.dotdigital.contact_answers import read_contact_page
from imports.plans.planned_rows import ACCOUNT_DECIDES, Change, Kind, PlanSummary, RowConflict
from imports.plans.planning import PlanRequest, write_plan
from imports.plans.snapshot_schema import SnapshotScope, identifier_column, snapshot_schema
from imports.plans.snapshot_tables import snapshot_frame
from sandbox.contact_pages import SETS, PageQuery, contact_page
from sandbox.processing import process_call
from sandbox.shapes import ImportCall
from sandbox.store import Store
from tests.contacts.conftest import run_check
from tests.examples import examples

pytestmark = pytest.mark.once

TYPES = {"FIRSTNAME": "String", "BIRTHDAY": "Date", "SPEND": "Numeric", "VIP": "Boolean"}
SCOPE = SnapshotScope(("crm-id",), tuple(TYPES), with_lists=True, with_preferences=True)
COLUMNS = {
    "Email": "identifiers.email",
    "Mobile": "identifiers.mobileNumber",
    "CRM": "identifiers.crm-id",
    "Name": "dataFields.FIRSTNAME",
    "Born": "dataFields.BIRTHDAY",
    "Spend": "dataFields.SPEND",
    "VIP": "dataFields.VIP",
    "E-mails": "channelProperties.email.status",
    "Texts": "channelProperties.sms.status",
    "Offers": "preferences.9",
}
FORMATS = {"Born": {"format": "%Y-%m-%d"}, "Spend": {"decimal": "."}}
NOW = "2026-03-04T12:00:00Z"

emails = [f"c{number}@example.com" for number in range(5)]
mobiles = [f"+44740012345{number}" for number in range(4)]
customs = [f"C{number}" for number in range(4)]


def maybe(values):
    return st.sampled_from([None, *values])


@st.composite
def accounts(draw) -> list[dict[str, Any]]:
    """Contacts, each with an e-mail address or a number, as a call that creates them would have them."""
    contacts = []
    for _ in range(draw(st.integers(0, 6))):
        identifiers = {
            "email": draw(maybe([*emails, emails[0].upper()])),
            "mobileNumber": draw(maybe(mobiles)),
            "crm-id": draw(maybe(customs)),
        }
        known = {name: value for name, value in identifiers.items() if value}
        if not {"email", "mobileNumber"} & known.keys():
            continue
        fields = {
            "FIRSTNAME": draw(maybe(["Ann", "Bob"])),
            "BIRTHDAY": draw(maybe(["1986-12-09T00:00:00Z"])),
            "SPEND": draw(maybe([12, 12.5])),
            "VIP": draw(maybe([True, False])),
        }
        contact: dict[str, Any] = {
            "matchIdentifier": "email" if "email" in known else "mobileNumber",
            "identifiers": known,
            "dataFields": fields,
            "lists": draw(st.sampled_from([[70001], [70002], [70001, 70002]])),
            "preferences": [{"id": 9, "isOptedIn": draw(st.booleans())}],
        }
        status = draw(maybe(["subscribed", "unsubscribed", "suppressed"]))
        if status and "email" in known:
            contact["channelProperties"] = {"email": {"status": status}}
        contacts.append(contact)
    return contacts


cells = (
    st.sampled_from(["", *emails, emails[0].upper()]),
    st.sampled_from(["", *mobiles]),
    st.sampled_from(["", *customs]),
    st.sampled_from(["", "Ann", "Eve"]),
    st.sampled_from(["", "1986-12-09", "1990-01-02"]),
    st.sampled_from(["", "12", "12.50", "13", "123456789012345678.123456789"]),
    st.sampled_from(["", "yes", "no"]),
    st.sampled_from(["", "", "subscribed", "unsubscribed"]),
    st.sampled_from(["", "", "subscribed", "unsubscribed"]),
    st.sampled_from(["", "yes", "no"]),
)


def _row_of(contact: dict[str, Any]) -> tuple[str, ...]:
    """The row that says what a contact has already, and nothing of its channels."""
    known, fields = contact["identifiers"], contact["dataFields"]
    return (
        known.get("email", ""),
        known.get("mobileNumber", ""),
        known.get("crm-id", ""),
        fields["FIRSTNAME"] or "",
        (fields["BIRTHDAY"] or "")[:10],
        str(fields["SPEND"] or ""),
        {True: "yes", False: "no", None: ""}[fields["VIP"]],
        "",
        "",
        "",
    )


@st.composite
def worlds(draw) -> tuple[list[dict[str, Any]], list[tuple[str, ...]]]:
    """An account, and rows of which most are of its contacts, with a cell or two that differ."""
    account, rows = draw(accounts()), []
    for _ in range(draw(st.integers(0, 6))):
        row = list(draw(st.tuples(*cells)))
        if account and draw(st.integers(0, 3)):
            given = row
            row = list(_row_of(draw(st.sampled_from(account))))
            for place in draw(st.lists(st.integers(0, len(row) - 1), max_size=2)):
                row[place] = draw(st.sampled_from(["", given[place]]))
        rows.append(tuple(row))
    return account, rows


mappings = st.fixed_dictionaries(
    {
        "matchIdentifier": st.sampled_from(["email", "mobileNumber", "crm-id"]),
        "mergeOption": st.sampled_from(["overwrite", "overwriteIfNotEmpty", "overwriteIfEmpty"]),
        "blankCells": st.sampled_from(["leave", "clear"]),
    },
    optional={
        "constants": st.sampled_from(
            [
                [{"target": "lists", "value": [70001]}],
                [{"target": "channelProperties.email.optInType", "value": "verifiedDouble"}],
            ]
        )
    },
)


def read_account(connection) -> pl.DataFrame:
    page = contact_page(connection, PageQuery(None, SETS, None, None, 5000, 0))
    # Through JSON, as it comes over HTTP.
    return snapshot_frame(read_contact_page(json.loads(json.dumps(page))).contacts, SCOPE)


def planned(
    folder: Path, account: pl.DataFrame, prepared: Path, merge_option: str
) -> tuple[pl.DataFrame, PlanSummary]:
    tables.write_table([account], snapshot_schema(SCOPE), folder / "snapshot")
    request = PlanRequest(prepared, folder / "snapshot", merge_option, TYPES, ("crm-id",))
    summary = write_plan(request, folder / "plan")
    return pl.read_parquet(folder / "plan"), summary


def _same(column: str, some: Any, other: Any) -> bool:
    if column == "data:SPEND" and None not in (some, other):
        return float(some) == float(other)
    return some == other


ANN = {
    "matchIdentifier": "email",
    "identifiers": {"email": emails[0]},
    "dataFields": {"FIRSTNAME": "Ann", "BIRTHDAY": None, "SPEND": 12, "VIP": True},
    "lists": [70001],
    "preferences": [{"id": 9, "isOptedIn": True}],
}
ONE_CONTACT = ([ANN], [(emails[0], "", "", "", "", "12", "yes", "", "", "")])
"""One whose first name is blank in the file, and all else as it is."""


def test_what_the_plan_says_is_what_the_account_is_afterwards():
    seen: Counter[str] = Counter()

    @settings(max_examples=examples(quick=60, deep=500), deadline=None)
    @given(worlds(), mappings)
    @example(ONE_CONTACT, {"matchIdentifier": "email", "mergeOption": "overwrite", "blankCells": "clear"})
    @example(
        ONE_CONTACT, {"matchIdentifier": "email", "mergeOption": "overwriteIfEmpty", "blankCells": "clear"}
    )
    @example(ONE_CONTACT, {"matchIdentifier": "email", "mergeOption": "overwrite", "blankCells": "leave"})
    def law(world, mapping):
        plan, summary = _imported(*world, mapping)
        seen.update(plan["kind"])
        seen.update(what for counts in summary.fields.values() for what in counts)

    law()
    # It has been tried on everything that it says.
    assert {*Kind, *Change} <= set(seen)


def _imported(account, cells, mapping) -> tuple[pl.DataFrame, PlanSummary]:
    """The plan of an import into an account, which is held against what the account is afterwards."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder)
        with closing(store), store.writing() as connection:
            process_call(connection, ImportCall("overwrite", account), NOW)
            before = read_account(connection)
            mapped = {
                **mapping,
                "columns": [
                    {"column": key, "target": to, **FORMATS.get(key, {})} for key, to in COLUMNS.items()
                ],
            }
            checked = run_check(folder, list(COLUMNS), cells, mapped)
            plan, summary = planned(folder, before, folder / "prepared", mapping["mergeOption"])
            sent = checked.prepared.filter(pl.col("fate") == "ready")
            contacts = [json.loads(text) for text in sent["contact"]]
            process_call(connection, ImportCall(mapping["mergeOption"], contacts), NOW)
            after = read_account(connection)

    assert plan["row"].to_list() == sent["row"].to_list()
    assert sum(summary.kinds.values()) == plan.height
    _hold(before, plan, after, contacts)
    return plan, summary


def _hold(
    before: pl.DataFrame, plan: pl.DataFrame, after: pl.DataFrame, contacts: list[dict[str, Any]]
) -> None:
    was = {row["contact_id"]: row for row in before.iter_rows(named=True)}
    now = {row["contact_id"]: row for row in after.iter_rows(named=True)}
    touched = set()
    unsure = False
    for row, contact in zip(plan.iter_rows(named=True), contacts, strict=True):
        expected_refused = row["conflict"] in (RowConflict.IDENTIFIER_TAKEN, RowConflict.CANNOT_BE_CREATED)
        if row["conflict"] in (RowConflict.SAME_CONTACT, RowConflict.IDENTIFIER_MOVES):
            unsure = True
            touched.add(row["contact_id"])
            continue
        if expected_refused:
            continue
        touched.add(row["contact_id"])
        found = row["contact_id"] or _created(after, was, contact)
        assert found in now
        stored = was.get(found, dict.fromkeys(after.columns))
        assert (row["kind"] == Kind.NEW) == (found not in was)
        for column in (name.removeprefix("change:") for name in plan.columns if name.startswith("change:")):
            change, after_value = row[f"change:{column}"], now[found][column]
            if change is None:
                # The kind of opt-in of an account's own choosing is nothing that an import says.
                if column == "optin:email" and stored[column] is None:
                    continue
                assert _same(column, after_value, stored[column]), (column, row)
                continue
            assert row[f"was:{column}"] == stored[column]
            if change == Change.PERHAPS_CLEARED or row[f"will:{column}"] == ACCOUNT_DECIDES:
                continue
            assert _same(column, after_value, row[f"will:{column}"]), (column, row)
        assert set(now[found]["lists"]) == {*(stored["lists"] or ()), *row["joined"]}
        opted = {*(stored["preferences"] or ()), *row["opted_in"]} - set(row["opted_out"])
        assert set(now[found]["preferences"]) == opted
    for number in was.keys() - touched:
        assert now[number].items() == was[number].items()
    if not unsure:
        new = plan.filter((pl.col("contact_id").is_null()) & (pl.col("kind") == Kind.NEW)).height
        assert len(now) - len(was) == new


def _created(after: pl.DataFrame, was: dict[int, Any], contact: dict[str, Any]) -> int | None:
    name = contact["matchIdentifier"]
    value = contact["identifiers"][name].removeprefix("+")
    found = after.filter(pl.col(identifier_column(name)).str.to_lowercase() == value.lower())["contact_id"]
    return next((number for number in found if number not in was), None)


def _account(**columns: list[Any]) -> pl.DataFrame:
    height = len(columns["contact_id"])
    usual = {name: [None] * height for name in snapshot_schema(SCOPE)}
    return pl.DataFrame({**usual, **columns}, schema=snapshot_schema(SCOPE))


@pytest.fixture
def plan_of(tmp_path):
    def plan_of(account, columns, cells, **mapping):
        mapped = {
            "matchIdentifier": "email",
            **mapping,
            "columns": [{"column": key, "target": COLUMNS[key], **FORMATS.get(key, {})} for key in columns],
        }
        run_check(tmp_path, columns, cells, mapped)
        return planned(tmp_path, account, tmp_path / "prepared", mapping.get("mergeOption", "overwrite"))

    return plan_of


def test_it_tells_new_from_changed_from_unchanged(plan_of):
    account = _account(
        contact_id=[7, 8],
        email=["ann@example.com", "bob@example.com"],
        **{
            "data:FIRSTNAME": ["Ann", "Bob"],
            "data:SPEND": ["12.5", None],
            "status:email": ["subscribed"] * 2,
        },
    )
    rows = [
        ("ann@example.com", "Ann", "12.50"),
        ("bob@example.com", "Rob", "3"),
        ("eve@example.com", "Eve", ""),
    ]

    plan, summary = plan_of(account, ["Email", "Name", "Spend"], rows)

    assert plan["kind"].to_list() == ["unchanged", "changes", "new"]
    assert plan["was:data:FIRSTNAME"].to_list() == [None, "Bob", None]
    assert plan["will:data:FIRSTNAME"].to_list() == [None, "Rob", "Eve"]
    assert summary.fields["data:FIRSTNAME"] == {"replaced": 1, "filled": 1}
    assert summary.fields["data:SPEND"] == {"filled": 1}
    assert summary.subscriptions == {("email", "", "subscribed"): 1}


@pytest.mark.parametrize(
    ("merge_option", "expected"),
    [
        ("overwrite", {"cleared": 1, "replaced": 1}),
        ("overwriteIfNotEmpty", {"perhaps_cleared": 1, "replaced": 1}),
        ("overwriteIfEmpty", {"perhaps_cleared": 1}),
    ],
)
def test_it_says_where_it_is_not_documented_whether_a_blank_cell_erases(plan_of, merge_option, expected):
    account = _account(
        contact_id=[7, 8],
        email=["ann@example.com", "bob@example.com"],
        **{"data:FIRSTNAME": ["Ann", "Bob"]},
    )

    _, summary = plan_of(
        account,
        ["Email", "Name"],
        [("ann@example.com", ""), ("bob@example.com", "Rob")],
        blankCells="clear",
        mergeOption=merge_option,
    )

    assert summary.fields["data:FIRSTNAME"] == expected


def test_it_says_why_a_row_does_not_do_what_one_expects(plan_of):
    account = _account(
        contact_id=[1, 2, 3, 4, 5],
        email=[f"{name}@example.com" for name in ("left", "barred", "bounced", "holder", "binned")],
        mobile_number=[None, None, None, "447400123453", None],
        status=["unsubscribed", "suppressed", "hardBounced", "subscribed", "deleted"],
        **{"status:email": ["unsubscribed", "suppressed", "hardBounced", "subscribed", None]},
    )
    rows = [
        ("left@example.com", ""),
        ("barred@example.com", ""),
        ("bounced@example.com", ""),
        ("eve@example.com", "+447400123453"),
        ("binned@example.com", ""),
    ]

    plan, summary = plan_of(account, ["Email", "Mobile"], rows)

    assert plan["conflict"].to_list() == [
        RowConflict.EMAIL_UNSUBSCRIBED,
        RowConflict.EMAIL_SUPPRESSED,
        RowConflict.EMAIL_UNDELIVERABLE,
        RowConflict.IDENTIFIER_TAKEN,
        RowConflict.IN_BIN,
    ]
    assert summary.kinds["conflict"] == 5
    assert not summary.fields


def test_it_takes_nobody_back_unseen(plan_of):
    account = _account(contact_id=[1], email=["left@example.com"], **{"status:email": ["unsubscribed"]})

    plan, summary = plan_of(account, ["Email", "E-mails"], [("left@example.com", "subscribed")])

    assert plan["kind"].to_list() == ["changes"]
    assert summary.subscriptions == {("email", "unsubscribed", "subscribed"): 1}


def test_it_does_not_say_what_depends_on_the_order_of_rows(plan_of):
    account = _account(
        contact_id=[1, 2],
        email=["ann@example.com", "bob@example.com"],
        mobile_number=["447400123450", "447400123451"],
        **{"status:email": ["subscribed"] * 2},
    )
    rows = [("ann@example.com", "+447400123452"), ("bob@example.com", "+447400123450")]

    plan, _ = plan_of(account, ["Email", "Mobile"], rows)

    assert plan["conflict"].to_list() == [None, RowConflict.IDENTIFIER_MOVES]


def test_it_plans_for_an_account_that_is_empty(plan_of):
    plan, _ = plan_of(_account(contact_id=[]), ["Email", "Name"], [("ann@example.com", "Ann")])

    assert plan["kind"].to_list() == ["new"]


@pytest.mark.parametrize(
    ("had", "sent", "kind"),
    [
        ("12.5", "12.50", "unchanged"),
        ("1000", "1000.0", "unchanged"),
        ("12.5", "12.51", "changes"),
        # More digits than are read exactly of an account: nobody knows whether it is the same.
        ("123456789012345680", "123456789012345678.123456789", "changes"),
        ("123456789012345680", "123456789012345680", "changes"),
    ],
)
def test_it_holds_numbers_against_each_other_as_far_as_they_are_exact(plan_of, had, sent, kind):
    account = _account(
        contact_id=[1], email=["ann@example.com"], **{"data:SPEND": [had], "status:email": ["subscribed"]}
    )

    plan, _ = plan_of(account, ["Email", "Spend"], [("ann@example.com", sent)])

    assert plan["kind"].to_list() == [kind]
    if kind == "changes":
        assert plan["will:data:SPEND"].to_list() == [sent]
