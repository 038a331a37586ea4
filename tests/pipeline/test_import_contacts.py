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


def run_aloud(path: Path, *options: str) -> tuple[dict[str, object], str]:
    """The object that the command prints, and what it says on stderr."""
    out, words = io.StringIO(), io.StringIO()
    arguments = [str(path), "--account=Acme", "--user=alice", "--inline", *options]
    call_command("import_contacts", *arguments, stdout=out, stderr=words)
    return json.loads(out.getvalue()), words.getvalue()


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
            "job", "status", "standing", "rows", "reading", "drift", "ledger", "with_problems", "values_left_out",
            "batches", "issues", "mapping", "seconds",
        }  # fmt: skip

    @pytest.mark.once
    def test_it_brings_names_and_phones_over_undamaged(self, alice, sandbox, tmp_path):
        run_import(files.mailchimp_csv(tmp_path), "--inline")

        contacts = by_email(sandbox.contacts())
        assert set(contacts) == {"Leila@Example.org", "grace@example.com", "chloe@example.net"}
        grace = contacts["grace@example.com"]
        assert grace["dataFields"]["LASTNAME"] == 'O"Neill'
        assert grace["identifiers"]["mobileNumber"].lstrip("+") == "447400604986"
        assert contacts["Leila@Example.org"]["identifiers"]["mobileNumber"].lstrip("+") == "16173699076"
        assert not contacts["chloe@example.net"]["identifiers"].get("mobileNumber")

    @pytest.mark.once
    def test_it_reads_a_german_export(self, alice, sandbox, tmp_path):
        _, result = run_import(files.outlook_csv(tmp_path), "--inline")

        assert result["ledger"]["created"] == 2
        kathe = by_email(sandbox.contacts())["kathe@example.de"]
        assert kathe["dataFields"]["LASTNAME"] == "Weiß"
        assert kathe["dataFields"]["BIRTHDAY"].startswith("1993-02-24")
        assert kathe["dataFields"]["NEWSLETTER"] is True
        assert "BIRTHDAY" not in by_email(sandbox.contacts())["jorg@example.de"]["dataFields"]

    @pytest.mark.once
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

    @pytest.mark.once
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

    @pytest.mark.once
    def test_it_says_what_could_not_be_read_as_it_stands(self, alice, sandbox, tmp_path):
        path = tmp_path / "ragged.csv"
        path.write_text(
            "Our people of 2024\n\nEmail,First Name,City\nada@example.com,Ada\nben@example.org,Ben,Ulm\n"
        )

        result, words = run_aloud(path, "--check-only")

        problem = "Fewer cells than columns: 2 of 3. The missing cells were taken as blank."
        assert [(one["row"], one["code"]) for one in result["reading"]["problems"]] == [(4, "short_row")]
        assert result["reading"]["columns"] == ["Email", "First Name", "City"]
        assert f"Row 4: {problem}" in words
        assert "Rows left out as titles and remarks: 1. The first: 1." in words

    @pytest.mark.once
    def test_it_says_how_a_file_is_unlike_the_one_before_it(self, alice, sandbox, tmp_path):
        header = ("Email", "First Name", "Birthday")
        first = files.delimited(tmp_path / "a.csv", header, [("ada@example.com", "Ada", "17/05/1990")])
        changed = files.delimited(tmp_path / "b.csv", header, [("ada@example.com", "Ada", "no idea")])
        run_import(first, "--inline")

        result, words = run_aloud(changed, "--check-only")

        (change,) = result["drift"]
        assert (change["kind"], change["column"]) == ("changed", "Birthday")
        assert "“Birthday”" in change["sentence"]
        assert change["sentence"] in words

    def test_it_names_the_values_that_contacts_arrived_without(self, alice, sandbox, tmp_path):
        header = ("Email", "First Name", "Mobile Phone Number")
        rows = [("ada@example.com", "Ada", "+44 7400 604986"), ("ben@example.org", "Ben", "12")]
        _, result = run_import(files.delimited(tmp_path / "a.csv", header, rows), "--inline")
        report = tmp_path / "report.csv"

        call_command("export_report", result["job"], "--rows=values_left_out", f"--output={report}")

        (row,) = csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig")))
        assert result["values_left_out"] == 1
        assert (row["row"], row["outcome"], row["Mobile Phone Number"]) == ("3", "created", "12")
        assert "Mobile Phone Number: “12”" in row["reason"]
        assert row["codes"].startswith("phone_")

    @pytest.mark.once
    def test_it_says_who_would_be_subscribed_that_says_no(self, alice, sandbox, tmp_path):
        _, words = run_aloud(files.outlook_csv(tmp_path), "--check-only")

        assert "Contacts that say no to e-mail in “Newsletter”, and would become subscribed: 1." in words

    @pytest.mark.once
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

    @pytest.mark.once
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
