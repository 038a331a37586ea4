"""For how long what is stored of an import is kept: clocks, which begin when it ends.

What was never sent has a clock of its own, which is mostly shorter, for upload and rows alike. An import that waits for
a person who does not come back is cancelled when that is over. Rows are kept until the last import of the same rows is
old enough: each may need those of the others to tell what has arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from imports.jobs.removal import family_of
from imports.models import DotdigitalAccount, ImportBatch, JobDigests, MappingDraft, ReportDownload, UploadJob
from imports.querysets import DownloadQuerySet, JobQuerySet
from imports.states import JOB_AWAITING_PEOPLE, JOB_ENDS, DownloadState


@dataclass(frozen=True)
class RetentionClocks:
    """For how many days an account keeps what."""

    uploads: int
    rows: int
    downloads: int
    unsent: int

    def days_of_upload(self, was_sent: bool) -> int:
        """An upload is not kept for longer than the rows that are read from it."""
        return min(self.uploads, self.days_of_rows(was_sent))

    def days_of_rows(self, was_sent: bool) -> int:
        return self.rows if was_sent else min(self.rows, self.unsent)


@dataclass(frozen=True)
class KeptUntil:
    """When what is stored of an ended import goes; None for what has gone or never was. `digests`: those of whom it
    carried. `is_shared`: an import of the
    same rows that has not ended, or ends later, can put off that of the rows."""

    upload: datetime | None
    rows: datetime | None
    digests: datetime | None
    is_shared: bool = False


def clocks_of(account: DotdigitalAccount) -> RetentionClocks:
    """What `account` says, and of the rest what the installation says."""
    return RetentionClocks(
        uploads=account.uploads_kept_days or settings.UPLOADS_KEPT_DAYS,
        rows=account.rows_kept_days or settings.ROWS_KEPT_DAYS,
        downloads=account.downloads_kept_days or settings.DOWNLOADS_KEPT_DAYS,
        unsent=account.unsent_kept_days or settings.UNSENT_KEPT_DAYS,
    )


def kept_until(job: UploadJob) -> KeptUntil:
    """Until when what is stored of an ended `job` is kept."""
    clocks, family = clocks_of(job.account), list(family_of(job))
    sent = set(ImportBatch.objects.filter(job__in=family).order_by().values_list("job", flat=True).distinct())
    ends = [one.changed_at + timedelta(days=clocks.days_of_rows(one.pk in sent)) for one in family]
    return KeptUntil(
        upload=job.changed_at + timedelta(days=clocks.days_of_upload(job.pk in sent)) if job.upload else None,
        rows=max(ends) if job.tables else None,
        digests=job.changed_at + timedelta(days=settings.DIGESTS_KEPT_DAYS)
        if JobDigests.objects.filter(pk=job.pk).exists()
        else None,
        is_shared=len(family) > 1,
    )


def abandoned_in(account: DotdigitalAccount, now: datetime) -> JobQuerySet:
    """Imports that wait for a person who has not been at them for as long as what was never sent is kept."""
    before = now - timedelta(days=clocks_of(account).unsent)
    drafts = MappingDraft.objects.filter(job=OuterRef("pk"), changed_at__gte=before)
    return account.jobs.filter(~Exists(drafts), status__in=JOB_AWAITING_PEOPLE, changed_at__lt=before)


def due_uploads(account: DotdigitalAccount, now: datetime) -> JobQuerySet:
    """Ended imports whose upload has been kept for long enough."""
    clocks = clocks_of(account)
    return _ended_before(
        account, now, *(clocks.days_of_upload(was_sent) for was_sent in (True, False))
    ).exclude(upload="")


def due_rows(account: DotdigitalAccount, now: datetime) -> JobQuerySet:
    """Ended imports whose rows have been kept for long enough, as far as this import alone says."""
    clocks = clocks_of(account)
    days = (clocks.days_of_rows(was_sent) for was_sent in (True, False))
    return _ended_before(account, now, *days).filter(rows_removed_at=None)


def _ended_before(account: DotdigitalAccount, now: datetime, sent: int, unsent: int) -> JobQuerySet:
    """Ended imports that ended so many days ago: those of which something was sent, or was to be, and the others."""
    has_batches = Exists(ImportBatch.objects.filter(job=OuterRef("pk")))
    old = Q(changed_at__lt=now - timedelta(days=sent))
    old |= ~has_batches & Q(changed_at__lt=now - timedelta(days=unsent))
    return account.jobs.light().filter(old, status__in=JOB_ENDS)


def due_downloads(account: DotdigitalAccount, now: datetime) -> DownloadQuerySet:
    """Files of reports that have been kept for long enough."""
    before = now - timedelta(days=clocks_of(account).downloads)
    return ReportDownload.objects.filter(
        job__account=account, state=DownloadState.DONE, asked_at__lt=before
    ).select_related("job")
