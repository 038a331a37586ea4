"""Yes and no."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from imports.contacts.value_types.value_type import (
    MOSTLY,
    VALUE,
    AccountValues,
    CellRules,
    JsonForm,
    Obstacle,
    ValueKind,
    ValueType,
    count_cleaned,
)
from imports.contacts.value_types.word_limit import WORD_LIMIT
from imports.contacts.values.booleans import NO, YES, clean_boolean
from imports.messages import gettext, gettext_noop

_NEVER_IN_BOOLEANS = "[2-9@]"
# Normalised letters can take up to three times the bytes.
_MAX_BYTES = 3 * max(len(word.encode()) for word in YES | NO)
_TYPED = {"yes": True, "true": True, "no": False, "false": False}


class YesNo(ValueType):
    """Yes or no: of data fields, preferences and options."""

    name = "Boolean"
    json_form = JsonForm.BARE
    limit = WORD_LIMIT
    format_code = "boolean_formatted"
    own_values = (bool,)
    is_data_field = True
    words = gettext_noop("yes or no")
    default_problem = gettext_noop("The default must be yes or no.")
    kinds = (
        ValueKind("boolean", looks_like="boolean", holds=gettext_noop("words for yes and no"), telling=50),
    )
    evidence = ("boolean", MOSTLY)
    unfit = Obstacle(
        "unfit_boolean",
        gettext_noop("Its name fits, but too many of its values are not words for yes and no."),
    )

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_boolean(cells)

    def choices(self, account: AccountValues, language: str) -> Sequence[tuple[Any, str]]:
        return ((True, gettext("Yes")), (False, gettext("No")))

    def default_value(self, text: str, account: AccountValues) -> Any:
        return _TYPED.get(text.lower())

    def count(self, values: pl.DataFrame) -> dict[str, int]:
        likely = values.filter(
            ~VALUE.str.contains(_NEVER_IN_BOOLEANS) & (VALUE.str.len_bytes() <= _MAX_BYTES)
        )
        return {"boolean": count_cleaned(likely, clean_boolean)}


YES_NO = YesNo()
