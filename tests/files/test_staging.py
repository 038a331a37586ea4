"""Staging: headers, widths, blanks, limits, refusals."""

import codecs

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.blocks import BLANK_CLASS
from imports.files.excerpt import Role, read_excerpt
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import ReadingLimits, ReadingOptions
from imports.files.staging import preview, stage
from imports.files.text import encodings
from imports.tables import scan

# The least text that is told apart in every encoding: delimiters, line ends, and letters beyond ASCII.
TEXT = "Email;Name;Ort\r\nana@example.com;Zoë;München\r\nbo@example.org;Bo;Köln\r\n"
ROWS = {2: ("ana@example.com", "Zoë", "München"), 3: ("bo@example.org", "Bo", "Köln")}


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "windows-1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_file_is_read_whatever_its_encoding_and_delimiter(staged, data, encoding, delimiter):
    plain = encoding.removesuffix("-sig")
    result = staged(data.replace(";".encode(plain), delimiter.encode(plain)))
    assert result.rows == ROWS
    assert (result.reading.encoding, result.reading.delimiter) == (encoding, delimiter)
    assert result.reading.columns == ("Email", "Name", "Ort")
    assert (result.reading.rows, result.reading.blank, result.reading.non_data) == (2, 0, 0)


def test_rows_keep_the_spreadsheets_numbers(staged):
    result = staged(b'\n\na,b\n1,"x\ny"\n\n , \n3,4\n')
    assert result.reading.header_row == 3
    assert result.rows == {4: ("1", "x\ny"), 5: ("", ""), 6: ("", ""), 7: ("3", "4")}
    assert (result.reading.rows, result.reading.blank, result.reading.records) == (2, 4, 7)


def test_a_declared_delimiter_takes_no_row(staged):
    result = staged(b"sep=;\r\na;b\r\n1;2,3\r\n")
    assert result.rows == {2: ("1", "2,3")}


def test_a_chosen_header_row_counts_what_is_above_it_as_non_data(staged):
    result = staged(b"Report\n\nEmail,Name\nana@example.com,Ana\n", header_row=3)
    assert (result.reading.header_row, result.reading.columns) == (3, ("Email", "Name"))
    assert result.rows == {4: ("ana@example.com", "Ana")}
    assert result.reading.non_data == 1


def test_without_names_columns_are_called_by_their_places(staged):
    result = staged(b"ana@example.com,Ana\nbo@example.org,Bo\n")
    assert (result.reading.header_row, result.reading.columns) == (0, ("Column 1", "Column 2"))
    assert result.rows == {1: ("ana@example.com", "Ana"), 2: ("bo@example.org", "Bo")}


def test_names_over_two_rows_are_joined(staged):
    result = staged(b"Contact,,Address\nEmail,Name,Town\nana@example.com,Ana,Leeds\nbo@example.org,Bo,York\n")
    assert result.reading.columns == ("Contact Email", "Contact Name", "Address Town")
    assert (result.reading.header_row, result.reading.header_rows, result.reading.first_data_row) == (1, 2, 3)
    assert list(result.rows) == [3, 4]


WITH_FOOTER = (
    b"Email,Name,Town\nana@example.com,Ana,Leeds\nbo@example.org,Bo,York\n\nTotal,2,\n(c) Example Ltd\n"
)


def test_totals_and_remarks_at_the_end_are_not_staged(staged):
    result = staged(WITH_FOOTER)
    assert list(result.rows) == [2, 3, 4]
    assert (result.reading.non_data, result.reading.non_data_rows) == (2, (5, 6))
    assert (result.reading.rows, result.reading.blank, result.reading.records) == (2, 1, 6)


def test_a_person_may_keep_what_looks_like_a_total(staged):
    result = staged(WITH_FOOTER, keep_footer=True)
    assert list(result.rows) == [2, 3, 4, 5, 6]
    assert result.reading.non_data == 0


@pytest.mark.parametrize("block_bytes", [1, 20, 60])
def test_the_end_is_recognised_wherever_blocks_are_cut(staged, monkeypatch, block_bytes):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", block_bytes)
    result = staged(
        b"Email,Name,Town\n" + b"ana@example.com,Ana,Leeds\n" * 80 + b"\nTotal,80,\n", encoding="utf-8"
    )
    assert (result.reading.rows, result.reading.non_data_rows) == (80, (83,))


def test_a_chosen_first_row_leaves_out_what_is_above_it(staged):
    result = staged(b"Email,Name\n(required),(optional)\n\nana@example.com,Ana\n", first_data_row=4)
    assert result.rows == {4: ("ana@example.com", "Ana")}
    assert (result.reading.non_data_rows, result.reading.blank) == ((2,), 1)


def test_rows_of_another_width_than_the_names_are_told(staged):
    result = staged(
        b"Email,Name,Town\nana@example.com,Ana,Leeds\nbo@example.org,Bo\ncy@example.com,Cy,Bath,x\n"
    )
    assert result.problems == [(3, "short_row"), (4, "long_row")]


def test_the_excerpt_shows_the_top_and_the_end_with_the_part_each_row_plays(staged, tmp_path):
    staged.source.write_bytes(
        b"Our customers,,\n\nEmail,Name,Town\n" + b"ana@example.com,Ana,Leeds\n" * 60 + b"Total,60,\n"
    )
    stage(staged.source, staged.target, excerpt=tmp_path / "excerpt")
    rows = read_excerpt(tmp_path / "excerpt")
    roles = {row.row: row.role for row in rows}
    assert [roles[row] for row in (1, 2, 3, 4)] == [Role.NON_DATA, Role.BLANK, Role.HEADER, Role.CONTACT]
    assert (roles[63], roles[64]) == (Role.CONTACT, Role.NON_DATA)
    assert 30 not in roles
    assert list(roles) == sorted(roles)


def test_a_preview_says_what_staging_will_say_of_the_top(staged, tmp_path):
    staged.source.write_bytes(WITH_FOOTER)
    shown = preview(staged.source, tmp_path)
    reading = stage(staged.source, staged.target)
    for name in ("format", "encoding", "delimiter", "header_row", "first_data_row", "columns", "decisions"):
        assert getattr(shown, name) == getattr(reading, name)
    assert [row.role for row in shown.excerpt[:2]] == [Role.HEADER, Role.CONTACT]


# Everything that a table is found by, in every order.
_cells = st.sampled_from(
    ["", "Email", "Name", "ana@example.com", "12", "2026-01-02", "Total", "(c) Ltd", "x", " "]
)


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(_cells, min_size=1, max_size=5), min_size=1, max_size=50),
    keep_footer=st.booleans(),
)
def test_every_record_is_counted_once(tmp_path_factory, rows, keep_footer):
    folder = tmp_path_factory.mktemp("accounting")
    source, target = folder / "source", folder / "target"
    source.write_text("".join("|".join(row) + "\n" for row in rows))
    options = ReadingOptions(delimiter="|", quote="", keep_footer=keep_footer)
    try:
        reading = stage(source, target, options)
    except FileRefusedError:
        assert not target.exists()
        return
    assert reading.records == len(rows)
    assert reading.header_rows + reading.rows + reading.blank + reading.non_data == reading.records
    staged_rows = scan(target).collect()["row"].to_list()
    header = range(reading.header_row, reading.header_row + reading.header_rows)
    blank_above = [
        row
        for row in range(1, reading.first_data_row)
        if not "".join(rows[row - 1]).strip() and row not in header
    ]
    accounted = [*header, *staged_rows, *reading.non_data_rows, *blank_above]
    assert sorted(accounted) == list(range(1, len(rows) + 1))


def test_a_blank_header_row_may_be_chosen(staged):
    result = staged(b"a,b\n\n1,2\n", header_row=2)
    assert (result.reading.columns, result.rows) == (("Column 1", "Column 2"), {3: ("1", "2")})


def test_short_rows_are_padded_and_long_ones_get_columns(staged):
    result = staged(b"a,b\n1\n1,2,,4\n1,2,,,\n")
    assert result.reading.columns == ("a", "b", "Column 3", "Column 4")
    assert result.rows == {2: ("1", "", "", ""), 3: ("1", "2", "", "4"), 4: ("1", "2", "", "")}


def test_empty_columns_at_the_right_are_dropped(staged):
    result = staged(b"a,b,,\n1,2,,\n3,4, ,\n")
    assert (result.reading.columns, result.rows) == (("a", "b"), {2: ("1", "2"), 3: ("3", "4")})


def test_empty_columns_with_a_name_are_kept(staged):
    assert staged(b"a,b,c\n1,,\n").rows == {2: ("1", "", "")}


def test_a_column_that_begins_far_below_is_found(staged, monkeypatch):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", 5_000)
    lines = ["a,b", *["1,2"] * 20_000, '1,2,"3"', "1,2,3,4"]
    result = staged("\n".join(lines).encode())
    assert result.reading.columns == ("a", "b", "Column 3", "Column 4")
    assert result.reading.rows == 20_002
    assert result.rows[20_002] == ("1", "2", "3", "")
    assert result.rows[20_003] == ("1", "2", "3", "4")


def test_progress_only_grows_and_ends_at_the_last_row(staged, monkeypatch):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", 50_000)
    staged.source.write_bytes(b"a,b\n" + b"1,2\n" * 50_000 + b"1,2,3\n")
    seen: list[int] = []
    stage(staged.source, staged.target, progress=seen.append)
    assert seen == sorted(set(seen))
    assert len(seen) > 1
    assert seen[-1] == 50_001


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"", ReadingLimits(), "empty_file"),
        (b"\n\r\n  \n,,\n", ReadingLimits(), "empty_file"),
        (b"\xef\xbb\xbf", ReadingLimits(), "empty_file"),
        (b"\xff\xfe", ReadingLimits(), "empty_file"),
        (b"a,b", ReadingLimits(), "header_only"),
        (b"a,b\n\n , \n", ReadingLimits(), "header_only"),
        (b"a,b\n1,2\n", ReadingLimits(max_bytes=7), "file_too_large"),
        (b"a,b\n1,2\n3,4\n", ReadingLimits(max_rows=1), "too_many_rows"),
        (b"a,b\n1,2\n", ReadingLimits(max_columns=1), "too_many_columns"),
        (b"a,b\n1,2,3\n", ReadingLimits(max_columns=2), "too_many_columns"),
        (b"a,b\n1,123456\n", ReadingLimits(max_cell_chars=5), "cell_too_long"),
        (b"a,abcdef\n1,2\n", ReadingLimits(max_cell_chars=5), "cell_too_long"),
        (b"\x89PNG\r\n\x1a\n\0\0", ReadingLimits(), "image"),
        (bytes(range(256)) * 40, ReadingLimits(), "not_a_table"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_and_leaves_nothing(staged, data, limits, code):
    with pytest.raises(FileRefusedError) as refused:
        staged(data, limits=limits)
    assert refused.value.code == code
    assert refused.value.sentence
    assert refused.value.remedy
    assert not staged.target.exists()


def test_limits_count_characters_and_columns_with_something_in_them(staged):
    result = staged(
        "a,b,\nß1234,日本語日本,,\n".encode(),
        limits=ReadingLimits(max_columns=2, max_cell_chars=5, max_rows=1),
    )
    assert result.rows == {2: ("ß1234", "日本語日本")}


@pytest.mark.parametrize("header_row", [-1, 4, 4_000])
def test_a_header_row_that_is_not_there_is_refused(staged, header_row):
    with pytest.raises(FileRefusedError) as refused:
        staged(b"a,b\n1,2\n3,4\n", header_row=header_row)
    assert refused.value.code == "no_such_header_row"


def test_a_failure_to_report_progress_is_not_hidden(staged):
    staged.source.write_bytes(b"a\n1\n")

    def fail(rows: int) -> None:
        raise ConnectionError(rows)

    with pytest.raises(ConnectionError):
        stage(staged.source, staged.target, ReadingOptions(), progress=fail)
    assert not staged.target.exists()


def test_blank_means_the_same_to_polars_as_to_python():
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    blank = pl.Series(characters).str.contains(f"[{BLANK_CLASS}]")
    assert blank.to_list() == [character.isspace() for character in characters]


def test_the_excerpt_stays_small_when_the_first_contact_is_far_down(staged, tmp_path):
    staged.source.write_bytes(b"Email,Name\n" + b"ana@example.com,Ana\n" * 900)
    stage(staged.source, staged.target, ReadingOptions(first_data_row=800), excerpt=tmp_path / "excerpt")
    rows = read_excerpt(tmp_path / "excerpt")
    roles = {row.row: row.role for row in rows}
    assert (roles[1], roles[799], roles[800], roles[901]) == (
        Role.HEADER,
        Role.NON_DATA,
        Role.CONTACT,
        Role.CONTACT,
    )
    assert len(rows) < 40
