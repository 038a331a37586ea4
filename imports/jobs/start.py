"""Begins to send a job, once nobody has to be asked any more: the batches that its check planned come into being."""

from typing import Any

from imports.contacts.repeats import repeat_harms
from imports.jobs.line import REVIEWED, delivering_in_line, first_of_line, outcomes_that_count
from imports.jobs.remembered import remember
from imports.messages import Message
from imports.models import ImportBatch, UploadJob
from imports.querysets import JobQuerySet
from imports.states import JobStatus
from portal.models import User


class LineBusyError(Exception):
    """Another import of the same rows is under way; it is `job`."""

    def __init__(self, job: UploadJob) -> None:
        super().__init__(str(job.pk))
        self.job = job


def hold_line(job: UploadJob) -> None:
    """One import of a line at a time: whoever has the first of it locked looks at all of them."""
    if (first := first_of_line(job)) != job:
        UploadJob.objects.select_for_update(no_key=True).only("pk").get(pk=first.pk)


def is_as_reviewed(job: UploadJob, by: User) -> bool:
    """Whether no rows of `job`, whose line is held, have arrived since its check; where some have, it is checked again.
    Raises LineBusyError while another import of the line is under way."""
    if busy := delivering_in_line(job):
        raise LineBusyError(busy)
    if outcomes_that_count(job) == job.line.get(REVIEWED, []):
        return True
    check_again(job, by, "rows_arrived_meanwhile")
    return False


def check_again(job: UploadJob, by: User, note: Message | str) -> bool:
    """Have `job` checked again, as it is not what was looked at."""
    return UploadJob.objects.transition(
        job, JobStatus.CHECKING, by=by, note=note, check_summary={}, batch_plan=[], rows_done=0
    )


def begin_sending(
    job: UploadJob, by: User, *, among: JobQuerySet | None = None, note: Message | str = "", **changes: Any
) -> bool:
    """Send `job` with the batches its check planned, if it is still as it was read and one of `among`. False if not."""
    safe = not repeat_harms(job.mapping)
    jobs = UploadJob.objects.all() if among is None else among
    if not jobs.transition(job, JobStatus.SENDING, by=by, note=note, is_paused=False, **changes):
        return False
    ImportBatch.objects.bulk_create(
        [ImportBatch(job=job, safe_to_repeat=safe, **fields) for fields in job.batch_plan], batch_size=500
    )
    remember(job)
    return True
