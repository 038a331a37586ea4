"""Web addresses: absolute `http` and `https` URIs (RFC 3986), as JSON schema's format `uri` takes them."""

import re
from ipaddress import IPv6Address
from urllib.parse import quote

import idna
import polars as pl

from imports.contacts.values.cells import INVISIBLE
from imports.contacts.values.ways import Verdict, clean_one_by_one, plain_first

_IN_PATH = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_IN_QUERY = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*\.?)"
_PORT = "(?::[0-9]{1,4})"
_PLAIN = rf"^(?i:https?)://{_HOST}{_PORT}?(?:/{_IN_PATH}*)?(?:\?{_IN_QUERY}*)?(?:\#{_IN_QUERY}*)?$"
# So short that no label of the host can be too long.
_PLAIN_HOST = r"^(?i:https?)://[^/?\#:]{1,63}(?:[/?\#:]|$)"

_MAX_PORT = 65_535
_MAX_LABEL_CHARS, _MAX_NAME_CHARS = 63, 253
# Letters and accents that are one letter in the name's own form: four to one is more than any script has.
_MAX_NAME_CHARS_AS_TYPED = 4 * _MAX_NAME_CHARS
_NAME = re.compile(f"^{_HOST}$")
_AUTHORITY = re.compile(
    r"^(?:(?P<ip_literal>\[[0-9A-Fa-f:.]+\])|(?P<name>[^\[\]:@]+))(?::(?P<port>[0-9]{1,5}))?$"
)
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):(?![0-9]+(?:[/?#]|$))")
# Nothing in them is tried in a second way, so they take time in proportion.
_BEFORE_PATH = re.compile(r"([^/?#\s@:]++)(?::[0-9]++)?+(/)?+")
_WWW = re.compile(r"www\.([^/?#\s@]++)", re.IGNORECASE)
_LETTERS_AFTER_DOT = re.compile(r".\.\D\D", re.DOTALL)
_PARTS = re.compile(r"^(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$", re.IGNORECASE | re.DOTALL)
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_WRAPPED = re.compile(r"^<(.*)>$|^(['\"])(?P<quoted>.*)\2$")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE_IN_PATH, _SAFE_IN_QUERY = "/:@!$&'()*+,;=%~", "/?:@!$&'()*+,;=%~"


def clean_url(cells: pl.Expr) -> pl.Expr:
    """A web address that any program can follow: scheme, host, and ASCII characters only.

    `https://` is put before what is a host with a path, or begins with `www.`. International hosts are
    written in their IDNA form, other characters that a URI cannot have are percent-encoded; each with a note.
    Spaces, other schemes, and names and passwords in the address are refused.
    """
    cell = pl.col("cell")
    return plain_first(
        cells,
        cell.str.contains(_PLAIN) & cell.str.contains(_PLAIN_HOST),
        lambda others: clean_one_by_one(others, _read),
    )


def _read(trimmed: str) -> Verdict:
    wrapped = _WRAPPED.match(trimmed)
    bare = _INVISIBLE.sub("", (wrapped[1] or wrapped["quoted"] or "") if wrapped else trimmed)
    note = None if bare == trimmed else "url_unwrapped"
    if any(character.isspace() or not character.isprintable() for character in bare):
        return None, "url_spaces"
    scheme = _SCHEME.match(bare)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return None, "url_scheme"
    if not scheme:
        bare, note = f"https://{bare.removeprefix('//')}", "url_scheme_added"
        if not _begins_with_host(bare.removeprefix("https://")):
            return None, "url_invalid"
    parts = _PARTS.match(bare)
    host = _read_host(parts[2]) if parts else None
    if parts is None or host is None:
        return None, "url_invalid"
    path, query, fragment = (
        _encode(part or "", safe)
        for part, safe in zip(
            parts.group(3, 4, 5), (_SAFE_IN_PATH, _SAFE_IN_QUERY, _SAFE_IN_QUERY), strict=True
        )
    )
    value = f"{parts[1]}://{host}{path}{query}{fragment}"
    return value, "url_encoded" if value != bare and note is None else note


def _begins_with_host(text: str) -> bool:
    """Whether `text` without a scheme is an address all the same: `www.`, or a host before a path, whose last
    label is of letters."""
    www = _WWW.match(text)
    if www and _LETTERS_AFTER_DOT.search(www[1]):
        return True
    before = _BEFORE_PATH.match(text)
    if before is None or not before[2]:
        return False
    host = before[1]
    dot = host.rfind(".", 1, len(host) - 2)
    return dot > 0 and not any(map(str.isdecimal, host[dot + 1 :]))


def _encode(part: str, safe: str) -> str:
    """The part with what a URI cannot have percent-encoded; what is encoded already stays."""
    mark = part[:1] if part[:1] in ("?", "#") else ""
    return mark + quote(_STRAY_PERCENT.sub("%25", part[len(mark) :]), safe=safe)


def _read_host(authority: str) -> str | None:
    """Host and port, the host in its ASCII form; None where they are none."""
    parts = _AUTHORITY.match(authority)
    if parts is None or int(parts["port"] or 0) > _MAX_PORT:
        return None
    host = parts["ip_literal"] or _ascii_name(parts["name"])
    if host is None or (parts["ip_literal"] and not _is_ipv6(host[1:-1])):
        return None
    return host if parts["port"] is None else f"{host}:{parts['port']}"


def _ascii_name(name: str) -> str | None:
    if len(name) > (_MAX_NAME_CHARS if name.isascii() else _MAX_NAME_CHARS_AS_TYPED):
        return None
    try:
        ascii_name = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except UnicodeError:
        return None
    if len(ascii_name) > _MAX_NAME_CHARS or max(map(len, ascii_name.split("."))) > _MAX_LABEL_CHARS:
        return None
    return ascii_name if _NAME.match(ascii_name) else None


def _is_ipv6(address: str) -> bool:
    try:
        IPv6Address(address)
    except ValueError:
        return False
    return True
