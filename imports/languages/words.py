"""What headers that are the same name have in common, whatever their case, signs, spaces and accents."""

import re
import unicodedata

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
# Letters that Unicode does not take apart into a letter and an accent.
_UNACCENTED = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i"}
)
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


MAX_NAME_CHARS = 1_000
"""What is longer is no name that anybody gives: it is the same as another only where its letters are."""


def words_of(header: str) -> tuple[str, ...]:
    """A header's words, in lower case without accents: `E-Mail-Adresse` and `eMailAdresse` are the same."""
    if len(header) > MAX_NAME_CHARS:
        return (" ".join(header.lower().split()),)
    plain = header if header.isascii() else "".join(map(_unaccented, header.translate(_UNACCENTED)))
    return tuple(word.lower() for word in _WORDS.findall(plain))


def _unaccented(letter: str) -> str:
    # One letter at a time: to put the marks of a whole text in order takes the square of their number.
    return "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))


def header_key(header: str) -> str:
    """What headers that are the same name have in common."""
    return "".join(words_of(header))


def spellings_of(name: str) -> tuple[str, ...]:
    """The name, and how it is spelt where a keyboard has no umlauts."""
    spelt_out = unicodedata.normalize("NFC", name).translate(_SPELT_OUT)
    return (name,) if spelt_out == name else (name, spelt_out)
