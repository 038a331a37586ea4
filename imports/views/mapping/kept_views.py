"""Mappings that are kept by a name: those of an account, and choosing one for a file."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from imports.access import (
    file_names_seen,
    get_job_to_act_on,
    get_visible_account,
    get_visible_job,
    may_act_on,
    may_change_mapping,
)
from imports.accounts.catalogue import known_of
from imports.jobs.named_mappings import (
    KeptMapping,
    NameTakenError,
    keep_mapping,
    kept_mappings,
    of_named,
    remove_mapping,
    rename_mapping,
)
from imports.jobs.remembered import has_used_mapping
from imports.messages import column_label
from imports.models import DotdigitalAccount, NamedMapping, UploadJob
from imports.states import JOB_MAPPABLE
from imports.views.mapping.mapping_page import file_name_shown
from imports.views.mapping.target_choices import AccountChoices
from imports.views.wizard import MAP, Look, wizard_steps
from portal.models import User
from portal.requests import PortalRequest


class MappingNameForm(forms.Form):
    """What a mapping is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)


@dataclass(frozen=True)
class KeptLine:
    """A mapping as lists show it: what each of its columns becomes, and which of them the file at hand lacks."""

    kept: KeptMapping
    name: str
    columns: list[tuple[str, str]]
    missing: list[str]
    may_change: bool

    @property
    def there(self) -> int:
        """How many of the columns that it needs the file has."""
        return len(self.kept.used_columns) - len(self.missing)


@require_safe
def account_mappings(request: PortalRequest, account_id: int) -> HttpResponse:
    """The mappings of an account that have a name."""
    account = get_visible_account(request.user, account_id)
    account_choices = AccountChoices(known_of(account).content)
    named = account.named_mappings.select_related("made_by").defer("made_by__password")
    lines = [kept_line(of_named(one), account_choices, request.user) for one in named]
    return render(request, "imports/mapping/account_mappings.html", {"account": account, "lines": lines})


@require_safe
def choose_mapping(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """What there is to be used for the file of a job, and what each would do to it."""
    job = get_visible_job(request.user, job_id)
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    account_choices = AccountChoices(known_of(job.account).content)
    kept = kept_mappings(job)
    seen = file_names_seen(request.user, job.account, [one.name for one in kept if one.named is None])
    lines = [kept_line(one, account_choices, request.user, job, seen) for one in kept]
    context = {
        "job": job,
        "steps": wizard_steps(job, MAP),
        "may_act": may_act_on(request.user, job),
        "lines": sorted(lines, key=lambda line: (line.kept.named is None, -_share(line))),
    }
    return render(request, "imports/mapping/choose_mapping.html", context)


@require_POST
def save_mapping(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Keep the mapping of an import by a name."""
    job = get_job_to_act_on(request.user, job_id)
    form = MappingNameForm(request.POST)
    if not has_used_mapping(job):
        messages.warning(request, gettext("This import has no mapping to save."), extra_tags=Look.CARE)
    elif not form.is_valid():
        messages.warning(request, gettext("Enter a name for the mapping."), extra_tags=Look.CARE)
    else:
        name = form.cleaned_data["name"]
        try:
            keep_mapping(job, name, request.user)
        except NameTakenError:
            _say_taken(request, name, job.account)
        else:
            messages.success(
                request,
                gettext("The mapping is saved as “{name}”, for all who import into {account}.").format(
                    name=name, account=job.account
                ),
                extra_tags=Look.GOOD,
            )
            return redirect("imports:mappings", job.account_id)
    return redirect("imports:job", job.pk)


@require_POST
def change_mapping(request: PortalRequest, account_id: int, mapping_id: int) -> HttpResponse:
    """Rename a mapping, or delete it, by the button that was pressed."""
    account = get_visible_account(request.user, account_id)
    named = get_object_or_404(NamedMapping, pk=mapping_id, account=account)
    if not may_change_mapping(request.user, named):
        raise PermissionDenied
    form = MappingNameForm(request.POST)
    if "delete" in request.POST:
        remove_mapping(named, request.user)
        words = gettext("“{name}” is deleted. Imports that used it stay as they are.").format(name=named.name)
        messages.success(request, words, extra_tags=Look.GOOD)
    elif form.is_valid():
        before, name = named.name, form.cleaned_data["name"]
        try:
            rename_mapping(named, name, request.user)
        except NameTakenError:
            _say_taken(request, name, account)
        else:
            words = gettext("“{before}” is now called “{name}”.").format(before=before, name=name)
            messages.success(request, words, extra_tags=Look.GOOD)
    else:
        messages.warning(request, gettext("Enter a name for the mapping."), extra_tags=Look.CARE)
    return redirect("imports:mappings", account.pk)


def kept_line(
    kept: KeptMapping,
    account_choices: AccountChoices,
    user: User,
    job: UploadJob | None = None,
    seen: Collection[str] = (),
) -> KeptLine:
    """`kept` as a list shows it; for the file of `job`, with what that lacks. `seen`: the names of files that may be
    told."""
    there = set(job.columns) if job else set(kept.used_columns)
    return KeptLine(
        kept=kept,
        name=kept.name if kept.named else file_name_shown(kept.name, seen),
        columns=[
            (column_label(one.column), str(account_choices.name_of(one.target)))
            for one in kept.mapping.columns
        ],
        missing=[column_label(name) for name in kept.used_columns if name not in there],
        may_change=kept.named is not None and may_change_mapping(user, kept.named),
    )


def _share(line: KeptLine) -> float:
    needed = len(line.kept.used_columns)
    return line.there / needed if needed else 0.0


def _say_taken(request: PortalRequest, name: str, account: DotdigitalAccount) -> None:
    words = gettext("Another mapping of {account} is called “{name}”. Choose another name.")
    messages.warning(request, words.format(account=account, name=name), extra_tags=Look.CARE)
