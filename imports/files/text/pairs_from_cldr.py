"""Counts which letters follow which in the languages of older encodings, and writes `letter_pairs.json`.

    python -m imports.files.text.pairs_from_cldr

The words are the names of countries, languages, months, days, currencies and cities in Unicode's CLDR, as Babel has
them: some thousands for each language, and no names of people.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from babel import Locale

from imports.files.text.likelihood import EDGE, PAIRS, WORD, with_tones_apart

_ALPHABETIC = (
    *("en", "de", "fr", "es", "ca", "pt", "it", "nl", "sv", "da", "nb", "fi", "is"),
    *("pl", "cs", "sk", "hu", "ro", "hr", "sl", "lt", "lv", "et", "tr", "vi"),
    *("ru", "uk", "bg", "sr", "mk", "be", "el", "he", "ar", "fa", "th"),
)
_EAST_ASIAN = ("ja", "zh", "zh_Hant", "ko")
HALF_WIDTH = "ja_half"
_PARTS = ("territories", "languages", "scripts", "currency_names", "months", "days", "time_zones", "variants")


def main() -> None:
    counts = {name: _counts(_words(name)) for name in _ALPHABETIC}
    counts |= {name: _characters(_words(name)) for name in _EAST_ASIAN}
    counts[HALF_WIDTH] = _counts(filter(None, map(_half_width, _words("ja"))))
    text = json.dumps(counts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # A line for each language, so that a change can be read.
    PAIRS.write_text(text.replace("},", "},\n") + "\n", "utf-8")


def _counts(words: Iterator[str]) -> dict[str, int]:
    """How often each letter follows each, in so many different words; a space stands before and after a word."""
    counts: Counter[str] = Counter()
    for word in set(words):
        edged = f"{EDGE}{word}{EDGE}"
        counts.update(map("".join, pairwise(edged)))
    return dict(counts)


def _characters(words: Iterator[str]) -> dict[str, int]:
    """How often each character comes, in so many different words."""
    return dict(Counter("".join(letter for word in set(words) for letter in word if not letter.isascii())))


def _words(name: str) -> Iterator[str]:
    data: Any = Locale.parse(name)._data
    for part in _PARTS:
        for text in _texts(data.get(part, {})):
            text = unicodedata.normalize("NFC", text).lower()
            if name == "el":
                # Capitals have no accents.
                text = f"{text} {_without_accents(text)}"
            if name == "vi":
                text = with_tones_apart(text)
            if name == "ro":
                # What CLDR writes with a comma below, the encodings have with a cedilla.
                text = text.replace("ș", "ş").replace("ț", "ţ")
            yield from (word for word in WORD.findall(text) if len(word) > 1 or not word.isascii())


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0301", ""))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif hasattr(value, "values"):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def _half_width(word: str) -> str:
    """A word of katakana in its half-width form; "" for any other."""
    halves = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    letters = unicodedata.normalize("NFD", word)
    if all(letter in halves or letter in marks for letter in letters):
        return "".join(halves.get(letter) or marks[letter] for letter in letters)
    return ""


if __name__ == "__main__":
    main()
