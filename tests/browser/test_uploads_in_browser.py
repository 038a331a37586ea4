"""Files on their way in a real browser: several at once, beside the zone, over a line that is cut, cancelled."""

import re
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.core.files.storage import default_storage
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from imports.jobs import resumable
from imports.models import DotdigitalAccount, Membership, ResumableUpload, UploadJob
from imports.states import JobStatus
from portal import env
from portal.models import User
from tests.browser.broken_line import Line
from tests.browser.conftest import WAIT_MS
from tests.browser.signing_in import drop_files
from tests.views.tus_client import TusUpload

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

PART_BYTES = 20_000
CONTENT = b"Email,Name\n" + b"".join(b"person%d@example.com,Name %d\n" % (n, n) for n in range(10_000))
ONE_MORE_THAN_NEEDED = 1.5  # how often a file that goes on where it stopped is sent, at the very most
SAID = re.compile("The connection was lost at")


@pytest.fixture
def account(transactional_db) -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture
def alice(account) -> User:
    user = User.objects.create_user("alice")
    Membership.objects.create(account=account, user=user)
    return user


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path) -> None:
    """What is stored in a test lies in its own folder."""
    settings.STORAGES = {**settings.STORAGES, "default": env.folder(tmp_path / "files")}


@pytest.fixture(autouse=True)
def _small_parts(settings, monkeypatch) -> None:
    settings.UPLOAD_MAX_BYTES = 5_000_000
    monkeypatch.setattr(resumable, "PART_BYTES", PART_BYTES)


def sign_in(page: Page, user: User, url: str) -> None:
    client = Client()
    client.force_login(user)
    name = portal_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def at_upload(page: Page, line: Line, alice) -> Page:
    """Alice's browser at the page of uploads, which it reaches over the line."""
    page.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    sign_in(page, alice, line.url)
    page.goto(f"{line.url}/upload/")
    return page


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.csv"
    path.write_bytes(CONTENT)
    return path


def choose(page: Page, *paths: Path) -> None:
    page.get_by_label("File").set_input_files(paths)


def start(page: Page) -> None:
    page.get_by_role("button", name="Upload and read the file").click()


def state(page: Page) -> Locator:
    return page.locator("#queue .state")


def stored() -> dict[str, bytes]:
    return {
        job.file_name: Path(default_storage.path(job.upload)).read_bytes() for job in UploadJob.objects.all()
    }


def expect_stored(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/imports/.*/progress/$"))
    assert stored() == {"contacts.csv": CONTENT}


def expect_stored_whole(page: Page) -> None:
    """The file is stored, and none of its parts is any more."""
    expect_stored(page)
    assert not [one for one in Path(default_storage.path("parts")).rglob("*") if one.is_file()]


def assert_nothing_scrolls_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_two_files_dropped_at_once_are_two_jobs(at_upload: Page) -> None:
    page = at_upload
    texts = {"first.csv": "Email\nada@example.com\n", "second.csv": "Email\ngrace@example.com\n"}

    drop_files(page, texts, "#drop p")
    drop_files(page, {"first.csv": texts["first.csv"]}, "#drop")  # once more
    expect(state(page)).to_have_text(["Waiting", "Waiting"])
    start(page)

    expect(page.get_by_role("heading", name="All files are uploaded")).to_be_visible()
    expect(state(page)).to_have_text(["Uploaded", "Uploaded"])
    assert stored() == {name: text.encode() for name, text in texts.items()}
    page.get_by_role("link", name="View import: second.csv").click()
    expect(page.get_by_text("second.csv").first).to_be_visible()


def test_a_drop_beside_the_zone_opens_nothing_and_says_where_to_drop(at_upload: Page) -> None:
    page = at_upload

    was_prevented = drop_files(page, {"first.csv": "Email\n"}, "h1")

    assert was_prevented
    expect(page.get_by_role("alert")).to_have_text(
        "Nothing was taken. Drop files inside the box with the dashed line."
    )
    expect(page.locator("#queue li")).to_have_count(0)
    start(page)
    expect(page.get_by_role("alert")).to_have_text("Choose a file first.")


def test_an_upload_goes_on_by_itself_when_the_line_is_mended(at_upload: Page, line: Line, path: Path) -> None:
    page = at_upload
    choose(page, path)
    line.cut_after(150_000)
    before = line.sent_bytes

    start(page)
    expect(state(page)).to_have_text(SAID)
    assert 0 < ResumableUpload.objects.get().received_bytes < len(CONTENT)
    line.mend()

    expect_stored_whole(page)
    assert line.sent_bytes - before < ONE_MORE_THAN_NEEDED * len(CONTENT)


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(
    at_upload: Page, line: Line, path: Path
) -> None:
    page = at_upload
    choose(page, path)
    line.cut_after(150_000)
    before = line.sent_bytes
    start(page)
    expect(state(page)).to_have_text(SAID)
    page.goto("about:blank")
    line.mend()
    page.goto(f"{line.url}/upload/")
    assert 0 < ResumableUpload.objects.get().received_bytes < len(CONTENT)
    expect(page.get_by_role("heading", name="Unfinished uploads")).to_be_visible()

    choose(page, path)
    expect(state(page)).to_have_text(re.compile(r"^Waiting\. .* of it arrived earlier\.$"))
    start(page)

    expect_stored_whole(page)
    assert line.sent_bytes - before < ONE_MORE_THAN_NEEDED * len(CONTENT)


def test_another_file_of_the_same_name_and_size_is_not_taken_for_it(
    at_upload: Page, alice, account, path: Path
) -> None:
    page, other = at_upload, Client()
    other.force_login(alice)
    upload = TusUpload.of(other, account.pk, len(CONTENT))
    assert upload.patch(0, CONTENT[:PART_BYTES].lower()).status_code == 204
    page.reload()

    choose(page, path)
    start(page)

    expect(page).to_have_url(re.compile(r"/imports/.*/progress/$"))
    assert stored() == {"contacts.csv": CONTENT}
    assert upload.offset() == PART_BYTES


def test_one_that_is_cancelled_is_gone_at_320_pixels(at_upload: Page, line: Line, path: Path) -> None:
    page = at_upload
    page.set_viewport_size({"width": 320, "height": 800})
    choose(page, path)
    assert_nothing_scrolls_sideways(page)
    line.hold_after(150_000)
    start(page)
    expect(page.get_by_role("progressbar", name="contacts.csv")).to_be_visible()
    expect(state(page)).to_have_text(re.compile(r"kB of .*\skB \(\d+%\)"))
    assert_nothing_scrolls_sideways(page)

    page.get_by_role("button", name="Cancel: contacts.csv").click()

    expect(state(page)).to_have_text("Cancelled. Nothing of it is kept.")
    assert not ResumableUpload.objects.exists()
    assert stored() == {}
    assert_nothing_scrolls_sideways(page)
    line.mend()
    choose(page, path)
    start(page)
    expect(page.get_by_role("link", name="View import: contacts.csv")).to_be_visible()
    assert stored() == {"contacts.csv": CONTENT}


def test_speed_and_time_left_are_told_while_something_moves(at_upload: Page, line: Line, path: Path) -> None:
    page = at_upload
    page.clock.install()
    page.reload()
    choose(page, path)
    line.hold_after(100_000)
    start(page)
    expect(state(page)).to_have_text(re.compile(r"^\d+\skB of 327.8\skB \(\d+%\)"))
    page.clock.fast_forward(2_000)
    line.mend()
    line.hold_after(100_000)

    expect(state(page)).to_have_text(
        re.compile(r"^\d+(\.\d)?\skB of 327.8\skB \(\d+%\), [\d.]+\skB per second, about \d+\sseconds? left$")
    )
    page.clock.fast_forward(7_000)

    expect(state(page)).to_have_text(re.compile(r"^\d+(\.\d)?\skB of 327.8\skB \(\d+%\)$"))
    line.mend()
    expect_stored_whole(page)


WITHOUT_SHA256 = "Object.defineProperty(window.crypto, 'subtle', { value: undefined })"


@pytest.mark.parametrize("has_scripts", [False, True])
def test_where_parts_cannot_be_sent_the_form_takes_one_file(
    has_scripts: bool, browser: Browser, alice, base_url: str, path: Path
) -> None:
    with browser.new_context(java_script_enabled=has_scripts) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.add_init_script(WITHOUT_SHA256)
        sign_in(page, alice, base_url)
        page.goto(f"{base_url}/upload/")
        if has_scripts:
            drop_files(page, {"first.csv": "Email\n", "second.csv": "Email\n"}, "#drop")
            expect(page.get_by_role("alert")).to_have_text(
                "Drop one file at a time here. None of these was taken."
            )

        choose(page, path)
        start(page)

        expect_stored(page)


def test_whoever_was_signed_out_meanwhile_signs_in_and_resumes(
    at_upload: Page, line: Line, alice, path: Path
) -> None:
    page = at_upload
    choose(page, path)
    line.cut_after(150_000)
    start(page)
    expect(state(page)).to_have_text(SAID)
    page.context.clear_cookies()
    line.mend()
    expect(state(page)).to_have_text(re.compile("You have been signed out"))

    # With the session, the token of the page's form has become void.
    sign_in(page, alice, line.url)
    page.get_by_role("button", name="Resume: contacts.csv").click()

    expect_stored_whole(page)


def test_when_no_answer_comes_at_the_end_it_says_that_it_may_have_arrived(
    at_upload: Page, line: Line, path: Path
) -> None:
    page = at_upload
    page.clock.install()
    page.reload()
    choose(page, path)
    line.cut_at(b"/finish/")
    start(page)
    expect(state(page)).to_have_text(SAID)

    page.clock.fast_forward(200_000)

    expect(state(page)).to_have_text(re.compile("so its import may have begun"))
    expect(page.get_by_role("link", name="View your imports: contacts.csv")).to_be_visible()
    line.mend()
    page.get_by_role("button", name="Resume: contacts.csv").click()
    expect_stored_whole(page)


def test_a_file_takes_the_mapping_that_the_page_was_opened_with(
    page: Page, line: Line, account, alice, path
) -> None:
    mapping = {"matchIdentifier": "email", "columns": [{"column": "Email", "target": "identifiers.email"}]}
    earlier = UploadJob.objects.create(
        account=account,
        owner=alice,
        file_name="fair.csv",
        status=JobStatus.FINISHED,
        mapping=mapping,
        reading={"columns": ["Email"]},
        ledger={"counts": {"created": 1}},
    )
    sign_in(page, alice, line.url)
    page.goto(f"{line.url}/upload/?like={earlier.pk}")
    expect(page.get_by_role("heading", name="The next file takes the mapping of fair.csv")).to_be_visible()
    choose(page, path)
    start(page)

    expect(page).to_have_url(re.compile(r"/imports/.*/progress/$"))
    assert UploadJob.objects.exclude(pk=earlier.pk).get().mapped_like == earlier
