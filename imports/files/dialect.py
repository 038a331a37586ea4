"""How a text file separates and quotes its cells, judged by the shape of the table that comes of it."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import TYPE_CHECKING

from imports.files.encodings import UNDECODABLE
from imports.files.reading import ReadingOptions
from imports.files.refusals import refusal

if TYPE_CHECKING:
    from _csv import Reader

SAMPLE_CHARS = 262_144
SAMPLE_RECORDS = 2_000

DELIMITERS = (",", ";", "\t", "|")

# Excel's own line before the table, which it does not count as a row.
_DECLARATION = re.compile(r'"?sep=(?P<delimiter>[^\r\n\0"\ud800-\udfff])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
# A title above the table has no delimiter either; so a first row of another width is a doubt, not a verdict.
_UNLIKE_FIRST_ROW = 0.4

_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x7f]")
_MAX_CONTROL_SHARE = 0.05
_MAX_LOST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are separated and quoted.

    `width` is the usual number of cells in a record. `declaration` is the text of a `sep=` line at the top of
    the file, which belongs to no record; "" without one.
    """

    delimiter: str
    quote: str | None
    width: int
    declaration: str = ""


def detect_dialect(beginning: str, options: ReadingOptions) -> Dialect:
    """The dialect of a file that begins with `beginning`, as far as `options` leave it open.

    Raises FileRefusedError when the text is not text after all, or an option cannot be.
    """
    sample = beginning[:SAMPLE_CHARS]
    _check_text(sample)
    declared = _DECLARATION.match(sample)
    declaration = declared[0] if declared else ""
    sample = sample.removeprefix(declaration)
    if len(beginning) > SAMPLE_CHARS:
        # The last line is likely cut off; without a line end there is only that line to judge by.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample

    delimiter = options.delimiter
    if delimiter is None and declared:
        delimiter = declared["delimiter"]
    if delimiter is not None and not _is_usable(delimiter, apart_from='"'):
        raise refusal("bad_delimiter", delimiter=delimiter)
    if options.quote and not _is_usable(options.quote, apart_from=delimiter or ""):
        raise refusal("bad_quote", quote=options.quote)

    best, best_score = Dialect(delimiter or _absent_delimiter(sample), '"', 1, declaration), 0.0
    if options.quote is not None:
        best = replace(best, quote=options.quote or None)
    for candidate in DELIMITERS if delimiter is None else (delimiter,):
        quote = _detect_quote(sample, candidate) if options.quote is None else options.quote or None
        width, score = _judge_shape(sample, candidate, quote)
        if score > best_score:
            best, best_score = Dialect(candidate, quote, width, declaration), score
    return best


def _is_usable(character: str, apart_from: str) -> bool:
    return (
        len(character) == 1
        and character.encode(errors="ignore") != b""
        and character not in f"\r\n\0{apart_from}"
    )


def _check_text(sample: str) -> None:
    lost = sample.count(UNDECODABLE) + sample.count("\0")
    controls = len(_CONTROL.findall(sample))
    if lost > len(sample) * _MAX_LOST_SHARE or controls > len(sample) * _MAX_CONTROL_SHARE:
        raise refusal("not_a_table")


def _absent_delimiter(sample: str) -> str:
    """What to split a single column by: preferably nothing that its cells contain."""
    return next((delimiter for delimiter in DELIMITERS if delimiter not in sample), DELIMITERS[0])


def _detect_quote(sample: str, delimiter: str) -> str:
    """An apostrophe when nearly every cell that begins with one ends with one, in about every line."""
    if delimiter == "'":
        return '"'
    edge = re.escape(delimiter)
    opened = len(re.findall(rf"(?:^|{edge})'", sample, re.MULTILINE))
    closed = len(re.findall(rf"(?:^|{edge})'(?:[^'\r\n]|'')*+'(?={edge}|[\r\n]|\Z)", sample, re.MULTILINE))
    return "'" if closed and closed >= 0.9 * max(opened, len(sample.splitlines())) else '"'


def _judge_shape(sample: str, delimiter: str, quote: str | None) -> tuple[int, float]:
    """The usual width of a record, and from 0 to 1 how much like a table the sample looks when split so."""
    lines = split_lines(sample)
    records: list[list[str]] = []
    judged_lines = 0
    try:
        reader = parse(lines, delimiter, quote, strict=True)
        for record in islice(reader, SAMPLE_RECORDS):
            records.append(record)
            judged_lines = reader.line_num
    except csv.Error:
        # A quote that is opened and never closed would hide all that comes after it.
        if judged_lines < len(lines) / 2:
            records = [line.split(delimiter) for line in lines[:SAMPLE_RECORDS]]
    widths = [len(record) for record in records if any(cell.strip() for cell in record)]
    counts = Counter(widths)
    if not counts:
        # Delimiters and nothing between them: a table of blank rows, if only just.
        width = max(map(len, records), default=1)
        return width, 0.01 * (width > 1)
    width = max(counts, key=lambda width: (counts[width], width))
    score = counts[width] / len(widths) * (1 - 1 / width)
    return width, score if widths[0] == width else score * _UNLIKE_FIRST_ROW


def parse(lines: Iterable[str], delimiter: str, quote: str | None, *, strict: bool) -> "Reader":
    """Python's own CSV reader over `lines`; a quote inside a quoted cell is doubled."""
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=True,
        strict=strict,
    )


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their ends, which are CR, LF or CR LF and nothing else."""
    return list(StringIO(text, newline=""))
