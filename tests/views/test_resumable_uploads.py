"""Files that arrive in parts: any cut into parts makes the file, and whatever else is sent changes nothing."""

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from imports.jobs import resumable
from imports.models import DotdigitalAccount, Membership, ResumableUpload, UploadJob
from imports.storage.upload_parts import PARTS
from portal.models import User
from tests.examples import examples
from tests.views.conftest import signed_in
from tests.views.tus_client import BEGIN, TUS, TusUpload, begun, checksum, encoded

CONTENT = b"Email,Name\r\nada@example.com,Ada\r\n"


@pytest.fixture
def account(db) -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture(autouse=True)
def incoming(settings, tmp_path: Path) -> Path:
    """An UPLOAD_TEMP_DIR that nobody else writes to."""
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    return settings.UPLOAD_TEMP_DIR


@pytest.fixture
def upload(as_alice, account) -> TusUpload:
    return TusUpload.of(as_alice, account.pk, len(CONTENT))


def stored(job: UploadJob) -> bytes:
    return Path(default_storage.path(job.upload)).read_bytes()


def parts_of(upload: TusUpload) -> list[Path]:
    """The parts of an upload that lie in storage."""
    folder = Path(default_storage.path(PARTS), upload.url.rstrip("/").rsplit("/", 1)[1])
    return list(folder.iterdir()) if folder.exists() else []


def row() -> dict[str, object]:
    return ResumableUpload.objects.values().get()


@st.composite
def sendings(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int]]]:
    """A file, and pieces of it that are sent: each from where it begins to where it ends, in whatever order."""
    content = draw(st.binary(min_size=1, max_size=60))
    ends = st.integers(0, len(content))
    return content, draw(st.lists(st.tuples(ends, ends), max_size=12))


class TestAnyCut:
    @settings(
        max_examples=examples(quick=15, deep=500), suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(sendings())
    @example((b"abc", [(0, 1), (0, 1), (1, 1), (1, 3), (0, 3), (3, 3)]))
    def test_the_parts_are_the_file_whatever_is_sent_twice_or_out_of_turn(self, as_alice, account, sending):
        content, pieces = sending
        upload = TusUpload.of(as_alice, account.pk, len(content))
        has = 0
        for start, end in pieces:
            answer = upload.patch(start, content[start:end])
            if start == has:
                has = max(start, end)
                assert (answer.status_code, answer["Upload-Offset"]) == (204, str(has))
            else:
                assert (answer.status_code, answer["Upload-Offset"]) == (409, str(has))
        assert upload.offset() == has
        if has < len(content):
            assert upload.finish().status_code == 409
            assert upload.patch(has, content[has:]).status_code == 204

        url = upload.finish().json()["url"]

        job = UploadJob.objects.latest("created_at")
        assert stored(job) == content
        assert (job.file_bytes, job.file_sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert url == reverse("imports:progress", args=[job.pk])
        assert parts_of(upload) == []

    def test_a_file_of_many_blocks(self, as_alice, account, alice, incoming):
        content = os.urandom(700_001)
        upload = TusUpload.of(as_alice, account.pk, len(content), "Käufer\N{RIGHT-TO-LEFT OVERRIDE} 2026.csv")
        for start in range(0, len(content), 300_000):
            assert upload.patch(start, content[start : start + 300_000]).status_code == 204
        assert len(parts_of(upload)) == 3

        upload.finish()

        job = UploadJob.objects.get()
        assert stored(job) == content
        assert (job.owner, job.account, job.file_name) == (alice, account, "Käufer 2026.csv")
        assert list(incoming.iterdir()) == []

    def test_what_has_arrived_is_told_by_its_parts(self, as_alice, upload):
        upload.patch(0, CONTENT[:5])
        upload.patch(5, CONTENT[5:9])

        told = as_alice.get(upload.url).json()

        assert told == {
            "offset": 9,
            "length": len(CONTENT),
            "parts": [
                {"bytes": 5, "sha256": hashlib.sha256(CONTENT[:5]).hexdigest()},
                {"bytes": 4, "sha256": hashlib.sha256(CONTENT[5:9]).hexdigest()},
            ],
        }


class TestBeginning:
    def test_what_the_portal_speaks(self, as_alice, settings):
        settings.UPLOAD_MAX_BYTES = 77

        answer = as_alice.options(BEGIN)

        assert {name: value for name, value in answer.items() if name.startswith("Tus-")} == {
            "Tus-Resumable": "1.0.0",
            "Tus-Version": "1.0.0",
            "Tus-Extension": "creation,checksum,termination",
            "Tus-Max-Size": "77",
            "Tus-Checksum-Algorithm": "sha256",
        }

    def test_a_client_of_another_version_is_told(self, as_alice, account):
        answer = begun(as_alice, account.pk, 3, **{"Tus-Resumable": "0.2.2"})

        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
        assert not ResumableUpload.objects.exists()

    @pytest.mark.parametrize(
        ("size", "status", "sentence"),
        [
            (0, 422, "There is nothing in this file."),
            (101, 413, "This file is 101 bytes long; the limit is 100 bytes."),
            (999_999_999_999_999, 413, "the limit is 100 bytes."),
        ],
    )
    def test_a_size_that_is_not_taken_is_refused_before_the_first_byte(
        self, size, status, sentence, as_alice, account, settings
    ):
        settings.UPLOAD_MAX_BYTES = 100

        answer = begun(as_alice, account.pk, size)

        assert answer.status_code == status
        assert sentence in answer.json()["sentence"]
        assert answer.json()["remedy"]
        assert not ResumableUpload.objects.exists()

    def test_more_than_a_person_may_begin_is_refused_before_the_first_byte(self, as_alice, account, settings):
        settings.PERSON_UPLOADS_AN_HOUR = 1
        assert begun(as_alice, account.pk, 5).status_code == 201

        answer = begun(as_alice, account.pk, 5)

        assert answer.status_code == 422
        assert answer.json()["sentence"] == "You have reached the limit for imports begun within an hour: 1."
        assert answer.json()["remedy"].startswith("Go on in an hour")
        assert ResumableUpload.objects.count() == 1

    @pytest.mark.parametrize(
        "size", ["", "-1", "+5", "1e3", "0x10", "5.0", " 5 5", "٣", "9" * 16, "9" * 5_000]
    )
    def test_what_is_no_size_is_refused(self, size, as_alice, account):
        assert begun(as_alice, account.pk, size).status_code == 400
        assert not ResumableUpload.objects.exists()

    @pytest.mark.parametrize("account_id", ["", "0", "-1", "nothing", "٣", "9" * 40, "1 OR 1=1"])
    def test_no_account_is_refused(self, account_id, as_alice):
        answer = begun(as_alice, account_id, 3)

        assert answer.status_code == 422
        assert answer.json()["sentence"] == "You cannot import into this account."

    def test_the_account_of_others_is_refused(self, as_alice, charlie):
        other = DotdigitalAccount.objects.get(name="Other")

        assert begun(as_alice, other.pk, 3).status_code == 422
        assert not ResumableUpload.objects.exists()

    @pytest.mark.parametrize("metadata", ["filename !,account x", "filename /w==", "filename a"])
    def test_metadata_that_cannot_be_read_is_refused(self, metadata, as_alice, account):
        assert begun(as_alice, account.pk, 3, **{"Upload-Metadata": metadata}).status_code == 400

    def test_a_file_without_a_name_has_one(self, as_alice, account):
        told = {"Upload-Length": "3", "Upload-Metadata": f"account {encoded(str(account.pk))}"}

        assert as_alice.post(BEGIN, headers={**TUS, **told}).status_code == 201

        assert ResumableUpload.objects.get().file_name == "unnamed file"

    def test_it_takes_a_token(self, alice, account):
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(alice)

        assert begun(forged, account.pk, 3).status_code == 403
        assert not ResumableUpload.objects.exists()


class TestOtherPeople:
    def test_an_upload_is_its_owners_alone(self, upload, bob, mona, charlie, alice, client):
        upload.patch(0, CONTENT[:5])
        before, lying = row(), parts_of(upload)
        root = User.objects.create_superuser("root")

        for user in (bob, mona, charlie, root):
            stranger = TusUpload(signed_in(user), upload.url)
            assert stranger.client.head(upload.url, headers=TUS).status_code == 404
            assert stranger.client.get(upload.url).status_code == 404
            assert stranger.patch(5, CONTENT[5:]).status_code == 404
            assert stranger.delete() == 404
            assert stranger.finish().status_code == 404
            assert stranger.client.post(f"{upload.url}discard/").status_code == 404
        nobody = TusUpload(client, upload.url)
        assert nobody.patch(5, CONTENT[5:]).status_code == 302
        assert nobody.delete() == 302

        assert (row(), parts_of(upload)) == (before, lying)

    def test_who_has_left_the_account_cannot_go_on(self, upload, alice):
        Membership.objects.filter(user=alice).delete()

        assert upload.patch(0, CONTENT).status_code == 404
        assert upload.finish().status_code == 404

    def test_each_change_takes_a_token(self, upload, alice):
        upload.patch(0, CONTENT)
        forged = Client(enforce_csrf_checks=True)
        forged.force_login(alice)
        other, before = TusUpload(forged, upload.url), row()

        assert other.patch(len(CONTENT), b"").status_code == 403
        assert other.delete() == 403
        assert other.finish().status_code == 403
        assert forged.post(f"{upload.url}discard/").status_code == 403
        assert row() == before


class TestWrongParts:
    @pytest.fixture(autouse=True)
    def _nothing_changes(self, upload):
        upload.patch(0, CONTENT[:5])
        before, lying = row(), parts_of(upload)
        yield
        assert (row(), parts_of(upload)) == (before, lying)
        assert upload.patch(5, CONTENT[5:]).status_code == 204
        assert upload.finish().status_code == 200
        assert stored(UploadJob.objects.get()) == CONTENT

    @pytest.mark.parametrize("offset", [0, 4, 6, 30, 999_999_999_999_999])
    def test_one_that_begins_elsewhere(self, offset, upload):
        answer = upload.patch(offset, b"abc")

        assert (answer.status_code, answer["Upload-Offset"]) == (409, "5")

    @pytest.mark.parametrize("offset", ["", "-5", "+5", "5.0", "0x5", "٥", "five", "9" * 16])
    def test_one_that_begins_nowhere(self, offset, upload):
        assert upload.patch(offset, b"abc").status_code == 400

    def test_one_that_goes_on_after_the_end(self, upload):
        assert upload.patch(5, CONTENT[5:] + b"!").status_code == 413

    def test_one_that_is_larger_than_parts_may_be(self, upload, monkeypatch):
        with monkeypatch.context() as patched:
            patched.setattr(resumable, "max_part_bytes", lambda: 9)

            assert upload.patch(5, CONTENT[5:15]).status_code == 413

    def test_more_parts_than_are_kept(self, upload, monkeypatch):
        with monkeypatch.context() as patched:
            patched.setattr(resumable, "MAX_PARTS", 1)

            assert upload.patch(5, CONTENT[5:]).status_code == 413

    def test_one_that_was_changed_on_its_way(self, upload):
        answer = upload.patch(5, CONTENT[5:].lower(), Upload_Checksum=checksum(CONTENT[5:]))

        assert answer.status_code == 460

    @pytest.mark.parametrize("length", ["0", "3"])
    def test_one_whose_length_is_not_what_was_told(self, length, upload):
        assert upload.patch(5, b"abcde", Content_Length=length).status_code == 460

    @pytest.mark.parametrize(
        "told",
        [
            "",
            "sha256",
            "sha256 ",
            "sha256 !",
            "sha256 YWJj",
            "md5 YWJj",
            f"sha1 {encoded(bytes(20))}",
            "x" * 9_000,
        ],
    )
    def test_one_without_its_sha256(self, told, upload):
        assert upload.patch(5, b"abc", Upload_Checksum=told).status_code == 400

    @pytest.mark.parametrize("length", ["", "-3", "3.0", "9" * 16, "999999999999999"])
    def test_one_of_no_length_or_an_enormous_one(self, length, upload):
        assert upload.patch(5, b"abc", Content_Length=length).status_code in {400, 413}

    def test_one_of_another_content_type(self, upload):
        assert upload.patch(5, CONTENT[5:], content_type="text/csv").status_code == 415

    def test_one_by_another_version(self, upload):
        assert upload.patch(5, CONTENT[5:], Tus_Resumable="1.1").status_code == 412

    def test_an_end_before_all_has_arrived(self, upload):
        answer = upload.finish()

        assert (answer.status_code, answer["Upload-Offset"]) == (409, "5")
        assert not UploadJob.objects.exists()

    def test_other_methods(self, upload):
        for method in ("post", "put"):
            assert getattr(upload.client, method)(upload.url, headers=TUS).status_code == 405
        assert upload.client.get(f"{upload.url}finish/").status_code == 405


class TestTheEnd:
    def test_asked_again_it_is_the_same_job(self, upload):
        upload.patch(0, CONTENT)

        first, again = upload.finish().json(), upload.finish().json()

        assert first == again
        assert UploadJob.objects.count() == 1
        assert upload.offset() == len(CONTENT)

    def test_nothing_more_is_taken(self, upload):
        upload.patch(0, CONTENT)
        upload.finish()

        assert upload.patch(len(CONTENT), b"more").status_code == 413
        assert upload.patch(0, CONTENT).status_code == 409
        assert upload.delete() == 409
        assert upload.client.post(f"{upload.url}discard/").status_code == 302
        assert stored(UploadJob.objects.get()) == CONTENT

    def test_a_part_that_was_lost_is_sent_again(self, upload, caplog):
        for start in (0, 10, 20):
            upload.patch(start, CONTENT[start : start + 10])
        upload.patch(30, CONTENT[30:])
        names = ResumableUpload.objects.get().parts
        lost = next(path for path in parts_of(upload) if path.name == names[1]["stored"])
        lost.unlink()

        answer = upload.finish()

        assert (answer.status_code, answer["Upload-Offset"]) == (409, "10")
        assert "part=1 was lost" in caplog.text
        assert upload.patch(10, CONTENT[10:]).status_code == 204
        assert upload.finish().status_code == 200
        assert stored(UploadJob.objects.get()) == CONTENT

    def test_a_part_that_was_changed_in_storage_is_sent_again(self, upload):
        upload.patch(0, CONTENT)
        parts_of(upload)[0].write_bytes(CONTENT.lower())

        assert upload.finish()["Upload-Offset"] == "0"
        assert not UploadJob.objects.exists()

    def test_a_limit_that_was_lowered_meanwhile_holds(self, upload, settings):
        upload.patch(0, CONTENT)
        settings.UPLOAD_MAX_BYTES = 3

        answer = upload.finish()

        assert answer.status_code == 422
        assert "the limit is 3 bytes" in answer.json()["sentence"]


class TestDiscarding:
    def test_it_leaves_nothing(self, upload):
        upload.patch(0, CONTENT[:5])

        assert upload.delete() == 204

        assert parts_of(upload) == []
        assert not ResumableUpload.objects.exists()
        assert upload.patch(5, CONTENT[5:]).status_code == 404
        assert upload.delete() == 404

    def test_the_page_shows_what_is_unfinished_and_discards_it(self, upload, as_alice, bob):
        page = reverse("imports:upload")
        assert "Unfinished uploads" not in as_alice.get(page).text  # nothing of it has arrived
        upload.patch(0, CONTENT[:5])

        assert "5\N{NO-BREAK SPACE}bytes of 33\N{NO-BREAK SPACE}bytes, for Acme" in as_alice.get(
            page
        ).text.replace("5 bytes", "5\N{NO-BREAK SPACE}bytes").replace("33 bytes", "33\N{NO-BREAK SPACE}bytes")
        assert "Unfinished uploads" not in signed_in(bob).get(page).text
        assert as_alice.post(f"{upload.url}discard/")["Location"] == page
        assert "Unfinished uploads" not in as_alice.get(page).text


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Several processes are sent the same at once."""

    def at_once(self, act, times: int = 4) -> list[object]:
        together = threading.Barrier(times)

        def run(number: int) -> object:
            together.wait()
            try:
                return act(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(run, range(times)))

    def test_of_several_first_parts_one_is_taken(self, upload, alice):
        contents = [bytes([65 + number]) * len(CONTENT) for number in range(4)]
        clients = [signed_in(alice) for _ in contents]

        answers = self.at_once(
            lambda number: TusUpload(clients[number], upload.url).patch(0, contents[number]).status_code
        )

        assert sorted(answers) == [204, 409, 409, 409]
        assert len(parts_of(upload)) == 1
        upload.finish()
        assert stored(UploadJob.objects.get()) == contents[answers.index(204)]

    def test_several_ends_are_one_job(self, upload, alice):
        upload.patch(0, CONTENT)
        clients = [signed_in(alice) for _ in range(4)]

        answers = self.at_once(lambda number: TusUpload(clients[number], upload.url).finish().json()["url"])

        assert len(set(answers)) == 1
        assert stored(UploadJob.objects.get()) == CONTENT
        assert len(list(Path(default_storage.path("uploads")).iterdir())) == 1
        assert parts_of(upload) == []
