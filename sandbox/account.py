"""The account: its details, data fields, lists and preferences (v2), and its custom identifiers (v3)."""

import json
import re
import sqlite3
from typing import Any, NamedTuple

from sandbox import seed
from sandbox.error_answers import v2_refusal
from sandbox.field_values import KEEP, ValueRefusedError, kept_value
from sandbox.identifiers import CONTACT_ID, EMAIL, MOBILE_NUMBER

MAX_SELECT = 1000
MAX_LIST_NAME_CHARS = 128
RESERVED_LIST_NAMES = frozenset({"test", "all contacts"})
RESTRICTED_FIELD_NAMES = frozenset(
    {
        *("ACCOUNT", "CAMPAIGN", "CAMPAIGNID", "CONTACT", "CONTACT_API_ID", "CONTACTID", "EMAIL"),
        *("HCONTACTID", "HEMAIL", "HEMAIL256", "ID", "MESSAGECONTENT", "MOBILENUMBERID", "NOTES"),
        *("UNSUBSCRIBED", "UNIQUECONTACTID"),
    }
)
VISIBILITIES = ("Public", "Private")

_matches_field_name = re.compile(r"[a-zA-Z0-9_-]{1,20}").fullmatch


class Vocabulary(NamedTuple):
    """What an import may refer to in this account."""

    identifiers: frozenset[str]
    field_types: dict[str, str]
    lists: frozenset[int]
    preferences: frozenset[int]


def vocabulary_of(connection: sqlite3.Connection) -> Vocabulary:
    return Vocabulary(
        identifiers=frozenset({CONTACT_ID, EMAIL, MOBILE_NUMBER, *seed.CUSTOM_IDENTIFIERS}),
        field_types=dict(connection.execute("SELECT name, type FROM data_fields")),
        lists=frozenset(number for (number,) in connection.execute("SELECT id FROM lists")),
        preferences=frozenset(preference_names()),
    )


def account_info(endpoint: str) -> dict[str, Any]:
    """The account's details; `endpoint` is this server's own address with a trailing slash."""
    properties = (
        ("Name", "String", seed.ACCOUNT_NAME),
        ("MainEmail", "String", seed.ACCOUNT_EMAIL),
        ("MainMobilePhoneNumber", "String", ""),
        ("APILocale", "String", "en-GB"),
        ("ApiCallsInLastHour", "Int", "0"),
        ("ApiCallsRemaining", "Int", "2000"),
        ("ApiEndpoint", "String", endpoint),
        ("CurrencyCode", "String", "GBP"),
        ("ShowClock", "Boolean", "False"),
        ("TimeZoneIana", "String", "Europe/London"),
    )
    return {
        "id": seed.ACCOUNT_ID,
        "properties": [{"name": name, "type": kind, "value": value} for name, kind, value in properties],
    }


def custom_identifiers() -> list[dict[str, str]]:
    return [
        {"name": name, "created": seed.CREATED, "updated": seed.CREATED} for name in seed.CUSTOM_IDENTIFIERS
    ]


def data_fields(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    rows = connection.execute("SELECT name, type, visibility, default_value FROM data_fields ORDER BY rowid")
    return [
        {"name": name, "type": kind, "visibility": visibility, "defaultValue": json.loads(default)}
        for name, kind, visibility, default in rows
    ]


def create_data_field(connection: sqlite3.Connection, content: Any) -> dict[str, Any]:
    """Create a field from a POST's body, whose keys and words are taken in any letter case."""
    given = _lower_keys(content, "ERROR_DATAFIELD_INVALID")
    name = given.get("name")
    kind = _word(given.get("type"), tuple(KEEP))
    visibility = _word(given.get("visibility", "Private"), VISIBILITIES)
    if not isinstance(name, str) or not _matches_field_name(name) or not kind or not visibility:
        raise v2_refusal("ERROR_DATAFIELD_INVALID")
    name = name.upper()
    if name in RESTRICTED_FIELD_NAMES:
        raise v2_refusal("ERROR_DATAFIELD_INVALID")
    default = given.get("defaultvalue")
    if isinstance(default, list | dict):
        raise v2_refusal("ERROR_DATAFIELD_INVALID")
    try:
        default = kept_value(kind, default)
    except ValueRefusedError:
        raise v2_refusal("ERROR_DATAFIELD_INVALID") from None
    try:
        connection.execute(
            "INSERT INTO data_fields VALUES (?, ?, ?, ?)", (name, kind, visibility, json.dumps(default))
        )
    except sqlite3.IntegrityError:
        raise v2_refusal("ERROR_NON_UNIQUE_DATAFIELD") from None
    return {"name": name, "type": kind, "visibility": visibility, "defaultValue": default}


def lists(connection: sqlite3.Connection, skip: int, select: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        "SELECT id, name, visibility, contacts FROM lists ORDER BY id LIMIT ? OFFSET ?", (select, skip)
    )
    return [
        {"id": number, "name": name, "visibility": visibility, "contacts": contacts}
        for number, name, visibility, contacts in rows
    ]


def create_list(connection: sqlite3.Connection, content: Any) -> dict[str, Any]:
    """Create a list from a POST's body."""
    given = _lower_keys(content, "ERROR_ADDRESSBOOK_INVALID")
    name = given.get("name")
    visibility = _word(given.get("visibility", "Private"), VISIBILITIES)
    if not isinstance(name, str) or not visibility:
        raise v2_refusal("ERROR_ADDRESSBOOK_INVALID")
    name = name.strip()
    if not 1 <= len(name) <= MAX_LIST_NAME_CHARS or not name.isprintable():
        raise v2_refusal("ERROR_ADDRESSBOOK_INVALID")
    if name.lower() in RESERVED_LIST_NAMES:
        raise v2_refusal("ERROR_ADDRESSBOOK_DUPLICATE")
    try:
        cursor = connection.execute("INSERT INTO lists (name, visibility) VALUES (?, ?)", (name, visibility))
    except sqlite3.IntegrityError:
        raise v2_refusal("ERROR_ADDRESSBOOK_DUPLICATE") from None
    return {"id": cursor.lastrowid, "name": name, "visibility": visibility, "contacts": 0}


def list_names(connection: sqlite3.Connection) -> dict[int, str]:
    return dict(connection.execute("SELECT id, name FROM lists"))


def add_members(connection: sqlite3.Connection, joined: dict[int, int]) -> None:
    """Raise the member count of each list id by the given number."""
    connection.executemany(
        "UPDATE lists SET contacts = contacts + ? WHERE id = ?",
        ((count, number) for number, count in joined.items()),
    )


def preferences() -> list[dict[str, Any]]:
    """Categories and preferences as a tree."""
    return list(seed.PREFERENCES)


def preference_names() -> dict[int, str]:
    """The preferences that an import may set; categories are not among them."""
    nodes = [child for node in seed.PREFERENCES for child in (node, *node.get("preferences", ()))]
    return {node["id"]: node["publicName"] for node in nodes if node["isPreference"]}


def _lower_keys(content: Any, token: str) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise v2_refusal(token)
    return {key.lower(): value for key, value in content.items()}


def _word(given: Any, allowed: tuple[str, ...]) -> str | None:
    """The allowed word that `given` spells in whatever letter case."""
    if not isinstance(given, str):
        return None
    return next((word for word in allowed if word.lower() == given.lower()), None)
