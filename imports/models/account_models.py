"""An account, its members, what it has, and how many calls are left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports import reasons, secrets
from imports.querysets import AccountQuerySet, CatalogueQuerySet
from imports.roles import AccountRole
from imports.states import Call, ReadsContacts

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MAX_ACTIVE_IMPORTS = 25  # per account, the API's own limit
MAX_KEPT_DAYS = 3_650
CEILING_LASTS = timedelta(minutes=1)
MAX_APPROVALS = 5


def kept_days(
    name: StrPromise, help_text: StrPromise
) -> models.PositiveSmallIntegerField[int | None, int | None]:
    """For how many days something of an account's imports is kept; None where the installation's setting says it."""
    return models.PositiveSmallIntegerField(
        name,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_KEPT_DAYS)],
        help_text=help_text,
    )


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
    shares_jobs = models.BooleanField(
        _("members see each other’s imports"),
        default=True,
        help_text=_(
            "Without it, viewers and uploaders see only their own imports. Approvers and managers always see all."
        ),
    )
    # Which imports are to be approved: see imports/contacts/approval_rules.py.
    approval_rules = models.JSONField(_("rules of approval"), default=dict, blank=True)
    approvals_needed = models.PositiveSmallIntegerField(
        _("approvals needed"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_APPROVALS)],
        help_text=_("How many people have to approve an import that one of the rules applies to."),
    )
    uploads_kept_days = kept_days(
        _("uploaded files are kept for"),
        _("Days after the end of an import. Without one, UPLOADS_KEPT_DAYS."),
    )
    rows_kept_days = kept_days(
        _("rows of files are kept for"),
        _("Days after the end of the last import of the same rows. Without one, ROWS_KEPT_DAYS."),
    )
    downloads_kept_days = kept_days(
        _("files of reports are kept for"),
        _("Days after they were made; they can be made again. Without one, DOWNLOADS_KEPT_DAYS."),
    )
    unsent_kept_days = kept_days(
        _("what was never sent is kept for"),
        _("Days after an import failed, was cancelled or was last worked on. Without one, UNSENT_KEPT_DAYS."),
    )
    digests_kept_days = kept_days(
        _("digests are kept for"),
        _(
            "Days after the end of an import, in which it can be told whom it carried. Without one, DIGESTS_KEPT_DAYS."
        ),
    )
    reads_contacts = models.CharField(
        _("contacts are read"),
        max_length=6,
        choices=ReadsContacts,
        default=ReadsContacts.OFF,
        help_text=_(
            "For which imports the portal may read the account’s contacts, to say what an import would change. They "
            "are kept for hours, not days."
        ),
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


class Membership(models.Model):
    """What a person is to an account. Through groups they may be more: the highest of their roles counts."""

    Role = AccountRole

    account = models.ForeignKey(
        DotdigitalAccount, models.CASCADE, related_name="memberships", verbose_name=_("account")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=10, choices=AccountRole, default=AccountRole.UPLOADER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="one_membership_each")]

    def __str__(self) -> str:
        return gettext("{user} in {account}").format(user=self.user, account=self.account)


class GroupMembership(models.Model):
    """What everybody in a group is to an account."""

    account = models.ForeignKey(
        DotdigitalAccount, models.CASCADE, related_name="group_memberships", verbose_name=_("account")
    )
    group = models.ForeignKey(
        Group, models.CASCADE, related_name="account_memberships", verbose_name=_("group")
    )
    role = models.CharField(_("role"), max_length=10, choices=AccountRole, default=AccountRole.UPLOADER)

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        constraints = [models.UniqueConstraint(fields=["account", "group"], name="one_membership_a_group")]

    def __str__(self) -> str:
        return gettext("{user} in {account}").format(user=self.group, account=self.account)


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

    class Meta:
        verbose_name = _("account catalogue")
        verbose_name_plural = _("account catalogues")

    def __str__(self) -> str:
        return gettext("what {account} has").format(account=self.account)

    @property
    def unread_words(self) -> str:
        """Why the account could not be read; "" when it was."""
        return reasons.sentence_of(self.unread_reason)


class SlotTurn(models.Model):
    """When a person last got a slot of an account for a batch of theirs: who has waited longest is next."""

    account = models.ForeignKey(DotdigitalAccount, models.CASCADE, related_name="slot_turns")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    last_slot_at = models.DateTimeField()

    class Meta:
        verbose_name = _("slot turn")
        verbose_name_plural = _("slot turns")
        constraints = [models.UniqueConstraint(fields=["account", "person"], name="one_turn_a_person")]

    def __str__(self) -> str:
        return f"{self.account} {self.person}"


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
        verbose_name = _("call budget")
        verbose_name_plural = _("call budgets")
        constraints = [models.UniqueConstraint(fields=["account", "call"], name="one_budget_a_call")]

    def __str__(self) -> str:
        return f"{self.account} {self.call}"
