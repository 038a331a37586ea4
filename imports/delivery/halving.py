"""Splits a batch: one that Dotdigital refused as a whole in halves, until what it objects to is alone; and one that is
larger than the account takes before it is sent.

One bad contact must not cost the others that travel with it. Nor may a refusal that has nothing to do with single
contacts cost thousands of calls: how often is bounded, for each planned batch and for a job of which nothing is taken.
"""

from django.db.models import Max

from imports.delivery.bodies import Slice, pieces_of
from imports.dotdigital.errors import Helps, RefusedError
from imports.messages import NOTHING, Message
from imports.models import ImportBatch, UploadJob
from imports.reasons import code_note
from imports.states import BatchStatus
from imports.transactions import unit_of_work

MAX_HALVINGS_A_BATCH = 60  # four bad contacts among ten thousand are found with them
MAX_HALVINGS_IN_VAIN = 60  # of a job of which no batch was accepted yet
ABOUT_CONTACTS = frozenset({400, 422})
ABOVE_LIMIT = "above_limit"  # the reason of batches that were split before they were sent


def may_be_halved(batch: ImportBatch, error: RefusedError) -> bool:
    """Whether smaller pieces of `batch` can fare better than all of it did."""
    if batch.contacts < 2:
        return False
    if error.meaning.helps is not Helps.SMALLER_PIECES and error.status not in ABOUT_CONTACTS:
        return False
    halved = ImportBatch.objects.filter(job=batch.job_id, status=BatchStatus.HALVED)
    halved = halved.exclude(reason_code=ABOVE_LIMIT)
    planned = batch.origin_id or batch.pk
    if (halved.filter(pk=planned) | halved.filter(origin=planned)).count() >= MAX_HALVINGS_A_BATCH:
        return False
    is_in_vain = not ImportBatch.objects.filter(job=batch.job_id).exclude(import_id="").exists()
    return not is_in_vain or halved.count() < MAX_HALVINGS_IN_VAIN


def pieces_below(batch: ImportBatch, limit: int) -> int:
    """In how many pieces of about one size `batch` stays below `limit` bytes each."""
    return max(batch.body_bytes // limit + 1, 2)


def split(batch: ImportBatch, reason_code: str, count: int) -> bool:
    """Put `count` batches in the place of `batch`, with about as many of its rows each. Errors as `bodies.body_of`."""
    pieces = pieces_of(batch, count)
    with unit_of_work():
        job = UploadJob.objects.select_for_update(no_key=True).only("pk").get(pk=batch.job_id)
        reason = Message(ABOVE_LIMIT) if reason_code == ABOVE_LIMIT else NOTHING
        if not ImportBatch.objects.transition(
            batch,
            BatchStatus.HALVED,
            note=code_note(reason_code),
            reason_code=reason_code,
            reason=reason.to_json(),
        ):
            return False
        number = job.batches.aggregate(last=Max("number"))["last"]
        ImportBatch.objects.bulk_create(
            _piece(batch, piece, number + place) for place, piece in enumerate(pieces, start=1)
        )
    return True


def _piece(batch: ImportBatch, piece: Slice, number: int) -> ImportBatch:
    return ImportBatch(
        job_id=batch.job_id,
        origin_id=batch.origin_id or batch.pk,
        number=number,
        first_row=piece.rows[0],
        last_row=piece.rows[-1],
        contacts=len(piece.rows),
        body_bytes=len(piece.body),
        body_sha256=piece.sha256,
        safe_to_repeat=batch.safe_to_repeat,
        # The call that was refused changed nothing; those before it were never answered.
        attempts=batch.attempts - 1,
    )
