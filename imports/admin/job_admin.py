"""What admins review and steer: accounts and their members, jobs with their batches and events."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from imports.delivery.doubt import give_up_held, release_held
from imports.delivery.pauses import pause_job, resume_job
from imports.jobs.cancel import cancel_job
from imports.jobs.retry import NothingToRetryError, retry_job
from imports.models import ImportBatch, JobEvent, MappingTemplate, UploadJob
from imports.querysets import LARGE, SECRETS
from imports.storage import artefacts
from imports.work.queue import wake_account, wake_job
from portal.models import User
from portal.requests import PortalRequest

SECRETS_OF_ACCOUNT = tuple(f"account__{name}" for name in SECRETS)


class LightAdmin(admin.ModelAdmin):
    """Its list loads no more than its lines show: what `not_listed` names stays where it is."""

    not_listed: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LightList


class LightList(ChangeList):
    model_admin: LightAdmin

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return super().get_queryset(*args, **kwargs).defer(*self.model_admin.not_listed)


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
        "reason_words",
    ]
    fields = (*readonly_fields,)

    @admin.display(description=_("Reason"))
    def reason_words(self, batch: ImportBatch) -> str:
        return batch.reason_words

    @admin.display(description=_("Repeated"), boolean=True)
    def went_out_twice(self, batch: ImportBatch) -> bool:
        return batch.repeated

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return super().get_queryset(request).select_related("origin")


class EventInline(ReadOnlyInline):
    model = JobEvent
    """The job's own moves; those of its batches can be thousands, and are told by the batches."""

    readonly_fields = ["at", "actor", "from_status", "to_status", "note_words"]
    fields = (*readonly_fields,)

    @admin.display(description=_("Note"))
    def note_words(self, event: JobEvent) -> str:
        return event.note_words

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobEvent]:
        return super().get_queryset(request).filter(batch=None).select_related("actor")


@admin.register(UploadJob)
class JobAdmin(LightAdmin):
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
    not_listed = (*LARGE, "owner__password", *SECRETS_OF_ACCOUNT)
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

    @admin.display(description=_("Why it has failed"))
    def failure_sentence(self, job: UploadJob) -> str:
        return job.failure_sentence

    @admin.display(description=_("How it was read"))
    def reading_text(self, job: UploadJob) -> str:
        return json_text(job.reading)

    @admin.display(description=_("How it differs from the file before"))
    def drift_text(self, job: UploadJob) -> str:
        return json_text(job.drift)

    @admin.display(description=_("Mapping"))
    def mapping_text(self, job: UploadJob) -> str:
        return json_text(job.mapping)

    @admin.display(description=_("Check"))
    def check_summary_text(self, job: UploadJob) -> str:
        return json_text(job.check_summary)

    @admin.display(description=_("Ledger"))
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

    @admin.display(description=_("In the portal"))
    def page(self, job: UploadJob) -> str:
        return format_html(
            '<a href="{}">{}</a>', reverse("imports:job", args=[job.pk]), gettext("Open this import")
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: UploadJob | None = None) -> bool:
        return False

    @admin.action(description=_("Pause"), permissions=["act"])
    def pause(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if pause_job(job, request.user):
                self.message_user(
                    request, gettext("{file}: paused.").format(file=job.file_name), messages.SUCCESS
                )
            else:
                self.message_user(
                    request,
                    gettext("{file}: it is not being sent.").format(file=job.file_name),
                    messages.WARNING,
                )

    @admin.action(description=_("Resume"), permissions=["act"])
    def resume(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if resume_job(job, request.user):
                wake_account(job.account)
                self.message_user(
                    request, gettext("{file}: resumed.").format(file=job.file_name), messages.SUCCESS
                )
            else:
                self.message_user(
                    request,
                    gettext("{file}: it is not being sent.").format(file=job.file_name),
                    messages.WARNING,
                )

    @admin.action(description=_("Send again what is held"), permissions=["act"])
    def send_held(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        self._decide(request, jobs, release_held, gettext_noop("{file}: batches sent again: {count}."))

    @admin.action(description=_("Do not send again what is held"), permissions=["act"])
    def drop_held(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        self._decide(
            request, jobs, give_up_held, gettext_noop("{file}: batches that are not sent again: {count}.")
        )

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
                self.message_user(
                    request, gettext(words).format(file=job.file_name, count=batches), messages.SUCCESS
                )
            else:
                self.message_user(
                    request, gettext("{file}: no batch is held.").format(file=job.file_name), messages.WARNING
                )

    @admin.action(description=_("Cancel"), permissions=["act"])
    def cancel(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if cancel_job(job, request.user):
                wake_account(job.account)
                wake_job(job)
                self.message_user(
                    request,
                    gettext("{file}: cancelled, or being cancelled.").format(file=job.file_name),
                    messages.SUCCESS,
                )
            else:
                self.message_user(
                    request,
                    gettext("{file}: it had ended already.").format(file=job.file_name),
                    messages.WARNING,
                )

    @admin.action(description=_("Try the rows again that did not arrive"), permissions=["act"])
    def retry(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in jobs.select_related("account"):
            if not job.has_ended or not artefacts.exists(job, artefacts.OUTCOMES):
                self.message_user(
                    request,
                    gettext("{file}: it has no report yet.").format(file=job.file_name),
                    messages.WARNING,
                )
                continue
            try:
                again = retry_job(job, request.user)
            except NothingToRetryError:
                self.message_user(
                    request,
                    gettext("{file}: no row can be tried again.").format(file=job.file_name),
                    messages.WARNING,
                )
            else:
                wake_job(again)
                self.message_user(
                    request,
                    gettext("{file}: a new import was made of its rows.").format(file=job.file_name),
                    messages.SUCCESS,
                )


@admin.register(MappingTemplate)
class MappingTemplateAdmin(LightAdmin):
    list_display = ["__str__", "account", "fingerprint", "used_at"]
    list_select_related = ["account"]
    not_listed = ("reading_options", "columns", "shape", "mapping", *SECRETS_OF_ACCOUNT)
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

    @admin.display(description=_("Columns"))
    def columns_text(self, template: MappingTemplate) -> str:
        return ", ".join(template.columns)

    @admin.display(description=_("What the columns looked like"))
    def shape_text(self, template: MappingTemplate) -> str:
        return json_text(template.shape)

    @admin.display(description=_("Mapping"))
    def mapping_text(self, template: MappingTemplate) -> str:
        return json_text(template.mapping)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


def json_text(value: object) -> str:
    """A JSON value for people to read."""
    return format_html("<pre>{}</pre>", json.dumps(value, indent=2, ensure_ascii=False)) if value else "–"
