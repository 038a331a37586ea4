"""How long an import will take: what is left of it played through, by how long batches like it took.

Nothing is said before batches that can be compared have ended. A batch takes a slot from the moment it is sent until it
is found to have ended; a slot that gets free takes the next batch, but no sooner than batches can be sent one after the
other. So the end of a round, in which all slots get free at once, and the last few batches are foreseen as they come.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, median

from django.utils import timezone

from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus, JobStatus

LIKE_IN_SIZE = 2.0  # batches of up to twice, and down to half, as many contacts say how long one takes
MIN_ALIKE = 3
RECENT_BATCHES = 40
RECENT = timedelta(days=1)
MAX_BELIEVED_SECONDS = 7_200.0  # one that seems to have taken longer: the clock was put forward meanwhile
MIN_REST = 0.1  # what has taken longer than usual still takes this part of the usual time

OUT = frozenset({BatchStatus.SENDING, BatchStatus.ACTIVE, BatchStatus.IN_DOUBT})


@dataclass(frozen=True)
class Span:
    """A batch that is out, or was: its contacts, and for how many seconds it has had its slot, or had it."""

    contacts: int
    seconds: float


@dataclass(frozen=True)
class Work:
    """What of a job is to be sent yet, by contacts; what is out, and what has ended, the latest first; and how many
    seconds lie between two batches that are sent one after the other."""

    waiting: Sequence[int]
    out: Sequence[Span]
    ended: Sequence[Span]
    gap: float


def seconds_left(job: UploadJob, slots: int) -> float | None:
    """How long `job` takes with so many slots; None while nothing comparable has ended, when nothing of it is left, and
    while a person has to decide about some of it."""
    now = timezone.now()
    rows = list(
        job.batches.order_by("-changed_at").values_list(
            "status", "contacts", "sent_at", "accepted_at", "changed_at"
        )
    )
    if any(status == BatchStatus.HELD for status, *_ in rows):
        return None
    sends = job.status == JobStatus.SENDING and not job.failure_code
    work = Work(
        waiting=[contacts for status, contacts, *_ in rows if status == BatchStatus.PENDING and sends],
        out=[
            Span(contacts, _seconds(sent or accepted, now))
            for status, contacts, sent, accepted, _ in rows
            if status in OUT
        ],
        ended=_ended(
            (contacts, sent or accepted, end)
            for status, contacts, sent, accepted, end in rows
            if status == BatchStatus.FINISHED
        ),
        gap=_gap([sent for _, _, sent, _, _ in rows if sent is not None]),
    )
    left = [*work.waiting, *(one.contacts for one in work.out)]
    if not left:
        return None
    if usual_seconds(work.ended, max(left)) is None:
        work = Work(work.waiting, work.out, _ended(_of_account(job)), work.gap)
    return played_through(work, slots)


def played_through(work: Work, slots: int) -> float | None:
    """In how many seconds all of `work` will have ended; None when what has ended does not say."""
    free: list[float] = []
    ends = 0.0
    for span in work.out:
        usual = usual_seconds(work.ended, span.contacts)
        if usual is None:
            return None
        rest = max(usual - span.seconds, MIN_REST * usual)
        ends = max(ends, rest)
        free.append(rest)
    free += [0.0] * (slots - len(free))
    heapq.heapify(free)
    begun = 0.0
    for contacts in work.waiting:
        usual = usual_seconds(work.ended, contacts)
        if usual is None:
            return None
        begun = max(heapq.heappop(free), begun)
        ends = max(ends, begun + usual)
        heapq.heappush(free, begun + usual)
        begun += work.gap
    return ends


def usual_seconds(ended: Sequence[Span], contacts: int) -> float | None:
    """How long a batch of so many contacts has its slot, by those like it that have `ended`; by larger ones where there
    are too few of them; None when they do not say."""
    larger = [one.seconds for one in ended if one.contacts * LIKE_IN_SIZE >= contacts]
    alike = [
        one.seconds for one in ended if contacts / LIKE_IN_SIZE <= one.contacts <= contacts * LIKE_IN_SIZE
    ]
    found = alike if len(alike) >= MIN_ALIKE else larger
    return fmean(found) if len(found) >= MIN_ALIKE else None


def _ended(rows: Iterable[tuple[int, datetime | None, datetime]]) -> list[Span]:
    """The last RECENT_BATCHES of batches, by contacts, when each got its slot and when it was found to have ended."""
    spans = [Span(contacts, _seconds(begun, end)) for contacts, begun, end in rows if begun is not None]
    return [span for span in spans if span.seconds <= MAX_BELIEVED_SECONDS][:RECENT_BATCHES]


def _of_account(job: UploadJob) -> Iterator[tuple[int, datetime | None, datetime]]:
    """The account's batches that have finished of late."""
    finished = ImportBatch.objects.filter(
        status=BatchStatus.FINISHED,
        changed_at__gte=timezone.now() - RECENT,
        job__account=job.account_id,
    )
    times = finished.order_by("-changed_at").values_list("contacts", "sent_at", "accepted_at", "changed_at")
    for contacts, sent, accepted, end in times[:RECENT_BATCHES]:
        yield contacts, sent or accepted, end


def _gap(sent: Sequence[datetime]) -> float:
    """How long after one batch the next was sent, as a rule."""
    ordered = sorted(sent)
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(ordered)]
    return median(gaps) if gaps else 0.0


def _seconds(begun: datetime | None, end: datetime) -> float:
    return max((end - begun).total_seconds(), 0.0) if begun is not None else 0.0
