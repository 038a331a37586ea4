"""The people who sign in."""

import zoneinfo
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, gettext_lazy


class Telling(models.TextChoices):
    """Of which imports a person is told."""

    ALWAYS = "always", gettext_lazy("About every import")
    NEEDED = (
        "needed",
        gettext_lazy("Only if it took longer than a minute, or somebody has to do something"),
    )
    NEVER = "never", gettext_lazy("Never")


@cache
def known_zones() -> frozenset[str]:
    """The IANA time zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


def validate_zone(name: str) -> None:
    """Raises ValidationError when there is no time zone of that name."""
    if name not in known_zones():
        raise ValidationError(
            gettext("There is no time zone “{name}”. Write it like Europe/Berlin.").format(name=name)
        )


class User(AbstractUser):
    """A person with a portal login. `time_zone` is the IANA zone their times are shown in; blank: the portal's.
    `language` is a code of LANGUAGES; blank: what their browser asks for."""

    time_zone = models.CharField(
        gettext_lazy("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_zone],
        help_text=gettext_lazy("For example Europe/Berlin. Blank: the portal's own zone."),
    )
    language = models.CharField(
        gettext_lazy("language"),
        max_length=10,
        blank=True,
        help_text=gettext_lazy("Blank: the language that the browser asks for."),
    )
    mails = models.CharField(
        gettext_lazy("e-mails about imports"), max_length=6, choices=Telling, default=Telling.NEEDED
    )
    notices = models.CharField(
        gettext_lazy("notifications about imports"), max_length=6, choices=Telling, default=Telling.ALWAYS
    )

    @property
    def shown_name(self) -> str:
        """What they are called on pages and in e-mails."""
        return self.get_full_name() or self.get_username()

    @property
    def zone(self) -> zoneinfo.ZoneInfo | None:
        """The zone their times are shown in; None for the portal's own."""
        return zoneinfo.ZoneInfo(self.time_zone) if self.time_zone in known_zones() else None

    @property
    def spoken_language(self) -> str:
        """The language they have chosen, if the portal still has it; else ""."""
        return self.language if self.language in dict(settings.LANGUAGES) else ""
