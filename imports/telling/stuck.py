"""Notifications of what is so for a while: that an account cannot be used, and that a decision is waited for."""

from uuid import UUID

from django.utils import timezone

from imports.models import Notification, UploadJob
from imports.querysets import tell_owner
from imports.states import MailState, NotificationOccasion


def tell_stuck(job_ids: tuple[UUID, ...]) -> None:
    """Have the owners told of these jobs that their account cannot be used; those told already are not told again."""
    for job in UploadJob.objects.light().stuck().filter(pk__in=job_ids):
        tell_owner(job, NotificationOccasion.STUCK, is_needed=True)


def end_outdated(ids: tuple[int, ...]) -> None:
    """Note that these notifications say what is not so any more. An e-mail that has not been sent is not sent."""
    outdated = Notification.objects.filter(pk__in=ids).outdated()
    outdated.filter(mail=MailState.WAITING, run=None).update(over_at=timezone.now(), mail=MailState.UNWANTED)
    outdated.update(over_at=timezone.now())
