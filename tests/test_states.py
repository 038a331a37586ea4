"""The tables of statuses: what pages, steps and sweeps tell from them."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.translation import gettext

from imports.jobs.advance import STEPS
from imports.models import JobEvent
from imports.states import (
    BATCH_STATES,
    JOB_AT_STEP_BEGIN,
    JOB_BEFORE_SENDING,
    JOB_CHECKED,
    JOB_CONFIRMABLE,
    JOB_DELIVERING,
    JOB_ENDS,
    JOB_MAPPABLE,
    JOB_STATES,
    JOB_WORKING,
    BatchStatus,
    JobStatus,
    Step,
)

ARCHITECTURE = Path(__file__).resolve().parents[1] / "ARCHITECTURE.md"


def test_every_status_has_its_entry():
    assert set(JOB_STATES) == set(JobStatus)
    assert set(BATCH_STATES) == set(BatchStatus)


def test_a_job_is_before_sending_delivering_or_has_ended():
    assert set(JobStatus) == JOB_BEFORE_SENDING | JOB_DELIVERING | JOB_ENDS
    assert len(JOB_BEFORE_SENDING) + len(JOB_DELIVERING) + len(JOB_ENDS) == len(JobStatus)
    assert JOB_WORKING | JOB_MAPPABLE < JOB_BEFORE_SENDING


def test_a_step_is_run_for_every_status_that_waits_for_one():
    assert set(STEPS) == JOB_AT_STEP_BEGIN | JOB_WORKING | JOB_DELIVERING


def test_what_is_confirmed_has_been_checked():
    assert JOB_CONFIRMABLE
    assert JOB_CONFIRMABLE <= JOB_CHECKED <= JOB_BEFORE_SENDING
    assert all(JobStatus.SENDING in JOB_STATES[status].moves for status in JOB_CONFIRMABLE)


@pytest.mark.parametrize("status", JobStatus)
def test_people_wait_where_there_is_a_heading_and_nowhere_else(status):
    state = JOB_STATES[status]
    assert bool(state.heading) == (state.page == "imports:progress")
    assert (status in JOB_ENDS) == (state.step is Step.REPORT)
    assert reverse(state.page, args=["5b0b2b9e-0000-4000-8000-000000000000"])


def test_every_status_can_be_come_to_but_the_first():
    for states, first in ((JOB_STATES, set()), (BATCH_STATES, set())):
        reached = {to for state in states.values() for to in state.moves}
        assert set(states) - reached == first


def test_events_have_room_for_every_status():
    longest = max(map(len, (*JobStatus.values, *BatchStatus.values)))
    for name in ("from_status", "to_status"):
        assert longest <= (JobEvent._meta.get_field(name).max_length or 0)


def test_every_status_is_in_the_picture():
    text = ARCHITECTURE.read_text(encoding="utf-8")
    picture = re.search(r"\nUploadJob (.+?)\nImportBatch (.+?)\n```", text, re.DOTALL)
    assert picture
    for drawn, statuses in zip(picture.groups(), (JobStatus, BatchStatus), strict=True):
        assert set(statuses.values) <= set(re.findall("[a-z_]+", drawn))


def test_the_words_are_translated_when_they_are_shown():
    assert str(JobStatus.SENDING.label) == gettext("Importing")
    assert type(JobStatus.SENDING.label).__name__ == "__proxy__"
    assert type(BatchStatus.HELD.label).__name__ == "__proxy__"
