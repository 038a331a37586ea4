"""The audit log, as admins look through it: nothing of it can be changed."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_lazy

from imports.admin.job_summary import NOTHING, code_html
from imports.admin.scoped_admin import ScopedAdmin
from imports.audit.actions import AUDIT_ACTIONS
from imports.messages import Message
from imports.models import AuditEvent
from portal.models import User

PEOPLE_LISTED = 200
SINCE, UNTIL = "since", "until"
DAY_LABELS = {SINCE: gettext_lazy("From"), UNTIL: gettext_lazy("To")}
PAGES = {
    "uploadjob": "admin:imports_uploadjob_change",
    "dotdigitalaccount": "admin:imports_dotdigitalaccount_change",
    "user": "admin:portal_user_change",
}
"""Where what an event is of can be looked at."""


class ActionFilter(admin.SimpleListFilter):
    title = gettext_lazy("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(
            ((code, AUDIT_ACTIONS.sentence(Message(code))) for code in AUDIT_ACTIONS.texts),
            key=lambda choice: choice[1],
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """People by name, also those who are not there any more."""

    title = gettext_lazy("person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = _visible(request).order_by("actor_name")
        found = names.values_list("actor_name", flat=True).distinct()[:PEOPLE_LISTED]
        return [(name or NOTHING, name or gettext("The portal")) for name in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        if self.value() is None:
            return queryset
        return queryset.filter(actor_name="" if self.value() == NOTHING else self.value())


class DaysFilter(admin.ListFilter):
    """From one day to another. Django's own way by date counts the days of all events, which takes long on SQLite."""

    title = gettext_lazy("day")
    template = "admin/imports/days_filter.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in DAY_LABELS:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [SINCE, UNTIL]

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        """Of the template: what is chosen here, then what is chosen elsewhere and is to stay so."""
        yield {"own": [(name, DAY_LABELS[name], self.used_parameters.get(name, "")) for name in DAY_LABELS]}
        for name, values in changelist.get_filters_params().items():
            if name not in DAY_LABELS:
                yield from ({"name": name, "value": value} for value in values)
        if changelist.query:
            yield {"name": SEARCH_VAR, "value": changelist.query}

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        since, until = (self._day(name) for name in (SINCE, UNTIL))
        if since is not None:
            queryset = queryset.filter(at__gte=since)
        return queryset if until is None else queryset.filter(at__lt=until + timedelta(days=1))

    def _day(self, name: str) -> datetime | None:
        """When the day begins, where the person is. Raises IncorrectLookupParameters for what is no day."""
        typed = str(self.used_parameters.get(name, ""))
        try:
            return timezone.make_aware(datetime.combine(date.fromisoformat(typed), time())) if typed else None
        except ValueError:
            raise IncorrectLookupParameters from None


def _visible(request: HttpRequest) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.visible_to(cast(User, request.user))


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedAdmin):
    account_path = "account_id"
    list_display = ("at", "action_words", "who", "address", "subject", "number")
    list_filter = (DaysFilter, ActorFilter, ActionFilter)
    search_fields = ("id__exact", "object_id__exact", "actor_name__exact", "address__exact")
    show_full_result_count = False
    list_per_page = 100
    fields = (
        "number",
        "at",
        "exactly",
        "action_words",
        "action_code",
        "who",
        "address",
        "agent",
        "subject",
        "told",
        "chain",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return _visible(request).order_by("-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Number"), ordering="id")
    def number(self, event: AuditEvent) -> str:
        return code_html(event.pk)

    @admin.display(description=gettext_lazy("Exactly (UTC)"))
    def exactly(self, event: AuditEvent) -> str:
        return code_html(event.at.astimezone(UTC).isoformat(timespec="microseconds"))

    @admin.display(description=gettext_lazy("Action"), ordering="action")
    def action_words(self, event: AuditEvent) -> str:
        return event.action_words

    @admin.display(description=gettext_lazy("Code of the action"))
    def action_code(self, event: AuditEvent) -> str:
        return code_html(event.action)

    @admin.display(description=gettext_lazy("Person"), ordering="actor_name")
    def who(self, event: AuditEvent) -> str:
        return event.actor_name or gettext("The portal")

    @admin.display(description=gettext_lazy("On what"))
    def subject(self, event: AuditEvent) -> str:
        if not event.kind:
            return NOTHING
        words = event.object_name or event.object_id
        page = PAGES.get(event.kind)
        if page is None or not event.object_id:
            return words or event.kind
        return format_html('<a href="{}">{}</a>', reverse(page, args=[event.object_id]), words)

    @admin.display(description=gettext_lazy("Details"))
    def told(self, event: AuditEvent) -> str:
        lines = [(name, json.dumps(value, ensure_ascii=False)) for name, value in event.details.items()]
        return format_html_join("", '<div><code translate="no">{}: {}</code></div>', lines) or NOTHING

    @admin.display(description=gettext_lazy("Place in the chain"))
    def chain(self, event: AuditEvent) -> str:
        return code_html(f"{event.lane}/{event.position} {event.key} {event.mac}")
