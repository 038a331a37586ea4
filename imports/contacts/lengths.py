"""How long a cell can be and still hold a value of its type: what is longer is refused before anything is tried
on it.

The bounds lie far above what a value of the type has, because a cell may hold a display name, a note or spaces
beside it. They are no limit of Dotdigital's: those are with each cleaner, which says so in its own words.
"""

from typing import NamedTuple

from imports.contacts.targets import ValueType


class CellLimit(NamedTuple):
    """The most characters of a cell without the spaces around it, and the code of what is said of a longer one."""

    max_chars: int
    code: str


_WORD = CellLimit(250, "word_too_long")

CELL_LIMITS: dict[ValueType, CellLimit | None] = {
    # An address has at most 254 (RFC 5321); the rest is for the name in front of it.
    "email": CellLimit(1_000, "email_cell_too_long"),
    # E.164 has 15 digits; `phonenumbers` reads at most so many characters.
    "mobileNumber": CellLimit(250, "phone_cell_too_long"),
    "contactId": CellLimit(250, "contact_id_cell_too_long"),
    # 27 digits.
    "Numeric": CellLimit(250, "number_cell_too_long"),
    "Date": CellLimit(250, "date_cell_too_long"),
    "Boolean": _WORD,
    # What every HTTP server and client should take at least (RFC 9110, 4.1).
    "url": CellLimit(8_000, "url_too_long"),
    "ipAddress": CellLimit(250, "ip_cell_too_long"),
    "emailStatus": _WORD,
    "mobileStatus": _WORD,
    "emailType": _WORD,
    "optInType": _WORD,
    "locale": _WORD,
    "matchIdentifier": _WORD,
    # Texts: Dotdigital's own limits are counted in what is left once control characters are gone.
    "customIdentifier": None,
    "String": None,
    "LongText": None,
    # The names of 100 lists.
    "lists": None,
}
"""Every type; None where any length is looked at, in time in proportion to it."""
