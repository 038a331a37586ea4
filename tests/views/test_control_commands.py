"""The same control from a shell: `control_job` and `control_account`."""

import io
import json
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.models import CallBudget, DotdigitalAccount
from imports.states import BatchStatus, Call, JobStatus
from portal.models import User
from tests.views.deliveries import job_being_sent


def run(*words: object) -> tuple[int, dict, str]:
    """The exit code of a command, the object it prints, and its words."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(*map(str, words), stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    except CommandError as error:
        return error.returncode, {}, str(error)
    return code, json.loads(out.getvalue()), err.getvalue()


def control(job, action, user="alice"):
    return run("control_job", job.pk, action, f"--user={user}")


class TestJob:
    def test_it_is_paused_and_goes_on_and_twice_is_once(self, account, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING, BatchStatus.ACTIVE)

        for action, is_paused in (("pause", True), ("pause", True), ("resume", False), ("resume", False)):
            code, printed, _ = control(job, action)
            words = "Paused" if is_paused else "Importing"
            assert (code, printed) == (
                0,
                {
                    "job": str(job.pk),
                    "status": "sending",
                    "standing": {"words": words, "look": "care" if is_paused else "busy", "problems": []},
                    "paused": is_paused,
                    "batches": {"active": 1, "pending": 1},
                },
            )

    @pytest.mark.parametrize("action", ["pause", "resume", "cancel", "retry"])
    def test_what_cannot_be_done_is_said(self, action, account, alice):
        job = job_being_sent(account, alice, status=JobStatus.FINISHED)

        code, printed, words = control(job, action)

        assert (code, printed["status"]) == (1, "finished")
        assert words.startswith(("This job", "No row"))

    def test_it_is_cancelled(self, account, alice):
        job = job_being_sent(account, alice, BatchStatus.PENDING, BatchStatus.ACTIVE)

        for _ in range(2):
            code, printed, _ = control(job, "cancel")
            assert (code, printed["status"], printed["batches"]) == (
                0,
                "cancelling",
                {"active": 1, "not_sent": 1},
            )

    @pytest.mark.parametrize(("action", "status"), [("send-held", "pending"), ("drop-held", "unknown")])
    def test_what_is_held_is_decided(self, action, status, account, alice):
        job = job_being_sent(account, alice, BatchStatus.HELD)

        first, second = control(job, action), control(job, action)

        assert (first[0], first[1]["decided"], first[1]["batches"]) == (0, 1, {status: 1})
        assert (second[0], second[1]["decided"]) == (0, 0)

    def test_its_rows_are_tried_again_once(self, make_job, alice):
        job = make_job(until="sending")
        cancel_job(job, alice)
        run_inline(job)

        first, second = control(job, "retry"), control(job, "retry")

        assert first[0] == second[0] == 0
        assert first[1]["new_job"] == second[1]["new_job"] == str(job.retries.get().pk)

    def test_only_those_who_may_act_can(self, account, alice, bob, mona, charlie):
        job = job_being_sent(account, alice, BatchStatus.PENDING)

        for user, words in (("bob", "may look at this job"), ("charlie", "no job of that number")):
            code, _, said = control(job, "pause", user)
            assert code == 2
            assert words in said
        job.refresh_from_db()
        assert not job.is_paused
        assert control(job, "pause", "mona")[0] == 0

    def test_an_unknown_job_or_person_is_a_usage_error(self, account, alice):
        job = job_being_sent(account, alice)

        assert run("control_job", uuid4(), "pause", "--user=alice")[0] == 2
        assert control(job, "pause", "nobody")[0] == 2


class TestAccount:
    def test_it_is_paused_and_goes_on_and_twice_is_once(self, account, mona):
        for action, is_paused in (("pause", True), ("pause", True), ("resume", False), ("resume", False)):
            code, printed, _ = run("control_account", "Acme", action, "--user=mona")
            assert (code, printed["paused"]) == (0, is_paused)

    def test_it_says_how_it_stands(self, account, alice):
        statuses = (BatchStatus.ACTIVE, BatchStatus.PENDING, BatchStatus.HELD)
        job_being_sent(account, alice, *statuses)
        CallBudget.objects.create(account=account, call=Call.IMPORT, limit=100, remaining=7)
        DotdigitalAccount.objects.filter(pk=account.pk).update(
            slot_ceiling=18, slot_probe_at=timezone.now(), failed_calls=2
        )

        code, printed, _ = run("control_account", "Acme", "status", "--user=alice")

        assert code == 0
        assert printed == {
            "account": "Acme",
            "paused": False,
            "blocked_reason": "",
            "failed_calls": 2,
            "not_before": None,
            "slots": {"used": 1, "most": 25, "left_by_others": 18},
            "batches_waiting": 1,
            "batches_held": 1,
            "jobs": {"sending": 1},
            "jobs_paused": 0,
            "calls": {"import": {"limit": 100, "remaining": 7, "resets_at": None}},
        }

    def test_a_connection_is_tested(self, account, mona):
        code, printed, words = run("control_account", "Acme", "test", "--user=mona")

        assert (code, printed["blocked_reason"]) == (0, "")
        assert "answers as" in words

    def test_a_connection_that_fails_is_told(self, account, mona):
        account.api_password = "wrong"
        account.save()

        code, printed, words = run("control_account", "Acme", "test", "--user=mona")

        assert (code, printed["account"]) == (1, "Acme")
        assert "does not accept" in words

    @pytest.mark.parametrize("action", ["pause", "resume", "test"])
    def test_members_may_only_look(self, action, account, alice):
        code, _, words = run("control_account", "Acme", action, "--user=alice")

        assert code == 2
        assert "does not manage" in words
        account.refresh_from_db()
        assert not account.is_paused

    def test_strangers_may_not_even_look(self, account, charlie):
        assert run("control_account", "Acme", "status", "--user=charlie")[0] == 2

    def test_superusers_may_all(self, account):
        User.objects.create_superuser("root")

        assert run("control_account", "Acme", "pause", "--user=root")[0] == 0


class TestImport:
    @pytest.mark.parametrize(("options", "stops"), [((), False), (("--stop-on-refusal",), True)])
    def test_what_is_done_about_a_refusal_is_an_option(self, options, stops, account, alice, tmp_path):
        path = tmp_path / "contacts.csv"
        path.write_text("Email\r\nada@example.com\r\n")

        code, printed, _ = run(
            "import_contacts", path, "--account=Acme", "--user=alice", "--inline", *options
        )

        assert (code, printed["status"]) == (0, "finished")
        assert alice.jobs.get().stops_on_refusal is stops


class TestReport:
    def test_the_rows_that_went_out_twice_can_be_had(self, make_job, tmp_path):
        job = make_job(until="sending")
        job.batches.update(attempts=1)  # a call that was never answered
        run_inline(job)
        target = tmp_path / "again.csv"

        run("export_report", job.pk, "--rows=sent_again", f"--output={target}")

        assert target.read_text(encoding="utf-8-sig").count("sent_again") == 3
