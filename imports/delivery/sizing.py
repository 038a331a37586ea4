"""How many contacts go out in one import: as few calls as the rate limit wants, as many slots busy as there are."""

import logging
import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone

from imports.delivery.budget import calls_a_minute
from imports.models import DotdigitalAccount, ImportBatch
from imports.states import Call

logger = logging.getLogger(__name__)

TOO_LARGE = "too_large"  # the reason of batches that were split because they were refused for their size
BELIEVED_FOR = timedelta(days=1)

# No server takes less; what is refused below is refused for something else.
MIN_BYTES = 16_384
BELOW = 0.9  # batches of a job are about, but not quite, of one size

MIN_CONTACTS = 2_000  # what the vendor's own shop plug-ins send at once
CALLS_AN_IMPORT = 4  # one that sends it, and about three that ask after it
PATIENCE_MINUTES = 2  # what a tight limit may cost a job, before its imports become larger instead


def contacts_a_batch(account: DotdigitalAccount, ready: int) -> int:
    """Into batches of how many contacts the `ready` ones of a job are cut."""
    slots = account.ceiling_at(timezone.now()) or account.max_active_imports
    return batch_size(ready, slots, settings.IMPORT_BATCH_CONTACTS, calls_a_minute(account, Call.IMPORT))


def bytes_a_batch(account: DotdigitalAccount) -> int:
    """How large a body may become that is planned for `account`."""
    limit = body_limit_of(account)
    return settings.IMPORT_BATCH_BYTES if limit is None else min(settings.IMPORT_BATCH_BYTES, limit - 1)


def batch_size(ready: int, slots: int, largest: int, allowed_a_minute: float | None) -> int:
    """The contacts of a batch, when `ready` contacts have `slots` slots and so many calls a minute (None: not known).

    A job takes all slots at once rather than filling one after the other, but neither in crumbs, nor with more calls
    than the account has; `largest` is a limit whatever else.
    """
    size = math.ceil(ready / slots)
    if allowed_a_minute:
        size = max(size, math.ceil(ready * CALLS_AN_IMPORT / (allowed_a_minute * PATIENCE_MINUTES)))
    return min(max(size, MIN_CONTACTS), largest)


def body_limit_of(account: DotdigitalAccount) -> int | None:
    """From how many bytes on a body is refused, as far as has been learnt; None when nothing has."""
    now = timezone.now()
    fresh = DotdigitalAccount.objects.filter(
        pk=account.pk, body_limit_at__gt=now - BELIEVED_FOR, body_limit_at__lte=now + BELIEVED_FOR
    )
    return fresh.values_list("body_limit", flat=True).first()


def learn_body_limit(batch: ImportBatch) -> None:
    """`batch` was refused because of its size."""
    account, now = batch.job.account, timezone.now()
    other = _smallest_other(batch, now)
    if other is None:
        return
    limit = int(max(other, batch.body_bytes) * BELOW)
    if limit < MIN_BYTES:
        return
    is_news = Q(body_limit=None) | Q(body_limit__gt=limit) | Q(body_limit_at__lte=now - BELIEVED_FOR)
    learnt = DotdigitalAccount.objects.filter(is_news, pk=account.pk)
    if learnt.update(body_limit=limit, body_limit_at=now):
        logger.warning("account=%s takes bodies below %s bytes only", account.pk, limit)


def _smallest_other(batch: ImportBatch, now: datetime) -> int | None:
    """The size of the smallest body that was refused lately and has no contact in common with `batch`."""
    refused = ImportBatch.objects.filter(
        job__account=batch.job.account, reason_code=TOO_LARGE, changed_at__gt=now - BELIEVED_FOR
    )
    apart = ~Q(job=batch.job_id) | Q(last_row__lt=batch.first_row) | Q(first_row__gt=batch.last_row)
    found: int | None = refused.filter(apart).aggregate(smallest=Min("body_bytes"))["smallest"]
    return found
