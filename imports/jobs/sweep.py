"""Finds everything that is due in the database, so that losing Redis loses nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from imports.delivery.deliver import is_more_due
from imports.models import (
    AccountCatalogue,
    DotdigitalAccount,
    ImportBatch,
    MappingTrial,
    ReportDownload,
    UploadJob,
)
from imports.states import JOB_DELIVERING, BatchStatus


@dataclass(frozen=True)
class Due:
    """Ids of the jobs that a step is waiting for, of those whose mapping is to be tried, of the downloads that are to
    be made, of the accounts with batches under way, and of those that are to be read again."""

    job_ids: tuple[UUID, ...]
    trial_ids: tuple[UUID, ...]
    download_ids: tuple[int, ...]
    account_ids: tuple[int, ...]
    catalogue_ids: tuple[int, ...]


def find_due() -> Due:
    now = timezone.now()
    jobs = set(UploadJob.objects.due(now).values_list("pk", flat=True))
    jobs |= set(UploadJob.objects.delivered().values_list("pk", flat=True))
    under_way = UploadJob.objects.filter(account=OuterRef("pk"), status__in=JOB_DELIVERING)
    delivering = DotdigitalAccount.objects.without_secrets().filter(Exists(under_way))
    accounts = [account.pk for account in delivering if is_due(account, now)]
    trials = MappingTrial.objects.free(now).values_list("pk", flat=True)
    catalogues = AccountCatalogue.objects.to_be_read(now).values_list("pk", flat=True)
    downloads = ReportDownload.objects.free(now).values_list("pk", flat=True)
    return Due(tuple(jobs), tuple(trials), tuple(downloads), tuple(accounts), tuple(catalogues))


def is_due(account: DotdigitalAccount, now: datetime) -> bool:
    """Whether `account` has something to be sent or polled, or something that a dead worker left."""
    if is_more_due(account):
        return True
    batches = ImportBatch.objects.filter(job__account=account)
    return (
        batches.abandoned(now).exists()
        or batches.filter(status=BatchStatus.IN_DOUBT).exists()
        or batches.to_be_withheld().exists()
    )
