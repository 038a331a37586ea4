"""Uploads that arrive in parts, so that one that was broken off can be continued."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.models.account_models import DotdigitalAccount
from imports.models.job_models import UploadJob
from imports.querysets import ResumableQuerySet


class ResumableUpload(models.Model):
    """A file on its way here, a part at a time. Once it is there as a whole it has a job.

    Its parts lie in storage (`storage/upload_parts.py`), each under a name of its own, and belong to it from the moment
    at which `parts` names them: `{"stored", "bytes", "sha256"}` in the order of the file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    account = models.ForeignKey(
        DotdigitalAccount, models.CASCADE, related_name="+", verbose_name=_("account")
    )
    job = models.OneToOneField(
        UploadJob, models.CASCADE, null=True, related_name="+", help_text=_("What was made of it.")
    )
    file_name = models.CharField(_("file name"), max_length=255)
    file_bytes = models.PositiveBigIntegerField(_("file size in bytes"))
    parts = models.JSONField(default=list)
    received_bytes = models.PositiveBigIntegerField(default=0, help_text=_("The sum of its parts."))
    # Each write is made on condition that the row still has it, and changes it.
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now, db_index=True)

    objects = ResumableQuerySet.as_manager()

    class Meta:
        verbose_name = _("resumable upload")
        verbose_name_plural = _("resumable uploads")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_complete(self) -> bool:
        """Whether all of the file has arrived."""
        return self.received_bytes == self.file_bytes
