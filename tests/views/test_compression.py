"""What is sent compressed, and what as it is."""

import gzip

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.views.posted import form_data

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ACCEPTED = {"accept-encoding": "gzip, deflate, br"}


def test_a_page_is_compressed_for_browsers_that_take_it(as_alice):
    url = reverse("imports:help")

    plain, packed = as_alice.get(url), as_alice.get(url, headers=ACCEPTED)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert gzip.decompress(packed.content).endswith(b"</html>\n")
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "Content-Security-Policy" in answer.headers


def test_the_length_of_a_page_does_not_say_what_is_in_it(as_alice):
    url = reverse("imports:help")

    lengths = {len(as_alice.get(url, headers=ACCEPTED).content) for _ in range(12)}

    assert len(lengths) > 1


def test_the_form_of_a_compressed_page_can_be_posted(alice, make_job):
    job = make_job()
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.get(reverse("imports:mapping", args=[job.pk]), headers=ACCEPTED)
    fields = form_data(gzip.decompress(page.content).decode())

    posted = client.post(reverse("imports:mapping", args=[job.pk]), fields, headers=ACCEPTED)

    assert settings.CSRF_COOKIE_NAME in client.cookies
    assert posted.status_code == 302


def test_a_download_is_sent_as_it_is_made(as_alice, make_job):
    job = make_job(until="finished")

    answer = as_alice.get(reverse("imports:download", args=[job.pk, "all", "csv"]), headers=ACCEPTED)

    assert "Content-Encoding" not in answer.headers
    assert b"ada@example.com" in answer.getvalue()


def test_a_file_that_is_ready_keeps_its_length(as_alice):
    answer = as_alice.get(reverse("imports:template"), headers=ACCEPTED)

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment")
