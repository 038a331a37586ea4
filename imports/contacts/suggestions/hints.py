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
from imports.messages import Message


class Hint(NamedTuple):
    """A target to offer for a column, which a person has to choose, and why; None where there is none to offer."""

    target: Target | None
    reason: Message


HINTS: dict[str, Hint] = {
    "consent_date": Hint(consent_target("dateTimeConsented"), Message("hint_consent_date")),
    "consent_ip": Hint(consent_target("ipAddress"), Message("hint_consent_ip")),
    "consent_text": Hint(consent_target("text"), Message("hint_consent_text")),
    "consent_url": Hint(consent_target("url"), Message("hint_consent_url")),
    "user_agent": Hint(consent_target("userAgent"), Message("hint_user_agent")),
    "email_status": Hint(EMAIL_STATUS, Message("hint_email_status")),
    "sms_status": Hint(SMS_STATUS, Message("hint_sms_status")),
    "whatsapp_status": Hint(WHATSAPP_STATUS, Message("hint_whatsapp_status")),
    "opt_in_type": Hint(OPT_IN_TYPE, Message("hint_opt_in_type")),
    "opt_out": Hint(None, Message("hint_opt_out")),
    "lists": Hint(LISTS_TARGET, Message("hint_lists")),
    "contact_id": Hint(CONTACT_ID, Message("hint_contact_id")),
}
"""Concept -> what to offer for a column of that name."""


def find_hint(header: str, concepts: Sequence[str], account: AccountNames) -> Hint | None:
    """What to offer for a column that is called `header`, which means one of `concepts`."""
    preferences = account.preferences(header) or [
        target for concept in concepts for target in account.preferences_standing_for(concept)
    ]
    if len(preferences) == 1:
        [target] = preferences
        return Hint(target, Message("hint_preference", {"name": target.label}))
    return next((HINTS[concept] for concept in concepts if concept in HINTS), None)
