"""`export_person`: what the portal holds of somebody, and nothing of others."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from imports.models import AuditEvent, UploadJob
from imports.storage import artefacts
from tests.people.asked import CANARY, EMAIL, HEADER, ROW, ROWS, asked, imported, manager, root

pytestmark = pytest.mark.pipeline

MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "First name", "target": "dataFields.FIRSTNAME"},
        {"column": "Mobile phone", "target": "identifiers.mobileNumber"},
    ],
    "constants": [
        {"target": "consentRecords.text", "value": "Yes please"},
        {"target": "consentRecords.dateTimeConsented", "value": "2026-01-02T03:04:05Z"},
        {"target": "consentRecords.url", "value": "https://example.com/form"},
        {"target": "consentRecords.ipAddress", "value": "203.0.113.9"},
        {"target": "consentRecords.userAgent", "value": "A form"},
    ],
}


@pytest.fixture(autouse=True)
def _root(account) -> None:
    root()


def exported(folder: Path, option: str = f"--email={EMAIL}", **given: str) -> tuple[Any, Any]:
    """What is printed, and what is in the file."""
    output = folder / "held.json"
    code, told, _ = asked("export_person", option, f"--output={output}", **given)
    assert code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    return told, json.loads(output.read_text())


def test_it_has_rows_what_was_sent_outcomes_and_consent(account, alice, sandbox, tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(MAPPING))
    job = imported(tmp_path, f"--mapping={mapping}")

    told, held = exported(tmp_path)

    assert told == {"jobs": 1, "rows": 1, "output": str(tmp_path / "held.json")}
    assert held["identifier"] == {"kind": "email", "value": EMAIL}
    [one] = held["jobs"]
    assert (one["job"], one["owner"], one["account"], one["status"]) == (
        str(job.pk),
        "alice",
        "Acme",
        "finished",
    )
    [row] = one["rows"]
    assert row["cells"] == dict(zip(HEADER, CANARY, strict=True))
    assert (row["row"], row["outcome"], row["consent_given"]) == (ROW, "created", True)
    assert row["sent"]["identifiers"] == {"email": EMAIL, "mobileNumber": CANARY[2]}
    assert row["consent"][0]["text"] == "Yes please"
    assert row["contact_id"] > 0
    assert "grace" not in json.dumps(held)
    event = AuditEvent.objects.get(action="person_exported")
    assert event.details["reason"] == "a request"
    assert EMAIL not in json.dumps(event.details)


def test_of_anothers_row_it_has_the_cell_that_mentions_the_person_alone(account, alice, sandbox, tmp_path):
    imported(tmp_path, rows=(*ROWS[:1], ("ann@example.com", "Ann", "", f"knows {EMAIL}")))

    [row] = exported(tmp_path)[1]["jobs"][0]["rows"]

    assert row["mentioned_in"] == {"Notes": f"knows {EMAIL}"}
    assert "ann@" not in json.dumps(row)


def test_when_the_tables_are_gone_it_has_what_digests_tell(account, alice, sandbox, tmp_path):
    job = imported(tmp_path)
    stored = list(job.tables.values())
    UploadJob.objects.update(tables={})
    artefacts.drop(job.pk, stored)

    [row] = exported(tmp_path)[1]["jobs"][0]["rows"]

    assert row == {"row": ROW, "outcome": "created", "consent_given": False, "held": "digest"}


def test_managers_export_from_their_accounts_and_others_do_not(account, alice, sandbox, tmp_path):
    manager(account)
    imported(tmp_path)
    assert exported(tmp_path, user="mona")[0]["rows"] == 1

    with pytest.raises(CommandError, match="may not export people"):
        exported(tmp_path, user="alice")
