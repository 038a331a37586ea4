"""The form by which a person overrules how a file is read; what is left alone is found out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from imports.files.layout import MAX_HEADER_ROWS
from imports.files.reading import Interpretation, Sheet
from imports.files.text.encoding_names import ENCODING_CHOICES

Choices = list[tuple[str, Any]]

FOUND = ""
"""The choice that leaves a decision to the portal."""

NO_QUOTE = "none"
OTHER = "other"
NO_HEADER_ROW = 0

DELIMITER_LABELS = {
    ",": gettext_lazy("Comma ,"),
    ";": gettext_lazy("Semicolon ;"),
    "\t": gettext_lazy("Tab"),
    "|": gettext_lazy("Pipe |"),
}
QUOTE_LABELS = {'"': gettext_lazy('Double quotation mark "'), "'": gettext_lazy("Apostrophe '")}
NOTHING = gettext_lazy("Nothing")

TEXT_FIELDS = ("encoding", "delimiter", "delimiter_other", "quote")


class ReadingForm(forms.Form):
    """One field for each of `files.reading.ReadingOptions`, as far as they fit the kind of file."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Columns are separated by"), required=False)
    delimiter_other = forms.CharField(
        label=gettext_lazy("Other character"), required=False, max_length=1, strip=False
    )
    quote = forms.ChoiceField(label=gettext_lazy("Cells are quoted by"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row with the column names"),
        required=False,
        min_value=NO_HEADER_ROW,
        max_value=2**31,
        help_text=gettext_lazy("0: no row has column names."),
    )
    header_rows = forms.IntegerField(
        label=gettext_lazy("Number of rows with column names"),
        required=False,
        min_value=1,
        max_value=MAX_HEADER_ROWS,
        help_text=gettext_lazy("More than 1 if the names are spread over several rows."),
    )
    first_data_row = forms.IntegerField(
        label=gettext_lazy("First row with a contact"), required=False, min_value=1, max_value=2**31
    )
    keep_footer = forms.BooleanField(
        label=gettext_lazy("Import all rows below, also totals, remarks and repeated column names"),
        required=False,
        help_text=gettext_lazy("Only needed if a contact was mistaken for one of these."),
    )

    def __init__(self, *args: Any, found: Interpretation, options: dict[str, Any], **kwargs: Any) -> None:
        """`found` is how the file is read now, `options` what a person decided about it."""
        super().__init__(*args, **{**kwargs, "initial": _initial(options)})
        if found.encoding is None:
            for name in TEXT_FIELDS:
                del self.fields[name]
            self._set_choices("sheet", [(sheet.name, _sheet_label(sheet)) for sheet in found.sheets])
        else:
            del self.fields["sheet"]
            self._set_choices("encoding", _encoding_choices())
            self._set_choices(
                "delimiter", [*DELIMITER_LABELS.items(), (OTHER, gettext_lazy("Another character"))]
            )
            self._set_choices("quote", [*QUOTE_LABELS.items(), (NO_QUOTE, NOTHING)])
        for name, field in self.fields.items():
            look = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = "form-check-input" if name == "keep_footer" else look

    def _set_choices(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = [(FOUND, gettext_lazy("As found by the portal")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("delimiter") == OTHER and not values.get("delimiter_other"):
            self.add_error("delimiter_other", gettext("Enter the character that separates the columns."))
        return values

    @property
    def options(self) -> dict[str, Any]:
        """The fields of `files.reading.ReadingOptions` that were filled in."""
        values = {name: value for name, value in self.cleaned_data.items() if value is not None}
        values = {name: value for name, value in values.items() if value != FOUND and value is not False}
        other = values.pop("delimiter_other", None)
        if values.get("delimiter") == OTHER:
            values["delimiter"] = other
        if values.get("quote") == NO_QUOTE:
            values["quote"] = ""
        return values


def _initial(options: dict[str, Any]) -> dict[str, Any]:
    """What the fields show for `options`; the inverse of `ReadingForm.options`."""
    initial = dict(options)
    if initial.get("quote") == "":
        initial["quote"] = NO_QUOTE
    if (delimiter := initial.get("delimiter")) and delimiter not in DELIMITER_LABELS:
        initial |= {"delimiter": OTHER, "delimiter_other": delimiter}
    return initial


def _sheet_label(sheet: Sheet) -> str:
    return gettext("{sheet} (hidden)").format(sheet=sheet.name) if sheet.is_hidden else sheet.name


def _encoding_choices() -> Choices:
    return [
        (gettext(group), [(name, gettext(label)) for name, label in choices])
        for group, choices in ENCODING_CHOICES
    ]
