"""People who are told, and jobs of which they are."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.querysets import LONG_WAIT
from imports.states import JobStatus
from portal.models import User
from tests.mail_server import MailServer, running_mail_server


@pytest.fixture
def account(db) -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(
        name="Acme", endpoint="https://r1-api.dotdigital.com", api_user="u"
    )


def member(account: DotdigitalAccount, name: str, role: str = Membership.Role.UPLOADER) -> User:
    user = User.objects.create_user(name, f"{name}@example.com", first_name=name.capitalize())
    Membership.objects.create(account=account, user=user, role=role)
    return user


@pytest.fixture
def alice(account: DotdigitalAccount) -> User:
    return member(account, "alice")


@pytest.fixture
def mona(account: DotdigitalAccount) -> User:
    return member(account, "mona", Membership.Role.MANAGER)


@pytest.fixture
def job(account: DotdigitalAccount, alice: User) -> UploadJob:
    """An import under way, on which Alice has started long ago."""
    job = UploadJob.objects.create(
        account=account, owner=alice, file_name="fair.csv", status=JobStatus.SENDING, rows=7
    )
    job.events.create(actor=alice, to_status=JobStatus.SENDING, at=timezone.now() - 2 * LONG_WAIT)
    return job


LEDGER = {"counts": {"created": 3, "updated": 2, "rejected": 1, "blank": 1}}


def finish(job: UploadJob) -> None:
    """End `job`, as the report does."""
    assert UploadJob.objects.transition(job, JobStatus.FINISHED, ledger=LEDGER)


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """A mail server that the portal in this process sends to."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
