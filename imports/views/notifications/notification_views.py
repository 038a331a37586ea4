"""The page of all that a person was told of their imports."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from imports.models import Notification
from imports.querysets import LARGE, SECRETS
from imports.states import MailState
from imports.telling.told_words import Told, told_of
from portal.models import Telling
from portal.requests import PortalRequest

NOTIFICATIONS_PER_PAGE = 25

MAIL_WORDS: dict[str, Promise] = {
    MailState.SENT: gettext_lazy("You also got an e-mail."),
    MailState.FAILED: gettext_lazy("The e-mail about it could not be sent."),
    MailState.UNKNOWN: gettext_lazy("It is not known whether the e-mail about it was sent."),
}
"""What is said of the e-mail, where there is something to say."""


@dataclass(frozen=True)
class NotificationLine:
    """A notification as the page shows it."""

    notification: Notification
    told: Told
    url: str
    is_unread: bool
    is_over: bool
    mail: str | Promise


@require_safe
def notifications(request: PortalRequest) -> HttpResponse:
    """What the person was told, newest first."""
    deferred = (*(f"job__{name}" for name in LARGE), *(f"job__account__{name}" for name in SECRETS))
    mine = Notification.objects.shown_to(request.user).select_related("job__account").defer(*deferred)
    page = Paginator(mine, NOTIFICATIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": "notifications",
        "notifications": page,
        "lines": [_line(one) for one in page],
        "is_any_unread": mine.unread().exists(),
        "wants_none": request.user.notices == Telling.NEVER,
    }
    return render(request, "imports/notifications/notifications.html", context)


@require_POST
def read_all(request: PortalRequest) -> HttpResponse:
    """Take all that the person was told for read."""
    Notification.objects.filter(person=request.user, read_at=None).update(read_at=timezone.now())
    return redirect("imports:notifications")


def _line(notification: Notification) -> NotificationLine:
    return NotificationLine(
        notification=notification,
        told=told_of(notification),
        url=reverse("imports:job", args=[notification.job_id]),
        is_unread=notification.read_at is None and notification.over_at is None,
        is_over=notification.over_at is not None,
        mail=MAIL_WORDS.get(notification.mail, ""),
    )
