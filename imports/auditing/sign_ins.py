"""Records who signs in and out, and who fails to. What was typed is never kept: it may be a password."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_reset
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from imports.audit.recording import record
from portal.models import User
from portal.requester import current_requester
from portal.sign_in.guessing import sign_in_barred

CODES = Authenticator.Type.RECOVERY_CODES


def watch() -> None:
    """Record sign-ins from now on, as the process starts."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_failed, dispatch_uid="audit")
    sign_in_barred.connect(_barred, dispatch_uid="audit")
    factors.authentication_failed.connect(_factor_failed, dispatch_uid="audit")
    password_reset.connect(_password_reset, dispatch_uid="audit")
    post_save.connect(_factor_saved, sender=Authenticator, dispatch_uid="audit")
    post_delete.connect(_factor_removed, sender=Authenticator, dispatch_uid="audit")


def _signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    means = [one["method"] for one in get_authentication_records(request, user)] if request else []
    record("signed_in", by=user, request=request, on=user, **({"means": means} if means else {}))


def _signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        record("signed_out", by=user, request=request, on=user)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Of a name that nobody has it is only recorded that there was one: as likely as not it is a password."""
    known = _whoever_is_called(str(credentials.get(User.USERNAME_FIELD, "")))
    record("sign_in_failed", by=None, request=request, on=known, known=known is not None)


def _barred(sender: Any, request: HttpRequest, name: str, limit: str, **_: Any) -> None:
    known = _whoever_is_called(name)
    record("sign_in_barred", by=None, request=request, on=known, known=known is not None, limit=limit)


def _factor_failed(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    record("second_factor_failed", by=None, request=request, on=user)


def _password_reset(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    record("password_reset", by=user, request=request, on=user)


def _factor_saved(sender: Any, instance: Authenticator, created: bool, **_: Any) -> None:
    """In the transaction in which it is added; allauth's own signals come after it."""
    if created:
        action = "recovery_codes_made" if instance.type == CODES else "factor_added"
        record(action, by=current_requester().person, on=instance.user, factor=str(instance.type))


def _factor_removed(sender: Any, instance: Authenticator, **_: Any) -> None:
    if instance.type != CODES:  # they go with the last factor, and when new ones are made
        record("factor_removed", by=current_requester().person, on=instance.user, factor=str(instance.type))


def _whoever_is_called(name: str) -> User | None:
    return User.objects.filter(**{User.USERNAME_FIELD: name}).defer("password").first()
