"""Which people an account's imports wait for, and for what. What waits for a slot stands in the list of imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext

from imports.locale_forms import number
from imports.models import DotdigitalAccount, ImportBatch
from imports.querysets import is_seen_by
from imports.standing import CREDENTIALS
from imports.states import JOB_DELIVERING, BatchStatus, Group, JobStatus
from imports.views.data_table import Cell, DataTable, TableHeading
from portal.models import User

OWNER = ("owner", "owner__username", "owner__first_name", "owner__last_name")
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Act:
    """Something that a person is to do, and the group of the history in which the imports are that wait for it."""

    words: Promise
    group: Group = Group.WAITING
    is_dated: bool = True


DECISION = Act(gettext_lazy("Decide about batches that Dotdigital did not answer"))
ACTS: dict[str, Act] = {
    JobStatus.STAGED: Act(gettext_lazy("Map the columns")),
    JobStatus.CHECKED: Act(gettext_lazy("Review the check and start the import")),
    # When an import was paused is not kept with it.
    JobStatus.SENDING: Act(gettext_lazy("Resume the paused import"), Group.UNDER_WAY, is_dated=False),
}
"""What the owners of imports are waited for with, by status; of those that are being sent, with paused ones."""

APPROVE = Act(gettext_lazy("Approve or reject imports"))
ACTS_OF_OTHERS: dict[str, Act] = {JobStatus.APPROVAL: APPROVE}
"""What others than the owners are waited for with, by status."""
NEW_CREDENTIALS = Act(gettext_lazy("Enter the account’s credentials again"), Group.UNDER_WAY)


@dataclass(frozen=True)
class Wait:
    """So many `imports` wait for a person to do something, the first of them `since` a moment; None where that is not
    known. `url`: where they are."""

    person: str
    act: str
    imports: int
    since: datetime | None
    url: str


def people_waited_for(account: DotdigitalAccount, viewer: User) -> list[Wait]:
    """All waits of imports that `viewer` sees: for credentials first, then for approvers, then the longest."""
    jobs = (
        account.jobs.visible_to(viewer)
        .filter(status__in=ACTS)
        .filter(~Q(status=JobStatus.SENDING) | Q(is_paused=True))
        .order_by()
        .values_list(*OWNER, "status")
        .annotate(count=Count("pk"), since=Min("changed_at"))
    )
    held = (
        ImportBatch.objects.filter(
            is_seen_by(viewer, "job__"),
            job__account=account,
            job__status=JobStatus.SENDING,
            status=BatchStatus.HELD,
        )
        .order_by()
        .values_list(*(F(f"job__{name}") for name in OWNER))
        .annotate(count=Count("job", distinct=True), since=Min("changed_at"))
    )
    waits = [
        *(_of_owner(account, owner, ACTS[status], count, since) for *owner, status, count, since in jobs),
        *(_of_owner(account, owner, DECISION, count, since) for *owner, count, since in held),
    ]
    waits.sort(key=lambda one: (one.since or FAR, one.person, one.act))
    return [*_for_credentials(account, viewer), *_for_approval(account, viewer), *waits]


def _of_owner(
    account: DotdigitalAccount, owner: Sequence[Any], act: Act, count: int, since: datetime
) -> Wait:
    """A wait for `owner`, who is given by what OWNER names."""
    key, username, first_name, last_name = owner
    person = User(username=username, first_name=first_name, last_name=last_name).shown_name
    url = _history(account=account.pk, person=key, status=act.group.value)
    return Wait(person, str(act.words), count, since if act.is_dated else None, url)


def _for_credentials(account: DotdigitalAccount, viewer: User) -> list[Wait]:
    """That imports wait for somebody who administers the portal, if they do."""
    if account.blocked_reason.get("code") not in CREDENTIALS:
        return []
    count = account.jobs.visible_to(viewer).filter(status__in=JOB_DELIVERING).count()
    url = _history(account=account.pk, status=NEW_CREDENTIALS.group.value)
    return [Wait(gettext("An administrator"), str(NEW_CREDENTIALS.words), count, None, url)] if count else []


def _for_approval(account: DotdigitalAccount, viewer: User) -> list[Wait]:
    """That imports wait for approvers, if they do."""
    jobs = account.jobs.visible_to(viewer).filter(status=JobStatus.APPROVAL).order_by()
    found = jobs.aggregate(count=Count("pk"), since=Min("changed_at"))
    url = _history(account=account.pk, status=APPROVE.group.value)
    wait = Wait(gettext("An approver"), str(APPROVE.words), found["count"], found["since"], url)
    return [wait] if wait.imports else []


def _history(**asked: object) -> str:
    return f"{reverse('imports:home')}?{urlencode(asked)}"


def waits_table(waits: Sequence[Wait]) -> DataTable:
    """The table of all waits."""
    of_whom = gettext("of {person}: {act}")
    return DataTable(
        [
            TableHeading(gettext("Person")),
            TableHeading(gettext("What is to be done")),
            TableHeading(gettext("Imports"), is_number=True),
            TableHeading(pgettext("when", "Since")),
        ],
        [
            [
                Cell(one.person),
                Cell(one.act),
                Cell(number(one.imports), url=one.url, aside=of_whom.format(person=one.person, act=one.act)),
                Cell(moment=one.since, is_whole=True),
            ]
            for one in waits
        ],
    )
