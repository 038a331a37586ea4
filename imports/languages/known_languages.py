"""The languages whose words are known, a module each, and how their tables are read.

A module has the same tables as every other; words of a table are separated by a comma and a space, in lower case:

    HEADERS, QUALIFIERS, OTHERS, PREFERENCE   names of columns (`concepts`)
    PERSONS           the persons that a column can be about -> how words for them begin, without accents
    YES, NO           answers
    STATUSES          Dotdigital's subscription statuses -> the usual words for each
    LONGER_STATUSES   the same, of exports of other programs; `notSubscribed` is who has never subscribed
    EMAIL_TYPES, OPT_IN_TYPES, IDENTIFIERS    Dotdigital's words -> what else they are called
    PARTICLES         what begins a surname of several words
    TITLES            what stands in front of a name, without the dots at the ends of words

To teach another language, write its module and add it here.
"""

from types import ModuleType

from imports.languages import de, en, es, fr, it, nl, pl, pt

LANGUAGES: dict[str, ModuleType] = {
    "en": en,
    "de": de,
    "fr": fr,
    "es": es,
    "it": it,
    "nl": nl,
    "pl": pl,
    "pt": pt,
}


def words_in_all(table: str, key: str = "") -> tuple[str, ...]:
    """The words of that table in all languages, in their order; with `key`, those that stand there for it."""
    tables = (getattr(module, table) for module in LANGUAGES.values())
    listed = (words.get(key, "") if key else words for words in tables)
    return tuple(word for words in listed if words for word in words.split(", "))
