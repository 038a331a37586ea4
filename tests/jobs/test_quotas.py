"""How much a person and an account may ask for, and that nothing is kept of what is too much."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from imports.jobs.quotas import QuotaReachedError, require_quota
from imports.jobs.resumable import begin_upload
from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, ResumableUpload, UploadJob
from imports.states import JobStatus
from portal.models import User

pytestmark = pytest.mark.django_db

BYTES = 1_000


@pytest.fixture
def account() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob")


def had(account, owner, **fields) -> UploadJob:
    fields = {"status": JobStatus.FINISHED, "upload": "kept", "file_bytes": BYTES, **fields}
    return UploadJob.objects.create(account=account, owner=owner, **fields)


def stored_files() -> set[Path]:
    return set(Path(default_storage.path("")).rglob("*"))


def is_reached(account, owner) -> str:
    """The code of the quota that one more file would be too much for; "" if none."""
    try:
        require_quota(account, owner, BYTES)
    except QuotaReachedError as error:
        return error.reason.code
    return ""


@pytest.mark.parametrize(
    ("setting", "limit", "fields", "code"),
    [
        ("UPLOADS_AN_HOUR", 2, {}, "uploads"),
        ("RUNNING_IMPORTS", 2, {"status": JobStatus.SENDING}, "running"),
        ("RUNNING_IMPORTS", 2, {"status": JobStatus.UPLOADED}, "running"),
        ("STORED_BYTES", 2 * BYTES, {}, "stored"),
    ],
)
class TestLimits:
    def test_a_person_is_stopped_at_the_limit_and_others_are_not(
        self, account, ada, bob, settings, setting, limit, fields, code
    ):
        setattr(settings, f"PERSON_{setting}", limit)
        had(account, ada, **fields)
        assert is_reached(account, ada) == ""

        had(account, ada, **fields)

        assert is_reached(account, ada) == f"person_{code}"
        assert is_reached(account, bob) == ""

    def test_an_account_is_stopped_whoever_asks(
        self, account, ada, bob, settings, setting, limit, fields, code
    ):
        setattr(settings, f"ACCOUNT_{setting}", limit)
        other = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")
        had(account, ada, **fields)
        had(account, bob, **fields)

        assert is_reached(account, ada) == f"account_{code}"
        assert is_reached(other, ada) == ""

    def test_no_limit_is_no_limit(self, account, ada, settings, setting, limit, fields, code):
        setattr(settings, f"PERSON_{setting}", 0)
        setattr(settings, f"ACCOUNT_{setting}", 0)
        for _ in range(3):
            had(account, ada, **fields)

        assert is_reached(account, ada) == ""


def test_an_hour_later_one_may_go_on(account, ada, settings):
    settings.PERSON_UPLOADS_AN_HOUR = 1
    had(account, ada, created_at=timezone.now() - timedelta(minutes=61))
    assert is_reached(account, ada) == ""


def test_what_waits_for_a_person_is_not_under_way(account, ada, settings):
    settings.PERSON_RUNNING_IMPORTS = 1
    had(account, ada, status=JobStatus.CHECKED)
    assert is_reached(account, ada) == ""


def test_files_that_are_not_kept_any_more_do_not_count(account, ada, settings):
    settings.PERSON_STORED_BYTES = BYTES
    had(account, ada, upload="")
    assert is_reached(account, ada) == ""


def test_uploads_that_are_on_their_way_count_as_whole_files(account, ada, settings):
    settings.PERSON_UPLOADS_AN_HOUR = 2
    settings.PERSON_STORED_BYTES = 3 * BYTES
    begin_upload(account=account, owner=ada, file_name="a.csv", file_bytes=2 * BYTES)
    assert is_reached(account, ada) == ""
    begin_upload(account=account, owner=ada, file_name="b.csv", file_bytes=BYTES)
    assert is_reached(account, ada) == "person_uploads"
    settings.PERSON_UPLOADS_AN_HOUR = 0
    assert is_reached(account, ada) == "person_stored"


def test_nothing_is_stored_of_what_is_too_much(account, ada, settings):
    settings.PERSON_RUNNING_IMPORTS = 1
    had(account, ada, status=JobStatus.STAGING)
    before = stored_files()

    with pytest.raises(QuotaReachedError):
        receive_upload(
            account=account, owner=ada, file_name="a.csv", file=ContentFile(b"email\n", name="a.csv")
        )
    with pytest.raises(QuotaReachedError):
        begin_upload(account=account, owner=ada, file_name="a.csv", file_bytes=6)

    assert stored_files() == before
    assert UploadJob.objects.count() == 1
    assert not ResumableUpload.objects.exists()
