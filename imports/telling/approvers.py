"""Tells approvers that an import waits for them, and tells them again while it does."""

from uuid import UUID

from django.utils import timezone

from imports.access import approvers_of
from imports.models import GivenApproval, Notification, UploadJob
from imports.querysets import MAIL_GRACE
from imports.states import ApprovalState, NotificationOccasion
from imports.transactions import unit_of_work


def tell_approvers(job: UploadJob) -> None:
    """Have all told, in the present unit of work, who may approve `job` and have not done so yet."""
    given = GivenApproval.objects.filter(request__job=job, request__state=ApprovalState.OPEN)
    done = set(given.values_list("person", flat=True))
    Notification.objects.bulk_create(
        [
            Notification(
                job=job,
                person=person,
                occasion=NotificationOccasion.APPROVAL,
                is_needed=True,
                mail_not_before=timezone.now() + MAIL_GRACE,
            )
            for person in approvers_of(job)
            if person.pk not in done
        ],
        ignore_conflicts=True,
    )


def remind_approvers(job_ids: tuple[UUID, ...]) -> None:
    """Tell the approvers of these jobs again, where that is due: what they were told before is over."""
    now = timezone.now()
    for job in UploadJob.objects.light().select_related("account").to_remind_of(now).filter(pk__in=job_ids):
        with unit_of_work():
            earlier = job.notifications.filter(occasion=NotificationOccasion.APPROVAL)
            earlier.open().update(over_at=now)
            tell_approvers(job)
