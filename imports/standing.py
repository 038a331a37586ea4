"""How an import is going, or how it went: its status beside what its batches, its account and its ledger say.

Whoever shows or tells people of a job takes the words from here, so that pages, mails, commands and admins say the
same. Green is for what went well throughout.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from imports.accounts.blocked import is_silent
from imports.locale_forms import listed, number
from imports.models import ImportBatch, UploadJob
from imports.reports.ledger import BUCKETS, LACKING_MARK, MARKS, Bucket, Mark
from imports.states import (
    BATCH_STATES,
    JOB_DELIVERING,
    JOB_STATES,
    BatchStatus,
    JobStatus,
    Look,
)
from portal.models import User

CREDENTIALS = frozenset({"credentials_refused", "secret_unreadable"})
"""The codes of reasons that block an account until its credentials have been corrected."""


@dataclass(frozen=True)
class Standing:
    """A status in words, its look, and `details`: what its problems are, each with how many rows have it."""

    words: str
    look: Look
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """All of it in one line: “Finished with problems (Unknown: 3)”."""
        if not self.details:
            return self.words
        return gettext("{status} ({details})").format(status=self.words, details=listed(self.details))

    def to_dict(self) -> dict[str, object]:
        """The same for programs; see docs/commands.md."""
        return {"words": self.words, "look": self.look, "problems": list(self.details)}


def standing_of(item: UploadJob | ImportBatch, viewer: User | None = None) -> Standing:
    """How a job or a batch stands, for `viewer`. Of a job that is being sent, its account is looked at; one that was
    read `with_decisions` knows whether batches of it are held, of another that is looked up."""
    if isinstance(item, ImportBatch):
        of_batch = BatchStatus(item.status)
        return Standing(str(of_batch.label), BATCH_STATES[of_batch].look)
    status = JobStatus(item.status)
    if status in JOB_DELIVERING:
        return _delivering(item, viewer)
    if item.has_ended:
        return _ended(item)
    return Standing(str(status.label), JOB_STATES[status].look)


def _delivering(job: UploadJob, viewer: User | None) -> Standing:
    for wait in WAITS:
        if wait.applies(job):
            words = wait.to_viewer if viewer is not None and job.owner_id == viewer.pk else wait.words
            return Standing(str(words), wait.look)
    status = JobStatus(job.status)
    return Standing(str(status.label), JOB_STATES[status].look)


class _Wait(NamedTuple):
    """Something that keeps a job waiting: in which case, and the words of it; `to_viewer`: for its owner."""

    applies: Callable[[UploadJob], bool]
    words: Promise
    to_viewer: Promise
    look: Look


def _has_held(job: UploadJob) -> bool:
    if job.status != JobStatus.SENDING:
        return False
    known: bool | None = getattr(job, "has_held", None)
    return job.batches.filter(status=BatchStatus.HELD).exists() if known is None else known


def _is_without_credentials(job: UploadJob) -> bool:
    return job.account.blocked_reason.get("code") in CREDENTIALS


def _is_blocked(job: UploadJob) -> bool:
    return bool(job.account.blocked_reason)


def _is_stopped(job: UploadJob) -> bool:
    return job.status == JobStatus.SENDING and bool(job.failure_code)


def _is_paused(job: UploadJob) -> bool:
    return job.status == JobStatus.SENDING and (job.is_paused or job.account.is_paused)


def _is_unanswered(job: UploadJob) -> bool:
    return is_silent(job.account)


def _same(applies: Callable[[UploadJob], bool], words: Promise, look: Look) -> _Wait:
    return _Wait(applies, words, words, look)


WAITS = (
    _Wait(
        _has_held,
        gettext_lazy("Waiting for a decision"),
        gettext_lazy("Waiting for your decision"),
        Look.CARE,
    ),
    _same(_is_stopped, gettext_lazy("Stopping"), Look.BAD),
    _same(_is_without_credentials, gettext_lazy("Waiting for credentials"), Look.BAD),
    _same(_is_blocked, gettext_lazy("Waiting for the account"), Look.BAD),
    _same(_is_paused, gettext_lazy("Paused"), Look.CARE),
    _same(_is_unanswered, gettext_lazy("Waiting for Dotdigital"), Look.CARE),
)
"""What keeps jobs that are being sent waiting; what a person has to do something about comes first."""

PROBLEMS_WORDS = gettext_lazy("Finished with problems")
RESOLVED_WORDS = gettext_lazy("Finished, all problems resolved")
NOTHING_WORDS = gettext_lazy("Finished, nothing imported")
PART_WORDS = {
    JobStatus.CANCELLED: gettext_lazy("Cancelled part-way"),
    JobStatus.FAILED: gettext_lazy("Failed part-way"),
    JobStatus.ERRORED: gettext_lazy("Stopped part-way by a fault in the portal"),
}
"""The words of jobs that did not come to their end, of which some rows arrived."""


def _ended(job: UploadJob) -> Standing:
    status, details = JobStatus(job.status), problems_of(job)
    words, look = str(status.label), JOB_STATES[status].look
    since = resolution_of(job)
    if since.resolved and not since.is_settled:
        left = gettext("Left to resolve: {left} of {count}")
        details = (*details, left.format(left=number(since.left), count=number(since.problems)))
    if status is not JobStatus.FINISHED:
        words = str(PART_WORDS[status]) if job.imported else words
        if since.is_settled:
            return Standing(gettext("{status}, all rows resolved since").format(status=words), Look.PLAIN)
        return Standing(words, look, details)
    if since.is_settled:
        return Standing(str(RESOLVED_WORDS), Look.PLAIN)
    if not job.ledger:  # nothing is known of its rows
        return Standing(words, Look.PLAIN)
    if not job.imported:
        return Standing(str(NOTHING_WORDS), Look.BAD, details)
    return Standing(str(PROBLEMS_WORDS), Look.CARE, details) if details else Standing(words, look)


def problems_of(job: UploadJob) -> tuple[str, ...]:
    """What of an ended `job` did not go well, each with how many rows: those that did not arrive though they might
    have, then those that arrived with less than they brought."""
    return tuple(
        gettext("{what}: {count}").format(what=one.label, count=number(count))
        for one, count in _problems(job)
    )


def _problems(job: UploadJob) -> list[tuple[Bucket | Mark, int]]:
    counts: dict[str, int] = job.ledger.get("counts", {})
    found: list[tuple[Bucket | Mark, int]] = [
        (one, counts.get(one.key, 0)) for one in BUCKETS if one.needs_attention
    ]
    found += [(mark, job.ledger.get(mark.key, 0)) for mark in MARKS]
    return [(one, count) for one, count in found if count]


@dataclass(frozen=True)
class Resolution:
    """Of the rows of an import with `problems` (a row with two is two), how many later imports have resolved. What
    Dotdigital did not take of contacts that arrived is not known to be."""

    problems: int
    resolved: int

    @property
    def left(self) -> int:
        return self.problems - self.resolved

    @property
    def is_settled(self) -> bool:
        """Whether there were problems, and none is left."""
        return bool(self.problems) and not self.left


def resolution_of(job: UploadJob) -> Resolution:
    """What has become of the problems of an ended `job` since; told from the job alone."""
    problems = {one.key: count for one, count in _problems(job)}
    failed = sum(problems.get(one.key, 0) for one in BUCKETS)
    completed = min(job.rows_completed, problems.get(LACKING_MARK, 0))
    return Resolution(sum(problems.values()), min(job.rows_resolved, failed) + completed)
