"""What the database keeps: accounts, jobs, batches, mappings, events and counts; never a row of contact data."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports import reasons, secrets
from imports.dotdigital.answers import MAX_IMPORT_ID_CHARS
from imports.files.file_problems import reading_told
from imports.querysets import (
    AccountQuerySet,
    BatchQuerySet,
    CatalogueQuerySet,
    DownloadQuerySet,
    JobQuerySet,
    TrialQuerySet,
)
from imports.reports.ledger import REACHED_DOTDIGITAL
from imports.states import (
    JOB_BEFORE_SENDING,
    JOB_DELIVERING,
    JOB_ENDS,
    BatchStatus,
    Call,
    DownloadState,
    JobStatus,
    TrialState,
)

MAX_ACTIVE_IMPORTS = 25  # per account, the API's own limit
CEILING_LASTS = timedelta(minutes=1)


class DotdigitalAccount(models.Model):
    """A Dotdigital account that files are imported into, and the API user that does it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    endpoint = models.CharField(
        _("endpoint"), max_length=255, help_text=_("For example https://r1-api.dotdigital.com")
    )
    api_user = models.CharField(_("API user"), max_length=255)
    api_password_encrypted = models.TextField(editable=False)
    integration_token_encrypted = models.TextField(editable=False, blank=True)
    phone_region = models.CharField(
        _("phone region"),
        max_length=2,
        blank=True,
        help_text=_("Country code that numbers without one are read in, for example GB."),
    )
    max_active_imports = models.PositiveSmallIntegerField(
        _("active imports at most"),
        default=MAX_ACTIVE_IMPORTS,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_ACTIVE_IMPORTS)],
        help_text=_("How many imports the portal may have running at once. Dotdigital allows 25 an account."),
    )
    is_paused = models.BooleanField(
        _("paused"), default=False, editable=False, help_text=_("A person has stopped all sending.")
    )
    # Why nothing can be sent until somebody corrects it, for example that the password is refused; a message.
    blocked_reason = models.JSONField(default=dict, blank=True, editable=False)
    # Calls in a row, whatever calls, that Dotdigital did not answer; any answer ends them. When there are many, the
    # account backs off.
    failed_calls = models.PositiveIntegerField(_("failed calls"), default=0, editable=False)
    # Nothing is sent before this time, because the account is blocked or backs off.
    not_before = models.DateTimeField(_("not before"), null=True, blank=True, editable=False)
    # The worker that asks whether the account can be used again knows it by this, and compares it with every write.
    probe = models.UUIDField(null=True, blank=True, editable=False)
    # PUTs in a row that Dotdigital did not answer; only an answer to a PUT ends them.
    failed_sends = models.PositiveIntegerField(default=0, editable=False)
    # No batch is sent before this time, because of failed PUTs, or because Dotdigital asked to wait.
    send_not_before = models.DateTimeField(null=True, blank=True, editable=False)
    # Other programs may hold slots: how many were left when Dotdigital last said that there are none, and when to
    # see whether there is one more. None while all are ours.
    slot_ceiling = models.PositiveSmallIntegerField(
        _("slots that are left"), null=True, blank=True, editable=False
    )
    slot_probe_at = models.DateTimeField(null=True, blank=True, editable=False)
    slot_probes = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Times in a row that there was no slot more.")
    )
    # Bodies of so many bytes are refused, though Dotdigital's own limit is higher; and when that was learnt.
    body_limit = models.PositiveIntegerField(null=True, editable=False)
    body_limit_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("Dotdigital account")
        verbose_name_plural = _("Dotdigital accounts")

    def __str__(self) -> str:
        return self.name

    @property
    def api_password(self) -> str:
        return secrets.decrypt(self.api_password_encrypted)

    @api_password.setter
    def api_password(self, plain: str) -> None:
        self.api_password_encrypted = secrets.encrypt(plain)

    @property
    def blocked_words(self) -> str:
        """Why nothing can be sent, and what to do about it; "" while the account can be used."""
        return reasons.words_of(self.blocked_reason)

    def ceiling_at(self, now: datetime) -> int | None:
        """How many slots there are while other programs hold some; None when all are ours.

        What Dotdigital said is believed until another slot was to be tried, and CEILING_LASTS more.
        """
        tried_at = self.slot_probe_at
        if (
            self.slot_ceiling is None
            or tried_at is None
            or not now - CEILING_LASTS <= tried_at <= now + CEILING_LASTS
        ):
            return None
        return self.slot_ceiling

    @property
    def integration_token(self) -> str:
        return secrets.decrypt(self.integration_token_encrypted)

    @integration_token.setter
    def integration_token(self, plain: str) -> None:
        self.integration_token_encrypted = secrets.encrypt(plain)


class AccountCatalogue(models.Model):
    """What an account has to map into, as last read, so that pages need no call; and who is to read it again.

    Apart from the account, which is loaded far more often. An account that nobody has asked about has no row yet:
    `imports.accounts.catalogue.known_of` makes it.
    """

    account = models.OneToOneField(
        DotdigitalAccount, models.CASCADE, primary_key=True, related_name="catalogue"
    )
    content = models.JSONField(default=dict, help_text=_("Data fields, lists, preferences, own identifiers."))
    read_at = models.DateTimeField(null=True)
    # A worker is to read it again since then; None while nobody waits for that.
    asked_at = models.DateTimeField(null=True)
    # The worker that reads it knows it by this, and compares it with what it writes; it renews the lease.
    run = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    # Why the account could not be read when that was last tried, a message; empty when it was.
    unread_reason = models.JSONField(default=dict, blank=True)

    objects = CatalogueQuerySet.as_manager()

    def __str__(self) -> str:
        return gettext("what {account} has").format(account=self.account)

    @property
    def unread_words(self) -> str:
        """Why the account could not be read; "" when it was."""
        return reasons.sentence_of(self.unread_reason)


class CallBudget(models.Model):
    """How many calls of one kind an account may still make in the present window, as Dotdigital's headers say.

    Shared by all workers. Calls that are counted together carry the same `scope`. Without a row, nothing is known
    and nothing is held back.
    """

    account = models.ForeignKey(DotdigitalAccount, models.CASCADE, related_name="budgets")
    call = models.CharField(max_length=6, choices=Call)
    scope = models.CharField(max_length=100, blank=True, help_text=_("The tier, as Dotdigital names it."))
    limit = models.PositiveIntegerField(null=True, help_text=_("Calls in a window."))
    remaining = models.PositiveIntegerField(null=True)
    resets_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "call"], name="one_budget_a_call")]

    def __str__(self) -> str:
        return f"{self.account} {self.call}"


class Installation(models.Model):
    """The one row that says which storage belongs to this database."""

    storage_token = models.UUIDField(
        default=uuid.uuid4, help_text=_("The storage has an object of this name.")
    )
    storage_marked = models.BooleanField(default=False, help_text=_("Whether that object has been written."))

    def __str__(self) -> str:
        return str(self.storage_token)


class Membership(models.Model):
    """Who may import into an account. Managers may also act on their team-mates' jobs."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        MANAGER = "manager", _("Manager")

    account = models.ForeignKey(
        DotdigitalAccount, models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return gettext("{user} in {account}").format(user=self.user, account=self.account)


class MappingTemplate(models.Model):
    """The mapping last used for files with the same headers, so that it is remembered."""

    account = models.ForeignKey(
        DotdigitalAccount, models.CASCADE, related_name="mapping_templates", verbose_name=_("account")
    )
    fingerprint = models.CharField(
        _("fingerprint"), max_length=64, help_text=_("SHA-256 of the headers in their order.")
    )
    # How such a file is taken when nothing is overruled: by this, the next one finds these options.
    as_detected = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        help_text=_("SHA-256 of how the portal takes such a file without being told."),
    )
    reading_options = models.JSONField(
        default=dict, help_text=_("What a person overruled about how such a file is read.")
    )
    # The options leave out what stands there, so they hold only for files in which the same stands there.
    top = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of what is above the first contact.")
    )
    name = models.CharField(
        _("name"), max_length=255, blank=True, help_text=_("The file that it was last used for.")
    )
    columns = models.JSONField(default=list, help_text=_("The headers in their order."))
    shape = models.JSONField(
        default=dict,
        help_text=_("Per column: what it looked like, so that a change is noticed; counts only."),
    )
    mapping = models.JSONField()
    used_at = models.DateTimeField(_("used at"), default=timezone.now)

    class Meta:
        verbose_name = _("mapping template")
        verbose_name_plural = _("mapping templates")
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="one_template_a_shape")
        ]

    def __str__(self) -> str:
        return self.name or f"{self.account} {self.fingerprint[:8]}"


class UploadJob(models.Model):
    """One file on its way into an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        DotdigitalAccount, models.PROTECT, related_name="jobs", verbose_name=_("account")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", verbose_name=_("owner")
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="retries",
        verbose_name=_("tries rows again of"),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=JobStatus, default=JobStatus.UPLOADED, db_index=True
    )
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
    rows = models.PositiveIntegerField(
        _("rows"), null=True, blank=True, help_text=_("Rows below the header.")
    )
    step_seconds = models.JSONField(_("seconds of each step"), default=dict)

    failure_code = models.CharField(_("failure code"), max_length=100, blank=True)
    failure = models.JSONField(default=dict, blank=True, help_text=_("Why it has failed: a message."))

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("upload job")
        verbose_name_plural = _("upload jobs")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"

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
    def imported(self) -> int | None:
        """How many rows arrived at Dotdigital; None while there is no ledger."""
        counts = self.ledger.get("counts")
        return sum(counts.get(bucket, 0) for bucket in REACHED_DOTDIGITAL) if counts else None

    @property
    def columns(self) -> list[str]:
        """The file's headers in their order; empty before it has been staged."""
        return list(self.reading.get("columns", []))


class MappingTrial(models.Model):
    """The mapping that somebody is working on, checked on the whole file while its job waits for them.

    A newer one replaces it. A worker that tries it holds it by `run` and renews its lease; past the lease the
    worker is taken for dead, and the sweep gives the trial to another.
    """

    job = models.OneToOneField(UploadJob, models.CASCADE, primary_key=True, related_name="trial")
    mapping = models.JSONField()
    digest = models.CharField(
        max_length=64,
        help_text=_("SHA-256 of all that its outcome depends on: mapping, account and reading."),
    )
    state = models.CharField(max_length=7, choices=TrialState, default=TrialState.WAITING, db_index=True)
    asked_at = models.DateTimeField(default=timezone.now)
    run = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    takeovers = models.PositiveSmallIntegerField(default=0, help_text=_("Workers that died at it."))
    summary = models.JSONField(default=dict, help_text=_("Counts, as those of a check."))
    tables = models.JSONField(default=dict, help_text=_("What its tables are stored as, as those of a job."))

    objects = TrialQuerySet.as_manager()

    def __str__(self) -> str:
        return gettext("trial of {job} ({state})").format(job=self.job_id, state=self.get_state_display())


class ReportDownload(models.Model):
    """Some rows of a job's report as a file, which a worker makes once and everybody who may see the job can have.

    A worker that makes it holds it by `run` and renews its lease, as with a trial.
    """

    job = models.ForeignKey(UploadJob, models.CASCADE, related_name="downloads")
    selection = models.CharField(max_length=30, help_text=_("Which rows: all, a bucket, or those of note."))
    file_format = models.CharField(max_length=10)
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
        constraints = [
            models.UniqueConstraint(
                fields=["job", "selection", "file_format"], name="one_download_a_selection_and_format"
            )
        ]

    def __str__(self) -> str:
        return gettext("{file} of {job} ({state})").format(
            file=f"{self.selection}.{self.file_format}", job=self.job_id, state=self.get_state_display()
        )


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
        models.SET_NULL,
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
            from_status=self.from_status or gettext("new"), to_status=self.to_status
        )

    @property
    def note_words(self) -> str:
        """What is noted of the move; "" when there is nothing to say."""
        return reasons.note_words(self.note, self.details)
