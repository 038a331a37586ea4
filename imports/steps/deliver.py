"""Moves an account's batches on: sends what has a slot, asks after what is running."""

import logging
from datetime import datetime

from django.utils import timezone

from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.steps.cancel import withhold_batches
from imports.steps.poll import poll_batch
from imports.steps.send import recover_abandoned, send_batch, take_slot

logger = logging.getLogger(__name__)


def deliver(account: DotdigitalAccount) -> datetime | None:
    """Do everything that is due for `account` now; when there will be more to do, or None if nothing is under way."""
    recover_abandoned(account, timezone.now())
    for job in UploadJob.objects.filter(account=account, status=JobStatus.CANCELLING):
        withhold_batches(job)
    batches = ImportBatch.objects.filter(job__account=account)
    running = batches.ready_to_poll(timezone.now()).select_related("job__account")
    for active in running.order_by("next_poll_at"):
        poll_batch(active)
    while batch := take_slot(account.pk):
        send_batch(batch)
    return next_due(account)


def next_due(account: DotdigitalAccount) -> datetime | None:
    """The earliest time at which `account` has a batch to send or to ask after."""
    account.refresh_from_db(fields=["not_before"])
    batches = ImportBatch.objects.filter(job__account=account)
    polls = (
        batches.filter(status=BatchStatus.ACTIVE)
        .order_by("next_poll_at")
        .values_list("next_poll_at", flat=True)
    )
    times = [time for time in polls[:1] if time]
    waiting = batches.filter(status=BatchStatus.PENDING, job__status=JobStatus.SENDING)
    if batches.holding_slot().count() < account.max_active_imports:
        first = waiting.order_by("not_before").values_list("not_before", flat=True)
        now = timezone.now()
        candidates = [max(time or now, account.not_before or now) for time in first[:1]]
        if waiting.filter(not_before=None).exists():
            candidates.append(account.not_before or now)
        times += candidates
    return min(times, default=None)
