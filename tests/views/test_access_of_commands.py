"""Which person may have commands do what: every command that acts as somebody, by role."""

from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.core.management.base import BaseCommand

import imports.management.commands
from imports.models import DotdigitalAccount, UploadJob
from imports.states import BatchStatus, JobStatus
from portal.models import User
from tests.views.deliveries import job_being_sent
from tests.whole_database import changed_since, whole_database

pytestmark = pytest.mark.once

PEOPLE = ("charlie", "vera", "bob", "alice", "abel", "mona", "root")
"""A stranger, a viewer, a team-mate, the owner, an approver, a manager, and a superuser."""

MAY = {
    "import_contacts": {"alice", "bob", "abel", "mona", "root"},
    "control_job": {"alice", "mona", "root"},
    "control_account": {"mona", "root"},
    "find_person": {"mona", "root"},
    "erase_person": {"root"},
    "export_person": {"mona", "root"},
    "control_account status": {"vera", "alice", "bob", "abel", "mona", "root"},
}


def commands() -> dict[str, BaseCommand]:
    folder = Path(import_module(imports.management.commands.__name__).__path__[0])
    names = [file.stem for file in folder.glob("*.py") if file.stem != "__init__"]
    return {name: load_command_class("imports", name) for name in names}


def test_every_command_that_acts_as_somebody_is_known():
    of_people = {
        name
        for name, command in commands().items()
        if "--user" in command.create_parser("manage.py", name)._option_string_actions
    }

    assert of_people == {name.partition(" ")[0] for name in MAY}


@pytest.mark.parametrize("name", MAY)
def test_a_command_does_what_the_person_may(
    name, account, alice, bob, vera, abel, mona, charlie, tmp_path, capsys
):
    User.objects.create_superuser("root")
    file = tmp_path / "contacts.csv"
    file.write_text("Email\nada@example.com\n")
    job = job_being_sent(account, alice, BatchStatus.PENDING)
    words = {
        "import_contacts": [str(file), "--account=Acme", "--check-only", "--inline"],
        "control_job": [str(job.pk), "pause"],
        "control_account": ["Acme", "pause"],
        "erase_person": ["--email=ada@example.com", "--reason=she asks"],
        "export_person": ["--email=ada@example.com", "--reason=she asks", f"--output={tmp_path / 'held'}"],
        "find_person": ["--email=ada@example.com", "--reason=she asks"],
        "control_account status": ["Acme", "status"],
    }[name]

    for person in PEOPLE:
        before = whole_database()
        asked = [name.partition(" ")[0], *words, f"--user={person}"]
        if person in MAY[name]:
            call_command(*asked)
            UploadJob.objects.update(is_paused=False)
            DotdigitalAccount.objects.update(is_paused=False)
            continue
        with pytest.raises(CommandError) as refused:
            call_command(*asked)
        assert refused.value.returncode == 2
        assert changed_since(before) == set(), person


def test_where_imports_are_not_shown_a_team_mate_learns_of_none(account, alice, bob, vera):
    job = job_being_sent(account, alice, BatchStatus.PENDING, status=JobStatus.SENDING)
    DotdigitalAccount.objects.update(shares_jobs=False)

    for person in ("bob", "vera"):
        with pytest.raises(CommandError, match="no job of that number"):
            call_command("control_job", str(job.pk), "pause", f"--user={person}")
