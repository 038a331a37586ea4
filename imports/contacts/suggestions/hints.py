"""What a column may say about consent and subscription: pointed out, and left to a person.

Whether people agreed, to what and when is not for a program to guess from a header.
"""

from collections.abc import Sequence
from typing import NamedTuple

from imports.contacts.suggestions.candidates import AccountNames
from imports.contacts.targets import (
    CONTACT_ID,
    EMAIL_STATUS,
    LISTS_TARGET,
    OPT_IN_TYPE,
    SMS_STATUS,
    WHATSAPP_STATUS,
    Target,
    consent_target,
)


class Hint(NamedTuple):
    """A target to offer for a column, which a person has to choose, and why; None where there is none to offer."""

    target: Target | None
    reason: str


HINTS: dict[str, Hint] = {
    "consent_date": Hint(
        consent_target("dateTimeConsented"), "This may say when people agreed. Choose it yourself if it does."
    ),
    "consent_ip": Hint(
        consent_target("ipAddress"),
        "This may say from which IP address people agreed. Choose it yourself if it does.",
    ),
    "consent_text": Hint(
        consent_target("text"), "This may say what people agreed to. Choose it yourself if it does."
    ),
    "consent_url": Hint(
        consent_target("url"), "This may say on which page people agreed. Choose it yourself if it does."
    ),
    "user_agent": Hint(
        consent_target("userAgent"),
        "This may say with which browser people agreed. Choose it yourself if it does.",
    ),
    "email_status": Hint(
        EMAIL_STATUS, "This may say who wants e-mails. Choose it yourself if it does, and check its values."
    ),
    "sms_status": Hint(
        SMS_STATUS,
        "This may say who wants text messages. Choose it yourself if it does, and check its values.",
    ),
    "whatsapp_status": Hint(
        WHATSAPP_STATUS,
        "This may say who wants WhatsApp messages. Choose it yourself if it does, and check its values.",
    ),
    "opt_in_type": Hint(OPT_IN_TYPE, "This may say how people agreed. Choose it yourself if it does."),
    "opt_out": Hint(
        None,
        "This may say who does not want to hear from you. Take those people out of the file, or translate its values "
        "for a subscription.",
    ),
    "lists": Hint(LISTS_TARGET, "This may name lists of the account. Choose it yourself if it does."),
    "contact_id": Hint(
        CONTACT_ID,
        "These are contact IDs, maybe of another program. Choose it yourself if they are Dotdigital's.",
    ),
}
"""Concept -> what to offer for a column of that name."""

_PREFERENCE = "This may say who wants “{name}”. Choose it yourself if it does."


def find_hint(header: str, concepts: Sequence[str], account: AccountNames) -> Hint | None:
    """What to offer for a column that is called `header`, which means one of `concepts`."""
    preferences = account.preferences(header) or [
        target for concept in concepts for target in account.preferences_standing_for(concept)
    ]
    if len(preferences) == 1:
        [target] = preferences
        return Hint(target, _PREFERENCE.format(name=target.label))
    return next((HINTS[concept] for concept in concepts if concept in HINTS), None)
