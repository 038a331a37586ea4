"""Every status a job or a batch can have, and every move between two of them.

A move that is not in these tables cannot be made: `querysets.transition` refuses it. Each status has one entry, with
its moves, its look and what pages need; whatever else is known of statuses is told from these entries. The moves are
drawn in ARCHITECTURE.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from imports.messages import gettext_noop


class Look(StrEnum):
    """The CSS class of a status; each has a sign of its own, so that colour is never alone."""

    PLAIN = "plain"
    BUSY = "busy"
    CARE = "care"
    GOOD = "good"
    BAD = "bad"


class Step(IntEnum):
    """The steps above a job's pages, in their order."""

    UPLOAD = 0
    MAP = 1
    CHECK = 2
    IMPORT = 3
    REPORT = 4


class Group(Enum):
    """Statuses that people look for together; the values are those of the history's form."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobStatus(TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    STAGING = "staging", _("Reading the file")
    STAGED = "staged", _("Waiting for mapping")
    CHECKING = "checking", _("Checking")
    CHECKED = "checked", _("Ready to import")
    APPROVAL = "approval", _("Waiting for approval")
    SENDING = "sending", _("Importing")
    CANCELLING = "cancelling", _("Cancelling")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")
    ERRORED = "errored", _("Stopped by a fault in the portal")


class BatchStatus(TextChoices):
    PENDING = "pending", _("Waiting for a slot")
    SENDING = "sending", _("Being sent")
    IN_DOUBT = "in_doubt", _("No answer")
    HELD = "held", _("Held for a decision")
    ACTIVE = "active", _("At Dotdigital")
    FINISHED = "finished", _("Finished")
    REFUSED = "refused", _("Refused")
    HALVED = "halved", _("Sent in halves")
    NOT_SENT = "not_sent", _("Not sent")
    UNKNOWN = "unknown", _("Outcome unknown")


def status_words(status: str, *, of_batch: bool) -> str:
    """A status of a job or a batch in words; one that there is no more as it is. Django's own `get_status_display` has
    the words of every status translated for one of them, which shows in a list."""
    kind: type[TextChoices] = BatchStatus if of_batch else JobStatus
    return str(kind(status).label) if status in kind.values else status


class DownloadState(TextChoices):
    """How far a file of a report has come."""

    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Made")
    FAILED = "failed", _("Could not be made")


class DeletedScope(TextChoices):
    """What of a job was deleted on purpose."""

    JOB = "job", _("The import with all that is stored of it")
    ROWS = "rows", _("Every file that has its rows")
    ERASURE = "erasure", _("Files that were replaced by others without a person")
    UPLOAD = "upload", _("The uploaded file")
    DOWNLOADS = "downloads", _("Files of its report")
    SNAPSHOT = "snapshot", _("Contacts of an account that were read")


class SnapshotState(TextChoices):
    """How far a snapshot of an account's contacts is."""

    READING = "reading", _("Being read")
    READY = "ready", _("Read")
    FAILED = "failed", _("Could not be read")


class ReadsContacts(TextChoices):
    """For which imports the contacts of an account may be read."""

    OFF = "off", _("For none")
    SMALL = "small", _("For small imports")
    ALWAYS = "always", _("For all imports")


class TrialState(TextChoices):
    """How far the trial of a mapping has come. It is no status of a job: a newer trial starts again at any time."""

    WAITING = "waiting", _("Waiting for a worker")
    RUNNING = "running", _("Being tried")
    DONE = "done", _("Tried")
    FAILED = "failed", _("Could not be tried")


class NotificationOccasion(TextChoices):
    """What a person is told of an import: its owner, or of one that is to be approved its approvers."""

    ENDED = "ended", _("It has ended")
    DECISION = "decision", _("It waits for a decision")
    STUCK = "stuck", _("Its account cannot be used")
    APPROVAL = "approval", _("It waits for approval")
    REJECTED = "rejected", _("It was rejected")
    VOID = "void", _("Its approval is void")


class ApprovalState(TextChoices):
    """How far a request for approval is. Only one that is open can be approved, and none is opened again."""

    OPEN = "open", _("Waiting for approvers")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    VOID = "void", _("Void, because the import changed")
    CANCELLED = "cancelled", _("Cancelled")


class MailState(TextChoices):
    """How far the e-mail of a notification has come.

    waiting -> handed_over -> sent | failed     handed_over -> waiting (the server did not take it) | unknown
    waiting -> unwanted (nobody is to have it)
    """

    WAITING = "waiting", _("Waiting to be sent")
    # From just before the server is given it. Whoever dies here leaves a doubt, and it is not sent again.
    HANDED_OVER = "handed_over", _("Being sent")
    SENT = "sent", _("Sent")
    UNWANTED = "unwanted", _("Not sent, because it is not wanted")
    FAILED = "failed", _("Could not be sent")
    UNKNOWN = "unknown", _("May have been sent")


class Call(TextChoices):
    """The calls of deliveries and of plans, which Dotdigital may count apart."""

    IMPORT = "import", _("Calls that send imports")
    STATUS = "status", _("Status calls")
    READ = "read", _("Calls that read contacts")


J, B = JobStatus, BatchStatus

PROGRESS, MAPPING, CHECK, APPROVAL, REPORT = (
    f"imports:{page}" for page in ("progress", "mapping", "check", "approval", "report")
)


@dataclass(frozen=True)
class JobState:
    """What is known of a status of jobs. `page`: the URL name of the page at which such a job stands; `heading`: that
    of the page at which people wait for it. `begins_step`: a worker has a step to begin at it. `is_working`: a worker
    is at it right now, as opposed to what waits for one or for a person. `is_mappable`: its mapping can be tried and
    changed. `is_checked`: what its check found holds. `is_confirmable`: a person can start its import. `is_delivering`:
    batches of it may be out."""

    moves: frozenset[JobStatus]
    look: Look
    group: Group
    step: Step
    page: str
    heading: str = ""
    begins_step: bool = False
    is_working: bool = False
    is_mappable: bool = False
    is_checked: bool = False
    is_confirmable: bool = False
    is_delivering: bool = False


JOB_STATES: dict[JobStatus, JobState] = {
    J.UPLOADED: JobState(
        frozenset({J.STAGING, J.CANCELLED}),
        Look.BUSY,
        Group.UNDER_WAY,
        Step.UPLOAD,
        PROGRESS,
        gettext_noop("Waiting to be read"),
        begins_step=True,
    ),
    J.STAGING: JobState(
        # Back to the step's own start: the worker that had it died, and the sweep gives it to another.
        frozenset({J.UPLOADED, J.STAGED, J.CANCELLED, J.FAILED, J.ERRORED}),
        Look.BUSY,
        Group.UNDER_WAY,
        Step.UPLOAD,
        PROGRESS,
        gettext_noop("Reading the file"),
        is_working=True,
    ),
    J.STAGED: JobState(
        # To itself: by a repair, after which what is tried is tried anew.
        frozenset({J.UPLOADED, J.STAGED, J.CHECKING, J.CANCELLED}),
        Look.CARE,
        Group.WAITING,
        Step.MAP,
        MAPPING,
        is_mappable=True,
    ),
    J.CHECKING: JobState(
        # To itself: by a repair, after which the check begins anew.
        frozenset({J.STAGED, J.CHECKING, J.CHECKED, J.CANCELLED, J.FAILED, J.ERRORED}),
        Look.BUSY,
        Group.UNDER_WAY,
        Step.CHECK,
        PROGRESS,
        gettext_noop("Checking the file"),
        begins_step=True,
        is_working=True,
    ),
    J.CHECKED: JobState(
        frozenset({J.STAGED, J.CHECKING, J.APPROVAL, J.SENDING, J.CANCELLED}),
        Look.CARE,
        Group.WAITING,
        Step.CHECK,
        CHECK,
        is_mappable=True,
        is_checked=True,
        is_confirmable=True,
    ),
    # Nothing of it can be changed here: whoever wants to takes it back to the check first.
    J.APPROVAL: JobState(
        frozenset({J.CHECKED, J.CHECKING, J.SENDING, J.CANCELLED}),
        Look.CARE,
        Group.WAITING,
        Step.CHECK,
        APPROVAL,
        is_checked=True,
    ),
    J.SENDING: JobState(
        frozenset({J.CANCELLING, J.FINISHED, J.FAILED, J.ERRORED}),
        Look.BUSY,
        Group.UNDER_WAY,
        Step.IMPORT,
        PROGRESS,
        gettext_noop("Importing"),
        is_delivering=True,
    ),
    J.CANCELLING: JobState(
        frozenset({J.CANCELLED, J.FAILED, J.ERRORED}),
        Look.BUSY,
        Group.UNDER_WAY,
        Step.IMPORT,
        PROGRESS,
        gettext_noop("Cancelling"),
        is_delivering=True,
    ),
    J.FINISHED: JobState(frozenset(), Look.GOOD, Group.FINISHED, Step.REPORT, REPORT),
    J.CANCELLED: JobState(frozenset(), Look.PLAIN, Group.CANCELLED, Step.REPORT, REPORT),
    J.FAILED: JobState(frozenset(), Look.BAD, Group.FAILED, Step.REPORT, REPORT),
    J.ERRORED: JobState(frozenset(), Look.BAD, Group.FAILED, Step.REPORT, REPORT),
}


@dataclass(frozen=True)
class BatchState:
    """What is known of a status of batches. `contacts`: what is said of their contacts on the page of an import under
    way, "" for those that others carry. `holds_slot`: one of the account's slots is in use. `has_outcome`: rows have
    their outcome from such a batch, once it has ended."""

    moves: frozenset[BatchStatus]
    look: Look
    contacts: str
    holds_slot: bool = False
    has_outcome: bool = True


BATCH_STATES: dict[BatchStatus, BatchState] = {
    # To unknown: an earlier call may have reached Dotdigital, and there will be no other.
    # To active: a sender that was taken for dead comes back with its answer.
    B.PENDING: BatchState(
        frozenset({B.SENDING, B.ACTIVE, B.NOT_SENT, B.UNKNOWN}),
        Look.PLAIN,
        gettext_noop("Waiting for a slot"),
    ),
    B.SENDING: BatchState(
        frozenset({B.PENDING, B.ACTIVE, B.IN_DOUBT, B.REFUSED, B.HALVED}),
        Look.BUSY,
        gettext_noop("Being sent"),
        holds_slot=True,
    ),
    # It may be running at Dotdigital, so it keeps its slot.
    B.IN_DOUBT: BatchState(
        frozenset({B.PENDING, B.ACTIVE, B.HELD, B.UNKNOWN}),
        Look.CARE,
        gettext_noop("Sent, no answer yet"),
        holds_slot=True,
    ),
    B.HELD: BatchState(
        frozenset({B.PENDING, B.ACTIVE, B.UNKNOWN}),
        Look.CARE,
        gettext_noop("Held, waiting for a decision"),
    ),
    B.ACTIVE: BatchState(
        frozenset({B.FINISHED, B.REFUSED, B.UNKNOWN}),
        Look.BUSY,
        gettext_noop("Being processed by Dotdigital"),
        holds_slot=True,
    ),
    B.FINISHED: BatchState(frozenset(), Look.GOOD, gettext_noop("Done")),
    B.REFUSED: BatchState(frozenset(), Look.BAD, gettext_noop("Refused")),
    B.UNKNOWN: BatchState(frozenset(), Look.BAD, gettext_noop("Sent, outcome unknown")),
    B.NOT_SENT: BatchState(frozenset(), Look.PLAIN, gettext_noop("Not sent"), has_outcome=False),
    # Two other batches carry its contacts.
    B.HALVED: BatchState(frozenset(), Look.PLAIN, "", has_outcome=False),
}
"""The statuses in the order in which the page of an import under way shows them."""

JOB_TRANSITIONS = {status: state.moves for status, state in JOB_STATES.items()}
BATCH_TRANSITIONS = {status: state.moves for status, state in BATCH_STATES.items()}


def _jobs(is_so: Callable[[JobState], bool]) -> frozenset[JobStatus]:
    return frozenset(status for status, state in JOB_STATES.items() if is_so(state))


def _batches(is_so: Callable[[BatchState], bool]) -> frozenset[BatchStatus]:
    return frozenset(status for status, state in BATCH_STATES.items() if is_so(state))


JOB_ENDS = _jobs(lambda state: not state.moves)
JOB_WORKING = _jobs(lambda state: state.is_working)
JOB_AT_STEP_BEGIN = _jobs(lambda state: state.begins_step)
JOB_MAPPABLE = _jobs(lambda state: state.is_mappable)
JOB_AWAITING_PEOPLE = _jobs(lambda state: state.group == Group.WAITING)
JOB_CHECKED = _jobs(lambda state: state.is_checked)
JOB_CONFIRMABLE = _jobs(lambda state: state.is_confirmable)
JOB_DELIVERING = _jobs(lambda state: state.is_delivering)
JOB_BEFORE_SENDING = frozenset(JobStatus) - JOB_DELIVERING - JOB_ENDS
BATCH_ENDS = _batches(lambda state: not state.moves)
BATCH_WITHOUT_OUTCOME = _batches(lambda state: not state.has_outcome)
BATCH_HOLDING_SLOT = _batches(lambda state: state.holds_slot)
