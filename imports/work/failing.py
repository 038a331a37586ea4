"""When a step cannot go on: `failed` if the file or Dotdigital said no, `errored` if it is our bug; put off when the
disk, the database, the storage or the virus scanner is away for a while."""

import logging
from typing import Any

from django.db import InterfaceError, OperationalError

from imports.contacts.balance import UnaccountedCellsError
from imports.files.clamd import ScannerUnavailableError
from imports.messages import Message
from imports.models import UploadJob
from imports.reasons import code_note
from imports.states import JobStatus
from imports.storage.artefacts import StorageUnavailableError
from imports.storage.sealed_stream import StoredFileDamagedError
from imports.work.lease import lease_end

logger = logging.getLogger(__name__)

PORTAL_FAULT = "portal_fault"

NO_FAILURE: dict[str, Any] = {"failure_code": "", "failure": {}}


# What is over when the disk has room, or the database, the storage or the virus scanner answers, again: nobody's fault,
# and no end.
PASSING = (StorageUnavailableError, ScannerUnavailableError, OperationalError, InterfaceError)


def put_off(job: UploadJob, error: Exception) -> None:
    """Leave `job` to be taken up again when its lease runs out; that does not count as a worker that died.

    Nothing is written when another has taken it over meanwhile.
    """
    logger.warning("job=%s put off: %s", job.pk, type(error).__name__)
    UploadJob.objects.held(job).update(lease_until=lease_end(), takeovers=max(job.takeovers - 1, 0))


def failed_with(reason: Message, code: str = "") -> dict[str, Any]:
    """The fields of a job that say why it has failed: `reason` is a message of `imports.reasons.CATALOGUE`, `code` what
    it is known by where that is Dotdigital's."""
    return {"failure_code": code or reason.code, "failure": reason.to_json()}


def fail_job(job: UploadJob, reason: Message) -> None:
    """End `job` with a reason a person can act on, unless another has taken it over."""
    if UploadJob.objects.transition(
        job, JobStatus.FAILED, note=code_note(reason.code), **failed_with(reason)
    ):
        logger.info("job=%s failed code=%s", job.pk, reason.code)


def fault_reason(error: Exception) -> Message:
    """What a person is told of a bug, or of a stored file that is not what the portal has stored."""
    if isinstance(error, StoredFileDamagedError):
        return Message("stored_file_damaged")
    if not isinstance(error, UnaccountedCellsError):
        return Message(PORTAL_FAULT)
    if not error.column:
        return Message("unaccounted_file")
    return Message("unaccounted_column", {"column": error.column})


def error_job(job: UploadJob, error: Exception) -> None:
    """End `job` because of a bug; the log has the kind and the place of `error`, the person a plain sentence.

    Not when another has taken it over: what went wrong here is nothing of theirs.
    """
    column = error.place if isinstance(error, UnaccountedCellsError) else 0
    logger.error("job=%s errored%s", job.pk, f" column={column}" if column else "", exc_info=error)
    UploadJob.objects.transition(
        job,
        JobStatus.ERRORED,
        note=code_note(type(error).__name__),
        **failed_with(fault_reason(error), PORTAL_FAULT),
    )
