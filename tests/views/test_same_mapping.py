"""The next file takes the mapping of an earlier import: what the page says, and that all ways of uploading do it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from imports.models import DotdigitalAccount, Membership, UploadJob
from tests.views.conftest import CONTACTS_CSV, signed_in
from tests.views.tus_client import TusUpload

HOME = reverse("imports:home")


@pytest.fixture
def earlier(make_job) -> UploadJob:
    return make_job(until="finished", name="fair.csv")


def page_of(job: UploadJob) -> str:
    return f"{reverse('imports:upload')}?like={job.pk}"


def test_it_says_which_columns_the_file_needs_and_is_for_the_account_alone(as_alice, alice, earlier):
    other = DotdigitalAccount.objects.create(name="Second", endpoint="", api_user="")
    Membership.objects.create(account=other, user=alice)
    text = as_alice.get(page_of(earlier)).text

    assert "The next file takes the mapping of fair.csv" in text
    assert "columns Email, First name, Last name, Mobile number and Country, called the same" in text
    assert "Second" not in text
    assert "Second" in as_alice.get(reverse("imports:upload")).text


def test_the_history_leads_there_from_imports_that_were_gone_through_with(as_alice, earlier, make_job):
    staged = make_job()
    text = as_alice.get(HOME).text

    assert page_of(earlier) in text
    assert page_of(staged) not in text


def test_a_file_that_is_posted_takes_it(as_alice, account, earlier):
    file = SimpleUploadedFile("new.csv", CONTACTS_CSV.encode())
    as_alice.post(page_of(earlier), {"account": account.pk, "file": file})

    assert UploadJob.objects.latest("created_at").mapped_like == earlier


def test_a_file_that_comes_in_parts_takes_it(as_alice, account, earlier):
    content = CONTACTS_CSV.encode()
    upload = TusUpload.of(as_alice, account.pk, len(content))
    upload.patch(0, content)
    answer = as_alice.post(f"{upload.url}finish/?like={earlier.pk}", headers={"Tus-Resumable": "1.0.0"})

    assert answer.status_code == 200
    assert UploadJob.objects.latest("created_at").mapped_like == earlier


def test_a_file_for_another_account_is_not_taken_in(as_alice, alice, earlier):
    other = DotdigitalAccount.objects.create(name="Second", endpoint="", api_user="")
    Membership.objects.create(account=other, user=alice)
    content = CONTACTS_CSV.encode()
    upload = TusUpload.of(as_alice, other.pk, len(content))
    upload.patch(0, content)
    answer = as_alice.post(f"{upload.url}finish/?like={earlier.pk}", headers={"Tus-Resumable": "1.0.0"})

    assert answer.status_code == 422
    assert "another account" in answer.json()["sentence"]
    assert UploadJob.objects.count() == 1


def test_nobody_takes_what_they_may_not_see_or_what_is_no_mapping_yet(as_alice, charlie, earlier, make_job):
    assert signed_in(charlie).get(page_of(earlier)).status_code == 404
    assert as_alice.get(page_of(make_job())).status_code == 404
    assert as_alice.get(f"{reverse('imports:upload')}?like=nonsense").status_code == 404


def test_it_is_forgotten_with_the_import_that_it_is_of(as_alice, account, earlier):
    file = SimpleUploadedFile("new.csv", CONTACTS_CSV.encode())
    as_alice.post(page_of(earlier), {"account": account.pk, "file": file})
    earlier.delete()

    assert UploadJob.objects.get().mapped_like is None
