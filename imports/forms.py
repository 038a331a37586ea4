"""Forms check shape only; what a mapping may say is for the mapping to judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.db.models import Q
from python_calamine import CalamineWorkbook, SheetTypeEnum

from imports.models import DotdigitalAccount
from imports.querysets import JobQuerySet
from imports.wizard import STATUS_GROUPS
from portal.models import User

ACCEPTED_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx")


class UploadForm(forms.Form):
    """A file, and the account it is for."""

    account = forms.ModelChoiceField(
        DotdigitalAccount.objects.none(), label="Account", empty_label="Choose an account", to_field_name="pk"
    )
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # an empty file is refused with the words for it
        widget=forms.FileInput(
            attrs={"accept": ",".join(ACCEPTED_SUFFIXES), "class": "form-control form-control-lg"}
        ),
        error_messages={"required": "Choose a file first."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = DotdigitalAccount.objects.usable_by(user)
        field = self.fields["account"]
        field.queryset = accounts  # type: ignore[attr-defined]
        self.accounts = list(accounts[:2])
        if len(self.accounts) == 1:
            field.initial = self.accounts[0].pk


class HistoryForm(forms.Form):
    """What the history is narrowed down to. Values that make no sense narrow nothing down."""

    q = forms.CharField(label="File or person", max_length=100, required=False)
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", "Any status"), *((group.key, group.label) for group in STATUS_GROUPS)],
    )
    account = forms.ModelChoiceField(
        DotdigitalAccount.objects.none(), label="Account", required=False, empty_label="Any account"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = DotdigitalAccount.objects.usable_by(user)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = (
                "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            )

    def narrow(self, jobs: JobQuerySet) -> JobQuerySet:
        """`jobs`, as far as they fit."""
        self.is_valid()
        wanted = self.cleaned_data
        if words := wanted.get("q"):
            people = ("username", "first_name", "last_name")
            named = Q(file_name__icontains=words)
            for name in people:
                named |= Q(**{f"owner__{name}__icontains": words})
            jobs = jobs.filter(named)
        for group in STATUS_GROUPS:
            if group.key == wanted.get("status"):
                jobs = jobs.filter(status__in=group.statuses)
        if account := wanted.get("account"):
            jobs = jobs.filter(account=account)
        return jobs


ENCODING_CHOICES = (
    ("", "Find out by itself"),
    ("utf-8", "UTF-8"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16, big-endian"),
    ("windows-1252", "Windows-1252 (Western European)"),
)
DELIMITER_CHOICES = (
    ("", "Find out by itself"),
    (",", "Comma ,"),
    (";", "Semicolon ;"),
    ("\t", "Tab"),
    ("|", "Pipe |"),
)


class ReadingForm(forms.Form):
    """What a person overrules about how the file is read; what is left alone is found out by itself."""

    sheet = forms.ChoiceField(label="Sheet", required=False)
    encoding = forms.ChoiceField(label="Encoding", required=False, choices=ENCODING_CHOICES)
    delimiter = forms.ChoiceField(label="Delimiter", required=False, choices=DELIMITER_CHOICES)
    header_row = forms.IntegerField(
        label="Row with the names of the columns",
        required=False,
        min_value=1,
        help_text="Blank: found by itself.",
    )

    def __init__(self, *args: Any, reading: dict[str, Any], upload: Path, **kwargs: Any) -> None:
        kwargs["initial"] = _as_read(reading)
        super().__init__(*args, **kwargs)
        if reading.get("format") == "xlsx":
            del self.fields["encoding"], self.fields["delimiter"]
            self.fields["sheet"].choices = [(name, name) for name in sheet_names(upload)]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]

    @property
    def options(self) -> dict[str, object]:
        """The fields of `files.reading.ReadingOptions` that were filled in."""
        return {key: value for key, value in self.cleaned_data.items() if value not in {"", None}}


def _as_read(reading: dict[str, Any]) -> dict[str, Any]:
    offered = {value for value, _ in (*ENCODING_CHOICES, *DELIMITER_CHOICES)}
    return {
        "sheet": reading.get("sheet"),
        "encoding": reading.get("encoding") if reading.get("encoding") in offered else "",
        "delimiter": reading.get("delimiter") if reading.get("delimiter") in offered else "",
        "header_row": reading.get("header_row"),
    }


def sheet_names(upload: Path) -> list[str]:
    """The names of the worksheets of a workbook, in their order."""
    with upload.open("rb") as file:
        return [
            sheet.name
            for sheet in CalamineWorkbook.from_filelike(file).sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet
        ]
