"""The addresses of signing in: of allauth's those that the portal has a use for. Nobody signs up, and addresses of
e-mails are kept by administrators."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import requests
from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_GET, require_http_methods

from portal.sign_in.single_sign_on import sign_in_address

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]

shown_and_posted = require_http_methods(["GET", "HEAD", "POST"])


def page(route: str, view: Any, name: str, *, is_open: bool = False) -> URLPattern:
    """A page with a form; `is_open`: for whoever has not signed in yet."""
    guarded: Any = shown_and_posted(view)
    return path(route, login_not_required(guarded) if is_open else guarded, name=name)


def shown(route: str, view: Any, name: str) -> URLPattern:
    """A page that is only looked at."""
    guarded: Any = require_GET(view)
    return path(route, guarded, name=name)


def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To where people sign in. They are not tied to whoever happens to be signed in here, and nothing is asked of the
    provider but what the portal asks."""
    asked = {"next": request.GET["next"]} if "next" in request.GET else {}
    if request.user.is_authenticated:
        asked["auth_params"] = "prompt=login"
    query = QueryDict(mutable=True)
    query.update(asked)
    request.GET = query  # type: ignore[assignment]
    return _asked(openid_connect.login, request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from there, with the provider's answer."""
    return _asked(openid_connect.callback, request, provider_id)


def _asked(view: View, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """What `view` answers, which asks the provider: its addresses, and who it is."""
    try:
        return view(request, provider_id)
    except requests.RequestException as error:
        logger.error("single sign-on cannot be asked: %s", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=503)


def prove_there(request: HttpRequest) -> HttpResponseBase:
    """Have whoever has signed in by single sign-on do it once more."""
    begins = sign_in_address()
    if not begins:
        raise Http404
    return redirect(f"{begins}?{urlencode({'next': request.GET.get('next', '/')})}")


def by_mail(view: Any) -> View:
    """A page that is there where the portal sends e-mails."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SENDS_MAIL:
            raise Http404
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    return asked


urlpatterns = [
    # allauth asks for its own names.
    *(page("login/", account.login, name, is_open=True) for name in ("account_login", "login")),
    *(path("logout/", LogoutView.as_view(), name=name) for name in ("account_logout", "logout")),
    page("inactive/", account.account_inactive, "account_inactive", is_open=True),
    page("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    page("password/reset/", by_mail(account.password_reset), "account_reset_password", is_open=True),
    page(
        "password/reset/done/",
        by_mail(account.password_reset_done),
        "account_reset_password_done",
        is_open=True,
    ),
    page(
        "password/reset/key/done/",
        by_mail(account.password_reset_from_key_done),
        "account_reset_password_from_key_done",
        is_open=True,
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        login_not_required(shown_and_posted(by_mail(account.password_reset_from_key))),
        name="account_reset_password_from_key",
    ),
    path("sso/again/", require_GET(prove_there), name="prove_there"),
    shown("sso/cancelled/", login_not_required(social.login_cancelled), "socialaccount_login_cancelled"),
    shown("sso/<str:provider_id>/", login_not_required(begin), "openid_connect_login"),
    shown("sso/<str:provider_id>/callback/", login_not_required(come_back), "openid_connect_callback"),
    shown("2fa/", factors.index, "mfa_index"),
    page("2fa/authenticate/", factors.authenticate, "mfa_authenticate", is_open=True),
    page("2fa/reauthenticate/", factors.reauthenticate, "mfa_reauthenticate"),
    page("2fa/totp/activate/", app.activate_totp, "mfa_activate_totp"),
    page("2fa/totp/deactivate/", app.deactivate_totp, "mfa_deactivate_totp"),
    shown("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    page(
        "2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"
    ),
    shown(
        "2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"
    ),
    shown("2fa/webauthn/", passkeys.list_webauthn, "mfa_list_webauthn"),
    page("2fa/webauthn/add/", passkeys.add_webauthn, "mfa_add_webauthn"),
    page("2fa/webauthn/login/", passkeys.login_webauthn, "mfa_login_webauthn", is_open=True),
    page("2fa/webauthn/reauthenticate/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    page("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
    page("2fa/webauthn/keys/<int:pk>/edit/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
]
