"""Finds everything that is due in the database, so that losing Redis loses nothing."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from imports.delivery.due import read_situations
from imports.models import (
    AccountCatalogue,
    AccountSnapshot,
    MappingTrial,
    Notification,
    ReportDownload,
    UploadJob,
)


@dataclass(frozen=True)
class Due:
    """Ids of the jobs that a step is waiting for, of those whose mapping is to be tried, of the downloads that are to
    be made, of the accounts with batches under way, of those that are to be read again, of the jobs whose owners are to
    be told that they are stuck, of those whose approvers are to be told again, of the notifications whose e-mail is
    due, of those that are not so any more, of the snapshots that are to be read on in, and of those whose time is
    over."""

    job_ids: tuple[UUID, ...]
    trial_ids: tuple[UUID, ...]
    download_ids: tuple[int, ...]
    account_ids: tuple[int, ...]
    catalogue_ids: tuple[int, ...]
    stuck_ids: tuple[UUID, ...] = ()
    reminder_ids: tuple[UUID, ...] = ()
    mail_ids: tuple[int, ...] = ()
    outdated_ids: tuple[int, ...] = ()
    snapshot_ids: tuple[UUID, ...] = ()
    expired_ids: tuple[UUID, ...] = ()


def find_due() -> Due:
    """What is due now, in two queries: one of accounts, one of all else."""
    now = timezone.now()
    parts: dict[str, QuerySet[Any]] = {
        "job": UploadJob.objects.due(now),
        "delivered": UploadJob.objects.delivered(),
        "trial": MappingTrial.objects.free(now),
        "download": ReportDownload.objects.free(now),
        "catalogue": AccountCatalogue.objects.to_be_read(now),
        "stuck": UploadJob.objects.stuck(),
        "mail": Notification.objects.to_be_mailed(now),
        "reminded": UploadJob.objects.to_remind_of(now),
        "outdated": Notification.objects.outdated(),
        "snapshot": AccountSnapshot.objects.due(now),
        "expired": AccountSnapshot.objects.expired(now),
    }
    first, *others = (_named_ids(name, part) for name, part in parts.items())
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, key in first.union(*others, all=True):
        found[name].append(key)
    accounts = [one.account.pk for one in read_situations() if one.is_left_behind or one.due]
    return Due(
        job_ids=tuple({UUID(key) for key in (*found["job"], *found["delivered"])}),
        trial_ids=tuple(map(UUID, found["trial"])),
        download_ids=tuple(map(int, found["download"])),
        account_ids=tuple(accounts),
        catalogue_ids=tuple(map(int, found["catalogue"])),
        stuck_ids=tuple(map(UUID, found["stuck"])),
        reminder_ids=tuple(map(UUID, found["reminded"])),
        mail_ids=tuple(map(int, found["mail"])),
        outdated_ids=tuple(map(int, found["outdated"])),
        snapshot_ids=tuple(map(UUID, found["snapshot"])),
        expired_ids=tuple(map(UUID, found["expired"])),
    )


def _named_ids(name: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The ids of `rows` as text, each with `name` before it."""
    text = CharField()
    named = rows.order_by().annotate(due=Value(name, output_field=text), key=Cast("pk", text))
    return named.values_list("due", "key")
