import csv
import hashlib
import io
import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.states import JobStatus
from imports.storage.uploads import HashedUpload
from imports.views.upload.sample_files import SAMPLE_ROWS
from tests.views.conftest import CONTACTS_CSV

UPLOAD = reverse("imports:upload")


def send(client, account, content: bytes = CONTACTS_CSV.encode(), name: str = "contacts.csv"):
    return client.post(UPLOAD, {"account": account.pk, "file": SimpleUploadedFile(name, content)})


@pytest.fixture
def incoming(settings, tmp_path) -> Path:
    """An UPLOAD_TEMP_DIR that nobody else writes to."""
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    return settings.UPLOAD_TEMP_DIR


BOUNDARY = b"boundary"


def multipart(account, name: bytes, content: bytes) -> bytes:
    """The body of an upload, with the file's name exactly as given: browsers are not the only ones who upload."""
    return b"\r\n".join(
        [
            b"--" + BOUNDARY,
            b'Content-Disposition: form-data; name="account"',
            b"",
            str(account.pk).encode(),
            b"--" + BOUNDARY,
            b'Content-Disposition: form-data; name="file"; filename="' + name + b'"',
            b"Content-Type: text/csv",
            b"",
            content,
            b"--" + BOUNDARY + b"--",
            b"",
        ]
    )


def send_named(client, account, name: bytes):
    body = multipart(account, name, CONTACTS_CSV.encode())
    return client.post(UPLOAD, body, content_type=f"multipart/form-data; boundary={BOUNDARY.decode()}")


class TestUploadPage:
    def test_it_says_what_is_accepted(self, as_alice, settings):
        settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_ROWS = 25_000_000, 60_000
        settings.UPLOAD_MAX_COLUMNS, settings.UPLOAD_MAX_CELL_CHARS = 1_234, 5_678

        text = as_alice.get(UPLOAD).text

        assert "25\N{NO-BREAK SPACE}MB" in text
        assert "60,000 rows" in text
        assert "1,234 columns" in text
        assert "5,678 characters" in text

    @pytest.mark.parametrize(
        "suffix", [".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip", ".gz"]
    )
    def test_every_accepted_type_is_named_and_offered(self, suffix, as_alice):
        text = as_alice.get(UPLOAD).text

        facts = text[text.index("What can be uploaded") :]
        assert suffix in facts
        assert f"{suffix}," in text.partition('accept="')[2].partition('"')[0] + ","

    def test_it_offers_the_accounts_one_may_use(self, as_alice, account, charlie):
        offered = as_alice.get(UPLOAD).context["form"].fields["account"].queryset

        assert list(offered) == [account]

    def test_the_only_account_is_chosen_already(self, as_alice, account):
        assert f'<option value="{account.pk}" selected' in as_alice.get(UPLOAD).text

    def test_one_of_several_accounts_has_to_be_chosen(self, as_alice, alice):
        other = DotdigitalAccount.objects.create(name="Second", endpoint="", api_user="")
        Membership.objects.create(account=other, user=alice)

        assert as_alice.get(UPLOAD).context["form"].fields["account"].initial is None


class TestUpload:
    def test_it_makes_a_job_and_shows_its_progress(self, as_alice, account, alice):
        response = send(as_alice, account)

        job = UploadJob.objects.get()
        assert (job.owner, job.account, job.status) == (alice, account, JobStatus.UPLOADED)
        assert (job.file_name, job.file_bytes) == ("contacts.csv", len(CONTACTS_CSV.encode()))
        assert response["Location"] == reverse("imports:progress", args=[job.pk])

    def test_it_refuses_an_empty_file(self, as_alice, account):
        response = send(as_alice, account, b"")

        assert response.status_code == 422
        assert "There is nothing in this file." in response.text
        assert not UploadJob.objects.exists()

    def test_it_refuses_a_file_over_the_limit(self, as_alice, account, settings):
        settings.UPLOAD_MAX_BYTES = 100

        response = send(as_alice, account, b"x" * 200_000)

        assert response.status_code == 422
        assert "the limit is 100 bytes" in response.text
        assert not UploadJob.objects.exists()

    def test_it_asks_for_a_file(self, as_alice, account):
        response = as_alice.post(UPLOAD, {"account": account.pk})

        assert response.status_code == 422
        assert "Choose a file first." in response.text

    def test_of_several_files_none_is_taken_in_place_of_the_others(self, as_alice, account, incoming):
        files = [SimpleUploadedFile(f"{number}.csv", CONTACTS_CSV.encode()) for number in range(2)]

        response = as_alice.post(UPLOAD, {"account": account.pk, "file": files})

        assert response.status_code == 422
        assert "2 files were sent at once, and none of them was taken. Choose one." in response.text
        assert not UploadJob.objects.exists()
        assert not list(incoming.iterdir())

    def test_it_takes_no_account_of_others(self, as_alice, charlie):
        other = DotdigitalAccount.objects.get(name="Other")

        assert send(as_alice, other).status_code == 422
        assert not UploadJob.objects.exists()


class TestNames:
    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            (b"contacts.csv", "contacts.csv"),
            ("Käufer 2026.csv".encode(), "Käufer 2026.csv"),
            (b"../../etc/contacts.csv", "contacts.csv"),
            (b"C:\\Users\\ada\\contacts.csv", "contacts.csv"),
            (b"con\0tacts.csv", "contacts.csv"),
            ("report\N{RIGHT-TO-LEFT OVERRIDE}vsc.csv".encode(), "reportvsc.csv"),
            (b"report&#x202e;vsc.csv", "reportvsc.csv"),
            (b"n" * 300 + b".csv", "n" * 196 + ".csv"),
            (b"contacts." + b"c" * 300, "c" * 200),
        ],
    )
    def test_what_is_kept_is_a_name_and_nothing_else(self, name, kept, as_alice, account):
        assert send_named(as_alice, account, name).status_code == 302

        job = UploadJob.objects.get()
        assert job.file_name == kept
        assert Path(default_storage.path(job.upload)).read_bytes() == CONTACTS_CSV.encode()

    @pytest.mark.parametrize("name", [b"..", b"/", b"\0", b"\xff\xfe.csv"])
    def test_what_is_no_name_at_all_is_no_file(self, name, as_alice, account):
        response = send_named(as_alice, account, name)

        assert response.status_code == 422
        assert "Choose a file first." in response.text


class TestStoring:
    def test_the_hash_is_that_of_the_bytes(self, as_alice, account):
        content = os.urandom(300_001)

        send(as_alice, account, content)

        job = UploadJob.objects.get()
        assert job.file_sha256 == hashlib.sha256(content).hexdigest()
        assert Path(default_storage.path(job.upload)).read_bytes() == content

    def test_an_upload_is_moved_into_storage_and_not_read_again(self, account, alice, incoming):
        with HashedUpload("contacts.csv") as upload:
            upload.append(CONTACTS_CSV.encode())
            upload.seek(0)
            inode = os.stat(upload.temporary_file_path()).st_ino

            job = receive_upload(account=account, owner=alice, file_name="contacts.csv", file=upload)

        assert os.stat(default_storage.path(job.upload)).st_ino == inode
        assert job.file_sha256 == hashlib.sha256(CONTACTS_CSV.encode()).hexdigest()

    def test_any_other_file_is_hashed_too(self, account, alice, incoming):
        file = ContentFile(CONTACTS_CSV.encode(), name="contacts.csv")

        job = receive_upload(account=account, owner=alice, file_name="contacts.csv", file=file)

        assert job.file_sha256 == hashlib.sha256(CONTACTS_CSV.encode()).hexdigest()
        assert not list(incoming.iterdir())

    def test_only_the_portal_may_read_it(self, as_alice, account, incoming):
        with HashedUpload("contacts.csv") as upload:
            assert os.stat(upload.temporary_file_path()).st_mode & 0o777 == 0o600

        send(as_alice, account)

        stored = default_storage.path(UploadJob.objects.get().upload)
        assert os.stat(stored).st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("limit", [1_000_000, 100])
    def test_nothing_stays_behind(self, limit, as_alice, account, incoming, settings):
        settings.UPLOAD_MAX_BYTES = limit

        send(as_alice, account, b"x" * 200_000)
        as_alice.post(UPLOAD, {"file": SimpleUploadedFile("contacts.csv", b"no account")})

        assert not list(incoming.iterdir())

    def test_a_stranger_writes_nothing_to_disk(self, client, db, incoming):
        incoming.rmdir()  # so that writing would fail

        response = client.post(
            reverse("login"), {"username": "ada", "file": SimpleUploadedFile("contacts.csv", b"x" * 200_000)}
        )

        assert response.status_code == 200


def wait_until(is_so: Callable[[], bool]) -> None:
    """Looks until `is_so`, and fails when it never is."""
    pause = threading.Event()
    for _ in range(500):
        if is_so():
            return
        pause.wait(0.02)
    pytest.fail("it never came to that")


class TestBrokenOff:
    @pytest.fixture
    def connection(self, transactional_db, live_server, client):
        """Half an upload of somebody who is signed in, on its way over a real connection."""
        client.force_login(get_user_model().objects.create_user("ada"))
        address = urlsplit(live_server.url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(
                f"POST {UPLOAD} HTTP/1.1\r\nHost: {address.netloc}\r\n"
                f"Cookie: sessionid={client.cookies['sessionid'].value}; csrftoken={'c' * 32}\r\n"
                f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\n"
                "Content-Length: 900000\r\n\r\n".encode()
                + b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
                + b"x" * 300_000
            )  # fmt: skip
            yield connection

    @pytest.mark.parametrize("is_reset", [False, True])
    def test_it_leaves_nothing_behind(self, is_reset, incoming, connection):
        wait_until(lambda: any(incoming.iterdir()))

        if is_reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

        wait_until(lambda: not any(incoming.iterdir()))
        assert not UploadJob.objects.exists()


class TestFilesToStartFrom:
    def read(self, response) -> list[list[str]]:
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

    def test_the_template_has_headers_alone(self, as_alice):
        response = as_alice.get(reverse("imports:template"))

        assert response["Content-Disposition"] == 'attachment; filename="contacts-template.csv"'
        assert len(self.read(response)) == 1

    def test_every_column_of_the_sample_is_understood(self, as_alice, make_job):
        response = as_alice.get(reverse("imports:sample"))

        job = make_job(response.content.decode("utf-8-sig"))

        assert {column["column"] for column in job.mapping["columns"]} >= set(self.read(response)[0]) - {
            "Country"
        }

    def test_the_sample_passes_the_check_and_its_numbers_are_valid(self, as_alice, make_job):
        text = as_alice.get(reverse("imports:sample")).content.decode("utf-8-sig")

        job = make_job(text, until="checked")

        assert {issue["severity"] for issue in job.check_summary["issues"]} <= {"format"}
        assert job.check_summary["fates"]["ready"] == job.rows == len(SAMPLE_ROWS)
        numbers = [phonenumbers.parse(row[1], row[2]) for row in SAMPLE_ROWS]
        assert all(map(phonenumbers.is_valid_number, numbers))
        assert job.check_summary["filled"]["identifiers.mobileNumber"] == len(SAMPLE_ROWS)


def test_more_than_a_person_may_begin_is_refused_in_words(as_alice, account, settings):
    settings.PERSON_UPLOADS_AN_HOUR = 1
    assert send(as_alice, account).status_code == 302

    page = send(as_alice, account)

    assert page.status_code == 422
    assert "You have reached the limit for imports begun within an hour: 1." in page.text
    assert "or ask your administrator to raise the limit" in page.text
    assert UploadJob.objects.count() == 1
