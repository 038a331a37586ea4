"""What the check found, and the decision to import."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from imports.access import get_job_to_act_on, get_job_with_rows, may_act_on
from imports.accounts.catalogue import known_of
from imports.contacts.policies import MERGING
from imports.fates import LEFT_OUT, Fate
from imports.jobs.approval import rules_that_apply
from imports.jobs.confirm import LineBusyError, confirm_job
from imports.models import UploadJob
from imports.reports.ledger import BUCKET_BY_KEY
from imports.states import JOB_CONFIRMABLE, JobStatus
from imports.views.approval_shown import approval_shown
from imports.views.check.lost_columns import lost_columns
from imports.views.check.nothing_ready import nothing_ready
from imports.views.check.preflight_words import preflight_words
from imports.views.check.recheck import repair_context
from imports.views.check.second_question import SecondQuestion, second_question
from imports.views.kept_words import words_before_import
from imports.views.mapping.mapping_form import chosen_answer
from imports.views.mapping.target_choices import AccountChoices
from imports.views.problem_groups import check_sections
from imports.views.wizard import CHECK, wizard_steps
from imports.work.queue import wake_account, wake_job
from portal.models import User
from portal.requests import PortalRequest

ON_REFUSAL_QUESTION = gettext_lazy("If Dotdigital refuses a whole part of the file")
CONTINUE, STOP = "continue", "stop"
ON_REFUSAL = {
    CONTINUE: gettext_lazy("Continue with the rest"),
    STOP: gettext_lazy("Stop and do not send the rest"),
}
"""What is done when Dotdigital refuses a whole part of the file."""


@dataclass(frozen=True)
class LeftOut:
    """Rows that are not sent, by why."""

    key: str
    label: str
    meaning: str
    count: int


@require_safe
def check(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """What would be imported, changed and left out, for the whole file."""
    job = get_job_with_rows(request.user, job_id)
    if not job.check_summary:
        return redirect("imports:job", job.pk)
    summary, account_choices = job.check_summary, AccountChoices(known_of(job.account).content)
    fates, sections = summary.get("fates", {}), check_sections(job)
    may_act = may_act_on(request.user, job)
    context = {
        **repair_context(job, may_act=may_act),
        "job": job,
        "steps": wizard_steps(job, CHECK),
        "may_act": may_act,
        "is_open": job.status in JOB_CONFIRMABLE,
        "ready": fates.get(Fate.READY, 0),
        "left_out": sum(fates.get(fate, 0) for fate in LEFT_OUT),
        "corrected": summary.get("corrected", 0),
        "counts": {section.kind.key: section.count for section in sections},
        "left_out_by": left_out_by(job),
        "sections": sections,
        "lost_columns": lost_columns(job, account_choices),
        "nothing_ready": nothing_ready(job),
        "preflight": preflight_words(summary, job.mapping, account_choices, job.profiles),
        "merge": chosen_answer(MERGING, job.mapping, account_choices),
        "payload_bytes": summary.get("payload_bytes", 0),
        "batch_count": len(job.batch_plan),
        "on_refusal_question": ON_REFUSAL_QUESTION,
        "on_refusal": ON_REFUSAL,
        "on_refusal_chosen": refusal_words(job),
        "was_sent": job.has_ended and job.batches.exists(),
        "stamp": job.changed_at.isoformat(),
        "approval": approval_shown(job, request.user),
        "to_be_approved_by": rules_that_apply(job) if job.status in JOB_CONFIRMABLE else [],
        "kept_words": words_before_import(job.account),
    }
    return render(request, "imports/check/check.html", context)


def left_out_by(job: UploadJob) -> list[LeftOut]:
    """The rows of a checked `job` that are not sent, by why."""
    fates = job.check_summary.get("fates", {})
    return [
        LeftOut(fate, fate.label, BUCKET_BY_KEY[fate].meaning, fates[fate])
        for fate in LEFT_OUT
        if fates.get(fate)
    ]


@require_POST
def confirm(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Start the import, if what the person saw is what would be sent. What cannot be taken back is asked once more."""
    job = get_job_to_act_on(request.user, job_id)
    if job.status in JOB_CONFIRMABLE:
        if request.POST.get("stamp") != job.changed_at.isoformat():
            messages.warning(
                request,
                gettext("The file was checked again after this page was loaded. Please review it again."),
                extra_tags="care",
            )
        elif not job.check_summary.get("fates", {}).get(Fate.READY):
            messages.warning(request, gettext("There are no contacts to import."), extra_tags="care")
        elif "agreed" not in request.POST and (question := _question(job)):
            return _ask_again(request, job, question)
        else:
            _start(request, job)
    elif job.status == JobStatus.CHECKING:
        words = gettext(
            "Nothing has been imported: the whole file is being checked again. Import it when that is done."
        )
        messages.warning(request, words, extra_tags="care")
    return redirect("imports:job", job.pk)


def _start(request: PortalRequest, job: UploadJob) -> None:
    """Start the import, or say why it cannot start yet."""
    try:
        is_started = confirm_job(job, request.user, stops_on_refusal=request.POST.get("on_refusal") == STOP)
    except LineBusyError as error:
        messages.warning(request, busy_words(request.user, error.job), extra_tags="care")
        return
    if is_started:
        wake_account(job.account)
    elif job.status == JobStatus.APPROVAL:
        words = gettext("Nothing has been sent yet: {file} waits for approval, and its approvers are told.")
        messages.success(request, words.format(file=job.file_name), extra_tags="care")
    elif job.status == JobStatus.CHECKING:
        wake_job(job)
        words = gettext(
            "Rows of this file have been imported since it was checked. It is checked again without them."
        )
        messages.warning(request, words, extra_tags="care")


def busy_words(user: User, other: UploadJob) -> str:
    """That rows of a file cannot be imported while `other` imports them, as far as `user` may know."""
    if not UploadJob.objects.visible_to(user).filter(pk=other.pk).exists():
        return gettext(
            "Rows of this file are being imported by somebody else at the moment. "
            "Start this import when that has ended."
        )
    words = gettext(
        "Rows of this file are being imported with {file} at the moment. Start this import when that has ended."
    )
    return words.format(file=other.file_name)


def _question(job: UploadJob) -> SecondQuestion | None:
    return second_question(job, AccountChoices(known_of(job.account).content))


def _ask_again(request: PortalRequest, job: UploadJob, question: SecondQuestion) -> HttpResponse:
    """The page of the second question; what it posts holds for what was reviewed alone, by the same stamp."""
    is_unanswered = "asked" in request.POST
    context = {
        "job": job,
        "steps": wizard_steps(job, CHECK),
        "may_act": True,
        "is_open": True,
        "concerns": question.concerns,
        "preflight": question.preflight,
        "lost_columns": question.lost_columns,
        "is_unanswered": is_unanswered,
        "stamp": request.POST["stamp"],
        "on_refusal": STOP if request.POST.get("on_refusal") == STOP else CONTINUE,
        "to_be_approved_by": rules_that_apply(job),
        "ready": job.check_summary["fates"][Fate.READY],
    }
    status = 422 if is_unanswered else 200
    return render(request, "imports/check/second_question.html", context, status=status)


def refusal_words(job: UploadJob) -> Promise:
    """What is done when Dotdigital refuses a whole part of `job`."""
    return ON_REFUSAL[STOP if job.stops_on_refusal else CONTINUE]
