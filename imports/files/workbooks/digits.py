"""Number formats that write a number's digits in places of their own: `00000` shows 1067 as `01067`.

Phone numbers, postcodes and customer numbers are often kept so. What a person sees is what is meant: the number alone
has lost its zeros.
"""

import re
from dataclasses import dataclass
from functools import cached_property

MAX_PATTERNS = 250
"""How many of them are heeded in a workbook. Excel writes no more formats of its own, of whatever kind."""

MAX_PATTERN_CHARS = 100
"""Longer than the format of any phone number or postcode: each cell may become as long."""

# What is for positive numbers, negative ones, zero and text, one behind the other.
_SECTION = re.compile(r'((?:[^";\\]|"[^"]*"?|\\.?)*);?', re.DOTALL)
# Text in quotes, a character after a backslash, a gap as wide as one; what needs neither; places for digits. A slash
# that is not text makes a fraction.
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|(_.)|([ +\-()1-9])|([0#]+)', re.DOTALL)
# A language or a colour, which change no text.
_SILENT = re.compile(
    r"\[(?:\$-[0-9a-f]{1,8}|black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]{1,2})\]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class DigitPattern:
    """Places for digits: `groups` are how many stand side by side, each with the text before it; `tail` ends them."""

    groups: tuple[tuple[str, int], ...]
    tail: str = ""

    @cached_property
    def slices(self) -> tuple[tuple[str, int | None, int | None], ...]:
        """The text before each group, and which of `places` digits or more stand in it, as a slice's start and end.

        Digits that there is no place for stand in the first.
        """
        slices: list[tuple[str, int | None, int | None]] = []
        end: int | None = None
        for text, width in reversed(self.groups):
            start = (end or 0) - width
            slices.append((text, start, end))
            end = start
        text, _, end = slices.pop()
        return ((text, None, end), *reversed(slices))

    @property
    def places(self) -> int:
        """How many digits there are places for."""
        return sum(width for _, width in self.groups)

    def text(self, number: str) -> str:
        """A number as it is shown; only whole ones that are not negative have zeros to show."""
        if not (number.isascii() and number.isdigit()):
            return number
        digits = number.zfill(self.places)
        return "".join(f"{text}{digits[start:end]}" for text, start, end in self.slices) + self.tail


def pattern_of(groups: list[tuple[str, int]], tail: str) -> DigitPattern | None:
    """The pattern of these places and texts; None if it shows no more than the plain number does.

    A single place adds no zeros. What stands around it is a sign, a currency or a unit, unless it is a dialling code.
    """
    places = sum(width for _, width in groups)
    if not places or (places == 1 and not any(letter.isdigit() for letter in groups[0][0])):
        return None
    return DigitPattern(tuple(groups), tail)


def pattern_of_code(code: str) -> DigitPattern | None:
    """The pattern that the format `code` of a workbook is for numbers that are not negative (ECMA-376 part 1, 18.8.30).

    None for any other format: with places that may stay empty, for a fraction, an exponent or thousands; for amounts
    and dates; or dependent on conditions.
    """
    if len(code) > MAX_PATTERN_CHARS or "0" not in code:
        return None
    sections = _SECTION.findall(code)
    if any(of_zero not in ("", sections[0]) for of_zero in sections[2:3]):
        return None
    section = _SILENT.sub("", sections[0])
    groups: list[tuple[str, int]] = []
    text, at = "", 0
    while at < len(section):
        token = _TOKEN.match(section, at)
        if token is None:
            return None
        quoted, escaped, _, plain, places = token.groups()
        if places:
            # A place that may stay empty never does behind one that may not.
            if not groups and places[0] != "0":
                return None
            groups.append((text, len(places)))
            text = ""
        else:
            text += quoted or escaped or plain or ""
        at = token.end()
    return pattern_of(groups, text)
