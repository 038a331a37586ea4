"""Reading successful answers: from JSON, in the wire's spelling, to `types`.

Unknown keys are passed over, and so are missing or null arrays and texts; what the portal cannot do without
raises UnreadableAnswerError, and so does anything that is not JSON. Nothing else is ever raised. Of an import's
report, which can be too large to hold, `import_status` takes the parts that are read here, and their keys are read
in any letter case: one that was not recognised would lose what became of contacts.

Sources: the vendor's Contacts specification 3.4.3, its Configuration specification 3.0.2 (custom identifiers)
and its v2 reference specifications.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from imports.dotdigital.errors import UnreadableAnswerError, UnusableImportIdError
from imports.dotdigital.types import (
    DATA_FIELD_TYPES,
    AccountInfo,
    ContactList,
    DataField,
    FailureReason,
    ImportSummary,
    Preference,
    ReportEntry,
)
from imports.fates import EntryKind

MAX_ID = 2**63 - 1

MAX_IMPORT_ID_CHARS = 200
MAX_SAID_CHARS = 1_000

# Opaque, but it becomes a part of an address and of a database row.
_IMPORT_ID = re.compile(rf"(?!\.{{1,2}}\Z)[!-~]{{1,{MAX_IMPORT_ID_CHARS}}}")
_DIGITS = re.compile(r"[0-9]{1,19}")
_IDENTIFIER_NAME = re.compile(r"[-A-Za-z0-9_]{1,50}")
_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\x00]")
_DATA_FIELD_TYPES = {name.casefold(): name for name in DATA_FIELD_TYPES}


def read_json(body: bytes) -> Any:
    """The body as JSON values."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # Raised below, outside the handler, so that the body does not travel along in the error's context.
        pass
    raise UnreadableAnswerError(code="json")


def is_import_id(text: str) -> bool:
    """Whether `text` can be an import's id: visible ASCII, and not a step in a path."""
    return _IMPORT_ID.fullmatch(text) is not None


def is_identifier_name(text: str) -> bool:
    """Whether `text` can be the name of an identifier."""
    return _IDENTIFIER_NAME.fullmatch(text) is not None


def read_accepted_import(data: Any) -> str:
    """The import's id, from the answer to an import call. UnusableImportIdError when it can be none."""
    import_id = read_text(object_of(data, "import").get("importId")).strip()
    if not is_import_id(import_id):
        error = UnusableImportIdError(code="importId")
        error.said = import_id[:MAX_SAID_CHARS]
        raise error
    return import_id


def read_summary(data: Any) -> ImportSummary | None:
    """An import's totals, if there are any yet."""
    if data is None:
        return None
    given = object_of(data, "summary")
    return ImportSummary(
        new_contacts=integer_of(member(given, "newContacts")),
        updated_contacts=integer_of(member(given, "updatedContacts")),
        globally_suppressed=integer_of(member(given, "globallySuppressed")),
        invalid_entries=integer_of(member(given, "invalidEntries")),
        duplicate_identifiers=integer_of(member(given, "duplicateIdentifiers")),
    )


def read_reference(kind: EntryKind, data: Any) -> ReportEntry:
    """An entry of `created` or `updated`."""
    given = object_of(data, "contact")
    contact_id = id_of(member(given, "contactId"), "contactId")
    return ReportEntry(kind, contact_id, _identifiers(member(given, "identifiers")))


def read_failure(kind: EntryKind, data: Any) -> ReportEntry:
    """An entry of `failures`."""
    given = object_of(data, "failure")
    reasons = [object_of(reason, "failures") for reason in array_of(member(given, "failures"), "failures")]
    return ReportEntry(
        kind,
        integer_of(member(given, "contactId")),
        _identifiers(member(given, "identifiers")),
        tuple(
            FailureReason(
                code=read_text(member(reason, "failureCode")),
                description=read_text(member(reason, "description")),
            )
            for reason in reasons
        ),
    )


def read_account_info(data: Any) -> AccountInfo:
    """The account, from its list of named properties."""
    answer = object_of(data, "account")
    if not isinstance(answer.get("properties"), list):
        raise UnreadableAnswerError(code="properties")
    properties: dict[str, str] = {}
    for entry in answer["properties"]:
        given = object_of(entry, "properties")
        name = read_text(given.get("name")).strip()
        if name:
            properties[name] = read_text(given.get("value")).strip()
    by_name = {name.casefold(): value for name, value in properties.items()}
    return AccountInfo(
        id=integer_of(answer.get("id")),
        name=by_name.get("name", ""),
        api_endpoint=by_name.get("apiendpoint", ""),
        locale=by_name.get("apilocale", ""),
        time_zone=by_name.get("timezoneiana", ""),
        properties=properties,
    )


def read_data_fields(data: Any) -> list[DataField]:
    """The account's data fields, without those of a type that this version of the API cannot write."""
    fields: list[DataField] = []
    for entry in bare_array_of(data, "dataFields"):
        given = object_of(entry, "dataFields")
        name = read_text(given.get("name")).strip()
        if not name:
            raise UnreadableAnswerError(code="name")
        type_name = _DATA_FIELD_TYPES.get(read_text(given.get("type")).strip().casefold())
        if type_name:
            fields.append(DataField(name, type_name, read_text(given.get("visibility"))))
    return fields


def read_contact_lists(data: Any) -> list[ContactList]:
    """One page of lists, in the order they came."""
    lists: list[ContactList] = []
    for entry in bare_array_of(data, "lists"):
        given = object_of(entry, "lists")
        lists.append(
            ContactList(
                id=id_of(given.get("id"), "id"),
                name=read_text(given.get("name")),
                visibility=read_text(given.get("visibility")),
                contacts=integer_of(given.get("contacts")),
            )
        )
    return lists


def read_created_data_field(data: Any, given: DataField) -> DataField:
    """The field that was made. One specification has the field in the answer, another has no answer: then it
    is the `given` one."""
    if data is None:
        return given
    fields = read_data_fields([data])
    return fields[0] if fields else given


def read_created_list(data: Any) -> ContactList:
    """The list that was made."""
    return read_contact_lists([data])[0]


def read_custom_identifiers(data: Any) -> list[str]:
    """The names of the account's own identifiers, without those that no contact could be matched by."""
    names = [
        read_text(object_of(entry, "customIdentifiers").get("name")).strip()
        for entry in bare_array_of(data, "customIdentifiers")
    ]
    return [name for name in names if _IDENTIFIER_NAME.fullmatch(name)]


def read_preferences(data: Any) -> list[Preference]:
    """The preferences of the tree, in its order; categories appear only as the names of theirs."""
    preferences: list[Preference] = []
    # A stack and not recursion: how deep the tree goes is up to the other side.
    waiting: list[tuple[Any, str | None]] = [
        (node, None) for node in reversed(bare_array_of(data, "preferences"))
    ]
    while waiting:
        entry, category = waiting.pop()
        node = object_of(entry, "preferences")
        name = read_text(node.get("publicName")).strip() or read_text(node.get("privateName")).strip()
        is_preference = node.get("isPreference") is True
        if is_preference:
            preferences.append(Preference(id_of(node.get("id"), "id"), name, category))
        below = category if is_preference else (name or category)
        children = array_of(node.get("preferences"), "preferences")
        waiting.extend((child, below) for child in reversed(children))
    return preferences


def read_text(value: Any) -> str:
    """Text as text, a number as its digits, anything else as "".

    Halves of surrogate pairs and NUL, which JSON can hold and databases and files cannot, become U+FFFD.
    """
    if isinstance(value, str):
        # Neither of them can be printed, and most texts can.
        return value if value.isprintable() else _SURROGATE_OR_NUL.sub("\ufffd", value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def member(given: Mapping[str, Any], name: str) -> Any:
    """The value of this name, or of one that differs from it in letter case only; None without."""
    if name in given:
        return given[name]
    wanted = name.lower()
    return next((value for spelt, value in given.items() if spelt.lower() == wanted), None)


def _identifiers(value: Any) -> dict[str, object]:
    if value is None:
        return {}
    return {
        read_text(name): read_text(content) if isinstance(content, str) else content
        for name, content in object_of(value, "identifiers").items()
        if isinstance(content, str | int | float)
    }


def object_of(value: Any, what: str) -> Mapping[str, Any]:
    """The value, which has to be an object; `what` names it in the error."""
    if not isinstance(value, dict):
        raise UnreadableAnswerError(code=what)
    return value


def array_of(value: Any, what: str) -> list[Any]:
    """The value, which has to be an array; null is an empty one."""
    return [] if value is None else bare_array_of(value, what)


def bare_array_of(value: Any, what: str) -> list[Any]:
    """The value, which has to be an array."""
    if not isinstance(value, list):
        raise UnreadableAnswerError(code=what)
    return value


def id_of(value: Any, what: str) -> int:
    """The value, which has to be an id."""
    number = integer_of(value)
    if number is None:
        raise UnreadableAnswerError(code=what)
    return number


def integer_of(value: Any) -> int | None:
    """A whole number from 0 to `MAX_ID`, also when it came as text; None for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MAX_ID else None
