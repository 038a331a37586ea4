"""What a notification says, in words that its page and its e-mail share: the name of a file and counts."""

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from imports.locale_forms import number
from imports.models import Notification, UploadJob
from imports.reports.ledger import BUCKETS, Outcome
from imports.standing import problems_of, resolution_of, standing_of
from imports.states import JobStatus, Look, NotificationOccasion


@dataclass(frozen=True)
class Told:
    """What a notification says: in a line, in a sentence or two, and what its link is called."""

    heading: str
    words: str
    action: str
    look: Look


def told_of(notification: Notification) -> Told:
    """What `notification` says, of its job as that is now; its account is loaded too."""
    job = notification.job
    if notification.occasion == NotificationOccasion.DECISION:
        return Told(
            gettext("{file} waits for your decision").format(file=job.file_name),
            gettext(
                "Dotdigital did not answer when some of its contacts were sent: they may have arrived or not. "
                "Sending them again could do harm, so the portal waits until you decide."
            ),
            gettext("Decide"),
            Look.CARE,
        )
    if notification.occasion == NotificationOccasion.STUCK:
        return Told(
            gettext("{file} cannot continue: {account} cannot be used").format(
                file=job.file_name, account=job.account.name
            ),
            gettext(
                "Dotdigital does not accept the account’s credentials, or has blocked it. An administrator has to "
                "correct that. Nothing is lost: the import then continues by itself."
            ),
            gettext("View the import"),
            Look.BAD,
        )
    if notification.occasion == NotificationOccasion.APPROVAL:
        return Told(
            gettext("{file} waits for your approval").format(file=job.file_name),
            gettext(
                "It is to be imported into {account}, and nothing of it is sent before it has been approved. You can "
                "approve it, because you had no hand in it."
            ).format(account=job.account.name),
            gettext("Approve or reject"),
            Look.CARE,
        )
    if notification.occasion == NotificationOccasion.REJECTED:
        return Told(
            gettext("The import of {file} was rejected").format(file=job.file_name),
            gettext(
                "Nothing of it was sent. Its check shows the reason. Correct it, and start the import again."
            ),
            gettext("View the check"),
            Look.BAD,
        )
    if notification.occasion == NotificationOccasion.VOID:
        return Told(
            gettext("The approval of {file} is void").format(file=job.file_name),
            gettext(
                "The import was not as it was when approval was asked for, so nothing of it was sent and it is checked "
                "again. Review the check, and start the import again."
            ),
            gettext("View the import"),
            Look.CARE,
        )
    return Told(_end_heading(job), _end_words(job), gettext("View the report"), standing_of(job).look)


def _rows_of_concern(job: UploadJob) -> int:
    """How many rows of an ended `job` did not arrive though somebody wanted them to."""
    counts = job.ledger.get("counts", {})
    return sum(counts.get(bucket.key, 0) for bucket in BUCKETS if bucket.needs_attention)


def rows_in_all(job: UploadJob) -> int:
    """How many rows the ledger of `job` accounts for."""
    return sum(job.ledger.get("counts", {}).values())


def _end_heading(job: UploadJob) -> str:
    if job.status == JobStatus.CANCELLED:
        words = gettext("The import of {file} was cancelled")
    elif job.status == JobStatus.FAILED:
        words = gettext("The import of {file} failed")
    elif job.status == JobStatus.ERRORED:
        words = gettext("The import of {file} was stopped by a fault in the portal")
    elif resolution_of(job).is_settled:
        words = gettext("{file} has been imported, and all its problems have been resolved")
    elif not job.imported:
        words = gettext("No rows of {file} were imported")
    elif problems_of(job):
        words = gettext("{file} has been imported, with problems")
    else:
        words = gettext("{file} has been imported")
    return words.format(file=job.file_name)


def _sentences_aside(job: UploadJob) -> list[str]:
    """Which rows of an ended `job` were not to arrive, so that all that is said adds up to the file."""
    counts = job.ledger.get("counts", {})
    same, left, blank = (
        counts.get(bucket, 0) for bucket in (Outcome.DUPLICATE, Outcome.EXCLUDED, Outcome.BLANK)
    )
    sentences = (
        (same, ngettext("{count} row was a duplicate.", "{count} rows were duplicates.", same)),
        (left, ngettext("{count} row was left out.", "{count} rows were left out.", left)),
        (blank, ngettext("{count} row was blank.", "{count} rows were blank.", blank)),
    )
    return [words.format(count=number(count)) for count, words in sentences if count]


def _end_words(job: UploadJob) -> str:
    if job.imported is None:
        if job.status == JobStatus.ERRORED:
            return gettext("Its page says how far it came.")
        if job.status == JobStatus.CANCELLED:
            return gettext("Nothing was sent to Dotdigital.")
        return gettext("Nothing was sent to Dotdigital. Its page says why, and what to do.")
    rows = rows_in_all(job)
    sentences = [
        ngettext(
            "{imported} of {count} row was imported.", "{imported} of {count} rows were imported.", rows
        ).format(imported=number(job.imported), count=number(rows))
    ]
    sentences += _sentences_aside(job)
    if concern := _rows_of_concern(job):
        sentences.append(
            ngettext(
                "The report says what became of {count} row that could not be imported.",
                "The report says what became of {count} rows that could not be imported.",
                concern,
            ).format(count=number(concern))
        )
    since = resolution_of(job)
    if since.is_settled:
        sentences.append(gettext("Later imports have resolved all of its problems."))
    elif since.resolved:
        sentences.append(
            ngettext(
                "Later imports have resolved {resolved} of its {count} problem.",
                "Later imports have resolved {resolved} of its {count} problems.",
                since.problems,
            ).format(resolved=number(since.resolved), count=number(since.problems))
        )
    return " ".join(sentences)
