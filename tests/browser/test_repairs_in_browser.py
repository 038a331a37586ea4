"""Repairing a file in a real browser: by groups of problems, by values, and cell by cell in the grid."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from imports.contacts.mapping import Mapping
from imports.jobs.check import set_mapping
from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus
from imports.work.queue import wake_job
from portal.models import User
from tests.browser.signing_in import staged_job
from tests.patience import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

FILE = (
    "Email,First name,Mobile number,Birthday,Town\n"
    "ada@gmial.com,Ada,07400 604986,1990-01-31,Leeds\n"
    "not an address,Nora,07400 604987,1991-02-01,York\n"
    "zoe@example.com,ZoÃ«,07400 604988,1992-02-31,York\n"
    "lea@example.com,Lea,12,1993-03-04,leeds\n"
    "info@example.com,Office,,1994-05-06,Hull\n"
    "grace@example.com,grace,07400 604989,1995-06-07,Hull\n"
    "grace@example.com,Grace,07400 604990,1996-07-08,Hull\n"
)
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "First name", "target": "dataFields.FIRSTNAME"},
        {"column": "Mobile number", "target": "identifiers.mobileNumber"},
        {"column": "Birthday", "target": "dataFields.LAST_ORDER", "format": "%Y-%m-%d"},
        {"column": "Town", "target": "dataFields.LASTNAME"},
    ],
}
NUMBER, STATE, EMAIL, FIRST_NAME, MOBILE, BIRTHDAY, LAST = range(7)
WIDTHS = (320, 641, 768, 1000, 1440)


@pytest.fixture
def job(signed_in: Page, account: DotdigitalAccount, alice: User, tmp_path: Path) -> UploadJob:
    path = tmp_path / "members.csv"
    path.write_text(FILE)
    job = staged_job(account, alice, path)
    job.refresh_from_db()
    assert not set_mapping(job, Mapping.from_json(MAPPING), alice)
    wake_job(job)
    wait_until(lambda: is_checked(job), "the file has been checked")
    return job


def is_checked(job: UploadJob) -> bool:
    return UploadJob.objects.get(pk=job.pk).status == JobStatus.CHECKED


def has_been_checked_again(page: Page) -> None:
    expect(page.locator("#recheck")).to_have_attribute("data-state", "checked")


def cell(page: Page, row: int, place: int):
    return page.locator(f"#row-{row} > *").nth(place)


def offered(page: Page, title: str, offer: str):
    """The button of a repair in a group of problems of the check page."""
    problem = page.locator(".problem").filter(has=page.get_by_role("heading", name=title))
    problem.get_by_role("link", name="Repair").click()
    return problem.locator(".repair").filter(has_text=offer).get_by_role("button")


def test_a_file_with_every_kind_of_problem_is_repaired_and_imported(
    signed_in: Page, job: UploadJob, sandbox
) -> None:
    page = signed_in
    page.goto(f"/imports/{job.pk}/check/")
    for title, offer in (
        ("E-mail addresses with a likely typing error in the domain", "Use the suggested values"),
        ("Role-based e-mail addresses", "Leave the rows out"),
        ("Days that do not exist", "Treat the values as blank"),
    ):
        offered(page, title, offer).click()
        expect(page.get_by_role("heading", name=title)).to_have_count(0)
        has_been_checked_again(page)
        assert page.evaluate("document.activeElement !== document.body")
    expect(page.locator("#repairs-so-far")).to_contain_text("3 repairs so far")

    page.goto(f"/imports/{job.pk}/repairs/values/4/")
    page.get_by_label("Replace “leeds” by", exact=True).fill("Leeds")
    page.get_by_role("button", name="Replace and check the file again").click()
    expect(page.get_by_label("Replace “leeds” by", exact=True)).to_have_count(0)

    page.goto(f"/imports/{job.pk}/rows/?show=rejected")
    cell(page, 3, EMAIL).dblclick()
    field = page.get_by_role("textbox", name="Email Row 3")
    field.fill("nora@example.com")
    field.press("Enter")
    # It stays where it was, although it is no longer one of these rows.
    expect(cell(page, 3, STATE)).to_contain_text("Ready")
    expect(page.locator("#grid-live")).to_contain_text("Row 3: Ready.")
    has_been_checked_again(page)
    expect(page.locator("#which-rows [aria-current]")).to_have_text("Not valid 0")
    expect(cell(page, 3, EMAIL)).to_contain_text("In the file: “not an address”")

    page.goto(f"/imports/{job.pk}/rows/")
    cell(page, 8, STATE).get_by_role("button", name="Leave out").click()
    expect(cell(page, 8, STATE)).to_contain_text("Take back")
    expect(cell(page, 7, STATE)).to_contain_text("Ready")
    has_been_checked_again(page)

    page.goto(f"/imports/{job.pk}/check/")
    page.get_by_role("button", name="Import 5 contacts").click()
    expect(page).to_have_url(re.compile(r"/report/$"))
    sent = {one["identifiers"]["email"]: one for one in sandbox.contacts()}
    fields = {email: one["dataFields"] for email, one in sent.items()}
    assert {
        email: (one["FIRSTNAME"], one.get("LAST_ORDER", "")[:10], one["LASTNAME"])
        for email, one in fields.items()
    } == {
        "ada@gmail.com": ("Ada", "1990-01-31", "Leeds"),
        "nora@example.com": ("Nora", "1991-02-01", "York"),
        "zoe@example.com": ("ZoÃ«", "", "York"),
        "lea@example.com": ("Lea", "1993-03-04", "Leeds"),
        "grace@example.com": ("grace", "1995-06-07", "Hull"),
    }  # fmt: skip


def test_what_came_of_a_repair_is_seen_where_it_was_made(signed_in: Page, job: UploadJob) -> None:
    page = signed_in
    page.set_viewport_size({"width": 1366, "height": 700})
    page.goto(f"/imports/{job.pk}/check/")
    # As long as the check is under way: what is opened then is still open afterwards, and nothing can be imported.
    answers: list[Route] = []
    page.route("**/recheck/", lambda route: answers.append(route))
    button = offered(page, "Days that do not exist", "Treat the values as blank")
    button.click()
    expect(page.locator("#recheck")).to_have_attribute("data-state", "checking")
    importing = page.get_by_role("button", name=re.compile("^Import "))
    expect(importing).to_be_disabled()
    expect(page.locator("aside")).to_contain_text("when the whole file has been checked again")
    leave_out = offered(page, "Role-based e-mail addresses", "Leave the rows out")
    page.unroute("**/recheck/")
    for route in answers:
        route.continue_()

    expect(page.get_by_role("heading", name="Days that do not exist")).to_have_count(0)
    expect(page.locator("#recheck")).to_contain_text("5 contacts are ready")
    expect(page.locator("#recheck .notice")).to_be_in_viewport()
    expect(leave_out).to_be_visible()
    expect(importing).to_be_enabled()
    assert page.evaluate("document.activeElement.closest('.problem') !== null")
    assert "is being checked again" not in page.locator("#check-body").inner_text()
    page.locator("#recheck").get_by_role("button", name="Close").click()
    expect(page.locator("#recheck .notice")).to_have_count(0)


def test_repairs_that_are_looked_for_while_the_page_is_drawn_anew_are_shown(
    signed_in: Page, job: UploadJob
) -> None:
    page = signed_in
    page.goto(f"/imports/{job.pk}/check/")
    asked: list[Route] = []
    page.route("**/repairs/of/date_invalid/", lambda route: asked.append(route))
    problem = page.locator(".problem").filter(has_text="Days that do not exist")
    problem.get_by_role("link", name="Repair").click()
    expect(problem).to_contain_text("Looking for what can be done…")
    offered(page, "Role-based e-mail addresses", "Leave the rows out").click()
    expect(page.get_by_role("heading", name="Role-based e-mail addresses")).to_have_count(0)
    page.unroute("**/repairs/of/date_invalid/")
    for route in asked:
        route.continue_()

    expect(problem.locator(".repair").filter(has_text="Treat the values as blank")).to_be_visible()


def test_what_would_change_in_a_column_is_shown_before(signed_in: Page, job: UploadJob) -> None:
    page = signed_in
    page.goto(f"/imports/{job.pk}/repairs/values/4/")
    page.get_by_label("Find").fill("ee")
    page.get_by_label("Replace by", exact=True).fill("EE")
    preview = page.locator("#repair-preview")

    page.locator("#find-replace").click()
    expect(preview).to_contain_text(
        "2 values without a problem would change. Row 2: “Leeds” becomes “LEEds”."
    )
    page.get_by_label("Replace by", exact=True).fill("EEE")
    expect(preview).to_have_count(0)
    page.locator("#find-replace").click()
    preview.get_by_role("button", name="Change 2 values").click()

    has_been_checked_again(page)
    expect(preview).to_have_count(0)
    expect(page.locator("#values")).to_contain_text("LEEEds")
    expect(page.locator("#repairs-so-far")).to_contain_text("1 repair so far")


def test_the_grid_works_by_keyboard_alone(signed_in: Page, job: UploadJob) -> None:
    page, keyboard = signed_in, signed_in.keyboard
    page.goto(f"/imports/{job.pk}/rows/")

    def where() -> str:
        """The row and the column that have the focus; "" outside of the rows."""
        return page.evaluate(
            "(() => { const cell = document.activeElement.closest('#grid tbody :is(td, th)');"
            " return cell ? `${cell.parentElement.dataset.row} ${cell.cellIndex}` : ''; })()"
        )

    for _ in range(60):
        keyboard.press("Tab")
        if where():
            break
    assert where() == "2 2"  # the first value that something is said of
    for key, place in {
        "ArrowDown": "3 2", "ArrowRight": "3 3", "Tab": "3 4", "Shift+Tab": "3 3", "ArrowUp": "2 3",
        "End": "2 6", "Home": "2 0", "Control+End": "8 6", "Control+Home": "2 0", "PageDown": "8 0",
    }.items():  # fmt: skip
        keyboard.press(key)
        assert where() == place, key

    keyboard.press("Control+Home")
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "F2"):
        keyboard.press(key)
    keyboard.type("changed, and not meant")
    keyboard.press("Escape")
    assert where() == "3 2"
    expect(cell(page, 3, EMAIL)).to_contain_text("not an address")

    keyboard.press("Enter")
    keyboard.type("nora@example.com")
    keyboard.press("Tab")
    assert where() == "3 3"
    expect(cell(page, 3, STATE)).to_contain_text("Ready")
    assert where() == "3 3"  # also after the row has been drawn anew
    has_been_checked_again(page)

    keyboard.press("Escape")
    assert where() == ""
    table = page.locator("#grid")
    expect(table).to_have_attribute("role", "grid")
    expect(page.locator("#grid-hint")).to_contain_text("Escape leaves")


def test_number_and_state_stay_in_view_and_the_page_does_not_scroll_sideways(
    signed_in: Page, job: UploadJob
) -> None:
    page = signed_in
    for name in ("rows", "check", "rows/3", "repairs", "repairs/values/4", "repairs/of/email_without_at"):
        page.goto(f"/imports/{job.pk}/{name}/")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
    page.set_viewport_size({"width": 700, "height": 800})
    page.goto(f"/imports/{job.pk}/rows/")
    places = [cell(page, 3, place).bounding_box() for place in (NUMBER, STATE)]

    page.locator(".grid-frame").evaluate("frame => { frame.scrollLeft = 400; }")

    assert [cell(page, 3, place).bounding_box() for place in (NUMBER, STATE)] == places


def test_it_begins_at_the_first_bad_value_which_is_seen_beside_number_and_state(
    signed_in: Page, job: UploadJob
) -> None:
    page = signed_in
    page.set_viewport_size({"width": 700, "height": 800})

    def is_beside_what_stays(place: int) -> bool:
        frame, state, box = (
            one.bounding_box()
            for one in (page.locator(".grid-frame"), cell(page, 5, STATE), cell(page, 5, place))
        )
        is_after = box["x"] >= state["x"] + state["width"] - 1
        return is_after and box["x"] + box["width"] <= frame["x"] + frame["width"]

    page.goto(f"/imports/{job.pk}/rows/?row=5")
    assert page.locator("#grid :is(td, a)[tabindex='0']").get_attribute("data-place") == str(MOBILE - 2)
    assert is_beside_what_stays(MOBILE)
    page.locator(".grid-frame").evaluate("frame => { frame.scrollLeft = 0; }")
    cell(page, 5, MOBILE).click(position={"x": 5, "y": 5})
    assert is_beside_what_stays(MOBILE)
    page.keyboard.press("End")
    assert is_beside_what_stays(LAST)
    for place in (BIRTHDAY, MOBILE, FIRST_NAME, EMAIL):
        page.keyboard.press("ArrowLeft")
        assert is_beside_what_stays(place), place
    page.keyboard.press("End")
    cell(page, 5, MOBILE).dblclick(position={"x": 5, "y": 5})
    expect(page.get_by_role("textbox", name="Mobile number Row 5")).to_be_focused()
    assert is_beside_what_stays(MOBILE)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_pages_of_rows_and_of_problems_do_the_same(
    signed_in: Page, job: UploadJob, sandbox
) -> None:
    page = signed_in
    page.goto(f"/imports/{job.pk}/rows/?show=rejected")
    page.get_by_role("link", name="Row 3").click()
    page.get_by_label("Email").fill("nora@example.com")
    page.get_by_role("button", name="Save and check this row").click()
    expect(page.locator("main")).to_contain_text("Row 3: Ready.")
    expect(page.get_by_label("Email")).to_have_value("nora@example.com")
    wait_until(lambda: is_checked(job), "the file has been checked again")

    page.goto(f"/imports/{job.pk}/check/")
    typing_error = page.locator(".problem").filter(has_text="likely typing error in the domain")
    typing_error.get_by_role("link", name="Repair").click()
    page.get_by_role("button", name="Use them").click()
    expect(page.locator("main")).to_contain_text("Saved. The whole file is being checked again.")
    wait_until(lambda: is_checked(job), "the file has been checked again")

    page.goto(f"/imports/{job.pk}/check/")
    page.get_by_role("link", name="2 repairs so far").click()
    page.get_by_role("button", name="Undo repair 1").click()
    expect(page.locator("#repairs")).to_contain_text("Undone")
    page.get_by_role("button", name="Redo repair 1").click()
    expect(page.locator("#repairs")).not_to_contain_text("Undone")
    wait_until(lambda: is_checked(job), "the file has been checked again")

    page.goto(f"/imports/{job.pk}/check/")
    page.get_by_role("button", name="Import 6 contacts").click()
    wait_until(lambda: UploadJob.objects.get(pk=job.pk).has_ended, "the import has ended")
    assert {"ada@gmail.com", "nora@example.com"} <= {
        one["identifiers"]["email"] for one in sandbox.contacts()
    }
