"""E-mail addresses."""

import polars as pl

from imports.contacts.value_types.value_type import (
    HALF,
    VALUE,
    CellRules,
    Obstacle,
    ValueKind,
    ValueType,
    cell_limit,
    count_cleaned,
)
from imports.contacts.values.emails import clean_email, email_key, is_plain_email
from imports.messages import gettext_noop


class EmailAddress(ValueType):
    """The identifier `email`."""

    name = "email"
    # An address has at most 254 (RFC 5321); the rest is for the name in front of it.
    limit = cell_limit(
        1_000,
        "email_cell_too_long",
        gettext_noop("E-mail addresses in cells that are too long"),
        gettext_noop("The cell is longer than 1,000 characters, so it holds more than one e-mail address."),
    )
    knows_marks = True
    kinds = (
        ValueKind(
            "email",
            looks_like="email",
            holds=gettext_noop("e-mail addresses"),
            telling=80,
            least_share=HALF,
            not_words=gettext_noop("Its name fits, but its values are e-mail addresses."),
        ),
    )
    evidence = ("email", HALF)
    unfit = Obstacle(
        "unfit_email", gettext_noop("Its name fits, but too many of its values are not e-mail addresses.")
    )

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_email(cells)

    def key(self, value: pl.Expr) -> pl.Expr:
        return email_key(value)

    def count(self, values: pl.DataFrame) -> dict[str, int]:
        likely = values.filter(VALUE.str.contains("@", literal=True)).with_columns(
            is_plain=is_plain_email(VALUE)
        )
        plain, others = likely.filter("is_plain"), likely.filter(~pl.col("is_plain"))
        return {"email": int(plain["times"].sum()) + count_cleaned(others, clean_email)}


EMAIL_ADDRESS = EmailAddress()
