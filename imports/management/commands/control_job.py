"""`manage.py control_job JOB pause|resume|cancel|retry|send-held|drop-held|withdraw --user USERNAME`,
`manage.py control_job JOB approve|reject [--reason WORDS] --user USERNAME`

What the pages and the admin do, for scripts. One JSON object on stdout, words on stderr; exit 0 when the job is as it
was asked to be, whether or not it was so before, 1 when it cannot be, 2 for a usage error.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.db.models import Count

from imports.access import has_role, may_act_on
from imports.delivery.doubt import give_up_held, release_held
from imports.delivery.stopping import pause_job, resume_job
from imports.jobs.approval import (
    Approval,
    NotApproverError,
    NotAwaitingApprovalError,
    approve_job,
    open_request,
    reject_job,
    withdraw_request,
)
from imports.jobs.cancel import cancel_job
from imports.jobs.retry import NothingToRetryError, retry_job
from imports.jobs.start import LineBusyError
from imports.management.commands.import_contacts import USAGE_ERROR, find_user
from imports.management.portal_command import PortalCommand
from imports.models import UploadJob
from imports.roles import AccountRole
from imports.standing import standing_of
from imports.storage import artefacts
from imports.work.queue import wake_account, wake_job
from portal.models import User


@dataclass(frozen=True)
class Done:
    """Whether the job is as it was asked to be, in words, and what else is printed."""

    is_so: bool
    words: str
    more: dict[str, Any] = field(default_factory=dict)


def pause(job: UploadJob, user: User) -> Done:
    return Done(True, "Paused.") if pause_job(job, user) else Done(False, "This job is not being sent.")


def resume(job: UploadJob, user: User) -> Done:
    return Done(True, "It goes on.") if resume_job(job, user) else Done(False, "This job is not being sent.")


def cancel(job: UploadJob, user: User) -> Done:
    if cancel_job(job, user):
        return Done(True, "Cancelled, or being cancelled.")
    return Done(False, "This job had ended already.")


def retry(job: UploadJob, user: User) -> Done:
    if job.rows_removed_at:
        return Done(False, f"The rows of this job were removed on {job.rows_removed_at:%Y-%m-%d}.")
    if not job.has_ended or not artefacts.exists(job, artefacts.OUTCOMES):
        return Done(False, "This job has no report yet.")
    try:
        again = retry_job(job, user)
    except NothingToRetryError:
        return Done(False, "No row of this job can be tried again.")
    wake_job(again)
    return Done(True, f"Job {again.pk} was made of its rows.", {"new_job": str(again.pk)})


def send_held(job: UploadJob, user: User) -> Done:
    return _decided(release_held(job, user), "Held batches to be sent again")


def drop_held(job: UploadJob, user: User) -> Done:
    return _decided(give_up_held(job, user), "Held batches not to be sent again")


def _decided(batches: int, words: str) -> Done:
    return Done(True, f"{words}: {batches}.", {"decided": batches})


def withdraw(job: UploadJob, user: User) -> Done:
    if withdraw_request(job, user):
        return Done(True, "The request for approval is withdrawn.")
    return Done(False, NOT_AWAITING)


def approve(job: UploadJob, user: User, _reason: str) -> Done:
    request = open_request(job)
    if request is None:
        return Done(False, NOT_AWAITING)
    found = approve_job(job, user, request.digest)
    if found is Approval.VOID:
        wake_job(job)
        return Done(False, "The import has changed, so the approval is void. It is checked again.")
    more = {"approval": str(found)}
    if found is Approval.COUNTED:
        return Done(True, "Approved. It waits for others to approve it as well.", more)
    return Done(True, "Approved, and being imported.", more)


def reject(job: UploadJob, user: User, reason: str) -> Done:
    reject_job(job, user, reason)
    return Done(True, "Rejected.")


def decided(act: Callable[[UploadJob, User, str], Done], job: UploadJob, user: User, reason: str) -> Done:
    """What came of `act`, or why it cannot be."""
    try:
        return act(job, user, reason)
    except NotAwaitingApprovalError:
        return Done(False, NOT_AWAITING)
    except NotApproverError:
        return Done(False, f"{user} had a hand in this import: somebody else has to approve it.")
    except LineBusyError as error:
        return Done(
            False, f"Rows of this file are being imported by job {error.job.pk}. Wait until it has ended."
        )


NOT_AWAITING = "This job does not wait for approval."
DECISIONS = {"approve": approve, "reject": reject}
"""What approvers do."""
ACTIONS: dict[str, Callable[[UploadJob, User], Done]] = {
    "withdraw": withdraw,
    "pause": pause,
    "resume": resume,
    "cancel": cancel,
    "retry": retry,
    "send-held": send_held,
    "drop-held": drop_held,
}


class Command(PortalCommand):
    help = "Pause a job, let it go on, cancel it, try its rows again, decide about what is held, approve or reject it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", type=UUID)
        parser.add_argument("action", choices=[*ACTIONS, *DECISIONS])
        parser.add_argument("--user", required=True, metavar="USERNAME")
        parser.add_argument(
            "--reason", default="", metavar="WORDS", help="why it is rejected; names no contacts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["user"])
        job = UploadJob.objects.visible_to(user).select_related("account").filter(pk=options["job"]).first()
        if job is None:
            raise CommandError("There is no job of that number.", returncode=USAGE_ERROR)
        action, reason = options["action"], options["reason"]
        if action == "reject" and not reason.strip():
            raise CommandError("Say why with --reason.", returncode=USAGE_ERROR)
        if act := DECISIONS.get(action):
            if not has_role(user, job.account_id, AccountRole.APPROVER):
                raise CommandError(
                    f"{user} does not approve imports of this account.", returncode=USAGE_ERROR
                )
            done = decided(act, job, user, reason)
        else:
            if not may_act_on(user, job):
                raise CommandError(f"{user} may look at this job, and not change it.", returncode=USAGE_ERROR)
            done = ACTIONS[action](job, user)
        if job.is_delivering:
            wake_account(job.account)
            wake_job(job)
        self.stderr.write(done.words)
        self.stdout.write(json.dumps({**describe_state(job), **done.more}))
        if not done.is_so:
            sys.exit(1)


def describe_state(job: UploadJob) -> dict[str, object]:
    """What the command prints; see docs/commands.md."""
    counted = job.batches.values("status").annotate(batches=Count("pk")).order_by("status")
    return {
        "job": str(job.pk),
        "status": job.status,
        "standing": standing_of(job).to_dict(),
        "paused": job.is_paused,
        "batches": {entry["status"]: entry["batches"] for entry in counted},
    }
