"""What a cell looks like, at a glance: enough to tell names of columns from values, and a table from noise.

Nothing is validated here. A glance takes microseconds and is only ever used on samples.
"""

import re
from collections.abc import Iterable
from enum import StrEnum


class Kind(StrEnum):
    """What a cell looks like."""

    BLANK = "blank"
    EMAIL = "email"
    DATE = "date"
    PHONE = "phone"
    NUMBER = "number"
    FLAG = "flag"
    LINK = "link"
    TEXT = "text"


TYPED = frozenset({Kind.EMAIL, Kind.DATE, Kind.PHONE, Kind.NUMBER, Kind.FLAG, Kind.LINK})
"""What hardly ever names a column: a cell of these kinds is a value."""

_MAX_GLANCE_CHARS = 200
_DIGITS = "-.0123456789"

_EMAIL = re.compile(r"<?(?:mailto:)?[^@\s,;|\t<>\"]+@[^@\s,;|\t<>\"]+\.[^@\s,;|\t<>\"]{2,}>?", re.IGNORECASE)
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[ -]\w{3,9}\.?[ -]\d{2,4})"
    r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
)
_PHONE = re.compile(r"'?(?:\+|00|\(?0|\()[\d\s().\-/‐‑–]{6,22}(?:\s*(?:x|ext\.?)\s*\d{1,6})?")
_NUMBER = re.compile(
    r"'?[-+]?[$€£¥]?\s?(?:\d+|\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?[%€$£¥]?"
)
_FLAG = re.compile(r"(?:true|false|yes|no|y|n|ja|nein|oui|non|si|sí|sì|nee|tak|nie|sim|não)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_SHAPES = (
    (Kind.EMAIL, _EMAIL),
    (Kind.DATE, _DATE),
    (Kind.PHONE, _PHONE),
    (Kind.NUMBER, _NUMBER),
    (Kind.FLAG, _FLAG),
    (Kind.LINK, _LINK),
)


def kind_of(cell: str) -> Kind:
    """What `cell` looks like; blanks around it do not count."""
    text = cell.strip()
    if not text:
        return Kind.BLANK
    if len(text) > _MAX_GLANCE_CHARS:
        return Kind.TEXT if text.strip(_DIGITS) else Kind.NUMBER
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(text)), Kind.TEXT)


def typed_share(cells: Iterable[str]) -> float:
    """The share of the cells that hold something which look like values: 0 to 1, 0 when all are blank."""
    kinds = [kind for cell in cells if (kind := kind_of(cell)) is not Kind.BLANK]
    return sum(kind in TYPED for kind in kinds) / len(kinds) if kinds else 0.0
