"""The way of a file without a browser: `import_contacts`, in one process and by workers."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from imports.models import UploadJob
from imports.states import JobStatus
from tests.pipeline import files

pytestmark = pytest.mark.pipeline


def run_import(path: Path, *options: str) -> tuple[int, dict[str, object]]:
    """The exit code of the command and the object it prints."""
    out, code = io.StringIO(), 0
    try:
        call_command(
            "import_contacts",
            str(path),
            "--account=Acme",
            "--user=alice",
            *options,
            stdout=out,
            stderr=io.StringIO(),
        )
    except SystemExit as end:
        code = end.code
    return code, json.loads(out.getvalue())


def by_email(contacts: list[dict]) -> dict[str, dict]:
    return {contact["identifiers"]["email"]: contact for contact in contacts}


class TestInline:
    def test_it_accounts_for_every_row(self, alice, sandbox, tmp_path):
        code, result = run_import(files.mailchimp_csv(tmp_path), "--inline")

        assert code == 0
        assert result["status"] == "finished"
        assert result["rows"] == len(files.MAILCHIMP_ROWS)
        assert sum(result["ledger"].values()) == result["rows"]
        assert {bucket: count for bucket, count in result["ledger"].items() if count} == {
            "created": 3,
            "rejected": 1,
            "blank": 1,
            "duplicate": 1,
        }
        assert set(result) == {
            "job", "status", "rows", "ledger", "with_problems", "batches", "issues", "mapping", "seconds",
        }  # fmt: skip

    def test_it_brings_names_and_phones_over_undamaged(self, alice, sandbox, tmp_path):
        run_import(files.mailchimp_csv(tmp_path), "--inline")

        contacts = by_email(sandbox.contacts())
        assert set(contacts) == {"Leila@Example.org", "grace@example.com", "chloe@example.net"}
        grace = contacts["grace@example.com"]
        assert grace["dataFields"]["LASTNAME"] == 'O"Neill'
        assert grace["identifiers"]["mobileNumber"].lstrip("+") == "447400604986"
        assert contacts["Leila@Example.org"]["identifiers"]["mobileNumber"].lstrip("+") == "16173699076"
        assert not contacts["chloe@example.net"]["identifiers"].get("mobileNumber")

    def test_it_reads_a_german_export(self, alice, sandbox, tmp_path):
        _, result = run_import(files.outlook_csv(tmp_path), "--inline")

        assert result["ledger"]["created"] == 2
        kathe = by_email(sandbox.contacts())["kathe@example.de"]
        assert kathe["dataFields"]["LASTNAME"] == "Weiß"
        assert kathe["dataFields"]["BIRTHDAY"].startswith("1993-02-24")
        assert kathe["dataFields"]["NEWSLETTER"] is True
        assert "BIRTHDAY" not in by_email(sandbox.contacts())["jorg@example.de"]["dataFields"]

    def test_it_reads_a_workbook(self, alice, sandbox, tmp_path):
        rows = [("ada@example.com", "Ada", 447400604986)]
        path = files.workbook(
            tmp_path / "contacts.xlsx", ("Email", "First Name", "Mobile Phone Number"), rows
        )

        _, result = run_import(path, "--inline")

        assert result["ledger"]["created"] == 1
        assert sandbox.contacts()[0]["identifiers"]["mobileNumber"].lstrip("+") == "447400604986"

    def test_it_updates_those_who_are_there_already(self, alice, sandbox, tmp_path):
        path = files.mailchimp_csv(tmp_path)
        run_import(path, "--inline")

        _, result = run_import(path, "--inline")

        assert result["ledger"]["updated"] == 3
        assert len(sandbox.contacts()) == 3

    def test_it_obeys_a_given_mapping(self, alice, sandbox, tmp_path):
        mapping = {
            "matchIdentifier": "email",
            "columns": [
                {"column": "Email Address", "target": "identifiers.email"},
                {"column": "Last Name", "target": "dataFields.FIRSTNAME"},
            ],
        }
        given = tmp_path / "mapping.json"
        given.write_text(json.dumps(mapping))

        _, result = run_import(files.mailchimp_csv(tmp_path), "--inline", f"--mapping={given}")

        assert by_email(sandbox.contacts())["grace@example.com"]["dataFields"]["FIRSTNAME"] == 'O"Neill'
        assert result["mapping"]["columns"] == mapping["columns"]

    def test_it_sends_nothing_when_only_checking(self, alice, sandbox, tmp_path):
        code, result = run_import(files.mailchimp_csv(tmp_path), "--inline", "--check-only")

        assert (code, result["status"], result["batches"]) == (0, "checked", 0)
        assert sandbox.imports() == []

    def test_it_cuts_a_file_into_batches(self, alice, sandbox, tmp_path, settings):
        settings.IMPORT_BATCH_CONTACTS = 7

        _, result = run_import(files.contacts_csv(tmp_path, 30), "--inline")

        assert result["ledger"]["created"] == 30
        assert result["batches"] == 5
        assert [one["contacts"] for one in sandbox.imports()] == [7, 7, 7, 7, 2]

    def test_it_refuses_a_mapping_without_a_match_identifier(self, alice, sandbox, tmp_path):
        given = tmp_path / "mapping.json"
        given.write_text(
            json.dumps({"columns": [{"column": "First Name", "target": "dataFields.FIRSTNAME"}]})
        )

        with pytest.raises(CommandError) as refused:
            run_import(files.mailchimp_csv(tmp_path), "--inline", f"--mapping={given}")

        assert refused.value.returncode == 2
        assert sandbox.imports() == []

    @pytest.mark.parametrize("content", [b"Email,Name\r\n", b"\x89PNG\r\n\x1a\n" + b"\0" * 100])
    def test_it_ends_with_a_reason_on_a_file_it_cannot_import(self, alice, sandbox, tmp_path, content):
        path = tmp_path / "contacts.csv"
        path.write_bytes(content)

        code, result = run_import(path, "--inline")

        assert (code, result["status"]) == (1, "failed")
        assert UploadJob.objects.get().failure_sentence

    def test_it_exports_its_report(self, alice, sandbox, tmp_path):
        _, result = run_import(files.mailchimp_csv(tmp_path), "--inline")
        report = tmp_path / "report.csv"

        call_command("export_report", result["job"], "--rows=all", "--format=csv", f"--output={report}")

        rows = list(csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
        assert [row["outcome"] for row in rows] == [
            "duplicate", "created", "rejected", "blank", "created", "created",
        ]  # fmt: skip
        assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
        assert list(rows[0])[:6] == list(files.MAILCHIMP_HEADER)
        assert "6" in rows[0]["reason"]
        assert rows[1]["contact_id"].isdigit()


class TestWorkers:
    def test_it_imports_by_workers(self, workers, alice, sandbox, tmp_path):
        code, result = run_import(files.mailchimp_csv(tmp_path))

        assert (code, result["status"]) == (0, "finished")
        assert result["ledger"]["created"] == 3
        assert len(sandbox.contacts()) == 3
        job = UploadJob.objects.get(pk=result["job"])
        assert job.status == JobStatus.FINISHED
        assert [event.to_status for event in job.events.filter(batch=None)] == [
            "uploaded", "staging", "staged", "checking", "checked", "sending", "finished",
        ]  # fmt: skip
