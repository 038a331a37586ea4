"""Starts the import of a checked job: the batches that its check planned come into being."""

from imports.contacts.mapping import Mapping
from imports.jobs.remembered import remember
from imports.models import ImportBatch, UploadJob
from imports.states import JobStatus
from imports.transactions import unit_of_work
from portal.models import User

UNSAFE_TO_REPEAT = (
    "consentrecords.",
    "channelproperties.email.optintype",
    "channelproperties.email.resubscribeoptions.",
)
"""How the targets begin, in lower case, that do more when they are sent twice."""


def confirm_job(job: UploadJob, by: User, *, stops_on_refusal: bool = False) -> bool:
    """Start the import of a checked `job` with the batches its check planned. False if it has moved on meanwhile.

    `stops_on_refusal`: once Dotdigital refuses a whole batch, nothing more of the job is sent.
    """
    safe = is_safe_to_repeat(Mapping.from_json(job.mapping))
    with unit_of_work():
        if not UploadJob.objects.transition(
            job, JobStatus.SENDING, by=by, stops_on_refusal=stops_on_refusal, is_paused=False
        ):
            return False
        ImportBatch.objects.bulk_create(
            [ImportBatch(job=job, safe_to_repeat=safe, **fields) for fields in job.batch_plan], batch_size=500
        )
        remember(job)
    return True


def is_safe_to_repeat(mapping: Mapping) -> bool:
    """Whether sending the same contacts twice leaves them as sending them once does.

    Consent records would be stored twice, and a verified double opt-in, or asking people again before they are
    resubscribed, would mail them twice.
    """
    targets = [column.target for column in mapping.columns]
    targets += [constant.target for constant in mapping.constants]
    return not any(target.lower().startswith(UNSAFE_TO_REPEAT) for target in targets)
