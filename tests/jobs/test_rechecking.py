"""A row of a job checked again at once, and what is offered for the problems that its check found."""

import pytest

from imports.contacts.repairs.offered import OfferKind
from imports.contacts.repairs.repair_types import LeaveOutRow, ReplaceValue, SetCell
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.rechecking import recheck_rows
from imports.jobs.repair_offers import distinct_values, repairs_offered, settings_offered, with_setting
from imports.jobs.repairing import NotRepairableError, add_repairs, undo
from imports.states import JobStatus
from tests.jobs.test_repairing import BROKEN, GRACE, job, same, staged

__all__ = ["job", "staged"]

pytestmark = [pytest.mark.pipeline, pytest.mark.usefixtures("files_are_read_once")]


def fates(found) -> dict[int, str]:
    return {one.row: one.fate for one in (*found.rows, *found.others)}


def test_a_repair_is_tried_before_it_is_made(job):
    found = recheck_rows(job, [4], [BROKEN])
    assert found.is_whole
    assert fates(found) == {4: "ready"}
    assert found.rows[0].cells[0] == BROKEN.value
    assert recheck_rows(job, [4]).rows[0].fate == "rejected"


def test_a_copy_of_a_row_is_told_with_the_row(job):
    found = recheck_rows(job, [GRACE], [SetCell("Email Address", GRACE, "leila@example.org")])
    (row,) = found.rows
    assert row.fate == "duplicate"
    assert row.stands_for_it == 6
    assert [line.code for line in row.lines if line.code == "duplicate_row"]


def test_a_row_is_left_out_and_its_copy_is_sent(job):
    assert fates(recheck_rows(job, [6], [LeaveOutRow(6)])) == {6: "excluded", 2: "ready"}


def test_rows_that_were_repaired_since_the_check_count_as_they_are_now(job, alice):
    add_repairs(job, [SetCell("Email Address", 4, "new@example.com")], alice)

    found = recheck_rows(job, [GRACE], [SetCell("Email Address", GRACE, "NEW@example.com")])
    assert found.is_whole
    assert fates(found) == {GRACE: "duplicate", 4: "ready"}

    run_inline(job)
    undo(job, [1], alice)
    assert (
        fates(recheck_rows(job, [GRACE], [SetCell("Email Address", GRACE, "NEW@example.com")]))[GRACE]
        == "ready"
    )


def test_after_a_rule_that_no_check_has_seen_more_may_follow_than_is_told(job, alice):
    add_repairs(job, [ReplaceValue("CC", "US", "GB")], alice)
    assert not recheck_rows(job, [GRACE]).is_whole
    run_inline(job)
    assert recheck_rows(job, [GRACE]).is_whole


def test_what_is_told_is_what_the_check_then_says(job, alice):
    repair = SetCell("Email Address", 4, "Grace@Example.com")
    found = recheck_rows(job, [4], [repair])
    add_repairs(job, [repair], alice)
    run_inline(job)
    again = recheck_rows(job, [4, GRACE])
    assert fates(found) == fates(again)
    assert again.others == ()


@pytest.mark.parametrize("status", ["staged", "cancelled"])
def test_without_a_check_to_go_on_there_is_none(status, staged, alice):
    if status == "cancelled":
        cancel_job(staged, alice)
    with pytest.raises(NotRepairableError):
        recheck_rows(staged, [GRACE])
    assert repairs_offered(staged, "phone_too_short", "Phone Number") == []
    assert settings_offered(staged, "phone_too_short", "Phone Number") == []


def test_what_is_offered_is_done_as_it_was_counted(job, alice):
    offers = {one.kind: one for one in repairs_offered(job, "phone_too_short", "Phone Number")}
    offer = offers[OfferKind.BLANK]
    assert (offer.count, offer.row, offer.was, offer.becomes) == (1, 7, "12", "")

    add_repairs(job, [offer.repair], alice)
    run_inline(job)

    assert "phone_too_short" not in job.check_summary["issue_counts"]
    assert repairs_offered(same(job), "phone_too_short", "Phone Number") == []


def test_values_are_counted_as_they_were_checked(job, alice):
    assert distinct_values(job, "CC") == ([("", 2), ("GB", 2), ("US", 2)], 3)
    add_repairs(job, [ReplaceValue("CC", "US", "GB")], alice)
    run_inline(job)
    assert distinct_values(job, "CC") == ([("GB", 4), ("", 2)], 2)


def test_another_setting_is_a_change_of_the_mapping(job, alice):
    mapping = with_setting(job, "Phone Number", "region", "FR")
    assert set_mapping(job, mapping, alice) == []
    run_inline(job)
    assert job.status == JobStatus.CHECKED
    column = next(one for one in job.mapping["columns"] if one["column"] == "Phone Number")
    assert column["region"] == "FR"
