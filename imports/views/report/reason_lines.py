"""Why rows ended as they did, grouped: each reason with its rows, one of them, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from imports.contacts.problems import PROBLEM_TYPES
from imports.dotdigital.contact_failures import OF_CONTACTS
from imports.messages import Message
from imports.models import UploadJob
from imports.reasons import CATALOGUE, REPORT_WORDS
from imports.reports.ledger import BUCKET_BY_KEY, BUCKETS, Bucket, Outcome
from imports.reports.reason_counts import ReasonCount, count_reasons, words_of_rows
from imports.storage import artefacts

PREFIX = "reason"
MAX_SHOWN = 40

WHAT_TO_DO: dict[str, Promise] = {
    Outcome.REFUSED: gettext_lazy("Read Dotdigital’s reason, correct the rows, and import them again."),
    Outcome.UNKNOWN: gettext_lazy("Look some of them up in Dotdigital before you send them again."),
    Outcome.NOT_SENT: gettext_lazy("Import them again."),
}
"""What to do where a reason has no advice of its own, by outcome."""


@dataclass(frozen=True)
class ReasonLine:
    """A reason, and the rows of one outcome, `bucket`, that have it; `show` is what the page of rows is asked for them
    by."""

    bucket: Bucket
    title: str
    rows: int
    example: str
    example_row: int
    remedy: str
    show: str


def reason_lines(job: UploadJob) -> list[ReasonLine]:
    """The reasons of an ended `job`: outcomes that somebody may do something about first, then by how many rows."""
    counts = reasons_of(job)
    if not counts:
        return []
    places = {bucket.key: (not bucket.needs_attention, place) for place, bucket in enumerate(BUCKETS)}
    ordered = sorted(counts, key=lambda one: (places[Outcome(one.outcome)][0], -one.rows))[:MAX_SHOWN]
    if job.rows_removed_at is not None:
        return [_line(one, "") for one in ordered]
    with artefacts.local(job, artefacts.OUTCOMES) as outcomes:
        said = words_of_rows(outcomes, [one.first_row for one in ordered], REPORT_WORDS)
    return [_line(one, said.get(one.first_row, "")) for one in ordered]


def reasons_of(job: UploadJob) -> Sequence[ReasonCount]:
    """The reasons that were counted when `job` ended; counted now for one of an earlier version."""
    if job.rows_removed_at is None and not artefacts.exists(job, artefacts.OUTCOMES):
        return []
    if job.reasons is not None:
        return [ReasonCount.from_dict(one) for one in job.reasons]
    if job.rows_removed_at is not None:
        return []
    with artefacts.local(job, artefacts.OUTCOMES) as outcomes:
        return count_reasons(outcomes)


def show_key(outcome: str, code: str) -> str:
    """What the page of rows is asked for a reason's rows by."""
    return f"{PREFIX}:{outcome}:{code}"


def reason_shown(show: str) -> tuple[str, str] | None:
    """The outcome and the code of a `show_key`; None for what is none."""
    prefix, _, rest = show.partition(":")
    outcome, _, code = rest.partition(":")
    return (outcome, code) if prefix == PREFIX and outcome in BUCKET_BY_KEY and code else None


def _line(reason: ReasonCount, said: str) -> ReasonLine:
    title, remedy = words_of_code(reason.code)
    return ReasonLine(
        bucket=BUCKET_BY_KEY[reason.outcome],
        title=title,
        rows=reason.rows,
        example=said,
        example_row=reason.first_row,
        remedy=remedy or str(WHAT_TO_DO.get(reason.outcome, "")),
        show=show_key(reason.outcome, reason.code),
    )


def words_of_code(code: str) -> tuple[str, str]:
    """What a code of a report is called, and what to do about it, as far as that is known."""
    if code in PROBLEM_TYPES:
        return PROBLEM_TYPES[code].title, PROBLEM_TYPES[code].remedy_afterwards
    if (of_contact := OF_CONTACTS.get(code.lower())) is not None:
        return gettext(of_contact.sentence), gettext(of_contact.remedy)
    if code in CATALOGUE and "{" not in CATALOGUE.texts[code].sentence:
        message = Message(code)
        return CATALOGUE.sentence(message).rstrip("."), CATALOGUE.remedy(message)
    return gettext("Dotdigital’s code {code}").format(code=code), ""
