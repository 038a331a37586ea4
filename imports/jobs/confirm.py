"""Starts the import of a checked job: the batches that its check planned come into being."""

from imports.contacts.repeats import repeat_harms
from imports.jobs.line import REVIEWED, delivering_in_line, first_of_line, outcomes_that_count
from imports.jobs.remembered import remember
from imports.models import ImportBatch, UploadJob
from imports.states import JobStatus
from imports.transactions import unit_of_work
from portal.models import User


class LineBusyError(Exception):
    """Another import of the same rows is under way; it is `job`."""

    def __init__(self, job: UploadJob) -> None:
        super().__init__(str(job.pk))
        self.job = job


def confirm_job(job: UploadJob, by: User, *, stops_on_refusal: bool = False) -> bool:
    """Start the import of a checked `job` with the batches its check planned. False if it has moved on meanwhile, or
    is checked again first, because rows of it have arrived since with another import of its line. Raises LineBusyError
    while another of them is under way.

    `stops_on_refusal`: once Dotdigital refuses a whole batch, nothing more of the job is sent.
    """
    safe = not repeat_harms(job.mapping)
    with unit_of_work():
        # One import of a line at a time: whoever has the first of it locked looks at all of them.
        if (first := first_of_line(job)) != job:
            UploadJob.objects.select_for_update(no_key=True).only("pk").get(pk=first.pk)
        if busy := delivering_in_line(job):
            raise LineBusyError(busy)
        if outcomes_that_count(job) != job.line.get(REVIEWED, []):
            UploadJob.objects.transition(
                job,
                JobStatus.CHECKING,
                by=by,
                note="rows_arrived_meanwhile",
                check_summary={},
                batch_plan=[],
                rows_done=0,
            )
            return False
        if not UploadJob.objects.transition(
            job, JobStatus.SENDING, by=by, stops_on_refusal=stops_on_refusal, is_paused=False
        ):
            return False
        ImportBatch.objects.bulk_create(
            [ImportBatch(job=job, safe_to_repeat=safe, **fields) for fields in job.batch_plan], batch_size=500
        )
        remember(job)
    return True
