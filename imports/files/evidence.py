"""What a cell looks like, judged quickly: enough to tell names of columns from values, and a table from noise; and
whether a text holds what a person is reached by, an e-mail address or a telephone number.

Nothing is validated here. It takes microseconds and is only ever used on samples.
"""

import re
from enum import StrEnum

from imports.languages.column_words import (
    ANSWER_INSTEAD,
    DATE_NAME,
    EMAIL_NAME,
    NAME_WORDS,
    NO_NAME,
    PHONE_NAME,
)


class CellKind(StrEnum):
    """What a cell looks like."""

    BLANK = "blank"
    EMAIL = "email"
    DATE = "date"
    PHONE = "phone"
    NUMBER = "number"
    FLAG = "flag"
    LINK = "link"
    TEXT = "text"


TYPED = frozenset(
    {CellKind.EMAIL, CellKind.DATE, CellKind.PHONE, CellKind.NUMBER, CellKind.FLAG, CellKind.LINK}
)
"""What hardly ever names a column: a cell of these kinds is a value."""

_MAX_SAMPLED_CHARS = 200
_DIGITS = "-.0123456789"

# An address anywhere in the cell: it may have a name before it, a remark behind it, or be one of several.
_EMAIL = re.compile(r"[^@]{0,150}?[^\s@,;|<>\"]@[^\s@,;|<>\"]{1,150}\.[^\s@,;|<>\"]{2}.{0,150}", re.DOTALL)
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[ -]\w{3,9}\.?[ -]\d{2,4})"
    r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
)
_PHONE = re.compile(r"'?(?!0[.,]\d+$)(?:\+|00|\(?0|\()[\d\s().\-/‐‑–]{6,22}(?:\s*(?:x|ext\.?)\s*\d{1,6})?")
_NUMBER = re.compile(
    r"'?[-+]?[$€£¥]?\s?(?:\d+|\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?[%€$£¥]?"
)
_FLAG = re.compile(r"(?:true|false|yes|no|y|n|ja|nein|oui|non|si|sí|sì|nee|tak|nie|sim|não)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_SHAPES = (
    (CellKind.EMAIL, _EMAIL),
    (CellKind.DATE, _DATE),
    (CellKind.PHONE, _PHONE),
    (CellKind.NUMBER, _NUMBER),
    (CellKind.FLAG, _FLAG),
    (CellKind.LINK, _LINK),
)
_NAMES = {CellKind.EMAIL: EMAIL_NAME, CellKind.PHONE: PHONE_NAME, CellKind.DATE: DATE_NAME}

_MAX_SEARCHED_CHARS = 500
MIN_PHONE_DIGITS = 7

# Digits with what may stand between the digits of a telephone number, and of a date or a time.
_DIALLED = re.compile(r"\+?\(?\d(?:[\d\s()./:\-\u2010-\u2015]*\d)?")
_DAY = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_YEAR = r"(?:19|20)\d\d"
# "14/03/2024 10:02", "2000-2024": a date with times, or years.
_CALENDAR = re.compile(
    rf"{_DAY}(?:[\s\-\u2010-\u2015]+(?:{_DAY}|{_TIME}))*|{_YEAR}(?:\s?[-/\u2010-\u2015]\s?{_YEAR})?"
)
_ADDRESS = re.compile(r"[^\s@,;|<>\"'()\[\]]+@[^\s@,;|<>\"'()\[\]]+")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")


def is_known_name(cell: str) -> bool:
    """Whether `cell` has a word by which columns are called."""
    return len(cell) <= _MAX_SAMPLED_CHARS and bool(NAME_WORDS.search(cell.replace("_", " ")))


def stands_for_nothing(cell: str) -> bool:
    """Whether `cell` is what people write where they know nothing: `n/a`, `unknown`, `-`."""
    return bool(NO_NAME.fullmatch(cell.strip()))


def names_kind(cell: str, kind: CellKind) -> bool:
    """Whether `cell` may be what a column of that kind is called; what stands for no value names nothing."""
    text = cell.strip()
    if kind_of(text) in TYPED - {CellKind.FLAG} or stands_for_nothing(text):
        return False
    if kind in {CellKind.EMAIL, CellKind.PHONE} and ANSWER_INSTEAD.match(text):
        return False
    return kind not in _NAMES or bool(_NAMES[kind].search(text))


def kind_of(cell: str) -> CellKind:
    """What `cell` looks like; blanks around it do not count."""
    text = cell.strip()
    if not text:
        return CellKind.BLANK
    if len(text) > _MAX_SAMPLED_CHARS:
        return CellKind.TEXT if text.strip(_DIGITS) else CellKind.NUMBER
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(text)), CellKind.TEXT)


def may_reach(text: str) -> bool:
    """Whether an address or a telephone number may be somewhere in `text`; digits of dates and years are none."""
    if "@" in text or "(at)" in text:
        return True
    return any(
        sum(map(str.isdecimal, found)) >= MIN_PHONE_DIGITS and not _CALENDAR.fullmatch(found)
        for found in _DIALLED.findall(text[:_MAX_SEARCHED_CHARS])
    )


def without_reach(text: str) -> str:
    """`text` without the addresses and telephone numbers in it, nor the brackets around them."""
    left = _IN_BRACKETS.sub(lambda found: "" if may_reach(found[0]) else found[0], text)
    left = _ADDRESS.sub("", left)
    left = _DIALLED.sub(lambda found: "" if may_reach(found[0]) else found[0], left).strip()
    return left if any(map(str.isalpha, left)) and not may_reach(left) else ""
