"""Both ways of reading an OpenDocument sheet find the same: by column expressions, and by a parser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import FileRefusedError
from imports.files.ods.plain_rows import PlainRows, is_usual, plain_rows
from imports.files.opening import READERS
from imports.files.reading import DEFAULT_LIMITS, ReadingOptions
from imports.files.workbooks.runs import Run
from tests.files.ods_writer import NAMESPACES, cell, ods_of, package, table

TEXTS = st.sampled_from(
    [
        *["", "Ana", " a  b ", "x &amp; y", "&#233;", "\n\t", "#N/A", "Err:502", "\u00a0", "1", "&lt;p&gt;"],
        *["&#35;N/A", "a&#10;b", "]>", "&none;", "\u0001"],
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        'office:value-type="string"',
        'office:value-type="string" office:string-value="y &quot;z&quot;"',
        'office:value-type="string" office:string-value="y\tz"',
        'office:value-type="string" office:string-value="&none;"',
        'office:value-type="string" office:date-value="<"',
        'office:value-type="float" office:value="1067"',
        'office:value-type="float" office:value="1" office:value="2"',
        'office:value="3" office:value-type="float" table:style-name="ce&lt;"',
        'office:value-type="float" office:value="0.1E3"',
        'office:value-type="float" office:value="many"',
        'office:value-type="percentage" office:value="0.5"',
        'office:value-type="date" office:date-value="2026-04-03"',
        'office:value-type="date" office:date-value="2026-04-03T10:00:00.6"',
        'office:value-type="date" office:date-value="soon"',
        'office:value-type="time" office:time-value="PT10H05M00S"',
        'office:value-type="boolean" office:boolean-value="true"',
        'table:formula="of:=A1&gt;B1" office:value-type="float" office:value="0"',
        'table:formula="of:=A1"',
        'table:formula="of:=A1" office:value-type="string" office:string-value=""',
        'table:formula="of:= office:value=" table:style-name=" office:value="',
        'table:number-columns-repeated="3"',
        'table:style-name="ce1" office:value-type="string" calcext:value-type="error"',
        'table:number-rows-spanned="2" table:number-columns-spanned="1"',
    ]
)
CONTENTS = TEXTS.flatmap(
    lambda text: st.sampled_from(
        [
            "",
            f"<text:p>{text}</text:p>",
            "<text:p/>",
            " ",
            f" <text:p>{text}</text:p>\n",
            f"<text:p>{text}</text:p>{text}",
            f"<text:p>{text}<text:p></text:p></text:p>",
            f"</text:p>{text}<text:p>",
            f'<text:p><text:a xlink:href="mailto:a">{text}</text:a></text:p>',
            f"<text:p>{text}</text:p><text:p>{text}</text:p>",
            f"<text:p>{text}<text:s/></text:p>",
            f"<text:p> <text:s/>{text} <text:s/> <text:s/>{text} </text:p>",
            f'<text:p>{text}<text:s text:c="2"/>{text}</text:p>',
        ]
    )
)
CELLS = st.builds(
    lambda attributes, content: (
        f"<table:table-cell{' ' if attributes else ''}{attributes}>{content}</table:table-cell>"
        if content
        else f"<table:table-cell{' ' if attributes else ''}{attributes}/>"
    ),
    ATTRIBUTES,
    CONTENTS,
)
ROWS = st.lists(
    st.builds(
        lambda attributes, cells: f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>",
        st.sampled_from(
            ["", ' table:style-name="ro1"', ' table:number-rows-repeated="2"', ' table:visibility="collapse"']
        ),
        st.lists(CELLS, max_size=4),
    ),
    min_size=1,
    max_size=5,
)


def document(rows: list[str], prefix: str) -> bytes:
    """A spreadsheet whose elements of tables have this prefix."""
    tables = 'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    names = f'{NAMESPACES} {tables} xmlns:xlink="http://www.w3.org/1999/xlink"'
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f"<table:table table:name='A'>{''.join(rows)}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    for before in ("<", "</", " "):
        content = content.replace(f"{before}table:", f"{before}{prefix}:")
    return package(content.encode())


def outcome(path, data: bytes) -> object:
    path.write_bytes(data)
    log = ProblemLog()
    try:
        found = READERS["ods"](path, ReadingOptions(), DEFAULT_LIMITS)
        rows = [block.cells(index) for block in found.blocks(log) for index in range(len(block))]
    except FileRefusedError as error:
        return error.code
    return rows, found.first_column, log.summary()


@given(ROWS)
def test_both_ways_of_reading_a_sheet_find_the_same(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("ods") / "file"
    assert outcome(path, document(rows, "table")) == outcome(path, document(rows, "t"))


def test_what_spreadsheet_programs_write_is_taken_by_column_expressions():
    row = f"<table:table-row>{cell('Ana')}{cell(7.5)}</table:table-row>"
    together = plain_rows(row.encode(), 100, {})
    assert isinstance(together, PlainRows)
    assert [run.cells for run in together.rows.runs()] == [["Ana", "7.5"]]
    repeated = row.replace("row>", "row table:number-rows-repeated='9'>", 1).replace("'", '"')
    assert [one.run for one in plain_rows(repeated.encode(), 100, {})] == [Run(["Ana", "7.5"], 9)]
    assert plain_rows(document([row], "t"), 100, {}) is None
    assert plain_rows(row.replace("Ana", "\udcff").encode(errors="surrogateescape"), 100, {}) is None
    assert is_usual(f"<office:document-content {NAMESPACES}>".encode())
    assert not is_usual(b'<a:document-content xmlns:table="urn:other">')


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["<table:table-cell/>"], []),
        (["<table:table-cell></table:table-cell>", cell("Ana")], ["", "Ana"]),
        (['<table:table-cell table:number-columns-repeated="2"/>', cell("Ana")], ["", "", "Ana"]),
        (['<table:table-cell office:value-type="float" office:value="7.0"/>', cell("Ana")], ["7", "Ana"]),
        (['<table:table-cell office:value-type="string" office:string-value="a&amp;b" />'], ["a&b"]),
        (['<table:table-cell office:value-type="string"><text:p/></table:table-cell>', cell(1)], ["", "1"]),
        (['<table:table-cell><text:p><text:a xlink:href="x">a</text:a></text:p></table:table-cell>'], ["a"]),
        ([cell("Ana"), "\n  ", cell("Bo"), "\r\n"], ["Ana", "Bo"]),
    ],
)
def test_cells_in_rows_are_taken_by_column_expressions(cells, expected):
    row = f"<table:table-row>{''.join(cells)}</table:table-row>\n"
    rows = plain_rows((row * 3).encode(), 100, {})
    assert isinstance(rows, PlainRows)
    assert rows.rows.height == 3
    assert [run.cells for run in rows.rows.runs() for _ in range(run.repeats)] in (
        [expected] * 3,
        [()] * 3 if not expected else None,
    )


def test_no_more_tags_are_taken_apart_at_once_than_memory_allows(write):
    blank = "<table:table-row><table:table-cell/></table:table-row>"
    assert plain_rows((blank * 30_000).encode(), 100, {}) is None
    found = READERS["ods"](
        write(ods_of(table(cell("Ana"), *[blank] * 30_000, cell("Bo")))), ReadingOptions(), DEFAULT_LIMITS
    )
    rows = [block.cells(index) for block in found.blocks(ProblemLog()) for index in range(len(block))]
    assert len(rows) == 30_002
    assert [rows[0], *rows[-2:]] == [["Ana"], [""], ["Bo"]]


@pytest.mark.parametrize("rows", [1, 3, 40_000])
def test_rows_are_found_wherever_the_document_is_cut(write, rows):
    contents = [cell(f"person{row}@example.com") + cell(row) for row in range(rows)]
    found = READERS["ods"](
        write(ods_of(table(*contents), table(cell("x"), name="B"))),
        ReadingOptions(sheet="Sheet1"),
        DEFAULT_LIMITS,
    )
    blocks = list(found.blocks(ProblemLog()))
    assert sum(map(len, blocks)) == rows
    assert blocks[-1].cells(len(blocks[-1]) - 1) == [f"person{rows - 1}@example.com", str(rows - 1)]
