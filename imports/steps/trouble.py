"""What keeps a whole account from sending: credentials that are refused, or a Dotdigital that does not answer.

Credentials are somebody's to mend, so people are told; whether they work again is asked with a small call, and
everything goes on by itself. A Dotdigital that does not answer is waited for, longer each time.
"""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from imports.dotdigital.errors import (
    CredentialsRefusedError,
    DotdigitalError,
    EndpointRefusedError,
    RedirectedError,
    WrongRegionError,
)
from imports.models import DotdigitalAccount
from imports.querysets import LONGEST_WAIT, is_over
from imports.secrets import SecretUnreadableError
from imports.steps.accounts import client_for, test_connection
from imports.steps.pace import backoff
from imports.transactions import assign

logger = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(seconds=20)
LONGEST_ASK = timedelta(seconds=160)  # longer than the client waits, so that only one worker waits with it
NEEDS_A_PERSON = (
    *(
        CredentialsRefusedError,
        WrongRegionError,
        EndpointRefusedError,
        RedirectedError,
        SecretUnreadableError,
    ),
)


def note_trouble(account: DotdigitalAccount, error: DotdigitalError | SecretUnreadableError) -> None:
    """Nothing can be sent until somebody has mended what `error` says."""
    changes = _trouble_of(account, error)
    DotdigitalAccount.objects.filter(pk=account.pk).update(**changes)
    assign(account, changes)


def _trouble_of(account: DotdigitalAccount, error: DotdigitalError | SecretUnreadableError) -> dict[str, Any]:
    logger.error("account=%s cannot be used: %s", account.pk, type(error).__name__)
    sentence = f"{error.sentence} {error.remedy}" if isinstance(error, DotdigitalError) else str(error)
    length = DotdigitalAccount._meta.get_field("trouble").max_length
    return {"trouble": sentence[:length], "not_before": timezone.now() + ASK_AGAIN_AFTER}


def note_failed_call(account: DotdigitalAccount, at_least: timedelta = timedelta()) -> None:
    """Dotdigital did not take or answer a call: the account rests, the longer the more often that happens in a row.

    Calls that fail while it rests already were under way when it began to; they count as one.
    """
    now = timezone.now()
    account.refresh_from_db(fields=["failed_calls"])
    rest = max(backoff(account.failed_calls + 1), min(at_least, LONGEST_WAIT))
    awake = DotdigitalAccount.objects.filter(is_over("not_before", now), pk=account.pk)
    awake.update(failed_calls=F("failed_calls") + 1, not_before=now + rest)
    account.refresh_from_db(fields=["failed_calls", "not_before"])


def ask_whether_mended(account: DotdigitalAccount) -> bool:
    """Ask Dotdigital with a small call whether it answers an account again. True if this call asked.

    An account in trouble can then be used. One that had no answer may send one batch, which shows the rest.
    """
    now = timezone.now()
    waiting = DotdigitalAccount.objects.filter(
        ~Q(trouble="") | Q(failed_calls__gt=0, not_before__isnull=False)
    )
    due = waiting.filter(is_over("not_before", now), pk=account.pk)
    probe = uuid.uuid4()
    if not due.update(not_before=now + LONGEST_ASK, probe=probe):
        return False
    account.refresh_from_db()
    try:
        if account.trouble:
            test_connection(account, probe)  # which also finds the region of an account that has moved
        else:
            with client_for(account) as client:
                client.account_info()
            _update(account, probe, not_before=None)
    except (DotdigitalError, SecretUnreadableError) as error:
        logger.warning("account=%s still cannot be used: %s", account.pk, type(error).__name__)
        if account.trouble:
            _update(account, probe, not_before=timezone.now() + ASK_AGAIN_AFTER)
        else:
            _note_silence(account, probe, error)
    return True


def _note_silence(
    account: DotdigitalAccount, probe: uuid.UUID, error: DotdigitalError | SecretUnreadableError
) -> None:
    if isinstance(error, NEEDS_A_PERSON):
        _update(account, probe, **_trouble_of(account, error))
    else:
        _update(
            account,
            probe,
            failed_calls=account.failed_calls + 1,
            not_before=timezone.now() + backoff(account.failed_calls + 1),
        )


def _update(account: DotdigitalAccount, probe: uuid.UUID, **changes: object) -> None:
    """Write down what `probe` has found, unless its answer took so long that another worker asks now."""
    changes["probe"] = None
    if DotdigitalAccount.objects.filter(pk=account.pk, probe=probe).update(**changes):
        assign(account, changes)
