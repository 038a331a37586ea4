"""What keeps a whole account from sending: it is blocked until a person has corrected it, or it backs off because
Dotdigital does not answer; and how long is waited after failures in a row.

Credentials are somebody's to correct, so people are told; whether they work again is found out with a small call, the
probe, and everything goes on by itself. A Dotdigital that does not answer is waited for, longer each time (see `due`).
"""

import logging
import random
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from imports.dotdigital.errors import DotdigitalError
from imports.models import DotdigitalAccount
from imports.querysets import MAX_WAIT, come
from imports.secrets import SecretUnreadableError
from imports.transactions import assign, unit_of_work

logger = logging.getLogger(__name__)

MANY_FAILURES = 5
MANY_FAILED_SENDS = 3

USABLE: dict[str, Any] = {"blocked_reason": {}, "failed_calls": 0, "not_before": None, "probe": None}
SENDABLE: dict[str, Any] = {"failed_sends": 0, "send_not_before": None}

ASK_AGAIN_AFTER = timedelta(seconds=20)
CALL_ERRORS = (DotdigitalError, SecretUnreadableError)
CallError = DotdigitalError | SecretUnreadableError

MAX_BACKOFF_SECONDS = 60.0

# What concerns one batch alone is tried again sooner: most of what fails once does not fail twice.
MIN_RETRY_SECONDS, RETRY_GROWTH = 1.0, 1.5


def note_blocked(account: DotdigitalAccount, error: CallError) -> None:
    """Nothing can be sent until somebody has corrected what `error` says."""
    keep_state(account, blocked_by(account, error))


def blocked_by(account: DotdigitalAccount, error: CallError) -> dict[str, Any]:
    """What is to be written of `account`, which is blocked until somebody has corrected what `error` says."""
    logger.error("account=%s cannot be used: %s", account.pk, type(error).__name__)
    return {
        "blocked_reason": error.reason.to_json(),
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
            asked = min(at_least, MAX_WAIT)
            many = failed - MANY_FAILED_SENDS + 1
            wait = max(backoff(many), asked) if many > 0 else asked
            changes["send_not_before"] = now + wait if wait else None
        keep_state(account, changes)


def keep_state(account: DotdigitalAccount, changes: dict[str, Any], probe: uuid.UUID | None = None) -> None:
    """Write `changes` down; of a `probe`, only if it is still the one that is under way."""
    mine = DotdigitalAccount.objects.filter(pk=account.pk)
    if probe is not None:
        mine = mine.filter(probe=probe)
    if mine.update(**changes):
        assign(account, changes)


def end_blocked(account: DotdigitalAccount, *, sends: bool = False) -> None:
    """Dotdigital has answered: whatever the account was waiting for is over. `sends`: it has answered a PUT."""
    resting = DotdigitalAccount.objects.filter(pk=account.pk)
    clear = USABLE | (SENDABLE if sends else {})
    if resting.exclude(**clear).update(**clear):
        logger.info("account=%s can be used again", account.pk)
    assign(account, clear)


def is_blocked_or_backs_off(account: DotdigitalAccount) -> bool:
    """Whether nothing but a probe may be sent to `account`."""
    return bool(account.blocked_reason) or account.failed_calls >= MANY_FAILURES


def is_silent(account: DotdigitalAccount) -> bool:
    """Whether Dotdigital has not answered for so many calls that the account waits for it."""
    return account.failed_calls >= MANY_FAILURES or account.failed_sends >= MANY_FAILED_SENDS


def backoff(tries: int) -> timedelta:
    """How long to wait after `tries` failures in a row: doubling, bounded, spread so that nothing marches in step."""
    seconds = min(MAX_BACKOFF_SECONDS, 2.0 ** min(tries, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311


def retry_after(tries: int) -> timedelta:
    """How long one batch waits after `tries` failures of its own in a row: growing by half, bounded and spread as
    `backoff`, and never less than MIN_RETRY_SECONDS."""
    grown = MIN_RETRY_SECONDS * RETRY_GROWTH ** min(tries - 1, 30)
    seconds = min(MAX_BACKOFF_SECONDS, grown * random.uniform(1.0, 1.5))  # noqa: S311
    return timedelta(seconds=seconds)
