"""What is known of an account, as the mapping page says it."""

from dataclasses import dataclass
from datetime import datetime

from imports.models import UploadJob

REFRESHING, FAILED, READ = "refreshing", "failed", "read"


@dataclass(frozen=True)
class ShownCatalogue:
    """`state` is how the last reading ended, or that one is asked for or under way.

    `read_at` is when what is shown was read, None if nothing was; `reason` says why the last reading failed.
    `will_suggest`: the columns are suggested again when it has been read.
    """

    state: str
    read_at: datetime | None
    reason: str
    will_suggest: bool


def catalogue_shown(job: UploadJob) -> ShownCatalogue:
    """What is known of the account of `job`."""
    account = job.account
    is_asked = account.catalogue_asked_at is not None or account.catalogue_run is not None
    failed = FAILED if account.unread_reason or account.catalogue_read_at is None else READ
    return ShownCatalogue(
        state=REFRESHING if is_asked else failed,
        read_at=account.catalogue_read_at,
        reason=account.unread_reason,
        will_suggest=job.awaits_catalogue,
    )
