"""Batches that are held until somebody decides: why, and what each decision means."""

from dataclasses import dataclass

from imports.models import UploadJob
from imports.views.delivery import Delivery

HARMS = {
    "consentrecords.": "their consent records could be stored twice",
    "channelproperties.email.optintype": "Dotdigital could mail them a second time to confirm their address",
    "channelproperties.email.resubscribeoptions.": (
        "Dotdigital could ask them a second time whether they want to be subscribed again"
    ),
}
"""What sending twice could do, by how the targets begin that do it, in lower case; as `confirm.UNSAFE_TO_REPEAT`."""


@dataclass(frozen=True)
class Held:
    """How much of a job is held, and what sending it twice could do."""

    contacts: int
    batches: int
    harms: str


def held_of(job: UploadJob, delivery: Delivery) -> Held | None:
    """What of `job` is held; None when nothing is."""
    if not delivery.held_batches:
        return None
    return Held(delivery.held_contacts, delivery.held_batches, harm_words(job))


def harm_words(job: UploadJob) -> str:
    """What sending contacts of `job` twice could do."""
    entries = (*job.mapping.get("columns", ()), *job.mapping.get("constants", ()))
    targets = [entry["target"].lower() for entry in entries]
    harms = [words for start, words in HARMS.items() if any(target.startswith(start) for target in targets)]
    return ", and ".join(harms)
