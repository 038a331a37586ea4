"""How jobs and batches are found and how they change status. All status changes go through `transition`.

Every move and every claim gives a job or a batch another random `token`. Whoever has read a row, or has claimed it,
keeps its token in the instance, and each write is made on condition that the row still has it (`held`): a worker that
was taken for dead can change nothing of what another has taken over. The instance is never read again to find out.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import (
    BinaryField,
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber
from django.utils import timezone

from imports.audit.moves import record_batch_move, record_job_move
from imports.messages import Message
from imports.reasons import as_note
from imports.roles import AccountRole, at_least
from imports.states import (
    BATCH_ENDS,
    BATCH_HOLDING_SLOT,
    BATCH_TRANSITIONS,
    JOB_AT_STEP_BEGIN,
    JOB_DELIVERING,
    JOB_ENDS,
    JOB_MAPPABLE,
    JOB_TRANSITIONS,
    JOB_WORKING,
    ApprovalState,
    BatchStatus,
    DownloadState,
    JobStatus,
    NotificationOccasion,
    SnapshotState,
    TrialState,
)
from imports.transactions import assign, unit_of_work

if TYPE_CHECKING:
    from imports.models import (
        AccountCatalogue,  # noqa: F401
        AccountSnapshot,  # noqa: F401
        AuditEvent,  # noqa: F401
        DeletedFiles,  # noqa: F401
        DotdigitalAccount,  # noqa: F401
        ImportBatch,
        JobDigests,  # noqa: F401
        MappingTrial,  # noqa: F401
        ReportDownload,  # noqa: F401
        ResumableUpload,  # noqa: F401
        UploadJob,
    )
    from portal.models import User


SAME_FILES_NAMED = 3
BLOCK_BYTES = 64
"""Of a filter of digests (provenance/digest_filter.py)."""

# What calls to Dotdigital are made with: nothing that is only shown loads it.
SECRETS = ("api_password_encrypted", "integration_token_encrypted")
# What grows with a file's columns and batches: no list and no poll loads it.
LARGE = (
    "tables",
    "reading_options",
    "read_by",
    "reading",
    "profiles",
    "suggestions",
    "drift",
    "mapping",
    "check_summary",
    "batch_plan",
    "reasons",
)

# What is told of an earlier import of the same file: its name, who and when, and how it stands.
TOLD_OF_FILES = (
    "file_name",
    "status",
    "created_at",
    "ledger",
    "failure_code",
    "is_paused",
    "owner",
    "account__name",
    "account__is_paused",
    "account__blocked_reason",
    "account__failed_calls",
    "account__failed_sends",
)

USED_IN_DELIVERY = frozenset({"tables", "mapping"})

# How far ahead times of their kind are ever set. One that is further away was set by a clock that has been put
# back since, and counts as over: nothing waits for the day to come round again.
MAX_LEASE = timedelta(minutes=2)
MAX_WAIT = timedelta(minutes=5)

# Whoever started an import that takes longer has most likely left its page.
LONG_WAIT = timedelta(minutes=1)
MAIL_GRACE = timedelta(minutes=1)


def is_over(name: str, now: datetime, longest: timedelta = MAX_WAIT) -> Q:
    """Whether the time in the field `name` is past, or there is none; `longest` is how far ahead it can be."""
    return Q((name, None)) | Q((f"{name}__lte", now)) | Q((f"{name}__gt", now + longest))


def is_waiting() -> Q:
    """Whether a batch is to be sent once there is a slot, whatever else it waits for."""
    return Q(
        status=BatchStatus.PENDING,
        job__status=JobStatus.SENDING,
        job__is_paused=False,
        job__failure_code="",
    )


def is_abandoned(now: datetime) -> Q:
    """Whether the sender of a batch died between taking it and writing down the answer."""
    return is_over("lease_until", now, MAX_LEASE) & Q(status=BatchStatus.SENDING)


def is_to_be_withheld() -> Q:
    """Whether a batch is not on its way, and of a job that is being cancelled or has been stopped."""
    stopped = Q(job__status=JobStatus.SENDING) & ~Q(job__failure_code="")
    return (Q(job__status=JobStatus.CANCELLING) | stopped) & Q(
        status__in=[BatchStatus.PENDING, BatchStatus.HELD]
    )


def longest_without(name: str) -> OrderBy:
    """The order of jobs by the time in the field `name` at which they last got a slot: never, or by a clock that has
    been put back since, comes first."""
    is_ahead = When(**{f"{name}__gt": timezone.now(), "then": None})
    return Case(is_ahead, default=F(name)).asc(nulls_first=True)


class TransitionError(Exception):
    """A move that the table of transitions does not have: a fault in the portal."""


def accounts_of(
    user: User, role: AccountRole = AccountRole.VIEWER, *, or_shared: bool = False
) -> models.QuerySet[Any, Any]:
    """The ids of the accounts to which `user` is at least `role`, by a membership of their own or of a group, as a
    subquery; with `or_shared`, of those as well that show their imports to every member."""
    own, of_group = (Q(**{f"{path}role__in": at_least(role)}) for path in ("", "account_memberships__"))
    if or_shared:
        own |= Q(account__shares_jobs=True)
        of_group |= Q(account_memberships__account__shares_jobs=True)
    direct = user.memberships.filter(own).order_by().values("account")
    by_group = user.groups.filter(of_group).order_by().values("account_memberships__account")
    return direct.union(by_group)


def is_of_role(user: User, role: AccountRole, account: str = "account") -> Q:
    """Whether `user` is at least `role` to what the field `account` names; superusers are, to all accounts."""
    return Q() if user.is_superuser else Q(**{f"{account}__in": accounts_of(user, role)})


def is_seen_by(user: User, job: str = "") -> Q:
    """Whether `user` sees the job that the path `job` leads to: their own and, where the account shows them to its
    members, those of others; approvers and managers see all of their account, superusers all there are."""
    if user.is_superuser:
        return Q()
    shown = Q(**{f"{job}account__in": accounts_of(user, AccountRole.APPROVER, or_shared=True)})
    return Q(**{f"{job}account__in": accounts_of(user)}) & (Q(**{f"{job}owner": user}) | shown)


class AccountQuerySet(models.QuerySet["DotdigitalAccount"]):
    def with_role(self, user: User, role: AccountRole) -> AccountQuerySet:
        """Accounts to which `user` is at least `role`."""
        return self.filter(is_of_role(user, role, "pk"))

    def visible_to(self, user: User) -> AccountQuerySet:
        """Accounts `user` is a member of, whatever they may do there; all of them for a superuser."""
        return self.with_role(user, AccountRole.VIEWER)

    def usable_by(self, user: User) -> AccountQuerySet:
        """Accounts `user` may import into."""
        return self.with_role(user, AccountRole.UPLOADER)

    def without_secrets(self) -> AccountQuerySet:
        return self.defer(*SECRETS)


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> AuditQuerySet:
        """Events `user` may see: all of them for a superuser, otherwise those of the accounts that they manage."""
        return self.filter(is_of_role(user, AccountRole.MANAGER, "account_id"))


class CatalogueQuerySet(models.QuerySet["AccountCatalogue"]):
    def to_be_read(self, now: datetime) -> CatalogueQuerySet:
        """Those of accounts that are to be read again, and that no living worker reads."""
        return self.filter(is_over("lease_until", now, MAX_LEASE), asked_at__isnull=False)


class SnapshotQuerySet(models.QuerySet["AccountSnapshot"]):
    def due(self, now: datetime) -> SnapshotQuerySet:
        """Those to be read on in, at which no living worker is, and which need not wait."""
        return self.filter(
            is_over("lease_until", now, MAX_LEASE), is_over("not_before", now), state=SnapshotState.READING
        )

    def expired(self, now: datetime) -> SnapshotQuerySet:
        """Those whose time is over."""
        return self.filter(expires_at__lte=now)


class JobQuerySet(models.QuerySet["UploadJob"]):
    def visible_to(self, user: User) -> JobQuerySet:
        """Jobs `user` may see; see `is_seen_by`."""
        return self.filter(is_seen_by(user))

    def with_role(self, user: User, role: AccountRole) -> JobQuerySet:
        """Jobs of accounts to which `user` is at least `role`."""
        return self.filter(is_of_role(user, role))

    def for_page(self) -> JobQuerySet:
        """Each job comes with its account and its owner, without their secrets."""
        secrets = (f"account__{name}" for name in SECRETS)
        return self.select_related("account", "owner").defer("owner__password", *secrets)

    def light(self) -> JobQuerySet:
        """Each job comes without what grows with its file."""
        return self.defer(*LARGE)

    def for_list(self) -> JobQuerySet:
        """As `for_page`, and `light`: as a line of a list, or a poll, shows it."""
        return self.for_page().light()

    def in_turn(self) -> JobQuerySet:
        """In the order in which they get slots: people take turns, and a person's own jobs do among themselves."""
        own_turn = Window(
            RowNumber(),
            partition_by=[F("account"), F("owner")],
            order_by=[longest_without("last_slot_at"), F("created_at").asc()],
        )
        turns = self.model.objects.filter(
            pk=OuterRef("pk"), account__slot_turns__person=OuterRef("owner")
        ).order_by()
        return self.alias(
            own_turn=own_turn, persons_slot_at=Subquery(turns.values("account__slot_turns__last_slot_at"))
        ).order_by(
            "own_turn", longest_without("persons_slot_at"), longest_without("last_slot_at"), "created_at"
        )

    def with_decisions(self) -> JobQuerySet:
        """Each job comes with `has_held`: whether batches of it wait for a person to decide about them."""
        held = self.model.objects.filter(pk=OuterRef("pk"), batches__status=BatchStatus.HELD)
        return self.annotate(has_held=Exists(held))

    def same_file(self, job: UploadJob) -> JobQuerySet:
        """Earlier jobs of the same account with the very bytes of `job`: the newest SAME_FILES_NAMED of them.

        Each comes with its owner, what it takes to say what became of it, and as `found` how many there are in all.
        """
        earlier = self.filter(
            account=job.account_id, file_sha256=job.file_sha256, created_at__lte=job.created_at
        ).exclude(file_sha256="")
        return (
            earlier.exclude(pk=job.pk)
            .with_decisions()
            .annotate(found=Window(Count("pk")))
            .select_related("owner", "account")
            .only(*TOLD_OF_FILES)
            .order_by("-created_at", "pk")[:SAME_FILES_NAMED]
        )

    def transition(
        self,
        job: UploadJob,
        to: JobStatus,
        *,
        by: User | None = None,
        note: Message | str = "",
        **changes: Any,
    ) -> bool:
        """Move `job` from the status it has in memory to `to`, if nothing has moved it since it was read.

        True when this call made the move; the instance then carries the new values and the event is written.
        False when somebody else moved it first: nothing is changed.
        """
        origin = JobStatus(job.status)
        if to not in JOB_TRANSITIONS[origin]:
            raise TransitionError(f"job {origin} -> {to}")
        changes = {**_move(to), "takeovers": 0, **changes}
        with unit_of_work():
            if not self.held(job).update(**changes):
                return False
            job.events.create(actor=by, from_status=origin, to_status=to, **as_note(note))
            record_job_move(job, to, by, note, changes)
            if origin == JobStatus.APPROVAL:
                _end_approval(job, to, by, note)
            if to in JOB_ENDS and (by is None or by.pk != job.owner_id):
                tell_owner(job, NotificationOccasion.ENDED, is_needed=_is_news(job, origin, to, by))
            assign(job, changes)
        return True

    def held(self, job: UploadJob) -> Self:
        """The row of `job` as long as nobody has moved or taken it since this instance was read or claimed it."""
        return self.filter(pk=job.pk, status=job.status, token=job.token)

    def take(self, job: UploadJob, until: datetime) -> bool:
        """Lease `job`, which a step of its status is waiting for or was abandoned in, to this worker.

        A worker that had it before and wakes up again can then no longer move it, nor renew its lease.
        """
        now = timezone.now()
        changes = {
            "lease_until": until,
            "changed_at": now,
            "token": uuid.uuid4(),
            "takeovers": job.takeovers + bool(job.lease_until),
        }
        if not self.held(job).filter(is_over("lease_until", now, MAX_LEASE)).update(**changes):
            return False
        assign(job, changes)
        return True

    def due(self, now: datetime) -> JobQuerySet:
        """Jobs a worker should be at: those that wait for a step, and those whose worker has gone silent."""
        waiting = Q(status__in=JOB_AT_STEP_BEGIN - JOB_WORKING)
        waiting |= Q(status__in=JOB_AT_STEP_BEGIN & JOB_WORKING, lease_until=None)
        working = Q(status__in=JOB_WORKING, lease_until__isnull=False)
        return self.filter(waiting | working & is_over("lease_until", now, MAX_LEASE))

    def stuck(self) -> JobQuerySet:
        """Jobs under way whose account cannot be used, as long as their owner has not been told."""
        told = self.model.objects.filter(
            pk=OuterRef("pk"), notifications__occasion=NotificationOccasion.STUCK, notifications__over_at=None
        )
        return self.filter(~Exists(told), status__in=JOB_DELIVERING).exclude(account__blocked_reason={})

    def not_ended(self) -> JobQuerySet:
        return self.exclude(status__in=JOB_ENDS)

    def in_delivery(self) -> JobQuerySet:
        """Jobs of which Dotdigital has, or may have, something that is not settled."""
        return self.filter(status__in=JOB_DELIVERING)

    def to_remind_of(self, now: datetime) -> JobQuerySet:
        """Jobs that wait for approval, and of which no approver has been told yet, or for APPROVAL_REMINDER_HOURS."""
        told = Q(notifications__occasion=NotificationOccasion.APPROVAL, notifications__over_at=None)
        if hours := settings.APPROVAL_REMINDER_HOURS:
            told &= Q(notifications__made_at__gt=now - timedelta(hours=hours))
        lately = self.model.objects.filter(told, pk=OuterRef("pk"))
        return self.filter(~Exists(lately), status=JobStatus.APPROVAL)

    def delivered(self) -> JobQuerySet:
        """Jobs whose batches have all come to their end, and whose ledger no worker is drawing up."""
        free = is_over("lease_until", timezone.now(), MAX_LEASE)
        return self.filter(free, status__in=JOB_DELIVERING).exclude(
            batches__status__in=[status for status in BatchStatus if status not in BATCH_ENDS]
        )


class BatchQuerySet(models.QuerySet["ImportBatch"]):
    def transition(
        self,
        batch: ImportBatch,
        to: BatchStatus,
        *,
        by: User | None = None,
        note: Message | str = "",
        **changes: Any,
    ) -> bool:
        """Move `batch` as `JobQuerySet.transition` moves a job; the event is written on its job."""
        origin = BatchStatus(batch.status)
        if to not in BATCH_TRANSITIONS[origin]:
            raise TransitionError(f"batch {origin} -> {to}")
        changes = {**_move(to), **changes}
        with unit_of_work():
            if not self.held(batch).update(**changes):
                return False
            batch.events.create(
                job_id=batch.job_id, actor=by, from_status=origin, to_status=to, **as_note(note)
            )
            record_batch_move(batch, to, by, changes)
            if to == BatchStatus.HELD:
                tell_owner(batch.job, NotificationOccasion.DECISION, is_needed=True)
            elif origin == BatchStatus.HELD and by is not None:
                # What is held after this needs another decision, and is told again.
                batch.job.notifications.filter(occasion=NotificationOccasion.DECISION).open().update(
                    over_at=timezone.now()
                )
            assign(batch, changes)
        return True

    def held(self, batch: ImportBatch) -> Self:
        """The row of `batch` as long as nobody has moved it since this instance was read or moved it."""
        return self.filter(pk=batch.pk, status=batch.status, token=batch.token)

    def for_delivery(self) -> BatchQuerySet:
        """Each batch comes with its job and its account; the job without what grows with its file and is only shown."""
        shown_only = (f"job__{name}" for name in LARGE if name not in USED_IN_DELIVERY)
        return self.select_related("job__account").defer(*shown_only)

    def holding_slot(self) -> BatchQuerySet:
        return self.filter(status__in=BATCH_HOLDING_SLOT)

    def waiting(self) -> BatchQuerySet:
        """Batches that are to be sent once there is a slot, whatever else they wait for."""
        return self.filter(is_waiting())

    def ready_to_send(self, now: datetime) -> BatchQuerySet:
        return self.waiting().filter(is_over("not_before", now))

    def to_be_withheld(self) -> BatchQuerySet:
        """Batches that are not on their way, of jobs that are being cancelled or have been stopped."""
        return self.filter(is_to_be_withheld())

    def ready_to_poll(self, now: datetime) -> BatchQuerySet:
        """Imports that are due to be polled, and that no living worker polls just now."""
        return self.filter(
            is_over("next_poll_at", now),
            is_over("lease_until", now, MAX_LEASE),
            status=BatchStatus.ACTIVE,
        )

    def abandoned(self, now: datetime) -> BatchQuerySet:
        """Batches whose sender died between taking them and writing down the answer."""
        return self.filter(is_abandoned(now))


class DownloadQuerySet(models.QuerySet["ReportDownload"]):
    def free(self, now: datetime) -> DownloadQuerySet:
        """Files to be made that no living worker is at."""
        return self.filter(
            is_over("lease_until", now, MAX_LEASE),
            state__in=[DownloadState.WAITING, DownloadState.RUNNING],
        )


class DigestsQuerySet(models.QuerySet["JobDigests"]):
    def blocks_of(self, number: int) -> models.QuerySet[Any, Any]:
        """Of each its job's id, what its table is stored as, and the block of its filter that a digest of this number
        belongs to; the rest of the filter stays in the database."""
        start = 1 + BLOCK_BYTES * (Value(number) % F("blocks"))
        block = Func(F("filter"), start, Value(BLOCK_BYTES), function="SUBSTR", output_field=BinaryField())
        return self.annotate(block=block).values_list("pk", "stored", "block")


class DeletedFilesQuerySet(models.QuerySet["DeletedFiles"]):
    def free(self, now: datetime) -> DeletedFilesQuerySet:
        """Those that no living process works off."""
        return self.filter(is_over("lease_until", now, MAX_LEASE))


class TrialQuerySet(models.QuerySet["MappingTrial"]):
    def free(self, now: datetime) -> TrialQuerySet:
        """Trials to be run that no living worker is at."""
        return self.filter(
            is_over("lease_until", now, MAX_LEASE),
            state__in=[TrialState.WAITING, TrialState.RUNNING],
            job__status__in=JOB_MAPPABLE,
        )

    def running(self, now: datetime) -> TrialQuerySet:
        """Trials that a living worker is at."""
        return self.filter(state=TrialState.RUNNING).exclude(is_over("lease_until", now, MAX_LEASE))

    def over(self) -> TrialQuerySet:
        """Trials of jobs that have moved on, which nobody will look at again."""
        return self.exclude(job__status__in=[*JOB_MAPPABLE, JobStatus.CHECKING])


class ResumableQuerySet(models.QuerySet["ResumableUpload"]):
    def of(self, user: User) -> ResumableQuerySet:
        """Those that `user` began, for accounts they may still import into; each comes with its job and account."""
        mine = self.filter(owner=user).select_related("owner", "account", "job")
        mine = mine.defer("owner__password", *(f"account__{name}" for name in SECRETS))
        return mine.filter(is_of_role(user, AccountRole.UPLOADER))

    def unfinished(self) -> ResumableQuerySet:
        """Those that no job was made of yet."""
        return self.filter(job=None)

    def begun(self) -> ResumableQuerySet:
        """Unfinished ones of which something has arrived, the newest first, without their lists of parts."""
        return self.unfinished().exclude(received_bytes=0).defer("parts").order_by("-created_at")


def tell_owner(job: UploadJob, occasion: NotificationOccasion, *, is_needed: bool) -> None:
    """Have the owner of `job` told, once, of what becomes of it in the present unit of work: while a notification of
    the occasion is open there is no other.

    `is_needed`: also told to those who want to hear of what took long or needs somebody alone.
    """
    told = job.notifications.model
    # What may be over by itself, or be seen to at once, is not mailed at once.
    not_before = None if occasion == NotificationOccasion.ENDED else timezone.now() + MAIL_GRACE
    job.notifications.bulk_create(
        [
            told(
                job=job,
                person_id=job.owner_id,
                occasion=occasion,
                is_needed=is_needed,
                mail_not_before=not_before,
            )
        ],
        ignore_conflicts=True,
    )


def _end_approval(job: UploadJob, to: JobStatus, by: User | None, note: Message | str) -> None:
    """Close the open request of `job`, which leaves its approval: what was approved of it holds for nothing else."""
    now, code = timezone.now(), as_note(note)["note"]
    state = _BY_NOTE.get(code) or _BY_STATUS.get(to, ApprovalState.VOID)
    job.approval_requests.filter(state=ApprovalState.OPEN).update(state=state, ended_at=now, ended_by=by)
    job.notifications.filter(occasion=NotificationOccasion.APPROVAL).open().update(over_at=now)
    if occasion := _TOLD.get(state):
        tell_owner(job, occasion, is_needed=True)


_BY_NOTE = {"import_rejected": ApprovalState.REJECTED, "approval_withdrawn": ApprovalState.WITHDRAWN}
_TOLD = {
    ApprovalState.REJECTED: NotificationOccasion.REJECTED,
    ApprovalState.VOID: NotificationOccasion.VOID,
}
"""What the owner is told of, as they have to do something."""
_BY_STATUS = {JobStatus.SENDING: ApprovalState.APPROVED, JobStatus.CANCELLED: ApprovalState.CANCELLED}
"""What a move from the approval makes of the request, by its note or by where it leads; any other voids it."""


def _is_news(job: UploadJob, origin: JobStatus, to: JobStatus, by: User | None) -> bool:
    """Whether its owner may not be there to see how `job` ends: they have waited for long, another has ended it, or it
    failed on its way to Dotdigital."""
    if by is not None or (origin in JOB_DELIVERING and to in {JobStatus.FAILED, JobStatus.ERRORED}):
        return True
    # What others did, such as to approve it, they did not see.
    acts = job.events.filter(batch=None, actor=job.owner_id).order_by("-at").values_list("at", flat=True)
    return timezone.now() - (acts.first() or job.created_at) > LONG_WAIT


def _move(to: str) -> dict[str, Any]:
    """What every move writes. The lease is that of whoever had it before."""
    return {"status": to, "changed_at": timezone.now(), "token": uuid.uuid4(), "lease_until": None}


def come(moment: datetime | None, now: datetime, longest: timedelta = MAX_WAIT) -> datetime:
    """`moment`, or `now` where there is none, it is past, or the clock has been put back since it was set."""
    return now if moment is None or not now < moment <= now + longest else moment
