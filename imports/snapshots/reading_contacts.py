"""Reads the contacts of an account, a page after another, into a snapshot.

A worker holds the snapshot by a lease. Each page is in storage before the row says that it has been read, so whoever
takes over from a worker that died asks for the next page and for no other. After all contacts, those that were modified
meanwhile are asked for, because pages shift when an account changes; of each contact what was read last counts. Calls
are spent from the account's budget, and wait with it.
"""

import logging
import secrets as random_digits
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.utils import timezone

from imports import secrets, tables
from imports.accounts.blocked import (
    CALL_ERRORS,
    CallError,
    end_blocked,
    note_blocked,
    note_failed_call,
    retry_after,
)
from imports.accounts.connection import client_for
from imports.audit.recording import record
from imports.delivery.budget import next_call_at, note_allowance, note_exhausted, spend_call
from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import Helps, RateLimitedError, UnreadableAnswerError
from imports.dotdigital.types import ContactPage, ContactQuery
from imports.messages import Message
from imports.models import AccountSnapshot
from imports.plans.snapshot_schema import snapshot_schema
from imports.plans.snapshot_tables import query_of, snapshot_frame, write_newest
from imports.querysets import MAX_WAIT, SnapshotQuerySet, come
from imports.secrets import SecretUnreadableError
from imports.snapshots.requesting import life, scope_of, since_of
from imports.states import Call, SnapshotState
from imports.storage.artefacts import SNAPSHOTS, SUFFIX, delete_for_good, local_file, store_file, work_folder
from imports.storage.storage_errors import StorageUnavailableError
from imports.transactions import assign, unit_of_work
from imports.work.lease import NotHeldError, lease_end, renewed
from imports.work.queue import wake_snapshot

logger = logging.getLogger(__name__)

PAGES_AT_ONCE = 20  # then others get the worker
MAX_TRIES, MAX_RESTARTS = 30, 3
ASK_AGAIN_AFTER = timedelta(seconds=20)
FAULT, TOO_LARGE = Message("account_read_fault"), Message("snapshot_too_large")

_BEGIN: dict[str, Any] = {
    "begun_at": None,
    "read_at": None,
    "marker_encrypted": "",
    "parts": [],
    "table": "",
    "pages": 0,
    "contacts": 0,
}


def snapshot_key(snapshot_id: uuid.UUID, stored: str) -> str:
    """Where a table of a snapshot lies in storage."""
    return f"{SNAPSHOTS}/{snapshot_id}/{stored}{SUFFIX}"


def read_snapshot(snapshot: AccountSnapshot) -> None:
    """Read on in a snapshot that nobody else is at, and make its table when all pages have been read."""
    run, now = uuid.uuid4(), timezone.now()
    if not AccountSnapshot.objects.due(now).filter(pk=snapshot.pk).update(run=run, lease_until=lease_end()):
        return
    snapshot = AccountSnapshot.objects.select_related("account").get(pk=snapshot.pk)
    mine = AccountSnapshot.objects.filter(pk=snapshot.pk, run=run, state=SnapshotState.READING)
    reader, wait = _SnapshotReader(snapshot, mine), None
    try:
        with renewed(mine):
            reader.keep(tries=snapshot.tries + 1)
            wait = reader.read_on()
    except NotHeldError:
        logger.info("snapshot=%s is another worker's, or gone", snapshot.pk)
        return
    finally:
        # Whatever happened, another may go on.
        over = {"run": None, "lease_until": None}
        mine.update(**over, not_before=None if wait is None else timezone.now() + min(wait, MAX_WAIT))
    if wait == timedelta():
        wake_snapshot(snapshot)


@dataclass
class _SnapshotReader:
    """A worker at a snapshot, whose row is `mine` as long as nobody has taken over."""

    snapshot: AccountSnapshot
    mine: SnapshotQuerySet

    def keep(self, **changes: Any) -> None:
        """Write down how far it is. Raises NotHeldError when it is another's by now, or gone."""
        if not self.mine.update(**changes):
            raise NotHeldError
        assign(self.snapshot, changes)

    def read_on(self) -> timedelta | None:
        """Some pages more. How long to wait until the next; None when that is over."""
        if self.snapshot.tries > MAX_TRIES:
            return self._fail(FAULT)
        account = self.snapshot.account
        if account.blocked_reason:
            return self._fail(Message.from_json(account.blocked_reason))
        # A call of this worker's is as good as a probe, so an account that backs off is asked when its time has come.
        if account.is_paused or come(account.not_before, timezone.now()) > timezone.now():
            self.keep(tries=0)
            return ASK_AGAIN_AFTER
        try:
            with client_for(account) as client:
                wait = timedelta() if self.snapshot.read_at else self._read_pages(client)
            return self._finish() if self.snapshot.read_at else wait
        except StorageUnavailableError as error:
            logger.warning("snapshot=%s not stored: %s", self.snapshot.pk, type(error).__name__)
            return retry_after(self.snapshot.tries)
        except FileNotFoundError:  # the snapshot that this one goes back to is gone
            return self._begin_again()
        except CALL_ERRORS as error:
            logger.warning("snapshot=%s not read: %s", self.snapshot.pk, error)
            return self._after(error)
        except NotHeldError:
            raise
        except Exception as error:
            logger.error("snapshot=%s not read", self.snapshot.pk, exc_info=error)
            return retry_after(self.snapshot.tries)

    def _read_pages(self, client: DotdigitalClient) -> timedelta | None:
        for _ in range(PAGES_AT_ONCE):
            if self.snapshot.begun_at is None:
                self._begin()
            if not spend_call(self.snapshot.account, Call.READ):
                now = timezone.now()
                self.keep(tries=0)
                return next_call_at(self.snapshot.account, Call.READ, now) - now
            page = self._page(client)
            if self.snapshot.contacts + len(page.contacts) > settings.SNAPSHOT_MAX_CONTACTS:
                return self._fail(TOO_LARGE)
            self._keep_page(page)
            if self.snapshot.read_at:
                break
        return timedelta()

    def _begin(self) -> None:
        now, begin = timezone.now(), dict[str, Any]()
        if self.snapshot.is_full:
            begin = {"full_at": now, "expires_at": now + life(), "since": None}
        self.keep(begun_at=now, **begin)

    def _page(self, client: DotdigitalClient) -> ContactPage:
        account, query = self.snapshot.account, query_of(scope_of(self.snapshot))
        asked = ContactQuery(query.data_fields, query.sets, self.snapshot.since)
        try:
            page = client.contact_page(asked, self.snapshot.marker, settings.SNAPSHOT_PAGE_CONTACTS)
        finally:
            note_allowance(account, Call.READ, client.allowance)
        end_blocked(account)
        if page.marker and page.marker == self.snapshot.marker:
            raise UnreadableAnswerError(code="marker")  # it would go on for ever
        return page

    def _keep_page(self, page: ContactPage) -> None:
        stored, snapshot = self._store_page(page), self.snapshot
        changes: dict[str, Any] = {
            "marker_encrypted": secrets.encrypt(page.marker),
            "parts": [*snapshot.parts, *stored],
            "pages": snapshot.pages + 1,
            "contacts": snapshot.contacts + len(page.contacts),
            "tries": 0,
        }
        if not page.marker and snapshot.since is None:
            changes["since"] = since_of(snapshot.begun_at)
        elif not page.marker:
            changes["read_at"] = timezone.now()
        try:
            self.keep(**changes)
        except NotHeldError:
            self._drop(stored)
            raise

    def _store_page(self, page: ContactPage) -> list[str]:
        if not page.contacts:
            return []
        scope, stored = scope_of(self.snapshot), self._name("page")
        with work_folder() as folder:
            path = folder / "page"
            tables.write_table([snapshot_frame(page.contacts, scope)], snapshot_schema(scope), path)
            store_file(snapshot_key(self.snapshot.pk, stored), path)
        return [stored]

    def _finish(self) -> timedelta | None:
        """Make one table of the pages and of what they go back to, and have it used. Nobody waits then."""
        snapshot, stored = self.snapshot, self._name("table")
        with ExitStack() as stack, work_folder() as folder:
            keys = [snapshot_key(snapshot.pk, part) for part in snapshot.parts]
            if not snapshot.is_full:
                keys.insert(0, self._base_key())
            parts = [stack.enter_context(local_file(key)) for key in keys]
            count = write_newest(parts, scope_of(snapshot), folder / "table")
            store_file(snapshot_key(snapshot.pk, stored), folder / "table")
        over, parts_before = {"run": None, "lease_until": None, "not_before": None}, snapshot.parts
        try:
            with unit_of_work():
                ready = {"state": SnapshotState.READY, "ready_at": timezone.now(), "table": stored}
                self.keep(**ready, **over, parts=[], marker_encrypted="", contacts=count)
                record(
                    "contacts_read",
                    by=None,
                    on=snapshot.account,
                    contacts=count,
                    calls=snapshot.pages,
                    full=snapshot.is_full,
                )
        except NotHeldError:
            self._drop([stored])
            raise
        self._drop(parts_before)
        logger.info("snapshot=%s contacts=%s pages=%s", snapshot.pk, count, snapshot.pages)
        return None

    def _base_key(self) -> str:
        bases = AccountSnapshot.objects.filter(state=SnapshotState.READY)
        base = bases.filter(pk=self.snapshot.base_id).first() if self.snapshot.base_id else None
        if base is None:
            raise FileNotFoundError
        return snapshot_key(base.pk, base.table)

    def _after(self, error: CallError) -> timedelta | None:
        """What follows a call that went wrong."""
        account, helps = self.snapshot.account, error.meaning.helps
        if error.meaning.ends_waiting:
            end_blocked(account)
        if isinstance(error, SecretUnreadableError) and self.snapshot.marker_encrypted:
            return self._begin_again()
        if helps is Helps.A_PERSON:
            note_blocked(account, error)
            return self._fail(error.reason)
        if helps is Helps.WAITING_FOR_CALLS:
            limited = cast(RateLimitedError, error)
            note_exhausted(account, Call.READ, limited)
            self.keep(tries=0)
            return max(limited.until - timezone.now(), timedelta(seconds=1))
        if helps in {Helps.REPEATING, Helps.WAITING_FOR_A_SLOT}:
            note_failed_call(account)
            asked = timedelta(seconds=error.retry_after_seconds or 0)
            return max(retry_after(self.snapshot.tries), asked)
        # A marker may have become too old; the same call without one would be refused again.
        return self._begin_again() if self.snapshot.marker_encrypted else self._fail(error.reason)

    def _begin_again(self) -> timedelta | None:
        """Read all contacts from the first page on."""
        snapshot, parts = self.snapshot, self.snapshot.parts
        if snapshot.restarts >= MAX_RESTARTS:
            return self._fail(FAULT)
        self.keep(**_BEGIN, base=None, is_full=True, since=None, restarts=snapshot.restarts + 1)
        self._drop(parts)
        return timedelta()

    def _fail(self, reason: Message) -> timedelta | None:
        """Nothing more is read; nobody waits."""
        parts = self.snapshot.parts
        self.keep(state=SnapshotState.FAILED, reason=reason.to_json(), parts=[], marker_encrypted="")
        self._drop(parts)
        logger.warning("snapshot=%s cannot be read: %s", self.snapshot.pk, reason.code)
        return None

    def _name(self, kind: str) -> str:
        return f"{kind}-{self.snapshot.pages:06d}-{random_digits.token_hex(8)}"

    def _drop(self, stored: list[str]) -> None:
        """Remove tables that no row names. What cannot be removed now goes with the snapshot."""
        try:
            for one in stored:
                delete_for_good(snapshot_key(self.snapshot.pk, one))
        except StorageUnavailableError as error:
            logger.warning("snapshot=%s tables left over: %s", self.snapshot.pk, type(error).__name__)
