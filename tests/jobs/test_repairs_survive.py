"""Repairs outlive whatever dies in the middle of them, and go with the rows that are tried again."""

import csv
import io
import uuid
from datetime import timedelta

import polars as pl
import pytest
from django.core.files import File
from django.utils import timezone

from imports.contacts.mapping import Mapping
from imports.contacts.repairs.carried_overlay import ROWS_SCHEMA
from imports.contacts.repairs.repair_types import LeaveOutRow, ReplaceValue, SetCell
from imports.jobs import check as check_step
from imports.jobs import repairing
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import check_job, set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.repairing import RepairedMeanwhileError, add_repairs, overlay_for, repairs_of
from imports.jobs.repairs_file import iter_repairs_csv
from imports.jobs.retry import retry_job
from imports.jobs.sweep import find_due
from imports.jobs.upload import receive_upload
from imports.models import UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from tests.jobs.test_repairing import BROKEN, GRACE, job, same, staged, stored_tables
from tests.pipeline import files

__all__ = ["job", "staged"]

pytestmark = [pytest.mark.pipeline, pytest.mark.usefixtures("files_are_read_once")]


class KilledError(BaseException):
    """Nothing catches it: as if the process had been killed just here."""


def killed_at(owner: object, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Have the process die before or after the next call of a function."""
    function = getattr(owner, name)

    def die(*arguments, **options):
        monkeypatch.setattr(owner, name, function)
        if after:
            function(*arguments, **options)
        raise KilledError

    monkeypatch.setattr(owner, name, die)


AT_REPAIRING = [
    (repairing, "write_overlay", True),
    (repairing.artefacts, "store", True),
    (repairing, "_name_overlay", False),
    (repairing, "_name_overlay", True),
]
AT_CHECKING = [
    (check_step, "apply_mapping", False),
    (check_step, "apply_mapping", True),
    (check_step.artefacts, "store_all", True),
    (check_step.artefacts, "drop", False),
]


@pytest.mark.parametrize(("owner", "name", "after"), AT_REPAIRING)
def test_a_process_that_dies_while_it_repairs_has_done_all_of_it_or_nothing(
    job, alice, monkeypatch, owner, name, after
):
    add_repairs(job, [BROKEN], alice)
    run_inline(job)
    killed_at(owner, name, monkeypatch, after=after)

    with pytest.raises(KilledError):
        add_repairs(same(job), [LeaveOutRow(GRACE)], alice)

    job = same(job)
    is_done = name == "_name_overlay" and after
    assert job.status == (JobStatus.CHECKING if is_done else JobStatus.CHECKED)
    run_inline(job)
    made = [one.entry.repair for one in repairs_of(job)]
    assert made == [BROKEN, LeaveOutRow(GRACE)] if is_done else made == [BROKEN]
    if not is_done:
        add_repairs(job, [LeaveOutRow(GRACE)], alice)
        run_inline(job)
    assert [one.effect for one in repairs_of(job)] == [1, 1]


@pytest.mark.parametrize(("owner", "name", "after"), AT_CHECKING)
def test_a_worker_that_dies_while_it_checks_is_followed_by_another(
    job, alice, monkeypatch, owner, name, after
):
    add_repairs(job, [BROKEN, LeaveOutRow(GRACE)], alice)
    killed_at(owner, name, monkeypatch, after=after)
    with pytest.raises(KilledError):
        check_job(same(job))
    UploadJob.objects.filter(lease_until__isnull=False).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )

    left = same(job)
    assert left.status == JobStatus.CHECKED or left.pk in find_due().job_ids
    run_inline(left)

    assert left.status == JobStatus.CHECKED
    assert [one.effect for one in repairs_of(left)] == [1, 1]
    assert set(left.tables.values()) <= stored_tables(left)


def test_rows_that_are_tried_again_keep_their_repairs(account, alice, sandbox, tmp_path):
    rows = [
        ("ann@example.com", "Ann", "GB"),
        ("bob@@example.com", "Bob", "UK"),
        ("", "", ""),
        ("cy@example.com", "Cy\nCyril", "UK"),
    ]
    path = files.delimited(tmp_path / "people.csv", ("Email", "First name", "Country"), rows)
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name=path.name, file=File(file))
    run_inline(job)
    set_mapping(job, Mapping.from_json(job.mapping), alice)
    run_inline(job)
    add_repairs(
        job,
        [
            SetCell("Email", 3, "bob@example.com"),
            SetCell("Email", 4, "dee@example.com"),
            SetCell("First name", 5, "Cyd"),
            SetCell("First name", 2, "Anna"),
            ReplaceValue("Country", "UK", "GB"),
            LeaveOutRow(2),
        ],
        alice,
    )
    run_inline(job)
    confirm_job(job, alice)
    cancel_job(job, alice)
    run_inline(job)
    assert job.ledger["counts"]["not_sent"] == 3

    again = retry_job(job, alice)
    run_inline(again)
    assert [one.entry.repair for one in repairs_of(again)] == [
        SetCell("Email", 3, "bob@example.com"),
        SetCell("Email", 4, "dee@example.com"),
        SetCell("First name", 5, "Cyd"),
        ReplaceValue("Country", "UK", "GB"),
    ]
    assert [one.entry.by for one in repairs_of(again)] == [alice.pk] * 4
    set_mapping(again, again_mapping := Mapping.from_json(again.mapping), alice)
    run_inline(again)
    assert again_mapping == Mapping.from_json(job.mapping)
    confirm_job(again, alice)
    run_inline(again)

    arrived = {
        one["identifiers"]["email"]: one["dataFields"]["FIRSTNAME"]
        for one in sandbox.contacts()
        if "FIRSTNAME" in one["dataFields"]
    }
    assert again.ledger["counts"]["created"] == 3
    assert arrived == {"bob@example.com": "Bob", "cy@example.com": "Cyd"}


def became(row: int, other: int) -> pl.DataFrame:
    return pl.DataFrame({"row": [row], "becomes_row": [other]}, schema=ROWS_SCHEMA)


def test_repairs_of_one_reading_are_not_given_to_another(job, alice, monkeypatch):
    """The file is read anew while the overlay is written: its rows may be others."""
    store = repairing.store_overlay

    def read_meanwhile(mine, overlay):
        moved = {"tables": {**mine.tables, artefacts.STAGED: "another"}, "token": uuid.uuid4()}
        UploadJob.objects.filter(pk=mine.pk).update(**moved)
        return store(mine, overlay)

    monkeypatch.setattr(repairing, "store_overlay", read_meanwhile)
    with pytest.raises(RepairedMeanwhileError):
        add_repairs(job, [LeaveOutRow(GRACE)], alice)

    assert artefacts.OVERLAY not in same(job).tables


def test_a_value_that_was_corrected_in_the_file_of_a_child_stays(job, alice, tmp_path):
    add_repairs(job, [BROKEN], alice)
    run_inline(job)
    child = same(job)
    assert overlay_for(child, job, became(99, 4), tmp_path) == {}
    carried = overlay_for(child, job, became(4, 7), tmp_path)
    assert set(carried) == {artefacts.OVERLAY}


def test_repairs_are_written_cell_by_cell_with_who_made_them(job, alice):
    add_repairs(job, [BROKEN, ReplaceValue("CC", "US", "=GB"), LeaveOutRow(GRACE)], alice)
    text = b"".join(iter_repairs_csv(job)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["row"], row["column"], row["was"], row["is"], row["by"]) for row in rows] == [
        ("2", "CC", "US", "'=GB", "alice"),
        ("3", "", "(sent)", "(left out)", "alice"),
        ("4", "Email Address", "broken@@example.com", "mended@example.com", "alice"),
        ("6", "CC", "US", "'=GB", "alice"),
    ]
    assert all(row["at"].startswith("20") for row in rows)


def test_a_job_without_repairs_has_an_empty_list_of_them(job):
    text = b"".join(iter_repairs_csv(job)).decode("utf-8-sig")
    assert text == "row,column,was,is,by,at\r\n"
