"""Jobs that wait for their confirmation, made from a few files that are read and checked once for all of them."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import override_settings

from imports.contacts.mapping import Mapping
from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from portal.models import User
from tests.delivery.jobs import checked_job
from tests.pipeline import files

HEADER = ("Email", "Mobile", "First name", "Agreed")
REFUSED_EMAIL = "nobody@suppressed.example"
AGREED = "2026-01-31T10:00:00Z"

PLAIN_COLUMNS = [
    {"column": "Email", "target": "identifiers.email"},
    {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
    {"column": "First name", "target": "dataFields.FIRSTNAME"},
]
CONSENT_COLUMNS = [
    *PLAIN_COLUMNS,
    {"column": "Agreed", "target": "consentRecords.dateTimeConsented", "format": "ISO 8601"},
]
CONSENT_CONSTANTS = [
    {"target": "consentRecords.text", "value": "Yes, send me the newsletter"},
    {"target": "consentRecords.url", "value": "https://example.com/form"},
    {"target": "consentRecords.ipAddress", "value": "192.0.2.10"},
    {"target": "consentRecords.userAgent", "value": "Form at the fair"},
]

TABLES = (artefacts.STAGED, artefacts.PREPARED, artefacts.ISSUES)
COPIED_FIELDS = (
    "file_name", "upload", "file_bytes", "file_sha256", "reading", "profiles", "mapping", "check_summary", "batch_plan",
    "rows",
)  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """What a job has to send: `contacts` rows in batches of `a_batch`. With `consent`, repeats could do harm; with
    `one_refused`, the last row is one that Dotdigital refuses whatever happens. Jobs of different `series` share no
    e-mail address."""

    contacts: int
    a_batch: int
    consent: bool = False
    one_refused: bool = False
    series: str = ""

    def write(self, folder: Path) -> Path:
        rows = [
            (f"person{number}{self.series}@example.com", f"+4474006{number:05}", f"Name {number}", AGREED)
            for number in range(self.contacts)
        ]
        if self.one_refused:
            rows[-1] = (REFUSED_EMAIL, *rows[-1][1:])
        return files.delimited(folder / "contacts.csv", HEADER, rows)

    def mapping(self) -> Mapping:
        return Mapping.from_json(
            {
                "matchIdentifier": "email",
                "columns": CONSENT_COLUMNS if self.consent else PLAIN_COLUMNS,
                "constants": CONSENT_CONSTANTS if self.consent else [],
            }
        )


class ReadyJobs:
    """Makes checked jobs; each kind of contents goes through staging and check the first time only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fields: dict[Contents, dict[str, Any]] = {}

    def make(self, contents: Contents, account: DotdigitalAccount, owner: User) -> UploadJob:
        """A job in the status `checked`, with tables of its own."""
        if contents not in self._fields:
            self._check(contents, account, owner)
        job = UploadJob.objects.create(
            account=account, owner=owner, status=JobStatus.CHECKED, **self._fields[contents]
        )
        with artefacts.work_folder() as folder:
            sources = {name: Path(shutil.copy(self._kept(contents, name), folder / name)) for name in TABLES}
            job.tables = artefacts.store_all(job, sources, job.token)
        job.save(update_fields=["tables"])
        return job

    def _check(self, contents: Contents, account: DotdigitalAccount, owner: User) -> None:
        folder = self._kept(contents, "")
        folder.mkdir()
        with override_settings(IMPORT_BATCH_CONTACTS=contents.a_batch):
            job = checked_job(account, owner, contents.write(folder), contents.mapping())
        for name in TABLES:
            with artefacts.local(job, name) as path:
                shutil.copy(path, self._kept(contents, name))
        self._fields[contents] = {name: getattr(job, name) for name in COPIED_FIELDS}
        job.delete()

    def _kept(self, contents: Contents, name: str) -> Path:
        return self._folder / f"{hash(contents):x}" / name
