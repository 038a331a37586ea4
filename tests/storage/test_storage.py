"""Storage on another machine: a real S3 service, over HTTP."""

import hashlib
import os
import stat
import subprocess
import sys
import threading
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from imports.jobs.leftovers import sweep_leftovers, sweep_machine, sweep_uploads
from imports.jobs.resumable import OffsetError, begin_upload, discard_upload, finish_upload, receive_part
from imports.models import Installation, ResumableUpload, UploadJob
from imports.storage import artefacts, cache, verification
from imports.storage.artefacts import StorageUnavailableError
from imports.storage.upload_parts import part_key
from imports.storage.uploads import HashedUpload
from imports.storage.verification import adopt_storage, mark_of, verify_storage
from portal import env
from tests.environment import child_environment, database_url
from tests.jobs.test_leftovers import age
from tests.patience import PATIENCE_SECONDS
from tests.s3_process import BUCKET, PREFIX, S3Process, running_s3

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db, pytest.mark.once]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with running_s3(tmp_path_factory.mktemp("s3")) as process:
        yield process


@pytest.fixture
def mortal_server(tmp_path: Path):
    """One that a test may stop."""
    with running_s3(tmp_path) as process:
        yield process


@pytest.fixture(autouse=True)
def incoming(settings, tmp_path: Path) -> Path:
    """An UPLOAD_TEMP_DIR of this test's own, so that nothing is cached in it."""
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    return settings.UPLOAD_TEMP_DIR


@pytest.fixture(autouse=True)
def s3(server: S3Process, use_s3) -> S3Process:
    """The service as the portal's storage, with nothing in it."""
    client = server.client()
    for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=entry["Key"])
    client.close()
    use_s3(server)
    return server


@pytest.fixture
def use_s3(settings, monkeypatch):
    """Has the portal in this process store at a server, by the settings that anybody would make."""

    def use(process: S3Process) -> None:
        for name, value in process.environ.items():
            monkeypatch.setenv(name, value)
        # Half a minute of trying again is for production.
        monkeypatch.setattr(env, "S3_TRIES", 1)
        settings.STORAGES = {**settings.STORAGES, "default": env.storage("STORAGE_URL", Path("unused"))}

    return use


@pytest.fixture
def use_folder(settings, tmp_path: Path):
    """Has the portal in this process store in a folder of this machine."""

    def use(name: str) -> None:
        settings.STORAGES = {**settings.STORAGES, "default": env.folder(tmp_path / name)}

    return use


@pytest.fixture
def job(account, alice) -> UploadJob:
    return UploadJob.objects.create(account=account, owner=alice, upload="uploads/none", file_bytes=7)


def publish(job: UploadJob, content: bytes, name: str = artefacts.PREPARED) -> None:
    """Store `content` as a table, and have `job` name it."""
    with artefacts.work_folder() as folder:
        (folder / "table").write_bytes(content)
        job.tables = {**job.tables, name: artefacts.store(job, name, folder / "table", job.token)}
    job.save(update_fields=["tables"])


def read(job: UploadJob, name: str = artefacts.PREPARED) -> bytes:
    with artefacts.local(job, name) as path:
        return path.read_bytes()


def copies_in(incoming: Path) -> list[Path]:
    folder = incoming / cache.FOLDER_NAME
    return [path for path in folder.iterdir() if not path.name.startswith(cache.LOCK_PREFIX)]


def asked_of(server: S3Process, key: str, since: int) -> Counter[str]:
    """How often each kind of request was made for `key`, after the first `since` requests of all."""
    return Counter(line.split()[0] for line in server.requests()[since:] if line.endswith(key))


class TestParts:
    """Uploads that arrive in parts, each an object."""

    CONTENT = b"Email\nada@example.com\n"

    def send(self, upload: ResumableUpload, start: int, end: int) -> None:
        content = self.CONTENT[start:end]
        sha256 = hashlib.sha256(content).hexdigest()
        receive_part(upload, offset=start, part_length=len(content), sha256=sha256, blocks=[content])

    @pytest.fixture
    def upload(self, account, alice) -> ResumableUpload:
        size = len(self.CONTENT)
        upload = begin_upload(account=account, owner=alice, file_name="contacts.csv", file_bytes=size)
        self.send(upload, 0, 5)
        self.send(upload, 5, size)
        return upload

    def keys(self, s3: S3Process) -> list[str]:
        client = s3.client()
        found = [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]
        client.close()
        return [key.removeprefix(f"{PREFIX}/") for key in found]

    def test_they_become_the_upload_of_a_job_and_are_gone(self, upload, s3, incoming):
        assert [key.rsplit("/", 1)[0] for key in self.keys(s3)] == [f"parts/{upload.pk}"] * 2

        job = finish_upload(upload)

        assert self.keys(s3) == [job.upload]
        with artefacts.local_file(job.upload) as path:
            assert path.read_bytes() == self.CONTENT
        assert job.file_sha256 == hashlib.sha256(self.CONTENT).hexdigest()

    def test_no_copy_of_a_part_is_kept(self, upload, incoming):
        finish_upload(upload)

        assert list(incoming.iterdir()) == []

    def test_one_that_was_lost_is_asked_for_again(self, upload):
        default_storage.delete(part_key(upload.pk, upload.parts[1]["stored"]))

        with pytest.raises(OffsetError) as missing:
            finish_upload(upload)

        assert missing.value.offset == 5

    def test_while_the_service_is_away_nothing_is_lost(self, account, alice, use_s3, mortal_server):
        use_s3(mortal_server)
        size = len(self.CONTENT)
        upload = begin_upload(account=account, owner=alice, file_name="contacts.csv", file_bytes=size)
        self.send(upload, 0, 5)
        mortal_server.stop()

        with pytest.raises(StorageUnavailableError):
            self.send(upload, 5, size)

        assert ResumableUpload.objects.get().received_bytes == 5
        discard_upload(upload)
        assert not ResumableUpload.objects.exists()

    def test_discarded_they_are_gone(self, upload, s3):
        discard_upload(upload)

        assert self.keys(s3) == []


class TestArtefacts:
    def test_what_is_published_is_had_as_a_local_file(self, job):
        assert not artefacts.exists(job, artefacts.PREPARED)

        publish(job, b"a table")

        assert artefacts.exists(job, artefacts.PREPARED)
        assert read(job) == b"a table"

    def test_it_lies_below_the_prefix_and_nobody_else_may_read_it(self, job, s3):
        publish(job, b"a table")

        client = s3.client()
        (key,) = [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
        grants = client.get_object_acl(Bucket=BUCKET, Key=key)["Grants"]
        assert key == f"{PREFIX}/{artefacts.key_of(job, artefacts.PREPARED)}"
        may = [(grant["Grantee"]["Type"], grant["Permission"]) for grant in grants]
        assert may == [("CanonicalUser", "FULL_CONTROL")]
        with pytest.raises(SuspiciousOperation):
            default_storage.url(artefacts.key_of(job, artefacts.PREPARED))
        client.close()

    def test_it_is_never_written_over(self, job, s3):
        publish(job, b"the first")
        first = artefacts.key_of(job, artefacts.PREPARED)
        assert read(job) == b"the first"
        before = len(s3.requests())

        publish(job, b"the second")

        key = artefacts.key_of(job, artefacts.PREPARED)
        assert asked_of(s3, key, before) == {"PUT": 1}
        assert read(job) == b"the second"
        with artefacts.local_file(first) as path:
            assert path.read_bytes() == b"the first"

    def test_a_copy_in_use_stays_what_it_is(self, job):
        publish(job, b"the first")
        path_of_first = job.tables[artefacts.PREPARED]

        with artefacts.local(job, artefacts.PREPARED) as path:
            publish(job, b"the second")
            artefacts.drop(job.pk, [path_of_first])
            assert read(job) == b"the second"
            assert path.read_bytes() == b"the first"

    def test_what_a_row_names_is_not_dropped(self, job):
        publish(job, b"a table")
        with artefacts.work_folder() as folder:
            (folder / "table").write_bytes(b"another")
            unnamed = artefacts.store(job, artefacts.PREPARED, folder / "table", job.token)

        artefacts.drop(job.pk, [unnamed, job.tables[artefacts.PREPARED], "prepared"])

        assert not artefacts.is_stored(job.pk, unnamed)
        assert read(job) == b"a table"

    def test_a_table_of_an_earlier_version_is_under_its_name_alone(self, job):
        key = artefacts.table_key(job.pk, artefacts.PREPARED)
        job.tables = {name: name for name in artefacts.NAMES}
        default_storage.save(key, ContentFile(b"a table"))

        assert read(job) == b"a table"
        assert [artefacts.exists(job, name) for name in artefacts.NAMES] == [
            name == artefacts.PREPARED for name in artefacts.NAMES
        ]

    def test_whoever_looked_before_it_was_replaced_has_the_new_one(self, job):
        publish(job, b"the first")
        looked_up = UploadJob.objects.get(pk=job.pk)
        before = job.tables[artefacts.PREPARED]
        publish(job, b"the second")
        artefacts.drop(job.pk, [before])

        assert read(looked_up) == b"the second"

    def test_what_is_missing_is_not_found(self, job):
        with pytest.raises(FileNotFoundError), artefacts.local(job, artefacts.PREPARED):
            pass
        with pytest.raises(FileNotFoundError):
            default_storage.open("jobs/none")
        with pytest.raises(FileNotFoundError):
            default_storage.get_modified_time("jobs/none")

    def test_an_upload_comes_back_as_it_went(self):
        with HashedUpload("contacts.csv") as upload:
            upload.append(b"Email\r\n" * 1000)
            upload.seek(0)
            key = artefacts.store_upload(upload)

        with artefacts.local_file(key) as path:
            assert path.read_bytes() == b"Email\r\n" * 1000

    @pytest.mark.once
    def test_a_large_file_goes_and_comes_in_blocks(self, job, incoming):
        size, block = 60_000_000, os.urandom(1_000_000)
        with artefacts.work_folder() as folder:
            with (folder / "table").open("wb") as table:
                for _ in range(size // len(block)):
                    table.write(block)
            digest = _digest(folder / "table")
            source = {artefacts.PREPARED: folder / "table"}
            publishing = _most_memory(lambda: job.tables.update(artefacts.store_all(job, source, job.token)))

        def fetch() -> None:
            with artefacts.local(job, artefacts.PREPARED) as path:
                assert _digest(path) == digest

        fetching = _most_memory(fetch)

        assert fetching < 10_000_000
        # Some parts are held to be sent, and none of them twice.
        assert publishing < 50_000_000


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _most_memory(action) -> int:
    """The most bytes that Python held at once during `action`."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.once
class TestCache:
    def test_it_is_fetched_once_and_asked_after_at_each_use(self, job, s3):
        publish(job, b"a table")
        before = len(s3.requests())

        for _ in range(5):
            assert read(job) == b"a table"

        key = artefacts.key_of(job, artefacts.PREPARED)
        assert asked_of(s3, key, before) == {"HEAD": 5, "GET": 1}

    def test_copies_are_for_the_portal_alone(self, job, incoming):
        publish(job, b"a table")

        with artefacts.local(job, artefacts.PREPARED) as path:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

        assert stat.S_IMODE((incoming / cache.FOLDER_NAME).stat().st_mode) == 0o700
        assert [stat.S_IMODE(copy.stat().st_mode) for copy in copies_in(incoming)] == [0o600]

    def test_those_not_used_for_longest_go_first(self, job, incoming, settings):
        settings.STORAGE_CACHE_BYTES = 250
        for number, name in enumerate(("a", "b")):
            publish(job, name.encode() * 100, name)
            read(job, name)
            for copy in copies_in(incoming):
                if copy.read_bytes().startswith(name.encode()):
                    age(copy, 2 - number)
        read(job, "a")  # used again: now b is the oldest

        publish(job, b"c" * 100, "c")
        read(job, "c")

        assert {copy.read_bytes()[:1] for copy in copies_in(incoming)} == {b"a", b"c"}

    def test_what_is_larger_than_all_room_is_had_and_not_kept(self, job, incoming, settings):
        settings.STORAGE_CACHE_BYTES = 10
        publish(job, b"a table of more than ten bytes")

        assert read(job) == b"a table of more than ten bytes"
        assert copies_in(incoming) == []

    def test_a_copy_that_is_removed_in_use_is_still_read(self, job, incoming):
        publish(job, b"a table")

        with artefacts.local(job, artefacts.PREPARED) as path:
            cache.remove_excess(0)
            assert copies_in(incoming) == []
            assert path.read_bytes() == b"a table"

        assert read(job) == b"a table"

    def test_many_that_want_it_at_once_fetch_it_once(self, job, s3, incoming):
        publish(job, b"a table" * 100_000)
        before = len(s3.requests())
        found: list[bytes] = []
        threads = [threading.Thread(target=lambda: found.append(read(job))) for _ in range(8)]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)

        assert found == [b"a table" * 100_000] * 8
        assert asked_of(s3, artefacts.key_of(job, artefacts.PREPARED), before)["GET"] == 1
        assert len(copies_in(incoming)) == 1

    def test_old_ones_and_broken_off_ones_are_swept(self, job, incoming):
        publish(job, b"old", "old")
        publish(job, b"young", "young")
        read(job, "old")
        (old,) = copies_in(incoming)
        read(job, "young")
        (incoming / cache.FOLDER_NAME / f"{cache.PART_PREFIX}abc").write_bytes(b"half")
        age(old, 25)
        age(incoming / cache.FOLDER_NAME / f"{cache.PART_PREFIX}abc", 25)

        sweep_machine()

        assert [copy.read_bytes() for copy in copies_in(incoming)] == [b"young"]


@pytest.mark.once
class TestTrouble:
    def test_a_service_that_is_gone_is_told_in_one_way(self, job, mortal_server, use_s3):
        use_s3(mortal_server)
        publish(job, b"a table")
        mortal_server.stop()

        for attempt in (
            lambda: read(job),
            lambda: publish(job, b"another"),
            lambda: artefacts.is_stored(job.pk, job.tables[artefacts.PREPARED]),
            lambda: artefacts.store_upload(ContentFile(b"Email\r\n")),
            lambda: verify_storage(),
            lambda: default_storage.listdir(artefacts.UPLOADS),
        ):
            with pytest.raises(StorageUnavailableError) as raised:
                attempt()
            assert "127.0.0.1" not in str(raised.value)
            assert BUCKET not in str(raised.value)

    def test_a_service_that_refuses_is_told_in_the_same_way(self, job, settings):
        options = {**settings.STORAGES["default"]["OPTIONS"], "bucket_name": "no-such-bucket"}
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {**settings.STORAGES["default"], "OPTIONS": options},
        }

        with pytest.raises(StorageUnavailableError) as raised:
            publish(job, b"a table")

        assert "no-such-bucket" not in str(raised.value)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
    def test_a_full_disk_is_told_in_the_same_way(self):
        import polars as pl

        def write_text() -> None:
            with open("/dev/full", "wb", buffering=0) as full:
                full.write(b"x")

        for fill in (write_text, lambda: pl.DataFrame({"a": range(100_000)}).write_parquet("/dev/full")):
            with pytest.raises(StorageUnavailableError) as raised, artefacts.work_folder():
                fill()
            assert "/dev/full" not in str(raised.value)

    def test_other_errors_pass_as_they_are(self):
        with pytest.raises(PermissionError), artefacts.work_folder():
            raise PermissionError(13, "not yours")


@pytest.mark.once
class TestSettings:
    @pytest.mark.parametrize(
        ("url", "told"),
        [
            ("https://bucket/prefix", "must be like s3://"),
            ("s3:///prefix", "must be like s3://"),
            ("s3://id:key@bucket", "holds a key"),
            ("s3://bucket?acl=public-read", "'acl'"),
        ],
    )
    def test_a_url_that_cannot_be_used_stops_the_start(self, url, told, monkeypatch):
        monkeypatch.setenv("STORAGE_URL", url)

        with pytest.raises(ImproperlyConfigured, match=told):
            env.storage("STORAGE_URL", Path("unused"))

    def test_half_a_pair_of_keys_stops_the_start(self, monkeypatch):
        monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "")

        with pytest.raises(ImproperlyConfigured, match="both"):
            env.storage("STORAGE_URL", Path("unused"))

    def test_without_an_endpoint_amazons_ways_are_kept(self, monkeypatch):
        monkeypatch.setenv("STORAGE_URL", "s3://bucket/a/b?region_name=eu-west-2")

        options = env.storage("STORAGE_URL", Path("unused"))["OPTIONS"]

        assert isinstance(options, dict)
        assert (options["bucket_name"], options["location"]) == ("bucket", "a/b")
        assert options["client_config"].s3 is None

    def test_without_a_url_it_is_a_folder(self, monkeypatch, tmp_path):
        monkeypatch.setenv("STORAGE_URL", "")

        assert env.storage("STORAGE_URL", tmp_path) == env.folder(tmp_path)


class TestSharedStorage:
    def test_the_first_to_start_claims_it_and_the_others_find_it(self):
        verify_storage()
        assert default_storage.exists(mark_of(Installation.objects.get()))

        verify_storage()

    def test_another_storage_is_told_with_what_to_do(self, use_folder):
        verify_storage()

        use_folder("elsewhere")
        with pytest.raises(ImproperlyConfigured) as told:
            verify_storage()

        assert "does not see the storage that the other processes use" in str(told.value)
        assert "elsewhere" in str(told.value)
        assert "check_deployment --adopt-storage" in str(told.value)

    def test_after_a_move_it_is_adopted(self, use_folder):
        verify_storage()
        use_folder("elsewhere")

        adopt_storage()

        verify_storage()

    def test_a_start_that_was_broken_off_is_taken_up(self):
        installation = Installation.objects.create(pk=1)
        default_storage.save(mark_of(installation), ContentFile(b""))

        verify_storage()

        installation.refresh_from_db()
        assert installation.storage_marked

    def test_of_two_that_start_at_once_one_has_it(self, use_folder, monkeypatch):
        """The other has a storage of its own, and claims it just before this one does."""
        real = verification._put_mark

        def overtaken(storage, installation):
            real(storage, installation)
            monkeypatch.setattr(verification, "_put_mark", real)
            use_folder("elsewhere")
            verify_storage()

        monkeypatch.setattr(verification, "_put_mark", overtaken)

        with pytest.raises(ImproperlyConfigured):
            verify_storage()

        verify_storage()  # the other's
        assert default_storage.exists(mark_of(Installation.objects.get()))

    def test_no_connection_is_left_for_processes_that_fork(self, s3):
        verify_storage()

        assert not hasattr(default_storage._connections, "connection")

    def test_the_command_adopts_and_tells(self, use_folder, capsys):
        verify_storage()
        use_folder("elsewhere")

        with pytest.raises(SystemExit) as ended:
            call_command("check_deployment")
        assert ended.value.code == 1
        assert "bad     shared storage: This process does not see" in capsys.readouterr().out

        with pytest.raises(SystemExit):  # nobody works in this test
            call_command("check_deployment", adopt_storage=True)
        told = capsys.readouterr().out.splitlines()
        assert [line.split(":")[0] for line in told] == [
            "ok      data folder",
            "ok      database",
            "ok      migrations",
            "ok      clock",
            "ok      storage",
            "ok      shared storage",
            "ok      files at rest",
            "ok      redis",
            "bad     workers",
            "bad     schedule",
            "ok      e-mail",
            "ok      credentials",
            "ok      audit log",
            "ok      syslog",
        ]


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command",
    [["manage.py", "run_workers", "quick"], ["manage.py", "run_schedule"], ["-c", "import portal.wsgi"]],
    ids=["workers", "schedule", "web"],
)
def test_a_process_with_another_storage_does_not_start(command, s3, tmp_path):
    verify_storage()
    environ = child_environment(
        DATABASE_URL=database_url(connection.settings_dict, os.environ["DATABASE_URL"]),
        STORAGE_URL="",
        PORTAL_DATA_DIR=str(tmp_path / "elsewhere"),
    )

    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ended.returncode == 1
    assert "does not see the storage that the other processes use" in ended.stderr


class TestLeftovers:
    @pytest.fixture
    def named(self, account, alice) -> list[str]:
        keys = [artefacts.store_upload(ContentFile(b"Email\r\n")) for _ in range(3)]
        for key in keys:
            UploadJob.objects.create(account=account, owner=alice, upload=key, file_bytes=7)
        return keys

    def test_an_upload_that_no_job_names_goes_when_it_is_old(self, named):
        orphan = artefacts.store_upload(ContentFile(b"Email\r\n"))

        assert sweep_uploads(time.time() - 3_600) == 0
        assert sweep_uploads(time.time() + 3_600) == 1

        assert [default_storage.exists(key) for key in (*named, orphan)] == [True, True, True, False]

    def test_nothing_stored_is_nothing_to_do(self):
        assert sweep_uploads(time.time() + 3_600) == 0

    def test_a_service_that_is_gone_leaves_this_machine_to_be_swept(
        self, incoming, mortal_server, use_s3, caplog
    ):
        use_s3(mortal_server)
        mortal_server.stop()
        (incoming / "tmpabc.upload").write_bytes(b"half a file")
        age(incoming / "tmpabc.upload", 25)

        sweep_leftovers()

        assert not (incoming / "tmpabc.upload").exists()
        assert "leftovers in storage not removed" in caplog.text
