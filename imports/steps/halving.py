"""Halves a batch that Dotdigital refused as a whole, until what it objects to is alone.

One bad contact must not cost the others that travel with it. Nor may a refusal that has nothing to do with single
contacts cost thousands of calls: how often is bounded, for each planned batch and for a job of which nothing is taken.
"""

from django.db.models import Max

from imports.dotdigital.errors import BodyTooLargeError, RefusedError
from imports.models import ImportBatch, UploadJob
from imports.states import BatchStatus
from imports.steps.bodies import Slice, halves
from imports.transactions import unit_of_work

MAX_HALVINGS_A_BATCH = 60  # four bad contacts among ten thousand are found with them
MAX_HALVINGS_IN_VAIN = 60  # of a job of which no batch was accepted yet
ABOUT_CONTACTS = frozenset({400, 422})


def may_be_halved(batch: ImportBatch, error: RefusedError) -> bool:
    """Whether smaller pieces of `batch` can fare better than all of it did."""
    if batch.contacts < 2:
        return False
    if not isinstance(error, BodyTooLargeError) and error.status not in ABOUT_CONTACTS:
        return False
    halved = ImportBatch.objects.filter(job=batch.job_id, status=BatchStatus.HALVED)
    planned = batch.origin_id or batch.pk
    if (halved.filter(pk=planned) | halved.filter(origin=planned)).count() >= MAX_HALVINGS_A_BATCH:
        return False
    is_in_vain = not ImportBatch.objects.filter(job=batch.job_id).exclude(import_id="").exists()
    return not is_in_vain or halved.count() < MAX_HALVINGS_IN_VAIN


def halve(batch: ImportBatch, error: RefusedError) -> bool:
    """Put two batches in the place of `batch`, each with half of its rows. Errors as `bodies.body_of`."""
    pieces = halves(batch)
    with unit_of_work():
        job = UploadJob.objects.select_for_update(no_key=True).only("pk").get(pk=batch.job_id)
        note = error.code or f"HTTP {error.status}"
        if not ImportBatch.objects.transition(batch, BatchStatus.HALVED, note=note):
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
