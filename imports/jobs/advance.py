"""The step that a job is waiting for, whatever its status: one door for workers, the sweep and the shell."""

import threading
from collections.abc import Callable

from django.utils import timezone

from imports.accounts.catalogue import is_old
from imports.delivery.deliver import deliver
from imports.jobs.check import check_job
from imports.jobs.report import report_job
from imports.jobs.stage import stage_job
from imports.jobs.suggesting import refresh_account
from imports.models import UploadJob
from imports.states import JobStatus

STEPS: dict[JobStatus, Callable[[UploadJob], None]] = {
    JobStatus.UPLOADED: stage_job,
    JobStatus.STAGING: stage_job,
    JobStatus.CHECKING: check_job,
    JobStatus.SENDING: report_job,
    JobStatus.CANCELLING: report_job,
}

MAX_WAIT_SECONDS = 5.0
MIN_WAIT_SECONDS = 0.1  # something is due, and another process is about to do it
LOOK_AGAIN_SECONDS = 0.5


def advance(job: UploadJob) -> None:
    """Run the step that `job` waits for; nothing if it waits for a person, for Dotdigital, or has ended."""
    step = STEPS.get(JobStatus(job.status))
    if step is not None:
        step(job)


def run_inline(job: UploadJob) -> None:
    """Work on `job` until it waits for a person or has ended.

    The account is read first where that is due, since there is nobody to read it meanwhile.
    """
    pause = threading.Event()
    if job.status == JobStatus.UPLOADED and is_old(job.account, timezone.now()):
        refresh_account(job.account)
    while job.status in STEPS:
        if job.is_delivering:
            following = deliver(job.account)
            if not UploadJob.objects.delivered().filter(pk=job.pk).exists():
                seconds = (following - timezone.now()).total_seconds() if following else MAX_WAIT_SECONDS
                pause.wait(min(max(seconds, MIN_WAIT_SECONDS), MAX_WAIT_SECONDS))
                job.refresh_from_db()
                continue
        before = job.changed_at
        advance(job)
        job.refresh_from_db()
        if job.changed_at == before or job.lease_until:  # put off, or another process is at it
            pause.wait(LOOK_AGAIN_SECONDS)
