"""People and jobs for the pages: Alice owns, Bob is her team-mate, Vera looks, Abel approves, Mona manages, Charlie is
a stranger."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.suggesting import refresh_account
from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.states import JobStatus
from portal.models import User
from tests.answered_before import answered_before, files_are_read_once
from tests.sandbox_process import SandboxProcess, running_sandbox

CONTACTS_CSV = (
    "Email,First name,Last name,Mobile number,Country,Notes\r\n"
    "ada@example.com,Ada,Example,07400 604986,GB,<b>bold</b>\r\n"
    "grace@example.com,Grace,Sample,,GB,\r\n"
    "not an address,Nora,Nobody,,GB,\r\n"
    "ada@example.com,Ada,Again,07400 604986,GB,\r\n"
    ",,,,,\r\n"
    "zoe@example.com,Zoë,,,GB,\r\n"
)
__all__ = ["answered_before", "files_are_read_once"]
MakeJob = Callable[..., UploadJob]


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def sandbox(shared_sandbox: SandboxProcess, settings) -> SandboxProcess:
    """One sandbox for all pages, emptied before each test that asks for it."""
    settings.DOTDIGITAL_EXTRA_HOSTS = [shared_sandbox.host_port]
    shared_sandbox.reset()
    return shared_sandbox


@pytest.fixture
def account(db, sandbox: SandboxProcess) -> DotdigitalAccount:
    account = DotdigitalAccount(
        name="Acme", endpoint=sandbox.url, api_user=sandbox.api_user, phone_region="GB"
    )
    account.api_password = sandbox.api_password
    account.save()
    assert refresh_account(account)
    return account


def member(account: DotdigitalAccount, name: str, role: str = Membership.Role.UPLOADER) -> User:
    user = User.objects.create_user(name, first_name=name.capitalize(), password="only for tests")
    Membership.objects.create(account=account, user=user, role=role)
    return user


@pytest.fixture
def alice(account: DotdigitalAccount) -> User:
    return member(account, "alice")


@pytest.fixture
def bob(account: DotdigitalAccount) -> User:
    return member(account, "bob")


@pytest.fixture
def mona(account: DotdigitalAccount) -> User:
    return member(account, "mona", Membership.Role.MANAGER)


@pytest.fixture
def vera(account: DotdigitalAccount) -> User:
    return member(account, "vera", Membership.Role.VIEWER)


@pytest.fixture
def abel(account: DotdigitalAccount) -> User:
    return member(account, "abel", Membership.Role.APPROVER)


@pytest.fixture
def charlie(db) -> User:
    """A member of another account."""
    other = DotdigitalAccount.objects.create(
        name="Other", endpoint="https://r1-api.dotdigital.com", api_user="u"
    )
    return member(other, "charlie")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    return signed_in


@pytest.fixture
def as_alice(alice: User) -> Client:
    """A browser in which Alice is signed in."""
    return signed_in(alice)


@pytest.fixture
def make_job(account: DotdigitalAccount, alice: User) -> MakeJob:
    """Makes Alice's job of some CSV text, or of a file's bytes, and takes it to a status by the real steps."""

    def make(
        content: str | bytes = CONTACTS_CSV,
        *,
        until: str = "staged",
        owner: User = alice,
        name: str = "contacts.csv",
    ):
        file = ContentFile(content.encode() if isinstance(content, str) else content, name=name)
        job = receive_upload(account=account, owner=owner, file_name=name, file=file)
        if until == "uploaded":
            return job
        run_inline(job)
        if until == "staged":
            return job
        assert not set_mapping(job, Mapping.from_json(job.mapping), owner)
        run_inline(job)
        if until == "checked":
            return job
        if until == "approval":
            account.approval_rules = {"always": True}
            account.save(update_fields=["approval_rules"])
            assert not confirm_job(job, owner)
            assert job.status == JobStatus.APPROVAL
            return job
        assert confirm_job(job, owner)
        if until != "sending":
            run_inline(job)
        return job

    return make


@pytest.fixture(autouse=True)
def _files_are_read_once(files_are_read_once: None) -> None:
    """For all tests of pages."""


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings) -> None:
    """Uploads and tables of a test lie in its own folder."""
    storages = {**settings.STORAGES}
    default = storages["default"]
    storages["default"] = {**default, "OPTIONS": {**default["OPTIONS"], "location": str(tmp_path / "files")}}
    settings.STORAGES = storages
