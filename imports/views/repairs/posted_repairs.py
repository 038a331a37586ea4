"""The repairs that a form asks for, in their documented form (docs/commands.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.datastructures import MultiValueDict

from imports.views.repairs.repair_words import CHANGE_WORDS

Document = dict[str, Any]

SUGGESTED, BLANK, LEAVE_OUT, VALUES, FIND = "suggested", "blank", "leave_out", "values", "find"
SETTING = "setting"
"""Another way to read a column, which is a change of the mapping and no repair."""


def posted_repairs(data: MultiValueDict[str, str], columns: Sequence[str]) -> list[Document]:
    """What the form of a group, of a column's values, or of finding and replacing asks for; nothing where it asks for
    nothing, or for what there is not."""
    column, code, kind = posted_column(data, columns), data.get("code", ""), data.get("kind", "")
    if column is None:
        return []
    if kind == VALUES:
        return _values(data, column)
    if kind == FIND:
        found = plain(data.get("find", ""))
        return [{"column": column, "find": found, "by": plain(data.get("by", ""))}] if found else []
    of = {"column": column, "code": code} if code else {"column": column}
    if kind in CHANGE_WORDS:
        return [{**of, "change": kind}]
    if not code:
        return []
    if kind in {SUGGESTED, BLANK}:
        return [{**of, "use": kind}]
    return [{**of, "leaveOut": True}] if kind == LEAVE_OUT else []


def posted_column(data: Mapping[str, str], columns: Sequence[str]) -> str | None:
    """The name of the column that a form is of; "" for what is about whole rows, None for one that there is not."""
    place = data.get("place", "")
    if not place:
        return ""
    return columns[int(place)] if place.isdecimal() and int(place) < len(columns) else None


def _values(data: MultiValueDict[str, str], column: str) -> list[Document]:
    """A repair for each value that is to be another one, or blank."""
    repairs: list[Document] = []
    for name, word in data.items():
        number = name.removeprefix("word-")
        if number == name:
            continue
        by = plain(data.get(f"by-{number}", ""))
        if by or data.get(f"blank-{number}"):
            repairs.append(
                {"column": column, "replace": word, "by": "" if data.get(f"blank-{number}") else by}
            )
    return repairs


def plain(text: str) -> str:
    """`text` with the line ends of a cell: browsers send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def posted_cells(data: Mapping[str, str], now: Mapping[int, str]) -> tuple[dict[int, str], set[int]]:
    """The cells of a row that a person has changed, by place, with their new values; and the places of those that
    somebody else has changed since the page was shown. `now` has the row's cells as they are."""
    changed: dict[int, str] = {}
    overtaken: set[int] = set()
    for place, was, value in _posted(data, now):
        if plain(value) == plain(was) or plain(value) == plain(now[place]):
            continue
        changed[place] = plain(value)
        if plain(was) != plain(now[place]):
            overtaken.add(place)
    return changed, overtaken


def _posted(data: Mapping[str, str], now: Mapping[int, str]) -> list[tuple[int, str, str]]:
    """Place, value as it was shown, and value as it is posted, of one cell of the grid or of all on a row's page."""
    single = data.get("place", "")
    if single:
        fields = [(int(single), "was", "value")] if single.isdecimal() else []
    else:
        fields = [(place, f"was-{place}", f"cell-{place}") for place in now]
    return [
        (place, data[was], data[value])
        for place, was, value in fields
        if place in now and was in data and value in data
    ]
