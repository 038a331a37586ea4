"""Deleting contacts: queued, over after a while, counted, and refused when there are too many at once."""

from uuid import uuid4

import pytest

from sandbox.deletions import MAX_ACTIVE_DELETIONS
from tests.patience import wait_until
from tests.sandbox.conftest import Caller, by_email, running_sandbox

PATH = "/contacts/v3/delete"


def delete(caller: Caller, *keys):
    """The result of a deletion, once it is over."""
    response = caller.post(PATH, list(keys))
    assert response.status_code == 202, response.text
    path = f"{PATH}/{response.json()['deleteId']}"
    wait_until(lambda: caller.get(path).json()["status"] == "Finished", "the deletion ends")
    return caller.get(path).json()


def test_it_deletes_what_is_named_and_says_what_is_not_there(caller):
    caller.import_contacts(by_email("ann@example.com"), by_email("ben@example.com", lists=[70001]))
    caller.import_contacts(by_email("cid@example.com", "+447700900123"))
    kept = caller.sandbox.contacts()[0]

    told = delete(
        caller,
        {"email": "BEN@example.com"},
        {"mobileNumber": "+447700900123"},
        {"contactId": 1},
        {"shoe-size": "44"},
    )

    assert caller.sandbox.contacts() == [kept]
    assert told["summary"] == {
        "requestedContacts": 4,
        "deletedContacts": 2,
        "unknownContacts": 1,
        "invalidEntries": 1,
    }
    assert told["deleted"] == [{"email": "BEN@example.com"}, {"mobileNumber": "+447700900123"}]
    assert [failure["identifier"] for failure in told["failures"]] == [{"contactId": 1}, {"shoe-size": "44"}]
    assert caller.get("/v2/address-books").json()[0]["contacts"] == 0


def test_who_is_imported_again_gets_an_id_that_nobody_had(caller):
    caller.import_contacts(by_email("ann@example.com"), by_email("ben@example.com"))
    ann, ben = (contact["contactId"] for contact in caller.sandbox.contacts())
    delete(caller, {"contactId": ben})

    report = caller.import_contacts(by_email("ben@example.com"))

    assert report["summary"]["newContacts"] == 1
    assert [contact["contactId"] for contact in caller.sandbox.contacts()] == [ann, ben + 1]


def test_the_same_contact_twice_is_deleted_once(caller):
    caller.import_contacts(by_email("ann@example.com"))

    told = delete(caller, {"email": "ann@example.com"}, {"contactId": 50000001})

    assert told["summary"]["deletedContacts"] == told["summary"]["unknownContacts"] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "noContactsSpecified"),
        ({}, "badRequest"),
        ([{}], "badRequest"),
        ([{"email": "a@example.com", "contactId": 1}], "badRequest"),
        ([{"contactId": "1"}], "badRequest"),
        ([{"email": 1}], "badRequest"),
        ([{"contactId": 1}] * 5001, "badRequest"),
    ],
)
def test_it_refuses_what_the_contract_does_not_have(caller, content, code):
    response = caller.post(PATH, content)

    assert (response.status_code, response.json()["errorCode"]) == (400, f"contacts:{code}")


def test_it_knows_no_other_ids(caller):
    assert caller.get(f"{PATH}/1").json()["errorCode"] == "contacts:invalidDeleteId"
    assert caller.get(f"{PATH}/{uuid4()}").status_code == 404


def test_only_some_may_run_at_once(tmp_path):
    with running_sandbox(tmp_path, seconds_per_import=3_600) as sandbox:
        caller = Caller(sandbox)
        answers = [caller.post(PATH, [{"contactId": 1}]) for _ in range(MAX_ACTIVE_DELETIONS + 1)]
        path = f"{PATH}/{answers[0].json()['deleteId']}"

        wait_until(lambda: caller.get(path).json()["status"] == "NotFinished", "it is carried out")

        assert [answer.status_code for answer in answers] == [202] * MAX_ACTIVE_DELETIONS + [429]
        assert answers[-1].json()["errorCode"] == "contacts:tooManyBulkDeleteJobs"
        assert sandbox.statistics()["refusedForDeletions"] == 1


def test_it_can_be_carried_out_although_no_answer_comes(caller):
    caller.import_contacts(by_email("ann@example.com"))
    caller.sandbox.faults(
        {"call": "delete", "fault": "serverError", "moment": "after"},
        {"call": "deleteStatus", "fault": "unavailable"},
        {"call": "delete", "fault": "tooManyDeletions", "skip": 1},
    )

    answers = [caller.post(PATH, [{"email": "ann@example.com"}]) for _ in range(2)]

    wait_until(lambda: caller.sandbox.contacts() == [], "it is deleted")
    assert answers[0].status_code == 500
    assert caller.get(f"{PATH}/{uuid4()}").status_code == 503
    assert "tooManyBulkDeleteJobs" in answers[1].text
