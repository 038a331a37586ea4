"""What allauth asks the portal of signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.requester import requester_of
from portal.sign_in.guessing import Attempt

if TYPE_CHECKING:
    from portal.models import User

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - an address as text, nothing listens


class PortalAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; the same words for a person whom nobody knows and for a wrong password."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "Please enter a correct username and password. Note that both fields may be case-sensitive."
        ),
        "incorrect_password": _("This password is not right."),
        "incorrect_code": _("This code is not right. Codes can be used once."),
        "invalid_password_reset": _("This link is no longer valid. Ask for another one."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, and try again."),
        "rate_limited": _("Too many attempts. Wait a few minutes, and try again."),
    }
    said: ClassVar = {
        "account/messages/password_changed.txt": _("Your password is changed."),
        "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
        "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
        "mfa/messages/webauthn_added.txt": _("The passkey is added."),
        "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
        "mfa/messages/recovery_codes_generated.txt": _(
            "There are new recovery codes; the earlier ones are void."
        ),
    }
    """What is said at the top of the next page, by allauth's name for it; the rest is not worth saying."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whose password it is; None for a wrong one. Raises ValidationError after too many attempts."""
        attempt = Attempt(request, str(credentials.get("username", "")))
        if not attempt.may_be_made():
            raise self.validation_error("too_many_login_attempts")
        person = authenticate(request, **credentials)
        if person is not None:
            attempt.give_back()
        return person

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Below PORTAL_URL where that is set: what a request says that the host is goes into no e-mail."""
        url = super().get_reset_password_from_key_url(key)
        return settings.PORTAL_URL + urlsplit(url).path if settings.PORTAL_URL else url

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        from portal.sign_in.password_reset import send_link  # its forms ask for this adapter

        send_link(user, email, context["password_reset_url"])

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        # allauth's own answer would ask again of somebody who has signed in this minute.
        from portal.sign_in.fresh_proof import is_fresh

        return not is_fresh(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has nothing here to prove it by, and signs in elsewhere, does that once more."""
        from portal.sign_in.single_sign_on import can_come_from_there

        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not methods and user.is_authenticated and can_come_from_there(user):
            return [{"id": "single_sign_on", "description": "", "url": reverse("prove_there")}]
        return methods

    def get_client_ip(self, request: HttpRequest) -> str:
        return requester_of(request).address or UNKNOWN_ADDRESS

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        words = message or self.said.get(message_template or "")
        if words:
            tags = "bad" if level >= messages.ERROR else "good"
            messages.add_message(request, level, words, extra_tags=tags)
