"""The step that a job is waiting for, whatever its status: one door for workers, the sweep and the shell."""

from collections.abc import Callable

from imports.jobs.check import check_job
from imports.jobs.report import report_job
from imports.jobs.stage import stage_job
from imports.models import UploadJob
from imports.states import JobStatus

STEPS: dict[JobStatus, Callable[[UploadJob], None]] = {
    JobStatus.UPLOADED: stage_job,
    JobStatus.STAGING: stage_job,
    JobStatus.CHECKING: check_job,
    JobStatus.SENDING: report_job,
    JobStatus.CANCELLING: report_job,
}


def advance(job: UploadJob) -> None:
    """Run the step that `job` waits for; nothing if it waits for a person, for Dotdigital, or has ended."""
    step = STEPS.get(JobStatus(job.status))
    if step is not None:
        step(job)
