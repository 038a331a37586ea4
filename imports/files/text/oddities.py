"""What names and words hardly ever look like: letters, signs and letter case where they do not belong."""

import unicodedata
from functools import lru_cache

_SCRIPTS = frozenset({"LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "THAI"})
_INSIDE_WORDS = "\N{MIDDLE DOT}\N{ACUTE ACCENT}\N{RIGHT SINGLE QUOTATION MARK}"
_INVISIBLE = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
_BESIDE_WORDS = "\N{NO-BREAK SPACE}’«»–—"
_BEFORE_WORDS = "“‘‹¡¿"
_AFTER_WORDS = "”›…€£©®™°½¼¾"
_ORDINALS = "ªº"
_NEVER_WRITTEN = "¤¦¬"
_NEVER_FIRST = "ðßŮů"
# Polish writes an i between these and a vowel.
_NEVER_BEFORE_VOWELS = frozenset("ŃńŚśŹź")
_VOWELS = frozenset("aeiouyAEIOUY")
_AFTER_VOWELS = "Ğğ"
_TURKISH_VOWELS = frozenset("aeıioöuüâîû")
_SMALL_AMONG_CAPITALS = "ßı"


@lru_cache(maxsize=50_000)
def is_odd(window: str) -> bool:
    """Whether names and words hardly ever have the letter in the middle, which is beyond ASCII, between the others."""
    before, letter, after = window[1], window[2], window[3]
    if _is_combining(letter):
        return not (before.isalpha() or _is_combining(before))
    if letter in _ORDINALS:
        return after.isalpha() or before.islower()
    if letter.isalpha():
        return _is_odd_letter(window)
    return _is_odd_sign(before, letter, after)


def _is_odd_sign(before: str, letter: str, after: str) -> bool:
    category = unicodedata.category(letter)
    if category.startswith("C"):
        return letter not in _INVISIBLE
    if before.isalpha() and after.isalpha():
        if letter == "\N{NO-BREAK SPACE}":
            return after.islower()
        return letter not in _INSIDE_WORDS
    if letter == "\N{RIGHT SINGLE QUOTATION MARK}" and after.isalpha():
        return True
    if letter in _BESIDE_WORDS:
        return False
    if letter in _AFTER_WORDS:
        return after.isalpha()
    if letter in _BEFORE_WORDS or category in ("Ps", "Pi"):
        return before.isalpha()
    if letter in _NEVER_WRITTEN or category == "Sk":
        return True
    return "─" <= letter <= "▟" or before.isalpha() or after.isalpha()


def _is_odd_letter(window: str) -> bool:
    before, letter, after = window[1], window[2], window[3]
    scripts = {_script(one) for one in (before, letter, after)} & _SCRIPTS
    if len(scripts) > 1:
        return True
    if _script(letter) in _SCRIPTS and not (before.isalpha() or _is_combining(after) or after.isalpha()):
        # By itself, a sign is likelier.
        return True
    if letter in _NEVER_FIRST and not before.isalpha():
        return True
    if letter in _NEVER_BEFORE_VOWELS and after in _VOWELS:
        return True
    if letter in _AFTER_VOWELS and before.lower() not in _TURKISH_VOWELS:
        return True
    if _script(letter) == "LATIN" and all(one.isalpha() and not one.isascii() for one in (before, after)):
        # Not even Polish or Turkish words often have three of them in a row; other scripts misread have only those.
        return True
    return _is_odd_case(window)


def _is_odd_case(window: str) -> bool:
    """Whether capitals and small letters meet as they do in no word."""
    before, letter, after = window[1], window[2], window[3]
    begins_inside = after.isupper() and window[4].islower()
    if letter.isupper():
        return before.islower() or (before.isalpha() and (after.islower() or begins_inside))
    if not letter.islower():
        return False
    is_among_capitals = before.isupper() and after.isupper() and letter not in _SMALL_AMONG_CAPITALS
    return is_among_capitals or begins_inside


def _is_combining(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
