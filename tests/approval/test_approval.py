"""Approving an import: what is approved is what is sent, and nobody approves what they had a hand in."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from imports.access import approvers_of, hands_in
from imports.contacts.mapping import Mapping
from imports.contacts.repairs.repair_types import SetCell
from imports.jobs import approval
from imports.jobs.advance import run_inline
from imports.jobs.approval import (
    Approval,
    NotApproverError,
    NotAwaitingApprovalError,
    approve_job,
    open_request,
    reject_job,
    withdraw_request,
)
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.draft import OpenPage, keep_draft
from imports.jobs.line import KEEPS_ROWS
from imports.jobs.repairing import NotRepairableError, add_repairs
from imports.jobs.retry import retry_job
from imports.jobs.start import LineBusyError, begin_sending
from imports.jobs.tasks import sweep
from imports.messages import Message
from imports.models import (
    ApprovalRequest,
    AuditEvent,
    DotdigitalAccount,
    GivenApproval,
    GroupMembership,
    ImportBatch,
    Membership,
    Notification,
    UploadJob,
)
from imports.querysets import TransitionError
from imports.states import JOB_AWAITING_PEOPLE, ApprovalState, JobStatus, NotificationOccasion
from imports.telling.notification_mail import letter_of
from imports.telling.stuck import end_outdated
from portal.models import User
from tests.views.deliveries import job_being_sent

CHANGES: dict[str, Callable[[UploadJob], None]] = {}
"""What may be changed between approval and sending, by whoever writes to the database."""


def change(work: Callable[[UploadJob], None]) -> Callable[[UploadJob], None]:
    CHANGES[work.__name__] = work
    return work


def overwrite(job: UploadJob, **values: object) -> None:
    """Past every step of the portal: neither the status nor the token says that anything has happened."""
    UploadJob.objects.filter(pk=job.pk).update(**values)


@change
def the_file(job: UploadJob) -> None:
    overwrite(job, file_sha256="0" * 64)


@change
def the_staged_table(job: UploadJob) -> None:
    overwrite(job, tables={**job.tables, "staged": "staged-another"})


@change
def the_reading(job: UploadJob) -> None:
    overwrite(job, reading={**job.reading, "columns": job.columns[::-1]})


@change
def the_mapping(job: UploadJob) -> None:
    overwrite(job, mapping={**job.mapping, "columns": job.mapping["columns"][:-1]})


@change
def the_overlay(job: UploadJob) -> None:
    overwrite(job, tables={**job.tables, "overlay": "overlay-another"})


@change
def the_prepared_table(job: UploadJob) -> None:
    overwrite(job, tables={**job.tables, "prepared": "prepared-another"})


@change
def what_would_be_sent(job: UploadJob) -> None:
    overwrite(job, batch_plan=[{**one, "body_sha256": "0" * 64} for one in job.batch_plan])


@change
def what_was_found(job: UploadJob) -> None:
    overwrite(job, check_summary={**job.check_summary, "values_to_clear": 7})


@change
def an_option(job: UploadJob) -> None:
    overwrite(job, stops_on_refusal=not job.stops_on_refusal)


@change
def where_it_goes(job: UploadJob) -> None:
    DotdigitalAccount.objects.filter(pk=job.account_id).update(api_user="somebody-else")


def needing(job: UploadJob, number: int) -> UploadJob:
    """`job` as one that so many have to approve."""
    ApprovalRequest.objects.filter(job=job).update(needed=number)
    return job


def digest_seen(job: UploadJob) -> str:
    request = open_request(job)
    assert request is not None
    return request.digest


def approve(job: UploadJob, by: User) -> Approval:
    return approve_job(job, by, digest_seen(job))


def recorded(job: UploadJob) -> list[str]:
    events = AuditEvent.objects.filter(object_id=str(job.pk)).order_by("pk")
    return [
        action for action in events.values_list("action", flat=True) if "appro" in action or "rej" in action
    ]


class TestConfirming:
    def test_without_a_rule_that_applies_it_is_sent_at_once(self, make_job, account, alice):
        account.approval_rules = {"contacts": 1000, "clears": True}
        account.save()
        job = make_job(until="checked")

        assert confirm_job(job, alice)
        assert job.status == JobStatus.SENDING
        assert not ApprovalRequest.objects.exists()

    def test_by_a_rule_it_waits_and_nothing_is_sent(self, make_job, account, alice):
        job = make_job(until="checked")
        # The rules are looked up, however long ago the job and its account were read.
        DotdigitalAccount.objects.update(approval_rules={"contacts": 2}, approvals_needed=2)

        assert not confirm_job(job, alice, stops_on_refusal=True)

        assert (job.status, job.stops_on_refusal, job.batches.count()) == (JobStatus.APPROVAL, True, 0)
        request = ApprovalRequest.objects.get()
        assert (request.needed, request.asked_by, request.state) == (2, alice, ApprovalState.OPEN)
        assert request.applied == [{"code": "contacts", "figure": 3, "whole": 0, "limit": 2}]
        event = AuditEvent.objects.get(action="approval_asked")
        assert event.details == {"rules": ["contacts"], "digest": request.digest}

    def test_its_approvers_are_told_and_nobody_else(self, abel, anna, mona, bob, vera, root, waiting):
        told = Notification.objects.filter(occasion=NotificationOccasion.APPROVAL, is_needed=True)
        assert {one.person.username for one in told} == {"abel", "anna", "mona"}
        assert {person.username for person in approvers_of(waiting)} == {"abel", "anna", "mona"}


class TestApproving:
    def test_the_approval_sends_it(self, waiting, abel):
        assert approve(waiting, abel) is Approval.STARTED

        assert (waiting.status, waiting.batches.count()) == (JobStatus.SENDING, 1)
        request = ApprovalRequest.objects.get()
        assert (request.state, request.ended_by) == (ApprovalState.APPROVED, abel)
        assert not Notification.objects.filter(occasion=NotificationOccasion.APPROVAL, over_at=None).exists()
        assert recorded(waiting) == ["approval_asked", "import_approved"]
        run_inline(waiting)
        assert waiting.status == JobStatus.FINISHED

    def test_several_are_needed_where_the_account_says_so(self, waiting, abel, anna):
        needing(waiting, 2)

        assert approve(waiting, abel) is Approval.COUNTED
        assert approve(waiting, abel) is Approval.COUNTED  # once more is not one more
        assert GivenApproval.objects.count() == 1
        assert approve(waiting, anna) is Approval.STARTED

    def test_an_account_that_wants_more_by_now_gets_them(self, waiting, abel, anna, account):
        DotdigitalAccount.objects.update(approvals_needed=2)

        assert approve(waiting, abel) is Approval.COUNTED
        DotdigitalAccount.objects.update(approvals_needed=1)  # fewer are for the next import
        needing(waiting, 2)
        assert approve(waiting, anna) is Approval.STARTED

    def test_whoever_is_no_approver_any_more_does_not_count(self, waiting, abel, anna):
        needing(waiting, 2)
        approve(waiting, abel)
        Membership.objects.filter(user=abel).update(role=Membership.Role.UPLOADER)

        assert approve(waiting, anna) is Approval.COUNTED

    def test_another_import_than_was_looked_at_is_not_approved(self, waiting, abel, alice):
        seen = digest_seen(waiting)
        withdraw_request(waiting, alice)
        assert not confirm_job(waiting, alice, stops_on_refusal=True)

        with pytest.raises(NotAwaitingApprovalError):
            approve_job(waiting, abel, seen)
        assert not GivenApproval.objects.exists()

    @pytest.mark.parametrize("name", CHANGES)
    def test_a_change_before_the_approval_voids_it(self, waiting, abel, name):
        seen = digest_seen(waiting)
        CHANGES[name](waiting)

        assert approve_job(waiting, abel, seen) is Approval.VOID

        self.assert_void(waiting)

    @pytest.mark.parametrize("name", CHANGES)
    def test_a_change_between_two_approvals_voids_both(self, waiting, abel, anna, name):
        seen = digest_seen(needing(waiting, 2))
        assert approve_job(waiting, abel, seen) is Approval.COUNTED
        CHANGES[name](waiting)

        assert approve_job(waiting, anna, seen) is Approval.VOID

        self.assert_void(waiting)

    def assert_void(self, job: UploadJob) -> None:
        """It is to be checked again, none of it has been sent, and what was approved of it holds no more."""
        assert UploadJob.objects.get(pk=job.pk).status == JobStatus.CHECKING
        assert not ImportBatch.objects.exists()
        assert ApprovalRequest.objects.get().state == ApprovalState.VOID
        assert recorded(job)[-1] == "approval_voided"
        told = Notification.objects.filter(job=job, occasion=NotificationOccasion.VOID, over_at=None)
        assert [(one.person_id, one.is_needed) for one in told] == [(job.owner_id, True)]

    def test_a_change_within_the_approval_voids_it_too(self, waiting, abel, monkeypatch):
        """The last moment there is: all has been compared, and the update that sends it is about to be made."""

        def at_the_last_moment(*args, **kwargs) -> bool:
            ApprovalRequest.objects.update(digest="0" * 64)
            return begin_sending(*args, **kwargs)

        seen = digest_seen(waiting)
        monkeypatch.setattr(approval, "begin_sending", at_the_last_moment)
        with pytest.raises(NotAwaitingApprovalError):
            approve_job(waiting, abel, seen)

        assert UploadJob.objects.get(pk=waiting.pk).status == JobStatus.APPROVAL
        assert not ImportBatch.objects.exists()

    def test_while_it_waits_nothing_of_it_can_be_changed(self, waiting, alice):
        with pytest.raises(NotRepairableError):
            add_repairs(waiting, [SetCell("Email", 4, "nora@example.com")], alice)
        with pytest.raises(TransitionError):
            UploadJob.objects.transition(waiting, JobStatus.STAGED, by=alice)
        assert not confirm_again(waiting, alice)

    def test_what_was_taken_back_and_changed_is_approved_anew(self, waiting, abel, alice):
        first = digest_seen(waiting)
        assert withdraw_request(waiting, alice)
        add_repairs(waiting, [SetCell("Email", 4, "nora@example.com")], alice)
        run_inline(waiting)
        assert not confirm_job(waiting, alice)

        assert digest_seen(waiting) != first
        with pytest.raises(NotAwaitingApprovalError):
            approve_job(waiting, abel, first)
        assert recorded(waiting) == ["approval_asked", "approval_withdrawn", "approval_asked"]
        states = list(ApprovalRequest.objects.order_by("pk").values_list("state", flat=True))
        assert states == [ApprovalState.WITHDRAWN, ApprovalState.OPEN]

    def test_what_the_portal_itself_changes_voids_it_too(self, waiting, abel, alice):
        """As by the erasure of a person."""
        seen = digest_seen(waiting)
        erased = Message("person_erased", {"count": 1})
        assert UploadJob.objects.transition(waiting, JobStatus.CHECKING, note=erased, check_summary={})

        with pytest.raises(NotAwaitingApprovalError):
            approve_job(waiting, abel, seen)
        self.assert_void(waiting)
        assert AuditEvent.objects.get(action="approval_voided").details == {"code": "person_erased"}
        run_inline(waiting)
        assert waiting.status == JobStatus.CHECKED
        assert not confirm_job(waiting, alice)
        end_outdated(tuple(Notification.objects.values_list("pk", flat=True)))
        assert not Notification.objects.filter(occasion=NotificationOccasion.VOID, over_at=None).exists()

    def test_while_rows_of_it_are_being_imported_nothing_is_kept(self, waiting, abel, alice, account):
        first = job_being_sent(account, alice, status=JobStatus.FINISHED)
        UploadJob.objects.filter(pk=waiting.pk).update(parent=first, line={KEEPS_ROWS: True})
        busy = job_being_sent(account, alice, parent=first, line={KEEPS_ROWS: True})

        with pytest.raises(LineBusyError) as refused:
            approve(waiting, abel)

        assert refused.value.job == busy
        assert not GivenApproval.objects.exists()
        assert recorded(waiting) == ["approval_asked"]
        UploadJob.objects.filter(pk=busy.pk).update(status=JobStatus.FINISHED)
        assert approve(waiting, abel) is Approval.STARTED

    def test_what_nobody_approves_for_long_is_cancelled_like_all_that_waits(self, waiting):
        abandoned = Message("abandoned", {"days": 30})
        assert waiting.status in JOB_AWAITING_PEOPLE
        assert UploadJob.objects.transition(waiting, JobStatus.CANCELLED, note=abandoned)

        assert ApprovalRequest.objects.get().state == ApprovalState.CANCELLED
        assert recorded(waiting) == ["approval_asked"]
        assert AuditEvent.objects.get(action="import_ended").object_id == str(waiting.pk)
        assert set(Notification.objects.values_list("occasion", flat=True)) == {NotificationOccasion.ENDED}

    def test_a_cancelled_import_is_not_approved(self, waiting, abel, alice):
        seen = digest_seen(waiting)
        assert cancel_job(waiting, alice)

        with pytest.raises(NotAwaitingApprovalError):
            approve_job(waiting, abel, seen)
        assert ApprovalRequest.objects.get().state == ApprovalState.CANCELLED


def confirm_again(job: UploadJob, by: User) -> bool:
    """Whether a confirmation that is late, of a page from before, starts it."""
    late = UploadJob.objects.get(pk=job.pk)
    late.status = JobStatus.CHECKED
    return confirm_job(late, by)


class TestOnesOwn:
    @pytest.fixture(autouse=True)
    def _approvers(self, alice):
        """Alice, who uploads, may approve as well."""
        Membership.objects.filter(user=alice).update(role=Membership.Role.APPROVER)

    def refused(self, job: UploadJob, by: User) -> None:
        with pytest.raises(NotApproverError):
            approve(job, by)
        with pytest.raises(NotApproverError):
            reject_job(job, by, "Not like this.")
        assert UploadJob.objects.get(pk=job.pk).status == JobStatus.APPROVAL
        assert not GivenApproval.objects.exists()
        denied = AuditEvent.objects.filter(action="approval_denied", actor_id=by.pk)
        assert denied.count() == 2

    def test_the_uploader_does_not(self, waiting, alice):
        self.refused(waiting, alice)

    @pytest.mark.parametrize("role", ["approver", "manager"])
    def test_not_by_a_second_role_either(self, waiting, alice, account, role):
        group = Group.objects.create(name="Marketing")
        alice.groups.add(group)
        GroupMembership.objects.create(account=account, group=group, role=role)
        Membership.objects.filter(user=alice).update(role=Membership.Role.UPLOADER)

        self.refused(waiting, alice)

    def test_not_as_a_superuser_either(self, waiting, alice):
        User.objects.filter(pk=alice.pk).update(is_superuser=True, is_staff=True)

        self.refused(waiting, User.objects.get(pk=alice.pk))

    def test_whoever_started_it_does_not(self, make_job, account, mona):
        job = make_job(until="checked")
        DotdigitalAccount.objects.update(approval_rules={"always": True})
        confirm_job(job, mona)

        self.refused(job, mona)

    def test_whoever_mapped_it_does_not(self, make_job, mona, alice):
        job = make_job()
        assert not set_mapping(job, Mapping.from_json(job.mapping), mona)
        run_inline(job)
        DotdigitalAccount.objects.update(approval_rules={"always": True})
        confirm_job(job, alice)

        self.refused(job, mona)

    def test_whoever_worked_on_its_mapping_does_not_though_another_checks_it(self, make_job, mona, alice):
        job = make_job()
        for person in (alice, mona, mona, alice):
            page = OpenPage("a page", 1, job.changed_at.isoformat())
            keep_draft(job, page, person, regardless=True, mapping=job.mapping)
        assert not set_mapping(job, Mapping.from_json(job.mapping), alice)
        run_inline(job)
        DotdigitalAccount.objects.update(approval_rules={"always": True})
        confirm_job(job, alice)

        assert [one.actor for one in job.events.filter(note="mapping_drafted")] == [mona]
        self.refused(job, mona)

    def test_whoever_repaired_it_does_not(self, make_job, mona, alice):
        job = make_job(until="checked")
        add_repairs(job, [SetCell("Email", 4, "nora@example.com")], mona)
        run_inline(job)
        DotdigitalAccount.objects.update(approval_rules={"always": True})
        confirm_job(job, alice)

        self.refused(job, mona)

    def test_whoever_repaired_the_import_that_its_rows_come_from_does_not(self, make_job, mona, alice, anna):
        first = make_job(until="sending")
        first.events.create(actor=mona, from_status="checked", to_status="checking", note="repairs_made")
        cancel_job(first, alice)
        run_inline(first)
        again = retry_job(first, anna)

        assert hands_in(again) == {alice.pk, mona.pk, anna.pk}

    def test_whoever_created_a_list_for_it_does_not(self, waiting, mona):
        waiting.events.create(actor=mona, from_status="staged", to_status="staged", note="list_created")

        self.refused(waiting, mona)

    def test_others_do_not_become_part_of_it_by_approving_or_rejecting(self, waiting, abel, anna):
        needing(waiting, 2)
        approve(waiting, abel)
        the_mapping(waiting)
        assert approve_job(waiting, anna, digest_seen(waiting)) is Approval.VOID

        assert hands_in(waiting) == {waiting.owner_id}

    @pytest.mark.parametrize("role", ["viewer", "uploader"])
    def test_who_is_no_approver_does_not(self, waiting, bob, role):
        Membership.objects.filter(user=bob).update(role=role)

        self.refused(waiting, bob)

    def test_whoever_may_not_sign_in_any_more_does_not(self, waiting, abel):
        abel.is_active = False
        abel.save()

        self.refused(waiting, abel)


class TestRejecting:
    def test_it_goes_back_to_the_check_and_its_owner_is_told(self, waiting, abel, alice):
        reject_job(waiting, abel, "  The list is last year’s.  ")

        request = ApprovalRequest.objects.get()
        assert (waiting.status, request.state) == (JobStatus.CHECKED, ApprovalState.REJECTED)
        assert (request.reason, request.ended_by) == ("The list is last year’s.", abel)
        told = Notification.objects.get(occasion=NotificationOccasion.REJECTED)
        assert (told.person, told.is_needed) == (alice, True)
        assert recorded(waiting)[-1] == "import_rejected"
        assert "last year" not in str(AuditEvent.objects.get(action="import_rejected").details)

    def test_a_reason_is_needed(self, waiting, abel):
        with pytest.raises(ValueError, match="without a reason"):
            reject_job(waiting, abel, " ")
        assert UploadJob.objects.get(pk=waiting.pk).status == JobStatus.APPROVAL

    def test_it_can_be_asked_for_again_and_the_same_people_may_approve(self, waiting, abel, alice):
        reject_job(waiting, abel, "Ask me tomorrow.")
        assert not confirm_job(waiting, alice)

        assert approve(waiting, abel) is Approval.STARTED


class TestReminders:
    def told(self) -> list[tuple[str, bool]]:
        notifications = Notification.objects.filter(occasion=NotificationOccasion.APPROVAL).order_by("pk")
        return [(one.person.username, one.over_at is None) for one in notifications]

    def test_they_are_told_again_of_what_waits_for_long(self, abel, waiting, settings):
        sweep()
        assert self.told() == [("abel", True)]

        Notification.objects.update(made_at=timezone.now() - timedelta(hours=25))
        settings.APPROVAL_REMINDER_HOURS = 0
        sweep()
        assert self.told() == [("abel", True)]

        settings.APPROVAL_REMINDER_HOURS = 24
        sweep()
        sweep()
        assert self.told() == [("abel", False), ("abel", True)]

    def test_who_becomes_an_approver_is_told_where_there_was_none(self, waiting, bob):
        assert self.told() == []
        Membership.objects.filter(user=bob).update(role=Membership.Role.APPROVER)

        sweep()

        assert self.told() == [("bob", True)]

    def test_who_has_approved_is_not_told_again(self, abel, anna, waiting):
        needing(waiting, 2)
        approve(waiting, abel)
        Notification.objects.update(made_at=timezone.now() - timedelta(hours=25))

        sweep()

        assert self.told()[2:] == [("anna", True)]


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def race(self, job: UploadJob, people: list[User]) -> list[str]:
        """What each of `people` gets who approve `job` at the same moment."""
        seen, start, found = digest_seen(job), threading.Barrier(len(people)), []

        def act(person: User) -> None:
            try:
                mine = UploadJob.objects.get(pk=job.pk)
                start.wait()
                found.append(str(approve_job(mine, person, seen)))
            except NotAwaitingApprovalError:
                found.append("over")
            finally:
                connection.close()

        threads = [threading.Thread(target=act, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(found)

    def test_two_that_are_needed_are_counted_once_each(self, waiting, abel, anna):
        assert self.race(needing(waiting, 2), [abel, anna]) == ["counted", "started"]

        assert GivenApproval.objects.count() == 2
        assert UploadJob.objects.get(pk=waiting.pk).batches.count() == 1

    def test_one_who_approves_twice_at_once_is_one(self, waiting, abel):
        assert self.race(needing(waiting, 2), [abel, abel]) == ["counted", "counted"]

        assert GivenApproval.objects.count() == 1
        assert UploadJob.objects.get(pk=waiting.pk).status == JobStatus.APPROVAL

    def test_where_one_is_enough_it_is_sent_once(self, waiting, abel, anna):
        assert self.race(waiting, [abel, anna]) == ["over", "started"]

        assert UploadJob.objects.get(pk=waiting.pk).batches.count() == 1
        assert AuditEvent.objects.filter(action="import_started").count() == 1


class TestMail:
    def test_it_says_what_is_wanted_and_why_one_gets_it(self, waiting, abel, settings):
        settings.PORTAL_URL = "https://portal.example.com"
        sweep()

        letter = letter_of(Notification.objects.get(person=abel))

        assert letter.subject == "contacts.csv waits for your approval"
        assert letter.link == f"https://portal.example.com/imports/{waiting.pk}/"
        assert "because you approve imports into this account" in letter.text
        assert "ada@example.com" not in letter.text
