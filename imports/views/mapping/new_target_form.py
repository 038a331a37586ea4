"""The forms for a data field or a list that is to be created in Dotdigital: what its names and values may be."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from imports.contacts.targets import DATA_FIELD_TYPES, DATA_FIELDS, Target, ValueType
from imports.contacts.values.typed_values import clean_typed
from imports.views.mapping.target_choices import TYPE_WORDS, AccountChoices

FIELD_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}")
RESTRICTED_FIELD_NAMES = frozenset(
    {
        *("account", "campaign", "campaignid", "contact", "contact_api_id", "contactid", "email"),
        *("hcontactid", "hemail", "hemail256", "id", "messagecontent", "mobilenumberid", "notes"),
        *("unsubscribed", "uniquecontactid"),
    }
)
"""Names that Dotdigital keeps for itself (its help centre, "Creating and deleting contact data fields")."""

MAX_LIST_NAME_CHARS = 128
RESTRICTED_LIST_NAMES = frozenset({"test", "all contacts"})
"""Names of lists that are refused as taken (Dotdigital's error ERROR_ADDRESSBOOK_DUPLICATE)."""

VISIBILITIES = (("Private", "Your team"), ("Public", "Contacts too"))
FIELD_TYPES = tuple((kind, TYPE_WORDS[kind].capitalize()) for kind in DATA_FIELD_TYPES)
_DEFAULT_WORDS = {
    "Numeric": "The default must be a number, such as 12.5.",
    "Date": "The default must be a date, such as 2026-04-03.",
    "Boolean": "The default must be yes or no.",
    "String": "The default is longer than a data field can hold.",
}


class NewFieldForm(forms.Form):
    """A data field: name, type, who sees it, and the value of contacts that have none."""

    name = forms.CharField(error_messages={"required": "Give the data field a name."})
    type = forms.ChoiceField(choices=FIELD_TYPES)
    visibility = forms.ChoiceField(choices=VISIBILITIES)
    default = forms.CharField(required=False)

    def __init__(self, *args: Any, account_choices: AccountChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account_choices = account_choices

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not FIELD_NAME.fullmatch(name):
            raise forms.ValidationError(
                "The name can have 1 to 20 characters: letters A to Z, digits, hyphens and underscores, no spaces."
            )
        if name.lower() in RESTRICTED_FIELD_NAMES:
            raise forms.ValidationError(f"Dotdigital keeps the name {name} for itself. Choose another.")
        if self._account_choices.find(f"{DATA_FIELDS}.{name}"):
            raise forms.ValidationError(
                f"The account has a data field {name} already. Choose it, or another name."
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind: ValueType | None = values.get("type")
        if kind and (text := values.get("default")):
            value = _typed(text, kind)
            target = Target("", DATA_FIELDS, "", kind, "")
            cleaned = None if value is None else clean_typed(value, target, self._account_choices.catalogue)
            if cleaned is None:
                self.add_error("default", _DEFAULT_WORDS[kind])
            else:
                values["default"] = cleaned if kind == "Date" else value
        return values

    @property
    def default_value(self) -> Any:
        """The default in its type; None when there is none."""
        value = self.cleaned_data.get("default")
        return None if value == "" else value


def _typed(text: str, kind: str) -> Any:
    if kind == "Boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())
    if kind == "Numeric":
        try:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            return None
    return text


class NewListForm(forms.Form):
    """A list: name, and who sees it."""

    name = forms.CharField(
        max_length=MAX_LIST_NAME_CHARS,
        error_messages={
            "required": "Give the list a name.",
            "max_length": f"The name of a list can have at most {MAX_LIST_NAME_CHARS} characters.",
        },
    )
    visibility = forms.ChoiceField(choices=VISIBILITIES)

    def __init__(self, *args: Any, account_choices: AccountChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account_choices = account_choices

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name.lower() in RESTRICTED_LIST_NAMES:
            raise forms.ValidationError(f"Dotdigital keeps the name {name} for itself. Choose another.")
        if any(name.lower() == known.strip().lower() for _, known in self._account_choices.lists):
            raise forms.ValidationError(f"The account has a list {name} already. Choose it, or another name.")
        return name


def form_errors(form: forms.Form) -> str:
    """What is wrong with a form, in one paragraph."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)
