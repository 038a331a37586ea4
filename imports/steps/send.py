"""Gives batches that have a slot to Dotdigital, and writes down what is known afterwards."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from imports import artefacts
from imports.artefacts import StorageUnavailableError
from imports.dotdigital.errors import (
    CredentialsRefusedError,
    DotdigitalError,
    EndpointRefusedError,
    RateLimitedError,
    RedirectedError,
    RefusedError,
    ServerError,
    TooManyActiveImportsError,
    WrongRegionError,
)
from imports.models import ImportBatch
from imports.secrets import SecretUnreadableError
from imports.states import BatchStatus, Call
from imports.steps.accounts import client_for, end_trouble
from imports.steps.bodies import body_of
from imports.steps.budget import note_allowance, note_exhausted
from imports.steps.doubt import note_late_answer, settle_doubt
from imports.steps.halving import halve, may_be_halved
from imports.steps.lease import renewed
from imports.steps.pace import backoff, first_poll_after
from imports.steps.settle import store_refusal
from imports.steps.slots import note_no_slot, note_slot_given
from imports.steps.stopping import stop_faulty, stop_if_wanted
from imports.steps.trouble import note_failed_call, note_trouble
from imports.transactions import unit_of_work

logger = logging.getLogger(__name__)

NOT_NARROWED_DOWN = "Which of the rows it objects to could not be found out."


def send_batch(batch: ImportBatch) -> None:
    """PUT a batch that has a slot, and write down what is known afterwards."""
    account = batch.job.account
    try:
        with renewed(ImportBatch.objects.held(batch)):
            body = _body(batch)
            if body is None:
                return
            first_poll = first_poll_after(account, batch.contacts)
            with client_for(account) as client:
                try:
                    import_id = client.import_contacts(body)
                    # First of all: nothing else must come between an answer and its being written down.
                    _accept(batch, import_id, first_poll)
                finally:
                    note_allowance(account, Call.IMPORT, client.allowance)
    except SecretUnreadableError as error:
        back_to_pending(batch, note=type(error).__name__)
        note_trouble(account, error)
    except DotdigitalError as error:
        logger.warning("job=%s batch=%s not accepted: %s", batch.job_id, batch.number, error)
        _write_down(batch, error)


def _body(batch: ImportBatch) -> bytes | None:
    """The bytes of `batch`; None when they cannot be had, which is then written down."""
    try:
        return body_of(batch)
    except StorageUnavailableError as error:
        _try_later(batch, error)
    except Exception as error:  # no call has been made: the fault is ours, and the whole job has it
        if back_to_pending(batch, note=type(error).__name__):
            stop_faulty(batch.job, error)
    return None


def _accept(batch: ImportBatch, import_id: str, first_poll: timedelta) -> None:
    account, now = batch.job.account, timezone.now()
    next_poll_at = now + first_poll
    accepted: dict[str, Any] = {
        "import_id": import_id,
        "accepted_at": now,
        "next_poll_at": next_poll_at,
        "failed_tries": 0,
        "polls": 0,
        "running_at": None,
    }
    if not ImportBatch.objects.transition(batch, BatchStatus.ACTIVE, **accepted):
        # This worker was taken for dead. Unless the batch has gone out again since, its import is this one.
        now_known = ImportBatch.objects.get(pk=batch.pk)
        may_return = now_known.status in {BatchStatus.PENDING, BatchStatus.IN_DOUBT, BatchStatus.HELD}
        returned = (
            may_return
            and now_known.attempts == batch.attempts
            and ImportBatch.objects.transition(
                now_known, BatchStatus.ACTIVE, note="answered late", **accepted
            )
        )
        if not returned:
            note_late_answer(now_known, import_id)
    end_trouble(account)
    note_slot_given(account)
    logger.info("job=%s batch=%s accepted contacts=%s", batch.job_id, batch.number, batch.contacts)


def _write_down(batch: ImportBatch, error: DotdigitalError) -> None:
    account, name = batch.job.account, type(error).__name__
    match error:
        case _ if error.may_have_been_accepted:
            is_in_doubt = ImportBatch.objects.transition(batch, BatchStatus.IN_DOUBT, note=str(error))
            note_failed_call(account, _asked_to_wait(error))
            if is_in_doubt:  # otherwise this worker was taken for dead, and somebody else decides
                settle_doubt(batch)
        case RateLimitedError():
            back_to_pending(batch, note="no calls left")
            end_trouble(account)
            note_exhausted(account, Call.IMPORT, error)
        case TooManyActiveImportsError():
            back_to_pending(batch, note="no slot left")
            end_trouble(account)
            note_no_slot(account)
        case CredentialsRefusedError() | WrongRegionError() | EndpointRefusedError() | RedirectedError():
            back_to_pending(batch, note=name)
            note_trouble(account, error)
        case RefusedError():
            _refuse(batch, error)
        case _:
            back_to_pending(batch, note=str(error))
            note_failed_call(account)


def _refuse(batch: ImportBatch, error: RefusedError) -> None:
    end_trouble(batch.job.account)
    code, is_alone = error.code or f"HTTP {error.status}", batch.contacts == 1
    try:
        if may_be_halved(batch, error):
            halve(batch, error)
            return
    except StorageUnavailableError as unavailable:
        _try_later(batch, unavailable)
        return
    said = error.description or error.sentence
    stored = _store_words(batch, code, said if is_alone else f"{said} {NOT_NARROWED_DOWN}")
    with unit_of_work():
        refused = ImportBatch.objects.transition(
            batch,
            BatchStatus.REFUSED,
            note=code,
            reason_code=code,
            reason=error.sentence,
            outcomes=stored,
        )
        if refused and not is_alone:
            stop_if_wanted(batch)
    if not refused and stored:
        artefacts.drop(batch.job_id, [stored])


def _store_words(batch: ImportBatch, code: str, said: str) -> str:
    """What the table with Dotdigital's words is stored as; "" when it cannot be: then the rows have ours."""
    try:
        return store_refusal(batch, code, said)
    except StorageUnavailableError as unavailable:
        logger.warning("job=%s batch=%s words not kept: %s", batch.job_id, batch.number, unavailable)
        return ""


def _try_later(batch: ImportBatch, error: StorageUnavailableError) -> None:
    logger.warning("job=%s batch=%s not read: %s", batch.job_id, batch.number, type(error).__name__)
    tries = batch.failed_tries + 1
    back_to_pending(
        batch, timezone.now() + backoff(tries), note="the storage does not answer", failed_tries=tries
    )


def back_to_pending(
    batch: ImportBatch, not_before: datetime | None = None, *, note: str, **changes: Any
) -> bool:
    """Return a batch that surely did not reach the account; the call does not count as an attempt.

    False when this worker had been taken for dead, and others have gone on with the batch.
    """
    return ImportBatch.objects.transition(
        batch, BatchStatus.PENDING, note=note, not_before=not_before, attempts=batch.attempts - 1, **changes
    )


def _asked_to_wait(error: DotdigitalError) -> timedelta:
    seconds = error.retry_after_s if isinstance(error, ServerError) else None
    return timedelta(seconds=seconds or 0)
