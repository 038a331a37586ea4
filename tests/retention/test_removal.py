"""Deleting an import or an account deletes what is stored of it, also after a crash; the evidence stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from imports.jobs import deleted_files
from imports.jobs.deleted_files import summed_up, work_off_deleted
from imports.jobs.download import request_download, run_download
from imports.jobs.removal import StillUnderWayError, remove_account, remove_job
from imports.models import AuditEvent, DeletedFiles, DotdigitalAccount, UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from imports.storage.storage_errors import StorageUnavailableError
from portal.models import User
from tests.retention.kept_things import CANARY_CSV, places_of_canary

pytestmark = pytest.mark.django_db(transaction=True)


def certificates(job: UploadJob) -> list[dict]:
    return [
        event.details for event in AuditEvent.objects.filter(action="files_removed", object_id=str(job.pk))
    ]


def stored_of(job: UploadJob) -> set[str]:
    folder = f"{artefacts.JOBS}/{job.pk}"
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    return {*names, *([job.upload] if default_storage.exists(job.upload) else [])}


@pytest.fixture
def finished(make_job) -> UploadJob:
    job = make_job(CANARY_CSV, until="finished")
    run_download(request_download(job, "all", "csv"))
    return job


class TestJob:
    def test_all_that_was_stored_of_it_is_gone(self, finished, mona, own_storage: Path):
        key = artefacts.key_of(finished, artefacts.STAGED)
        with artefacts.work_folder() as folder:
            artefacts.link_made(key, "text", lambda path: path.write_text(CANARY_CSV), folder / "text")
        assert len(places_of_canary(own_storage)) > 5

        remove_job(finished, mona)

        assert places_of_canary(own_storage) == set()
        assert not stored_of(finished)

    def test_so_are_copies_in_clear_of_encrypted_files(self, make_job, mona, own_storage: Path, settings):
        settings.ENCRYPT_FILES = True
        job = make_job(CANARY_CSV, until="finished")
        run_download(request_download(job, "all", "csv"))
        for name in (artefacts.STAGED, artefacts.OUTCOMES):
            with artefacts.local(job, name):
                pass
        places = places_of_canary(own_storage)
        assert places
        assert {place.split("/")[0] for place in places} == {"incoming"}

        remove_job(job, mona)

        assert places_of_canary(own_storage) == set()
        assert not stored_of(job)

    def test_the_evidence_stays_and_a_certificate_is_added(self, finished, mona):
        count = len(stored_of(finished))
        before = set(AuditEvent.objects.values_list("pk", flat=True))

        remove_job(finished, mona)

        assert before <= set(AuditEvent.objects.values_list("pk", flat=True))
        [certificate] = certificates(finished)
        assert certificate["files"] == count
        assert certificate["bytes"] > 0
        assert certificate["left"] == 0
        assert AuditEvent.objects.filter(action="import_removed", object_id=str(finished.pk)).count() == 1

    def test_only_its_own_files_go(self, finished, make_job, mona):
        other = make_job(until="finished")
        before = stored_of(other)

        remove_job(finished, mona)

        assert stored_of(other) == before

    def test_one_that_waits_is_cancelled_first(self, make_job, mona, own_storage):
        job = make_job(CANARY_CSV, until="checked")

        remove_job(job, mona)

        assert places_of_canary(own_storage) == set()
        assert AuditEvent.objects.filter(action="import_cancelled", object_id=str(job.pk)).exists()

    def test_one_that_is_being_sent_stays(self, make_job, mona):
        job = make_job(until="sending")

        with pytest.raises(StillUnderWayError):
            remove_job(job, mona)

        assert stored_of(UploadJob.objects.get(pk=job.pk))

    def test_one_whose_rows_another_import_needs_stays(self, sandbox, make_job, mona):
        job = make_job(until="finished")
        UploadJob.objects.create(account=job.account, owner=job.owner, parent=job, file_name="again.csv")

        with pytest.raises(StillUnderWayError):
            remove_job(job, mona)

        assert stored_of(job)


class TestCrash:
    def test_the_sweep_removes_the_only_job_there_was(self, finished, mona, monkeypatch, own_storage):
        """The guard against a wrong database keeps strangers, where they are the most part: not what was deleted."""
        with monkeypatch.context() as patched:
            patched.setattr(deleted_files, "_try_to_work_off", lambda deleted: None)
            remove_job(finished, mona)
        assert stored_of(finished)

        work_off_deleted()

        assert places_of_canary(own_storage) == set()
        assert certificates(finished)

    def test_what_went_before_a_crash_is_in_the_certificate(self, finished, mona, monkeypatch):
        count, calls = len(stored_of(finished)), []

        def fail_at_third(key: str) -> None:
            calls.append(key)
            if len(calls) == 3:
                raise StorageUnavailableError("the storage did not answer")
            artefacts.delete_for_good(key)

        with monkeypatch.context() as patched:
            patched.setattr(deleted_files, "delete_for_good", fail_at_third)
            remove_job(finished, mona)
        assert not certificates(finished)
        assert len(stored_of(finished)) == count - 2

        work_off_deleted()

        [certificate] = certificates(finished)
        assert certificate["files"] == count

    def test_a_table_that_a_worker_stores_afterwards_goes_too(self, finished, mona):
        remove_job(finished, mona)
        default_storage.save(f"{artefacts.JOBS}/{finished.pk}/late.parquet", ContentFile(b"late"))

        assert work_off_deleted() == 1

        assert not stored_of(finished)
        assert 1 in [one["files"] for one in certificates(finished)]

    def test_it_is_forgotten_once_nothing_can_come_any_more(self, finished, mona):
        remove_job(finished, mona)
        work_off_deleted()
        assert DeletedFiles.objects.count() == 1
        DeletedFiles.objects.update(deleted_at=timezone.now() - timedelta(days=2))

        work_off_deleted()

        assert not DeletedFiles.objects.exists()


class TestAccount:
    def test_it_goes_with_its_imports_and_their_files(self, finished, make_job, mona, own_storage):
        make_job(CANARY_CSV, until="staged")

        remove_account(finished.account, mona)

        assert places_of_canary(own_storage) == set()
        assert not DotdigitalAccount.objects.filter(pk=finished.account_id).exists()
        assert AuditEvent.objects.filter(action="account_removed").exists()

    def test_it_stays_while_something_is_being_sent(self, make_job, mona):
        job = make_job(until="sending")

        with pytest.raises(StillUnderWayError):
            remove_account(job.account, mona)

        assert UploadJob.objects.filter(pk=job.pk, status=JobStatus.SENDING).exists()


class TestAdministration:
    @pytest.fixture
    def as_root(self, client):
        client.force_login(User.objects.create_superuser("root"))
        return client

    def test_a_job_is_deleted_there(self, finished, as_root, own_storage):
        url = reverse("admin:imports_uploadjob_delete", args=[finished.pk])
        assert "contacts.csv" in as_root.get(url).text

        as_root.post(url, {"post": "yes"})

        assert not UploadJob.objects.filter(pk=finished.pk).exists()
        assert places_of_canary(own_storage) == set()

    def test_so_is_an_account(self, finished, as_root, own_storage):
        as_root.post(
            reverse("admin:imports_dotdigitalaccount_delete", args=[finished.account_id]), {"post": "yes"}
        )

        assert not DotdigitalAccount.objects.filter(pk=finished.account_id).exists()
        assert places_of_canary(own_storage) == set()

    def test_one_that_is_being_sent_is_not(self, make_job, as_root):
        job = make_job(until="sending")
        for name, pk in (("uploadjob", job.pk), ("dotdigitalaccount", job.account_id)):
            as_root.post(reverse(f"admin:imports_{name}_delete", args=[pk]), {"post": "yes"})

        assert UploadJob.objects.filter(pk=job.pk).exists()


def test_the_sum_is_over_a_line_a_file():
    one = {"a": [3, "11"], "b": [4, "22"]}

    assert (summed_up(one).files, summed_up(one).bytes) == (2, 7)
    assert summed_up(dict(reversed(one.items()))) == summed_up(one)
    assert summed_up({"a": [3, "12"], "b": [4, "22"]}).sha256 != summed_up(one).sha256
