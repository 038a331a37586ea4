"""The batches of a job, and what has happened to it and to them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports import reasons
from imports.dotdigital.answers import MAX_IMPORT_ID_CHARS
from imports.models.job_models import UploadJob
from imports.querysets import BatchQuerySet
from imports.states import BatchStatus, status_words


class ImportBatch(models.Model):
    """A slice of a job's prepared rows that goes out as one call; its bytes never change once it exists."""

    job = models.ForeignKey(UploadJob, models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField(_("number"), help_text=_("1, 2, 3 … within the job."))
    status = models.CharField(
        _("status"), max_length=10, choices=BatchStatus, default=BatchStatus.PENDING, db_index=True
    )
    changed_at = models.DateTimeField(default=timezone.now)
    # Whoever has the batch knows it by this, and compares it with every write; each move changes it.
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True)

    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    contacts = models.PositiveIntegerField(_("contacts"))
    body_bytes = models.PositiveIntegerField(_("body size in bytes"))
    body_sha256 = models.CharField(max_length=64)
    # The planned batch that this one is a piece of, where Dotdigital refused that as a whole.
    origin = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="pieces", verbose_name=_("part of")
    )
    # Whether sending the same bytes twice does no more than sending them once.
    safe_to_repeat = models.BooleanField(default=True)

    import_id = models.CharField(_("import id"), max_length=MAX_IMPORT_ID_CHARS, blank=True)
    attempts = models.PositiveIntegerField(
        _("attempts"), default=0, help_text=_("Calls that may have reached Dotdigital.")
    )
    failed_tries = models.PositiveIntegerField(
        default=0, help_text=_("PUTs in a row without an answer; each makes the next wait longer.")
    )
    not_before = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    # Whoever polls holds the batch by this number, and renews the lease until there is an answer.
    polls = models.PositiveIntegerField(_("polls"), default=0)
    failed_polls = models.PositiveIntegerField(
        default=0, help_text=_("Polls in a row without a usable answer; each makes the next wait longer.")
    )
    running_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was last said to be running.")
    )
    reason_code = models.CharField(_("reason code"), max_length=100, blank=True)
    reason = models.JSONField(default=dict, blank=True, help_text=_("Why it ended as it did: a message."))
    outcomes = models.CharField(
        max_length=100, blank=True, help_text=_("What the table of its rows' outcomes is stored as.")
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["job", "number"]
        verbose_name = _("import batch")
        verbose_name_plural = _("import batches")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_batch_a_number")]
        indexes = [models.Index(fields=["status", "changed_at"], name="batches_by_end")]

    def __str__(self) -> str:
        return gettext("batch {number}").format(number=self.number)

    @property
    def reason_words(self) -> str:
        """Why it ended as it did; "" when there is nothing to say."""
        return reasons.sentence_of(self.reason)

    @property
    def repeated(self) -> bool:
        """Whether it was sent again after a call that was never answered."""
        return self.attempts > 1


class JobEvent(models.Model):
    """One move of a job or of one of its batches: who, when, from, to and why."""

    job = models.ForeignKey(UploadJob, models.CASCADE, related_name="events")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, null=True, blank=True, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    from_status = models.CharField(_("from status"), max_length=12, blank=True)
    to_status = models.CharField(_("to status"), max_length=12)
    note = models.CharField(max_length=100, blank=True, help_text=_("A code of imports.reasons.EVENTS."))
    details = models.JSONField(default=dict, blank=True, help_text=_("What the words of the note name."))

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("job event")
        verbose_name_plural = _("job events")

    def __str__(self) -> str:
        return gettext("{from_status} to {to_status}").format(
            from_status=self.from_words or gettext("new"), to_status=self.to_words
        )

    @property
    def from_words(self) -> str:
        """The status that it moved from, in words; "" for the first."""
        return status_words(self.from_status, of_batch=self.batch_id is not None)

    @property
    def to_words(self) -> str:
        """The status that it moved to, in words."""
        return status_words(self.to_status, of_batch=self.batch_id is not None)

    @property
    def note_words(self) -> str:
        """What is noted of the move; "" when there is nothing to say."""
        return reasons.note_words(self.note, self.details)
