"""Jobs as admins look at them and steer them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from imports.access import may_act_on
from imports.admin.job_inlines import ApprovalInline, BatchInline, EventInline
from imports.admin.job_preview import preview
from imports.admin.job_summary import (
    NOTHING,
    check_html,
    chip_html,
    code_html,
    drift_html,
    ledger_html,
    mapping_html,
    may_see_stored,
    reading_html,
    seconds_html,
    stored_html,
)
from imports.admin.light_admin import SECRETS_OF_ACCOUNT, LightAdmin
from imports.admin.people_page import PeoplePage
from imports.admin.scoped_admin import SEES
from imports.delivery.doubt import give_up_held, release_held
from imports.delivery.stopping import pause_job, resume_job
from imports.jobs.approval import (
    Approval,
    NotApproverError,
    NotAwaitingApprovalError,
    approve_job,
    open_request,
)
from imports.jobs.cancel import cancel_job
from imports.jobs.removal import StillUnderWayError, may_be_removed, remove_job
from imports.jobs.retry import NothingToRetryError, retry_job
from imports.jobs.start import LineBusyError
from imports.models import UploadJob
from imports.querysets import LARGE
from imports.storage import artefacts
from imports.views.formatting import byte_size
from imports.work.queue import wake_account, wake_job
from portal.models import User
from portal.requests import PortalRequest
from portal.sign_in.fresh_proof import ask_for_proof, is_fresh


@admin.register(UploadJob)
class JobAdmin(PeoplePage, LightAdmin):
    """Jobs are moved by their steps alone: they can be looked at and steered, never saved."""

    list_display = [
        "file_name",
        "account",
        "owner",
        "status_chip",
        "is_paused",
        "rows",
        "created_at",
        "changed_at",
    ]
    list_filter = [
        "status",
        "is_paused",
        ("account", admin.RelatedOnlyFieldListFilter),
        ("owner", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["account", "owner"]
    not_listed = (*LARGE, "owner__password", *SECRETS_OF_ACCOUNT)
    search_fields = ["file_name", "owner__username", "account__name", "=file_sha256"]
    date_hierarchy = "created_at"
    inlines = [ApprovalInline, BatchInline, EventInline]
    actions = ["pause", "resume", "cancel", "retry", "send_held", "drop_held", "approve"]
    readonly_fields = [
        "page",
        "first_rows",
        "account",
        "owner",
        "parent",
        "status_chip",
        "is_paused",
        "stops_on_refusal",
        "file_name",
        "file_size",
        "sha256",
        "rows",
        "reading_summary",
        "drift_summary",
        "mapping_summary",
        "check_summary_tables",
        "ledger_summary",
        "seconds_summary",
        "failure_words",
        "created_at",
        "changed_at",
        "upload_removed_at",
        "rows_removed_at",
        "stored",
    ]

    def has_change_permission(self, request: HttpRequest, obj: UploadJob | None = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Whether the person may steer jobs of accounts that they manage: they have the permission to change jobs."""
        return request.user.has_perm("imports.change_uploadjob")

    def get_queryset(self, request: Any) -> QuerySet[UploadJob]:
        jobs = UploadJob.objects.with_role(request.user, SEES).with_decisions()
        return jobs.defer("profiles", "suggestions", "batch_plan")

    def get_fieldsets(self, request: HttpRequest, obj: UploadJob | None = None) -> Any:
        shown = [
            (
                None,
                [
                    ("page", "first_rows"),
                    ("status_chip", "is_paused"),
                    "failure_words",
                    ("account", "owner"),
                    ("file_name", "file_size"),
                    "sha256",
                    "rows",
                    "parent",
                    "stops_on_refusal",
                    ("created_at", "changed_at"),
                    ("upload_removed_at", "rows_removed_at"),
                ],
            ),
            (_("Outcome"), ["ledger_summary", "seconds_summary"]),
            (_("Check"), ["check_summary_tables"]),
            (_("Mapping"), ["mapping_summary", "drift_summary"]),
            (_("File"), ["reading_summary"]),
        ]
        if may_see_stored(request):
            shown.append((_("Stored data"), ["stored"]))
        return [(heading, {"fields": names}) for heading, names in shown]

    @admin.display(description=_("Status"), ordering="status")
    def status_chip(self, job: UploadJob) -> str:
        return chip_html(job)

    @admin.display(description=_("Why it has failed"))
    def failure_words(self, job: UploadJob) -> str:
        if not job.failure_code:
            return NOTHING
        return format_html("{} {} {}", job.failure_sentence, job.failure_remedy, code_html(job.failure_code))

    @admin.display(description=_("File size"))
    def file_size(self, job: UploadJob) -> str:
        return byte_size(job.file_bytes)

    @admin.display(description=_("SHA-256 of the file"))
    def sha256(self, job: UploadJob) -> str:
        return code_html(job.file_sha256)

    @admin.display(description=_("How it was read"))
    def reading_summary(self, job: UploadJob) -> str:
        return reading_html(job)

    @admin.display(description=_("How it differs from the file before"))
    def drift_summary(self, job: UploadJob) -> str:
        return drift_html(job)

    @admin.display(description=_("Mapping"))
    def mapping_summary(self, job: UploadJob) -> str:
        return mapping_html(job.mapping, job.columns, job.account)

    @admin.display(description=_("What the check found"))
    def check_summary_tables(self, job: UploadJob) -> str:
        return check_html(job)

    @admin.display(description=_("Ledger"))
    def ledger_summary(self, job: UploadJob) -> str:
        return ledger_html(job)

    @admin.display(description=_("Time each step took"))
    def seconds_summary(self, job: UploadJob) -> str:
        return seconds_html(job)

    @admin.display(description=_("As it is stored"))
    def stored(self, job: UploadJob) -> str:
        return stored_html(job)

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

    @admin.display(description=_("First rows"))
    def first_rows(self, job: UploadJob) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:imports_uploadjob_preview", args=[job.pk]),
            gettext("View them, masked"),
        )

    def get_urls(self) -> list[URLPattern]:
        preview = path(
            "<uuid:object_id>/preview/",
            self.admin_site.admin_view(self.preview),
            name="imports_uploadjob_preview",
        )
        return [preview, *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def preview(self, request: PortalRequest, object_id: UUID) -> HttpResponseBase:
        job = self.get_object(request, str(object_id))
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        return preview(self, request, job)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What is deleted, and what keeps it: without a query for each of its batches and events."""
        jobs = list(objs)
        kept = [
            str(job)
            for job in jobs
            if not may_be_removed(job) or not self.has_delete_permission(request, job)
        ]
        return [str(job) for job in jobs], {gettext("Imports with all their files"): len(jobs)}, set(), kept

    def delete_model(self, request: Any, obj: UploadJob) -> None:
        self.delete_queryset(request, UploadJob.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: Any, queryset: QuerySet[UploadJob]) -> None:
        for job in queryset.select_related("account"):
            try:
                remove_job(job, request.user)
            except StillUnderWayError:
                words = gettext(
                    "{file}: it was not deleted, because it is being imported or another import needs it."
                )
                self.message_user(request, words.format(file=job.file_name), messages.ERROR)

    def _steered(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> Iterator[UploadJob]:
        """Those of `jobs` that the person may act on; of the others it is said that they may not."""
        for job in jobs.select_related("account"):
            if may_act_on(request.user, job):
                yield job
            else:
                words = gettext("{file}: you may look at it, and not change it.").format(file=job.file_name)
                self.message_user(request, words, messages.ERROR)

    @admin.action(description=_("Pause"), permissions=["act"])
    def pause(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> None:
        for job in self._steered(request, jobs):
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
        for job in self._steered(request, jobs):
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

    @admin.action(description=_("Approve"), permissions=["act"])
    def approve(self, request: PortalRequest, jobs: QuerySet[UploadJob]) -> HttpResponse | None:
        """Approve each of the jobs as it is now, by the rules of its page."""
        if not is_fresh(request):
            return ask_for_proof(request)
        for job in jobs.select_related("account"):
            words, level = self._approved(request, job)
            self.message_user(request, words.format(file=job.file_name), level)
        return None

    def _approved(self, request: PortalRequest, job: UploadJob) -> tuple[str, int]:
        """What came of approving `job`, in words, and how grave that is."""
        asked = open_request(job)
        if asked is None:
            return gettext("{file}: it does not wait for approval."), messages.WARNING
        try:
            found = approve_job(job, request.user, asked.digest)
        except NotApproverError:
            return gettext("{file}: you cannot approve it, because you had a hand in it."), messages.ERROR
        except NotAwaitingApprovalError:
            return gettext("{file}: it does not wait for approval."), messages.WARNING
        except LineBusyError:
            return gettext(
                "{file}: rows of it are being imported. Approve it when that has ended."
            ), messages.WARNING
        if found is Approval.COUNTED:
            return gettext("{file}: approved; it waits for others to approve it as well."), messages.SUCCESS
        if found is Approval.VOID:
            wake_job(job)
            return gettext(
                "{file}: it has changed, so the approval is void. It is checked again."
            ), messages.WARNING
        wake_account(job.account)
        return gettext("{file}: approved, and being imported."), messages.SUCCESS

    def _decide(
        self,
        request: PortalRequest,
        jobs: QuerySet[UploadJob],
        step: Callable[[UploadJob, User], int],
        words: str,
    ) -> None:
        for job in self._steered(request, jobs):
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
        for job in self._steered(request, jobs):
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
        for job in self._steered(request, jobs):
            if job.rows_removed_at:
                words = gettext("{file}: its rows have been removed.").format(file=job.file_name)
                self.message_user(request, words, messages.WARNING)
                continue
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
