"""What surrounds an import: credentials, limits, shapes, error bodies, connections."""

import json
import re
import socket
import subprocess
import sys

import pytest
import requests

from sandbox.intake import MAX_ACTIVE_IMPORTS
from sandbox.server import MAX_BODY_BYTES
from tests.sandbox.conftest import Caller, by_email, running_sandbox

ANA = by_email("ana@example.com")
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
API_PATHS = ["/v2/account-info", "/v2/data-fields", "/v2/preferences", f"/contacts/v3/import/{UNKNOWN_ID}"]


class TestCredentials:
    @pytest.mark.parametrize("path", API_PATHS)
    @pytest.mark.parametrize("auth", [None, ("somebody", "else")])
    def test_every_api_call_needs_them(self, caller, path, auth):
        caller.session.auth = auth
        response = caller.get(path)
        assert response.status_code == 401
        assert response.json() == {"message": "Authorization has been denied for this request."}

    @pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic w7w=", "Bearer abc", "Basic YTpi"])
    def test_a_malformed_header_is_refused(self, caller, header):
        caller.session.auth = None
        assert caller.get("/v2/account-info", headers={"Authorization": header}).status_code == 401

    def test_a_refused_import_leaves_the_connection_usable(self, caller):
        caller.session.auth = None
        assert caller.put([ANA]).status_code == 401
        caller.session.auth = caller.sandbox.auth
        assert caller.put([ANA]).status_code == 202

    def test_the_pages_need_none(self, caller):
        caller.session.auth = None
        assert caller.get("/").status_code == caller.get("/imports").status_code == 200


class TestShape:
    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"contacts": [NaN]}', b"[" * 100_000])
    def test_broken_json_is_refused(self, caller, body):
        response = caller.put_body(body)
        assert response.status_code == 400
        assert response.json()["errorCode"] == "contacts:badJson"

    @pytest.mark.parametrize(
        ("contact", "description"),
        [
            ({"matchIdentifier": "email"}, "The Identifiers field is required"),
            ({"identifiers": {"email": "a@example.com"}}, "The MatchIdentifier field is required"),
        ],
    )
    def test_one_contact_without_a_required_field_refuses_the_call(self, caller, contact, description):
        response = caller.put([ANA, contact])
        assert response.status_code == 400
        error = response.json()
        assert error["errorCode"] == "contacts:badRequest"
        assert error["description"] == description
        assert error["details"][0]["item"].startswith("contacts[1].")
        assert caller.sandbox.imports() == []

    @pytest.mark.parametrize(
        "part",
        [
            {"identifiers": {}},
            {"identifiers": {"email": 5}},
            {"matchIdentifier": 5},
            {"dataFields": []},
            {"dataFields": {"CITY": ["Leeds"]}},
            {"channelProperties": {"post": {}}},
            {"channelProperties": {"sms": {"countryCode": "44"}}},
            {"channelProperties": {"email": {"status": None}}},
            {"lists": []},
            {"lists": ["70001"]},
            {"lists": [True]},
            {"lists": list(range(101))},
            {"preferences": []},
            {"preferences": [{"id": 9}]},
            {"preferences": [{"id": 9, "isOptedIn": "yes"}]},
            {"consentRecords": []},
            {"consentRecords": [{}] * 6},
            {"consentRecords": ["yes"]},
        ],
    )
    def test_a_breach_of_the_schema_refuses_the_call(self, caller, part):
        response = caller.put([{**ANA, **part}])
        assert response.status_code == 400
        assert response.json()["errorCode"] == "contacts:badRequest"

    @pytest.mark.parametrize(
        "content",
        [
            [],
            {},
            {"contacts": []},
            {"contacts": {}},
            {"contacts": [ANA], "mergeOption": "eraseAll"},
            {"contacts": [ANA], "mergeOption": []},
        ],
    )
    def test_a_call_without_contacts_or_with_an_unknown_option_is_refused(self, caller, content):
        response = caller.put_body(json.dumps(content).encode())
        assert response.status_code == 400
        assert response.json()["errorCode"] == "contacts:badRequest"

    def test_the_content_type_must_be_json(self, caller):
        response = caller.put_body(b"{}", headers={"Content-Type": "text/plain"})
        assert response.status_code == 415


class TestStatus:
    def test_an_id_that_is_none_is_refused(self, caller):
        response = caller.status("not-an-id")
        assert response.status_code == 400
        assert response.json()["errorCode"] == "contacts:invalidId"

    def test_an_unknown_id_is_not_found(self, caller):
        response = caller.status(UNKNOWN_ID)
        assert response.status_code == 404
        assert response.json()["errorCode"] == "contacts:importNotFound"


class TestLimits:
    def test_a_body_of_the_limit_is_read_and_one_above_it_is_refused(self, caller):
        body = json.dumps({"contacts": [ANA]}).encode()
        assert caller.put_body(body.ljust(MAX_BODY_BYTES)).status_code == 202
        response = caller.put_body(body.ljust(MAX_BODY_BYTES + 1))
        assert response.status_code == 413
        assert response.json()["errorCode"].startswith("contacts:")
        assert caller.put_body(body).status_code == 202

    def test_only_so_many_imports_are_active_at_once(self, tmp_path):
        with running_sandbox(tmp_path, seconds_per_import=3600) as sandbox:
            caller = Caller(sandbox)
            answers = [caller.put([ANA]) for _ in range(MAX_ACTIVE_IMPORTS + 1)]
            assert [answer.status_code for answer in answers] == [202] * 25 + [429]
            assert answers[-1].json()["errorCode"] == "contacts:tooManyActiveImports"
            running = caller.status(answers[0].json()["importId"]).json()
            assert running["status"] == "NotFinished"
            assert running["summary"] is None
            assert len(sandbox.imports()) == 25
            caller.session.close()

    def test_finished_imports_make_room(self, caller):
        for _ in range(MAX_ACTIVE_IMPORTS + 1):
            caller.import_contacts(ANA)
        assert len(caller.sandbox.imports()) == 26

    def test_v3_answers_carry_the_rate_limit_headers(self, caller):
        put, status = caller.put([ANA]), caller.status(UNKNOWN_ID)
        assert put.headers["X-RateLimit-Scope"] != status.headers["X-RateLimit-Scope"]
        for response in (put, status):
            remaining, limit = (int(response.headers[f"X-RateLimit-{n}"]) for n in ("Remaining", "Limit"))
            assert 0 <= remaining < limit
            assert int(response.headers["X-RateLimit-Reset"]) > 1_000_000_000

    def test_an_enforced_rate_limit_answers_429_without_an_error_code(self, tmp_path):
        with running_sandbox(tmp_path, rate_limit=3) as sandbox:
            caller = Caller(sandbox)
            # A minute may end among the calls, but not twice.
            answers = [caller.status(UNKNOWN_ID) for _ in range(9)]
            caller.session.close()
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert "errorCode" not in refused[0].json()
        assert refused[0].headers["X-RateLimit-Remaining"] == "0"


class TestConnection:
    def test_an_unknown_path_is_not_found_and_a_wrong_method_is_told(self, caller):
        assert caller.get("/v2/nothing").status_code == 404
        assert caller.get("/contacts/v3/import").status_code == 405

    def test_a_body_without_a_length_is_refused(self, caller):
        response = caller.put_body(iter([b"{}"]))
        assert response.status_code == 411

    def test_calls_follow_each_other_on_one_connection(self, caller):
        ask = (
            "GET /v2/preferences HTTP/1.1\r\nHost: localhost\r\n\r\n"
            "POST /sandbox/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
            "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert _answered(caller, ask.encode()) == [401, 200, 200]

    def test_a_caller_that_hangs_up_in_mid_body_changes_nothing(self, caller):
        head = (
            f"PUT /contacts/v3/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MAX_BODY_BYTES}\r\n\r\n"
        )
        assert _answered(caller, head.encode() + b'{"contacts": [') == []
        assert caller.get("/v2/account-info").status_code == 200
        assert caller.sandbox.imports() == []

    def test_a_malformed_length_is_refused(self, caller):
        head = b"PUT /contacts/v3/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n"
        assert _answered(caller, head) == [400]

    def test_a_second_sandbox_on_the_port_says_so(self, caller, tmp_path):
        port = caller.sandbox.host_port.rpartition(":")[2]
        command = [sys.executable, "-m", "sandbox", "--port", port, "--data-dir", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 2
        assert "Cannot listen" in ended.stderr


def test_stop_lets_go_of_the_port_and_start_takes_it_again(tmp_path):
    with running_sandbox(tmp_path) as sandbox:
        url = sandbox.url
        sandbox.stop()
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)
        sandbox.start()
        assert sandbox.url == url
        assert sandbox.get("/v2/account-info")["id"]


def _answered(caller: Caller, sent: bytes) -> list[int]:
    """The HTTP statuses that a plain socket gets back for `sent`, after which it sends no more."""
    host, _, port = caller.sandbox.host_port.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]
