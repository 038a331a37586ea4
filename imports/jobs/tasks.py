"""What workers run. Arguments are ids; nothing is returned or raised, because Redis would keep it."""

import functools
import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from imports.delivery.deliver import WorkerPolicy, deliver
from imports.jobs.advance import advance
from imports.jobs.download import run_download
from imports.jobs.erasing import erase_pending
from imports.jobs.leftovers import sweep_leftovers
from imports.jobs.old_snapshots import remove_old_snapshots
from imports.jobs.suggesting import refresh_account
from imports.jobs.sweep import find_due
from imports.jobs.trial import run_trial
from imports.models import AccountSnapshot, DotdigitalAccount, ReportDownload, UploadJob
from imports.provenance.keeping import due_for_digests, keep_digests
from imports.querysets import LARGE
from imports.snapshots.reading_contacts import read_snapshot
from imports.telling.approvers import remind_approvers
from imports.telling.outbox import send_due
from imports.telling.stuck import end_outdated, tell_stuck
from imports.work.queue import (
    deliveries_waiting,
    is_other_account_waiting,
    wake_account,
    wake_catalogue,
    wake_download,
    wake_job,
    wake_mails,
    wake_snapshot,
    wake_trial,
)

logger = logging.getLogger(__name__)


def kept_out_of_redis(task: Callable[..., None]) -> Callable[..., None]:
    """Logs what a task raises instead of letting RQ store its text; what was left undone is found by the sweep."""

    @functools.wraps(task)
    def guarded(*args: Any) -> None:
        try:
            task(*args)
        except Exception as error:
            logger.error("task=%s args=%s", task.__name__, args, exc_info=error)

    return guarded


@kept_out_of_redis
def advance_job(job_id: str) -> None:
    """Run the step that a job waits for."""
    job = UploadJob.objects.select_related("account").filter(pk=UUID(job_id)).first()
    if job is not None:
        advance(job)


@kept_out_of_redis
def try_mapping(job_id: str) -> None:
    """Check a job's file by the mapping that somebody is working on."""
    job = UploadJob.objects.select_related("account").filter(pk=UUID(job_id)).first()
    if job is not None:
        run_trial(job)


@kept_out_of_redis
def make_download(download_id: int) -> None:
    """Make a file of a report."""
    download = ReportDownload.objects.select_related("job").filter(pk=download_id).first()
    if download is not None:
        run_download(download)


@kept_out_of_redis
def digest_job(job_id: str) -> None:
    """Make the digests of a job that has ended, and erase what was to be erased then."""
    job = due_for_digests().filter(pk=UUID(job_id)).first()
    if job is not None:
        keep_digests(job)
    erase_pending(UUID(job_id))


@kept_out_of_redis
def send_mails(key: str) -> None:
    """Send the e-mails that are due; `key` is the same for all."""
    send_due()


class QueuedWorkerPolicy(WorkerPolicy):
    """Delivering as a worker does: with others, waiting for what comes soon, as long as no other account needs it."""

    waits = True
    calls_others = True

    def __init__(self, account: DotdigitalAccount) -> None:
        self._account = account

    def call_another(self) -> None:
        wake_account(self._account)

    def wake_delivered(self) -> None:
        wake_delivered(self._account)

    def is_over(self) -> bool:
        return is_other_account_waiting(self._account)

    def is_called(self) -> bool:
        return deliveries_waiting() > 0


@kept_out_of_redis
def deliver_account(account_id: int) -> None:
    """Send and poll what is due for an account, then ask to be woken for what comes next."""
    account = DotdigitalAccount.objects.filter(pk=account_id).first()
    if account is None:
        return
    following = deliver(account, QueuedWorkerPolicy(account))
    wake_delivered(account)
    if following is not None:
        wake_account(account, at=following)


def wake_delivered(account: DotdigitalAccount) -> None:
    """Have the ledgers drawn up of jobs whose batches have all ended."""
    for job in UploadJob.objects.delivered().light().filter(account=account):
        wake_job(job)


@kept_out_of_redis
def read_account(account_id: int) -> None:
    """Read again what an account has."""
    account = DotdigitalAccount.objects.filter(pk=account_id).first()
    if account is not None:
        refresh_account(account)


@kept_out_of_redis
def read_contacts(snapshot_id: str) -> None:
    """Read on in the contacts of an account."""
    snapshot = AccountSnapshot.objects.filter(pk=UUID(snapshot_id)).first()
    if snapshot is not None:
        read_snapshot(snapshot)


@kept_out_of_redis
def sweep() -> None:
    """Wake up everything that is due, and now and then remove what broken-off uploads and dead workers left."""
    due = find_due()
    parts: tuple[
        tuple[Sequence[Any], Callable[[Sequence[Any]], QuerySet[Any]], Callable[[Any], None]], ...
    ] = (
        (due.job_ids, _jobs, wake_job),
        (due.trial_ids, _jobs, wake_trial),
        (due.download_ids, _downloads, wake_download),
        (due.account_ids, _accounts, wake_account),
        (due.catalogue_ids, _accounts, wake_catalogue),
        (due.snapshot_ids, _snapshots, wake_snapshot),
    )
    for ids, found, wake in parts:
        # Mostly there are none, and a query for none takes a while to be put together all the same.
        for one in found(ids) if ids else ():
            wake(one)
    if due.expired_ids:
        remove_old_snapshots()
    if due.outdated_ids:
        end_outdated(due.outdated_ids)
    if due.stuck_ids:
        tell_stuck(due.stuck_ids)
    if due.reminder_ids:
        remind_approvers(due.reminder_ids)
    if due.mail_ids:
        wake_mails()
    sweep_leftovers()


def _jobs(ids: Sequence[UUID]) -> QuerySet[Any]:
    return UploadJob.objects.light().filter(pk__in=ids)


def _snapshots(ids: Sequence[UUID]) -> QuerySet[Any]:
    return AccountSnapshot.objects.filter(pk__in=ids)


def _downloads(ids: Sequence[int]) -> QuerySet[Any]:
    downloads = ReportDownload.objects.filter(pk__in=ids).select_related("job")
    return downloads.defer(*(f"job__{name}" for name in LARGE))


def _accounts(ids: Sequence[int]) -> QuerySet[Any]:
    return DotdigitalAccount.objects.without_secrets().filter(pk__in=ids)
