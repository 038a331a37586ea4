import csv
import io
import uuid
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from imports.jobs.download import key_of, run_download
from imports.jobs.download_stream import StreamBrokenError
from imports.jobs.sweep import find_due
from imports.jobs.tasks import make_download
from imports.models import ReportDownload
from imports.reports import export
from imports.reports.export import CSV_CONTENT_TYPE, XLSX_CONTENT_TYPE
from imports.reports.ledger import LedgerError
from imports.states import DownloadState, JobStatus
from imports.views.report.download_views import download_name
from imports.work.queue import QUICK_WORKBOOK_ROWS, queue_lengths
from tests.views.downloads import download, downloaded, make_all, page_of

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HTTP_HX_REQUEST": "true"}


def read(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def asked_for(client, job, selection="all", file_format="xlsx") -> ReportDownload:
    download(client, job, selection, file_format)
    return ReportDownload.objects.get(job=job, selection=selection, file_format=file_format)


class TestFile:
    def test_it_has_the_persons_own_columns_then_what_became_of_each_row(self, as_alice, make_job):
        job = make_job(until="finished")

        rows = read(downloaded(as_alice, job))

        assert list(rows[0]) == [
            *job.columns,
            "row",
            "outcome",
            "contact_id",
            "codes",
            "values_left_out",
            "reason",
            "import_job",
        ]
        assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6", "7"]

    def test_a_bucket_has_its_rows_alone(self, as_alice, make_job):
        rows = read(downloaded(as_alice, make_job(until="finished"), "rejected"))

        assert [row["Email"] for row in rows] == ["not an address"]

    def test_a_workbook_is_one(self, as_alice, make_job):
        response = downloaded(as_alice, make_job(until="finished"), "all", "xlsx")

        assert "xl/workbook.xml" in ZipFile(io.BytesIO(response.getvalue())).namelist()

    def test_it_is_a_file_to_keep_and_not_to_open(self, as_alice, make_job):
        response = downloaded(as_alice, make_job(until="finished"), "all", "xlsx")

        assert response["Content-Disposition"] == 'attachment; filename="contacts-report.xlsx"'
        assert response["Content-Type"] == XLSX_CONTENT_TYPE
        assert int(response["Content-Length"]) == len(response.getvalue())

    @pytest.mark.parametrize(("selection", "file_format"), [("nonsense", "csv"), ("all", "exe")])
    def test_nothing_else_can_be_had(self, selection, file_format, as_alice, make_job):
        job = make_job(until="finished")

        assert download(as_alice, job, selection, file_format).status_code == 404
        assert as_alice.get(page_of(job, selection, file_format)).status_code == 404

    def test_there_is_none_before_the_end(self, as_alice, make_job):
        assert download(as_alice, make_job(until="checked")).status_code == 404

    def test_names_of_files_stay_readable(self, make_job):
        job = make_job(until="uploaded", name='Käufer "2026".tar.csv')

        assert download_name(job, "not_sent", "csv") == 'Käufer "2026".tar-not-sent.csv'


class TestMaking:
    def test_a_page_makes_no_workbook(self, as_alice, make_job, monkeypatch):
        job = make_job(until="finished")
        monkeypatch.setattr(export, "report_frames", None)  # whoever began to make one would fail

        response = download(as_alice, job, "all", "xlsx")

        assert response.status_code == 302
        assert as_alice.get(response["Location"]).status_code == 200
        assert queue_lengths()["quick"] == 1

    def test_a_large_workbook_does_not_keep_others_waiting(self, as_alice, make_job):
        job = make_job(until="finished")
        type(job).objects.filter(pk=job.pk).update(rows=QUICK_WORKBOOK_ROWS + 1)

        download(as_alice, job, "all", "xlsx")

        assert (queue_lengths()["quick"], queue_lengths()["bulk"]) == (0, 1)

    def test_it_is_made_once_for_everybody(self, as_alice, bob, client_of, make_job):
        job = make_job(until="finished")
        mine = downloaded(as_alice, job, "all", "xlsx").getvalue()
        made = job.downloads.get()

        theirs = download(client_of(bob), job, "all", "xlsx").getvalue()

        assert theirs == mine
        assert job.downloads.get().stored == made.stored
        assert find_due().download_ids == ()

    def test_two_workers_do_not_make_it_at_once(self, as_alice, make_job):
        wanted = asked_for(as_alice, make_job(until="finished"))
        lease = {"state": DownloadState.RUNNING, "run": uuid.uuid4()}
        ReportDownload.objects.update(**lease, lease_until=timezone.now() + timedelta(seconds=20))

        make_download(wanted.pk)

        wanted.refresh_from_db()
        assert (wanted.state, wanted.run, wanted.stored) == (DownloadState.RUNNING, lease["run"], "")
        assert find_due().download_ids == ()

    def test_a_worker_that_looked_before_another_took_it_takes_nothing(self, as_alice, make_job):
        stale = asked_for(as_alice, make_job(until="finished"))
        make_all(stale.job)
        made = ReportDownload.objects.get()

        run_download(stale)

        made.refresh_from_db()
        assert made.state == DownloadState.DONE
        assert default_storage.exists(key_of(made))

    def test_what_a_lost_worker_was_at_is_made_by_the_next(self, as_alice, make_job):
        wanted = asked_for(as_alice, make_job(until="finished"), "all", "xlsx")
        lost = uuid.uuid4()
        ReportDownload.objects.update(state=DownloadState.RUNNING, run=lost, lease_until=timezone.now())
        left = default_storage.save(
            f"jobs/{wanted.job_id}/download-{wanted.pk}-{lost.hex}.xlsx", ContentFile(b"half")
        )
        assert find_due().download_ids == (wanted.pk,)

        make_download(wanted.pk)

        wanted.refresh_from_db()
        assert (wanted.state, wanted.takeovers) == (DownloadState.DONE, 0)
        assert default_storage.exists(key_of(wanted))
        assert not default_storage.exists(left)

    def test_one_that_costs_every_worker_its_life_is_given_up(self, as_alice, make_job):
        wanted = asked_for(as_alice, make_job(until="finished"))
        for _ in range(4):
            ReportDownload.objects.update(
                state=DownloadState.RUNNING, run=uuid.uuid4(), lease_until=timezone.now(), takeovers=3
            )

        make_download(wanted.pk)

        wanted.refresh_from_db()
        assert wanted.state == DownloadState.FAILED
        assert find_due().download_ids == ()

    def test_a_file_that_is_gone_is_made_again(self, as_alice, make_job):
        job = make_job(until="finished")
        whole = downloaded(as_alice, job, "all", "xlsx").getvalue()
        default_storage.delete(key_of(job.downloads.get()))

        assert len(downloaded(as_alice, job, "all", "xlsx").getvalue()) == len(whole)

    def test_it_goes_with_its_job(self, as_alice, make_job):
        job = make_job(until="finished")
        downloaded(as_alice, job, "all", "xlsx").getvalue()
        key = key_of(job.downloads.get())

        # In the folder of the job's tables, which is removed as a whole once there is no such job.
        assert key.startswith(f"jobs/{job.pk}/")
        job.retries.all().delete()
        job.delete()
        assert not ReportDownload.objects.exists()


class TestReadyMade:
    def test_the_workbook_of_a_small_report_is_asked_for_when_its_job_ends(
        self, as_alice, make_job, settings
    ):
        settings.READY_REPORT_ROWS = 6
        job = make_job(until="finished")
        assert find_due().download_ids == (job.downloads.get().pk,)
        assert "ready," not in as_alice.get(reverse("imports:report", args=[job.pk])).text

        make_all(job)

        assert "ready," in as_alice.get(reverse("imports:report", args=[job.pk])).text
        assert download(as_alice, job, "all", "xlsx").getvalue().startswith(b"PK")

    def test_that_of_a_larger_one_is_not(self, make_job, settings):
        settings.READY_REPORT_ROWS = 5

        assert not make_job(until="finished").downloads.exists()

    def test_a_job_ends_well_when_its_workbook_cannot_be_asked_for(self, make_job, settings, monkeypatch):
        settings.READY_REPORT_ROWS = 6
        monkeypatch.setattr(ReportDownload.objects, "create", fail_to_store)

        assert make_job(until="finished").status == JobStatus.FINISHED


def fail_to_store(**values):
    raise OperationalError


class TestStream:
    """CSV, which is sent as it is made."""

    def test_nothing_is_kept_and_nobody_woken(self, as_alice, make_job):
        job = make_job(until="finished")

        response = download(as_alice, job)

        assert response["Content-Disposition"] == 'attachment; filename="contacts-report.csv"'
        assert response["Content-Type"] == CSV_CONTENT_TYPE
        assert len(read(response)) == 6
        assert not job.downloads.exists()
        assert queue_lengths()["quick"] == 0

    def test_while_the_process_is_at_another_a_worker_makes_it(self, as_alice, make_job):
        job = make_job(until="finished")
        first = download(as_alice, job)

        second = download(as_alice, job, "rejected")
        assert second["Location"] == page_of(job, "rejected")
        make_all(job)
        assert len(read(download(as_alice, job, "rejected"))) == 1

        assert len(read(first)) == 6
        assert len(read(download(as_alice, job, "created"))) == 3

    def test_one_that_is_given_up_leaves_its_place(self, as_alice, make_job):
        job = make_job(until="finished")
        download(as_alice, job).close()

        assert len(read(download(as_alice, job))) == 6

    def test_what_is_wrong_from_the_start_is_a_page_that_says_so(self, as_alice, make_job, monkeypatch):
        job = make_job(until="finished")
        as_alice.raise_request_exception = False
        with monkeypatch.context() as broken:
            broken.setattr(export, "report_frames", raise_at(0))
            assert download(as_alice, job).status_code == 500

        assert len(read(download(as_alice, job))) == 6

    def test_what_cannot_be_finished_breaks_off_without_a_word_of_it_in_the_log(
        self, as_alice, make_job, monkeypatch, caplog
    ):
        job = make_job(until="finished")
        with monkeypatch.context() as broken:
            broken.setattr(export, "report_frames", raise_at(2))
            response = download(as_alice, job)
            with pytest.raises(StreamBrokenError):
                response.getvalue()
        response.close()

        assert f"job={job.pk} its all rows as CSV broke off" in caplog.messages
        assert len(read(download(as_alice, job))) == 6

    def test_its_headers_alone_make_nothing(self, as_alice, make_job, monkeypatch):
        job = make_job(until="finished")
        monkeypatch.setattr(export, "report_frames", None)

        response = as_alice.head(reverse("imports:download", args=[job.pk, "all", "csv"]))

        assert response["Content-Disposition"] == 'attachment; filename="contacts-report.csv"'


def raise_at(number):
    """Frames of which that one cannot be made."""
    frames = export.report_frames

    def broken(*arguments, **options):
        whole = next(frames(*arguments, **options))
        yield from [whole] * number
        raise LedgerError("a row of ada@example.com")

    return broken


class TestPage:
    def test_it_says_that_the_file_is_being_made_with_and_without_scripts(self, as_alice, make_job):
        job = make_job(until="finished")

        text = as_alice.get(page_of(job)).text

        assert "Your download is being made" in text
        assert '<noscript><meta http-equiv="refresh"' in text
        assert "hx-get=" in text

    def test_it_says_how_far_it_has_come(self, as_alice, make_job):
        job = make_job(until="finished")
        asked_for(as_alice, job)
        ReportDownload.objects.update(
            state=DownloadState.RUNNING, rows_done=2, run=uuid.uuid4(), lease_until=timezone.now()
        )

        assert "2 of 6 rows written" in as_alice.get(page_of(job, "all", "xlsx")).text

    def test_what_has_not_changed_is_not_sent_again(self, as_alice, make_job):
        job = make_job(until="finished")
        poll_url = as_alice.get(page_of(job)).context["poll_url"]
        assert as_alice.get(poll_url, **HTMX).status_code == 204

        make_all(job)

        part = as_alice.get(poll_url, **HTMX).text
        assert "Your download is ready" in part
        assert reverse("imports:download", args=[job.pk, "all", "csv"]) in part
        assert "hx-get" not in part
        assert "<html" not in part

    def test_one_that_could_not_be_made_is_tried_again_when_somebody_says_so(self, as_alice, make_job):
        job = make_job(until="finished")
        wanted = asked_for(as_alice, job)
        ReportDownload.objects.update(state=DownloadState.FAILED, failure_code="fault")
        assert "could not be made" in as_alice.get(page_of(job, "all", "xlsx")).text
        assert find_due().download_ids == ()

        as_alice.post(page_of(job, "all", "xlsx"))

        assert find_due().download_ids == (wanted.pk,)
        assert len(read(downloaded(as_alice, job))) == 6

    def test_too_many_columns_for_a_workbook_are_said(self, as_alice, make_job, monkeypatch):
        job = make_job(until="finished")
        monkeypatch.setattr(export, "MAX_COLUMNS", 3)
        asked_for(as_alice, job, "all", "xlsx")

        make_all(job)

        text = as_alice.get(page_of(job, "all", "xlsx")).text
        assert "more columns than a workbook can hold" in text
        assert "Try again" not in text

    def test_strangers_find_nothing(self, charlie, client_of, make_job):
        job = make_job(until="finished")

        assert download(client_of(charlie), job).status_code == 404
        assert client_of(charlie).get(page_of(job)).status_code == 404
        assert not ReportDownload.objects.exists()
