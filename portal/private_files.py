"""Keeps what the portal writes to disk from everybody but its own user, whatever the umask it is started with.

No Django here: the launcher, the settings and the sandbox's start all come here first.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

OWNER_ALONE = 0o077
"""The umask under which new files are 0600 and new folders 0700."""

DATABASE_FILES = "*.sqlite3*"


def write_for_owner_alone() -> None:
    """From here on this process, and those that it starts, make files and folders that only their owner may open."""
    os.umask(OWNER_ALONE)


def make_private_folder(path: Path) -> None:
    """Make the folder `path`, or close one that is there to others, with the databases that lie in it.

    A folder of another owner, such as a volume that a container is given, is left as it is: `is_open_to_others`
    tells. Raises OSError where it cannot be made.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    for entry in (path, *path.glob(DATABASE_FILES)):
        # Another process may be at the same, or have just removed a log of the database.
        with suppress(OSError):
            if mode := _others_may(entry):
                entry.chmod(stat.S_IMODE(mode) & ~OWNER_ALONE)


def is_open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may read, write or enter `path`."""
    return bool(_others_may(path))


def _others_may(path: Path) -> int:
    """The mode of `path`, or 0 when it lets nobody in but its owner."""
    mode = path.stat().st_mode
    return mode if mode & OWNER_ALONE else 0
