"""What the account, the network and people do to a delivery, and what becomes of the rows."""

from datetime import timedelta

import pytest
from django.core.files import File
from django.utils import timezone

from imports.contacts.mapping import Mapping
from imports.delivery import pace
from imports.delivery.deliver import deliver
from imports.delivery.doubt import recover_abandoned
from imports.delivery.slots import take_slot
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.retry import retry_job
from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.work.lease import MAX_TAKEOVERS
from tests.delivery.jobs import checked_job, finish, make_due
from tests.pipeline import files

pytestmark = pytest.mark.pipeline


@pytest.fixture
def job(alice, account, sandbox, tmp_path, settings) -> UploadJob:
    """Thirty contacts in three batches, checked."""
    settings.IMPORT_BATCH_CONTACTS = 10
    return checked_job(account, alice, files.contacts_csv(tmp_path, 30))


@pytest.fixture
def one_at_a_time(job, monkeypatch) -> None:
    """One slot, which stays taken until the test itself makes what was sent due: `deliver` sends one batch and leaves,
    however slow the machine is."""
    DotdigitalAccount.objects.update(max_active_imports=1)
    monkeypatch.setattr(pace, "MIN_POLL_SECONDS", pace.MAX_POLL_SECONDS)


class TestSlots:
    def test_it_never_takes_more_slots_than_the_account_has(self, job, account, alice):
        DotdigitalAccount.objects.update(max_active_imports=2)
        confirm_job(job, alice)

        taken = [take_slot(account.pk) for _ in range(3)]

        assert [batch is not None for batch in taken] == [True, True, False]

    def test_it_deals_slots_to_jobs_in_turn(self, job, account, alice, tmp_path):
        other = checked_job(account, alice, files.contacts_csv(tmp_path, 15))
        confirm_job(job, alice)
        confirm_job(other, alice)

        taken = [take_slot(account.pk) for _ in range(4)]

        assert [batch.job_id for batch in taken] == [job.pk, other.pk, job.pk, other.pk]


class TestFaults:
    def test_it_waits_while_dotdigital_is_away_and_goes_on_afterwards(self, job, account, alice, sandbox):
        confirm_job(job, alice)
        sandbox.stop()
        deliver(account)
        assert set(job.batches.values_list("status", "attempts")) == {(BatchStatus.PENDING, 0)}

        sandbox.start()
        finish(job)

        assert job.status == JobStatus.FINISHED
        assert job.ledger["counts"]["created"] == 30
        assert len(sandbox.contacts()) == 30

    def test_it_follows_imports_over_a_restart_of_dotdigital(self, job, account, alice, sandbox):
        confirm_job(job, alice)
        deliver(account)
        sandbox.stop()
        make_due()
        deliver(account)
        sandbox.start()

        finish(job)

        assert job.ledger["counts"]["created"] == 30

    def test_it_keeps_everything_while_the_credentials_are_refused(self, job, account, alice, sandbox):
        confirm_job(job, alice)
        account.api_password = "wrong"
        account.save()
        deliver(account)
        account.refresh_from_db()
        assert account.blocked_reason
        assert set(job.batches.values_list("status", flat=True)) == {BatchStatus.PENDING}

        account.api_password = sandbox.api_password
        account.save()
        job = UploadJob.objects.get(pk=job.pk)
        finish(job)

        assert job.ledger["counts"]["created"] == 30
        account.refresh_from_db()
        assert account.blocked_reason == {}

    def test_it_repeats_what_a_dead_sender_left_and_says_so(self, job, account, alice, sandbox):
        confirm_job(job, alice)
        batch = take_slot(account.pk)
        ImportBatch.objects.filter(pk=batch.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

        recover_abandoned(account, timezone.now())
        finish(job)

        batch.refresh_from_db()
        assert (batch.status, batch.repeated, batch.attempts) == (BatchStatus.FINISHED, True, 2)
        assert job.ledger["counts"]["created"] == 30

    def test_it_takes_over_a_check_whose_worker_died(self, account, alice, sandbox, tmp_path):
        job = checked_job(account, alice, files.contacts_csv(tmp_path, 5))
        set_mapping(job, Mapping.from_json(job.mapping), alice)
        assert UploadJob.objects.take(job, timezone.now() - timedelta(seconds=1))
        stale = UploadJob.objects.get(pk=job.pk)

        assert job in UploadJob.objects.due(timezone.now())
        run_inline(job)

        assert job.status == JobStatus.CHECKED
        assert not UploadJob.objects.transition(stale, JobStatus.CHECKED)


class TestLostKey:
    def test_it_stages_a_file_though_the_credentials_cannot_be_opened(self, account, alice, tmp_path):
        account.api_password_encrypted = "encrypted with a key that is gone"
        account.save()
        path = files.contacts_csv(tmp_path, 5)
        with path.open("rb") as file:
            job = receive_upload(account=account, owner=alice, file_name=path.name, file=File(file))

        run_inline(job)

        assert job.status == JobStatus.STAGED
        account.refresh_from_db()
        assert account.catalogue.unread_reason


class TestLostWorkers:
    def test_it_gives_a_file_up_that_kills_every_reader(self, account, alice, sandbox, tmp_path):
        path = files.contacts_csv(tmp_path, 5)
        with path.open("rb") as file:
            job = receive_upload(account=account, owner=alice, file_name=path.name, file=File(file))
        past = timezone.now() - timedelta(seconds=1)
        assert UploadJob.objects.transition(job, JobStatus.STAGING, lease_until=past)
        for _ in range(MAX_TAKEOVERS - 1):
            assert UploadJob.objects.take(job, past)

        run_inline(job)

        assert (job.status, job.failure_code) == (JobStatus.FAILED, "reader_defeated")
        assert job.failure_sentence


class TestCancel:
    def test_it_cancels_before_anything_is_sent(self, job, alice, sandbox):
        assert cancel_job(job, alice)
        assert job.status == JobStatus.CANCELLED
        assert cancel_job(job, alice)
        assert sandbox.imports() == []

    @pytest.mark.usefixtures("one_at_a_time")
    def test_it_follows_what_was_sent_and_keeps_the_rest(self, job, account, alice, sandbox):
        confirm_job(job, alice)
        deliver(account)

        assert cancel_job(job, alice)
        finish(job)

        assert job.status == JobStatus.CANCELLED
        assert {bucket: count for bucket, count in job.ledger["counts"].items() if count} == {
            "created": 10,
            "not_sent": 20,
        }
        assert len(sandbox.contacts()) == 10

    def test_it_never_calls_unsent_what_may_have_gone_out(self, job, account, alice):
        confirm_job(job, alice)
        batch = take_slot(account.pk)
        ImportBatch.objects.filter(pk=batch.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        recover_abandoned(account, timezone.now())

        cancel_job(job, alice)
        finish(job)

        assert {bucket: count for bucket, count in job.ledger["counts"].items() if count} == {
            "unknown": 10,
            "not_sent": 20,
        }

    def test_it_leaves_a_finished_job_alone(self, job, alice):
        confirm_job(job, alice)
        finish(job)

        assert not cancel_job(job, alice)
        assert job.status == JobStatus.FINISHED


class TestRetry:
    @pytest.mark.usefixtures("one_at_a_time")
    def test_it_sends_the_rows_that_were_not_sent(self, job, account, alice, sandbox):
        confirm_job(job, alice)
        deliver(account)
        cancel_job(job, alice)
        finish(job)

        again = retry_job(job, alice)
        run_inline(again)
        assert again.mapping == job.mapping
        set_mapping(again, Mapping.from_json(again.mapping), alice)
        run_inline(again)
        confirm_job(again, alice)
        finish(again)

        assert again.parent_id == job.pk
        assert again.ledger["counts"]["created"] == 20
        assert len(sandbox.contacts()) == 30
