"""Mappings remembered from file to file: which one fits a file, what of it still holds, and what has changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from imports.contacts.mapping import ColumnMapping, Mapping
from imports.contacts.mapping_problems import validate
from imports.contacts.suggestions.drift import (
    NEAREST,
    Drift,
    Remembered,
    find_drift,
    fit_mapping,
    shape_of,
    similarity,
)
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.contacts.suggestions.suggested_mapping import Suggestion
from imports.contacts.targets import TargetCatalogue
from imports.jobs.line import KEEPS_ROWS
from imports.models import MappingTemplate, UploadJob

REMEMBERED = "remembered"
TEMPLATES_COMPARED = 200  # the latest; an account that has more of them finds what it used this year

LEFT_TO_THE_PERSON = frozenset({"consent_part_missing"})
"""Codes of problems with which a mapping is offered all the same: to leave consent out is for a person to say."""


@dataclass(frozen=True)
class Recalled:
    """What is remembered for a file: a mapping, its columns that hold as they were, and what has changed."""

    mapping: Mapping
    holds: frozenset[str]
    drift: tuple[Drift, ...] = ()


def fingerprint(columns: Sequence[str]) -> str:
    """What files of the same shape have in common: their headers in their order."""
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()


def remember(job: UploadJob) -> None:
    """Keep the mapping of `job` for the next file of its shape, with how it was read and what it looked like.

    Rows that come again have the look of those that failed, and their file a name of its own: where the file that they
    are of is remembered, only the mapping is kept.
    """
    kept: dict[str, Any] = {
        "name": job.file_name,
        "columns": job.columns,
        "shape": shape_of(profiles_of(job)),
        "mapping": job.mapping,
        "used_at": timezone.now(),
    }
    if job.as_detected:  # a file of the portal's own tells nothing of how others are to be read
        kept |= {
            "reading_options": job.reading_options,
            "as_detected": job.as_detected,
            "top": job.reading.get("top", ""),
        }
    comes_again = job.line.get(KEEPS_ROWS)
    changes = {name: kept[name] for name in ("mapping", "used_at")} if comes_again else kept
    MappingTemplate.objects.update_or_create(
        account=job.account, fingerprint=fingerprint(job.columns), defaults=changes, create_defaults=kept
    )


def profiles_of(job: UploadJob) -> list[ColumnProfile]:
    return [ColumnProfile.from_dict(column) for column in job.profiles]


def recall(
    job: UploadJob,
    columns: Sequence[str],
    profiles: Sequence[ColumnProfile],
    own: Suggestion,
    catalogue: TargetCatalogue,
) -> Recalled | None:
    """What is remembered for the file of `job`, whose headers are `columns`; None when nothing is.

    Columns that have changed are taken from our `own` suggestion, and so are those that are new. Where what is left
    cannot be used, all of it is our own, and what has changed is told all the same.
    """
    template = _template_for(job, columns)
    if template is None:
        return None
    remembered = Mapping.from_json(template.mapping)
    before = Remembered.from_shape(remembered, template.shape, template.columns or columns)
    drift = find_drift(before, profiles)
    touched = {name for change in drift for name in (change.column, change.other) if name}
    # A column that is joined with a touched one, or read by it, is no longer what it was either.
    doubtful = touched | {
        column.column for column in remembered.columns if not touched.isdisjoint(column.columns_read)
    }
    kept = [column for column in fit_mapping(remembered, columns).columns if column.column not in doubtful]
    added = [column for column in own.mapping.columns if column.column in doubtful and _is_free(column, kept)]
    known = {*(template.columns or columns)}
    left_out = {name for name in remembered.leave_out_unsubscribed if name in columns}
    left_out |= {name for name in own.mapping.leave_out_unsubscribed if name not in known or name in doubtful}
    mapping = replace(
        remembered,
        columns=tuple(_in_order([*kept, *added], columns)),
        leave_out_unsubscribed=tuple(name for name in columns if name in left_out),
    )
    problems = validate(mapping, columns, catalogue)
    if any(problem.code not in LEFT_TO_THE_PERSON for problem in problems):
        return Recalled(own.mapping, frozenset(), drift)
    return Recalled(mapping, frozenset(columns) - doubtful, drift)


def _template_for(job: UploadJob, columns: Sequence[str]) -> MappingTemplate | None:
    """What the person has asked for: the mapping of another import. Else the template of the very headers of the file,
    or that of the most similar ones, of these the last used."""
    if job.mapped_like is not None:
        return template_of(job.mapped_like)
    templates = MappingTemplate.objects.filter(account=job.account_id)
    exact = templates.filter(fingerprint=fingerprint(columns)).first()
    if exact is not None:
        return exact
    latest = templates.exclude(columns=[]).order_by("-used_at").only("columns", "mapping", "shape")
    alike = [(similarity(one.columns, columns), one) for one in latest[:TEMPLATES_COMPARED]]
    share, nearest = max(alike, key=lambda pair: pair[0], default=(0.0, None))
    return nearest if share >= NEAREST else None


def has_used_mapping(job: UploadJob) -> bool:
    """Whether somebody has gone through with the mapping of `job`, so that it is worth to be used again."""
    return bool(job.mapping) and (job.is_delivering or bool(job.ledger))


def template_of(job: UploadJob) -> MappingTemplate:
    """The mapping of `job` and what its file looked like, as a template that is not stored."""
    return MappingTemplate(
        account_id=job.account_id,
        name=job.file_name,
        columns=job.columns,
        shape=shape_of(profiles_of(job)),
        mapping=job.mapping,
    )


def _is_free(column: ColumnMapping, kept: Sequence[ColumnMapping]) -> bool:
    return all(one.target.lower() != column.target.lower() for one in kept)


def _in_order(mapped: Sequence[ColumnMapping], columns: Sequence[str]) -> list[ColumnMapping]:
    place = {name: index for index, name in enumerate(columns)}
    return sorted(mapped, key=lambda column: place[column.column])


def drift_of(job: UploadJob) -> list[Drift]:
    """What has changed between the file that is remembered and that of `job`."""
    return [Drift.from_dict(change) for change in job.drift]
