"""How jobs and batches are found and how they change status. All status changes go through `transition`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Q, Window
from django.utils import timezone

from imports.states import (
    BATCH_ENDS,
    BATCH_HOLDING_SLOT,
    BATCH_TRANSITIONS,
    JOB_DELIVERING,
    JOB_MAPPABLE,
    JOB_TRANSITIONS,
    BatchStatus,
    JobStatus,
    TrialState,
)

if TYPE_CHECKING:
    from imports.models import (
        DotdigitalAccount,  # noqa: F401  # in a base class
        ImportBatch,
        MappingTrial,  # noqa: F401
        UploadJob,
    )
    from portal.models import User


SAME_FILES_NAMED = 3


class TransitionError(Exception):
    """A move that the table of transitions does not have: a fault in the portal."""


class AccountQuerySet(models.QuerySet["DotdigitalAccount"]):
    def usable_by(self, user: User) -> AccountQuerySet:
        """Accounts `user` may import into: all of them for a superuser, otherwise those they are a member of."""
        return self if user.is_superuser else self.filter(memberships__user=user).distinct()


class JobQuerySet(models.QuerySet["UploadJob"]):
    def visible_to(self, user: User) -> JobQuerySet:
        """Jobs `user` may see: their own while they are members, and their team-mates' on the same account."""
        return self if user.is_superuser else self.filter(account__memberships__user=user).distinct()

    def same_file(self, job: UploadJob) -> JobQuerySet:
        """Earlier jobs of the same account with the very bytes of `job`: the newest SAME_FILES_NAMED of them.

        Each comes with its owner, what it takes to say what became of it, and as `found` how many there are in all.
        """
        earlier = self.filter(
            account=job.account_id, file_sha256=job.file_sha256, created_at__lte=job.created_at
        )
        return (
            earlier.exclude(pk=job.pk)
            .annotate(found=Window(Count("pk")))
            .select_related("owner")
            .only("file_name", "status", "created_at", "ledger", "owner")
            .order_by("-created_at", "pk")[:SAME_FILES_NAMED]
        )

    def transition(
        self, job: UploadJob, to: JobStatus, *, by: User | None = None, note: str = "", **changes: Any
    ) -> bool:
        """Move `job` from the status it has in memory to `to`, if nothing has moved it since it was read.

        True when this call made the move; the instance then carries the new values and the event is written.
        False when somebody else moved it first: nothing is changed.
        """
        origin = JobStatus(job.status)
        if to not in JOB_TRANSITIONS[origin]:
            raise TransitionError(f"job {origin} -> {to}")
        changes = {"status": to, "changed_at": timezone.now(), "lease_until": None, "takeovers": 0, **changes}
        with transaction.atomic():
            if not self.filter(pk=job.pk, status=origin, changed_at=job.changed_at).update(**changes):
                return False
            apps.get_model("imports", "JobEvent").objects.create(
                job=job, actor=by, from_status=origin, to_status=to, note=note
            )
        _assign(job, changes)
        return True

    def take(self, job: UploadJob, until: datetime) -> bool:
        """Lease `job`, which a step of its status is waiting for or was abandoned in, to this worker.

        A worker that had it before and wakes up again can then no longer move it.
        """
        now = timezone.now()
        free = self.filter(Q(lease_until=None) | Q(lease_until__lte=now), pk=job.pk, status=job.status)
        changes = {
            "lease_until": until,
            "changed_at": now,
            "takeovers": job.takeovers + bool(job.lease_until),
        }
        if not free.filter(changed_at=job.changed_at).update(**changes):
            return False
        _assign(job, changes)
        return True

    def due(self, now: datetime) -> JobQuerySet:
        """Jobs a worker should be at: those that wait for a step, and those whose worker has gone silent."""
        waiting = Q(status=JobStatus.UPLOADED) | Q(status=JobStatus.CHECKING, lease_until=None)
        abandoned = Q(status__in=[JobStatus.STAGING, JobStatus.CHECKING], lease_until__lte=now)
        return self.filter(waiting | abandoned)

    def delivered(self) -> JobQuerySet:
        """Jobs whose batches have all come to their end, so that the ledger can be drawn up."""
        return self.filter(status__in=JOB_DELIVERING).exclude(
            batches__status__in=[status for status in BatchStatus if status not in BATCH_ENDS]
        )


class BatchQuerySet(models.QuerySet["ImportBatch"]):
    def transition(self, batch: ImportBatch, to: BatchStatus, *, note: str = "", **changes: Any) -> bool:
        """Move `batch` as `JobQuerySet.transition` moves a job; the event is written on its job."""
        origin = BatchStatus(batch.status)
        if to not in BATCH_TRANSITIONS[origin]:
            raise TransitionError(f"batch {origin} -> {to}")
        changes = {"status": to, "changed_at": timezone.now(), "lease_until": None, **changes}
        with transaction.atomic():
            if not self.filter(pk=batch.pk, status=origin, changed_at=batch.changed_at).update(**changes):
                return False
            apps.get_model("imports", "JobEvent").objects.create(
                job_id=batch.job_id, batch=batch, from_status=origin, to_status=to, note=note
            )
        _assign(batch, changes)
        return True

    def holding_slot(self) -> BatchQuerySet:
        return self.filter(status__in=BATCH_HOLDING_SLOT)

    def ready_to_send(self, now: datetime) -> BatchQuerySet:
        return self.filter(
            Q(not_before=None) | Q(not_before__lte=now),
            status=BatchStatus.PENDING,
            job__status=JobStatus.SENDING,
        )

    def ready_to_poll(self, now: datetime) -> BatchQuerySet:
        return self.filter(status=BatchStatus.ACTIVE, next_poll_at__lte=now)

    def abandoned(self, now: datetime) -> BatchQuerySet:
        """Batches whose sender died between taking them and writing down the answer."""
        return self.filter(status=BatchStatus.SENDING, lease_until__lte=now)


class TrialQuerySet(models.QuerySet["MappingTrial"]):
    def free(self, now: datetime) -> TrialQuerySet:
        """Trials to be run that no living worker is at."""
        return self.filter(
            Q(lease_until=None) | Q(lease_until__lte=now),
            state__in=[TrialState.WAITING, TrialState.RUNNING],
            job__status__in=JOB_MAPPABLE,
        )

    def over(self) -> TrialQuerySet:
        """Trials of jobs that have moved on, which nobody will look at again."""
        return self.exclude(job__status__in=[*JOB_MAPPABLE, JobStatus.CHECKING])


def _assign(instance: models.Model, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(instance, name, value)
