"""What every kind of answer tells browsers, and what browsers may report."""

import json
import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from portal.security_headers import HEADERS, REPORTS_A_MINUTE
from portal.urls import urlpatterns as of_the_portal

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def _faulty(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [*of_the_portal, path("faulty/", _faulty)]


def _report(**told: str) -> str:
    return json.dumps({"csp-report": told})


class TestEveryAnswer:
    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/accounts/login/", 200),
            ("/", 302),
            ("/admin/", 302),
            ("/health/", 200),
            ("/upload/template.csv", 302),
            ("/no-such-page/", 404),
        ],
    )
    def test_of_strangers(self, client, address, status):
        self.assert_protected(client.get(address), status)

    @pytest.mark.parametrize(
        ("address", "status"),
        [("/", 200), ("/upload/template.csv", 200), ("/no-such-page/", 404), ("/accounts/logout/", 405)],
    )
    def test_of_people(self, as_alice, address, status):
        self.assert_protected(as_alice.get(address), status)

    def test_of_a_post_without_its_token(self, alice):
        client = Client(enforce_csrf_checks=True)
        client.force_login(alice)
        self.assert_protected(client.post(reverse("imports:upload")), 403)

    def test_of_a_wrong_host(self):
        self.assert_protected(Client().get("/", headers={"host": "attacker.example"}), 400)

    def test_that_leads_to_https(self):
        with override_settings(SECURE_SSL_REDIRECT=True):
            answer = Client().get("/accounts/login/")
        self.assert_protected(answer, 301)

    @override_settings(ROOT_URLCONF=__name__)
    def test_of_a_fault(self, as_alice):
        as_alice.raise_request_exception = False
        self.assert_protected(as_alice.get("/faulty/"), 500)

    def test_a_static_file_may_be_kept(self, client):
        (Path(settings.STATIC_ROOT) / "kept.txt").write_text("x")
        with override_settings(WHITENOISE_AUTOREFRESH=True):
            answer = Client().get("/static/kept.txt")
        answer.close()
        assert "no-store" not in answer.headers["Cache-Control"]
        self.assert_protected(answer, 200, but=["Cache-Control"])

    def test_what_is_about_contacts_is_kept_nowhere(self, as_alice):
        assert "no-store" in as_alice.get("/").headers["Cache-Control"]

    def assert_protected(self, answer: HttpResponse, status: int, but: list[str] | None = None) -> None:
        assert answer.status_code == status
        wanted = {name: value for name, value in HEADERS.items() if name not in (but or ["Cache-Control"])}
        assert {name: answer.headers.get(name) for name in wanted} == wanted
        assert answer.headers["Cache-Control"]


class TestReports:
    def test_the_directive_and_the_host_are_logged_alone(self, client, caplog):
        told = {
            "effective-directive": "script-src",
            "blocked-uri": "https://attacker.example/x?who=ada@example.com",
            "document-uri": "https://portal.example/?q=ada@example.com",
        }
        self.sent(client, _report(**told))
        assert [record.getMessage() for record in caplog.records] == [
            "policy violated: directive=script-src host=attacker.example"
        ]

    def test_what_is_told_makes_no_line_of_its_own(self, client, caplog):
        self.sent(client, _report(**{"effective-directive": "a\nb \x1b[31m", "blocked-uri": "inline"}))
        (line,) = (record.getMessage() for record in caplog.records)
        assert line == "policy violated: directive=a?b???31m host=inline"

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "[" * 9_000, _report(), '{"csp-report": 1}', "x" * 20_000]
    )
    def test_what_is_no_report_is_passed_over(self, client, caplog, body):
        self.sent(client, body)
        assert not caplog.records

    def test_there_is_an_end_to_them(self, client, caplog):
        for _ in range(REPORTS_A_MINUTE * 2 + 1):
            self.sent(client, _report(**{"effective-directive": "img-src"}))
        assert REPORTS_A_MINUTE <= len(caplog.records) <= REPORTS_A_MINUTE * 2

    @pytest.fixture(autouse=True)
    def _fresh(self, caplog):
        cache.clear()
        caplog.set_level(logging.WARNING, logger="portal.security_headers")

    def sent(self, client: Client, body: str) -> None:
        url = reverse("csp-reports")
        assert client.post(url, body, content_type="application/csp-report").status_code == 204
