"""Reading contacts: pages, filters, single contacts, and what goes wrong with a page on purpose."""

import pytest

from tests.sandbox.conftest import Caller, by_email

PATH = "/contacts/v3"


def pages_of(caller: Caller, **query):
    """Every page, by the markers."""
    pages, marker = [], {}
    while True:
        page = caller.get(PATH, params={**query, **marker}).json()
        pages.append(page)
        if "next" not in page["_links"]:
            return pages
        marker = {"marker": page["_links"]["next"]["marker"]}


def ids_of(caller: Caller, **query):
    return [[item["contactId"] for item in page["_items"]] for page in pages_of(caller, **query)]


def import_some(caller: Caller, count: int):
    caller.import_contacts(*(by_email(f"c{number}@example.com") for number in range(count)))
    return [contact["contactId"] for contact in caller.sandbox.contacts()]


def test_it_pages_in_ascending_order_to_the_last(caller):
    ids = import_some(caller, 5)

    assert ids_of(caller, limit=2) == [ids[:2], ids[2:4], ids[4:]]
    assert ids_of(caller, limit=5) == [ids]


def test_an_empty_account_is_one_empty_page(caller):
    assert [page["_items"] for page in pages_of(caller)] == [[]]


def test_it_tells_of_a_contact_what_was_asked_for(caller):
    full = by_email(
        "ann@example.com",
        "+447700900123",
        dataFields={"CITY": "Leeds", "ORDERS": 3},
        lists=[70001],
        preferences=[{"id": 9, "isOptedIn": True}],
    )
    caller.import_contacts(full)

    (bare,) = caller.get(PATH).json()["_items"]
    (rich,) = caller.get(
        PATH, params={"data-fields": "city|VIP", "include": "channelProperties|lists|preferences"}
    ).json()["_items"]

    assert set(bare) == {"contactId", "identifiers", "status", "created", "updated"}
    assert bare["identifiers"] == {"email": "ann@example.com", "mobileNumber": "447700900123"}
    assert rich["dataFields"] == {"CITY": "Leeds", "VIP": None}
    assert rich["channelProperties"]["email"] == {
        "status": "subscribed",
        "emailType": "Html",
        "optInType": "unknown",
    }
    assert rich["channelProperties"]["sms"] == {"status": "subscribed", "countryCode": ""}
    assert rich["lists"] == [{"id": 70001, "name": "Newsletter", "status": "subscribed"}]
    assert rich["preferences"][0] | {"id": 9, "isOptedIn": True} == rich["preferences"][0]
    every = caller.get(PATH, params={"data-fields": "[[ALL]]"}).json()["_items"][0]
    assert every["dataFields"] == {"CITY": "Leeds", "ORDERS": 3}


def test_it_finds_what_was_modified_since(caller):
    first, second = import_some(caller, 2)
    since = caller.sandbox.contacts()[1]["updated"]
    caller.import_contacts(by_email("c1@example.com", dataFields={"CITY": "Leeds"}))
    changed = caller.sandbox.contacts()[1]["updated"]

    assert ids_of(caller, **{"~modified": f"gte::{since}"}) == [[first, second]]
    assert ids_of(caller, **{"~modified": f"gte::{changed}"}) in ([[second]], [[first, second]])
    assert ids_of(caller, **{"~modified": "gte::2999-01-01T00:00:00Z"}) == [[]]
    assert ids_of(caller, **{"~created": f"gte::{since}"}) == [[first, second]]


def test_it_finds_the_members_of_a_list(caller):
    import_some(caller, 2)
    caller.import_contacts(by_email("c1@example.com", lists=[70002]))

    assert len(ids_of(caller, **{"~listId": "70002"})[0]) == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 0}, "badRequest"),
        ({"limit": 5001}, "badRequest"),
        ({"limit": "many"}, "badRequest"),
        ({"marker": "x"}, "badRequest"),
        ({"include": "everything"}, "badRequest"),
        ({"skip": 1}, "badRequest"),
        ({"~modified": "2026-01-01T00:00:00Z"}, "invalidFilter"),
        ({"~modified": "gte::yesterday"}, "invalidFilter"),
        (
            {"~modified": "gte::2026-01-01T00:00:00Z", "~created": "gte::2026-01-01T00:00:00Z"},
            "invalidFilter",
        ),
        ({"~segmentId": 1}, "invalidFilter"),
    ],
)
def test_it_refuses_what_the_contract_does_not_have(caller, query, code):
    response = caller.get(PATH, params=query)

    assert (response.status_code, response.json()["errorCode"]) == (400, f"contacts:{code}")


@pytest.mark.parametrize(
    "identifier",
    ["email/ANN@example.com", "mobileNumber/+447700900123", "crm-id/a%2Fb", "contactId/50000001"],
)
def test_it_tells_of_one_contact(caller, identifier):
    contact = by_email("ann@example.com", "+447700900123", dataFields={"CITY": "Leeds"})
    contact["identifiers"]["crm-id"] = "a/b"
    caller.import_contacts(contact)

    found = caller.get(f"{PATH}/{identifier}").json()

    assert found["contactId"] == 50000001
    assert found["dataFields"] == {"CITY": "Leeds"}
    assert found["consentRecords"] == found["lists"] == []


@pytest.mark.parametrize(
    ("identifier", "status", "code"),
    [
        ("email/nobody@example.com", 404, "contactNotFound"),
        ("contactId/1", 404, "contactNotFound"),
        ("contactId/x", 400, "invalidId"),
        ("shoe-size/44", 400, "invalidId"),
    ],
)
def test_it_says_that_there_is_no_such_contact(caller, identifier, status, code):
    response = caller.get(f"{PATH}/{identifier}")

    assert (response.status_code, response.json()["errorCode"]) == (status, f"contacts:{code}")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("shortPage", [[0, 1], [2], [3, 4]]),
        ("repeatedContacts", [[0, 1], [1, 2, 3], [4]]),
        ("skippedContacts", [[0, 1], [3], [4]]),
    ],
)
def test_a_page_can_be_wrong_on_purpose(caller, fault, expected):
    ids = import_some(caller, 5)
    caller.sandbox.faults({"call": "page", "fault": fault, "skip": 1})

    assert ids_of(caller, limit=2) == [[ids[place] for place in page] for page in expected]


def test_pages_count_towards_the_tier_of_imports(caller):
    assert caller.get(PATH).headers["X-RateLimit-Scope"] == "lowCallRate"
    assert caller.get(f"{PATH}/contactId/1").headers["X-RateLimit-Scope"] == "highCallRate"


def test_calls_that_read_can_go_wrong(caller):
    caller.sandbox.faults({"call": "contacts", "fault": "serverError", "times": 2})

    assert caller.get(PATH).status_code == caller.get(f"{PATH}/contactId/1").status_code == 500
    assert caller.get(PATH).status_code == 200
    assert caller.sandbox.statistics()["contactCalls"] == 3
