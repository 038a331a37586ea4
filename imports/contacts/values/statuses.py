"""Subscription statuses: what an export's word says about being mailed.

Dotdigital subscribes a new contact that comes without an e-mail status. So a word that is not understood is
never taken for silence: its row is rejected, and so is that of a word for somebody who has not subscribed, for
which e-mail has no status of Dotdigital's.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import polars as pl

from imports.contacts.values.booleans import NO, YES
from imports.contacts.values.cells import Cleaner, answer, trim
from imports.contacts.values.choices import EMAIL_STATUS, MOBILE_STATUS
from imports.contacts.values.ways import in_steps, once_each
from imports.languages.known_languages import words_in_all

SUBSCRIBED, UNSUBSCRIBED, SUPPRESSED, NO_SUBSCRIPTION = (
    "subscribed",
    "unsubscribed",
    "suppressed",
    "noSubscription",
)
_OF_SUBSCRIPTIONS = (
    "unsubscri|neversubscri|nonsubscri|notsubscri|nosubscri|optout|optedout|bounce|cleaned|complain|suppress|spam"
    "|blocklist|blacklist|abgemeldet|abbestellt|nichtabonniert|nieabonniert|unzustellbar|desabonn|desinscri|nonabonn"
    "|desuscri|dadodebaja|nosuscrit|rebot|disiscritt|noniscritt|uitgeschreven|afgemeld|nietgeabonneerd|wypisan"
    "|niezapisan|descadastr|naoinscrit|naosubscrit"
)
_HEAD = r"^([^(\[:;,/|]+)[(\[:;,/|]"


def clean_email_status(cells: pl.Expr) -> pl.Expr:
    """`subscribed`, `unsubscribed` or `suppressed`, by the words of exports in all languages."""
    return _clean_status(cells, _EMAIL)


def clean_mobile_status(cells: pl.Expr) -> pl.Expr:
    """The same of text messages and WhatsApp, with `noSubscription`."""
    return _clean_status(cells, _MOBILE)


def said_of_opting_out(clean: Cleaner) -> Cleaner:
    """`clean`, for a column whose name asks who has left: a yes there is `unsubscribed`, and a no says nothing of a
    subscription."""

    def run(cells: pl.Expr) -> pl.Expr:
        word = trim(cells).str.normalize("NFC").str.to_lowercase()
        is_yes, is_no = word.is_in(sorted(YES)), word.is_in(sorted(NO))
        return (
            pl.when(is_yes)
            .then(answer(pl.lit(UNSUBSCRIBED)))
            .when(is_no)
            .then(answer(pl.lit(None, pl.String), pl.lit("opt_out_no")))
            .otherwise(clean(pl.when(is_yes | is_no).then(pl.lit("")).otherwise(cells)))
        )

    return run


def is_not_mailable(values: pl.Expr) -> pl.Expr:
    """Whether trimmed and filled texts are words for somebody who is not to be mailed. A bare yes or no says too little
    without its question."""
    word = _word(values)
    return ~word.is_in(sorted(YES | NO)) & _meaning(values, _NOT_MAILABLE).is_not_null()


def is_withdrawn(values: pl.Expr) -> pl.Expr:
    """Whether such texts can be of nothing but a subscription: `bounced` can, `cancelled` may be of an order."""
    return is_not_mailable(values) & _key(values).str.contains(_OF_SUBSCRIPTIONS)


def is_yes(values: pl.Expr) -> pl.Expr:
    """Whether trimmed texts are words for yes."""
    return _word(values).is_in(sorted(YES))


def is_no(values: pl.Expr) -> pl.Expr:
    """Whether trimmed texts are words for no."""
    return _word(values).is_in(sorted(NO))


def says_subscribed(values: pl.Expr) -> pl.Expr:
    """Whether trimmed texts are words for somebody who is subscribed, other than a bare yes."""
    return ~is_yes(values) & (_meaning(values, _ANY_STATUS) == SUBSCRIBED).fill_null(value=False)


def is_status(values: pl.Expr) -> pl.Expr:
    """Whether trimmed and filled texts are words for a subscription or for its absence, other than a bare yes or no."""
    word = _word(values)
    return ~word.is_in(sorted(YES | NO)) & _meaning(values, _ANY_STATUS).is_not_null()


class _Words:
    """What words mean: as they are written, in lower case (`exact`), and by their letters and digits alone (`keys`).

    The choices' own names come last, so that they go before every other word; `without` one of the choices. Worked out
    when they are first asked for: a process that has used Polars must not fork, and the workers' pools do.
    """

    def __init__(self, meanings: Mapping[str, Sequence[str]], without: str = "") -> None:
        self._pairs = [(word, choice) for choice, words in meanings.items() for word in words]
        self._pairs += [(choice, choice) for choice in meanings]
        self._without = without

    @property
    def exact(self) -> Mapping[str, str]:
        return self._tables[0]

    @property
    def keys(self) -> Mapping[str, str]:
        return self._tables[1]

    @cached_property
    def _tables(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        texts = pl.Series("text", [word for word, _ in self._pairs], dtype=pl.String)
        named = texts.to_frame().select(word=_word(pl.col("text")), key=_key(pl.col("text")))
        choices = [choice for _, choice in self._pairs]
        exact = dict(zip(named["word"], choices, strict=True))
        keys = {
            key: choice
            for key, choice in zip(named["key"], choices, strict=True)
            if len(key) > 1 and key.isalpha()
        }
        return self._left(exact), self._left(keys)

    def _left(self, table: Mapping[str, str]) -> Mapping[str, str]:
        return {word: choice for word, choice in table.items() if choice != self._without}


def _word(texts: pl.Expr) -> pl.Expr:
    return texts.str.normalize("NFC").str.to_lowercase()


def _key(texts: pl.Expr) -> pl.Expr:
    """Letters and digits, whatever the case, the accents, and what stands between the words."""
    return texts.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _meaning(texts: pl.Expr, words: _Words) -> pl.Expr:
    exact = _word(texts).replace_strict(words.exact, default=None, return_dtype=pl.String)
    return pl.coalesce(exact, _key(texts).replace_strict(words.keys, default=None, return_dtype=pl.String))


NOT_SUBSCRIBED = "notSubscribed"
_LEFT = {choice: words_in_all("LONGER_STATUSES", choice) for choice in (UNSUBSCRIBED, SUPPRESSED)}
# Dotdigital has no status of e-mail for who has never subscribed; `noSubscription` of text messages is the nearest.
_NEVER = words_in_all("LONGER_STATUSES", NOT_SUBSCRIBED)
_BY_CHOICE = {choice: (*words, *_LEFT.get(choice, ())) for choice, words in EMAIL_STATUS.items()}
_EMAIL_MEANINGS = {NOT_SUBSCRIBED: (*_NEVER, *MOBILE_STATUS[NO_SUBSCRIPTION], NO_SUBSCRIPTION), **_BY_CHOICE}
_EMAIL = _Words(_EMAIL_MEANINGS)
_MOBILE = _Words({NO_SUBSCRIPTION: (*_NEVER, *MOBILE_STATUS[NO_SUBSCRIPTION]), **_BY_CHOICE})
_ANY_STATUS = _EMAIL
_NOT_MAILABLE = _Words(_EMAIL_MEANINGS, without=SUBSCRIBED)


def _clean_status(cells: pl.Expr, words: _Words) -> pl.Expr:
    trimmed, meant, value = pl.col("trimmed"), pl.col("meant"), pl.col("value")
    code = (
        pl.when(value.is_not_null() | (trimmed == ""))
        .then(None)
        .when(meant == NOT_SUBSCRIBED)
        .then(pl.lit("status_not_subscribed"))
        .otherwise(pl.lit("status_unknown"))
    )

    def clean(different: pl.Expr) -> pl.Expr:
        return in_steps(
            different,
            {"trimmed": trim(pl.col("cell"))},
            # "Unsubscribed (by admin)" is what stands before the bracket; "Subscribed (pending)" need not be.
            {"head": trim(trimmed.str.extract(_HEAD, 1))},
            {"meant": _meaning(trimmed, words), "began": _meaning(pl.col("head"), words)},
            {"meant": pl.coalesce(meant, pl.when(pl.col("began") != SUBSCRIBED).then("began"))},
            {"value": pl.when(meant != NOT_SUBSCRIBED).then(meant)},
            {"answer": answer(value, code)},
        )

    return once_each(cells, clean)
