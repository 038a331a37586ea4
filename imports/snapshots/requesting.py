"""Asks for the contacts of an account, as far as its setting and the limits allow that.

What has just been read is used again. Where all contacts were read not long ago, only what was modified since is read,
with an overlap for clocks that differ; what vanished from the account is found by reading all of it again.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from imports.models import AccountSnapshot, DotdigitalAccount
from imports.plans.snapshot_schema import SnapshotScope
from imports.querysets import SnapshotQuerySet
from imports.states import ReadsContacts, SnapshotState
from imports.work.queue import wake_snapshot

OVERLAP = timedelta(minutes=15)


def may_read_contacts(account: DotdigitalAccount, rows: int) -> bool:
    """Whether the contacts of `account` may be read for an import of so many rows."""
    if account.reads_contacts == ReadsContacts.ALWAYS:
        return True
    return account.reads_contacts == ReadsContacts.SMALL and rows <= settings.SNAPSHOT_SMALL_ROWS


def request_snapshot(account: DotdigitalAccount, scope: SnapshotScope, rows: int) -> AccountSnapshot | None:
    """A snapshot of `account` for an import of so many rows, with all that `scope` names: one that is ready or being
    read, or a new one. None where the account's setting does not allow that.

    The caller looks at its `state` again: a worker reads it.
    """
    if not may_read_contacts(account, rows):
        return None
    now = timezone.now()
    snapshots = [one for one in _of_same(account, now) if scope_of(one).covers(scope)]
    fresh_from = now - timedelta(minutes=settings.SNAPSHOT_FRESH_MINUTES)
    for one in snapshots:
        if one.state == SnapshotState.READING or (one.ready_at and one.ready_at >= fresh_from):
            return one
    base = next((one for one in snapshots if _is_base(one, now)), None)
    snapshot = AccountSnapshot.objects.create(
        account=account,
        endpoint=account.endpoint,
        api_user=account.api_user,
        scope=scope_json(scope if base is None else scope_of(base)),
        base=base,
        is_full=base is None,
        full_at=None if base is None else base.full_at,
        since=None if base is None else since_of(base.begun_at),
        expires_at=now + life() if base is None else base.expires_at,
    )
    wake_snapshot(snapshot)
    return snapshot


def life() -> timedelta:
    """How long contacts that were read are kept."""
    return timedelta(hours=settings.SNAPSHOT_KEPT_HOURS)


def since_of(begun_at: datetime | None) -> datetime | None:
    """Contacts modified since then may not be in what was read from `begun_at` on."""
    return None if begun_at is None else begun_at - OVERLAP


def scope_of(snapshot: AccountSnapshot) -> SnapshotScope:
    """What of each contact a snapshot has."""
    kept = snapshot.scope
    return SnapshotScope(
        tuple(kept["own_identifiers"]),
        tuple(kept["data_fields"]),
        kept["with_lists"],
        kept["with_preferences"],
    )


def scope_json(scope: SnapshotScope) -> dict[str, object]:
    """The same as the database keeps it."""
    return {
        "own_identifiers": list(scope.own_identifiers),
        "data_fields": list(scope.data_fields),
        "with_lists": scope.with_lists,
        "with_preferences": scope.with_preferences,
    }


def _of_same(account: DotdigitalAccount, now: datetime) -> SnapshotQuerySet:
    """What was read of `account`, the newest first, by the API user that it has now."""
    kept = AccountSnapshot.objects.filter(
        account=account, endpoint=account.endpoint, api_user=account.api_user, expires_at__gt=now
    )
    return kept.exclude(state=SnapshotState.FAILED).order_by("-created_at")


def _is_base(snapshot: AccountSnapshot, now: datetime) -> bool:
    """Whether what was modified since can be added to it: all contacts were read less than SNAPSHOT_FULL_HOURS ago, and
    what is made of it has half of its time left, for it goes when the oldest contact in it has to."""
    if snapshot.state != SnapshotState.READY or snapshot.full_at is None or snapshot.begun_at is None:
        return False
    is_young = snapshot.full_at > now - timedelta(hours=settings.SNAPSHOT_FULL_HOURS)
    return is_young and snapshot.expires_at - now >= life() / 2
