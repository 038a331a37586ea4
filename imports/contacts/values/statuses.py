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

UNSUBSCRIBED_WORDS: dict[str, str] = {
    "en": (
        "unsubscribed by admin, unsubscribed by user, manually unsubscribed, globally unsubscribed, "
        "unsubscribed all, unsub, unsubbed, opted-out, removed, withdrawn, consent withdrawn, revoked, "
        "consent revoked, do not email, no email, do not send, left"
    ),
    "de": (
        "abbestellt, abgemeldete, widerrufen, widerspruch, ausgetragen, gekündigt, abbesteller, keine e-mails, "
        "keine werbung"
    ),
    "fr": "désinscription, désabonnement, retiré, refus, refusé, opposition, ne pas contacter",
    "es": "cancelada, anulada, dada de baja, desuscrita, no contactar, revocado, baja voluntaria",
    "it": "disiscrizione, cancellata, revocato, rimosso, non contattare",
    "nl": "uitgeschrevene, opgezegd, ingetrokken, niet mailen, niet benaderen",
    "pl": "wypisano, rezygnacja, wycofana, wycofano, nie wysyłać, sprzeciw",
    "pt": "cancelada, descadastrada, removido, removida, não contactar, não contatar, revogado",
}
"""Language -> further words of people who have left; `EMAIL_STATUS` has the usual ones."""

SUPPRESSED_WORDS: dict[str, str] = {
    "en": (
        "suppressed contact, globally suppressed, hard bounce, hard bounced, hardbounce, hard-bounced, bounce, "
        "bounced hard, blocklisted, block listed, blocklist, blacklist, black listed, blocked contact, banned, "
        "complained, complaint, complainer, spam complaint, spam, marked as spam, reported spam, abuse, "
        "abuse complaint, abuse report, junk, isp complained, direct complaint, known complainer, "
        "known litigator, spam trap, spamtrap, domain suppressed, shared suppression, "
        "shared domain suppression, blocked local part, mail blocked, purchased, quarantined, undeliverable, "
        "invalid, invalid email, invalid address, rejected, dropped, non existent, does not exist, dead"
    ),
    "de": (
        "hardbounce, gebounct, gebounced, unzustellbar, beschwerde, spambeschwerde, spam-beschwerde, "
        "auf der sperrliste, sperrliste, blacklisted, ungültig, ungültige adresse, gesperrte"
    ),
    "fr": (
        "rebond, rebond dur, hard bounce, plainte, plainte pour spam, indésirable, liste noire, "
        "sur liste noire, non valide, invalide, adresse invalide, nettoyé, nettoyée"
    ),
    "es": (
        "rebotado, rebotada, rebote, rebote duro, queja, queja de spam, lista negra, en lista negra, "
        "no válido, inválido, limpiado, limpiada, eliminado por rebote"
    ),
    "it": (
        "rimbalzato, rimbalzata, hard bounce, reclamo, reclamo spam, segnalato come spam, lista nera, "
        "in lista nera, non valido, pulito, bounce"
    ),
    "nl": (
        "gebouncet, gebounced, bounce, klacht, spamklacht, op zwarte lijst, zwarte lijst, ongeldig, opgeschoond"
    ),
    "pl": (
        "odbity, odbita, odrzucony, skarga, zgłoszono spam, czarna lista, na czarnej liście, nieprawidłowy, "
        "wyczyszczony"
    ),
    "pt": (
        "devolvido, devolvida, rejeitado, rejeitada, queixa, reclamação, denúncia de spam, lista negra, "
        "na lista negra, inválido, limpo"
    ),
}
"""Language -> further words of people whose address must not be mailed: bounced, complained, blocked."""

NOT_SUBSCRIBED_WORDS: dict[str, str] = {
    "en": (
        "not subscribed, non subscribed, nonsubscribed, non-subscribed, never subscribed, never, unsubscribable, "
        "no subscription, non subscriber, not a subscriber, transactional, transactional only, pending, "
        "pending confirmation, pending opt in, pending optin, opt in pending, opt-in pending, awaiting, "
        "awaiting confirmation, unconfirmed, not confirmed, confirmation pending, unverified, requested, "
        "invited, non marketing, non-marketing contact, non marketing contact, not marketing, no consent, "
        "not consented, not opted in, archived, deleted, binned, trashed, soft bounce, soft bounced, "
        "softbounce, soft-bounced, bounced soft, bouncing, temporarily blocked, expired, dormant, redacted, "
        "reconfirmation, paused, snoozed, on hold, held"
    ),
    "de": (
        "nicht abonniert, nie abonniert, nicht angemeldet, kein abonnement, kein abo, ausstehend, "
        "unbestätigt, nicht bestätigt, wartet auf bestätigung, bestätigung ausstehend, archiviert, gelöscht, "
        "keine einwilligung, softbounce, pausiert"
    ),
    "fr": (
        "non abonné, non abonnée, pas abonné, jamais abonné, non inscrit, non inscrite, aucun abonnement, "
        "en attente, en attente de confirmation, non confirmé, non confirmée, archivé, archivée, supprimée, "
        "sans consentement, pas de consentement, effacé"
    ),
    "es": (
        "no suscrito, no suscrita, nunca suscrito, nunca suscrita, sin suscripción, pendiente, "
        "pendiente de confirmación, sin confirmar, no confirmado, no confirmada, archivado, archivada, "
        "eliminado, eliminada, borrado, sin consentimiento"
    ),
    "it": (
        "non iscritto, non iscritta, mai iscritto, mai iscritta, nessuna iscrizione, in attesa, "
        "in attesa di conferma, non confermato, non confermata, archiviato, archiviata, eliminato, eliminata, "
        "senza consenso, nessun consenso"
    ),
    "nl": (
        "niet geabonneerd, nooit geabonneerd, niet ingeschreven, geen abonnement, in afwachting, "
        "in behandeling, onbevestigd, niet bevestigd, gearchiveerd, verwijderd, geen toestemming"
    ),
    "pl": (
        "niezapisany, niezapisana, nigdy niezapisany, brak subskrypcji, oczekujący, oczekująca, oczekuje, "
        "oczekuje na potwierdzenie, niepotwierdzony, niepotwierdzona, zarchiwizowany, usunięty, usunięta, "
        "brak zgody"
    ),
    "pt": (
        "não inscrito, não inscrita, não subscrito, nunca inscrito, nunca subscrito, sem subscrição, "
        "sem inscrição, pendente, a aguardar, aguardando confirmação, não confirmado, não confirmada, "
        "arquivado, arquivada, eliminado, eliminada, excluída, apagado, sem consentimento"
    ),
}
"""Language -> words of people who have not subscribed, or not yet, or no longer are there. Dotdigital has no status of
e-mail for them; `noSubscription` of text messages is the nearest."""


def clean_email_status(cells: pl.Expr) -> pl.Expr:
    """`subscribed`, `unsubscribed` or `suppressed`, by the words of exports in eight languages."""
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


def _listed(words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(word for listed in words.values() for word in listed.split(", "))


def _word(texts: pl.Expr) -> pl.Expr:
    return texts.str.normalize("NFC").str.to_lowercase()


def _key(texts: pl.Expr) -> pl.Expr:
    """Letters and digits, whatever the case, the accents, and what stands between the words."""
    return texts.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")


def _meaning(texts: pl.Expr, words: _Words) -> pl.Expr:
    exact = _word(texts).replace_strict(words.exact, default=None, return_dtype=pl.String)
    return pl.coalesce(exact, _key(texts).replace_strict(words.keys, default=None, return_dtype=pl.String))


NOT_SUBSCRIBED = "notSubscribed"
_LEFT = {UNSUBSCRIBED: _listed(UNSUBSCRIBED_WORDS), SUPPRESSED: _listed(SUPPRESSED_WORDS)}
_NEVER = _listed(NOT_SUBSCRIBED_WORDS)
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
