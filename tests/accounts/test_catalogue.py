"""What an account has is read by workers, beside the work of people; jobs that had less are suggested anew."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from imports.accounts import catalogue
from imports.accounts.catalogue import (
    catalogue_of,
    create_data_field,
    is_old,
    known_of,
    refresh_if_old,
    request_refresh,
)
from imports.contacts.mapping import Mapping
from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import NoAnswerError
from imports.jobs.advance import run_inline
from imports.jobs.check import reopen_mapping, set_mapping
from imports.jobs.stage import stage_job
from imports.jobs.suggesting import refresh_account, request_suggestion
from imports.jobs.sweep import find_due
from imports.jobs.tasks import read_account
from imports.jobs.upload import receive_upload
from imports.models import AccountCatalogue, DotdigitalAccount, UploadJob
from imports.secrets import SecretUnreadableError
from imports.states import JobStatus
from tests.dotdigital.servers import Reply, ScriptedServer, json_reply
from tests.patience import wait_until

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

FILE = b"Email;First name\r\nada@example.com;Ada\r\ngrace@example.com;Grace\r\n"
FIELDS = json_reply([{"name": "FIRSTNAME", "type": "String", "visibility": "Public"}])
NONE = json_reply([])
WHOLE = (FIELDS, NONE, NONE, NONE)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def account(db, server, settings) -> DotdigitalAccount:
    """An account that was never read."""
    settings.DOTDIGITAL_EXTRA_HOSTS = [server.host]
    account = DotdigitalAccount(name="Acme", endpoint=server.endpoint, api_user="user")
    account.api_password = "not a secret here"
    account.save()
    return account


@pytest.fixture
def owner(django_user_model) -> Any:
    return django_user_model.objects.create_user("ada")


@pytest.fixture
def job(account, owner) -> UploadJob:
    return receive_upload(account=account, owner=owner, file_name="a.csv", file=ContentFile(FILE))


def read_ago(account: DotdigitalAccount, **ago: float) -> None:
    AccountCatalogue.objects.update(read_at=timezone.now() - timedelta(**ago))
    account.refresh_from_db()


def targets(job: UploadJob) -> set[str]:
    job.refresh_from_db()
    return {column["target"] for column in job.mapping["columns"]}


class TestStaging:
    def test_it_calls_nobody_and_has_the_account_read(self, job, account, server):
        stage_job(job)

        assert job.status == JobStatus.STAGED
        assert server.requests == []
        assert targets(job) == {"identifiers.email"}
        assert find_due().catalogue_ids == (account.pk,)

    def test_the_suggestion_follows_when_the_account_is_there(self, job, account, server):
        stage_job(job)
        server.will_answer(*WHOLE)

        read_account(account.pk)

        assert targets(job) == {"identifiers.email", "dataFields.FIRSTNAME"}
        assert not job.awaits_catalogue
        assert find_due().catalogue_ids == ()

    def test_it_follows_as_well_when_the_account_came_just_before_the_job_was_staged(
        self, job, account, server, monkeypatch
    ):
        """Whoever reads the account did not see the job yet, and the job has not seen the account."""
        server.will_answer(*WHOLE)
        real = UploadJob.objects.none().__class__.transition

        def late(self, one, to, **options):
            if to == JobStatus.STAGED:
                read_account(account.pk)
            return real(self, one, to, **options)

        monkeypatch.setattr(UploadJob.objects.none().__class__, "transition", late)
        stage_job(job)

        assert targets(job) == {"identifiers.email", "dataFields.FIRSTNAME"}
        assert not job.awaits_catalogue

    def test_one_that_is_there_is_used_and_not_read_again(self, job, account, server):
        server.will_answer(*WHOLE)
        assert refresh_account(account)
        calls = len(server.requests)

        stage_job(UploadJob.objects.select_related("account").get(pk=job.pk))

        assert targets(job) == {"identifiers.email", "dataFields.FIRSTNAME"}
        assert len(server.requests) == calls
        assert find_due().catalogue_ids == ()

    def test_an_old_one_is_used_and_read_again_beside(self, job, account, server, settings):
        server.will_answer(*WHOLE)
        refresh_account(account)
        read_ago(account, minutes=settings.CATALOGUE_MAX_AGE_MINUTES, seconds=1)
        AccountCatalogue.objects.update(tried_at=None)

        stage_job(UploadJob.objects.select_related("account").get(pk=job.pk))

        assert targets(job) == {"identifiers.email", "dataFields.FIRSTNAME"}
        assert job.awaits_catalogue
        assert find_due().catalogue_ids == (account.pk,)

    def test_what_a_person_has_used_stays(self, job, account, owner, server):
        stage_job(job)
        used = Mapping.from_json({**job.mapping, "duplicates": "reject"})
        assert not set_mapping(job, used, owner)
        UploadJob.objects.transition(job, JobStatus.CHECKED)
        assert reopen_mapping(job, owner)
        server.will_answer(*WHOLE)

        read_account(account.pk)

        job.refresh_from_db()
        assert job.mapping == used.to_json()

    def test_without_workers_the_account_is_read_first(self, job, account, server):
        server.will_answer(*WHOLE)

        run_inline(job)

        assert targets(job) == {"identifiers.email", "dataFields.FIRSTNAME"}
        assert len(server.requests) == 4

    def test_without_workers_and_without_dotdigital_it_goes_on(self, job, account, server):
        run_inline(job)

        assert targets(job) == {"identifiers.email"}
        account.refresh_from_db()
        assert known_of(account).unread_reason


class TestAge:
    @pytest.mark.parametrize(
        ("ago", "is_one"),
        [({"minutes": 14}, False), ({"minutes": 16}, True), ({"minutes": -5}, True)],
        ids=["new", "old", "clock put back"],
    )
    def test_it_has_one(self, ago, is_one, account):
        assert is_old(account, timezone.now())
        read_ago(account, **ago)
        assert is_old(account, timezone.now()) is is_one

    def test_looking_many_times_asks_once(self, account):
        refresh_if_old(account)
        asked_at = known_of(account).asked_at
        refresh_if_old(DotdigitalAccount.objects.get())

        account.refresh_from_db()
        assert known_of(account).asked_at == asked_at is not None

    def test_one_that_could_not_be_read_is_left_alone_for_a_while(self, account, server):
        assert not refresh_account(account)
        refresh_if_old(account)
        assert find_due().catalogue_ids == ()

        AccountCatalogue.objects.update(tried_at=timezone.now() - timedelta(minutes=2))
        refresh_if_old(account)
        assert find_due().catalogue_ids == (account.pk,)


class TestReading:
    def test_one_worker_reads_it(self, account, server):
        request_refresh(account)
        AccountCatalogue.objects.update(run=uuid.uuid4(), lease_until=timezone.now() + timedelta(seconds=60))

        assert find_due().catalogue_ids == ()
        assert not refresh_account(account)
        assert server.requests == []

    def test_what_a_dead_worker_left_is_found(self, account, server):
        request_refresh(account)
        AccountCatalogue.objects.update(run=uuid.uuid4(), lease_until=timezone.now() - timedelta(seconds=1))

        assert find_due().catalogue_ids == (account.pk,)
        server.will_answer(*WHOLE)
        assert refresh_account(account)

    @pytest.mark.parametrize(
        "end",
        [None, NoAnswerError(), SecretUnreadableError(), ValueError()],
        ids=lambda end: type(end).__name__,
    )
    def test_one_that_was_taken_over_writes_nothing(self, end, account, server, monkeypatch):
        left: list[dict[str, Any]] = []

        def data_fields(client: DotdigitalClient) -> list[Any]:
            if not left:
                request_refresh(DotdigitalAccount.objects.get())
                left.append(AccountCatalogue.objects.values().get())
            if end is not None:
                raise end
            return []

        monkeypatch.setattr(DotdigitalClient, "data_fields", data_fields)
        server.will_answer(NONE, NONE, NONE)

        assert not refresh_account(account)

        assert AccountCatalogue.objects.values().get() == left[0]

    def test_a_field_created_meanwhile_does_not_vanish_again(self, account, server, monkeypatch):
        """Whoever reads the account has read the fields before there was that one."""
        real, seen = DotdigitalClient.lists, threading.Event()

        def lists(client: DotdigitalClient) -> list[Any]:
            if not seen.is_set():
                seen.set()
                server.will_answer(Reply(201), json_reply([{"name": "HAIR", "type": "String"}]))
                create_data_field(DotdigitalAccount.objects.get(), "hair", "String")
                server.will_answer(NONE, NONE, NONE)
            return real(client)

        monkeypatch.setattr(DotdigitalClient, "lists", lists)
        request_refresh(account)
        server.will_answer(FIELDS)

        assert not refresh_account(account)

        account.refresh_from_db()
        assert catalogue_of(account).find("dataFields.HAIR") is not None
        assert find_due().catalogue_ids == (account.pk,)

    def test_a_fault_of_ours_is_told_and_not_repeated_for_ever(self, account, monkeypatch):
        def broken(*args: Any) -> None:
            raise ValueError

        monkeypatch.setattr(catalogue, "_read", broken)
        request_refresh(account)

        assert not refresh_account(account)

        account.refresh_from_db()
        assert known_of(account).unread_reason == catalogue.FAULT.to_json()
        assert find_due().catalogue_ids == ()

    def test_asked_for_by_a_person_the_columns_are_suggested_anew(self, job, account, server):
        server.will_answer(NONE, NONE, NONE, NONE)
        refresh_account(account)
        job = UploadJob.objects.select_related("account").get(pk=job.pk)
        stage_job(job)
        assert targets(job) == {"identifiers.email"}
        assert not job.awaits_catalogue

        assert request_suggestion(job)
        server.will_answer(*WHOLE)
        read_account(account.pk)

        assert targets(job) == {"identifiers.email", "dataFields.FIRSTNAME"}


@pytest.mark.django_db(transaction=True)
def test_workers_read_it_and_the_suggestion_follows(workers, sandbox, django_user_model):
    account = DotdigitalAccount(name="Acme", endpoint=sandbox.url, api_user=sandbox.api_user)
    account.api_password = sandbox.api_password
    account.save()
    owner = django_user_model.objects.create_user("ada")
    job = receive_upload(account=account, owner=owner, file_name="a.csv", file=ContentFile(FILE))

    def is_suggested() -> bool:
        job.refresh_from_db()
        return job.status == JobStatus.STAGED and "dataFields.FIRSTNAME" in targets(job)

    wait_until(is_suggested, "the suggestion follows")
    account.refresh_from_db()
    assert not is_old(account, timezone.now())


class TestAddAccount:
    def add(self, server: ScriptedServer, user: str = "user") -> DotdigitalAccount:
        call_command("add_account", "Acme", endpoint=server.endpoint, api_user=user)
        return DotdigitalAccount.objects.get()

    @pytest.fixture(autouse=True)
    def _password(self, monkeypatch, server, settings) -> None:
        monkeypatch.setenv("DOTDIGITAL_API_PASSWORD", "not a secret here")
        settings.DOTDIGITAL_EXTRA_HOSTS = [server.host]

    def test_a_new_account_is_read(self, server):
        account = self.add(server)

        assert find_due().catalogue_ids == (account.pk,)

    def test_what_is_known_of_another_is_forgotten(self, server):
        account = self.add(server)
        server.will_answer(*WHOLE)
        assert refresh_account(account)

        assert known_of(self.add(server)).content["data_fields"]
        assert known_of(self.add(server, user="other")).content == {}
        assert known_of(self.add(server)).read_at is None

    def test_a_stored_token_goes_to_no_other_host(self, server):
        account = self.add(server)
        account.integration_token = "11111111-2222-4333-8444-555555555555"
        account.save()

        with pytest.raises(CommandError, match="which was entered for"):
            call_command("add_account", "Acme", endpoint="https://r3-api.dotdigital.com", api_user="user")

        assert self.add(server, user="other").api_user == "other"
        assert DotdigitalAccount.objects.get().endpoint == server.endpoint
