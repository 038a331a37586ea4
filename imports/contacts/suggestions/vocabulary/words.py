"""What headers that are the same name have in common, whatever their case, signs, spaces and accents."""

import re
import unicodedata

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
# Letters that Unicode does not take apart into a letter and an accent.
_UNACCENTED = str.maketrans(
    {"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i"}
)
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def words_of(header: str) -> tuple[str, ...]:
    """A header's words, in lower case without accents: `E-Mail-Adresse` and `eMailAdresse` are the same."""
    letters = unicodedata.normalize("NFKD", header.translate(_UNACCENTED))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return tuple(word.lower() for word in _WORDS.findall(plain))


def header_key(header: str) -> str:
    """What headers that are the same name have in common."""
    return "".join(words_of(header))


def spellings_of(name: str) -> tuple[str, ...]:
    """The name, and how it is spelt where a keyboard has no umlauts."""
    spelt_out = unicodedata.normalize("NFC", name).translate(_SPELT_OUT)
    return (name,) if spelt_out == name else (name, spelt_out)
