"""The way of a file in a real browser: signed in, uploaded, mapped, checked, imported, watched, downloaded."""

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.choosing import choose_target, column_of, target_of
from tests.browser.signing_in import upload
from tests.pipeline import files

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]


def check_and_import(page: Page, contacts: str, *, is_asked: str = "") -> None:
    """Check the whole file and import it; `is_asked` is what a second question is about."""
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name=f"Import {contacts}").click()
    if is_asked:
        expect(page.locator("main")).to_contain_text(is_asked)
        page.get_by_label("I have read this, and it is what I want").check()
        page.get_by_role("button", name=f"Import {contacts}").click()
    expect(page).to_have_url(re.compile(r"/report/$"))


def downloaded(page: Page, name: str, folder: Path) -> Path:
    """The file behind the link `name` of the report: CSV comes at once, a workbook once workers have made it."""
    link = page.get_by_role("link", name=name).first
    if name != "CSV":
        link.click()
        link = page.get_by_role("link", name=re.compile("^Download "))
    with page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_csv_goes_in_and_contacts_and_a_report_come_out(signed_in: Page, sandbox, tmp_path) -> None:
    page = signed_in
    upload(page, files.mailchimp_csv(tmp_path))

    expect(target_of(page, "Email Address")).to_have_value("E-mail address")
    choose_target(page, "MEMBER_RATING", "Do not import")
    check_and_import(page, "3 contacts")

    contacts = {contact["identifiers"]["email"]: contact for contact in sandbox.contacts()}
    assert set(contacts) == {"Leila@Example.org", "grace@example.com", "chloe@example.net"}
    assert contacts["grace@example.com"]["dataFields"]["LASTNAME"] == 'O"Neill'
    assert not any("RATING" in contact["dataFields"] for contact in contacts.values())
    with downloaded(page, "CSV", tmp_path).open(encoding="utf-8-sig", newline="") as report:
        rows = list(csv.DictReader(report))
    assert len(rows) == len(files.MAILCHIMP_ROWS)
    assert sum(row["outcome"] == "created" for row in rows) == 3


def test_a_german_csv_is_corrected_and_imported(signed_in: Page, sandbox, tmp_path) -> None:
    page = signed_in
    upload(page, files.outlook_csv(tmp_path))

    column_of(page, "Mobiltelefon")
    page.get_by_label("Numbers without a country code are from").select_option("DE")
    check_and_import(page, "2 contacts", is_asked="says no to e-mail in “Newsletter”")

    contacts = {contact["identifiers"]["email"]: contact for contact in sandbox.contacts()}
    kathe = contacts["kathe@example.de"]
    assert kathe["identifiers"]["mobileNumber"].lstrip("+") == "4915291897076"
    assert kathe["dataFields"]["LASTNAME"] == "Weiß"
    assert kathe["dataFields"]["SPEND"] == 4724.73
    sheet = openpyxl.load_workbook(downloaded(page, "XLSX", tmp_path)).active
    assert [cell.value for cell in sheet[1]][:7] == list(files.OUTLOOK_HEADER)
    assert sheet.max_row == 1 + len(files.OUTLOOK_ROWS)


def test_a_mapping_without_what_contacts_are_matched_by_is_sent_back(
    signed_in: Page, sandbox, tmp_path
) -> None:
    page = signed_in
    upload(page, files.mailchimp_csv(tmp_path))

    choose_target(page, "Email Address", "Do not import")
    page.get_by_role("button", name="Check the whole file").click()

    expect(page.get_by_role("alert")).to_contain_text("by which contacts are matched")
    expect(target_of(page, "First Name")).to_have_value("FIRSTNAME (text)")
    assert sandbox.imports() == []
