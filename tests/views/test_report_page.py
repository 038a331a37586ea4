import csv
import io
import zipfile
from html import unescape

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports.contacts.mapping import Mapping
from imports.delivery.stopping import pause_account, pause_job
from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.models import ImportBatch, JobEvent
from imports.reasons import EVENTS, OF_CODES
from imports.reports.ledger import BUCKETS, Ledger
from imports.states import BatchStatus, JobStatus
from imports.views.report.report_views import BAR_WIDTH, event_words, ledger_lines
from tests.told import as_told
from tests.views.deliveries import add_batch, job_being_sent
from tests.views.downloads import downloaded
from tests.views.test_check_page import EVERYTHING, EVERYTHING_CSV


def page_of(job) -> str:
    return reverse("imports:report", args=[job.pk])


def two_lists() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("spring.csv", "Email\nana@example.com\n")
        archive.writestr("autumn.csv", "Email\nbo@example.org\n")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence", "remedy"),
    [
        (
            "contacts.csv",
            b"\x89PNG\r\n\x1a\n" + bytes(200),
            "This is a picture (PNG), not a table.",
            "save it as an Excel workbook",
        ),
        (
            "contacts.xls",
            b"<html><body><table><tr><td>Email</td></tr></table></body></html>",
            "This is a web page (HTML), whatever its name says.",
            "Open it in Excel",
        ),
        ("contacts.zip", two_lists(), "This ZIP archive holds 2 files: ", "Unpack it"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_it_is_and_what_to_do(
    as_alice, make_job, name, content, sentence, remedy
):
    job = make_job(content, name=name)

    text = unescape(as_alice.get(page_of(job)).text)

    notice = text[text.index("notice bad") :]
    assert sentence in notice
    assert remedy in notice


class TestReasons:
    """Reasons are grouped, each with its rows, one of them, and what to do."""

    @pytest.fixture
    def job(self, make_job):
        """One row that the check rejects, and one that arrives without a value."""
        text = (
            "Email,Mobile number\r\nada@example.com,123\r\nnot an address,\r\nbo@example.com,07400 604986\r\n"
        )
        return make_job(text, until="finished")

    def test_each_has_its_rows_an_example_and_what_to_do(self, as_alice, job):
        response = as_alice.get(page_of(job))
        lines = response.context["reasons"]

        assert {(line.bucket.key, line.rows, line.example_row) for line in lines} == {
            ("rejected", 1, 3),
            ("created", 1, 2),
        }
        assert all(line.title and line.remedy and line.example for line in lines)
        # Nothing can be repaired on the check page any more, which says the same.
        for page in (page_of(job), reverse("imports:check", args=[job.pk])):
            text = as_alice.get(page).text
            assert "upload it there under “Fix rows and send them again”" in text
            assert "before the import" not in text
        assert lines[0].bucket.key == "rejected"
        assert "“not an address”" in lines[0].example
        for line in lines:
            rows = as_alice.get(reverse("imports:rows", args=[job.pk]), {"show": line.show}).context
            assert [row["row"] for row in rows["rows"]] == [line.example_row]
            assert rows["show"] == line.show

    def test_those_of_an_earlier_version_are_counted_when_they_are_looked_at(self, as_alice, job):
        now = as_alice.get(page_of(job)).context["reasons"]
        type(job).objects.update(reasons=None)

        assert as_alice.get(page_of(job)).context["reasons"] == now

    def test_a_person_is_found_from_the_report(self, as_alice, job):
        text = as_alice.get(page_of(job)).text

        assert f'action="{reverse("imports:rows", args=[job.pk])}"' in text
        found = as_alice.post(reverse("imports:rows", args=[job.pk]), {"q": "bo@"}, follow=True).context[
            "rows"
        ]
        assert [row["row"] for row in found] == [4]


class TestPage:
    def test_its_numbers_add_up_to_the_file(self, as_alice, make_job):
        job = make_job(until="finished")

        context = as_alice.get(page_of(job)).context

        assert {line.bucket.key: line.count for line in context["lines"]} == {
            "created": 3,
            "rejected": 1,
            "duplicate": 1,
            "blank": 1,
        }
        assert sum(line.count for line in context["lines"]) == context["ledger"].rows == job.rows

    def test_each_bucket_leads_to_its_rows_and_downloads(self, as_alice, make_job):
        job = make_job(until="finished")

        text = as_alice.get(page_of(job)).text

        for line in ("created", "rejected", "duplicate", "blank"):
            assert f"{reverse('imports:rows', args=[job.pk])}?show={line}" in text
            assert f"/download/{line}.csv" in text
            assert f"/download/{line}.xlsx" in text

    def test_it_tells_who_when_file_account_mapping_and_events(self, as_alice, make_job):
        text = as_alice.get(page_of(make_job(until="finished"))).text

        for words in ("contacts.csv", "Alice", "Acme", "FIRSTNAME", "Importing, by Alice", "The file wins"):
            assert words in text

    def test_it_says_which_rows_went_out_twice(self, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.FINISHED, status=JobStatus.FINISHED)
        whole = add_batch(job, BatchStatus.HALVED, attempts=3)
        add_batch(job, BatchStatus.UNKNOWN, attempts=2, origin=whole, contacts=4)
        add_batch(job, BatchStatus.FINISHED, attempts=3, origin=whole, contacts=6)

        text = as_alice.get(page_of(job)).text

        assert "10 rows were sent more than once" in text
        assert "<li>batch 3 (rows 3 to 3)</li><li>batch 4 (rows 4 to 4)</li>" in text
        assert f"{reverse('imports:rows', args=[job.pk])}?show=sent_again" in text
        assert "/download/sent_again.csv" in text

    def test_it_says_nothing_of_that_when_none_did(self, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.FINISHED, status=JobStatus.FINISHED)

        assert "more than once" not in as_alice.get(page_of(job)).text

    def test_a_batch_sent_in_halves_is_not_one_more_that_was_sent(self, as_alice, account, alice):
        job = job_being_sent(account, alice, BatchStatus.HALVED, status=JobStatus.FINISHED)
        for _ in range(2):
            add_batch(job, BatchStatus.FINISHED, origin=job.batches.first())

        text = as_alice.get(page_of(job)).text

        assert "2 batches</strong> sent to Dotdigital" in text
        assert "its rows were sent in smaller batches" in text
        assert text.count("part of batch 1") == 2

    def test_a_refusal_that_stopped_it_is_told(self, as_alice, account, alice):
        job = job_being_sent(
            account,
            alice,
            BatchStatus.REFUSED,
            BatchStatus.NOT_SENT,
            status=JobStatus.FAILED,
            stops_on_refusal=True,
            failure_code="Failed",
            failure=as_told("Dotdigital gave this import up.", "Fix the cause."),
        )

        text = as_alice.get(page_of(job)).text

        assert "This import was stopped by a refusal" in text
        assert "Dotdigital gave this import up." in text
        assert "the rest was not sent" in text
        assert "Stop and do not send the rest" in text

    def test_what_people_did_meanwhile_is_told(self, as_alice, account, alice, mona):
        job = job_being_sent(account, alice, BatchStatus.FINISHED)
        pause_job(job, alice)
        pause_account(account, mona)
        type(job).objects.update(status=JobStatus.FINISHED)

        text = as_alice.get(page_of(job)).text

        assert "Paused, by Alice" in text
        assert "Account paused, by Mona" in text

    @pytest.mark.parametrize("note", sorted(set(EVENTS.texts) - OF_CODES - {"accepted_late"}))
    def test_what_leaves_the_status_as_it_is_is_told_by_its_note(self, note):
        event = JobEvent(from_status=JobStatus.SENDING, to_status=JobStatus.SENDING, note=note)

        assert event_words(event).lower() == event.note_words.lower()

    def test_a_file_that_cannot_be_read_gets_a_sentence_and_a_remedy(self, as_alice, make_job):
        job = make_job("%PDF-1.7\r\n%%EOF\r\n")

        text = as_alice.get(page_of(job)).text

        assert "This is a" in text
        assert job.failure_remedy in text
        assert "Nothing was sent to Dotdigital." in text
        assert reverse("imports:upload") in text

    def test_a_fault_of_the_portal_comes_with_the_number_of_the_job(self, as_alice, make_job):
        job = make_job(until="uploaded")
        type(job).objects.filter(pk=job.pk).update(status="errored", failure=as_told("The portal stopped."))

        assert str(job.pk) in as_alice.get(page_of(job)).text.partition("Id of this import")[2]

    def test_a_cancelled_job_says_that_nothing_was_sent(self, as_alice, make_job):
        job = make_job()
        cancel_job(job, job.owner)

        text = as_alice.get(page_of(job)).text

        assert "This import was cancelled" in text
        assert "Nothing was sent" in text

    def test_it_leads_on_while_the_job_is_under_way(self, as_alice, make_job):
        job = make_job()

        assert as_alice.get(page_of(job))["Location"] == reverse("imports:job", args=[job.pk])

    def test_a_long_story_takes_no_more_queries(self, as_alice, make_job, django_assert_num_queries):
        job = make_job(until="finished")
        as_alice.get(page_of(job))  # now what she is told of it is read
        with CaptureQueriesContext(connection) as short:
            as_alice.get(page_of(job))
        for number in range(2, 22):
            ImportBatch.objects.create(
                job=job, number=number, first_row=1, last_row=1, contacts=1, body_bytes=1
            )
            JobEvent.objects.create(job=job, actor=job.owner, to_status="finished")

        with django_assert_num_queries(len(short)):
            as_alice.get(page_of(job))


class TestEvidence:
    """What was sent of consent is in the report and, for each contact, in its downloads."""

    @pytest.fixture
    def job(self, make_job, alice):
        job = make_job(EVERYTHING_CSV)
        assert set_mapping(job, Mapping.from_json(EVERYTHING), alice) == []
        run_inline(job)
        assert confirm_job(job, alice)
        run_inline(job)
        return job

    def test_the_page_says_how_many_had_got_it_before(self, as_alice, job):
        before = as_alice.get(page_of(job)).context["evidence"][0].incomplete
        counts = job.check_summary["preflight"]["consent"]["1"]
        counts |= {"complete": 0, "repeated": counts["complete"]}
        job.save()

        page = as_alice.get(page_of(job))

        assert "1 contact was sent without it, because it had got it with an earlier import." in page.text
        assert "show=consent_sent_before" in page.text
        assert page.context["evidence"][0].incomplete == before

    @pytest.mark.parametrize("file_format", ["csv", "xlsx"])
    def test_the_page_leads_to_downloads_with_each_contacts_own(self, file_format, as_alice, job):
        page = as_alice.get(page_of(job))
        (record,) = page.context["evidence"]
        url = reverse("imports:download", args=[job.pk, "all", file_format])
        assert "in the columns that begin with “consent_”" in page.text
        assert url in page.text

        content = downloaded(as_alice, job, "all", file_format).getvalue()

        if file_format == "csv":
            header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        else:
            header, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        told = [dict(zip(header, row, strict=True)) for row in rows]
        sent = [row for row in told if row["consent_date"]]
        assert len(sent) == record.complete == 1
        assert (sent[0]["consent_text"], sent[0]["consent_ip"]) == (
            "Yes, send me the newsletter",
            "192.0.2.1",
        )
        assert sent[0]["consent_date"] == f"{sent[0]['Agreed'].replace(' ', 'T')}:00Z"

    def test_an_import_without_consent_says_nothing_of_it(self, as_alice, make_job):
        job = make_job(until="finished")

        assert "“consent_”" not in as_alice.get(page_of(job)).text
        assert b"consent_" not in downloaded(as_alice, job).getvalue()


class TestBar:
    @pytest.mark.parametrize(
        "counts", [{"created": 1}, {"created": 999_999, "refused": 1}, {b.key: 7 for b in BUCKETS}]
    )
    def test_its_pieces_are_all_seen_and_in_order(self, counts):
        lines = ledger_lines(Ledger(counts=counts, rows=sum(counts.values())))

        assert len(lines) == len(counts)
        assert all(float(line.width) >= 2 for line in lines)
        assert sum(float(line.width) for line in lines) == pytest.approx(BAR_WIDTH, abs=0.1)
        assert [float(line.x) for line in lines] == sorted(float(line.x) for line in lines)
        assert float(lines[-1].x) < BAR_WIDTH

    def test_an_empty_ledger_has_no_pieces(self):
        assert ledger_lines(Ledger(counts={}, rows=0)) == []


class TestRetry:
    def test_rows_that_did_not_arrive_become_a_new_job(self, as_alice, make_job):
        job = make_job(until="sending")
        cancel_job(job, job.owner)
        run_inline(job)
        assert "Try 3 rows again" in as_alice.get(page_of(job)).text

        response = as_alice.post(reverse("imports:retry", args=[job.pk]))

        again = job.retries.get()
        assert response["Location"] == reverse("imports:progress", args=[again.pk])
        assert (again.upload, again.file_bytes) == ("", 0)  # its file is the work of whoever reads it
        assert "The rows to be tried again are stored" in as_alice.get(response["Location"]).text
        run_inline(again)
        assert again.upload
        assert again.file_sha256
        assert again.rows == 3
        assert again.reading["encoding"] == "utf-8"
        assert {one["reason"] for one in again.reading["decisions"].values()} == {"stated"}
        assert again.file_name in as_alice.get(page_of(job)).text

    def test_nothing_to_try_again_is_said(self, as_alice, make_job):
        job = make_job(until="finished")

        response = as_alice.post(reverse("imports:retry", args=[job.pk]), follow=True)

        assert "No rows of this import can be tried again." in response.text
        assert not job.retries.exists()


class TestCancel:
    def test_it_asks_first(self, as_alice, make_job):
        job = make_job()

        assert "Cancel this import?" in as_alice.get(reverse("imports:cancel", args=[job.pk])).text
        job.refresh_from_db()
        assert job.status == "staged"

    @pytest.mark.parametrize(("until", "status"), [("staged", "cancelled"), ("sending", "cancelling")])
    def test_it_stops_what_has_not_gone_out(self, until, status, as_alice, alice, make_job):
        job = make_job(until=until)

        as_alice.post(reverse("imports:cancel", args=[job.pk]))

        job.refresh_from_db()
        assert job.status == status
        assert JobEvent.objects.filter(job=job, to_status=status, actor=alice).exists()

    def test_an_import_that_is_over_cannot_be_cancelled(self, as_alice, make_job):
        job = make_job(until="finished")

        response = as_alice.post(reverse("imports:cancel", args=[job.pk]), follow=True)

        assert "had already ended" in response.text
