"""Records changes of people, groups, memberships and accounts, wherever they are made: page, admin, command or shell.

Of what is no secret the log says what was and is; of the rest, that it was changed. Changes made by `QuerySet.update`
send no signal: whoever makes one of these records it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db.models import Field, Model, ProtectedError
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from imports.audit.recording import record
from imports.models import DotdigitalAccount, GroupMembership, Membership, UploadJob
from imports.querysets import SECRETS
from portal.models import User
from portal.requester import current_requester

CHANGED = "changed"


@dataclass(frozen=True)
class WatchedModel:
    """A model whose rows people change. All of its fields that forms may change are told with what was and is, except
    for `hidden`, of which is told that they were changed, and `ignored`."""

    model: type[Model]
    prefix: str
    hidden: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def fields(self, among: Iterable[str] | None) -> list[Field]:
        """Those that are told, of the ones that are being saved; None for all."""
        saved = None if among is None else frozenset(among)
        return [
            field
            for field in self.model._meta.concrete_fields
            if (field.editable or field.name in self.hidden)
            and not field.primary_key
            and field.name not in self.ignored
            and (saved is None or field.name in saved or field.attname in saved)
        ]

    def told(self, values: dict[str, Any]) -> dict[str, Any]:
        """`values` by field as they may be told."""
        return {name: CHANGED if name in self.hidden else _plain(value) for name, value in values.items()}


WATCHED = (
    WatchedModel(
        User,
        "person",
        hidden=("password", "email", "first_name", "last_name"),
        ignored=("last_login", "date_joined"),
    ),
    WatchedModel(Group, "group"),
    WatchedModel(Membership, "membership"),
    WatchedModel(GroupMembership, "membership"),
    WatchedModel(DotdigitalAccount, "account", hidden=SECRETS),
)
NAMED_BY = {"user": "username", "group": "name", "permission": "codename"}

_BY_MODEL = {watched.model: watched for watched in WATCHED}
_BEFORE = "_audit_before"


def watch() -> None:
    """Record changes from now on, as the process starts."""
    for watched in WATCHED:
        pre_save.connect(_about_to_be_saved, sender=watched.model, dispatch_uid="audit")
        post_save.connect(_saved, sender=watched.model, dispatch_uid="audit")
        post_delete.connect(_removed, sender=watched.model, dispatch_uid="audit")
    for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_related_changed, sender=through, dispatch_uid="audit")
    post_delete.connect(_import_removed, sender=UploadJob, dispatch_uid="audit")
    pre_delete.connect(_keep_who_acted, sender=User, dispatch_uid="audit")


def _about_to_be_saved(
    sender: type[Model], instance: Model, update_fields: Any, using: str, **_: Any
) -> None:
    fields = _BY_MODEL[sender].fields(update_fields)
    before = None
    if fields and not instance._state.adding:
        names = [field.attname for field in fields]
        before = sender._base_manager.using(using).filter(pk=instance.pk).values(*names).first()
    setattr(instance, _BEFORE, before)


def _saved(sender: type[Model], instance: Model, created: bool, update_fields: Any, **_: Any) -> None:
    watched, before = _BY_MODEL[sender], instance.__dict__.pop(_BEFORE, None)
    by = current_requester().person
    if created:
        values = {field.name: getattr(instance, field.attname) for field in watched.fields(None)}
        told = {name: value for name, value in values.items() if name not in watched.hidden}
        record(f"{watched.prefix}_added", by=by, on=instance, **watched.told(told))
    elif before is not None:
        changes = _changes(watched, instance, before, update_fields)
        if changes:
            record(f"{watched.prefix}_changed", by=by, on=instance, **changes)


def _changes(
    watched: WatchedModel, instance: Model, before: dict[str, Any], update_fields: Any
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for field in watched.fields(update_fields):
        # As the database will give it back: a form may have left a number as text.
        was, now = before[field.attname], field.to_python(getattr(instance, field.attname))
        if was != now:
            changes[field.name] = (
                CHANGED if field.name in watched.hidden else {"was": _plain(was), "is": _plain(now)}
            )
    return changes


def _removed(sender: type[Model], instance: Model, **_: Any) -> None:
    record(f"{_BY_MODEL[sender].prefix}_removed", by=current_requester().person, on=instance)


def _import_removed(sender: type[Model], instance: UploadJob, **_: Any) -> None:
    record("import_removed", by=current_requester().person, on=instance)


def _related_changed(
    sender: type[Model],
    instance: Model,
    action: str,
    model: type[Model],
    pk_set: set[int] | None,
    **_: Any,
) -> None:
    if action not in {"post_add", "post_remove", "pre_clear"}:
        return
    kind = model._meta.model_name or ""
    if pk_set is None:  # all of them go
        own = next(f for f in sender._meta.concrete_fields if f.related_model is type(instance))
        other = next(f for f in sender._meta.concrete_fields if f.related_model is model)
        rows = sender._base_manager.filter(**{own.attname: instance.pk})
        pk_set = set(rows.values_list(other.attname, flat=True))
    if not pk_set:
        return
    names = model._base_manager.filter(pk__in=pk_set).values_list(NAMED_BY[kind], flat=True)
    change = "added" if action == "post_add" else "removed"
    told: dict[str, Any] = {f"{kind}s": {change: sorted(names)}}
    record(f"{_BY_MODEL[type(instance)].prefix}_changed", by=current_requester().person, on=instance, **told)


def _keep_who_acted(sender: type[Model], instance: User, **_: Any) -> None:
    """Django removes a person's entries in the log of the administration along with them: who has any, stays."""
    entries = LogEntry.objects.filter(user=instance)
    if entries.exists():
        raise ProtectedError(
            "Whoever has acted in the administration stays: make them inactive.", set(entries)
        )


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
