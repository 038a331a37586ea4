"""The approval of jobs: what is asked of approvers, and what they have said."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.contacts.approval_rules import AppliedRule
from imports.models.job_models import UploadJob
from imports.states import ApprovalState

REASON_MAX_CHARS = 500


class ApprovalRequest(models.Model):
    """That a job is to be approved as it is now: `digest` is over all that would be sent and how.

    It is open while the job has the status `approval`, and ends with it, whatever comes next (`transition`).
    """

    job = models.ForeignKey(
        UploadJob, models.CASCADE, related_name="approval_requests", verbose_name=_("upload job")
    )
    digest = models.CharField(
        max_length=64, help_text=_("SHA-256 over what would be sent, and how; see imports/jobs/approval.py.")
    )
    applied = models.JSONField(default=list, help_text=_("The rules by which it is to be approved."))
    needed = models.PositiveSmallIntegerField(_("approvals needed"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=9, choices=ApprovalState, default=ApprovalState.OPEN)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ended by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_MAX_CHARS, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request for approval")
        verbose_name_plural = _("requests for approval")
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(state=ApprovalState.OPEN), name="one_open_request_a_job"
            )
        ]

    def __str__(self) -> str:
        return gettext("{job}: {state}").format(job=self.job_id, state=self.get_state_display())

    @property
    def rules(self) -> list[AppliedRule]:
        """The rules by which it is to be approved, with their counts."""
        return [AppliedRule.from_dict(one) for one in self.applied]


class GivenApproval(models.Model):
    """That a person has approved what a request asks for."""

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="approvals")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = [models.UniqueConstraint(fields=["request", "person"], name="one_approval_a_person")]

    def __str__(self) -> str:
        return gettext("{request} by {person}").format(request=self.request_id, person=self.person_id)
