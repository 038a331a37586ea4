"""The mapping that somebody is working on is tried on the whole file, without a trace on the job."""

import sys
import uuid
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import polars as pl
import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from imports.contacts.mapping import Mapping
from imports.jobs import applying
from imports.jobs import trial as trial_step
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.leftovers import sweep_trials
from imports.jobs.stage import restage
from imports.jobs.sweep import find_due
from imports.jobs.tasks import try_mapping
from imports.jobs.trial import request_trial, run_trial, trial_of
from imports.jobs.upload import receive_upload
from imports.models import MappingTrial, UploadJob
from imports.states import JobStatus, TrialState
from imports.storage import artefacts
from imports.work import how_far
from imports.work.lease import MAX_TAKEOVERS
from tests.files.test_guarded_reading import children
from tests.patience import wait_until
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.usefixtures("files_are_read_once")]


def stored_tables(job: UploadJob) -> set[str]:
    """What storage holds of `job`."""
    names = default_storage.listdir(f"{artefacts.JOBS}/{job.pk}")[1]
    return {name.removesuffix(artefacts.SUFFIX) for name in names}


def named_tables(job: UploadJob) -> set[str]:
    """What `job` names, without its trial and its batches."""
    return set(UploadJob.objects.values_list("tables", flat=True).get(pk=job.pk).values())


@pytest.fixture
def job(alice, account, sandbox, tmp_path) -> UploadJob:
    with files.mailchimp_csv(tmp_path).open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name="audience.csv", file=File(file))
    run_inline(job)
    assert job.status == JobStatus.STAGED
    return job


@pytest.fixture
def mapping(job) -> Mapping:
    return Mapping.from_json(job.mapping)


def other(mapping: Mapping) -> Mapping:
    """The same but for a rule, which makes another check of it."""
    return Mapping.from_json({**mapping.to_json(), "duplicates": "keepFirst"})


def let_lease_run_out() -> None:
    MappingTrial.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


class TestTrying:
    def test_it_finds_what_the_check_would_find_and_leaves_the_job_alone(self, job, mapping):
        before = UploadJob.objects.filter(pk=job.pk).values().get()
        assert request_trial(job, mapping) == []
        assert trial_of(job).state == TrialState.WAITING

        try_mapping(str(job.pk))

        found = trial_of(job)
        assert UploadJob.objects.filter(pk=job.pk).values().get() == before
        assert found.state == TrialState.DONE
        with artefacts.local_file(found.issues) as issues:
            assert pl.read_parquet(issues)["row"].len()
        assert found.summary["fates"] == {
            "ready": 3,
            "rejected": 1,
            "duplicate": 1,
            "blank": 1,
            "excluded": 0,
        }

    def test_a_mapping_with_problems_is_not_tried(self, job, mapping):
        problems = request_trial(job, Mapping.from_json({**mapping.to_json(), "matchIdentifier": "crm-id"}))

        assert problems
        assert trial_of(job).state == "none"

    def test_asked_again_it_is_not_tried_again(self, job, mapping):
        request_trial(job, mapping)
        run_trial(job)
        asked_at = trial_of(job).asked_at

        request_trial(job, mapping)

        assert (trial_of(job).state, trial_of(job).asked_at) == (TrialState.DONE, asked_at)

    def test_what_the_account_gained_makes_it_another_trial(self, job, mapping, account):
        request_trial(job, mapping)
        run_trial(job)
        account.phone_region = "DE"
        account.save()
        job.account.refresh_from_db()

        request_trial(job, mapping)

        assert trial_of(job).state == TrialState.WAITING

    def test_a_job_that_has_moved_on_is_left_alone(self, job, mapping, alice):
        cancel_job(job, alice)

        request_trial(job, mapping)
        run_trial(job)

        assert trial_of(job).state == "none"

    def test_a_checked_job_shows_what_its_check_found(self, job, mapping, alice):
        set_mapping(job, mapping, alice)
        run_inline(job)

        request_trial(job, mapping)

        found = trial_of(job)
        assert (found.state, found.issues) == (TrialState.DONE, artefacts.key_of(job, artefacts.ISSUES))
        assert found.summary == job.check_summary

    def test_a_checked_job_can_be_tried_by_another_mapping(self, job, mapping, alice):
        set_mapping(job, mapping, alice)
        run_inline(job)

        request_trial(job, other(mapping))
        run_trial(job)

        job.refresh_from_db()
        assert (job.status, job.mapping) == (JobStatus.CHECKED, mapping.to_json())
        assert trial_of(job).state == TrialState.DONE

    def test_a_fault_is_told_and_can_be_tried_again(self, job, mapping, monkeypatch):
        def fail(*args, **kwargs):
            raise OSError

        request_trial(job, mapping)
        with monkeypatch.context() as patched:
            patched.setattr(applying, "check_guarded", fail)
            run_trial(job)
        assert trial_of(job).state == TrialState.FAILED
        assert trial_of(job).sentence

        request_trial(job, mapping)
        run_trial(job)

        assert trial_of(job).state == TrialState.DONE


class TestOneAtATime:
    def test_what_another_worker_has_is_not_taken(self, job, mapping):
        request_trial(job, mapping)
        MappingTrial.objects.update(
            state=TrialState.RUNNING, run=uuid.uuid4(), lease_until=timezone.now() + timedelta(seconds=60)
        )

        run_trial(job)
        assert trial_of(job).state == TrialState.RUNNING

        request_trial(job, other(mapping))
        run_trial(job)
        assert trial_of(job).state == TrialState.WAITING

    def test_a_newer_mapping_wins_over_one_that_is_being_tried(self, job, mapping, monkeypatch):
        """The worker is at the older one when the newer comes; it finds out, and throws away what it has."""
        begun, asked = Event(), Event()
        real = trial_step.apply_mapping

        def slow(*args):
            applied = real(*args)
            if not begun.is_set():
                begun.set()
                assert asked.wait(60)
            return applied

        monkeypatch.setattr(trial_step, "apply_mapping", slow)
        request_trial(job, mapping)

        def work() -> None:
            try:
                run_trial(UploadJob.objects.select_related("account").get(pk=job.pk))
            finally:
                connection.close()

        worker = Thread(target=work)
        worker.start()
        assert begun.wait(60)
        request_trial(job, other(mapping))
        asked.set()
        worker.join(60)

        newer = MappingTrial.objects.get()
        assert (newer.state, newer.run, newer.mapping) == (TrialState.WAITING, None, other(mapping).to_json())
        assert stored_tables(job) == named_tables(job)
        run_trial(job)
        assert trial_of(job).state == TrialState.DONE

    def test_a_worker_looks_whether_it_is_still_waited_for(self, job, mapping, monkeypatch):
        monkeypatch.setattr(how_far, "TOLD_EVERY_SECONDS", 0)
        real = applying.check_guarded

        def replaced_meanwhile(*args, **kwargs):
            request_trial(job, other(mapping))
            real(*args, **kwargs)
            raise AssertionError("it was not ended")

        request_trial(job, mapping)
        with monkeypatch.context() as patched:
            patched.setattr(applying, "check_guarded", replaced_meanwhile)
            run_trial(job)

        assert trial_of(job).state == TrialState.WAITING

    def test_it_is_thrown_away_when_the_job_has_moved_on_meanwhile(self, job, mapping, alice, monkeypatch):
        real = trial_step.apply_mapping

        def cancelled_meanwhile(*args):
            applied = real(*args)
            cancel_job(UploadJob.objects.get(pk=job.pk), alice)
            return applied

        monkeypatch.setattr(trial_step, "apply_mapping", cancelled_meanwhile)
        request_trial(job, mapping)
        run_trial(job)

        assert not MappingTrial.objects.exists()
        assert stored_tables(job) == named_tables(job)


class TestLostWorkers:
    def test_the_sweep_finds_what_waits_and_what_was_abandoned(self, job, mapping):
        request_trial(job, mapping)
        assert find_due().trial_ids == (job.pk,)
        MappingTrial.objects.update(
            state=TrialState.RUNNING, run=uuid.uuid4(), lease_until=timezone.now() + timedelta(seconds=60)
        )
        assert find_due().trial_ids == ()
        let_lease_run_out()
        assert find_due().trial_ids == (job.pk,)

        run_trial(job)

        assert trial_of(job).state == TrialState.DONE
        assert find_due().trial_ids == ()

    def test_a_mapping_that_kills_every_worker_is_given_up(self, job, mapping):
        request_trial(job, mapping)
        MappingTrial.objects.update(state=TrialState.RUNNING, run=uuid.uuid4(), takeovers=MAX_TAKEOVERS - 1)
        let_lease_run_out()

        run_trial(job)

        assert trial_of(job).state == TrialState.FAILED


class TestTakingOver:
    @pytest.fixture
    def checks(self, monkeypatch) -> list[int]:
        """Grows by one with each check of a whole file."""
        done: list[int] = []
        real = applying.check_guarded

        def counting(*args, **kwargs):
            done.append(1)
            return real(*args, **kwargs)

        monkeypatch.setattr(applying, "check_guarded", counting)
        return done

    def confirm(self, job, mapping, alice) -> None:
        assert set_mapping(job, mapping, alice) == []
        run_inline(job)
        assert job.status == JobStatus.CHECKED

    def test_what_was_tried_is_not_checked_again(self, job, mapping, alice, checks):
        request_trial(job, mapping)
        run_trial(job)
        found = trial_of(job).summary

        self.confirm(job, mapping, alice)

        assert len(checks) == 1
        assert job.check_summary == found
        assert sum(batch["contacts"] for batch in job.batch_plan) == 3
        with artefacts.local(job, artefacts.PREPARED) as prepared:
            assert pl.read_parquet(prepared)["fate"].to_list().count("ready") == 3
        assert set(job.tables) == {artefacts.STAGED, artefacts.EXCERPT, artefacts.PREPARED, artefacts.ISSUES}
        assert stored_tables(job) == named_tables(job)
        assert not MappingTrial.objects.exists()

    def test_another_mapping_is_checked(self, job, mapping, alice, checks):
        request_trial(job, mapping)
        run_trial(job)

        self.confirm(job, other(mapping), alice)

        assert len(checks) == 2

    def test_it_is_checked_again_when_the_account_changed_meanwhile(
        self, job, mapping, alice, account, checks
    ):
        request_trial(job, mapping)
        run_trial(job)
        account.phone_region = "DE"
        account.save()
        job.account.refresh_from_db()

        self.confirm(job, mapping, alice)

        assert len(checks) == 2

    @pytest.mark.parametrize("name", [artefacts.PREPARED, artefacts.ISSUES])
    def test_it_is_checked_again_when_a_table_is_gone(self, name, job, mapping, alice, checks):
        request_trial(job, mapping)
        run_trial(job)
        default_storage.delete(artefacts.table_key(job.pk, MappingTrial.objects.get().tables[name]))

        self.confirm(job, mapping, alice)

        assert len(checks) == 2

    def test_what_is_still_under_way_is_not_waited_for(self, job, mapping, alice, checks):
        request_trial(job, mapping)

        self.confirm(job, mapping, alice)

        assert len(checks) == 1
        assert not MappingTrial.objects.exists()


class TestLeftovers:
    def test_reading_the_file_again_ends_it(self, job, mapping, alice):
        request_trial(job, mapping)
        run_trial(job)

        restage(job, {}, alice)

        assert not MappingTrial.objects.exists()
        assert stored_tables(job) == named_tables(job)

    def test_the_sweep_removes_those_of_jobs_that_have_moved_on(self, job, mapping):
        request_trial(job, mapping)
        run_trial(job)
        assert sweep_trials() == 0

        UploadJob.objects.update(status=JobStatus.CANCELLED)

        assert sweep_trials() == 1
        assert not MappingTrial.objects.exists()
        assert stored_tables(job) == named_tables(job)


def test_workers_try_it(workers, job, mapping):
    request_trial(job, mapping)

    wait_until(lambda: not trial_of(job).is_under_way, "it has been tried")

    assert trial_of(job).state == TrialState.DONE
    if sys.platform == "linux":
        (pool,) = (worker.pid for worker in workers if worker.name == "pool")
        (template,) = (
            pid for pid in children(pool) if "imports.children.template" in of_process(pid, "cmdline")
        )
        # It is the pool's, and has forked: it imports what a check needs when it is first asked to.
        assert "_polars_runtime" in of_process(template, "maps")


def of_process(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


def test_one_more_than_a_person_may_have_tried_at_once_waits(job, mapping, settings):
    settings.PERSON_TRIALS_AT_ONCE = 1
    request_trial(job, other(mapping))
    other_job = UploadJob.objects.create(account=job.account, owner=job.owner, status=JobStatus.STAGED)
    at_work = MappingTrial.objects.create(
        job=other_job,
        mapping={},
        state=TrialState.RUNNING,
        lease_until=timezone.now() + timedelta(seconds=20),
    )

    run_trial(job)
    assert trial_of(job).state == TrialState.WAITING
    assert job.pk in find_due().trial_ids

    at_work.delete()
    run_trial(job)
    assert trial_of(job).state == TrialState.DONE


def test_what_others_have_tried_does_not_count(job, mapping, settings, django_user_model):
    settings.PERSON_TRIALS_AT_ONCE = 1
    request_trial(job, other(mapping))
    theirs = UploadJob.objects.create(
        account=job.account, owner=django_user_model.objects.create_user("mona"), status=JobStatus.STAGED
    )
    MappingTrial.objects.create(
        job=theirs, mapping={}, state=TrialState.RUNNING, lease_until=timezone.now() + timedelta(seconds=20)
    )

    run_trial(job)

    assert trial_of(job).state == TrialState.DONE
