"""Forms of the administration that whoever lately proved who they are may open: those with credentials and rights."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.sign_in.fresh_proof import ask_for_proof, is_fresh


class FreshProofAdmin(admin.ModelAdmin):
    """Who may only look is not asked. The form is not opened before the proof, as a secret that was typed could not be
    kept until after it."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        if not is_fresh(request) and self._may_write(request, object_id):
            return ask_for_proof(request)
        answer: HttpResponseBase = super().changeform_view(request, object_id, *args, **kwargs)
        return answer

    def _may_write(self, request: HttpRequest, object_id: str | None) -> bool:
        if object_id is None:
            return self.has_add_permission(request)
        found = self.get_object(request, unquote(object_id))
        return found is not None and self.has_change_permission(request, found)
