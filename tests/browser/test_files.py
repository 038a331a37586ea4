"""Files as a person meets them: refused with a reason, or read in another way."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import upload

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]


def test_what_cannot_be_read_is_refused_with_what_it_is_and_what_to_do(
    signed_in: Page, tmp_path: Path
) -> None:
    page = signed_in
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))

    upload(page, path)

    expect(page).to_have_url(re.compile(r"/report/$"))
    notice = page.locator(".notice.bad")
    expect(notice).to_contain_text("This is a picture (PNG), not a table.")
    expect(notice).to_contain_text("save it as an Excel workbook")


def test_another_way_of_reading_is_shown_at_once_and_then_used(
    signed_in: Page, sandbox, tmp_path: Path
) -> None:
    page = signed_in
    path = tmp_path / "visitors.csv"
    path.write_text(
        "Visitors of the fair;;\nEmail;First name;Town\nada@example.com;Ada;Leeds\ngrace@example.com;Grace;York\n"
    )
    upload(page, path)
    page.get_by_role("link", name="View its first rows").click()
    expect(page.get_by_role("row", name="2 Column names Email First name Town")).to_be_visible()

    page.get_by_label("Row with the column names").fill("1")
    page.get_by_label("Row with the column names").press("Tab")

    expect(page.get_by_text("Preview only")).to_be_visible()
    expect(page.get_by_role("row", name="1 Column names Visitors of the fair")).to_be_visible()
    page.get_by_label("Row with the column names").fill("400")
    page.get_by_label("Row with the column names").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("There is no row 400")
    page.get_by_label("Row with the column names").fill("1")
    page.get_by_role("button", name="Read the whole file like this").click()
    expect(page).to_have_url(re.compile(r"/mapping/$"))
    expect(page.get_by_role("heading", name="Visitors of the fair")).to_be_visible()
