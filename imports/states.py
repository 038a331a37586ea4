"""Every status a job or a batch can have, and every move between two of them.

    UploadJob    uploaded -> staging -> staged -> checking -> checked -> sending -> finished
                 any before sending -> cancelled       sending -> cancelling -> cancelled
                 while a step works -> failed (the file or Dotdigital said no) | errored (our bug)
    ImportBatch  pending -> sending -> active -> finished | refused
                 sending -> pending (nothing was sent)   sending -> in_doubt (no answer to a PUT)
                 sending -> refused | halved (refused as a whole; two new batches carry its rows)
                 in_doubt -> pending (safe to repeat) | held (a person decides) | unknown (given up)
                 held -> pending (to be repeated) | unknown (given up)
                 in_doubt, pending, held -> active (the answer came after all, late)
                 pending -> not_sent (cancelled), or unknown if it had gone out unanswered
                 active -> unknown (its outcome cannot be learnt)

A move that is not in these tables cannot be made: `querysets.transition` refuses it.
"""

from django.db.models import TextChoices


class JobStatus(TextChoices):
    UPLOADED = "uploaded", "Uploaded"
    STAGING = "staging", "Reading the file"
    STAGED = "staged", "Waiting for mapping"
    CHECKING = "checking", "Checking"
    CHECKED = "checked", "Ready to import"
    SENDING = "sending", "Importing"
    CANCELLING = "cancelling", "Cancelling"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed"
    ERRORED = "errored", "Stopped by a fault in the portal"


class BatchStatus(TextChoices):
    PENDING = "pending", "Waiting for a slot"
    SENDING = "sending", "Being sent"
    IN_DOUBT = "in_doubt", "No answer"
    HELD = "held", "Held for a decision"
    ACTIVE = "active", "At Dotdigital"
    FINISHED = "finished", "Finished"
    REFUSED = "refused", "Refused"
    HALVED = "halved", "Sent in halves"
    NOT_SENT = "not_sent", "Not sent"
    UNKNOWN = "unknown", "Outcome unknown"


class DownloadState(TextChoices):
    """How far a file of a report has come."""

    WAITING = "waiting", "Waiting for a worker"
    RUNNING = "running", "Being made"
    DONE = "done", "Made"
    FAILED = "failed", "Could not be made"


class TrialState(TextChoices):
    """How far the trial of a mapping has come. It is no status of a job: a newer trial starts again at any time."""

    WAITING = "waiting", "Waiting for a worker"
    RUNNING = "running", "Being tried"
    DONE = "done", "Tried"
    FAILED = "failed", "Could not be tried"


class Call(TextChoices):
    """The calls of a delivery, which Dotdigital may count apart."""

    IMPORT = "import", "Sending an import"
    STATUS = "status", "Asking after an import"


J, B = JobStatus, BatchStatus

JOB_TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
    J.UPLOADED: frozenset({J.STAGING, J.CANCELLED}),
    # Back to the step's own start: the worker that had it died, and the sweep gives it to another.
    J.STAGING: frozenset({J.UPLOADED, J.STAGED, J.CANCELLED, J.FAILED, J.ERRORED}),
    J.STAGED: frozenset({J.UPLOADED, J.CHECKING, J.CANCELLED}),
    J.CHECKING: frozenset({J.STAGED, J.CHECKED, J.CANCELLED, J.FAILED, J.ERRORED}),
    J.CHECKED: frozenset({J.STAGED, J.CHECKING, J.SENDING, J.CANCELLED}),
    J.SENDING: frozenset({J.CANCELLING, J.FINISHED, J.FAILED, J.ERRORED}),
    J.CANCELLING: frozenset({J.CANCELLED, J.FAILED, J.ERRORED}),
    J.FINISHED: frozenset(),
    J.CANCELLED: frozenset(),
    J.FAILED: frozenset(),
    J.ERRORED: frozenset(),
}

BATCH_TRANSITIONS: dict[BatchStatus, frozenset[BatchStatus]] = {
    # To unknown: an earlier call may have reached Dotdigital, and there will be no other.
    # To active: a sender that was taken for dead comes back with its answer.
    B.PENDING: frozenset({B.SENDING, B.ACTIVE, B.NOT_SENT, B.UNKNOWN}),
    B.SENDING: frozenset({B.PENDING, B.ACTIVE, B.IN_DOUBT, B.REFUSED, B.HALVED}),
    B.IN_DOUBT: frozenset({B.PENDING, B.ACTIVE, B.HELD, B.UNKNOWN}),
    B.HELD: frozenset({B.PENDING, B.ACTIVE, B.UNKNOWN}),
    B.ACTIVE: frozenset({B.FINISHED, B.REFUSED, B.UNKNOWN}),
    B.FINISHED: frozenset(),
    B.REFUSED: frozenset(),
    B.HALVED: frozenset(),
    B.NOT_SENT: frozenset(),
    B.UNKNOWN: frozenset(),
}

JOB_ENDS = frozenset(status for status, following in JOB_TRANSITIONS.items() if not following)
BATCH_ENDS = frozenset(status for status, following in BATCH_TRANSITIONS.items() if not following)

# What a worker is doing right now, as opposed to what waits for one or for a person.
JOB_WORKING = frozenset({J.STAGING, J.CHECKING})
# What a mapping can be tried and changed in.
JOB_MAPPABLE = frozenset({J.STAGED, J.CHECKED})
JOB_BEFORE_SENDING = frozenset({J.UPLOADED, J.STAGING, J.STAGED, J.CHECKING, J.CHECKED})
JOB_DELIVERING = frozenset({J.SENDING, J.CANCELLING})
# What went nowhere or is carried by others: no row has its outcome from such a batch.
BATCH_WITHOUT_OUTCOME = frozenset({B.NOT_SENT, B.HALVED})
# A batch in doubt may be running at Dotdigital, so it keeps its slot.
BATCH_HOLDING_SLOT = frozenset({B.SENDING, B.ACTIVE, B.IN_DOUBT})
