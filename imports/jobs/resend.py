"""Knows a file of a report again that somebody has edited and uploaded: its rows are those of the report's import.

It is looked at when it has been read, by the worker that has read it. Where it bears the mark of an import that its
owner can see, into the same account, its job becomes one of that line: it takes over the mapping, and every row its
number. Any other file that bears a mark is an ordinary file, and its reading says why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
from django.conf import settings
from django.utils.translation import override

from imports import tables
from imports.contacts.mapping import Mapping
from imports.contacts.repairs.carried_overlay import ROWS_SCHEMA
from imports.contacts.suggestions.drift import fit_mapping
from imports.contacts.suggestions.profiles import ColumnProfile
from imports.files.excerpt import read_excerpt, write_excerpt
from imports.files.file_problems import ProblemLog
from imports.files.reading import Reading, ReadingProblem
from imports.jobs.file_marks import is_like_mark, job_id_of, normal_mark
from imports.jobs.line import jobs_above
from imports.jobs.report_source import consent_records
from imports.models import UploadJob
from imports.reports.export import MARK_COLUMN, report_headers
from imports.reports.lineage import last_row
from imports.reports.returned_rows import (
    ROW_COLUMN,
    ReturnedColumns,
    may_hold_marks,
    number_rows,
    told_apart,
    write_returned,
)
from imports.storage import artefacts

ORIGINS_SCHEMA: tables.Schema = {"row": pl.UInt32, "origin": pl.UInt32}
"""Rows that are copies of another, and the number of that one."""

NO_COLUMNS = ReturnedColumns({}, {})

MAX_MARKS = 1_000
"""More marks than that in one column are no marks of anybody's report."""


@dataclass(frozen=True)
class FileRead:
    """A file as it was read: what it is, what its columns hold, and its tables in a work folder by their names.

    `parent`: the job whose rows it brings again; None for an ordinary file. `mapping` is what it takes over from that,
    and `kept_rows` are the numbers of its rows that are rows of that one (`carried_overlay.ROWS_SCHEMA`).
    """

    reading: Reading
    profiles: list[ColumnProfile]
    tables: dict[str, Path]
    parent: UploadJob | None = None
    mapping: dict[str, Any] = field(default_factory=dict)
    kept_rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROWS_SCHEMA))


def recognised(job: UploadJob, file: FileRead, folder: Path) -> FileRead:
    """`file`, which was read for `job`, as rows of an earlier import if it is that, with a note on it either way."""
    found = _look_for_marks(job, file)
    if found.parent is not None:
        return _as_rows_of(found.parent, found.columns, file, folder)
    if found.code:
        return _noted(file, found.code, **found.details)
    if job.parent is not None:
        return _noted(file, "resent_unmarked", file=job.parent.file_name)
    return file


def _noted(file: FileRead, code: str, /, **details: Any) -> FileRead:
    note = ReadingProblem(0, code, details)
    return replace(file, reading=replace(file.reading, problems=(note, *file.reading.problems)))


@dataclass(frozen=True)
class _Found:
    """What the marks of a file say: the job that they name, and the columns of the file; or the code of why there is
    none, "" where there is no mark."""

    parent: UploadJob | None = None
    columns: ReturnedColumns = NO_COLUMNS
    code: str = ""
    details: dict[str, str] = field(default_factory=dict)


def _look_for_marks(job: UploadJob, file: FileRead) -> _Found:
    names = file.reading.columns
    found = [
        _named_by(job, marks, names, place)
        for place, name in enumerate(names)
        if may_hold_marks(name) and (marks := _marks_in(file.tables[artefacts.STAGED], place))
    ]
    # The person's own file may have had such a column before it was exported: the one that fits is ours.
    return next((one for one in found if one.parent is not None), found[-1] if found else _Found())


def _marks_in(table: Path, place: int) -> set[str]:
    """What looks like a mark in a column of a staged table; nothing where it has more than anybody's report."""
    different = tables.scan(table).select(pl.col(f"c{place}").unique()).head(MAX_MARKS + 1).collect()
    cells = different.to_series()
    if len(cells) > MAX_MARKS:
        return set()
    return {normal_mark(cell) for cell in cells if is_like_mark(cell)}


def _named_by(job: UploadJob, marks: set[str], names: Sequence[str], place: int) -> _Found:
    """What the marks in the column at `place` name, of a file whose columns have these names."""
    ids = {job_id for mark in marks if (job_id := job_id_of(mark))}
    if len(ids) > 1:
        return _Found(code="resent_several")
    parent = _visible(job, next(iter(ids))) if ids else None
    if parent is None:
        return _Found(code="resent_unknown")
    if parent.account_id != job.account_id:
        return _Found(code="resent_other_account", details={"account": parent.account.name})
    if not parent.has_ended or not artefacts.exists(parent, artefacts.OUTCOMES):
        return _Found(code="resent_gone")
    records = consent_records(parent)
    columns = told_apart(names, parent.columns, _headers_written(parent.columns, records), records)
    if columns.added.get(MARK_COLUMN) != place:
        return _Found()
    if ROW_COLUMN not in columns.added:
        return _Found(code="resent_unnumbered", details={"file": parent.file_name})
    return _Found(parent, columns)


def _visible(job: UploadJob, named: UUID) -> UploadJob | None:
    """The job `named`, if the owner of `job` can see it, or `job` was made of it; it is another one in any case."""
    if named == job.parent_id:
        return job.parent
    return UploadJob.objects.visible_to(job.owner).exclude(pk=job.pk).filter(pk=named).first()


def _headers_written(columns: Sequence[str], records: int) -> list[list[str]]:
    """The headers of a report of a file with these columns, and of so many consent records, in every language of the
    portal."""
    written = []
    for language, _ in settings.LANGUAGES:
        with override(language):
            written.append(report_headers(columns, records))
    return written


def _as_rows_of(parent: UploadJob, columns: ReturnedColumns, file: FileRead, folder: Path) -> FileRead:
    """`file` with the row numbers and the mapping of `parent`, and without the columns that its report added."""
    table = file.tables[artefacts.STAGED]
    with artefacts.local(parent, artefacts.OUTCOMES) as outcomes:
        known = tables.scan(outcomes).select("row").collect().to_series()
    numbered = number_rows(table, columns, known, _last_row_of_line(parent))
    returned = {
        artefacts.STAGED: folder / "returned",
        artefacts.EXCERPT: _without_added(
            file.tables[artefacts.EXCERPT], columns, folder / "returned-excerpt"
        ),
    }
    with artefacts.local(parent, artefacts.STAGED) as original:
        write_returned(table, numbered, columns, original, parent.columns, returned[artefacts.STAGED])
    copies = numbered.drop_nulls("origin").sort("row").select(ORIGINS_SCHEMA.keys())
    if copies.height:
        returned[artefacts.ORIGINS] = folder / "origins"
        copies.write_parquet(returned[artefacts.ORIGINS])
    names = tuple(columns.own.values())
    mapping = Mapping.from_json(parent.mapping)
    profiles = zip(columns.own, names, strict=True)
    return replace(
        file,
        reading=_reading_of(file.reading, parent, names, numbered, mapping),
        profiles=[replace(file.profiles[place], column=name) for place, name in profiles],
        tables=returned,
        parent=parent,
        mapping=fit_mapping(mapping, names).to_json(),
        kept_rows=numbered.filter(~pl.col("is_new")).select("row", becomes_row="row"),
    )


def _last_row_of_line(parent: UploadJob) -> int:
    """The greatest number of a row in the files that are above a job that brings rows of `parent` again."""
    last = 0
    for job in (*jobs_above(parent), parent):
        with artefacts.local(job, artefacts.OUTCOMES) as outcomes:
            last = max(last, last_row(outcomes))
    return last


def _without_added(excerpt: Path, columns: ReturnedColumns, target: Path) -> Path:
    rows = [
        replace(row, cells=tuple(row.cells[place] for place in columns.own if place < len(row.cells)))
        for row in read_excerpt(excerpt)
    ]
    write_excerpt(rows, target)
    return target


def _reading_of(
    reading: Reading, parent: UploadJob, names: Sequence[str], numbered: pl.DataFrame, mapping: Mapping
) -> Reading:
    """`reading` of the rows as they are numbered: what is said of a row is said by its new number."""
    log = ProblemLog()
    for place, row, origin in _new_rows(numbered):
        if origin is None:
            log.add(row, "resent_new_row", place=place)
        else:
            log.add(row, "resent_copied_row", place=place, of=origin)
    about_file = [ReadingProblem(0, "resent", {"file": parent.file_name})]
    for code, needed in (
        ("resent_without_columns", mapping.columns_read),
        ("resent_without_statuses", mapping.leave_out_unsubscribed),
    ):
        if missing := {*needed} - {*names}:
            in_order = [name for name in parent.columns if name in missing]
            about_file.append(ReadingProblem(0, code, {"file": parent.file_name, "columns": in_order}))
    spoken_of = numbered.filter(pl.col("file_row").is_in([problem.row for problem in reading.problems]))
    number_of = dict(spoken_of.select("file_row", "row").iter_rows())
    problems = [replace(one, row=number_of.get(one.row, one.row)) for one in reading.problems]
    # Rows of which only what the report added was filled.
    emptied = int(numbered["is_blank"].sum()) - (reading.staged_rows - reading.rows)
    return replace(
        reading,
        columns=tuple(names),
        rows=reading.rows - emptied,
        blank=reading.blank + emptied,
        problems=(*about_file, *log.summary(), *problems),
    )


def _new_rows(numbered: pl.DataFrame) -> Iterator[tuple[int, int, int | None]]:
    """The place in the file, the number, and the number that they had of rows that are none of the first file."""
    new = numbered.filter(pl.col("is_new") & ~pl.col("is_blank"))
    yield from new.select("file_row", "row", "origin").iter_rows()
