"""The embedded installation's own secrets: made at the first start, remembered in the data directory."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from portal.remembered_secrets import make_token, write_once

FERNET_KEY_BYTES = 32


def _make_encryption_key() -> str:
    """A Fernet key: 32 random bytes in URL-safe base64 (the Fernet specification)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(FERNET_KEY_BYTES)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": make_token,
    "ENCRYPTION_KEY": _make_encryption_key,
    "AUDIT_KEY": make_token,
}


def remembered_keys(directory: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """`NAME_FILE` variables for the keys that `environ` does not give, their files made where missing.

    The files are readable by this user alone. A key given as NAME or NAME_FILE is left alone.
    """
    variables = {}
    for name, make in MAKERS.items():
        if environ.get(name) or environ.get(f"{name}_FILE"):
            continue
        path = directory / name.lower()
        if not path.exists():
            write_once(path, make())
        variables[f"{name}_FILE"] = str(path)
    return variables
