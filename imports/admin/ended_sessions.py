"""Signing people out whose rights were changed in the administration."""

from collections.abc import Collection

from django.contrib.auth import update_session_auth_hash

from portal.models import User, end_sessions
from portal.requests import PortalRequest


def end_sessions_of(request: PortalRequest, people: Collection[int]) -> None:
    """End every session of `people`, given by their ids, but that in which somebody changes their own rights."""
    if not people:
        return
    end_sessions(User.objects.filter(pk__in=people))
    if request.user.pk in people:
        update_session_auth_hash(request, User.objects.get(pk=request.user.pk))
