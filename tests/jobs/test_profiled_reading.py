"""How many rows a file has at most, and what it holds, told while it is read."""

import csv
import io
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.suggestions.profiles import profile
from imports.files.guarded_reading import stage_guarded
from imports.jobs.profiled_reading import stage_profiled
from imports.jobs.profiling_process import max_rows

SAMPLES = sorted(Path(__file__).parent.parent.joinpath("samples").iterdir())


@given(
    rows=st.lists(st.lists(st.text("ab\r\n,\"' ", max_size=6), min_size=2, max_size=2), max_size=30),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_a_text_file_has_no_more_rows_than_line_ends(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], line_end: str, encoding: str
) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator=line_end).writerows(rows)
    path = tmp_path_factory.mktemp("counted") / "contacts.csv"
    path.write_bytes(text.getvalue().encode(encoding))

    assert max_rows(path) >= len(rows)


def test_line_ends_of_two_characters_are_one(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(b"a\r\n" * 10)

    assert max_rows(path) == 11


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\n\n", b"\x1f\x8b\n"])
def test_of_what_has_no_lines_nothing_is_known(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "contacts"
    path.write_bytes(content)

    assert max_rows(path) == math.inf


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_it_says_what_reading_and_profiling_one_after_the_other_say(tmp_path: Path, sample: Path) -> None:
    reading, profiles = stage_profiled(sample, tmp_path / "at-once")
    after = stage_guarded(sample, tmp_path / "after")

    assert reading == after
    assert tmp_path.joinpath("at-once").read_bytes() == tmp_path.joinpath("after").read_bytes()
    told = profile(tmp_path / "after", after.columns)
    for at_once, later in zip(profiles, told, strict=True):
        assert at_once.samples == later.samples
        assert (at_once.looks_like, at_once.date_formats, at_once.decimal) == (
            later.looks_like,
            later.date_formats,
            later.decimal,
        )
        assert later.fits.items() <= at_once.fits.items()
