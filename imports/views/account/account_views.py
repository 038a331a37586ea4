"""An account: who imports into it now and whom that waits for, what Dotdigital allows, and stopping it for a while."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imports.access import get_account_to_manage, get_visible_account, role_in
from imports.delivery.stopping import pause_account, resume_account
from imports.locale_forms import number
from imports.models import CallBudget, DotdigitalAccount, ImportBatch, JobEvent, UploadJob
from imports.roles import AccountRole, at_least
from imports.standing import standing_of
from imports.states import JOB_DELIVERING, BatchStatus, JobStatus
from imports.transactions import unit_of_work
from imports.views.account.account_overview import account_overview, overview_context
from imports.views.account.people_waited_for import Wait, people_waited_for, waits_table
from imports.views.account.rule_fields import RULE_FIELDS, AccountApprovalForm, rules_in_force
from imports.views.data_table import Cell, DataTable, TableHeading
from imports.views.notices import Notice, clock_time, is_exhausted, notices_of_stop, notices_of_wait
from imports.views.progress.delivery_words import DONE
from imports.views.progress.progress_views import by_whom
from imports.views.wizard import Look, job_url
from imports.work.queue import wake_account
from portal.models import User
from portal.requests import PortalRequest
from portal.sign_in.fresh_proof import fresh_proof_required

LATELY = timedelta(hours=1)
BAR_WIDTH = 1_000


@dataclass(frozen=True)
class JobLine:
    """An import under way; `position` is its place among those that wait for a slot, None when nothing of it does.
    `is_seen`: whether the person may see it."""

    url: str
    file_name: str
    owner: str
    status: str
    look: Look
    position: int | None
    done: int
    total: int
    is_seen: bool


@dataclass(frozen=True)
class Slots:
    """How many batches Dotdigital works on: ours, those that others hold, and how many more it could."""

    used: int
    others: int
    free: int

    @property
    def usable(self) -> int:
        return self.used + self.free

    @property
    def pieces(self) -> list[tuple[str, str, str]]:
        """A bar's pieces: what each shows, where it begins and how wide it is; BAR_WIDTH in all."""
        total = self.used + self.others + self.free
        pieces, begun = [], 0
        for name, count in (("used", self.used), ("others", self.others), ("free", self.free)):
            if count:
                pieces.append((name, f"{BAR_WIDTH * begun / total:.2f}", f"{BAR_WIDTH * count / total:.2f}"))
            begun += count
        return pieces


@dataclass(frozen=True)
class AccountState:
    """All that the page says of an account; beside the `lines`, `unseen` imports are under way that the person does not
    see."""

    lines: list[JobLine]
    unseen: int
    waits: list[Wait]
    slots: Slots
    calls: list[tuple[str, str]]
    notices: list[Notice]
    paused: str
    lately: str


@require_safe
def account(request: PortalRequest, account_id: int) -> HttpResponse:
    """The live page. Asked again by htmx, it answers with its middle part, or that nothing has changed."""
    shown, role = get_visible_account(request.user, account_id), role_in(request.user, account_id)
    state = account_state(shown, request.user)
    seen = hashlib.sha256(f"{shown.is_paused} {state}".encode()).hexdigest()[:16]
    if request.htmx and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {
        "account": shown,
        "state": state,
        "jobs_table": jobs_table(state.lines),
        "waits_table": waits_table(state.waits),
        "may_manage": role in at_least(AccountRole.MANAGER),
        "may_import": role in at_least(AccountRole.UPLOADER),
        "rules_in_force": rules_in_force(shown),
        "poll_url": f"{reverse('imports:account', args=[shown.pk])}?seen={seen}",
    }
    if request.htmx:
        return render(request, "imports/account/state.html", context)
    # It looks back over days, and is not asked for every two seconds.
    return render(
        request, "imports/account/account.html", {**context, **overview_context(account_overview(shown))}
    )


@require_POST
def pause(request: PortalRequest, account_id: int) -> HttpResponse:
    """Send nothing more into the account for now."""
    return _set_paused(
        request, account_id, pause_account, gettext_lazy("{account} is paused: nothing more is sent into it.")
    )


@require_POST
def resume(request: PortalRequest, account_id: int) -> HttpResponse:
    """Send into the account again."""
    return _set_paused(
        request, account_id, resume_account, gettext_lazy("{account} is resumed: its imports continue.")
    )


def _set_paused(
    request: PortalRequest, account_id: int, step: Callable[[DotdigitalAccount, User], None], words: Promise
) -> HttpResponse:
    managed = get_account_to_manage(request.user, account_id)
    step(managed, request.user)
    wake_account(managed)
    messages.success(request, str(words).format(account=managed), extra_tags=Look.GOOD)
    return redirect("imports:account", managed.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_proof_required
def approval_rules(request: PortalRequest, account_id: int) -> HttpResponse:
    """Which imports of the account are to be approved; posting it keeps that."""
    managed = get_account_to_manage(request.user, account_id)
    form = AccountApprovalForm(request.POST if request.method == "POST" else None, instance=managed)
    if request.method == "POST" and form.is_valid():
        with unit_of_work():
            form.save()
        words = gettext(
            "The rules of approval of {account} are saved. They hold for imports that start from now on."
        )
        messages.success(request, words.format(account=managed), extra_tags=Look.GOOD)
        return redirect("imports:account", managed.pk)
    context = {
        "account": managed,
        "form": form,
        "fields": [form[name] for name in (*RULE_FIELDS, "approvals_needed")],
    }
    return render(request, "imports/account/approval_rules.html", context, status=422 if form.errors else 200)


def account_state(shown: DotdigitalAccount, viewer: User) -> AccountState:
    """What is going on in an account, as `viewer` sees it: all of it counts, and what they may see is listed."""
    now = timezone.now()
    slots, budgets = slots_of(shown), list(shown.budgets.order_by("call"))
    lately = ImportBatch.objects.filter(
        job__account=shown, status=BatchStatus.FINISHED, changed_at__gte=now - LATELY
    ).aggregate(batches=Count("pk"), contacts=Sum("contacts"))
    lines = job_lines(shown, viewer)
    seen = [line for line in lines if line.is_seen]
    waits = any(line.position is not None for line in lines)
    pauses = JobEvent.objects.filter(job__account=shown, note="account_paused")
    return AccountState(
        lines=seen,
        unseen=len(lines) - len(seen),
        waits=people_waited_for(shown, viewer),
        slots=slots,
        calls=[
            (budget.get_call_display(), words) for budget in budgets if (words := call_words(budget, now))
        ],
        notices=[
            *notices_of_stop(shown),
            *(notices_of_wait(shown, slots.usable, budgets, now) if waits else ()),
        ],
        paused=by_whom(pauses, gettext_lazy("Paused by {person}."), gettext_lazy("Paused."))
        if shown.is_paused
        else "",
        lately=lately_words(lately["contacts"] or 0, lately["batches"]),
    )


def slots_of(shown: DotdigitalAccount) -> Slots:
    """How many of the account's slots are in use."""
    used = ImportBatch.objects.filter(job__account=shown).holding_slot().count()
    most = shown.max_active_imports
    ceiling = shown.ceiling_at(timezone.now())
    usable = most if ceiling is None else max(ceiling, used)
    return Slots(used=used, others=max(most - usable, 0), free=max(usable - used, 0))


def job_lines(shown: DotdigitalAccount, viewer: User) -> list[JobLine]:
    """The imports under way, those first that get the next slots, whether `viewer` sees them or not."""
    under_way = shown.jobs.filter(status__in=JOB_DELIVERING)
    seen = set(under_way.visible_to(viewer).order_by().values_list("pk", flat=True))
    # What is kept back is waited for no more.
    counted = ~Q(batches__status__in=[BatchStatus.HALVED, BatchStatus.NOT_SENT])
    jobs = (
        under_way.with_decisions()
        .for_list()
        .annotate(
            total=Sum("batches__contacts", filter=counted, default=0),
            done=Sum("batches__contacts", filter=Q(batches__status__in=DONE), default=0),
            waiting=Count("batches", filter=Q(batches__status=BatchStatus.PENDING)),
        )
        .in_turn()
    )
    lines, position = [], 0
    for job in jobs:
        waits = is_in_turn(job)
        position += waits
        lines.append(_job_line(job, position if waits else None, is_seen=job.pk in seen))
    return sorted(lines, key=lambda line: line.position is None)


def jobs_table(lines: Sequence[JobLine]) -> DataTable:
    """The table of imports under way."""
    progress = gettext("{done} of {total}")
    return DataTable(
        [
            TableHeading(gettext("File")),
            TableHeading(gettext("Queue position"), is_number=True),
            TableHeading(gettext("Status")),
            TableHeading(pgettext("the person who did it", "By")),
            TableHeading(gettext("Contacts done"), is_number=True),
        ],
        [
            [
                Cell(one.file_name, url=one.url, is_name=True),
                Cell("" if one.position is None else number(one.position)),
                Cell(one.status, look=one.look),
                Cell(one.owner, is_whole=True),
                Cell(progress.format(done=number(one.done), total=number(one.total))),
            ]
            for one in lines
        ],
        gettext(
            "People get slots in turn, and so do the imports of each, so that a small one does not wait behind a "
            "large one. The first gets the next slot."
        ),
    )


def is_in_turn(job: UploadJob) -> bool:
    """Whether a `job` counted by `job_lines` waits for a slot."""
    is_sending = job.status == JobStatus.SENDING and not job.is_paused and not job.failure_code
    return is_sending and bool(job.waiting)  # type: ignore[attr-defined]


def _job_line(job: UploadJob, position: int | None, *, is_seen: bool) -> JobLine:
    standing = standing_of(job)
    return JobLine(
        url=job_url(job),
        file_name=job.file_name,
        owner=job.owner.shown_name,
        status=standing.words,
        look=standing.look,
        position=position,
        done=job.done,  # type: ignore[attr-defined]
        total=job.total,  # type: ignore[attr-defined]
        is_seen=is_seen,
    )


def call_words(budget: CallBudget, now: datetime) -> str:
    """How many calls of a kind are left, as far as Dotdigital has said; "" while it has not."""
    is_over = budget.resets_at is None or budget.resets_at <= now
    if is_exhausted(budget, now):
        return gettext("none left until {time}").format(time=clock_time(budget.resets_at))
    left, limit, time = number(budget.remaining or 0), number(budget.limit or 0), clock_time(budget.resets_at)
    if budget.remaining is None or is_over:
        return gettext("up to {limit} in each period").format(limit=limit) if budget.limit else ""
    if budget.limit:
        return gettext("{left} of {limit} left until {time}").format(left=left, limit=limit, time=time)
    return gettext("{left} left until {time}").format(left=left, time=time)


def lately_words(contacts: int, batches: int) -> str:
    """How many contacts were finished of late, and in how many batches."""
    if not batches:
        return gettext("no batches finished")
    counted = ngettext("{count} contact", "{count} contacts", contacts).format(count=number(contacts))
    return ngettext(
        "{count} batch finished, with {contacts}", "{count} batches finished, with {contacts}", batches
    ).format(count=number(batches), contacts=counted)
