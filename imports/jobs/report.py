"""Draws up the ledger of a job whose batches have all ended, and ends the job."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from imports.contacts.repairs.repair_types import column_of
from imports.delivery.bodies import rows_of
from imports.jobs.download import make_ready
from imports.jobs.erasing import erase_pending
from imports.jobs.line import counted_at_end, note_resolved
from imports.jobs.repairing import overlay_of
from imports.messages import Message
from imports.models import ImportBatch, ReasonTally, UploadJob
from imports.provenance.keeping import keep_digests
from imports.reasons import REPORT_WORDS
from imports.reports.ledger import BUCKET_BY_KEY, BUCKETS, REACHED_DOTDIGITAL, Ledger
from imports.reports.outcomes import refuse_all, unknown_all
from imports.reports.reason_counts import ReasonCount, count_reasons
from imports.reports.settlement import RepairedCells, write_outcomes
from imports.states import BATCH_WITHOUT_OUTCOME, BatchStatus, JobStatus
from imports.storage import artefacts
from imports.storage.artefacts import StorageUnavailableError
from imports.transactions import unit_of_work
from imports.work.failing import PASSING, PORTAL_FAULT, error_job, failed_with, put_off
from imports.work.lease import MAX_TAKEOVERS, WorkersLostError, kept_lease, lease_end

logger = logging.getLogger(__name__)

WHOLE_BATCH_OUTCOMES = {BatchStatus.REFUSED: refuse_all, BatchStatus.UNKNOWN: unknown_all}


def report_job(job: UploadJob) -> None:
    """End a delivered `job`: every row gets its bucket. A job that was stopped, or of which nothing was accepted,
    has failed."""
    delivered = UploadJob.objects.delivered().filter(pk=job.pk).exists()
    if not delivered or not UploadJob.objects.take(job, lease_end()):
        return
    if job.takeovers >= MAX_TAKEOVERS:
        error_job(job, WorkersLostError())
        return
    batches = list(job.batches.order_by("number"))
    try:
        with kept_lease(job), ExitStack() as stack:
            folder = stack.enter_context(artefacts.work_folder())
            prepared = stack.enter_context(artefacts.local(job, artefacts.PREPARED))
            issues = stack.enter_context(artefacts.local(job, artefacts.ISSUES))
            parts = [_part(stack, job, batch, prepared, folder) for batch in batches if _has_part(batch)]
            table = folder / "outcomes"
            repaired = _repaired_cells(job, stack)
            ledger = write_outcomes(prepared, issues, parts, table, rows=job.rows, repaired=repaired)
            status, reason = _end_of(job, batches)
            reasons = count_reasons(table)
            changes: dict[str, Any] = {
                "ledger": ledger.to_dict(),
                **_sums_of(ledger),
                "reasons": [one.to_dict() for one in reasons],
                "line": counted_at_end(job, table),
                **reason,
                "step_seconds": _seconds(job),
            }
            stored = artefacts.store_all(job, {artefacts.OUTCOMES: table}, job.token)
            changes["tables"] = {**job.tables, **stored}
            with unit_of_work():
                moved = UploadJob.objects.transition(job, status, **changes)
                if moved:
                    ReasonTally.objects.bulk_create(_tallies(job, reasons))
                    note_resolved(job)
    except PASSING as error:
        put_off(job, error)
    except Exception as error:
        error_job(job, error)
    else:
        if moved:
            logger.info("job=%s ended status=%s", job.pk, job.status)
            _make_ready(job)
            artefacts.make_ahead(job, lambda: artefacts.told_text(job, REPORT_WORDS))
            _tidy_up(job)
        else:
            artefacts.drop(job.pk, stored.values())


def _repaired_cells(job: UploadJob, stack: ExitStack) -> RepairedCells | None:
    """The cells of `job` that may have been repaired; None where no repair is in force."""
    if artefacts.REPAIRED not in job.tables:
        return None
    touched = {column_of(one.repair) for one in overlay_of(job) if not one.is_undone}
    return RepairedCells(
        stack.enter_context(artefacts.local(job, artefacts.STAGED)),
        stack.enter_context(artefacts.local(job, artefacts.REPAIRED)),
        {f"c{place}": name for place, name in enumerate(job.columns) if name in touched},
    )


def _make_ready(job: UploadJob) -> None:
    try:
        make_ready(job)
    except (DatabaseError, StorageUnavailableError) as error:
        # The job has ended well; its workbook is made when somebody asks for it.
        logger.warning("job=%s no workbook made ready: %s", job.pk, type(error).__name__)


def _tidy_up(job: UploadJob) -> None:
    try:
        keep_digests(job)
        erase_pending(job.pk)
    except Exception as error:  # the job has ended well; the sweep sees to it
        logger.warning("job=%s not tidied up for now: %s", job.pk, type(error).__name__)


def _has_part(batch: ImportBatch) -> bool:
    return batch.status not in BATCH_WITHOUT_OUTCOME


def _part(stack: ExitStack, job: UploadJob, batch: ImportBatch, prepared: Path, folder: Path) -> Path:
    whole = WHOLE_BATCH_OUTCOMES.get(BatchStatus(batch.status))
    if whole is None or (batch.status == BatchStatus.REFUSED and batch.outcomes):
        try:
            return stack.enter_context(artefacts.local_file(artefacts.table_key(job.pk, batch.outcomes)))
        except FileNotFoundError:
            if whole is None:
                raise
            logger.warning("job=%s batch=%s without Dotdigital's words", job.pk, batch.number)
    rows = rows_of(batch, prepared).select("row").collect()
    path = folder / artefacts.part_name(batch)
    told = Message.from_json(batch.reason)
    whole(rows, batch.reason_code, told=told, repeated=batch.repeated).write_parquet(path)
    return path


def _end_of(job: UploadJob, batches: list[ImportBatch]) -> tuple[JobStatus, dict[str, Any]]:
    if job.status == JobStatus.CANCELLING:
        return JobStatus.CANCELLED, {}
    if job.failure_code:  # it was stopped, and says why
        return JobStatus.ERRORED if job.failure_code == PORTAL_FAULT else JobStatus.FAILED, {}
    sent = [batch for batch in batches if batch.status not in BATCH_WITHOUT_OUTCOME]
    if sent and all(batch.status == BatchStatus.REFUSED for batch in sent):
        first = sent[0]
        why = Message("all_refused", {"reason": Message.from_json(first.reason)})
        return JobStatus.FAILED, failed_with(why, first.reason_code)
    return JobStatus.FINISHED, {}


def _sums_of(ledger: Ledger) -> dict[str, int]:
    """How many rows arrived, how many did not, and how many of these somebody may want to do something about."""
    imported = sum(ledger.counts.get(bucket, 0) for bucket in REACHED_DOTDIGITAL)
    failed = sum(ledger.counts.get(bucket.key, 0) for bucket in BUCKETS if bucket.needs_attention)
    return {
        "rows_imported": imported,
        "rows_not_imported": ledger.rows - imported,
        "rows_failed": failed,
    }


def _tallies(job: UploadJob, reasons: Sequence[ReasonCount]) -> list[ReasonTally]:
    """Why rows of `job`, which has just ended, failed."""
    return [
        ReasonTally(
            job=job,
            account_id=job.account_id,
            ended_at=job.changed_at,
            outcome=one.outcome,
            code=one.code,
            rows=one.rows,
        )
        for one in reasons
        if BUCKET_BY_KEY[one.outcome].needs_attention
    ]


def _seconds(job: UploadJob) -> dict[str, float]:
    sending = job.events.filter(to_status=JobStatus.SENDING, batch=None).order_by("-at").first()
    seconds = (timezone.now() - sending.at).total_seconds() if sending else 0.0
    return {**job.step_seconds, "deliver": round(seconds, 3)}
