"""Lists of the administration that load no more than their lines show."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from imports.admin.scoped_admin import ScopedAdmin
from imports.querysets import SECRETS

SECRETS_OF_ACCOUNT = tuple(f"account__{name}" for name in SECRETS)


class KeysFirstPaginator(Paginator):
    """Finds which rows a page has before what is shown of them is loaded: on the way to a late page, SQLite would read
    all that the rows before it have in front of a column that is shown."""

    object_list: QuerySet[Any]

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        first = (page.number - 1) * self.per_page
        keys = list(self.object_list.values_list("pk", flat=True)[first : page.end_index()])
        page.object_list = self.object_list.filter(pk__in=keys)
        return page


class LightAdmin(ScopedAdmin):
    """Its list loads no more than its lines show: what `not_listed` names stays where it is."""

    paginator = KeysFirstPaginator
    not_listed: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LightList


class LightList(ChangeList):
    model_admin: LightAdmin

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return super().get_queryset(*args, **kwargs).defer(*self.model_admin.not_listed)
