"""Fault switches: what a caller gets to see, and what has really happened."""

import json
import threading
import time

import pytest
import requests

from tests.sandbox.conftest import Caller, running_sandbox

CONTACT = {
    "matchIdentifier": "email",
    "identifiers": {"email": "ann@example.com", "mobileNumber": "+447700900123"},
}
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("faults")) as sandbox:
        yield sandbox


@pytest.fixture
def caller(running):
    running.reset()
    return Caller(running)


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
            told[fault] = "X-RateLimit-Reset" in caller.status("x").headers
        assert told == {"rateLimited": True, "rateLimitedEmpty": True, "rateLimitedBare": False}

    def test_an_answer_can_be_given_word_for_word(self, caller):
        answer = {"status": 418, "body": "tea", "contentType": "text/plain", "headers": {"Retry-After": "7"}}
        caller.sandbox.faults({"call": "account", "fault": "answer", "answer": answer})

        given = caller.get("/v2/account-info")

        assert (given.status_code, given.text, given.headers["Retry-After"]) == (418, "tea", "7")

    def test_after_means_that_the_call_was_carried_out(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "serverError", "moment": "after"})

        assert caller.put([CONTACT]).status_code == 500
        assert len(caller.sandbox.imports()) == 1

    @pytest.mark.parametrize(
        ("fault", "body"), [("wrongJson", b'{"unexpected": [1, 2]}'), ("emptyAnswer", b"")]
    )
    def test_a_success_can_say_nothing_of_use(self, caller, fault, body):
        caller.sandbox.faults({"call": "import", "fault": fault})

        answer = caller.put([CONTACT])

        assert (answer.status_code, answer.content) == (202, body)
        assert len(caller.sandbox.imports()) == 1

    def test_a_status_can_have_any_name(self, caller):
        import_id = caller.put([CONTACT]).json()["importId"]
        caller.sandbox.faults({"call": "status", "fault": "statusWord", "status": "Paused"})

        assert caller.status(import_id).json()["status"] == "Paused"


class TestConnections:
    @pytest.mark.parametrize("fault", ["reset", "close", "hang"])
    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_there_is_no_answer(self, caller, fault, moment):
        caller.sandbox.faults({"call": "import", "fault": fault, "moment": moment, "seconds": 0.05})

        with pytest.raises(BROKEN):
            caller.put([CONTACT])

        assert len(caller.sandbox.imports()) == (moment == "after")

    @pytest.mark.parametrize("fault", ["resetDuringBody", "hangDuringBody"])
    def test_a_body_is_broken_off(self, caller, fault):
        caller.sandbox.faults({"call": "import", "fault": fault, "seconds": 0.05})

        with pytest.raises(BROKEN):
            caller.put_body(b" " * 20_000_000)

        assert caller.sandbox.fault_hits() == [1]
        assert caller.sandbox.imports() == []

    def test_an_answer_is_truncated(self, caller):
        caller.sandbox.faults({"call": "import", "fault": "truncate"})

        with pytest.raises(BROKEN):
            caller.put([CONTACT])

        assert len(caller.sandbox.imports()) == 1

    def test_a_hit_counts_when_it_begins(self, caller):
        caller.sandbox.faults({"call": "account", "fault": "delay", "seconds": 1})
        asking = threading.Thread(target=caller.get, args=("/v2/account-info",))
        asking.start()
        deadline = time.monotonic() + 30
        while caller.sandbox.fault_hits() == [0]:
            assert time.monotonic() < deadline

        assert asking.is_alive()
        asking.join()

    def ask_in_vain(self, caller):
        with pytest.raises(BROKEN):
            caller.get("/v2/account-info")

    def test_a_hang_does_not_hold_up_the_end(self, tmp_path):
        with running_sandbox(tmp_path) as sandbox:
            sandbox.faults({"call": "account", "fault": "hang", "seconds": 3_600})
            asking = threading.Thread(target=self.ask_in_vain, args=(Caller(sandbox),))
            asking.start()
            deadline = time.monotonic() + 30
            while sandbox.fault_hits() == [0]:
                assert time.monotonic() < deadline
        asking.join(30)
        assert not asking.is_alive()


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

    @pytest.mark.parametrize(
        "rule", [[], {}, {"call": "no", "fault": "reset"}, {"call": "any", "fault": "x", "y": 1}]
    )
    def test_what_is_no_rule_is_refused(self, caller, rule):
        assert caller.post("/sandbox/faults", [rule]).status_code == 400

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

    def report(self, caller, fault):
        import_id = caller.put([CONTACT]).json()["importId"]
        caller.wait_for(import_id)
        caller.sandbox.faults({"call": "report", "fault": fault})
        return caller.status(import_id).json()

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

    def test_entries_come_twice_in_both_lists_or_not_at_all(self, caller):
        assert len(self.report(caller, "twice")["created"]) == 2
        both = self.report(caller, "bothLists")
        assert both["updated"][0]["contactId"] == both["failures"][0]["contactId"]
        assert self.report(caller, "unmentioned")["updated"] == []
        assert "neverSent" in self.report(caller, "extraIdentifiers")["updated"][0]["identifiers"]


class TestForeignImports:
    def test_they_hold_slots_and_are_not_listed(self, caller):
        caller.sandbox.occupy(25)
        refused = caller.put([CONTACT])
        caller.sandbox.occupy(0)

        assert (refused.status_code, refused.json()["errorCode"]) == (429, "contacts:tooManyActiveImports")
        assert caller.put([CONTACT]).status_code == 202
        assert len(caller.sandbox.imports()) == 1


class TestStatistics:
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


class TestRates:
    @pytest.mark.parametrize("reset", ["epoch", "seconds"])
    def test_each_tier_has_its_limit_and_reset_both_readings(self, tmp_path, reset):
        with running_sandbox(tmp_path, rate_limits=(7, 9), rate_limit_reset=reset) as sandbox:
            caller = Caller(sandbox)
            put, asked = caller.put([CONTACT]), caller.status("x")

        assert [answer.headers["X-RateLimit-Limit"] for answer in (put, asked)] == ["7", "9"]
        seconds = int(put.headers["X-RateLimit-Reset"])
        assert (seconds <= 60) == (reset == "seconds")
        assert json.loads(put.text)["importId"]
