"""XLS workbooks by their records, those of old and of careless programs too."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import DEFAULT_LIMITS, ReadingOptions
from imports.files.xls.xls_table import XlsTable
from tests.files.ole_writer import container_of
from tests.files.xls_writer import xls_of

BOF, EOF, CODE_PAGE, BOUND_SHEET, STYLE, FORMAT = 0x0809, 0x000A, 0x0042, 0x0085, 0x00E0, 0x041E
FORMULA, TEXT, NUMBER, TEXT_OF_FORMULA, CONTINUE = 0x0006, 0x0204, 0x0203, 0x0207, 0x003C
SHARED_STRINGS, SHARED_TEXT = 0x00FC, 0x00FD
CALCULATE_ON_LOAD = 3


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def biff_8(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def biff_5(text: str) -> bytes:
    encoded = text.encode("cp1251")
    return struct.pack("<H", len(encoded)) + encoded


def cell(kind: int, row: int, column: int, body: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<HHH", row, column, style) + body)


def formula(row: int, column: int, result: bytes, flags: int = 0, kind: int = FORMULA) -> bytes:
    return cell(kind, row, column, result + struct.pack("<HIH", flags, 0, 0))


def text_formula(row: int, column: int, *records: bytes, kind: int = FORMULA) -> bytes:
    return formula(row, column, struct.pack("<BxxxxxH", 0, 0xFFFF), kind=kind) + b"".join(records)


def book_of(cells: bytes, *, version: int = 0x0600, before: bytes = b"") -> bytes:
    """A workbook of one sheet called A; `before` are records that its sheets refer to."""
    name = b"\x01\x00A" if version == 0x0600 else b"\x01A"
    start = record(BOF, struct.pack("<HH", version, 0x0005) + bytes(12)) + before
    length = len(start) + 4 + 6 + len(name) + 4
    bound = record(BOUND_SHEET, struct.pack("<IBB", length, 0, 0) + name)
    sheet = record(BOF, struct.pack("<HH", version, 0x0010) + bytes(12)) + cells + record(EOF, b"")
    return container_of("Workbook" if version == 0x0600 else "Book", start + bound + record(EOF, b"") + sheet)


class Read:
    def __init__(self, path: Path, wanted: str | None = None) -> None:
        self.table = XlsTable(path, ReadingOptions(sheet=wanted), DEFAULT_LIMITS)
        log = ProblemLog()
        self.rows = [
            [cell.strip("\n") for cell in block.cells(index)]
            for block in self.table.blocks(log)
            for index in range(len(block))
        ]
        self.problems = [(problem.row, problem.code) for problem in log.summary()]


@pytest.fixture
def read(write) -> Callable[[bytes], Read]:
    return lambda data: Read(write(data))


NAMES = cell(TEXT, 0, 0, biff_8("Email")) + cell(TEXT, 0, 1, biff_8("Name"))


@pytest.mark.parametrize("kind", [0x0006, 0x0206, 0x0406])
def test_formulas_of_every_kind_keep_their_rows(read, kind):
    cells = (
        NAMES
        + text_formula(1, 0, record(TEXT_OF_FORMULA, biff_8("ana@example.com")), kind=kind)
        + formula(1, 1, struct.pack("<d", 7.5), kind=kind)
    )
    result = read(book_of(cells))
    assert (result.rows, result.problems) == ([["Email", "Name"], ["ana@example.com", "7.5"]], [])


@pytest.mark.parametrize("is_wide", [False, True])
def test_the_text_of_a_formula_goes_on_in_further_records(read, is_wide):
    first, rest = "x" * 8_000, "yö" * 4_000
    wide_rest = b"\x01" + rest.encode("utf-16-le") if is_wide else b"\x00" + rest.encode("latin-1")
    told = struct.pack("<HB", len(first) + len(rest), 0) + first.encode()
    cells = NAMES + text_formula(1, 0, record(TEXT_OF_FORMULA, told), record(CONTINUE, wide_rest))
    assert read(book_of(cells)).rows[1][0] == first + rest


def test_a_formula_that_nobody_has_calculated_is_not_blank(read):
    cells = (
        NAMES
        + text_formula(1, 0)
        + formula(1, 1, struct.pack("<d", 0.0), CALCULATE_ON_LOAD)
        + text_formula(2, 0, record(TEXT_OF_FORMULA, biff_8("")))
        + formula(2, 1, struct.pack("<d", 0.0))
    )
    result = read(book_of(cells))
    assert result.rows == [["Email", "Name"], ["#NOT_CALCULATED!", "#NOT_CALCULATED!"], ["", "0"]]
    assert result.problems == [(2, "formula_not_calculated")] * 2


def test_a_formula_that_makes_a_blank_beside_others_is_blank(read):
    blank = struct.pack("<BxxxxxH", 3, 0xFFFF)
    cells = NAMES + formula(1, 0, struct.pack("<d", 7.0)) + formula(1, 1, blank)
    result = read(book_of(cells))
    assert (result.rows[1], result.problems) == (["7"], [])


def test_a_formula_of_a_program_that_calculates_nothing_is_told(read):
    def fill(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("A")
        sheet.write(0, 0, "Email")
        sheet.write(1, 0, xlwt.Formula('LOWER("ANA@EXAMPLE.COM")'))

    result = read(xls_of(fill))
    assert (result.rows, result.problems) == (
        [["Email"], ["#NOT_CALCULATED!"]],
        [(2, "formula_not_calculated")],
    )


def test_shared_strings_go_on_in_further_records(read):
    strings = (
        struct.pack("<II", 3, 3) + struct.pack("<HB", 5, 0) + b"Email" + struct.pack("<HB", 7, 0) + b"ana@"
    )
    # A rich text of two formats behind a text that is cut in its midst and becomes wide.
    more = b"\x01" + "köl".encode("utf-16-le") + struct.pack("<HBH", 2, 8, 2) + b"hi" + bytes(8)
    before = record(SHARED_STRINGS, strings) + record(CONTINUE, more)
    cells = b"".join(
        cell(SHARED_TEXT, row, 0, struct.pack("<I", place)) for row, place in enumerate((0, 1, 2))
    )
    assert read(book_of(cells, before=before)).rows == [["Email"], ["ana@köl"], ["hi"]]


def test_text_of_excel_95_is_decoded_by_its_code_page(read):
    before = record(CODE_PAGE, struct.pack("<H", 1251))
    cells = cell(TEXT, 0, 0, biff_5("Имя")) + cell(TEXT, 1, 0, biff_5("Анна"))
    assert read(book_of(cells, version=0x0500, before=before)).rows == [["Имя"], ["Анна"]]


@pytest.mark.parametrize(
    ("code", "text"),
    [("[<100]0.00;[>=100]General", "50"), ("[Red]0", "50"), ('0" days"', "50"), ("d.m.yyyy", "1900-02-19")],
)
def test_what_a_date_is_in_excel_95_is_told_by_its_format(read, code, text):
    before = record(FORMAT, struct.pack("<HB", 164, len(code)) + code.encode()) + record(
        STYLE, struct.pack("<HH", 0, 164) + bytes(12)
    )
    cells = cell(TEXT, 0, 0, biff_5("N")) + cell(NUMBER, 1, 0, struct.pack("<d", 50.0))
    assert read(book_of(cells, version=0x0500, before=before)).rows == [["N"], [text]]


def test_texts_that_look_like_escapes_of_xlsx_stay_as_they_are(read):
    cells = NAMES + cell(TEXT, 1, 0, biff_8("_x0041_"))
    assert read(book_of(cells)).rows[1] == ["_x0041_"]


def test_cells_that_lie_far_apart_take_little_room(read):
    cells = NAMES + cell(TEXT, 1, 0, biff_8("ana@example.com")) + cell(TEXT, 65_535, 255, biff_8("x"))
    result = read(book_of(cells))
    assert (len(result.rows), result.rows[65_535][255]) == (65_536, "x")


def test_cells_that_are_not_read_are_told(read):
    cells = NAMES + record(0x0004, struct.pack("<HH", 1, 0) + bytes(3) + b"\x03ana")
    result = read(book_of(cells))
    assert (result.rows, result.problems) == ([["Email", "Name"]], [(2, "unread_cell")])


def test_cells_out_of_order_are_put_into_it(read):
    cells = cell(TEXT, 2, 0, biff_8("bo@example.com")) + NAMES + cell(TEXT, 1, 0, biff_8("ana@example.com"))
    assert [row[0] for row in read(book_of(cells)).rows] == ["Email", "ana@example.com", "bo@example.com"]


def test_hidden_columns_are_told(read):
    hidden = record(0x007D, struct.pack("<HHHHHH", 1, 1, 0, 0, 1, 0))
    assert read(book_of(hidden + NAMES)).problems == [(0, "hidden_columns")]


@pytest.mark.parametrize("cut", [1, 3, 9])
def test_records_that_are_cut_off_are_refused(write, cut):
    cells = NAMES + cell(TEXT, 1, 0, struct.pack("<HB", 500, 0) + b"x" * cut)
    with pytest.raises(FileRefusedError) as refused:
        Read(write(book_of(cells)))
    assert refused.value.code == "damaged_workbook"
