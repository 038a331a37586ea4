"""Asks how accepted imports are getting on, and settles those that have ended."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from imports import artefacts
from imports.dotdigital.errors import DotdigitalError, ImportNotFoundError, RateLimitedError
from imports.dotdigital.types import ImportStatus
from imports.models import ImportBatch
from imports.reports.outcomes import SENT_COLUMNS, join_report
from imports.states import BatchStatus
from imports.steps.accounts import client_for
from imports.steps.rows import rows_of
from imports.steps.send import hold_account

logger = logging.getLogger(__name__)

LONGEST_POLL_SECONDS = 30
POLL_GROWTH = 1.3
POLL_DEADLINE = timedelta(hours=24)

NOT_FOUND = "Dotdigital no longer knows this import, so what became of it cannot be learnt."
NO_END = "Dotdigital did not finish this import within a day, so what became of it is not known."
REJECTIONS = {
    "rejectedbywatchdog": "Dotdigital's data quality check stopped this import. Dotdigital's support can say why.",
    "failed": "Dotdigital reported that this import failed.",
    "exceedsallowedcontactlimit": "This import would exceed the number of contacts the account may hold.",
}


def poll_batch(batch: ImportBatch) -> None:
    """Ask once how `batch` is getting on, and settle it if it has ended. Does nothing if another worker is asking."""
    now = timezone.now()
    wait = min(LONGEST_POLL_SECONDS, 2 * POLL_GROWTH ** min(batch.polls, 20))
    claimed = ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.ACTIVE, polls=batch.polls)
    if not claimed.update(polls=batch.polls + 1, next_poll_at=now + timedelta(seconds=wait)):
        return
    try:
        with client_for(batch.job.account) as client:
            status = client.import_status(batch.import_id)
    except ImportNotFoundError:
        give_up(batch, "import_not_found", NOT_FOUND)
    except DotdigitalError as error:
        logger.warning("job=%s batch=%s not polled: %s", batch.job_id, batch.number, type(error).__name__)
        if isinstance(error, RateLimitedError):
            hold_account(batch.job.account, error.until, "")
    else:
        settle(batch, status)


def settle(batch: ImportBatch, status: ImportStatus) -> None:
    """Write down what Dotdigital reported for `batch`; nothing while it is still running."""
    if status.is_finished:
        settle_finished(batch, status)
    elif status.is_terminal:
        ImportBatch.objects.transition(
            batch,
            BatchStatus.REFUSED,
            note=status.status,
            reason_code=status.status,
            reason=REJECTIONS.get(status.status.lower(), f"Dotdigital ended this import as {status.status}."),
        )
    elif batch.accepted_at and timezone.now() - batch.accepted_at > POLL_DEADLINE:
        give_up(batch, "no_end", NO_END)


def settle_finished(batch: ImportBatch, status: ImportStatus) -> None:
    """Join the report of a finished import to the rows of `batch`."""
    with artefacts.local(batch.job, artefacts.PREPARED) as prepared, artefacts.work_folder() as folder:
        sent = rows_of(batch, prepared).select(SENT_COLUMNS).collect()
        outcomes = join_report(sent, status.created, status.updated, status.failures, repeated=batch.repeated)
        part = folder / "part"
        outcomes.write_parquet(part)
        with transaction.atomic():
            if ImportBatch.objects.transition(batch, BatchStatus.FINISHED):
                artefacts.publish(batch.job, artefacts.part_name(batch), part)
    logger.info("job=%s batch=%s settled contacts=%s", batch.job_id, batch.number, batch.contacts)


def give_up(batch: ImportBatch, code: str, reason: str) -> None:
    ImportBatch.objects.transition(batch, BatchStatus.UNKNOWN, note=code, reason_code=code, reason=reason)
