"""For how long what is stored of an import is kept, and what has gone, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from imports.jobs.retention import clocks_of, kept_until
from imports.locale_forms import number
from imports.models import DotdigitalAccount, UploadJob
from imports.views.notices import as_sentences


@dataclass(frozen=True)
class KeptWords:
    """What is said of an ended import. `removed`: that its rows have gone, and when; "" while they are there.
    `kept`: what is there still, and until when."""

    removed: str
    kept: str


def kept_words(job: UploadJob) -> KeptWords:
    """What is kept of an ended `job`."""
    until = kept_until(job)
    removed, kept = "", []
    if job.rows_removed_at:
        removed = gettext("The rows of this import were removed on {date}").format(
            date=_day(job.rows_removed_at)
        )
    elif until.rows:
        words = (
            gettext("The rows are kept until {date}, or longer where they are sent again.")
            if until.is_shared
            else gettext("The rows are kept until {date}.")
        )
        kept.append(words.format(date=_day(until.rows)))
    if until.upload:
        kept.append(gettext("The uploaded file is kept until {date}.").format(date=_day(until.upload)))
    elif job.upload_removed_at and not job.rows_removed_at:
        kept.append(
            gettext("The uploaded file was removed on {date}.").format(date=_day(job.upload_removed_at))
        )
    if until.digests:
        words = gettext(
            "That somebody was in the file can be told until {date}, by digests of addresses and numbers."
        )
        kept.append(words.format(date=_day(until.digests)))
    kept.append(gettext("Counts, the mapping and the timeline stay."))
    return KeptWords(removed, as_sentences(*kept))


def words_before_import(account: DotdigitalAccount) -> str:
    """For how long the files and rows of an import into `account` are kept, to whoever is about to start one."""
    clocks = clocks_of(account)
    return as_sentences(
        gettext("After the import, the uploaded file is kept for {upload} and the rows for {rows}.").format(
            upload=_days(clocks.days_of_upload(was_sent=True)), rows=_days(clocks.days_of_rows(was_sent=True))
        ),
        gettext("What nobody goes on with for {days} is cancelled and removed.").format(
            days=_days(clocks.unsent)
        ),
    )


def _days(days: int) -> str:
    return ngettext("{count} day", "{count} days", days).format(count=number(days))


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")
