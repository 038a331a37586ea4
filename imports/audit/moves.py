"""Which moves of jobs and batches the audit log tells: all that people make, and those by which data leaves or ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imports.audit.recording import record
from imports.messages import Message
from imports.states import JOB_ENDS, BatchStatus, JobStatus

if TYPE_CHECKING:
    from imports.models import ImportBatch, UploadJob
    from portal.models import User

_BY_NOTE = {
    "read_again": "file_read_again",
    "mapping_reopened": "mapping_reopened",
    "repairs_made": "repairs_made",
    "repairs_undone": "repairs_undone",
    "repairs_redone": "repairs_redone",
    "rows_arrived_meanwhile": "import_checked_again",
    "approval_asked": "approval_asked",
    "import_rejected": "import_rejected",
    "approval_withdrawn": "approval_withdrawn",
    "approval_void": "approval_voided",
}
"""What a person has done by a move with this note."""

_BY_STATUS = {
    JobStatus.CHECKING: "mapping_saved",
    JobStatus.SENDING: "import_started",
    JobStatus.CANCELLING: "import_cancelled",
    JobStatus.CANCELLED: "import_cancelled",
}
"""What a person has done by any other move to this status."""

_DECISIONS = {BatchStatus.PENDING: "held_sent_again", BatchStatus.UNKNOWN: "held_given_up"}


def record_job_move(
    job: UploadJob, to: JobStatus, by: User | None, note: Message | str, changes: Mapping[str, Any]
) -> None:
    """Record the move of `job` to `to`, within its transaction, if the log tells it."""
    message = Message(note) if isinstance(note, str) else note
    if by is not None:
        action = _BY_NOTE.get(message.code) or _BY_STATUS[to]
        record(action, by=by, on=job, **_counts(job, action, message, changes))
    elif to in JOB_ENDS:
        ledger = changes.get("ledger") or {}
        record(
            "import_ended",
            by=None,
            on=job,
            status=str(to),
            code=changes.get("failure_code", ""),
            rows=ledger.get("counts", {}),
        )
    elif job.status == JobStatus.APPROVAL:
        record("approval_voided", by=None, on=job, code=message.code)


def record_batch_move(
    batch: ImportBatch, to: BatchStatus, by: User | None, changes: Mapping[str, Any]
) -> None:
    """Record the move of `batch` to `to`, within its transaction, if the log tells it: what a person has decided, and
    that Dotdigital has it."""
    if by is not None:
        record(_DECISIONS[to], by=by, on=batch.job, batch=batch.number, contacts=batch.contacts)
    elif to == BatchStatus.ACTIVE:
        record(
            "batch_accepted",
            by=None,
            on=batch.job,
            batch=batch.number,
            contacts=batch.contacts,
            sha256=batch.body_sha256,
            import_id=changes.get("import_id", ""),
        )


def _counts(job: UploadJob, action: str, note: Message, changes: Mapping[str, Any]) -> dict[str, Any]:
    if action == "mapping_saved":
        return {"columns": len(changes.get("mapping", {}).get("columns", ()))}
    if action == "import_started":
        plan = job.batch_plan
        return {
            "batches": len(plan),
            "contacts": sum(one["contacts"] for one in plan),
            "stops_on_refusal": bool(changes.get("stops_on_refusal")),
        }
    if note.code in {"approval_asked", "approval_void"}:
        return dict(note.params)
    count = note.params.get("count")
    return {"count": count} if isinstance(count, int) else {}
