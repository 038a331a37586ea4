"""A file that was uploaded before is recognised by its bytes, by those who may see the earlier job."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.states import JobStatus
from portal.models import User
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

COUNTS = {"counts": {"created": 4_000, "updated": 812, "rejected": 3}}


@pytest.fixture
def account() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture
def alice(account) -> User:
    user = User.objects.create_user("alice", first_name="Alice", last_name="Example")
    Membership.objects.create(account=account, user=user)
    return user


def job_of(account, owner, *, minutes_ago: int = 0, sha256: str = "a" * 64, **fields) -> UploadJob:
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return UploadJob.objects.create(
        account=account, owner=owner, created_at=at, file_sha256=sha256, file_bytes=7, **fields
    )


def same_as(job: UploadJob, user: User) -> list[UploadJob]:
    return list(UploadJob.objects.visible_to(user).same_file(job))


class TestSameFile:
    def test_earlier_jobs_of_the_same_bytes_are_found_the_newest_first(self, account, alice):
        first, second = (job_of(account, alice, minutes_ago=minutes) for minutes in (9, 5))
        job_of(account, alice, minutes_ago=7, sha256="b" * 64)
        job = job_of(account, alice, minutes_ago=2)
        job_of(account, alice)

        assert same_as(job, alice) == [second, first]

    def test_a_team_mate_sees_it_and_a_stranger_does_not(self, account, alice):
        bob, charlie, ada = (User.objects.create_user(name) for name in ("bob", "charlie", "ada"))
        Membership.objects.create(account=account, user=bob)
        User.objects.filter(pk=ada.pk).update(is_superuser=True)
        ada.refresh_from_db()
        earlier, job = job_of(account, alice, minutes_ago=1), job_of(account, alice)

        assert [same_as(job, user) for user in (bob, charlie, ada)] == [[earlier], [], [earlier]]

    def test_what_went_into_another_account_is_another_matter(self, account, alice):
        other = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")
        Membership.objects.create(account=other, user=alice)
        job_of(other, alice, minutes_ago=1)

        assert same_as(job_of(account, alice), alice) == []

    def test_all_are_counted_and_few_are_fetched_in_one_query(
        self, account, alice, django_assert_num_queries
    ):
        for minutes in range(1, 6):
            job_of(account, alice, minutes_ago=minutes, status=JobStatus.FINISHED, ledger=COUNTS)
        job = job_of(account, alice)

        with django_assert_num_queries(1):
            some = list(UploadJob.objects.visible_to(alice).same_file(job))
            seen = {(one.found, one.imported, one.owner.get_full_name(), one.status) for one in some}

        assert len(some) == 3
        assert seen == {(5, 4_812, "Alice Example", JobStatus.FINISHED)}


def test_the_command_says_it(account, alice, tmp_path):
    path = files.contacts_csv(tmp_path, 3)

    def run() -> str:
        told = io.StringIO()
        options = ("--account=Acme", "--user=alice", "--inline", "--check-only")
        call_command("import_contacts", str(path), *options, stdout=io.StringIO(), stderr=told)
        return told.getvalue()

    assert "This same file" not in run()
    UploadJob.objects.update(status=JobStatus.FINISHED, ledger=COUNTS)
    assert "by Alice Example: Finished with problems, 4,812 imported." in run()
