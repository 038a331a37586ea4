"""What people are told of their imports: on a page of the portal, and by e-mail."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.models.account_models import DotdigitalAccount
from imports.models.batch_models import ImportBatch
from imports.models.job_models import UploadJob
from imports.querysets import MAX_LEASE, is_over, is_seen_by
from imports.states import JOB_DELIVERING, BatchStatus, JobStatus, MailState, NotificationOccasion
from portal.models import Telling, User


class NotificationQuerySet(models.QuerySet["Notification"]):
    def shown_to(self, user: User) -> Self:
        """What `user` is told on pages: of jobs that they may see, as far as they want to be told."""
        mine = self.filter(person=user)
        if user.notices == Telling.NEVER:
            return mine.none()
        if user.notices == Telling.NEEDED:
            mine = mine.filter(is_needed=True)
        return mine.filter(is_seen_by(user, "job__"))

    def open(self) -> Self:
        """What is still as it was told. An end stays so for ever."""
        return self.filter(over_at=None)

    def unread(self) -> Self:
        return self.open().filter(read_at=None)

    def outdated(self) -> Self:
        """What is open and not so any more: nothing is held, or the account can be used, or the job has ended or been
        approved, or what was rejected, or has to be approved anew, has gone on."""
        held = ImportBatch.objects.filter(job=OuterRef("job"), status=BatchStatus.HELD)
        is_decided = Q(occasion=NotificationOccasion.DECISION) & ~Exists(held)
        blocked = DotdigitalAccount.objects.filter(jobs=OuterRef("job")).exclude(blocked_reason={})
        is_moving = Q(occasion=NotificationOccasion.STUCK) & (
            ~Q(job__status__in=JOB_DELIVERING) | ~Exists(blocked)
        )
        is_approved = Q(occasion=NotificationOccasion.APPROVAL) & ~Q(job__status=JobStatus.APPROVAL)
        is_mended = Q(occasion=NotificationOccasion.REJECTED) & ~Q(job__status=JobStatus.CHECKED)
        again = [JobStatus.CHECKING, JobStatus.CHECKED]
        is_asked_anew = Q(occasion=NotificationOccasion.VOID) & ~Q(job__status__in=again)
        past = is_decided | is_moving | is_approved | is_mended | is_asked_anew
        return self.open().exclude(occasion=NotificationOccasion.ENDED).filter(past)

    def to_be_mailed(self, now: datetime) -> Self:
        """Those whose e-mail is due, and that no living worker is at."""
        return self.filter(
            is_over("lease_until", now, MAX_LEASE),
            is_over("mail_not_before", now),
            mail__in=[MailState.WAITING, MailState.HANDED_OVER],
        )


class Notification(models.Model):
    """That somebody is told something of a job: its owner, or one of its approvers. It is written in the transaction in
    which that came to be so, and no other is open for the same job, occasion and person: whoever dies, they are told
    once.

    A worker that sends its e-mail holds it by `run` and renews its lease, as with a download.
    """

    job = models.ForeignKey(
        UploadJob, models.CASCADE, related_name="notifications", verbose_name=_("upload job")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("person")
    )
    occasion = models.CharField(_("occasion"), max_length=8, choices=NotificationOccasion)
    is_needed = models.BooleanField(
        _("needed"), help_text=_("Whether it took longer than a minute, or somebody has to do something.")
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    over_at = models.DateTimeField(
        _("over at"), null=True, blank=True, help_text=_("Since when it is not so any more.")
    )

    mail = models.CharField(_("e-mail"), max_length=11, choices=MailState, default=MailState.WAITING)
    mail_not_before = models.DateTimeField(null=True, blank=True)
    mail_tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    mailed_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    run = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    # What servers and mailboxes know its e-mail by, however often it is sent.
    mail_token = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "occasion", "person"],
                condition=Q(over_at=None),
                name="one_open_notification_a_person",
            )
        ]
        indexes = [
            models.Index(fields=["person", "made_at"], name="notifications_of_person"),
            models.Index(fields=["person", "read_at"], name="notifications_unread"),
            models.Index(fields=["mail", "mail_not_before"], name="notifications_by_mail"),
            models.Index(fields=["occasion", "over_at"], name="notifications_by_occasion"),
        ]

    def __str__(self) -> str:
        return gettext("{occasion}: {job}").format(occasion=self.get_occasion_display(), job=self.job_id)
