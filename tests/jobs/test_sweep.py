"""What the sweep finds when every wake-up has been lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.delivery.deliver import deliver
from imports.delivery.slots import take_slot
from imports.jobs.sweep import find_due
from imports.jobs.tasks import sweep
from imports.models import DotdigitalAccount, ImportBatch
from imports.states import BatchStatus
from tests.delivery.jobs import make_due, sending_job

pytestmark = pytest.mark.pipeline

PAST, SOON = timedelta(seconds=-1), timedelta(minutes=1)


@pytest.fixture
def job(account, alice, sandbox, tmp_path, settings):
    """Eight contacts in two batches, of which none has been sent."""
    settings.IMPORT_BATCH_CONTACTS = 4
    return sending_job(account, alice, tmp_path, 8)


def test_it_finds_batches_that_wait_for_nothing(job, account):
    assert find_due().account_ids == (account.pk,)


def test_it_leaves_batches_alone_that_wait_for_their_time(job, account):
    ImportBatch.objects.update(not_before=timezone.now() + SOON)

    assert find_due().account_ids == ()


def test_it_finds_imports_that_are_to_be_asked_after(job, account, monkeypatch):
    monkeypatch.setattr("imports.delivery.pace.MIN_POLL_SECONDS", 30.0)
    deliver(account)
    assert set(job.batches.values_list("status", flat=True)) == {BatchStatus.ACTIVE}
    ImportBatch.objects.update(next_poll_at=timezone.now() + SOON)
    assert find_due().account_ids == ()

    make_due()
    assert find_due().account_ids == (account.pk,)


def test_it_finds_what_a_dead_sender_left(job, account):
    batch = take_slot(account.pk)
    DotdigitalAccount.objects.update(not_before=timezone.now() + SOON)
    assert find_due().account_ids == ()

    ImportBatch.objects.filter(pk=batch.pk).update(lease_until=timezone.now() + PAST)
    assert find_due().account_ids == (account.pk,)


def test_it_finds_jobs_whose_batches_have_all_ended(job, account):
    while job.batches.exclude(status=BatchStatus.FINISHED).exists():
        make_due()
        deliver(account)

    assert find_due().job_ids == (job.pk,)


@pytest.mark.django_db
def test_with_nothing_due_no_more_queries_are_put_together_than_are_made(monkeypatch):
    """It is put together every two seconds, and that takes longer than the answer, also of a query for nothing."""
    sweep()  # and with it what is removed once an hour
    made, execute = [], SQLCompiler.execute_sql

    def counted(compiler, *args, **options):
        made.append(compiler.query)
        return execute(compiler, *args, **options)

    monkeypatch.setattr(SQLCompiler, "execute_sql", counted)
    with CaptureQueriesContext(connection) as captured:
        sweep()

    assert len(made) == len(captured) == 2
