"""The database is away at the very moment at which Dotdigital has accepted an import."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from imports.delivery import accepted, journal
from imports.delivery.deliver import deliver, recover
from imports.delivery.send import send_batch
from imports.delivery.slots import take_slot
from imports.dotdigital.client import DotdigitalClient
from imports.jobs.confirm import confirm_job
from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.states import BatchStatus
from tests.delivery.jobs import finish
from tests.delivery.matrix import assert_account, assert_ledger, assert_repeats
from tests.delivery.ready import Contents

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db(transaction=True)]

CONTACTS = 8


class Outage:
    """What begins when an import has been accepted, and the statements that failed since."""

    def __init__(self, lasts_statements: float) -> None:
        self.is_on = False
        self.left = lasts_statements

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if self.is_on and self.left > 0:
            self.left -= 1
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, *rest)


@pytest.fixture
def after_acceptance(monkeypatch) -> Callable[[Callable[[], None]], None]:
    """Has something happen once the call, which really goes out, has been answered."""
    call = DotdigitalClient.import_contacts

    def arrange(happen: Callable[[], None]) -> None:
        def called(*args: Any) -> str:
            import_id = call(*args)
            happen()
            return import_id

        monkeypatch.setattr(DotdigitalClient, "import_contacts", called)

    return arrange


@pytest.fixture
def job(account, alice, sandbox, ready_jobs) -> UploadJob:
    DotdigitalAccount.objects.update(max_active_imports=1)
    job = ready_jobs.make(Contents(CONTACTS, 4), account, alice)
    assert confirm_job(job, alice)
    return job


@contextmanager
def failing(outage: Outage) -> Iterator[None]:
    with connection.execute_wrapper(outage):
        yield


def assert_all_is_well(job: UploadJob, account: DotdigitalAccount, sandbox: Any) -> None:
    finish(job)
    assert assert_ledger(job) == {"created": CONTACTS}
    assert assert_account(job, sandbox) == 0
    assert assert_repeats(job, sandbox) == 0
    assert sandbox.statistics()["importCalls"] == 2
    assert list(journal.kept(account.pk)) == []


def test_a_short_outage_is_waited_for(job, account, sandbox, after_acceptance):
    outage = Outage(3)
    after_acceptance(lambda: setattr(outage, "is_on", True))
    batch = take_slot(account.pk)

    with failing(outage):
        send_batch(batch)

    batch = ImportBatch.objects.get(pk=batch.pk)
    assert (batch.status, batch.attempts) == (BatchStatus.ACTIVE, 1)
    assert_all_is_well(job, account, sandbox)


def test_what_was_accepted_is_read_back_after_a_long_outage(
    job, account, sandbox, after_acceptance, monkeypatch
):
    monkeypatch.setattr(accepted, "INSIST_SECONDS", 0.5)
    outage = Outage(float("inf"))
    after_acceptance(lambda: setattr(outage, "is_on", True))
    batch = take_slot(account.pk)
    with failing(outage), pytest.raises(OperationalError):
        send_batch(batch)
    (kept,) = journal.kept(account.pk)
    assert kept.import_id == sandbox.imports()[0]["importId"]

    recover(account)
    assert ImportBatch.objects.get(pk=batch.pk).status == BatchStatus.SENDING  # its sender may be at it still
    ImportBatch.objects.filter(pk=batch.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    recover(account)

    found = ImportBatch.objects.get(pk=batch.pk)
    assert (found.status, found.import_id, found.attempts) == (BatchStatus.ACTIVE, kept.import_id, 1)
    monkeypatch.undo()
    assert_all_is_well(job, account, sandbox)


@pytest.mark.parametrize("status", [BatchStatus.IN_DOUBT, BatchStatus.PENDING, BatchStatus.HELD])
def test_what_another_machine_has_doubted_meanwhile_is_no_doubt_any_more(status, job, account, sandbox):
    batch = take_slot(account.pk)
    journal.keep(journal.Accepted.of(batch, "11111111-2222-3333-4444-555555555555", timezone.now()))
    ImportBatch.objects.filter(pk=batch.pk).update(status=status, lease_until=None)

    recover(account)

    found = ImportBatch.objects.get(pk=batch.pk)
    assert (found.status, found.repeated) == (BatchStatus.ACTIVE, False)
    assert list(journal.kept(account.pk)) == []


def test_what_has_gone_out_again_meanwhile_is_noted(job, account):
    batch = take_slot(account.pk)
    journal.keep(journal.Accepted.of(batch, "an-earlier-import", timezone.now()))
    ImportBatch.objects.filter(pk=batch.pk).update(
        status=BatchStatus.ACTIVE, attempts=2, import_id="a-later-import", next_poll_at=timezone.now()
    )

    recover(account)

    assert ImportBatch.objects.get(pk=batch.pk).import_id == "a-later-import"
    noted = job.events.get(note="accepted_late")
    assert noted.details["import_id"] == "an-earlier-import"


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a lock of SQLite")
def test_a_locked_sqlite_is_waited_for(job, account, sandbox, after_acceptance):
    taken, done = threading.Event(), threading.Event()

    def lock() -> None:
        holder = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        taken.set()
        done.wait(1.5)
        holder.execute("ROLLBACK")
        holder.close()

    thread = threading.Thread(target=lock)

    def begin() -> None:
        thread.start()
        taken.wait()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=50")

    after_acceptance(begin)
    batch = take_slot(account.pk)

    send_batch(batch)

    thread.join()
    assert ImportBatch.objects.get(pk=batch.pk).status == BatchStatus.ACTIVE
    with suppress(StopIteration):
        assert next(journal.kept(account.pk)) is None


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="an outage of PostgreSQL")
def test_a_postgresql_that_lets_nobody_in_is_waited_for(job, account, sandbox, after_acceptance):
    import psycopg

    given = connection.get_connection_params()
    name = given["dbname"]
    with psycopg.connect(
        **{
            key: value
            for key, value in given.items()
            if key in {"host", "port", "user", "password"} and value
        },
        dbname="postgres",
        autocommit=True,
    ) as server:
        back = threading.Timer(1.5, lambda: server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))

        def begin() -> None:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            back.start()

        after_acceptance(begin)
        batch = take_slot(account.pk)
        send_batch(batch)
        back.join()

    assert ImportBatch.objects.get(pk=batch.pk).status == BatchStatus.ACTIVE
    deliver(account)
    assert list(journal.kept(account.pk)) == []
