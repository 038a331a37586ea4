"""The page on which admins ask about a person: which imports carried them, what is held of them, and that they be
erased. Everything is posted, so the person is in no address; what was asked is recorded, without the person."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from imports.access import may_erase_people, may_look_for_people
from imports.people.erasing_person import Erasure, erase_person
from imports.people.exporting import export_person
from imports.people.finding import (
    MAX_REASON_CHARS,
    BadReasonError,
    NotAllowedError,
    checked_reason,
    find_person,
)
from imports.provenance.person_identifiers import IdentifierKind, NoIdentifierError, PersonIdentifier
from imports.reports.ledger import BUCKET_BY_KEY
from imports.storage.artefacts import StorageUnavailableError
from portal.requests import PortalRequest
from portal.sign_in.fresh_proof import ask_for_proof, is_fresh

PAGE = "imports_uploadjob_people"
MAX_IDENTIFIER_CHARS = 320
FIND, EXPORT, ERASE = "find", "export", "erase"


class PersonForm(forms.Form):
    """By what somebody is looked for, and why."""

    kind = forms.ChoiceField(
        label=_("Identifier"),
        choices=[
            (IdentifierKind.EMAIL, _("E-mail address")),
            (IdentifierKind.MOBILE, _("Mobile number")),
            (IdentifierKind.CONTACT_ID, _("Contact ID")),
        ],
    )
    value = forms.CharField(
        label=_("Its value"),
        max_length=MAX_IDENTIFIER_CHARS,
        help_text=_("A mobile number with its country code, such as +447400123456."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON_CHARS,
        help_text=_("It is kept in the audit log for good, so it must not name the person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_sure = forms.BooleanField(
        label=_("This person is to be erased from all files and tables. It cannot be undone."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if "value" in given and "kind" in given:
            try:
                given["person"] = PersonIdentifier.read(IdentifierKind(given["kind"]), given["value"])
            except NoIdentifierError:
                self.add_error("value", gettext("This is not an identifier of that kind."))
        if "person" in given and "reason" in given:
            try:
                checked_reason(given["reason"], given["person"])
            except BadReasonError:
                words = gettext("Give a reason of at least three characters that names no person.")
                self.add_error("reason", words)
        if ERASE in self.data and not given.get("is_sure"):
            self.add_error("is_sure", gettext("Confirm that the person is to be erased."))
        return given


class PeoplePage(admin.ModelAdmin):
    """Mixed into the administration of jobs."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.people)
        return [path("people/", view, name=PAGE), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        may = {"may_look_for_people": may_look_for_people(request.user)}  # type: ignore[arg-type]
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def people(self, request: PortalRequest) -> HttpResponseBase:
        """The page, and what was asked for on it."""
        if not self.has_view_permission(request) or not may_look_for_people(request.user):
            raise PermissionDenied
        if not is_fresh(request):
            return ask_for_proof(request)
        form, told = PersonForm(request.POST if request.method == "POST" else None), {}
        if request.method == "POST" and form.is_valid():
            try:
                answer = self._answer(request, form.cleaned_data)
            except NotAllowedError:
                raise PermissionDenied from None
            except StorageUnavailableError:
                words = gettext("The storage does not answer. Not all was done: do it again in a while.")
                self.message_user(request, words, messages.ERROR)
            else:
                if isinstance(answer, HttpResponse):
                    return answer
                told = answer
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Find a person"),
            "opts": self.model._meta,
            "form": form,
            "may_erase": may_erase_people(request.user),
            **told,
        }
        status = 422 if request.method == "POST" and form.errors else 200
        return TemplateResponse(request, "admin/imports/uploadjob/people.html", context, status=status)

    def _answer(self, request: PortalRequest, given: dict[str, Any]) -> dict[str, Any] | HttpResponse:
        person, reason = given["person"], given["reason"]
        if EXPORT in request.POST:
            document, _found = export_person(person, request.user, reason)
            return HttpResponse(
                json.dumps(document, ensure_ascii=False, indent=2),
                content_type="application/json; charset=utf-8",
                headers={
                    "Content-Disposition": 'attachment; filename="person.json"',
                    "Cache-Control": "no-store",
                },
            )
        if ERASE in request.POST:
            erasure = erase_person(person, request.user, reason)
            return {"erasure": erasure, "left_words": erasure_words(erasure)}
        found = find_person(person, request.user, reason)
        lines = [
            (carrier.job, row.row, BUCKET_BY_KEY[row.outcome].label, row.consent)
            for carrier in found.carriers
            for row in carrier.rows
        ]
        return {"found": found, "lines": lines, "left": sum(found.left_open.values())}


def erasure_words(erasure: Erasure) -> list[str]:
    """What is still to be done after an erasure, in sentences."""
    left = sum(erasure.left_open.values()) + len(erasure.busy)
    counted = (
        (
            erasure.uploads_removed,
            ngettext(
                "{count} uploaded file could not be kept without the person and was removed; its rows stay.",
                "{count} uploaded files could not be kept without the person and were removed; their rows stay.",
                erasure.uploads_removed,
            ),
        ),
        (
            erasure.pending,
            ngettext(
                "{count} row is being imported: it is erased when that has ended.",
                "{count} rows are being imported: they are erased when that has ended.",
                erasure.pending,
            ),
        ),
        (
            left,
            ngettext(
                "{count} import could not be looked into: do this again later.",
                "{count} imports could not be looked into: do this again later.",
                left,
            ),
        ),
        (
            erasure.uploading,
            ngettext(
                "{count} file is being uploaded and was not looked into: do this again when it is here.",
                "{count} files are being uploaded and were not looked into: do this again when they are here.",
                erasure.uploading,
            ),
        ),
    )
    return [words.format(count=count) for count, words in counted if count]
