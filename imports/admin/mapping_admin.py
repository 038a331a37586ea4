"""The mappings that are remembered, as the administration shows them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from imports.admin.job_summary import code_html, mapping_html, may_see_stored, shape_html, stored_json
from imports.admin.light_admin import SECRETS_OF_ACCOUNT, LightAdmin
from imports.models import MappingTemplate


@admin.register(MappingTemplate)
class MappingTemplateAdmin(LightAdmin):
    list_display = ["__str__", "account", "fingerprint", "used_at"]
    list_select_related = ["account"]
    not_listed = ("reading_options", "columns", "shape", "mapping", *SECRETS_OF_ACCOUNT)
    list_filter = [("account", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "=fingerprint"]
    readonly_fields = [
        "account",
        "name",
        "fingerprint_code",
        "used_at",
        "mapping_tables",
        "shape_tables",
        "stored",
    ]

    def get_fields(self, request: HttpRequest, obj: MappingTemplate | None = None) -> Any:
        return [*self.readonly_fields[: None if may_see_stored(request) else -1]]

    @admin.display(description=_("Fingerprint"))
    def fingerprint_code(self, template: MappingTemplate) -> str:
        return code_html(template.fingerprint)

    @admin.display(description=_("What the columns looked like"))
    def shape_tables(self, template: MappingTemplate) -> str:
        return shape_html(template)

    @admin.display(description=_("Mapping"))
    def mapping_tables(self, template: MappingTemplate) -> str:
        return mapping_html(template.mapping, template.columns, template.account)

    @admin.display(description=_("Stored data"))
    def stored(self, template: MappingTemplate) -> str:
        return stored_json(template, ("reading_options", "columns", "shape", "mapping"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
