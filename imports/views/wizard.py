"""How a job's status is shown, where its pages are, and which step of the wizard it stands at."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus


class Look(StrEnum):
    """The CSS class of a status; each has a sign of its own, so that colour is never alone."""

    PLAIN = "plain"
    BUSY = "busy"
    CARE = "care"
    GOOD = "good"
    BAD = "bad"


JOB_LOOKS: dict[str, Look] = {
    JobStatus.UPLOADED: Look.BUSY,
    JobStatus.STAGING: Look.BUSY,
    JobStatus.STAGED: Look.CARE,
    JobStatus.CHECKING: Look.BUSY,
    JobStatus.CHECKED: Look.CARE,
    JobStatus.SENDING: Look.BUSY,
    JobStatus.CANCELLING: Look.BUSY,
    JobStatus.FINISHED: Look.GOOD,
    JobStatus.CANCELLED: Look.PLAIN,
    JobStatus.FAILED: Look.BAD,
    JobStatus.ERRORED: Look.BAD,
}

BATCH_LOOKS: dict[str, Look] = {
    BatchStatus.PENDING: Look.PLAIN,
    BatchStatus.SENDING: Look.BUSY,
    BatchStatus.IN_DOUBT: Look.CARE,
    BatchStatus.HELD: Look.CARE,
    BatchStatus.ACTIVE: Look.BUSY,
    BatchStatus.FINISHED: Look.GOOD,
    BatchStatus.REFUSED: Look.BAD,
    BatchStatus.HALVED: Look.PLAIN,
    BatchStatus.NOT_SENT: Look.PLAIN,
    BatchStatus.UNKNOWN: Look.BAD,
}


def status_shown(item: UploadJob | ImportBatch) -> tuple[str, Look]:
    """The status of a job or a batch in words, and its look; a job that is paused is shown as that, and so is one that
    was read `with_decisions` and waits for one.

    Of a job that is being sent, its account is looked at.
    """
    if isinstance(item, ImportBatch):
        return item.get_status_display(), BATCH_LOOKS[item.status]
    if item.status == JobStatus.SENDING and getattr(item, "has_held", False):
        return gettext("Waiting for a decision"), Look.CARE
    if item.status == JobStatus.SENDING and (item.is_paused or item.account.is_paused):
        return gettext("Paused"), Look.CARE
    return item.get_status_display(), JOB_LOOKS[item.status]


@dataclass(frozen=True)
class StatusGroup:
    """Statuses that people look for together."""

    key: str
    label: Promise
    statuses: tuple[JobStatus, ...]
    waits_for_person: bool = False  # which some imports under way do as well


STATUS_GROUPS = (
    StatusGroup(
        "waiting",
        gettext_lazy("Waiting for a person"),
        (JobStatus.STAGED, JobStatus.CHECKED),
        waits_for_person=True,
    ),
    StatusGroup(
        "under_way",
        gettext_lazy("In progress"),
        (JobStatus.UPLOADED, JobStatus.STAGING, JobStatus.CHECKING, JobStatus.SENDING, JobStatus.CANCELLING),
    ),
    StatusGroup("finished", gettext_lazy("Finished"), (JobStatus.FINISHED,)),
    StatusGroup("failed", gettext_lazy("Failed"), (JobStatus.FAILED, JobStatus.ERRORED)),
    StatusGroup("cancelled", gettext_lazy("Cancelled"), (JobStatus.CANCELLED,)),
)

PAGE_OF_STATUS: dict[str, str] = {
    JobStatus.UPLOADED: "imports:progress",
    JobStatus.STAGING: "imports:progress",
    JobStatus.STAGED: "imports:mapping",
    JobStatus.CHECKING: "imports:progress",
    JobStatus.CHECKED: "imports:check",
    JobStatus.SENDING: "imports:progress",
    JobStatus.CANCELLING: "imports:progress",
    JobStatus.FINISHED: "imports:report",
    JobStatus.CANCELLED: "imports:report",
    JobStatus.FAILED: "imports:report",
    JobStatus.ERRORED: "imports:report",
}


def job_url(job: UploadJob) -> str:
    """The page at which `job` stands."""
    return reverse(PAGE_OF_STATUS[job.status], args=[job.pk])


@dataclass(frozen=True)
class WizardStep:
    """One of the five steps above a job's pages. `url` is "" where there is nothing to look at."""

    name: Promise
    url: str = ""
    is_done: bool = False
    is_current: bool = False


UPLOAD, MAP, CHECK, IMPORT, REPORT = range(5)
STEP_NAMES = (
    gettext_lazy("Upload"),
    gettext_lazy("Map columns"),
    gettext_lazy("Check"),
    gettext_lazy("Import"),
    gettext_lazy("Report"),
)

STEP_OF_STATUS: dict[str, int] = {
    JobStatus.UPLOADED: UPLOAD,
    JobStatus.STAGING: UPLOAD,
    JobStatus.STAGED: MAP,
    JobStatus.CHECKING: CHECK,
    JobStatus.CHECKED: CHECK,
    JobStatus.SENDING: IMPORT,
    JobStatus.CANCELLING: IMPORT,
}


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
    return STEP_OF_STATUS.get(job.status, REPORT)


def last_step_done(job: UploadJob) -> int:
    """The last step that an ended `job` got through; -1 when not even its file could be read."""
    if job.ledger:
        return IMPORT
    if job.check_summary:
        return CHECK
    return UPLOAD if job.reading else -1


def _step_urls(job: UploadJob) -> dict[int, str]:
    urls = {}
    if job.status in {JobStatus.STAGED, JobStatus.CHECKED}:
        urls[MAP] = reverse("imports:mapping", args=[job.pk])
    if job.check_summary:
        urls[CHECK] = reverse("imports:check", args=[job.pk])
    if job.is_delivering:
        urls[IMPORT] = reverse("imports:progress", args=[job.pk])
    if job.has_ended:
        urls[REPORT] = reverse("imports:report", args=[job.pk])
    return urls
