"""The sessions of a person: how long they last, which there are, and their end.

A session ends SESSION_HOURS after the sign-in, and earlier when nothing was done in it for SESSION_IDLE_MINUTES. That a
page asks by itself how an import stands is nothing done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.models import User, end_sessions

BEGAN_AT, SEEN_AT, ENDED_BY = "began_at", "seen_at", "ended_by"
SEEN_EVERY_SECONDS = 60
KEPT_AT_LEAST = timedelta(minutes=10)


def watch() -> None:
    """Count the time of sessions from now on, as the process starts."""
    user_logged_in.connect(_begin, dispatch_uid="open_sessions")
    for signal in (authenticator_added, authenticator_removed):
        signal.connect(_factor_changed, dispatch_uid="open_sessions")


class SessionLimitsMiddleware:
    """Ends a session whose time is over; the sign-in page then says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            reason = _why_over(request)
            if reason:
                request.session.flush()
                request.session[ENDED_BY] = reason
                request.user = AnonymousUser()
            elif not _asks_by_itself(request):
                _note_seen(request)
        return self.get_response(request)


def keep_this_session(request: HttpRequest, person: User) -> None:
    """This session goes on, whatever was changed of `person`, who is signed in in it."""
    before = request.session.session_key
    update_session_auth_hash(request, person)
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def end_other_sessions(request: HttpRequest) -> None:
    """Sign whoever asks out wherever they are signed in, but here."""
    people = User.objects.filter(username=request.user.get_username())
    end_sessions(people)
    keep_this_session(request, people.get())


def sessions_of(request: HttpRequest) -> list[UserSession]:
    """Where whoever asks is signed in, the latest first. `is_this_one` says it of the one in which they ask."""
    found = UserSession.objects.purge_and_list(request.user)
    for session in found:
        session.is_this_one = session.session_key == request.session.session_key
    return sorted(found, key=lambda session: (session.is_this_one, session.last_seen_at), reverse=True)


def remove_ended_sessions() -> int:
    """Remove what is kept of sessions that have ended, with addresses and browsers. Of how many."""
    now = timezone.now()
    Session.objects.filter(expire_date__lte=now).delete()
    ended = UserSession.objects.filter(created_at__lt=now - KEPT_AT_LEAST).exclude(
        session_key__in=Session.objects.values("session_key")
    )
    return ended.delete()[0]


def _why_over(request: HttpRequest) -> str:
    """`time` or `idle` where the session is over; else ""."""
    now, session = time.time(), request.session
    if not 0 <= now - session.get(BEGAN_AT, 0) < 3_600 * settings.SESSION_HOURS:
        return "time"
    return "idle" if now - session.get(SEEN_AT, 0) >= 60 * settings.SESSION_IDLE_MINUTES else ""


def _asks_by_itself(request: HttpRequest) -> bool:
    return request.method == "GET" and request.headers.get("HX-Request") == "true"


def _note_seen(request: HttpRequest) -> None:
    if time.time() - request.session[SEEN_AT] >= SEEN_EVERY_SECONDS:
        request.session[SEEN_AT] = time.time()
        here = UserSession.objects.filter(session_key=request.session.session_key)
        here.update(last_seen_at=timezone.now())


def _begin(sender: Any, request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN_AT] = request.session[SEEN_AT] = time.time()
    request.session.pop(ENDED_BY, None)


def _factor_changed(sender: Any, request: HttpRequest, **_: Any) -> None:
    """Whoever is in by the password alone is out once it is no longer enough; and so is who added what is removed."""
    end_other_sessions(request)
