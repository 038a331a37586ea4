"""Texts: those of data fields, and those of consent records, which have no limit."""

from typing import Any, ClassVar

import polars as pl

from imports.contacts.value_types.type_settings import TEXT_SETTINGS, Setting
from imports.contacts.value_types.value_type import CellRules, ValueType, ValueWidget
from imports.contacts.values.texts import clean_text
from imports.messages import gettext_noop


class Text(ValueType):
    """A text of at most 1,000 characters."""

    name = "String"
    is_text = True
    further_settings: ClassVar[tuple[Setting[Any], ...]] = TEXT_SETTINGS
    is_data_field = True
    words = gettext_noop("text")
    default_problem = gettext_noop("The default is longer than a data field can hold.")

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_text(cells)


class LongText(ValueType):
    """A text of any length."""

    name = "LongText"
    is_text = True
    further_settings: ClassVar[tuple[Setting[Any], ...]] = TEXT_SETTINGS
    widget = ValueWidget.LONG_TEXT

    def clean(self, cells: pl.Expr, rules: CellRules) -> pl.Expr:
        return clean_text(cells, None)


TEXT, LONG_TEXT = Text(), LongText()
