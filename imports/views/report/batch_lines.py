"""A job's batches as its report shows them."""

from dataclasses import dataclass

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from imports.models import ImportBatch, UploadJob
from imports.states import BATCH_WITHOUT_OUTCOME, BatchStatus

HALVED_WORDS = gettext_lazy("Dotdigital refused it as a whole, so its rows were sent in smaller batches.")


@dataclass(frozen=True)
class BatchLine:
    """A batch, and what there is to say of it."""

    batch: ImportBatch
    words: str | Promise
    origin: int | None  # the number of the planned batch that it is a piece of


def batch_lines(batches: list[ImportBatch]) -> list[BatchLine]:
    """All of a job's `batches`, each with its words; pieces name the batch that they come from."""
    numbers = {batch.pk: batch.number for batch in batches}
    return [
        BatchLine(
            batch,
            batch.reason_words or (HALVED_WORDS if batch.status == BatchStatus.HALVED else ""),
            numbers.get(batch.origin_id) if batch.origin_id else None,
        )
        for batch in batches
    ]


def batches_sent_again(batches: list[ImportBatch]) -> list[ImportBatch]:
    """Those of a job's `batches` whose contacts went out more than once."""
    return [batch for batch in batches if batch.repeated and batch.status not in BATCH_WITHOUT_OUTCOME]


def rows_sent_again(job: UploadJob) -> int:
    """How many rows of `job` went out more than once."""
    again = job.batches.filter(attempts__gt=1).exclude(status__in=BATCH_WITHOUT_OUTCOME)
    return int(again.aggregate(rows=Sum("contacts", default=0))["rows"])
