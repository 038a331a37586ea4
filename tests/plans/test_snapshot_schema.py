"""The columns of a snapshot, which its reader and the plan share."""

import pytest

from imports.plans.snapshot_schema import SnapshotScope, data_column, identifier_column, snapshot_schema

pytestmark = pytest.mark.once


def test_it_keeps_identifiers_of_any_name_apart_from_its_own_columns():
    taken = ("lists", "status", "modified", "email", "data:CITY")
    schema = snapshot_schema(SnapshotScope(taken, ("CITY",)))

    assert [identifier_column(name) for name in ("email", "mobileNumber", "lists")] == [
        "email",
        "mobile_number",
        "identifier:lists",
    ]
    assert len(schema) == len(snapshot_schema(SnapshotScope((), ("CITY",)))) + len(taken) - 1


def test_it_knows_a_data_field_in_any_letter_case():
    assert data_column("firstName") == data_column("FIRSTNAME") == "data:FIRSTNAME"


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        (SnapshotScope(("crm",), ("CITY", "NAME")), SnapshotScope((), ("city",)), True),
        (SnapshotScope((), ("CITY",)), SnapshotScope((), ("CITY", "NAME")), False),
        (SnapshotScope(), SnapshotScope(with_lists=True), False),
        (SnapshotScope(with_lists=True, with_preferences=True), SnapshotScope(with_preferences=True), True),
    ],
)
def test_it_tells_whether_a_snapshot_has_all_that_is_needed(wide, narrow, expected):
    assert wide.covers(narrow) is expected
