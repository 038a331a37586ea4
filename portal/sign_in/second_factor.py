"""A second factor, where SECOND_FACTOR makes it compulsory: whoever has none sets one up before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.models import User
from portal.sign_in.single_sign_on import comes_from_there

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
OPEN_PAGES = frozenset(
    {
        "account_reauthenticate",
        "csp-reports",
        "health",
        "login",
        "logout",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "prove_there",
        "openid_connect_login",
        "openid_connect_callback",
        "account_login",
        "account_logout",
    }
)
"""What somebody who lacks a factor may open: what it takes to set one up."""


def needs_factor(person: User) -> bool:
    """Whether `person` must have a second factor."""
    return settings.SECOND_FACTOR == "all" or (
        settings.SECOND_FACTOR == "staff" and (person.is_staff or person.is_superuser)
    )


def has_factor(person: User) -> bool:
    """Whether `person` has one; recovery codes alone are none."""
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


class SecondFactorMiddleware:
    """Leads whoever must have a second factor, and has none, to where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def _asks(self, request: HttpRequest, person: User) -> bool:
        """Single sign-on asks for factors of its own."""
        return needs_factor(person) and not comes_from_there(request, person)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        person: Any = request.user
        is_asked_for = (
            settings.SECOND_FACTOR != "none" and person.is_authenticated and self._asks(request, person)
        )
        request.lacks_factor = is_asked_for and not has_factor(person)  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.lacks_factor and name not in OPEN_PAGES:  # type: ignore[attr-defined]
            return redirect("mfa_index")
        return None
