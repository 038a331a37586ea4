"""What keeps a whole account from sending: it is blocked until a person has corrected it, or it backs off because
Dotdigital does not answer.

Credentials are somebody's to correct, so people are told; whether they work again is found out with a small call, the
probe, and everything goes on by itself. A Dotdigital that does not answer is waited for, longer each time (see `due`).
"""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from imports.dotdigital.errors import DotdigitalError, Helps
from imports.models import DotdigitalAccount
from imports.querysets import LONGEST_WAIT
from imports.secrets import SecretUnreadableError
from imports.steps.accounts import USABLE, client_for, test_connection
from imports.steps.due import MANY_FAILED_SENDS, MANY_FAILURES, Action, come, read_situation
from imports.steps.pace import backoff, retry_after
from imports.transactions import assign, unit_of_work

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(seconds=20)
LONGEST_ASK = timedelta(seconds=160)  # longer than the client waits, so that only one worker waits with it
CALL_ERRORS = (DotdigitalError, SecretUnreadableError)
CallError = DotdigitalError | SecretUnreadableError


def note_trouble(account: DotdigitalAccount, error: CallError) -> None:
    """Nothing can be sent until somebody has corrected what `error` says."""
    _write(account, _trouble_of(account, error))


def _trouble_of(account: DotdigitalAccount, error: CallError) -> dict[str, Any]:
    logger.error("account=%s cannot be used: %s", account.pk, type(error).__name__)
    length = DotdigitalAccount._meta.get_field("trouble").max_length
    return {
        "trouble": f"{error.sentence} {error.remedy}"[:length],
        "not_before": timezone.now() + ASK_AGAIN_AFTER,
    }


def note_failed_call(
    account: DotdigitalAccount, *, sending: bool = False, at_least: timedelta = timedelta()
) -> None:
    """Dotdigital did not take or answer a call; `sending`: a PUT. Where it asked to wait, that is `at_least` how long
    nothing is sent.

    Calls that fail while the account backs off already were under way when it began to; they count as one.
    """
    with unit_of_work():
        now = timezone.now()
        kept = DotdigitalAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        changes: dict[str, Any] = {}
        if come(kept.not_before, now) <= now:
            changes["failed_calls"] = failed = kept.failed_calls + 1
            if failed >= MANY_FAILURES:
                changes["not_before"] = now + backoff(failed - MANY_FAILURES + 1)
        if sending and come(kept.send_not_before, now) <= now:
            changes["failed_sends"] = failed = kept.failed_sends + 1
            asked = min(at_least, LONGEST_WAIT)
            many = failed - MANY_FAILED_SENDS + 1
            wait = max(backoff(many), asked) if many > 0 else asked
            changes["send_not_before"] = now + wait if wait else None
        _write(account, changes)


def claim_probe(account: DotdigitalAccount) -> uuid.UUID | None:
    """A token for the probe that is due and that this worker is to make; None when there is none."""
    with unit_of_work():
        situation = read_situation(account.pk, locked=True)
        if not situation.is_due(Action.PROBE):
            return None
        token = uuid.uuid4()
        _write(situation.account, {"not_before": situation.now + LONGEST_ASK, "probe": token})
        return token


def carry_out_probe(account: DotdigitalAccount, token: uuid.UUID) -> None:
    """Find out with a small call, that was claimed, whether Dotdigital answers the account again.

    What comes of it is written down unless that took so long that another worker asks now.
    """
    account.refresh_from_db()
    try:
        if account.trouble:
            test_connection(account, token)  # which also finds the region of an account that has moved
        else:
            with client_for(account) as client:
                client.account_info()
            _write(account, USABLE, token)
    except CALL_ERRORS as error:
        logger.warning("account=%s still cannot be used: %s", account.pk, type(error).__name__)
        _write(account, {**_after_failed_probe(account, error), "probe": None}, token)


def _after_failed_probe(account: DotdigitalAccount, error: CallError) -> dict[str, Any]:
    now = timezone.now()
    if account.trouble:
        return {"not_before": now + ASK_AGAIN_AFTER}
    if error.meaning.helps is Helps.A_PERSON:
        return _trouble_of(account, error)
    if error.meaning.ends_waiting:
        return USABLE
    failed = account.failed_calls + 1
    wait = backoff(failed - MANY_FAILURES + 1) if failed >= MANY_FAILURES else retry_after(1)
    return {"failed_calls": failed, "not_before": now + wait}


def _write(account: DotdigitalAccount, changes: dict[str, Any], probe: uuid.UUID | None = None) -> None:
    """Write `changes` down; of a `probe`, only if it is still the one that is under way."""
    mine = DotdigitalAccount.objects.filter(pk=account.pk)
    if probe is not None:
        mine = mine.filter(probe=probe)
    if mine.update(**changes):
        assign(account, changes)
