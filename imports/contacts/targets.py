"""What a column or a constant can be sent as: every part of an import contact, as far as the account has it.

Targets are strings of one namespace, `part.key`, which docs/mapping.md lists (`ImportContact` of
`PUT /contacts/v3/import`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from imports.contacts.value_types.boolean_type import YES_NO
from imports.contacts.value_types.choice_types import EMAIL_FORMAT, MATCH_BY, OPT_IN, PREFERRED_LOCALE
from imports.contacts.value_types.date_type import DATE
from imports.contacts.value_types.email_type import EMAIL_ADDRESS
from imports.contacts.value_types.identifier_types import CONTACT_ID_TYPE, CUSTOM_IDENTIFIER
from imports.contacts.value_types.ip_address_type import IP_ADDRESS
from imports.contacts.value_types.lists_type import LISTS_TYPE
from imports.contacts.value_types.phone_type import MOBILE_NUMBER_TYPE
from imports.contacts.value_types.registry import DATA_FIELD_TYPES
from imports.contacts.value_types.status_types import EMAIL_STATUS_TYPE, MOBILE_STATUS_TYPE
from imports.contacts.value_types.text_types import LONG_TEXT
from imports.contacts.value_types.url_type import WEB_ADDRESS
from imports.contacts.value_types.value_type import ValueType
from imports.messages import gettext, gettext_noop

IDENTIFIERS, DATA_FIELDS, CHANNEL_PROPERTIES, LISTS, PREFERENCES, CONSENT_RECORDS, MATCH_IDENTIFIER = (
    "identifiers",
    "dataFields",
    "channelProperties",
    "lists",
    "preferences",
    "consentRecords",
    "matchIdentifier",
)
"""The parts of an import contact, in the order in which they are sent."""

MAX_CONSENT_RECORDS = 5
"""Most of a contact (`ImportContact`)."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value goes: `part` of the contact, under `key`, as a value of `type`.

    `name` is the whole target as a mapping writes it. `title` is what it is called: by us, in English and marked, or
    `is_named` by the account. `help` says what it means to give it to every contact, and what Dotdigital does without.
    """

    name: str
    part: str
    key: str
    type: ValueType
    title: str
    is_named: bool = False
    help: str = ""

    @property
    def label(self) -> str:
        """What a person calls it."""
        if self.is_named:
            return self.title
        label = gettext(self.title)
        if self.consent_record > 1:
            return gettext("{part} of record {number}").format(part=label, number=self.consent_record)
        return label

    @property
    def is_multi_valued(self) -> bool:
        """Whether several columns can be it at once."""
        return self.part == LISTS

    @property
    def consent_record(self) -> int:
        """Which consent record of the contact it belongs to, 1 to 5; 0 when it belongs to none."""
        if self.part != CONSENT_RECORDS:
            return 0
        number = self.key.partition(".")[0]
        return int(number) if number.isdecimal() else 1

    @property
    def consent_part(self) -> str:
        """Which of the five parts of its consent record it is."""
        return self.key.rpartition(".")[2] if self.part == CONSENT_RECORDS else ""


class TargetField(NamedTuple):
    """A data field of the account; `type` is one of `DATA_FIELD_TYPES`."""

    name: str
    type: str


class TargetList(NamedTuple):
    id: int
    name: str


class TargetPreference(NamedTuple):
    id: int
    name: str


def _identifier(key: str, kind: ValueType, title: str, *, is_named: bool = False) -> Target:
    return Target(f"{IDENTIFIERS}.{key}", IDENTIFIERS, key, kind, title, is_named)


def _channel_property(key: str, kind: ValueType, title: str, help_text: str) -> Target:
    return Target(f"{CHANNEL_PROPERTIES}.{key}", CHANNEL_PROPERTIES, key, kind, title, help=help_text)


EMAIL = _identifier("email", EMAIL_ADDRESS, gettext_noop("E-mail address"))
MOBILE_NUMBER = _identifier("mobileNumber", MOBILE_NUMBER_TYPE, gettext_noop("Mobile number"))
CONTACT_ID = _identifier("contactId", CONTACT_ID_TYPE, gettext_noop("Contact ID"))
EMAIL_STATUS = _channel_property(
    "email.status",
    EMAIL_STATUS_TYPE,
    gettext_noop("E-mail subscription"),
    gettext_noop(
        "Without it, existing contacts keep their status and new contacts become subscribed. "
        "“Subscribed” can bring back people who unsubscribed: choose it only with their consent."
    ),
)
OPT_IN_TYPE = _channel_property(
    "email.optInType",
    OPT_IN,
    gettext_noop("E-mail opt-in type"),
    gettext_noop(
        "Without it, new contacts are “unknown”. “Verified double” sends each of them an e-mail to confirm."
    ),
)
SMS_STATUS = _channel_property(
    "sms.status",
    MOBILE_STATUS_TYPE,
    gettext_noop("SMS subscription"),
    gettext_noop(
        "Without it, Dotdigital subscribes new mobile numbers to text messages. Choose “No "
        "subscription” for people who have not agreed to them."
    ),
)
WHATSAPP_STATUS = _channel_property(
    "whatsApp.status",
    MOBILE_STATUS_TYPE,
    gettext_noop("WhatsApp subscription"),
    gettext_noop("Without it, the account’s own settings decide for new numbers."),
)
RESUBSCRIBE_AT_ONCE = _channel_property(
    "email.resubscribeOptions.resubscribeWithNoChallenge",
    YES_NO,
    gettext_noop("Resubscribe without asking again"),
    gettext_noop(
        "Yes: people who had unsubscribed are subscribed at once. No: they are asked by e-mail first."
    ),
)
CHANNEL_PROPERTY_TARGETS = (
    EMAIL_STATUS,
    OPT_IN_TYPE,
    _channel_property(
        "email.emailType",
        EMAIL_FORMAT,
        gettext_noop("E-mail type"),
        gettext_noop("Which version of an e-mail they get."),
    ),
    SMS_STATUS,
    WHATSAPP_STATUS,
    RESUBSCRIBE_AT_ONCE,
    _channel_property(
        "email.resubscribeOptions.preferredLocale",
        PREFERRED_LOCALE,
        gettext_noop("Language of the resubscription e-mail"),
        gettext_noop("The language of that e-mail."),
    ),
    _channel_property(
        "email.resubscribeOptions.redirectUrlAfterChallenge",
        WEB_ADDRESS,
        gettext_noop("Page shown after resubscribing"),
        gettext_noop("The page that opens after they confirm, such as https://example.com/welcome."),
    ),
)
LISTS_TARGET = Target(LISTS, LISTS, LISTS, LISTS_TYPE, gettext_noop("Lists"))
MATCH_IDENTIFIER_TARGET = Target(
    MATCH_IDENTIFIER,
    MATCH_IDENTIFIER,
    MATCH_IDENTIFIER,
    MATCH_BY,
    gettext_noop("What the contact is matched by"),
)


class ConsentPart(NamedTuple):
    """A part of consent records: what `Target` says of it."""

    type: ValueType
    title: str
    help: str


CONSENT_PARTS: dict[str, ConsentPart] = {
    "text": ConsentPart(
        LONG_TEXT, gettext_noop("Consent text"), gettext_noop("The words that people agreed to.")
    ),
    "dateTimeConsented": ConsentPart(
        DATE, gettext_noop("Consent date and time"), gettext_noop("When they agreed, in UTC.")
    ),
    "url": ConsentPart(
        WEB_ADDRESS,
        gettext_noop("Consent web address"),
        gettext_noop("The page on which they agreed, such as https://example.com/sign-up."),
    ),
    "ipAddress": ConsentPart(
        IP_ADDRESS, gettext_noop("Consent IP address"), gettext_noop("The IP address from which they agreed.")
    ),
    "userAgent": ConsentPart(
        LONG_TEXT,
        gettext_noop("Consent browser (user agent)"),
        gettext_noop("The browser with which they agreed, or how they did: such as “Form at the stand”."),
    ),
}
"""The five parts of a consent record, in the order in which they are sent."""


def consent_target(part: str, record: int = 1) -> Target:
    """One of the five parts (`CONSENT_PARTS`) of a contact's first consent record, or of a further one."""
    kind, title, help_text = CONSENT_PARTS[part]
    key = part if record == 1 else f"{record}.{part}"
    return Target(f"{CONSENT_RECORDS}.{key}", CONSENT_RECORDS, key, kind, title, help=help_text)


_CONSENT_TARGETS = {
    target.key.lower(): target
    for record in range(1, MAX_CONSENT_RECORDS + 1)
    for target in (consent_target(part, record) for part in CONSENT_PARTS)
}
_CHANNEL_PROPERTIES = {target.key.lower(): target for target in CHANNEL_PROPERTY_TARGETS}


@dataclass(frozen=True)
class TargetCatalogue:
    """Everything a mapping into one account can name."""

    data_fields: tuple[TargetField, ...] = ()
    lists: tuple[TargetList, ...] = ()
    preferences: tuple[TargetPreference, ...] = ()
    custom_identifiers: tuple[str, ...] = ()

    @classmethod
    def from_account(
        cls,
        data_fields: Iterable[tuple[str, str]] = (),
        lists: Iterable[tuple[int, str]] = (),
        preferences: Iterable[tuple[int, str]] = (),
        custom_identifiers: Iterable[str] = (),
    ) -> Self:
        """The catalogue of an account with these data fields (name, type), lists and preferences (id, name).

        Data fields of a type that is not known are not offered.
        """
        return cls(
            tuple(TargetField(name, kind) for name, kind in data_fields if kind in DATA_FIELD_TYPES),
            tuple(TargetList(*entry) for entry in lists),
            tuple(TargetPreference(*entry) for entry in preferences),
            tuple(custom_identifiers),
        )

    @property
    def identifiers(self) -> tuple[Target, ...]:
        """What contacts can be matched by: the three that every account has, and its own."""
        own = (_identifier(name, CUSTOM_IDENTIFIER, name, is_named=True) for name in self.custom_identifiers)
        return (EMAIL, MOBILE_NUMBER, CONTACT_ID, *own)

    @property
    def column_targets(self) -> tuple[Target, ...]:
        """What a column can be, in the order in which to offer it; of consent records, the first."""
        return (
            *self.identifiers,
            *map(_field_target, self.data_fields),
            *CHANNEL_PROPERTY_TARGETS,
            *map(_preference_target, self.preferences),
            LISTS_TARGET,
            *(consent_target(part) for part in CONSENT_PARTS),
            MATCH_IDENTIFIER_TARGET,
        )

    def find(self, name: str) -> Target | None:
        """The target of this name, in any letter case: Dotdigital tells data fields apart without it."""
        part, _, key = name.partition(".")
        return self._by_part.get(part, {}).get(key.lower())

    def find_list(self, name_or_id: str) -> int | None:
        """The id of the list with this name, in any letter case, or this id; None when there is not just one."""
        return self._list_ids.get(name_or_id.strip().lower())

    def has_list(self, list_id: int) -> bool:
        return str(list_id) in self._list_ids

    @cached_property
    def _by_part(self) -> dict[str, dict[str, Target]]:
        return {
            IDENTIFIERS: {target.key.lower(): target for target in reversed(self.identifiers)},
            DATA_FIELDS: {field.name.lower(): _field_target(field) for field in self.data_fields},
            CHANNEL_PROPERTIES: _CHANNEL_PROPERTIES,
            LISTS: {"": LISTS_TARGET},
            PREFERENCES: {str(entry.id): _preference_target(entry) for entry in self.preferences},
            CONSENT_RECORDS: _CONSENT_TARGETS,
            MATCH_IDENTIFIER: {"": MATCH_IDENTIFIER_TARGET},
        }

    @cached_property
    def _list_ids(self) -> dict[str, int]:
        names = Counter(entry.name.strip().lower() for entry in self.lists)
        named = {entry.name.strip().lower(): entry.id for entry in self.lists}
        by_id = {str(entry.id): entry.id for entry in self.lists}
        return {name: list_id for name, list_id in named.items() if names[name] == 1} | by_id


def _field_target(field: TargetField) -> Target:
    kind = DATA_FIELD_TYPES[field.type]
    return Target(f"{DATA_FIELDS}.{field.name}", DATA_FIELDS, field.name, kind, field.name, is_named=True)


def _preference_target(preference: TargetPreference) -> Target:
    key = str(preference.id)
    return Target(f"{PREFERENCES}.{key}", PREFERENCES, key, YES_NO, preference.name, is_named=True)
