"""Why a column is suggested to be something, or nothing: the codes that are stored, and their words."""

from imports.contacts.suggestions.profiles import KINDS
from imports.contacts.value_types.registry import VALUE_TYPES
from imports.messages import Catalogue, Message, Wording, gettext_noop

SAME_NAME = Message("same_name")
OWN_NAME = Message("own_name")
KNOWN_NAME = Message("known_name")
QUALIFIED_NAME = Message("qualified_name")
LOOKS_LIKE_EMAIL = Message("looks_like_email")
LOOKS_LIKE_PHONE = Message("looks_like_phone")
EMPTY = Message("empty")
NOT_RECOGNISED = Message("not_recognised")
NO_DATA_FIELD = Message("no_data_field")
NO_PREFERENCE = Message("no_preference")
TAKEN = Message("taken")
CONSENT_INCOMPLETE = Message("consent_incomplete")
REMEMBERED = Message("remembered")

NOT_WORDS = {
    kind.looks_like or kind.name: Message(f"not_words_{kind.looks_like or kind.name}")
    for kind in KINDS
    if kind.not_words
}
"""Why a column whose name stands for words is none of them, by what its values look like."""

REASONS: dict[str, str] = {
    "same_name": gettext_noop("It has the same name."),
    "own_name": gettext_noop("It is Dotdigital's own name for this."),
    "known_name": gettext_noop("It is a known name for this."),
    "qualified_name": gettext_noop("Its name contains a known name for this."),
    "nearly_known_name": gettext_noop("Its name is nearly “{name}”, a known name for this."),
    "nearly_same_name": gettext_noop("Its name is nearly “{name}”."),
    "looks_like_email": gettext_noop("Its values look like e-mail addresses."),
    "looks_like_phone": gettext_noop("Its values look like phone numbers."),
    "other_person": gettext_noop(
        "It is about another person than “{column}”, by which the contact is found."
    ),
    "split_name": gettext_noop("It holds full names, which are split into {first} and {last}."),
    "split_surname_first": gettext_noop(
        "It holds full names, last name first, which are split into {first} and {last}."
    ),
    "empty": gettext_noop("The column is empty."),
    "not_recognised": gettext_noop("Neither its name nor its values say what it is."),
    "withdrawn": gettext_noop(
        "It says who is unsubscribed, bounced or not subscribed, {count:,} in all. Their rows are left "
        "out. To import them with their status, choose it as their subscription."
    ),
    "no_data_field": gettext_noop("The account has no data field for this."),
    "no_preference": gettext_noop("The account has no preference of this name, or more than one."),
    "taken": gettext_noop("Another column fits better."),
    "consent_incomplete": gettext_noop(
        "A consent record needs all its five parts, each in a column that can be read. Choose it yourself "
        "if the rest comes from elsewhere."
    ),
    "remembered": gettext_noop("Remembered from the last file with these columns."),
    "hint_consent_date": gettext_noop("This may say when people agreed. Choose it yourself if it does."),
    "hint_consent_ip": gettext_noop(
        "This may say from which IP address people agreed. Choose it yourself if it does."
    ),
    "hint_consent_text": gettext_noop("This may say what people agreed to. Choose it yourself if it does."),
    "hint_consent_url": gettext_noop(
        "This may say on which page people agreed. Choose it yourself if it does."
    ),
    "hint_user_agent": gettext_noop(
        "This may say with which browser people agreed. Choose it yourself if it does."
    ),
    "hint_email_status": gettext_noop(
        "This may say who wants e-mails. Choose it yourself if it does, and check its values."
    ),
    "hint_sms_status": gettext_noop(
        "This may say who wants text messages. Choose it yourself if it does, and check its values."
    ),
    "hint_whatsapp_status": gettext_noop(
        "This may say who wants WhatsApp messages. Choose it yourself if it does, and check its values."
    ),
    "hint_opt_in_type": gettext_noop("This may say how people agreed. Choose it yourself if it does."),
    "hint_opt_out": gettext_noop(
        "This may say who does not want to hear from you. Take those people out of the file, or translate "
        "its values for a subscription."
    ),
    "hint_lists": gettext_noop("This may name lists of the account. Choose it yourself if it does."),
    "hint_contact_id": gettext_noop(
        "These are contact IDs, maybe of another program. Choose it yourself if they are Dotdigital's."
    ),
    "hint_preference": gettext_noop("This may say who wants “{name}”. Choose it yourself if it does."),
}

CATALOGUE = Catalogue(
    {
        **{code: Wording(text) for code, text in REASONS.items()},
        **{
            one.code: Wording(one.sentence)
            for kind in VALUE_TYPES
            for one in (kind.unfit, *kind.obstacles)
            if one
        },
        **{
            NOT_WORDS[kind.looks_like or kind.name].code: Wording(kind.not_words)
            for kind in KINDS
            if kind.not_words
        },
    }
)
"""Everything that is said of a column that is suggested, what its type says of it as well."""
