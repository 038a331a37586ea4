"""Files that are encrypted where they are stored, in a folder and on S3."""

import hashlib
import io
import os
import stat
import tracemalloc
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from imports.audit.recording import record
from imports.auditing.checkpoints import last_anchor, make_checkpoint
from imports.jobs.deleted_files import work_off_deleted
from imports.jobs.leftovers import sweep_machine
from imports.jobs.resumable import begin_upload, finish_upload, receive_part
from imports.keyring import FILES, newest_key
from imports.models import AuditEvent, UploadJob
from imports.storage import artefacts, cache
from imports.storage.key_use import IN_CLEAR, files_by_key
from imports.storage.sealed_stream import HEADER, MAGIC, StoredFileDamagedError, is_sealed
from imports.storage.storage_errors import ObjectChangedError, StorageUnavailableError
from imports.storage.uploads import HashedUpload
from imports.storage.verification import round_trip, verify_storage
from portal import env
from tests.jobs.test_leftovers import age
from tests.s3_process import BUCKET, PREFIX, running_s3

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db, pytest.mark.once]

CONTENT = b"Email\r\nzq7.quillfeather@canary.example\r\n"


class Stored:
    """What lies in storage, past the portal."""

    def __init__(self, folder: Path | None, server) -> None:
        self._folder, self._server = folder, server

    def files(self) -> dict[str, bytes]:
        if self._folder is not None:
            return {
                str(path.relative_to(self._folder)): path.read_bytes()
                for path in self._folder.rglob("*")
                if path.is_file()
            }
        client = self._server.client()
        keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
        found = {key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}
        client.close()
        return {key.removeprefix(f"{PREFIX}/"): content for key, content in found.items()}

    def put(self, key: str, content: bytes) -> None:
        if self._folder is not None:
            (self._folder / key).write_bytes(content)
            return
        client = self._server.client()
        client.put_object(Bucket=BUCKET, Key=f"{PREFIX}/{key}", Body=content)
        client.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_s3(tmp_path_factory.mktemp("s3")) as process:
        yield process


@pytest.fixture(params=["folder", "s3"])
def stored(request, settings, tmp_path, monkeypatch) -> Stored:
    """A storage of this test's own, in which files are encrypted."""
    settings.ENCRYPT_FILES = True
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    if request.param == "folder":
        storage, found = env.folder(tmp_path / "files"), Stored(tmp_path / "files", None)
    else:
        server = request.getfixturevalue("server")
        client = server.client()
        for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
            client.delete_object(Bucket=BUCKET, Key=entry["Key"])
        client.close()
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(env, "S3_TRIES", 1)
        storage, found = env.storage("STORAGE_URL", Path("unused")), Stored(None, server)
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return found


@pytest.fixture
def job(account, alice) -> UploadJob:
    return UploadJob.objects.create(account=account, owner=alice, upload="uploads/none", file_bytes=7)


def publish(job: UploadJob, content: bytes) -> str:
    """Store `content` as a table that `job` names; its key."""
    with artefacts.work_folder() as folder:
        (folder / "table").write_bytes(content)
        named = artefacts.store(job, artefacts.PREPARED, folder / "table", job.token)
    job.tables = {artefacts.PREPARED: named}
    job.save(update_fields=["tables"])
    return artefacts.key_of(job, artefacts.PREPARED)


def read(job: UploadJob) -> bytes:
    with artefacts.local(job, artefacts.PREPARED) as path:
        return path.read_bytes()


def copies(settings) -> list[Path]:
    folder = Path(settings.UPLOAD_TEMP_DIR, cache.FOLDER_NAME)
    return [path for path in folder.glob("*") if not path.name.startswith(cache.LOCK_PREFIX)]


class TestEncrypted:
    def test_a_table_is_stored_encrypted_and_had_in_clear(self, stored, job):
        key = publish(job, CONTENT)

        assert {name: is_sealed(content) for name, content in stored.files().items()} == {key: True}
        assert read(job) == read(job) == CONTENT

    def test_so_is_an_upload_and_no_copy_of_it_stays(self, stored, settings):
        with HashedUpload("contacts.csv") as upload:
            upload.append(CONTENT)
            upload.seek(0)
            key = artefacts.store_upload(upload)

        assert is_sealed(stored.files()[key])
        assert list(Path(settings.UPLOAD_TEMP_DIR).iterdir()) == []
        with artefacts.local_file(key) as path:
            assert path.read_bytes() == CONTENT
        with artefacts.read_once(key) as file:
            assert file.read() == CONTENT

    def test_so_are_parts_and_what_is_made_of_them(self, stored, account, alice):
        size = len(CONTENT)
        upload = begin_upload(account=account, owner=alice, file_name="contacts.csv", file_bytes=size)
        for start, end in ((0, 9), (9, size)):
            part = CONTENT[start:end]
            digest = hashlib.sha256(part).hexdigest()
            receive_part(upload, offset=start, part_length=len(part), sha256=digest, blocks=[part])
        assert len(stored.files()) == 2
        assert all(is_sealed(content) for content in stored.files().values())

        job = finish_upload(upload)

        assert [is_sealed(content) for content in stored.files().values()] == [True]
        with artefacts.local_file(job.upload) as path:
            assert path.read_bytes() == CONTENT
        assert job.file_sha256 == hashlib.sha256(CONTENT).hexdigest()

    def test_so_are_the_marks_of_the_portal_and_the_audit_log(self, stored):
        verify_storage()
        verify_storage()
        round_trip()
        record("command_run", by=None, command="of a test")
        assert make_checkpoint()

        assert last_anchor() is not None
        assert len(stored.files()) == 2
        assert all(is_sealed(content) for content in stored.files().values())

    def test_an_empty_file_comes_back_empty(self, stored, job):
        publish(job, b"")

        assert read(job) == b""

    def test_nobody_else_may_read_what_is_stored(self, stored, job, tmp_path):
        publish(job, CONTENT)

        for path in (tmp_path / "files").rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)

    def test_of_two_files_of_one_name_none_is_lost(self, stored):
        first = default_storage.save("portal/mark", ContentFile(b"first"))
        second = default_storage.save("portal/mark", ContentFile(b"second"))

        with default_storage.open(second) as file:
            assert file.read() == b"second"
        with default_storage.open(first) as file:
            assert file.read() == (b"first" if first != second else b"second")

    def test_a_name_that_is_taken_in_the_same_moment_is_no_misfortune(self, stored):
        """Django then stores under another name, which the file was not encrypted for."""
        default_storage.save("portal/mark", ContentFile(b"first"))
        second = default_storage._save("portal/mark", ContentFile(b"second"))

        with default_storage.open(second) as file:
            assert file.read() == b"second"

    def test_a_large_file_goes_and_comes_in_blocks(self, stored, job):
        block = os.urandom(1_000_000)
        with artefacts.work_folder() as folder:
            with (folder / "table").open("wb") as table:
                for _ in range(60):
                    table.write(block)
            tracemalloc.start()
            named = artefacts.store(job, artefacts.PREPARED, folder / "table", job.token)
            storing = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        with artefacts.local_file(artefacts.table_key(job.pk, named)) as path:
            fetching = tracemalloc.get_traced_memory()[1]
            assert path.stat().st_size == 60_000_000
        tracemalloc.stop()

        assert fetching < 20_000_000
        assert storing < 50_000_000


class TestSwitch:
    def test_what_was_stored_before_is_still_read(self, stored, job, settings):
        settings.ENCRYPT_FILES = False
        publish(job, CONTENT)
        settings.ENCRYPT_FILES = True

        assert read(job) == CONTENT
        assert CONTENT in stored.files().values()

    def test_what_was_encrypted_is_read_when_the_portal_encrypts_no_more(self, stored, job, settings):
        publish(job, CONTENT)
        settings.ENCRYPT_FILES = False

        assert read(job) == CONTENT
        publish(job, b"in clear")
        assert read(job) == b"in clear"
        assert b"in clear" in stored.files().values()

    def test_a_file_that_looks_encrypted_comes_back_as_it_was(self, stored, job, settings):
        settings.ENCRYPT_FILES = False
        content = MAGIC + bytes(100)

        publish(job, content)
        key = artefacts.store_upload(ContentFile(content))

        assert read(job) == content
        with artefacts.local_file(key) as path:
            assert path.read_bytes() == content


def test_which_keys_files_need_is_known(stored, settings):
    for name in ("uploads/1", "jobs/2/staged", "portal/mark"):
        default_storage.save(name, ContentFile(CONTENT))
    older = newest_key(FILES).id
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]
    default_storage.save("jobs/2/prepared", ContentFile(b""))
    settings.ENCRYPT_FILES = False
    default_storage.save("a folder/of a later/version", ContentFile(b"x"))
    default_storage.save("jobs/3/empty", ContentFile(b""))

    assert files_by_key() == {older: 3, newest_key(FILES).id: 1, IN_CLEAR: 2}


class TestCopies:
    """Tables are read from copies in clear, on this machine's own disk."""

    def test_they_are_for_the_portal_alone(self, stored, job, settings):
        publish(job, CONTENT)
        read(job)

        (copy,) = copies(settings)
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700

    def test_they_are_decrypted_once(self, stored, job, settings):
        publish(job, CONTENT)
        read(job)
        (before,) = copies(settings)
        inode = before.stat().st_ino

        read(job)

        assert [copy.stat().st_ino for copy in copies(settings)] == [inode]

    def test_they_go_with_what_they_are_of(self, stored, job, settings):
        key = publish(job, CONTENT)
        read(job)
        upload = artefacts.store_upload(ContentFile(CONTENT))
        with artefacts.local_file(upload):
            pass
        assert len(copies(settings)) == 2

        artefacts.delete_for_good(key)
        artefacts.drop_upload(upload)

        assert copies(settings) == []

    def test_they_go_when_nobody_uses_them(self, stored, job, settings):
        settings.STORAGE_CACHE_MINUTES = 60
        publish(job, CONTENT)
        read(job)
        (copy,) = copies(settings)

        sweep_machine()
        assert copy.exists()
        age(copy, 1.1)
        sweep_machine()

        assert not copy.exists()
        assert read(job) == CONTENT

    def test_all_together_they_are_bounded(self, stored, job, settings):
        settings.STORAGE_CACHE_BYTES = 10
        publish(job, CONTENT)

        assert read(job) == CONTENT
        assert copies(settings) == []


class TestDamage:
    @pytest.mark.parametrize("how", ["changed", "cut off", "another's"])
    def test_what_was_tampered_with_is_not_read_and_leaves_nothing(self, how, stored, job, settings):
        other = artefacts.store_upload(ContentFile(CONTENT))
        key = publish(job, CONTENT * 10_000)
        content = stored.files()[key]
        stored.put(
            key,
            {
                "changed": content[:-1] + bytes([content[-1] ^ 1]),
                "cut off": content[: HEADER.size + 131_072 + 16],
                "another's": stored.files()[other],
            }[how],
        )

        with pytest.raises(StoredFileDamagedError):
            read(job)
        with pytest.raises(StoredFileDamagedError), artefacts.read_once(key):
            pass
        with pytest.raises(StoredFileDamagedError):
            default_storage.open(key)

        assert copies(settings) == []
        assert [path.name for path in Path(settings.UPLOAD_TEMP_DIR).iterdir()] == [cache.FOLDER_NAME]

    def test_without_its_key_it_is_not_available_and_is_again_with_it(self, stored, job, settings):
        publish(job, CONTENT)
        before = settings.ENCRYPTION_KEYS
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

        with pytest.raises(StorageUnavailableError):
            read(job)

        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *before]
        assert read(job) == CONTENT

    def test_what_is_gone_is_not_found(self, stored, job):
        key = publish(job, CONTENT)
        default_storage.delete(key)

        with pytest.raises(FileNotFoundError):
            read(job)
        with pytest.raises(FileNotFoundError), artefacts.read_once(key):
            pass

    def test_a_version_that_was_replaced_is_told(self, stored):
        key = artefacts.store_upload(ContentFile(CONTENT))
        version = default_storage.version(key)
        stored.put(key, stored.files()[key] + b"more")

        with pytest.raises(ObjectChangedError):
            default_storage.download(key, version, io.BytesIO())

    def test_it_can_be_deleted_without_its_key_and_the_proof_is_of_what_was_stored(
        self, stored, job, settings
    ):
        key = publish(job, CONTENT)
        digest, size = hashlib.sha256(stored.files()[key]).hexdigest(), len(stored.files()[key])
        settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

        job.delete()
        work_off_deleted()

        assert stored.files() == {}
        proof = AuditEvent.objects.get(action="files_removed").details
        assert (proof["files"], proof["bytes"], proof["left"]) == (1, size, 0)
        assert proof["sha256"] == hashlib.sha256(f"{digest}  {key}\n".encode()).hexdigest()
