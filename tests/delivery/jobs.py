"""Jobs that are ready to be sent, for tests of what comes after."""

from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.utils import timezone

from imports.contacts.mapping import Mapping
from imports.delivery.deliver import deliver
from imports.jobs.advance import advance, run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.upload import receive_upload
from imports.models import CallBudget, DotdigitalAccount, ImportBatch, UploadJob
from imports.states import JobStatus
from portal.models import User
from tests.pipeline import files

MAX_RUN = 1_000


def checked_job(
    account: DotdigitalAccount, owner: User, path: Path, mapping: Mapping | None = None
) -> UploadJob:
    """A job whose file has been checked by `mapping`, or by the one suggested."""
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=owner, file_name=path.name, file=File(file))
    run_inline(job)
    assert set_mapping(job, mapping or Mapping.from_json(job.mapping), owner) == []
    run_inline(job)
    assert job.status == JobStatus.CHECKED
    return job


def sending_job(
    account: DotdigitalAccount, owner: User, folder: Path, contacts: int, **options: bool
) -> UploadJob:
    """A job of so many contacts whose import was confirmed; nothing of it has been sent."""
    job = checked_job(account, owner, files.contacts_csv(folder, contacts))
    assert confirm_job(job, owner, **options)
    return job


def finish(job: UploadJob) -> None:
    """Works on `job` until it has ended, without the waiting in between."""
    for _ in range(MAX_RUN):
        make_due()
        deliver(job.account)
        advance(job)
        job.refresh_from_db()
        if job.has_ended:
            return
    raise AssertionError(f"the job does not end: {sorted(job.batches.values_list('number', 'status'))}")


def make_due() -> None:
    """Brings whatever is waited for forward to now."""
    past = timezone.now() - timedelta(seconds=1)
    DotdigitalAccount.objects.update(not_before=None, send_not_before=None)
    DotdigitalAccount.objects.exclude(slot_probe_at=None).update(slot_probe_at=past)
    CallBudget.objects.update(resets_at=past)
    ImportBatch.objects.exclude(not_before=None).update(not_before=past)
    ImportBatch.objects.exclude(next_poll_at=None).update(next_poll_at=past)
