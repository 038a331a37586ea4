"""What people have typed, or a file was called, with a person in it: the database holds no row of a file, but names of
files and columns, constants of mappings and drafts can name somebody. They say `ERASED` afterwards.
"""

import re
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import JSONField, Model, Q, TextField
from django.db.models.functions import Cast

from imports.models import (
    ApprovalRequest,
    ImportBatch,
    JobEvent,
    MappingDraft,
    MappingTemplate,
    MappingTrial,
    NamedMapping,
    ResumableUpload,
    UploadJob,
)
from imports.provenance.person_identifiers import IdentifierKind, PersonIdentifier

ERASED = "erased"

_TYPED: dict[type[Model], tuple[str, ...]] = {
    UploadJob: (
        *(
            "file_name",
            "reading_options",
            "read_by",
            "reading",
            "profiles",
            "suggestions",
            "drift",
            "mapping",
        ),
        *("check_summary", "failure", "line", "reasons"),
    ),
    ImportBatch: ("reason",),
    JobEvent: ("details",),
    ApprovalRequest: ("reason", "applied"),
    MappingTemplate: ("name", "columns", "shape", "mapping", "reading_options"),
    NamedMapping: ("name", "columns", "mapping"),
    MappingDraft: ("form", "mapping", "columns"),
    MappingTrial: ("mapping", "summary"),
    ResumableUpload: ("file_name",),
    LogEntry: ("object_repr", "change_message"),
}
"""Fields that can have it in them, by their models."""


def erase_words(person: PersonIdentifier) -> int:
    """Put ERASED in the place of `person` wherever it is in the database; in how many rows."""
    if person.kind == IdentifierKind.CONTACT_ID:
        return 0  # any number may be one
    return sum(_erase_words_of(model, names, person) for model, names in _TYPED.items())


def _erase_words_of(model: type[Model], names: tuple[str, ...], person: PersonIdentifier) -> int:
    objects = model._default_manager
    as_text = {f"{name}_as_text": Cast(name, TextField()) for name in names}
    holds = Q()
    for name in as_text:
        holds |= Q(**{f"{name}__icontains": person.value})
    is_json = {name: isinstance(model._meta.get_field(name), JSONField) for name in names}
    count = 0
    for row in objects.annotate(**as_text).filter(holds).values("pk", *names):
        changes = {name: _without(row[name], person) for name in names if row[name] is not None}
        changed = {name: value for name, value in changes.items() if value != row[name]}
        # Whatever somebody has changed meanwhile is looked at again when the erasure is repeated.
        same = {name: row[name] for name in changed if not is_json[name]}
        count += objects.filter(pk=row["pk"], **same).update(**changed) if changed else 0
    return count


def _without(value: Any, person: PersonIdentifier) -> Any:
    if isinstance(value, str):
        return re.sub(re.escape(person.value), ERASED, value, flags=re.IGNORECASE)
    if isinstance(value, list):
        return [_without(one, person) for one in value]
    if isinstance(value, dict):
        return {_without(name, person): _without(one, person) for name, one in value.items()}
    return value
