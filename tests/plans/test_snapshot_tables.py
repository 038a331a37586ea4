"""Contacts to a snapshot's rows, and pages that repeat one another to one table."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import tables
from imports.dotdigital.types import AccountContact
from imports.plans.snapshot_schema import SnapshotScope, snapshot_schema
from imports.plans.snapshot_tables import query_of, snapshot_frame, write_newest

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SCOPE = SnapshotScope(("crm-id",), ("City", "ORDERS"), with_lists=True)


def contact(number: int, **changes: Any) -> AccountContact:
    bare = AccountContact(
        id=number,
        status="subscribed",
        updated=NOW,
        identifiers={"email": f"c{number}@example.com"},
        data_fields={},
        channels={},
        lists=(),
        opted_in=None,
    )
    return replace(bare, **changes)


def test_it_writes_values_as_the_api_gives_them():
    full = contact(
        7,
        identifiers={"email": "ada@example.com", "mobileNumber": "447700900123", "crm-id": "C-1", "x": "?"},
        data_fields={"CITY": "L\ud800eds", "orders": 12.5, "VIP": True},
        channels={"email": {"status": "hardBounced", "optInType": "single"}, "sms": {"status": "subscribed"}},
        lists=(70001,),
        opted_in=(9,),
    )

    (row,) = snapshot_frame([full], SCOPE).to_dicts()

    assert row == {
        "contact_id": 7,
        "status": "subscribed",
        "modified": NOW,
        "email": "ada@example.com",
        "mobile_number": "447700900123",
        "identifier:crm-id": "C-1",
        "data:CITY": "L\ufffdeds",
        "data:ORDERS": "12.5",
        "status:email": "hardBounced",
        "status:sms": "subscribed",
        "optin:email": "single",
        "lists": [70001],
        "preferences": None,
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, None), ("", None), (True, "true"), (3, "3"), ("3", "3"), ({"a": 1}, '{"a": 1}')],
)
def test_an_empty_field_is_null(value, expected):
    frame = snapshot_frame([contact(1, data_fields={"CITY": value})], SCOPE)
    assert frame["data:CITY"].to_list() == [expected]


def test_it_asks_for_no_more_than_is_needed():
    assert query_of(SnapshotScope()).sets == ("channelProperties",)
    assert query_of(replace(SCOPE, with_preferences=True)).sets == (
        "channelProperties",
        "lists",
        "preferences",
    )
    assert query_of(SCOPE).data_fields == ("City", "ORDERS")


def test_a_wider_table_gives_what_a_narrower_one_needs(tmp_path):
    tables.write_table([snapshot_frame([contact(1)], SCOPE)], snapshot_schema(SCOPE), tmp_path / "wide")
    narrow = SnapshotScope((), ("ORDERS",))

    assert write_newest([tmp_path / "wide"], narrow, tmp_path / "narrow") == 1
    assert tables.scan(tmp_path / "narrow").collect_schema() == pl.Schema(snapshot_schema(narrow))


def test_an_account_can_be_empty(tmp_path):
    assert write_newest([], SCOPE, tmp_path / "table") == 0


@given(pages=st.lists(st.lists(st.integers(1, 9), max_size=6), max_size=5))
def test_of_each_contact_what_was_read_last_is_kept_once(pages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    parts, expected = [], {}
    for place, page in enumerate(pages):
        read = [contact(number, data_fields={"CITY": f"{place}.{at}"}) for at, number in enumerate(page)]
        expected |= {one.id: one.data_fields["CITY"] for one in read}
        parts.append(folder / f"part-{place}")
        tables.write_table([snapshot_frame(read, SCOPE)], snapshot_schema(SCOPE), parts[-1])

    count = write_newest(parts, SCOPE, folder / "table")

    found = tables.scan(folder / "table").collect()
    assert count == len(expected)
    assert dict(zip(found["contact_id"], found["data:CITY"], strict=True)) == expected
