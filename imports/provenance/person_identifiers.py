"""What a person goes by: an e-mail address, a mobile number or a contact id, each in the one form that is compared."""

import re
from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    """Of what kind an identifier is; the values are those of tables and of what digests are made of."""

    EMAIL = "email"
    MOBILE = "mobile"
    CONTACT_ID = "contact_id"


EMAIL_PATTERN = r"[^\s@<>\"',;:()\[\]|]+@[^\s@<>\"',;:()\[\]|]+"
"""An address inside of a cell, whatever is around it."""
MOBILE_PATTERN = r"^\s*(?:\+|00)[\d\s()./\-]{6,30}$"
"""A cell that is a telephone number with its country code and nothing else."""
MIN_MOBILE_DIGITS = 6


class NoIdentifierError(ValueError):
    """What was given is no identifier of its kind."""


@dataclass(frozen=True)
class PersonIdentifier:
    """An identifier in the form that is compared: an address in lower case, a number in E.164, an id in digits."""

    kind: IdentifierKind
    value: str

    @classmethod
    def read(cls, kind: IdentifierKind, typed: str) -> "PersonIdentifier":
        """What somebody has typed. Raises NoIdentifierError."""
        text = _READERS[kind](typed.strip())
        if not text:
            raise NoIdentifierError(kind)
        return cls(kind, text)

    def __repr__(self) -> str:
        return f"PersonIdentifier({self.kind})"  # it is contact data, and what is shown may be logged


def _email(text: str) -> str:
    return text.lower() if re.fullmatch(EMAIL_PATTERN, text) else ""


def _mobile(text: str) -> str:
    if not re.fullmatch(MOBILE_PATTERN, text):
        return ""
    digits = re.sub(r"\D", "", text)
    digits = digits if text.startswith("+") else digits[2:]
    return f"+{digits}" if len(digits) >= MIN_MOBILE_DIGITS else ""


def _contact_id(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdigit() else ""


_READERS = {
    IdentifierKind.EMAIL: _email,
    IdentifierKind.MOBILE: _mobile,
    IdentifierKind.CONTACT_ID: _contact_id,
}
