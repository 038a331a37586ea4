"""What is happening right now: reading, checking, importing."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from imports.access import get_job_to_poll, may_act_on
from imports.accounts.blocked import is_silent
from imports.delivery.pace import Outlook, outlook_of
from imports.models import JobEvent, UploadJob
from imports.states import JOB_STATES, JobStatus
from imports.views.notices import (
    FINISHES_BATCHES,
    Notice,
    as_sentences,
    notices_of_stop,
    notices_of_wait,
)
from imports.views.progress.delivery_words import (
    Delivery,
    Estimate,
    Held,
    delivery_of,
    estimate_of,
    held_of,
    holds,
    next_estimate,
    slot_words,
    step_words,
    time_words,
    turn_words,
)
from imports.views.wizard import Look, job_url, wizard_steps
from portal.requests import PortalRequest

STOPPED_WORDS = gettext_lazy("Nothing more of it is sent.")
PAUSED_WORDS = gettext_lazy("Nothing more of it is sent until somebody resumes it.")


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
    state = JOB_STATES[JobStatus(job.status)]
    if not state.heading:
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": job_url(job)})
        return redirect(job_url(job))
    before = estimate_of(request.GET.get("estimate", ""))
    words, estimate = _words(job, before) if job.is_delivering else (None, None)
    seen = _digest(job, words)
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {
        "job": job,
        "heading": gettext(state.heading),
        "step_words": step_words(job),
        "words": words,
        "delivery": words.delivery if words else None,
        "may_act": may_act_on(request.user, job),
        "can_be_paused": (
            job.status == JobStatus.SENDING
            and not job.failure_code
            and not (words and words.delivery.is_over)
        ),
        "is_ending": bool(words and (words.delivery.kept_back or job.status == JobStatus.CANCELLING)),
        "poll_url": _poll_url(job, seen, estimate),
    }
    if request.htmx:
        return render(request, "imports/progress/state.html", context)
    return render(request, "imports/progress/progress.html", {**context, "steps": wizard_steps(job)})


def _poll_url(job: UploadJob, seen: str, estimate: Estimate | None) -> str:
    """Where the page asks again; what it has said of the end goes along, so that it never says a later one."""
    asked = {"seen": seen} | ({"estimate": estimate.text} if estimate else {})
    return f"{reverse('imports:progress', args=[job.pk])}?{urlencode(asked)}"


def _words(job: UploadJob, before: Estimate | None) -> tuple[Words, Estimate | None]:
    """What the page says of an import under way, and when it says that it ends."""
    ahead, delivery, now = outlook_of(job), delivery_of(job), timezone.now()
    stops = [*_notices_of_job(job), *notices_of_stop(job.account)]
    is_moving = not stops and not is_silent(job.account)
    # What keeps the account from sending is no news for a job of which nothing is to be sent any more.
    waits = ahead.position is not None
    estimate = next_estimate(ahead, before, now) if is_moving else None
    words = Words(
        delivery=delivery,
        turn=turn_words(job, ahead) if not stops else "",
        slots=slot_words(ahead),
        time_left=_time_words(estimate, ahead, now),
        notices=[
            *stops,
            *(notices_of_wait(job.account, ahead.slots, job.account.budgets.all(), now) if waits else ()),
        ],
        held=held_of(job, delivery),
    )
    return words, estimate


def _time_words(estimate: Estimate | None, ahead: Outlook, now: datetime) -> str:
    if estimate is None:
        return ""
    if not holds(estimate, ahead, now):
        return gettext("It is taking longer than estimated.")
    return time_words(max((estimate.end - now).total_seconds(), 0.0))


def _notices_of_job(job: UploadJob) -> list[Notice]:
    """Why nothing more of `job` itself is sent."""
    if job.status != JobStatus.SENDING:
        return []
    if job.failure_code:
        words = as_sentences(job.failure_sentence, STOPPED_WORDS, FINISHES_BATCHES)
        return [Notice(Look.BAD, gettext("This import was stopped"), words)]
    if not job.is_paused:
        return []
    words = as_sentences(PAUSED_WORDS, FINISHES_BATCHES)
    heading = by_whom(
        job.events.filter(note="paused"),
        gettext_lazy("This import was paused by {person}"),
        gettext_lazy("This import is paused"),
    )
    return [Notice(Look.CARE, heading, words)]


def by_whom(pauses: QuerySet[JobEvent], by_person: LazyText, by_nobody: LazyText) -> str:
    """`by_person` with the name of who made the last of `pauses`; `by_nobody` when that was no person."""
    last = pauses.select_related("actor").last()
    if last is None or last.actor is None:
        return str(by_nobody)
    return str(by_person).format(person=last.actor.shown_name)


def _digest(job: UploadJob, words: Words | None) -> str:
    """Changes exactly when the page would say something else."""
    said = f"{job.status} {job.is_paused} {words} {step_words(job)}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]
