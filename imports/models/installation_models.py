"""What is kept of the installation as a whole."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """The one row that says which storage belongs to this database."""

    storage_token = models.UUIDField(
        default=uuid.uuid4, help_text=_("The storage has an object of this name.")
    )
    storage_marked = models.BooleanField(default=False, help_text=_("Whether that object has been written."))

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")

    def __str__(self) -> str:
        return str(self.storage_token)
