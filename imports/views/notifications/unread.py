"""How many notifications a person has not read, for the top of every page."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest
from django.utils import timezone

from imports.models import Notification

MAX_COUNTED = 100


def unread(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """`unread`: how many there are, MAX_COUNTED at most. It is found out by pages that show it, and by no part of one
    that is asked for again and again."""
    return {"unread": cache(lambda: count_unread(request))}


def count_unread(request: HttpRequest) -> int:
    """How many notifications whoever asks has not read. Those of the job whose page this is are read by now, if they
    asked for a page and not for something to be done, which may have been refused."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    mine = Notification.objects.shown_to(user).unread()
    rows = dict(mine.values_list("pk", "job_id")[:MAX_COUNTED])
    match = request.resolver_match if request.method in {"GET", "HEAD"} else None
    shown = match.kwargs.get("job_id") if match else None
    seen = [key for key, job_id in rows.items() if job_id == shown]
    if seen:
        Notification.objects.filter(pk__in=seen).update(read_at=timezone.now())
    return len(rows) - len(seen)
