"""Signing people out whose rights were changed in the administration."""

from collections.abc import Collection

from portal.models import User, end_sessions
from portal.requests import PortalRequest
from portal.sign_in.open_sessions import keep_this_session


def end_sessions_of(request: PortalRequest, people: Collection[int]) -> None:
    """End every session of `people`, given by their ids, but that in which somebody changes their own rights."""
    if not people:
        return
    end_sessions(User.objects.filter(pk__in=people))
    if request.user.pk in people:
        keep_this_session(request, User.objects.get(pk=request.user.pk))
