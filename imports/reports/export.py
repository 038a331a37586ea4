"""A report as a file: the person's own columns in their own order, then what became of each row.

Both formats hold every cell as text, exactly as it was in the file, with two exceptions that are there to
protect whoever opens it:

* **CSV.** A spreadsheet runs a cell that starts with `=`, `+`, `-`, `@`, a tab or a line break as a
  formula. Such a cell gets a leading apostrophe, unless it can only be a number or a telephone number
  (`+44 7700 900123`, `-5.3`), which stay as they are. So does such a part of a cell behind a semicolon, a bar, a tab or
  a line break, where a cell begins for a spreadsheet that takes that for the separator. A file that comes back has them
  taken off again (`returned_rows`).
* **XLSX.** Text is written as text and never run, so nothing is guarded. A cell holds 32,767 characters;
  a longer one is cut there and ends in `sheet_rows.CUT_MARK`.

Of an import that sent consent records, each row that was sent has them as they were sent (`sent_consent`). Every row
also bears the mark of its import, by which the file is known again wherever it was edited meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import polars as pl

from imports.messages import column_label
from imports.reports.csv_rows import csv_bytes
from imports.reports.report_rows import ALL_ROWS, REPORT_COLUMNS, report_frames
from imports.reports.report_words import ReportWords
from imports.reports.sent_consent import SentConsent, consent_columns
from imports.reports.workbook_writer import MAX_ROWS_PER_SHEET, WorkbookWriter
from imports.worksheets import MAX_COLUMNS

CSV_CONTENT_TYPE = "text/csv; charset=utf-8"
XLSX_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MARK_COLUMN = "import_job"
"""The column of the mark, which is the same in every row; the last."""


def added_columns(records: int = 0) -> tuple[str, ...]:
    """What a file has beside the person's own columns, of an import with so many consent records."""
    return (*REPORT_COLUMNS, *consent_columns(records), MARK_COLUMN)


BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for the local code page


class TooManyColumnsError(ValueError):
    """The file has more columns than a worksheet can hold; CSV has no such limit."""


def report_headers(columns: Sequence[str], records: int = 0) -> list[str]:
    """The file's own headers, then `added_columns`; one that the file has already is called `row (import)`.

    A column without a name is called by its place, as on pages, unless another has that name. Headers are compared
    whatever their case. A file that was exported twice gets `row (import 2)`.
    """
    own = set(columns)
    headers = [name if (label := column_label(name)) in own else label for name in columns]
    taken = {header.casefold() for header in headers}
    for name in added_columns(records):
        header, copies = name, 0
        while header.casefold() in taken:
            copies += 1
            header = f"{name} (import)" if copies == 1 else f"{name} (import {copies})"
        taken.add(header.casefold())
        headers.append(header)
    return headers


def _ignore(rows: int) -> None:
    """Nobody wants to know how many rows have been written."""


def iter_csv(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    rows: str = ALL_ROWS,
    watch: Callable[[int], None] = _ignore,
    *,
    words: ReportWords,
    mark: str,
    consent: SentConsent | None = None,
) -> Iterator[bytes]:
    """A report as CSV, a row group at a time: UTF-8 with byte order mark, comma, CRLF.

    `rows` is one of SELECTIONS. `mark` is that of the import, `consent` what it sent of consent. `watch` is told how
    many rows came with each piece.
    """
    headers = report_headers(columns, consent.records if consent else 0)
    names = [f"h{position}" for position in range(len(headers))]
    yield BYTE_ORDER_MARK + csv_bytes(pl.DataFrame([headers], schema=names, orient="row"))
    with ThreadPoolExecutor(max_workers=1) as thread:
        under_way: deque[tuple[int, Future[bytes]]] = deque()
        frames = report_frames(staged, outcomes, columns, rows, words=words, consent=consent)
        for number, frame in enumerate(frames):
            under_way.append((frame.height, thread.submit(csv_bytes, _marked(frame, mark))))
            # The first is waited for; from then on one is written while the next is read.
            while len(under_way) > min(number, 1):
                yield from _finished(under_way, watch)
        yield from _finished(under_way, watch)


def _marked(frame: pl.DataFrame, mark: str) -> pl.DataFrame:
    return frame.with_columns(pl.lit(mark).alias(MARK_COLUMN))


def _finished(under_way: deque[tuple[int, Future[bytes]]], watch: Callable[[int], None]) -> Iterator[bytes]:
    if under_way:
        height, piece = under_way.popleft()
        yield piece.result()
        watch(height)


def export_csv(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    target: BinaryIO,
    rows: str = ALL_ROWS,
    *,
    words: ReportWords,
    mark: str,
    watch: Callable[[int], None] = _ignore,
    consent: SentConsent | None = None,
) -> None:
    """Write what `iter_csv` gives to `target`, a binary file."""
    for piece in iter_csv(staged, outcomes, columns, rows, watch, words=words, mark=mark, consent=consent):
        target.write(piece)


def export_xlsx(
    staged: Path,
    outcomes: Path,
    columns: Sequence[str],
    target: BinaryIO,
    rows: str = ALL_ROWS,
    *,
    words: ReportWords,
    mark: str,
    watch: Callable[[int], None] = _ignore,
    consent: SentConsent | None = None,
    rows_per_sheet: int = MAX_ROWS_PER_SHEET,
) -> None:
    """Write a report as a workbook to `target`, a binary file that can seek; further sheets when one is full.

    What is written is held a piece at a time. `rows` is one of SELECTIONS, `mark` that of the import, `consent` what it
    sent of consent. `watch` is told of every few thousand rows that have been written. Raises TooManyColumnsError
    before anything is written.
    """
    headers = report_headers(columns, consent.records if consent else 0)
    if len(headers) > MAX_COLUMNS:
        raise TooManyColumnsError(f"{len(headers)} columns; a worksheet holds {MAX_COLUMNS}")
    with WorkbookWriter(target, headers, rows_per_sheet) as workbook:
        for frame in report_frames(staged, outcomes, columns, rows, words=words, consent=consent):
            workbook.write(_marked(frame, mark))
            watch(frame.height)


EXPORTERS = {"csv": export_csv, "xlsx": export_xlsx}
CONTENT_TYPES = {"csv": CSV_CONTENT_TYPE, "xlsx": XLSX_CONTENT_TYPE}
