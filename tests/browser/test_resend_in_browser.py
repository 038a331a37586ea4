"""The loop of rows that failed: imported, downloaded, corrected in a workbook, dropped on the report, imported."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import drop_files, staged_job

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

CONTACTS = (
    "Email,First name\n"
    "ada@example.com,Ada\n"
    "grace at example.com,Grace\n"
    "suppressed@example.com,Sam\n"
    "mary.example.com,Mary\n"
)


def check_and_import(page: Page, contacts: str) -> None:
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name=f"Import {contacts}").click()
    expect(page).to_have_url(re.compile(r"/report/$"))


@pytest.fixture
def imported(signed_in: Page, account, alice, sandbox, tmp_path) -> Page:
    """The report of an import of CONTACTS: one arrived, one was refused, two are not valid."""
    source = tmp_path / "people.csv"
    source.write_text(CONTACTS)
    signed_in.goto(f"/imports/{staged_job(account, alice, source).pk}/mapping/")
    check_and_import(signed_in, "2 contacts")
    return signed_in


def correct(path: Path) -> Path:
    """What a person does to the workbook at `path`: addresses corrected, rows turned round, a column moved."""
    book = openpyxl.load_workbook(path)
    header, *rows = [[cell.value for cell in row] for row in book.active]
    email = header.index("Email")
    for row in rows:
        row[email] = row[email].replace(" at ", "@").replace("mary.", "mary@")
    fixed = openpyxl.Workbook()
    for row in [header, *reversed(rows)]:
        fixed.active.append([*row[1:], row[0]])
    target = path.with_name("corrected.xlsx")
    fixed.save(target)
    return target


def test_failed_rows_are_corrected_and_dropped_back(imported: Page, sandbox, tmp_path) -> None:
    page, report = imported, imported.url

    page.get_by_role("link", name="XLSX of the rows to fix: Not valid").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download ")).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.goto(report)
    corrected = correct(path)
    drop_files(page, {corrected.name: corrected.read_bytes()}, "#resend-form .drop")
    expect(page.get_by_text("corrected.xlsx is chosen.")).to_be_visible()
    page.get_by_role("button", name="Upload the corrected file").click()

    expect(page).to_have_url(re.compile(r"/mapping/$"))
    expect(page.get_by_text("says that these are rows of “people.csv”")).to_be_visible()
    check_and_import(page, "2 contacts")
    expect(page.get_by_text("These are rows of people.csv, sent again.")).to_be_visible()

    page.goto(report)
    expect(page.get_by_role("heading", name="2 of 3 rows resolved")).to_be_visible()
    expect(page.get_by_text("1 row of a person who is suppressed")).to_be_visible()
    assert {one["identifiers"]["email"]: one["dataFields"]["FIRSTNAME"] for one in sandbox.contacts()} == {
        "ada@example.com": "Ada",
        "grace@example.com": "Grace",
        "mary@example.com": "Mary",
    }


def test_two_files_dropped_at_once_are_not_taken_for_one(imported: Page) -> None:
    drop_files(imported, {"one.csv": "a", "two.csv": "b"}, "#resend-form .drop")

    expect(imported.get_by_text("Drop one file at a time. Nothing was chosen.")).to_be_visible()
    assert imported.get_by_label("Corrected file").input_value() == ""
