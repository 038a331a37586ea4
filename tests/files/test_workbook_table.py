"""Workbooks in the formats XLS, XLSB and ODS: which rows, and what a cell says; and what all workbooks have alike."""

import contextlib
import datetime as dt
import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import olefile
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import FileRefusedError
from imports.files.opening import READERS
from imports.files.reading import DEFAULT_LIMITS, ReadingLimits, ReadingOptions, Sheet
from imports.files.workbooks import runs
from tests.examples import examples
from tests.files.ods_writer import NAMESPACES, cell, ods_of, package, table, text_cell, value_cell, write_ods
from tests.files.ole_writer import container_of
from tests.files.workbooks import inline_rows, sheet_xml, styles_xml, with_part, xlsx_of
from tests.files.xls_writer import write_cell, write_xls, xls_of
from tests.files.xlsb_writer import Error, record, sheet, write_xlsb, xlsb_of
from tests.told import told

WRITERS = {"xls": write_xls, "xlsb": write_xlsb, "ods": write_ods}
every_format = pytest.mark.parametrize("file_format", WRITERS)

CONTACTS = [["Email", "Name"], ["ana@example.com", "Ana"], ["bo@example.com", "Bo"]]


class Read:
    """A file as it was read: its rows from row 1 on, cut after their last cell, and its problems."""

    def __init__(self, path: Path, file_format: str, limits: ReadingLimits, wanted: str | None) -> None:
        options = ReadingOptions(sheet=wanted)
        self.table = READERS[file_format](path, options, limits)
        self.log = ProblemLog()
        self.blocks = list(self.table.blocks(self.log))
        self.rows: list[list[str]] = []
        for block in self.blocks:
            assert block.first_row == len(self.rows) + 1
            self.rows += [cut(block.cells(index)) for index in range(len(block))]

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(problem.row, problem.code) for problem in self.log.summary()]

    @property
    def texts(self) -> str:
        return "\n".join(told(problem) for problem in self.log.summary())


def cut(cells: list[str]) -> list[str]:
    filled = [place for place, cell in enumerate(cells, 1) if cell]
    return cells[: max(filled, default=0)]


@pytest.fixture
def read(write) -> Callable[..., Read]:
    def read_file(
        file_format: str, data: bytes, limits: ReadingLimits = DEFAULT_LIMITS, wanted: str | None = None
    ) -> Read:
        return Read(write(data), file_format, limits, wanted)

    return read_file


@pytest.fixture
def refused(read) -> Callable[..., str]:
    def code_of(*args: object, **options: object) -> str:
        with pytest.raises(FileRefusedError) as caught:
            read(*args, **options)
        return caught.value.code

    return code_of


@every_format
def test_values_are_written_as_a_person_would(read, file_format):
    data = WRITERS[file_format](
        [
            ["Mobile", "Code", "Is member", "Joined", "Last seen"],
            [447712345678, "007", True, dt.date(2026, 4, 3), dt.datetime(2026, 4, 3, 9, 5)],  # noqa: DTZ001
            [8.2, " x ", False, dt.date(1900, 3, 1), dt.datetime(2026, 12, 31, 23, 59, 59)],  # noqa: DTZ001
            [0.25, "2026-04-03", "", "", ""],
        ]
    )
    result = read(file_format, data)
    assert result.rows[1:] == [
        ["447712345678", "007", "TRUE", "2026-04-03", "2026-04-03T09:05:00"],
        ["8.2", " x ", "FALSE", "1900-03-01", "2026-12-31T23:59:59"],
        ["0.25", "2026-04-03"],
    ]
    assert result.problems == []
    assert (result.table.format, result.table.sheet) == (file_format, "Sheet1")
    assert (result.table.encoding, result.table.delimiter, result.table.quote) == (None, None, None)


@every_format
def test_rows_and_columns_keep_their_places(read, file_format, monkeypatch):
    monkeypatch.setattr(runs, "ROWS_PER_BLOCK", 2)
    data = WRITERS[file_format](
        [[], [], ["", "", "Email", "", "Name"], ["", "", "a@example.com"], [], [], ["", "", "", "x"], [""]]
    )
    result = read(file_format, data)
    assert result.table.first_column == 2
    assert result.rows == [[], [], ["Email", "", "Name"], ["a@example.com"], [], [], ["", "x"]]
    assert [len(block) for block in result.blocks] == [2, 2, 2, 1]
    assert [len(block) for block in result.table.blocks(ProblemLog())] == [2, 2, 2, 1]


@every_format
def test_a_sheet_that_begins_far_down_is_no_empty_one(read, file_format):
    result = read(file_format, WRITERS[file_format]([*[[]] * 80, ["Email"], ["ana@example.com"]]))
    assert (len(result.rows), result.rows[80]) == (82, ["Email"])


@every_format
def test_limits_hold(refused, file_format):
    data = WRITERS[file_format]([["a", "b"], ["x", "y", "z"]])
    assert refused(file_format, data, limits=ReadingLimits(max_columns=2)) == "too_many_columns"


@every_format
def test_a_workbook_without_cells_is_refused(refused, file_format):
    assert refused(file_format, WRITERS[file_format]([])) == "empty_file"
    assert refused(file_format, WRITERS[file_format]([]), wanted="Kontakte") == "no_such_sheet"


@pytest.mark.deep
@every_format
def test_a_damaged_or_cut_file_is_refused_or_read_but_never_breaks_the_reader(read, file_format):
    data = WRITERS[file_format]([["Email", "Amount"], *[[f"user{n}@example.com", n] for n in range(30)]])
    step = max(1, len(data) // examples(quick=40, deep=600))
    damaged = [data[:end] for end in range(0, len(data), 5 * step)]
    for position in range(0, len(data), step):
        damaged.append(data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :])
    for broken in damaged:
        with contextlib.suppress(FileRefusedError):
            read(file_format, broken)


texts = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"),
        st.sampled_from("\t\n '\"=0"),
    ),
    max_size=12,
)


@every_format
@settings(max_examples=examples(quick=15, deep=1_000), deadline=None)
@given(rows=st.lists(st.lists(texts, max_size=5), max_size=8).filter(lambda rows: any(map("".join, rows))))
def test_text_is_read_back_as_it_was_written(file_format, rows, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"round_trip.{file_format}"
    path.write_bytes(WRITERS[file_format](rows))
    # Named, because a sheet of nothing but blanks would not be chosen.
    result = Read(path, file_format, DEFAULT_LIMITS, "Sheet1")
    expected = [cut(row) for row in rows]
    while not expected[-1]:
        expected.pop()
    assert [cut(["" for _ in range(result.table.first_column)] + row) for row in result.rows] == expected


@every_format
@settings(max_examples=examples(quick=10, deep=700), deadline=None)
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_a_number_is_read_back_exactly(file_format, numbers, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / f"numbers.{file_format}"
    path.write_bytes(WRITERS[file_format]([numbers]))
    result = Read(path, file_format, DEFAULT_LIMITS, None)
    assert [float(text) for text in result.rows[0]] == numbers


# Errors, hidden rows, merged cells, hidden sheets


def xls_with_marks() -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        contacts = book.add_sheet("Contacts")
        for row, cells in enumerate([["Email", "Name"], ["ana@example.com"], ["", "Bo"], ["cy@example.com"]]):
            for column, value in enumerate(cells):
                write_cell(contacts, row, column, value)
        contacts.row(1).set_cell_error(1, 42)
        contacts.row(2).hidden = True
        contacts.row(40).hidden = True
        contacts.write_merge(1, 3, 2, 3, "Sales")
        secret = book.add_sheet("Secret")
        secret.visibility = 1
        write_cell(secret, 0, 0, "secret")

    return xls_of(fill)


def xlsb_with_marks() -> bytes:
    contacts = sheet(
        {
            0: ["Email", "Name"],
            1: ["ana@example.com", Error(), "Sales"],
            2: ["", "Bo"],
            3: ["cy@example.com"],
            40: [],
        },
        hidden=[2, 40],
        merges=[(1, 3, 2, 3)],
    )
    return xlsb_of({"Contacts": contacts, "Secret": sheet({0: ["secret"]})}, hidden=["Secret"])


def ods_with_marks() -> bytes:
    error = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    merge = text_cell("Sales", 'table:number-rows-spanned="3" table:number-columns-spanned="2"')
    covered = '<table:covered-table-cell table:number-columns-repeated="2"/>'
    hidden_row = '<table:table-row table:visibility="filter">'
    return ods_of(
        table(
            cell("Email") + cell("Name"),
            f"{cell('ana@example.com')}{error}{merge}<table:covered-table-cell/>",
            f"{hidden_row}<table:table-cell/>{cell('Bo')}{covered}</table:table-row>",
            f"{cell('cy@example.com')}<table:table-cell/>{covered}",
            '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048572"/>',
            name="Contacts",
        ),
        table(cell("secret"), name="Secret", style_name="ta2"),
        styles=(
            '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/>'
            '</style:style><style:style style:name="ta2" style:family="table">'
            '<style:table-properties table:display="false"/></style:style>'
        ),
    )


MARKED = {"xls": xls_with_marks, "xlsb": xlsb_with_marks, "ods": ods_with_marks}


@every_format
def test_errors_hidden_rows_and_merged_cells_are_told(read, file_format):
    result = read(file_format, MARKED[file_format]())
    assert result.rows == [
        ["Email", "Name"],
        ["ana@example.com", "#N/A", "Sales"],
        ["", "Bo", "Sales"],
        ["cy@example.com", "", "Sales"],
    ]
    assert result.problems == [(0, "hidden_rows"), (2, "error_cell"), (2, "merged_cells")]
    assert "B2" in result.texts
    assert "C2:D4" in result.texts
    assert result.table.sheets == (Sheet("Contacts"), Sheet("Secret", is_hidden=True))
    assert result.table.decisions["sheet"].reason == "only"
    secret = read(file_format, MARKED[file_format](), wanted="Secret")
    assert (secret.rows, secret.problems) == ([["secret"]], [])


Range = tuple[int, int, int, int]
"""The first and last row of a merged cell, and its first and last column, counted from 0."""


def merged_xls(rows: list[list[str]], merges: list[Range]) -> bytes:
    def fill(book: xlwt.Workbook) -> None:
        contacts = book.add_sheet("Sheet1")
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                write_cell(contacts, row, column, value)
        for merge in merges:
            contacts.merged_ranges.append(merge)

    return xls_of(fill)


def merged_xlsb(rows: list[list[str]], merges: list[Range]) -> bytes:
    return xlsb_of({"Sheet1": sheet(dict(enumerate(rows)), merges=merges)})


def merged_ods(rows: list[list[str]], merges: list[Range]) -> bytes:
    def cell_at(row: int, column: int, text: str) -> str:
        for top, bottom, left, right in merges:
            if (row, column) == (top, left):
                return text_cell(
                    text,
                    f'table:number-rows-spanned="{bottom - top + 1}" '
                    f'table:number-columns-spanned="{right - left + 1}"',
                )
            if top <= row <= bottom and left <= column <= right:
                return text_cell(text).replace("table-cell", "covered-table-cell")
        return text_cell(text)

    return ods_of(
        table(
            *(
                "".join(cell_at(row, column, text) for column, text in enumerate(cells))
                for row, cells in enumerate(rows)
            )
        )
    )


def merged_xlsx(rows: list[list[str]], merges: list[Range]) -> bytes:
    references = (
        f"{runs.cell_name(top + 1, left)}:{runs.cell_name(bottom + 1, right)}"
        for top, bottom, left, right in merges
    )
    ranges = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    return xlsx_of(sheet_xml(inline_rows(rows), after=f"<mergeCells>{ranges}</mergeCells>"))


MERGED = {"xls": merged_xls, "xlsb": merged_xlsb, "ods": merged_ods, "xlsx": merged_xlsx}


@pytest.mark.parametrize("file_format", MERGED)
@pytest.mark.parametrize(
    ("rows", "merges", "firms", "noted"),
    [
        # In each of its rows, but for one that is blank.
        (
            [["x", "1"], ["", "2"], ["", ""], ["", "4"], ["", "5"]],
            [(0, 3, 0, 0)],
            ["x", "x", "", "x", ""],
            [1],
        ),
        # What it covers is kept.
        ([["x", "1"], ["y", "2"], ["", "3"]], [(0, 2, 0, 0)], ["x", "y", "x"], [1]),
        # Nothing was filled.
        ([["x", "1"], ["", ""], ["", ""], ["y", "2"]], [(0, 2, 0, 0)], ["x", "", "", "y"], []),
        ([["x", "1"], ["y", "2"]], [(0, 1, 0, 0)], ["x", "y"], []),
        ([["", "1"], ["", "2"], ["z", "3"]], [(0, 1, 0, 0)], ["", "", "z"], []),
        ([["x", "1"], ["", "2"]], [(0, 0, 0, 1)], ["x", ""], []),
        # Only its first column, and told as one.
        ([["x", "", "1"], ["", "", "2"]], [(0, 1, 0, 1)], ["x", "x"], [1]),
        # One below the other.
        (
            [["x", "1"], ["", "2"], ["y", "3"], ["", "4"], ["", "5"]],
            [(0, 1, 0, 0), (2, 3, 0, 0)],
            ["x", "x", "y", "y", ""],
            [1, 3],
        ),
        (
            [["x", "1"], ["", "2"], ["", "3"], ["", "4"]],
            [(0, 1, 0, 0), (2, 3, 0, 0)],
            ["x", "x", "", ""],
            [1],
        ),
    ],
)
def test_a_cell_merged_over_rows_counts_in_those_that_hold_anything_else(
    read, file_format, rows, merges, firms, noted
):
    result = read(file_format, MERGED[file_format](rows, merges))
    assert [(row or [""])[0] for row in result.rows] == firms
    assert [row[1:] for row in result.rows] == [cut(row[1:]) for row in rows]
    assert result.problems == [(row, "merged_cells") for row in noted]


@pytest.mark.parametrize("file_format", ["xls", "xlsb", "xlsx"])
def test_of_merged_cells_that_overlap_the_later_counts(read, file_format):
    rows = [["x", "1"], ["", "2"], ["", "3"], ["", "4"], ["y", "5"], ["", "6"]]
    result = read(file_format, MERGED[file_format](rows, [(0, 5, 0, 0), (2, 3, 0, 0), (4, 5, 0, 0)]))
    assert [row[0] for row in result.rows] == ["x", "x", "", "", "y", "y"]


def test_rows_told_as_one_are_filled_as_one(read):
    merge = text_cell("Sales", 'table:number-rows-spanned="5000"') + cell("Ana")
    data = ods_of(
        table(
            merge,
            repeated("table-row", 2_500, "<table:covered-table-cell/>"),
            repeated("table-row", 3_000, f"<table:covered-table-cell/>{cell('Bo')}"),
        )
    )
    result = read("ods", data)
    assert result.rows[2_500:2_502] == [[], ["Sales", "Bo"]]
    assert result.rows[4_999:5_001] == [["Sales", "Bo"], ["", "Bo"]]
    assert result.problems == [(1, "merged_cells")]


# Zeros that a format shows


def shown_xls(code: str, numbers: list[float]) -> bytes:
    style = xlwt.easyxf(num_format_str=code)

    def fill(book: xlwt.Workbook) -> None:
        contacts = book.add_sheet("Sheet1")
        for column, number in enumerate(numbers, 2):
            contacts.write(1, column, number, style)
        contacts.write(2, 2, "007", style)
        contacts.write(2, 3, 7)

    return xls_of(fill)


def shown_xlsb(code: str, numbers: list[float]) -> bytes:
    encoded = code.encode("utf-16-le")

    def style(number: int) -> bytes:
        return record(47, struct.pack("<HHHHHBBH", 0, number, 0, 0, 0, 0, 0, 0))

    styles = (
        record(278)
        + record(615, struct.pack("<I", 1))
        + record(44, struct.pack("<HI", 164, len(encoded) // 2) + encoded)
        + record(616)
        # Styles of styles are not those of cells.
        + (record(626, struct.pack("<I", 1)) + style(0) + record(627))
        + (record(617, struct.pack("<I", 2)) + style(164) + style(0) + record(618))
        + record(279)
    )
    shown, plain = (record(5, struct.pack("<IId", 3, style, 7)) for style in (0, 1))
    cells = sheet({1: ["", "", *numbers], 2: ["", "", "007", 7]}).replace(shown, plain)
    return with_part(xlsb_of({"Sheet1": cells}), "xl/styles.bin", lambda _: styles)


def shown_xlsx(code: str, numbers: list[float]) -> bytes:
    cells = "".join(
        f'<c r="{runs.cell_name(2, column)}" s="1"><v>{number!r}</v></c>'
        for column, number in enumerate(numbers, 2)
    )
    rows = (
        f'<row r="2">{cells}</row>'
        '<row r="3"><c r="C3" s="1" t="str"><v>007</v></c><c r="D3" s="0"><v>7</v></c></row>'
    )
    return xlsx_of(sheet_xml(rows), styles=styles_xml(0, code))


SHOWN = {"xls": shown_xls, "xlsb": shown_xlsb, "xlsx": shown_xlsx}


@pytest.mark.parametrize("file_format", SHOWN)
@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("00000000000", ["07700900001", "00000001067", "00000000000", "-5", "2.5"]),
        ("\\+44 0000000000", ["+44 7700900001", "+44 0000001067", "+44 0000000000", "-5", "2.5"]),
        ("00000-0000", ["770090-0001", "00000-1067", "00000-0000", "-5", "2.5"]),
        ("#,##0.00", ["7700900001", "1067", "0", "-5", "2.5"]),
        ("[<=9999999]###-####;(###) ###-####", ["7700900001", "1067", "0", "-5", "2.5"]),
    ],
)
def test_the_zeros_that_a_format_shows_are_read(read, file_format, code, texts):
    result = read(file_format, SHOWN[file_format](code, [7700900001, 1067, 0, -5, 2.5]))
    assert result.table.first_column == 2
    assert result.rows == [[], texts, ["007", "7"]]


NUMBERS = 'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
EIGHT_PLACES = '<number:number number:decimal-places="0" number:min-integer-digits="8"/>'


def number_styles(content: str) -> str:
    return (
        f'<number:number-style style:name="N1" {NUMBERS}>{content}</number:number-style>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
        '<style:style style:name="ce2" style:family="table-cell"/>'
    )


def styled(style: str) -> str:
    number = value_cell("float", "value", "1067")
    return number.replace("<table:table-cell", f'<table:table-cell table:style-name="{style}"')


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (EIGHT_PLACES, "00001067"),
        (f"<number:text>+44 </number:text>{EIGHT_PLACES}<number:text>.</number:text>", "+44 00001067."),
        (
            '<number:number number:decimal-places="0" number:min-integer-digits="9">'
            '<number:embedded-text number:position="4">-</number:embedded-text></number:number>',
            "00000-1067",
        ),
        (f"{EIGHT_PLACES}<style:text-properties/>", "00001067"),
        (f'{EIGHT_PLACES}<style:map style:condition="value()&gt;=0"/>', "1067"),
        (f"{EIGHT_PLACES}{EIGHT_PLACES}", "1067"),
        (f"{'<number:text>x</number:text>' * 200}{EIGHT_PLACES}", "1067"),
        ('<number:number number:decimal-places="2" number:min-integer-digits="8"/>', "1067"),
        ('<number:number number:min-integer-digits="8"/>', "1067"),
        ('<number:number number:decimal-places="0" number:min-integer-digits="1"/>', "1067"),
        ('<number:number number:decimal-places="0" number:min-integer-digits="many"/>', "1067"),
        ('<number:number number:decimal-places="0" number:min-integer-digits="999"/>', "1067"),
        (EIGHT_PLACES.replace("/>", ' number:grouping="true"/>'), "1067"),
        ('<number:scientific-number number:min-integer-digits="8"/>', "1067"),
    ],
)
def test_the_zeros_that_an_ods_shows_are_read(read, style, text):
    assert read("ods", ods_of(table(styled("ce1")), styles=number_styles(style))).rows == [[text]]


def test_a_cell_of_an_ods_has_the_style_of_its_row_or_column(read):
    number = value_cell("float", "value", "1067")
    columns = (
        '<table:table-column table:default-cell-style-name="ce2"/><table:table-column '
        'table:default-cell-style-name="ce1" table:number-columns-repeated="2"/><table:table-column/>'
    )
    styled_row = '<table:table-row table:default-cell-style-name="ce1">'
    rows = table(number * 4, f"{styled_row}{number}{styled('ce2')}</table:table-row>")
    data = ods_of(
        rows.replace("<table:table-row>", f"{columns}<table:table-row>", 1),
        styles=number_styles(EIGHT_PLACES),
    )
    assert read("ods", data).rows == [["1067", "00001067", "00001067", "1067"], ["00001067", "1067"]]


def test_the_error_of_a_formula_is_told_in_an_xlsb(read):
    data = xlsb_of({"A": sheet({0: ["Email", "Name"], 5: ["ana@example.com", Error(of_formula=True)]})})
    result = read("xlsb", data)
    assert (result.problems, result.rows[5]) == ([(6, "error_cell")], ["ana@example.com", "#N/A"])


def test_the_error_of_a_formula_is_told_in_an_xls(read):
    formula = struct.pack("<HHHBxBxHHHI", 1, 1, 0, 2, 42, 0, 0xFFFF, 0, 0) + struct.pack("<H", 0)
    stream = olefile.OleFileIO(io.BytesIO(write_xls([["Email"], ["ana@example.com", 5]]))).openstream(
        "Workbook"
    )
    records = stream.read()
    # The number in B2 becomes a formula without an expression.
    for kind, size in [(0x027E, 10), (0x0203, 14)]:
        place = records.find(struct.pack("<HHHH", kind, size, 1, 1))
        if place >= 0:
            records = (
                records[:place] + struct.pack("<HH", 6, len(formula)) + formula + records[place + 4 + size :]
            )
    result = read("xls", container_of("Workbook", records))
    assert (result.problems, result.rows) == ([(2, "error_cell")], [["Email"], ["ana@example.com", "#N/A"]])


@pytest.mark.parametrize("file_format", ["xls", "xlsb"])
def test_nul_characters_are_removed_and_located(read, file_format):
    result = read(file_format, WRITERS[file_format]([["a"], ["x\0y\0"]]))
    assert (result.rows, result.problems) == ([["a"], ["xy"]], [(2, "nul_bytes")])


# XLS


def xls_records(rows: list[list[str]]) -> bytes:
    with olefile.OleFileIO(io.BytesIO(write_xls(rows))) as container:
        return container.openstream("Workbook").read()


def test_the_code_page_of_an_xls_does_not_change_its_text(read):
    rows = [["Имя", "Név"], ["Анна", "Ürge"]]
    records = xls_records(rows)
    code_page = struct.pack("<HHH", 0x42, 2, 1200)
    assert code_page in records
    for other in (1252, 1251, 932):
        changed = records.replace(code_page, struct.pack("<HHH", 0x42, 2, other), 1)
        assert read("xls", container_of("Workbook", changed)).rows == rows


def test_the_letter_case_of_the_stream_does_not_matter(read):
    assert read("xls", container_of("WORKBOOK", xls_records(CONTACTS))).rows == CONTACTS


def test_a_protected_xls_is_refused(refused):
    records = xls_records(CONTACTS)
    file_pass = struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1) + b"\0\0"
    assert (
        refused("xls", container_of("Workbook", records[:20] + file_pass + records[20:]))
        == "password_protected"
    )


def test_dates_of_both_systems_are_read(read):
    def fill(book: xlwt.Workbook) -> None:
        book.dates_1904 = True
        write_cell(book.add_sheet("A"), 0, 0, dt.date(2026, 4, 3))

    assert read("xls", xls_of(fill)).rows == [["2026-04-03"]]


# XLSB


def test_a_few_cells_spread_over_a_whole_sheet_are_refused(refused):
    data = xlsb_of({"A": sheet({0: ["Email"], 1_048_575: [""] * 16_383 + ["x"]})})
    assert refused("xlsb", data) == "too_sparse"
    assert refused("xlsb", xlsb_of({"A": sheet({0: ["Email"], 2_000_000: ["x"]})})) == "damaged_workbook"


def test_a_record_that_is_cut_off_is_refused(refused):
    assert (
        refused("xlsb", xlsb_of({"A": sheet({0: ["Email"]}) + record(6, bytes(500))[:100]}))
        == "damaged_workbook"
    )


def test_cells_that_would_be_lost_are_refused(refused):
    whole = sheet({0: ["Email"]})
    for kind in range(12, 19):
        assert refused("xlsb", xlsb_of({"A": record(kind, bytes(12)) + whole})) == "damaged_workbook"


@pytest.mark.parametrize("file_format", ["xlsb", "ods"])
def test_what_expands_too_far_is_refused(refused, file_format):
    data = WRITERS[file_format]([["a" * 5000]])
    assert refused(file_format, data, limits=ReadingLimits(max_expanded_bytes=5000)) == "expands_too_far"


# ODS


@pytest.mark.parametrize(
    ("kind", "name", "value", "text"),
    [
        ("float", "value", "4.47712345678E11", "447712345678"),
        ("float", "value", "8.1999999999999993", "8.2"),
        ("percentage", "value", "0.25", "0.25"),
        ("currency", "value", "-12.5", "-12.5"),
        ("date", "date-value", "2026-04-03", "2026-04-03"),
        ("date", "date-value", "2026-04-03T00:00:00", "2026-04-03"),
        ("date", "date-value", "2026-04-03T09:04:59.999999999", "2026-04-03T09:05:00"),
        ("date", "date-value", "2026-04-03T09:05:00Z", "2026-04-03T09:05:00"),
        ("time", "time-value", "PT09H05M00S", "09:05:00"),
        ("time", "time-value", "PT30H00M05.9999999S", "30:00:06"),
        ("time", "time-value", "-PT90M", "-01:30:00"),
        ("boolean", "boolean-value", "true", "TRUE"),
        ("string", "string-value", "as it is", "as it is"),
        ("float", "value", "1,5", "shown"),
        ("float", "value", "NaN", "shown"),
        ("date", "date-value", "-0044-03-15", "shown"),
        ("time", "time-value", "nine", "shown"),
        ("boolean", "boolean-value", "maybe", "shown"),
        ("void", "value", "1", "shown"),
    ],
)
def test_the_value_of_a_cell_counts_and_not_how_it_is_shown(read, kind, name, value, text):
    data = ods_of(table(value_cell(kind, name, value, "shown")))
    assert read("ods", data).rows == [[text]]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<text:p>a\n   b  c</text:p>", "a b c"),
        ("<text:p> a <text:span> b</text:span> </text:p>", "a b"),
        ('<text:p>a<text:s text:c="3"/>b<text:s/></text:p>', "a   b "),
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p><text:p>d</text:p>", "a\tb\nc\nd"),
        ('<text:p><text:a href="mailto:x">ana@example.com</text:a></text:p>', "ana@example.com"),
        ("<text:p>a &amp; b &#233;</text:p>", "a & b é"),
        ("<office:annotation><text:p>by Bo</text:p></office:annotation><text:p>a</text:p>", "a"),
        ("<text:p>a<office:annotation><text:p>by Bo</text:p></office:annotation>b</text:p>", "ab"),
        ("<draw:frame><text:p>a picture</text:p></draw:frame><text:p>a</text:p>", "a"),
        ("<text:p/><text:p>b</text:p>", "\nb"),
    ],
)
def test_text_is_put_together_from_its_parts(read, xml, text):
    data = ods_of(table(f'<table:table-cell office:value-type="string">{xml}</table:table-cell>'))
    assert read("ods", data).rows == [text and [text]]


@pytest.mark.parametrize("shown", ["#DIV/0!", "Err:502", "#N/A"])
def test_errors_of_programs_that_do_not_mark_them_are_told(read, shown):
    def formula(attributes: str) -> str:
        return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"

    data = ods_of(
        table(
            cell("Email") + formula('table:formula="of:=1/0" office:value-type="float" office:value="0"'),
            cell("a") + formula('office:value-type="string"'),
        )
    )
    result = read("ods", data)
    error = "#UNKNOWN!" if shown == "Err:502" else shown
    assert (result.rows, result.problems) == ([["Email", error], ["a", shown]], [(1, "error_cell")])


def test_rows_in_groups_and_headers_are_read_and_tables_elsewhere_are_not(read):
    xml = table(cell("a"), name="A")
    grouped = xml.replace(
        "<table:table-row>", "<table:table-row-group><table:table-header-rows><table:table-row>"
    )
    grouped = grouped.replace(
        "</table:table-row>", "</table:table-row></table:table-header-rows></table:table-row-group>"
    )
    shapes = f"<table:shapes><draw:frame>{table(cell('b'))}</draw:frame></table:shapes>"
    grouped = grouped.replace("<table:table-row-group>", f"{shapes}<table:table-row-group>", 1)
    result = read("ods", ods_of(grouped, f"<table:dde-links>{table(cell('c'), name='C')}</table:dde-links>"))
    assert (result.rows, result.table.sheets) == ([["a"]], (Sheet("A"),))


def test_prefixes_and_encodings_other_than_usual_are_read(read):
    with zipfile.ZipFile(io.BytesIO(write_ods(CONTACTS))) as archive:
        content = archive.read("content.xml").decode()
    other = re.sub(r"(?<=[</ ])table:", "t:", content).replace("xmlns:table=", "xmlns:t=")
    other = other.replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read("ods", package(other.encode("utf-16"))).rows == CONTACTS


def repeated(element: str, times: int, content: str) -> str:
    kind = "rows" if element == "table-row" else "columns"
    return f'<table:{element} table:number-{kind}-repeated="{times}">{content}</table:{element}>'


def test_repeated_cells_and_rows_are_read(read):
    address = "<text:p>ana@example.com</text:p>"
    row = (
        repeated("table-cell", 2, "")
        + repeated("table-cell", 3, address)
        + repeated("table-cell", 16_379, "")
    )
    data = ods_of(
        table(
            repeated("table-row", 3, ""), repeated("table-row", 4, row), repeated("table-row", 1_048_569, "")
        )
    )
    result = read("ods", data)
    assert result.table.first_column == 2
    assert result.rows == [[]] * 3 + [["ana@example.com"] * 3] * 4


def test_cells_far_apart_take_blank_rows_in_bounded_blocks(read):
    data = ods_of(
        table(
            cell("Email"), cell("ana@example.com"), repeated("table-row", 300_000, ""), cell("bo@example.com")
        )
    )
    result = read("ods", data)
    assert len(result.rows) == 300_003
    assert max(map(len, result.blocks)) == runs.ROWS_PER_BLOCK


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([repeated("table-cell", 2_000_000_000, "<text:p>x</text:p>")], "damaged_workbook"),
        ([repeated("table-cell", 16_384, "<text:p>x</text:p>")], "too_many_columns"),
        ([repeated("table-row", 2_000_000_000, cell("x"))], "damaged_workbook"),
        ([cell("x"), repeated("table-row", 2_000_000_000, ""), cell("x")], "damaged_workbook"),
        ([repeated("table-cell", int("9" * 4_000), cell("x"))], "empty_file"),
        (['<table:table-cell table:number-columns-repeated="many"/>'], "damaged_workbook"),
        (
            ['<table:table-cell><text:p>x<text:s text:c="999999999"/></text:p></table:table-cell>'],
            "cell_too_long",
        ),
        ([text_cell("x" * 40_000)], "cell_too_long"),
        ([f'<table:table-cell office:string-value="{"x" * 5_000_000}"/>'], "damaged_workbook"),
    ],
)
def test_bombs_end_in_a_sentence(refused, rows, code):
    assert refused("ods", ods_of(table(*rows))) == code


def test_long_cells_make_short_blocks(read, monkeypatch):
    monkeypatch.setattr(runs, "CHARS_PER_BLOCK", 10_000)
    data = ods_of(table(cell("a"), repeated("table-row", 50, cell("x" * 1_000)), cell("y" * 30_000)))
    result = read("ods", data)
    assert max(len(block) for block in result.blocks) <= 10
    assert len(result.rows) == 52


def test_wide_rows_make_short_blocks(read, monkeypatch):
    monkeypatch.setattr(runs, "CELLS_PER_BLOCK", 100)
    data = ods_of(
        table(repeated("table-row", 60, cell("a")), repeated("table-cell", 20, "<text:p>x</text:p>"))
    )
    assert [len(block) for block in read("ods", data).blocks] == [60, 1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<office",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        f"<office:document-content {NAMESPACES}><office:body>".encode(),
        f"<office:document-content {NAMESPACES}/><a/>".encode(),
    ],
)
def test_a_damaged_content_is_refused(refused, content):
    assert refused("ods", package(content)) == "damaged_workbook"


def test_a_spreadsheet_without_content_is_refused(refused):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "")
    assert refused("ods", file.getvalue()) == "damaged_workbook"
