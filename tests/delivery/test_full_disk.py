"""A disk that is full for a while: every step is put off, and goes on when there is room."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files import File
from django.utils import timezone

from imports.delivery import pace
from imports.delivery.deliver import deliver
from imports.jobs.advance import advance
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.resumable import begin_upload, finish_upload, receive_part
from imports.jobs.upload import receive_upload
from imports.models import ResumableUpload, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage.artefacts import StorageUnavailableError
from imports.work.lease import MAX_TAKEOVERS
from tests.delivery.jobs import finish, make_due
from tests.delivery.matrix import assert_account, assert_ledger, assert_repeats
from tests.delivery.ready import Contents
from tests.sandbox_process import SandboxProcess

pytestmark = [
    pytest.mark.once,
    pytest.mark.pipeline,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk"
    ),
]

CONTENTS = Contents(12, 4)
DISK_BYTES = 8_000_000
OFTEN = MAX_TAKEOVERS + 2


class Disk:
    """A small disk of its own, mounted at `folder`, that can be filled to its last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            for block in (1 << 16, 1):
                try:
                    while file.write(b"x" * block):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def disk(tmp_path, settings) -> Iterator[Disk]:
    """The disk on which all files of the portal are; the database is on another."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        incoming, stored = folder / "incoming", folder / "files"
        incoming.mkdir()
        settings.UPLOAD_TEMP_DIR = incoming
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {
                "BACKEND": "imports.storage.folder.FolderStorage",
                "OPTIONS": {"location": str(stored)},
            },
        }
        yield Disk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def try_in_vain(job: UploadJob, *statuses: JobStatus) -> None:
    """Run the step of `job` again and again on a full disk: it stays in `statuses`, and is not given up."""
    for _ in range(OFTEN):
        advance(job)
        job.refresh_from_db()
        assert job.status in statuses
        assert job.takeovers < MAX_TAKEOVERS
        assert job.lease_until is None or job not in UploadJob.objects.due(timezone.now()), (
            "it would be tried at once"
        )
        end_lease(job)


def end_lease(job: UploadJob) -> None:
    past = timezone.now() - timedelta(seconds=1)
    UploadJob.objects.filter(pk=job.pk).exclude(lease_until=None).update(lease_until=past)
    job.refresh_from_db()


def go_on(job: UploadJob) -> None:
    end_lease(job)
    advance(job)
    job.refresh_from_db()


@pytest.fixture
def job(disk, account, alice, ready_jobs) -> UploadJob:
    """Twelve contacts in three batches, checked."""
    return ready_jobs.make(CONTENTS, account, alice)


def test_reading_the_file_waits_for_room(disk, account, alice, sandbox, tmp_path):
    path = CONTENTS.write(tmp_path)
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name=path.name, file=File(file))
    disk.fill()
    try_in_vain(job, JobStatus.UPLOADED, JobStatus.STAGING)

    disk.empty()
    go_on(job)

    assert job.status == JobStatus.STAGED


def test_a_part_of_an_upload_waits_for_room(disk, account, alice):
    content = bytes(300_000)
    sha256 = hashlib.sha256(content).hexdigest()
    upload = begin_upload(account=account, owner=alice, file_name="contacts.csv", file_bytes=len(content))
    disk.fill()
    with pytest.raises(StorageUnavailableError):
        receive_part(upload, offset=0, part_length=len(content), sha256=sha256, blocks=[content])
    assert ResumableUpload.objects.get().received_bytes == 0

    disk.empty()
    receive_part(upload, offset=0, part_length=len(content), sha256=sha256, blocks=[content])

    assert finish_upload(upload).file_sha256 == sha256


def test_the_check_waits_for_room(disk, job, alice):
    UploadJob.objects.filter(pk=job.pk).update(status=JobStatus.STAGED)
    job.refresh_from_db()
    assert set_mapping(job, CONTENTS.mapping(), alice) == []
    disk.fill()
    try_in_vain(job, JobStatus.CHECKING)

    disk.empty()
    go_on(job)

    assert job.status == JobStatus.CHECKED


def test_what_dotdigital_reports_waits_for_room(disk, job, account, alice, sandbox, monkeypatch):
    # Nothing is asked after before the disk is full.
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", pace.MAX_POLL_SECONDS)
    assert confirm_job(job, alice)
    deliver(account)
    disk.fill()
    for _ in range(OFTEN):
        make_due()
        deliver(account)
        assert set(job.batches.values_list("status", flat=True)) == {BatchStatus.ACTIVE}

    disk.empty()
    finish(job)

    assert_all_there(job, sandbox)


def test_the_report_waits_for_room(disk, job, account, alice, sandbox):
    assert confirm_job(job, alice)
    while job.batches.exclude(status=BatchStatus.FINISHED).exists():
        make_due()
        deliver(account)
    disk.fill()
    job.refresh_from_db()
    try_in_vain(job, JobStatus.SENDING)

    disk.empty()
    end_lease(job)
    finish(job)

    assert_all_there(job, sandbox)


def assert_all_there(job: UploadJob, sandbox: SandboxProcess) -> None:
    assert job.status == JobStatus.FINISHED
    assert assert_ledger(job) == {"created": CONTENTS.contacts}
    assert assert_account(job, sandbox) == 0
    assert assert_repeats(job, sandbox) == 0
