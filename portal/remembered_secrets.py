"""Secrets of an installation of its own: made once, and remembered in a file that only its user may read.

No Django here: the launcher and the settings come here.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

TOKEN_BYTES = 50


def make_token() -> str:
    """A random secret, without a comma."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def write_once(path: Path, text: str) -> None:
    """Write `text` to the file `path` unless it is there. Of two that do so at once, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written beside and then linked: no half secret is ever seen.
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
