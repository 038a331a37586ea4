"""E-mail addresses: what copying did to them is repaired, with a note; nothing else about them is changed.

The syntax is that of email-validator: dot-atoms of RFC 5322 with RFC 6531's international characters, domains
of letters, digits and hyphens with at least two labels. No quoted local parts, no address literals. Sent as
typed: some servers tell the letter case of local parts apart.
"""

import polars as pl

from imports.contacts.cells import INVISIBLE, cleaned, in_steps, trim

MAX_ADDRESS_BYTES = 254
MAX_LOCAL_PART_CHARS = 64
MAX_DOMAIN_CHARS = 253
MAX_LABEL_CHARS = 63
"""RFC 5321, 4.5.3.1, and RFC 1035, 2.3.4."""

UNREACHABLE_TOP_LEVELS = ("arpa", "invalid", "local", "localhost", "onion", "test")
"""Domains that no mail can be sent to (RFC 6761, RFC 6762, RFC 7686)."""

_INTERNATIONAL = r"[\p{L}\p{M}\p{N}\p{S}\p{P}--\x00-\x7f]"
_ATOM = rf"(?:[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]|{_INTERNATIONAL})+"
_LOCAL_PART = rf"{_ATOM}(?:\.{_ATOM})*"
_LETTER_OR_DIGIT = r"[A-Za-z0-9\p{L}\p{M}\p{N}]"
_LABEL = rf"{_LETTER_OR_DIGIT}(?:(?:{_LETTER_OR_DIGIT}|-)*{_LETTER_OR_DIGIT})?"
_TOP_LABEL = rf"(?:{_LABEL})?[A-Za-z\p{{L}}\p{{M}}]|[Xx][Nn]--[A-Za-z0-9-]*[A-Za-z0-9]"
_DOMAIN = rf"(?:{_LABEL}\.)+(?:{_TOP_LABEL})"
_MATCHES_LOCAL_PART = f"^{_LOCAL_PART}$"
_MATCHES_DOMAIN = f"^{_DOMAIN}$"
_LONG_LABEL = rf"[^.]{{{MAX_LABEL_CHARS + 1}}}"
# Hyphens in the third and fourth place are kept for encodings, of which xn-- is the only one.
_UNKNOWN_ENCODING = r"(?:^|\.)(?:[^Xx.][^.]|[Xx][^Nn.])--"
_UNREACHABLE = rf"(?i)\.(?:{'|'.join(UNREACHABLE_TOP_LEVELS)})$"

_INVISIBLE = "[" + "".join(f"\\x{{{ord(character):x}}}" for character in INVISIBLE) + "]"
_SEVERAL = r"@.*[,;\s/|]+.*@"
_QUOTES = "\"'“”‘’«»"


def clean_email(cells: pl.Expr) -> pl.Expr:
    """The identifier `email`."""
    cell, trimmed, bare, local_part, domain = map(pl.col, ("cell", "trimmed", "bare", "local_part", "domain"))
    part = pl.col("parts").struct.field
    code = (
        pl.when(bare.str.contains(_SEVERAL))
        .then(pl.lit("email_several"))
        .when(~bare.str.contains("@", literal=True))
        .then(pl.lit("email_without_at"))
        .when(bare.str.count_matches("@", literal=True) > 1)
        .then(pl.lit("email_two_ats"))
        .when(bare.str.contains(r"\s"))
        .then(pl.lit("email_spaces"))
        .when(
            (bare.str.len_bytes() > MAX_ADDRESS_BYTES)
            | (local_part.str.len_chars() > MAX_LOCAL_PART_CHARS)
            | (domain.str.len_chars() > MAX_DOMAIN_CHARS)
            | domain.str.contains(_LONG_LABEL)
        )
        .then(pl.lit("email_too_long"))
        .when(~local_part.str.contains(_MATCHES_LOCAL_PART))
        .then(pl.lit("email_local_part"))
        .when(
            ~domain.str.contains(_MATCHES_DOMAIN)
            | domain.str.contains(_UNKNOWN_ENCODING)
            | domain.str.contains(_UNREACHABLE)
        )
        .then(pl.lit("email_domain"))
    )
    note = (
        pl.when(bare != trimmed)
        .then(pl.lit("email_repaired"))
        .when(trimmed != cell)
        .then(pl.lit("spaces_trimmed"))
    )
    refusal = pl.col("refusal")
    return in_steps(
        cells,
        {"trimmed": trim(cell)},
        {"bare": _repair(trimmed)},
        {"parts": bare.str.split_exact("@", 1)},
        {"local_part": part("field_0"), "domain": part("field_1").fill_null("")},
        {"refusal": code},
        {"answer": cleaned(trimmed, pl.when(refusal.is_null()).then(bare), pl.coalesce(refusal, note))},
    )


def email_key(value: pl.Expr) -> pl.Expr:
    """What two spellings of one address have in common.

    The whole address in lower case: Dotdigital takes `ANN@example.com` and `ann@example.com` for one contact,
    as nearly every mail server does.
    """
    return value.str.normalize("NFC").str.to_lowercase()


def _repair(trimmed: pl.Expr) -> pl.Expr:
    visible = trimmed.str.replace_all(_INVISIBLE, "")
    addressed = visible.str.replace(r"(?i)^mailto:\s*([^?]*).*$", "${1}")
    unnamed = addressed.str.replace(r"^[^<>]*<\s*([^<>]*@[^<>]*?)\s*>[.,;:]*$", "${1}")
    unwrapped = unnamed.str.replace(
        rf"^[{_QUOTES}(\[]+\s*([^{_QUOTES}()\[\]]*?)\s*[{_QUOTES})\]]+[.,;:]*$", "${1}"
    )
    return unwrapped.str.strip_chars_end(" .,;:")
