"""Text files: every line ends up in one row, or in a problem that names its row."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.blocks import Block
from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import DEFAULT_LIMITS, ReadingLimits, ReadingOptions
from imports.files.text import delimited, encodings
from imports.files.text.delimited import DelimitedTable
from tests.told import told

COMMA = ReadingOptions(encoding="utf-8", delimiter=",", quote='"')


def records(blocks: list[Block]) -> list[tuple[int, list[str]]]:
    return [(block.first_row + index, block.cells(index)) for block in blocks for index in range(len(block))]


def everything(table: DelimitedTable) -> tuple[object, ...]:
    """The records, or why there are none, and what is wrong with some."""
    log = ProblemLog()
    try:
        return records(list(table.blocks(log))), log.summary()
    except FileRefusedError as error:
        return error.reason, ()


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
    assert told(result.reading.problems[0]) == "Bytes that are not utf-8 were replaced by \ufffd: 2."


def test_a_replacement_character_of_the_file_itself_is_told(staged):
    result = staged("a,b\n1,\ufffd\n".encode())
    assert (result.rows, result.problems) == ({2: ("1", "\ufffd")}, [(2, "letters_lost")])


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
    monkeypatch.setattr(delimited, "MAX_RECORD_CHARS", 100)
    with pytest.raises(FileRefusedError) as refused:
        staged(b"a,b,c\n" + b'"x\n",' * 300, limits=ReadingLimits(max_cell_chars=100))
    assert refused.value.code == "line_too_long"


@pytest.mark.parametrize("record", [b'1,"%b",y\n', b'1,y,"%b"\n'])
@pytest.mark.parametrize(
    "line", [b"Prose that goes on, and on\nas in a note.\n", b"Dear Ana, a plain line of text\n"]
)
def test_a_closed_cell_of_thousands_of_lines_is_refused_as_too_long(staged, record, line):
    prose = line * 10_000
    with pytest.raises(FileRefusedError, match="row 2 is longer than 32,767") as refused:
        staged(b"a,b,c\n" + record % prose + b"3,4,5\n", delimiter=",")
    assert refused.value.code == "cell_too_long"


def test_a_long_record_of_short_cells_over_several_lines_is_one_row(staged):
    cell = b'"' + b"x" * 10_000 + b'\n"'
    result = staged(b"a,b,c,d\n" + b",".join([cell] * 4) + b"\n1,2,3,4\n")
    assert [len("".join(row)) for row in result.rows.values()] == [40_004, 4]
    assert result.problems == []


def test_quotes_that_make_too_much_be_read_again_are_refused(staged, monkeypatch):
    monkeypatch.setattr(delimited, "MAX_REREAD_CHARS", 10_000)
    top = b'name,"email"\n' + b'"n","a@example.com"\n' * 20
    with pytest.raises(FileRefusedError, match="the first in row 22") as refused:
        staged(top + b'x","\n' * 2_000)
    assert refused.value.code == "broken_quotes"


@pytest.mark.parametrize(
    "lines",
    [
        ['Ada,"Addie,ada@example.org', "Ben,B,ben@example.org", 'Cy,Cee",cy@example.org'],
        ['Ada,"5,ada@example.org', 'Ben,6",ben@example.org', "Cy,7,cy@example.org"],
        ['"Ada,A,ada@example.org', "Ben,B,", 'Cy,C",cy@example.org'],
    ],
)
def test_a_stray_quote_swallows_no_contact(staged, lines):
    text = "\n".join(["Name,Nick,Email", *lines, "Di,D,di@example.org"])
    result = staged(text.encode())
    assert list(result.rows.values()) == [tuple(line.split(",")) for line in text.split("\n")[1:]]
    assert result.problems == [(2, "unclosed_quote")]


@pytest.mark.parametrize(
    "cell",
    [
        "1 High St,\nLeeds, UK",
        "first\nsecond,\nthird",
        "see bo@example.org,\ncy@example.org, or call",
        "a\n\nb",
    ],
)
def test_a_cell_of_several_lines_stays_one_cell(staged, cell):
    result = staged(f'Name,Note,Email\nAda,"{cell}",ada@example.org\nBo,x,bo@example.org\n'.encode())
    assert result.rows == {2: ("Ada", cell, "ada@example.org"), 3: ("Bo", "x", "bo@example.org")}
    assert result.problems == []


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"Ann,"Bob","bob@example.org"', ('"Ann', "Bob", "bob@example.org")),
        ('"Ann","Bob,"bob@example.org"', ("Ann", '"Bob', "bob@example.org")),
        ('"Ann ""A""","Bob,"bob@example.org"', ('Ann "A"', '"Bob', "bob@example.org")),
    ],
)
def test_beside_an_unclosed_quote_other_cells_lose_theirs(staged, line, cells):
    result = staged(f'Name,Nick,Email\n{line}\n"Cy","C","cy@example.org"\n'.encode())
    assert result.rows == {2: cells, 3: ("Cy", "C", "cy@example.org")}
    assert result.problems == [(2, "unclosed_quote")]


def test_quotes_around_lines_as_a_whole_are_taken_off_and_said(staged):
    result = staged(
        b'"Name,Email,Company"\n"Ada,ada@example.org,""Acme, Inc"""\n"Ben,ben@example.org,Bolt"\n'
        b'"Cy,cy@example.org,""Two\nlines"""\n' + b'"Di,di@example.org,Bolt"\n' * 20
    )
    assert list(result.rows.values())[:3] == [
        ("Ada", "ada@example.org", "Acme, Inc"),
        ("Ben", "ben@example.org", "Bolt"),
        ("Cy", "cy@example.org", "Two\nlines"),
    ]
    assert result.problems == [(0, "wrapped_lines")]


def test_one_cell_is_not_called_cells(staged):
    (problem,) = staged(b"a,b,c\n1\n2,3,4\n", delimiter=",").reading.problems
    assert told(problem).startswith("Fewer cells than columns: 1 of 3.")


def test_spaces_between_quotes_and_delimiters_are_in_no_cell(staged):
    result = staged(b'"Name" , "Email" , "Town"\n"Ada" , "ada@example.org" , "Leeds, UK" \n"" ,"b"  , "" \n')
    assert result.rows == {2: ("Ada", "ada@example.org", "Leeds, UK"), 3: ("", "b", "")}
    assert result.problems == []


def test_line_ends_with_one_carriage_return_too_many_end_one_line(staged):
    result = staged(b"a,b\r\r\n1,2\r\r\n3,4\r\r\n")
    assert result.rows == {2: ("1", "2"), 3: ("3", "4")}


@pytest.mark.parametrize("end", [b"\x1a", b"\n\x1a", b"\r\n\x1a\x1a"])
def test_the_mark_that_ends_a_file_of_dos_is_dropped(staged, end):
    result = staged(b"a,b\n1,2\n3,4" + end)
    assert (result.rows, result.problems) == ({2: ("1", "2"), 3: ("3", "4")}, [])


@pytest.mark.parametrize("line", [b'1,"' + b"x" * 200_000 + b'"\n', b"1," + b"x" * 200_000 + b',"2"\n'])
def test_a_cell_beyond_what_the_parser_takes_is_refused(staged, line):
    with pytest.raises(FileRefusedError, match=r"row 2 is longer than 32,767") as refused:
        staged(b"a,b\n" + line + b"3,4\n")
    assert refused.value.code == "cell_too_long"


def test_cells_may_be_as_long_as_the_limit_allows(staged):
    result = staged(b'a,b\n1,"' + b"x" * 200_000 + b'"\n', limits=ReadingLimits(max_cell_chars=200_000))
    assert len(result.rows[2][1]) == 200_000


# Long enough for a few NULs not to make it something else than text.
HEAD = "h,i,j\n" + "k,l,m\n" * 30

# Everything that means something to a parser, in every order.
_pieces = st.lists(
    st.sampled_from([",", '"', '""', "\n", "\r\n", "\r", "a", "é", " ", "\0", "x,y", '"z"']), max_size=40
)
_HEADS = (HEAD, '"h" , "i"\n' * 2, '"h,""i"""\n' * 3, "h,i\r\r\n" * 3, "h,a@b.cd\n" * 3)


@settings(deadline=None)
@given(head=st.sampled_from(_HEADS), pieces=_pieces, block_bytes=st.integers(1, 50), cap=st.integers(2, 60))
def test_where_blocks_are_cut_changes_nothing(tmp_path_factory, head, pieces, block_bytes, cap):
    path = tmp_path_factory.mktemp("text") / "file"
    path.write_bytes((head + "".join(pieces)).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "MAX_RECORD_CHARS", cap)
        patch.setattr(delimited, "MAX_REREAD_CHARS", 1_000)
        try:
            table = DelimitedTable(path, COMMA, ReadingLimits(max_cell_chars=cap))
        except FileRefusedError:
            return
        whole = everything(table)
        patch.setattr(encodings, "BLOCK_BYTES", block_bytes)
        assert everything(table) == whole


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


def test_a_quote_in_the_only_row_leaves_its_cells_below_the_names(staged):
    result = staged(b'foo,bar,baz\n1,"Hey, I missed " it",3')
    assert result.rows == {2: ("1", 'Hey, I missed " it', "3")}
    assert result.problems == [(2, "stray_quote")]
