"""What a number format makes of a number: a number, a date, a time of day or a duration (ECMA-376 part 1, 18.8.30)."""

import re
from enum import IntEnum
from typing import NamedTuple

from imports.files.workbooks.digits import DigitPattern, pattern_of_code


class NumberKind(IntEnum):
    """What a number stands for."""

    NUMBER = 0
    DATE = 1
    TIME = 2
    DURATION = 3


class NumberFormat(NamedTuple):
    """What a number with a format stands for, and the places its digits have in it, if they have any."""

    kind: NumberKind
    pattern: DigitPattern | None = None


# The table of 18.8.30, with those of its ids that are dates or times in the lists of single languages.
BUILT_IN_KINDS: dict[int, NumberKind] = {
    **dict.fromkeys((14, 15, 16, 17, 22), NumberKind.DATE),
    **dict.fromkeys((18, 19, 20, 21, 45, 47), NumberKind.TIME),
    46: NumberKind.DURATION,
    **dict.fromkeys((27, 28, 29, 30, 31, 34, 35, 36), NumberKind.DATE),
    **dict.fromkeys((50, 51, 52, 53, 54, 55, 56, 57, 58), NumberKind.DATE),
    **dict.fromkeys((32, 33), NumberKind.TIME),
    **dict.fromkeys((71, 72, 73, 74, 77, 81), NumberKind.DATE),
    **dict.fromkeys((75, 76, 78, 80), NumberKind.TIME),
    79: NumberKind.DURATION,
}

# Text in quotes, a character after a backslash, as wide as another, or repeated; and an exponent.
_LITERAL = re.compile(r'"[^"]*"?|[\\_*].?|general|e[+-]', re.IGNORECASE | re.DOTALL)
_BRACKETS = re.compile(r"\[([^\]]*)\]?")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_HALF_DAY = re.compile(r"am/pm|a/p", re.IGNORECASE)
_FRACTION_OF_SECOND = re.compile(r"s[.,]0+", re.IGNORECASE)
_DIGIT = re.compile(r"[0#?]")


BUILT_IN_FORMATS = {str(number): NumberFormat(kind) for number, kind in BUILT_IN_KINDS.items()}
"""Formats that are only known by their ids."""

PLAIN = NumberFormat(NumberKind.NUMBER)
"""The format of a number as it is."""


def format_of_code(code: str) -> NumberFormat:
    """What the format `code` makes of a number."""
    kind = kind_of_format(code)
    return NumberFormat(kind, pattern_of_code(code) if kind is NumberKind.NUMBER else None)


def kind_of_format(code: str) -> NumberKind:
    """What numbers of the format `code` are; `code` is written as it is in a workbook, whatever its language."""
    kinds = map(_kind_of_section, _LITERAL.sub("", code).split(";"))
    return next((kind for kind in kinds if kind is not NumberKind.NUMBER), NumberKind.NUMBER)


def _kind_of_section(section: str) -> NumberKind:
    """The kind of one section of a format, without its literal text.

    In brackets stand a time that has passed, or a colour, a condition, a currency and a language, which do not
    count. A section with places for digits is a number even if it has letters, which some programs do not quote.
    """
    is_elapsed = any(_ELAPSED.fullmatch(content) for content in _BRACKETS.findall(section))
    letters = _FRACTION_OF_SECOND.sub("s", _BRACKETS.sub("", section)).lower()
    if is_elapsed:
        return NumberKind.DURATION
    if _DIGIT.search(letters):
        return NumberKind.NUMBER
    letters, halves = _HALF_DAY.subn("", letters)
    if "y" in letters or "d" in letters:
        return NumberKind.DATE
    # Minutes are written like months, and stand beside hours or seconds.
    if "h" in letters or "s" in letters or halves:
        return NumberKind.TIME
    return NumberKind.DATE if "m" in letters else NumberKind.NUMBER
