"""Tables that are handed over a frame at a time: whole, in order, or not there at all."""

import polars as pl
import pytest

from imports import tables
from imports.contacts.frames import Draft

SCHEMA = {"row": pl.UInt32, "text": pl.String}


def frame(*rows):
    return pl.DataFrame({"row": rows, "text": [f"text {row}" for row in rows]}, schema=SCHEMA)


def test_two_tables_are_written_side_by_side_in_order(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    with tables.TableWriter(one, SCHEMA, 3) as first, tables.TableWriter(two, SCHEMA) as second:
        for start in range(0, 100, 5):
            first.write(frame(*range(start, start + 5)))
            second.write(frame(start))
    assert pl.read_parquet(one)["row"].to_list() == list(range(100))
    assert pl.read_parquet(two)["row"].to_list() == list(range(0, 100, 5))


def test_table_without_frames_has_its_columns(tmp_path):
    with tables.TableWriter(tmp_path / "table", SCHEMA):
        pass
    assert pl.read_parquet(tmp_path / "table").schema == SCHEMA


def write_and_fail(path):
    with tables.TableWriter(path, SCHEMA) as table:
        table.write(frame(1))
        raise RuntimeError("half way")


def write_a_lot(path):
    with tables.TableWriter(path, SCHEMA) as table:
        for row in range(1000):
            table.write(frame(row))


def test_table_does_not_come_to_exist_when_the_block_fails(tmp_path):
    with pytest.raises(RuntimeError, match="half way"):
        write_and_fail(tmp_path / "table")
    assert list(tmp_path.iterdir()) == []


def test_failure_of_writing_is_raised_and_leaves_nothing(tmp_path):
    with pytest.raises((OSError, pl.exceptions.PolarsError)):
        write_a_lot(tmp_path / "nowhere" / "table")
    assert list(tmp_path.iterdir()) == []


def test_draft_gives_back_its_frames_one_by_one_and_as_a_whole(tmp_path):
    draft = Draft(tmp_path)
    frames = [frame(1, 2), frame(3)]
    for one in frames:
        draft.add(one)
    assert all(given.equals(one) for given, one in zip(draft.frames(), frames, strict=True))
    assert draft.scan().collect()["row"].to_list() == [1, 2, 3]


def test_frames_are_read_as_they_are_taken(tmp_path):
    path, asked = tmp_path / "table", []
    tables.write_table([frame(*range(10))], SCHEMA, path, 4)

    def each(rows):
        asked.append(rows)
        return rows.filter(pl.col("row") != 3).select("row")

    frames = tables.iter_frames(path, each, 3)

    assert next(frames)["row"].to_list() == [0, 1, 2]
    assert len(asked) == 1
    assert [one["row"].to_list() for one in frames] == [[4, 5], [6, 7, 8], [9]]
