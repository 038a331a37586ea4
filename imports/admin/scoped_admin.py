"""The administration as far as a person may see it: superusers all of it, other staff what belongs to the accounts that
they approve imports for or manage. The rest does not exist for them, whatever permissions they have."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from imports.access import has_role
from imports.querysets import is_of_role
from imports.roles import AccountRole

SEES = AccountRole.APPROVER
CHANGES = AccountRole.MANAGER


class ScopedAdmin(admin.ModelAdmin):
    """What belongs to accounts. `account_path` leads to the account; changing and deleting are for its managers."""

    account_path = "account"

    def account_id_of(self, obj: Any) -> int:
        """The id of the account that `obj` belongs to."""
        account_id: int = obj.account_id
        return account_id

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        return super().get_queryset(request).filter(is_of_role(request.user, SEES, self.account_path))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Raises Http404 where Django would lead to the start page and say there that it does not exist."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._manages(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._manages(request, obj)

    def _manages(self, request: Any, obj: Any) -> bool:
        return obj is None or has_role(request.user, self.account_id_of(obj), CHANGES)
