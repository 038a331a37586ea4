"""Sends a report as CSV while it is made, from a process that serves pages: the first rows come at once (ADR 41).

Making it costs seconds for a million rows and holds up no other thread, but it takes memory: each process is at one at
a time, and has workers make what else is asked for meanwhile (`download`).
"""

import logging
from collections.abc import Generator, Iterator
from itertools import islice
from threading import BoundedSemaphore

from imports.jobs.report_source import report_source
from imports.models import UploadJob
from imports.reasons import REPORT_WORDS
from imports.reports.export import iter_csv
from imports.storage.artefacts import StorageUnavailableError

logger = logging.getLogger(__name__)

_places = BoundedSemaphore(1)


class StreamBrokenError(Exception):
    """What is sent cannot be finished. The connection is closed before its end, by which the other side can tell."""


class CsvStream:
    """Pieces of a file that is being made. Whoever has one closes it, read to its end or not."""

    def __init__(self, pieces: Generator[bytes]) -> None:
        self._pieces = pieces
        # The header and the first rows: what is wrong from the start is raised here, where a page can still say so.
        self._first = b"".join(islice(pieces, 2))

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._pieces

    def close(self) -> None:
        """Have nothing more of it made."""
        self._pieces.close()


def stream_csv(job: UploadJob, selection: str) -> CsvStream | None:
    """These rows of a job's report as CSV; None while this process is at another."""
    return CsvStream(_pieces(job, selection)) if _places.acquire(blocking=False) else None


def _pieces(job: UploadJob, selection: str) -> Generator[bytes]:
    try:
        with report_source(job, selection) as source:
            yield from iter_csv(
                source.staged,
                source.outcomes,
                source.columns,
                selection,
                words=REPORT_WORDS,
                mark=source.mark,
                consent=source.consent,
            )
    except StorageUnavailableError:
        raise
    except Exception as error:
        logger.error("job=%s its %s rows as CSV broke off", job.pk, selection, exc_info=error)
        raise StreamBrokenError from None
    finally:
        _places.release()
