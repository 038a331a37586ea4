"""German from sign-in to report, in a browser that asks for it, on a wide and on a narrow screen."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from imports.jobs.suggesting import refresh_account
from tests.browser.choosing import column_of
from tests.browser.conftest import WAIT_MS
from tests.english_words import english_in
from tests.pipeline import files

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

ROWS = (
    *files.OUTLOOK_ROWS,
    ("Ohne", "Adresse", "keine-adresse.example.de", "", "", "", ""),
    ("Anna-Lena", "Großmann", "anna@example.org", "0151 12345", "03.04.1981", "1.234,50", "Ja"),
)
# What the file, the account and the person call things, and what has one name everywhere.
SUPPLIED = (
    *{cell for row in ROWS for cell in row if cell},
    *files.OUTLOOK_HEADER,
    *(
        "kontakte.csv",
        "Acme",
        "alice",
        "Dotdigital",
        "Europe/London",
        "Windows-1252",
        "Isle of Man",
        "Port of Spain",
    ),
)
NARROW = {"width": 320, "height": 700}
WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    return {**browser_context_args, "locale": "de-DE", "viewport": WIDE}


def seen(page: Page, place: str) -> None:
    """Nothing of the page is English, and it fits the narrowest screen."""
    assert page.locator("html").get_attribute("lang") == "de"
    names = [text for text in page.locator("[translate=no]").all_inner_texts() if text]
    lines = [line.strip() for line in page.locator("body").inner_text().splitlines() if line.strip()]
    assert english_in([*lines, page.title()], [*SUPPLIED, *names]) == [], place
    page.set_viewport_size(NARROW)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], place
    page.set_viewport_size(WIDE)


def test_a_file_is_imported_in_german(page: Page, workers, account, alice, sandbox, tmp_path) -> None:
    assert refresh_account(account)
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)

    page.goto("/accounts/login/")
    seen(page, "sign in")
    page.get_by_label("Benutzername").fill("alice")
    page.get_by_label("Passwort").fill("not a secret here")
    page.get_by_role("button", name="Anmelden", exact=True).click()

    expect(page.get_by_role("heading", name="Noch keine Importe")).to_be_visible()
    seen(page, "history")
    page.get_by_role("link", name="Neuer Import").click()
    seen(page, "upload")
    path = files.delimited(
        tmp_path / "kontakte.csv", files.OUTLOOK_HEADER, ROWS, delimiter=";", encoding="cp1252"
    )
    page.get_by_label("Datei").set_input_files(path)
    page.get_by_role("button", name="Datei hochladen und lesen").click()

    column_of(page, "Mobiltelefon")
    page.get_by_label("Land der Nummern ohne Ländervorwahl").select_option("DE")
    seen(page, "mapping")
    page.get_by_role("link", name="Erste Zeilen ansehen oder die Datei anders lesen").click()
    seen(page, "reading")
    page.go_back()
    column_of(page, "Mobiltelefon")
    page.get_by_label("Land der Nummern ohne Ländervorwahl").select_option("DE")
    page.get_by_role("button", name="Ganze Datei prüfen").click()

    expect(page.get_by_role("heading", name="Möchten Sie das so importieren?")).to_be_visible()
    seen(page, "check")
    page.get_by_role("button", name="3 Kontakte importieren").click()
    seen(page, "second question")
    page.get_by_label("Ich habe das gelesen, und ich möchte es so").check()
    page.get_by_role("button", name="3 Kontakte importieren").click()
    expect(page).to_have_url(re.compile(r"/report/$"))
    seen(page, "report")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV mit allen Zeilen").click()
    page.get_by_role("link", name="Neu angelegt", exact=True).click()
    seen(page, "rows")

    contacts = {contact["identifiers"]["email"]: contact for contact in sandbox.contacts()}
    download.value.save_as(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as report:
        rows = {row["E-Mail-Adresse"]: row for row in csv.DictReader(report)}
    assert {address for address, row in rows.items() if row["outcome"] == "created"} == set(contacts)
    assert rows["keine-adresse.example.de"]["outcome"] == "rejected"
    assert contacts["anna@example.org"]["dataFields"]["SPEND"] == 1234.5
    assert contacts["kathe@example.de"]["identifiers"]["mobileNumber"].lstrip("+") == "4915291897076"
