"""Removes snapshots of accounts when their time is over, with everything that is stored of them, and proves it."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import pre_delete
from django.utils import timezone

from imports.jobs.deleted_files import mark_folder_deleted
from imports.models import AccountSnapshot
from imports.states import DeletedScope
from imports.storage.artefacts import SNAPSHOTS
from imports.transactions import unit_of_work

AT_ONCE = 5


def watch_snapshots() -> None:
    """Have what is stored of snapshots deleted with them from now on, however these are deleted."""
    pre_delete.connect(_mark_files_of, sender=AccountSnapshot, dispatch_uid="deleted_snapshots")


def _mark_files_of(sender: type[Model], instance: AccountSnapshot, **_: Any) -> None:
    folder = f"{SNAPSHOTS}/{instance.pk}"
    mark_folder_deleted(instance.pk, instance.account_id, DeletedScope.SNAPSHOT, folder)


def remove_old_snapshots() -> int:
    """Remove some of the snapshots whose time is over. How many. The next sweep removes the next ones: each is read
    once for its certificate, and no sweep is to be held up for long."""
    old = AccountSnapshot.objects.expired(timezone.now())
    removed = 0
    for snapshot in old.only("pk", "account_id")[:AT_ONCE]:
        with unit_of_work():
            snapshot.delete()
        removed += 1
    return removed
