"""Rows of a report that come back in a file: from a spreadsheet, over the portal's steps, to the sandbox."""

import csv
import io
from uuid import uuid4

import openpyxl
import polars as pl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from imports.accounts.catalogue import known_of
from imports.contacts.mapping import LEAVE_OUT_KEY, Mapping
from imports.contacts.repairs.repair_types import LeaveOutRow, SetCell
from imports.jobs import report
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import LineBusyError, confirm_job
from imports.jobs.file_marks import job_id_of, mark_of
from imports.jobs.line import jobs_below, left_at_end, rows_arrived_of
from imports.jobs.repairing import add_repairs, repairs_of
from imports.jobs.report_source import report_source
from imports.jobs.retry import NothingToRetryError, retriable_rows, retry_job
from imports.jobs.suggesting import refresh_account
from imports.jobs.upload import receive_upload
from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.reasons import REPORT_WORDS
from imports.reports.export import EXPORTERS
from imports.reports.sent_consent import PARTS
from imports.standing import standing_of
from imports.states import JobStatus
from imports.storage import artefacts
from imports.views.check.recheck import repair_context
from imports.views.mapping.target_choices import AccountChoices
from imports.views.report.consent_evidence import evidence_of
from imports.views.report.line_shown import line_shown
from portal.models import User
from tests.delivery.jobs import finish

pytestmark = pytest.mark.pipeline

HEADER = ("Email", "First name", "Mobile number", "Note")
PEOPLE = (
    ("ada@example.com", "Older Ada", "020 7946 0001", "=first"),  # row 2, for which row 6 stands
    ("grace@example.com", "Grace", "020 7946 0002", "@second"),
    ("nobody", "Nora", "020 7946 0003", "third"),  # not an address
    ("suppressed@example.com", "Sam", "", "fourth"),  # refused
    ("ada@example.com", "Ada", "020 7946 0001", "fifth"),
    ("nothing", "Ned", "020 7946 0004", "sixth"),  # not an address
)
CONSENT_HEADER = ("Email", "Agreed on")
CONSENTS = (
    ("ada@example.com", "2026-03-02"),
    ("grace@example.com", ""),
    ("nobody", "2026-03-04"),  # not an address
    ("suppressed@example.com", "2026-03-05"),  # refused
)
CONSENT_MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Agreed on", "target": "consentRecords.dateTimeConsented", "format": "%Y-%m-%d"},
    ],
    "constants": [
        {"target": "consentRecords.text", "value": "=Yes"},
        {"target": "consentRecords.url", "value": "https://example.com/join"},
        {"target": "consentRecords.ipAddress", "value": "192.0.2.1"},
        {"target": "consentRecords.userAgent", "value": "Form at the fair"},
    ],
}
FIRST = {"ada@example.com", "grace@example.com"}


def csv_of(rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def told_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def told_in_workbook(content: bytes) -> list[dict[str, str]]:
    header, *lines = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [
        {name: str(cell) if cell is not None else "" for name, cell in zip(header, line, strict=True)}
        for line in lines
    ]


def written(rows: list[dict[str, str]], **dialect) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def downloaded(job: UploadJob, selection: str = "all", file_format: str = "csv") -> bytes:
    target = io.BytesIO()
    with report_source(job, selection) as source:
        EXPORTERS[file_format](
            source.staged,
            source.outcomes,
            source.columns,
            target,
            selection,
            words=REPORT_WORDS,
            mark=source.mark,
            consent=source.consent,
        )
    return target.getvalue()


def upload(
    account, owner, content: bytes, name: str = "fixed.csv", parent: UploadJob | None = None
) -> UploadJob:
    job = receive_upload(
        account=account, owner=owner, file_name=name, file=ContentFile(content, name=name), parent=parent
    )
    run_inline(job)
    assert job.status == JobStatus.STAGED, job.failure_sentence
    return job


def check(job: UploadJob) -> UploadJob:
    assert not set_mapping(job, Mapping.from_json(job.mapping), job.owner)
    run_inline(job)
    assert job.status == JobStatus.CHECKED
    return job


def send(job: UploadJob) -> UploadJob:
    assert confirm_job(check(job), job.owner)
    finish(job)
    return job


def rows_by(job: UploadJob, outcome: str) -> list[int]:
    with artefacts.local(job, artefacts.OUTCOMES) as outcomes:
        return pl.scan_parquet(outcomes).filter(pl.col("outcome") == outcome).collect()["row"].to_list()


def resolved_by_now(job: UploadJob, kind: str) -> int:
    return UploadJob.objects.values_list(kind, flat=True).get(pk=job.pk)


def staged(job: UploadJob) -> dict[int, tuple[str, ...]]:
    with artefacts.local(job, artefacts.STAGED) as table:
        return {row: tuple(cells) for row, *cells in pl.read_parquet(table).iter_rows()}


def codes(job: UploadJob) -> list[str]:
    return [one["code"] for one in job.reading["problems"]]


def emails(sandbox) -> dict[str, str]:
    """The contacts that the sandbox has: address and first name."""
    return {
        one["identifiers"]["email"]: one.get("dataFields", {}).get("FIRSTNAME") for one in sandbox.contacts()
    }


@pytest.fixture(autouse=True)
def _read_once(files_are_read_once: None) -> None:
    """What is asked twice of a file is read once."""


@pytest.fixture
def first(account: DotdigitalAccount, alice: User, sandbox) -> UploadJob:
    """An import of PEOPLE that has ended: two arrived, two were rejected, one was refused, one is a duplicate."""
    assert refresh_account(account)
    job = send(upload(account, alice, csv_of([HEADER, *PEOPLE]), "people.csv"))
    counts = {key: count for key, count in job.ledger["counts"].items() if count}
    assert counts == {"created": 2, "refused": 1, "rejected": 2, "duplicate": 1}
    return job


@pytest.mark.once
class TestRoundTrip:
    def test_the_rows_that_were_fixed_arrive_under_their_numbers(self, first, account, alice, sandbox):
        rows = told_of(downloaded(first, "rejected"))
        assert [row["row"] for row in rows] == ["4", "7"]
        for row in rows:
            row["Email"] += "@example.com"
        moved = [dict(sorted(row.items())) for row in reversed(rows)]

        again = upload(account, alice, written(moved, delimiter=";"))

        assert again.parent == first
        assert "resent" in codes(again)
        assert again.columns == sorted(HEADER)
        assert again.mapping == first.mapping
        assert list(staged(again)) == [4, 7]
        send(again)
        assert rows_by(again, "created") == [4, 7]
        assert set(emails(sandbox)) == FIRST | {"nobody@example.com", "nothing@example.com"}
        assert resolved_by_now(first, "rows_resolved") == 2
        assert left_at_end(first).open == 3

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_however_it_is_saved(self, encoding, first, account, alice):
        content = downloaded(first, "all").decode("utf-8-sig").replace(",", "\t")

        again = upload(account, alice, content.encode(encoding))

        assert again.parent == first
        assert staged(again) == staged(first)

    def test_as_a_workbook_that_another_program_has_saved(self, first, account, alice, sandbox):
        book = openpyxl.load_workbook(io.BytesIO(downloaded(first, "all", "xlsx")))
        sheet = book.active
        header = [cell.value for cell in sheet[1]]
        for line in sheet.iter_rows(min_row=2):
            if line[header.index("outcome")].value == "rejected":
                line[header.index("Email")].value += "@example.org"
        sheet.delete_rows(3)
        sheet.move_range(f"A1:A{sheet.max_row}", cols=len(header))
        saved = io.BytesIO()
        book.save(saved)

        again = send(upload(account, alice, saved.getvalue(), "fixed.xlsx"))

        assert again.parent == first
        assert sorted(again.columns) == sorted(HEADER)
        assert rows_by(again, "created") == [4, 7]
        assert rows_by(again, "excluded") == [2, 6]
        assert emails(sandbox)["ada@example.com"] == "Ada"

    def test_what_has_arrived_is_left_out_and_said(self, first, account, alice, sandbox):
        before = emails(sandbox)
        rows = told_of(downloaded(first))
        for row in rows:
            row["First name"] = "Changed"

        again = send(upload(account, alice, written(rows)))

        assert rows_by(again, "excluded") == [2, 3, 6]
        assert emails(sandbox) == before
        assert sum(again.ledger["counts"].values()) == again.rows == len(rows)
        reasons = {row["row"]: row["reason"] for row in told_of(downloaded(again))}
        assert reasons["6"] == "This row was imported before, so it is not sent again."
        assert "imported before from another row" in reasons["2"]

    @pytest.mark.parametrize("file_format", ["csv", "xlsx"])
    def test_the_consent_that_was_sent_comes_and_is_not_imported_again(
        self, file_format, account, alice, sandbox
    ):
        assert refresh_account(account)
        job = upload(account, alice, csv_of([CONSENT_HEADER, *CONSENTS]), "consents.csv")
        job.mapping = CONSENT_MAPPING
        job.save()
        send(job)
        content = downloaded(job, "all", file_format)
        rows = told_of(content) if file_format == "csv" else told_in_workbook(content)

        arrived = {one["identifiers"]["email"]: one["consentRecords"] for one in sandbox.contacts()}
        assert {email: len(records) for email, records in arrived.items()} == {
            "ada@example.com": 1,
            "grace@example.com": 0,
        }
        (sent,) = arrived["ada@example.com"]
        told = {row["Email"]: row for row in rows}
        evidence = {part: told["ada@example.com"][f"consent_{name}"] for name, part in PARTS.items()}
        guard = "'" if file_format == "csv" else ""
        assert evidence == {**sent, "text": f"{guard}=Yes"}
        for email in ("grace@example.com", "nobody", "suppressed@example.com"):
            has = bool(told[email]["consent_text"])
            assert has == (email == "suppressed@example.com")  # it was sent, and refused

        told["nobody"]["Email"] = "nora@example.com"
        told["nobody"]["consent_text"] = "Something else"
        again = upload(account, alice, written(list(told.values())))

        assert again.parent == job
        assert again.columns == list(CONSENT_HEADER)
        assert again.mapping == job.mapping
        send(again)
        assert rows_by(again, "created") == [4]
        assert rows_by(again, "excluded") == [2, 3]
        assert sum(again.ledger["counts"].values()) == again.rows == len(CONSENTS)
        (of_nora,) = (
            row for row in told_of(downloaded(again, "created")) if row["Email"] == "nora@example.com"
        )
        assert of_nora["consent_date"] == "2026-03-04T00:00:00Z"
        assert "consent_text" not in told_of(downloaded(job, "rejected"))[0]

    def test_consent_that_arrived_is_not_sent_again_with_a_corrected_row(self, account, alice, sandbox):
        assert refresh_account(account)
        header = ("Email", "Mobile number", "Agreed on")
        people = [("ada@example.com", "12", "2026-03-02"), ("grace@example.com", "13", "2026-13-02")]
        job = upload(account, alice, csv_of([header, *people]), "consents.csv")
        phone = {"column": "Mobile number", "target": "identifiers.mobileNumber"}
        job.mapping = {**CONSENT_MAPPING, "columns": [*CONSENT_MAPPING["columns"], phone]}
        job.save()
        send(job)
        rows = told_of(downloaded(job))

        def again(*changes: dict[str, str]) -> UploadJob:
            edited = [{**row, **change} for row, change in zip(rows, changes, strict=True)]
            return send(upload(account, alice, written(edited)))

        # Both numbers are others, and can still not be used; the consent of one is complete by now.
        second = again({"Mobile number": "14"}, {"Mobile number": "15", "Agreed on": "2026-03-02"})
        assert rows_by(second, "updated") == [2, 3]
        third = again(
            {"Mobile number": "020 7946 0014"},
            {"Mobile number": "020 7946 0015", "Agreed on": "2026-03-02"},
        )
        assert rows_by(third, "updated") == [2, 3]

        kept = {one["identifiers"]["email"]: one for one in sandbox.contacts()}
        assert {email: len(one["consentRecords"]) for email, one in kept.items()} == {
            "ada@example.com": 1,
            "grace@example.com": 1,
        }
        assert kept["grace@example.com"]["identifiers"]["mobileNumber"] == "442079460015"
        assert second.check_summary["issue_counts"]["consent_sent_before"] == 1
        assert third.check_summary["issue_counts"]["consent_sent_before"] == 2
        assert [row["consent_date"] for row in told_of(downloaded(second))] == ["", "2026-03-02T00:00:00Z"]
        assert [row["consent_date"] for row in told_of(downloaded(third))] == ["", ""]
        # A consent that is withheld is no value that a row lacks.
        assert third.ledger["values_left_out"] == 0
        assert evidence_of(third, AccountChoices(known_of(account).content))[0].repeated == 2

    def test_a_duplicate_with_another_address_is_sent(self, first, account, alice, sandbox):
        rows = told_of(downloaded(first, "duplicate"))
        rows[0]["Email"] = "older.ada@example.com"
        rows[0]["Mobile number"] = ""

        again = send(upload(account, alice, written(rows)))

        assert rows_by(again, "created") == [2]
        assert emails(sandbox)["older.ada@example.com"] == "Older Ada"

    def test_rows_that_arrived_without_a_value_are_updated_once_it_is_corrected(
        self, account, alice, sandbox
    ):
        assert refresh_account(account)
        header = ("Email", "First name", "Mobile number")
        people = [("ada@example.com", "Ada", "12"), ("grace@example.com", "Grace", "13")]
        people += [(f"person{n}@example.com", "Nora", f"020 7946 000{n}") for n in range(6)]
        first = send(upload(account, alice, csv_of([header, *people]), "people.csv"))
        assert first.ledger["values_left_out"] == 2
        rows = told_of(downloaded(first))
        rows[0]["Mobile number"] = "020 7946 0014"
        rows[1]["First name"] = rows[2]["First name"] = "Changed"

        again = check(upload(account, alice, written(rows)))

        assert again.check_summary["corrected"] == again.check_summary["fates"]["ready"] == 1
        assert again.check_summary["issue_counts"]["arrived_without_values"] == 1
        assert again.check_summary["issue_counts"]["arrived_before"] == 6
        send(again)
        assert rows_by(again, "updated") == [2]
        assert rows_by(again, "excluded") == list(range(3, 10))
        numbers = {
            one["identifiers"]["email"]: one["identifiers"].get("mobileNumber") for one in sandbox.contacts()
        }
        assert numbers["ada@example.com"] == "442079460014"
        assert "Changed" not in emails(sandbox).values()
        assert resolved_by_now(first, "rows_completed") == 1
        # What has arrived whole by now is not sent again, whatever the file of the first import says.
        rows[0]["Mobile number"] = "020 7946 0015"
        assert check(upload(account, alice, written(rows))).check_summary["fates"]["ready"] == 0

    def test_a_row_that_arrives_and_is_completed_later_is_resolved_once(self, account, alice, sandbox):
        assert refresh_account(account)
        header = ("Email", "First name", "Mobile number")
        people = [("nobody", "Nora", "12"), ("nothing", "Ned", "")]
        people += [(f"person{n}@example.com", "Zoe", f"020 7946 000{n}") for n in range(6)]
        first = send(upload(account, alice, csv_of([header, *people]), "people.csv"))
        rows = told_of(downloaded(first, "rejected"))
        rows[0]["Email"] += "@example.com"
        second = send(upload(account, alice, written(rows)))
        assert rows_by(second, "created") == [2]
        assert second.ledger["values_left_out"] == 1
        rows[0]["Mobile number"] = "020 7946 0014"

        third = send(upload(account, alice, written(rows)))

        assert rows_by(third, "updated") == [2]
        # The other one is still open, however often the first was sent.
        assert resolved_by_now(first, "rows_resolved") == 1
        first.refresh_from_db()
        second.refresh_from_db()
        assert standing_of(first).details[-1] == "Left to resolve: 1 of 2"
        # It was made beside the third, which has completed its row all the same.
        assert standing_of(second).details[-1] == "Left to resolve: 1 of 2"
        assert [one.job for one in line_shown(second, alice).later] == [third]
        rows[1]["Email"] += "@example.com"
        send(upload(account, alice, written(rows)))
        first.refresh_from_db()
        second.refresh_from_db()
        for one in (first, second):
            assert standing_of(one).words == "Finished, all problems resolved"
        assert {2, 3} <= set(rows_arrived_of(second))
        assert line_shown(first, alice).is_settled

    def test_rows_that_arrived_with_a_later_import_are_left_out(self, first, account, alice, sandbox):
        rows = told_of(downloaded(first, "rejected"))
        for row in rows:
            row["Email"] += "@example.com"
        send(upload(account, alice, written(rows[:1])))

        again = send(upload(account, alice, written(rows)))

        assert rows_by(again, "excluded") == [4]
        assert rows_by(again, "created") == [7]
        assert len(emails(sandbox)) == 4

    def test_a_file_of_a_later_import_goes_on_with_the_line(self, first, account, alice, sandbox):
        rows = told_of(downloaded(first))
        rows[2]["Email"] += "@example.com"
        second = send(upload(account, alice, written(rows)))

        third_rows = told_of(downloaded(second))
        assert set(third_rows[0]) == set(rows[0])
        third_rows[5]["Email"] += "@example.com"
        third = send(upload(account, alice, written(third_rows)))

        assert third.parent == second
        assert rows_by(second, "created") == [4]
        assert rows_by(third, "created") == [7]
        assert rows_by(third, "excluded") == [2, 3, 4, 6]
        assert emails(sandbox)["ada@example.com"] == "Ada"
        below = jobs_below(first)
        assert below == [second, third]
        assert resolved_by_now(first, "rows_resolved") == 2
        assert resolved_by_now(second, "rows_resolved") == 1

    def test_rows_of_the_persons_own_are_added_with_numbers_of_their_own(
        self, first, account, alice, sandbox
    ):
        rows = told_of(downloaded(first, "rejected"))
        new = {**dict.fromkeys(rows[0], ""), "Email": "new@example.com"}
        copy = {**rows[0], "Email": "copy@example.com"}

        again = send(upload(account, alice, written([new, *rows, copy])))

        assert list(staged(again)) == [4, 7, 8, 9]
        assert rows_by(again, "created") == [8, 9]
        told = {(one["row"], one["code"]): one["details"] for one in again.reading["problems"]}
        assert told[8, "resent_new_row"] == {"place": 2}
        assert told[9, "resent_copied_row"] == {"place": 5, "of": 4}

    def test_the_copy_of_a_row_that_has_arrived_is_not_sent(self, first, account, alice, sandbox):
        before = emails(sandbox)
        rows = told_of(downloaded(first, "created"))

        again = send(upload(account, alice, written([rows[0], {**rows[0], "Email": "copy@example.com"}])))

        assert again.ledger["counts"]["excluded"] == 2
        assert emails(sandbox) == before

    def test_columns_that_are_gone_are_not_imported_and_named(self, first, account, alice):
        rows = told_of(downloaded(first, "rejected"))
        for row in rows:
            del row["First name"]

        again = upload(account, alice, written(rows))

        assert "First name" not in [one["column"] for one in again.mapping["columns"]]
        told = {one["code"]: one["details"] for one in again.reading["problems"]}
        assert told["resent_without_columns"]["columns"] == ["First name"]

    def test_columns_that_left_people_out_are_named_when_they_are_gone(self, account, alice, sandbox):
        assert refresh_account(account)
        people = [
            ("Email", "First name", "Status"),
            ("ada@example.com", "Ada", "subscribed"),
            ("zoe@example.com", "Zoe", "unsubscribed"),
        ]
        first = send(upload(account, alice, csv_of(people), "people.csv"))
        assert first.mapping[LEAVE_OUT_KEY] == ["Status"]
        rows = told_of(downloaded(first, "rejected"))
        assert [row.pop("Status") for row in rows] == ["unsubscribed"]

        again = upload(account, alice, written(rows))

        told = {one["code"]: one["details"] for one in again.reading["problems"]}
        assert told["resent_without_statuses"] == {"file": "people.csv", "columns": ["Status"]}
        assert "resent_without_columns" not in told

    def test_repairs_of_the_first_import_are_kept(self, account, alice, sandbox):
        assert refresh_account(account)
        first = check(upload(account, alice, csv_of([HEADER, *PEOPLE]), "people.csv"))
        add_repairs(first, [LeaveOutRow(3), SetCell("Email", 4, "nora@example.com")], alice)
        run_inline(first)
        assert confirm_job(first, alice)
        finish(first)
        rows = told_of(downloaded(first))
        rows[5]["Email"] += "@example.com"

        again = send(upload(account, alice, written(list(reversed(rows)))))

        assert [one.entry.repair for one in repairs_of(again)] == [
            LeaveOutRow(3),
            SetCell("Email", 4, "nora@example.com"),
        ]
        assert repair_context(again, may_act=True)["repairs_taken_over"] == 2
        assert repair_context(first, may_act=True)["repairs_taken_over"] == 0
        assert rows_by(again, "created") == [7]
        assert rows_by(again, "excluded") == [2, 3, 4, 6]
        assert set(emails(sandbox)) == {"ada@example.com", "nora@example.com", "nothing@example.com"}

    def test_repairs_that_were_taken_over_say_what_they_change_here(self, account, alice, sandbox):
        assert refresh_account(account)
        first = check(upload(account, alice, csv_of([HEADER, *PEOPLE]), "people.csv"))
        repairs = [SetCell("Email", 4, "nora@example.com"), SetCell("Email", 7, "ned@example.com")]
        add_repairs(first, repairs, alice)
        run_inline(first)
        assert confirm_job(first, alice)
        finish(first)
        rows = told_of(downloaded(first))
        rows[5]["Email"] = "nothing@example.com"
        again = check(upload(account, alice, written(rows)))
        add_repairs(again, [SetCell("First name", 7, "Edward")], alice)
        run_inline(again)
        client = Client()
        client.force_login(alice)

        shown = client.get(reverse("imports:repairs", args=[again.pk]))

        told = [(line.is_taken_over, line.effect_words) for line in shown.context["repairs"]]
        assert told == [(True, "1 value"), (True, "nothing here"), (False, "1 value")]
        assert shown.text.count('<span class="chip">Taken over</span>') == 2
        assert "2 were taken over" in shown.text
        assert "1 of these changes nothing here." in shown.text

    def test_it_can_be_read_again(self, first, account, alice):
        from imports.jobs.stage import restage

        again = upload(account, alice, downloaded(first, "rejected"))
        assert restage(again, {"header_row": 1}, alice)
        run_inline(again)

        assert again.parent == first
        assert list(staged(again)) == [4, 7]
        assert again.mapping == first.mapping


@pytest.mark.once
class TestMarks:
    def test_are_signed_and_survive_another_letter_case(self, first):
        mark = mark_of(first)

        assert job_id_of(mark) == job_id_of(f" '{mark.upper()} ") == first.pk
        forged = ("b" if mark[-1] == "a" else "a").join([mark[:-1], ""])
        assert job_id_of(forged) is None
        assert job_id_of("") is None

    def test_of_an_older_key_still_hold(self, first, settings):
        mark = mark_of(first)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key of the tests"

        assert mark_of(first) != mark
        assert job_id_of(mark) == first.pk

    def ordinary(self, job: UploadJob, code: str) -> None:
        assert job.parent is None
        assert code in codes(job)
        assert {"row", "import_job"} <= set(job.columns)
        assert min(staged(job)) == 2

    def test_that_are_forged_make_an_ordinary_file(self, first, account, alice):
        rows = told_of(downloaded(first, "rejected"))
        forged = mark_of(first)[:-8] + "aaaaaaaa"

        job = upload(account, alice, written([{**row, "import_job": forged} for row in rows]))

        self.ordinary(job, "resent_unknown")

    def test_of_somebody_elses_import_say_no_more_than_forged_ones(self, first, sandbox):
        other = DotdigitalAccount.objects.create(
            name="Other", endpoint=first.account.endpoint, api_user=first.account.api_user
        )
        other.api_password = sandbox.api_password
        other.save()
        charlie = User.objects.create_user("charlie", password="only for tests")
        Membership.objects.create(account=other, user=charlie)
        content = downloaded(first, "rejected")

        job = upload(other, charlie, content)

        self.ordinary(job, "resent_unknown")
        told = [text for _, text in job.file_problems]
        assert not any("people.csv" in text or "Acme" in text for text in told)
        Membership.objects.create(account=first.account, user=charlie)
        self.ordinary(upload(other, charlie, content), "resent_other_account")

    def test_a_team_mate_can_bring_rows_again(self, first, account):
        bob = User.objects.create_user("bob", password="only for tests")
        Membership.objects.create(account=account, user=bob)

        assert upload(account, bob, downloaded(first, "rejected")).parent == first

    def test_of_several_imports_make_an_ordinary_file(self, first, account, alice):
        second = send(upload(account, alice, csv_of([HEADER, ("nobody", "Nora", "", "")]), "more.csv"))
        rows = told_of(downloaded(first, "rejected")) + told_of(downloaded(second, "rejected"))

        self.ordinary(upload(account, alice, written(rows)), "resent_several")

    def test_without_the_numbers_of_rows_are_not_enough(self, first, account, alice):
        rows = told_of(downloaded(first, "rejected"))
        for row in rows:
            del row["row"]

        job = upload(account, alice, written(rows))

        assert job.parent is None
        assert "resent_unnumbered" in codes(job)

    def test_a_file_that_was_dropped_on_a_report_without_one_is_ordinary(self, first, account, alice):
        job = upload(account, alice, csv_of([HEADER, PEOPLE[0]]), parent=first)

        assert job.parent is None
        assert "resent_unmarked" in codes(job)

    def test_a_column_that_only_has_the_name_is_a_column(self, first, account, alice):
        job = upload(account, alice, csv_of([("Email", "import_job"), ("ada@example.com", "Painter")]))

        assert job.parent is None
        assert not any(code.startswith("resent") for code in codes(job))

    def test_a_file_with_such_columns_of_its_own_is_known_by_ours(self, first, account, alice):
        rows = told_of(downloaded(first, "rejected"))
        for row in rows:
            row["import_job"] = mark_of(UploadJob(pk=uuid4()))
        job = send(upload(account, alice, written(rows)))
        assert job.parent is None

        again = upload(account, alice, downloaded(job))

        assert again.parent == job
        assert again.columns == job.columns


class TestOneAtATime:
    def fixed(self, first, account, alice) -> tuple[UploadJob, UploadJob]:
        rows = told_of(downloaded(first, "rejected"))
        for row in rows:
            row["Email"] += "@example.com"
        return tuple(check(upload(account, alice, written(rows))) for _ in range(2))

    def test_an_import_waits_for_another_of_the_same_rows(self, first, account, alice):
        one, other = self.fixed(first, account, alice)
        assert confirm_job(one, alice)

        with pytest.raises(LineBusyError) as caught:
            confirm_job(other, alice)

        assert caught.value.job == one
        other.refresh_from_db()
        assert other.status == JobStatus.CHECKED

    def test_it_is_checked_again_when_rows_have_arrived_meanwhile(self, first, account, alice, sandbox):
        one, other = self.fixed(first, account, alice)
        assert confirm_job(one, alice)
        finish(one)

        assert not confirm_job(other, alice)

        assert other.status == JobStatus.CHECKING
        run_inline(other)
        assert other.check_summary["fates"]["excluded"] == 2
        assert other.check_summary["fates"]["ready"] == 0

    def test_rows_of_an_import_that_a_fault_ended_have_arrived_all_the_same(
        self, first, account, alice, sandbox, monkeypatch
    ):
        one, other = self.fixed(first, account, alice)
        assert confirm_job(one, alice)

        def fail(*arguments, **options):
            raise ZeroDivisionError

        with monkeypatch.context() as patched:
            patched.setattr(report, "write_outcomes", fail)
            finish(one)
        assert one.status == JobStatus.ERRORED
        assert artefacts.OUTCOMES not in one.tables

        assert not confirm_job(other, alice)
        run_inline(other)

        assert other.check_summary["fates"]["excluded"] == 2


@pytest.mark.once
class TestTryAgain:
    def test_people_who_are_suppressed_are_not_counted(self, first, alice):
        left = left_at_end(first)

        assert (left.open, left.again, left.barred) == (3, 0, 1)
        assert retriable_rows(first) == 0
        with pytest.raises(NothingToRetryError):
            retry_job(first, alice)

    def test_rows_keep_their_numbers(self, account, alice, sandbox):
        assert refresh_account(account)
        job = check(upload(account, alice, csv_of([HEADER, *PEOPLE]), "people.csv"))
        assert confirm_job(job, alice)
        assert UploadJob.objects.transition(job, JobStatus.CANCELLING)
        finish(job)
        assert rows_by(job, "not_sent") == [3, 5, 6]
        assert retriable_rows(job) == 3

        again = retry_job(job, alice)
        run_inline(again)

        assert list(staged(again)) == [3, 5, 6]
        assert again.columns == list(HEADER)
        assert staged(again)[3] == PEOPLE[1]
        send(again)
        assert rows_by(again, "created") == [3, 6]
        job.refresh_from_db()
        assert retriable_rows(job) == 1  # refused there
        assert retry_job(job, alice) == again  # the same rows are not tried twice

    def test_rows_that_have_arrived_since_are_not_tried(self, account, alice, sandbox):
        assert refresh_account(account)
        job = check(upload(account, alice, csv_of([HEADER, *PEOPLE]), "people.csv"))
        assert confirm_job(job, alice)
        assert UploadJob.objects.transition(job, JobStatus.CANCELLING)
        finish(job)
        rows = told_of(downloaded(job, "not_sent"))
        send(upload(account, alice, written(rows[:1])))
        job.refresh_from_db()
        assert retriable_rows(job) == 2

        again = retry_job(job, alice)
        run_inline(again)

        assert list(staged(again)) == [5, 6]
        assert len(emails(sandbox)) == 1
