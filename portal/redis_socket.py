"""Where the Redis that the portal starts for itself listens: at a socket in a folder of the portal's own user.

Whoever reaches a Redis that workers take from can have them run tasks, so it has no port: other users of the machine,
and programs that can only open network connections, do not get to it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

SOCKET_NAME = "redis.sock"
# The longest that is the same everywhere: macOS takes 104 bytes with the closing zero, Linux 108.
MAX_SOCKET_PATH_BYTES = 103


def redis_folder(data_directory: Path) -> Path:
    """Where that Redis keeps what it holds."""
    return data_directory / "redis"


def redis_socket(folder: Path) -> Path:
    """The socket of the Redis that keeps its data in `folder`.

    In that folder, unless its path is longer than the system takes for a socket; then in one for temporary files, under
    a name that follows from the path and the user.
    """
    path = folder / SOCKET_NAME
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"portal-{os.getuid()}-{name}", SOCKET_NAME)


def redis_url(folder: Path) -> str:
    """The URL by which redis-py reaches the Redis that keeps its data in `folder`."""
    return f"unix://{quote(str(redis_socket(folder)))}"
