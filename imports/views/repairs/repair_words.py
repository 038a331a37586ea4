"""Repairs in words, from their documented form (docs/commands.md)."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from imports.contacts.problems import PROBLEM_TYPES
from imports.locale_forms import number
from imports.messages import column_label
from imports.views.formatting import shortened

CHANGE_WORDS: dict[str, Promise] = {
    "trim": gettext_lazy("Remove spaces around values"),
    "upper": gettext_lazy("Write values in capitals"),
    "lower": gettext_lazy("Write values in small letters"),
    "title": gettext_lazy("Capitalise Each Word"),
}
"""What can be changed about how a text is written, as buttons and lists name it."""


def repair_words(repair: Mapping[str, Any]) -> str:
    """What `repair` does; its column is named beside it."""
    if "row" in repair:
        return _row_words(repair)
    if "code" in repair:
        return _code_words(repair)
    if "change" in repair:
        return str(CHANGE_WORDS[repair["change"]])
    key = "replace" if "replace" in repair else "find"
    before, after = shortened(repair[key]), shortened(repair["by"])
    if key == "find":
        words = gettext("Replace “{before}” inside values by “{after}”")
        return (words if after else gettext("Remove “{before}” from values")).format(
            before=before, after=after
        )
    if not before:
        return gettext("Fill blank values with “{after}”").format(after=after)
    if not after:
        return gettext("Treat every “{before}” as blank").format(before=before)
    return gettext("Replace every “{before}” by “{after}”").format(before=before, after=after)


def _row_words(repair: Mapping[str, Any]) -> str:
    row = number(repair["row"])
    if "leaveOut" in repair:
        words = gettext("Leave row {row} out") if repair["leaveOut"] else gettext("Take row {row} back")
        return words.format(row=row)
    if not repair["value"]:
        return gettext("Row {row}: make the value blank").format(row=row)
    return gettext("Row {row}: change the value to “{value}”").format(
        row=row, value=shortened(repair["value"])
    )


def _code_words(repair: Mapping[str, Any]) -> str:
    code = repair["code"]
    title = PROBLEM_TYPES[code].title if code in PROBLEM_TYPES else code
    if repair.get("leaveOut"):
        words = gettext("Leave out the rows with this problem: {problem}")
    elif "change" in repair:
        return gettext("{change}, where there is this problem: {problem}").format(
            change=CHANGE_WORDS[repair["change"]], problem=title
        )
    elif repair["use"] == "suggested":
        words = gettext("Use the suggested values: {problem}")
    else:
        words = gettext("Treat the values as blank: {problem}")
    return words.format(problem=title)


def repair_column(repair: Mapping[str, Any]) -> str:
    """The name of the column that `repair` is about; "" for one about rows."""
    return column_label(repair["column"]) if repair.get("column") else ""
