"""What the history is narrowed down to, and its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, When
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from imports.models import DotdigitalAccount, UploadJob
from imports.querysets import JobQuerySet
from imports.states import JOB_STATES, Group, JobStatus
from imports.views.wizard import GROUP_LABELS
from portal.models import User

_STATUS = Case(
    *(When(status=status, then=place) for place, status in enumerate(JobStatus)), output_field=IntegerField()
)


@dataclass(frozen=True)
class Order:
    """An order of the history: what it is by, and what its two directions are called; `is_down`: it begins with the
    newest or the most."""

    by: Sequence[F | Expression]
    up: Promise
    down: Promise
    is_down: bool = False

    def terms(self, *, descending: bool) -> list[OrderBy]:
        """What to order jobs by. What a job does not have yet comes last both ways."""
        return [term.desc(nulls_last=True) if descending else term.asc(nulls_last=True) for term in self.by]


ORDERS: dict[str, Order] = {
    "uploaded": Order(
        [F("created_at")], gettext_lazy("Oldest first"), gettext_lazy("Newest first"), is_down=True
    ),
    "file": Order([Lower("file_name")], gettext_lazy("File name, A to Z"), gettext_lazy("File name, Z to A")),
    "status": Order(
        [_STATUS], gettext_lazy("Status, first steps first"), gettext_lazy("Status, last steps first")
    ),
    "account": Order(
        [Lower("account__name")], gettext_lazy("Account, A to Z"), gettext_lazy("Account, Z to A")
    ),
    "person": Order(
        [Lower("owner__first_name"), Lower("owner__last_name"), Lower("owner__username")],
        gettext_lazy("Person, A to Z"),
        gettext_lazy("Person, Z to A"),
    ),
    "rows": Order(
        [F("rows")], gettext_lazy("Fewest rows first"), gettext_lazy("Most rows first"), is_down=True
    ),
    "imported": Order(
        [F("rows_imported")],
        gettext_lazy("Fewest imported first"),
        gettext_lazy("Most imported first"),
        is_down=True,
    ),
    "not_imported": Order(
        [F("rows_not_imported")],
        gettext_lazy("Fewest not imported first"),
        gettext_lazy("Most not imported first"),
        is_down=True,
    ),
}
"""The orders by the names that URLs have for them; "-" before one is its other direction, from most to least."""

NEWEST_FIRST = "-uploaded"


def _order_choices() -> list[tuple[str, Promise]]:
    pairs = [
        (f"{'-' if descending else ''}{name}", order.down if descending else order.up)
        for name, order in ORDERS.items()
        for descending in sorted((False, True), key=lambda descending: descending != order.is_down)
    ]
    return pairs


class PersonField(forms.ModelChoiceField):
    """A person, by the name that pages have for them."""

    def label_from_instance(self, obj: User) -> str:
        return obj.shown_name


class HistoryForm(forms.Form):
    """What the history is narrowed down to. Values that make no sense narrow nothing down."""

    q = forms.CharField(label=gettext_lazy("File name"), max_length=100, required=False)
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
    person = PersonField(
        User.objects.none(),
        label=gettext_lazy("Person"),
        required=False,
        empty_label=gettext_lazy("Anybody"),
    )
    since = forms.DateField(
        label=gettext_lazy("Uploaded from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Uploaded until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=_order_choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = DotdigitalAccount.objects.visible_to(user).without_secrets()
        uploaded = UploadJob.objects.visible_to(user).filter(owner=OuterRef("pk"))
        people = User.objects.filter(Exists(uploaded)).order_by("first_name", "last_name", "username")
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["person"].queryset = people.defer("password")  # type: ignore[attr-defined]
        for name in ("since", "until"):
            # What browsers send, whatever the language writes.
            self.fields[name].input_formats = ["%Y-%m-%d"]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = (
                "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            )

    @property
    def sort_chosen(self) -> str:
        """The order as URLs have it."""
        self.is_valid()
        return self.cleaned_data.get("sort") or NEWEST_FIRST

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for some of the imports alone."""
        return any(self.data.get(name) for name in self.fields if name != "sort")

    def narrow(self, jobs: JobQuerySet) -> JobQuerySet:
        """`jobs`, which come `with_decisions`, as far as they fit, in the order that is asked for."""
        self.is_valid()
        wanted = self.cleaned_data
        if words := wanted.get("q"):
            jobs = jobs.filter(file_name__icontains=words)
        if status := wanted.get("status"):
            group = Group(status)
            fits = Q(status__in=[one for one, state in JOB_STATES.items() if state.group is group])
            if group is Group.WAITING:
                fits |= Q(status=JobStatus.SENDING, has_held=True)
            jobs = jobs.filter(fits)
        if account := wanted.get("account"):
            jobs = jobs.filter(account=account)
        if person := wanted.get("person"):
            jobs = jobs.filter(owner=person)
        if since := wanted.get("since"):
            jobs = jobs.filter(created_at__gte=_begin_of(since))
        if until := wanted.get("until"):
            jobs = jobs.filter(created_at__lt=_begin_of(until + timedelta(days=1)))
        sort = self.sort_chosen
        terms = ORDERS[sort.removeprefix("-")].terms(descending=sort.startswith("-"))
        return jobs.order_by(*terms, "-created_at", "pk")


def _begin_of(day: date) -> datetime:
    """When `day` begins where the person is."""
    return timezone.make_aware(datetime.combine(day, time.min))
