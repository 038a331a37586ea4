"""Whether a text holds what a person is reached by: an e-mail address or a telephone number."""

import re

_MAX_SEARCHED_CHARS = 500
MIN_PHONE_DIGITS = 7

# Digits with what may stand between the digits of a telephone number, and of a date or a time.
_DIGITS = re.compile(r"\+?\(?\d(?:[\d\s()./:\-\u2010-\u2015]*\d)?")
_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_YEAR = r"(?:19|20)\d\d"
# "14/03/2024 10:02", "2000-2024": a date with times, or years.
_CALENDAR = re.compile(
    rf"{_DATE}(?:[\s\-\u2010-\u2015]+(?:{_DATE}|{_TIME}))*|{_YEAR}(?:\s?[-/\u2010-\u2015]\s?{_YEAR})?"
)
_ADDRESS = re.compile(r"[^\s@,;|<>\"'()\[\]]+@[^\s@,;|<>\"'()\[\]]+")


def may_reach(text: str) -> bool:
    """Whether an address or a telephone number may be somewhere in `text`; digits of dates and years are none."""
    if "@" in text or "(at)" in text:
        return True
    return any(
        sum(map(str.isdecimal, found)) >= MIN_PHONE_DIGITS and not _CALENDAR.fullmatch(found)
        for found in _DIGITS.findall(text[:_MAX_SEARCHED_CHARS])
    )


def without_reach(text: str) -> str:
    """`text` without the addresses and telephone numbers in it, nor the brackets around them."""
    left = _IN_BRACKETS.sub(lambda found: "" if may_reach(found[0]) else found[0], text)
    left = _ADDRESS.sub("", left)
    left = _DIGITS.sub(lambda found: "" if may_reach(found[0]) else found[0], left).strip()
    return left if any(map(str.isalpha, left)) and not may_reach(left) else ""


_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
