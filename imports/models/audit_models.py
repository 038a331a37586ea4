"""What was done, by whom and from where; and the chains that hold it together."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.audit.actions import AUDIT_ACTIONS
from imports.audit.chain import MAC_CHARS
from imports.keyring import KEY_ID_CHARS
from imports.messages import Message
from imports.querysets import AuditQuerySet

NAME_MAX_CHARS = 150


class AuditEvent(models.Model):
    """One thing that was done. It is written by `imports.audit.record` and never changed: the database refuses that.

    People and things are named by id and text and not by foreign keys, so that what is removed leaves its evidence.
    `details` holds codes, counts, and of settings what was and is; never contact data, never a secret.
    """

    lane = models.PositiveIntegerField(editable=False)
    position = models.PositiveBigIntegerField(editable=False, help_text=_("1, 2, 3 … within its lane."))
    at = models.DateTimeField(_("at"), db_index=True)
    action = models.CharField(_("action"), max_length=40)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(_("person"), max_length=NAME_MAX_CHARS, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    agent = models.CharField(_("browser or command"), max_length=150, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    object_id = models.CharField(_("number"), max_length=40, blank=True)
    object_name = models.CharField(_("on what"), max_length=NAME_MAX_CHARS, blank=True)
    account_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    key = models.CharField(max_length=KEY_ID_CHARS, editable=False, help_text=_("The id of its key."))
    mac = models.CharField(max_length=MAC_CHARS, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        constraints = [models.UniqueConstraint(fields=["lane", "position"], name="one_event_a_position")]
        indexes = [
            models.Index(fields=["action", "id"], name="events_by_action"),
            models.Index(fields=["actor_name", "id"], name="events_by_actor"),
        ]

    def __str__(self) -> str:
        return gettext("{action} ({number})").format(action=self.action_words, number=self.pk)

    @property
    def action_words(self) -> str:
        """What was done, in words."""
        return AUDIT_ACTIONS.sentence(Message(self.action))


class AuditLane(models.Model):
    """How far a chain of events goes. `seal` is over the other fields: with the database alone nobody can make one."""

    number = models.AutoField(primary_key=True)
    count = models.PositiveBigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=MAC_CHARS, blank=True)
    key = models.CharField(max_length=KEY_ID_CHARS, blank=True)
    seal = models.CharField(max_length=MAC_CHARS, blank=True)

    class Meta:
        verbose_name = _("audit lane")
        verbose_name_plural = _("audit lanes")

    def __str__(self) -> str:
        return str(self.number)


class AuditForwarding(models.Model):
    """The one row that says how far events have gone to syslog: `positions`, the position of the last by lane."""

    positions = models.JSONField(default=dict)
    # The process that forwards just now holds it.
    lease_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("audit forwarding")
        verbose_name_plural = _("audit forwarding")

    def __str__(self) -> str:
        return str(self.positions)
