"""What is kept of who was in a file when the file itself is gone."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.models.job_models import UploadJob
from imports.querysets import DigestsQuerySet


class PendingErasure(models.Model):
    """Rows of a job that are erased as soon as it has ended. By their numbers: whose they are is not kept."""

    job = models.OneToOneField(UploadJob, models.CASCADE, primary_key=True, related_name="pending_erasure")
    plan = models.JSONField(help_text=_("Numbers of rows and cells; see imports/provenance/erased_rows.py."))
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("pending erasure")
        verbose_name_plural = _("pending erasures")

    def __str__(self) -> str:
        return gettext("pending erasure of {job}").format(job=self.job_id)


class JobDigests(models.Model):
    """That there are digests of the identifiers in a job's rows, and a filter of them; see imports.provenance."""

    job = models.OneToOneField(UploadJob, models.CASCADE, primary_key=True, related_name="digests")
    key = models.CharField(max_length=8, db_index=True, help_text=_("The id of the key they were made with."))
    stored = models.CharField(max_length=100, help_text=_("What their table is stored as."))
    made_of = models.CharField(max_length=64, help_text=_("SHA-256 of the names of the tables they are of."))
    made_at = models.DateTimeField(default=timezone.now)
    blocks = models.PositiveIntegerField(help_text=_("Of the filter."))
    filter = models.BinaryField(help_text=_("See imports/provenance/digest_filter.py."))

    objects = DigestsQuerySet.as_manager()

    class Meta:
        verbose_name = _("digests of a job")
        verbose_name_plural = _("digests of jobs")

    def __str__(self) -> str:
        return gettext("digests of {job}").format(job=self.job_id)
