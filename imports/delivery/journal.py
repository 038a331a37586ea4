"""Keeps what Dotdigital has accepted on this machine's own disk until the database has it.

An import cannot be looked up without the id that its answer carries, and the database may be away just then. So the id
is written to a small file first, which is on the disk before anything else is done; the file goes when the database has
it. Whoever looks for batches whose sender died looks here before: what is known to be accepted is no doubt.

The files are this machine's, also where the storage is shared: only the machine that had the answer knows of it.
"""

import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from imports.models import ImportBatch

logger = logging.getLogger(__name__)

FOLDER = "accepted"
_NAME = re.compile(r"[0-9]+-[0-9]+\.json")
_PART = ".part"


@dataclass(frozen=True)
class Accepted:
    """An import that was accepted: which batch, at which of its attempts, under which id, and when."""

    batch: int
    job: str
    account: int
    attempt: int
    import_id: str
    at: datetime

    @classmethod
    def of(cls, batch: ImportBatch, import_id: str, at: datetime) -> "Accepted":
        return cls(batch.pk, str(batch.job_id), batch.job.account_id, batch.attempts, import_id, at)

    @property
    def path(self) -> Path:
        return _folder() / f"{self.batch}-{self.attempt}.json"


def keep(accepted: Accepted) -> None:
    """Put it on the disk. A disk that takes nothing is no reason to do nothing: the log has the id as well."""
    logger.info(
        "batch=%s attempt=%s accepted as import=%s", accepted.batch, accepted.attempt, accepted.import_id
    )
    path = accepted.path
    part = path.with_suffix(_PART)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = json.dumps({**asdict(accepted), "at": accepted.at.isoformat()})
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        logger.warning("batch=%s accepted, but not kept on disk: %s", accepted.batch, type(error).__name__)


def forget(accepted: Accepted) -> None:
    """The database has it."""
    try:
        accepted.path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("batch=%s stays on disk: %s", accepted.batch, type(error).__name__)


def kept(account_id: int) -> Iterator[Accepted]:
    """What this machine still keeps for an account."""
    for path in sorted(_folder().glob("*.json")):
        found = _read(path) if _NAME.fullmatch(path.name) else None
        if found is not None and found.account == account_id:
            yield found


def _read(path: Path) -> Accepted | None:
    try:
        given = json.loads(path.read_text())
        return Accepted(**{**given, "at": datetime.fromisoformat(given["at"])})
    except FileNotFoundError:  # the database has it meanwhile
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.error("%s cannot be read: %s", path.name, type(error).__name__)
        return None


def _folder() -> Path:
    return Path(settings.DATA_DIR) / FOLDER


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
