"""E-mail addresses: what copying did to them is repaired, with a note; what is left is sent as typed.

The syntax is that of email-validator 2.4 with `strict=True` and `check_deliverability=False`: dot-atoms of
RFC 5322 with RFC 6531's international characters, domains of at least two labels, international ones as
IDNA 2008 (UTS 46) takes them. No quoted local parts, no address literals. The letter case stays: some servers
tell that of local parts apart. International local parts are put into NFC, as RFC 6532 asks.
"""

import re
import unicodedata

import idna
import polars as pl

from imports.contacts.values.cells import INVISIBLE, answer, cleaned, trim
from imports.contacts.values.mail_domains import are_slips
from imports.contacts.values.ways import in_steps, plain_first

MAX_ADDRESS_BYTES = 254
MAX_LOCAL_PART_CHARS = 64
MAX_DOMAIN_CHARS = 253
MAX_LABEL_CHARS = 63
"""RFC 5321, 4.5.3.1, and RFC 1035, 2.3.4."""

UNREACHABLE_TOP_LEVELS = ("arpa", "invalid", "local", "localhost", "onion", "test")
"""Domains that no mail can be sent to (RFC 6761, RFC 6762, RFC 7686)."""

ROLES: dict[str, str] = {
    "RFC 2142": (
        "abuse ftp hostmaster info marketing news noc postmaster sales security support usenet uucp "
        "webmaster www"
    ),
    "machines": (
        "daemon mailer-daemon no-reply no_reply no.reply noreply donotreply do-not-reply nobody root spam "
        "null devnull bounce bounces"
    ),
    "en": (
        "accounting accounts admin administrator billing booking bookings careers contact customerservice "
        "customer.service enquiries enquiry everyone feedback finance hello help helpdesk hr hrdepartment "
        "inquiries invoice invoices jobs legal mail media newsletter office orders press privacy "
        "purchasing reception recruitment reservations returns service shop staff subscribe team "
        "unsubscribe"
    ),
    "de": (
        "anfrage anfragen bestellung bestellungen bewerbung buchhaltung datenschutz einkauf empfang "
        "geschaeftsfuehrung kontakt kundendienst kundenservice personal post poststelle presse rechnung "
        "rechnungen sekretariat verkauf vertrieb verwaltung zentrale"
    ),
    "fr": (
        "accueil achats administratif bonjour commande commandes commercial compta comptabilite direction "
        "facturation factures recrutement rh secretariat serviceclient service.client ventes"
    ),
    "es": (
        "administracion atencionalcliente clientes comercial compras contabilidad contacto correo empleo "
        "facturacion gerencia hola pedidos prensa recepcion reservas rrhh secretaria ventas"
    ),
    "it": (
        "acquisti amministrazione assistenza clienti commerciale contabilita contatti direzione fatture "
        "ordini posta prenotazioni segreteria stampa ufficio vendite"
    ),
    "nl": (
        "administratie bestellingen boekhouding facturen inkoop klantenservice receptie secretariaat "
        "verkoop vragen"
    ),
    "pl": (
        "biuro faktury handlowy kadry kontakt ksiegowosc obsluga poczta praca reklamacje rezerwacja "
        "sekretariat sklep sprzedaz zamowienia"
    ),
    "pt": (
        "atendimento compras contabilidade contato encomendas faturacao financeiro geral loja reservas vendas"
    ),
}
"""Where the words come from -> local parts of addresses that belong to an office or a machine, in lower case."""

# An address that is plainly fine: short enough for every limit, no character that could need a repair,
# no hyphens that could begin an encoding, and an ending that is none of the unreachable.
_ATOM_CHARS = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_PLAIN_LABEL = r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*"
_PLAIN = (
    rf"^[{_ATOM_CHARS.replace(chr(39), '')}][{_ATOM_CHARS}]*(?:\.[{_ATOM_CHARS}]+)*"
    rf"@(?:{_PLAIN_LABEL}\.)+(?:[A-Za-z]{{2,3}}|info)$"
)
_PLAIN_BYTES = MAX_LABEL_CHARS

_INTERNATIONAL = r"[\p{L}\p{M}\p{N}\p{S}\p{P}--\x00-\x7f]"
_ATOM = rf"(?:[{_ATOM_CHARS}]|{_INTERNATIONAL})+"
_LOCAL_PART = rf"^{_ATOM}(?:\.{_ATOM})*$"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = rf"^(?:{_LABEL}\.)+(?:{_LABEL})?[A-Za-z]$|^(?:{_LABEL}\.)+[A-Za-z0-9-]*[A-Za-z]$"
_LONG_LABEL = rf"[^.]{{{MAX_LABEL_CHARS + 1}}}"
# Hyphens in the third and fourth place are kept for encodings, of which xn-- is the only one.
_UNKNOWN_ENCODING = r"(?:^|\.)(?:[^Xx.][^.]|[Xx][^Nn.])--"
_UNREACHABLE = rf"(?i)\.(?:{'|'.join(UNREACHABLE_TOP_LEVELS)})$"
_NEEDS_IDNA = r"(?i)[^\x00-\x7f]|(?:^|\.)xn--"

_INVISIBLE = "[" + "".join(f"\\x{{{ord(character):x}}}" for character in INVISIBLE) + "]"
_SEVERAL = r"@.*[,;\s/|]+.*@"
_QUOTES = "\"'“”‘’«»"
_NAMED = r"^([^<>]*)<\s*([^<>]*@[^<>]*?)\s*>[.,;:]*$"
_WIDE = r"[\x{3002}\x{ff01}-\x{ff5e}\x{ff61}]"
_WIDE_AT = "\uff20"
_NARROWED = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# The ideographic full stops, which stand for dots in domains only (UTS 46, 2.3).
_NARROWED_DOMAIN = _NARROWED | {"\u3002": ".", "\uff61": "."}

_ROLE_NAMES = sorted({re.escape(name) for names in ROLES.values() for name in names.split()})
_ROLE = rf"(?i)^(?:{'|'.join(_ROLE_NAMES)})@"


def clean_email(cells: pl.Expr) -> pl.Expr:
    """The identifier `email`; doubted where its domain looks like a slip, or where it belongs to an office."""
    cell = pl.col("cell")
    part = pl.col("syntax").struct.field
    return in_steps(
        cells,
        {"syntax": plain_first(cell, is_plain_email(cell), _clean_syntax)},
        {"value": part("value"), "code": part("code")},
        {"answer": answer(pl.col("value"), pl.col("code"), _doubt(pl.col("value")))},
    )


def is_plain_email(cell: pl.Expr) -> pl.Expr:
    """Whether a cell is an address as most are, which is told at once; false says nothing."""
    return cell.str.contains(_PLAIN) & (cell.str.len_bytes() <= _PLAIN_BYTES)


def email_key(value: pl.Expr) -> pl.Expr:
    """What two spellings of one address have in common.

    The whole address in lower case: Dotdigital takes `ANN@example.com` and `ann@example.com` for one contact,
    as nearly every mail server does.
    """
    return value.str.normalize("NFC").str.to_lowercase()


def _clean_syntax(cells: pl.Expr) -> pl.Expr:
    cell, trimmed, bare, value = map(pl.col, ("cell", "trimmed", "bare", "value"))
    local_part, domain, domain_bytes = map(pl.col, ("local_part", "domain", "domain_bytes"))
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
            | (local_part.str.len_bytes() + 1 + domain_bytes > MAX_ADDRESS_BYTES)
            | (local_part.str.len_chars() > MAX_LOCAL_PART_CHARS)
            | (domain.str.len_chars() > MAX_DOMAIN_CHARS)
            | domain.str.contains(_LONG_LABEL)
        )
        .then(pl.lit("email_too_long"))
        .when(~local_part.str.contains(_LOCAL_PART) | local_part.str.contains(r"^\p{M}"))
        .then(pl.lit("email_local_part"))
        .when(domain_bytes.is_null())
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
        {
            "local_part": part("field_0").str.normalize("NFC"),
            "domain": part("field_1").fill_null(""),
        },
        {"domain_bytes": _domain_bytes(domain), "value": pl.concat_str(local_part, pl.lit("@"), domain)},
        {"refusal": code},
        {"answer": cleaned(trimmed, pl.when(refusal.is_null()).then(value), pl.coalesce(refusal, note))},
    )


def _repair(trimmed: pl.Expr) -> pl.Expr:
    visible = _narrow(trimmed.str.replace_all(_INVISIBLE, ""))
    addressed = visible.str.replace(r"(?i)^mailto:\s*([^?]*).*$", "${1}")
    name, address = addressed.str.extract(_NAMED, 1), addressed.str.extract(_NAMED, 2)
    bare_name = name.str.strip_chars(_QUOTES + " ").str.to_lowercase()
    is_another = name.str.contains("@", literal=True) & (bare_name != address.str.to_lowercase())
    unnamed = (
        pl.when(address.is_not_null() & ~is_another)
        .then(address)
        .when(is_another)
        .then(pl.concat_str(name, pl.lit(","), address))
        .otherwise(addressed)
    )
    unwrapped = unnamed.str.replace(
        rf"^[{_QUOTES}(\[]+\s*([^{_QUOTES}()\[\]]*?)\s*[{_QUOTES})\]]+[.,;:]*$", "${1}"
    )
    return unwrapped.str.strip_chars_end(" .,;:").str.replace(r"^'+([^'].*@)", "${1}")


def _narrow(visible: pl.Expr) -> pl.Expr:
    """Full-width letters and signs, as Asian keyboards write them, as ASCII ones: in the domain, and all over
    where the @ is one of them."""

    def run(series: pl.Series) -> pl.Series:
        if not series.str.contains(_WIDE).any():
            return series
        all_over = ~cell.str.contains("@", literal=True) & cell.str.contains(_WIDE_AT, literal=True)
        at_once = pl.when(all_over).then(cell.str.replace_many(_NARROWED)).otherwise(cell)
        domain = at_once.str.extract(r"(?s)(@.*)$").str.replace_many(_NARROWED_DOMAIN).fill_null("")
        narrowed = pl.concat_str(at_once.str.extract(r"^([^@]*)"), domain)
        return series.to_frame("cell").select(narrowed).to_series()

    cell = pl.col("cell")
    return visible.map_batches(run, return_dtype=pl.String)


def _domain_bytes(domain: pl.Expr) -> pl.Expr:
    """How many bytes the domain may take in an address, in its ASCII or its international form; null where it
    is none."""
    is_wrong = (
        ~domain.str.contains(_DOMAIN)
        | domain.str.contains(_UNKNOWN_ENCODING)
        | domain.str.contains(_UNREACHABLE)
    )
    return (
        pl.when(domain.str.contains(_NEEDS_IDNA))
        .then(domain.map_batches(_international_bytes, return_dtype=pl.UInt32))
        .when(~is_wrong)
        .then(domain.str.len_bytes())
    )


def _international_bytes(domains: pl.Series) -> pl.Series:
    needing = domains.unique().to_frame("domain").filter(pl.col("domain").str.contains(_NEEDS_IDNA))["domain"]
    sizes = [_international_size(domain) for domain in needing]
    return domains.replace_strict(
        needing, pl.Series(sizes, dtype=pl.UInt32), default=None, return_dtype=pl.UInt32
    )


def _international_size(domain: str) -> int | None:
    """The bytes of the longer of the domain's two forms; None where IDNA 2008 with UTS 46 does not take it."""
    if len(domain) > MAX_DOMAIN_CHARS or domain.endswith((".", "-")):
        return None
    if any("." in unicodedata.normalize("NFKC", character) for character in domain if character != "."):
        return None
    if any(unicodedata.category(character)[0] in "CZ" for character in domain):
        return None
    try:
        mapped = idna.uts46_remap(domain, std3_rules=False, transitional=False)
        ascii_form = ".".join(idna.alabel(label).decode() for label in mapped.split("."))
        unicode_form = idna.decode(ascii_form)
        if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in unicode_form):
            for label in unicode_form.split("."):
                idna.check_bidi(label, check_ltr=True)
        idna.encode(unicode_form)
    except UnicodeError:
        return None
    fits = (
        re.search(_DOMAIN, ascii_form)
        and not re.search(_UNKNOWN_ENCODING, mapped)
        and not re.search(_UNREACHABLE, ascii_form)
    )
    if not fits or len(ascii_form) > MAX_DOMAIN_CHARS:
        return None
    return max(len(ascii_form), len(unicode_form.encode()))


def _doubt(value: pl.Expr) -> pl.Expr:
    domain = value.str.split_exact("@", 1).struct.field("field_1").str.to_lowercase()
    return (
        pl.when(are_slips(domain))
        .then(pl.lit("email_domain_typo"))
        .when(value.str.contains(_ROLE))
        .then(pl.lit("email_role"))
    )
