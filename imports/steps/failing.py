"""How a job ends when a step cannot go on: `failed` if the file or Dotdigital said no, `errored` if it is our bug."""

import logging

from imports.models import UploadJob
from imports.states import JobStatus

logger = logging.getLogger(__name__)

FAULT_SENTENCE = (
    "The portal stopped because of a fault of its own. Your file is safe and nothing more was sent."
)
FAULT_REMEDY = "Try once more. If it happens again, tell your administrator the number of this job."


NO_FAILURE = {"failure_code": "", "failure_sentence": "", "failure_remedy": ""}


def fail_job(job: UploadJob, code: str, sentence: str, remedy: str) -> None:
    """End `job` with a reason a person can act on."""
    UploadJob.objects.transition(
        job,
        JobStatus.FAILED,
        note=code,
        failure_code=code,
        failure_sentence=sentence,
        failure_remedy=remedy,
    )
    logger.info("job=%s failed code=%s", job.pk, code)


def error_job(job: UploadJob, error: Exception) -> None:
    """End `job` because of a bug; the log has the kind and the place of `error`, the person a plain sentence."""
    logger.error("job=%s errored", job.pk, exc_info=error)
    UploadJob.objects.transition(
        job,
        JobStatus.ERRORED,
        note=type(error).__name__,
        failure_code="portal_fault",
        failure_sentence=FAULT_SENTENCE,
        failure_remedy=FAULT_REMEDY,
    )
