"""Records who signs in and out, and who fails to. What was typed is never kept: it may be a password."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from imports.audit.recording import record
from portal.models import User


def watch() -> None:
    """Record sign-ins from now on, as the process starts."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_failed, dispatch_uid="audit")


def _signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    record("signed_in", by=user, request=request, on=user)


def _signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        record("signed_out", by=user, request=request, on=user)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Of a name that nobody has it is only recorded that there was one: as likely as not it is a password."""
    typed = str(credentials.get(User.USERNAME_FIELD, ""))
    known = User.objects.filter(**{User.USERNAME_FIELD: typed}).defer("password").first()
    record("sign_in_failed", by=None, request=request, on=known, known=known is not None)
