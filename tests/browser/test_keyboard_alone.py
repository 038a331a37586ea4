"""From the sign-in to the report without a pointer: whatever has to be reached is reached by Tab, and shows it."""

import csv
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from imports.jobs.suggesting import refresh_account
from tests.browser.conftest import WAIT_MS
from tests.pipeline import files

pytestmark = [pytest.mark.browser, pytest.mark.pipeline, pytest.mark.once]

MAX_STEPS = 80
IS_FOCUSED = "node => node === document.activeElement"
OUTLINE = "node => getComputedStyle(node).outlineStyle"


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus, and see that it shows."""
    expect(wanted).to_be_visible()
    for _ in range(MAX_STEPS):
        if wanted.evaluate(IS_FOCUSED):
            assert wanted.evaluate(OUTLINE) == "solid"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached within {MAX_STEPS} steps")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def test_a_file_is_imported_by_keyboard_alone(
    page: Page, base_url: str, workers, account, alice, sandbox, tmp_path
) -> None:
    assert refresh_account(account)
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    page.goto("/")

    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("alice")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type("not a secret here")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="Import a file"))

    with page.expect_file_chooser() as chooser:
        press(page, page.locator("input[type=file]"))
    chooser.value.set_files(files.mailchimp_csv(tmp_path))
    press(page, page.get_by_role("button", name=re.compile("^Upload")))

    press(page, page.get_by_role("button", name="Check the whole file"))
    press(page, page.get_by_role("button", name="Import 3 contacts"))
    expect(page).to_have_url(re.compile(r"/report/$"))

    with page.expect_download() as download:
        press(page, page.get_by_role("link", name="CSV").first)
    download.value.save_as(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as report:
        arrived = {
            row["Email Address"].lower() for row in csv.DictReader(report) if row["outcome"] == "created"
        }
    assert arrived == {contact["identifiers"]["email"].lower() for contact in sandbox.contacts()}
    assert len(arrived) == 3
