"""Repairs of a job's file: each is a move of the job, and what is checked afterwards is the repaired file."""

import pytest
from django.core.files import File
from django.core.files.storage import default_storage

from imports.contacts.mapping import Mapping
from imports.contacts.repairs.repair_types import (
    LeaveOutProblem,
    LeaveOutRow,
    ReplaceValue,
    SetCell,
    UseInstead,
)
from imports.jobs import check as check_step
from imports.jobs.advance import run_inline
from imports.jobs.applying import overlay_digest
from imports.jobs.cancel import cancel_job
from imports.jobs.check import check_job, reopen_mapping, set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.repairing import (
    NotRepairableError,
    RepairedMeanwhileError,
    add_repairs,
    can_be_repaired,
    redo,
    repairs_of,
    rows_now,
    undo,
    undo_all,
)
from imports.jobs.stage import restage
from imports.jobs.sweep import find_due
from imports.jobs.trial import request_trial, run_trial, trial_of
from imports.jobs.upload import receive_upload
from imports.models import UploadJob
from imports.states import JobStatus, TrialState
from imports.storage import artefacts
from imports.work import how_far
from imports.work.lease import NotHeldError
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.usefixtures("files_are_read_once")]

GRACE = 3
BROKEN = SetCell("Email Address", 4, "mended@example.com")
US_TO_GB = ReplaceValue("CC", "US", "GB")


@pytest.fixture
def staged(alice, account, sandbox, tmp_path) -> UploadJob:
    with files.mailchimp_csv(tmp_path).open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name="audience.csv", file=File(file))
    run_inline(job)
    return job


@pytest.fixture
def job(staged, alice) -> UploadJob:
    set_mapping(staged, Mapping.from_json(staged.mapping), alice)
    run_inline(staged)
    assert staged.status == JobStatus.CHECKED
    return staged


def stored_tables(job: UploadJob) -> set[str]:
    """What storage holds of `job`, by the names of its tables."""
    names = default_storage.listdir(f"{artefacts.JOBS}/{job.pk}")[1]
    return {name.removesuffix(artefacts.SUFFIX) for name in names}


def same(job: UploadJob) -> UploadJob:
    """The job as somebody else looks it up."""
    return UploadJob.objects.select_related("account").get(pk=job.pk)


def effects(job: UploadJob) -> list[int | None]:
    return [one.effect for one in repairs_of(job)]


def test_the_whole_file_is_checked_again_and_the_totals_follow(job, alice):
    before = job.check_summary
    assert add_repairs(job, [BROKEN], alice)
    assert job.status == JobStatus.CHECKING
    assert job.check_summary == before  # pages show it until the next is there

    run_inline(job)

    assert job.status == JobStatus.CHECKED
    assert job.check_summary["fates"]["ready"] == before["fates"]["ready"] + 1
    assert effects(job) == [1]


def test_a_repair_is_an_event_without_a_value_in_it(job, alice):
    add_repairs(job, [BROKEN, US_TO_GB], alice)

    event = job.events.last()
    assert (event.from_status, event.to_status, event.actor) == ("checked", "checking", alice)
    assert (event.note, event.details) == ("repairs_made", {"count": 2})
    assert event.note_words == "repairs made: 2"


def test_the_staged_table_is_never_touched(job, alice):
    stored = job.tables[artefacts.STAGED]
    with artefacts.local(job, artefacts.STAGED) as path:
        before = path.read_bytes()
    add_repairs(job, [BROKEN], alice)
    run_inline(job)

    assert job.tables[artefacts.STAGED] == stored
    with artefacts.local(job, artefacts.STAGED) as path, artefacts.local_checked(job) as checked:
        assert path.read_bytes() == before
        assert checked.read_bytes() != before


def test_no_table_is_left_over(job, alice):
    for repair in (BROKEN, US_TO_GB, LeaveOutRow(GRACE)):
        add_repairs(job, [repair], alice)
        run_inline(job)
    undo(job, [1], alice)
    run_inline(job)

    assert stored_tables(job) == set(job.tables.values())


def test_what_is_undone_is_as_if_it_had_never_been(job, alice):
    before, tables = job.check_summary, set(job.tables)
    add_repairs(job, [BROKEN, US_TO_GB], alice)
    run_inline(job)
    assert undo_all(job, alice)
    run_inline(job)

    assert job.check_summary == before
    assert set(job.tables) == tables | {artefacts.OVERLAY}
    assert overlay_digest(job) == ""
    assert effects(job) == [None, None]
    assert not undo_all(job, alice)


def test_one_of_two_is_undone_and_done_again(job, alice):
    add_repairs(job, [BROKEN, US_TO_GB], alice)
    run_inline(job)
    done, digest = job.check_summary, overlay_digest(job)
    undo(job, [1], alice)
    run_inline(job)
    assert effects(job) == [None, 2]
    assert job.check_summary["fates"] != done["fates"]

    assert redo(job, [1], alice)
    run_inline(job)

    assert (job.check_summary, overlay_digest(job)) == (done, digest)


def test_rules_for_problems_are_for_the_cells_of_the_last_check(job, alice):
    add_repairs(job, [UseInstead("Phone Number", "phone_too_short", "blank")], alice)
    run_inline(job)
    assert effects(job) == [1]
    assert "phone_too_short" not in job.check_summary["issue_counts"]

    add_repairs(job, [LeaveOutProblem("Email Address", "email_two_ats")], alice)
    run_inline(job)
    assert effects(job) == [1, 1]
    assert job.check_summary["fates"]["excluded"] == 1


def test_a_rule_for_a_problem_needs_a_check(staged, alice):
    with pytest.raises(NotRepairableError):
        add_repairs(staged, [UseInstead("Phone Number", "phone_too_short", "blank")], alice)


def test_a_repair_while_the_file_is_checked_begins_the_check_anew(job, alice, monkeypatch):
    """The worker is at the older check when the next repair comes: what it found is thrown away."""
    add_repairs(job, [BROKEN], alice)
    first = same(job)
    applied = check_step.apply_mapping

    def repaired_meanwhile(*arguments, **options):
        monkeypatch.setattr(check_step, "apply_mapping", applied)
        add_repairs(same(job), [LeaveOutRow(GRACE)], alice)
        return applied(*arguments, **options)

    monkeypatch.setattr(check_step, "apply_mapping", repaired_meanwhile)
    check_job(first)
    job = same(job)
    assert job.status == JobStatus.CHECKING
    assert job.pk in find_due().job_ids

    run_inline(job)

    assert job.status == JobStatus.CHECKED
    assert effects(job) == [1, 1]
    assert stored_tables(job) == set(job.tables.values())


def test_a_worker_notices_that_a_repair_was_made(job, alice, monkeypatch):
    monkeypatch.setattr(how_far, "TOLD_EVERY_SECONDS", 0.0)
    add_repairs(job, [BROKEN], alice)
    look = check_step._watch(same(job))
    look(1)
    add_repairs(job, [US_TO_GB], alice)
    with pytest.raises(NotHeldError):
        look(2)


def test_the_second_of_two_people_is_told_to_look_again(job, alice):
    """Nothing of the first is lost, and nothing of the second is half done."""
    second = same(job)
    add_repairs(job, [BROKEN], alice)

    with pytest.raises(RepairedMeanwhileError):
        add_repairs(second, [US_TO_GB], alice)

    run_inline(job)
    assert [one.entry.repair for one in repairs_of(job)] == [BROKEN]
    assert stored_tables(job) == set(job.tables.values())

    add_repairs(same(job), [US_TO_GB], alice)
    run_inline(job := same(job))
    assert [one.entry.repair for one in repairs_of(job)] == [BROKEN, US_TO_GB]


def test_a_check_that_ends_meanwhile_is_no_conflict(job, alice):
    add_repairs(job, [BROKEN], alice)
    seen = same(job)
    run_inline(job)

    add_repairs(seen, [US_TO_GB], alice)

    run_inline(seen)
    assert effects(seen) == [1, 2]


def test_a_cell_that_is_no_longer_what_was_seen_is_not_changed(job, alice):
    cell = (4, "Email Address")
    add_repairs(job, [BROKEN], alice, seen={cell: "broken@@example.com"})
    with pytest.raises(RepairedMeanwhileError):
        add_repairs(
            job, [SetCell("Email Address", 4, "x@example.com")], alice, seen={cell: "broken@@example.com"}
        )
    assert add_repairs(job, [SetCell("Email Address", 4, "x@example.com")], alice, seen={cell: BROKEN.value})


def test_rows_are_told_as_they_are_now_before_any_check_of_them(job, alice):
    add_repairs(job, [BROKEN, LeaveOutRow(GRACE)], alice)
    found = rows_now(job, [GRACE, 4])
    assert found.select("row", "c0", "left_out").rows() == [
        (GRACE, "grace@example.com", True),
        (4, "mended@example.com", False),
    ]


def test_what_was_reviewed_is_what_is_confirmed(job, alice):
    reviewed = same(job)
    add_repairs(job, [BROKEN], alice)
    assert not confirm_job(reviewed, alice)
    run_inline(job)
    assert not confirm_job(reviewed, alice)
    assert confirm_job(job, alice)
    assert not can_be_repaired(job)
    with pytest.raises(NotRepairableError):
        add_repairs(job, [US_TO_GB], alice)


def test_a_cancelled_job_is_past_repairing(job, alice):
    cancel_job(job, alice)
    with pytest.raises(NotRepairableError):
        add_repairs(job, [BROKEN], alice)


def test_a_trial_is_of_the_repaired_file_and_the_check_takes_it_over(staged, alice):
    mapping = Mapping.from_json(staged.mapping)
    request_trial(staged, mapping)
    run_trial(staged)
    without = trial_of(staged).summary["fates"]["ready"]

    add_repairs(staged, [BROKEN], alice)
    assert (staged.status, trial_of(staged).state) == (JobStatus.STAGED, TrialState.WAITING)
    run_trial(staged)
    assert trial_of(staged).summary["fates"]["ready"] == without + 1

    set_mapping(staged, mapping, alice)
    run_inline(staged)
    assert staged.check_summary["fates"]["ready"] == without + 1
    assert artefacts.REPAIRED in staged.tables
    assert stored_tables(staged) == set(staged.tables.values())


def test_a_trial_without_a_repair_is_not_taken_over(staged, alice):
    mapping = Mapping.from_json(staged.mapping)
    request_trial(staged, mapping)
    run_trial(staged)
    ready = trial_of(staged).summary["fates"]["ready"]
    set_mapping(staged, mapping, alice)
    add_repairs(staged, [BROKEN], alice)

    run_inline(staged)

    assert staged.check_summary["fates"]["ready"] == ready + 1


def test_a_file_that_is_read_again_keeps_its_repairs_undone(job, alice):
    add_repairs(job, [BROKEN, LeaveOutRow(GRACE)], alice)
    run_inline(job)
    reopen_mapping(job, alice)
    restage(job, {"delimiter": ","}, alice)
    run_inline(job)

    assert job.status == JobStatus.STAGED
    assert [(one.entry.repair, one.entry.is_undone) for one in repairs_of(job)] == [
        (BROKEN, True),
        (LeaveOutRow(GRACE), True),
    ]
    assert overlay_digest(job) == ""
    assert stored_tables(job) == set(job.tables.values())


def test_the_mapping_is_changed_and_the_repairs_stay(job, alice):
    add_repairs(job, [BROKEN], alice)
    run_inline(job)
    reopen_mapping(job, alice)
    set_mapping(job, Mapping.from_json({**job.mapping, "duplicates": "keepFirst"}), alice)
    run_inline(job)
    assert effects(job) == [1]
