"""What the columns of a job's file are suggested to be: as remembered from a file like it, or as the portal thinks."""

import logging
from collections.abc import Sequence
from typing import Any

from imports.accounts.catalogue import catalogue_of, refresh_catalogue, request_refresh
from imports.contacts.mapping import Mapping
from imports.contacts.mapping_problems import validate
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.suggestions.suggestion_reasons import REMEMBERED
from imports.files.reading import Reading
from imports.jobs.remembered import Recalled, profiles_of, recall
from imports.models import DotdigitalAccount, UploadJob
from imports.states import JobStatus

logger = logging.getLogger(__name__)


def suggested(
    job: UploadJob, reading: Reading, profiles: Sequence[ColumnProfile] | None = None
) -> dict[str, object]:
    """The fields of `job` that hold its suggested mapping, and how it differs from the file that is remembered.

    A mapping that the job was given, or that a person has used, stays where it fits. Else it is the remembered one,
    as far as it holds, and our own for the rest.
    """
    catalogue = catalogue_of(job.account)
    # Fresh profiles have samples of the values, which are never kept.
    known = profiles_of(job) if profiles is None else profiles
    own = suggest_mapping(known, catalogue, default_region=job.account.phone_region or None)
    given = Mapping.from_json(job.mapping) if job.mapping and _is_persons(job) else None
    if given is not None and not validate(given, reading.columns, catalogue):
        recalled: Recalled | None = Recalled(given, frozenset(reading.columns))
    else:
        recalled = recall(job, reading.columns, known, own, catalogue)
    if recalled is None:
        recalled = Recalled(own.mapping, frozenset())
    return {
        "mapping": recalled.mapping.to_json(),
        "suggestions": [
            _recalled_reason(reason.to_dict(), recalled)
            if reason.column in recalled.holds
            else reason.to_dict()
            for reason in own.columns
        ],
        "drift": [change.to_dict() for change in recalled.drift],
    }


def _is_persons(job: UploadJob) -> bool:
    """Whether the mapping of `job` is more than our suggestion: it came with the file, or was checked."""
    is_given = not job.suggestions or job.parent_id is not None
    return is_given or job.events.filter(to_status=JobStatus.CHECKING, batch=None).exists()


def _recalled_reason(reason: dict[str, Any], recalled: Recalled) -> dict[str, Any]:
    """`reason` of a column that is mapped as remembered, or left out as remembered."""
    targets = [column.target for column in recalled.mapping.columns if column.column == reason["column"]]
    return {
        **reason,
        "target": next(iter(targets), None),
        "targets": targets,
        "reason": REMEMBERED.to_json(),
        "needs_choice": False,
        "offered": None,
    }


def suggest_again(job: UploadJob) -> bool:
    """Suggest anew the columns of a staged `job`, by what is known of its account now. False if it has moved on."""
    changes = suggested(job, Reading.from_dict(job.reading))
    staged = UploadJob.objects.held(job).filter(status=JobStatus.STAGED)
    return bool(staged.update(**changes, awaits_catalogue=False))


def suggest_to_those_who_wait(account: DotdigitalAccount) -> None:
    """Suggest anew the columns of the jobs of `account` that wait for what it has."""
    waiting = account.jobs.filter(status=JobStatus.STAGED, awaits_catalogue=True)
    for job in waiting.select_related("account__catalogue"):
        try:
            suggest_again(job)
        except Exception as error:  # the others are not to wait for it
            logger.error("job=%s not suggested again", job.pk, exc_info=error)


def request_suggestion(job: UploadJob) -> bool:
    """Have the account of a staged `job` read again, and its columns suggested anew then. False if it has moved on."""
    held = UploadJob.objects.held(job).filter(status=JobStatus.STAGED)
    is_staged = bool(held.update(awaits_catalogue=True))
    request_refresh(job.account)
    return is_staged


def refresh_account(account: DotdigitalAccount) -> bool:
    """Read `account`, and suggest anew the columns of jobs that wait for it; as `refresh_catalogue`."""
    return refresh_catalogue(account, suggest_to_those_who_wait)
