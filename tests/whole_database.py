"""All that the database holds of the portal, to see whether a request has written anything."""

from typing import Any

from django.apps import apps

Contents = dict[str, list[tuple[Any, ...]]]


def whole_database() -> Contents:
    """Every row by its model, but for sessions and the administration's own log."""
    models = [
        *apps.get_app_config("imports").get_models(include_auto_created=True),
        *apps.get_app_config("portal").get_models(include_auto_created=True),
        apps.get_model("auth", "Group"),
    ]
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def changed_since(before: Contents) -> set[str]:
    """The models of which something has been written."""
    return {name for name, rows in whole_database().items() if rows != before[name]}
