"""Downloads as people get them: asked for, made by a worker, fetched."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from imports.jobs.tasks import make_download
from imports.models import UploadJob


def download(
    client: Client, job: UploadJob, selection: str = "all", file_format: str = "csv"
) -> HttpResponse:
    """What is answered just now, the file or where to wait for it."""
    return client.get(reverse("imports:download", args=[job.pk, selection, file_format]))


def page_of(job: UploadJob, selection: str = "all", file_format: str = "csv") -> str:
    return reverse("imports:download-page", args=[job.pk, selection, file_format])


def make_all(job: UploadJob) -> None:
    """Does what workers would do."""
    for wanted in job.downloads.all():
        make_download(wanted.pk)


def downloaded(
    client: Client, job: UploadJob, selection: str = "all", file_format: str = "csv"
) -> HttpResponse:
    """The answer with the file, which for CSV is the first one."""
    response = download(client, job, selection, file_format)
    if file_format == "csv":
        return response
    assert response["Location"] == page_of(job, selection, file_format)
    make_all(job)
    return download(client, job, selection, file_format)
