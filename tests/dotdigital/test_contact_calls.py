"""Calls that read contacts and delete them."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from imports.dotdigital.client import DotdigitalClient
from imports.dotdigital.errors import (
    ContactNotFoundError,
    DotdigitalError,
    ImportNotFoundError,
    NoAnswerError,
    RateLimitedError,
    RedirectedError,
    ServerError,
    TooManyDeletionsError,
    UnreadableAnswerError,
)
from imports.dotdigital.types import ContactQuery
from tests.dotdigital.servers import Reply, ScriptedServer, json_reply

pytestmark = pytest.mark.once

CONTACT = {
    "contactId": 50010001,
    "status": "subscribed",
    "created": "2026-01-01T00:00:00Z",
    "updated": "2026-02-03T04:05:06.789Z",
    "identifiers": {"email": "ada@example.com", "mobileNumber": None, "crm-id": "C-1"},
    "dataFields": {"CITY": "Leeds", "ORDERS": 3, "VIP": True, "NOTE": None},
    "channelProperties": {"email": {"status": "hardBounced", "optInType": "single"}},
    "lists": [{"id": 70001, "name": "Newsletter", "status": "subscribed"}],
    "preferences": [{"id": 9, "isOptedIn": True}, {"id": 10, "isOptedIn": False}],
}
BARE = {name: CONTACT[name] for name in ("contactId", "status", "created", "updated", "identifiers")}


def page(*items, **links):
    return json_reply({"_items": list(items), "_links": {"self": {}, "first": {}, **links}})


class TestPages:
    def test_it_asks_for_what_is_wanted_and_reads_it(self, server: ScriptedServer, client: DotdigitalClient):
        server.will_answer(page(CONTACT, next={"marker": "m/2", "link": "https://elsewhere.example/"}))
        query = ContactQuery(("CITY", "VIP"), ("lists", "preferences"), datetime(2026, 2, 3, tzinfo=UTC))

        found = client.contact_page(query, "m/1", 2)

        (request,) = server.requests
        asked = urlsplit(request.path)
        assert asked.path == "/contacts/v3"
        assert parse_qs(asked.query) == {
            "limit": ["2"],
            "data-fields": ["CITY|VIP"],
            "include": ["lists|preferences"],
            "~modified": ["gte::2026-02-03T00:00:00.000Z"],
            "marker": ["m/1"],
        }
        assert found.marker == "m/2"
        (contact,) = found.contacts
        assert (contact.id, contact.status) == (50010001, "subscribed")
        assert contact.updated == datetime(2026, 2, 3, 4, 5, 6, 789_000, UTC)
        assert contact.identifiers == {"email": "ada@example.com", "crm-id": "C-1"}
        assert contact.data_fields == CONTACT["dataFields"]
        assert contact.channels["email"]["status"] == "hardBounced"
        assert (contact.lists, contact.opted_in) == ((70001,), (9,))

    def test_the_last_page_leads_nowhere(self, server: ScriptedServer, client: DotdigitalClient):
        server.will_answer(page(BARE))
        found = client.contact_page(ContactQuery())

        assert found.marker == ""
        assert (found.contacts[0].lists, found.contacts[0].opted_in) == (None, None)
        assert parse_qs(urlsplit(server.requests[0].path).query) == {"limit": ["5000"]}

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            ({}, "_items"),
            ({"_items": []}, "_links"),
            ({"_items": [{}], "_links": {}}, "contactId"),
            ({"_items": [], "_links": {"next": {}}}, "marker"),
            ({"_items": [{**BARE, "identifiers": None}], "_links": {}}, "identifiers"),
        ],
    )
    def test_a_page_that_lacks_something_cannot_be_read(self, server, client, answer, code):
        server.will_answer(json_reply(answer))
        with pytest.raises(UnreadableAnswerError) as raised:
            client.contact_page(ContactQuery())
        assert raised.value.code == code
        assert "ada@example.com" not in f"{raised.value!r}"

    def test_a_time_that_cannot_be_read_loses_no_contact(self, server, client):
        server.will_answer(page({**BARE, "updated": "soon"}))
        assert client.contact_page(ContactQuery()).contacts[0].updated is None

    def test_a_contact_shows_nothing_of_itself(self, server, client):
        server.will_answer(page(CONTACT))
        found = client.contact_page(ContactQuery())
        assert "ada@example.com" not in f"{found!r} {found.contacts!r}"


class TestOneContact:
    def test_its_value_is_a_part_of_the_address(self, server, client):
        server.will_answer(json_reply(CONTACT))
        assert client.contact("email", "a/b?c@example.com").id == 50010001
        assert server.requests[0].path == "/contacts/v3/email/a%2Fb%3Fc%40example.com"

    @pytest.mark.parametrize(("name", "value"), [("e/mail", "a"), ("email", ""), ("email", "..")])
    def test_what_is_no_identifier_is_not_asked_for(self, server, client, name, value):
        with pytest.raises(ValueError, match=r"identifier|step"):
            client.contact(name, value)
        assert server.requests == []

    def test_there_may_be_none(self, server, client):
        server.will_answer(json_reply({"errorCode": "contacts:contactNotFound", "description": "no"}, 404))
        with pytest.raises(ContactNotFoundError):
            client.contact("email", "ada@example.com")


class TestDeletion:
    def test_contacts_are_named_by_their_numbers(self, server, client):
        server.will_answer(json_reply({"deleteId": "d-1"}, 202))
        assert client.delete_contacts([1, 2]) == "d-1"
        assert (server.requests[0].method, server.requests[0].path) == ("POST", "/contacts/v3/delete")
        assert server.requests[0].body == b'[{"contactId": 1}, {"contactId": 2}]'

    @pytest.mark.parametrize("count", [0, 5_001])
    def test_too_few_or_too_many_are_not_sent(self, server, client, count):
        with pytest.raises(ValueError, match="too few or too many"):
            client.delete_contacts(range(count))
        assert server.requests == []

    @pytest.mark.parametrize(
        ("name", "is_over", "is_finished"),
        [
            ("NotStarted", False, False),
            ("NotFinished", False, False),
            ("SomethingNew", False, False),
            ("finished", True, True),
            ("Failed", True, False),
        ],
    )
    def test_its_status_says_whether_it_is_over(self, server, client, name, is_over, is_finished):
        server.will_answer(json_reply({"deleteId": "d-1", "status": name}))
        status = client.deletion_status("d-1")
        assert (status.is_over, status.is_finished, status.deleted) == (is_over, is_finished, None)

    def test_its_result_says_what_became_of_each(self, server, client):
        result = {
            "summary": {
                "requestedContacts": 2,
                "deletedContacts": 1,
                "unknownContacts": 1,
                "invalidEntries": 0,
            },
            "deleted": [{"contactId": 1}],
            "failures": [{"identifier": {"contactId": 2}, "failures": []}],
        }
        server.will_answer(json_reply({"deleteId": "d-1", "status": "Finished", **result}))
        status = client.deletion_status("d-1")
        assert (status.requested, status.deleted, status.unknown, status.invalid) == (2, 1, 1, 0)
        assert (status.deleted_ids, status.failed_ids) == ((1,), (2,))

    def test_there_can_be_too_many(self, server, client):
        server.will_answer(
            json_reply({"errorCode": "contacts:tooManyBulkDeleteJobs", "description": "wait"}, 429)
        )
        with pytest.raises(TooManyDeletionsError) as raised:
            client.delete_contacts([1])
        assert not raised.value.may_have_been_accepted

    def test_an_unusable_id_may_have_been_accepted(self, server, client):
        server.will_answer(json_reply({"deleteId": ""}, 202))
        with pytest.raises(UnreadableAnswerError) as raised:
            client.delete_contacts([1])
        assert raised.value.may_have_been_accepted


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (json_reply({"message": "no calls"}, 429), RateLimitedError),
        (Reply(302, headers={"Location": "http://elsewhere.example/"}), RedirectedError),
        (Reply(502, b"<html>"), ServerError),
        (Reply(200, b'{"_items": [', {"Content-Length": "4000"}), NoAnswerError),
        (
            json_reply({"errorCode": "contacts:importNotFound", "description": "gone"}, 404),
            ImportNotFoundError,
        ),
    ],
)
def test_what_goes_wrong_means_what_it_always_does(server, make_client, reply, kind):
    client = make_client(server.host, timeout=(0.5, 0.5))
    calls = [
        lambda: client.contact_page(ContactQuery(), "m"),
        lambda: client.contact("crm-id", "C-1"),
        lambda: client.delete_contacts([1]),
        lambda: client.deletion_status("d-1"),
    ]
    for call in calls:
        server.will_answer(reply)
        with pytest.raises(DotdigitalError) as raised:
            call()
        assert isinstance(raised.value, kind)
    assert len(server.requests) == len(calls)
