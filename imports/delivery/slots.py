"""An account's slots: dealt in turn to the people and their jobs that want one, and never more than there are.

Dotdigital allows 25 active imports an account. Other programs may hold some of them without our knowing: when it says
that there is none left, what we hold just then is the ceiling, and one slot more is tried now and then.
"""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from imports.accounts.blocked import backoff
from imports.delivery.budget import spend_locked
from imports.delivery.due import Action, read_situation
from imports.models import DotdigitalAccount, ImportBatch, SlotTurn, UploadJob
from imports.states import BatchStatus, Call
from imports.transactions import unit_of_work
from imports.work.lease import lease_end


def take_slot(account_id: int) -> ImportBatch | None:
    """Give the account's next free slot to the job whose turn it is; its batch is then `sending`.

    None when there is no free slot, nothing to send, or the account has to wait.
    """
    with unit_of_work():
        # Whoever deals a slot holds the account's row, so that two cannot count the same one.
        situation = read_situation(account_id, locked=True)
        if situation is None or not situation.is_due(Action.SEND):
            return None
        account, now = situation.account, situation.now
        ready = ImportBatch.objects.filter(job__account=account).ready_to_send(now)
        jobs = UploadJob.objects.filter(Exists(ready.filter(job=OuterRef("pk"))), account=account).in_turn()
        batch = ready.filter(job=jobs.values("pk")[:1]).for_delivery().order_by("number").first()
        if batch is None or not spend_locked(account, Call.IMPORT):
            return None
        ceiling = account.ceiling_at(now)
        if ceiling is not None and situation.held >= ceiling:
            account.slot_probe_at = now + backoff(account.slot_probes + 1)
            account.save(update_fields=["slot_probe_at"])
        UploadJob.objects.filter(pk=batch.job_id).update(last_slot_at=now)
        turn = SlotTurn(account=account, person_id=batch.job.owner_id, last_slot_at=now)
        SlotTurn.objects.bulk_create(
            [turn], update_conflicts=True, unique_fields=["account", "person"], update_fields=["last_slot_at"]
        )
        taken = ImportBatch.objects.transition(
            batch,
            BatchStatus.SENDING,
            attempts=batch.attempts + 1,
            sent_at=now,
            not_before=None,
            lease_until=lease_end(),
        )
        return batch if taken else None


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
