"""Rows that an earlier import has brought are left out of a check."""

import json

import polars as pl
import pytest

from imports.contacts.problems.row_problems import ARRIVED, BROUGHT, LACKING
from imports.reports.lineage import ARRIVED_SCHEMA, LACKING_SCHEMA

COLUMNS = ("Email", "Name")
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.FIRSTNAME"},
    ],
}
ROWS = [("ada@example.com", "Ada"), ("Grace@example.com", "Grace"), ("not an address", "Nora"), ("", "")]


@pytest.fixture
def with_arrived(checked, tmp_path):
    def check(*arrived: tuple[int, str | None], rows=ROWS):
        path = tmp_path / "arrived"
        pl.DataFrame(list(arrived), schema=ARRIVED_SCHEMA, orient="row").write_parquet(path)
        return checked(COLUMNS, rows, MAPPING, arrived=path)

    return check


def test_they_are_left_out_whatever_they_hold_and_it_is_said(with_arrived):
    found = with_arrived((2, None), (4, None), (5, None))

    assert found.prepared["fate"].to_list() == ["excluded", "ready", "excluded", "excluded"]
    assert found.prepared["contact"].null_count() == 3
    assert [found.codes(row) for row in (2, 3, 4, 5)] == [[ARRIVED], [], [ARRIVED], [ARRIVED]]
    assert found.summary.fates["excluded"] == 3


def test_a_duplicate_is_left_out_as_long_as_it_is_of_the_same_contact(with_arrived):
    assert with_arrived((3, "grace@example.com")).codes(3) == [BROUGHT]
    assert with_arrived((3, "another@example.com")).prepared["fate"].to_list()[1] == "ready"


def test_they_stand_for_no_other_row(with_arrived):
    rows = [("ada@example.com", "Old"), ("ada@example.com", "New")]

    found = with_arrived((3, None), rows=rows)

    assert found.prepared["fate"].to_list() == ["ready", "excluded"]


def test_nothing_is_left_out_without_any(with_arrived):
    assert with_arrived().prepared["fate"].to_list() == ["ready", "ready", "rejected", "blank"]


class TestRowsThatArrivedWithoutValues:
    COLUMNS = ("Email", "Name", "Born", "Phone")
    MAPPING = {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Name", "target": "dataFields.FIRSTNAME"},
            {"column": "Born", "target": "dataFields.BIRTHDAY", "format": "%Y-%m-%d"},
        ],
    }
    WAS = ("ada@example.com", "Ada", "1985-13-01", "1")

    @pytest.fixture
    def now(self, checked, tmp_path):
        def check(*cells: str, lacks=("Born",), more=()):
            arrived, lacking = tmp_path / "arrived", tmp_path / "lacking"
            pl.DataFrame([(2, None)], schema=ARRIVED_SCHEMA, orient="row").write_parquet(arrived)
            one = [(2, list(lacks), list(self.WAS), "ada@example.com", None)]
            pl.DataFrame(one, schema=LACKING_SCHEMA, orient="row").write_parquet(lacking)
            rows = [cells, *more]
            return checked(self.COLUMNS, rows, self.MAPPING, arrived=arrived, lacking=lacking)

        return check

    def test_are_sent_again_when_a_missing_value_is_corrected(self, now):
        found = now("Ada@example.com", "Ada", "1985-12-01", "1")

        assert found.prepared["fate"].to_list() == ["ready"]
        assert "1985-12-01" in found.prepared["contact"].item()
        assert found.summary.corrected == 1
        assert LACKING not in found.codes(2)

    def test_are_sent_again_when_it_is_another_one_that_cannot_be_used(self, now):
        found = now("ada@example.com", "Ada", "1985-02-30", "1")

        assert found.prepared["fate"].to_list() == ["ready"]
        assert found.codes(2) != []

    @pytest.mark.parametrize(
        "cells",
        [
            pytest.param(("ada@example.com", "Ada", " 1985-13-01 ", "1"), id="as it was"),
            pytest.param(("ada@example.com", "Another", "1985-13-01", "1"), id="a value that arrived"),
            pytest.param(("ada@example.com", "Ada", "1985-13-01", "2"), id="a column that is not imported"),
            pytest.param(("ada@example.com", "Ada", "", "1"), id="blank"),
            pytest.param(("other@example.com", "Ada", "1985-12-01", "1"), id="another contact"),
        ],
    )
    def test_are_left_out_otherwise_and_it_is_said(self, now, cells):
        found = now(*cells)

        assert found.prepared["fate"].to_list() == ["excluded"]
        assert found.codes(2) == [LACKING]
        assert found.issues["result"].to_list() == ["Born"]
        assert found.summary.corrected == 0

    def test_are_not_sent_again_for_a_value_that_was_not_missing(self, now):
        found = now("ada@example.com", "Ada", "1985-12-01", "1", lacks=("Name",))

        assert found.codes(2) == [LACKING]

    def test_the_copy_of_one_is_still_of_the_same_contact(self, now):
        found = now("ada@example.com", "Ada", "1985-12-01", "1", more=[("ada@example.com", "A", "", "")])

        assert sorted(found.prepared["fate"].to_list()) == ["duplicate", "ready"]


class TestConsentOfRowsThatAreSentAgain:
    COLUMNS = ("Email", "Born", "Agreed")
    SAME = {
        "text": 'Yes, "please"',
        "url": "https://example.com/join",
        "ipAddress": "192.0.2.1",
        "userAgent": "Form at the fair",
    }
    SENT = {**SAME, "dateTimeConsented": "2026-03-02T00:00:00Z"}
    MAPPING = {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Born", "target": "dataFields.BIRTHDAY", "format": "%Y-%m-%d"},
            {"column": "Agreed", "target": "consentRecords.dateTimeConsented", "format": "%Y-%m-%d"},
        ],
        "constants": [{"target": f"consentRecords.{part}", "value": value} for part, value in SAME.items()],
    }
    EVERYWHERE = [
        {"target": f"consentRecords.2.{part}", "value": value}
        for part, value in {**SAME, "dateTimeConsented": "2026-01-02"}.items()
    ]

    @pytest.fixture
    def now(self, checked, tmp_path):
        """The check of a row that arrived before with the consent records `had`, and of another that is new."""

        def check(*cells: str, was: tuple[str, ...], lacks=("Born",), had=(), constants=()):
            arrived, lacking = tmp_path / "arrived", tmp_path / "lacking"
            pl.DataFrame([(2, None)], schema=ARRIVED_SCHEMA, orient="row").write_parquet(arrived)
            one = [(2, list(lacks), list(was), cells[0], list(had) or None)]
            pl.DataFrame(one, schema=LACKING_SCHEMA, orient="row").write_parquet(lacking)
            mapping = {**self.MAPPING, "constants": [*self.MAPPING["constants"], *constants]}
            rows = [cells, ("new@example.com", "", "2026-03-02")]
            return checked(self.COLUMNS, rows, mapping, arrived=arrived, lacking=lacking)

        return check

    @staticmethod
    def records_of(found, row: int) -> list[dict[str, str]]:
        [text] = found.prepared.filter(pl.col("row") == row)["contact"]
        return json.loads(text).get("consentRecords", [])

    def test_a_record_that_was_sent_is_not_sent_again_and_it_is_said(self, now):
        found = now(
            "ada@example.com",
            "1985-12-01",
            "2026-03-02",
            was=("ada@example.com", "1985-13-01", "2026-03-02"),
            had=[self.SENT],
        )

        assert found.prepared["fate"].to_list() == ["ready", "ready"]
        assert self.records_of(found, 2) == []
        assert self.records_of(found, 3) == [self.SENT]
        assert "consent_sent_before" in found.codes(2)
        assert "consent_sent_before" not in found.codes(3)
        consent = found.summary.preflight.consent["1"]
        assert (consent["complete"], consent["repeated"], consent["absent"]) == (1, 1, 0)
        assert consent["lacking"] == {"dateTimeConsented": 0}

    @pytest.mark.parametrize(
        ("was", "lacks", "had"),
        [
            pytest.param("2026-13-02", ("Agreed",), [], id="what was lacking is the consent"),
            pytest.param("", ("Born",), [], id="there was none"),
            pytest.param(
                "2026-01-05",
                ("Born",),
                [{**SENT, "dateTimeConsented": "2026-01-05T00:00:00Z"}],
                id="it is another one now",
            ),
        ],
    )
    def test_a_record_that_was_not_sent_goes_out(self, now, was, lacks, had):
        found = now(
            "ada@example.com",
            "1985-12-01",
            "2026-03-02",
            was=("ada@example.com", "1985-13-01", was),
            lacks=lacks,
            had=had,
        )

        assert self.records_of(found, 2) == [self.SENT]
        assert "consent_sent_before" not in found.codes(2)
        assert found.summary.preflight.consent["1"]["repeated"] == 0

    def test_of_several_records_those_go_out_that_were_not_sent(self, now):
        everywhere = {**self.SAME, "dateTimeConsented": "2026-01-02T00:00:00Z"}

        found = now(
            "ada@example.com",
            "",
            "2026-03-02",
            was=("ada@example.com", "", "2026-13-02"),
            lacks=("Agreed",),
            had=[everywhere],
            constants=self.EVERYWHERE,
        )

        assert self.records_of(found, 2) == [self.SENT]
        assert self.records_of(found, 3) == [self.SENT, everywhere]
        told = found.issues.filter(code="consent_sent_before").select("row", "column").rows()
        assert told == [(2, "")]
        counts = found.summary.preflight.consent
        assert [counts[number]["complete"] for number in ("1", "2")] == [2, 1]
        assert [counts[number]["repeated"] for number in ("1", "2")] == [0, 1]
