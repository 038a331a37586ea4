"""Contacts of an account that were read for plans: how far that is, and where it lies. Never a contact."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports import secrets
from imports.models.account_models import DotdigitalAccount
from imports.querysets import SnapshotQuerySet
from imports.states import SnapshotState


class AccountSnapshot(models.Model):
    """Contacts of an account as they were when they were read; see imports/plans/snapshot_schema.py.

    Read a page after another, each of which is a table of its own in storage before this row names it; then made one
    table. Whatever of it is stored goes with this row, at `expires_at` at the latest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(DotdigitalAccount, models.CASCADE, related_name="snapshots")
    # Of which account it is: with others of these, that is another one.
    endpoint = models.CharField(max_length=255)
    api_user = models.CharField(max_length=255)
    scope = models.JSONField(help_text=_("What of each contact is read; names, no values."))
    state = models.CharField(max_length=8, choices=SnapshotState, default=SnapshotState.READING)
    # An earlier one of which this is what has changed since; the table of it is a part of this one.
    base = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    is_full = models.BooleanField(default=True, help_text=_("All contacts are read, not only changes."))
    # When the reading of it began, and when that of all contacts did which it goes back to.
    begun_at = models.DateTimeField(null=True)
    full_at = models.DateTimeField(null=True)
    # What is being read: contacts modified since then, all of them without; and how far, as Dotdigital says it. It says
    # that in a form of its own, which may tell of contacts, so it is encrypted.
    since = models.DateTimeField(null=True)
    marker_encrypted = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True, help_text=_("When the last page had been read."))
    parts = models.JSONField(default=list, help_text=_("What the pages are stored as."))
    table = models.CharField(max_length=100, blank=True, help_text=_("What the whole table is stored as."))
    pages = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    # Times in a row that somebody was at it without getting on, and that it had to begin again.
    tries = models.PositiveIntegerField(default=0)
    restarts = models.PositiveIntegerField(default=0)
    reason = models.JSONField(default=dict, blank=True, help_text=_("Why it could not be read, a message."))
    created_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    not_before = models.DateTimeField(null=True)
    run = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot of an account")
        verbose_name_plural = _("snapshots of accounts")

    def __str__(self) -> str:
        return gettext("snapshot of {account}").format(account=self.account)

    @property
    def marker(self) -> str:
        """How far it is. Raises SecretUnreadableError when the key it was encrypted with is gone."""
        return secrets.decrypt(self.marker_encrypted)
