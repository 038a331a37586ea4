"""A Dotdigital over real HTTP whose every answer is decided beforehand, and which remembers what it really did."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOTS = 25
POISON = "nobody@suppressed.example"  # a call that carries this contact is refused as a whole

ACCEPT, LOSE_ANSWER, LOSE_CALL, FAULT, FAULT_AFTER, GARBAGE = SENT_ANSWERS = (
    *("accept", "accept, lose the answer", "lose the call", "500", "accept, 500", "accept, garbage"),
)
NO_CALLS, NO_SLOT, TOO_LARGE, UNAUTHORISED = REFUSALS = ("429 calls", "429 slots", "413", "401")
TELL, GONE, STRANGE = ASKED_ANSWERS = ("tell", "404", "unknown word")

_import_id = re.compile(r"/contacts/v3/import/(.+)").fullmatch


@dataclass
class Accepted:
    """An import: who is in it, and how it ended ("" while it runs)."""

    import_id: str
    emails: list[str]
    status: str = ""
    created: list[str] = field(default_factory=list)


class ScriptedDotdigital:
    """What it holds and does. Changed by the test's thread between calls, and by calls."""

    def __init__(self) -> None:
        self.imports: list[Accepted] = []
        self.contact_ids: dict[str, int] = {}
        self.imported: Counter[str] = Counter()  # how often each address was really imported
        self.foreign = 0
        self.are_credentials_good = True
        self.sent_answer, self.asked_answer = ACCEPT, TELL
        self.slot_refusals = 0
        self.most_active = 0

    @property
    def active(self) -> list[Accepted]:
        return [one for one in self.imports if not one.status]

    def end(self, one: Accepted, status: str) -> None:
        """The import is over; when it went through, its contacts are there."""
        one.status = status
        if status == "Finished":
            for email in one.emails:
                if email not in self.contact_ids:
                    self.contact_ids[email] = len(self.contact_ids) + 1
                    one.created.append(email)
                self.imported[email] += 1

    def receive(self, body: bytes) -> tuple[int, bytes] | None:
        """The answer to a call that sends; None: the connection breaks."""
        how, self.sent_answer = self.sent_answer, ACCEPT
        if not self.are_credentials_good or how == UNAUTHORISED:
            return 401, b""
        if how == LOSE_CALL:
            return None
        if how in {FAULT, NO_CALLS, TOO_LARGE}:
            return {FAULT: 500, NO_CALLS: 429, TOO_LARGE: 413}[how], b""
        if how == NO_SLOT or len(self.active) + self.foreign >= SLOTS:
            self.slot_refusals += how != NO_SLOT
            return 429, json.dumps({"errorCode": "contacts:tooManyActiveImports", "description": ""}).encode()
        emails = [contact["identifiers"]["email"] for contact in json.loads(body)["contacts"]]
        if POISON in emails:
            return 400, json.dumps({"errorCode": "contacts:badRequest", "description": "no"}).encode()
        accepted = Accepted(f"import-{len(self.imports) + 1}", emails)
        self.imports.append(accepted)
        self.most_active = max(self.most_active, len(self.active))
        if how == LOSE_ANSWER:
            return None
        if how == FAULT_AFTER:
            return 500, b"<html>"
        return 202, b"{}" if how == GARBAGE else json.dumps({"importId": accepted.import_id}).encode()

    def report(self, import_id: str) -> tuple[int, bytes]:
        """The answer to a call that asks."""
        how, self.asked_answer = self.asked_answer, TELL
        if not self.are_credentials_good:
            return 401, b""
        one = next((one for one in self.imports if one.import_id == import_id), None)
        if how == GONE or one is None:
            return 404, json.dumps({"errorCode": "contacts:importNotFound", "description": ""}).encode()
        if how in {FAULT, GARBAGE}:
            return (500, b"<html>") if how == FAULT else (200, b'{"status": ')
        status = "Paused" if how == STRANGE else one.status or "NotFinished"
        content: dict[str, Any] = {"importId": import_id, "status": status, "summary": None}
        if status == "Finished":
            content |= {"summary": {}, "failures": []}
            for name, is_new in (("created", True), ("updated", False)):
                content[name] = [
                    {"contactId": self.contact_ids[email], "identifiers": {"email": email}}
                    for email in one.emails
                    if (email in one.created) == is_new
                ]
        return 200, json.dumps(content).encode()


class _Connection(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self.server.dotdigital.receive(body))

    def do_GET(self) -> None:
        if match := _import_id(self.path):
            self._answer(self.server.dotdigital.report(match[1]))
        elif self.server.dotdigital.are_credentials_good:
            endpoint = f"http://{self.headers['Host']}/"
            properties = [{"name": "ApiEndpoint", "type": "String", "value": endpoint}]
            self._answer((200, json.dumps({"id": 1, "properties": properties}).encode()))
        else:
            self._answer((401, b""))

    def _answer(self, answer: tuple[int, bytes] | None) -> None:
        if answer is None:
            self.close_connection = True
            return
        status, body = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Calls are remembered, not printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    dotdigital: ScriptedDotdigital

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_scripted() -> Iterator[_Server]:
    """The server, on loopback, in a thread; `dotdigital` is to be set before the first call."""
    with _Server(("127.0.0.1", 0), _Connection) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
