"""Mappings that no job has been given: those that are remembered, and those on trial."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.models.account_models import DotdigitalAccount
from imports.models.job_models import UploadJob
from imports.querysets import TrialQuerySet
from imports.states import TrialState


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
    rows_done = models.PositiveIntegerField(default=0, help_text=_("Rows that were tried so far."))
    summary = models.JSONField(default=dict, help_text=_("Counts, as those of a check."))
    tables = models.JSONField(default=dict, help_text=_("What its tables are stored as, as those of a job."))

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("mapping trial")
        verbose_name_plural = _("mapping trials")

    def __str__(self) -> str:
        return gettext("trial of {job} ({state})").format(job=self.job_id, state=self.get_state_display())


class MappingDraft(models.Model):
    """What somebody has chosen on the mapping page and has not checked yet; see imports.jobs.draft."""

    job = models.OneToOneField(UploadJob, models.CASCADE, primary_key=True, related_name="draft")
    form = models.TextField(blank=True, help_text=_("The fields of the page, as they were posted."))
    mapping = models.JSONField(
        default=dict, help_text=_("A mapping that was put in, where no form was posted.")
    )
    columns = models.JSONField(default=list, help_text=_("The headers of the file that it was chosen for."))
    number = models.PositiveIntegerField(default=1, help_text=_("Grows with each change."))
    page = models.CharField(max_length=32, help_text=_("The open page that has changed it last."))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mapping draft")
        verbose_name_plural = _("mapping drafts")

    def __str__(self) -> str:
        return gettext("draft of {job}").format(job=self.job_id)


class NamedMapping(models.Model):
    """A mapping that somebody has kept by a name, for all who import into the account. It stays as it is, however files
    with the same headers are mapped after it."""

    account = models.ForeignKey(
        DotdigitalAccount, models.CASCADE, related_name="named_mappings", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=100)
    columns = models.JSONField(default=list, help_text=_("The headers in their order."))
    mapping = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        ordering = [Lower("name")]
        verbose_name = _("named mapping")
        verbose_name_plural = _("named mappings")
        constraints = [models.UniqueConstraint("account", Lower("name"), name="one_mapping_a_name")]

    def __str__(self) -> str:
        return self.name
