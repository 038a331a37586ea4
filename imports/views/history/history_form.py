"""Forms check shape only; what a mapping may say is for the mapping to judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from imports.models import DotdigitalAccount
from imports.querysets import JobQuerySet
from imports.states import JOB_STATES, Group, JobStatus
from imports.views.wizard import GROUP_LABELS
from portal.models import User


class HistoryForm(forms.Form):
    """What the history is narrowed down to. Values that make no sense narrow nothing down."""

    q = forms.CharField(label=gettext_lazy("File or person"), max_length=100, required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            ("", gettext_lazy("Any status")),
            *((group.value, label) for group, label in GROUP_LABELS.items()),
        ],
    )
    account = forms.ModelChoiceField(
        DotdigitalAccount.objects.none(),
        label=gettext_lazy("Account"),
        required=False,
        empty_label=gettext_lazy("Any account"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = DotdigitalAccount.objects.usable_by(user).without_secrets()  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = (
                "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            )

    def narrow(self, jobs: JobQuerySet) -> JobQuerySet:
        """`jobs`, which come `with_decisions`, as far as they fit."""
        self.is_valid()
        wanted = self.cleaned_data
        if words := wanted.get("q"):
            people = ("username", "first_name", "last_name")
            named = Q(file_name__icontains=words)
            for name in people:
                named |= Q(**{f"owner__{name}__icontains": words})
            jobs = jobs.filter(named)
        if status := wanted.get("status"):
            group = Group(status)
            fits = Q(status__in=[one for one, state in JOB_STATES.items() if state.group is group])
            if group is Group.WAITING:
                fits |= Q(status=JobStatus.SENDING, has_held=True)
            jobs = jobs.filter(fits)
        if account := wanted.get("account"):
            jobs = jobs.filter(account=account)
        return jobs
