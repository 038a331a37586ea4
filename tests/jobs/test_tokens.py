"""Who holds a job, a batch, a trial or a probe is compared by every write: one that was taken for dead writes nothing.

Each test lets a worker hold something, has another take it over in the middle of its step, and then lets the first
come to each of its ends.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone

from imports.accounts import connection
from imports.delivery import poll, probe, send
from imports.delivery.doubt import recover_abandoned
from imports.dotdigital.errors import (
    CredentialsRefusedError,
    ImportNotFoundError,
    NoAnswerError,
    RateLimitedError,
    RefusedError,
    TooManyActiveImportsError,
    UnreachableError,
)
from imports.dotdigital.import_states import FINISHED, NOT_FINISHED, REJECTED_BY_WATCHDOG
from imports.dotdigital.types import AccountInfo
from imports.files.file_refusals import refusal
from imports.files.reading import Reading
from imports.jobs import check, report, retry, stage, suggesting, trial
from imports.models import DotdigitalAccount, ImportBatch, JobEvent, MappingTrial, UploadJob
from imports.states import BatchStatus, JobStatus
from imports.storage import artefacts
from imports.storage.artefacts import StorageUnavailableError
from imports.work import how_far, lease
from tests.pipeline.rows import make_account, make_batch, make_job
from tests.reports.artefacts import write_settled
from tests.told import as_told

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

SOON = timedelta(minutes=1)


class PortalBugError(Exception):
    pass


def rows() -> dict[str, list[dict[str, Any]]]:
    """All that the steps write of jobs, batches and trials."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (UploadJob, ImportBatch, MappingTrial, JobEvent)
    }


class Usurper:
    """Another worker. It takes over what the first has, and remembers how it left the rows."""

    def __init__(self) -> None:
        self.left: dict[str, list[dict[str, Any]]] | None = None

    def take_job(self, job: UploadJob) -> None:
        UploadJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - SOON)
        found = UploadJob.objects.get(pk=job.pk)
        assert UploadJob.objects.take(found, timezone.now() + SOON)
        self.left = rows()

    def finish_check(self, job: UploadJob) -> None:
        """It goes further: the job is checked, and a person has its import started."""
        found = UploadJob.objects.get(pk=job.pk)
        assert UploadJob.objects.transition(found, JobStatus.CHECKED)
        assert UploadJob.objects.transition(found, JobStatus.SENDING)
        make_batch(found, BatchStatus.ACTIVE, import_id="1")
        self.left = rows()

    def take_batch(self, batch: ImportBatch) -> None:
        """The batch has come back to the very status that it had."""
        ImportBatch.objects.filter(pk=batch.pk).update(token=uuid.uuid4(), attempts=5)
        self.left = rows()

    def assert_undisturbed(self) -> None:
        assert self.left is not None
        assert rows() == self.left


@pytest.fixture
def usurper() -> Iterator[Usurper]:
    usurper = Usurper()
    yield usurper
    usurper.assert_undisturbed()


@pytest.fixture(autouse=True)
def _own_files(tmp_path, settings) -> None:
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}


ENDS = {
    "bug": PortalBugError(),
    "storage": StorageUnavailableError("the storage does not answer"),
    "database": OperationalError("the database does not answer"),
}


def ends_of(*more: Any) -> Any:
    return pytest.mark.parametrize("end", [*ENDS.values(), *more], ids=lambda end: type(end).__name__)


def interrupted(usurp: Callable[[], None], end: Exception | None, result: Any = None) -> Callable[..., Any]:
    """What a step calls: meanwhile the other worker comes, then it fails, or returns `result`."""

    def interrupting(*args: Any, **options: Any) -> Any:
        usurp()
        if end is not None:
            raise end
        return result(*args, **options) if callable(result) else result

    return interrupting


class TestJobs:
    @ends_of(refusal("empty_file"))
    @pytest.mark.parametrize("reading", [{}, {"columns": ["Email"]}], ids=["first", "again"])
    def test_reading_that_fails(self, end, reading, usurper, monkeypatch):
        key = default_storage.save("uploads/rows", ContentFile(b"Email\r\n"))
        job = make_job(JobStatus.UPLOADED, upload=key, reading=reading)
        monkeypatch.setattr(stage, "read_upload", interrupted(lambda: usurper.take_job(job), end))
        monkeypatch.setattr(stage.Reading, "from_dict", lambda given: SimpleNamespace(staged_rows=1))
        monkeypatch.setattr(stage, "suggested", lambda *args: {})

        stage.stage_job(job)

    def test_reading_that_succeeds(self, usurper, monkeypatch):
        key = default_storage.save("uploads/rows", ContentFile(b"Email\r\na@example.com\r\n"))
        job = make_job(JobStatus.UPLOADED, upload=key)
        monkeypatch.setattr(stage, "suggested", interrupted(lambda: usurper.take_job(job), None, {}))

        stage.stage_job(job)

        assert default_storage.listdir(f"{artefacts.JOBS}/{job.pk}")[1] == []

    def test_telling_how_far_it_has_come(self, usurper, monkeypatch):
        monkeypatch.setattr(how_far, "TOLD_EVERY_SECONDS", 0.0)
        job = make_job(JobStatus.STAGING)
        tell = stage._teller(job)
        usurper.take_job(job)

        tell(1_000)

    def test_collecting_rows_to_be_tried_again(self, usurper, monkeypatch, tmp_path):
        reading = Reading(
            format="csv", header_row=1, header_rows=1, first_data_row=2, columns=("Email",),
            records=2, rows=1, blank=0, non_data=0, staged_rows=1,
        )  # fmt: skip
        parent = make_job(JobStatus.FINISHED, reading=reading.to_dict())
        for name, table in (
            (artefacts.STAGED, pl.DataFrame({"row": [2], "c0": ["a@example.com"]})),
            (artefacts.OUTCOMES, pl.DataFrame({"row": [2], "outcome": ["refused"]})),
        ):
            table.cast({"row": pl.UInt32}).write_parquet(tmp_path / name)
            parent.tables[name] = artefacts.store(parent, name, tmp_path / name, parent.token)
        parent.save()
        job = make_job(JobStatus.UPLOADED, upload="", parent=parent)

        def write_csv(table, reading, path, **options):
            path.write_bytes(b"Email\r\na@example.com\r\n")
            usurper.take_job(job)

        monkeypatch.setattr(retry, "write_csv", write_csv)

        stage.stage_job(job)

        assert default_storage.listdir(artefacts.UPLOADS)[1] == []

    @ends_of()
    @pytest.mark.parametrize("goes_on", [False, True], ids=["taken", "sending"])
    def test_a_check_that_fails(self, end, goes_on, usurper, monkeypatch):
        job = make_job(JobStatus.CHECKING, mapping={"columns": []})

        def usurp() -> None:
            usurper.take_job(job)
            if goes_on:
                usurper.finish_check(job)

        monkeypatch.setattr(check.Mapping, "from_json", interrupted(usurp, end))

        check.check_job(job)

    def test_a_check_that_succeeds(self, usurper, monkeypatch):
        job = make_job(JobStatus.CHECKING)
        tables = {artefacts.PREPARED: "prepared-new"}
        found = check.Checked(tables, {"fates": {}}, [{"number": 1}])
        monkeypatch.setattr(check.Mapping, "from_json", lambda given: None)
        monkeypatch.setattr(check, "_taken_over", interrupted(lambda: usurper.take_job(job), None, found))

        check.check_job(job)

    @ends_of()
    def test_a_report_that_fails(self, end, usurper, monkeypatch):
        job = make_job(JobStatus.SENDING)
        monkeypatch.setattr(report.artefacts, "local", interrupted(lambda: usurper.take_job(job), end))

        report.report_job(job)

    def test_a_report_that_succeeds(self, usurper, monkeypatch):
        job = make_job(JobStatus.SENDING, rows=0)

        @contextmanager
        def local(job, name):
            yield None

        def write_outcomes(prepared, issues, parts, table, *args, **options):
            write_settled(table, {"row": 2, "outcome": "created"})
            usurper.take_job(job)
            return SimpleNamespace(to_dict=lambda: {"counts": {}}, counts={}, rows=0)

        monkeypatch.setattr(report.artefacts, "local", local)
        monkeypatch.setattr(report, "write_outcomes", write_outcomes)
        monkeypatch.setattr(report, "count_reasons", lambda table: [])

        report.report_job(job)

        assert default_storage.listdir(f"{artefacts.JOBS}/{job.pk}")[1] == []

    @pytest.mark.parametrize("step", [check.check_job, report.report_job, stage.stage_job])
    def test_one_that_cost_too_many_workers(self, step, usurper, monkeypatch):
        """Between taking it and giving it up, somebody else takes it."""
        statuses = {check.check_job: JobStatus.CHECKING, stage.stage_job: JobStatus.STAGING}
        job = make_job(statuses.get(step, JobStatus.SENDING), takeovers=lease.MAX_TAKEOVERS)
        module = {check.check_job: check, report.report_job: report, stage.stage_job: stage}[step]
        name = "_refuse" if module is stage else "error_job"
        real = getattr(module, name)
        monkeypatch.setattr(module, name, interrupted(lambda: usurper.take_job(job), None, real))

        step(job)

    def test_a_lease_is_not_renewed(self, usurper, monkeypatch):
        monkeypatch.setattr(lease, "RENEW_EVERY_SECONDS", 0.01)
        job = make_job(JobStatus.CHECKING, lease_until=timezone.now() + SOON)
        mine = UploadJob.objects.held(job)
        usurper.take_job(job)

        assert not mine.update(lease_until=timezone.now())

    def test_a_suggestion_made_anew(self, usurper, monkeypatch):
        job = make_job(JobStatus.STAGED)
        monkeypatch.setattr(suggesting.Reading, "from_dict", lambda given: None)
        usurp = interrupted(lambda: usurper.take_job(job), None, {"mapping": {"columns": []}})
        monkeypatch.setattr(suggesting, "suggested", usurp)

        assert not suggesting.suggest_again(job)

    @pytest.mark.parametrize("to", [JobStatus.STAGED, JobStatus.CHECKING, JobStatus.SENDING])
    def test_a_person_who_looks_at_a_page_of_before(self, to, usurper):
        job = make_job(JobStatus.CHECKED)
        ahead = UploadJob.objects.get(pk=job.pk)
        UploadJob.objects.transition(ahead, JobStatus.STAGED)
        UploadJob.objects.transition(ahead, JobStatus.CHECKING)
        UploadJob.objects.transition(ahead, JobStatus.CHECKED)
        usurper.left = rows()

        assert not UploadJob.objects.transition(job, to)


class Answers:
    """A Dotdigital that answers as told, after the other worker has come."""

    allowance = None

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.import_contacts = self.import_status = lambda given: answer()
        self.account_info = answer

    def __enter__(self) -> "Answers":
        return self

    def __exit__(self, *error: object) -> None:
        pass


@contextmanager
def nothing() -> Iterator[None]:
    yield


class TestBatches:
    @pytest.fixture
    def batch(self, tmp_path) -> ImportBatch:
        """Two rows, being sent."""
        job = make_job(JobStatus.SENDING, stops_on_refusal=True, mapping={"mergeOption": "overwrite"})
        columns = ("row", "fate", "contact", "match_by", "match_identifier", "email", "mobile_number")
        values = [
            (row, "ready", "{}", "email", f"{row}@example.com", f"{row}@example.com", "") for row in (2, 3)
        ]
        pl.DataFrame(values, schema=columns, orient="row").write_parquet(tmp_path / "table")
        job.tables = artefacts.store_all(job, {artefacts.PREPARED: tmp_path / "table"}, job.token)
        job.save()
        return make_batch(job, BatchStatus.SENDING, lease_until=timezone.now() + SOON)

    @pytest.mark.parametrize(
        "error",
        [
            NoAnswerError(),
            UnreachableError(),
            TooManyActiveImportsError(),
            CredentialsRefusedError(),
            RateLimitedError(timezone.now()),
            RefusedError(status=400),
            RefusedError(status=409),
        ],
        ids=str,
    )
    def test_a_call_that_fails(self, error, batch, usurper, monkeypatch):
        batch.job.account.refresh_from_db()
        answer = interrupted(lambda: usurper.take_batch(batch), error)
        monkeypatch.setattr(send, "client_for", lambda *args, **options: Answers(answer))
        monkeypatch.setattr(send, "body_of", lambda batch: b"{}")
        monkeypatch.setattr("imports.delivery.halving.pieces_of", halves_of)

        send.send_batch(batch)

        assert len(default_storage.listdir(f"{artefacts.JOBS}/{batch.job_id}")[1]) == 1

    def test_a_call_that_is_accepted_is_noted_and_no_more(self, batch, usurper, monkeypatch):
        answer = interrupted(lambda: usurper.take_batch(batch), None, "import-1")
        monkeypatch.setattr(send, "client_for", lambda *args, **options: Answers(answer))
        monkeypatch.setattr(send, "body_of", lambda batch: b"{}")

        send.send_batch(batch)

        assert JobEvent.objects.get().note_words.endswith("import import-1")
        JobEvent.objects.all().delete()
        usurper.assert_undisturbed()

    @ends_of()
    def test_a_body_that_cannot_be_had(self, end, batch, usurper, monkeypatch):
        monkeypatch.setattr(send, "body_of", interrupted(lambda: usurper.take_batch(batch), end))

        send.send_batch(batch)

    @pytest.mark.parametrize(
        "state", [FINISHED, NOT_FINISHED, REJECTED_BY_WATCHDOG], ids=lambda one: one.name
    )
    def test_an_import_that_is_asked_after(self, state, batch, usurper, monkeypatch):
        ImportBatch.objects.update(status=BatchStatus.ACTIVE, import_id="1")
        batch.refresh_from_db()
        status = SimpleNamespace(
            status=state.name,
            is_finished=state.is_finished,
            is_terminal=state.is_terminal,
            entries=lambda: iter(()),
        )
        answer = interrupted(lambda: usurper.take_batch(batch), None, lambda: Entered(status))
        monkeypatch.setattr(poll, "client_for", lambda *args, **options: Answers(answer))

        poll.poll_batch(batch)

        assert len(default_storage.listdir(f"{artefacts.JOBS}/{batch.job_id}")[1]) == 1

    def test_one_that_is_given_up(self, batch, usurper, monkeypatch):
        ImportBatch.objects.update(status=BatchStatus.ACTIVE, import_id="1")
        batch.refresh_from_db()
        answer = interrupted(lambda: usurper.take_batch(batch), ImportNotFoundError(status=404))
        monkeypatch.setattr(poll, "client_for", lambda *args, **options: Answers(answer))

        poll.poll_batch(batch)

    def test_one_taken_for_dead_that_renews_its_lease_is_not_put_in_doubt(self, batch, usurper, monkeypatch):
        ImportBatch.objects.update(lease_until=timezone.now() - SOON)
        real = ImportBatch.objects.none().__class__.transition

        def renewed_before(self, *args, **options):
            ImportBatch.objects.update(lease_until=timezone.now() + SOON)
            usurper.left = rows()
            return real(self, *args, **options)

        monkeypatch.setattr(ImportBatch.objects.none().__class__, "transition", renewed_before)
        recover_abandoned(batch.job.account, timezone.now())


class Entered(SimpleNamespace):
    """A status that is used as a context manager."""

    def __init__(self, status: SimpleNamespace) -> None:
        super().__init__(**vars(status))

    def __enter__(self) -> "Entered":
        return self

    def __exit__(self, *error: object) -> None:
        pass


def halves_of(batch: ImportBatch, count: int) -> tuple[Any, Any]:
    return tuple(SimpleNamespace(rows=[row], body=b"{}", sha256="0" * 64) for row in (2, 3))


class TestTrials:
    @pytest.fixture
    def tried(self) -> UploadJob:
        job = make_job(JobStatus.STAGED)
        MappingTrial.objects.create(job=job, mapping={}, digest="d")
        return job

    @pytest.mark.parametrize("end", [None, PortalBugError(), trial.TrialReplacedError()], ids=str)
    def test_a_worker_that_was_taken_for_dead_writes_nothing(
        self, end, tried, usurper, monkeypatch, tmp_path
    ):
        def usurp() -> None:
            MappingTrial.objects.update(run=uuid.uuid4(), lease_until=timezone.now() + SOON)
            usurper.left = rows()

        def applied(*args: Any) -> Any:
            for name in ("prepared", "issues"):
                (tmp_path / name).write_bytes(b"a table")
            return trial.Applied(tmp_path / "prepared", tmp_path / "issues", {"fates": {}})

        monkeypatch.setattr(trial.Mapping, "from_json", lambda given: None)
        monkeypatch.setattr(trial, "digest_of", lambda job, mapping: "d")
        monkeypatch.setattr(trial, "apply_mapping", interrupted(usurp, end, applied))

        trial.run_trial(tried)

        folder = default_storage.path(f"{artefacts.JOBS}/{tried.pk}")
        assert end is not None or default_storage.listdir(folder)[1] == []


class TestProbes:
    """Whether an account can be used again is asked by one worker on behalf of all."""

    @pytest.fixture
    def account(self) -> DotdigitalAccount:
        account = make_account()
        account.failed_calls, account.not_before = 3, timezone.now() - SOON
        account.save()
        return account

    @pytest.mark.parametrize("is_blocked_with_reason", [False, True], ids=["silent", "blocked_reason"])
    @pytest.mark.parametrize(
        "end", [None, UnreachableError(), CredentialsRefusedError()], ids=lambda end: type(end).__name__
    )
    def test_one_that_another_has_taken_over_writes_nothing(
        self, end, is_blocked_with_reason, account, monkeypatch
    ):
        DotdigitalAccount.objects.update(
            blocked_reason=as_told("The password is refused." if is_blocked_with_reason else "")
        )
        left: list[dict[str, Any]] = []

        def usurp() -> None:
            DotdigitalAccount.objects.update(probe=uuid.uuid4(), not_before=timezone.now() + SOON)
            left.append(DotdigitalAccount.objects.values().get())

        info = AccountInfo(id=1, name="Rows", api_endpoint="https://r2-api.dotdigital.com")
        client = Answers(interrupted(usurp, end, info))
        monkeypatch.setattr(probe, "client_for", lambda *args, **options: client)
        monkeypatch.setattr(connection, "client_for", lambda *args, **options: client)
        monkeypatch.setattr(connection, "discover_account", lambda client: client.account_info())

        token = uuid.uuid4()
        DotdigitalAccount.objects.update(probe=token)
        probe.carry_out_probe(account, token)

        assert DotdigitalAccount.objects.values().get() == left[0]

    def test_a_test_of_credentials_that_were_changed_meanwhile_writes_nothing(self, account, monkeypatch):
        def usurp() -> None:
            DotdigitalAccount.objects.update(endpoint="https://r3-api.dotdigital.com", api_user="other")

        info = AccountInfo(id=1, name="Rows", api_endpoint="https://r2-api.dotdigital.com")
        client = Answers(interrupted(usurp, None, info))
        monkeypatch.setattr(connection, "client_for", lambda *args, **options: client)
        monkeypatch.setattr(connection, "discover_account", lambda client: client.account_info())

        connection.test_connection(account)

        now = DotdigitalAccount.objects.get()
        assert (now.endpoint, now.failed_calls) == ("https://r3-api.dotdigital.com", 3)
