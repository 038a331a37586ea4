"""Why rows failed of late, and how that compares with the week before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from imports.contacts.problems import PROBLEM_TYPES
from imports.models import DotdigitalAccount
from imports.reports.ledger import Outcome
from imports.views.account.local_days import begin_of, day_number

WEEK = 7
MAX_REASONS = 5


@dataclass(frozen=True)
class ReasonTrend:
    """How many rows failed for the reason `code` on each of the last fourteen days."""

    code: str
    by_day: Sequence[int]

    @property
    def now(self) -> int:
        """In the last seven days."""
        return sum(self.by_day[WEEK:])

    @property
    def before(self) -> int:
        """In the seven days before these."""
        return sum(self.by_day[:WEEK])


def reason_trends(account: DotdigitalAccount, today: date) -> list[ReasonTrend]:
    """The MAX_REASONS commonest reasons of the last two weeks up to `today`, those of the last week first."""
    first = today - timedelta(days=2 * WEEK - 1)
    found = (
        account.reason_tallies.filter(ended_at__gte=begin_of(first))
        .values("outcome", "code", day=day_number("ended_at", first, 2 * WEEK))
        .annotate(count=Sum("rows"))
        .values_list("day", "outcome", "code", "count")
    )
    by_code: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 2 * WEEK)
    for day, outcome, code, count in found:
        if _is_reason(outcome, code) and day < 2 * WEEK:
            by_code[code][day] += count
    trends = [ReasonTrend(code, counts) for code, counts in by_code.items()]
    return sorted(trends, key=lambda one: (-one.now, -one.before, one.code))[:MAX_REASONS]


def _is_reason(outcome: str, code: str) -> bool:
    """Whether rows ended so because of `code`. What the check says of one that was to be sent is which of its values
    were left out."""
    return outcome == Outcome.REJECTED or code not in PROBLEM_TYPES
