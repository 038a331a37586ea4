"""A harmful file is never read, and nothing of it is kept; while nobody can tell, a file waits."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from imports.jobs.advance import run_inline
from imports.jobs.stage import stage_job
from imports.jobs.upload import receive_upload
from imports.models import AuditEvent, UploadJob
from imports.states import JobStatus
from tests.environment import free_port
from tests.files.virus_scanner import HARM, NAME, virus_scanner

pytestmark = pytest.mark.pipeline


def uploaded(account, alice, content: bytes) -> UploadJob:
    file = ContentFile(content, name="contacts.csv")
    return receive_upload(account=account, owner=alice, file_name="contacts.csv", file=file)


def test_a_harmful_file_is_removed_and_its_import_says_so(account, alice, client, settings, sandbox):
    with virus_scanner() as scanner:
        settings.CLAMD = scanner.address
        job = uploaded(account, alice, b"email\nada@example.com\n" + HARM)
        upload = job.upload
        stage_job(job)

    job.refresh_from_db()
    assert (job.status, job.failure_code, job.upload, job.tables) == (JobStatus.FAILED, "harmful", "", {})
    assert NAME in job.failure_sentence
    assert not default_storage.exists(upload)
    event = AuditEvent.objects.get(action="harmful_file_removed")
    assert event.details == {"harm": NAME, "sha256": job.file_sha256}
    client.force_login(alice)
    assert NAME in client.get(reverse("imports:job", args=[job.pk]), follow=True).text


def test_a_clean_file_is_read(account, alice, settings, sandbox):
    with virus_scanner() as scanner:
        settings.CLAMD = scanner.address
        job = uploaded(account, alice, b"email\nada@example.com\n")
        run_inline(job)

    assert job.status == JobStatus.STAGED
    assert scanner.looked_through == [b"email\nada@example.com\n"]


def test_a_file_waits_for_a_scanner_that_does_not_answer(account, alice, settings, sandbox):
    settings.CLAMD = f"127.0.0.1:{free_port()}"
    job = uploaded(account, alice, b"email\nada@example.com\n")

    stage_job(job)

    job.refresh_from_db()
    assert (job.status, job.rows) == (JobStatus.STAGING, None)
    assert default_storage.exists(job.upload)

    with virus_scanner() as scanner:
        settings.CLAMD = scanner.address
        UploadJob.objects.update(lease_until=None)
        job.refresh_from_db()
        run_inline(job)
    assert job.status == JobStatus.STAGED
