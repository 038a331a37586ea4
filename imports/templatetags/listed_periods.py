"""The years, months and days by which a list of the administration is narrowed down."""

from collections.abc import Iterator
from copy import copy
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import date_hierarchy
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

register = template.Library()


@register.inclusion_tag("admin/date_hierarchy.html")
def listed_periods(listed: ChangeList) -> Any:
    """Django's `date_hierarchy`, which finds the periods by comparing times, as an index has them. Of every row's time,
    SQLite would have Python tell its year."""
    asked = copy(listed)
    asked.queryset = _Times(listed.queryset)
    return date_hierarchy(asked)


class _Times:
    """What `date_hierarchy` asks of a queryset."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows.order_by()
        self._ends: dict[str, Any] = {}

    def aggregate(self, **ends: Any) -> dict[str, Any]:
        """Its `first` and `last` time."""
        self._ends = self._rows.aggregate(**ends)
        return self._ends

    def datetimes(self, field: str, kind: str) -> list[datetime]:
        """The periods of this kind, by when they begin, that have a row."""
        ends = self._ends or self._rows.aggregate(first=Min(field), last=Max(field))
        if ends["first"] is None:
            return []
        starts = list(_starts(timezone.localtime(ends["first"]), timezone.localtime(ends["last"]), kind))
        is_in = {
            f"period_{place}": Count(field, filter=Q((f"{field}__gte", start), (f"{field}__lt", end)))
            for place, (start, end) in enumerate(pairwise(starts))
        }
        counts = self._rows.aggregate(**is_in)
        return [start for start, count in zip(starts, counts.values(), strict=False) if count]


def _starts(first: datetime, last: datetime, kind: str) -> Iterator[datetime]:
    """When each period from the first to the last begins, and the one after these."""
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind != "day":
        start = start.replace(day=1)
    if kind == "year":
        start = start.replace(month=1)
    while start <= last:
        yield start
        start = _following(start, kind)
    yield start


def _following(start: datetime, kind: str) -> datetime:
    if kind == "year":
        return start.replace(year=start.year + 1)
    if kind == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=1)
