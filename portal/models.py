"""The people who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy


class User(AbstractUser):
    """A person with a portal login. `time_zone` is the IANA zone their times are shown in; blank: the portal's."""

    time_zone = models.CharField(
        gettext_lazy("time zone"),
        max_length=64,
        blank=True,
        help_text=gettext_lazy("For example Europe/Berlin. Blank: the portal's own zone."),
    )
