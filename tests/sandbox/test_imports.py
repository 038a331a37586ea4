"""What an import does to the contacts, and what its report says."""

import itertools

import pytest

from sandbox.account import Vocabulary
from sandbox.channel_properties import CHANNELS, ChannelProperty
from sandbox.checks import check_contact
from tests.sandbox.conftest import Caller, by_email, failure_codes, running_sandbox

CONSENT = {
    "text": "Yes, write to me",
    "dateTimeConsented": "2026-02-03T10:00:00Z",
    "url": "https://www.example.com/signup",
    "ipAddress": "192.0.2.7",
    "userAgent": "ExampleBrowser/1.0",
}


def _only_contact(caller):
    (contact,) = caller.sandbox.contacts()
    return contact


class TestCreation:
    def test_a_new_contact_is_kept_with_everything(self, caller):
        report = caller.import_contacts(
            by_email(
                "Ana@Example.com",
                "+447700900123",
                dataFields={
                    "firstname": "Ana",
                    "BIRTHDAY": "1986-12-09T01:00:00+01:00",
                    "SPEND": 12.5,
                    "ORDERS": "3",
                    "VIP": True,
                    "CITY": "",
                    "COUNTRY": None,
                },
                channelProperties={"email": {"emailType": "Html", "optInType": "single"}},
                lists=[70001, 70002],
                preferences=[{"id": 9, "isOptedIn": True}, {"id": 10, "isOptedIn": False}],
                consentRecords=[CONSENT],
            )
        )
        contact = _only_contact(caller)
        assert contact["identifiers"] == {"email": "Ana@Example.com", "mobileNumber": "447700900123"}
        assert contact["dataFields"] == {
            "FIRSTNAME": "Ana",
            "BIRTHDAY": "1986-12-09T00:00:00Z",
            "SPEND": 12.5,
            "ORDERS": 3,
            "VIP": True,
        }
        assert contact["channelProperties"] == {
            "email": {"status": "subscribed", "emailType": "html", "optInType": "single"},
            "sms": {"status": "subscribed"},
        }
        assert contact["lists"] == [70001, 70002]
        assert contact["preferences"] == [{"id": 9, "isOptedIn": True}, {"id": 10, "isOptedIn": False}]
        assert contact["consentRecords"] == [CONSENT]
        assert report["created"] == [
            {"contactId": contact["contactId"], "identifiers": contact["identifiers"]}
        ]
        assert report["updated"] == report["failures"] == []
        assert report["summary"] == {
            "newContacts": 1,
            "updatedContacts": 0,
            "globallySuppressed": 0,
            "invalidEntries": 0,
            "duplicateIdentifiers": 0,
        }

    def test_a_mobile_number_is_enough(self, caller):
        caller.import_contacts(
            {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900123"}}
        )
        assert _only_contact(caller)["channelProperties"] == {"sms": {"status": "subscribed"}}

    def test_a_custom_identifier_alone_is_not(self, caller):
        report = caller.import_contacts({"matchIdentifier": "crm-id", "identifiers": {"crm-id": "C-1"}})
        assert failure_codes(report) == [["NoValidIdentifiers"]]
        assert caller.sandbox.contacts() == []


class TestMatching:
    @pytest.mark.parametrize(
        ("match", "identifiers"),
        [
            ("email", {"email": "ANA@example.COM"}),
            ("mobileNumber", {"mobileNumber": "447700900123"}),
            ("mobileNumber", {"mobileNumber": "+447700900123"}),
            ("crm-id", {"crm-id": "C-1"}),
            ("email", {"email": "ana@example.com", "mobileNumber": None}),
        ],
    )
    def test_finds_the_stored_contact(self, caller, match, identifiers):
        first = by_email("ana@example.com", "+447700900123")
        first["identifiers"]["crm-id"] = "C-1"
        created = caller.import_contacts(first)["created"]
        report = caller.import_contacts(
            {"matchIdentifier": match, "identifiers": identifiers, "dataFields": {"CITY": "Leeds"}}
        )
        assert report["summary"]["updatedContacts"] == 1
        assert report["updated"][0]["contactId"] == created[0]["contactId"]
        contact = _only_contact(caller)
        assert contact["dataFields"] == {"CITY": "Leeds"}
        assert contact["identifiers"]["mobileNumber"] == "447700900123"

    def test_a_contact_id_can_change_the_address(self, caller):
        number = caller.import_contacts(by_email("old@example.com"))["created"][0]["contactId"]
        caller.import_contacts(
            {"matchIdentifier": "contactId", "identifiers": {"contactId": number, "email": "new@example.com"}}
        )
        assert _only_contact(caller)["identifiers"] == {"email": "new@example.com"}
        report = caller.import_contacts(by_email("old@example.com"), by_email("new@example.com"))
        assert report["summary"]["newContacts"] == report["summary"]["updatedContacts"] == 1

    def test_an_unknown_or_foreign_contact_id_is_refused(self, caller):
        number = caller.import_contacts(by_email("ana@example.com"))["created"][0]["contactId"]
        stranger = by_email("ben@example.com")
        stranger["identifiers"]["contactId"] = number
        report = caller.import_contacts(
            {"matchIdentifier": "contactId", "identifiers": {"contactId": 7, "email": "c@example.com"}},
            {"matchIdentifier": "contactId", "identifiers": {"contactId": "seven"}},
            stranger,
        )
        assert failure_codes(report) == [["InvalidContactId"]] * 3
        assert report["summary"]["invalidEntries"] == 3
        assert len(caller.sandbox.contacts()) == 1


class TestMerging:
    STORED = {"CITY": "Leeds", "COMPANY": "Acme"}
    INCOMING = {"CITY": "York", "COMPANY": None, "COUNTRY": "GB", "TAGS": ""}

    @pytest.mark.parametrize(
        ("option", "expected"),
        [
            (None, {"CITY": "York", "COUNTRY": "GB"}),
            ("overwrite", {"CITY": "York", "COUNTRY": "GB"}),
            ("overwriteIfNotEmpty", {"CITY": "York", "COMPANY": "Acme", "COUNTRY": "GB"}),
            ("overwriteIfEmpty", {"CITY": "Leeds", "COMPANY": "Acme", "COUNTRY": "GB"}),
        ],
    )
    def test_data_fields_follow_the_merge_option(self, caller, option, expected):
        caller.import_contacts(by_email("ana@example.com", dataFields=self.STORED))
        content = {"mergeOption": option} if option else {}
        caller.import_contacts(by_email("ana@example.com", dataFields=self.INCOMING), **content)
        assert _only_contact(caller)["dataFields"] == expected

    @pytest.mark.parametrize(
        ("option", "expected"), [("overwrite", "447700900222"), ("overwriteIfEmpty", "447700900111")]
    )
    def test_identifiers_follow_the_merge_option(self, caller, option, expected):
        caller.import_contacts(by_email("ana@example.com", "+447700900111"))
        caller.import_contacts(by_email("ana@example.com", "+447700900222"), mergeOption=option)
        assert _only_contact(caller)["identifiers"]["mobileNumber"] == expected

    def test_lists_preferences_and_consent_add_up(self, caller):
        for lists, preference, text in (([70001], 9, "first"), ([70002, 70001], 21, "second")):
            caller.import_contacts(
                by_email(
                    "ana@example.com",
                    lists=lists,
                    preferences=[{"id": preference, "isOptedIn": True}],
                    consentRecords=[{**CONSENT, "text": text}],
                ),
                mergeOption="overwriteIfEmpty",
            )
        caller.import_contacts(by_email("ana@example.com", preferences=[{"id": 9, "isOptedIn": False}]))
        contact = _only_contact(caller)
        assert contact["lists"] == [70001, 70002]
        assert contact["preferences"] == [{"id": 9, "isOptedIn": False}, {"id": 21, "isOptedIn": True}]
        assert [record["text"] for record in contact["consentRecords"]] == ["first", "second"]

    def test_what_is_not_sent_stays(self, caller):
        caller.import_contacts(
            by_email("ana@example.com", channelProperties={"email": {"status": "unsubscribed"}})
        )
        caller.import_contacts(by_email("ana@example.com"))
        assert _only_contact(caller)["channelProperties"]["email"]["status"] == "unsubscribed"

    def test_a_property_of_a_channel_that_has_no_words_of_its_own_is_kept_as_it_is(self, monkeypatch):
        monkeypatch.setitem(CHANNELS, "post", {"postcode": ChannelProperty()})
        sent = {
            "identifiers": {},
            "matchIdentifier": "email",
            "channelProperties": {"post": {"postcode": "LS1 4AP"}},
        }

        checked = check_contact(sent, Vocabulary(frozenset(), {}, frozenset(), frozenset()))

        assert checked.channels == {"post": {"postcode": "LS1 4AP"}}

    def test_a_suppressed_channel_stays_suppressed(self, caller):
        for status in ("suppressed", "subscribed"):
            caller.import_contacts(
                by_email("ana@example.com", channelProperties={"email": {"status": status}})
            )
        assert _only_contact(caller)["channelProperties"]["email"]["status"] == "suppressed"

    def test_a_verified_double_opt_in_waits(self, caller):
        caller.import_contacts(
            by_email("ana@example.com", channelProperties={"email": {"optInType": "verifiedDouble"}})
        )
        assert _only_contact(caller)["channelProperties"]["email"]["status"] == "pendingOptIn"


class TestRefusedRows:
    @pytest.mark.parametrize(
        ("contact", "code", "figure"),
        [
            (by_email("bad@@x"), "InvalidEmail", "invalidEntries"),
            (by_email("no address"), "InvalidEmail", "invalidEntries"),
            (by_email(""), "InvalidEmail", "invalidEntries"),
            (by_email("a..b@example.com"), "InvalidEmail", "invalidEntries"),
            (by_email("ana@nowhere"), "InvalidDomain", "invalidEntries"),
            (by_email("ana@example.com", "07700 900123"), "InvalidPhoneNumber", "invalidEntries"),
            (by_email("ana@example.com", "0770090012"), "InvalidPhoneNumber", "invalidEntries"),
            (by_email("suppressed@example.com"), "GloballySuppressed", "globallySuppressed"),
            (by_email("any.body@suppressed.example"), "GloballySuppressed", "globallySuppressed"),
            (by_email("any.body@blocked.example"), "SuppressedByDomain", "globallySuppressed"),
            (by_email("ana@example.com", "+447700900999"), "GloballySuppressed", "globallySuppressed"),
            (
                {"matchIdentifier": "shoe-size", "identifiers": {"email": "ana@example.com"}},
                "InvalidMatchIdentifier",
                "invalidEntries",
            ),
            (
                {"matchIdentifier": "mobileNumber", "identifiers": {"email": "ana@example.com"}},
                "NoValidIdentifiers",
                "invalidEntries",
            ),
            (
                {"matchIdentifier": "email", "identifiers": {"email": "a@example.com", "shoe": "7"}},
                "ApiSchemaViolation",
                "invalidEntries",
            ),
            (
                by_email("ana@example.com", channelProperties={"email": {"status": "happy"}}),
                "InvalidContactStatus",
                "invalidEntries",
            ),
            (
                by_email("ana@example.com", dataFields={"SHOE_SIZE": 7}),
                "ApiSchemaViolation",
                "invalidEntries",
            ),
            (
                by_email("ana@example.com", dataFields={"BIRTHDAY": "9/12/86"}),
                "ApiSchemaViolation",
                "invalidEntries",
            ),
            (
                by_email("ana@example.com", dataFields={"SPEND": "1,50"}),
                "ApiSchemaViolation",
                "invalidEntries",
            ),
            (by_email("ana@example.com", dataFields={"VIP": "yes"}), "ApiSchemaViolation", "invalidEntries"),
        ],
    )
    def test_is_reported_and_does_not_hold_up_the_others(self, caller, contact, code, figure):
        report = caller.import_contacts(contact, by_email("ben@example.com"))
        assert report["status"] == "Finished"
        assert failure_codes(report) == [[code]]
        assert report["failures"][0]["identifiers"] == contact["identifiers"]
        assert report["failures"][0]["matchIdentifier"] == contact["matchIdentifier"]
        assert report["failures"][0]["failures"][0]["description"]
        assert "contactId" not in report["failures"][0]
        assert report["summary"][figure] == report["summary"]["newContacts"] == 1
        assert _only_contact(caller)["identifiers"] == {"email": "ben@example.com"}

    def test_names_every_fault(self, caller):
        report = caller.import_contacts(by_email("bad@@x", "123", dataFields={"VIP": 1}))
        assert failure_codes(report) == [["InvalidEmail", "InvalidPhoneNumber", "ApiSchemaViolation"]]
        assert report["summary"]["invalidEntries"] == 1


class TestDuplicates:
    @pytest.mark.parametrize(
        "second",
        [
            by_email("ANA@example.com"),
            by_email("ben@example.com", "447700900123"),
            {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900123"}},
        ],
    )
    def test_the_first_of_a_call_wins(self, caller, second):
        report = caller.import_contacts(by_email("ana@example.com", "+447700900123"), second)
        assert failure_codes(report) == [["Duplicate"]]
        assert report["summary"]["newContacts"] == report["summary"]["duplicateIdentifiers"] == 1
        assert _only_contact(caller)["identifiers"]["email"] == "ana@example.com"

    def test_a_refused_row_claims_nothing(self, caller):
        report = caller.import_contacts(
            by_email("ana@example.com", "not a number"), by_email("ana@example.com")
        )
        assert failure_codes(report) == [["InvalidPhoneNumber"]]
        assert report["summary"]["newContacts"] == 1

    def test_an_identifier_of_another_contact_is_one(self, caller):
        caller.import_contacts(by_email("ana@example.com", "+447700900123"), by_email("ben@example.com"))
        report = caller.import_contacts(
            by_email("ben@example.com", "+447700900123"), by_email("cleo@example.com", "+447700900123")
        )
        assert failure_codes(report) == [["Duplicate"], ["Duplicate"]]
        assert len(caller.sandbox.contacts()) == 2


class TestAttachedSets:
    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"lists": [70001, 99]}, "InvalidAddressBookIds"),
            ({"preferences": [{"id": 8, "isOptedIn": True}]}, "preferencesNotApplied"),
            ({"consentRecords": [CONSENT, {"text": "Yes"}]}, "consentRecordsNotApplied"),
            ({"consentRecords": [{**CONSENT, "extra": "x"}]}, "consentRecordsNotApplied"),
            ({"consentRecords": [{**CONSENT, "ipAddress": "home"}]}, "consentRecordsNotApplied"),
            ({"consentRecords": [{**CONSENT, "url": "www example"}]}, "consentRecordsNotApplied"),
            ({"consentRecords": [{**CONSENT, "text": ""}]}, "consentRecordsNotApplied"),
            (
                {"consentRecords": [{**CONSENT, "dateTimeConsented": "2026-02-03"}]},
                "consentRecordsNotApplied",
            ),
        ],
    )
    def test_a_bad_one_is_left_out_and_the_contact_imported(self, caller, parts, code):
        report = caller.import_contacts(by_email("ana@example.com", dataFields={"CITY": "Leeds"}, **parts))
        contact = _only_contact(caller)
        assert failure_codes(report) == [[code]]
        assert report["failures"][0]["contactId"] == report["created"][0]["contactId"]
        assert report["summary"]["newContacts"] == 1
        assert report["summary"]["invalidEntries"] == 0
        assert contact["dataFields"] == {"CITY": "Leeds"}
        assert contact["preferences"] == contact["consentRecords"] == []
        assert contact["lists"] == ([70001] if "lists" in parts else [])

    def test_consent_without_a_zone_and_over_ipv6_is_stored(self, caller):
        record = {**CONSENT, "dateTimeConsented": "2026-02-03T10:00:00", "ipAddress": "2001:db8::1"}
        assert caller.import_contacts(by_email("ana@example.com", consentRecords=[record]))["failures"] == []
        assert _only_contact(caller)["consentRecords"] == [record]


class TestSurvival:
    def test_a_restart_keeps_contacts_and_reports(self, tmp_path):
        with running_sandbox(tmp_path) as sandbox:
            caller = Caller(sandbox)
            report = caller.import_contacts(by_email("ana@example.com"))
            before = sandbox.contacts(), sandbox.imports()
            sandbox.stop()
            sandbox.start()
            assert (sandbox.contacts(), sandbox.imports()) == before
            assert caller.status(report["importId"]).json() == report
            caller.session.close()

    def test_an_import_is_processed_once_whatever_is_killed_when(self, tmp_path):
        contacts = [by_email(f"user{n}@example.com", consentRecords=[CONSENT]) for n in range(3_000)]
        with running_sandbox(tmp_path, seconds_per_import=0) as sandbox:
            caller = Caller(sandbox)
            imports = []
            for _ in range(3):
                imports.append(caller.put(contacts).json()["importId"])
                sandbox.kill()
                sandbox.start()
            reports = [caller.wait_for(import_id) for import_id in imports]
            caller.session.close()
            stored = sandbox.contacts()
        assert [report["summary"]["newContacts"] for report in reports] == [3_000, 0, 0]
        assert [report["summary"]["updatedContacts"] for report in reports] == [0, 3_000, 3_000]
        assert len(stored) == 3_000
        assert {len(contact["consentRecords"]) for contact in stored} == {3}

    def test_an_active_import_stays_active_over_a_restart(self, tmp_path):
        with running_sandbox(tmp_path, seconds_per_import=3600) as sandbox:
            caller = Caller(sandbox)
            import_id = caller.put([by_email("ana@example.com")]).json()["importId"]
            sandbox.stop()
            sandbox.start()
            assert caller.status(import_id).json()["status"] == "NotFinished"
            assert [(item["importId"], item["finishedAt"]) for item in sandbox.imports()] == [
                (import_id, None)
            ]
            caller.session.close()


def test_a_call_longer_than_a_slice_is_one_import(caller):
    addresses = [f"user{number}@example.com" for number in range(10_500)]
    report = caller.import_contacts(*map(by_email, [*addresses, addresses[0], addresses[-1]]))
    assert report["summary"]["newContacts"] == len(addresses)
    assert failure_codes(report) == [["Duplicate"], ["Duplicate"]]
    stored = caller.sandbox.contacts()
    assert [contact["identifiers"]["email"] for contact in stored] == addresses
    numbers = [contact["contactId"] for contact in stored]
    assert all(after == before + 1 for before, after in itertools.pairwise(numbers))


def test_imports_are_listed_with_a_digest_of_their_body(caller):
    same, other = [by_email("ana@example.com")], [by_email("ben@example.com")]
    for contacts in (same, same, other):
        caller.wait_for(caller.put(contacts).json()["importId"])
    first, second, third = caller.sandbox.imports()
    assert first["sha256"] == second["sha256"] != third["sha256"]
    assert first["importId"] != second["importId"]
    assert [item["contacts"] for item in (first, second, third)] == [1, 1, 1]
    assert first["acceptedAt"] <= first["finishedAt"]
    assert second["summary"]["updatedContacts"] == 1


def test_reset_forgets_everything(caller):
    caller.post("/v2/address-books", {"name": "Spring fair"})
    import_id = caller.import_contacts(by_email("ana@example.com"))["importId"]
    caller.sandbox.reset()
    assert caller.sandbox.contacts() == caller.sandbox.imports() == []
    assert caller.status(import_id).status_code == 404
    assert "Spring fair" not in [item["name"] for item in caller.get("/v2/address-books").json()]
