"""The batches, the approvals and the moves of a job, below its page in the administration."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from imports.admin.job_summary import NOTHING, chip_html, code_html
from imports.locale_forms import listed
from imports.models import ApprovalRequest, ImportBatch, JobEvent
from imports.reasons import OF_CODES


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
        "status_chip",
        "contacts",
        "body_bytes",
        "import_code",
        "attempts",
        "went_out_twice",
        "polls",
        "sent_at",
        "accepted_at",
        "reason_and_code",
    ]
    fields = (*readonly_fields,)

    @admin.display(description=_("Status"))
    def status_chip(self, batch: ImportBatch) -> str:
        return chip_html(batch)

    @admin.display(description=_("Import id"))
    def import_code(self, batch: ImportBatch) -> str:
        return code_html(batch.import_id)

    @admin.display(description=_("Reason"))
    def reason_and_code(self, batch: ImportBatch) -> str:
        words, code = batch.reason_words, batch.reason_code
        return format_html("{} {}", words, code_html(code)) if code else words or NOTHING

    @admin.display(description=_("Repeated"), boolean=True)
    def went_out_twice(self, batch: ImportBatch) -> bool:
        return batch.repeated

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return super().get_queryset(request).select_related("origin")


class ApprovalInline(ReadOnlyInline):
    """What approvers of the job were asked for, and what they said."""

    model = ApprovalRequest
    fk_name = "job"
    readonly_fields = [
        "asked_at",
        "asked_by",
        "rule_words",
        "needed",
        "approved_by",
        "state",
        "ended_by",
        "ended_at",
        "reason",
    ]
    fields = (*readonly_fields,)

    @admin.display(description=_("Why"))
    def rule_words(self, request: ApprovalRequest) -> str:
        return " ".join(rule.sentence for rule in request.rules)

    @admin.display(description=_("Approved by"))
    def approved_by(self, request: ApprovalRequest) -> str:
        return listed(one.person.shown_name for one in request.approvals.all()) or NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovalRequest]:
        asked = super().get_queryset(request).select_related("asked_by", "ended_by")
        return asked.prefetch_related("approvals__person")


class EventInline(ReadOnlyInline):
    """The job's own moves; those of its batches can be thousands, and are told by the batches."""

    model = JobEvent
    readonly_fields = ["at", "actor", "from_words", "to_words", "note_words"]
    fields = (*readonly_fields,)

    @admin.display(description=_("From status"))
    def from_words(self, event: JobEvent) -> str:
        return event.from_words or NOTHING

    @admin.display(description=_("To status"))
    def to_words(self, event: JobEvent) -> str:
        return event.to_words

    @admin.display(description=_("Note"))
    def note_words(self, event: JobEvent) -> str:
        return code_html(event.note_words) if event.note in OF_CODES else event.note_words or NOTHING

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobEvent]:
        return super().get_queryset(request).filter(batch=None).select_related("actor")
