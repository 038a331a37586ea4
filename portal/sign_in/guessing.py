"""How many passwords may be guessed: by name and address, by address, and by name from everywhere.

An attempt is counted before the password is looked at, so that many at a time are not let through together, and given
back if it was right. Names that nobody has are counted like others. A browser in which somebody has signed in before
has a budget of its own for them (OWASP's device cookies): whoever guesses at their name from elsewhere keeps others
out of it, and never the person themselves.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from portal.models import User

APP = "portal.sign_in"
RATES = {
    "name_and_address": "5/5m/key",
    "address": "30/15m/key",
    "name": "100/1h/key",
    "known_browser": "10/5m/key",
}
"""What may fail in which time. Of second factors, proofs given again and resets: ACCOUNT_RATE_LIMITS."""
TOLD_EVERY_SECONDS = 300

COOKIE = "known-browser"
COOKIE_DAYS = 180

sign_in_barred = Signal()
"""Sent at the first attempt that was not looked at, and then every few minutes: request, name, limit."""


def watch() -> None:
    """Know browsers from now on in which somebody has signed in."""
    user_logged_in.connect(_remember_browser, dispatch_uid="known_browser")


@dataclass
class Attempt:
    """Somebody tries to sign in as `name`."""

    request: HttpRequest
    name: str
    _used: list[RateLimitUsage] = field(default_factory=list)

    def may_be_made(self) -> bool:
        """Count the attempt; whether it is one too many."""
        key = _blurred(self.name.casefold())
        browser = _browser_of(self.name, self.request)
        if browser and self._counts("known_browser", browser):
            return True
        address = _blurred(ratelimit.get_ip(self.request))
        both = _blurred(f"{key} {address}")
        for limit, counted in (("name_and_address", both), ("address", address), ("name", key)):
            if not self._counts(limit, counted):
                self.give_back()
                self._tell(limit, counted)
                return False
        return True

    def give_back(self) -> None:
        """It was right, or was not looked at: it does not count."""
        for usage in self._used:
            usage.rollback()
        self._used.clear()

    def _counts(self, limit: str, key: str) -> bool:
        usage = ratelimit.consume(self.request, app=APP, action=limit, config=RATES, key=key)
        if usage:
            self._used.append(usage)
        return bool(usage)

    def _tell(self, limit: str, key: str) -> None:
        if cache.add(f"sign-in-barred:{limit}:{key}", 1, timeout=TOLD_EVERY_SECONDS):
            sign_in_barred.send(Attempt, request=self.request, name=self.name, limit=limit)


def _blurred(text: str) -> str:
    """What was typed as a name may be a password: Redis is told neither."""
    return salted_hmac(APP, text, algorithm="sha256").hexdigest()


def _browser_of(name: str, request: HttpRequest) -> str:
    """The number of the browser, if whoever is called `name` has signed in with it before; else ""."""
    try:
        known = signing.loads(
            request.COOKIES.get(_cookie_name(), ""), salt=APP, max_age=COOKIE_DAYS * 24 * 3600
        )
    except signing.BadSignature:
        return ""
    return str(known["browser"]) if known["name"] == _blurred(name.casefold()) else ""


def _remember_browser(
    sender: Any, request: HttpRequest, response: HttpResponse, user: User, **_: Any
) -> None:
    known = {"name": _blurred(user.get_username().casefold()), "browser": secrets.token_urlsafe(16)}
    response.set_cookie(
        _cookie_name(),
        signing.dumps(known, salt=APP),
        max_age=COOKIE_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie_name() -> str:
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE
