"""One contact of a call, checked by itself: what can be kept, and what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import identifiers as ids
from sandbox.account import Vocabulary
from sandbox.channel_properties import CHANNELS
from sandbox.consent import is_consent_record
from sandbox.failures import Reason, reason
from sandbox.field_values import MAX_TEXT_CHARS, Value, ValueRefusedError, kept_value
from sandbox.shapes import Json


@dataclass(slots=True)
class CheckedContact:
    """A contact on its way into the store.

    `values` are the identifiers in their kept form and `keys` what they are matched by, both without
    contactId. Any of `faults` refuses the contact; `problems` leave out one part of it.
    """

    match_identifier: str
    identifiers: dict[str, Any]
    values: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    contact_id: int | None = None
    data_fields: dict[str, Value] = field(default_factory=dict)
    channels: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: list[int] = field(default_factory=list)
    preferences: dict[int, bool] = field(default_factory=dict)
    consent_records: list[Json] = field(default_factory=list)
    faults: list[Reason] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)


def check_contact(contact: Json, vocabulary: Vocabulary) -> CheckedContact:
    """Check a contact whose shape is right; the store is not looked at."""
    candidate = CheckedContact(contact["matchIdentifier"], contact["identifiers"])
    _check_identifiers(candidate, vocabulary)
    if "dataFields" in contact:
        _check_data_fields(candidate, contact["dataFields"], vocabulary)
    if "channelProperties" in contact:
        _check_channels(candidate, contact["channelProperties"])
    if "lists" in contact:
        _check_lists(candidate, contact["lists"], vocabulary)
    if "preferences" in contact:
        _check_preferences(candidate, contact["preferences"], vocabulary)
    if "consentRecords" in contact:
        if all(map(is_consent_record, contact["consentRecords"])):
            candidate.consent_records = contact["consentRecords"]
        else:
            candidate.problems.append(reason("consentRecordsNotApplied"))
    return candidate


def _check_identifiers(candidate: CheckedContact, vocabulary: Vocabulary) -> None:
    match = candidate.match_identifier
    if match not in vocabulary.identifiers:
        candidate.faults.append(reason("InvalidMatchIdentifier", match))
    elif candidate.identifiers.get(match) is None:
        candidate.faults.append(reason("NoValidIdentifiers", f"No value was given for '{match}'"))
    for name, value in candidate.identifiers.items():
        # null does not clear an identifier: it is as if the key were not there.
        if value is None:
            continue
        if name == ids.CONTACT_ID:
            _check_contact_id(candidate, value)
            continue
        fault: Reason | None = None
        if name == ids.EMAIL:
            code = ids.email_fault(value)
            fault = reason(code, value) if code else None
        elif name == ids.MOBILE_NUMBER:
            code = ids.mobile_number_fault(value)
            fault = reason(code, value) if code else None
        elif name not in vocabulary.identifiers:
            fault = reason("ApiSchemaViolation", f"'{name}' is not an identifier of this account")
        elif code := ids.custom_identifier_fault(value):
            fault = reason(code, f"Invalid value for '{name}'")
        if fault:
            candidate.faults.append(fault)
        else:
            kept = ids.kept_identifier(name, value)
            candidate.values[name] = kept
            candidate.keys[name] = ids.identifier_key(name, kept)


def _check_contact_id(candidate: CheckedContact, value: Any) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        candidate.contact_id = value
    else:
        candidate.faults.append(reason("InvalidContactId", "The contactId is not a whole number"))


def _check_data_fields(candidate: CheckedContact, fields: Json, vocabulary: Vocabulary) -> None:
    types, kept = vocabulary.field_types, candidate.data_fields
    for name, value in fields.items():
        stored_name = name if name in types else name.upper()
        type_name = types.get(stored_name)
        # Most values are plain texts, kept as they are.
        if type_name == "String" and type(value) is str and len(value) <= MAX_TEXT_CHARS:
            kept[stored_name] = value or None
            continue
        if type_name is None:
            candidate.faults.append(reason("ApiSchemaViolation", f"The data field '{name}' does not exist"))
            continue
        try:
            kept[stored_name] = kept_value(type_name, value)
        except ValueRefusedError as error:
            candidate.faults.append(
                reason("ApiSchemaViolation", f"The value of the {type_name} data field '{name}' {error}")
            )


def _check_channels(candidate: CheckedContact, channels: Json) -> None:
    for channel, properties in channels.items():
        kept = candidate.channels[channel] = {}
        for name, value in properties.items():
            known = CHANNELS[channel][name]
            if known is None:
                continue
            word = known.kept(value)
            if word is not None:
                kept[name] = word
            elif name == "status":
                candidate.faults.append(reason("InvalidContactStatus", f"{channel}.status"))
            else:
                candidate.faults.append(reason("ApiSchemaViolation", f"Invalid value for '{channel}.{name}'"))


def _check_lists(candidate: CheckedContact, lists: list[int], vocabulary: Vocabulary) -> None:
    unknown = [number for number in lists if number not in vocabulary.lists]
    candidate.lists = [number for number in lists if number in vocabulary.lists] if unknown else lists
    if unknown:
        candidate.problems.append(reason("InvalidAddressBookIds", ", ".join(map(str, unknown))))


def _check_preferences(candidate: CheckedContact, preferences: list[Json], vocabulary: Vocabulary) -> None:
    unknown = []
    for preference in preferences:
        number = preference["id"]
        if number in vocabulary.preferences:
            candidate.preferences[number] = preference["isOptedIn"]
        else:
            unknown.append(str(number))
    if unknown:
        candidate.problems.append(reason("preferencesNotApplied", ", ".join(unknown)))
