"""Columns that are profiled while their table is written say the same as those of the finished table."""

import math
import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports import tables
from imports.contacts.suggestions import profiles
from imports.contacts.suggestions.profiles import KINDS, ColumnProfile, Profiler, profile
from tests.examples import examples

ROWS_COUNTED_AT_ONCE = 40
SPELLINGS = (
    ("ann@example.com", "bob@example.org", "see notes"),
    ("+44 7400 604986", "07511 239264", "1250"),
    ("31.12.2026", "01.02.2026", "02.01.2026"),
    ("12/31/2026", "01/02/2026", "31/12/2026"),
    ("1,250.50", "12", "3.5", "1.250,50"),
    ("yes", "no", "unsubscribed", "GB"),
    ("https://example.com/a", "192.0.2.1", "SO-1001"),
    ("", " ", "n/a", "k.A."),
)
COLUMNS = ["One", "Two"]


def cells_of_a_column(chance: random.Random, rows: int) -> list[str]:
    """Mostly of one kind, with what belongs to others anywhere, also after everything seemed clear."""
    usual, others = chance.choice(SPELLINGS), chance.choice(SPELLINGS)
    share = chance.choice((0.02, 0.1, 0.3, 0.6))
    begin = chance.choice((0, rows // 2, rows - 3))
    return [
        chance.choice(others if row >= begin and chance.random() < share else usual) for row in range(rows)
    ]


def frames_of(columns: list[list[str]], chance: random.Random) -> list[pl.DataFrame]:
    rows = len(columns[0])
    whole = pl.DataFrame(
        {"row": range(2, rows + 2), **{f"c{place}": cells for place, cells in enumerate(columns)}},
        schema={"row": pl.UInt32, "c0": pl.String, "c1": pl.String},
    )
    cuts = sorted(chance.sample(range(rows + 1), min(4, rows)))
    return [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, rows], strict=True)]


def profiled_on_the_way(frames: list[pl.DataFrame], staged: Path, max_rows: float) -> list[ColumnProfile]:
    with Profiler(max_rows) as profiler:
        tables.write_table(profiler.watched(frames), dict(frames[0].schema), staged)
        return profiler.profiles(staged, COLUMNS)


def without_counts(made: ColumnProfile) -> ColumnProfile:
    return replace(made, fits={})


@settings(max_examples=examples(quick=6, deep=1_000))
@given(seed=st.integers(0, 2**32), rows=st.integers(1, 400))
def test_what_is_told_does_not_depend_on_when_it_was_clear(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int
) -> None:
    chance, staged = random.Random(seed), tmp_path_factory.mktemp("profiled") / "staged"
    frames = frames_of([cells_of_a_column(chance, rows) for _ in COLUMNS], chance)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(profiles, "ROWS_AT_A_TIME", ROWS_COUNTED_AT_ONCE)
        counted_to_the_end = profiled_on_the_way(frames, staged, math.inf)
        cut_short = profiled_on_the_way(frames, staged, rows + chance.choice((0, 1, rows)))
        assert profile(staged, COLUMNS) == profiled_on_the_way(frames, staged, rows)

    for whole, short in zip(counted_to_the_end, cut_short, strict=True):
        assert without_counts(short) == without_counts(whole)
        assert short.samples == whole.samples
        assert short.fits.items() <= whole.fits.items()
        for kind in KINDS:
            assert short.is_mostly(kind.name, kind.least_share) == whole.is_mostly(
                kind.name, kind.least_share
            )


def test_what_cannot_be_the_columns_any_more_is_counted_no_longer(tmp_path: Path) -> None:
    frames = frames_of([["ann@example.com"] * 400, ["Ann"] * 400], random.Random(1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(profiles, "ROWS_AT_A_TIME", ROWS_COUNTED_AT_ONCE)
        email, name = profiled_on_the_way(frames, tmp_path / "staged", 400)

    assert email.fits["email"] == 400
    assert "url" not in email.fits
    assert "email" not in name.fits
    # Words of which the number matters are counted to the end.
    assert {"yes", "no", "not_mailable"} <= name.fits.keys()


def test_a_table_that_is_written_anew_is_counted_anew(tmp_path: Path) -> None:
    frames = frames_of([["yes"] * 50, ["no"] * 50], random.Random(1))
    with Profiler(50) as profiler:
        list(profiler.watched(frames))
        tables.write_table(profiler.watched(frames), dict(frames[0].schema), tmp_path / "staged")
        assert profiler.profiles(tmp_path / "staged", COLUMNS) == profile(tmp_path / "staged", COLUMNS)


def test_more_rows_than_there_could_be_are_counted_all_the_same(tmp_path: Path) -> None:
    chance = random.Random(1)
    frames = frames_of([["Ann"] * 60 + ["ann@example.com"] * 600, ["x"] * 660], chance)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(profiles, "ROWS_AT_A_TIME", ROWS_COUNTED_AT_ONCE)
        email, _ = profiled_on_the_way(frames, tmp_path / "staged", 50)

    assert email.looks_like == "email"
