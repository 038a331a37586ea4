"""The form that takes a file in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from imports.models import DotdigitalAccount
from imports.views.one_file import OneFileField, OneFileInput
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
    file = OneFileField(
        label=gettext_lazy("File"),
        widget=OneFileInput(
            attrs={"accept": ",".join(ACCEPTED_SUFFIXES), "class": "form-control form-control-lg"}
        ),
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
