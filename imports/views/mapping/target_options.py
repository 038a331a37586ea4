"""The options of the selects for what a column is imported as: all of them sent once, or, for browsers without scripts,
in every select."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from imports.views.mapping.column_form import Slot
from imports.views.mapping.constants_form import records_used
from imports.views.mapping.mapping_form import PostedMapping
from imports.views.mapping.option_lists import option_list, plain_options
from imports.views.mapping.target_choices import NEW_DATA_FIELD, AccountChoices, TargetChoice


@dataclass(frozen=True)
class TargetOptions:
    """What a column of `shown` can be imported as. With `is_in_each`, every select has all of it; else the one that is
    chosen, and a script looks through the list that the page has once."""

    shown: PostedMapping
    account_choices: AccountChoices
    may_create: bool
    is_in_each: bool

    @cached_property
    def all(self) -> SafeString:
        """Every target under the heading of its kind, after what is always there."""
        groups = format_html_join(
            "",
            '<optgroup label="{}">{}</optgroup>',
            (
                (heading, plain_options([(one.target, one.label) for one in group]))
                for heading, group in self.account_choices.groups(self._records)
            ),
        )
        new = [(NEW_DATA_FIELD, gettext("New data field …"))] if self.may_create else []
        return format_html("{}{}", plain_options([("", gettext("Do not import")), *new]), groups)

    @property
    def _records(self) -> int:
        """How many consent records can be chosen: those in use, and those that the page was asked for."""
        return max(records_used(self.shown.mapping, self.account_choices), self.shown.constants.records)

    def of(self, slot: Slot, target_choice: TargetChoice | None) -> SafeString:
        """The options of `slot`, with the chosen one; what the account does not have is added, so that it is not
        lost."""
        value = target_choice.target if target_choice else slot.target
        if self.is_in_each:
            return _chosen(self.all, value)
        options = plain_options([("", gettext("Do not import"))])
        if not value:
            return _chosen(options, value)
        label = target_choice.label if target_choice else _missing(value)
        if value == NEW_DATA_FIELD and self.may_create:
            label = gettext("New data field …")
        return format_html("{}{}", options, option_list([(value, label)], value))


def _chosen(options: SafeString, value: str) -> SafeString:
    mark = f'<option value="{conditional_escape(value)}"'
    if mark in options:
        # The options are safe, and so is the attribute.
        return mark_safe(options.replace(mark, f"{mark} selected", 1))  # noqa: S308
    return format_html("{}{}", options, option_list([(value, _missing(value))], value))


def _missing(value: str) -> str:
    return gettext("{name} (not in the account)").format(name=value.partition(".")[2] or value)
