"""How far an import has come, and what the person who waits for it wants to know, in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext, ngettext

from imports.contacts.repeats import repeat_harms
from imports.delivery.pace import Outlook
from imports.locale_forms import number
from imports.models import UploadJob
from imports.states import BATCH_ENDS, BATCH_STATES, BatchStatus

# The contacts of a batch that was sent in halves are counted in the batches that carry them now.
COUNTED_ENDS = BATCH_ENDS - {BatchStatus.HALVED}

SECONDS_A_MINUTE = 60
MINUTES_SAID = 90  # what takes longer is said in hours


@dataclass(frozen=True)
class Delivery:
    """How far an import has come, in contacts. `done` only ever grows, `total` never changes."""

    total: int
    done: int
    parts: list[tuple[str, int, int]]  # label, contacts, batches
    held_contacts: int
    held_batches: int


def delivery_of(job: UploadJob) -> Delivery:
    """Where the contacts of a delivering `job` are."""
    rows = (
        job.batches.exclude(status=BatchStatus.HALVED)
        .values("status")
        .annotate(contacts=Sum("contacts"), batches=Count("pk"))
        .order_by()
    )
    by_status = {entry["status"]: (entry["contacts"], entry["batches"]) for entry in rows}
    held_contacts, held_batches = by_status.get(BatchStatus.HELD, (0, 0))
    return Delivery(
        total=sum(contacts for contacts, _ in by_status.values()),
        done=sum(by_status[status][0] for status in COUNTED_ENDS if status in by_status),
        parts=[
            (gettext(state.contacts), *by_status[status])
            for status, state in BATCH_STATES.items()
            if status in by_status
        ],
        held_contacts=held_contacts,
        held_batches=held_batches,
    )


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
