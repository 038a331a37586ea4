"""Yes and no, in the words of eight languages."""

import polars as pl

from imports.contacts.values.cells import cleaned, trim
from imports.contacts.values.ways import in_steps, once_each

TRUE, FALSE = "true", "false"

# A single letter is a word where it cannot mean the opposite in another of the languages: y, j, o, s and t
# begin a yes or a true, n and f a no or a false. v does both (vrai, vals), and so does w (waar, wrong).
YES_AND_NO: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "signs": (("1", "1.0", "1,0", "x", "✓", "✔", "☑", "✅"), ("0", "0.0", "0,0", "✗", "✘", "☐", "❌")),
    "letters": (("y", "j", "o", "s", "t"), ("n", "f")),
    "en": (
        ("true", "yes", "on", "checked", "ticked", "enabled", "agreed", "accepted"),
        ("false", "no", "off", "unchecked", "unticked", "disabled", "declined", "refused"),
    ),
    "de": (
        ("wahr", "ja", "ein", "an", "richtig", "zugestimmt", "akzeptiert"),
        ("falsch", "nein", "aus", "abgelehnt", "nicht zugestimmt"),
    ),
    "fr": (
        ("vrai", "oui", "activé", "accepté", "coché"),
        ("faux", "non", "désactivé", "refusé", "non coché"),
    ),
    "es": (
        ("verdadero", "sí", "si", "activado", "aceptado", "marcado"),
        ("falso", "desactivado", "rechazado", "no marcado"),
    ),
    "it": (
        ("vero", "sì", "si", "si'", "attivo", "attivato", "accettato"),
        ("falso", "no", "disattivato", "rifiutato"),
    ),
    "nl": (
        ("waar", "ja", "aan", "aangevinkt", "geaccepteerd"),
        ("onwaar", "nee", "neen", "uit", "uitgevinkt", "geweigerd"),
    ),
    "pl": (
        ("prawda", "tak", "wł.", "włączone", "zaznaczone"),
        ("fałsz", "falsz", "nie", "wył.", "wyłączone", "niezaznaczone"),
    ),
    "pt": (
        ("verdadeiro", "sim", "ligado", "aceite", "aceito"),
        ("falso", "não", "nao", "desligado", "recusado"),
    ),
}
"""Language -> words for yes, words for no; in lower case."""

YES = frozenset(word for yes, _ in YES_AND_NO.values() for word in yes)
NO = frozenset(word for _, no in YES_AND_NO.values() for word in no)

_MEANING = dict.fromkeys(YES, TRUE) | dict.fromkeys(NO, FALSE)


def clean_boolean(cells: pl.Expr) -> pl.Expr:
    """A yes/no value: `true` or `false`."""
    trimmed, value = pl.col("trimmed"), pl.col("value")
    code = pl.when(value.is_null()).then(pl.lit("boolean_unknown"))

    def clean(different: pl.Expr) -> pl.Expr:
        word = trimmed.str.normalize("NFC").str.to_lowercase()
        return in_steps(
            different,
            {"trimmed": trim(pl.col("cell"))},
            {"value": word.replace_strict(_MEANING, default=None, return_dtype=pl.String)},
            {"answer": cleaned(trimmed, value, code)},
        )

    return once_each(cells, clean)
