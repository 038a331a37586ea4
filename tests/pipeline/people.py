"""The account and the person that the way of a file is tested with."""

import pytest

from imports.models import DotdigitalAccount, Membership
from portal.models import User
from tests.sandbox_process import SandboxProcess


@pytest.fixture
def account(transactional_db, sandbox: SandboxProcess) -> DotdigitalAccount:
    """An account whose Dotdigital is the sandbox."""
    account = DotdigitalAccount(
        name="Acme", endpoint=sandbox.url, api_user=sandbox.api_user, phone_region="GB"
    )
    account.api_password = sandbox.api_password
    account.save()
    return account


@pytest.fixture
def alice(account: DotdigitalAccount) -> User:
    """A member of the account."""
    user = User.objects.create_user("alice", password="not a secret here")
    Membership.objects.create(account=account, user=user)
    return user
