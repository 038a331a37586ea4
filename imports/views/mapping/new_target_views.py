"""Creating a data field or a list in Dotdigital from the mapping page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from imports.access import get_job_to_act_on, may_manage
from imports.accounts.catalogue import create_data_field, create_list, known_of
from imports.audit.recording import record
from imports.contacts.targets import DATA_FIELDS
from imports.dotdigital.errors import DotdigitalError, UnreachableError
from imports.models import UploadJob
from imports.secrets import SecretUnreadableError
from imports.states import JOB_MAPPABLE
from imports.transactions import unit_of_work
from imports.views.mapping.column_cards import column_facts
from imports.views.mapping.mapping_draft import keep_posted
from imports.views.mapping.mapping_form import read_mapping
from imports.views.mapping.mapping_page import (
    PageNews,
    initial_mapping,
    show_posted,
)
from imports.views.mapping.new_target_form import NewFieldForm, NewListForm, form_errors
from imports.views.mapping.target_choices import AccountChoices
from portal.models import User
from portal.requests import PortalRequest

FIELD, LIST = "field", "list"


@require_POST
def new_target(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """Create what `create` names, `field:KEY` or `list`, and show the page with it chosen; with its errors if not.

    The whole form is posted along, so that nothing of it is lost.
    """
    job = get_job_to_act_on(request.user, job_id)
    if not may_manage(request.user, job.account):
        raise PermissionDenied
    if job.status not in JOB_MAPPABLE:
        return redirect("imports:job", job.pk)
    kind, _, key = request.POST.get("create", "").partition(":")
    makers = {FIELD: _make_field, LIST: _make_list}
    if kind not in makers:
        return redirect("imports:mapping", job.pk)
    data = request.POST.copy()
    news = makers[kind](job, data, key, request.user)
    account_choices = AccountChoices(known_of(job.account).content)
    initial = initial_mapping(job)
    posted = read_mapping(data, initial, column_facts(job), account_choices)
    draft = keep_posted(request, job, posted, initial, data)
    return show_posted(request, job, account_choices, posted, news=news, draft=draft)


def _make_field(job: UploadJob, data: QueryDict, key: str, by: User) -> PageNews:
    account = job.account
    parts = ("name", "type", "visibility", "default")
    typed = {part: data.get(f"new_{part}-{key}", "").strip() for part in parts}
    form = NewFieldForm(typed, account_choices=AccountChoices(known_of(account).content))
    if not form.is_valid():
        return PageNews(new_errors={key: form_errors(form)})
    values = form.cleaned_data
    error = _refused(
        lambda: create_data_field(
            account, values["name"], values["type"], values["visibility"], form.default_value
        ),
        lambda result: _record_created(
            job,
            by,
            "field_created",
            name=values["name"],
            type=values["type"],
            visibility=values["visibility"],
            result=result,
        ),
    )
    if error:
        return PageNews(new_errors={key: error})
    created = AccountChoices(known_of(account).content).find(f"{DATA_FIELDS}.{values['name']}")
    data[f"target-{key}"] = created.target if created else ""
    return PageNews(
        created=gettext("The data field {name} has been created.").format(
            name=created.name if created else values["name"]
        )
    )


def _make_list(job: UploadJob, data: QueryDict, _key: str, by: User) -> PageNews:
    account = job.account
    typed = {part: data.get(f"new_list_{part}", "").strip() for part in ("name", "visibility")}
    form = NewListForm(typed, account_choices=AccountChoices(known_of(account).content))
    if not form.is_valid():
        return PageNews(new_errors={"": form_errors(form)}, new_list=typed)
    name, visibility = form.cleaned_data["name"], form.cleaned_data["visibility"]
    error = _refused(
        lambda: create_list(account, name, visibility),
        lambda result: _record_created(
            job, by, "list_created", name=name, visibility=visibility, result=result
        ),
    )
    if error:
        return PageNews(new_errors={"": error}, new_list=typed)
    created = AccountChoices(known_of(account).content).catalogue.find_list(name)
    if created is not None:
        data.appendlist("lists", str(created))
    return PageNews(
        created=gettext("The list {name} has been created, and every contact is added to it.").format(
            name=name
        )
    )


def _record_created(job: UploadJob, by: User, action: str, **details: Any) -> None:
    """Record what was created in the account, and note at `job` that it was for this import."""
    with unit_of_work():
        record(action, by=by, on=job.account, **details)
        job.events.create(actor=by, from_status=job.status, to_status=job.status, note=action)


def _refused(create: Callable[[], object], tell: Callable[[str], object]) -> str:
    """Why Dotdigital did not do it, in words; "" when it did. `tell` is told of what it did, or may have done."""
    try:
        create()
    except UnreachableError:
        return gettext("Dotdigital could not be reached, so nothing was created. Try again in a while.")
    except DotdigitalError as error:
        if error.may_have_been_accepted:
            tell("unknown")
            return gettext(
                "Dotdigital gave no usable answer in time, so it is not known whether it was created. "
                "The account is being read again: check whether it is there before you create it again."
            )
        return f"{error.sentence} {error.remedy}"
    except SecretUnreadableError as error:
        return str(error)
    tell("created")
    return ""
