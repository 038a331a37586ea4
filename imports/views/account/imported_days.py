"""How many contacts were imported into an account on each day, and how many failed: a line of counts for each day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from imports.models import DotdigitalAccount
from imports.views.account.local_days import begin_of, day_number

DAYS = 30


@dataclass(frozen=True)
class ImportedDay:
    """Rows of the imports that ended on a day: those that arrived, and those that `failed` of all that were to.

    What was left out by choice, and what stands for nobody, such as duplicates and blank rows, is neither.
    """

    day: date
    imported: int = 0
    failed: int = 0

    @property
    def rows(self) -> int:
        return self.imported + self.failed


def imported_days(account: DotdigitalAccount, today: date) -> Sequence[ImportedDay]:
    """The last DAYS days up to `today`, where the person is."""
    first = today - timedelta(days=DAYS - 1)
    found = (
        account.jobs.filter(rows_imported__isnull=False, changed_at__gte=begin_of(first))
        .order_by()
        .values(day=day_number("changed_at", first, DAYS))
        .annotate(arrived=Sum("rows_imported"), failed=Sum("rows_failed", default=0))
        .values_list("day", "arrived", "failed")
    )
    counts = {number: (arrived, failed) for number, arrived, failed in found}
    return [
        ImportedDay(first + timedelta(days=number), *counts.get(number, (0, 0))) for number in range(DAYS)
    ]
