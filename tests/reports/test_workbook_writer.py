"""Workbooks, held against the programs that people open them with: each cell is what was written."""

import csv
import io
import shutil
import subprocess
import zipfile

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from imports.files.file_problems import ProblemLog
from imports.files.reading import DEFAULT_LIMITS, ReadingOptions
from imports.files.xlsx.xlsx_table import XlsxTable
from imports.reports import workbook_writer
from imports.reports.sheet_rows import fitting, pieces_of, rows_xml
from imports.reports.workbook_writer import WorkbookWriter
from imports.worksheets import column_letters
from tests.examples import examples

AWKWARD = (
    *("\x01b", "\x1f", "\x7f\x85", "\r", "\n", "a\nb", "\t=1", " lead", "trail \n", "\u00a0x", "\ufffe", "\uffff"),
    *("=1+1", "'x", "+44 7700 900123", "@A1", "007", "1E5", "TRUE", "#REF!", "https://example.com"),
    *("_x000D_", "_x0041_x0042_", "_x0041\x01", "_x00e4_", "_x005F_", "_x", "__x0041", "x0041_"),
    *("😀", "👩\u200d🚀", "שלום", "\u202eمرحبا", "Zoë", "雅"),
    *("&lt;", "<b>]]>", '"', "&amp;amp;", "</t></is></c>"),
    *("x" * 32_767, "😀" * 16_384, "é" * 32_768),
)  # fmt: skip
texts = st.lists(
    st.sampled_from(AWKWARD) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=6), max_size=3
).map("".join)
cells_of_rows = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[texts | st.none()] * width), min_size=1, max_size=6)
)

# Each program's own way of reading; what it cannot hold is written here.


def by_openpyxl(path):
    sheet = openpyxl.load_workbook(path).active
    return [[openpyxl.utils.escape.unescape(cell or "") for cell in row] for row in sheet.values]


def by_calamine(path):
    """It leaves the escapes of U+FFFE and U+FFFF as they are written."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [[cell.replace("_xFFFE_", "\ufffe").replace("_xFFFF_", "\uffff") for cell in row] for row in rows]


def by_the_portal(path):
    """It removes NUL characters, and says so."""
    table = XlsxTable(path, ReadingOptions(), DEFAULT_LIMITS)
    return [block.cells(index) for block in table.blocks(ProblemLog()) for index in range(len(block))]


def by_libreoffice(path):
    """As it exports them. Lines end in LF within a cell."""
    soffice = [
        shutil.which("soffice"),
        "--headless",
        f"-env:UserInstallation={(path.parent / 'home').as_uri()}",
    ]
    as_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false"
    subprocess.run(
        [*soffice, "--convert-to", as_csv, "--outdir", path.parent, path],
        check=True,
        capture_output=True,
        timeout=240,
    )
    text = path.with_suffix(".csv").read_bytes().decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def write(path, rows, headers=None, **options):
    headers = headers or [f"column {place}" for place in range(len(rows[0]))]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headers, pl.String), orient="row")
    with path.open("w+b") as target, WorkbookWriter(target, headers, **options) as book:
        book.write(frame)
    return headers


def written(rows):
    """What the cells are to say."""
    return [[fitting(cell or "") for cell in row] for row in rows]


def squared(rows, width):
    """Programs leave blank cells at the end of a row away, and blank rows at the end of a sheet."""
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    while filled and not any(filled[-1]):
        filled.pop()
    return filled


@settings(
    max_examples=examples(quick=40, deep=1_000), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cells_of_rows)
def test_programs_read_back_each_cell(tmp_path, rows):
    path = tmp_path / "book.xlsx"
    headers = write(path, rows)
    expected = squared([headers, *written(rows)], len(headers))
    assert squared(by_openpyxl(path), len(headers)) == expected
    assert squared(by_calamine(path), len(headers)) == expected
    without_nul = [[cell.replace("\x00", "") for cell in row] for row in expected]
    assert squared(by_the_portal(path), len(headers)) == squared(without_nul, len(headers))


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_reads_back_each_cell(tmp_path):
    rows = [(text, "x") for text in AWKWARD]

    @settings(max_examples=examples(quick=200, deep=5_000))
    @given(st.tuples(texts, texts))
    def draw(row):
        rows.append(row)

    draw()  # one start of the program for all of them
    path = tmp_path / "book.xlsx"
    headers = write(path, rows)
    found = [[with_bare_feeds(cell) for cell in row] for row in by_libreoffice(path)]
    expected = [[with_bare_feeds(cell) for cell in row] for row in [headers, *written(rows)]]
    assert squared(found, 2) == squared(expected, 2)


def with_bare_feeds(text):
    return text.replace("\r\n", "\n")


def test_escapes_that_overlap_stay_text(tmp_path):
    path = tmp_path / "book.xlsx"
    write(path, [("_x0041_x0042_",), ("_x0041\x01",)])
    for read in (by_openpyxl, by_calamine, by_the_portal):
        assert [row[0] for row in read(path)[1:]] == ["_x0041_x0042_", "_x0041\x01"]


def test_numbers_are_numbers_as_long_as_they_are_exact(tmp_path):
    path = tmp_path / "book.xlsx"
    numbers = [0, None, 10**15, -(10**15), 10**15 + 1, -(2**63), 2**63 - 1]
    frame = pl.DataFrame({"n": numbers, "row": range(7)}, schema={"n": pl.Int64, "row": pl.UInt32})
    with path.open("w+b") as target, WorkbookWriter(target, ["n", "row"]) as book:
        book.write(frame)
    found = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True)]
    assert found == [0, None, 10**15, -(10**15), str(10**15 + 1), str(-(2**63)), str(2**63 - 1)]


def test_the_next_sheet_goes_on_when_one_has_grown_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_writer, "MAX_SHEET_BYTES", 20_000)
    path, rows = tmp_path / "book.xlsx", [(str(number),) for number in range(2_000)]
    with path.open("w+b") as target, WorkbookWriter(target, ["n"]) as book:
        for start in range(0, len(rows), 100):
            book.write(pl.DataFrame(rows[start : start + 100], schema={"n": pl.String}, orient="row"))
    sheets = openpyxl.load_workbook(path).worksheets
    assert len(sheets) > 1
    assert [row for sheet in sheets for row in list(sheet.values)[1:]] == rows


def test_a_name_that_is_markup_or_has_an_apostrophe_names_the_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_writer, "_sheet_name", lambda number: f"L'été & <{number}>")
    path = tmp_path / "book.xlsx"
    write(path, [("a",), ("b",)], rows_per_sheet=1)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["L'été & <1>", "L'été & <2>"]
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:A2", "A1:A2"]


def test_the_first_part_says_what_the_file_is(tmp_path):
    path = tmp_path / "book.xlsx"
    write(path, [("a",)])
    assert zipfile.ZipFile(path).namelist()[0] == "_rels/.rels"


def test_what_goes_wrong_while_rows_are_made_is_raised_as_it_is(tmp_path):
    def break_off():
        with (tmp_path / "book.xlsx").open("w+b") as target, WorkbookWriter(target, ["a"]) as book:
            book.write(pl.DataFrame({"a": ["x"]}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()


@given(st.integers(0, 16_383))
def test_columns_are_named_as_in_spreadsheets(position):
    assert column_letters(position) == openpyxl.utils.get_column_letter(position + 1)


def test_pieces_are_small_whatever_the_cells():
    wide = pl.DataFrame({f"c{place}": ["x"] * 100 for place in range(5_000)})
    long = pl.DataFrame({"a": ["x" * 1_000_000] * 20})
    for frame in (wide, long, wide.head(0)):
        pieces = list(pieces_of(frame))
        assert sum(piece.height for piece in pieces) == frame.height
        assert all(piece.height == 1 or piece.width * piece.height <= 400_000 for piece in pieces)
        assert all(piece.height == 1 or piece.estimated_size() <= 17_000_000 for piece in pieces)


def test_blank_cells_take_no_room():
    frame = pl.DataFrame({"a": ["", "x"], "b": [None, 2]}, schema={"a": pl.String, "b": pl.Int64})
    assert rows_xml(frame, 2) == (
        b'<row r="2"></row><row r="3"><c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="B3"><v>2</v></c></row>'
    )
