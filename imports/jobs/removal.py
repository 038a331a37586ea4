"""Deletes jobs and accounts for good, with all that is stored of them. What was done is told by the audit log alone."""

from collections.abc import Iterator

from imports.jobs.cancel import cancel_job
from imports.jobs.line import children_of
from imports.models import DotdigitalAccount, ResumableUpload, UploadJob
from imports.states import JOB_ENDS
from imports.storage.upload_parts import drop_parts
from imports.transactions import unit_of_work
from portal.models import User


class StillUnderWayError(Exception):
    """An import is at Dotdigital, or one needs the rows of another."""


def family_of(job: UploadJob) -> Iterator[UploadJob]:
    """`job` and all that bring rows of the same file again, or are on their way to: each may need the tables of any
    other for as long as it has not ended."""
    jobs = UploadJob.objects.light()
    first = job
    while first.parent_id is not None:
        first = jobs.get(pk=first.parent_id)
    yield first
    yield from children_of(first, jobs)


def is_needed(job: UploadJob) -> bool:
    """Whether another import that has not ended may need the tables of `job`."""
    return any(one.pk != job.pk and not one.has_ended for one in family_of(job))


def may_be_removed(job: UploadJob) -> bool:
    """Whether `job` can be deleted now: it has ended or waits for a person, and no other needs it."""
    return not job.is_delivering and not is_needed(job)


def remove_job(job: UploadJob, by: User) -> None:
    """Delete `job` with its files; one that has not begun to be sent is cancelled first, so that whoever is at it lets
    go. Raises StillUnderWayError."""
    if not may_be_removed(job):
        raise StillUnderWayError
    if not job.has_ended:
        cancel_job(job, by)
    with unit_of_work():
        locked = UploadJob.objects.select_for_update().filter(pk=job.pk, status__in=JOB_ENDS).first()
        if locked is None or is_needed(locked):
            raise StillUnderWayError
        locked.delete()


def remove_account(account: DotdigitalAccount, by: User) -> None:
    """Delete `account` with its jobs and their files. Raises StillUnderWayError, with nothing deleted, while one
    of them is being sent."""
    if account.jobs.in_delivery().exists():
        raise StillUnderWayError
    for job in account.jobs.not_ended():
        cancel_job(job, by)
    uploads = list(ResumableUpload.objects.filter(account=account).values_list("pk", flat=True))
    with unit_of_work():
        if account.jobs.not_ended().select_for_update().exists():
            raise StillUnderWayError
        account.jobs.all().delete()
        account.delete()
    for upload_id in uploads:
        drop_parts(upload_id)
