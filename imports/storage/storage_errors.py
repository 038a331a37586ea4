"""What is told of a storage or a disk that cannot be used just now: one class, whatever went wrong underneath."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

# A full disk, an exhausted quota, a disk that fails, a network file system that has gone away.
PASSING_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE})
# How libraries in Rust, such as Polars, tell of the system's errors: by the text alone.
RUST_ERROR = re.compile(r"\(os error (\d+)\)")


class StorageUnavailableError(OSError):
    """The storage does not answer, or the disk cannot take or give more, for a while.

    Its text says what kind of fault it is; it names no place, no file and no secret.
    """


class ObjectChangedError(Exception):
    """The object is not in the version that was asked for any more."""


@contextmanager
def disk_errors() -> Iterator[None]:
    """Raises StorageUnavailableError for what the disk cannot do just now; every other error passes as it is."""
    try:
        yield
    except StorageUnavailableError:
        raise
    except Exception as error:
        number = _errno(error)
        if number not in PASSING_ERRNOS:
            raise
        raise StorageUnavailableError(number, errno.errorcode[number]) from None


def _errno(error: Exception) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if not type(error).__module__.startswith("polars"):
        return None
    told = RUST_ERROR.search(str(error))
    return int(told[1]) if told else None
