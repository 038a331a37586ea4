"""Every request body that any test has sent keeps the API's contract; here is what holds them against it.

Bodies go through the sandboxes that tests start (`tests.contract_sandbox`), and `conftest.py` fails the test after
which one of them broke it. Only `tests/sandbox` starts sandboxes that do not look: what it sends is broken on purpose.
"""

import json
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator

from tests import contract
from tests.contract import answer_violations, assert_contract, load_contract, violations
from tests.sandbox_process import running_sandbox

CONSENT = {
    "text": "Yes",
    "dateTimeConsented": "2026-01-31T10:00:00Z",
    "url": "https://example.com/form",
    "ipAddress": "2001:db8::1",
    "userAgent": "Form",
}


def body(**parts: Any) -> bytes:
    contact = {"matchIdentifier": "email", "identifiers": {"email": "ada@example.com"}, **parts}
    return json.dumps({"contacts": [contact]}).encode()


def test_it_is_a_schema_whose_own_examples_keep_it():
    schema = load_contract()
    Draft202012Validator.check_schema(schema)
    for example in schema["$defs"]["request"]["examples"]:
        assert_contract(json.dumps(example).encode())


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b'{"contacts": []}',
        b'{"mergeOption": "overwrite-if-empty", "contacts": []}',
        b'{"contacts":[{"matchIdentifier":"email","identifiers":{"email":"a@b.de","email":"c@d.de"}}]}',
        body(matchIdentifier="mobileNumber"),
        body(identifiers={}),
        body(identifiers={"email": None}),
        body(identifiers={"email": "ada@example.com", "contactId": "7"}),
        body(identifiers={"email": "ada@example.com", "crm-id": "x" * 257}),
        body(dataFields={"TAGS": ["a"]}),
        body(dataFields={"NOTE": "x" * 1001}),
        body(channelProperties={"sms": {"status": "pending"}}),
        body(channelProperties={"sms": {"countryCode": "GB"}}),
        body(
            channelProperties={"email": {"resubscribeOptions": {"redirectUrlAfterChallenge": "no address"}}}
        ),
        body(lists=[]),
        body(lists=[2**31]),
        body(lists=list(range(101))),
        body(preferences=[{"id": 9}]),
        body(consentRecords=[]),
        body(consentRecords=[CONSENT] * 6),
        body(consentRecords=[{**CONSENT, "dateTimeConsented": "2026-01-31"}]),
        body(consentRecords=[{**CONSENT, "ipAddress": "192.0.2.999"}]),
        body(consentRecords=[{**CONSENT, "url": "not an address"}]),
        body(consentRecords=[{**CONSENT, "text": ""}]),
        body(consentRecords=[{key: value for key, value in CONSENT.items() if key != "userAgent"}]),
    ],
)
def test_a_breach_is_found(broken):
    assert violations(broken)


def test_a_body_with_everything_right_is_none():
    assert_contract(
        body(lists=[1], consentRecords=[CONSENT] * 5, preferences=[{"id": 9, "isOptedIn": False}])
    )


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("accepted", {}),
        ("accepted", {"importId": 7}),
        ("status", {"importId": "7"}),
        ("status", {"importId": "7", "status": "finished"}),
        ("status", {"importId": "7", "status": "Finished", "summary": {"newContacts": "1"}}),
        ("status", {"importId": "7", "status": "Finished", "created": [{"contactId": 1}]}),
        ("status", {"importId": "7", "status": "Finished", "failures": [{"failures": []}]}),
    ],
)
def test_a_breach_of_an_answer_is_found(part, broken):
    assert answer_violations(broken, part)


def test_the_answers_of_a_sandbox_keep_it(tmp_path):
    sent = {
        "contacts": [
            {"matchIdentifier": "email", "identifiers": {"email": address}}
            for address in ("nora@example.com", "no address")
        ]
    }
    with running_sandbox(tmp_path / "sandbox") as sandbox, requests.Session() as session:
        session.trust_env, session.auth = False, sandbox.auth
        accepted = session.put(f"{sandbox.url}/contacts/v3/import", json=sent, timeout=60).json()
        assert not answer_violations(accepted, "accepted")
        path = f"{sandbox.url}/contacts/v3/import/{accepted['importId']}"
        while (status := session.get(path, timeout=60).json())["status"] == "NotFinished":
            assert not answer_violations(status, "status")

    assert not answer_violations(status, "status")
    assert (len(status["created"]), len(status["failures"])) == (1, 1)


def test_a_sandbox_writes_down_what_breaks_it(tmp_path, monkeypatch):
    told = tmp_path / "violations"
    monkeypatch.setenv(contract.VIOLATIONS_VARIABLE, str(told))
    with running_sandbox(tmp_path / "sandbox") as sandbox, requests.Session() as session:
        session.trust_env, session.auth = False, sandbox.auth
        for sent in (body(), body(dataFields={"NOTE": "x" * 1001})):
            session.put(
                f"{sandbox.url}/contacts/v3/import",
                data=sent,
                headers={"Content-Type": "application/json"},
                timeout=60,
            ).raise_for_status()

    assert told.read_text().startswith("$.contacts[0].dataFields.NOTE:")
