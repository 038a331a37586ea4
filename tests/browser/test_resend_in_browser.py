"""The loop of rows that failed: imported, downloaded, corrected in a workbook, dropped on the report, imported."""

import base64
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import staged_job

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

CONTACTS = (
    "Email,First name\n"
    "ada@example.com,Ada\n"
    "grace at example.com,Grace\n"
    "suppressed@example.com,Sam\n"
    "mary.example.com,Mary\n"
)
DROP = """async ([zone, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.querySelector(zone).dispatchEvent(
      new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


def drop(page: Page, zone: str, path: Path) -> None:
    """Let go of the file at `path` over `zone`."""
    page.evaluate(DROP, [zone, path.name, base64.b64encode(path.read_bytes()).decode()])


def check_and_import(page: Page, contacts: str) -> None:
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name=f"Import {contacts}").click()
    expect(page).to_have_url(re.compile(r"/report/$"))


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


def test_failed_rows_are_corrected_and_dropped_back(
    signed_in: Page, account, alice, sandbox, tmp_path
) -> None:
    page = signed_in
    source = tmp_path / "people.csv"
    source.write_text(CONTACTS)
    job = staged_job(account, alice, source)
    page.goto(f"/imports/{job.pk}/mapping/")
    check_and_import(page, "2 contacts")
    report = page.url

    page.get_by_role("link", name="XLSX of the rows to fix: Not valid").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Download ")).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.goto(report)
    drop(page, "#resend-form .drop", correct(path))
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


def test_two_files_dropped_at_once_are_not_taken_for_one(
    signed_in: Page, account, alice, sandbox, tmp_path
) -> None:
    page = signed_in
    source = tmp_path / "people.csv"
    source.write_text(CONTACTS)
    job = staged_job(account, alice, source)
    page.goto(f"/imports/{job.pk}/mapping/")
    check_and_import(page, "2 contacts")

    page.evaluate(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["a"], "one.csv"));
          transfer.items.add(new File(["b"], "two.csv"));
          const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.querySelector("#resend-form .drop").dispatchEvent(event);
        }"""
    )

    expect(page.get_by_text("Drop one file at a time. Nothing was chosen.")).to_be_visible()
    assert page.get_by_label("Corrected file").input_value() == ""
