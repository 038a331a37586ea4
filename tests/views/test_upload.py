import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imports.models import DotdigitalAccount, Membership, UploadJob
from imports.states import JobStatus
from tests.views.conftest import CONTACTS_CSV

UPLOAD = reverse("imports:upload")


def send(client, account, content: bytes = CONTACTS_CSV.encode(), name: str = "contacts.csv"):
    return client.post(UPLOAD, {"account": account.pk, "file": SimpleUploadedFile(name, content)})


class TestUploadPage:
    def test_it_says_what_is_accepted(self, as_alice, settings):
        settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_ROWS = 25_000_000, 60_000

        text = as_alice.get(UPLOAD).text

        assert "25\N{NO-BREAK SPACE}MB" in text
        assert "60,000\N{NO-BREAK SPACE}rows" in text
        assert ".xlsx" in text

    def test_it_offers_the_accounts_one_may_use(self, as_alice, account, charlie):
        offered = as_alice.get(UPLOAD).context["form"].fields["account"].queryset

        assert list(offered) == [account]

    def test_the_only_account_is_chosen_already(self, as_alice, account):
        assert f'<option value="{account.pk}" selected' in as_alice.get(UPLOAD).text

    def test_one_of_several_accounts_has_to_be_chosen(self, as_alice, alice):
        other = DotdigitalAccount.objects.create(name="Second", endpoint="", api_user="")
        Membership.objects.create(account=other, user=alice)

        assert as_alice.get(UPLOAD).context["form"].fields["account"].initial is None


class TestUpload:
    def test_it_makes_a_job_and_shows_its_progress(self, as_alice, account, alice):
        response = send(as_alice, account)

        job = UploadJob.objects.get()
        assert (job.owner, job.account, job.status) == (alice, account, JobStatus.UPLOADED)
        assert (job.file_name, job.file_bytes) == ("contacts.csv", len(CONTACTS_CSV.encode()))
        assert response["Location"] == reverse("imports:progress", args=[job.pk])

    def test_it_refuses_an_empty_file(self, as_alice, account):
        response = send(as_alice, account, b"")

        assert response.status_code == 422
        assert "There is nothing in this file." in response.text
        assert not UploadJob.objects.exists()

    def test_it_refuses_a_file_over_the_limit(self, as_alice, account, settings):
        settings.UPLOAD_MAX_BYTES = 100

        response = send(as_alice, account, b"x" * 200_000)

        assert response.status_code == 422
        assert "the limit is 100 bytes" in response.text
        assert not UploadJob.objects.exists()

    def test_it_asks_for_a_file(self, as_alice, account):
        response = as_alice.post(UPLOAD, {"account": account.pk})

        assert response.status_code == 422
        assert "Choose a file first." in response.text

    def test_it_takes_no_account_of_others(self, as_alice, charlie):
        other = DotdigitalAccount.objects.get(name="Other")

        assert send(as_alice, other).status_code == 422
        assert not UploadJob.objects.exists()

    def test_it_keeps_only_the_last_part_of_a_name(self, as_alice, account):
        send(as_alice, account, name="report\N{RIGHT-TO-LEFT OVERRIDE}vsc.csv")

        assert UploadJob.objects.get().file_name == "reportvsc.csv"


class TestFilesToStartFrom:
    def read(self, response) -> list[list[str]]:
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

    def test_the_template_has_headers_alone(self, as_alice):
        response = as_alice.get(reverse("imports:template"))

        assert response["Content-Disposition"] == 'attachment; filename="contacts-template.csv"'
        assert len(self.read(response)) == 1

    def test_every_column_of_the_sample_is_understood(self, as_alice, make_job):
        response = as_alice.get(reverse("imports:sample"))

        job = make_job(response.content.decode("utf-8-sig"))

        assert {column["column"] for column in job.mapping["columns"]} >= set(self.read(response)[0]) - {
            "Country"
        }
