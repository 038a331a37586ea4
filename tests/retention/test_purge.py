"""What has been kept for long enough goes, by the clock of its kind and its account, and that is proved."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from imports.contacts.mapping import Mapping
from imports.jobs import purging
from imports.jobs.download import request_download, run_download
from imports.jobs.purging import Purged, purge, would_purge
from imports.jobs.trial import request_trial, run_trial
from imports.models import AuditEvent, JobDigests, ReportDownload, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage import artefacts
from tests.pipeline.rows import make_batch
from tests.retention.kept_things import CANARY_CSV, places_of_canary
from tests.whole_database import changed_since, whole_database

pytestmark = pytest.mark.django_db(transaction=True)

UPLOADS, ROWS, DOWNLOADS, UNSENT = 30, 90, 20, 10


@pytest.fixture(autouse=True)
def clocks(settings) -> None:
    settings.UPLOADS_KEPT_DAYS, settings.ROWS_KEPT_DAYS = UPLOADS, ROWS
    settings.DOWNLOADS_KEPT_DAYS, settings.UNSENT_KEPT_DAYS = DOWNLOADS, UNSENT


@pytest.fixture
def finished(make_job) -> UploadJob:
    job = make_job(CANARY_CSV, until="finished")
    run_download(request_download(job, "all", "csv"))
    return job


def purge_after(days: float) -> Purged:
    return purge(timezone.now() + timedelta(days=days))


def names_of(job: UploadJob) -> set[str]:
    return set(default_storage.listdir(f"{artefacts.JOBS}/{job.pk}")[1])


class TestClocks:
    def test_nothing_goes_before_its_time(self, finished, own_storage):
        before = places_of_canary(own_storage)

        assert purge_after(DOWNLOADS - 1) == Purged()

        assert places_of_canary(own_storage) == before

    def test_files_of_reports_go_first(self, finished):
        purge_after(DOWNLOADS + 1)

        assert not ReportDownload.objects.exists()
        assert not [name for name in names_of(finished) if name.startswith("download")]
        finished.refresh_from_db()
        assert finished.tables
        assert finished.upload

    def test_then_the_upload(self, finished):
        purge_after(UPLOADS + 1)

        before, key = finished.tables, finished.upload
        finished.refresh_from_db()
        assert finished.tables == before
        assert finished.upload_removed_at
        assert not default_storage.exists(key)

    def test_then_the_rows_and_nothing_of_the_person_is_anywhere(self, finished, own_storage):
        assert places_of_canary(own_storage)

        purge_after(ROWS + 1)

        assert places_of_canary(own_storage) == set()

    def test_what_is_counted_stays(self, finished):
        finished.refresh_from_db()
        ledger, events = finished.ledger, finished.events.count()

        purge_after(ROWS + 1)

        finished.refresh_from_db()
        assert finished.rows_removed_at
        assert (finished.ledger, finished.events.count()) == (ledger, events)

    def test_digests_outlive_it(self, finished):
        JobDigests.objects.all().delete()

        purge_after(ROWS + 1)

        kept = JobDigests.objects.get(job=finished)
        assert artefacts.is_stored(finished.pk, kept.stored)

    @pytest.mark.parametrize("name", ["uploads_kept_days", "rows_kept_days", "downloads_kept_days"])
    def test_an_account_has_its_own(self, name, finished):
        setattr(finished.account, name, 3)
        finished.account.save()

        assert purge_after(2).jobs == 0
        assert purge_after(4).jobs == 1


class TestNeverSent:
    def test_a_cancelled_one_goes_earlier(self, make_job, alice, own_storage):
        job = make_job(CANARY_CSV, until="checked")
        UploadJob.objects.transition(job, JobStatus.CANCELLED, by=alice)

        purge_after(UNSENT + 1)

        assert places_of_canary(own_storage) == set()

    def test_so_does_one_that_failed(self, make_job, own_storage):
        job = make_job(b"\x00\x01 no table " + CANARY_CSV.encode("utf-16-be"), until="uploaded")
        UploadJob.objects.transition(job, JobStatus.STAGING)
        UploadJob.objects.transition(job, JobStatus.FAILED)
        assert default_storage.exists(job.upload)

        purge_after(UNSENT + 1)

        assert not default_storage.exists(job.upload)

    @pytest.mark.parametrize("until", ["staged", "checked"])
    def test_one_that_nobody_goes_on_with_is_cancelled_and_its_owner_told(self, until, make_job, own_storage):
        job = make_job(CANARY_CSV, until=until)
        if until == "staged":
            request_trial(job, Mapping.from_json(job.mapping))
            run_trial(job)

        purge_after(UNSENT + 1)

        job.refresh_from_db()
        assert job.status == JobStatus.CANCELLED
        assert job.notifications.filter(person=job.owner).exists()
        assert places_of_canary(own_storage) == set()

    def test_one_that_is_being_sent_is_left(self, make_job, own_storage):
        job = make_job(CANARY_CSV, until="sending")
        before = places_of_canary(own_storage)

        assert purge_after(10 * ROWS) == Purged()

        job.refresh_from_db()
        assert job.status == JobStatus.SENDING
        assert places_of_canary(own_storage) == before


class TestLine:
    """Imports of the same rows go together: each needs the others' tables to tell what has arrived."""

    def child_of(self, job: UploadJob, status: JobStatus, days: int) -> UploadJob:
        return UploadJob.objects.create(
            account=job.account,
            owner=job.owner,
            parent=job,
            file_name="again.csv",
            status=status,
            changed_at=timezone.now() + timedelta(days=days),
        )

    def test_rows_stay_while_an_import_of_them_has_not_ended(self, finished):
        self.child_of(finished, JobStatus.CHECKING, 0)

        purge_after(10 * ROWS)

        finished.refresh_from_db()
        assert finished.tables

    def test_they_stay_until_the_last_one_is_old_enough(self, finished):
        child = self.child_of(finished, JobStatus.FINISHED, 50)
        make_batch(child, BatchStatus.FINISHED)

        purge_after(ROWS + 1)
        finished.refresh_from_db()
        assert finished.tables

        purge_after(ROWS + 51)
        for job in (finished, child):
            job.refresh_from_db()
            assert job.rows_removed_at


class TestMany:
    def test_more_than_a_query_can_name_go_in_parts(self, make_job, monkeypatch):
        monkeypatch.setattr(purging, "KEYS_A_QUERY", 2)
        jobs = [make_job(until="uploaded") for _ in range(5)]
        UploadJob.objects.update(status=JobStatus.CANCELLED)

        assert purge_after(UNSENT + 1).jobs == len(jobs)

        assert not UploadJob.objects.filter(rows_removed_at=None).exists()


class TestProof:
    def test_a_certificate_says_what_went(self, finished):
        count = len(names_of(finished)) - 1  # the digests
        expected = would_purge(timezone.now() + timedelta(days=ROWS + 1))

        found = purge_after(ROWS + 1)

        assert found.files == count + 1  # the upload
        assert (found.jobs, found.files, found.bytes) == (expected.jobs, expected.files, expected.bytes)
        event = AuditEvent.objects.get(pk=found.certificate)
        assert event.details["left"] == 0
        assert event.details["bytes"] == found.bytes
        assert len(event.details["sha256"]) == 64

    def test_nothing_is_recorded_where_nothing_was_due(self, finished):
        before = AuditEvent.objects.count()

        assert purge().certificate is None
        assert AuditEvent.objects.count() == before

    def test_one_that_cannot_be_purged_holds_up_no_other(self, finished, make_job, monkeypatch):
        other = make_job(until="finished")
        kept = artefacts.store_all

        def fail(job, *args):
            if job.pk == finished.pk:
                raise RuntimeError
            return kept(job, *args)

        JobDigests.objects.filter(job=finished).delete()
        monkeypatch.setattr("imports.jobs.purging.keep_digests", lambda job: fail(job, {}, job.token))

        assert purge_after(ROWS + 1).left == 1

        other.refresh_from_db()
        assert other.rows_removed_at


class TestCommand:
    def run(self, capsys, *words: str) -> dict:
        call_command("purge", *words)
        return json.loads(capsys.readouterr().out)

    def test_a_dry_run_changes_nothing(self, finished, capsys, own_storage):
        UploadJob.objects.update(changed_at=timezone.now() - timedelta(days=ROWS + 1))
        before, places = whole_database(), places_of_canary(own_storage)

        told = self.run(capsys, "--dry-run")

        assert told["jobs"] == 1
        assert told["files"] > 5
        assert told["certificate"] is None
        assert changed_since(before) <= {"AuditEvent", "AuditLane"}
        assert places_of_canary(own_storage) == places

    def test_it_prints_what_went(self, finished, capsys, own_storage):
        UploadJob.objects.update(changed_at=timezone.now() - timedelta(days=ROWS + 1))
        expected = self.run(capsys, "--dry-run")

        told = self.run(capsys)

        assert AuditEvent.objects.filter(pk=told.pop("certificate"), action="purged").exists()
        assert {**told, "certificate": None} == expected
        assert places_of_canary(own_storage) == set()
