"""XLSX workbooks: which sheet, which rows, and what a cell says."""

import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import DEFAULT_LIMITS, ReadingLimits, ReadingOptions, Sheet
from imports.files.xlsx import grid
from imports.files.xlsx.cell_texts import Meanings, cell_texts
from imports.files.xlsx.number_formats import NumberFormat, NumberKind, format_of_code
from imports.files.xlsx.parts import Package
from imports.files.xlsx.sheet import read_parsed_cells, read_plain_cells
from imports.files.xlsx.survey import survey
from imports.files.xlsx.xlsx_cells import HiddenRows
from imports.files.xlsx.xlsx_table import XlsxTable
from tests.examples import examples
from tests.files.workbooks import (
    SHEET,
    STRINGS,
    inline_rows,
    sheet_of,
    sheet_xml,
    strings_xml,
    styles_xml,
    with_part,
    with_prefixes,
    workbook,
    xlsx_of,
)
from tests.told import told


class Read:
    """A workbook as it was read: its rows from row 1 on, cut after their last cell, and its problems."""

    def __init__(self, path: Path, limits: ReadingLimits, wanted: str | None) -> None:
        self.table = XlsxTable(path, ReadingOptions(sheet=wanted), limits)
        self.log = ProblemLog()
        self.rows: list[list[str]] = []
        self.heights: list[int] = []
        for block in self.table.blocks(self.log):
            assert block.first_row == len(self.rows) + 1
            self.heights.append(len(block))
            self.rows += [cut(block.cells(index)) for index in range(len(block))]

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(problem.row, problem.code) for problem in self.log.summary()]

    @property
    def texts(self) -> list[str]:
        return [told(problem) for problem in self.log.summary()]


def cut(cells: list[str]) -> list[str]:
    filled = [place for place, cell in enumerate(cells, 1) if cell]
    return cells[: max(filled, default=0)]


@pytest.fixture
def read(write) -> Callable[..., Read]:
    def read_file(data: bytes, limits: ReadingLimits = DEFAULT_LIMITS, wanted: str | None = None) -> Read:
        return Read(write(data), limits, wanted)

    return read_file


@pytest.fixture
def refused(read) -> Callable[..., FileRefusedError]:
    def refusal_of(*args: object, **options: object) -> FileRefusedError:
        with pytest.raises(FileRefusedError) as caught:
            read(*args, **options)
        return caught.value

    return refusal_of


def cells_xml(*cells: str) -> bytes:
    """A workbook with these cells in one row."""
    return xlsx_of(sheet_xml(f'<row r="1">{"".join(cells)}</row>'))


# Values


def test_values_are_written_as_a_person_would(read):
    data = sheet_of(
        A1="Mobile",
        A2=447712345678,
        B2="007",
        C2=True,
        D2=dt.date(2026, 4, 3),
        E2=dt.datetime.fromisoformat("2026-04-03T09:05:00"),
        F2=8.2,
        G2=dt.time(9, 5),
        H2=dt.timedelta(hours=30, seconds=5),
    )
    assert read(data).rows == [
        ["Mobile"],
        ["447712345678", "007", "TRUE", "2026-04-03", "2026-04-03T09:05:00", "8.2", "09:05:00", "30:00:05"],
    ]


def test_the_table_says_what_it_is(read):
    table = read(sheet_of(A1="Email")).table
    assert (table.format, table.sheet, table.sheets) == ("xlsx", "Sheet", (Sheet("Sheet"),))
    assert (table.encoding, table.delimiter, table.quote, table.escape) == (None, None, None, None)
    assert table.decisions["sheet"].reason == "only"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><v>4.4771234567800000E11</v></c>', "447712345678"),
        ('<c r="A1" t="n"><f>B1+1</f><v>42</v></c>', "42"),
        (
            '<c r="A1" t="str"><f>"a"&amp;"b"</f><v>a &lt;b&gt; &amp;amp; &#x263A;&#9786;</v></c>',
            "a <b> &amp; ☺☺",
        ),
        ('<c r="A1" t="str"><v>_x005F_x0041_ _x0041__x000D_</v></c>', "_x0041_ A\r"),
        ('<c r="A1" t="str"><v>_xD83D__xDE00_ _xD83D_</v></c>', "😀 \ufffd"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="d"><v>2026-04-03</v></c>', "2026-04-03"),
        ('<c r="A1" t="d"><v>2026-04-03T00:00:00.000Z</v></c>', "2026-04-03"),
        ('<c r="A1" t="d"><v>2026-04-03T09:04:59.999</v></c>', "2026-04-03T09:05:00"),
        ('<c r="A1" t="d"><v>09:05</v></c>', "09:05:00"),
        ('<c r="A1" t="d"><v>2026</v></c>', "2026"),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>', " x "),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><rPh><t>no</t></rPh><r><t>b</t></r></is></c>', "ab"),
        ('<c r="A1" t="inlineStr"><v>1.0</v><is><r><t>1.</t></r></is></c>', "1."),
        ('<c r="A1" t="str"><v><![CDATA[<a> & b]]></v></c>', "<a> & b"),
        ('<c r="A1"><v>1<!-- 2 -->3</v></c>', "13"),
        ('<c r="A1"><v>1,5</v></c>', "1,5"),
        ('<c r="A1"><v>1_0</v></c>', "1_0"),
        ('<c r="A1"><v>1e999</v></c>', "1e999"),
        ('<c r="A1" t="odd"><v>x</v></c>', "x"),
        ("<c\n  t='str'\n  r='A1'\n>\n  <v>x</v>\n</c>", "x"),
        ('<c s="7" t="str" r="A1"><v>x</v></c>', "x"),
        ('<c r="A1" t="str" s="7"><v>x\r\ny\rz</v></c>', "x\ny\nz"),
        ('<c t="str"><v>x</v></c>', "x"),
    ],
)
def test_what_a_cell_says(read, cell, text):
    assert read(cells_xml(cell)).rows == [[text]]


@pytest.mark.parametrize(
    ("string", "text"),
    [
        ("<t>Ana</t>", "Ana"),
        ("<t/>", ""),
        ("", ""),
        ('<t xml:space="preserve"> a\n&amp;b </t>', " a\n&b "),
        ("<r><rPr><b/></rPr><t>An</t></r><r><t>a</t></r>", "Ana"),
        ("<t>課長</t><rPh sb='0' eb='2'><t>カチョウ</t></rPh><phoneticPr fontId='1'/>", "課長"),
        ("<t>x_x0000_y_x000D_</t>", "xy\r"),
        ("<t><![CDATA[a<si>b]]></t>", "a<si>b"),
    ],
)
def test_what_a_shared_string_says(read, string, text):
    cells = "".join(f'<c r="{column}1" t="s"><v>{number}</v></c>' for number, column in enumerate("ABC"))
    rows = f'<row r="1">{cells}</row>'
    strings = strings_xml("<t>no</t>", string, "<t>next</t>")
    assert read(xlsx_of(sheet_xml(rows), strings)).rows == [["no", text, "next"]]


def test_formulas_count_by_their_last_value(read):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=20+22", None, 42)
        sheet.write_formula(1, 0, '="a"&"b"', None, "ab")
        sheet.write_formula(2, 0, "=1=1", None, True)
    assert read(file.getvalue()).rows == [["42"], ["ab"], ["TRUE"]]


def test_an_error_cell_says_so_and_is_reported(read):
    result = read(sheet_of(A1="Email", B2="#N/A", A3="#REF!", B3="Bo"))
    assert result.rows == [["Email"], ["", "#N/A"], ["#REF!", "Bo"]]
    assert result.problems == [(2, "error_cell"), (3, "error_cell")]
    assert result.texts[0] == "Cell B2 holds the error of a formula, so it has no value to send."


def test_a_formula_that_nobody_has_calculated_is_not_blank(read):
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c></row>'
        '<row r="2"><c r="A2"><f>LOWER("A")</f><v></v></c><c r="B2"><f>1+1</f></c><c r="C2" t="str"><f>A1</f></c></row>'
        # What a calculated formula makes may be blank.
        '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><f>1-1</f><v>0</v></c></row>'
    )
    for data in (xlsx_of(sheet_xml(rows)), with_part(xlsx_of(sheet_xml(rows)), SHEET, with_comments)):
        result = read(data)
        assert result.rows == [["Email"], ["#NOT_CALCULATED!"] * 3, ["", "0"]]
        assert result.problems == [(2, "formula_not_calculated")] * 3


def test_the_zeros_of_a_program_that_calculates_nothing_are_no_results(read):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Email", 0])
        sheet.write_formula(1, 0, '=LOWER("ANA@EXAMPLE.COM")')
        sheet.write_formula(2, 0, '=LOWER("BO@EXAMPLE.COM")', None, "bo@example.com")
    result = read(file.getvalue())
    assert result.rows == [["Email", "0"], ["#NOT_CALCULATED!"], ["bo@example.com"]]
    assert result.problems == [(2, "formula_not_calculated")]


def test_text_that_looks_like_markup_is_text(read):
    texts = ['<c r="A1" t="e">', "</sheetData>", "<row r='9'>", "&amp;lt;", "]]>"]
    result = read(sheet_of(**{f"A{row}": text for row, text in enumerate(texts, 1)}))
    assert result.rows == [[text] for text in texts]


def test_nul_characters_are_removed_and_located(read):
    result = read(sheet_of(A1="a", A2="x_x0000_y_x0000_", A3="_x0000_"))
    assert (result.rows, result.problems) == ([["a"], ["xy"]], [(2, "nul_bytes"), (3, "nul_bytes")])
    assert result.texts[0] == "NUL characters were removed: 2."


# Places


def test_rows_and_columns_keep_their_places(read, monkeypatch):
    monkeypatch.setattr(grid, "_BLANK_ROWS_AT_ONCE", 2)
    result = read(sheet_of(C4="Email", E4="Name", C5="ana@example.com", D7="x", F9=""))
    assert result.table.first_column == 2
    assert result.rows == [[], [], [], ["Email", "", "Name"], ["ana@example.com"], [], ["", "x"]]
    assert result.heights[:2] == [2, 1]


def test_a_table_is_read_again_and_again(read, monkeypatch):
    monkeypatch.setattr(grid, "_MAX_BLOCK_CELLS", 4)
    result = read(
        sheet_of(A1="Email", B2="#N/A", **{f"A{row}": f"u{row}@example.com" for row in range(3, 9)})
    )
    again = ProblemLog()
    blocks = list(result.table.blocks(again))
    assert [len(block) for block in blocks] == result.heights
    assert all(len(block) <= 4 for block in blocks)
    assert again.summary() == result.log.summary()


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 300), st.integers(0, 40)),
        st.text("abc", min_size=1, max_size=3),
        max_size=40,
    ),
    st.integers(1, 200),
)
@settings(deadline=None, max_examples=examples(quick=10, deep=500))
def test_cells_come_out_where_they_are(tmp_path_factory, cells, block_cells):
    path = tmp_path_factory.mktemp("xlsx") / "file"
    rows: dict[int, str] = {}
    for (row, column), text in sorted(cells.items()):
        reference = f"{openpyxl.utils.get_column_letter(column + 1)}{row}"
        rows[row] = rows.get(row, "") + f'<c r="{reference}" t="str"><v>{text}</v></c>'
    xml = "".join(f'<row r="{row}">{content}</row>' for row, content in rows.items())
    path.write_bytes(xlsx_of(sheet_xml(xml)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "_MAX_BLOCK_CELLS", block_cells)
        result = Read(path, DEFAULT_LIMITS, "Sheet")
    first = result.table.first_column
    assert first == min((column for _, column in cells), default=0)
    assert len(result.rows) == max((row for row, _ in cells), default=0)
    found = {
        (row, first + column): text
        for row, texts in enumerate(result.rows, 1)
        for column, text in enumerate(texts)
        if text
    }
    assert found == cells


def test_cells_and_rows_without_references_are_counted(read):
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c r='C3'><v>3</v></c><c><v>4</v></c></row>"
    assert read(xlsx_of(sheet_xml(rows))).rows == [["1", "2"], [], ["", "", "3", "4"]]


def test_of_cells_in_the_same_place_the_last_one_counts(read):
    cells = '<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c><c r="B1" t="str"><v>3</v></c>'
    assert read(cells_xml(cells)).rows == [["2", "3"]]


def test_cells_that_only_have_a_style_spread_nothing(read):
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read(xlsx_of(sheet_xml(inline_rows([["Email"]]) + far))).rows == [["Email"]]


@pytest.mark.parametrize("far", ["<c r='A1048576'><v>1</v></c>", '<c r="A1048576"><v>1</v></c>'])
def test_cells_far_apart_cost_no_more_than_blank_records(write, far):
    path = write(xlsx_of(sheet_xml(f'<row r="1"><c r="ALL1"><v>1</v></c>{far}</row>')))
    rows = 0
    for block in XlsxTable(path, ReadingOptions(), DEFAULT_LIMITS).blocks(ProblemLog()):
        assert block.first_row == rows + 1
        assert block.cells_by_column.width * len(block) <= grid._MAX_BLOCK_CELLS
        rows += len(block)
    assert rows == 1_048_576


# Sheets


def test_the_likeliest_visible_sheet_is_read(read, refused):
    contacts = sheet_xml(inline_rows([["Email"], ["ana@example.com"]]))
    data = xlsx_of(
        {
            "Hidden": contacts,
            "Notes": sheet_xml(inline_rows([["Of May"]])),
            "Empty": sheet_xml(""),
            "Who": contacts,
        },
        states={"Hidden": "veryHidden"},
    )
    result = read(data)
    assert (result.table.sheet, result.table.decisions["sheet"].reason) == ("Who", "likeliest_sheet")
    assert result.table.sheets == (Sheet("Hidden", True), Sheet("Notes"), Sheet("Empty"), Sheet("Who"))
    assert read(data, wanted="Hidden").rows == [["Email"], ["ana@example.com"]]
    assert read(data, wanted="Empty").rows == []
    assert "Hidden, Notes, Empty and Who" in refused(data, wanted="Kontakte").remedy


def test_sheets_of_other_things_than_cells_are_left_out(read, refused):
    def fill(book: openpyxl.Workbook) -> None:
        book.create_chartsheet("Chart", 0)
        book.active = 1
        book.worksheets[0].append(["Email"])

    assert read(workbook(fill)).table.sheets == (Sheet("Sheet"),)
    assert refused(workbook(fill), wanted="Chart").code == "no_such_sheet"


def test_a_workbook_without_cells_or_visible_sheets_is_refused(refused):
    assert refused(xlsx_of(sheet_xml(""))).code == "empty_file"
    assert refused(xlsx_of(sheet_xml(""), states={"Sheet": "hidden"})).code == "no_visible_sheet"


def test_a_sheet_that_begins_far_down_and_right_is_no_empty_one(read):
    result = read(sheet_of(NN90="Email", NN91="ana@example.com"))
    assert (result.table.first_column, result.rows[89:]) == (377, [["Email"], ["ana@example.com"]])


# Merged cells and hidden rows


def merged(*references: str) -> str:
    ranges = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    return f"<mergeCells>{ranges}</mergeCells>"


def test_a_cell_merged_over_rows_counts_in_each_of_them(read):
    rows = [["Firm", "Name"], ["Acme", "Ana"], ["", "Bo"], ["", "Cy"], ["Beta", "Di"], ["", ""], ["", "Ed"]]
    result = read(xlsx_of(sheet_xml(inline_rows(rows), after=merged("A2:A4", "A5:B6", "C1:C7"))))
    assert result.rows == [
        ["Firm", "Name"],
        ["Acme", "Ana"],
        ["Acme", "Bo"],
        ["Acme", "Cy"],
        ["Beta", "Di"],
        [],
        ["", "Ed"],
    ]
    assert result.problems == [(2, "merged_cells")]
    assert "A2:A4" in result.texts[0]


def test_a_merged_cell_goes_on_from_block_to_block(read, monkeypatch):
    monkeypatch.setattr(grid, "_MAX_BLOCK_CELLS", 6)
    rows = [["Acme", "0"], *[["", str(row)] for row in range(1, 20)]]
    result = read(xlsx_of(sheet_xml(inline_rows(rows), after=merged("A1:A15"))))
    assert [row[0] for row in result.rows] == ["Acme"] * 15 + [""] * 5
    assert len(result.heights) > 3
    assert result.problems == [(1, "merged_cells")]


def test_a_cell_merged_over_columns_counts_once(read):
    result = read(
        xlsx_of(sheet_xml(inline_rows([["Contacts", "", ""], ["a", "b", "c"]]), after=merged("A1:C1")))
    )
    assert (result.rows[0], result.problems) == (["Contacts"], [])


def test_ranges_that_overlap_are_filled_once(read):
    ranges = merged(*[f"A{row}:A1048576" for row in range(1, 2000)])
    result = read(xlsx_of(sheet_xml(inline_rows([["x", "1"], ["", "2"], ["", "3"]]), after=ranges)))
    assert result.rows == [["x", "1"], ["", "2"], ["", "3"]]


def test_what_a_merged_cell_covers_is_not_lost(read):
    result = read(xlsx_of(sheet_xml(inline_rows([["x", "1"], ["y", "2"], ["", "3"]]), after=merged("A1:A3"))))
    assert result.rows == [["x", "1"], ["y", "2"], ["x", "3"]]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_hidden_rows_and_columns_are_read_and_counted(read, quote):
    rows = "".join(
        f'<row r="{row}"{hidden}><c r="A{row}"><v>1</v></c><c r="C{row}"><v>2</v></c></row>'
        for row, hidden in [(1, ""), (2, ' hidden="1"'), (3, ' ht="9" hidden="true"'), (4, ' hidden="0"')]
    )
    rows += '<row r="5" hidden="1"><c r="A5" s="0"/></row><row r="6" hidden="1"/>'
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" hidden="1"/></cols>'
    result = read(xlsx_of(sheet_xml(rows, before=columns).replace('"', quote)))
    assert len(result.rows) == 4
    assert result.texts == [
        "Rows that are hidden in the workbook are read like the others: 2, the first is row 2.",
        "Columns that are hidden in the workbook are read like the others: 1, the first is C.",
    ]


# Ways to write it


def as_written(data: bytes) -> bytes:
    return data


def in_utf16(xml: bytes) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-16"?>{xml.decode()}'.encode("utf-16")


def with_mark(xml: bytes) -> bytes:
    return b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n' + xml


def in_latin1(xml: bytes) -> bytes:
    return b'<?xml version="1.0" encoding="ISO-8859-1"?>' + xml.decode().encode("latin-1")


def in_quotes(xml: bytes) -> bytes:
    return xml.replace(b'"', b"'")


def spread_out(xml: bytes) -> bytes:
    return re.sub(rb"(</?(?:row|c|v|is|sst|sheetData)\b[^>]*>)(?=<)", rb"\1\n  ", xml)


def with_comments(xml: bytes) -> bytes:
    xml = xml.replace(b"<row ", b'<!-- <row> <c r="A1"><v>9</v></c> --><row ')
    return xml.replace(b"<si>", b"<!--<si>--><si>")


def strict(xml: bytes) -> bytes:
    return xml.replace(b"schemas.openxmlformats.org/spreadsheetml/2006", b"purl.oclc.org/ooxml/spreadsheetml")


@pytest.mark.parametrize(
    "rewrite",
    [
        as_written,
        with_prefixes,
        in_utf16,
        with_mark,
        in_latin1,
        in_quotes,
        spread_out,
        with_comments,
        strict,
    ],
)
def test_the_same_sheet_is_read_however_it_is_written(read, rewrite):
    rows = (
        '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46115.5</v></c></row>'
        '<row r="2"><c r="A2" t="s" s="0"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c><c r="C2" t="b"><v>1</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>é &amp; x</t></is></c></row>'
    )
    data = xlsx_of(
        sheet_xml(rows, after=merged("A2:A4")),
        strings_xml("<t>Zoë</t>", "<r><t>A</t></r><r><t>na</t></r>"),
        styles_xml(0, 22),
    )
    for part in (SHEET, STRINGS):
        data = with_part(data, part, rewrite)
    result = read(data)
    assert result.rows == [["Zoë", "2026-04-03T12:00:00"], ["Ana", "#N/A", "TRUE"], [], ["é & x"]]
    assert result.problems == [(2, "error_cell")]


texts = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x7f").filter(
        lambda character: character in "\t\n" or (character >= " " and character not in "\ufffe\uffff")
    ),
    max_size=6,
)


@st.composite
def written_cells(draw: st.DrawFn, reference: str) -> str:
    text = draw(texts).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    value = draw(st.sampled_from([f"<v>{text}</v>", "<v/>", "", "<v>1</v>", "<v>0</v>", "<v>46115.75</v>"]))
    inline = f"<is><t>{text}</t></is>"
    formula = draw(st.sampled_from(["", "<f>A1&amp;B1</f>", '<f t="shared" si="0"/>']))
    kind, content = draw(
        st.sampled_from(
            [
                ("inlineStr", inline),
                ("inlineStr", f"<is><r>{inline[4:-5]}</r><r><t>y</t></r></is>"),
                ("str", f"{formula}{value}"),
                ("s", "<v>1</v>"),
                ("e", "<v>#N/A</v>"),
                ("b", "<v>0</v>"),
                ("d", "<v>2026-04-03T10:00:00</v>"),
                ("n", f"{formula}{value}"),
                ("n", value),
                ("", "<v>0.1</v>"),
            ]
        )
    )
    attributes = [f'r="{reference}"', *([f't="{kind}"'] if kind else [])]
    if draw(st.booleans()):
        attributes.append(f's="{draw(st.integers(0, 4))}"')
    if draw(st.integers(0, 9)) == 0:
        attributes = draw(st.permutations(attributes))
    return f"<c {' '.join(attributes)}>{content}</c>" if content else f"<c {' '.join(attributes)}/>"


@given(st.data())
@settings(deadline=None, max_examples=examples(quick=25, deep=1_500))
def test_both_ways_of_reading_a_sheet_find_the_same(tmp_path_factory, data):
    rows = ""
    for row in sorted(data.draw(st.sets(st.integers(1, 9), max_size=4))):
        hidden = data.draw(st.sampled_from(["", ' hidden="1"', ' spans="1:3"', ' hidden="false"']))
        columns = sorted(data.draw(st.sets(st.sampled_from("ABCDE"), max_size=3)))
        cells = "".join(data.draw(written_cells(f"{column}{row}")) for column in columns)
        rows += f'<row r="{row}"{hidden}>{cells}</row>' if cells else f'<row r="{row}"{hidden}/>'
    path = tmp_path_factory.mktemp("xlsx") / "file"
    rewrite = data.draw(st.sampled_from([as_written, with_prefixes]))
    path.write_bytes(with_part(xlsx_of(sheet_xml(rows)), SHEET, rewrite))
    package = Package(path, 10**9)
    assert survey(package, SHEET).is_plain
    formats = [*map(NumberFormat, NumberKind), format_of_code("\\+00 000")]
    meanings = Meanings.of(pl.Series(["no", "yes"]), formats, False)
    is_calculated = data.draw(st.booleans())
    found = []
    for read_cells in (read_plain_cells, read_parsed_cells):
        hidden_rows, log = HiddenRows(), ProblemLog()
        texts = [
            row
            for cells in read_cells(package, SHEET, hidden_rows, DEFAULT_LIMITS, is_calculated=is_calculated)
            for row in cell_texts(cells, meanings, 100, log).iter_rows()
        ]
        found.append((texts, list(hidden_rows.rows), log.summary()))
    assert found[0] == found[1]
