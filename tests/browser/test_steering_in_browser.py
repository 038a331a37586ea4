"""An import under way is steered in a real browser: it waits, is paused, goes on; what is held is decided."""

import re

import pytest
from playwright.sync_api import Page, expect

from imports.contacts.mapping import Mapping
from tests.browser.signing_in import upload
from tests.delivery.jobs import checked_job
from tests.pipeline import files

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

CONTACTS = 3
DOUBLE_OPT_IN = {"target": "channelProperties.email.optInType", "value": "verifiedDouble"}


def test_an_import_that_has_no_slot_is_paused_and_goes_on(signed_in: Page, sandbox, tmp_path) -> None:
    page = signed_in
    sandbox.occupy(25)
    upload(page, files.contacts_csv(tmp_path, CONTACTS))
    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name=f"Import {CONTACTS} contacts").click()
    expect(page.get_by_text("Other programs use the account as well")).to_be_visible()

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("This import was paused by")).to_be_visible()
    page.get_by_role("link", name="View all imports into Acme").click()
    expect(page.get_by_role("row", name="contacts.csv")).to_contain_text("Paused")
    sandbox.occupy(0)
    page.go_back()
    page.get_by_role("button", name="Resume").click()

    expect(page).to_have_url(re.compile(r"/report/$"))
    assert len(sandbox.contacts()) == CONTACTS


def test_what_is_held_is_sent_again_when_somebody_says_so(
    signed_in: Page, account, alice, sandbox, tmp_path
) -> None:
    page = signed_in
    mapping = {"matchIdentifier": "email", "columns": [{"column": "Email", "target": "identifiers.email"}]}
    path = files.contacts_csv(tmp_path, CONTACTS)
    job = checked_job(account, alice, path, Mapping.from_json({**mapping, "constants": [DOUBLE_OPT_IN]}))
    sandbox.faults({"call": "import", "fault": "close", "moment": "after"})
    page.goto(f"/imports/{job.pk}/check/")
    page.get_by_role("button", name=f"Import {CONTACTS} contacts").click()
    expect(page.get_by_role("heading", name=f"{CONTACTS} contacts need a decision")).to_be_visible()
    expect(page.get_by_text("send them a second e-mail").first).to_be_visible()

    page.get_by_role("button", name="Send again", exact=True).click()

    expect(page).to_have_url(re.compile(r"/report/$"))
    expect(page.get_by_role("heading", name=f"{CONTACTS} rows were sent more than once")).to_be_visible()
    page.get_by_role("link", name="Show these rows").click()
    expect(page.get_by_text("Sent again, because Dotdigital did not answer")).to_have_count(CONTACTS)
