"""One person in every kind of file that the portal makes of an import: after purge or deletion they are in no file,
table, row, key of Redis, log, cache or temporary folder, also when somebody is at the import meanwhile."""

import logging
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from imports.contacts.mapping import Mapping
from imports.contacts.repairs.repair_types import SetCell
from imports.jobs import check, download
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.deleted_files import work_off_deleted
from imports.jobs.download import request_download, run_download
from imports.jobs.purging import purge
from imports.jobs.removal import remove_account, remove_job
from imports.jobs.repairing import add_repairs
from imports.models import JobDigests, ReportDownload, ResumableUpload, UploadJob
from imports.reasons import REPORT_WORDS
from imports.states import JobStatus
from imports.storage import artefacts
from imports.storage.upload_parts import PARTS
from tests.delivery.canaries import found_in
from tests.retention.kept_things import CANARY, CANARY_CSV, places_of_canary

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(days=10_000)
KINDS = {
    *("staged", "excerpt", "prepared", "issues", "overlay", "repaired"),
    *("outcomes", "download", "uploads", "parts", "incoming"),
}


@pytest.fixture(autouse=True)
def logged(caplog) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def everywhere(make_job, alice, monkeypatch, own_storage) -> UploadJob:
    """An import of which everything was made that can be."""
    monkeypatch.setattr(artefacts, "MIN_ROWS", 0)
    job = make_job(CANARY_CSV, until="checked")
    add_repairs(job, [SetCell("Email", 4, f"two.{CANARY['address']}")], alice)
    run_inline(job)
    with artefacts.search_text(job):
        pass
    assert confirm_job(job, alice)
    run_inline(job)
    with artefacts.told_text(job, REPORT_WORDS):
        pass
    for file_format, language in (("csv", "en"), ("xlsx", "de")):
        with translation.override(language):
            run_download(request_download(job, "all", file_format))
    # What is left of a way here that broke off after the job was made.
    upload = ResumableUpload.objects.create(
        owner=alice, account=job.account, job=job, file_name="contacts.csv", file_bytes=9
    )
    default_storage.save(f"{PARTS}/{upload.pk}/left", ContentFile(CANARY_CSV.encode()))
    job.refresh_from_db()
    assert job.status == JobStatus.FINISHED
    places = places_of_canary(own_storage)
    assert {kind for kind in KINDS if any(kind in place for place in places)} == KINDS
    return job


def assert_nowhere(own_storage, caplog) -> None:
    assert places_of_canary(own_storage) == set()
    assert found_in(caplog.text.encode(), CANARY) == set()


class TestAtRest:
    def test_purged(self, everywhere, own_storage, caplog):
        assert purge(timezone.now() + LATER).left == 0

        assert_nowhere(own_storage, caplog)
        assert JobDigests.objects.filter(job=everywhere).exists()

    def test_deleted(self, everywhere, mona, own_storage, caplog):
        remove_job(everywhere, mona)

        assert_nowhere(own_storage, caplog)

    def test_deleted_with_its_account(self, everywhere, mona, own_storage, caplog):
        remove_account(everywhere.account, mona)

        assert_nowhere(own_storage, caplog)


class TestMeanwhile:
    def test_an_import_that_is_under_way_ends_well(self, make_job, alice, monkeypatch, own_storage):
        old, job = make_job(CANARY_CSV, until="finished"), make_job(CANARY_CSV)
        plan = check.plan_batches

        def plan_after_purge(*args):
            purge(timezone.now() + LATER)
            return plan(*args)

        monkeypatch.setattr(check, "plan_batches", plan_after_purge)
        assert not set_mapping(job, Mapping.from_json(job.mapping), alice)
        run_inline(job)
        assert confirm_job(job, alice)
        run_inline(job)

        old.refresh_from_db()
        assert (old.tables, job.status) == ({}, JobStatus.FINISHED)
        assert job.ledger

    def test_one_that_is_deleted_while_it_is_checked_leaves_nothing(
        self, make_job, alice, mona, monkeypatch, own_storage, caplog
    ):
        job = make_job(CANARY_CSV)
        plan = check.plan_batches

        def plan_after_deletion(*args):
            remove_job(UploadJob.objects.get(pk=job.pk), mona)
            return plan(*args)

        monkeypatch.setattr(check, "plan_batches", plan_after_deletion)
        assert not set_mapping(job, Mapping.from_json(job.mapping), alice)
        check.check_job(job)
        work_off_deleted()

        assert not UploadJob.objects.filter(pk=job.pk).exists()
        assert_nowhere(own_storage, caplog)

    def test_a_download_that_is_made_of_rows_that_go_is_not_kept(
        self, make_job, monkeypatch, own_storage, caplog
    ):
        job = make_job(CANARY_CSV, until="finished")
        write = download.EXPORTERS["csv"]

        def write_after_purge(*args, **options):
            purge(timezone.now() + LATER)
            return write(*args, **options)

        monkeypatch.setitem(download.EXPORTERS, "csv", write_after_purge)
        run_download(request_download(job, "all", "csv"))

        assert not ReportDownload.objects.exists()
        assert_nowhere(own_storage, caplog)


def test_copies_in_clear_of_encrypted_files_go_too(make_job, settings, own_storage):
    settings.ENCRYPT_FILES = True
    job = make_job(CANARY_CSV, until="finished")
    job.refresh_from_db()
    with artefacts.local(job, artefacts.STAGED):
        pass
    assert {place.partition("/")[0] for place in places_of_canary(own_storage)} == {"incoming"}

    purge(timezone.now() + LATER)

    assert places_of_canary(own_storage) == set()
