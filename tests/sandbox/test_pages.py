"""The pages that show what arrived."""

import re

import pytest

from tests.sandbox.conftest import by_email

HOSTILE = '<script>alert("x")</script>&'


def _rows(html: str) -> int:
    return html.count('<th scope="row"')


class TestContactsPage:
    def test_an_empty_account_says_what_to_do(self, caller):
        assert "No contacts yet" in caller.get("/").text

    def test_shows_everything_about_a_contact(self, caller):
        caller.import_contacts(
            by_email(
                "ana@example.com",
                "+447700900123",
                dataFields={"CITY": "São Paulo", "VIP": True},
                lists=[70001],
                preferences=[{"id": 9, "isOptedIn": False}],
                channelProperties={"email": {"status": "unsubscribed"}},
            )
        )
        html = caller.get("/").text
        for shown in ("ana@example.com", "447700900123", "São Paulo", "VIP", "Newsletter", "unsubscribed"):
            assert shown in html

    def test_escapes_what_contacts_hold(self, caller):
        caller.import_contacts(by_email("ana@example.com", dataFields={"CITY": HOSTILE}))
        response = caller.get("/")
        assert "<script" not in response.text
        assert "&lt;script&gt;" in response.text
        assert "script-src" not in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]

    def test_escapes_what_was_searched_for(self, caller):
        assert "<script" not in caller.get("/", params={"q": HOSTILE}).text

    def test_pages_lead_from_one_to_the_next(self, caller):
        caller.import_contacts(*(by_email(f"user{number:03}@example.com") for number in range(120)))
        path, seen, pages = "/", [], 0
        while path:
            html = caller.get(path).text
            seen += re.findall(r"user\d{3}@", html)
            pages += 1
            following = re.search(r'href="(\?[^"]*)" rel="next"', html)
            path = "/" + following[1].replace("&amp;", "&") if following else ""
        assert pages == 3
        assert seen == [f"user{number:03}@" for number in range(120)]

    @pytest.mark.parametrize("query", ["USER1@", "+4477009001", "4477009001", "C-9", "50000002"])
    def test_finds_by_any_identifier(self, caller, query):
        wanted = by_email("user1@example.com", "+447700900123")
        wanted["identifiers"]["crm-id"] = "C-9"
        caller.import_contacts(by_email("other@example.com", "+447700800000"), wanted)
        html = caller.get("/", params={"q": query}).text
        assert _rows(html) == 1
        assert "user1@example.com" in html

    def test_says_when_nothing_is_found(self, caller):
        caller.import_contacts(by_email("ana@example.com"))
        html = caller.get("/", params={"q": "%"}).text
        assert _rows(html) == 0
        assert "No contact has" in html

    @pytest.mark.parametrize("wanted", ["0", "-1", "999", "x", "²", "9" * 40])
    def test_a_page_that_is_none_shows_the_nearest(self, caller, wanted):
        caller.import_contacts(by_email("ana@example.com"))
        assert _rows(caller.get("/", params={"page": wanted}).text) == 1


class TestImportsPage:
    def test_says_when_there_are_none(self, caller):
        assert "No imports yet" in caller.get("/imports").text

    def test_lists_the_newest_first(self, caller):
        ids = [caller.import_contacts(by_email("ana@example.com"))["importId"] for _ in range(2)]
        html = caller.get("/imports").text
        assert _rows(html) == 2
        assert html.index(ids[1]) < html.index(ids[0])
        assert "Finished" in html
