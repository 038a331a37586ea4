"""What the sandbox has seen: calls by kind, refusals, and how many imports were active at once."""

import threading
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from sandbox.exchange import Handler, Request, Response
from sandbox.fault_answers import call_of

NO_SLOT = b"contacts:tooManyActiveImports"


class Statistics:
    """Counts of calls; asked by many connections at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def reset(self) -> None:
        with self._lock:
            self._counts.clear()

    def content(self) -> dict[str, int]:
        with self._lock:
            return {
                "importCalls": self._counts["import"],
                "statusCalls": self._counts["status"],
                "accountCalls": self._counts["account"],
                "refusedForSlots": self._counts["no slot"],
                "rateLimited": self._counts["no calls left"],
            }

    def count(self, handler: Handler) -> Handler:
        """Middleware that counts what passes."""

        def handle(request: Request) -> Response:
            call = call_of(request.method, request.path)
            response = handler(request)
            if call:
                with self._lock:
                    self._counts[call] += 1
                    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
                        self._counts["no slot" if NO_SLOT in response.body else "no calls left"] += 1
            return response

        return handle


def activity(spans: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """How many imports were active at once, given when each began and ended (seconds): the highest number, and the
    average over the time between the first beginning and the last end."""
    if not spans:
        return {"peakActive": 0, "averageActive": 0.0, "firstAccepted": None, "lastFinished": None}
    # An end before a beginning at the same moment: the slot was free.
    changes = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    active = peak = 0
    for _, change in changes:
        active += change
        peak = max(peak, active)
    first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
    busy = sum(end - begin for begin, end in spans)
    return {
        "peakActive": peak,
        "averageActive": busy / (last - first) if last > first else float(len(spans)),
        "firstAccepted": first,
        "lastFinished": last,
    }
