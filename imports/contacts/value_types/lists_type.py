"""Lists of the account."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from imports.contacts.value_types.value_type import AccountValues, CellRules, ValueType
from imports.contacts.values.lists import clean_lists
from imports.locale_forms import listed
from imports.messages import gettext, gettext_noop

_GONE = gettext_noop("list {id}")


class Lists(ValueType):
    """The lists that a contact is added to."""

    name = "lists"
    # As long as the names of 100 lists.
    limit = None
    format_code = "lists_found"
    own_values = (int, list)

    def is_own_value(self, value: Any) -> bool:
        if isinstance(value, list):
            return all(type(one) is int for one in value)
        return super().is_own_value(value)

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_lists(cells, rules.account, rules.most_lists)

    def choices(self, account: AccountValues, language: str) -> Sequence[tuple[Any, str]]:
        return tuple(([one.id], one.name) for one in account.lists)

    def words_of(self, value: Any, account: AccountValues) -> str:
        if not isinstance(value, list):
            return super().words_of(value, account)
        names = {one.id: one.name for one in account.lists}
        known = [names.get(one) or gettext(_GONE).format(id=one) for one in value]
        return listed(known)


LISTS_TYPE = Lists()
