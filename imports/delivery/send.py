"""Gives batches that have a slot to Dotdigital, and writes down what is known afterwards."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from django.utils import timezone

from imports.accounts.blocked import (
    CALL_ERRORS,
    CallError,
    end_blocked,
    note_blocked,
    note_failed_call,
    retry_after,
)
from imports.accounts.connection import client_for
from imports.delivery.accepted import accept
from imports.delivery.bodies import body_of
from imports.delivery.budget import note_allowance, note_exhausted
from imports.delivery.doubt import settle_doubt
from imports.delivery.halving import ABOVE_LIMIT, may_be_halved, pieces_below, split
from imports.delivery.pace import first_poll_after
from imports.delivery.settle import store_refusal
from imports.delivery.sizing import TOO_LARGE, body_limit_of, learn_body_limit
from imports.delivery.slots import note_no_slot
from imports.delivery.stopping import stop_faulty, stop_if_wanted
from imports.dotdigital.errors import Helps, RateLimitedError, RefusedError
from imports.messages import NOTHING, Message
from imports.models import ImportBatch
from imports.reasons import code_note
from imports.states import BatchStatus, Call
from imports.storage import artefacts
from imports.storage.artefacts import StorageUnavailableError
from imports.transactions import unit_of_work
from imports.work.lease import renewed

logger = logging.getLogger(__name__)

MAX_SAID_CHARS = 250
NOT_NARROWED_DOWN = Message("not_narrowed_down")


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
                    accept(batch, import_id, first_poll)
                finally:
                    note_allowance(account, Call.IMPORT, client.allowance)
    except CALL_ERRORS as error:
        _write_down(batch, error)


def _body(batch: ImportBatch) -> bytes | None:
    """The bytes of `batch`; None when they cannot be had, or are more than Dotdigital takes, which is then written
    down."""
    try:
        limit = body_limit_of(batch.job.account)
        if limit is not None and batch.contacts > 1 and batch.body_bytes >= limit:
            split(batch, ABOVE_LIMIT, pieces_below(batch, limit))
            return None
        return body_of(batch)
    except StorageUnavailableError as error:
        _try_later(batch, error)
    except Exception as error:  # no call has been made: the fault is ours, and the whole job has it
        if back_to_pending(batch, note=code_note(type(error).__name__)):
            stop_faulty(batch.job, error)
    return None


def _write_down(batch: ImportBatch, error: CallError) -> None:
    logger.warning("job=%s batch=%s not accepted: %s", batch.job_id, batch.number, error)
    if error.meaning.ends_waiting:
        end_blocked(batch.job.account, sends=True)
    AFTERWARDS[error.meaning.helps](batch, error)


def _send_again(batch: ImportBatch, error: CallError) -> None:
    """There was no answer to be used. Where it is open what the call did, the batch is in doubt."""
    account, asked = batch.job.account, timedelta(seconds=error.retry_after_seconds or 0)
    if not error.may_have_been_accepted:
        tries = batch.failed_tries + 1
        back_to_pending(
            batch, timezone.now() + retry_after(tries), note=error_note(error), failed_tries=tries
        )
        note_failed_call(account, sending=True, at_least=asked)
        return
    note = error_note(error)
    if said := note.params.get("said"):
        logger.warning("job=%s batch=%s: %s: %s", batch.job_id, batch.number, error, said)
    is_in_doubt = ImportBatch.objects.transition(batch, BatchStatus.IN_DOUBT, note=note)
    note_failed_call(account, sending=True, at_least=asked)
    if is_in_doubt:  # otherwise this worker was taken for dead, and somebody else decides
        settle_doubt(batch)


def error_note(error: CallError) -> Message:
    """What the event of a batch says of a call that failed. An id that is no use is kept where people look for it."""
    if said := getattr(error, "said", ""):
        return Message("error_said", {"error": str(error), "said": repr(said)[:MAX_SAID_CHARS]})
    return Message("error", {"error": str(error)})


def _wait_for_calls(batch: ImportBatch, error: CallError) -> None:
    back_to_pending(batch, note="no_calls_left")
    note_exhausted(batch.job.account, Call.IMPORT, cast(RateLimitedError, error))


def _wait_for_slot(batch: ImportBatch, error: CallError) -> None:
    back_to_pending(batch, note="no_slot_left")
    note_no_slot(batch.job.account)


def _wait_for_person(batch: ImportBatch, error: CallError) -> None:
    back_to_pending(batch, note=code_note(type(error).__name__))
    note_blocked(batch.job.account, error)


def _refuse_or_halve(batch: ImportBatch, error: CallError) -> None:
    _refuse(batch, cast(RefusedError, error))


AFTERWARDS: dict[Helps, Callable[[ImportBatch, CallError], None]] = {
    Helps.REPEATING: _send_again,
    Helps.WAITING_FOR_CALLS: _wait_for_calls,
    Helps.WAITING_FOR_A_SLOT: _wait_for_slot,
    Helps.A_PERSON: _wait_for_person,
    Helps.SMALLER_PIECES: _refuse_or_halve,
    Helps.NOTHING: _refuse_or_halve,
    Helps.NOTHING_MORE_TO_LEARN: _refuse_or_halve,
}
"""What follows a PUT that was not accepted."""


def _refuse(batch: ImportBatch, error: RefusedError) -> None:
    code, is_alone = error.code or f"HTTP {error.status}", batch.contacts == 1
    is_too_large = error.meaning.helps is Helps.SMALLER_PIECES
    if is_too_large:
        learn_body_limit(batch)
    try:
        if may_be_halved(batch, error):
            split(batch, TOO_LARGE if is_too_large else code, 2)
            return
    except StorageUnavailableError as unavailable:
        _try_later(batch, unavailable)
        return
    stored = _store_words(batch, code, error.description, _told(error, is_alone))
    with unit_of_work():
        refused = ImportBatch.objects.transition(
            batch,
            BatchStatus.REFUSED,
            note=code_note(code),
            reason_code=code,
            reason=error.reason.to_json(),
            outcomes=stored,
        )
        if refused and not is_alone:
            stop_if_wanted(batch)
    if not refused and stored:
        artefacts.drop(batch.job_id, [stored])


def _told(error: RefusedError, is_alone: bool) -> Message:
    """What the portal says of the rows of a batch that was refused, beside what Dotdigital has said of it."""
    if is_alone:
        return NOTHING if error.description else error.reason
    if error.description:
        return NOT_NARROWED_DOWN
    return Message("reason_not_narrowed_down", {"reason": error.reason, "narrowed": NOT_NARROWED_DOWN})


def _store_words(batch: ImportBatch, code: str, said: str, told: Message) -> str:
    """What the table with Dotdigital's words is stored as; "" when it cannot be: then the rows have ours."""
    try:
        return store_refusal(batch, code, said, told)
    except StorageUnavailableError as unavailable:
        logger.warning("job=%s batch=%s words not kept: %s", batch.job_id, batch.number, unavailable)
        return ""


def _try_later(batch: ImportBatch, error: StorageUnavailableError) -> None:
    logger.warning("job=%s batch=%s not read: %s", batch.job_id, batch.number, type(error).__name__)
    tries = batch.failed_tries + 1
    back_to_pending(batch, timezone.now() + retry_after(tries), note="storage_away", failed_tries=tries)


def back_to_pending(
    batch: ImportBatch, not_before: datetime | None = None, *, note: Message | str, **changes: Any
) -> bool:
    """Return a batch that surely did not reach the account; the call does not count as an attempt.

    False when this worker had been taken for dead, and others have gone on with the batch.
    """
    return ImportBatch.objects.transition(
        batch, BatchStatus.PENDING, note=note, not_before=not_before, attempts=batch.attempts - 1, **changes
    )
