"""How large a body an account takes, where that is less than Dotdigital says: learnt from what was refused (413).

One refusal may be about a single contact that something on the way objects to. So a limit is believed in once two
bodies without a contact in common were refused; it is a little below the larger of the two. All workers then send
less, and batches are planned smaller, for BELIEVED_FOR; after that it is found out anew.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Min, Q
from django.utils import timezone

from imports.models import DotdigitalAccount, ImportBatch

logger = logging.getLogger(__name__)

TOO_LARGE = "too_large"  # the reason of batches that were split because they were refused for their size
BELIEVED_FOR = timedelta(days=1)
# No server takes less; what is refused below is refused for something else.
SMALLEST_BYTES = 16_384
BELOW = 0.9  # batches of a job are about, but not quite, of one size


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
    if limit < SMALLEST_BYTES:
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
