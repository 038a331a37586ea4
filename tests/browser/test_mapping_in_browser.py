"""The mapping page in a real browser: settings that come with a target, and the check that runs meanwhile."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from imports.models import AccountCatalogue, DotdigitalAccount, Membership, UploadJob
from tests.browser.choosing import choose_target, column_of, target_of, type_target
from tests.browser.signing_in import is_staged, staged_job, upload
from tests.patience import wait_until

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


def test_values_are_given_a_meaning_and_the_whole_file_is_checked_meanwhile(mapped: Page, sandbox) -> None:
    page = mapped
    live = page.locator("#live-words")
    expect(live).to_contain_text("The whole file was checked")
    expect(live).to_contain_text("E-mail addresses without @")

    choose_target(page, "Stammkunde", "VIP (yes or no)")
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
    choose_target(page, "Agreed", "Consent date and time")
    expect(page.locator("#needed")).to_contain_text("Consent date and time, column “Agreed”")
    choose_target(page, "Address", "Consent IP address")
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
    choose_target(page, "Stammkunde", "Do not import")
    choose_target(page, "Remarks", "New data field …")
    page.locator("[name=new_name-4]").fill("two words")
    page.get_by_role("button", name="Create data field").click()
    expect(page.get_by_role("alert")).to_contain_text("1 to 20 characters")

    page.locator("[name=new_name-4]").fill("FAIR_REMARKS")
    page.get_by_role("button", name="Create data field").click()

    expect(page.get_by_role("status").filter(has_text="FAIR_REMARKS")).to_contain_text("has been created")
    expect(target_of(page, "Remarks")).to_have_value("FAIR_REMARKS (text)")
    expect(target_of(page, "Stammkunde")).to_have_value("Do not import")


def test_targets_are_found_by_the_keyboard_and_a_filter_stays_as_it_is_set(mapped: Page, sandbox) -> None:
    page = mapped
    box = target_of(page, "Remarks")
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    active = page.locator(f"#target-list #{box.get_attribute('aria-activedescendant')}")
    expect(active).to_have_text("Do not import")

    box.fill("kein solches Ziel")
    expect(page.locator("#target-list")).to_have_text("No target matches.")
    box.press("Enter")
    box.press("Escape")
    expect(box).to_have_value("Do not import")
    expect(page.locator("#target-list")).to_have_count(0)

    box.fill("data fields cit")
    groups = page.locator("#target-list").get_by_role("group", name="Data fields")
    expect(groups.get_by_role("option")).to_have_count(1)
    box.press("Tab")
    expect(target_of(page, "Remarks")).to_have_value("CITY (text)")
    expect(page.locator("#mapped-words")).to_contain_text("2 imported")
    assert page.locator("select[name=target-4]").input_value() == "dataFields.CITY"


def test_a_column_stays_where_it_is_found_until_the_filter_is_set_again(
    signed_in: Page, account: DotdigitalAccount, alice, tmp_path: Path
) -> None:
    page = signed_in
    path = tmp_path / "wide.csv"
    path.write_text(
        "Email," + ",".join(f"Remark {n}" for n in range(9)) + "\nada@example.com" + ",x" * 9 + "\n"
    )
    page.goto(f"/imports/{staged_job(account, alice, path).pk}/mapping/")
    page.get_by_label("Not imported").check(force=True)
    expect(page.locator(".column:visible")).to_have_count(9)

    choose_target(page, "Remark 4", "CITY (text)")
    expect(page.get_by_label("Not imported 8")).to_be_checked()
    expect(page.locator(".column:visible")).to_have_count(9)

    page.get_by_label("Find a column").fill("city")
    expect(page.locator(".column:visible")).to_have_count(0)
    page.get_by_label("Imported 2", exact=True).check(force=True)
    expect(page.locator(".column:visible")).to_have_count(1)
    expect(page.locator("#found-words")).to_have_text("1 found")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_the_buttons_do_the_same(signed_in: Page, tmp_path: Path) -> None:
    page = signed_in
    path = tmp_path / "members.csv"
    path.write_text(FILE)
    upload(page, path)
    job = UploadJob.objects.get()
    wait_until(lambda: is_staged(job), "the file has been read")
    page.goto(page.url.removesuffix("progress/"))
    expect(page).to_have_url(re.compile(r"/mapping/\?plain=1$"))
    target_of(page, "Stammkunde").select_option("dataFields.VIP")
    page.get_by_role("button", name="Show the settings of what I chose").click()
    column_of(page, "Stammkunde")
    page.get_by_text("More for Stammkunde").click()
    page.locator("#column-1").get_by_role("button", name="Set what its values mean").click()

    page.get_by_label("What “Ja” means").select_option("Yes")
    page.get_by_role("button", name="Check the whole file").click()

    expect(page).to_have_url(re.compile(r"/(progress|check)/$"))
    assert UploadJob.objects.get().mapping["columns"][1]["values"] == {"Ja": True}


def vips(page: Page) -> Locator:
    """The data field VIP among what is found for a column."""
    target_of(page, "Stammkunde").fill("vip")
    return page.locator("#target-list").get_by_role("option", name="VIP (yes or no)")


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

    with page.expect_navigation():
        page.get_by_role("button", name="Try again").click()

    expect(page.locator("#catalogue")).to_contain_text("were loaded from Dotdigital")
    expect(vips(page)).to_have_count(1)


def test_what_was_changed_meanwhile_is_not_lost_unasked(unread: Page) -> None:
    page = unread
    page.locator("#rules input[type=radio]").last.check()

    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#catalogue-news")).to_contain_text("They have been loaded again")
    page.get_by_role("link", name="Reload the page to use them").click()
    expect(vips(page)).to_have_count(1)


def test_what_is_chosen_while_the_choice_before_it_is_being_kept_is_not_lost(mapped: Page) -> None:
    """The answer to the choice before comes late and says nothing of what was chosen since; then the session ends."""
    page = mapped
    expect(page.locator("#live-words")).to_contain_text("The whole file was checked")
    opened, cookies = page.url, page.context.cookies()

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        page.context.clear_cookies(name="sessionid")
        type_target(page, "Remarks", "FIRSTNAME (text)")
        route.fulfill(response=answer)

    page.route("**/trial/", answer_late, times=1)
    type_target(page, "Email", "Do not import")
    expect(page).to_have_url(re.compile("/login/|sign-in"))
    page.context.add_cookies(cookies)
    page.goto(opened)
    expect(target_of(page, "Remarks")).to_have_value("FIRSTNAME (text)")


def test_choices_that_only_the_browser_has_are_shown_where_another_has_chosen_since(mapped: Page) -> None:
    page = mapped
    expect(page.locator("#live-words")).to_contain_text("The whole file was checked")
    page.route("**/trial/", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        type_target(page, "Remarks", "FIRSTNAME (text)")
    other = page.context.new_page()
    other.goto(page.url)
    with other.expect_response("**/trial/"):
        choose_target(other, "Email", "Do not import")
    other.close()

    page.unroute("**/trial/")
    page.reload()
    expect(page.locator("#conflict")).to_contain_text("changed in another tab")
    expect(target_of(page, "Remarks")).to_have_value("FIRSTNAME (text)")
    page.get_by_role("button", name="Keep the choices on this page").click()
    expect(page.locator("#conflict")).to_have_count(0)
    page.reload()
    expect(target_of(page, "Remarks")).to_have_value("FIRSTNAME (text)")
    expect(target_of(page, "Email")).to_have_value("E-mail address")


def test_nothing_chosen_is_lost_by_leaving_at_once_another_tab_or_a_session_that_ended(
    mapped: Page,
) -> None:
    page = mapped
    choose_target(page, "Email", "Do not import")
    page.goto("/")
    page.go_back()
    expect(target_of(page, "Email")).to_have_value("Do not import")
    page.reload()
    expect(target_of(page, "Email")).to_have_value("Do not import")
    expect(page.locator("#draft")).to_contain_text("have not been checked yet")

    other = page.context.new_page()
    other.goto(page.url)
    choose_target(other, "Email", "E-mail address")
    expect(other.locator("#live-words")).to_contain_text("The whole file was checked")
    choose_target(page, "Remarks", "FIRSTNAME (text)")
    expect(page.locator("#conflict")).to_contain_text("changed in another tab")
    page.get_by_role("link", name="Show the other choices").click()
    expect(target_of(page, "Email")).to_have_value("E-mail address")
    other.close()

    # A page that still asks how the check goes would leave before anything is chosen.
    expect(page.locator("#live-words")).to_contain_text("The whole file was checked")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    type_target(page, "Address", "FIRSTNAME (text)")
    expect(page).to_have_url(re.compile("/login/|sign-in"))
    page.context.add_cookies(cookies)
    page.goto(re.sub(r"^.*?next=", "", page.url))
    expect(target_of(page, "Address")).to_have_value("FIRSTNAME (text)")
