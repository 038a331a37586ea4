"""What killed processes left half-done, removed by the sweep once it is old; the database says what is in use."""

import hashlib
import os
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from imports.jobs.leftovers import (
    KEYS_A_QUERY,
    MARKER_NAME,
    STORAGE_MARKER_NAME,
    sweep_leftovers,
    sweep_machine,
    sweep_strangers,
    sweep_tables,
    sweep_uploads,
)
from imports.jobs.resumable import UploadGoneError, begin_upload, finish_upload, receive_part
from imports.models import DotdigitalAccount, MappingTrial, ResumableUpload, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage import artefacts
from imports.storage.upload_parts import PARTS
from imports.storage.uploads import HashedUpload
from portal.models import User
from tests.pipeline.rows import make_batch, make_job

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

HOUR = 3_600


@pytest.fixture(autouse=True)
def incoming(settings, tmp_path: Path) -> Path:
    """An UPLOAD_TEMP_DIR and a storage of this test's own."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    return settings.UPLOAD_TEMP_DIR


def age(path: Path | str, hours: float) -> None:
    """Make `path` look as if nothing had been written to it for `hours`."""
    at = time.time() - hours * HOUR
    os.utime(path, (at, at), follow_symlinks=False)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {MARKER_NAME, STORAGE_MARKER_NAME}


class TestIncoming:
    @pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
    def test_an_unfinished_upload_goes_when_it_is_old(self, hours, is_kept, incoming):
        (incoming / "tmpabc.upload").write_bytes(b"half a file")
        age(incoming / "tmpabc.upload", hours)

        sweep_leftovers()

        assert bool(names_in(incoming)) is is_kept

    @pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
    def test_a_work_folder_goes_when_all_in_it_is_old(self, hours, is_kept, incoming):
        folder = incoming / "work-abc"
        (folder / "deeper").mkdir(parents=True)
        (folder / "deeper" / "more").write_bytes(b"a table in the making")
        (folder / "staged").write_bytes(b"a table in the making")
        age(folder / "deeper", 25)
        age(folder / "staged", hours)
        age(folder, 25)

        sweep_leftovers()

        assert bool(names_in(incoming)) is is_kept

    def test_the_age_is_a_setting(self, incoming, settings):
        settings.UPLOAD_LEFTOVER_HOURS = 2
        (incoming / "tmpabc.upload").write_bytes(b"")
        age(incoming / "tmpabc.upload", 3)

        sweep_leftovers()

        assert not names_in(incoming)

    def test_what_is_under_way_stays(self, incoming):
        with HashedUpload("contacts.csv") as upload, artefacts.work_folder() as folder:
            sweep_leftovers()

            assert folder.exists()
            assert Path(upload.temporary_file_path()).exists()

    def test_links_are_not_followed(self, incoming, tmp_path):
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "precious").write_bytes(b"not ours")
        (incoming / "work-link").symlink_to(outside)
        (incoming / "link.upload").symlink_to(outside / "precious")
        (incoming / "work-abc").mkdir()
        (incoming / "work-abc" / "link").symlink_to(outside)
        for link in ("work-link", "link.upload", "work-abc/link", "work-abc"):
            age(incoming / link, 48)
        age(outside, 48)
        age(outside / "precious", 48)

        sweep_leftovers()

        assert (outside / "precious").exists()
        assert names_in(incoming) == {"work-link", "link.upload"}

    def test_what_the_portal_did_not_make_stays(self, incoming):
        for name in ("work-notes.txt", "upload", "notes.txt"):
            (incoming / name).write_bytes(b"")
            age(incoming / name, 48)

        sweep_leftovers()

        assert names_in(incoming) == {"work-notes.txt", "upload", "notes.txt"}

    def test_it_looks_once_an_hour(self, incoming, django_assert_num_queries):
        sweep_leftovers()
        (incoming / "tmpabc.upload").write_bytes(b"")
        age(incoming / "tmpabc.upload", 48)

        with django_assert_num_queries(0):
            sweep_leftovers()
        assert names_in(incoming)

        age(incoming / MARKER_NAME, 1.01)
        sweep_leftovers()
        assert not names_in(incoming)

    def test_a_clock_that_was_set_back_does_not_stop_it(self, incoming):
        sweep_leftovers()
        age(incoming / MARKER_NAME, -48)
        (incoming / "tmpabc.upload").write_bytes(b"")
        age(incoming / "tmpabc.upload", 48)

        sweep_leftovers()

        assert not names_in(incoming)


class TestMachine:
    """What a machine that serves pages does, whether or not it has workers or sees to storage."""

    def test_it_is_swept_without_the_database(self, incoming, django_assert_num_queries):
        (incoming / "tmpabc.upload").write_bytes(b"half a file")
        age(incoming / "tmpabc.upload", 25)

        with django_assert_num_queries(0):
            sweep_machine()

        assert not names_in(incoming)

    def test_it_does_not_keep_storage_from_being_swept(self, incoming):
        sweep_machine()
        (incoming / "tmpabc.upload").write_bytes(b"half a file")
        age(incoming / "tmpabc.upload", 25)

        sweep_leftovers()

        assert not names_in(incoming)

    def test_two_that_sweep_at_once_do_not_break_each_other(self, incoming, monkeypatch):
        for number in range(50):
            (incoming / f"work-{number}").mkdir()
            (incoming / f"tmp{number}.upload").write_bytes(b"")
            age(incoming / f"work-{number}", 48)
            age(incoming / f"tmp{number}.upload", 48)
        failures: list[BaseException] = []
        monkeypatch.setattr(threading, "excepthook", lambda failed: failures.append(failed.exc_value))
        threads = [threading.Thread(target=sweep_machine) for _ in range(4)]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert not failures
        assert not names_in(incoming)


@pytest.fixture
def account() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("ada")


def store(hours: float = 48) -> str:
    """An upload in storage, of that age; its key."""
    key = artefacts.store_upload(ContentFile(b"Email\r\n"))
    age(default_storage.path(key), hours)
    return key


class TestUploads:
    @pytest.fixture
    def named(self, account, owner) -> list[str]:
        """The keys of two old uploads that have a job."""
        keys = [store(), store()]
        for key in keys:
            UploadJob.objects.create(account=account, owner=owner, upload=key, file_bytes=7)
        return keys

    def test_one_that_no_job_names_goes_when_it_is_old(self, named):
        young, old = store(hours=23), store(hours=25)

        sweep_leftovers()

        assert [default_storage.exists(key) for key in (*named, young, old)] == [True, True, True, False]

    def test_none_goes_when_most_have_no_job(self, named, caplog):
        orphans = [store() for _ in range(3)]

        sweep_leftovers()

        assert all(default_storage.exists(key) for key in (*named, *orphans))
        assert "no job names uploads=3 of stored=5" in caplog.text

    def test_many_are_compared_a_part_at_a_time(self, account, owner, django_assert_num_queries):
        folder = Path(default_storage.path(artefacts.UPLOADS))
        folder.mkdir(parents=True)
        keys = [f"{artefacts.UPLOADS}/{number}" for number in range(KEYS_A_QUERY + 1)]
        for key in keys:
            Path(default_storage.path(key)).touch()
        UploadJob.objects.bulk_create(
            UploadJob(account=account, owner=owner, upload=key, file_bytes=0) for key in keys
        )
        orphan = store()

        with django_assert_num_queries(2):
            assert sweep_uploads(time.time() - HOUR) == 1

        assert not default_storage.exists(orphan)

    def test_before_the_first_upload_there_is_nothing_to_do(self):
        assert sweep_uploads(time.time()) == 0


class TestParts:
    """What has arrived of uploads that were broken off."""

    @pytest.fixture
    def upload(self, account, owner) -> ResumableUpload:
        upload = begin_upload(account=account, owner=owner, file_name="contacts.csv", file_bytes=6)
        self.send(upload, b"Ema")
        return upload

    def send(self, upload: ResumableUpload, content: bytes) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        offset = upload.received_bytes
        receive_part(upload, offset=offset, part_length=len(content), sha256=sha256, blocks=[content])

    def parts(self, upload: ResumableUpload, hours: float = 48) -> list[Path]:
        """The stored parts, which are of that age."""
        folder = Path(default_storage.path(f"{PARTS}/{upload.pk}"))
        found = list(folder.iterdir()) if folder.exists() else []
        for path in found:
            age(path, hours)
        return found

    @pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
    def test_one_that_was_abandoned_goes_when_it_is_old(self, hours, is_kept, upload):
        self.parts(upload)
        ResumableUpload.objects.update(changed_at=timezone.now() - timedelta(hours=hours))

        sweep_leftovers()

        assert bool(self.parts(upload)) is is_kept
        assert ResumableUpload.objects.exists() is is_kept

    def test_old_parts_of_one_that_goes_on_stay(self, upload):
        self.parts(upload)

        sweep_leftovers()
        self.send(upload, b"il\n")

        assert len(self.parts(upload)) == 2
        assert finish_upload(upload).file_bytes == 6

    def test_what_was_left_of_one_that_is_over_goes(self, upload, account, owner):
        self.send(upload, b"il\n")
        left = Path(default_storage.path(f"{PARTS}/{upload.pk}/left"))
        finish_upload(upload)
        gone = Path(default_storage.path(f"{PARTS}/{uuid.uuid4()}/left"))
        for path in (left, gone):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"Ema")
        age(left, 25)
        age(gone, 23)

        sweep_leftovers()

        assert [path.exists() for path in (left, gone)] == [False, True]
        assert UploadJob.objects.exists()

    def test_sent_while_it_is_swept_it_is_told(self, upload):
        ResumableUpload.objects.all().delete()

        with pytest.raises(UploadGoneError):
            self.send(upload, b"il\n")

        assert len(self.parts(upload)) == 1


def store_table(
    job: UploadJob, name: str = "prepared", run: uuid.UUID | None = None, hours: float = 48
) -> str:
    """A table in the folder of `job`, written by `run`, one that is over without one; what it is stored as."""
    with artefacts.work_folder() as folder:
        (folder / "table").write_bytes(b"a table")
        stored = artefacts.store(job, name, folder / "table", run or uuid.uuid4())
    age(default_storage.path(artefacts.table_key(job.pk, stored)), hours)
    return stored


def is_there(job: UploadJob, *stored: str) -> list[bool]:
    return [artefacts.is_stored(job.pk, one) for one in stored]


class TestTables:
    def sweep(self) -> int:
        return sweep_tables(time.time() - 24 * HOUR, 0)

    def test_what_no_row_names_goes_when_it_is_old(self):
        job = make_job(JobStatus.CHECKED)
        old, young = store_table(job), store_table(job, hours=23)

        assert self.sweep() == 1

        assert is_there(job, old, young) == [False, True]

    def test_what_a_job_its_trial_or_its_batches_name_stays(self):
        job = make_job(JobStatus.SENDING)
        own, tried, settled = store_table(job), store_table(job), store_table(job, "outcomes-000001")
        UploadJob.objects.update(tables={"prepared": own})
        MappingTrial.objects.create(job=job, mapping={}, digest="d", tables={"prepared": tried})
        make_batch(job, BatchStatus.FINISHED, outcomes=settled)

        assert self.sweep() == 0

        assert all(is_there(job, own, tried, settled))

    def test_what_a_run_may_still_name_stays_however_old_it_is(self):
        """It was stopped in the middle, with all of its machine, and will go on."""
        job = make_job(JobStatus.CHECKING)
        trial = MappingTrial.objects.create(job=job, mapping={}, digest="d", run=uuid.uuid4())
        batch = make_batch(job, BatchStatus.ACTIVE)
        kept = [store_table(job, run=run) for run in (job.token, trial.run, batch.token)]

        assert self.sweep() == 0
        assert all(is_there(job, *kept))

        UploadJob.objects.take(job, timezone.now())  # from now on it can name nothing
        assert self.sweep() == 1
        assert is_there(job, *kept) == [False, True, True]

    def test_those_of_earlier_versions_are_known_by_their_names(self):
        job = make_job(JobStatus.FINISHED, tables={"staged": "staged", "prepared": "prepared"})
        make_batch(job, BatchStatus.FINISHED, outcomes="outcomes-000001")
        names = ("staged", "prepared", "outcomes-000001", "trial-prepared", "trial-issues", "notes")
        for name in names:
            key = default_storage.save(artefacts.table_key(job.pk, name), ContentFile(b"a table"))
            age(default_storage.path(key), 48)

        assert self.sweep() == 2

        assert is_there(job, *names) == [True, True, True, False, False, True]

    def test_jobs_that_have_not_moved_since_the_last_sweep_are_not_looked_at(self, monkeypatch):
        still = make_job(JobStatus.FINISHED, changed_at=timezone.now() - timedelta(days=3))
        tried = make_job(JobStatus.STAGED, changed_at=timezone.now() - timedelta(days=3))
        MappingTrial.objects.create(job=tried, mapping={}, digest="d")
        moved = make_job(JobStatus.FINISHED, changed_at=timezone.now() - timedelta(hours=24))
        left = [store_table(job) for job in (still, tried, moved)]

        assert sweep_tables(time.time() - 24 * HOUR, time.time() - HOUR) == 2

        assert [is_there(job, one) for job, one in zip((still, tried, moved), left, strict=True)] == [
            [True],
            [False],
            [False],
        ]

    def test_the_sweep_remembers_when_it_was_made(self, incoming):
        job = make_job(JobStatus.FINISHED, changed_at=timezone.now() - timedelta(days=9))
        first = store_table(job)
        sweep_leftovers()
        assert is_there(job, first) == [False]

        second = store_table(job)
        (incoming / MARKER_NAME).unlink()
        sweep_leftovers()
        assert is_there(job, second) == [True]

    def test_the_folder_of_a_job_that_is_gone_goes_with_all_in_it(self):
        kept = [make_job(JobStatus.FINISHED) for _ in range(2)]
        tables = [store_table(job) for job in kept]
        gone = make_job(JobStatus.FINISHED)
        store_table(gone), store_table(gone, "issues")
        folder = Path(default_storage.path(f"{artefacts.JOBS}/{gone.pk}"))
        UploadJob.objects.filter(pk=gone.pk).delete()

        assert sweep_strangers(time.time() - 72 * HOUR) == 0
        assert sweep_strangers(time.time() - 24 * HOUR) == 2

        assert not folder.exists()
        assert [is_there(job, one) for job, one in zip(kept, tables, strict=True)] == [[True], [True]]

    def test_none_goes_when_most_folders_have_no_job(self, caplog):
        gone = [make_job(JobStatus.FINISHED) for _ in range(2)]
        for job in gone:
            store_table(job)
        UploadJob.objects.all().delete()

        assert sweep_strangers(time.time()) == 0

        assert "no job has folders=2 of stored=2" in caplog.text
