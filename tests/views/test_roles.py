"""What each role sees of an account's imports, however somebody has come by it."""

from itertools import permutations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports.access import role_in, roles_by_person
from imports.models import (
    DotdigitalAccount,
    GroupMembership,
    MappingTemplate,
    Membership,
    Notification,
    ResumableUpload,
    UploadJob,
)
from imports.roles import AccountRole, at_least, highest
from imports.states import BatchStatus, JobStatus, NotificationOccasion
from portal.models import User
from tests.views.conftest import signed_in
from tests.views.deliveries import ended_job, job_being_sent

pytestmark = [pytest.mark.django_db]

VIEWER, UPLOADER, APPROVER, MANAGER = AccountRole
ROLES = [*AccountRole]


@pytest.fixture
def acme() -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(name="Acme", endpoint="", api_user="")


@pytest.fixture
def owner(acme) -> User:
    return person_of(acme, "owner", UPLOADER)


def person_of(account: DotdigitalAccount, name: str, *roles: AccountRole, own: bool = True) -> User:
    """Somebody with the first of `roles` by a membership of their own, if `own`, and the others by a group each."""
    user = User.objects.create_user(name, first_name=name.capitalize())
    for place, role in enumerate(roles):
        if own and place == 0:
            Membership.objects.create(account=account, user=user, role=role)
        else:
            group = Group.objects.create(name=f"{name} {place}")
            user.groups.add(group)
            GroupMembership.objects.create(account=account, group=group, role=role)
    return user


def job_of(account: DotdigitalAccount, owner: User, **fields) -> UploadJob:
    return UploadJob.objects.create(account=account, owner=owner, **{"file_name": "contacts.csv", **fields})


class TestRoles:
    def test_each_may_what_those_before_it_may(self):
        assert [len(at_least(role)) for role in ROLES] == [4, 3, 2, 1]

    def test_the_highest_counts(self):
        assert {highest(some) for some in permutations(["viewer", "manager", "uploader"])} == {MANAGER}
        assert highest([]) is None

    @pytest.mark.parametrize(
        ("roles", "own"),
        [
            ([VIEWER, APPROVER], True),
            ([APPROVER, VIEWER], True),
            ([VIEWER, APPROVER], False),
            ([UPLOADER, APPROVER, VIEWER], False),
        ],
    )
    def test_wherever_it_comes_from(self, roles, own, acme):
        user = person_of(acme, "user", *roles, own=own)

        assert role_in(user, acme.pk) == APPROVER
        assert roles_by_person(acme) == {user.pk: APPROVER}

    def test_it_is_for_one_account(self, acme):
        other = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")
        user = person_of(other, "user", VIEWER, MANAGER)

        assert role_in(user, acme.pk) is None
        assert role_in(user, other.pk) == MANAGER

    def test_superusers_are_managers(self, acme):
        assert role_in(User.objects.create_superuser("root"), acme.pk) == MANAGER


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("shares", [True, False])
class TestWhatIsSeen:
    def test_of_the_imports_of_others(self, own, shares, acme, owner):
        acme.shares_jobs = shares
        acme.save()
        job = job_of(acme, owner)
        people = {role: person_of(acme, role, role, own=own) for role in ROLES}

        seen = {role for role, user in people.items() if UploadJob.objects.visible_to(user).exists()}

        assert seen == (set(ROLES) if shares else {APPROVER, MANAGER})
        assert [one.pk for one in UploadJob.objects.visible_to(owner)] == [job.pk]

    def test_of_their_own(self, own, shares, acme):
        acme.shares_jobs = shares
        acme.save()
        for role in ROLES:
            user = person_of(acme, role, role, own=own)
            job = job_of(acme, user)

            assert UploadJob.objects.visible_to(user).filter(pk=job.pk).exists()
            Membership.objects.all().delete()
            user.groups.clear()
            assert not UploadJob.objects.visible_to(user).exists()

    def test_of_other_accounts(self, own, shares, acme, owner):
        acme.shares_jobs = shares
        acme.save()
        job_of(acme, owner)
        other = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")

        assert not UploadJob.objects.visible_to(person_of(other, "user", MANAGER, own=own)).exists()

    def test_of_accounts(self, own, shares, acme):
        for role in ROLES:
            user = person_of(acme, role, role, own=own)

            assert DotdigitalAccount.objects.visible_to(user).exists()
            assert DotdigitalAccount.objects.usable_by(user).exists() is (role != VIEWER)


def test_somebody_with_several_memberships_sees_a_job_once(acme, owner):
    job_of(acme, owner)
    user = person_of(acme, "user", APPROVER, MANAGER, UPLOADER, VIEWER)

    assert UploadJob.objects.visible_to(user).count() == 1
    assert DotdigitalAccount.objects.usable_by(user).count() == 1


def test_memberships_are_asked_for_within_the_query_of_the_jobs(acme, owner):
    job_of(acme, owner)
    with CaptureQueriesContext(connection) as captured:
        list(UploadJob.objects.visible_to(owner))

    assert len(captured) == 1


def test_what_somebody_is_told_of_is_what_they_see(acme, owner):
    Notification.objects.create(
        job=job_of(acme, owner), person=owner, occasion=NotificationOccasion.ENDED, is_needed=True
    )
    assert Notification.objects.shown_to(owner).exists()

    Membership.objects.all().delete()

    assert not Notification.objects.shown_to(owner).exists()


def test_an_upload_that_was_begun_by_an_uploader_is_no_viewers(acme, owner):
    ResumableUpload.objects.create(account=acme, owner=owner, file_name="a.csv", file_bytes=3)
    assert ResumableUpload.objects.of(owner).exists()

    Membership.objects.update(role=VIEWER)

    assert not ResumableUpload.objects.of(owner).exists()


class TestUnshared:
    """What pages of an account say of imports that somebody does not see, where it does not show them to members."""

    @pytest.fixture(autouse=True)
    def _is_unshared(self, acme):
        acme.shares_jobs = False
        acme.save()

    @pytest.fixture
    def mate(self, acme) -> User:
        return person_of(acme, "mate", UPLOADER)

    def text(self, user: User, name: str, *args: object, **query: object) -> str:
        response = signed_in(user).get(reverse(f"imports:{name}", args=args), query)
        assert response.status_code == 200
        return response.text

    def test_the_account_says_how_many_there_are_and_nothing_of_them(self, acme, owner, mate):
        for status in (BatchStatus.PENDING, BatchStatus.HELD):
            job_being_sent(acme, owner, status, name="secret.csv")
        job_being_sent(acme, mate, BatchStatus.PENDING, name="mine.csv")
        job_of(acme, owner, status=JobStatus.CHECKED, file_name="secret.csv")

        said = self.text(mate, "account", acme.pk)

        assert "2 imports of other people are in progress and are not listed." in said
        assert "mine.csv" in said
        assert "secret.csv" not in said
        assert "Owner" not in said
        assert "secret.csv" in self.text(person_of(acme, "boss", APPROVER), "account", acme.pk)

    def test_the_place_in_the_queue_counts_them(self, acme, owner, mate):
        job_being_sent(acme, owner, BatchStatus.PENDING, name="secret.csv")
        job_being_sent(acme, mate, BatchStatus.PENDING, name="mine.csv")

        assert (
            signed_in(mate).get(reverse("imports:account", args=[acme.pk])).context["state"].lines[0].position
            == 2
        )

    def test_the_history_names_none_of_them_nor_their_people(self, acme, owner, mate):
        ended_job(acme, owner, acme.created_at, 5)
        ended_job(acme, mate, acme.created_at, 5)

        said = self.text(mate, "home")

        assert "Mate" in said
        assert "Owner" not in said
        assert "Owner" in self.text(person_of(acme, "boss", APPROVER), "home")

    def test_an_import_of_rows_of_one_leads_not_to_it(self, acme, owner, mate):
        theirs = ended_job(acme, owner, acme.created_at, 5)
        mine = ended_job(acme, mate, acme.created_at, 5)
        UploadJob.objects.filter(pk=theirs.pk).update(file_name="secret.csv")
        UploadJob.objects.filter(pk=mine.pk).update(parent=theirs)

        assert "secret.csv" not in self.text(mate, "report", mine.pk)
        assert "secret.csv" in self.text(person_of(acme, "boss", APPROVER), "report", mine.pk)

    def test_a_report_counts_the_imports_below_it_that_somebody_else_made(self, acme, owner, mate):
        mine = ended_job(acme, mate, acme.created_at, 5, 2)
        theirs = ended_job(acme, owner, acme.created_at, 2)
        UploadJob.objects.filter(pk=theirs.pk).update(
            file_name="secret.csv", parent=mine, line={"keeps_rows": True}
        )

        said = self.text(mate, "report", mine.pk)

        assert "secret.csv" not in said
        assert "1 later import belongs to somebody else and is not listed." in said
        assert "secret.csv" in self.text(person_of(acme, "boss", APPROVER), "report", mine.pk)

    def test_a_remembered_mapping_does_not_name_its_file(self, acme, owner, mate):
        job_of(acme, owner, file_name="secret.csv")
        mine = job_of(acme, mate, file_name="mine.csv", status=JobStatus.STAGED, reading={"columns": []})
        for number, name in enumerate(["secret.csv", "mine.csv"]):
            MappingTemplate.objects.create(
                account=acme,
                fingerprint=str(number),
                name=name,
                mapping={"matchIdentifier": "email", "columns": []},
            )

        said = self.text(mate, "choose-mapping", mine.pk)

        assert "secret.csv" not in said
        assert "A file of somebody else" in said
        assert "mine.csv" in said


class TestViewer:
    """What pages offer to somebody who may only look."""

    @pytest.fixture
    def vera(self, acme) -> User:
        return person_of(acme, "vera", VIEWER)

    def test_no_file_is_to_be_imported(self, acme, vera):
        client = signed_in(vera)

        assert reverse("imports:upload") not in client.get(reverse("imports:home")).text.partition("<main")[2]
        assert "You may look at imports, and not import" in client.get(reverse("imports:upload")).text

    def test_a_report_has_no_downloads_and_nothing_to_do(self, acme, owner, vera):
        job = ended_job(acme, owner, acme.created_at, 5, 2)
        url = reverse("imports:report", args=[job.pk])
        offered = (
            f"/imports/{job.pk}/download",
            f"/imports/{job.pk}/resend",
            f"/imports/{job.pk}/retry",
            "?like=",
        )

        assert [one for one in offered if one in signed_in(vera).get(url).text] == []
        assert offered[0] in signed_in(owner).get(url).text

    def test_their_own_import_of_before_is_to_be_looked_at(self, acme, owner):
        job = job_being_sent(acme, owner, BatchStatus.PENDING)
        Membership.objects.update(role=VIEWER)

        said = signed_in(owner).get(reverse("imports:progress", args=[job.pk])).text

        assert "You are a viewer of this account by now" in said
        assert reverse("imports:pause", args=[job.pk]) not in said
