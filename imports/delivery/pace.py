"""When to ask, when to try again, and how long it will take: told from the account's own recent imports."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles

from django.utils import timezone

from imports.accounts.blocked import MIN_RETRY_SECONDS
from imports.delivery.budget import calls_a_minute
from imports.delivery.forecast import seconds_left
from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.querysets import JobQuerySet
from imports.states import BatchStatus, Call

MIN_POLL_SECONDS, MAX_POLL_SECONDS = 2.0, 30.0
MAX_SPREAD = timedelta(minutes=4)  # below the longest wait that is believed
POLLS_A_DOUBLING = 4  # an import is asked after again when it has got older by this part of its age
MIN_RETRY = timedelta(seconds=MIN_RETRY_SECONDS)

RECENT_BATCHES = 40
RECENT = timedelta(days=1)
MAX_BELIEVED_SECONDS = (
    7_200.0  # an import that seems to have taken longer: the clock was put forward meanwhile
)
LIKE_IN_SIZE = 2.0  # imports of up to twice, and down to half, as many contacts say how long one takes
MIN_ALIKE = 3
# Of twenty: one import may still be running when it is first asked after, four may have ended long before.
RUNNING_TWENTIETH, ENDED_TWENTIETH = 19, 4
BETWEEN = (
    0.75  # where between the two the question is put: one that comes too early costs more than one too late
)
EARLIER = 0.92  # as long as none was still running, the question comes this much before the quickest was found ended
LATER = 1.05
SPREAD = 1.04  # imports that begin together are not polled together: only some polls come too early


@dataclass(frozen=True)
class PastImport:
    """A finished import: its contacts, and its age in seconds when it was last said to be running (0: never) and when
    it was found to have ended. It took something between the two."""

    contacts: int
    running: float
    ended: float


def past_imports(account: DotdigitalAccount) -> list[PastImport]:
    """The account's last RECENT_BATCHES imports of the last day that finished, newest first."""
    finished = (
        ImportBatch.objects.filter(
            status=BatchStatus.FINISHED, changed_at__gte=timezone.now() - RECENT, job__account=account
        )
        .order_by("-changed_at")
        .values_list("contacts", "accepted_at", "running_at", "changed_at")[:RECENT_BATCHES]
    )
    past = [
        PastImport(contacts, _age(accepted, running or accepted), _age(accepted, ended))
        for contacts, accepted, running, ended in finished
        if accepted is not None
    ]
    return [one for one in past if one.ended <= MAX_BELIEVED_SECONDS]


def _age(accepted: datetime, then: datetime) -> float:
    return max((then - accepted).total_seconds(), 0.0)


def expected_seconds(past: list[PastImport], contacts: int) -> float | None:
    """When an import of so many contacts will have ended, by what `past` ones took; None when they do not say."""
    alike = [one for one in past if contacts / LIKE_IN_SIZE <= one.contacts <= contacts * LIKE_IN_SIZE]
    if len(alike) < MIN_ALIKE:
        return None
    running = _twentieth([one.running for one in alike], RUNNING_TWENTIETH)
    if not running:
        return min(one.ended for one in alike) * EARLIER
    ended = _twentieth([one.ended for one in alike], ENDED_TWENTIETH)
    return running + (ended - running) * BETWEEN if ended > running else running * LATER


def _twentieth(values: list[float], which: int) -> float:
    return quantiles(values, n=20, method="inclusive")[which - 1]


def first_poll_after(account: DotdigitalAccount, contacts: int) -> timedelta:
    """How long after its acceptance an import is first asked after: about when it will have ended."""
    return timedelta(seconds=first_poll_seconds(past_imports(account), contacts))


def first_poll_seconds(past: list[PastImport], contacts: int) -> float:
    """The same in seconds, by the imports there were."""
    expected = expected_seconds(past, contacts)
    if expected is None:
        return MIN_POLL_SECONDS
    return _bounded(expected * random.uniform(1.0, SPREAD)).total_seconds()  # noqa: S311


def next_poll_after(account: DotdigitalAccount, age: timedelta, active: int) -> timedelta:
    """How long until an import of this age is asked after again: 2 seconds growing to 30.

    With `active` imports to ask after, all of them together stay below the calls that Dotdigital allows.
    """
    wait = _bounded(age.total_seconds() / POLLS_A_DOUBLING)
    allowed = calls_a_minute(account, Call.STATUS)
    if not allowed:
        return wait
    return min(max(wait, timedelta(seconds=60 * active / allowed)), MAX_SPREAD)


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, MIN_POLL_SECONDS), MAX_POLL_SECONDS))


@dataclass(frozen=True)
class Outlook:
    """What the person who waits for a job wants to know.

    `position` is the job's place among those of the account that wait for a slot: 1 gets the next; None when nothing
    of it waits. `seconds_left` is None while nothing comparable has ended.
    """

    position: int | None
    waiting_jobs: int
    slots_used: int
    slots: int
    seconds_left: float | None


def jobs_in_turn(account: DotdigitalAccount) -> JobQuerySet:
    """The jobs of `account` with batches that wait to be sent, in the order in which they will get slots."""
    waiting = ImportBatch.objects.filter(job__account=account).waiting()
    return UploadJob.objects.filter(pk__in=waiting.values("job")).in_turn()


def outlook_of(job: UploadJob) -> Outlook:
    """Where `job` stands among the others of its account, and about how long it will take."""
    account = job.account
    batches = ImportBatch.objects.filter(job__account=account)
    used = batches.holding_slot().count()
    ceiling = account.ceiling_at(timezone.now())
    slots = account.max_active_imports if ceiling is None else max(ceiling, used, 1)
    turns = list(jobs_in_turn(account).values_list("pk", flat=True))
    return Outlook(
        position=turns.index(job.pk) + 1 if job.pk in turns else None,
        waiting_jobs=len(turns),
        slots_used=used,
        slots=slots,
        seconds_left=_seconds_left(job, max(slots // max(len(turns), 1), 1)),
    )


def _seconds_left(job: UploadJob, share: int) -> float | None:
    """How long `job` takes with a `share` of the slots, or with the calls that Dotdigital allows."""
    left = seconds_left(job, share)
    allowed = calls_a_minute(job.account, Call.IMPORT)
    if left is None or not allowed:
        return left
    return max(left, 60 * job.batches.filter(status=BatchStatus.PENDING).count() / allowed)
