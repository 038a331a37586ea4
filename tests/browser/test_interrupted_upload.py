"""From a drop of several files over a line that breaks to the report of each, and to what Dotdigital has."""

import re

import pytest
from playwright.sync_api import Page, expect

from imports.jobs import resumable
from tests.browser.broken_line import Line
from tests.browser.signing_in import drop_files

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]


def csv_of(*names: str) -> str:
    return "Email,First name\n" + "".join(f"{name.lower()}@example.com,{name}\n" for name in names)


def test_two_files_dropped_at_once_over_a_line_that_breaks_are_two_imports(
    signed_in: Page, line: Line, sandbox, settings, monkeypatch
) -> None:
    settings.UPLOAD_MAX_BYTES = 5_000_000
    monkeypatch.setattr(resumable, "PART_BYTES", 10_000)
    page = signed_in
    people = [f"Person{number}" for number in range(1_000)]
    page.goto(f"{line.url}/upload/")
    drop_files(page, {"many.csv": csv_of(*people), "few.csv": csv_of("Ada", "Grace")}, "#drop")
    line.cut_after(20_000)

    page.get_by_role("button", name="Upload and read the file").click()
    expect(page.locator("#queue .state").first).to_have_text(re.compile("The connection was lost at"))
    line.mend()
    expect(page.get_by_role("heading", name="All files are uploaded")).to_be_visible()
    ways = [
        page.get_by_role("link", name=f"View import: {name}").get_attribute("href")
        for name in ("few.csv", "many.csv")
    ]

    for way, count in zip(ways, ("2", "1,000"), strict=True):
        page.goto(f"{line.url}{way}")
        page.get_by_role("button", name="Check the whole file").click()
        page.get_by_role("button", name=f"Import {count} contacts").click()
        expect(page).to_have_url(re.compile(r"/report/$"))
        expect(page.get_by_role("row", name=re.compile("Created")).first).to_contain_text(count)
    arrived = {one["identifiers"]["email"]: one["dataFields"]["FIRSTNAME"] for one in sandbox.contacts()}
    assert arrived == {f"{name.lower()}@example.com": name for name in [*people, "Ada", "Grace"]}
