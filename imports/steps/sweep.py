"""Finds everything that is due in the database, so that losing Redis loses nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from imports.models import DotdigitalAccount, MappingTrial, UploadJob
from imports.states import BATCH_ENDS, JOB_DELIVERING, BatchStatus


@dataclass(frozen=True)
class Due:
    """Ids of the jobs that a step is waiting for, of those whose mapping is to be tried, and of the accounts with
    batches under way."""

    job_ids: tuple[UUID, ...]
    trial_ids: tuple[UUID, ...]
    account_ids: tuple[int, ...]


def find_due() -> Due:
    now = timezone.now()
    jobs = set(UploadJob.objects.due(now).values_list("pk", flat=True))
    jobs |= set(UploadJob.objects.delivered().values_list("pk", flat=True))
    under_way = [status for status in BatchStatus if status not in BATCH_ENDS]
    accounts = DotdigitalAccount.objects.filter(
        jobs__status__in=JOB_DELIVERING, jobs__batches__status__in=under_way
    ).distinct()
    trials = MappingTrial.objects.free(now).values_list("pk", flat=True)
    return Due(tuple(jobs), tuple(trials), tuple(accounts.values_list("pk", flat=True)))
