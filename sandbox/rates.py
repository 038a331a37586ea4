"""Call-rate tiers of the v3 API: headers on every answer and, when enforced, 429.

A window is one clock minute. The reset header is the UTC epoch time at which it ends, or the seconds until then: the
documents have both readings. The body of a 429 for rates is not documented; it carries no `errorCode` here, so that
only the headers tell it apart.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from sandbox.error_answers import message
from sandbox.exchange import Handler, Middleware, Request, Response

WINDOW_SECONDS = 60
IMPORT_TIER, STATUS_TIER = "lowCallRate", "highCallRate"
EPOCH, SECONDS = "epoch", "seconds"


def tier_of(request: Request) -> str | None:
    """The tier that a call counts towards, or None for calls that are not counted."""
    if request.path == "/contacts/v3":
        return IMPORT_TIER
    if not request.path.startswith("/contacts/v3/"):
        return None
    return IMPORT_TIER if request.method in {"PUT", "POST"} else STATUS_TIER


def reset_text(reading: str, now: float, end: float) -> str:
    """What X-RateLimit-Reset says at `now` of a limit that holds until `end`, both as epoch seconds."""
    return str(math.ceil(end if reading == EPOCH else end - now))


def limit_rates(
    limits: Mapping[str, int],
    is_enforced: bool,
    reset: str = EPOCH,
    clock: Callable[[], float] = time.time,
) -> Middleware:
    """Middleware that counts calls per tier and minute; `limits` are those of each tier."""
    lock = threading.Lock()
    calls: Counter[tuple[str, int]] = Counter()

    def count(tier: str, window: int) -> int:
        with lock:
            for old in [key for key in calls if key[1] != window]:
                del calls[old]
            calls[tier, window] += 1
            return calls[tier, window]

    def middleware(handler: Handler) -> Handler:
        def handle(request: Request) -> Response:
            tier = tier_of(request)
            if tier is None:
                return handler(request)
            now, calls_per_minute = clock(), limits[tier]
            window = int(now // WINDOW_SECONDS)
            end = (window + 1) * WINDOW_SECONDS
            used = count(tier, window)
            headers = (
                ("X-RateLimit-Scope", tier),
                ("X-RateLimit-Limit", str(calls_per_minute)),
                ("X-RateLimit-Remaining", str(max(calls_per_minute - used, 0))),
                ("X-RateLimit-Reset", reset_text(reset, now, end)),
            )
            if is_enforced and used > calls_per_minute:
                return message("The call rate limit is used up.", HTTPStatus.TOO_MANY_REQUESTS, headers)
            response = handler(request)
            return replace(response, headers=response.headers + headers)

        return handle

    return middleware
