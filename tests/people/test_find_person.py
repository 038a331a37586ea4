"""`find_person`: which imports carried somebody, also when the files are gone."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from imports import keyring
from imports.jobs.purging import purge
from imports.models import AuditEvent, JobDigests, UploadJob
from imports.provenance.keeping import due_for_digests, keep_digests, remove_old_digests
from imports.states import JobStatus
from imports.storage import artefacts
from tests.people.asked import CANARY, EMAIL, ROW, asked, imported, manager, root

pytestmark = pytest.mark.pipeline


def test_it_finds_the_rows_that_carried_somebody_before_and_after_the_tables_are_gone(
    account, alice, sandbox, tmp_path
):
    root()
    job = imported(tmp_path)
    expected = {
        "job": str(job.pk),
        "file": "contacts.csv",
        "row": ROW,
        "outcome": "created",
        "consent": False,
        "owner": "alice",
        "when": job.created_at.isoformat(),
    }
    ids = {contact["identifiers"]["email"]: contact["contactId"] for contact in sandbox.contacts()}
    ways = [f"--email={EMAIL.upper()}", f"--mobile={CANARY[2]}", f"--contact-id={ids[EMAIL]}"]

    for _ in ("before", "after"):
        for way in ways:
            assert asked("find_person", way) == (0, {"jobs": [expected]}, "")
        assert asked("find_person", "--email=nobody@example.com") == (0, {"jobs": []}, "")
        purge(timezone.now() + timedelta(days=400))

    job.refresh_from_db()
    assert (job.tables, job.upload) == ({}, "")
    events = list(AuditEvent.objects.filter(action="person_searched"))
    assert len(events) == 8
    assert all(event.details["reason"] == "a request" for event in events)
    told = json.dumps([event.details for event in events]).lower()
    assert not any(value.lower() in told for value in (*CANARY, str(ids[EMAIL])))


def test_it_looks_through_the_tables_of_imports_without_digests(account, alice, sandbox, tmp_path):
    root()
    job = imported(tmp_path, "--check-only")
    assert not JobDigests.objects.exists()

    code, told, _ = asked("find_person", f"--email={EMAIL}")

    assert (code, [line["outcome"] for line in told["jobs"]]) == (0, ["not_sent"])
    UploadJob.objects.filter(pk=job.pk).update(status=JobStatus.CANCELLED)
    assert [one.pk for one in due_for_digests()] == [job.pk]
    keep_digests(due_for_digests().get())
    assert not due_for_digests().exists()
    assert asked("find_person", f"--email={EMAIL}")[1] == told


def test_digests_are_found_by_an_older_key_and_it_says_when_that_is_gone(
    account, alice, sandbox, tmp_path, settings
):
    root()
    settings.DIGEST_KEYS = ["first" * 10]
    imported(tmp_path)
    settings.DIGEST_KEYS = ["second" * 10, "first" * 10]
    imported(tmp_path, name="second.csv")
    assert JobDigests.objects.values("key").distinct().count() == 2

    assert len(asked("find_person", f"--email={EMAIL}")[1]["jobs"]) == 2
    settings.DIGEST_KEYS = ["second" * 10]
    code, told, words = asked("find_person", f"--email={EMAIL}")

    assert (code, [line["file"] for line in told["jobs"]]) == (1, ["second.csv"])
    assert "1 imports were not looked into" in words


def test_a_manager_finds_those_of_their_accounts_alone(account, alice, sandbox, tmp_path):
    manager(account)
    imported(tmp_path)
    assert len(asked("find_person", f"--email={EMAIL}", user="mona")[1]["jobs"]) == 1

    account.memberships.filter(user__username="mona").update(role="approver")
    with pytest.raises(CommandError, match="may not look for people"):
        asked("find_person", f"--email={EMAIL}", user="mona")


@pytest.mark.parametrize("reason", ["", "x", f"asked by {EMAIL}", "call +44 7400 604986", "y" * 301])
def test_a_reason_is_needed_that_names_nobody(reason, account):
    root()
    with pytest.raises(CommandError, match="Give a reason"):
        asked("find_person", f"--email={EMAIL}", reason=reason)
    assert not AuditEvent.objects.filter(action="person_searched").exists()


@pytest.mark.parametrize("option", ["--email=ada", "--mobile=07400604986", "--contact-id=x"])
def test_what_is_no_identifier_is_a_usage_error_that_does_not_repeat_it(option, account):
    root()
    with pytest.raises(CommandError) as refused:
        call_command("find_person", option, "--user=root", "--reason=a request")
    assert refused.value.returncode == 2
    assert option.partition("=")[2] not in str(refused.value)


def test_digests_have_a_clock_of_their_own(account, alice, sandbox, tmp_path, settings):
    job = imported(tmp_path)
    kept = JobDigests.objects.get()
    assert remove_old_digests() == 0
    settings.DIGESTS_KEPT_DAYS = 0

    assert remove_old_digests() == 1

    assert not JobDigests.objects.exists()
    assert not artefacts.is_stored(job.pk, kept.stored)
    assert AuditEvent.objects.filter(action="digests_removed").count() == 1
    assert not due_for_digests().exists()


def test_an_account_has_a_clock_of_its_own_for_digests(account, alice, sandbox, tmp_path):
    job = imported(tmp_path)
    UploadJob.objects.filter(pk=job.pk).update(changed_at=timezone.now() - timedelta(days=4))
    assert remove_old_digests() == 0
    type(account).objects.update(digests_kept_days=5)
    assert remove_old_digests() == 0

    type(account).objects.update(digests_kept_days=3)

    assert remove_old_digests() == 1
    assert not due_for_digests().exists()


def test_a_filter_is_of_the_newest_key(account, alice, sandbox, tmp_path):
    imported(tmp_path)

    assert JobDigests.objects.get().key == keyring.newest_key(keyring.DIGESTS).id
