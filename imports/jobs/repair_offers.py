"""What can be done about the problems that the check of a job found, before anything of it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from imports.accounts.catalogue import catalogue_of
from imports.contacts import setting_trials
from imports.contacts.check_request import CheckRequest
from imports.contacts.guarded_check import CheckLimits
from imports.contacts.guarded_recheck import settings_offered_guarded
from imports.contacts.mapping import Mapping
from imports.contacts.repairs import offered
from imports.contacts.repairs.offered import ChangedCells, RepairOffer
from imports.contacts.repairs.repair_types import ChangeText, ReplacePart
from imports.contacts.setting_trials import SettingOffer
from imports.jobs.repairing import can_resolve_rules
from imports.models import UploadJob
from imports.storage import artefacts

MAX_VALUES = 200


@contextmanager
def _tables(job: UploadJob) -> Iterator[tuple[Path, Path]]:
    """What was checked, and what the check said, as local files."""
    with artefacts.local_checked(job) as checked, artefacts.local(job, artefacts.ISSUES) as issues:
        yield checked, issues


def repairs_offered(job: UploadJob, code: str, column: str) -> list[RepairOffer]:
    """The repairs that make sense for the cells of `column` with the problem `code`; none where none can be made."""
    if not can_resolve_rules(job):
        return []
    mapping, catalogue = Mapping.from_json(job.mapping), catalogue_of(job.account)
    with _tables(job) as (checked, issues):
        return offered.repairs_offered(checked, issues, job.columns, mapping, catalogue, code, column)


def distinct_values(
    job: UploadJob, column: str, code: str | None = None, limit: int = MAX_VALUES
) -> tuple[list[tuple[str, int]], int]:
    """The commonest values of `column` as they were checked, with the rows that hold each, and how many different ones
    there are in all; with a `code` only values with that problem. Letter case tells values apart here."""
    with _tables(job) as (checked, issues):
        return offered.distinct_cells(checked, issues, job.columns, column, code, limit)


def cells_changed(
    job: UploadJob, repair: ReplacePart | ChangeText
) -> tuple[ChangedCells | None, ChangedCells | None]:
    """What a repair of a whole column of `job` would change as it was checked: cells with a problem, and others."""
    with _tables(job) as (checked, issues):
        return offered.cells_changed(checked, issues, job.columns, repair)


def settings_offered(job: UploadJob, code: str, column: str) -> list[SettingOffer]:
    """The settings of `column` by which most of its cells with the problem `code` could be read, the best first.

    Each is a change of the mapping (`with_setting`). Raises CheckDefeatedError and its like as `check_guarded`.
    """
    mapping, catalogue = Mapping.from_json(job.mapping), catalogue_of(job.account)
    if not can_resolve_rules(job) or not setting_trials.settings_of(mapping, catalogue, column):
        return []
    with _tables(job) as (checked, issues):
        request = CheckRequest(
            checked,
            tuple(job.columns),
            mapping,
            catalogue,
            checked.with_name("prepared"),  # nothing is written
            issues,
            default_region=job.account.phone_region or None,
        )
        limits = CheckLimits(settings.CHECK_MAX_MEMORY_BYTES, settings.PREVIEW_MAX_SECONDS)
        return settings_offered_guarded(request, code, column, limits)


def with_setting(job: UploadJob, column: str, key: str, value: str) -> Mapping:
    """The mapping of `job` with another setting of a column, to be checked by `set_mapping`."""
    mapping = Mapping.from_json(job.mapping)
    return setting_trials.with_column_setting(mapping, catalogue_of(job.account), column, key, value)
