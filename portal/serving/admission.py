"""Who may send a large body: people who are signed in. The database is asked, so this is for the portal's threads."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest
from django.http.cookie import parse_cookie


def is_signed_in(cookies: str) -> bool:
    """Whether the header `cookies` is that of somebody who is signed in; nobody is while the database is away."""
    request = HttpRequest()
    request.COOKIES = parse_cookie(cookies)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    close_old_connections()
    try:
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        return bool(get_user(request).is_authenticated)
    except DatabaseError:
        return False
    finally:
        close_old_connections()
