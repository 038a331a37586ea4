"""A job, and the files that are made of its report."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports import reasons
from imports.files.file_problems import RESEND_CODES, reading_told
from imports.models.account_models import DotdigitalAccount
from imports.querysets import DownloadQuerySet, JobQuerySet
from imports.reports.ledger import REACHED_DOTDIGITAL
from imports.states import (
    JOB_BEFORE_SENDING,
    JOB_DELIVERING,
    JOB_ENDS,
    DownloadState,
    JobStatus,
    status_words,
)

LISTED = ("created_at", "id", "status", "file_name", "rows", "rows_imported", "rows_not_imported")
"""What the history is narrowed down to and ordered by, beside account and owner."""


class UploadJob(models.Model):
    """One file on its way into an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        DotdigitalAccount, models.PROTECT, related_name="jobs", verbose_name=_("account")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="jobs",
        verbose_name=_("owner"),
        db_index=False,  # an index below begins with it
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="retries",
        verbose_name=_("tries rows again of"),
    )
    mapped_like = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("takes the mapping of"),
        help_text=_("The import whose mapping the person asked for."),
    )
    status = models.CharField(_("status"), max_length=12, choices=JobStatus, default=JobStatus.UPLOADED)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, db_index=True)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    # Whoever has the job knows it by this, and compares it with every write; each move and each claim changes it.
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    # A worker that has the job renews this; past it the worker is taken for dead.
    lease_until = models.DateTimeField(null=True, blank=True)

    takeovers = models.PositiveSmallIntegerField(
        default=0, help_text=_("Workers that died at the present step.")
    )

    file_name = models.CharField(
        _("file name"), max_length=255, help_text=_("The name it had on the person's machine.")
    )
    # Blank, as are its size and digest, until a worker has made the file of a job that tries rows again.
    upload = models.CharField(
        max_length=255, blank=True, db_index=True, help_text=_("Where the upload lies in storage.")
    )
    file_bytes = models.PositiveBigIntegerField(_("file size in bytes"), default=0)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, db_index=True)
    tables = models.JSONField(
        default=dict, help_text=_("What each of its tables is stored as; see imports/storage/artefacts.py.")
    )

    upload_removed_at = models.DateTimeField(_("upload removed at"), null=True, editable=False)
    # Its tables, which is all that has its rows, and the files of its report.
    rows_removed_at = models.DateTimeField(_("rows removed at"), null=True, editable=False)

    reading_options = models.JSONField(
        default=dict, help_text=_("What the person overruled about how it is read.")
    )
    as_detected = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("SHA-256 of how the portal takes the file without being told."),
    )
    read_by = models.JSONField(
        default=dict, help_text=_("The options that the present reading was made with.")
    )
    reading = models.JSONField(default=dict, help_text=_("How the file was read, and its columns."))
    profiles = models.JSONField(
        default=list, help_text=_("Per column: how full it is and what it looks like; counts only.")
    )
    suggestions = models.JSONField(default=list, help_text=_("Per column: the suggested target and why."))
    awaits_catalogue = models.BooleanField(
        default=False, help_text=_("Whether the columns are suggested again once the account has been read.")
    )
    drift = models.JSONField(
        default=list, help_text=_("How the file differs from the one whose mapping was remembered.")
    )
    mapping = models.JSONField(default=dict)
    check_summary = models.JSONField(default=dict, help_text=_("Counts of the last check."))
    batch_plan = models.JSONField(
        default=list, help_text=_("The batches that confirming makes, cut by the check.")
    )
    is_paused = models.BooleanField(
        _("paused"), default=False, help_text=_("Nothing more of it is sent for now.")
    )
    stops_on_refusal = models.BooleanField(
        _("stops on refusal"),
        default=False,
        help_text=_("Whether the rest is kept back once Dotdigital has refused a whole batch."),
    )
    # When a batch of this job last got a slot: the job that has waited longest gets the next.
    last_slot_at = models.DateTimeField(null=True, blank=True)
    ledger = models.JSONField(default=dict, help_text=_("Rows per bucket, once the job has ended."))
    # What the ledger adds up to, for lists that are in the order of it.
    rows_imported = models.PositiveIntegerField(_("rows imported"), null=True, editable=False)
    rows_not_imported = models.PositiveIntegerField(_("rows not imported"), null=True, editable=False)
    # Of those that were not imported, the ones that somebody may want to do something about.
    rows_failed = models.PositiveIntegerField(_("rows failed"), null=True, editable=False)
    # Of those, the ones that have arrived with later imports of its line; and of the rows that arrived without some of
    # their values, the ones that have arrived with all of them since.
    rows_resolved = models.PositiveIntegerField(_("rows resolved"), default=0, editable=False)
    rows_completed = models.PositiveIntegerField(_("rows completed"), default=0, editable=False)
    # Of those that are resolved, the ones that could have been tried again as they were.
    retriable_resolved = models.PositiveIntegerField(_("retriable rows resolved"), default=0, editable=False)
    reasons = models.JSONField(null=True, help_text=_("Rows per outcome and reason, once the job has ended."))
    line = models.JSONField(
        default=dict, help_text=_("How it stands to the import whose rows it brings again; counts only.")
    )
    rows = models.PositiveIntegerField(
        _("rows"), null=True, blank=True, help_text=_("Rows below the header.")
    )
    rows_done = models.PositiveIntegerField(
        default=0, help_text=_("Rows that the check which is under way has done.")
    )
    step_seconds = models.JSONField(_("seconds of each step"), default=dict)

    failure_code = models.CharField(_("failure code"), max_length=100, blank=True)
    failure = models.JSONField(default=dict, blank=True, help_text=_("Why it has failed: a message."))

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("upload job")
        verbose_name_plural = _("upload jobs")
        # The history is told from these alone: SQLite would read a job's large columns on the way to those behind them.
        indexes = [
            models.Index(fields=["account", "owner", *LISTED], name="jobs_of_account"),
            models.Index(fields=["owner", "account", *LISTED], name="jobs_of_owner"),
            # The administration's list, narrowed down and in its order.
            models.Index(fields=["status", "created_at"], name="jobs_by_status"),
            # What an account's page adds up by day.
            models.Index(
                fields=["account", "changed_at", "rows_imported", "rows_failed"],
                name="jobs_by_end",
                condition=models.Q(rows_imported__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({status_words(self.status, of_batch=False)})"

    @property
    def has_ended(self) -> bool:
        return self.status in JOB_ENDS

    @property
    def is_before_sending(self) -> bool:
        return self.status in JOB_BEFORE_SENDING

    @property
    def is_delivering(self) -> bool:
        return self.status in JOB_DELIVERING

    @property
    def failure_sentence(self) -> str:
        """Why it has failed; "" when it has not."""
        return reasons.sentence_of(self.failure)

    @property
    def failure_remedy(self) -> str:
        """What to do about its failure."""
        return reasons.remedy_of(self.failure)

    @property
    def file_problems(self) -> list[tuple[int, str]]:
        """What was wrong with rows of the file when it was read: row, 0 for the file as a whole, and sentence."""
        return [(one["row"], one["text"]) for one in reading_told(self.reading).get("problems", ())]

    @property
    def reading_notes(self) -> list[tuple[int, str]]:
        """The same without `resend_notes`, which pages show by themselves."""
        said = self.resend_notes
        return [(row, text) for row, text in self.file_problems if row or text not in said]

    @property
    def resend_notes(self) -> list[str]:
        """How the file belongs to an earlier import, or why it does not, in sentences."""
        problems = reading_told(self.reading).get("problems", ())
        return [one["text"] for one in problems if one["code"] in RESEND_CODES and not one["row"]]

    @property
    def imported(self) -> int | None:
        """How many rows arrived at Dotdigital; None while there is no ledger."""
        counts = self.ledger.get("counts")
        return sum(counts.get(bucket, 0) for bucket in REACHED_DOTDIGITAL) if counts else None

    @property
    def columns(self) -> list[str]:
        """The file's headers in their order; empty before it has been staged."""
        return list(self.reading.get("columns", []))


class ReasonTally(models.Model):
    """How many rows of an ended job did not arrive for a reason: what `UploadJob.reasons` says of outcomes that need
    attention, as rows that can be added up over an account's jobs without loading any of these."""

    job = models.ForeignKey(UploadJob, models.CASCADE, related_name="reason_tallies")
    account = models.ForeignKey(
        DotdigitalAccount,
        models.CASCADE,
        related_name="reason_tallies",
        db_index=False,  # the index below begins with it
    )
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    code = models.TextField(help_text=_("A problem's, Dotdigital's, or one of imports.reasons."))
    rows = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("reason tally")
        verbose_name_plural = _("reason tallies")
        indexes = [models.Index(fields=["account", "ended_at"], name="reasons_by_end")]

    def __str__(self) -> str:
        return f"{self.code}: {self.rows}"


class ReportDownload(models.Model):
    """Some rows of a job's report as a file, which a worker makes once a language, and everybody who may see the job
    can have.

    A worker that makes it holds it by `run` and renews its lease, as with a trial.
    """

    job = models.ForeignKey(UploadJob, models.CASCADE, related_name="downloads")
    selection = models.CharField(max_length=30, help_text=_("Which rows: all, a bucket, or those of note."))
    file_format = models.CharField(max_length=10)
    language = models.CharField(
        max_length=20,
        default=settings.LANGUAGE_CODE,
        help_text=_("Of the reasons in it, a code of LANGUAGES."),
    )
    outcomes = models.CharField(
        max_length=100, help_text=_("What the table of outcomes it is made of is stored as.")
    )
    state = models.CharField(
        max_length=7, choices=DownloadState, default=DownloadState.WAITING, db_index=True
    )
    asked_at = models.DateTimeField(default=timezone.now)
    run = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    takeovers = models.PositiveSmallIntegerField(default=0, help_text=_("Workers that died at it."))
    rows_done = models.PositiveIntegerField(default=0)
    stored = models.CharField(
        max_length=100, blank=True, help_text=_("What it is stored as, once it is made.")
    )
    file_bytes = models.PositiveBigIntegerField(default=0)
    failure_code = models.CharField(max_length=30, blank=True)

    objects = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("report download")
        verbose_name_plural = _("report downloads")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "selection", "file_format", "language"],
                name="one_download_a_selection_format_and_language",
            )
        ]

    def __str__(self) -> str:
        return gettext("{file} of {job} ({state})").format(
            file=f"{self.selection}.{self.file_format}", job=self.job_id, state=self.get_state_display()
        )
