"""The page on which an import is approved or rejected, the check of one that was, the admin and the command."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.urls import reverse

from imports.jobs.approval import open_request, reject_job
from imports.jobs.confirm import confirm_job
from imports.models import ApprovalRequest, DotdigitalAccount, GivenApproval, Membership, UploadJob
from imports.states import JobStatus
from portal.models import User

pytestmark = pytest.mark.once


def page_of(job: UploadJob, name: str = "approval") -> str:
    return reverse(f"imports:{name}", args=[job.pk])


def as_it_is(job: UploadJob) -> UploadJob:
    return UploadJob.objects.get(pk=job.pk)


def digest_of(job: UploadJob) -> dict[str, str]:
    request = open_request(job)
    assert request is not None
    return {"digest": request.digest}


class TestPage:
    def test_confirming_leads_to_it(self, as_alice, make_job, abel):
        job = make_job(until="checked")
        DotdigitalAccount.objects.update(approval_rules={"contacts": 1})
        posted = {"stamp": job.changed_at.isoformat(), "on_refusal": "stop"}
        check = as_alice.get(page_of(job, "check")).text
        assert "Others approve it before it is sent" in check
        assert "Ask for approval to import 3 contacts" in check

        page = as_alice.post(reverse("imports:confirm", args=[job.pk]), posted, follow=True)

        assert page.redirect_chain[-1][0] == page_of(job)
        assert "waits for approval, and its approvers are told" in page.text
        assert "Contacts to be imported: 3. Allowed without approval: 1." in page.text
        assert page_of(job, "approve") not in page.text  # her own

    def test_an_approver_approves_what_it_shows(self, client_of, abel, waiting):
        page = client_of(abel).get(page_of(waiting))
        assert digest_of(waiting)["digest"] in page.text
        assert page_of(waiting, "withdraw") not in page.text

        answer = client_of(abel).post(page_of(waiting, "approve"), digest_of(waiting), follow=True)

        assert "is approved, and is being imported" in answer.text
        assert as_it_is(waiting).status == JobStatus.SENDING
        record = client_of(abel).get(page_of(waiting)).text
        assert "Approved" in record
        assert page_of(waiting, "approve") not in record

    def test_a_page_from_before_a_change_approves_nothing(self, client_of, abel, waiting):
        answer = client_of(abel).post(page_of(waiting, "approve"), {"digest": "0" * 64}, follow=True)

        assert "has changed since you looked at it" in answer.text
        assert as_it_is(waiting).status == JobStatus.APPROVAL

    def test_what_has_changed_is_said_and_checked_again(self, client_of, abel, waiting):
        seen = digest_of(waiting)
        UploadJob.objects.update(stops_on_refusal=True)

        answer = client_of(abel).post(page_of(waiting, "approve"), seen, follow=True)

        assert "so the approval is void" in answer.text
        assert as_it_is(waiting).status == JobStatus.CHECKING

    def test_one_of_two_is_told_so(self, client_of, abel, anna, waiting):
        ApprovalRequest.objects.update(needed=2)

        answer = client_of(abel).post(page_of(waiting, "approve"), digest_of(waiting), follow=True)

        assert "It waits for others to approve it as well" in answer.text
        assert "You have approved it. It waits for others." in answer.text
        assert "Abel" in client_of(anna).get(page_of(waiting)).text

    def test_it_says_where_nobody_can_approve(self, as_alice, waiting):
        assert "Nobody can approve this import" in as_alice.get(page_of(waiting)).text

    def test_whoever_had_a_hand_in_it_is_told_so(self, client_of, alice, waiting):
        Membership.objects.filter(user=alice).update(role=Membership.Role.APPROVER)

        assert "because you had a hand in it" in client_of(alice).get(page_of(waiting)).text
        answer = client_of(alice).post(page_of(waiting, "approve"), digest_of(waiting), follow=True)
        assert "because you had a hand in it. Somebody else has to" in answer.text
        assert as_it_is(waiting).status == JobStatus.APPROVAL

    def test_a_rejection_needs_a_reason_and_shows_it(self, client_of, as_alice, abel, waiting):
        refused = client_of(abel).post(page_of(waiting, "reject"), {"reason": " "})
        assert refused.status_code == 422
        assert "Say why you reject it." in refused.text

        client_of(abel).post(page_of(waiting, "reject"), {"reason": "<b>Last year’s list</b>"})

        check = as_alice.get(page_of(waiting, "check")).text
        assert "Abel has rejected this import" in check
        assert "&lt;b&gt;Last year’s list&lt;/b&gt;" in check

    def test_its_owner_takes_it_back(self, as_alice, waiting):
        assert as_alice.post(page_of(waiting, "withdraw")).status_code == 302
        assert as_it_is(waiting).status == JobStatus.CHECKED
        assert "has changed since you looked" in as_alice.post(page_of(waiting, "withdraw"), follow=True).text

    def test_without_a_request_there_is_no_page(self, as_alice, make_job):
        job = make_job(until="checked")
        assert as_alice.get(page_of(job)).status_code == 302


class TestProof:
    """Whoever approves has lately proved who they are."""

    @pytest.fixture
    def stale(self, settings, abel, client_of):
        browser = client_of(abel)
        settings.REAUTHENTICATE_MINUTES = 0
        return browser

    def test_an_approval_asks_for_it(self, stale, waiting):
        answer = stale.post(page_of(waiting, "approve"), digest_of(waiting))

        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert as_it_is(waiting).status == JobStatus.APPROVAL

    def test_the_administration_asks_for_it_too(self, stale, abel, waiting):
        User.objects.filter(pk=abel.pk).update(is_staff=True)
        abel.user_permissions.set(Permission.objects.filter(content_type__app_label="imports"))
        posted = {"action": "approve", "_selected_action": [str(waiting.pk)]}

        answer = stale.post(TestAdmin.LIST, posted)

        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert as_it_is(waiting).status == JobStatus.APPROVAL

    def test_the_rules_are_not_changed_without_it(self, settings, client_of, mona, account):
        browser = client_of(mona)
        settings.REAUTHENTICATE_MINUTES = 0

        answer = browser.post(reverse("imports:approval-rules", args=[account.pk]), {"rule_always": "on"})

        assert answer["Location"].startswith(reverse("account_reauthenticate"))
        assert DotdigitalAccount.objects.get().approval_rules == {}


class TestAdmin:
    LIST = reverse("admin:imports_uploadjob_changelist")

    def browser(self, client_of, user: User):
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.user_permissions.set(Permission.objects.filter(content_type__app_label="imports"))
        return client_of(User.objects.get(pk=user.pk))

    def act(self, browser, job: UploadJob) -> str:
        posted = {"action": "approve", "_selected_action": [str(job.pk)]}
        return browser.post(self.LIST, posted, follow=True).text

    def test_an_approver_approves(self, client_of, abel, waiting):
        assert "approved, and being imported" in self.act(self.browser(client_of, abel), waiting)
        assert as_it_is(waiting).status == JobStatus.SENDING

    def test_nobody_approves_their_own_there(self, client_of, alice, waiting):
        Membership.objects.filter(user=alice).update(role=Membership.Role.MANAGER)

        assert "because you had a hand in it" in self.act(self.browser(client_of, alice), waiting)
        User.objects.filter(pk=alice.pk).update(is_superuser=True)
        assert "because you had a hand in it" in self.act(client_of(User.objects.get(pk=alice.pk)), waiting)
        assert as_it_is(waiting).status == JobStatus.APPROVAL

    def test_the_page_of_a_job_tells_of_its_approval(self, client_of, abel, root, waiting):
        reject_job(waiting, abel, "Last year’s list")

        page = client_of(root).get(reverse("admin:imports_uploadjob_change", args=[waiting.pk])).text

        assert "Every import into this account is to be approved." in page
        assert "Last year’s list" in page

    def test_what_does_not_wait_is_left_alone(self, client_of, abel, make_job):
        job = make_job(until="checked")
        assert "does not wait for approval" in self.act(self.browser(client_of, abel), job)


class TestCommands:
    def control(self, job: UploadJob, *words: str) -> None:
        call_command("control_job", str(job.pk), *words)

    def test_an_approver_approves(self, abel, waiting, capsys):
        self.control(waiting, "approve", "--user=abel")

        assert as_it_is(waiting).status == JobStatus.SENDING
        assert json.loads(capsys.readouterr().out)["approval"] == "started"

    @pytest.mark.parametrize("action", ["approve", "reject"])
    def test_nobody_decides_about_their_own_there(self, alice, waiting, action, capsys):
        Membership.objects.filter(user=alice).update(role=Membership.Role.MANAGER)
        User.objects.filter(pk=alice.pk).update(is_superuser=True)

        with pytest.raises(SystemExit) as ended:
            self.control(waiting, action, "--reason=No.", "--user=alice")
        assert ended.value.code == 1
        assert "had a hand in this import" in capsys.readouterr().err
        assert as_it_is(waiting).status == JobStatus.APPROVAL

    def test_who_is_no_approver_is_refused(self, bob, waiting):
        with pytest.raises(CommandError, match="does not approve"):
            self.control(waiting, "approve", "--user=bob")
        assert not GivenApproval.objects.exists()

    def test_it_is_rejected_with_a_reason(self, abel, waiting):
        with pytest.raises(CommandError, match="--reason"):
            self.control(waiting, "reject", "--user=abel")
        self.control(waiting, "reject", "--reason=Last year’s list", "--user=abel")

        assert as_it_is(waiting).status == JobStatus.CHECKED
        assert ApprovalRequest.objects.get().reason == "Last year’s list"

    def test_it_is_withdrawn_by_its_owner(self, alice, waiting):
        self.control(waiting, "withdraw", "--user=alice")
        assert as_it_is(waiting).status == JobStatus.CHECKED

    def test_an_import_that_waits_says_so(self, account, alice, tmp_path, capsys):
        file = tmp_path / "contacts.csv"
        file.write_text("Email\nada@example.com\n")
        DotdigitalAccount.objects.update(approval_rules={"always": True})

        with pytest.raises(SystemExit) as ended:
            call_command("import_contacts", str(file), "--account=Acme", "--user=alice", "--inline")

        said = capsys.readouterr()
        assert ended.value.code == 3
        assert json.loads(said.out)["status"] == JobStatus.APPROVAL
        assert "Every import into this account is to be approved." in said.err


def test_after_a_rejection_it_can_be_started_again(as_alice, waiting, abel, alice):
    reject_job(waiting, abel, "Ask me tomorrow.")
    assert not confirm_job(waiting, alice)

    assert "waits for approval" in as_alice.get(page_of(waiting)).text
    assert "has rejected" not in as_alice.get(page_of(waiting, "check")).text
