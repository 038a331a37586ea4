from collections.abc import Iterator

import pytest
from django.test import Client

from imports.models import DotdigitalAccount
from portal.models import User
from tests.dotdigital.conftest import server
from tests.sandbox_process import SandboxProcess, running_sandbox

__all__ = ["server"]

TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def sandbox(shared_sandbox: SandboxProcess, settings) -> SandboxProcess:
    settings.DOTDIGITAL_EXTRA_HOSTS = [shared_sandbox.host_port]
    return shared_sandbox


@pytest.fixture
def admin_user(db) -> User:
    return User.objects.create_superuser("admin", password="only for tests")


@pytest.fixture
def as_admin(admin_user: User) -> Client:
    client = Client()
    client.force_login(admin_user)
    return client


@pytest.fixture
def account(db, sandbox: SandboxProcess) -> DotdigitalAccount:
    account = DotdigitalAccount(name="Acme", endpoint=sandbox.url, api_user=sandbox.api_user)
    account.api_password, account.integration_token = sandbox.api_password, TOKEN
    account.save()
    return account
