"""The approval of a checked job: whether it is wanted, and asking for it, giving it, rejecting and withdrawing.

What is approved is known by a digest over all that decides what would be sent, and how. It is taken when approval is
asked for, shown to the approvers, and compared again with what the database has in the very update that starts the
sending: whatever has changed meanwhile, by whatever way, voids the approval, and the file is checked again.
"""

import hashlib
import json
from enum import StrEnum
from typing import Any

from imports.access import CREATED, may_approve
from imports.audit.recording import record
from imports.contacts.approval_rules import AppliedRule, CheckedFacts, applied_rules
from imports.jobs.line import REVIEWED
from imports.jobs.start import begin_sending, check_again, hold_line, is_as_reviewed
from imports.messages import Message
from imports.models import ApprovalRequest, DotdigitalAccount, GivenApproval, UploadJob
from imports.models.approval_models import REASON_MAX_CHARS
from imports.states import ApprovalState, JobStatus
from imports.storage import artefacts
from imports.telling.approvers import tell_approvers
from imports.transactions import unit_of_work
from portal.models import User

BOUND = (
    "file_sha256",
    "reading_options",
    "read_by",
    "reading",
    "mapping",
    "check_summary",
    "batch_plan",
    "stops_on_refusal",
)
"""The fields of a job that its digest takes in. The plan has the SHA-256 of every body, so that it stands for the rows
of the prepared table as they are sent."""
BOUND_TABLES = (artefacts.STAGED, artefacts.OVERLAY, artefacts.REPAIRED, artefacts.PREPARED)
BOUND_OF_ACCOUNT = ("account_id", "account__endpoint", "account__api_user")
SHOWN_DIGITS = 12


class NotApproverError(Exception):
    """Whoever wants to approve or reject does not approve imports of the account, or had a hand in this one."""


class NotAwaitingApprovalError(Exception):
    """The job does not wait for approval any more, or is another than the approver has looked at."""


class Approval(StrEnum):
    """What an approval has brought about."""

    STARTED = "started"
    COUNTED = "counted"
    VOID = "void"


def rules_that_apply(job: UploadJob) -> list[AppliedRule]:
    """The rules of the account of `job`, as they are now, by which it is to be approved."""
    account = DotdigitalAccount.objects.only("approval_rules").get(pk=job.account_id)
    created = job.events.filter(note__in=CREATED).count() if account.approval_rules else 0
    return applied_rules(account.approval_rules, CheckedFacts(job.check_summary, job.mapping, created))


def digest_of(job: UploadJob, **changes: Any) -> str:
    """SHA-256 over what would be sent of `job` and how, by what the database has now and the `changes` to that."""
    row = UploadJob.objects.filter(pk=job.pk).values(*BOUND, *BOUND_OF_ACCOUNT, "tables", "line").get()
    tables, line = row.pop("tables"), row.pop("line")
    bound = {
        **row,
        **changes,
        "tables": {name: tables.get(name) for name in BOUND_TABLES},
        "reviewed": line.get(REVIEWED, []),
    }
    text = json.dumps(bound, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ask_for_approval(job: UploadJob, by: User, applied: list[AppliedRule], *, stops_on_refusal: bool) -> bool:
    """Have `job`, which is checked, wait for approval by the `applied` rules, in the present unit of work. False if it
    has moved on."""
    digest = digest_of(job, stops_on_refusal=stops_on_refusal)
    note = Message("approval_asked", {"rules": [one.code for one in applied], "digest": digest})
    if not UploadJob.objects.transition(
        job, JobStatus.APPROVAL, by=by, note=note, stops_on_refusal=stops_on_refusal
    ):
        return False
    ApprovalRequest.objects.create(
        job=job,
        digest=digest,
        applied=[one.to_dict() for one in applied],
        needed=_needed_now(job),
        asked_by=by,
    )
    tell_approvers(job)
    return True


def open_request(job: UploadJob) -> ApprovalRequest | None:
    """What approvers of `job` are asked for now; None when nothing is."""
    return job.approval_requests.filter(state=ApprovalState.OPEN).first()


def approvals_that_count(request: ApprovalRequest, job: UploadJob) -> list[GivenApproval]:
    """The approvals of those who may still approve `job`."""
    return [one for one in request.approvals.select_related("person") if may_approve(one.person, job)]


def approvals_needed(request: ApprovalRequest, job: UploadJob) -> int:
    """How many people have to approve: as many as when it was asked for, or as the account wants now, if that is
    more."""
    return max(request.needed, _needed_now(job))


def approve_job(job: UploadJob, by: User, digest: str) -> Approval:
    """Approve what is known by `digest`, which `by` has looked at; with the last approval that is needed, it is sent.

    The caller wakes whoever goes on: the account's delivery, or the check of a job that has turned out to be another.
    Raises NotApproverError, which is recorded, NotAwaitingApprovalError, and LineBusyError, with which nothing is kept.
    """
    try:
        with unit_of_work():
            request = _taken(job, by)
            if request.digest != digest:
                raise NotAwaitingApprovalError
            # Compared with what is there, not with what was read.
            found = digest_of(job)
            if found != request.digest:
                check_again(job, by, Message("approval_void", {"digest": found}))
                return Approval.VOID
            _, is_new = GivenApproval.objects.get_or_create(request=request, person=by)
            if is_new:
                status = JobStatus.APPROVAL
                job.events.create(actor=by, from_status=status, to_status=status, note="approved")
                record("import_approved", by=by, on=job, digest=digest)
            if len(approvals_that_count(request, job)) < approvals_needed(request, job):
                return Approval.COUNTED
            if not is_as_reviewed(job, by):
                return Approval.VOID
            bound = UploadJob.objects.filter(
                approval_requests__state=ApprovalState.OPEN, approval_requests__digest=digest_of(job)
            )
            if not begin_sending(job, by, among=bound):
                raise NotAwaitingApprovalError
            return Approval.STARTED
    except NotApproverError:
        _record_denied(job, by)
        raise


def reject_job(job: UploadJob, by: User, reason: str) -> None:
    """Send `job` back to its check, with the `reason` of `by`. Raises as `approve_job`, and ValueError without a
    reason."""
    words = reason.strip()[:REASON_MAX_CHARS]
    if not words:
        raise ValueError("a rejection without a reason")
    try:
        with unit_of_work():
            request = _taken(job, by)
            ApprovalRequest.objects.filter(pk=request.pk).update(reason=words)
            if not UploadJob.objects.transition(job, JobStatus.CHECKED, by=by, note="import_rejected"):
                raise NotAwaitingApprovalError
    except NotApproverError:
        _record_denied(job, by)
        raise


def withdraw_request(job: UploadJob, by: User) -> bool:
    """Take `job` back to its check, for whoever may act on it. False if it does not wait for approval any more."""
    if job.status != JobStatus.APPROVAL:
        return False
    return UploadJob.objects.transition(job, JobStatus.CHECKED, by=by, note="approval_withdrawn")


def _taken(job: UploadJob, by: User) -> ApprovalRequest:
    """The open request of `job`, which nobody else approves or moves until the end of the unit of work."""
    hold_line(job)
    job.refresh_from_db(from_queryset=UploadJob.objects.select_for_update(no_key=True))
    if not may_approve(by, job):
        raise NotApproverError
    request = open_request(job)
    if request is None or job.status != JobStatus.APPROVAL:
        raise NotAwaitingApprovalError
    return request


def _needed_now(job: UploadJob) -> int:
    return DotdigitalAccount.objects.only("approvals_needed").get(pk=job.account_id).approvals_needed


def _record_denied(job: UploadJob, by: User) -> None:
    with unit_of_work():
        record("approval_denied", by=by, on=job)
