"""What admins review and steer: accounts and their members, jobs with their batches and events."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from imports import artefacts
from imports.dotdigital.errors import DotdigitalError
from imports.dotdigital.hosts import normalise_endpoint
from imports.models import DotdigitalAccount, ImportBatch, JobEvent, MappingTemplate, Membership, UploadJob
from imports.queue import wake_account, wake_job
from imports.secrets import SecretUnreadableError
from imports.steps.accounts import test_connection
from imports.steps.cancel import cancel_job
from imports.steps.retry import NothingToRetryError, retry_job
from portal.requests import PortalRequest

# The form of x-ddg-integration-token: a GUID, braces optional.
GUID_IN_BRACES_OR_NOT = r"^\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?$"


class AccountForm(forms.ModelForm):
    """Credentials go in and never come out: a blank field leaves what is stored."""

    api_password = forms.CharField(
        label="API password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    integration_token = forms.RegexField(
        GUID_IN_BRACES_OR_NOT,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="For verified partners.",
        error_messages={"invalid": "This is not a token of Dotdigital's: it has the form of a GUID."},
    )
    remove_integration_token = forms.BooleanField(label="Remove the stored integration token", required=False)

    class Meta:
        model = DotdigitalAccount
        fields = ["name", "endpoint", "api_user", "phone_region", "max_active_imports"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = bool(self.instance.api_password_encrypted)
        self.fields["api_password"].required = not stored
        self.fields["api_password"].help_text = "Stored. Fill in to replace it." if stored else ""
        if self.instance.integration_token_encrypted:
            self.fields["integration_token"].help_text = "Stored. Fill in to replace it."

    def clean_endpoint(self) -> str:
        try:
            return normalise_endpoint(self.cleaned_data["endpoint"], settings.DOTDIGITAL_EXTRA_HOSTS)
        except DotdigitalError as error:
            raise forms.ValidationError(f"{error.sentence} {error.remedy}") from None

    def clean_phone_region(self) -> str:
        return self.cleaned_data["phone_region"].upper()

    def save(self, commit: bool = True) -> DotdigitalAccount:
        if self.cleaned_data["api_password"]:
            self.instance.api_password = self.cleaned_data["api_password"]
        if self.cleaned_data.get("remove_integration_token"):
            self.instance.integration_token = ""
        elif self.cleaned_data["integration_token"]:
            self.instance.integration_token = self.cleaned_data["integration_token"]
        return super().save(commit)


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(DotdigitalAccount)
class AccountAdmin(admin.ModelAdmin):
    form = AccountForm
    list_display = ["name", "endpoint", "api_user", "phone_region", "paused_reason", "not_before"]
    search_fields = ["name", "api_user"]
    readonly_fields = ["paused_reason", "not_before", "catalogue_read_at", "created_at"]
    inlines = [MembershipInline]
    actions = ["check_connection"]

    @admin.action(description="Test connection", permissions=["change"])
    def check_connection(self, request: HttpRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            try:
                info = test_connection(account)
            except DotdigitalError as error:
                self.message_user(request, f"{account}: {error.sentence} {error.remedy}", messages.ERROR)
            except SecretUnreadableError as error:
                self.message_user(request, f"{account}: {error}", messages.ERROR)
            else:
                self.message_user(
                    request,
                    f"{account}: {info.api_endpoint} answers as {info.name or 'an account'} ({info.id}).",
                    messages.SUCCESS,
                )


class ReadOnlyInline(admin.TabularInline):
    """Rows that only the steps write."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BatchInline(ReadOnlyInline):
    model = ImportBatch
    readonly_fields = [
        "number",
        "status",
        "contacts",
        "body_bytes",
        "import_id",
        "attempts",
        "repeated",
        "sent_at",
        "accepted_at",
        "reason_code",
        "reason",
    ]
    fields = (*readonly_fields,)


class EventInline(ReadOnlyInline):
    model = JobEvent
    """The job's own moves; those of its batches can be thousands, and are told by the batches."""

    readonly_fields = ["at", "actor", "from_status", "to_status", "note"]
    fields = (*readonly_fields,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobEvent]:
        return super().get_queryset(request).filter(batch=None).select_related("actor")


@admin.register(UploadJob)
class JobAdmin(admin.ModelAdmin):
    """Jobs are moved by their steps alone: they can be looked at, cancelled and tried again, never saved."""

    list_display = ["file_name", "account", "owner", "status", "rows", "created_at", "changed_at"]
    list_filter = ["status", "account", ("owner", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "owner"]
    search_fields = ["=id", "file_name", "owner__username", "account__name", "=file_sha256"]
    date_hierarchy = "created_at"
    inlines = [BatchInline, EventInline]
    actions = ["cancel", "retry"]
    readonly_fields = [
        "page",
        "account",
        "owner",
        "parent",
        "status",
        "file_name",
        "file_bytes",
        "file_sha256",
        "rows",
        "reading_text",
        "drift_text",
        "mapping_text",
        "check_summary_text",
        "ledger_text",
        "step_seconds",
        "failure_code",
        "failure_sentence",
        "created_at",
        "changed_at",
    ]
    fields = (*readonly_fields,)

    def has_change_permission(self, request: HttpRequest, obj: UploadJob | None = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the person may cancel jobs and try them again: they have the permission to change jobs."""
        return request.user.has_perm("imports.change_uploadjob")

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadJob]:
        return super().get_queryset(request).defer("profiles", "suggestions", "batch_plan")

    @admin.display(description="How it was read")
    def reading_text(self, job: UploadJob) -> str:
        return json_text(job.reading)

    @admin.display(description="How it differs from the file before")
    def drift_text(self, job: UploadJob) -> str:
        return json_text(job.drift)

    @admin.display(description="Mapping")
    def mapping_text(self, job: UploadJob) -> str:
        return json_text(job.mapping)

    @admin.display(description="Check")
    def check_summary_text(self, job: UploadJob) -> str:
        return json_text(job.check_summary)

    @admin.display(description="Ledger")
    def ledger_text(self, job: UploadJob) -> str:
        return json_text(job.ledger)

    @admin.display(description="In the portal")
    def page(self, job: UploadJob) -> str:
        return format_html('<a href="{}">Open this import</a>', reverse("imports:job", args=[job.pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: UploadJob | None = None) -> bool:
        return False

    @admin.action(description="Cancel", permissions=["act"])
    def cancel(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if cancel_job(job, request.user):
                wake_account(job.account)
                wake_job(job)
                self.message_user(
                    request, f"{job.file_name}: cancelled, or being cancelled.", messages.SUCCESS
                )
            else:
                self.message_user(request, f"{job.file_name}: it had ended already.", messages.WARNING)

    @admin.action(description="Try the rows again that did not arrive", permissions=["act"])
    def retry(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if not job.has_ended or not artefacts.exists(job, artefacts.OUTCOMES):
                self.message_user(request, f"{job.file_name}: it has no report yet.", messages.WARNING)
                continue
            try:
                again = retry_job(job, request.user)
            except NothingToRetryError:
                self.message_user(request, f"{job.file_name}: no row can be tried again.", messages.WARNING)
            else:
                wake_job(again)
                self.message_user(
                    request, f"{job.file_name}: a new import was made of its rows.", messages.SUCCESS
                )


@admin.register(MappingTemplate)
class MappingTemplateAdmin(admin.ModelAdmin):
    list_display = ["__str__", "account", "fingerprint", "used_at"]
    list_select_related = ["account"]
    list_filter = ["account"]
    search_fields = ["name", "=fingerprint"]
    readonly_fields = [
        "account",
        "name",
        "fingerprint",
        "used_at",
        "columns_text",
        "mapping_text",
        "shape_text",
    ]
    fields = (*readonly_fields,)

    @admin.display(description="Columns")
    def columns_text(self, template: MappingTemplate) -> str:
        return ", ".join(template.columns)

    @admin.display(description="What the columns looked like")
    def shape_text(self, template: MappingTemplate) -> str:
        return json_text(template.shape)

    @admin.display(description="Mapping")
    def mapping_text(self, template: MappingTemplate) -> str:
        return json_text(template.mapping)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


def json_text(value: object) -> str:
    """A JSON value for people to read."""
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False)) if value else "–"
