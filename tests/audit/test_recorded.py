"""Each act is recorded once: who, from where, on what; and nothing that is personal of contacts, files or passwords."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from imports.auditing.audit_verification import verify_events
from imports.contacts.repairs.repair_types import LeaveOutRow
from imports.delivery.doubt import give_up_held
from imports.jobs.check import reopen_mapping
from imports.jobs.line import IS_RESEND
from imports.jobs.repairing import add_repairs, undo_all
from imports.jobs.stage import restage
from imports.jobs.upload import make_job as make_row
from imports.models import AuditEvent, DotdigitalAccount, JobEvent, Membership
from imports.states import BatchStatus
from imports.transactions import unit_of_work
from portal.models import User
from tests.views.deliveries import job_being_sent
from tests.views.test_acts import with_new_list

ADDRESS, AGENT = "203.0.113.5", "Browser/1.0"
PASSWORD = "only for tests"
FILE_NAME = "Anna Canary.csv"


def events_since(last: int) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(pk__gt=last).order_by("pk"))


def newest() -> int:
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@pytest.fixture
def told() -> Callable[..., list[AuditEvent]]:
    """What is recorded while something is done."""

    def tell(act: Callable[[], Any]) -> list[AuditEvent]:
        last = newest()
        act()
        return events_since(last)

    return tell


@pytest.fixture
def visitor(client_of) -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = client_of(user)
        client.defaults |= {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": AGENT}
        return client

    return signed_in


def page(name: str, *args: object) -> str:
    return reverse(f"imports:{name}", args=args)


class TestAnImport:
    def test_its_way_is_told_once(self, told, make_job, alice, account):
        found = told(lambda: make_job(until="finished", name=FILE_NAME))

        assert [(one.action, one.actor_name) for one in found] == [
            ("file_uploaded", "alice"),
            ("mapping_saved", "alice"),
            ("import_started", "alice"),
            ("batch_accepted", ""),
            ("import_ended", ""),
        ]
        job = account.jobs.get()
        assert {(one.kind, one.object_id, one.object_name, one.account_id) for one in found} == {
            ("uploadjob", str(job.pk), "", account.pk)
        }
        assert found[0].details == {"bytes": job.file_bytes, "sha256": job.file_sha256}
        assert found[2].details == {"batches": 1, "contacts": 3, "stops_on_refusal": False}
        batch = job.batches.get()
        assert found[3].details == {
            "batch": 1,
            "contacts": 3,
            "sha256": batch.body_sha256,
            "import_id": batch.import_id,
        }
        assert found[4].details["status"] == "finished"
        assert found[4].details["rows"]["created"] == 3

    def test_what_is_done_again_before_it_starts(self, told, make_job, alice):
        job = make_job(until="checked")

        def act() -> None:
            add_repairs(job, [LeaveOutRow(2)], alice)
            undo_all(job, alice)
            job.refresh_from_db()
            reopened = job.__class__.objects.filter(pk=job.pk).update(status="checked")
            assert reopened
            job.refresh_from_db()
            assert reopen_mapping(job, alice)
            assert restage(job, {}, alice)

        assert [(one.action, one.details) for one in told(act)] == [
            ("repairs_made", {"count": 1}),
            ("repairs_undone", {"count": 1}),
            ("mapping_reopened", {}),
            ("file_read_again", {}),
        ]

    def test_rows_that_are_tried_again(self, told, account, alice):
        job = job_being_sent(account, alice)
        made = {"account": account, "owner": alice, "file_name": "x.csv", "parent": job}
        found = told(lambda: (make_row(**made), make_row(**made, line={IS_RESEND: True})))
        assert [(one.action, one.details["parent"]) for one in found] == [
            ("rows_retried", str(job.pk)),
            ("rows_resent", str(job.pk)),
        ]

    def test_a_move_that_is_rolled_back_is_not_told(self, told, account, alice):
        def act() -> None:
            with unit_of_work():
                make_row(account=account, owner=alice, file_name="x.csv")
                transaction.set_rollback(True)

        assert told(act) == []


class TestPages:
    @pytest.mark.parametrize(
        ("name", "action", "status"),
        [
            ("pause", "import_paused", BatchStatus.PENDING),
            ("cancel", "import_cancelled", BatchStatus.PENDING),
            ("send-held", "held_sent_again", BatchStatus.HELD),
            ("drop-held", "held_given_up", BatchStatus.HELD),
        ],
    )
    def test_steering(self, name, action, status, told, visitor, account, alice):
        job, client = job_being_sent(account, alice, status), visitor(alice)

        found = [one for one in told(lambda: client.post(page(name, job.pk))) if one.actor_name]

        assert [(one.action, one.actor_id, one.address, one.agent) for one in found] == [
            (action, alice.pk, ADDRESS, AGENT)
        ]

    def test_what_the_portal_does_in_answer_is_the_portals(self, told, account, alice):
        job = job_being_sent(account, alice, BatchStatus.HELD)
        found = told(lambda: give_up_held(job, alice))
        assert [(one.action, one.actor_name, one.address) for one in found] == [
            ("held_given_up", "alice", "")
        ]

    def test_an_account_is_paused_and_resumed_once(self, told, visitor, account, mona):
        client = visitor(mona)

        def act() -> None:
            for name in ("pause-account", "pause-account", "resume-account"):
                client.post(page(name, account.pk))

        found = told(act)
        assert [(one.action, one.object_name) for one in found] == [
            ("account_paused", "Acme"),
            ("account_resumed", "Acme"),
        ]

    def test_downloads_and_searches(self, told, visitor, make_job, alice):
        job, client = make_job(until="finished", name=FILE_NAME), visitor(alice)

        def act() -> None:
            for url in (
                page("download", job.pk, "all", "csv"),
                page("repairs-csv", job.pk),
                page("rows", job.pk),
                page("report", job.pk),
            ):
                assert b"".join(client.get(url))
            client.head(page("download", job.pk, "all", "csv"))
            client.post(page("rows", job.pk), {"q": "ada@example.com"}, follow=True)

        found = told(act)
        assert [(one.action, one.details) for one in found] == [
            ("report_downloaded", {"rows": "all", "format": "csv"}),
            ("repairs_downloaded", {}),
            ("rows_searched", {}),
        ]
        assert {one.address for one in found} == {ADDRESS}

    def test_what_is_made_in_dotdigital(self, told, visitor, make_job, mona, account):
        job, client = make_job(owner=mona), visitor(mona)
        posted = with_new_list(client, job, account)

        (found,) = told(lambda: client.post(page("new-target", job.pk), posted))

        assert (found.action, found.object_name) == ("list_created", "Acme")
        assert found.details == {"name": "Fair", "visibility": "Private", "result": "created"}


@pytest.mark.django_db
class TestSignIn:
    @pytest.fixture
    def dora(self) -> User:
        return User.objects.create_user("dora", password=PASSWORD)

    def sign_in(self, name: str, password: str) -> Client:
        client = Client(REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=AGENT)
        client.post(reverse("login"), {"login": name, "password": password})
        return client

    def test_in_and_out(self, told, dora):
        found = told(lambda: self.sign_in("dora", PASSWORD).post(reverse("logout")))
        assert [(one.action, one.actor_name, one.address, one.agent) for one in found] == [
            ("signed_in", "dora", ADDRESS, AGENT),
            ("signed_out", "dora", ADDRESS, AGENT),
        ]

    @pytest.mark.parametrize(("typed", "named"), [("dora", "dora"), ("secret typed as a name", "")])
    def test_a_failure_names_whom_there_is_and_nothing_that_was_typed(self, typed, named, told, dora):
        (found,) = told(lambda: self.sign_in(typed, "wrong secret"))
        assert (found.action, found.object_name, found.address) == ("sign_in_failed", named, ADDRESS)
        assert found.actor_name == ""
        assert "secret" not in json.dumps(list(AuditEvent.objects.values()), default=str)


@pytest.mark.django_db
class TestSettings:
    @pytest.fixture
    def root(self) -> User:
        return User.objects.create_superuser("root", password=PASSWORD)

    @pytest.fixture
    def other(self) -> DotdigitalAccount:
        account = DotdigitalAccount(name="Other", endpoint="https://r1-api.dotdigital.com", api_user="api")
        account.api_password = "first secret"
        account.save()
        return account

    def test_an_account_says_what_was_and_is_and_of_secrets_that_they_changed(
        self, told, visitor, root, other
    ):
        client, url = visitor(root), reverse("admin:imports_dotdigitalaccount_change", args=[other.pk])
        posted = {
            "name": "Other",
            "endpoint": "https://r2-api.dotdigital.com",
            "api_user": "api",
            "api_password": "second secret",
            "phone_region": "",
            "max_active_imports": "25",
            "reads_contacts": "off",
            "shares_jobs": "on",
            "group_memberships-TOTAL_FORMS": "0",
            "group_memberships-INITIAL_FORMS": "0",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-user": str(root.pk),
            "memberships-0-role": Membership.Role.MANAGER,
            "memberships-0-account": str(other.pk),
        }
        found = told(lambda: client.post(url, posted))

        assert [(one.action, one.actor_name, one.address) for one in found] == [
            ("account_changed", "root", ADDRESS),
            ("membership_added", "root", ADDRESS),
        ]
        assert found[0].details == {
            "endpoint": {"was": "https://r1-api.dotdigital.com", "is": "https://r2-api.dotdigital.com"},
            "api_password_encrypted": "changed",
        }
        assert (found[1].object_name, found[1].account_id) == ("root", other.pk)
        assert found[1].details == {"account": other.pk, "user": root.pk, "role": "manager"}
        assert "secret" not in json.dumps(list(AuditEvent.objects.values()), default=str)

    def test_what_is_saved_as_it_was_is_no_change(self, told, other):
        other.max_active_imports = "25"
        assert told(other.save) == []

    def test_people(self, told, root):
        def act() -> None:
            person = User.objects.create_user("eve", email="eve@example.com")
            person.is_staff = True
            person.email, person.last_name = "eve@example.org", "Example"
            person.set_password("secret")
            person.save()
            person.groups.add(Group.objects.create(name="Fair"))
            person.user_permissions.set(Permission.objects.filter(codename="view_uploadjob"))
            person.groups.clear()
            person.save()

        found = told(act)
        assert [(one.action, one.details) for one in found[1:]] == [
            (
                "person_changed",
                {
                    "is_staff": {"was": False, "is": True},
                    "email": "changed",
                    "last_name": "changed",
                    "password": "changed",
                },
            ),
            ("group_added", {"name": "Fair"}),
            ("person_changed", {"groups": {"added": ["Fair"]}}),
            ("person_changed", {"permissions": {"added": ["view_uploadjob"]}}),
            ("person_changed", {"groups": {"removed": ["Fair"]}}),
        ]
        assert found[0].action == "person_added"
        assert found[0].details["is_superuser"] is False
        assert "eve@" not in json.dumps(list(AuditEvent.objects.values()), default=str)

    def test_a_person_changes_their_password(self, told, visitor, root):
        client = visitor(root)
        posted = {
            "old_password": PASSWORD,
            "new_password1": "an other one 7",
            "new_password2": "an other one 7",
        }
        (found,) = told(lambda: client.post(reverse("imports:password"), posted))
        assert (found.action, found.actor_name, found.details) == (
            "person_changed",
            "root",
            {"password": "changed"},
        )


class TestCommands:
    def test_they_are_recorded_with_what_they_do(self, told, account, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING)
        out = StringIO()

        found = told(
            lambda: call_command(
                "control_job", str(job.pk), "pause", "--user=alice", stdout=out, stderr=StringIO()
            )
        )

        assert [(one.action, one.actor_name, one.address) for one in found] == [
            ("command_run", "", ""),
            ("import_paused", "alice", ""),
        ]
        assert found[0].details == {"command": "control_job"}
        assert all(one.agent.startswith("manage.py control_job (") for one in found)

    def test_a_report_that_a_command_writes(self, told, make_job, tmp_path):
        job = make_job(until="finished")
        target = str(tmp_path / "report.csv")
        found = told(
            lambda: call_command("export_report", str(job.pk), f"--output={target}", stdout=StringIO())
        )
        assert [one.action for one in found] == ["command_run", "report_downloaded"]

    def test_the_log_as_json_lines(self, make_job, alice, tmp_path):
        make_job(until="finished", name=FILE_NAME)
        target, out = tmp_path / "audit.jsonl", StringIO()

        call_command("export_audit", f"--output={target}", stdout=out)

        lines = [json.loads(line) for line in target.read_text().splitlines()]
        assert json.loads(out.getvalue()) == {"events": len(lines), "output": str(target)}
        assert [line["id"] for line in lines] == sorted(AuditEvent.objects.values_list("pk", flat=True))
        started = next(line for line in lines if line["action"] == "import_started")
        event = AuditEvent.objects.get(pk=started["id"])
        assert started["who"] == {"id": alice.pk, "name": "alice"}
        assert started["chain"] == {
            "lane": event.lane,
            "position": event.position,
            "key": event.key,
            "mac": event.mac,
        }
        assert "Canary" not in target.read_text()
        assert "example.com" not in target.read_text().replace("api_user", "")

        since = event.at.isoformat()
        call_command("export_audit", f"--since={since}", f"--output={target}", stdout=StringIO())
        assert json.loads(target.read_text().splitlines()[0])["id"] == event.pk


class TestWhoActed:
    def test_they_keep_their_name_in_events_and_in_the_log_of_the_administration(
        self, account, alice, visitor
    ):
        job_being_sent(account, alice)
        event = JobEvent.objects.create(job=account.jobs.get(), actor=alice, to_status="sending")
        with pytest.raises(ProtectedError), transaction.atomic():
            alice.delete()
        assert JobEvent.objects.get(pk=event.pk).actor == alice

    def test_no_code_takes_entries_of_the_administration_along(self, db):
        root = User.objects.create_superuser("root")
        LogEntry.objects.create(user=root, action_flag=1, object_repr="x")
        with pytest.raises(ProtectedError), transaction.atomic():
            User.objects.filter(pk=root.pk).delete()
        assert LogEntry.objects.filter(user=root).exists()

    def test_the_administration_does_not_delete_people(self, db, visitor):
        root, eve = User.objects.create_superuser("root"), User.objects.create_user("eve")
        client = visitor(root)
        assert (
            client.post(reverse("admin:portal_user_delete", args=[eve.pk]), {"post": "yes"}).status_code
            == 403
        )
        client.post(
            reverse("admin:portal_user_changelist"),
            {"action": "delete_selected", "_selected_action": [eve.pk], "post": "yes"},
        )
        assert User.objects.filter(pk=eve.pk).exists()


def test_all_of_it_is_one_chain(make_job):
    make_job(until="finished")
    assert verify_events().first_break is None
