"""An account's slots: dealt in turn to the jobs that want one, and never more than there are.

Dotdigital allows 25 active imports an account. Other programs may hold some of them without our knowing: when it says
that there is none left, what we hold just then is the ceiling, and one slot more is tried now and then.
"""

from datetime import datetime

from django.utils import timezone

from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.querysets import LONGEST_WAIT
from imports.states import BatchStatus, Call
from imports.steps.budget import spend_call
from imports.steps.lease import lease_end
from imports.steps.pace import backoff
from imports.transactions import unit_of_work


def take_slot(account_id: int) -> ImportBatch | None:
    """Give the account's next free slot to the job that has gone longest without; its batch is then `sending`.

    None when there is no free slot, nothing to send, or the account has to wait.
    """
    now = timezone.now()
    with unit_of_work():
        # Whoever deals a slot holds the account's row, so that two cannot count the same one.
        account = DotdigitalAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        batches = ImportBatch.objects.filter(job__account=account)
        held = batches.holding_slot().count()
        if not _has_room(account, held, now):
            return None
        batch = batches.ready_to_send(now).select_related("job__account").in_turn().first()
        if batch is None or not spend_call(account, Call.IMPORT):
            return None
        ceiling = account.ceiling_at(now)
        if ceiling is not None and held >= ceiling:
            account.slot_probe_at = now + backoff(account.slot_probes + 1)
            account.save(update_fields=["slot_probe_at"])
        UploadJob.objects.filter(pk=batch.job_id).update(dealt_at=now)
        taken = ImportBatch.objects.transition(
            batch,
            BatchStatus.SENDING,
            attempts=batch.attempts + 1,
            sent_at=now,
            not_before=None,
            lease_until=lease_end(),
        )
        return batch if taken else None


def _has_room(account: DotdigitalAccount, held: int, now: datetime) -> bool:
    if account.is_paused or is_resting(account, now) or held >= account.max_active_imports:
        return False
    if account.trouble or account.failed_calls:
        # Until one goes through again, one at a time, and only once a small call has been answered.
        sending = ImportBatch.objects.filter(job__account=account, status=BatchStatus.SENDING)
        if must_ask_first(account) or sending.exists():
            return False
    ceiling = account.ceiling_at(now)
    return ceiling is None or held < ceiling or has_come(account.slot_probe_at, now)


def is_resting(account: DotdigitalAccount, now: datetime) -> bool:
    """Whether nothing may be sent to the account for now."""
    return not has_come(account.not_before, now)


def must_ask_first(account: DotdigitalAccount) -> bool:
    """Whether a small call has to show that Dotdigital answers before anything is sent to `account`.

    It changes nothing, while a batch that is not answered may have to be held for a person.
    """
    return bool(account.trouble) or (account.failed_calls > 0 and account.not_before is not None)


def has_come(moment: datetime | None, now: datetime) -> bool:
    """Whether `moment` is past; one further away than any wait was set before the clock was put back."""
    return moment is None or moment <= now or moment > now + LONGEST_WAIT


def note_no_slot(account: DotdigitalAccount) -> None:
    """Dotdigital has refused a batch because all slots are taken: what we hold is all that there is for now."""
    with unit_of_work():
        account = DotdigitalAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        held = ImportBatch.objects.filter(job__account=account).holding_slot().count()
        ceiling = account.ceiling_at(timezone.now())
        was_probe = ceiling is not None and held >= ceiling
        account.slot_probes = account.slot_probes + 1 if was_probe else max(account.slot_probes, 1)
        account.slot_ceiling = held
        account.slot_probe_at = timezone.now() + backoff(account.slot_probes)
        account.save(update_fields=["slot_ceiling", "slot_probes", "slot_probe_at"])


def note_slot_given(account: DotdigitalAccount) -> None:
    """Dotdigital has accepted a batch. If that was one more than there seemed to be, the next is tried at once."""
    if not DotdigitalAccount.objects.filter(pk=account.pk, slot_ceiling__isnull=False).exists():
        return
    with unit_of_work():
        account = DotdigitalAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        held = ImportBatch.objects.filter(job__account=account).holding_slot().count()
        ceiling = account.ceiling_at(timezone.now())
        if ceiling is not None and held <= ceiling:
            return
        is_all = ceiling is None or held >= account.max_active_imports
        account.slot_ceiling = None if is_all else held
        account.slot_probe_at = None if is_all else timezone.now()
        account.slot_probes = 0
        account.save(update_fields=["slot_ceiling", "slot_probes", "slot_probe_at"])
