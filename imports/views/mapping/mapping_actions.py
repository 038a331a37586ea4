"""What the small buttons of the mapping page do: they change what was posted, and the page is shown again.

A button posts the whole form with `go`, so that nothing is lost and no script is needed: `show`, `more:KEY`,
`values:KEY`, `also:COLUMN`, `drop:KEY`, `use:KEY:TARGET`, `split:KEY`, `record`. KEY is that of a slot. Others lead
elsewhere: `all:COLUMN` to all values of a column, `restart` to the page as it was before anybody chose anything; `keep`
overrules what was chosen elsewhere meanwhile; `plain` shows the page in the way that works without scripts.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import QueryDict

from imports.contacts.policies import FIRST_NAME, LAST_NAME
from imports.contacts.targets import MAX_CONSENT_RECORDS
from imports.views.mapping.column_form import MAX_TARGETS, column_of_key, posted_keys, slot_key
from imports.views.mapping.constants_form import RECORDS
from imports.views.mapping.target_choices import AccountChoices

NAME_FIELDS = {FIRST_NAME: "dataFields.FIRSTNAME", LAST_NAME: "dataFields.LASTNAME"}
"""The data fields of every account into which a full name is split."""


RESTART, ALL_VALUES = "restart", "all"


def column_of_all(go: str) -> int | None:
    """The place of the column all of whose values a button leads to; None for other buttons."""
    kind, _, place = go.partition(":")
    return int(place) if kind == ALL_VALUES and place.isascii() and place.isdecimal() else None


def can_split(account_choices: AccountChoices) -> bool:
    """Whether the account has the two text fields that a full name is split into."""
    found = [account_choices.find(target) for target in NAME_FIELDS.values()]
    return all(target_choice is not None and target_choice.value_type.is_text for target_choice in found)


def apply_action(data: QueryDict, account_choices: AccountChoices) -> QueryDict:
    """The posted fields after what their button does; what makes no sense does nothing."""
    name, _, rest = data.get("go", "").partition(":")
    changed = data.copy()
    if name in _ACTIONS:
        _ACTIONS[name](changed, rest, account_choices)
    return changed


def _more(data: QueryDict, key: str, _account_choices: AccountChoices) -> None:
    data[f"more-{key}"] = "1"


def _values(data: QueryDict, key: str, _account_choices: AccountChoices) -> None:
    data[f"values-{key}"] = "1"


def _also(data: QueryDict, index: str, _account_choices: AccountChoices) -> None:
    if index.isdecimal() and (key := _free_key(data, int(index))):
        data[f"target-{key}"] = ""


def _drop(data: QueryDict, key: str, _account_choices: AccountChoices) -> None:
    data.pop(f"target-{key}", None)


def _use(data: QueryDict, rest: str, account_choices: AccountChoices) -> None:
    key, _, target = rest.partition(":")
    if account_choices.find(target):
        data[f"target-{key}"] = target


def _split(data: QueryDict, key: str, account_choices: AccountChoices) -> None:
    index = column_of_key(key)
    if index is None or not can_split(account_choices):
        return
    for place, (part, target) in enumerate(NAME_FIELDS.items()):
        wanted = key if place == 0 else _free_key(data, index)
        if wanted:
            data[f"target-{wanted}"] = target
            data[f"part-{wanted}"] = part
            data[f"more-{wanted}"] = "1"


def _record(data: QueryDict, _rest: str, _account_choices: AccountChoices) -> None:
    shown = data.get(RECORDS, "")
    count = int(shown) if shown.isdecimal() else 1
    data[RECORDS] = str(min(count + 1, MAX_CONSENT_RECORDS))


def _free_key(data: QueryDict, index: int) -> str | None:
    taken = set(posted_keys(data, index))
    keys = (slot_key(index, place) for place in range(MAX_TARGETS))
    return next((key for key in keys if key not in taken), None)


_ACTIONS: dict[str, Callable[[QueryDict, str, AccountChoices], None]] = {
    "more": _more,
    "values": _values,
    "also": _also,
    "drop": _drop,
    "use": _use,
    "split": _split,
    "record": _record,
}
