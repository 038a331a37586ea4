"""What was deleted on purpose, until it is proved that nothing of it is left."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.querysets import DeletedFilesQuerySet
from imports.states import DeletedScope


class DeletedFiles(models.Model):
    """Files of a job that are to be gone from storage: written in the transaction that takes their names away, worked
    off after its commit, and by the sweep when a process died in between.

    Not tied to the job by the database: mostly that is gone.
    """

    job_id = models.UUIDField(_("upload job"), db_index=True)
    account_id = models.PositiveBigIntegerField(null=True)
    scope = models.CharField(max_length=9, choices=DeletedScope)
    keys = models.JSONField(default=list, help_text=_("Files that go, by their places in storage."))
    folders = models.JSONField(
        default=list, help_text=_("Folders of which everything goes that no row of the database names.")
    )
    found = models.JSONField(
        default=dict, help_text=_("What was there before it went: size in bytes and SHA-256 of each file.")
    )
    files = models.PositiveIntegerField(_("files"), default=0, help_text=_("How many were removed."))
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("Over those that were removed last."))
    deleted_at = models.DateTimeField(_("deleted at"), default=timezone.now)
    proved_at = models.DateTimeField(
        _("proved at"), null=True, help_text=_("When storage was looked through and nothing was left.")
    )
    run = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects = DeletedFilesQuerySet.as_manager()

    class Meta:
        verbose_name = _("deleted files")
        verbose_name_plural = _("deleted files")

    def __str__(self) -> str:
        return gettext("deleted files of {job}").format(job=self.job_id)
