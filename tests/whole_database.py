"""All that the database holds of the portal, to see whether a request has written anything."""

from typing import Any

from django.apps import apps

from imports.models import AuditEvent, AuditLane

EVIDENCE = (AuditEvent, AuditLane)

Contents = dict[str, list[tuple[Any, ...]]]


def whole_database() -> Contents:
    """Every row by its model, but for sessions, the administration's own log and the audit log, which tells of refused
    acts, too."""
    models = [
        *apps.get_app_config("imports").get_models(include_auto_created=True),
        *apps.get_app_config("portal").get_models(include_auto_created=True),
        apps.get_model("auth", "Group"),
    ]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list())
        for model in models
        if model not in EVIDENCE
    }


def changed_since(before: Contents) -> set[str]:
    """The models of which something has been written."""
    return {name for name, rows in whole_database().items() if rows != before[name]}
