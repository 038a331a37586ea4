"""Whom somebody looks for among rows stands in no address."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.urls import reverse

from imports import secrets
from imports.views.report.sealed_search import KEPT_SECONDS, address_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

WHOM = "grace@example.com"


@pytest.fixture(params=["checked", "finished"])
def job(make_job, request):
    return make_job(until=request.param)


def rows_found(answer) -> list[int]:
    return [row["row"] for row in answer.context["rows"]]


def test_no_address_says_whom_somebody_looks_for(as_alice, job):
    url = reverse("imports:rows", args=[job.pk])

    first = as_alice.post(url, {"q": WHOM, "show": "all"})
    page = as_alice.get(first.url)

    assert rows_found(page) == [3]
    assert f'value="{WHOM}"' in page.text
    assert "grace" not in unquote(first.url)
    assert not [line for line in page.text.split('href="')[1:] if "grace" in unquote(line.split('"')[0])]
    assert 'method="post"' in page.text


def test_tabs_and_pages_go_on_looking(as_alice, job):
    page = as_alice.get(address_of(job.owner, job, "", WHOM))

    (token,) = parse_qs(urlsplit(page.request["QUERY_STRING"]).path)["find"]
    assert f"&amp;find={token}" in unquote(page.text)
    assert token in unquote(page.context["query"])


def test_an_address_from_before_is_led_to_one_that_says_nothing(as_alice, job):
    answer = as_alice.get(reverse("imports:rows", args=[job.pk]), {"q": WHOM})

    assert answer.status_code == 302
    assert "grace" not in unquote(answer.url)


def test_nobody_else_reads_it(as_alice, client_of, bob, job, make_job):
    other = make_job(until="checked")
    address = address_of(job.owner, job, "", WHOM)

    for answer in (
        client_of(bob).get(address),
        as_alice.get(address.replace(str(job.pk), str(other.pk))),
        as_alice.get(address.replace("find=", "find=x")),
        as_alice.get(reverse("imports:rows", args=[job.pk]), {"find": secrets.encrypt("1")}),
    ):
        assert "What was looked for is no longer kept" in answer.text
        assert WHOM not in answer.text.split("<table")[0]
        assert len(rows_found(answer)) == 6


def test_it_is_kept_for_a_day(as_alice, job, monkeypatch):
    address = address_of(job.owner, job, "", WHOM)
    monkeypatch.setattr("imports.views.report.sealed_search.KEPT_SECONDS", -1)

    assert KEPT_SECONDS == 86_400
    assert "What was looked for is no longer kept" in as_alice.get(address).text


def test_a_search_for_nothing_shows_all(as_alice, job):
    answer = as_alice.post(reverse("imports:rows", args=[job.pk]), {"q": "  ", "show": ""}, follow=True)

    assert len(rows_found(answer)) == 6
    assert "find=" not in answer.request["QUERY_STRING"]


def test_a_secret_that_is_too_old_is_not_read():
    with pytest.raises(secrets.SecretUnreadableError):
        secrets.decrypt(secrets.encrypt("x"), max_age_seconds=-1)
