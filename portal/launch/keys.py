"""The embedded installation's own secrets: made at the first start, remembered in the data directory."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

SECRET_KEY_BYTES = 50
FERNET_KEY_BYTES = 32


def _make_secret_key() -> str:
    return secrets.token_urlsafe(SECRET_KEY_BYTES)


def _make_encryption_key() -> str:
    """A Fernet key: 32 random bytes in URL-safe base64 (the Fernet specification)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(FERNET_KEY_BYTES)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": _make_secret_key,
    "ENCRYPTION_KEY": _make_encryption_key,
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
            _write_once(path, make())
        variables[f"{name}_FILE"] = str(path)
    return variables


def _write_once(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written beside and then linked: no half key is ever seen, and the first of two starts wins.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
