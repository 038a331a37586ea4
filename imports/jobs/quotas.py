"""How much a person and an account may ask for: imports begun in an hour, imports under way at once, and bytes stored.

They keep one person, or one program that runs wild, from taking disk and workers from all others. Two who ask at the
same moment may both be let in; nothing depends on the last file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils import timezone

from imports.messages import Catalogue, Message, WordedError, Wording, gettext_noop
from imports.models import DotdigitalAccount, ResumableUpload, UploadJob
from imports.states import JOB_AT_STEP_BEGIN, JOB_DELIVERING, JOB_WORKING
from portal.models import User

WINDOW = timedelta(hours=1)
UNDER_WAY = JOB_AT_STEP_BEGIN | JOB_WORKING | JOB_DELIVERING

_LATER = gettext_noop("Go on in an hour, or ask your administrator to raise the limit.")
_ENDED = gettext_noop("Upload this file when some of them have ended.")
_DELETE = gettext_noop(
    "Ask your administrator to delete imports that are no longer needed, or to raise the limit."
)

CATALOGUE = Catalogue(
    {
        "person_uploads": Wording(
            gettext_noop("You have reached the limit for imports begun within an hour: {limit:,}."), _LATER
        ),
        "person_running": Wording(
            gettext_noop("You have reached the limit for imports under way at a time: {limit:,}."), _ENDED
        ),
        "person_stored": Wording(
            gettext_noop("With this file you would go over the limit for stored files: {limit:,} bytes."),
            _DELETE,
        ),
        "account_uploads": Wording(
            gettext_noop("This account has reached the limit for imports begun within an hour: {limit:,}."),
            _LATER,
        ),
        "account_running": Wording(
            gettext_noop("This account has reached the limit for imports under way at a time: {limit:,}."),
            _ENDED,
        ),
        "account_stored": Wording(
            gettext_noop(
                "With this file the account would go over the limit for stored files: {limit:,} bytes."
            ),
            _DELETE,
        ),
    }
)


class QuotaReachedError(WordedError):
    """Nothing more is taken in of this person, or for this account, just now. Nothing was stored."""

    catalogue = CATALOGUE


@dataclass(frozen=True)
class Usage:
    """What is used of a person's or an account's quotas, with one more file counted in."""

    uploads: int
    running: int
    stored: int


@dataclass(frozen=True)
class Quota:
    """The limit that a setting names, of what `used` tells; 0 is none."""

    code: str
    setting: str
    used: Callable[[Usage], int]


PERSON_QUOTAS = (
    Quota("person_uploads", "PERSON_UPLOADS_AN_HOUR", lambda usage: usage.uploads),
    Quota("person_running", "PERSON_RUNNING_IMPORTS", lambda usage: usage.running),
    Quota("person_stored", "PERSON_STORED_BYTES", lambda usage: usage.stored),
)
ACCOUNT_QUOTAS = (
    Quota("account_uploads", "ACCOUNT_UPLOADS_AN_HOUR", lambda usage: usage.uploads),
    Quota("account_running", "ACCOUNT_RUNNING_IMPORTS", lambda usage: usage.running),
    Quota("account_stored", "ACCOUNT_STORED_BYTES", lambda usage: usage.stored),
)


def require_quota(account: DotdigitalAccount, owner: User, file_bytes: int) -> None:
    """Raises QuotaReachedError where one more import with a file of `file_bytes` is more than is allowed."""
    for whose, quotas in (({"owner": owner}, PERSON_QUOTAS), ({"account": account}, ACCOUNT_QUOTAS)):
        limits = {quota: getattr(settings, quota.setting) for quota in quotas}
        if not any(limits.values()):
            continue
        usage = _usage(whose, file_bytes)
        for quota, limit in limits.items():
            if limit and quota.used(usage) > limit:
                raise QuotaReachedError(Message(quota.code, {"limit": limit}))


def _usage(whose: Mapping[str, object], file_bytes: int) -> Usage:
    since = timezone.now() - WINDOW
    is_recent = Q(created_at__gt=since)
    jobs = UploadJob.objects.filter(**whose).aggregate(
        uploads=Count("pk", filter=is_recent),
        running=Count("pk", filter=Q(status__in=UNDER_WAY)),
        stored=Sum("file_bytes", filter=~Q(upload=""), default=0),
    )
    begun = (
        ResumableUpload.objects.filter(**whose)
        .unfinished()
        .aggregate(uploads=Count("pk", filter=is_recent), stored=Sum("file_bytes", default=0))
    )
    return Usage(
        uploads=jobs["uploads"] + begun["uploads"] + 1,
        running=jobs["running"] + 1,
        stored=jobs["stored"] + begun["stored"] + file_bytes,
    )
