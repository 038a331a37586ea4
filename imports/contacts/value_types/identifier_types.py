"""Identifiers that are neither an e-mail address nor a phone number: Dotdigital's own, and an account's."""

import polars as pl

from imports.contacts.value_types.value_type import CellRules, JsonForm, ValueType, cell_limit
from imports.contacts.values.contact_ids import clean_contact_id, clean_custom_identifier
from imports.messages import gettext_noop


class ContactId(ValueType):
    """The identifier `contactId`: a whole number."""

    name = "contactId"
    json_form = JsonForm.BARE
    limit = cell_limit(
        250,
        "contact_id_cell_too_long",
        gettext_noop("Contact IDs in cells that are too long"),
        gettext_noop("The cell is longer than 250 characters, so it holds more than one contact ID."),
    )
    own_values = (int, str)

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_contact_id(cells)


class CustomIdentifier(ValueType):
    """An account's own identifier: a text."""

    name = "customIdentifier"

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_custom_identifier(cells)


CONTACT_ID_TYPE, CUSTOM_IDENTIFIER = ContactId(), CustomIdentifier()
