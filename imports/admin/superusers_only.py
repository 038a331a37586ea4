"""What gives rights, in Django admin: superusers alone change it."""

from typing import Any

from django.http import HttpRequest


class SuperusersChange:
    """Mixed into an admin or an inline before Django's."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


class SuperusersOnly(SuperusersChange):
    """The same, and nobody else sees it."""

    has_view_permission = SuperusersChange.has_add_permission
    has_module_permission = SuperusersChange.has_add_permission
