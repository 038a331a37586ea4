"""Files of a report, made by real workers from what is asked for."""

import io

import openpyxl
import pytest

from imports.jobs.advance import run_inline
from imports.jobs.cancel import cancel_job
from imports.jobs.confirm import confirm_job
from imports.jobs.download import open_download, request_download
from imports.models import ReportDownload
from imports.states import DownloadState
from tests.delivery.jobs import checked_job
from tests.patience import wait_until
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db(transaction=True)]

ROWS = 30


def test_workers_make_what_is_asked_for(alice, account, sandbox, tmp_path, request):
    job = checked_job(account, alice, files.contacts_csv(tmp_path, ROWS))
    confirm_job(job, alice)
    cancel_job(job, alice)
    run_inline(job)
    request.getfixturevalue("workers")

    wanted = [request_download(job, "all", file_format) for file_format in ("csv", "xlsx")]

    made = ReportDownload.objects.filter(state=DownloadState.DONE)
    wait_until(lambda: made.count() == len(wanted), "both are made")
    csv, xlsx = (open_download(download) for download in made.order_by("file_format"))
    with csv, xlsx:
        assert csv.read().count(b"\r\n") == ROWS + 1
        assert openpyxl.load_workbook(io.BytesIO(xlsx.read())).active.max_row == ROWS + 1
