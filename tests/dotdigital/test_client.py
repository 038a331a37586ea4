import base64
import ipaddress
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import socket

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests.adapters import HTTPAdapter

from imports.dotdigital import answers
from imports.dotdigital import client as client_module
from imports.dotdigital.client import LISTS_PER_PAGE, READ_TIMEOUT_SECONDS, DotdigitalClient
from imports.dotdigital.errors import (
    BodyTooLargeError,
    CredentialsRefusedError,
    DotdigitalError,
    EndpointRefusedError,
    ImportNotFoundError,
    NoAnswerError,
    RateLimitedError,
    RedirectedError,
    RefusedError,
    ServerError,
    StrayAnswerError,
    TooManyActiveImportsError,
    UnreachableError,
    UnreadableAnswerError,
    UnusableImportIdError,
    WrongRegionError,
)
from imports.dotdigital.limits import CallAllowance
from imports.dotdigital.types import ContactList, DataField, Preference
from tests.dotdigital.conftest import API_PASSWORD, API_USER, NOW, MakeClient
from tests.dotdigital.servers import (
    LOOPBACK,
    Reply,
    ScriptedServer,
    closed_port,
    drain,
    full_backlog,
    json_reply,
    raw_server,
    read_head,
    read_whole_request,
    reset,
    says,
)

IMPORT_ID = "0b6f1c52-7a3e-4d1b-9c55-2f8e6a4d9e10"
BODY = b'{"contacts":[{"matchIdentifier":"email","identifiers":{"email":"ada@example.com"}}]}'
LARGE_BODY = b'{"contacts":["' + b"x" * 20_000_000 + b'"]}'
ACCEPTED = json_reply({"importId": IMPORT_ID}, 202)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def assert_tells_nothing(error: DotdigitalError) -> None:
    """Neither the error nor what hangs on it holds credentials, the request or a contact."""
    assert error.__cause__ is None
    assert error.__context__ is None
    text = f"{error} {error!r} {vars(error)}"
    for secret in (API_PASSWORD, API_USER, basic(API_USER, API_PASSWORD), "ada@example.com"):
        assert secret not in text


class TestCalls:
    def test_import_contacts_puts_the_bytes_as_they_are(
        self, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(ACCEPTED)
        assert client.import_contacts(BODY) == IMPORT_ID
        (request,) = server.requests
        assert (request.method, request.path) == ("PUT", "/contacts/v3/import")
        assert request.body == BODY
        assert request.headers["content-type"] == "application/json"
        assert request.headers["content-length"] == str(len(BODY))
        assert request.headers["accept"] == "application/json"
        assert request.headers["authorization"] == basic(API_USER, API_PASSWORD)
        assert "transfer-encoding" not in request.headers
        assert "x-ddg-integration-token" not in request.headers

    def test_a_large_body_arrives_whole(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(ACCEPTED)
        client.import_contacts(LARGE_BODY)
        assert server.requests[0].body == LARGE_BODY

    def test_an_import_without_a_body_is_a_mistake_of_the_caller(self, client: DotdigitalClient) -> None:
        with pytest.raises(ValueError, match="body"):
            client.import_contacts(b"")

    def test_import_status_asks_by_id(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply({"importId": IMPORT_ID, "status": "NotFinished", "summary": None}))
        with client.import_status(IMPORT_ID) as status:
            assert (status.import_id, status.is_terminal) == (IMPORT_ID, False)
            assert list(status.entries()) == []
        assert server.requests[0].path == f"/contacts/v3/import/{IMPORT_ID}"
        assert "content-type" not in server.requests[0].headers

    def test_an_id_is_one_step_of_the_path(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply({"status": "Finished"}))
        client.import_status("a/../b?c#d").close()
        assert server.requests[0].path == "/contacts/v3/import/a%2F..%2Fb%3Fc%23d"
        with pytest.raises(ValueError, match="import id"):
            client.import_status("..")

    def test_account_info(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply({"id": 1, "properties": [{"name": "Name", "value": "Example Ltd"}]}))
        assert client.account_info().name == "Example Ltd"
        assert server.requests[0].path == "/v2/account-info"

    def test_data_fields(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply([{"name": "VIP", "type": "Boolean", "visibility": "Public"}]))
        assert client.data_fields() == [DataField("VIP", "Boolean", "Public")]
        assert server.requests[0].path == "/v2/data-fields"

    def test_preferences(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply([{"id": 9, "publicName": "Email", "isPreference": True}]))
        assert client.preferences() == [Preference(9, "Email", None)]
        assert server.requests[0].path == "/v2/preferences"

    def test_the_integration_token_goes_with_every_call(
        self, server: ScriptedServer, make_client: MakeClient
    ) -> None:
        token = "11111111-2222-4333-8444-555555555555"
        server.will_answer(json_reply([]), ACCEPTED)
        client = make_client(server.host, integration_token=f" {token} ")
        client.data_fields()
        client.import_contacts(BODY)
        assert [request.headers["x-ddg-integration-token"] for request in server.requests] == [token, token]

    def test_credentials_beyond_latin_1_are_sent_as_utf_8(self, server: ScriptedServer) -> None:
        server.will_answer(json_reply([]))
        with DotdigitalClient(server.endpoint, "usér", "пароль", extra_hosts=[server.host]) as client:
            client.data_fields()
        assert server.requests[0].headers["authorization"] == basic("usér", "пароль")


class TestReports:
    CREATED = [{"contactId": number, "identifiers": {"n": "x" * 100}} for number in range(20_000)]

    def test_a_report_is_read_entry_by_entry_from_the_folder(
        self, server: ScriptedServer, make_client: MakeClient, tmp_path: Path
    ) -> None:
        server.will_answer(json_reply({"created": self.CREATED, "status": "Finished"}))
        with make_client(server.host, spool_dir=tmp_path).import_status(IMPORT_ID) as status:
            assert status.is_finished
            assert [entry.contact_id for entry in status.entries()] == list(range(20_000))
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_is_not_there_is_said_to_be(
        self, server: ScriptedServer, make_client: MakeClient, tmp_path: Path
    ) -> None:
        server.will_answer(json_reply({"created": self.CREATED, "status": "Finished"}))
        with pytest.raises(FileNotFoundError):
            make_client(server.host, spool_dir=tmp_path / "missing").import_status(IMPORT_ID)

    @pytest.mark.parametrize(
        ("reply", "code"),
        [
            (Reply(200), "json"),
            (Reply(200, b"<html>maintenance</html>"), "json"),
            (Reply(200, b'{"status": "Finished", "created": [{"contactId": 1, "ident'), "json"),
            (Reply(200, b'{"status": "Finished", "created": [{"identifiers": {}}]}'), "contactId"),
            (Reply(200, b"[]"), "import"),
            (Reply(200, b"{}"), "status"),
            (Reply(200, b"not gzip", {"Content-Encoding": "gzip"}), None),
            (Reply(200, b'{"status": "Finished", "n": "\xff"}'), "json"),
        ],
    )
    def test_a_report_that_cannot_be_read_is_noticed_at_once(
        self, server: ScriptedServer, client: DotdigitalClient, reply: Reply, code: str | None
    ) -> None:
        server.will_answer(reply)
        with pytest.raises(UnreadableAnswerError) as caught:
            client.import_status(IMPORT_ID)
        assert caught.value.status == 200
        assert caught.value.code == code or code is None
        assert_tells_nothing(caught.value)

    @pytest.mark.parametrize("sent", [0, 100, 1_500_000])
    def test_a_report_that_breaks_off_is_noticed_at_once(self, make_client: MakeClient, sent: int) -> None:
        body = json.dumps({"status": "Finished", "created": self.CREATED}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        with raw_server(says(head, body[:sent])) as host, pytest.raises(UnreadableAnswerError) as caught:
            make_client(host).import_status(IMPORT_ID)
        assert caught.value.status == 200
        assert_tells_nothing(caught.value)

    def test_a_report_larger_than_any_is_given_up(
        self, server: ScriptedServer, client: DotdigitalClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 1_000)
        server.will_answer(json_reply({"status": "Finished", "created": self.CREATED}))
        with pytest.raises(UnreadableAnswerError) as caught:
            client.import_status(IMPORT_ID)
        assert (caught.value.status, caught.value.code) == (200, "tooLong")


class TestAllowance:
    HEADERS = {"X-RateLimit-Scope": "lowCallRate", "X-RateLimit-Limit": "150", "X-RateLimit-Remaining": "7"}
    KNOWN = CallAllowance("lowCallRate", 150, 7, None)

    def test_every_answer_says_what_is_left(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        running = json_reply({"status": "NotFinished"})
        server.will_answer(Reply(202, ACCEPTED.body, self.HEADERS), running, Reply(500, headers=self.HEADERS))
        assert client.allowance is None
        client.import_contacts(BODY)
        assert client.allowance == self.KNOWN
        client.import_status(IMPORT_ID).close()
        assert client.allowance is None
        with pytest.raises(ServerError):
            client.data_fields()
        assert client.allowance == self.KNOWN

    def test_an_answer_that_cannot_be_read_says_it_too(
        self, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(Reply(200, b"<html>", self.HEADERS))
        with pytest.raises(UnreadableAnswerError):
            client.import_status(IMPORT_ID)
        assert client.allowance == self.KNOWN

    def test_without_an_answer_nothing_is_known(self, make_client: MakeClient) -> None:
        known = "".join(f"{name}: {value}\r\n" for name, value in self.HEADERS.items())
        answer = f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n{known}\r\n[]".encode()
        with raw_server(says(answer)) as host:
            client = make_client(host)
            client.data_fields()
            assert client.allowance == self.KNOWN
        with pytest.raises(UnreachableError):
            client.data_fields()
        assert client.allowance is None

    def test_the_reset_counts_from_the_clients_clock(
        self, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(Reply(200, b"[]", {"X-RateLimit-Reset": "30"}))
        client.data_fields()
        assert client.allowance == CallAllowance("", None, None, NOW + timedelta(seconds=30))


class TestCustomIdentifiers:
    def test_they_are_asked_for_by_name(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply([{"name": "crm-id", "created": "2025-03-03T09:00:00Z"}]))
        assert client.custom_identifiers() == ["crm-id"]
        assert server.requests[0].path == "/configuration/v3/customIdentifiers"


class TestCreating:
    FIELD = {"name": "HAIR", "type": "String", "visibility": "Private", "defaultValue": "brown"}
    LIST = {"id": 70_001, "name": "Spring – fair", "visibility": "Public", "contacts": 0}

    @pytest.mark.parametrize("reply", [json_reply(FIELD, 201), Reply(201), Reply(200, b" ")])
    def test_a_data_field_is_made_with_or_without_an_answer(
        self, reply: Reply, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(reply)
        made = client.create_data_field("HAIR", "String", default="brown")
        assert made == DataField("HAIR", "String", "Private")
        (request,) = server.requests
        assert (request.method, request.path) == ("POST", "/v2/data-fields")
        assert json.loads(request.body) == self.FIELD

    def test_without_a_default_none_is_sent(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(Reply(201))
        client.create_data_field("HAIR", "String", "Public")
        assert json.loads(server.requests[0].body) == {
            "name": "HAIR",
            "type": "String",
            "visibility": "Public",
        }

    @pytest.mark.parametrize("status", [200, 201])
    def test_a_list_is_made_whichever_success_is_answered(
        self, status: int, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(json_reply(self.LIST, status))
        assert client.create_list("Spring – fair", "Public") == ContactList(
            70_001, "Spring – fair", "Public", 0
        )
        (request,) = server.requests
        assert (request.method, request.path) == ("POST", "/v2/address-books")
        assert json.loads(request.body.decode()) == {"name": "Spring – fair", "visibility": "Public"}

    def test_a_list_without_an_answer_may_have_been_made(
        self, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(Reply(201))
        with pytest.raises(UnreadableAnswerError) as caught:
            client.create_list("Spring")
        assert caught.value.may_have_been_accepted

    @pytest.mark.parametrize(
        ("token", "words"),
        [
            ("ERROR_NON_UNIQUE_DATAFIELD", "has a data field of this name already"),
            ("ERROR_DATAFIELD_LIMITEXCEEDED", "cannot have more data fields"),
            ("ERROR_ADDRESSBOOK_DUPLICATE", "has a list of this name already"),
            ("ERROR_SOMETHING_NEW", "refused the request"),
        ],
    )
    def test_a_refusal_is_put_into_words_by_its_token(
        self, token: str, words: str, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(json_reply({"message": f"Error: {token}"}, 400))
        with pytest.raises(RefusedError) as caught:
            client.create_data_field("HAIR", "String")
        assert words in caught.value.sentence
        assert caught.value.remedy.endswith(".")


class TestLists:
    def test_pages_until_an_empty_one(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        full = [{"id": number, "name": f"List {number}"} for number in range(1, LISTS_PER_PAGE + 1)]
        server.will_answer(json_reply(full), json_reply([{"id": 5_000, "name": "Last"}]), json_reply([]))
        lists = client.lists()
        assert len(lists) == LISTS_PER_PAGE + 1
        assert lists[-1] == ContactList(5_000, "Last", "", None)
        assert [request.path for request in server.requests] == [
            f"/v2/address-books?select=1000&skip={skip}" for skip in (0, 1000, 1001)
        ]

    def test_ends_when_the_service_repeats_itself(
        self, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(*[json_reply([{"id": 1, "name": "Newsletter"}])] * 2)
        assert [entry.id for entry in client.lists()] == [1]


class TestCredentialsStayHome:
    @pytest.mark.parametrize("endpoint", ["https://example.org", "http://r1-api.dotdigital.com", ""])
    def test_no_client_exists_for_another_host(self, endpoint: str) -> None:
        with pytest.raises(EndpointRefusedError):
            DotdigitalClient(endpoint, API_USER, API_PASSWORD)

    def test_the_regional_hosts_need_no_permission(self) -> None:
        with DotdigitalClient("https://R2-api.dotdigital.com/", API_USER, API_PASSWORD) as client:
            assert client.endpoint == "https://r2-api.dotdigital.com"
            assert repr(client) == "<DotdigitalClient https://r2-api.dotdigital.com>"

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirects_are_not_followed(
        self, server: ScriptedServer, client: DotdigitalClient, status: int
    ) -> None:
        server.will_answer(Reply(status, headers={"Location": f"{server.endpoint}/elsewhere"}))
        with pytest.raises(RedirectedError):
            client.account_info()
        assert len(server.requests) == 1

    @pytest.mark.parametrize("own_session", [True, False])
    def test_netrc_does_not_replace_them(
        self,
        server: ScriptedServer,
        make_client: MakeClient,
        own_session: bool,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text(f"machine {LOOPBACK} login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        server.will_answer(json_reply([]))
        with requests.Session() as session:
            make_client(server.host, session=None if own_session else session).data_fields()
        assert server.requests[0].headers["authorization"] == basic(API_USER, API_PASSWORD)

    def test_a_proxy_of_the_environment_is_not_used(
        self, server: ScriptedServer, client: DotdigitalClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", f"http://{closed_port()}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        server.will_answer(json_reply([]))
        assert client.data_fields() == []

    def test_a_session_that_does_not_verify_is_refused(self, make_client: MakeClient) -> None:
        with requests.Session() as session:
            session.verify = False
            with pytest.raises(ValueError, match="certificates"):
                make_client("127.0.0.1:1", session=session)

    def test_a_session_that_repeats_calls_is_refused(self, make_client: MakeClient) -> None:
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=2))
            with pytest.raises(ValueError, match="repeats"):
                make_client("127.0.0.1:1", session=session)

    @pytest.mark.parametrize("token", ["a\r\nX: y", "a b", "é"])
    def test_a_token_that_no_header_can_carry_is_refused(self, make_client: MakeClient, token: str) -> None:
        with pytest.raises(ValueError, match="token"):
            make_client("127.0.0.1:1", integration_token=token)


class TestSession:
    def test_a_given_session_is_used_and_stays_open(self, server: ScriptedServer) -> None:
        class CountingSession(requests.Session):
            closed = False

            def close(self) -> None:
                self.closed = True
                super().close()

        with CountingSession() as session:
            with DotdigitalClient(
                server.endpoint, API_USER, API_PASSWORD, session=session, extra_hosts=[server.host]
            ) as client:
                server.will_answer(json_reply([]))
                client.data_fields()
            assert not session.closed
            assert session.auth is None
            assert "Authorization" not in session.headers

    def test_the_default_timeout_is_above_the_vendors_own(self) -> None:
        assert READ_TIMEOUT_SECONDS > 121


class TestRefusals:
    @pytest.mark.parametrize(
        ("reply", "kind"),
        [
            (json_reply({"errorCode": "contacts:badJson", "description": "bad"}, 400), RefusedError),
            (json_reply({"message": "Authorization has been denied."}, 401), CredentialsRefusedError),
            (Reply(403, b"Forbidden: Access is denied"), WrongRegionError),
            (Reply(413, b"<html>too large</html>"), BodyTooLargeError),
            (json_reply({"errorCode": "contacts:tooManyActiveImports"}, 429), TooManyActiveImportsError),
            (Reply(500, b"<html>oops</html>"), ServerError),
            (Reply(404), StrayAnswerError),
        ],
    )
    def test_answers_become_errors(
        self, server: ScriptedServer, client: DotdigitalClient, reply: Reply, kind: type[DotdigitalError]
    ) -> None:
        server.will_answer(reply)
        with pytest.raises(kind) as caught:
            client.import_contacts(BODY)
        assert type(caught.value) is kind
        assert caught.value.status == reply.status
        assert_tells_nothing(caught.value)

    def test_a_rate_limit_counts_from_the_clients_clock(
        self, server: ScriptedServer, client: DotdigitalClient
    ) -> None:
        server.will_answer(Reply(429, headers={"X-RateLimit-Reset": "30"}))
        with pytest.raises(RateLimitedError) as caught:
            client.import_status(IMPORT_ID)
        assert caught.value.until == NOW + timedelta(seconds=30)

    def test_a_missing_import_is_told_apart(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        server.will_answer(json_reply({"errorCode": "contacts:importNotFound"}, 404))
        with pytest.raises(ImportNotFoundError):
            client.import_status(IMPORT_ID)

    @pytest.mark.parametrize(
        "reply", [Reply(404, b"<html>not found</html>"), Reply(404), Reply(405), Reply(410)]
    )
    def test_a_page_of_a_gateway_does_not_say_that_an_import_is_gone(
        self, server: ScriptedServer, client: DotdigitalClient, reply: Reply
    ) -> None:
        server.will_answer(reply)
        with pytest.raises(StrayAnswerError):
            client.import_status(IMPORT_ID)

    def test_an_id_that_is_no_use_is_kept(self, server: ScriptedServer, client: DotdigitalClient) -> None:
        said = "x" * (answers.MAX_IMPORT_ID_CHARS + 1)
        server.will_answer(json_reply({"importId": said}, 202))
        with pytest.raises(UnusableImportIdError) as caught:
            client.import_contacts(BODY)
        assert caught.value.said == said
        assert said not in f"{caught.value} {caught.value!r}"

    def test_a_refusal_whose_explanation_breaks_off_is_still_one(self, make_client: MakeClient) -> None:
        answer = b'HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n{"errorCode": "contacts:bad'
        with raw_server(says(answer)) as host, pytest.raises(RefusedError) as caught:
            make_client(host).import_contacts(BODY)
        assert (caught.value.status, caught.value.code) == (400, "")

    def test_a_refusal_is_heard_before_the_body_is_out(self, make_client: MakeClient) -> None:
        def refuse_early(connection: socket) -> None:
            read_head(connection)
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            drain(connection)

        with raw_server(refuse_early) as host:
            client = make_client(host)
            with pytest.raises(BodyTooLargeError):
                client.import_contacts(LARGE_BODY)
            client.close()


Call = Callable[[DotdigitalClient], object]
CALLS: list[Call] = [DotdigitalClient.account_info, lambda client: client.import_contacts(BODY)]


@pytest.mark.parametrize("call", CALLS)
class TestUnreachable:
    def test_nobody_listens(self, make_client: MakeClient, call: Call) -> None:
        with pytest.raises(UnreachableError) as caught:
            call(make_client(closed_port()))
        assert caught.value.code == "ConnectionRefusedError"
        assert caught.value.status is None
        assert_tells_nothing(caught.value)

    def test_no_such_name(self, make_client: MakeClient, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        # Longer than a label may be, so that the resolver refuses it without asking the network.
        with pytest.raises(UnreachableError) as caught:
            call(make_client("a" * 64 + ".example:80"))
        assert_tells_nothing(caught.value)

    def test_nobody_takes_the_connection(self, make_client: MakeClient, call: Call) -> None:
        with full_backlog() as host, pytest.raises(UnreachableError):
            call(make_client(host, timeout=(0.2, 5.0)))

    def test_the_other_side_does_not_speak_tls(self, make_client: MakeClient, call: Call) -> None:
        with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")) as host:
            with pytest.raises(UnreachableError) as caught:
                call(make_client(host, scheme="https"))
            assert_tells_nothing(caught.value)

    def test_the_certificate_is_not_trusted(
        self, make_client: MakeClient, call: Call, tmp_path: Path
    ) -> None:
        context = tls_context(tmp_path)
        with raw_server(says(b"never sent"), tls=context) as host, pytest.raises(UnreachableError) as caught:
            call(make_client(host, scheme="https"))
        assert caught.value.code == "SSLCertVerificationError"


@pytest.mark.parametrize("call", CALLS)
class TestNoAnswer:
    def test_the_other_side_stays_silent(self, make_client: MakeClient, call: Call) -> None:
        with raw_server(drain) as host:
            client = make_client(host, timeout=(5.0, 0.2))
            with pytest.raises(NoAnswerError) as caught:
                call(client)
            client.close()
        assert type(caught.value) is NoAnswerError
        assert caught.value.code in {"TimeoutError", "ReadTimeoutError"}
        assert_tells_nothing(caught.value)

    def test_the_other_side_hangs_up(self, make_client: MakeClient, call: Call) -> None:
        with raw_server(says()) as host, pytest.raises(NoAnswerError) as caught:
            call(make_client(host))
        assert caught.value.code == "RemoteDisconnected"
        assert_tells_nothing(caught.value)

    def test_the_connection_is_reset(self, make_client: MakeClient, call: Call) -> None:
        def behave(connection: socket) -> None:
            read_whole_request(connection)
            reset(connection)

        with raw_server(behave) as host, pytest.raises(NoAnswerError) as caught:
            call(make_client(host))
        assert caught.value.code == "ConnectionResetError"

    def test_the_answer_is_no_http(self, make_client: MakeClient, call: Call) -> None:
        with raw_server(says(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")) as host, pytest.raises(NoAnswerError):
            call(make_client(host))

    def test_the_tls_connection_breaks_instead_of_an_answer(
        self, make_client: MakeClient, call: Call, tmp_path: Path
    ) -> None:
        def behave(connection: socket) -> None:
            read_whole_request(connection)
            reset(connection)

        context = tls_context(tmp_path)
        with requests.Session() as session:
            session.trust_env = False  # a bundle named in the environment would win over the session's own
            session.verify = str(tmp_path / "certificate.pem")
            with raw_server(behave, tls=context) as host, pytest.raises(NoAnswerError):
                call(make_client(host, scheme="https", session=session))


def test_a_reset_halfway_through_a_body_is_no_answer(make_client: MakeClient) -> None:
    def behave(connection: socket) -> None:
        read_head(connection)
        reset(connection)

    with raw_server(behave) as host, pytest.raises(NoAnswerError):
        make_client(host).import_contacts(LARGE_BODY)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(202), "json"),
        (Reply(200, b"<html>maintenance</html>"), "json"),
        (Reply(202, b"[]"), None),
        (Reply(202, b"{}"), None),
        (Reply(204), "json"),
        (Reply(200, b"not gzip", {"Content-Encoding": "gzip"}), None),
    ],
)
def test_a_success_that_cannot_be_read_is_an_error_of_its_own(
    server: ScriptedServer, client: DotdigitalClient, call: Call, reply: Reply, code: str | None
) -> None:
    server.will_answer(reply)
    with pytest.raises(UnreadableAnswerError) as caught:
        call(client)
    assert caught.value.status == reply.status
    assert caught.value.code == code or code is None
    assert caught.value.may_have_been_accepted
    assert_tells_nothing(caught.value)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n{"importId": "0b6f',
        b'HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"imp\r\nzz',
    ],
)
def test_a_success_that_breaks_off_is_unreadable(make_client: MakeClient, call: Call, answer: bytes) -> None:
    with raw_server(says(answer)) as host, pytest.raises(UnreadableAnswerError) as caught:
        call(make_client(host))
    assert caught.value.status == 202
    assert_tells_nothing(caught.value)


def test_a_success_that_never_ends_is_unreadable(make_client: MakeClient) -> None:
    def behave(connection: socket) -> None:
        read_whole_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        drain(connection)

    with raw_server(behave) as host:
        client = make_client(host, timeout=(5.0, 0.2))
        with pytest.raises(UnreadableAnswerError):
            client.account_info()
        client.close()


def test_an_answer_larger_than_any_report_is_given_up(
    server: ScriptedServer, client: DotdigitalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 1_000)
    server.will_answer(Reply(200, b"[" + b" " * 200_000 + b"]"))
    with pytest.raises(UnreadableAnswerError) as caught:
        client.data_fields()
    assert caught.value.code == "tooLong"


def tls_context(folder: Path) -> ssl.SSLContext:
    """A server's TLS context with a certificate for the loopback, signed by itself, in certificate.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
