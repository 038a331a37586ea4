"""Contacts of an account read into a snapshot: whole, whatever goes wrong on the way; gone when its time is over."""

import json
import logging
import uuid
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from imports import tables
from imports.dotdigital.client import DotdigitalClient
from imports.jobs.sweep import find_due
from imports.jobs.tasks import read_contacts, sweep
from imports.models import AccountSnapshot, AuditEvent, CallBudget, DotdigitalAccount
from imports.plans.snapshot_schema import SnapshotScope
from imports.snapshots import reading_contacts
from imports.snapshots.reading_contacts import read_snapshot, snapshot_key
from imports.snapshots.requesting import may_read_contacts, request_snapshot
from imports.states import Call, ReadsContacts, SnapshotState
from imports.storage.artefacts import SNAPSHOTS, local_file
from tests.delivery.canaries import found_in
from tests.patience import wait_until
from tests.sandbox_process import SandboxProcess
from tests.whole_database import whole_database

pytestmark = pytest.mark.pipeline

SCOPE = SnapshotScope(("crm-id",), ("CITY",), with_lists=True)
CONTACTS = 5


@pytest.fixture(autouse=True)
def small_pages(settings, account):
    """Two contacts a page, so that five are three pages and one more for what was modified meanwhile."""
    settings.SNAPSHOT_PAGE_CONTACTS = 2
    DotdigitalAccount.objects.update(reads_contacts=ReadsContacts.ALWAYS)
    account.refresh_from_db()


def put(account: DotdigitalAccount, sandbox: SandboxProcess, numbers: Any, city: str = "Leeds") -> None:
    """Have Dotdigital hold these contacts."""
    contacts = [
        {
            "matchIdentifier": "email",
            "identifiers": {"email": f"c{number}@example.com", "crm-id": f"crmcanary-{number}"},
            "dataFields": {"CITY": city},
            "lists": [70001],
        }
        for number in numbers
    ]
    before = len(sandbox.imports())
    with client_of(account) as client:
        client.import_contacts(json.dumps({"contacts": contacts}).encode())
    wait_until(
        lambda: (ended := sandbox.imports())[before:] and all(one["finishedAt"] for one in ended),
        "the contacts are there",
    )


def client_of(account: DotdigitalAccount) -> DotdigitalClient:
    return DotdigitalClient(
        account.endpoint,
        account.api_user,
        account.api_password,
        extra_hosts=[account.endpoint.removeprefix("http://")],
    )


def requested(account: DotdigitalAccount, scope: SnapshotScope = SCOPE) -> AccountSnapshot:
    snapshot = request_snapshot(account, scope, rows=1)
    assert snapshot is not None
    return snapshot


def read_to_the_end(snapshot: AccountSnapshot, most: int = 60) -> AccountSnapshot:
    """Let workers be at it until it is over, none of them waiting."""
    for _ in range(most):
        read_contacts(str(snapshot.pk))
        snapshot.refresh_from_db()
        if snapshot.state != SnapshotState.READING:
            return snapshot
        AccountSnapshot.objects.filter(pk=snapshot.pk).update(not_before=None)
        DotdigitalAccount.objects.update(not_before=None)
        CallBudget.objects.update(resets_at=timezone.now())
    raise AssertionError("it does not end")


def rows_of(snapshot: AccountSnapshot) -> pl.DataFrame:
    with local_file(snapshot_key(snapshot.pk, snapshot.table)) as path:
        return tables.scan(path).collect().sort("contact_id")


def assert_as_in(sandbox: SandboxProcess, snapshot: AccountSnapshot) -> None:
    """The snapshot holds the sandbox's contacts, each once."""
    assert snapshot.state == SnapshotState.READY
    rows, contacts = rows_of(snapshot), sandbox.contacts()
    assert rows["contact_id"].to_list() == [one["contactId"] for one in contacts]
    assert rows["email"].to_list() == [one["identifiers"]["email"] for one in contacts]
    assert rows["data:CITY"].to_list() == [one["dataFields"].get("CITY") for one in contacts]
    assert rows["identifier:crm-id"].to_list() == [one["identifiers"]["crm-id"] for one in contacts]
    assert rows["lists"].to_list() == [one["lists"] for one in contacts]
    assert rows["preferences"].to_list() == [None] * len(contacts)
    assert stored_of(snapshot) == [f"{snapshot.table}.parquet"]


def stored_of(snapshot: AccountSnapshot) -> list[str]:
    try:
        return list(default_storage.listdir(f"{SNAPSHOTS}/{snapshot.pk}")[1])
    except FileNotFoundError:
        return []


@pytest.mark.parametrize(
    ("setting", "rows", "may"),
    [
        (ReadsContacts.OFF, 1, False),
        (ReadsContacts.SMALL, 100, True),
        (ReadsContacts.SMALL, 101, False),
        (ReadsContacts.ALWAYS, 101, True),
    ],
)
def test_the_account_says_for_which_imports_it_may_be_read(account, settings, setting, rows, may):
    settings.SNAPSHOT_SMALL_ROWS = 100
    account.reads_contacts = setting

    assert may_read_contacts(account, rows) is may
    assert (request_snapshot(account, SCOPE, rows) is not None) is may


def test_no_account_is_read_unless_somebody_says_so(db):
    assert DotdigitalAccount().reads_contacts == ReadsContacts.OFF


def test_it_reads_the_whole_account(account, sandbox):
    put(account, sandbox, range(CONTACTS))

    snapshot = read_to_the_end(requested(account))

    assert_as_in(sandbox, snapshot)
    assert snapshot.contacts == CONTACTS
    # Three pages of two; and what was modified within the overlap, which is all of them.
    assert snapshot.pages == sandbox.statistics()["contactCalls"] == 6
    read = AuditEvent.objects.get(action="contacts_read")
    assert (read.account_id, read.details) == (account.pk, {"contacts": CONTACTS, "calls": 6, "full": True})


def test_an_account_without_contacts_has_an_empty_snapshot(account, sandbox):
    assert_as_in(sandbox, read_to_the_end(requested(account)))


class KilledError(BaseException):
    """The worker is no more."""


def test_a_worker_can_die_before_and_after_every_step_that_is_written_down(account, sandbox, monkeypatch):
    put(account, sandbox, range(CONTACTS))
    snapshot, keep, deaths = (
        requested(account),
        reading_contacts._SnapshotReader.keep,
        list[tuple[str, int]](),
    )

    def dying(reader: Any, **changes: Any) -> None:
        """Dies once before and once after each page, and the table, is written down."""
        step = (
            ("page", changes["pages"]) if "pages" in changes else ("table", 0) if "table" in changes else None
        )
        if step and deaths.count(step) == 0:
            deaths.append(step)
            raise KilledError
        keep(reader, **changes)
        if step and step[0] == "page":
            deaths.append(step)
            raise KilledError

    monkeypatch.setattr(reading_contacts._SnapshotReader, "keep", dying)
    while snapshot.state == SnapshotState.READING:
        try:
            read_snapshot(snapshot)
        except KilledError:
            # A process that is killed gives nothing back: others know that by the lease alone.
            AccountSnapshot.objects.update(
                run=uuid.uuid4(), lease_until=timezone.now() + timedelta(seconds=10)
            )
            assert find_due().snapshot_ids == ()
            AccountSnapshot.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            assert find_due().snapshot_ids == (snapshot.pk,)
        snapshot.refresh_from_db()

    pages = 6
    assert [deaths.count(("page", page)) for page in range(1, pages + 1)] == [2] * pages
    assert deaths.count(("table", 0)) == 1
    rows = rows_of(snapshot)
    assert rows["contact_id"].to_list() == [one["contactId"] for one in sandbox.contacts()]
    # A page whose worker died before it could say that it has it is asked for again, and no other.
    assert sandbox.statistics()["contactCalls"] == 2 * pages


FAULTS: tuple[dict[str, Any], ...] = (
    *({"call": "page", "fault": fault} for fault in ("shortPage", "repeatedContacts", "skippedContacts")),
    {"fault": "rateLimited"},
    {"fault": "rateLimitedBare"},
    {"fault": "tooManyActive"},
    {"fault": "serverError", "times": 3},
    {"fault": "badGateway"},
    {"fault": "truncate"},
    {"fault": "reset"},
    {"fault": "close", "moment": "after"},
    {"fault": "wrongJson"},
    {"fault": "emptyAnswer"},
    {"fault": "badRequest"},
)


@pytest.mark.once
def test_whatever_goes_wrong_with_a_page_it_ends_right(account, sandbox):
    put(account, sandbox, range(CONTACTS))
    for rule in FAULTS:
        sandbox.faults({"call": "contacts", "skip": 1, **rule})

        snapshot = read_to_the_end(requested(account))

        assert_as_in(sandbox, snapshot)
        assert sandbox.fault_hits() == [rule.get("times", 1)], rule
        AccountSnapshot.objects.all().delete()


@pytest.mark.once
def test_who_is_left_out_of_a_page_and_not_modified_is_missing_until_all_are_read_again(
    account, sandbox, settings, monkeypatch
):
    """What the overlap cannot mend, as docs/adr/0070-contacts-are-read-into-snapshots.md says."""
    settings.SNAPSHOT_FRESH_MINUTES = settings.SNAPSHOT_FULL_HOURS = 0
    monkeypatch.setattr("imports.snapshots.requesting.OVERLAP", -timedelta(minutes=1))
    put(account, sandbox, range(CONTACTS))
    sandbox.faults({"call": "page", "fault": "skippedContacts", "skip": 1})

    assert read_to_the_end(requested(account)).contacts == CONTACTS - 1
    assert_as_in(sandbox, read_to_the_end(requested(account)))


def test_an_account_whose_credentials_are_refused_is_not_asked_again(account, sandbox):
    sandbox.faults({"call": "contacts", "fault": "unauthorised", "times": None})

    snapshot = read_to_the_end(requested(account))

    assert snapshot.state == SnapshotState.FAILED
    assert snapshot.reason == {"code": "credentials_refused"}
    assert sandbox.fault_hits() == [1]


def test_a_call_that_fails_for_ever_is_given_up(account, sandbox, monkeypatch):
    monkeypatch.setattr(reading_contacts, "MAX_TRIES", 3)
    sandbox.faults({"call": "contacts", "fault": "serverError", "times": None})

    snapshot = read_to_the_end(requested(account))

    assert (snapshot.state, snapshot.reason) == (SnapshotState.FAILED, {"code": "account_read_fault"})


def test_it_waits_until_there_are_calls_and_leaves_half_to_imports(account, sandbox):
    soon = timezone.now() + timedelta(seconds=40)
    for call in (Call.IMPORT, Call.READ):
        CallBudget.objects.create(
            account=account, call=call, scope="lowCallRate", limit=10, remaining=5, resets_at=soon
        )
    snapshot = requested(account)

    read_snapshot(snapshot)

    snapshot.refresh_from_db()
    assert snapshot.not_before is not None
    assert timedelta(seconds=30) < snapshot.not_before - timezone.now() < timedelta(seconds=41)
    assert sandbox.statistics()["contactCalls"] == 0
    assert find_due().snapshot_ids == ()


def test_an_account_that_changes_meanwhile_is_read_as_it_is_in_the_end(account, sandbox, monkeypatch):
    put(account, sandbox, range(CONTACTS))
    monkeypatch.setattr(reading_contacts, "PAGES_AT_ONCE", 1)
    snapshot = requested(account)
    read_snapshot(snapshot)
    put(account, sandbox, [0], city="York")
    put(account, sandbox, [7])

    assert_as_in(sandbox, read_to_the_end(snapshot))


def test_a_later_one_reads_what_was_modified_since(account, sandbox, settings, monkeypatch):
    monkeypatch.setattr("imports.snapshots.requesting.OVERLAP", timedelta())
    settings.SNAPSHOT_FRESH_MINUTES = 0
    put(account, sandbox, range(CONTACTS))
    first = read_to_the_end(requested(account))
    put(account, sandbox, [1, 7], city="York")
    calls = sandbox.statistics()["contactCalls"]

    second = read_to_the_end(requested(account, SnapshotScope((), ("CITY",))))

    assert second.base_id == first.pk
    assert (second.full_at, second.expires_at) == (first.full_at, first.expires_at)
    assert sandbox.statistics()["contactCalls"] == calls + 1
    assert_as_in(sandbox, second)


@pytest.mark.parametrize("is_gone", [False, True], ids=["it is there", "it is gone"])
def test_what_vanished_is_found_by_reading_all(account, sandbox, settings, monkeypatch, is_gone):
    settings.SNAPSHOT_FRESH_MINUTES = 0
    put(account, sandbox, range(CONTACTS))
    first = read_to_the_end(requested(account))
    with client_of(account) as client:
        client.delete_contacts([sandbox.contacts()[2]["contactId"]])
    wait_until(lambda: len(sandbox.contacts()) == CONTACTS - 1, "it is deleted")
    second = requested(account)
    if is_gone:  # what the second goes back to: it reads everything then
        first.delete()
    else:
        settings.SNAPSHOT_FULL_HOURS = 0
        second.delete()
        second = requested(account)

    assert_as_in(sandbox, read_to_the_end(second))


def test_what_has_just_been_read_is_used_again(account, sandbox):
    being_read = requested(account)

    assert requested(account) == being_read
    ready = read_to_the_end(being_read)
    assert requested(account) == ready
    assert requested(account, SnapshotScope((), ("CITY", "VIP"))) != ready
    account.api_user = "another"
    assert requested(account) != ready


def test_an_account_can_have_too_many(account, sandbox, settings):
    settings.SNAPSHOT_MAX_CONTACTS = 3
    put(account, sandbox, range(CONTACTS))

    snapshot = read_to_the_end(requested(account))

    assert (snapshot.state, snapshot.reason) == (SnapshotState.FAILED, {"code": "snapshot_too_large"})
    assert stored_of(snapshot) == []


def test_nothing_outlives_its_clock(account, sandbox, settings):
    put(account, sandbox, range(CONTACTS))
    snapshot = read_to_the_end(requested(account))
    assert snapshot.expires_at - snapshot.full_at == timedelta(hours=settings.SNAPSHOT_KEPT_HOURS)
    sweep()
    assert stored_of(snapshot) != []
    AccountSnapshot.objects.update(expires_at=timezone.now())

    sweep()

    assert not AccountSnapshot.objects.exists()
    assert stored_of(snapshot) == []
    proof = AuditEvent.objects.get(action="files_removed")
    assert (proof.kind, proof.object_id) == ("accountsnapshot", str(snapshot.pk))
    assert {name: proof.details[name] for name in ("scope", "files", "left")} == {
        "scope": "snapshot",
        "files": 1,
        "left": 0,
    }


def test_whoever_reads_what_is_deleted_leaves_nothing(account, sandbox, monkeypatch):
    put(account, sandbox, range(CONTACTS))
    snapshot, store = requested(account), reading_contacts.store_file

    def stores_too_late(key: str, source: Any) -> None:
        AccountSnapshot.objects.get().delete()
        store(key, source)

    monkeypatch.setattr(reading_contacts, "store_file", stores_too_late)
    read_snapshot(snapshot)

    assert stored_of(snapshot) == []
    assert not AccountSnapshot.objects.exists()


def test_no_contact_is_in_the_database_or_the_log(account, sandbox, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    put(account, sandbox, range(CONTACTS), city="Canaryville")
    monkeypatch.setattr(reading_contacts, "PAGES_AT_ONCE", 1)
    canaries = {"city": "Canaryville", "email": "c3@example.com", "own": "crmcanary-3"}
    snapshot, written = requested(account), list[str]()
    while snapshot.state == SnapshotState.READING:
        read_snapshot(snapshot)
        snapshot.refresh_from_db()
        written.append(repr(whole_database()) + repr(list(AuditEvent.objects.values_list())))

    assert found_in("".join(written).encode(), canaries) == set()
    assert found_in(caplog.text.encode(), canaries) == set()
