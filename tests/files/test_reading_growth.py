"""What reading files of hostile cells costs: it takes time in proportion to their length, wherever they stand."""

import csv
import io
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from imports.contacts.suggestions.profiles import profile
from imports.contacts.suggestions.value_counts import value_counts
from imports.files.file_refusals import FileRefusedError
from imports.files.staging import preview, stage
from tests.growth import (
    MAX_GROWTH,
    OTHERS,
    TABLE_HEAD,
    Growth,
    growth,
    hostile_texts,
)

PEOPLE = [(f"Ann {number}", f"ann{number}@example.com", str(number)) for number in range(30)]
NAMES = ("Name", "Email", "Notes")


def _quoted(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _in_cells(texts: Sequence[str]) -> str:
    cells = [("Bo", f"bo{number}@example.com", text) for number, text in enumerate(texts)]
    return _quoted([NAMES, *PEOPLE, *cells, *PEOPLE])


def _in_names(texts: Sequence[str]) -> str:
    return _quoted([(*NAMES, *texts), *PEOPLE])


def _above_and_below(texts: Sequence[str]) -> str:
    return _quoted([*([text] for text in texts[::8]), NAMES, *PEOPLE, *([text] for text in texts[::8])])


def _bare(texts: Sequence[str]) -> str:
    return _quoted([NAMES, *PEOPLE]) + "".join(f"Bo,bo@example.com,{text}\r\n" for text in texts)


PLACES: dict[str, Callable[[Sequence[str]], str]] = {
    "in cells": _in_cells,
    "in names of columns": _in_names,
    "above and below the table": _above_and_below,
    "in lines that nobody quoted": _bare,
}


def _reading(source: Path, folder: Path) -> Callable[[], object]:
    def read() -> None:
        with suppress(FileRefusedError):
            preview(source, folder)
            reading = stage(source, folder / "staged", excerpt=folder / "excerpt")
            profile(folder / "staged", reading.columns[:5])
            value_counts(folder / "staged", 0, 100)

    return read


def test_reading_takes_time_in_proportion(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grown: dict[str, Growth] = {}
    for place, put in PLACES.items():

        def read(size: int, put: Callable[[Sequence[str]], str] = put) -> Callable[[], object]:
            source = tmp_path / f"{size}.csv"
            source.write_text(put(hostile_texts(size, OTHERS)), encoding="utf-8", newline="")
            return _reading(source, tmp_path)

        grown[place] = growth(read)
    with capsys.disabled():
        rows = (one.row(f"reading, {place}") for place, one in grown.items())
        sys.stdout.write("\n".join(["", TABLE_HEAD, *rows, ""]))
    assert {place: one for place, one in grown.items() if one.factor > MAX_GROWTH} == {}
