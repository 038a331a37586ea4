"""What admins review and steer: accounts and their members, jobs with their batches and events."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

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
from imports.steps.accounts import PERSON_TIMEOUT, test_connection
from imports.steps.cancel import cancel_job
from imports.steps.catalogue import request_refresh
from imports.steps.doubt import give_up_held, release_held
from imports.steps.pauses import pause_account, pause_job, resume_account, resume_job
from imports.steps.retry import NothingToRetryError, retry_job
from portal.models import User
from portal.requests import PortalRequest

# The form of x-ddg-integration-token: a GUID, braces optional.
GUID_IN_BRACES_OR_NOT = r"^\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?$"

# Where the credentials are kept, which the form sets by other names.
ENCRYPTED = ("api_password_encrypted", "integration_token_encrypted")
# With others of these, the account is another one; with others of those, Dotdigital may tell more of it, or less.
IDENTITY = frozenset({"endpoint", "api_user"})
CREDENTIALS = IDENTITY | {"api_password", "integration_token", "remove_integration_token"}


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
    list_display = [
        "name",
        "endpoint",
        "api_user",
        "phone_region",
        "is_paused",
        "trouble",
        "failed_calls",
        "not_before",
    ]
    list_filter = ["is_paused"]
    search_fields = ["name", "api_user"]
    readonly_fields = [
        "page",
        "is_paused",
        "trouble",
        "failed_calls",
        "not_before",
        "slot_ceiling",
        "unread_reason",
        "catalogue_read_at",
        "created_at",
    ]
    inlines = [MembershipInline]
    actions = ["pause", "resume", "check_connection"]

    def save_model(
        self, request: HttpRequest, account: DotdigitalAccount, form: AccountForm, change: bool
    ) -> None:
        """Workers write to the account meanwhile: only what the form is about is saved."""
        saved = [*AccountForm.Meta.fields, *ENCRYPTED]
        if "endpoint" in form.changed_data:  # another way to Dotdigital may take more
            account.body_limit = account.body_limit_at = None
            saved += ["body_limit", "body_limit_at"]
        account.save(update_fields=saved if change else None)
        if not change or CREDENTIALS.intersection(form.changed_data):
            request_refresh(account, is_another=not IDENTITY.isdisjoint(form.changed_data))

    @admin.display(description="In the portal")
    def page(self, account: DotdigitalAccount) -> str:
        if account.pk is None:
            return "–"
        return format_html(
            '<a href="{}">What goes into it now</a>', reverse("imports:account", args=[account.pk])
        )

    @admin.action(description="Pause everything", permissions=["change"])
    def pause(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            pause_account(account, request.user)
            self.message_user(request, f"{account}: paused; nothing more is sent into it.", messages.SUCCESS)

    @admin.action(description="Go on", permissions=["change"])
    def resume(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            resume_account(account, request.user)
            wake_account(account)
            self.message_user(request, f"{account}: not paused; its imports go on.", messages.SUCCESS)

    @admin.action(description="Test connection", permissions=["change"])
    def check_connection(self, request: HttpRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            try:
                info = test_connection(account, timeout=PERSON_TIMEOUT)
            except DotdigitalError as error:
                self.message_user(request, f"{account}: {error.sentence} {error.remedy}", messages.ERROR)
            except SecretUnreadableError as error:
                self.message_user(request, f"{account}: {error}", messages.ERROR)
            else:
                wake_account(account)  # if it was in trouble, that is over
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
        "origin",
        "status",
        "contacts",
        "body_bytes",
        "import_id",
        "attempts",
        "went_out_twice",
        "polls",
        "sent_at",
        "accepted_at",
        "reason_code",
        "reason",
    ]
    fields = (*readonly_fields,)

    @admin.display(description="Repeated", boolean=True)
    def went_out_twice(self, batch: ImportBatch) -> bool:
        return batch.repeated

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return super().get_queryset(request).select_related("origin")


class EventInline(ReadOnlyInline):
    model = JobEvent
    """The job's own moves; those of its batches can be thousands, and are told by the batches."""

    readonly_fields = ["at", "actor", "from_status", "to_status", "note"]
    fields = (*readonly_fields,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobEvent]:
        return super().get_queryset(request).filter(batch=None).select_related("actor")


@admin.register(UploadJob)
class JobAdmin(admin.ModelAdmin):
    """Jobs are moved by their steps alone: they can be looked at and steered, never saved."""

    list_display = [
        "file_name",
        "account",
        "owner",
        "status",
        "is_paused",
        "rows",
        "created_at",
        "changed_at",
    ]
    list_filter = ["status", "is_paused", "account", ("owner", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "owner"]
    search_fields = ["file_name", "owner__username", "account__name", "=file_sha256"]
    date_hierarchy = "created_at"
    inlines = [BatchInline, EventInline]
    actions = ["pause", "resume", "cancel", "retry", "send_held", "drop_held"]
    readonly_fields = [
        "page",
        "account",
        "owner",
        "parent",
        "status",
        "is_paused",
        "stops_on_refusal",
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
        """Whether the person may steer jobs: they have the permission to change jobs."""
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

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[UploadJob], search_term: str
    ) -> tuple[QuerySet[UploadJob], bool]:
        """Finds a job by its id too, with or without hyphens; as text, PostgreSQL knows only those with."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        with suppress(ValueError):
            found |= queryset.filter(pk=UUID(search_term.strip()))
        return found, may_repeat

    @admin.display(description="In the portal")
    def page(self, job: UploadJob) -> str:
        return format_html('<a href="{}">Open this import</a>', reverse("imports:job", args=[job.pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: UploadJob | None = None) -> bool:
        return False

    @admin.action(description="Pause", permissions=["act"])
    def pause(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if pause_job(job, request.user):
                self.message_user(request, f"{job.file_name}: paused.", messages.SUCCESS)
            else:
                self.message_user(request, f"{job.file_name}: it is not being sent.", messages.WARNING)

    @admin.action(description="Go on", permissions=["act"])
    def resume(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if resume_job(job, request.user):
                wake_account(job.account)
                self.message_user(request, f"{job.file_name}: it goes on.", messages.SUCCESS)
            else:
                self.message_user(request, f"{job.file_name}: it is not being sent.", messages.WARNING)

    @admin.action(description="Send again what is held", permissions=["act"])
    def send_held(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        self._decide(request, jobs, release_held, "sent again")

    @admin.action(description="Do not send again what is held", permissions=["act"])
    def drop_held(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        self._decide(request, jobs, give_up_held, "not sent again")

    def _decide(
        self,
        request: PortalRequest,
        jobs: QuerySet[UploadJob],
        step: Callable[[UploadJob, User], int],
        words: str,
    ) -> None:
        for job in jobs.select_related("account"):
            if batches := step(job, request.user):
                wake_account(job.account)
                wake_job(job)
                self.message_user(request, f"{job.file_name}: batches {words}: {batches}.", messages.SUCCESS)
            else:
                self.message_user(request, f"{job.file_name}: no batch is held.", messages.WARNING)

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
