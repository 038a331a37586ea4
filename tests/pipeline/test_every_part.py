"""Every part of a contact, from one file, through the sandbox and back into the report."""

from pathlib import Path

import pytest
from django.core.files import File

from imports import tables
from imports.contacts.mapping import Mapping
from imports.jobs.advance import run_inline
from imports.jobs.check import set_mapping
from imports.jobs.confirm import confirm_job
from imports.jobs.upload import receive_upload
from imports.models import UploadJob
from imports.states import JobStatus
from imports.storage import artefacts
from tests.pipeline import files

pytestmark = [pytest.mark.pipeline, pytest.mark.once]

HEADER = (
    "Matched by", "Contact id", "Customer", "Email", "Mobile", "Country", "Full name", "Street", "Town", "Birthday",
    "Seen", "Spend", "VIP", "E-mail status", "Opt-in", "Text messages", "Newsletter", "Offers", "Lists", "Agreed",
    "IP", "Agreed again",
)  # fmt: skip
ADA = (
    "crm-id", "", "C-1", "ada@example.com", "07400 604986", "GB", "Ada Example", "1 High Street", "Leeds",
    "24.02.1993", "31.12.2025 23:30", "1.234,50", "Ja", "subscribed", "Single", "none", "yes", "no",
    "Newsletter; Customers", "2026-01-31T10:00:00+01:00", "192.0.2.10", "2026-02-01T00:00:00Z",
)  # fmt: skip
GRACE = (
    "", "", "", "grace@example.com", "", "GB", "Grace Sample", "", "", "", "", "", "Nein", "", "", "", "", "", "", "",
    "", "",
)  # fmt: skip
CONSENT = {
    "text": "Yes, send me the newsletter",
    "url": "https://example.com/form",
    "userAgent": "Form at the fair",
}
MAPPING = {
    "matchIdentifier": "email",
    "mergeOption": "overwriteIfNotEmpty",
    "columns": [
        {"column": "Matched by", "target": "matchIdentifier"},
        {"column": "Contact id", "target": "identifiers.contactId"},
        {"column": "Customer", "target": "identifiers.crm-id"},
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
        {"column": "Full name", "target": "dataFields.FIRSTNAME", "part": "firstName"},
        {"column": "Full name", "target": "dataFields.LASTNAME", "part": "lastName", "case": "upper"},
        {
            "column": "Street",
            "target": "dataFields.ADDRESS",
            "join": {"columns": ["Town"], "separator": ", "},
        },
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y"},
        {
            "column": "Seen",
            "target": "dataFields.LAST_ORDER",
            "format": "%d.%m.%Y %H:%M",
            "zone": "Europe/Berlin",
        },
        {"column": "Spend", "target": "dataFields.TOTAL_SPENT", "decimal": ","},
        {"column": "VIP", "target": "dataFields.VIP", "values": {"Ja": True, "Nein": False}},
        {"column": "E-mail status", "target": "channelProperties.email.status"},
        {"column": "Opt-in", "target": "channelProperties.email.optInType"},
        {
            "column": "Text messages",
            "target": "channelProperties.sms.status",
            "values": {"none": "noSubscription"},
        },
        {"column": "Newsletter", "target": "preferences.9"},
        {"column": "Offers", "target": "preferences.21"},
        {"column": "Lists", "target": "lists"},
        {"column": "Agreed", "target": "consentRecords.dateTimeConsented", "format": "ISO 8601"},
        {"column": "IP", "target": "consentRecords.ipAddress"},
        {"column": "Agreed again", "target": "consentRecords.2.dateTimeConsented", "format": "ISO 8601"},
    ],
    "constants": [
        {"target": "lists", "value": [70003]},
        {"target": "channelProperties.email.emailType", "value": "plainText"},
        {"target": "channelProperties.whatsApp.status", "value": "noSubscription"},
        {"target": "preferences.31", "value": True},
        *(
            {"target": f"consentRecords.{record}{part}", "value": value}
            for record in ("", "2.")
            for part, value in CONSENT.items()
        ),
        {"target": "consentRecords.2.ipAddress", "value": "2001:db8::1"},
    ],
}


def delivered(account, owner, path: Path, mapping: dict) -> UploadJob:
    with path.open("rb") as file:
        job = receive_upload(account=account, owner=owner, file_name=path.name, file=File(file))
    run_inline(job)
    assert set_mapping(job, Mapping.from_json(mapping), owner) == []
    run_inline(job)
    assert job.status == JobStatus.CHECKED, job.failure_sentence
    assert confirm_job(job, owner)
    run_inline(job)
    assert job.status == JobStatus.FINISHED
    return job


def test_it_arrives(alice, account, sandbox, tmp_path):
    job = delivered(account, alice, files.delimited(tmp_path / "all.csv", HEADER, (ADA, GRACE)), MAPPING)

    assert (job.ledger["counts"]["created"], job.ledger["with_problems"]) == (2, 0)
    assert [one["mergeOption"] for one in sandbox.imports()] == ["overwriteIfNotEmpty"]
    ada, grace = sandbox.contacts()
    assert ada["identifiers"] == {
        "email": "ada@example.com",
        "mobileNumber": "447400604986",
        "crm-id": "C-1",
    }
    assert ada["dataFields"] == {
        "FIRSTNAME": "Ada",
        "LASTNAME": "EXAMPLE",
        "ADDRESS": "1 High Street, Leeds",
        "BIRTHDAY": "1993-02-24T00:00:00Z",
        "LAST_ORDER": "2025-12-31T22:30:00Z",
        "TOTAL_SPENT": 1234.5,
        "VIP": True,
    }
    channels = ada["channelProperties"]
    assert channels["email"] == {"status": "subscribed", "emailType": "plainText", "optInType": "single"}
    assert channels["sms"]["status"] == channels["whatsApp"]["status"] == "noSubscription"
    assert sorted(ada["lists"]) == [70001, 70002, 70003]
    assert {one["id"]: one["isOptedIn"] for one in ada["preferences"]} == {9: True, 21: False, 31: True}
    first, second = ada["consentRecords"]
    assert first == {**CONSENT, "dateTimeConsented": "2026-01-31T09:00:00Z", "ipAddress": "192.0.2.10"}
    assert second == {**CONSENT, "dateTimeConsented": "2026-02-01T00:00:00Z", "ipAddress": "2001:db8::1"}
    assert grace["identifiers"]["email"] == "grace@example.com"
    assert grace["dataFields"] == {"FIRSTNAME": "Grace", "LASTNAME": "SAMPLE", "VIP": False}
    assert grace["lists"] == [70003]
    assert grace["consentRecords"] == []


def test_rows_that_are_matched_by_different_things_find_their_contacts(alice, account, sandbox, tmp_path):
    """Each is created by one thing, and then updated by another."""
    header = ("By", "Id", "Customer", "Email", "Mobile", "First name")
    columns = [
        {"column": "By", "target": "matchIdentifier"},
        {"column": "Id", "target": "identifiers.contactId"},
        {"column": "Customer", "target": "identifiers.crm-id"},
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": "GB"},
        {"column": "First name", "target": "dataFields.FIRSTNAME"},
    ]
    mapping = {"matchIdentifier": "email", "columns": columns}
    made = (
        ("email", "", "C-1", "ada@example.com", "", "A"),
        ("mobileNumber", "", "", "", "07400 604986", "B"),
        ("crm-id", "", "C-3", "cyd@example.com", "", "C"),
    )
    delivered(account, alice, files.delimited(tmp_path / "made.csv", header, made), mapping)
    ids = [contact["contactId"] for contact in sandbox.contacts()]
    changed = (
        ("contactId", str(ids[0]), "", "", "", "Ada"),
        ("", "", "", "dee@example.com", "", "Dee"),
        ("mobileNumber", "", "", "", "+44 7400 604986", "Bob"),
        ("crm-id", "", "C-3", "", "", "Cyd"),
        ("contactId", "1", "", "", "", "Nobody"),
    )

    job = delivered(account, alice, files.delimited(tmp_path / "changed.csv", header, changed), mapping)

    names = {contact["contactId"]: contact["dataFields"]["FIRSTNAME"] for contact in sandbox.contacts()}
    assert [names.get(contact_id) for contact_id in ids] == ["Ada", "Bob", "Cyd"]
    with artefacts.local(job, artefacts.OUTCOMES) as outcomes:
        found = tables.scan(outcomes).select("outcome", "contact_id").collect().rows()
    (dee,) = set(names) - set(ids)
    assert found == [
        ("updated", ids[0]), ("created", dee), ("updated", ids[1]), ("updated", ids[2]), ("refused", None),
    ]  # fmt: skip
