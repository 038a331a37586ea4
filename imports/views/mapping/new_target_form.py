"""The forms for a data field or a list that is to be created in Dotdigital: what its names and values may be."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from imports.contacts.targets import DATA_FIELDS
from imports.contacts.value_types.registry import DATA_FIELD_TYPES
from imports.views.mapping.target_choices import AccountChoices

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

DEFAULT_VISIBILITY = "Private"
_VISIBILITIES = ((DEFAULT_VISIBILITY, gettext_noop("Your team")), ("Public", gettext_noop("Contacts too")))
_KEPT = gettext_noop("Dotdigital reserves the name {name}. Choose another name.")


def visibilities() -> list[tuple[str, str]]:
    """Who can see a data field or a list: what Dotdigital calls it, and its label."""
    return [(value, gettext(label)) for value, label in _VISIBILITIES]


def field_types() -> list[tuple[str, str]]:
    """The types of data fields: what Dotdigital calls them, and their labels."""
    return [(name, capfirst(gettext(one.words))) for name, one in DATA_FIELD_TYPES.items()]


class NewTargetForm(forms.Form):
    """Something that is to be created in an account, and who sees it."""

    visibility = forms.ChoiceField(choices=visibilities)

    def __init__(self, *args: Any, account_choices: AccountChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account_choices = account_choices


class NewFieldForm(NewTargetForm):
    """A data field: name, type, who sees it, and the value of contacts that have none."""

    name = forms.CharField(error_messages={"required": gettext_lazy("Enter a name for the data field.")})
    type = forms.ChoiceField(choices=field_types)
    default = forms.CharField(required=False)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not FIELD_NAME.fullmatch(name):
            raise forms.ValidationError(
                gettext(
                    "The name can have 1 to 20 characters: letters A to Z, digits, hyphens and underscores, no spaces."
                )
            )
        if name.lower() in RESTRICTED_FIELD_NAMES:
            raise forms.ValidationError(gettext(_KEPT).format(name=name))
        if self._account_choices.find(f"{DATA_FIELDS}.{name}"):
            raise forms.ValidationError(
                gettext("The account already has a data field {name}. Choose it, or another name.").format(
                    name=name
                )
            )
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if (kind := values.get("type")) and (text := values.get("default")):
            value_type = DATA_FIELD_TYPES[kind]
            value = value_type.default_value(text, self._account_choices.catalogue)
            if value is None:
                self.add_error("default", gettext(value_type.default_problem))
            else:
                values["default"] = value
        return values

    @property
    def default_value(self) -> Any:
        """The default in its type; None when there is none."""
        value = self.cleaned_data.get("default")
        return None if value == "" else value


class NewListForm(NewTargetForm):
    """A list: name, and who sees it."""

    name = forms.CharField(
        max_length=MAX_LIST_NAME_CHARS,
        error_messages={
            "required": gettext_lazy("Enter a name for the list."),
            "max_length": gettext_lazy("The name of a list can have at most %(limit_value)d characters."),
        },
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name.lower() in RESTRICTED_LIST_NAMES:
            raise forms.ValidationError(gettext(_KEPT).format(name=name))
        if any(name.lower() == known.strip().lower() for _, known in self._account_choices.lists):
            raise forms.ValidationError(
                gettext("The account already has a list {name}. Choose it, or another name.").format(
                    name=name
                )
            )
        return name


def form_errors(form: forms.Form) -> str:
    """What is wrong with a form, in one paragraph."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)
