"""Web addresses."""

import polars as pl

from imports.contacts.value_types.value_type import (
    HALF,
    CellRules,
    Obstacle,
    ValueKind,
    ValueType,
    cell_limit,
)
from imports.contacts.values.damaged_texts import lost_letters
from imports.contacts.values.ways import refused_at_sight
from imports.contacts.values.web_addresses import clean_url
from imports.messages import gettext_noop


class WebAddress(ValueType):
    """An absolute URL."""

    name = "url"
    # What every HTTP server and client should take at least (RFC 9110, 4.1).
    limit = cell_limit(
        8_000,
        "url_too_long",
        gettext_noop("Web addresses in cells that are too long"),
        gettext_noop("The cell is longer than 8,000 characters, so it holds more than one web address."),
    )
    kinds = (
        ValueKind(
            "url",
            r"^(?i:https?://|www\.)[^\s/]+\.\S+$",
            looks_like="url",
            holds=gettext_noop("web addresses"),
            telling=70,
            least_share=HALF,
            not_words=gettext_noop("Its name fits, but its values are web addresses."),
        ),
    )
    evidence = ("url", HALF)
    unfit = Obstacle(
        "unfit_url", gettext_noop("Its name fits, but too many of its values are not web addresses.")
    )

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        # A lost letter would be written as three bytes that nobody sees it in.
        return refused_at_sight(cells, lost_letters, clean_url)


WEB_ADDRESS = WebAddress()
