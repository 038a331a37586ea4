"""The form that takes a file in."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from imports.models import DotdigitalAccount
from portal.models import User

ACCEPTED_SUFFIXES = (
    ".csv", ".tsv", ".tab", ".psv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip", ".gz",
)  # fmt: skip


class UploadForm(forms.Form):
    """A file, and the account it is for."""

    account = forms.ModelChoiceField(
        DotdigitalAccount.objects.none(),
        label=gettext_lazy("Account"),
        empty_label=gettext_lazy("Choose an account"),
        to_field_name="pk",
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,  # an empty file is refused with the words for it
        widget=forms.FileInput(
            attrs={"accept": ",".join(ACCEPTED_SUFFIXES), "class": "form-control form-control-lg"}
        ),
        error_messages={"required": gettext_lazy("Choose a file first.")},
    )

    def __init__(self, *args: Any, user: User, account_id: int | None = None, **kwargs: Any) -> None:
        """`account_id`: of the only account that can be chosen."""
        super().__init__(*args, **kwargs)
        accounts = DotdigitalAccount.objects.usable_by(user).without_secrets()
        if account_id is not None:
            accounts = accounts.filter(pk=account_id)
        field = self.fields["account"]
        field.queryset = accounts  # type: ignore[attr-defined]
        self.accounts = list(accounts[:2])
        if len(self.accounts) == 1:
            field.initial = self.accounts[0].pk

    def clean_file(self) -> UploadedFile:
        """One file: of several, none is taken in place of the others."""
        count = len(self.files.getlist("file"))
        if count > 1:
            raise forms.ValidationError(
                gettext("{count} files were sent at once, and none of them was taken. Choose one.").format(
                    count=count
                )
            )
        return cast(UploadedFile, self.cleaned_data["file"])
