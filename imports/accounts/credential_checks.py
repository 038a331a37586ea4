"""Django's system checks of stored credentials: `manage.py check --database default`, and every `migrate`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from imports.accounts.key_rotation import credentials_by_key
from imports.secrets import UnderKey

UNDER_OLDER_KEY, UNDER_UNKNOWN_KEY = "imports.W001", "imports.W002"


def watch() -> None:
    """Have Django make the checks from now on, as the process starts."""
    register(check_credentials, Tags.database)


def check_credentials(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warnings of credentials that are not under the newest key; none where the database cannot be asked yet."""
    if not databases:
        return []
    try:
        found = credentials_by_key()
    except DatabaseError:
        return []
    warnings: list[CheckMessage] = []
    if older := found[UnderKey.OLDER]:
        warnings.append(
            Warning(
                f"{older} stored credentials or second factors are encrypted with an older key of ENCRYPTION_KEY.",
                hint="Run: python manage.py rotate_keys",
                id=UNDER_OLDER_KEY,
            )
        )
    if unknown := found[UnderKey.UNKNOWN]:
        warnings.append(
            Warning(
                f"{unknown} stored credentials or second factors are encrypted with a key that ENCRYPTION_KEY does not "
                "name.",
                hint="Put that key back behind the others, or enter them again: rotate_keys says whose they are.",
                id=UNDER_UNKNOWN_KEY,
            )
        )
    return warnings
