"""Mappings that people keep by a name: made of an import, renamed, deleted, and found again beside remembered ones."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from imports.audit.recording import record
from imports.contacts.mapping import Mapping
from imports.models import MappingTemplate, NamedMapping, UploadJob
from imports.transactions import assign, unit_of_work
from portal.models import User

NAMED = "named-"
REMEMBERED_OFFERED = 50  # the latest


class NameTakenError(Exception):
    """Another mapping of the account has that name."""


@dataclass(frozen=True)
class KeptMapping:
    """A mapping that can be used for a file: one with a name, or one that is remembered of the file `name`."""

    key: str
    name: str
    at: datetime
    columns: list[str]
    mapping: Mapping
    named: NamedMapping | None = None

    @property
    def used_columns(self) -> list[str]:
        """The columns of a file that it needs, each once, in the order of its headers."""
        needed = {*self.mapping.columns_needed}
        return [*(name for name in self.columns if name in needed), *sorted(needed - {*self.columns})]


def keep_mapping(job: UploadJob, name: str, by: User) -> NamedMapping:
    """Keep the mapping of `job` by `name`. Raises NameTakenError."""
    try:
        with unit_of_work():
            named = NamedMapping.objects.create(
                account_id=job.account_id, name=name, columns=job.columns, mapping=job.mapping, made_by=by
            )
            record("kept_mapping_saved", by=by, on=named, job=str(job.pk))
            return named
    except IntegrityError:
        raise NameTakenError from None


def rename_mapping(named: NamedMapping, name: str, by: User) -> None:
    """Call `named` by another name. Raises NameTakenError."""
    try:
        with unit_of_work():
            NamedMapping.objects.filter(pk=named.pk).update(name=name)
            record("kept_mapping_renamed", by=by, on=named, name={"was": named.name, "is": name})
            assign(named, {"name": name})
    except IntegrityError:
        raise NameTakenError from None


def remove_mapping(named: NamedMapping, by: User) -> None:
    """Forget `named`; imports that used it stay as they are."""
    with unit_of_work():
        record("kept_mapping_removed", by=by, on=named)
        named.delete()


def kept_mappings(job: UploadJob) -> list[KeptMapping]:
    """What there is for the file of `job`: mappings with a name first, by name; then those remembered, latest first."""
    named = NamedMapping.objects.filter(account=job.account_id).select_related("made_by")
    remembered = MappingTemplate.objects.filter(account=job.account_id).order_by("-used_at")
    return [*map(of_named, named), *map(_of_template, remembered[:REMEMBERED_OFFERED])]


def find_kept(job: UploadJob, key: str) -> KeptMapping | None:
    """One of those, by its key; None when there is none of it."""
    number = key.removeprefix(NAMED)
    if not number.isdecimal():
        return None
    if key.startswith(NAMED):
        named = NamedMapping.objects.filter(account=job.account_id, pk=number).first()
        return of_named(named) if named else None
    template = MappingTemplate.objects.filter(account=job.account_id, pk=number).first()
    return _of_template(template) if template else None


def of_named(named: NamedMapping) -> KeptMapping:
    """A mapping with a name as one that can be used."""
    mapping = Mapping.from_json(named.mapping)
    return KeptMapping(f"{NAMED}{named.pk}", named.name, named.made_at, named.columns, mapping, named)


def _of_template(template: MappingTemplate) -> KeptMapping:
    mapping = Mapping.from_json(template.mapping)
    return KeptMapping(str(template.pk), template.name, template.used_at, template.columns, mapping)
