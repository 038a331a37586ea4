"""Fault switches: what a caller gets to see, and what has really happened."""

import json
import socket
import threading
from base64 import b64encode
from contextlib import suppress
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from sandbox.exchange import Request, Response
from sandbox.statistics import Statistics, activity
from tests.patience import wait_until
from tests.sandbox.conftest import Caller, by_email, running_sandbox

CONTACT = {
    "matchIdentifier": "email",
    "identifiers": {"email": "ann@example.com", "mobileNumber": "+447700900123"},
}
OTHER = by_email("ben@example.com")
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("faults"), seconds_per_import=0) as sandbox:
        yield sandbox


@pytest.fixture
def caller(running):
    running.reset()
    caller = Caller(running)
    yield caller
    caller.session.close()


def wait_for_hit(sandbox):
    wait_until(lambda: sandbox.fault_hits() != [0], "the fault begins")


def raw_answer(
    caller: Caller, body: bytes = b"", method: str = "GET", path: str = "/v2/account-info"
) -> bytes:
    """What comes back over a plain socket; ConnectionResetError when the connection is reset."""
    host, _, port = caller.sandbox.host_port.partition(":")
    token = b64encode(":".join(caller.sandbox.auth).encode()).decode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        with suppress(BrokenPipeError):
            connection.sendall(head.encode() + body)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


ANSWERS = [
    ("unauthorised", 401, ""),
    ("forbidden", 403, "Access is denied"),
    ("tooLarge", 413, "too large"),
    ("badRequest", 400, "contacts:badRequest"),
    ("rateLimited", 429, "used up"),
    ("rateLimitedEmpty", 429, ""),
    ("rateLimitedBare", 429, ""),
    ("flatLimit", 400, "ERROR_APIUSAGE_EXCEEDED"),
    ("tooManyActive", 429, "contacts:tooManyActiveImports"),
    ("serverError", 500, "contacts:serverError"),
    ("badGateway", 502, "<html>"),
    ("unavailable", 503, "<html>"),
    ("notFound", 404, "contacts:importNotFound"),
]


class TestAnswers:
    @pytest.mark.parametrize(("fault", "status", "text"), ANSWERS, ids=[answer[0] for answer in ANSWERS])
    def test_it_answers_once_and_then_as_ever(self, caller, fault, status, text):
        caller.sandbox.faults({"call": "import", "fault": fault})

        answer = caller.put([CONTACT])

        assert answer.status_code == status
        assert text in answer.text
        assert caller.sandbox.fault_hits() == [1]
        assert caller.sandbox.imports() == []
        assert caller.put([CONTACT]).status_code == 202

    def test_headers_tell_the_kinds_of_429_apart(self, caller):
        told = {}
        for fault in ("rateLimited", "rateLimitedEmpty", "rateLimitedBare"):
            caller.sandbox.faults({"call": "status", "fault": fault})
            headers = caller.status("x").headers
            told[fault] = "X-RateLimit-Reset" in headers, "Content-Type" in headers
        assert told == {
            "rateLimited": (True, True),
            "rateLimitedEmpty": (True, False),
            "rateLimitedBare": (False, False),
        }

    def test_the_tier_is_that_of_the_call_and_the_wait_that_of_the_rule(self, caller):
        caller.sandbox.faults({"call": "any", "fault": "rateLimited", "times": 2, "seconds": 7})
        put, asked = caller.put([CONTACT]), caller.status("x")

        assert [answer.headers["X-RateLimit-Scope"] for answer in (put, asked)] == [
            "lowCallRate",
            "highCallRate",
        ]
        assert [answer.headers["X-RateLimit-Remaining"] for answer in (put, asked)] == ["0", "0"]
        told = parsedate_to_datetime(put.headers["Date"]).timestamp()
        assert 7 <= int(put.headers["X-RateLimit-Reset"]) - told <= 9

        caller.sandbox.faults({"call": "status", "fault": "unavailable", "seconds": 7})
        assert caller.status("x").headers["Retry-After"] == "7"

    def test_every_kind_of_call_is_told_apart(self, caller):
        calls = {
            "import": lambda: caller.put([CONTACT]),
            "status": lambda: caller.status("x"),
            "account": lambda: caller.get("/configuration/v3/customIdentifiers"),
        }
        for kind in calls:
            caller.sandbox.faults({"call": kind, "fault": "badGateway", "times": None})
            assert {name: call().status_code == 502 for name, call in calls.items()} == {
                name: name == kind for name in calls
            }

    def test_an_answer_can_be_given_word_for_word(self, caller):
        answer = {"status": 418, "body": "tea", "contentType": "text/plain", "headers": {"Retry-After": "7"}}
        caller.sandbox.faults({"call": "account", "fault": "answer", "answer": answer})

        given = caller.get("/v2/account-info")

        assert (given.status_code, given.text, given.headers["Retry-After"]) == (418, "tea", "7")
        assert given.headers["Content-Type"] == "text/plain"

        caller.sandbox.faults({"call": "account", "fault": "answer", "answer": {"body": {"id": None}}})
        assert caller.get("/v2/account-info").json() == {"id": None}

    def test_after_means_that_the_call_was_carried_out(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "serverError", "moment": "after"})

        assert caller.put([CONTACT]).status_code == 500
        assert len(caller.sandbox.imports()) == 1

    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize(
        ("fault", "body"), [("wrongJson", b'{"unexpected": [1, 2]}'), ("emptyAnswer", b"")]
    )
    def test_a_success_can_say_nothing_of_use(self, caller, fault, body, moment):
        caller.sandbox.faults({"call": "any", "fault": fault, "moment": moment, "times": 3})

        answer = caller.put([CONTACT])

        assert (answer.status_code, answer.content) == (202, body)
        assert len(caller.sandbox.imports()) == (moment == "after")
        assert caller.get("/v2/account-info").status_code == 200
        field = {"name": "SHOE", "type": "Numeric"}
        assert caller.post("/v2/data-fields", field).status_code == 201
        assert ("SHOE" in caller.get("/v2/data-fields").text) == (moment == "after")

    def test_a_status_can_have_any_name_once_there_is_one(self, caller):
        import_id = caller.import_contacts(CONTACT)["importId"]
        caller.sandbox.faults({"call": "status", "fault": "statusWord", "status": "Paused"})

        assert caller.status("00000000-0000-4000-8000-000000000000").status_code == 404
        assert caller.status(import_id).json() == {"importId": import_id, "status": "Paused", "summary": None}
        assert caller.status(import_id).json()["status"] == "Finished"


class TestConnections:
    @pytest.mark.parametrize("fault", ["reset", "close", "hang"])
    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_there_is_no_answer(self, caller, fault, moment):
        caller.sandbox.faults({"call": "import", "fault": fault, "moment": moment, "seconds": 0.05})

        with pytest.raises(BROKEN):
            caller.put([CONTACT])

        assert len(caller.sandbox.imports()) == (moment == "after")
        assert caller.put([CONTACT]).status_code == 202

    def test_a_reset_is_one(self, caller):
        caller.sandbox.faults({"call": "any", "fault": "reset"}, {"call": "any", "fault": "resetDuringBody"})

        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                raw_answer(caller)

    def test_a_close_is_none(self, caller):
        caller.sandbox.faults(
            {"call": "any", "fault": "close"}, {"call": "any", "fault": "hang", "seconds": 0.01}
        )

        assert [raw_answer(caller), raw_answer(caller)] == [b"", b""]

    @pytest.mark.parametrize("fault", ["resetDuringBody", "hangDuringBody"])
    def test_a_body_is_broken_off(self, caller, fault):
        caller.sandbox.faults({"call": "import", "fault": fault, "seconds": 0.05})

        with pytest.raises(BROKEN):
            caller.put_body(b" " * 20_000_000)

        assert caller.sandbox.fault_hits() == [1]
        assert caller.sandbox.imports() == []
        assert caller.sandbox.statistics()["importCalls"] == 1

    def test_a_body_is_broken_off_in_its_middle(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "hangDuringBody", "seconds": 0})
        host, _, port = caller.sandbox.host_port.partition(":")
        head = b"PUT /contacts/v3/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n"
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head + b" " * 50_000)
            assert caller.sandbox.fault_hits() == [0]
            connection.sendall(b" " * 60_000)
            wait_for_hit(caller.sandbox)
            with suppress(ConnectionResetError):
                assert connection.recv(100) == b""

    def test_an_answer_is_truncated(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "truncate"})
        body = json.dumps({"contacts": [CONTACT]}).encode()

        head, _, half = raw_answer(caller, body, "PUT", "/contacts/v3/import").partition(b"\r\n\r\n")

        assert b"HTTP/1.1 202 " in head
        whole = json.dumps({"importId": caller.sandbox.imports()[0]["importId"]}).encode()
        assert f"Content-Length: {len(whole)}".encode() in head
        assert half == whole[: len(whole) // 2]

    def test_a_delayed_answer_is_the_real_one(self, caller):
        caller.sandbox.faults({"call": "account", "fault": "delay", "seconds": 0.05})

        assert caller.get("/v2/account-info").json()["id"]
        assert caller.sandbox.fault_hits() == [1]

    @pytest.mark.parametrize(
        ("rule", "accepted"),
        [
            ({"fault": "hang"}, 0),
            ({"fault": "hang", "moment": "after"}, 1),
            ({"fault": "delay"}, 1),
            ({"fault": "hangDuringBody"}, 0),
        ],
    )
    def test_a_hit_counts_when_it_begins_and_holds_up_no_end(self, tmp_path, rule, accepted):
        def put_in_vain(caller):
            with suppress(*BROKEN):
                caller.put_body(json.dumps({"contacts": [CONTACT]}).encode().ljust(1_000_000))

        with running_sandbox(tmp_path) as sandbox:
            sandbox.faults({"call": "import", "seconds": 3_600, **rule})
            caller = Caller(sandbox)
            putting = threading.Thread(target=put_in_vain, args=(caller,))
            putting.start()
            wait_for_hit(sandbox)
            assert putting.is_alive()
            assert len(sandbox.imports()) == accepted
        putting.join(30)
        assert not putting.is_alive()
        caller.session.close()


class TestRules:
    def test_a_rule_is_for_some_calls_only(self, caller):
        caller.sandbox.faults(
            {"call": "import", "fault": "badRequest", "times": None, "contains": "bad@"},
            {"call": "import", "fault": "tooLarge", "times": None, "minBytes": 1_000},
        )
        bad = {"matchIdentifier": "email", "identifiers": {"email": "bad@example.com"}}

        assert [caller.put([one]).status_code for one in (CONTACT, bad, CONTACT, bad)] == [202, 400, 202, 400]
        assert caller.put([CONTACT] * 20).status_code == 413

    def test_a_rule_lets_calls_pass_first(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "serverError", "skip": 1, "times": 2})

        assert [caller.put([CONTACT]).status_code for _ in range(4)] == [202, 500, 500, 202]
        (rule,) = caller.sandbox.get("/sandbox/faults")
        assert (rule["seen"], rule["hits"], rule["skip"], rule["times"]) == (4, 2, 1, 2)

    def test_rules_are_carried_out_one_after_the_other(self, caller):
        caller.sandbox.faults({"call": "any", "fault": "serverError"}, {"call": "any", "fault": "badGateway"})

        assert [caller.status("x").status_code for _ in range(3)] == [500, 502, 400]
        caller.sandbox.faults({"call": "any", "fault": "serverError"})
        caller.sandbox.clear_faults()
        assert caller.status("x").status_code == 400

    def test_a_rule_is_carried_out_so_often_by_many_at_once(self, caller):
        caller.sandbox.faults({"call": "account", "fault": "serverError", "times": 10})
        statuses: list[int] = []

        def ask():
            for _ in range(10):
                answer = requests.get(
                    f"{caller.sandbox.url}/v2/preferences", auth=caller.sandbox.auth, timeout=30
                )
                statuses.append(answer.status_code)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(statuses) == [200] * 30 + [500] * 10

    @pytest.mark.parametrize(
        "rule",
        [
            [],
            {},
            {"call": "any"},
            {"call": "no", "fault": "reset"},
            {"call": "any", "fault": "nothing"},
            {"call": "any", "fault": "upperCaseEmails"},
            {"call": "report", "fault": "reset"},
            {"call": "any", "fault": "reset", "y": 1},
            {"call": "any", "fault": "reset", "hits": 1},
            {"call": "any", "fault": "reset", "times": "1"},
            {"call": "any", "fault": "reset", "times": -1},
            {"call": "any", "fault": "reset", "moment": "then"},
            {"call": "any", "fault": "hang"},
            {"call": "any", "fault": "hang", "seconds": "1"},
            {"call": "processing", "fault": "end"},
            {"call": "status", "fault": "statusWord"},
            {"call": "status", "fault": "reset", "contains": "x"},
            {"call": "import", "fault": "resetDuringBody", "contains": "x"},
            {"call": "any", "fault": "answer", "answer": {"status": "200"}},
            {"call": "any", "fault": "answer", "answer": {"headers": []}},
        ],
    )
    def test_what_could_never_be_carried_out_is_refused(self, caller, rule):
        caller.sandbox.faults({"call": "any", "fault": "serverError"})

        assert caller.post("/sandbox/faults", [rule]).status_code == 400
        assert caller.status("x").status_code == 500

    def test_rules_are_an_array(self, caller):
        assert caller.post("/sandbox/faults", {}).status_code == 400

    def test_a_reset_forgets_them(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "serverError"})
        caller.sandbox.reset()

        assert caller.put([CONTACT]).status_code == 202


class TestOutcomes:
    @pytest.mark.parametrize("status", ["RejectedByWatchdog", "Failed", "ExceedsAllowedContactLimit"])
    def test_an_import_ends_as_it_is_told(self, caller, status):
        caller.sandbox.faults({"call": "processing", "fault": "end", "status": status})

        report = caller.wait_for(caller.put([CONTACT]).json()["importId"])

        assert (report["status"], report["summary"]) == (status, None)
        assert caller.sandbox.contacts() == []
        assert caller.import_contacts(CONTACT)["status"] == "Finished"

    def test_an_import_ends_so_for_what_it_holds(self, caller):
        caller.sandbox.faults({"call": "processing", "fault": "end", "status": "Odd", "contains": "ben@"})

        assert [caller.import_contacts(one)["status"] for one in (CONTACT, OTHER)] == ["Finished", "Odd"]
        assert caller.sandbox.imports()[1]["status"] == "Odd"


class TestReports:
    def report(self, caller: Caller, fault: str, *contacts: dict[str, Any]) -> dict[str, Any]:
        import_id = caller.import_contacts(*contacts or (CONTACT,))["importId"]
        caller.sandbox.faults({"call": "report", "fault": fault})
        changed = caller.status(import_id).json()
        assert caller.sandbox.fault_hits() == [1]
        real = caller.status(import_id).json()
        assert (changed["summary"], changed["importId"]) == (real["summary"], real["importId"])
        return changed

    @pytest.mark.parametrize(
        ("fault", "identifiers"),
        [
            ("upperCaseEmails", {"email": "ANN@EXAMPLE.COM", "mobileNumber": "447700900123"}),
            ("withoutPlus", {"email": "ann@example.com", "mobileNumber": "447700900123"}),
            ("withPlus", {"email": "ann@example.com", "mobileNumber": "+447700900123"}),
            ("spacedNumbers", {"email": "ann@example.com", "mobileNumber": "447 (700) 900123"}),
            ("missingIdentifiers", {"email": "ann@example.com"}),
        ],
    )
    def test_identifiers_are_echoed_otherwise(self, caller, fault, identifiers):
        assert self.report(caller, fault)["created"][0]["identifiers"] == identifiers

    @pytest.mark.parametrize(
        ("fault", "number"),
        [
            ("withoutPlus", "44"),
            ("spacedNumbers", "+44 () "),
            ("upperCaseEmails", "+44"),
            ("withPlus", "+44"),
        ],
    )
    def test_those_of_refused_contacts_are_too(self, caller, fault, number):
        report = self.report(caller, fault, by_email("bad@@x", "+44"))
        assert report["failures"][0]["identifiers"] == {
            "email": "BAD@@X" if fault == "upperCaseEmails" else "bad@@x",
            "mobileNumber": number,
        }

    @pytest.mark.parametrize("match", ["email", "mobileNumber", "crm-id"])
    def test_only_what_matched_is_echoed_and_told(self, caller, match):
        identifiers = {"email": "ann@example.com", "mobileNumber": "447700900123", "crm-id": "C-1"}
        contact = {"matchIdentifier": match, "identifiers": identifiers}
        refused = {"matchIdentifier": match, "identifiers": {**identifiers, "shoe": "7"}}

        report = self.report(caller, "missingIdentifiers", contact, refused)
        for entry in (report["created"][0], report["failures"][0]):
            assert entry["identifiers"] == {match: identifiers[match]}

        both = self.report(caller, "bothLists", contact)
        assert both["updated"][0]["identifiers"] == both["failures"][0]["identifiers"] == identifiers
        assert both["updated"][0]["contactId"] == both["failures"][0]["contactId"]
        assert both["failures"][0]["matchIdentifier"] == match
        assert both["failures"][0]["failures"][0]["failureCode"] == "somethingNewNotApplied"

    def test_entries_come_twice_with_more_or_in_another_order(self, caller):
        contacts = [by_email(f"user{number}@example.com") for number in range(5)]
        addresses = [contact["identifiers"]["email"] for contact in contacts]

        twice = self.report(caller, "twice", *contacts, by_email("bad@@x"))
        assert (len(twice["created"]), len(twice["failures"])) == (10, 2)

        shuffled = [
            entry["identifiers"]["email"] for entry in self.report(caller, "shuffled", *contacts)["updated"]
        ]
        assert shuffled != addresses
        assert sorted(shuffled) == addresses

        more = self.report(caller, "extraIdentifiers", *contacts)["updated"]
        assert len(more) == 5
        assert all({"email", "neverSent"} < entry["identifiers"].keys() for entry in more)

    def test_every_third_contact_is_left_out_wherever_it_is_mentioned(self, caller):
        contacts = [by_email(f"user{number}@example.com", lists=[70001, 99]) for number in range(7)]

        report = self.report(caller, "unmentioned", *contacts)

        for part in ("created", "failures"):
            addresses = [entry["identifiers"]["email"] for entry in report[part]]
            assert addresses == [f"user{number}@example.com" for number in (0, 1, 3, 4, 6)]

    def test_codes_are_unknown(self, caller):
        failure = self.report(caller, "unknownCodes", by_email("bad@@x"))["failures"][0]["failures"][0]
        assert failure == {"failureCode": "neverHeardOf", "description": "Invalid value for 'email'"}

    def test_an_import_that_is_not_over_or_failed_has_none(self, caller):
        caller.sandbox.faults(
            {"call": "report", "fault": "twice"}, {"call": "processing", "fault": "end", "status": "Failed"}
        )
        caller.import_contacts(CONTACT)

        assert caller.sandbox.fault_hits() == [0, 1]
        assert len(caller.import_contacts(CONTACT)["created"]) == 2


class TestForeignImports:
    def test_they_hold_slots_and_are_not_listed(self, caller):
        caller.sandbox.occupy(25)
        refused = caller.put([CONTACT])
        caller.sandbox.occupy(0)

        assert (refused.status_code, refused.json()["errorCode"]) == (429, "contacts:tooManyActiveImports")
        assert caller.put([CONTACT]).status_code == 202
        assert len(caller.sandbox.imports()) == 1

    def test_they_end_by_themselves(self, caller):
        caller.sandbox.occupy(25, 0.05)
        wait_until(lambda: caller.put([CONTACT]).status_code != 429, "they end")

    def test_they_share_the_slots(self, tmp_path):
        with running_sandbox(tmp_path, seconds_per_import=3_600) as sandbox:
            caller = Caller(sandbox)
            sandbox.occupy(23)
            assert [caller.put([CONTACT]).status_code for _ in range(3)] == [202, 202, 429]
            assert sandbox.statistics()["peakActive"] == 2
            caller.session.close()

    def test_a_reset_ends_them(self, caller):
        caller.sandbox.occupy(25)
        caller.sandbox.reset()

        assert caller.put([CONTACT]).status_code == 202

    @pytest.mark.parametrize("content", [[], {"count": "1"}, {"count": -1}, {"count": 1, "seconds": None}])
    def test_what_is_no_number_is_refused(self, caller, content):
        assert caller.post("/sandbox/foreign-imports", content).status_code == 400

    def test_none_needs_no_seconds(self, caller):
        assert caller.post("/sandbox/foreign-imports", {"count": 0}).status_code == 200


class TestRates:
    def test_every_third_call_is_every_third(self, caller):
        caller.sandbox.faults({"call": "account", "fault": "serverError", "every": 3, "times": None})

        answers = [caller.get("/v2/account-info").status_code for _ in range(9)]

        assert answers == [200, 200, 500] * 3

    def test_a_share_is_told_by_its_seed(self, caller):
        rule = {"call": "account", "fault": "serverError", "share": 0.3, "seed": 7, "times": None}
        runs = []
        for _ in range(2):
            caller.sandbox.faults(rule)
            runs.append([caller.get("/v2/account-info").status_code for _ in range(100)])

        assert runs[0] == runs[1]
        assert 15 <= runs[0].count(500) <= 45

    def test_calls_that_are_not_chosen_go_on_to_the_next_rule(self, caller):
        caller.sandbox.faults(
            {"call": "account", "fault": "serverError", "every": 2, "times": None},
            {"call": "account", "fault": "badGateway", "every": 2, "times": None},
        )

        answers = [caller.get("/v2/account-info").status_code for _ in range(4)]

        assert answers == [200, 500, 502, 500]

    @pytest.mark.parametrize("wrong", [{"every": 0}, {"share": 1.5}, {"share": -1}, {"seed": "x"}])
    def test_what_is_no_rate_is_refused(self, caller, wrong):
        assert caller.post("/sandbox/faults", [{"call": "any", "fault": "close", **wrong}]).status_code == 400


class TestStatistics:
    def test_they_begin_with_nothing(self, caller):
        assert caller.sandbox.statistics() == {
            **dict.fromkeys(("importCalls", "statusCalls", "accountCalls", "accepted"), 0),
            **dict.fromkeys(("contactCalls", "deleteCalls", "refusedForDeletions"), 0),
            **dict.fromkeys(("refusedForSlots", "rateLimited", "refusedForSize"), 0),
            **dict.fromkeys(("peakActive", "averageActive"), 0),
            "shortestBetweenPolls": None,
            "firstAccepted": None,
            "lastFinished": None,
        }

    def test_they_tell_429s_apart_and_count_calls_without_an_answer(self, caller):
        caller.sandbox.faults(
            {"call": "import", "fault": "tooManyActive", "times": 2},
            {"call": "import", "fault": "rateLimited"},
            {"call": "import", "fault": "close"},
        )
        for _ in range(3):
            caller.put([CONTACT])
        with pytest.raises(BROKEN):
            caller.put([CONTACT])

        told = caller.sandbox.statistics()
        assert (told["importCalls"], told["refusedForSlots"], told["rateLimited"]) == (4, 2, 1)

    def test_they_count_what_was_too_large(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "tooLarge", "times": 2})
        for _ in range(3):
            caller.put([CONTACT])

        assert caller.sandbox.statistics()["refusedForSize"] == 2

    def test_they_tell_how_soon_an_import_was_asked_for_again(self):
        times = iter([1.0, 2.0, 4.0, 4.5, 9.0])
        statistics = Statistics(clock=lambda: next(times))
        answer = statistics.count(lambda request: Response(200, b"{}"))
        for name in ("a", "b", "a", "a", "b"):
            answer(Request("GET", f"/contacts/v3/import/{name}", {}, Message(), b""))

        assert statistics.content()["shortestBetweenPolls"] == 0.5

    def test_activity_is_that_of_the_imports_times(self):
        spans = [(10.0, 14.0), (11.0, 13.0), (13.0, 18.0), (16.0, 18.0)]
        assert activity(spans, 99.0) == {
            "peakActive": 2,
            "averageActive": 13 / 8,
            "firstAccepted": 10.0,
            "lastFinished": 18.0,
        }

    def test_an_import_that_is_not_over_is_active_until_now(self):
        told = activity([(10.0, 12.0), (11.0, None)], 14.0)
        assert told == {"peakActive": 2, "averageActive": 1.25, "firstAccepted": 10.0, "lastFinished": 12.0}
        assert activity([(10.0, None)], 10.0)["lastFinished"] is None

    def test_they_count_calls_and_activity(self, caller):
        import_id = caller.put([CONTACT]).json()["importId"]
        caller.wait_for(import_id)
        caller.sandbox.occupy(25)
        caller.put([CONTACT])
        caller.get("/v2/account-info")

        told = caller.sandbox.statistics()

        assert (told["importCalls"], told["accepted"], told["refusedForSlots"], told["accountCalls"]) == (
            2,
            1,
            1,
            1,
        )
        assert told["statusCalls"] >= 1
        assert (told["peakActive"], told["averageActive"]) == (1, 1.0)
        assert told["lastFinished"] > told["firstAccepted"]


class TestCallRates:
    @pytest.mark.parametrize("reset", ["epoch", "seconds"])
    def test_each_tier_has_its_limit_and_reset_both_readings(self, tmp_path, reset):
        with running_sandbox(tmp_path, rate_limits=(7, 9), rate_limit_reset=reset) as sandbox:
            caller = Caller(sandbox)
            put, asked = caller.put([CONTACT]), caller.status("x")
            sandbox.faults({"call": "status", "fault": "rateLimitedEmpty"})
            used_up = caller.status("x")
            caller.session.close()
        assert [answer.headers["X-RateLimit-Limit"] for answer in (put, asked)] == ["7", "9"]
        for answer in (put, used_up):
            seconds = int(answer.headers["X-RateLimit-Reset"])
            assert (seconds <= 60) == (reset == "seconds")
        assert put.json()["importId"]

    def test_one_tier_can_be_used_up_before_the_other(self, tmp_path):
        with running_sandbox(tmp_path, rate_limits=(1, 1_000)) as sandbox:
            caller = Caller(sandbox)
            # A minute may end among the calls, but not twice.
            put = [caller.put([CONTACT]).status_code for _ in range(4)]
            asked = {caller.status("x").status_code for _ in range(4)}
            counted = sandbox.statistics()["rateLimited"]
            caller.session.close()
        assert counted == put.count(429) >= 2
        assert asked == {400}
