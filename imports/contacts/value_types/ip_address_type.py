"""IP addresses."""

import polars as pl

from imports.contacts.value_types.value_type import (
    HALF,
    CellRules,
    JsonForm,
    Obstacle,
    ValueKind,
    ValueType,
    cell_limit,
)
from imports.contacts.values.ip_addresses import clean_ip_address
from imports.messages import gettext_noop

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HEX = "[0-9A-Fa-f]{1,4}"
_HEX_GROUPS = rf"(?:{_HEX}(?::{_HEX}){{0,6}})?"
_SHAPE = rf"^(?:{_OCTET}(?:\.{_OCTET}){{3}}|{_HEX}(?::{_HEX}){{7}}|{_HEX_GROUPS}::{_HEX_GROUPS})$"


class IpAddress(ValueType):
    """The IPv4 or IPv6 address of a consent record."""

    name = "ipAddress"
    json_form = JsonForm.PLAIN
    limit = cell_limit(
        250,
        "ip_cell_too_long",
        gettext_noop("IP addresses in cells that are too long"),
        gettext_noop("The cell is longer than 250 characters, so it holds more than one IP address."),
    )
    kinds = (
        ValueKind(
            "ip_address",
            _SHAPE,
            looks_like="ip_address",
            holds=gettext_noop("IP addresses"),
            telling=60,
            least_share=HALF,
            not_words=gettext_noop("Its name fits, but its values are IP addresses."),
        ),
    )
    evidence = ("ip_address", HALF)
    unfit = Obstacle(
        "unfit_ip_address", gettext_noop("Its name fits, but too many of its values are not IP addresses.")
    )

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_ip_address(cells)


IP_ADDRESS = IpAddress()
