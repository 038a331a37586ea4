"""What is happening right now: reading, checking, importing."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from imports.access import get_job_to_poll, may_act_on
from imports.accounts.blocked import is_silent
from imports.delivery.pace import outlook_of
from imports.models import JobEvent, UploadJob
from imports.states import JobStatus
from imports.views.notices import Notice, notices_of_stop, notices_of_wait
from imports.views.progress.delivery_words import (
    Delivery,
    Held,
    delivery_of,
    held_of,
    slot_words,
    time_words,
    turn_words,
)
from imports.views.wizard import Look, job_url, wizard_steps
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
FOLLOWED = "What Dotdigital has already is followed to its end."
STOPPED_WORDS = f"Nothing more of it is sent. {FOLLOWED}"
PAUSED_WORDS = f"Nothing more of it is sent until somebody lets it go on. {FOLLOWED}"


@dataclass(frozen=True)
class Words:
    """What the page says of an import under way; each of the words is "" when there is nothing to say."""

    delivery: Delivery
    turn: str
    slots: str
    time_left: str
    notices: list[Notice]
    held: Held | None


@require_safe
def progress(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """The live page. Asked again by htmx, it answers with its middle part, or that nothing has changed."""
    job = get_job_to_poll(request.user, job_id)
    if job.status not in WAITING:
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": job_url(job)})
        return redirect(job_url(job))
    words = _words(job) if job.is_delivering else None
    seen = _digest(job, words)
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {
        "job": job,
        "heading": HEADINGS[JobStatus(job.status)],
        "words": words,
        "delivery": words.delivery if words else None,
        "may_act": may_act_on(request.user, job),
        "can_be_paused": job.status == JobStatus.SENDING and not job.failure_code,
        "poll_url": f"{reverse('imports:progress', args=[job.pk])}?seen={seen}",
    }
    if request.htmx:
        return render(request, "imports/progress/state.html", context)
    return render(request, "imports/progress/progress.html", {**context, "steps": wizard_steps(job)})


def _words(job: UploadJob) -> Words:
    ahead, delivery, now = outlook_of(job), delivery_of(job), timezone.now()
    stops = [*_notices_of_job(job), *notices_of_stop(job.account)]
    is_moving = not stops and not is_silent(job.account)
    # What keeps the account from sending is no news for a job of which nothing is to be sent any more.
    waits = ahead.position is not None
    return Words(
        delivery=delivery,
        turn=turn_words(job, ahead) if not stops else "",
        slots=slot_words(ahead),
        time_left=time_words(ahead.seconds_left) if is_moving else "",
        notices=[
            *stops,
            *(notices_of_wait(job.account, ahead.slots, job.account.budgets.all(), now) if waits else ()),
        ],
        held=held_of(job, delivery),
    )


def _notices_of_job(job: UploadJob) -> list[Notice]:
    """Why nothing more of `job_views` itself is sent."""
    if job.status != JobStatus.SENDING:
        return []
    if job.failure_code:
        return [Notice(Look.BAD, "This import was stopped", f"{job.failure_sentence} {STOPPED_WORDS}")]
    if not job.is_paused:
        return []
    by = paused_by(job.events.filter(note="paused"))
    return [Notice(Look.CARE, f"This import is paused{by}", PAUSED_WORDS)]


def paused_by(pauses: QuerySet[JobEvent]) -> str:
    """Who made the last of `pauses`, as the end of a sentence."""
    last = pauses.select_related("actor").last()
    if last is None or last.actor is None:
        return ""
    return f" by {last.actor.get_full_name() or last.actor.get_username()}"


def _digest(job: UploadJob, words: Words | None) -> str:
    """Changes exactly when the page would say something else."""
    said = f"{job.status} {job.is_paused} {words}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]
