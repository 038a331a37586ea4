"""Transactions: what is rolled back is rolled back in memory too, and no call is made inside one."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from imports.models import ImportBatch, JobEvent, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.transactions import unit_of_work
from imports.work.queue import queue_lengths
from tests.no_calls import CallInTransactionError
from tests.pipeline.rows import make_batch, make_job

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

PORTAL = Path(__file__).parents[2]
THE_ONE = Path("imports", "transactions.py")


class BrokenOffError(Exception):
    pass


def held_values(instance: UploadJob | ImportBatch) -> dict[str, object]:
    return {name: value for name, value in vars(instance).items() if not name.startswith("_")}


@contextmanager
def broken_off() -> Iterator[None]:
    """A unit of work that does not come to its end."""
    with suppress(BrokenOffError), unit_of_work():
        yield
        raise BrokenOffError


class TestRollback:
    def test_a_move_that_is_rolled_back_is_none_in_memory(self):
        job = make_job(JobStatus.CHECKED)
        before = held_values(job)

        with broken_off():
            assert UploadJob.objects.transition(job, JobStatus.SENDING, stops_on_refusal=True)
            assert job.status == JobStatus.SENDING

        assert held_values(job) == before
        assert not JobEvent.objects.exists()
        assert UploadJob.objects.transition(job, JobStatus.SENDING)

    def test_so_is_a_move_of_a_batch_and_a_claim_of_a_job(self):
        job = make_job(JobStatus.CHECKING)
        batch = make_batch(job, BatchStatus.SENDING)
        before = held_values(job), held_values(batch)

        with broken_off():
            assert UploadJob.objects.take(job, timezone.now())
            assert ImportBatch.objects.transition(batch, BatchStatus.ACTIVE, import_id="1")

        assert (held_values(job), held_values(batch)) == before

    def test_what_a_savepoint_kept_is_undone_with_the_whole(self):
        job = make_job(JobStatus.CHECKED)
        before = held_values(job)

        with broken_off(), unit_of_work():
            UploadJob.objects.transition(job, JobStatus.SENDING)

        assert held_values(job) == before

    def test_what_a_savepoint_lost_is_undone_alone(self):
        job, other = make_job(JobStatus.CHECKED), make_job(JobStatus.CHECKED)

        with unit_of_work():
            UploadJob.objects.transition(job, JobStatus.SENDING)
            with broken_off():
                UploadJob.objects.transition(other, JobStatus.SENDING)

        assert (job.status, other.status) == (JobStatus.SENDING, JobStatus.CHECKED)

    def test_a_field_that_was_not_loaded_is_not_loaded_afterwards(self):
        job = UploadJob.objects.only("status", "token").get(pk=make_job(JobStatus.CHECKED).pk)

        with broken_off():
            UploadJob.objects.transition(job, JobStatus.SENDING, stops_on_refusal=True)

        assert "stops_on_refusal" not in vars(job)
        assert not job.stops_on_refusal

    def test_every_transaction_is_a_unit_of_work(self):
        """One that is not would leave in memory what it has rolled back."""
        found = [
            f"{path.relative_to(PORTAL)}:{node.lineno}"
            for folder in ("imports", "portal")
            for path in (PORTAL / folder).rglob("*.py")
            if path.relative_to(PORTAL) != THE_ONE
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute | ast.Name) and _name(node) == "atomic"
        ]
        assert found == []


def _name(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


class TestCallsInTransactions:
    """The watch itself, which every other test of the suite is under."""

    @pytest.mark.parametrize(
        "call",
        [
            pytest.param(lambda: requests.get("http://127.0.0.1:9/", timeout=1), id="http"),
            pytest.param(queue_lengths, id="redis"),
            pytest.param(lambda: default_storage.save("x", ContentFile(b"x")), id="save"),
            pytest.param(lambda: default_storage.exists("x"), id="exists"),
            pytest.param(lambda: default_storage.delete("x"), id="delete"),
        ],
    )
    def test_it_is_refused(self, call, calls_in_transactions):
        with transaction.atomic(), pytest.raises(CallInTransactionError):
            call()

        assert len(calls_in_transactions) == 1
        calls_in_transactions.clear()

    def test_outside_it_is_not(self):
        key = default_storage.save("x", ContentFile(b"x"))
        default_storage.delete(key)
        assert sum(queue_lengths().values()) == 0
