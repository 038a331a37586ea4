"""Lists of the administration that load no more than their lines show."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from imports.admin.scoped_admin import ScopedAdmin
from imports.querysets import SECRETS

SECRETS_OF_ACCOUNT = tuple(f"account__{name}" for name in SECRETS)


class LightAdmin(ScopedAdmin):
    """Its list loads no more than its lines show: what `not_listed` names stays where it is."""

    not_listed: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LightList


class LightList(ChangeList):
    model_admin: LightAdmin

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return super().get_queryset(*args, **kwargs).defer(*self.model_admin.not_listed)
