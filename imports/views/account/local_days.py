"""Days as they begin and end where the person is, in time and in the database."""

from datetime import date, datetime, time, timedelta

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone


def begin_of(day: date) -> datetime:
    """When `day` begins where the person is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_number(name: str, first: date, days: int) -> Case:
    """On which of so many `days` from `first` the moment in the field `name` is: 0, 1, 2 …; `days` is later than these.

    By comparisons, as SQLite has no function of its own for the days of a time zone, and Django's is Python that is
    called for each row.
    """
    ends = [begin_of(first + timedelta(days=number + 1)) for number in range(days)]
    whens = (When(**{f"{name}__lt": end, "then": Value(number)}) for number, end in enumerate(ends))
    return Case(*whens, default=Value(days), output_field=IntegerField())
