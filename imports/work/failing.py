"""When a step cannot go on: `failed` if the file or Dotdigital said no, `errored` if it is our bug; put off when the
disk, the database or the storage is away for a while."""

import logging

from django.db import InterfaceError, OperationalError

from imports.contacts.balance import UnaccountedCellsError
from imports.models import UploadJob
from imports.states import JobStatus
from imports.storage.artefacts import StorageUnavailableError
from imports.work.lease import lease_end

logger = logging.getLogger(__name__)

PORTAL_FAULT = "portal_fault"
FAULT_SENTENCE = (
    "The portal stopped because of a fault of its own. Your file is safe and nothing more was sent."
)
FAULT_REMEDY = "Try once more. If it happens again, tell your administrator the number of this job."

UNACCOUNTED_SENTENCE = (
    "The portal stopped because of a fault of its own: what it would send does not account for every value in {where}."
    " Your file is safe and nothing was sent."
)
UNACCOUNTED_REMEDY = (
    "Tell your administrator the number of this job. Without that column the rest can be imported."
)


NO_FAILURE = {"failure_code": "", "failure_sentence": "", "failure_remedy": ""}


# What is over when the disk has room, or the database or the storage answers, again: nobody's fault, and no end.
PASSING = (StorageUnavailableError, OperationalError, InterfaceError)


def put_off(job: UploadJob, error: Exception) -> None:
    """Leave `job` to be taken up again when its lease runs out; that does not count as a worker that died.

    Nothing is written when another has taken it over meanwhile.
    """
    logger.warning("job=%s put off: %s", job.pk, type(error).__name__)
    UploadJob.objects.held(job).update(lease_until=lease_end(), takeovers=max(job.takeovers - 1, 0))


def fail_job(job: UploadJob, code: str, sentence: str, remedy: str) -> None:
    """End `job` with a reason a person can act on, unless another has taken it over."""
    if UploadJob.objects.transition(
        job,
        JobStatus.FAILED,
        note=code,
        failure_code=code,
        failure_sentence=sentence,
        failure_remedy=remedy,
    ):
        logger.info("job=%s failed code=%s", job.pk, code)


def fault_words(error: Exception) -> tuple[str, str]:
    """What a person is told of a bug, and what they can do."""
    if not isinstance(error, UnaccountedCellsError):
        return FAULT_SENTENCE, FAULT_REMEDY
    if not error.column:
        return UNACCOUNTED_SENTENCE.format(where="the file"), FAULT_REMEDY
    return UNACCOUNTED_SENTENCE.format(where=f"the column “{error.column}”"), UNACCOUNTED_REMEDY


def error_job(job: UploadJob, error: Exception) -> None:
    """End `job` because of a bug; the log has the kind and the place of `error`, the person a plain sentence.

    Not when another has taken it over: what went wrong here is nothing of theirs.
    """
    column = error.place if isinstance(error, UnaccountedCellsError) else 0
    logger.error("job=%s errored%s", job.pk, f" column={column}" if column else "", exc_info=error)
    sentence, remedy = fault_words(error)
    UploadJob.objects.transition(
        job,
        JobStatus.ERRORED,
        note=type(error).__name__,
        failure_code=PORTAL_FAULT,
        failure_sentence=sentence,
        failure_remedy=remedy,
    )
