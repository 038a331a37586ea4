"""What is left to do of an import, and what later ones have resolved."""

import json

import polars as pl
import pytest

from imports.dotdigital.contact_failures import BARRED, CONSENT_NOT_STORED, HOPELESS
from imports.reports.lineage import (
    LACKING_SCHEMA,
    arrived_between,
    count_left,
    count_resolved,
    last_row,
    rows_to_retry,
    rows_with_code,
    with_consents,
)
from imports.reports.sent_consent import PARTS
from tests.reports.artefacts import write_settled

GIVEN_UP = json.dumps({"code": "given_up"})


def rows_of(*numbers: int) -> pl.Series:
    return pl.Series("row", numbers, pl.UInt32)


@pytest.fixture
def outcomes(tmp_path):
    return write_settled(
        tmp_path / "outcomes",
        {"row": 2, "outcome": "created"},
        {"row": 3, "outcome": "refused", "codes": "blocker"},
        {"row": 4, "outcome": "refused", "codes": "other GLOBALLYsuppressed"},
        {"row": 5, "outcome": "refused", "codes": "SuppressedByDomain"},
        {"row": 6, "outcome": "unknown"},
        {"row": 7, "outcome": "unknown", "told": GIVEN_UP},
        {"row": 8, "outcome": "not_sent"},
        {"row": 9, "outcome": "rejected"},
        {"row": 10, "outcome": "duplicate"},
        {"row": 11, "outcome": "updated", "codes": "GloballySuppressed"},
        {"row": 1, "outcome": "refused", "codes": "InvalidDomain"},
    )


def test_what_can_be_tried_again_is_what_may_arrive(outcomes):
    assert rows_to_retry(outcomes, HOPELESS).collect()["row"].to_list() == [3, 6, 8]


def test_what_is_left_is_counted_by_why(outcomes):
    left = count_left(outcomes, BARRED, HOPELESS)

    assert (left.open, left.again, left.barred, left.given_up) == (8, 3, 2, 1)


def test_what_has_arrived_later_is_counted_as_far_as_it_was_open(outcomes):
    arrived, none = rows_of(2, 4, 6, 9, 10), rows_of()
    resolved = count_resolved(outcomes, arrived, none, none, HOPELESS)

    assert (resolved.open, resolved.again) == (3, 1)


def test_a_row_that_arrives_once_more_is_resolved_once(outcomes):
    resolved = count_resolved(outcomes, rows_of(6, 8, 9), rows_of(6, 9), rows_of(), HOPELESS)

    assert (resolved.open, resolved.again) == (1, 1)


def test_a_row_that_lacked_values_is_resolved_once_it_has_arrived_with_all_of_them(tmp_path):
    ends = [{"row": row, "outcome": "created", "values_left_out": row != 5} for row in range(2, 6)]
    outcomes = write_settled(tmp_path / "outcomes", *ends)
    arrived, lacking = rows_of(2, 3, 5), rows_of(3)

    assert count_left(outcomes, BARRED, HOPELESS).lacking == 3
    assert count_resolved(outcomes, arrived, arrived, lacking, HOPELESS).lacking == 1


def test_numbers_beyond_a_span_are_those_of_other_rows(outcomes):
    assert last_row(outcomes) == 11
    assert arrived_between(outcomes, 0, 11).to_list() == [2, 11]
    assert arrived_between(outcomes, 2, 10).to_list() == []


def test_the_consent_that_is_stored_comes_from_all_imports_of_a_row(tmp_path):
    records = [dict.fromkeys(PARTS.values(), f"record {number}") for number in range(3)]

    def prepared(name, contacts):
        schema = {"row": pl.UInt32, "contact": pl.String}
        pl.DataFrame(
            {"row": list(contacts), "contact": list(contacts.values())}, schema=schema
        ).write_parquet(tmp_path / name)
        return tmp_path / name, pl.Series("row", list(contacts), pl.UInt32)

    def contact(*consents):
        return json.dumps({"matchIdentifier": "email", "consentRecords": list(consents)})

    stored = [
        prepared("first", {2: contact(records[0]), 3: '{"matchIdentifier":"email"}', 4: contact(records[0])}),
        prepared("second", {2: contact(records[1], records[2])}),
    ]
    lacking = pl.DataFrame({"row": [2, 3]}, schema={"row": pl.UInt32}).with_columns(
        pl.lit(None, kind).alias(name)
        for name, kind in LACKING_SCHEMA.items()
        if name not in ("row", "consents")
    )

    [found] = with_consents([lacking], stored)

    assert found.schema == pl.Schema(LACKING_SCHEMA)
    assert found["consents"].to_list() == [records, None]


def test_contacts_whose_consent_was_not_stored_are_found_whatever_the_letter_case(tmp_path):
    outcomes = write_settled(
        tmp_path / "outcomes",
        {"row": 2, "outcome": "created"},
        {"row": 3, "outcome": "created", "codes": "other consentRecordsNotApplied"},
        {"row": 4, "outcome": "updated", "codes": "ConsentRecordsNotAppliedYet"},
    )

    assert rows_with_code(outcomes, {CONSENT_NOT_STORED}).to_list() == [3]
