"""A check that cannot be done with what it may take ends its job in words; who waits for one stays alive."""

import pytest
from django.core.files import File

from imports.children import asking
from imports.children.asking import ChildLimits, ask_child
from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.trial import request_trial, run_trial, trial_of
from imports.jobs.upload import receive_upload
from imports.models import UploadJob
from imports.states import JobStatus, TrialState
from imports.work import lease
from imports.work.lease import kept_lease, lease_end
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

RENEWALS = 3


@pytest.fixture
def job(alice, account, sandbox, tmp_path) -> UploadJob:
    with files.mailchimp_csv(tmp_path).open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name="audience.csv", file=File(file))
    run_inline(job)
    return job


@pytest.fixture
def hopeless(settings) -> None:
    """Checks are out of time before they have begun."""
    settings.CHECK_MAX_SECONDS = 0.01


def test_a_check_that_takes_too_long_ends_its_job_in_words(job, alice, hopeless):
    assert set_mapping(job, Mapping.from_json(job.mapping), alice) == []
    run_inline(job)
    assert (job.status, job.failure_code) == (JobStatus.FAILED, "check_out_of_time")
    assert "after 0 rows were done" in job.failure_sentence
    assert "Split the file" in job.failure_remedy


def test_a_trial_that_takes_too_long_says_so_and_can_be_tried_again(job, hopeless, settings):
    mapping = Mapping.from_json(job.mapping)
    request_trial(job, mapping)
    run_trial(job)
    found = trial_of(job)
    assert (found.state, found.summary) == (TrialState.FAILED, {})
    assert "took longer than" in found.sentence
    settings.CHECK_MAX_SECONDS = 600
    request_trial(job, mapping)
    run_trial(job)
    assert trial_of(job).state == TrialState.DONE
    assert trial_of(job).summary["rows"]


def test_a_lease_is_renewed_while_a_process_never_gives_its_lock_away(job, alice, monkeypatch):
    monkeypatch.setattr(lease, "RENEW_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(asking, "LOOK_EVERY_SECONDS", 0.05)
    set_mapping(job, Mapping.from_json(job.mapping), alice)
    assert UploadJob.objects.take(job, lease_end())
    seen: set[object] = set()

    def look(rows: int) -> None:
        if rows:  # from here on it spins
            seen.add(UploadJob.objects.values_list("lease_until", flat=True).get(pk=job.pk))
        if len(seen) > RENEWALS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), kept_lease(job):
        ask_child("tests.children.tasks", {"task": "spin"}, ChildLimits(), look)
