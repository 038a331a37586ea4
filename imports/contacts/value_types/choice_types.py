"""Types of which Dotdigital takes only a few words."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import polars as pl
from babel import Locale

from imports.contacts.value_types.value_type import AccountValues, CellRules, JsonForm, ValueType
from imports.contacts.value_types.word_limit import WORD_LIMIT
from imports.contacts.values import choices as words
from imports.contacts.values.choices import clean_choice
from imports.messages import gettext, gettext_noop


class ChoiceType(ValueType):
    """One of a few words: `meanings` are the words that stand for each, `labels` what people call it."""

    limit = WORD_LIMIT
    json_form = JsonForm.PLAIN
    meanings: ClassVar[Mapping[str, Sequence[str]]]
    labels: ClassVar[Mapping[str, str]] = {}

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_choice(cells, self.meanings)

    def choices(self, account: AccountValues, language: str) -> Sequence[tuple[Any, str]]:
        return tuple((value, gettext(label)) for value, label in self.labels.items())

    def words_of(self, value: Any, account: AccountValues) -> str:
        return gettext(self.labels[value]) if value in self.labels else super().words_of(value, account)


class EmailFormat(ChoiceType):
    """`channelProperties.email.emailType`: which version of a mail somebody gets."""

    name = "emailType"
    is_told_by_word = True
    meanings = words.EMAIL_TYPE
    labels: ClassVar[Mapping[str, str]] = {
        "html": gettext_noop("HTML"),
        "plainText": gettext_noop("Plain text"),
    }


class OptInType(ChoiceType):
    """`channelProperties.email.optInType`: how somebody agreed."""

    name = "optInType"
    is_told_by_word = True
    meanings = words.OPT_IN_TYPE
    labels: ClassVar[Mapping[str, str]] = {
        "unknown": gettext_noop("Unknown"),
        "single": gettext_noop("Single: they signed up"),
        "double": gettext_noop("Double: they signed up and confirmed"),
        "verifiedDouble": gettext_noop("Verified double: Dotdigital mails them to confirm"),
    }


class PreferredLocale(ChoiceType):
    """The language of the resubscription mail."""

    name = "locale"

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_choice(cells, words.locale_words())

    def choices(self, account: AccountValues, language: str) -> Sequence[tuple[Any, str]]:
        return _named_locales(language.partition("-")[0])


@cache
def _named_locales(language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (code, f"{Locale.parse(code.partition('-')[0]).get_display_name(language)} ({code})")
        for code in words.LOCALES
    )


class MatchIdentifier(ChoiceType):
    """`matchIdentifier`: the name of one of the account's identifiers."""

    name = "matchIdentifier"

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        own = {name: (name,) for name in rules.account.custom_identifiers}
        return clean_choice(cells, {**own, **words.MATCH_IDENTIFIER})

    def choices(self, account: AccountValues, language: str) -> Sequence[tuple[Any, str]]:
        return tuple((one.key, one.label) for one in account.identifiers)


EMAIL_FORMAT, OPT_IN, PREFERRED_LOCALE, MATCH_BY = (
    EmailFormat(),
    OptInType(),
    PreferredLocale(),
    MatchIdentifier(),
)
