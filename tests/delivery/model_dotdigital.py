"""A Dotdigital of the model's own: what it answers next is said by the test, and what it took on is remembered."""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.patience import PATIENCE_SECONDS

LOCKED = {"message": "Authorization has been denied for this request. ERROR_INVALID_LOGIN"}
RATE_HEADERS = {
    "X-RateLimit-Scope": "contacts",
    "X-RateLimit-Limit": "100",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": "30",
}


class Moment(StrEnum):
    """Whether a call that goes wrong was carried out before it did."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, repr=False)
class Fate:
    """What becomes of a call. `status` None: the connection is closed; 0: what Dotdigital would say of itself.

    `moment` None: the call is answered for sure, and nothing was carried out.
    """

    name: str
    status: int | None = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    moment: Moment | None = None
    is_read: bool = True

    def __repr__(self) -> str:
        return self.name


TRUE = Fate("true")
PUT_FATES = (
    TRUE,
    Fate("closed before the body was read", None, moment=Moment.BEFORE, is_read=False),
    Fate("closed before", None, moment=Moment.BEFORE),
    Fate("closed after", None, moment=Moment.AFTER),
    Fate("500 before", 500, moment=Moment.BEFORE),
    Fate("500 after", 500, moment=Moment.AFTER),
    Fate("503 before", 503, headers={"Retry-After": "20"}, moment=Moment.BEFORE),
    Fate("garbage before", 202, {"importId": ["?"]}, moment=Moment.BEFORE),
    Fate("garbage after", 202, {"importId": ["?"]}, moment=Moment.AFTER),
    Fate("no calls left", 429, headers=RATE_HEADERS),
    Fate("no calls left, flat", 400, {"message": "Too many. ERROR_APIUSAGE_EXCEEDED"}),
    Fate("no slot, though there is", 429, {"errorCode": "contacts:tooManyActiveImports"}),
    Fate("did not arrive", 408),
    Fate("another region", 403),
)
GET_FATES = (
    TRUE,
    Fate("not found", 404),
    Fate("500", 500),
    Fate("closed", None),
    Fate("garbage", 200, [1]),
    Fate("unknown word", 200, {"status": "Reticulating", "summary": None}),
    Fate("no calls left", 429, headers=RATE_HEADERS),
)
ENDS = ("Finished", "Finished", "Failed", "RejectedByWatchdog")


@dataclass
class FakeImport:
    """An import that was accepted. `report` has (kind, contact id) of each address once it has finished."""

    id: str
    emails: tuple[str, ...]
    status: str = "NotFinished"
    report: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    # No batch at the portal holds a slot for it any more, or none knows of it.
    is_stray: bool = False

    @property
    def is_active(self) -> bool:
        return self.status == "NotFinished"

    @property
    def imported(self) -> set[str]:
        return {email for email, (kind, _) in self.report.items() if kind != "failed"}


@dataclass
class Call:
    """A PUT that is to come: what becomes of it, and whether its answer waits for `release`.

    `has_slot`: that of a worker that was taken for dead has none.
    """

    fate: Fate
    is_held: bool = False
    has_slot: bool = True
    accepted: FakeImport | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class SlotRefusal:
    """A PUT was refused because all slots were taken, by so many of other programs and by these imports."""

    had_slot: bool
    foreign: int
    active: tuple[FakeImport, ...]


class FakeDotdigital:
    """One account. Threads of the server change it only while the test waits for them."""

    def __init__(self) -> None:
        self.url = ""
        self.clear()

    def clear(self) -> None:
        """As good as new."""
        self.slots, self.foreign = 1, 0
        self.max_bytes: int | None = None
        self.is_locked = False
        # Places of contacts in their files: the first make it refuse all of a body, the second are refused alone.
        self.unwanted: frozenset[str] = frozenset()
        self.suppressed: frozenset[str] = frozenset()
        self.imports: dict[str, FakeImport] = {}
        self.contacts: dict[str, int] = {}
        self.expected: deque[Call] = deque()
        self.put_fate = self.get_fate = TRUE
        self.slot_refusals: list[SlotRefusal] = []

    def active(self) -> list[FakeImport]:
        return [one for one in self.imports.values() if one.is_active]

    def end(self, one: FakeImport, status: str) -> None:
        """Carry out an import, or say that it was not."""
        one.status = status
        if status != "Finished":
            return
        for email in one.emails:
            if place_of(email) in self.suppressed:
                one.report[email] = ("failed", None)
            else:
                kind = "updated" if email in self.contacts else "created"
                one.report[email] = (kind, self.contacts.setdefault(email, 1000 + len(self.contacts)))

    def take(self, call: Call, body: bytes) -> tuple[int | None, Any, Mapping[str, str]]:
        """What is answered to an import; it is accepted, unless something speaks against it."""
        if self.is_locked:
            return 401, LOCKED, {}
        fate = call.fate
        if fate.moment == Moment.BEFORE or (fate.status != 0 and fate.moment is None):
            return fate.status, fate.body, fate.headers
        refused = self._refusal(call, body)
        if refused:
            return refused
        emails = tuple(one["identifiers"]["email"] for one in json.loads(body)["contacts"])
        call.accepted = FakeImport(f"import-{len(self.imports) + 1}", emails)
        call.accepted.is_stray = fate.moment == Moment.AFTER
        self.imports[call.accepted.id] = call.accepted
        if fate.moment == Moment.AFTER:
            return fate.status, fate.body, fate.headers
        return 202, {"importId": call.accepted.id}, {}

    def _refusal(self, call: Call, body: bytes) -> tuple[int, Any, Mapping[str, str]] | None:
        if self.max_bytes is not None and len(body) > self.max_bytes:
            return 413, None, {}
        contacts = json.loads(body)["contacts"]
        if any(place_of(one["identifiers"]["email"]) in self.unwanted for one in contacts):
            return 400, {"errorCode": "contacts:invalidContact", "description": "One is not wanted"}, {}
        active = self.active()
        if self.foreign + len(active) >= self.slots:
            self.slot_refusals.append(SlotRefusal(call.has_slot, self.foreign, tuple(active)))
            return 429, {"errorCode": "contacts:tooManyActiveImports"}, {}
        return None

    def tell(self, path: str) -> tuple[int | None, Any, Mapping[str, str]]:
        """What is answered to a question."""
        if self.is_locked:
            return 401, LOCKED, {}
        if path == "/v2/account-info":
            return 200, {"id": 1, "properties": [{"name": "ApiEndpoint", "value": self.url}]}, {}
        fate = self.get_fate
        if fate.status != 0:
            return fate.status, fate.body, fate.headers
        return 200, self._status(self.imports[path.rpartition("/")[2]]), {}

    def _status(self, one: FakeImport) -> dict[str, Any]:
        answer: dict[str, Any] = {"status": one.status, "created": [], "updated": [], "failures": []}
        for email, (kind, contact_id) in one.report.items():
            entry: dict[str, Any] = {"contactId": contact_id, "identifiers": {"email": email}}
            if kind == "failed":
                entry["failures"] = [{"failureCode": "suppressed", "description": "Suppressed"}]
            answer["failures" if kind == "failed" else kind].append(entry)
        return answer


def place_of(email: str) -> str:
    """The part of an address that says the how-manieth of its file it is."""
    return email.partition("@")[0]


@contextmanager
def serving(fake: FakeDotdigital) -> Iterator[None]:
    """`fake` behind a port of its own, whose address is its `url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*fake.tell(self.path))

        def do_PUT(self) -> None:
            call = fake.expected.popleft() if fake.expected else Call(fake.put_fate)
            length = int(self.headers["Content-Length"])
            answer = fake.take(call, self.rfile.read(length) if call.fate.is_read else b"")
            call.arrived.set()
            if call.is_held:
                call.release.wait(PATIENCE_SECONDS)
            self._answer(*answer)

        def _answer(self, status: int | None, body: Any, headers: Mapping[str, str]) -> None:
            if status is None:
                return
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="model's Dotdigital")
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
