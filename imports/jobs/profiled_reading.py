"""Reads an upload in a process of its own, as `files.guarded_reading`, and profiles its columns meanwhile."""

from collections.abc import Callable
from pathlib import Path

from imports.contacts.suggestions.profiles import ColumnProfile
from imports.files.guarded_reading import DEFAULT_READER_LIMITS, ReaderLimits, ask_reader, stage_request
from imports.files.reading import DEFAULT_LIMITS, NO_OPTIONS, Reading, ReadingLimits, ReadingOptions

MODULE = "imports.jobs.profiling_process"


def stage_profiled(
    source: Path,
    target: Path,
    options: ReadingOptions = NO_OPTIONS,
    limits: ReadingLimits = DEFAULT_LIMITS,
    progress: Callable[[int], None] | None = None,
    excerpt: Path | None = None,
    reader_limits: ReaderLimits = DEFAULT_READER_LIMITS,
) -> tuple[Reading, list[ColumnProfile]]:
    """Stage `source`, and say what each column holds, with samples of its values. Raises what `stage_guarded` raises.

    The profiles have the names that the columns have in the reading.
    """
    request = stage_request(source, target, options, limits, excerpt)
    answer = ask_reader(request, reader_limits, progress, MODULE)
    profiles = [ColumnProfile.from_dict(told) for told in answer["profiles"]]
    return Reading.from_dict(answer["reading"]), profiles
