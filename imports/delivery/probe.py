"""Finds out with a small call whether an account that was blocked, or backs off, answers again."""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from imports.accounts.blocked import (
    ASK_AGAIN_AFTER,
    CALL_ERRORS,
    MANY_FAILURES,
    USABLE,
    CallError,
    backoff,
    blocked_by,
    keep_state,
    retry_after,
)
from imports.accounts.connection import client_for, test_connection
from imports.delivery.due import Action, read_situation
from imports.dotdigital.errors import Helps
from imports.models import DotdigitalAccount
from imports.transactions import unit_of_work

logger = logging.getLogger(__name__)

MAX_ASK = timedelta(seconds=160)  # longer than the client waits, so that only one worker waits with it


def claim_probe(account: DotdigitalAccount) -> uuid.UUID | None:
    """A token for the probe that is due and that this worker is to make; None when there is none."""
    with unit_of_work():
        situation = read_situation(account.pk, locked=True)
        if situation is None or not situation.is_due(Action.PROBE):
            return None
        token = uuid.uuid4()
        keep_state(situation.account, {"not_before": situation.now + MAX_ASK, "probe": token})
        return token


def carry_out_probe(account: DotdigitalAccount, token: uuid.UUID) -> None:
    """Find out with a small call, that was claimed, whether Dotdigital answers the account again.

    What comes of it is written down unless that took so long that another worker asks now.
    """
    account.refresh_from_db()
    try:
        if account.blocked_reason:
            test_connection(account, token)  # which also finds the region of an account that has moved
        else:
            with client_for(account) as client:
                client.account_info()
            keep_state(account, USABLE, token)
    except CALL_ERRORS as error:
        logger.warning("account=%s still cannot be used: %s", account.pk, type(error).__name__)
        keep_state(account, {**_after_failed_probe(account, error), "probe": None}, token)


def _after_failed_probe(account: DotdigitalAccount, error: CallError) -> dict[str, Any]:
    now = timezone.now()
    if account.blocked_reason:
        return {"not_before": now + ASK_AGAIN_AFTER}
    if error.meaning.helps is Helps.A_PERSON:
        return blocked_by(account, error)
    if error.meaning.ends_waiting:
        return USABLE
    failed = account.failed_calls + 1
    wait = backoff(failed - MANY_FAILURES + 1) if failed >= MANY_FAILURES else retry_after(1)
    return {"failed_calls": failed, "not_before": now + wait}
