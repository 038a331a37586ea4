"""How far an import has come, and what the person who waits for it wants to know, in words."""

import math
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma, ordinal
from django.db.models import Count, Sum

from imports.delivery.pace import Outlook
from imports.models import UploadJob
from imports.states import BATCH_ENDS, BatchStatus
from imports.views.formatting import counted

HARMS = {
    "consentrecords.": "their consent records could be stored twice",
    "channelproperties.email.optintype": "Dotdigital could mail them a second time to confirm their address",
    "channelproperties.email.resubscribeoptions.": (
        "Dotdigital could ask them a second time whether they want to be subscribed again"
    ),
}
"""What sending twice could do, by how the targets begin that do it, in lower case; as `confirm.UNSAFE_TO_REPEAT`."""

BATCH_LABELS = {
    BatchStatus.PENDING: "waiting for their turn",
    BatchStatus.SENDING: "being sent",
    BatchStatus.IN_DOUBT: "sent, without an answer yet",
    BatchStatus.HELD: "held, because somebody has to decide",
    BatchStatus.ACTIVE: "being worked on by Dotdigital",
    BatchStatus.FINISHED: "done",
    BatchStatus.REFUSED: "refused",
    BatchStatus.UNKNOWN: "sent, but what became of them is not known",
    BatchStatus.NOT_SENT: "not sent",
}
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
    """Where the contacts of a delivering `job_views` are."""
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
        parts=[(label, *by_status[status]) for status, label in BATCH_LABELS.items() if status in by_status],
        held_contacts=held_contacts,
        held_batches=held_batches,
    )


def turn_words(job: UploadJob, outlook: Outlook) -> str:
    """When `job_views` gets a slot; "" when nothing of it waits for one.

    Once it has had one it takes turns with the others, and a place that goes round would say nothing.
    """
    if outlook.position is None:
        return ""
    others = outlook.waiting_jobs - 1
    if job.last_slot_at is not None:
        return (
            f"Takes turns with {counted(others, 'import')} that {_wait(others)} for a slot" if others else ""
        )
    if outlook.position == 1:
        return "Next in turn"
    return f"{ordinal(outlook.position)} of {counted(outlook.waiting_jobs, 'import')} that wait for a slot"


def slot_words(outlook: Outlook) -> str:
    """How much of what Dotdigital can do at once it is doing for the account."""
    return f"Dotdigital works on {outlook.slots_used} of {counted(outlook.slots, 'batch,batches')} at once"


def time_words(seconds: float | None) -> str:
    """About how long it will take; "" while nobody knows."""
    if seconds is None:
        return ""
    minutes = math.ceil(seconds / SECONDS_A_MINUTE)
    if minutes <= 1:
        return "less than a minute"
    if minutes <= MINUTES_SAID:
        return f"about {minutes} minutes"
    return f"about {intcomma(round(minutes / 60))} hours"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


@dataclass(frozen=True)
class Held:
    """How much of a job is held, and what sending it twice could do."""

    contacts: int
    batches: int
    harms: str


def held_of(job: UploadJob, delivery: Delivery) -> Held | None:
    """What of `job_views` is held; None when nothing is."""
    if not delivery.held_batches:
        return None
    return Held(delivery.held_contacts, delivery.held_batches, harm_words(job))


def harm_words(job: UploadJob) -> str:
    """What sending contacts of `job_views` twice could do."""
    entries = (*job.mapping.get("columns", ()), *job.mapping.get("constants", ()))
    targets = [entry["target"].lower() for entry in entries]
    harms = [words for start, words in HARMS.items() if any(target.startswith(start) for target in targets)]
    return ", and ".join(harms)
