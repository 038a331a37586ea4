"""What the sandbox has seen: calls by kind, refusals, and how many imports were active at once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http import HTTPStatus
from itertools import accumulate
from typing import Any

from sandbox.exchange import Handler, Request, Response
from sandbox.fault_answers import call_of
from sandbox.faults import STATUS

# When an import was accepted, and when it was over or None, in epoch seconds.
Span = tuple[float, float | None]

NO_SLOT = b"contacts:tooManyActiveImports"
NO_DELETION = b"contacts:tooManyBulkDeleteJobs"


class Statistics:
    """Counts of calls whatever came of them, and of refusals, those of fault switches among them; and how soon after
    one another the same import was asked for. Asked by many connections at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._counts: Counter[str] = Counter()
            self._asked: dict[str, float] = {}
            self._shortest: float | None = None

    def content(self) -> dict[str, Any]:
        with self._lock:
            return {
                "importCalls": self._counts["import"],
                "statusCalls": self._counts["status"],
                "accountCalls": self._counts["account"],
                "contactCalls": self._counts["contacts"],
                "deleteCalls": self._counts["delete"],
                "refusedForDeletions": self._counts["no deletion"],
                "refusedForSlots": self._counts["no slot"],
                "rateLimited": self._counts["no calls left"],
                "refusedForSize": self._counts["too large"],
                "shortestBetweenPolls": self._shortest,
            }

    def add(self, name: str) -> None:
        with self._lock:
            self._counts[name] += 1

    def _note_poll(self, path: str) -> None:
        """Remember when an import was asked for, and how long that was after the time before."""
        now = self._clock()
        with self._lock:
            before = self._asked.get(path)
            self._asked[path] = now
            if before is not None and (self._shortest is None or now - before < self._shortest):
                self._shortest = now - before

    def count(self, handler: Handler) -> Handler:
        """Middleware that counts what passes."""

        def handle(request: Request) -> Response:
            call = call_of(request.method, request.path)
            if call:
                self.add(call)
            if call == STATUS:
                self._note_poll(request.path)
            response = handler(request)
            if call and response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                self.add("too large")
            if call and response.status == HTTPStatus.TOO_MANY_REQUESTS:
                self.add(_refusal(response.body))
            return response

        return handle


def _refusal(body: bytes) -> str:
    if NO_SLOT in body:
        return "no slot"
    return "no deletion" if NO_DELETION in body else "no calls left"


def activity(spans: Sequence[Span], now: float) -> dict[str, Any]:
    """How many imports were active at once: the highest number, and the average over the time between the first
    acceptance and the last end. One that is not over counts as active until `now`."""
    if not spans:
        return {"peakActive": 0, "averageActive": 0.0, "firstAccepted": None, "lastFinished": None}
    # The clock may have been set back in between.
    active = [(begin, max(begin, now if end is None else end)) for begin, end in spans]
    # An end before a beginning at the same moment: the slot was free.
    changes = sorted([(begin, 1) for begin, _ in active] + [(end, -1) for _, end in active])
    first, last = min(begin for begin, _ in active), max(end for _, end in active)
    busy = sum(end - begin for begin, end in active)
    return {
        "peakActive": max(accumulate(change for _, change in changes)),
        "averageActive": busy / (last - first) if last > first else float(len(active)),
        "firstAccepted": first,
        "lastFinished": max((end for _, end in spans if end is not None), default=None),
    }
