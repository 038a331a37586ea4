"""The consent that was sent, in the files of a report: as it was sent, for each row that was."""

import csv
import io
import json
import tempfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.reports import report_rows
from imports.reports.export import export_csv, export_xlsx, report_headers
from imports.reports.report_rows import SELECTIONS
from imports.reports.sent_consent import PARTS, SENT, SentConsent, consent_columns, may_have_been_sent
from tests.reports.artefacts import WORDS, write_settled, write_staged

MARK = "m" * 40
FIRST = ["consent_text", "consent_date", "consent_url", "consent_ip", "consent_user_agent"]
AGREED = {
    "text": "Yes, “please”",
    "dateTimeConsented": "2026-11-03T09:30:00Z",
    "url": "https://example.com/join",
    "ipAddress": "192.0.2.1",
    "userAgent": "Form at the fair",
}


def contact(*records: dict[str, str]) -> str:
    """A contact as it is sent."""
    told = {
        "matchIdentifier": "email",
        "identifiers": {"email": "ada@example.com"},
        "dataFields": {"AGE": None},
    }
    return json.dumps({**told, "consentRecords": list(records)} if records else told, ensure_ascii=False)


def evidence_of(folder: Path, contacts: list[str | None], ends: list[str], records: int = 1) -> SentConsent:
    """The tables of a file with these contacts, a row each from row 2 on, and what became of them."""
    rows = range(2, 2 + len(contacts))
    write_staged(folder / "staged", 2, [(f"person {row}",) for row in rows])
    write_settled(
        folder / "outcomes", *({"row": row, "outcome": end} for row, end in zip(rows, ends, strict=True))
    )
    schema = {"row": pl.UInt32, "contact": pl.String}
    pl.DataFrame({"row": rows, "contact": contacts}, schema=schema).write_parquet(folder / "prepared")
    return SentConsent(folder / "prepared", records)


def csv_of(folder: Path, consent: SentConsent | None, rows: str = "all") -> list[dict[str, str]]:
    target = io.BytesIO()
    export_csv(
        folder / "staged",
        folder / "outcomes",
        ["Name"],
        target,
        rows,
        words=WORDS,
        mark=MARK,
        consent=consent,
    )
    text = target.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def consents(rows: list[dict[str, str]]) -> list[list[str]]:
    return [[cell for name, cell in row.items() if name.startswith("consent_")] for row in rows]


def test_each_row_that_was_sent_has_what_was_sent(tmp_path):
    ends = ["created", "updated", "refused", "unknown", "not_sent", "created", "rejected"]
    contacts = [*[contact(AGREED)] * 5, contact(), None]

    rows = csv_of(tmp_path, evidence_of(tmp_path, contacts, ends))

    assert list(rows[0]) == [
        "Name", "row", "outcome", "contact_id", "codes", "values_left_out", "reason", *FIRST, "import_job",
    ]  # fmt: skip
    sent, nothing = list(AGREED.values()), [""] * 5
    assert consents(rows) == [sent, sent, sent, sent, nothing, nothing, nothing]
    assert [row["Name"] for row in rows] == [f"person {row}" for row in range(2, 9)]


def test_several_records_come_in_the_order_in_which_they_were_sent(tmp_path):
    other = {**AGREED, "text": "Text messages, too"}
    contacts = [contact(AGREED, other), contact(other)]

    rows = csv_of(tmp_path, evidence_of(tmp_path, contacts, ["created", "updated"], records=2))

    assert (rows[0]["consent_text"], rows[0]["consent_2_text"]) == (AGREED["text"], other["text"])
    assert rows[0]["consent_2_user_agent"] == AGREED["userAgent"]
    assert (rows[1]["consent_text"], rows[1]["consent_2_text"]) == (other["text"], "")


@pytest.mark.parametrize("contacts_per_frame", [1, 2, 10_000])
def test_rows_of_one_outcome_have_their_own(contacts_per_frame, tmp_path, monkeypatch):
    monkeypatch.setattr(report_rows, "CONTACTS_PER_FRAME", contacts_per_frame)
    contacts = [contact({**AGREED, "ipAddress": f"192.0.2.{row}"}) for row in range(6)]
    ends = ["created", "refused", "updated", "refused", "created", "not_sent"]

    rows = csv_of(tmp_path, evidence_of(tmp_path, contacts, ends), "refused")

    assert [(row["row"], row["consent_ip"]) for row in rows] == [("3", "192.0.2.1"), ("5", "192.0.2.3")]


def test_a_workbook_has_them_too(tmp_path):
    consent = evidence_of(tmp_path, [contact(AGREED), None], ["created", "rejected"])
    target = io.BytesIO()
    export_xlsx(
        tmp_path / "staged", tmp_path / "outcomes", ["Name"], target, words=WORDS, mark=MARK, consent=consent
    )

    header, first, second = openpyxl.load_workbook(target).active.iter_rows(values_only=True)

    assert dict(zip(header, first, strict=True))["consent_date"] == "2026-11-03T09:30:00Z"
    assert dict(zip(header, second, strict=True))["consent_date"] is None


def test_an_import_without_consent_has_no_such_columns(tmp_path):
    evidence_of(tmp_path, [contact()], ["created"])

    assert consents(csv_of(tmp_path, None)) == [[]]


def test_files_of_rows_that_were_not_sent_have_none():
    never = {"not_sent", "rejected", "duplicate", "excluded", "blank"}

    assert {one for one in SELECTIONS if not may_have_been_sent(one)} == never
    assert not never & SENT


def test_ours_give_way_to_the_persons_own():
    assert report_headers(["consent_text", "Consent_IP"], 1)[8:-1] == [
        "consent_text (import)", "consent_date", "consent_url", "consent_ip (import)", "consent_user_agent",
    ]  # fmt: skip


@pytest.mark.parametrize("records", range(6))
def test_columns_have_names_of_their_own(records):
    names = consent_columns(records)

    assert len(set(names)) == len(names) == records * len(PARTS)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=5, max_size=5))
def test_whatever_was_sent_is_what_is_read(values):
    record = dict(zip(AGREED, values, strict=True))
    with tempfile.TemporaryDirectory() as name:
        rows = csv_of(Path(name), evidence_of(Path(name), [contact(record)], ["created"]))

    for cell, value in zip(consents(rows)[0], values, strict=True):
        assert cell in (value, f"'{value}")
