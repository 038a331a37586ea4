"""Who sees and does what in the administration: every page, by role and by method, and what is tried beyond it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from imports.accounts.catalogue import known_of
from imports.audit.recording import record
from imports.models import (
    AuditEvent,
    DotdigitalAccount,
    GroupMembership,
    MappingTemplate,
    Membership,
    UploadJob,
)
from imports.roles import AccountRole
from imports.states import JobStatus
from portal.models import User, end_sessions
from tests.admin.admin_pages import ADMIN_PAGES, STAFF, AdminPage
from tests.whole_database import changed_since, whole_database

pytestmark = [pytest.mark.once, pytest.mark.django_db]

USERS, JOBS, ACCOUNTS, MAPPINGS = (
    reverse(f"admin:{name}_changelist")
    for name in ("portal_user", "imports_uploadjob", "imports_dotdigitalaccount", "imports_mappingtemplate")
)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def acme(db) -> DotdigitalAccount:
    return DotdigitalAccount.objects.create(
        name="Acme", endpoint="https://r1-api.dotdigital.com", api_user="acme@apiconnector.com"
    )


@pytest.fixture
def staff(acme: DotdigitalAccount) -> dict[str, User]:
    """Each of STAFF, by what they are to Acme."""
    people = {name: User.objects.create_user(f"{name}-of-staff", is_staff=True) for name in STAFF[:-1]}
    every = Permission.objects.all()
    for name, person in people.items():
        person.user_permissions.set(every)
        if name in AccountRole:
            Membership.objects.create(account=acme, user=person, role=name)
    return {**people, "root": User.objects.create_superuser("root")}


@pytest.fixture
def things(acme: DotdigitalAccount, staff: dict[str, User]) -> dict[str, Any]:
    """What pages are about: Acme, and what belongs to it; people of several kinds."""
    member = User.objects.create_user("member")
    Membership.objects.create(account=acme, user=member)
    known_of(acme)
    return {
        "account": acme,
        "job": UploadJob.objects.create(account=acme, owner=member, file_name="fair.csv"),
        "template": MappingTemplate.objects.create(
            account=acme, fingerprint="f", name="fair.csv", mapping={}
        ),
        "member": member,
        "newcomer": User.objects.create_user("newcomer"),
        "staff": User.objects.create_user("another-of-staff", is_staff=True),
        "superuser": User.objects.create_superuser("another-superuser"),
        "group": Group.objects.create(name="Marketing"),
        "event": AuditEvent.objects.get(pk=record("account_paused", by=member, on=acme)),
    }


def url_of(page: AdminPage, things: dict[str, Any]) -> str:
    if page.path:
        return page.path.format(job=things["job"].pk)
    args: list[Any] = [things[page.of].pk] if page.of in things else []
    if page.of == "app":
        args = ["imports"]
    elif page.of == "job of its type":
        args = [ContentType.objects.get_for_model(UploadJob).pk, things["job"].pk]
    return reverse(f"admin:{page.name}", args=args)


def statuses(told: str) -> dict[str, int]:
    numbers = [int(number) for number in told.split()]
    return dict(zip(STAFF, numbers * (1 if len(numbers) > 1 else len(STAFF)), strict=True))


def test_every_page_answers_each_person_as_it_is_to(things, staff):
    clients = {name: signed_in(person) for name, person in staff.items()}
    before, wrong = whole_database(), {}
    for page in ADMIN_PAGES:
        url = url_of(page, things)
        # What a page that is about nothing holds for whom is told by TestLists; it opens for all of the staff alike.
        for name, client in (
            clients.items() if page.of else [(name, clients[name]) for name in ("manager", "root")]
        ):
            found = client.get(url, page.query).status_code, client.post(url).status_code
            if found != (statuses(page.get)[name], statuses(page.post)[name]):
                wrong[page.name, page.of, name] = found

    assert wrong == {}
    assert changed_since(before) == set()


def test_whoever_is_not_of_the_staff_is_kept_out(things, acme):
    manager = User.objects.create_user("manager")
    Membership.objects.create(account=acme, user=manager, role=AccountRole.MANAGER)
    manager.user_permissions.set(Permission.objects.all())
    clients = {"anonymous": Client(), "manager": signed_in(manager)}
    before, wrong = whole_database(), {}
    for page in ADMIN_PAGES:
        if page.name == "login":
            continue
        for name, client in clients.items():
            found = {getattr(client, method)(url_of(page, things)).status_code for method in ("get", "post")}
            if found != {302}:
                wrong[page.name, page.of, name] = found

    assert wrong == {}
    assert changed_since(before) == set()


def shows(client: Client, url: str, words: str) -> bool:
    response = client.get(url)
    assert response.status_code == 200
    return words in response.text


class TestLists:
    @pytest.mark.parametrize("name", STAFF)
    def test_they_hold_what_belongs_to_accounts_that_somebody_approves_for_or_manages(
        self, name, things, staff
    ):
        client = signed_in(staff[name])
        is_seen = name in ("approver", "manager", "root")

        for url in (JOBS, f"{JOBS}?q=fair", MAPPINGS):
            assert shows(client, url, "fair.csv") is is_seen, url
        for url in (JOBS, MAPPINGS, ACCOUNTS):
            assert shows(client, url, "Acme") is is_seen, url

    def test_a_membership_of_a_group_counts(self, things, staff, acme):
        staff["outsider"].groups.add(things["group"])
        assert not shows(signed_in(staff["outsider"]), JOBS, "fair.csv")
        GroupMembership.objects.create(account=acme, group=things["group"], role=AccountRole.APPROVER)

        assert shows(signed_in(staff["outsider"]), JOBS, "fair.csv")

    def test_what_is_asked_for_by_an_account_is_none_of_another(self, things, staff, acme):
        other = DotdigitalAccount.objects.create(name="Other", endpoint="", api_user="")
        UploadJob.objects.create(account=other, owner=things["member"], file_name="secret.csv")

        assert not shows(signed_in(staff["manager"]), f"{JOBS}?account__id__exact={other.pk}", "secret.csv")


def act(client: Client, url: str, action: str, *things: Any, **fields: str) -> Any:
    return client.post(
        url, {"action": action, "_selected_action": [str(one.pk) for one in things], **fields}, follow=True
    )


class TestActions:
    @pytest.mark.parametrize(("name", "is_done"), [("approver", False), ("manager", True), ("root", True)])
    def test_jobs_are_steered_by_managers(self, name, is_done, things, staff):
        answer = act(signed_in(staff[name]), JOBS, "cancel", things["job"])

        things["job"].refresh_from_db()
        assert (things["job"].status == JobStatus.CANCELLED) is is_done
        assert ("and not change it" in answer.text) is not is_done

    @pytest.mark.parametrize(("name", "is_done"), [("approver", False), ("manager", True), ("root", True)])
    def test_accounts_are_paused_by_managers(self, name, is_done, acme, staff):
        act(signed_in(staff[name]), ACCOUNTS, "pause", acme)

        acme.refresh_from_db()
        assert acme.is_paused is is_done

    @pytest.mark.parametrize(("name", "is_done"), [("approver", False), ("manager", True), ("root", True)])
    def test_mappings_are_deleted_by_managers(self, name, is_done, things, staff):
        act(signed_in(staff[name]), MAPPINGS, "delete_selected", things["template"], post="yes")

        assert MappingTemplate.objects.exists() is not is_done

    @pytest.mark.parametrize("name", STAFF[:3])
    @pytest.mark.parametrize("action", ["cancel", "pause", "retry"])
    def test_what_is_not_seen_is_not_chosen(self, name, action, things, staff):
        before = whole_database()

        client = signed_in(staff[name])
        act(client, JOBS, action, things["job"])
        act(client, ACCOUNTS, "pause", things["account"])

        assert changed_since(before) <= {"User"}  # the time of their last sign-in


PERSON = {
    "username": "member",
    "email": "",
    "first_name": "",
    "last_name": "",
    "time_zone": "",
    "language": "",
    "mails": "needed",
    "notices": "always",
    "is_active": "on",
}


def change_of(person: User) -> str:
    return reverse("admin:portal_user_change", args=[person.pk])


class TestPeople:
    """Whoever may change people gives nobody a right that way, themselves least of all."""

    def rights(self, things: dict[str, Any]) -> dict[str, Any]:
        permission = Permission.objects.filter(content_type__app_label="imports").first()
        assert permission is not None
        return {
            "is_superuser": "on",
            "is_staff": "on",
            "groups": [str(things["group"].pk)],
            "user_permissions": [str(permission.pk)],
        }

    @pytest.mark.parametrize("whose", ["member", "newcomer"])
    def test_staff_change_people_and_none_of_their_rights(self, whose, things, staff):
        person = things[whose]
        given = {**PERSON, **self.rights(things), "username": whose, "first_name": "Renamed"}

        assert signed_in(staff["manager"]).post(change_of(person), given).status_code == 302

        person.refresh_from_db()
        assert person.first_name == "Renamed"
        assert (person.is_superuser, person.is_staff) == (False, False)
        assert not person.groups.exists()
        assert not person.user_permissions.exists()

    def test_superusers_do(self, things, staff):
        given = {**PERSON, **self.rights(things)}

        assert signed_in(staff["root"]).post(change_of(things["member"]), given).status_code == 302

        person = User.objects.get(username="member")
        assert (person.is_superuser, person.is_staff) == (True, True)
        assert (person.groups.count(), person.user_permissions.count()) == (1, 1)

    @pytest.mark.parametrize("whose", ["themselves", "staff", "superuser", "member"])
    def test_staff_change_no_staff_no_superuser_and_nobody_of_accounts_of_others(self, whose, things, staff):
        someone = staff["approver"]
        person = someone if whose == "themselves" else things[whose]
        before = (
            User.objects.filter(pk=person.pk)
            .values("password", "is_superuser", "is_active", "username")
            .get()
        )
        client = signed_in(someone)

        given = {**PERSON, **self.rights(things), "username": "renamed"}
        password = {
            "password1": "a long new password",
            "password2": "a long new password",
            "usable_password": "true",
        }
        statuses = [
            client.post(change_of(person), given).status_code,
            client.post(reverse("admin:auth_user_password_change", args=[person.pk]), password).status_code,
            client.post(reverse("admin:portal_user_delete", args=[person.pk]), {"post": "yes"}).status_code,
        ]

        act(client, USERS, "delete_selected", person, post="yes")

        assert statuses == [403] * 3
        assert User.objects.filter(pk=person.pk, **before).exists()

    def test_whom_staff_add_has_no_rights(self, things, staff):
        given = {
            "username": "added",
            "usable_password": "true",
            "password1": "a long new password",
            "password2": "a long new password",
            **self.rights(things),
        }

        assert signed_in(staff["viewer"]).post(reverse("admin:portal_user_add"), given).status_code == 302

        added = User.objects.get(username="added")
        assert (added.is_superuser, added.is_staff, added.groups.exists()) == (False, False, False)

    @pytest.mark.parametrize("name", STAFF[:-1])
    def test_staff_give_groups_neither_permissions_nor_accounts(self, name, things, staff, acme):
        before = whole_database()
        client = signed_in(staff[name])
        permission = Permission.objects.get(codename="view_uploadjob")
        group = reverse("admin:auth_group_change", args=[things["group"].pk])

        given = {"name": "Marketing", "permissions": [str(permission.pk)]}
        assert client.post(group, given).status_code == 403
        client.post(
            reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk]),
            with_group(acme, things["group"]),
        )

        assert not things["group"].permissions.exists()
        assert changed_since(before) <= {"User", "DotdigitalAccount", "AccountCatalogue"}


def account_fields(account: DotdigitalAccount, **changes: str) -> dict[str, str]:
    """What the form of an account posts that changes nothing, with `changes`."""
    counts = {
        f"{of}-{name}_FORMS": number
        for of in ("memberships", "group_memberships")
        for name, number in (("TOTAL", "0"), ("INITIAL", "0"), ("MIN_NUM", "0"), ("MAX_NUM", "1000"))
    }
    return {
        **counts,
        "name": account.name,
        "endpoint": account.endpoint,
        "api_user": account.api_user,
        "api_password": "a password",
        "integration_token": "",
        "phone_region": "",
        "max_active_imports": "25",
        "reads_contacts": "off",
        "shares_jobs": "on",
        **changes,
    }


def with_group(account: DotdigitalAccount, group: Group) -> dict[str, str]:
    return account_fields(
        account,
        **{
            "group_memberships-TOTAL_FORMS": "1",
            "group_memberships-0-group": str(group.pk),
            "group_memberships-0-role": "manager",
        },
    )


def with_member(account: DotdigitalAccount, person: User, role: str) -> dict[str, str]:
    """The form of an account that says what `person` is to it, who may be something to it already."""
    member = Membership.objects.filter(account=account, user=person).first()
    return account_fields(
        account,
        **{
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "1" if member else "0",
            "memberships-0-id": str(member.pk) if member else "",
            "memberships-0-account": str(account.pk),
            "memberships-0-user": str(person.pk),
            "memberships-0-role": role,
        },
    )


class TestMemberships:
    @pytest.mark.parametrize("name", STAFF)
    def test_managers_say_who_is_what_and_nobody_else(self, name, things, staff, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        signed_in(staff[name]).post(url, with_member(acme, staff["outsider"], "manager"))

        is_done = name in ("manager", "root")
        assert Membership.objects.filter(account=acme, user=staff["outsider"]).exists() is is_done

    def test_a_group_is_given_an_account_by_superusers(self, things, staff, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        assert signed_in(staff["root"]).post(url, with_group(acme, things["group"])).status_code == 302

        assert GroupMembership.objects.get().role == AccountRole.MANAGER

    def test_whoever_adds_an_account_manages_it(self, staff, acme):
        given = account_fields(acme, name="New")

        answer = signed_in(staff["outsider"]).post(
            reverse("admin:imports_dotdigitalaccount_add"), given, follow=True
        )

        assert "you are its manager" in answer.text
        assert Membership.objects.get(user=staff["outsider"]).role == AccountRole.MANAGER
        assert DotdigitalAccount.objects.visible_to(staff["outsider"]).get().name == "New"


class TestSessions:
    """A session ends with the rights that it was begun with, and does not come back with them."""

    @pytest.fixture
    def session(self, things) -> Client:
        client = signed_in(things["member"])
        assert self.lasts(client)
        return client

    @staticmethod
    def lasts(client: Client) -> bool:
        """Whether the browser of a session is still signed in; asks with the cookie that it had."""
        cookie = client.cookies["sessionid"].value
        status = client.get(reverse("imports:profile")).status_code
        client.cookies["sessionid"] = cookie
        return status == 200

    @pytest.fixture
    def root(self, staff) -> Client:
        return signed_in(staff["root"])

    def test_it_ends_with_disabling_and_does_not_come_back(self, session, root, things):
        url = change_of(things["member"])
        root.post(url, {name: value for name, value in PERSON.items() if name != "is_active"})
        assert User.objects.filter(username="member", is_active=False).exists()
        root.post(url, PERSON)
        assert User.objects.filter(username="member", is_active=True).exists()

        assert not self.lasts(session)

    def test_nor_wherever_else_somebody_is_disabled(self, session, things):
        person = User.objects.get(username="member")
        for is_active in (False, True):
            person.is_active = is_active
            person.save(update_fields=["is_active"])

        assert not self.lasts(session)

    @pytest.mark.parametrize("right", ["is_staff", "is_superuser", "groups", "user_permissions"])
    def test_it_ends_with_another_right(self, right, session, root, things):
        given = TestPeople().rights(things)[right]

        root.post(change_of(things["member"]), {**PERSON, right: given})

        assert not self.lasts(session)

    def test_it_ends_with_another_password(self, session, root, things):
        url = reverse("admin:auth_user_password_change", args=[things["member"].pk])
        root.post(
            url,
            {
                "password1": "a long new password",
                "password2": "a long new password",
                "usable_password": "true",
            },
        )

        assert User.objects.get(username="member").check_password("a long new password")
        assert not self.lasts(session)

    @pytest.mark.parametrize("role", ["viewer", "manager"])
    def test_it_ends_with_another_role(self, role, session, root, things, acme):
        url = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])

        root.post(url, with_member(acme, things["member"], role))

        assert Membership.objects.get(user=things["member"]).role == role
        assert not self.lasts(session)

    def test_it_ends_with_another_role_of_a_group(self, session, root, things, acme):
        things["member"].groups.add(things["group"])

        root.post(
            reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk]),
            with_group(acme, things["group"]),
        )

        assert not self.lasts(session)

    def test_it_ends_with_another_permission_of_a_group(self, session, root, things):
        things["member"].groups.add(things["group"])
        permission = Permission.objects.get(codename="view_uploadjob")
        url = reverse("admin:auth_group_change", args=[things["group"].pk])

        root.post(url, {"name": "Marketing", "permissions": [str(permission.pk)]})

        assert not self.lasts(session)

    def test_it_goes_on_where_nothing_of_that_changes(self, session, root, things, acme):
        root.post(change_of(things["member"]), {**PERSON, "first_name": "Renamed"})
        account = reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk])
        root.post(account, with_member(acme, things["member"], "uploader"))

        assert User.objects.get(username="member").first_name == "Renamed"
        assert self.lasts(session)

    def test_whoever_changes_their_own_role_stays_signed_in(self, staff, acme):
        root, elsewhere = signed_in(staff["root"]), signed_in(staff["root"])

        root.post(
            reverse("admin:imports_dotdigitalaccount_change", args=[acme.pk]),
            with_member(acme, staff["root"], "manager"),
        )

        assert self.lasts(root)
        assert not self.lasts(elsewhere)

    def test_what_was_loaded_before_does_not_bring_it_back(self, session, things):
        loaded_before = User.objects.get(username="member")
        end_sessions(User.objects.filter(username="member"))

        loaded_before.first_name = "Renamed"
        loaded_before.save()

        assert not self.lasts(session)
