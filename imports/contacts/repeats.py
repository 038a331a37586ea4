"""What sending the same contacts twice could do that sending them once does not: such a batch is held for a person."""

from collections.abc import Mapping
from typing import Any

from imports.contacts.policies import MERGING
from imports.messages import gettext_noop

HARMS = {
    "consentrecords.": gettext_noop("Their consent records could be stored twice."),
    "channelproperties.email.optintype": gettext_noop(
        "Dotdigital could send them a second e-mail to confirm their address."
    ),
    "channelproperties.email.resubscribeoptions.": gettext_noop(
        "Dotdigital could ask them a second time whether they want to be subscribed again."
    ),
}
"""By how the targets begin that do it, in lower case. A merge option has its own in its row."""


def repeat_harms(mapping: Mapping[str, Any]) -> list[str]:
    """What sending contacts of `mapping`, as JSON, twice could do, in English and marked; none where it is safe."""
    entries = (*mapping.get("columns", ()), *mapping.get("constants", ()))
    targets = [entry["target"].lower() for entry in entries]
    harms = [words for start, words in HARMS.items() if any(target.startswith(start) for target in targets)]
    merging = MERGING.of(mapping.get(MERGING.key, MERGING.default))
    return [*harms, merging.repeated] if merging.repeated else harms
