"""Names of columns that ask whether somebody wants e-mail, so that a no in them is a no to being mailed."""

from imports.languages.concepts import find_concept, find_qualified_concept, preference_name, words_of
from imports.languages.known_languages import words_in_all

_OTHER_CHANNELS = frozenset(
    {"sms", "mms", "whatsapp", "call", "calls", "phone", "text", "push", "anruf", "fax"}
)
_ASKING = frozenset({"email_status", "newsletter"})
_BESIDE_IT = frozenset({"e", "mail", "email"})


def concepts_named(header: str) -> frozenset[str | None]:
    """What a header stands for, by itself and without its qualifiers."""
    return frozenset({find_concept(header), find_qualified_concept(header)})


def names_other_channel(header: str) -> bool:
    """Whether the name is of text messages, calls or the like."""
    return not _OTHER_CHANNELS.isdisjoint(words_of(header))


def asks_for_mail(header: str) -> bool:
    """Whether a column of this name asks who wants e-mail: `Accepts marketing`, `Newsletter`, `Newsletter (yes/no)`,
    `Preference:Newsletter`.

    One that asks who has left does not.
    """
    asked = preference_name(header) or header
    concepts = concepts_named(asked)
    if names_other_channel(header) or "opt_out" in concepts:
        return False
    return not _ASKING.isdisjoint(concepts) or _is_newsletter_answered(words_of(asked))


def _is_newsletter_answered(words: tuple[str, ...]) -> bool:
    """Whether these are a newsletter's name, with nothing beside it but the channel before it and answers behind it."""
    asked = [word for word in words if word not in _BESIDE_IT]
    answers = {word for answer in ("YES", "NO") for word in words_in_all(answer)}
    return bool(asked) and find_concept(asked[0]) == "newsletter" and answers.issuperset(asked[1:])
