"""A whole import with files encrypted at rest: nothing of a contact is in storage in clear, and all else is as ever."""

from pathlib import Path

import polars as pl
import pytest
from django.conf import settings as portal_settings
from django.core.files import File

from imports.contacts.mapping import Mapping
from imports.jobs.advance import advance
from imports.jobs.check import set_mapping
from imports.jobs.download import open_download, request_download, run_download
from imports.jobs.upload import receive_upload
from imports.messages import Message
from imports.models import ReportDownload, UploadJob
from imports.reasons import CATALOGUE
from imports.states import JobStatus
from imports.storage import artefacts
from imports.storage.sealed_stream import is_sealed
from portal import env
from tests.delivery.canaries import found_in
from tests.pipeline import files
from tests.pipeline.test_import_contacts import run_import
from tests.storage.test_storage import copies_in

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

CANARIES = {
    "sent": "zq7.quillfeather@canary.example",
    "refused": "marrowby-without-an-at",
    "name": "Żofia-Quillfeather",
    "left out": "Plumtree & Söhne 8810",
}
MAPPING = {"matchIdentifier": "email", "columns": [{"column": "Email", "target": "identifiers.email"}]}
ROWS = [(CANARIES["sent"], CANARIES["name"]), (CANARIES["refused"], CANARIES["left out"])]


@pytest.fixture
def stored(settings, tmp_path) -> Path:
    """A storage and an UPLOAD_TEMP_DIR of this test's own."""
    settings.STORAGES = {**settings.STORAGES, "default": env.folder(tmp_path / "files")}
    settings.UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_TEMP_DIR.mkdir()
    return tmp_path / "files"


def import_and_download(tmp_path: Path) -> tuple[UploadJob, bytes]:
    """A job that has finished, and the file of its report."""
    path = files.delimited(tmp_path / "contacts.csv", files.CONTACTS_HEADER, ROWS)
    code, result = run_import(path, "--inline")
    assert (code, result["status"]) == (0, "finished")
    job = UploadJob.objects.get(pk=result["job"])
    for file_format in ("xlsx", "csv"):
        run_download(request_download(job, "all", file_format))
    with open_download(ReportDownload.objects.get(file_format="csv")) as file:
        return job, file.read()


@pytest.mark.parametrize("encrypts", [True, False])
def test_nothing_of_a_contact_is_in_storage_in_clear(encrypts, alice, sandbox, stored, tmp_path, settings):
    settings.ENCRYPT_FILES = encrypts

    job, report = import_and_download(tmp_path)

    # All of it has really come, and is read back.
    assert found_in(report, CANARIES) == set(CANARIES)
    assert [contact["identifiers"]["email"] for contact in sandbox.contacts()] == [CANARIES["sent"]]
    kept = {path: path.read_bytes() for path in stored.rglob("*") if path.is_file()}
    names = {path.name.split("-")[0] for path in kept}
    assert {"staged", "excerpt", "prepared", "issues", "outcomes", "download"} <= names
    in_clear = set.union(*(found_in(content, CANARIES) for content in kept.values()))
    assert in_clear == (set() if encrypts else set(CANARIES))
    assert {path for path, content in kept.items() if is_sealed(content) != encrypts} == set()
    # Copies in clear lie where only the portal may enter, and nothing of the work is left beside them.
    assert bool(copies_in(portal_settings.UPLOAD_TEMP_DIR) if encrypts else []) == encrypts
    assert {path.name for path in Path(settings.UPLOAD_TEMP_DIR).iterdir()} <= {"cache"}
    with artefacts.local(job, artefacts.STAGED) as table:
        assert pl.read_parquet(table).height == len(ROWS)


@pytest.mark.parametrize("table", ["upload", artefacts.STAGED])
def test_a_file_that_was_changed_ends_the_job_and_says_so(
    table, account, alice, sandbox, stored, tmp_path, settings
):
    settings.ENCRYPT_FILES = True
    path = files.delimited(tmp_path / "contacts.csv", files.CONTACTS_HEADER, ROWS)
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=alice, file_name=path.name, file=File(file))
    if table != "upload":
        advance(job)
        job.refresh_from_db()
        assert set_mapping(job, Mapping.from_json(MAPPING), alice) == []
    damaged = stored / (job.upload if table == "upload" else artefacts.key_of(job, table))
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    advance(job)

    job.refresh_from_db()
    assert job.status == JobStatus.ERRORED
    assert "is damaged or was changed" in CATALOGUE.sentence(Message.from_json(job.failure))
