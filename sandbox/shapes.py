"""The shape of an import call. A breach of it refuses the call as a whole, before anything is queued.

Only shape is judged here: objects, arrays, their sizes, required and unknown keys, scalar kinds. A value that
has the right shape and is no good (a malformed address, an unknown status) is a matter of its row.
"""

import json
from http import HTTPStatus
from typing import Any, NamedTuple, NoReturn

from sandbox.channel_properties import CHANNELS
from sandbox.error_answers import v3_refusal
from sandbox.merge_options import DEFAULT_MERGE_OPTION, MERGE_OPTIONS

Json = dict[str, Any]

MAX_LISTS = 100
MAX_CONSENT_RECORDS = 5
_SCALARS = (str, int, float, bool, type(None))


class ImportCall(NamedTuple):
    """A call whose shape is right."""

    merge_option: str
    contacts: list[Json]


class _ShapeError(Exception):
    """A breach: the item it is in, relative to the contact, and what is wrong."""

    def __init__(self, item: str, description: str) -> None:
        super().__init__(description)
        self.item = item
        self.description = description


def parse_call(body: bytes) -> ImportCall:
    """The call in `body`; raises CallRefusedError for broken JSON and for a breach of the shape."""
    content = _parsed(body)
    if not isinstance(content, dict):
        _refuse("", "The request body must be an object")
    merge_option = content.get("mergeOption", DEFAULT_MERGE_OPTION)
    if merge_option not in tuple(MERGE_OPTIONS):  # it may be anything that JSON has
        _refuse("mergeOption", f"The MergeOption field must be one of {', '.join(MERGE_OPTIONS)}")
    contacts = content.get("contacts")
    if contacts is None:
        _refuse("contacts", "The Contacts field is required")
    if not isinstance(contacts, list) or not contacts:
        _refuse("contacts", "The Contacts field must be an array with at least one contact")
    for position, contact in enumerate(contacts):
        try:
            _check_contact(contact)
        except _ShapeError as error:
            item = f"contacts[{position}]"
            _refuse(f"{item}.{error.item}" if error.item else item, error.description)
    return ImportCall(merge_option, contacts)


def accepted_call(body: bytes) -> ImportCall:
    """The call in a body that `parse_call` has passed before."""
    content = json.loads(body)
    return ImportCall(content.get("mergeOption", DEFAULT_MERGE_OPTION), content["contacts"])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise v3_refusal(
            HTTPStatus.BAD_REQUEST, "badJson", "The request body is not well-formed JSON"
        ) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _refuse(item: str, description: str) -> NoReturn:
    details = [(item, description)] if item else []
    raise v3_refusal(HTTPStatus.BAD_REQUEST, "badRequest", description, details)


def _check_contact(contact: Any) -> None:
    if not isinstance(contact, dict):
        raise _ShapeError("", "A contact must be an object")
    match_identifier = contact.get("matchIdentifier")
    if match_identifier is None:
        raise _ShapeError("matchIdentifier", "The MatchIdentifier field is required")
    if not isinstance(match_identifier, str):
        raise _ShapeError("matchIdentifier", "The MatchIdentifier field must be text")
    _check_identifiers(contact.get("identifiers"))
    if "dataFields" in contact:
        _check_data_fields(contact["dataFields"])
    if "channelProperties" in contact:
        _check_channels(contact["channelProperties"])
    if "lists" in contact:
        _check_lists(contact["lists"])
    if "preferences" in contact:
        _check_preferences(contact["preferences"])
    if "consentRecords" in contact:
        _check_consent_records(contact["consentRecords"])


def _check_identifiers(identifiers: Any) -> None:
    if identifiers is None:
        raise _ShapeError("identifiers", "The Identifiers field is required")
    if not isinstance(identifiers, dict) or not identifiers:
        raise _ShapeError(
            "identifiers", "The Identifiers field must be an object with at least one identifier"
        )
    for name, value in identifiers.items():
        # contactId is left to its row: the reference lists a failure code for one that is not an integer.
        if not isinstance(value, str) and value is not None and name != "contactId":
            raise _ShapeError(f"identifiers.{name}", f"The identifier {name} must be text")


def _check_data_fields(fields: Any) -> None:
    if not isinstance(fields, dict):
        raise _ShapeError("dataFields", "The DataFields field must be an object")
    for name, value in fields.items():
        if not isinstance(value, _SCALARS):
            raise _ShapeError(
                f"dataFields.{name}", f"The data field {name} must be text, number, boolean or null"
            )


def _check_channels(channels: Any) -> None:
    if not isinstance(channels, dict) or not channels.keys() <= CHANNELS.keys():
        raise _ShapeError(
            "channelProperties", f"The ChannelProperties field takes {', '.join(CHANNELS)} only"
        )
    for channel, properties in channels.items():
        item = f"channelProperties.{channel}"
        known = CHANNELS[channel]
        if not isinstance(properties, dict) or not properties.keys() <= known.keys():
            raise _ShapeError(item, f"The channel {channel} takes {', '.join(sorted(known))} only")
        for name, value in properties.items():
            if not isinstance(value, dict if known[name] is None else str):
                raise _ShapeError(f"{item}.{name}", f"The value of {channel}.{name} has the wrong type")


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_lists(lists: Any) -> None:
    if not isinstance(lists, list) or not 1 <= len(lists) <= MAX_LISTS or not all(map(_is_integer, lists)):
        raise _ShapeError("lists", f"The Lists field must be an array of 1 to {MAX_LISTS} integers")


def _check_preferences(preferences: Any) -> None:
    if not isinstance(preferences, list) or not preferences:
        raise _ShapeError(
            "preferences", "The Preferences field must be an array with at least one preference"
        )
    for preference in preferences:
        if (
            not isinstance(preference, dict)
            or not _is_integer(preference.get("id"))
            or not isinstance(preference.get("isOptedIn"), bool)
        ):
            raise _ShapeError("preferences", "A preference needs an integer id and a boolean isOptedIn")


def _check_consent_records(records: Any) -> None:
    if (
        not isinstance(records, list)
        or not 1 <= len(records) <= MAX_CONSENT_RECORDS
        or not all(isinstance(record, dict) for record in records)
    ):
        raise _ShapeError(
            "consentRecords",
            f"The ConsentRecords field must be an array of 1 to {MAX_CONSENT_RECORDS} objects",
        )
