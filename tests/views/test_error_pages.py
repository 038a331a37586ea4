"""Pages for when something is wrong, in the portal's look and without a word that only programmers know."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from imports.storage.artefacts import StorageUnavailableError
from imports.views.unavailable import StorageUnavailableMiddleware


def test_what_does_not_exist_is_a_page(as_alice):
    response = as_alice.get("/imports/7b3e8a52-3f55-4a7e-9c1c-6c7d6f5f3a10/")

    assert response.status_code == 404
    assert "Page not found" in response.text


def test_what_may_not_be_done_is_a_page(client_of, bob, make_job):
    response = client_of(bob).post(reverse("imports:cancel", args=[make_job().pk]))

    assert response.status_code == 403
    assert "You can look at this, but not change it" in response.text


def test_a_page_that_was_open_too_long_is_a_page(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    response = client.post(reverse("imports:upload"))

    assert response.status_code == 403
    assert "This page was open for too long" in response.text


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_without_a_request_can_be_written(name):
    assert "Import portal" in render_to_string(name)


def test_a_storage_that_is_away_is_a_page_and_no_fault(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    middleware = StorageUnavailableMiddleware(lambda _request: HttpResponse())

    response = middleware.process_exception(request, StorageUnavailableError(5, "EIO"))

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "The files cannot be reached at the moment" in response.content.decode()
    assert middleware.process_exception(request, ValueError()) is None


def test_signing_in_needs_no_script(client, db):
    text = client.get(reverse("login")).text

    assert '<form method="post"' in text
    assert "onclick" not in text
    assert "style=" not in text


@pytest.mark.parametrize("name", ["home", "upload"])
def test_pages_have_no_inline_style_or_script(name, as_alice):
    text = as_alice.get(reverse(f"imports:{name}")).text

    assert " style=" not in text
    assert "<script>" not in text
