"""Text files: every line ends up in one row, or in a problem that names its row."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.blocks import Block
from imports.files.problems import ProblemLog
from imports.files.reading import DEFAULT_LIMITS, Limits, ReadingOptions
from imports.files.refusals import FileRefusedError
from imports.files.text import delimited, encodings
from imports.files.text.delimited import DelimitedTable

COMMA = ReadingOptions(encoding="utf-8", delimiter=",", quote='"')


def records(blocks: list[Block]) -> list[tuple[int, list[str]]]:
    return [(block.first_row + index, block.cells(index)) for block in blocks for index in range(len(block))]


def test_line_ends_of_every_kind_may_mix(staged):
    result = staged(b"a,b\r\n1,2\n3,4\r5,6\r\n\r\n7,8")
    assert result.rows == {2: ("1", "2"), 3: ("3", "4"), 4: ("5", "6"), 5: ("", ""), 6: ("7", "8")}


def test_a_cell_over_several_lines_is_in_one_row(staged):
    result = staged(b'a,b\n1,"x\r\ny\n\nz"\n2,w\n')
    assert result.rows == {2: ("1", "x\r\ny\n\nz"), 3: ("2", "w")}
    assert result.problems == []


def test_doubled_quotes_are_one(staged):
    assert staged(b'a,b\n1,"say ""hi"""\n').rows == {2: ("1", 'say "hi"')}


def test_quotes_within_a_cell_that_none_opens_are_text(staged):
    result = staged(b'a,b\n1,37\xc2\xb036\'37.8"N\n2,6" pipe\n')
    assert result.rows == {2: ("1", "37°36'37.8\"N"), 3: ("2", '6" pipe')}
    assert result.problems == []


def test_a_quote_that_is_not_doubled_is_reported(staged):
    result = staged(b'a,b,c\n1,"Hey, I missed " it",3\n4,5,6\n')
    assert result.rows == {2: ("1", 'Hey, I missed " it', "3"), 3: ("4", "5", "6")}
    assert result.problems == [(2, "stray_quote")]


def test_a_quote_that_is_never_closed_swallows_no_row(staged):
    result = staged(b'a,b,c\n1,"I forgot,3\n4,"5",6\n7,8,9\n')
    assert result.rows == {2: ("1", '"I forgot', "3"), 3: ("4", "5", "6"), 4: ("7", "8", "9")}
    assert result.problems == [(2, "unclosed_quote")]


def test_a_quote_in_the_last_line_that_is_never_closed_is_reported(staged):
    result = staged(b'a,b,c\n4,5,6\n"Smith, Ana",2,"I forgot')
    assert result.rows == {2: ("4", "5", "6"), 3: ("Smith, Ana", "2", "I forgot")}
    assert result.problems == [(3, "unclosed_quote")]


def test_an_unclosed_quote_far_above_the_end_swallows_no_row(staged):
    lines = [b"a,b", b'1,"open', *(b"%d,x" % number for number in range(100_000))]
    result = staged(b"\n".join(lines))
    assert result.reading.rows == 100_001
    assert result.problems == [(2, "unclosed_quote")]


def test_too_many_unclosed_quotes_mean_another_quotation_mark(staged, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_UNCLOSED_QUOTES", 3)
    with pytest.raises(FileRefusedError, match="the first in row 2") as refused:
        staged(b"a,b\n" + b'1,"x\n2,y"z\n' * 8)
    assert refused.value.code == "broken_quotes"


def test_without_a_quotation_mark_quotes_are_text(staged):
    result = staged(b'a,b\n1,"x\n2,"y"\n', quote="")
    assert result.rows == {2: ("1", '"x'), 3: ("2", '"y"')}
    assert result.reading.quote is None


def test_undecodable_bytes_are_replaced_and_located(staged):
    result = staged("a,b\n1,é\n2,ü".encode() + b"\xff\xfe\n3,z\n", encoding="utf-8")
    assert result.rows == {2: ("1", "é"), 3: ("2", "ü\ufffd\ufffd"), 4: ("3", "z")}
    assert result.problems == [(3, "undecodable")]
    assert result.reading.problems[0].text == "Bytes that are not utf-8 were replaced by \ufffd: 2."


def test_a_replacement_character_of_the_file_itself_is_no_problem(staged):
    result = staged("a,b\n1,\ufffd\n".encode())
    assert (result.rows, result.problems) == ({2: ("1", "\ufffd")}, [])


def test_nul_bytes_are_removed_and_located(staged):
    result = staged(b'a,b\n1,x\0y\n"2\0\0",z\n3,w\n')
    assert result.rows == {2: ("1", "xy"), 3: ("2", "z"), 4: ("3", "w")}
    assert result.problems == [(2, "nul_bytes"), (3, "nul_bytes")]


def test_cells_may_hold_the_characters_that_join_them(staged):
    result = staged('a,b\n"1\x1f","\x1f\ue000"\n'.encode(), delimiter=",")
    assert result.rows == {2: ("1\x1f", "\x1f\ue000")}


def test_a_line_without_end_is_refused(staged, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_LINE_CHARS", 100)
    with pytest.raises(FileRefusedError) as refused:
        staged(b"a,b\n" + b"x" * 200)
    assert refused.value.code == "line_too_long"


def test_a_record_without_end_is_refused(staged, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_LINE_CHARS", 100)
    monkeypatch.setattr(encodings, "BLOCK_BYTES", 400)
    with pytest.raises(FileRefusedError) as refused:
        staged(b"a,b\n" + b'"x\n",' * 300)
    assert refused.value.code == "line_too_long"


@pytest.mark.parametrize("line", [b'1,"' + b"x" * 200_000 + b'"\n', b"1," + b"x" * 200_000 + b',"2"\n'])
def test_a_cell_beyond_what_the_parser_takes_is_refused(staged, line):
    with pytest.raises(FileRefusedError, match=r"row 2 is longer than 32,767") as refused:
        staged(b"a,b\n" + line + b"3,4\n")
    assert refused.value.code == "cell_too_long"


def test_cells_may_be_as_long_as_the_limit_allows(staged):
    result = staged(b'a,b\n1,"' + b"x" * 200_000 + b'"\n', limits=Limits(max_cell_chars=200_000))
    assert len(result.rows[2][1]) == 200_000


# Long enough for a few NULs not to make it something else than text.
HEAD = "h,i,j\n" + "k,l,m\n" * 30

# Everything that means something to a parser, in every order.
_pieces = st.lists(
    st.sampled_from([",", '"', '""', "\n", "\r\n", "\r", "a", "é", " ", "\0", "x,y", '"z"']), max_size=40
)


@settings(deadline=None)
@given(pieces=_pieces, block_bytes=st.integers(1, 50))
def test_where_blocks_are_cut_changes_nothing(tmp_path_factory, pieces, block_bytes):
    path = tmp_path_factory.mktemp("text") / "file"
    path.write_bytes((HEAD + "".join(pieces)).encode())
    table = DelimitedTable(path, COMMA, DEFAULT_LIMITS)
    whole_log, cut_log = ProblemLog(), ProblemLog()
    whole = records(list(table.blocks(whole_log)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "BLOCK_BYTES", block_bytes)
        cut = records(list(table.blocks(cut_log)))
    assert (cut, cut_log.summary()) == (whole, whole_log.summary())


@settings(deadline=None)
@given(pieces=_pieces)
def test_no_character_is_lost_and_no_row_skipped(tmp_path_factory, pieces):
    text = HEAD + "".join(pieces)
    path = tmp_path_factory.mktemp("text") / "file"
    path.write_bytes(text.encode())
    result = records(list(DelimitedTable(path, COMMA, DEFAULT_LIMITS).blocks(ProblemLog())))
    assert [row for row, _ in result] == list(range(1, len(result) + 1))
    kept = "".join(cell for _, cells in result for cell in cells)
    for character in "aéxyz":
        assert kept.count(character) == text.count(character)


@settings(deadline=None)
@given(pieces=st.lists(st.sampled_from([",", "\n", "\r\n", "\r", "a", "é", "'", " "]), max_size=40))
def test_text_without_quotes_is_read_as_the_csv_module_reads_it(tmp_path_factory, pieces):
    text = "h,i\n" + "".join(pieces)
    path = tmp_path_factory.mktemp("text") / "file"
    path.write_bytes(text.encode())
    result = [
        cells for _, cells in records(list(DelimitedTable(path, COMMA, DEFAULT_LIMITS).blocks(ProblemLog())))
    ]
    assert result == [cells or [""] for cells in csv.reader(io.StringIO(text, newline=""))]
