"""What the Polars of this project does that the code was written around.

A test that fails here after an upgrade says that Polars has changed: read
docs/adr/0023-every-cell-is-accounted-for.md, look at what relied on it, and write down what it does now.
"""

import random

import polars as pl
import pytest

from tests.contacts.mixed import MAPPING, PLAIN, checked, mixed_rows

PLACES = pl.DataFrame({"place": [0, 1, 2, 3, 4]})


def in_chunks(*values: str) -> pl.DataFrame:
    """`place` and the struct `answer`, each value in a chunk of its own, with a place left out after each."""
    answer = pl.struct(value="value", code=pl.lit(None, pl.String))
    parts = [
        pl.DataFrame({"place": [2 * at], "value": [value]}).select("place", answer=answer)
        for at, value in enumerate(values)
    ]
    return pl.concat(parts, rechunk=False)


def joined(*values: str) -> pl.DataFrame:
    return PLACES.join(in_chunks(*values), on="place", how="left", maintain_order="left")


def test_nulls_of_a_joined_struct_of_several_chunks_are_not_counted():
    answer = joined("a", "b")["answer"]
    assert answer.is_null().to_list() == [False, True, False, True, True]
    assert answer.null_count() == 0  # there are three
    assert joined("a")["answer"].null_count() == 4  # in one chunk they are counted


@pytest.mark.parametrize(
    "fill",
    [
        pl.coalesce("answer", "other"),
        pl.col("answer").fill_null(pl.col("other")),
    ],
    ids=["coalesce", "fill_null"],
)
def test_so_they_are_not_filled(fill):
    other = pl.struct(value=pl.lit("z"), code=pl.lit(None, pl.String))
    filled = joined("a", "b").with_columns(other=other).select(fill).to_series()
    assert filled.is_null().sum() == 3  # none should be left


def test_nor_dropped():
    assert len(joined("a", "b")["answer"].drop_nulls()) == 5  # two should be left


def test_nulls_of_flat_columns_are_counted():
    parts = joined("a", "b").unnest("answer")
    for name in ("value", "code"):
        assert parts[name].null_count() == sum(value is None for value in parts[name].to_list())
    flat = in_chunks("a", "b").unnest("answer")
    value = PLACES.join(flat, on="place", how="left", maintain_order="left")["value"]
    assert value.null_count() == 3
    assert value.fill_null("z").to_list() == ["a", "z", "b", "z", "z"]


def test_no_check_joins_structs_or_counts_their_nulls(tmp_path, monkeypatch):
    seen: set[str] = set()

    def watched(owner, name, types):
        real = getattr(owner, name)

        def watching(self, *args, **options):
            frames = [self, *(one for one in args if isinstance(one, pl.LazyFrame | pl.DataFrame))]
            assert not any(isinstance(kind, pl.Struct) for frame in frames for kind in types(frame)), name
            seen.add(name)
            return real(self, *args, **options)

        monkeypatch.setattr(owner, name, watching)

    watched(pl.LazyFrame, "join", lambda frame: frame.collect_schema().dtypes())
    for name in ("null_count", "has_nulls", "drop_nulls", "fill_null"):
        watched(pl.Series, name, lambda series: [series.dtype])
    checked(tmp_path, [*mixed_rows(random.Random(11), 40), PLAIN], MAPPING)
    assert "join" in seen
