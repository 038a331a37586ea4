"""What is happening right now: reading, checking, importing."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from imports.access import get_visible_job, may_act_on
from imports.models import UploadJob
from imports.states import BATCH_ENDS, BatchStatus, JobStatus
from imports.wizard import job_url, wizard_steps
from portal.requests import PortalRequest

WAITING = frozenset(
    {JobStatus.UPLOADED, JobStatus.STAGING, JobStatus.CHECKING, JobStatus.SENDING, JobStatus.CANCELLING}
)
HEADINGS = {
    JobStatus.UPLOADED: "Waiting to be read",
    JobStatus.STAGING: "Reading the file",
    JobStatus.CHECKING: "Checking the file",
    JobStatus.SENDING: "Importing",
    JobStatus.CANCELLING: "Cancelling",
}
BATCH_LABELS = {
    BatchStatus.PENDING: "waiting for their turn",
    BatchStatus.SENDING: "being sent",
    BatchStatus.IN_DOUBT: "sent, without an answer yet",
    BatchStatus.HELD: "held, because somebody has to decide",
    BatchStatus.ACTIVE: "being worked on by Dotdigital",
    BatchStatus.FINISHED: "done",
    BatchStatus.REFUSED: "refused",
    BatchStatus.UNKNOWN: "sent, but what became of them is not known",
    BatchStatus.NOT_SENT: "not sent",
}
MIN_SECONDS_FOR_ESTIMATE = 10
MIN_SHARE_FOR_ESTIMATE = 0.05


@dataclass(frozen=True)
class Delivery:
    """How far an import has come, in contacts. `done` only ever grows."""

    total: int
    done: int
    parts: list[tuple[str, int, int]]  # label, contacts, batches
    minutes_left: int | None
    is_held: bool


@require_safe
def progress(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """The live page. Asked again by htmx, it answers with its middle part, or that nothing has changed."""
    job = get_visible_job(request.user, job_id)
    if job.status not in WAITING:
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": job_url(job)})
        return redirect(job_url(job))
    delivery = delivery_of(job) if job.is_delivering else None
    seen = _digest(job, delivery)
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {
        "job": job,
        "heading": HEADINGS[JobStatus(job.status)],
        "delivery": delivery,
        "may_act": may_act_on(request.user, job),
        "poll_url": f"{reverse('imports:progress', args=[job.pk])}?seen={seen}",
    }
    if request.htmx:
        return render(request, "imports/parts/progress.html", context)
    return render(request, "imports/progress.html", {**context, "steps": wizard_steps(job)})


def delivery_of(job: UploadJob) -> Delivery:
    """Where the contacts of a delivering `job` are."""
    counted = job.batches.values("status").annotate(contacts=Sum("contacts"), batches=Count("pk")).order_by()
    by_status = {entry["status"]: (entry["contacts"], entry["batches"]) for entry in counted}
    total = sum(contacts for contacts, _ in by_status.values())
    done = sum(by_status[status][0] for status in BATCH_ENDS if status in by_status)
    return Delivery(
        total=total,
        done=done,
        parts=[(label, *by_status[status]) for status, label in BATCH_LABELS.items() if status in by_status],
        minutes_left=_minutes_left(job, total, done),
        is_held=BatchStatus.HELD in by_status,
    )


def _minutes_left(job: UploadJob, total: int, done: int) -> int | None:
    """Minutes until the end at the speed so far, rounded up; None while that would be guessing."""
    if done == total or done < MIN_SHARE_FOR_ESTIMATE * total:
        return None
    started = job.events.filter(batch=None, to_status=JobStatus.SENDING).values_list("at", flat=True).last()
    if started is None:
        return None
    seconds = (timezone.now() - started).total_seconds()
    if seconds < MIN_SECONDS_FOR_ESTIMATE:
        return None
    return max(1, -int(-seconds * (total - done) / done // 60))


def _digest(job: UploadJob, delivery: Delivery | None) -> str:
    """Changes exactly when the page would say something else."""
    said = f"{job.status} {job.account.paused_reason} {delivery}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]
