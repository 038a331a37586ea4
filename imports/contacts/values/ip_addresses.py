"""IP addresses of consent records: IPv4 and IPv6, as JSON schema's formats `ipv4` and `ipv6` take them."""

import ipaddress
import re

import polars as pl

from imports.contacts.values.cells import INVISIBLE
from imports.contacts.values.ways import Verdict, clean_one_by_one, plain_first

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_PLAIN = f"^{_IPV4}$"

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_QUOTED = re.compile(r"^(['\"])(.*)\1$")
_PORT = re.compile(r"^(?:\[([^\[\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5})$")
_ZONE = re.compile(r"%[0-9A-Za-z._~-]+$")
_SEVERAL = re.compile(r"[0-9a-fA-F][,;|/\s]+[0-9a-fA-F:]*[0-9a-fA-F][.:]")
_ANONYMISED = re.compile(r"^(?=.*[.:])[0-9a-fA-FxX*.:]*(?:[xX]|\*)$")
_LEADING_ZERO = re.compile(r"^(?=.*(?:^|\.)0[0-9])[0-9]{1,3}(?:\.[0-9]{1,3}){3}$")


def clean_ip_address(cells: pl.Expr) -> pl.Expr:
    """`consentRecords.ipAddress`: one address, without port, brackets, zone and quotation marks.

    Anonymised addresses are refused, since Dotdigital takes whole ones only; so are octets with leading zeros,
    which some programs read as octal numbers.
    """
    return plain_first(
        cells, pl.col("cell").str.contains(_PLAIN), lambda others: clean_one_by_one(others, _read)
    )


def _read(trimmed: str) -> Verdict:
    bare = _INVISIBLE.sub("", _QUOTED.sub(r"\2", trimmed))
    if _SEVERAL.search(bare):
        return None, "ip_several"
    port = _PORT.match(bare)
    if port:
        bare = port[1] or port[2] or ""
    if ":" in bare:
        bare = _ZONE.sub("", bare)
    if "%" in bare:
        return None, "ip_invalid"
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        if _LEADING_ZERO.match(bare):
            return None, "ip_leading_zeros"
        return None, "ip_anonymised" if _ANONYMISED.match(bare) else "ip_invalid"
    return bare, None if bare == trimmed else "ip_unwrapped"
