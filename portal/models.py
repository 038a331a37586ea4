"""The people who sign in."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.crypto import salted_hmac
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
    `language` is a code of LANGUAGES; blank: what their browser asks for.

    Their sessions end when they are disabled, get another password or other rights, and do not come back when that is
    undone. What is changed elsewhere (groups, permissions, memberships of accounts) ends them by `end_sessions`.
    """

    ENDS_SESSIONS = ("is_active", "is_staff", "is_superuser")

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

    # Sessions that have begun under another one have ended.
    session_epoch = models.UUIDField(default=uuid.uuid4, editable=False)

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Here and not where people are changed, because there is no knowing who will change them next."""
        names = None if update_fields is None else {*update_fields}
        if not self._state.adding and (names is None or names.intersection(self.ENDS_SESSIONS)):
            before = User.objects.filter(pk=self.pk).values("session_epoch", *self.ENDS_SESSIONS).first()
            if before:
                is_changed = any(getattr(self, name) != before[name] for name in self.ENDS_SESSIONS)
                # Not what this instance was loaded with: sessions may have been ended since.
                self.session_epoch = uuid.uuid4() if is_changed else before["session_epoch"]
                names = None if names is None else names | {"session_epoch"}
        super().save(update_fields=names, **options)

    def get_session_auth_hash(self) -> str:
        return self._hash_of_session()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._hash_of_session(secret)

    def _hash_of_session(self, secret: str | bytes | None = None) -> str:
        """What a session keeps, and is compared with at each request: another password or epoch, and it has ended."""
        value = f"{self.session_epoch} {self.password}"
        return salted_hmac("portal.models.User.session", value, secret=secret, algorithm="sha256").hexdigest()

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


def end_sessions(people: models.QuerySet[User]) -> None:
    """Sign `people` out wherever they are signed in: with their next request, every session has ended."""
    people.update(session_epoch=uuid.uuid4())
