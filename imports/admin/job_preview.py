"""The first rows of an import in the administration: masked, until somebody asks for them with a reason."""

from __future__ import annotations

from typing import Any

import polars as pl
from django import forms
from django.contrib.admin.options import ModelAdmin
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.admin.masking import masked
from imports.audit.recording import record
from imports.messages import column_label
from imports.models import UploadJob
from imports.people.finding import MAX_REASON_CHARS, BadReasonError, checked_reason
from imports.storage import artefacts
from portal.requests import PortalRequest
from portal.sign_in.fresh_proof import ask_for_proof, is_fresh

SHOWN_ROWS = 20


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you have to see them"),
        max_length=MAX_REASON_CHARS,
        help_text=_("It is recorded with your name, and kept. Do not name the person whom it is about."),
    )

    def clean_reason(self) -> str:
        try:
            return checked_reason(self.cleaned_data["reason"])
        except BadReasonError:
            raise forms.ValidationError(
                gettext("Give a reason in a few words, without the address or number of a person.")
            ) from None


def preview(admin: ModelAdmin[UploadJob], request: PortalRequest, job: UploadJob) -> HttpResponseBase:
    """The page: the rows masked, and a form for a reason; posting it shows them as they are, and is recorded."""
    form = ReasonForm(request.POST or None)
    is_revealed = False
    rows = _first_rows(job)
    if rows and request.method == "POST" and form.is_valid():
        if not is_fresh(request):
            return ask_for_proof(request)
        record("rows_revealed", by=request.user, on=job, reason=form.cleaned_data["reason"], rows=len(rows))
        is_revealed = True
    if rows and not is_revealed:
        rows = [(number, [masked(cell) for cell in cells]) for number, cells in rows]
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "title": _("First rows"),
        "subtitle": job.file_name,
        "opts": UploadJob._meta,
        "job": job,
        "form": form,
        "is_revealed": is_revealed,
        "columns": [column_label(name) for name in job.columns],
        "rows": rows,
    }
    answer: HttpResponse = render(request, "admin/imports/uploadjob/preview.html", context)
    return answer


def _first_rows(job: UploadJob) -> list[tuple[int, list[str]]] | None:
    """The first rows of `job` as they were read, each with its number; None where they are not kept."""
    if not artefacts.exists(job, artefacts.STAGED):
        return None
    with artefacts.local(job, artefacts.STAGED) as path:
        table = pl.scan_parquet(path).head(SHOWN_ROWS).collect()
    rows = table.select("row", pl.exclude("row").cast(pl.String).fill_null("")).iter_rows()
    return [(number, list(cells[: len(job.columns)])) for number, *cells in rows]
