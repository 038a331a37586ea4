"""Where a job's pages are, and which step of the wizard it stands at."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from imports.models import UploadJob
from imports.states import (
    JOB_CHECKED,
    JOB_MAPPABLE,
    JOB_STATES,
    Group,
    JobStatus,
    Step,
)
from imports.states import Look as Look

GROUP_LABELS: dict[Group, Promise] = {
    Group.WAITING: gettext_lazy("Waiting for a person"),
    Group.UNDER_WAY: gettext_lazy("In progress"),
    Group.FINISHED: gettext_lazy("Finished"),
    Group.FAILED: gettext_lazy("Failed"),
    Group.CANCELLED: gettext_lazy("Cancelled"),
}
"""What people look for in the history, in its order."""


def job_url(job: UploadJob) -> str:
    """The page at which `job` stands."""
    return reverse(JOB_STATES[JobStatus(job.status)].page, args=[job.pk])


@dataclass(frozen=True)
class WizardStep:
    """One of the five steps above a job's pages. `url` is "" where there is nothing to look at."""

    name: Promise
    url: str = ""
    is_done: bool = False
    is_current: bool = False


UPLOAD, MAP, CHECK, IMPORT, REPORT = Step
STEP_NAMES = (
    gettext_lazy("Upload"),
    gettext_lazy("Map columns"),
    gettext_lazy("Check"),
    gettext_lazy("Import"),
    gettext_lazy("Report"),
)


def wizard_steps(job: UploadJob | None = None, shown: int | None = None) -> list[WizardStep]:
    """The steps as seen from the page of step `shown`, or from where `job` stands; without a job, the upload."""
    reached = step_reached(job) if job else UPLOAD
    done = last_step_done(job) if job and job.has_ended else reached - 1
    current = reached if shown is None else shown
    urls = _step_urls(job) if job else {}
    return [
        WizardStep(name, "" if index == current else urls.get(index, ""), index <= done, index == current)
        for index, name in enumerate(STEP_NAMES)
    ]


def step_reached(job: UploadJob) -> int:
    """The step at which `job` stands; for one that has ended, the report."""
    return JOB_STATES[JobStatus(job.status)].step


def last_step_done(job: UploadJob) -> int:
    """The last step that an ended `job` got through; -1 when not even its file could be read."""
    if job.ledger:
        return IMPORT
    if was_checked(job):
        return CHECK
    return UPLOAD if job.reading else -1


def was_checked(job: UploadJob) -> bool:
    """Whether there is a check to look at. Where the status says so, the summary, which is large, is not loaded."""
    if job.status in JOB_CHECKED or job.is_delivering:
        return True
    return job.status != JobStatus.CHECKING and bool(job.check_summary)


def _step_urls(job: UploadJob) -> dict[int, str]:
    urls: dict[int, str] = {}
    if job.status in JOB_MAPPABLE:
        urls[MAP] = reverse("imports:mapping", args=[job.pk])
    if was_checked(job) and job.rows_removed_at is None:
        urls[CHECK] = reverse("imports:check", args=[job.pk])
    if job.is_delivering:
        urls[IMPORT] = reverse("imports:progress", args=[job.pk])
    if job.has_ended:
        urls[REPORT] = reverse("imports:report", args=[job.pk])
    return urls
