"""How far an import has come, and what the person who waits for it wants to know, in words."""

import math
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Sum
from django.utils.translation import gettext, ngettext

from imports.contacts.repeats import repeat_harms
from imports.delivery.pace import Outlook
from imports.locale_forms import number
from imports.models import UploadJob
from imports.states import BATCH_ENDS, BATCH_STATES, BatchStatus, JobStatus
from imports.views.formatting import percent

# The contacts of a batch that was sent in halves are counted in the batches that carry them now.
DONE = BATCH_ENDS - {BatchStatus.HALVED, BatchStatus.NOT_SENT}
WAITING = frozenset({BatchStatus.PENDING, BatchStatus.HELD})
FINISHING = frozenset(BatchStatus) - BATCH_ENDS - WAITING

SECONDS_A_MINUTE = 60
HOLDS_WITHIN = 1.5  # what takes longer than this times what was said is said to take longer
MINUTES_SAID = 90  # what takes longer is said in hours


@dataclass(frozen=True)
class Delivery:
    """How far an import has come, in contacts.

    `total` never changes and is always the sum of `done`, what has come to its end, which only ever grows; `finishing`,
    what is at Dotdigital or on its way; `waiting`; and `kept_back`, what is not sent any more.
    """

    total: int
    done: int
    finishing: int
    waiting: int
    kept_back: int
    parts: list[tuple[str, int, int]]  # label, contacts, batches
    held_contacts: int
    held_batches: int

    @property
    def to_end(self) -> int:
        """How many contacts will have come to their end, as things are."""
        return self.total - self.kept_back

    @property
    def is_over(self) -> bool:
        """Whether nothing more is waited for but the report."""
        return not self.finishing and not self.waiting


def delivery_of(job: UploadJob) -> Delivery:
    """Where the contacts of a delivering `job` are."""
    rows = (
        job.batches.exclude(status=BatchStatus.HALVED)
        .values("status")
        .annotate(contacts=Sum("contacts"), batches=Count("pk"))
        .order_by()
    )
    by_status = {entry["status"]: (entry["contacts"], entry["batches"]) for entry in rows}

    def contacts_in(statuses: AbstractSet[BatchStatus]) -> int:
        return sum(by_status[status][0] for status in statuses if status in by_status)

    held_contacts, held_batches = by_status.get(BatchStatus.HELD, (0, 0))
    return Delivery(
        total=sum(contacts for contacts, _ in by_status.values()),
        done=contacts_in(DONE),
        finishing=contacts_in(FINISHING),
        waiting=contacts_in(WAITING),
        kept_back=contacts_in({BatchStatus.NOT_SENT}),
        parts=[
            (gettext(state.contacts), *by_status[status])
            for status, state in BATCH_STATES.items()
            if status in by_status
        ],
        held_contacts=held_contacts,
        held_batches=held_batches,
    )


def step_words(job: UploadJob) -> str:
    """How far the reading or the check of `job` has come; "" when there is nothing to say."""
    if job.status == JobStatus.STAGING and job.rows:
        return ngettext("{count} row read so far.", "{count} rows read so far.", job.rows).format(
            count=number(job.rows)
        )
    if job.status != JobStatus.CHECKING or not job.rows or not job.rows_done:
        return ""
    if job.rows_done >= job.rows:
        return gettext("All rows are checked. The results are being written.")
    return ngettext(
        "{done} of {count} row checked ({percent}).", "{done} of {count} rows checked ({percent}).", job.rows
    ).format(done=number(job.rows_done), count=number(job.rows), percent=percent(job.rows_done, job.rows))


def turn_words(job: UploadJob, outlook: Outlook) -> str:
    """When `job` gets a slot; "" when nothing of it waits for one.

    Once it has had one it takes turns with the others, and a place that goes round would say nothing.
    """
    if outlook.position is None:
        return ""
    others = outlook.waiting_jobs - 1
    if job.last_slot_at is not None:
        if not others:
            return ""
        return ngettext(
            "Takes turns with {count} import that is waiting for a slot.",
            "Takes turns with {count} imports that are waiting for a slot.",
            others,
        ).format(count=number(others))
    if outlook.position == 1:
        return gettext("Next in the queue for a slot.")
    return gettext("Number {position} of {count} imports in the queue for a slot.").format(
        position=number(outlook.position), count=number(outlook.waiting_jobs)
    )


def slot_words(outlook: Outlook) -> str:
    """How much of what Dotdigital can do at once it is doing for the account."""
    return ngettext(
        "Dotdigital is processing {used} batch; it can process {count} at once.",
        "Dotdigital is processing {used} batches; it can process {count} at once.",
        outlook.slots_used,
    ).format(used=number(outlook.slots_used), count=number(outlook.slots))


@dataclass(frozen=True)
class Estimate:
    """When an import was said to end, and with how many `others` it was to share how many slots then."""

    end: datetime
    others: int
    slots: int

    @property
    def text(self) -> str:
        """The same for the address by which the page asks again; `estimate_of` is the inverse."""
        return f"{math.ceil(self.end.timestamp())}-{self.others}-{self.slots}"


def estimate_of(text: str) -> Estimate | None:
    """The estimate that `text` says; None for what is none."""
    found = re.fullmatch(r"(\d{1,11})-(\d{1,6})-(\d{1,6})", text, re.ASCII)
    if found is None:
        return None
    end, others, slots = map(int, found.groups())
    return Estimate(datetime.fromtimestamp(end, UTC), others, slots)


def next_estimate(outlook: Outlook, before: Estimate | None, now: datetime) -> Estimate | None:
    """When the import will end: no later than was said `before`, unless more have come to share fewer slots. None while
    nobody knows."""
    if outlook.seconds_left is None:
        return None
    others = outlook.waiting_jobs - (outlook.position is not None)
    fresh = Estimate(now + timedelta(seconds=outlook.seconds_left), others, outlook.slots)
    if before is None or fresh.others > before.others or fresh.slots < before.slots:
        return fresh
    return fresh if fresh.end < before.end else replace(fresh, end=before.end)


def holds(estimate: Estimate, outlook: Outlook, now: datetime) -> bool:
    """Whether what was said is still true, as far as can be seen."""
    left = (estimate.end - now).total_seconds()
    return (outlook.seconds_left or 0.0) <= max(left * HOLDS_WITHIN, SECONDS_A_MINUTE)


def time_words(seconds: float | None) -> str:
    """About how long it will take; "" while nobody knows."""
    if seconds is None:
        return ""
    minutes = math.ceil(seconds / SECONDS_A_MINUTE)
    if minutes <= 1:
        return gettext("Less than a minute left.")
    if minutes <= MINUTES_SAID:
        return ngettext("About {count} minute left.", "About {count} minutes left.", minutes).format(
            count=number(minutes)
        )
    hours = round(minutes / 60)
    return ngettext("About {count} hour left.", "About {count} hours left.", hours).format(
        count=number(hours)
    )


@dataclass(frozen=True)
class Held:
    """How much of a job is held, and what sending it twice could do."""

    contacts: int
    batches: int
    harms: Sequence[str]


def held_of(job: UploadJob, delivery: Delivery) -> Held | None:
    """What of `job` is held; None when nothing is."""
    if not delivery.held_batches:
        return None
    return Held(
        delivery.held_contacts, delivery.held_batches, [gettext(harm) for harm in repeat_harms(job.mapping)]
    )
