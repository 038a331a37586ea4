"""`import_contacts --repairs`: a list of repairs made without a browser, and what arrives."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from imports.models import UploadJob
from tests.pipeline import files
from tests.pipeline.test_import_contacts import by_email, run_import

pytestmark = pytest.mark.pipeline

HEADER = ("Email", "First Name", "Mobile Phone Number", "Country")
ROWS = (
    ("ann@example.com", " ann ", "07400 604986", "GB"),
    ("bob@gamil.com", "Bob", "123", "UK"),
    ("cy@@example.com", "Cy", "", "UK"),
    ("info@example.com", "Info", "", "GB"),
    ("dee@example.com", "Dee", "", "GB"),
)
REPAIRS = [
    {"column": "Email", "row": 4, "value": "cy@example.com"},
    {"column": "Country", "replace": "UK", "by": "GB"},
    {"column": "Email", "code": "email_domain_typo", "use": "suggested"},
    {"column": "Mobile Phone Number", "code": "phone_too_short", "use": "blank"},
    {"column": "First Name", "change": "title"},
    {"column": "Email", "code": "email_role", "leaveOut": True},
    {"row": 6, "leaveOut": True},
    {"row": 99, "leaveOut": True},
]


@pytest.fixture
def contacts(tmp_path) -> Path:
    return files.delimited(tmp_path / "contacts.csv", HEADER, ROWS)


def given(folder: Path, repairs: Any) -> str:
    path = folder / "repairs.json"
    path.write_text(json.dumps(repairs), encoding="utf-8")
    return f"--repairs={path}"


def test_repairs_are_made_in_their_order_and_what_arrives_is_repaired(alice, sandbox, contacts, tmp_path):
    code, result = run_import(contacts, "--inline", given(tmp_path, REPAIRS))

    assert code == 0
    assert result["repairs"] == {"applied": 7, "without_effect": 1}
    assert result["ledger"]["excluded"] == 2
    arrived = by_email(sandbox.contacts())
    assert set(arrived) == {"ann@example.com", "bob@gmail.com", "cy@example.com"}
    assert arrived["ann@example.com"]["dataFields"]["FIRSTNAME"] == "Ann"
    assert "phone_too_short" not in result["issues"]


def test_the_report_has_the_person_s_own_values_and_says_what_became_of_them(
    alice, sandbox, contacts, tmp_path
):
    _, result = run_import(contacts, "--inline", given(tmp_path, REPAIRS))
    output = tmp_path / "report.csv"
    call_command("export_report", str(result["job"]), f"--output={output}", stdout=io.StringIO())

    with output.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["row"]: row for row in csv.DictReader(file)}
    assert [row["Email"] for row in rows.values()] == [row[0] for row in ROWS]
    assert rows["3"]["reason"] == (
        "Email was changed here from “bob@gamil.com” to “bob@gmail.com”. "
        "Mobile Phone Number was changed here from “123” to “”. "
        "Country was changed here from “UK” to “GB”."
    )
    assert rows["2"]["reason"] == "First Name was changed here from “ ann ” to “ Ann ”."
    assert rows["5"]["reason"] == "This row was left out by choice."
    assert (rows["4"]["outcome"], rows["4"]["codes"]) == ("created", "")


def test_an_empty_list_repairs_nothing(alice, sandbox, contacts, tmp_path):
    _, result = run_import(contacts, "--inline", "--check-only", given(tmp_path, []))
    assert result["repairs"] == {"applied": 0, "without_effect": 0}
    assert result["issues"]["email_two_ats"] == 1


@pytest.mark.parametrize(
    ("repairs", "said"),
    [
        ([REPAIRS[0], {"column": "Email", "row": "4", "value": "x"}], "Repair 2: “row” must be the number of a row."),
        ({"row": 4}, "Repairs are a list, in the order in which they are applied."),
    ],
)  # fmt: skip
def test_what_is_no_list_of_repairs_is_a_usage_error_before_anything_is_uploaded(
    alice, sandbox, contacts, tmp_path, repairs, said
):
    with pytest.raises(CommandError) as refused:
        run_import(contacts, "--inline", given(tmp_path, repairs))
    assert refused.value.returncode == 2
    assert str(refused.value).endswith(f"is not a list of repairs: {said}")
    assert not UploadJob.objects.exists()
