"""What every answer tells the browser that it may do with it: pages, redirects, files, refusals and faults alike.

Sources: OWASP Secure Headers Project; W3C Content Security Policy Level 3, Permissions Policy; RFC 9111, section 5.2.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

GetResponse = Callable[[HttpRequest], HttpResponse]

REPORT_PATH = "/csp-reports/"
# No page has a script or a style of its own in it, so there is nothing that a nonce would have to allow.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        f"report-uri {REPORT_PATH}",
    ]
)
UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What says nothing of it is a page about somebody's contacts: no cache and no disk keeps it.
    "Cache-Control": "no-store",
}

MAX_REPORT_BYTES = 16_384
REPORTS_A_MINUTE = 30

logger = logging.getLogger(__name__)


class SecurityHeadersMiddleware:
    """Stands before all others, so that it also sees what they answer by themselves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


@csrf_exempt
@login_not_required
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Logs what a browser did not let a page do: the directive, and the host that it was about, and nothing else of
    what the browser, or whoever says to be one, tells. At most REPORTS_A_MINUTE a process."""
    nothing = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if len(request.body) > MAX_REPORT_BYTES or not _may_log():
        return nothing
    try:
        told = json.loads(request.body)["csp-report"]
        directive, blocked = str(told["effective-directive"]), str(told.get("blocked-uri", ""))
        host = urlsplit(blocked).hostname or ("inline" if blocked == "inline" else "none")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return nothing
    logger.warning("policy violated: directive=%s host=%s", _word(directive), _word(host))
    return nothing


def _may_log() -> bool:
    minute = f"csp-reports-{int(time.time()) // 60}"
    cache.add(minute, 0, timeout=120)
    return cache.incr(minute) <= REPORTS_A_MINUTE


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.:-]", "?", text)[:100]
