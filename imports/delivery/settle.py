"""Writes down what Dotdigital reported for a batch that has ended."""

import logging

import polars as pl
from django.utils import timezone

from imports.delivery.bodies import rows_of
from imports.delivery.stopping import stop_if_wanted
from imports.dotdigital.import_states import import_state
from imports.dotdigital.import_status import ImportStatus
from imports.messages import Message
from imports.models import ImportBatch
from imports.reasons import code_note
from imports.reports.outcomes import SENT_COLUMNS, join_report, refuse_all
from imports.states import BatchStatus
from imports.storage import artefacts
from imports.transactions import unit_of_work

logger = logging.getLogger(__name__)

SENT_BEFORE = Message("sent_before")


def settle(batch: ImportBatch, status: ImportStatus) -> None:
    """Write down what Dotdigital reported for `batch`; that it is still running, if it is."""
    if status.is_finished:
        settle_finished(batch, status)
    elif status.is_terminal:
        state = import_state(status.status)
        # What an earlier call that was never answered did with these contacts is still open.
        end = BatchStatus.UNKNOWN if batch.repeated else BatchStatus.REFUSED
        advice = SENT_BEFORE if batch.repeated else Message(f"advice_{state.code}")
        with unit_of_work():
            if ImportBatch.objects.transition(
                batch,
                end,
                note=code_note(status.status),
                reason_code=status.status,
                reason=Message("import_ended", {"state": Message(state.code), "advice": advice}).to_json(),
            ):
                stop_if_wanted(batch)
    else:
        ImportBatch.objects.held(batch).update(running_at=timezone.now())


def settle_finished(batch: ImportBatch, status: ImportStatus) -> None:
    """Join the report of a finished import to the rows of `batch`.

    The outcomes are stored before the batch has ended and names them: when somebody dies in between, the report is
    fetched again. Raises StorageUnavailableError; the batch is then polled again.
    """
    with artefacts.local(batch.job, artefacts.PREPARED) as prepared:
        sent = rows_of(batch, prepared).select(SENT_COLUMNS).collect()
        outcomes = join_report(sent, status.entries(), repeated=batch.repeated)
    stored = _store(batch, outcomes)
    if not ImportBatch.objects.transition(batch, BatchStatus.FINISHED, outcomes=stored):
        artefacts.drop(batch.job_id, [stored])
        return
    logger.info("job=%s batch=%s settled contacts=%s", batch.job_id, batch.number, batch.contacts)


def store_refusal(batch: ImportBatch, code: str, said: str, told: Message) -> str:
    """Store what Dotdigital `said` when it refused all of `batch` with the rows, and what the portal has `told` to say:
    Dotdigital's words can quote a contact, and the database holds nothing of contacts. What the table is stored as.
    Raises StorageUnavailableError."""
    with artefacts.local(batch.job, artefacts.PREPARED) as prepared:
        outcomes = refuse_all(
            rows_of(batch, prepared).select("row"), code, said, told, repeated=batch.repeated
        )
    return _store(batch, outcomes)


def _store(batch: ImportBatch, outcomes: pl.DataFrame) -> str:
    with artefacts.work_folder() as folder:
        part = folder / "part"
        outcomes.write_parquet(part)
        return artefacts.store(batch.job, artefacts.part_name(batch), part, batch.token)


def give_up(batch: ImportBatch, code: str, reason: Message) -> None:
    """Take the outcome of `batch` for unknown."""
    ImportBatch.objects.transition(
        batch, BatchStatus.UNKNOWN, note=code_note(code), reason_code=code, reason=reason.to_json()
    )
