"""What the pages of an import say and offer once its rows have been removed, and before."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from imports.jobs.purging import purge
from imports.jobs.retry import NothingToRetryError, retry_job
from imports.models import UploadJob
from imports.storage import artefacts
from imports.urls import urlpatterns
from portal.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ARGUMENTS = {"number": 2, "index": 0, "code": "email_missing", "selection": "all", "file_format": "csv"}
OF_A_JOB = [one for one in urlpatterns if "job_id" in one.pattern.converters]
OFFERS = ("/download", "/rows/", "/retry/", "/resend/", "/check/", "/repairs")


@pytest.fixture
def purged(make_job, settings) -> UploadJob:
    job = make_job(until="finished")
    purge(timezone.now() + timedelta(days=settings.ROWS_KEPT_DAYS + 1))
    job.refresh_from_db()
    assert not job.tables
    return job


def url_of(pattern, job: UploadJob) -> str:
    given = {name: ARGUMENTS[name] for name in pattern.pattern.converters if name != "job_id"}
    return reverse(f"imports:{pattern.name}", kwargs={"job_id": job.pk, **given})


class TestPurged:
    def test_the_report_says_when_its_rows_were_removed(self, purged, as_alice):
        text = as_alice.get(reverse("imports:report", args=[purged.pk])).text

        day = date_format(timezone.localtime(purged.rows_removed_at), "DATE_FORMAT")
        assert f"The rows of this import were removed on {day}" in text
        assert "6 rows in the file" in text

    def test_it_keeps_the_reasons_and_their_counts(self, make_job, as_alice, settings):
        job = make_job(until="finished")
        purge(timezone.now() + timedelta(days=settings.ROWS_KEPT_DAYS + 1))

        text = as_alice.get(reverse("imports:report", args=[job.pk])).text

        assert "E-mail addresses without @" in text
        assert "Download these rows" not in text
        assert "not an address" not in text

    def test_it_offers_nothing_that_needs_them(self, purged, as_alice):
        text = as_alice.get(reverse("imports:report", args=[purged.pk])).text

        assert not [one for one in OFFERS if f"/imports/{purged.pk}{one}" in text]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_no_page_of_it_fails(self, method, purged, as_alice):
        report = reverse("imports:report", args=[purged.pk])
        for pattern in OF_A_JOB:
            answer = getattr(as_alice, method)(url_of(pattern, purged))
            assert answer.status_code in {200, 204, 302, 400, 403, 404, 405, 409}, pattern.name
            if pattern.name in {"rows", "row", "check", "download", "repairs"} and answer.status_code == 302:
                assert answer["Location"] in {report, reverse("imports:job", args=[purged.pk])}

    def test_its_rows_cannot_be_tried_again(self, purged):
        with pytest.raises(NothingToRetryError):
            retry_job(purged, purged.owner)

    def test_strangers_do_not_learn_of_it(self, purged, client):
        client.force_login(User.objects.create_user("stranger"))

        assert client.get(reverse("imports:rows", args=[purged.pk])).status_code == 404

    def test_a_page_whose_rows_go_meanwhile_leads_to_the_report(
        self, make_job, as_alice, monkeypatch, settings
    ):
        job = make_job(until="finished")
        exists = artefacts.exists

        def exists_until_now(*args):
            found = exists(*args)
            purge(timezone.now() + timedelta(days=settings.ROWS_KEPT_DAYS + 1))
            return found

        monkeypatch.setattr("imports.views.report.row_views.artefacts.exists", exists_until_now)

        answer = as_alice.get(reverse("imports:rows", args=[job.pk]))

        assert answer["Location"] == reverse("imports:report", args=[job.pk])

    def test_it_says_until_when_it_is_known_whom_it_carried(self, purged, as_alice, settings):
        text = as_alice.get(reverse("imports:report", args=[purged.pk])).text

        day = timezone.localtime(purged.changed_at + timedelta(days=settings.DIGESTS_KEPT_DAYS))
        assert f"can be told until {date_format(day, 'DATE_FORMAT')}" in text


class TestBefore:
    def test_the_report_says_until_when_it_is_kept(self, make_job, as_alice, settings):
        job = make_job(until="finished")
        job.refresh_from_db()
        days = [
            date_format(timezone.localtime(job.changed_at + timedelta(days=days)), "DATE_FORMAT")
            for days in (settings.ROWS_KEPT_DAYS, settings.UPLOADS_KEPT_DAYS)
        ]

        text = as_alice.get(reverse("imports:report", args=[job.pk])).text

        assert f"The rows are kept until {days[0]}." in text
        assert f"The uploaded file is kept until {days[1]}." in text

    def test_so_does_the_page_that_starts_it(self, make_job, as_alice):
        job = make_job(until="checked")
        job.account.rows_kept_days, job.account.uploads_kept_days = 40, 1
        job.account.save()

        text = as_alice.get(reverse("imports:check", args=[job.pk])).text

        assert "the uploaded file is kept for 1 day and the rows for 40 days" in text
