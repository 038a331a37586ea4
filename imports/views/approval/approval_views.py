"""The page on which an import is approved or rejected, and what is posted there."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from imports.access import get_job_to_act_on, get_job_to_approve, get_visible_job, may_act_on
from imports.accounts.catalogue import known_of
from imports.fates import Fate
from imports.jobs.approval import (
    Approval,
    NotApproverError,
    NotAwaitingApprovalError,
    approve_job,
    reject_job,
    withdraw_request,
)
from imports.jobs.start import LineBusyError
from imports.models import UploadJob
from imports.models.approval_models import REASON_MAX_CHARS
from imports.views.approval_shown import approval_shown
from imports.views.check.check_views import busy_words, left_out_by, refusal_words
from imports.views.check.preflight_words import preflight_words
from imports.views.mapping.target_choices import AccountChoices
from imports.views.wizard import CHECK, Look, wizard_steps
from imports.work.queue import wake_account, wake_job
from portal.requests import PortalRequest
from portal.sign_in.fresh_proof import fresh_proof_required


@require_safe
def approval(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """What is to be approved, by which rules and how far that is; later, what was approved and by whom."""
    return _page(request, get_visible_job(request.user, job_id))


def _page(request: PortalRequest, job: UploadJob, *, lacks_reason: bool = False) -> HttpResponse:
    shown = approval_shown(job, request.user)
    if shown is None:
        return redirect("imports:job", job.pk)
    account_choices = AccountChoices(known_of(job.account).content)
    summary = job.check_summary
    context = {
        "job": job,
        "steps": wizard_steps(job, None if shown.is_open else CHECK),
        "may_act": may_act_on(request.user, job),
        "shown": shown,
        "ready": summary.get("fates", {}).get(Fate.READY, 0),
        "left_out_by": left_out_by(job),
        "preflight": preflight_words(summary, job.mapping, account_choices, job.profiles)
        if summary
        else None,
        "on_refusal_chosen": refusal_words(job),
        "lacks_reason": lacks_reason,
        "reason_max_chars": REASON_MAX_CHARS,
    }
    return render(request, "imports/approval/approval.html", context, status=422 if lacks_reason else 200)


@require_POST
@fresh_proof_required
def approve(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Approve what the person has looked at; with the last approval that is needed, it is sent."""
    job = get_job_to_approve(request.user, job_id)
    digest = request.POST.get("digest", "")

    def act() -> None:
        found = approve_job(job, request.user, digest)
        if found is Approval.STARTED:
            wake_account(job.account)
            messages.success(
                request,
                gettext("{file} is approved, and is being imported.").format(file=job.file_name),
                extra_tags=Look.GOOD,
            )
        elif found is Approval.COUNTED:
            messages.success(
                request,
                gettext("You have approved {file}. It waits for others to approve it as well.").format(
                    file=job.file_name
                ),
                extra_tags=Look.GOOD,
            )
        else:
            wake_job(job)
            words = gettext(
                "The import is not what was to be approved any more, so the approval is void. It is checked again, "
                "and nothing was sent."
            )
            messages.warning(request, words, extra_tags=Look.CARE)

    return _done(request, job, act)


@require_POST
def reject(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Send the import back to its check, with a reason."""
    job = get_job_to_approve(request.user, job_id)
    reason = request.POST.get("reason", "")
    if not reason.strip():
        return _page(request, job, lacks_reason=True)

    def act() -> None:
        reject_job(job, request.user, reason)
        words = gettext("{file} is rejected. {person} is told.")
        messages.success(
            request,
            words.format(file=job.file_name, person=job.owner.shown_name),
            extra_tags=Look.GOOD,
        )

    return _done(request, job, act)


@require_POST
def withdraw(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Take the import back to its check, so that it can be changed."""
    job = get_job_to_act_on(request.user, job_id)
    if withdraw_request(job, request.user):
        words = gettext("The request for approval is withdrawn.")
        messages.success(request, words, extra_tags=Look.GOOD)
    else:
        _say_over(request)
    return redirect("imports:job", job.pk)


def _done(request: PortalRequest, job: UploadJob, act: Callable[[], None]) -> HttpResponse:
    """Carry out `act`, or say why that cannot be."""
    try:
        act()
    except NotApproverError:
        words = gettext(
            "You cannot approve or reject this import, because you had a hand in it. Somebody else has to."
        )
        messages.error(request, words, extra_tags=Look.BAD)
    except NotAwaitingApprovalError:
        _say_over(request)
    except LineBusyError as error:
        messages.warning(request, busy_words(request.user, error.job), extra_tags=Look.CARE)
    return redirect("imports:job", job.pk)


def _say_over(request: PortalRequest) -> None:
    words = gettext(
        "This import has changed since you looked at it, or waits for approval no more. Nothing was done."
    )
    messages.warning(request, words, extra_tags=Look.CARE)
