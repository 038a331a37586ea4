"""The mapping page in a real browser: settings that come with a target, and the check that runs meanwhile."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from imports.models import AccountCatalogue, DotdigitalAccount, Membership, UploadJob
from tests.browser.signing_in import is_staged, staged_job, upload
from tests.delivery.test_crashes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

FILE = (
    "Email,Stammkunde,Agreed,Address,Remarks\n"
    "ada@example.com,Ja,2026-01-02 10:00,192.0.2.1,met\n"
    "not an address,Nein,2026-01-03 10:00,192.0.2.2,\n"
    "zoe@example.com,vielleicht,2026-01-04 10:00,192.0.2.3,called\n"
)


@pytest.fixture
def mapped(signed_in: Page, account: DotdigitalAccount, alice, tmp_path: Path) -> Page:
    path = tmp_path / "members.csv"
    path.write_text(FILE)
    job = staged_job(account, alice, path)
    signed_in.goto(f"/imports/{job.pk}/mapping/")
    return signed_in


def target_of(page: Page, column: str):
    return page.get_by_label(f"Import as: {column}", exact=True)


def test_values_are_given_a_meaning_and_the_whole_file_is_checked_meanwhile(mapped: Page, sandbox) -> None:
    page = mapped
    live = page.locator("#live-words")
    expect(live).to_contain_text("The whole file was checked")
    expect(live).to_contain_text("E-mail addresses without @")

    target_of(page, "Stammkunde").select_option("dataFields.VIP")
    card = page.locator("#column-1")
    card.get_by_text("More for Stammkunde").click()
    card.get_by_role("button", name="Set what its values mean").click()
    expect(card.get_by_role("row", name=re.compile("vielleicht 1"))).to_be_visible()
    card.get_by_label("What “Ja” means").select_option("Yes")
    card.get_by_label("What “vielleicht” means").select_option("No")
    expect(live).to_contain_text("Values with a meaning of their own")

    page.get_by_role("button", name="Check the whole file").click()
    page.get_by_role("button", name="Import 2 contacts").click()
    expect(page).to_have_url(re.compile(r"/report/$"))
    vips = {one["identifiers"]["email"]: one["dataFields"]["VIP"] for one in sandbox.contacts()}
    assert vips == {"ada@example.com": True, "zoe@example.com": False}


def test_consent_is_put_together_from_columns_and_constants(mapped: Page, sandbox) -> None:
    page = mapped
    target_of(page, "Agreed").select_option("consentRecords.dateTimeConsented")
    expect(page.locator("#needed")).to_contain_text("Consent date and time, column “Agreed”")
    target_of(page, "Address").select_option("consentRecords.ipAddress")
    expect(page.locator("#constants")).to_contain_text("3 parts missing")
    expect(page.locator("#live-words")).to_contain_text("Consent text")

    for label, text in {
        "Consent text": "Yes, please",
        "Consent web address": "https://example.com/fair",
        "Consent browser (user agent)": "Form at the stand",
    }.items():
        field = page.locator("#constants").get_by_label(label, exact=True)
        field.fill(text)
        field.press("Tab")
        expect(page.locator("#needed")).to_contain_text(f"{label}, the same for every contact")
    expect(page.locator("#constants")).to_contain_text("Complete")
    expect(page.locator("#live-words")).to_contain_text("The whole file was checked")

    page.get_by_role("button", name="Check the whole file").click()
    expect(page).to_have_url(re.compile(r"/check/$"))
    constants = {one["target"]: one["value"] for one in UploadJob.objects.get().mapping["constants"]}
    assert constants["consentRecords.text"] == "Yes, please"


def test_a_manager_makes_a_data_field_and_keeps_what_was_chosen(
    mapped: Page, alice, account, sandbox
) -> None:
    page = mapped
    Membership.objects.filter(user=alice).update(role=Membership.Role.MANAGER)
    page.reload()
    target_of(page, "Stammkunde").select_option("")
    target_of(page, "Remarks").select_option("New data field …")
    page.locator("[name=new_name-4]").fill("two words")
    page.get_by_role("button", name="Create data field").click()
    expect(page.get_by_role("alert")).to_contain_text("1 to 20 characters")

    page.locator("[name=new_name-4]").fill("FAIR_REMARKS")
    page.get_by_role("button", name="Create data field").click()

    expect(page.get_by_role("status").first).to_contain_text("FAIR_REMARKS has been created")
    expect(target_of(page, "Remarks")).to_have_value("dataFields.FAIR_REMARKS")
    expect(target_of(page, "Stammkunde")).to_have_value("")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_the_buttons_do_the_same(signed_in: Page, tmp_path: Path) -> None:
    page = signed_in
    path = tmp_path / "members.csv"
    path.write_text(FILE)
    upload(page, path)
    job = UploadJob.objects.get()
    wait_until(lambda: is_staged(job), "the file has been read")
    page.goto(page.url.removesuffix("progress/"))
    expect(page).to_have_url(re.compile(r"/mapping/$"))
    target_of(page, "Stammkunde").select_option("dataFields.VIP")
    page.get_by_role("button", name="Show the settings of what I chose").click()
    page.get_by_text("More for Stammkunde").click()
    page.locator("#column-1").get_by_role("button", name="Set what its values mean").click()

    page.get_by_label("What “Ja” means").select_option("Yes")
    page.get_by_role("button", name="Check the whole file").click()

    expect(page).not_to_have_url(re.compile(r"/mapping/$"))
    assert UploadJob.objects.get().mapping["columns"][1]["values"] == {"Ja": True}


@pytest.fixture
def unread(signed_in: Page, account, tmp_path: Path) -> Page:
    """The mapping page of an account that was never read, and that just now nobody can read."""
    known = {"endpoint": account.endpoint}
    DotdigitalAccount.objects.update(endpoint="http://127.0.0.1:9")
    AccountCatalogue.objects.update(content={}, read_at=None)
    path = tmp_path / "members.csv"
    path.write_text(FILE)
    upload(signed_in, path)
    expect(signed_in).to_have_url(re.compile(r"/mapping/$"))
    expect(signed_in.locator("#catalogue")).to_contain_text("data fields and lists are not known yet")
    DotdigitalAccount.objects.update(**known)
    return signed_in


def test_the_account_is_read_while_the_page_is_there(unread: Page) -> None:
    page = unread
    expect(target_of(page, "Stammkunde").locator("option[value='dataFields.VIP']")).to_have_count(0)

    page.get_by_role("button", name="Try again").click()

    expect(target_of(page, "Stammkunde").locator("option[value='dataFields.VIP']")).to_have_count(1)
    expect(page.locator("#catalogue")).to_contain_text("were loaded from Dotdigital")


def test_what_was_changed_meanwhile_is_not_lost_unasked(unread: Page) -> None:
    page = unread
    page.locator("#rules input[type=radio]").last.check()

    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#catalogue-news")).to_contain_text("They have been loaded again")
    page.get_by_role("link", name="Reload the page to use them").click()
    expect(target_of(page, "Stammkunde").locator("option[value='dataFields.VIP']")).to_have_count(1)


def test_nothing_chosen_is_lost_by_leaving_at_once_another_tab_or_a_session_that_ended(
    mapped: Page,
) -> None:
    page = mapped
    target_of(page, "Email").select_option("")
    page.goto("/")
    page.go_back()
    expect(target_of(page, "Email")).to_have_value("")
    page.reload()
    expect(target_of(page, "Email")).to_have_value("")
    expect(page.locator("#draft")).to_contain_text("have not been checked yet")

    other = page.context.new_page()
    other.goto(page.url)
    target_of(other, "Email").select_option("identifiers.email")
    expect(other.locator("#live-words")).to_contain_text("The whole file was checked")
    target_of(page, "Remarks").select_option("dataFields.FIRSTNAME")
    expect(page.locator("#conflict")).to_contain_text("changed in another tab")
    page.get_by_role("link", name="Show the other choices").click()
    expect(target_of(page, "Email")).to_have_value("identifiers.email")
    other.close()

    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    target_of(page, "Address").select_option("dataFields.FIRSTNAME")
    expect(page).to_have_url(re.compile("/login/|sign-in"))
    page.context.add_cookies(cookies)
    page.goto(re.sub(r"^.*?next=", "", page.url))
    expect(target_of(page, "Address")).to_have_value("dataFields.FIRSTNAME")
