"""`erase_person`: afterwards the canary is nowhere, whatever the import was at."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.management import CommandError, call_command

from imports.contacts.mapping import Mapping
from imports.delivery.deliver import deliver
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.download import request_download, run_download
from imports.jobs.erasing import due_erasures
from imports.jobs.trial import request_trial, run_trial
from imports.jobs.upload import receive_upload
from imports.models import AuditEvent, MappingTemplate, PendingErasure, UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from imports.work.lease import lease_end
from tests.delivery.canaries import found_in
from tests.people.asked import CANARY, EMAIL, HEADER, ROW, ROWS, asked, imported, manager, root
from tests.pipeline import files
from tests.pipeline.test_import_contacts import run_import
from tests.retention.kept_things import kept_things

pytestmark = pytest.mark.pipeline

REPAIRS = [
    {"column": "First name", "row": ROW, "value": f"{CANARY[1]}-repaired"},
    {"column": "First name", "replace": "Ann", "by": f"Ann of {EMAIL}"},
]
TOLD = [
    {"column": "Email", "target": "identifiers.email"},
    {"column": "First name", "target": "dataFields.FIRSTNAME"},
    {"column": "Mobile phone", "target": "identifiers.mobileNumber"},
]
MAPPING = Mapping.from_json({"matchIdentifier": "email", "columns": TOLD})


@pytest.fixture(autouse=True)
def _root(account) -> None:
    root()


@pytest.fixture
def places_of(own_storage) -> Callable[..., list[str]]:
    """Where any of some values is: files, also temporary ones and copies, columns of the database, Redis."""

    def found(*values: str) -> list[str]:
        return [
            place
            for folder in ("files", "incoming")
            for place, content in kept_things(own_storage / folder)
            if found_in(content, dict(zip(values, values, strict=True)))
        ]

    return found


def erased(*options: str) -> tuple[int, dict[str, Any], str]:
    return asked("erase_person", *(options or (f"--email={EMAIL}",)))


def checked(account: Any, alice: Any, folder: Path, upto: str = "checked") -> UploadJob:
    path = files.delimited(folder / "contacts.csv", HEADER, ROWS)
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=alice, file=File(file), file_name="contacts.csv")
    if upto == "uploaded":
        return job
    run_inline(job)
    if upto == "staged":
        return job
    assert set_mapping(job, MAPPING, alice) == []
    if upto == "checking":
        return job
    run_inline(job)
    return job


@pytest.mark.parametrize("encrypts", [False, True], ids=["in clear", "encrypted"])
def test_nothing_of_the_person_is_left_of_an_ended_import_and_their_row_is_counted_as_before(
    encrypts, places_of, account, alice, sandbox, tmp_path, settings
):
    settings.ENCRYPT_FILES = encrypts
    repairs = tmp_path / "repairs.json"
    repairs.write_text(json.dumps(REPAIRS))
    job = imported(tmp_path, f"--repairs={repairs}")
    for file_format in ("csv", "xlsx"):
        run_download(request_download(job, "all", file_format))
    assert len(places_of(*CANARY)) > (0 if encrypts else 6)  # copies in clear
    before = job.ledger

    code, told, words = erased()

    assert (code, words) == (0, "")
    assert (told["jobs"], told["rows"]) == (1, 2)
    assert told["files"] >= 8
    assert places_of(*CANARY) == []
    event = AuditEvent.objects.get(action="person_erased")
    assert told["certificate"] == str(event.pk)
    assert event.details["rows"] == 2
    job.refresh_from_db()
    assert job.ledger == before
    out = tmp_path / "report.csv"
    call_command(
        "export_report", str(job.pk), "--rows=all", "--format=csv", f"--output={out}", stdout=io.StringIO()
    )
    report = out.read_text()
    assert "created" in report.splitlines()[2]
    assert "grace@example.com" in report
    with artefacts.local_file(job.upload) as upload:
        assert upload.read_text().splitlines() == [
            ",".join(HEADER),
            ",".join(ROWS[0]),
            ",,,",
            ",".join(ROWS[2]),
        ]
    assert job.events.filter(note="person_erased").count() == 1
    # Whom an import carried is told by digests still; to erase them again finds nothing.
    assert [line["row"] for line in asked("find_person", f"--email={EMAIL}")[1]["jobs"]] == [ROW, ROW + 1]
    assert erased()[1]["rows"] == 0


@pytest.mark.parametrize("upto", ["staged", "checking", "checked"])
def test_an_import_that_is_under_way_goes_on_without_the_person(
    upto, places_of, account, alice, sandbox, tmp_path
):
    job = checked(account, alice, tmp_path, upto)
    if upto == "staged":
        request_trial(job, MAPPING)
        run_trial(job)
    if upto == "checking":  # a worker is at it
        assert UploadJob.objects.take(job, lease_end())
    worker = UploadJob.objects.select_related("account").get(pk=job.pk)

    code, told, _ = erased()

    assert (code, told["rows"], told["jobs"]) == (0, 1, 1)
    assert places_of(*CANARY) == []
    if upto == "checking":
        assert not UploadJob.objects.transition(worker, JobStatus.CHECKED)
    job.refresh_from_db()
    run_inline(job)
    if job.status == JobStatus.STAGED:
        assert set_mapping(job, MAPPING, alice) == []
        run_inline(job)
    assert job.check_summary["fates"] == {
        "ready": 2,
        "rejected": 0,
        "duplicate": 0,
        "excluded": 0,
        "blank": 1,
    }
    assert confirm_job(job, alice)
    run_inline(job)
    assert job.status == JobStatus.FINISHED
    assert sum(job.ledger["counts"].values()) == job.rows == 3
    assert {one["identifiers"]["email"] for one in sandbox.contacts()} == {
        "grace@example.com",
        "ann@example.com",
    }
    assert places_of(*CANARY) == []


def test_one_that_is_being_sent_ends_properly_and_is_erased_then(
    places_of, account, alice, sandbox, tmp_path
):
    job = checked(account, alice, tmp_path)
    assert confirm_job(job, alice)
    deliver(job.account)

    code, told, words = erased()

    assert (code, told["rows"]) == (1, 0)
    assert "1 rows are being imported" in words
    assert EMAIL not in json.dumps(PendingErasure.objects.get().plan)
    run_inline(job)
    assert job.status == JobStatus.FINISHED
    assert job.ledger["counts"]["created"] == 3
    assert places_of(*CANARY) == []
    assert not due_erasures().exists()
    assert not PendingErasure.objects.exists()
    assert AuditEvent.objects.filter(action="rows_erased").count() == 1


def test_a_file_that_is_still_read_is_said_to_be_left(places_of, account, alice, sandbox, tmp_path):
    checked(account, alice, tmp_path, "uploaded")

    code, told, words = erased()

    assert (code, told["rows"]) == (1, 0)
    assert "1 imports are still being read" in words


def test_a_workbook_is_removed_as_a_whole_and_its_rows_stay(places_of, account, alice, sandbox, tmp_path):
    path = files.workbook(tmp_path / "contacts.xlsx", HEADER, ROWS)
    _, result = run_import(path, "--inline")

    code, told, words = erased()

    assert (code, told["rows"]) == (0, 1)
    assert "1 uploaded files could not be rewritten" in words
    job = UploadJob.objects.get(pk=result["job"])
    assert job.upload == ""
    assert job.upload_removed_at
    assert artefacts.exists(job, artefacts.STAGED)
    assert places_of(*CANARY) == []


def test_another_persons_row_keeps_what_is_not_about_them(places_of, account, alice, sandbox, tmp_path):
    rows = (*ROWS[:1], ("ann@example.com", "Ann", "", f'knows "{EMAIL}", well'))
    job = imported(tmp_path, rows=rows)

    assert erased()[1]["rows"] == 1

    with artefacts.local_file(UploadJob.objects.get(pk=job.pk).upload) as upload:
        assert upload.read_text().splitlines()[2] == "ann@example.com,Ann,,"
    assert places_of(EMAIL) == []
    assert [line["row"] for line in asked("find_person", "--email=ann@example.com")[1]["jobs"]] == [3]


@pytest.mark.parametrize("option", [f"--mobile={CANARY[2]}", "--contact-id"])
def test_a_person_is_erased_by_another_identifier(option, places_of, account, alice, sandbox, tmp_path):
    imported(tmp_path)
    if option == "--contact-id":
        ids = {one["identifiers"]["email"]: one["contactId"] for one in sandbox.contacts()}
        option = f"--contact-id={ids[EMAIL]}"

    assert erased(option)[1]["rows"] == 1

    assert places_of(*CANARY) == []


def test_what_somebody_has_typed_of_them_is_erased_from_the_database(
    places_of, account, alice, sandbox, tmp_path
):
    imported(tmp_path, name=f"About {EMAIL}.csv")
    MappingTemplate.objects.update(name=f"About {EMAIL}.csv")

    erased()

    assert UploadJob.objects.get().file_name == "About erased.csv"
    assert places_of(EMAIL) == []


def test_managers_do_not_erase(account, alice, sandbox):
    manager(account)
    with pytest.raises(CommandError, match="may not erase people"):
        asked("erase_person", f"--email={EMAIL}", user="mona")
