"""Values of which Dotdigital takes only a few, and the words of all languages that stand for each."""

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl
from babel import Locale

from imports.contacts.values.booleans import NO, YES
from imports.contacts.values.cells import answer, is_placeholder, trim
from imports.contacts.values.ways import in_steps, once_each
from imports.languages.known_languages import LANGUAGES, words_in_all

EMAIL_STATUS: Mapping[str, Sequence[str]] = {
    "subscribed": (*words_in_all("STATUSES", "subscribed"), *sorted(YES)),
    "unsubscribed": (*words_in_all("STATUSES", "unsubscribed"), *sorted(NO)),
    "suppressed": words_in_all("STATUSES", "suppressed"),
}
"""`channelProperties.email.status`. Yes means subscribed, no unsubscribed."""

MOBILE_STATUS: Mapping[str, Sequence[str]] = {
    "noSubscription": words_in_all("STATUSES", "noSubscription"),
    **EMAIL_STATUS,
}
"""`channelProperties.sms.status` and `.whatsApp.status`. No means unsubscribed here too: it was asked and
answered, where `noSubscription` says that nobody asked."""

EMAIL_TYPE: Mapping[str, Sequence[str]] = {
    choice: words_in_all("EMAIL_TYPES", choice) for choice in ("html", "plainText")
}
"""`channelProperties.email.emailType`."""

OPT_IN_TYPE: Mapping[str, Sequence[str]] = {
    choice: words_in_all("OPT_IN_TYPES", choice)
    for choice in ("unknown", "single", "double", "verifiedDouble")
}
"""`channelProperties.email.optInType`. `verifiedDouble` has Dotdigital send a confirmation mail."""

# The vendor's own codes (`ResubscribeOptions.preferredLocale`) -> what else the language and its regions are
# coded as. Spanish has two codes; words mean the longer.
_LOCALE_CODES: dict[str, tuple[str, ...]] = {
    "cs-CS": ("cs", "cs-CZ", "cz"),
    "da-DA": ("da", "da-DK", "dk"),
    "de-DE": ("de", "de-AT", "de-CH", "de-LI", "de-LU"),
    "el-EL": ("el", "el-GR", "el-CY", "gr"),
    "en-EN": ("en", "en-GB", "en-US", "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-ZA"),
    "es-ES": ("es-MX", "es-AR", "es-CL", "es-CO", "es-PE", "es-US"),
    "es": (),
    "fi-FI": ("fi",),
    "fr-FR": ("fr", "fr-BE", "fr-CA", "fr-CH", "fr-LU"),
    "hu-HU": ("hu",),
    "it-IT": ("it", "it-CH"),
    "nl-NL": ("nl", "nl-BE"),
    "nb-NO": ("nb", "no", "no-NO", "nn", "nn-NO"),
    "pl-PL": ("pl",),
    "pt-PT": ("pt", "pt-BR"),
    "ru-RU": ("ru",),
    "se-SE": ("sv", "sv-SE", "sv-FI", "se"),
    "sk-SK": ("sk",),
    "tr-TR": ("tr",),
    "zh-CN": ("zh", "zh-Hans", "zh-Hans-CN", "cn"),
}
_CLDR_CODES = {"se-SE": "sv", "nb-NO": "no"}


def _language_names(locale: str) -> tuple[str, ...]:
    """The language's name in its own words and in each of `LANGUAGES` (CLDR)."""
    code = _CLDR_CODES.get(locale, locale.partition("-")[0])
    names = (Locale(language).languages.get(code) for language in (*LANGUAGES, code))
    return tuple(name.lower() for name in names if name)


LOCALES = tuple(_LOCALE_CODES)
"""`channelProperties.email.resubscribeOptions.preferredLocale`."""


@cache
def locale_words() -> Mapping[str, Sequence[str]]:
    """The words for each of `LOCALES`, which are in the files of as many languages."""
    return {
        locale: (*codes, *(() if locale == "es" else _language_names(locale)))
        for locale, codes in _LOCALE_CODES.items()
    }


MATCH_IDENTIFIER: Mapping[str, Sequence[str]] = {
    choice: words_in_all("IDENTIFIERS", choice) for choice in ("email", "mobileNumber", "contactId")
}
"""`matchIdentifier`. Names of an account's custom identifiers are not among them."""

# Letter case, and what stands between the words of one and the same answer.
_BETWEEN_WORDS = r"[\s_-]+"


def clean_choice(cells: pl.Expr, choices: Mapping[str, Sequence[str]]) -> pl.Expr:
    """One of the keys of `choices`, for a cell that holds it or one of its words.

    Letter case, and spaces and hyphens between words, make no difference; a key's own spelling goes before
    every word. Words that stand for no value are taken as such only where they are no word of a choice.
    """
    meanings = _meanings(choices)
    trimmed, value, key = pl.col("trimmed"), pl.col("value"), pl.col("key")
    code = (
        pl.when(value.is_not_null() | (trimmed == ""))
        .then(None)
        .when(is_placeholder(trimmed))
        .then(pl.lit("placeholder"))
        .otherwise(pl.lit("choice_unknown"))
    )

    def clean(different: pl.Expr) -> pl.Expr:
        return in_steps(
            different,
            {"trimmed": trim(pl.col("cell"))},
            {"key": _key(trimmed)},
            {"exact": pl.when(trimmed.is_in(list(choices))).then(trimmed)},
            {
                "value": pl.coalesce(
                    "exact", key.replace_strict(meanings, default=None, return_dtype=pl.String)
                )
            },
            {"answer": answer(value, code)},
        )

    return once_each(cells, clean)


def _key(words: pl.Expr) -> pl.Expr:
    return words.str.normalize("NFC").str.to_lowercase().str.replace_all(_BETWEEN_WORDS, "")


def _meanings(choices: Mapping[str, Sequence[str]]) -> dict[str, str]:
    pairs = [(word, choice) for choice, words in choices.items() for word in words]
    pairs += [(choice, choice) for choice in choices]
    keys = pl.select(_key(pl.lit(pl.Series([word for word, _ in pairs], dtype=pl.String)))).to_series()
    meanings = dict(zip(keys, (choice for _, choice in pairs), strict=True))
    # Two choices that differ in nothing but case and hyphens are told apart by their exact spelling alone.
    own = list(keys[-len(choices) :]) if choices else []
    return {key: choice for key, choice in meanings.items() if own.count(key) < 2}
