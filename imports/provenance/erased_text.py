"""A text file without a person: the records that are theirs are blank, and everything else is as it was, byte for byte.

A record is blanked only where it holds just what the staged row of its number holds. Where that is not so, or the
file cannot be told apart like this, nothing is written: the file is then removed as a whole.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from imports.provenance.erased_rows import ErasurePlan

TEXT_FORMAT = "csv"
MAX_RECORD_CHARS = 4_000_000
_ENDS = re.compile(r"[\r\n]*$")


class NotRewritableError(Exception):
    """The file cannot be rewritten record by record."""


def write_erased_text(
    upload: Path,
    reading: Mapping[str, Any],
    plan: ErasurePlan,
    rows: Mapping[int, Sequence[str]],
    target: Path,
) -> None:
    """Write `upload`, which was read as `reading` says (`Interpretation.to_dict`), to `target` without what `plan`
    erases. `rows` are the cells of the touched rows as they were staged. Raises NotRewritableError."""
    delimiter, quote, encoding = reading.get("delimiter"), reading.get("quote"), reading.get("encoding")
    if (
        reading.get("format") != TEXT_FORMAT
        or reading.get("archive")
        or reading.get("escape")
        or not delimiter
        or not encoding
    ):
        raise NotRewritableError
    left = {*plan.rows, *plan.cells}
    if len(delimiter) != 1 or left - set(rows):
        raise NotRewritableError
    try:
        codec = codecs.lookup(encoding).name
        with (
            upload.open(encoding=codec, errors="strict", newline="") as source,
            target.open("w", encoding=codec, errors="strict", newline="") as written,
        ):
            for number, record in enumerate(_records(source, quote), 1):
                if number in left:
                    left.discard(number)
                    cells = _cells(record, delimiter, quote)
                    if not _is_same(cells, rows[number]):
                        raise NotRewritableError
                    record = _erased(record, cells, delimiter, quote, plan, number, reading)
                written.write(record)
    except (UnicodeError, LookupError, csv.Error):
        raise NotRewritableError from None
    if left:
        raise NotRewritableError


def _records(source: Any, quote: str | None) -> Iterator[str]:
    """The records of a file with their line ends: lines, joined while a quotation is open."""
    record = ""
    for line in source:
        record += line
        if len(record) > MAX_RECORD_CHARS:
            raise NotRewritableError
        if not quote or record.count(quote) % 2 == 0:
            yield record
            record = ""
    if record:
        raise NotRewritableError


def _cells(record: str, delimiter: str, quote: str | None) -> list[str]:
    text = _ENDS.sub("", record)
    found = list(
        csv.reader([text], delimiter=delimiter, quotechar=quote, strict=True)
        if quote
        else csv.reader([text], delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    )
    return found[0] if found else []


def _is_same(cells: Sequence[str], staged: Sequence[str]) -> bool:
    """Whether a record holds what a staged row does; staged cells are without what is around a value."""
    there, wanted = (sorted(filter(None, map(_bare, one))) for one in (cells, staged))
    return there == wanted


def _bare(cell: str) -> str:
    return "".join(cell.split())


def _erased(
    record: str,
    cells: list[str],
    delimiter: str,
    quote: str | None,
    plan: ErasurePlan,
    number: int,
    reading: Mapping[str, Any],
) -> str:
    found = _ENDS.search(record)
    end = found.group() if found else ""
    if number in set(plan.rows):
        return delimiter * (len(cells) - 1) + end
    first = int(reading.get("first_column") or 0)
    if not quote and any(delimiter in cell for cell in cells):
        raise NotRewritableError
    emptied = {first + place for place in plan.cells[number]}
    kept = ["" if place in emptied else cell for place, cell in enumerate(cells)]
    quoted = [
        f"{quote}{cell.replace(quote, quote * 2)}{quote}"
        if quote and any(mark in cell for mark in (delimiter, quote, "\r", "\n"))
        else cell
        for cell in kept
    ]
    return delimiter.join(quoted) + end
