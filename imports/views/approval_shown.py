"""How far the approval of an import is, as pages show it."""

from dataclasses import dataclass

from imports.access import approvers_of, hands_in, has_role
from imports.jobs.approval import SHOWN_DIGITS, approvals_needed
from imports.models import ApprovalRequest, GivenApproval, UploadJob
from imports.roles import AccountRole
from imports.states import ApprovalState
from portal.models import User


@dataclass(frozen=True)
class ApprovalShown:
    """A request for approval, the newest of a job. `needed` people have to approve it. `may_approve`: the viewer can do
    so now; `had_hand`: they could, had they had no hand in it; `has_approved`: they have done so. `others`: how many
    can still approve it."""

    request: ApprovalRequest
    approvals: list[GivenApproval]
    needed: int
    may_approve: bool = False
    had_hand: bool = False
    has_approved: bool = False
    others: int = 0

    @property
    def is_open(self) -> bool:
        return self.request.state == ApprovalState.OPEN

    @property
    def is_rejected(self) -> bool:
        return self.request.state == ApprovalState.REJECTED

    @property
    def is_void(self) -> bool:
        return self.request.state == ApprovalState.VOID

    @property
    def missing(self) -> int:
        """How many approvals are still needed."""
        return max(self.needed - len(self.approvals), 0)

    @property
    def lacks_people(self) -> bool:
        """Whether there are fewer people who may approve it than it takes."""
        return self.is_open and self.others < self.missing

    @property
    def digest(self) -> str:
        """What is approved, as far as people compare it."""
        return self.request.digest[:SHOWN_DIGITS]


def approval_shown(job: UploadJob, viewer: User) -> ApprovalShown | None:
    """The newest request for the approval of `job`; None where there was none."""
    request = job.approval_requests.select_related("asked_by", "ended_by").first()
    if request is None:
        return None
    approvals = list(request.approvals.select_related("person"))
    if request.state != ApprovalState.OPEN:
        return ApprovalShown(request, approvals, request.needed)
    given = {one.person_id for one in approvals}
    is_approver, had_hand = has_role(viewer, job.account_id, AccountRole.APPROVER), viewer.pk in hands_in(job)
    return ApprovalShown(
        request,
        approvals,
        approvals_needed(request, job),
        may_approve=is_approver and not had_hand and viewer.pk not in given,
        had_hand=is_approver and had_hand,
        has_approved=viewer.pk in given,
        others=sum(person.pk not in given for person in approvers_of(job)),
    )
