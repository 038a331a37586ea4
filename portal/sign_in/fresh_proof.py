"""When somebody last proved who they are, and views for which that must not be long ago.

Signing in is such a proof, by whatever means, and so is giving a password, a code or a passkey again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

PROVED_AT = "proved_at"

View = Callable[..., HttpResponseBase]


def watch() -> None:
    """Note proofs from now on, as the process starts."""
    user_logged_in.connect(_signed_in, dispatch_uid="fresh_proof")
    authentication_step_completed.connect(_proved, dispatch_uid="fresh_proof")


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever asks has proved who they are within REAUTHENTICATE_MINUTES."""
    age = time.time() - request.session.get(PROVED_AT, 0)
    return request.user.is_authenticated and 0 <= age < 60 * settings.REAUTHENTICATE_MINUTES


def fresh_proof_required(view: View) -> View:
    """`view`, for whoever has lately proved who they are; others do that first.

    What they post is not kept meanwhile, as it may be a secret: they are led back to the page that they came from, and
    told that nothing was done.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if is_fresh(request) else ask_for_proof(request)

    return guarded


def ask_for_proof(request: HttpRequest) -> HttpResponseRedirect:
    """Lead whoever asks to where they prove who they are, and then back. Raises PermissionDenied if they have nothing
    to prove it by."""
    back = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        messages.warning(
            request,
            gettext("Nothing was done: confirm first that it is you, and then do it once more."),
            extra_tags="care",
        )
        back = _page_before(request)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': back})}")


def _page_before(request: HttpRequest) -> str:
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.get_host() or not came_from.path.startswith("/"):
        return reverse("imports:home")
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")


def _signed_in(sender: Any, request: HttpRequest, **_: Any) -> None:
    request.session[PROVED_AT] = time.time()


def _proved(sender: Any, request: HttpRequest, **details: Any) -> None:
    if details.get("reauthenticated"):
        request.session[PROVED_AT] = time.time()
