"""Workbooks: which sheet, which rows, and what a cell says."""

import contextlib
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter

from imports.files import workbook as workbook_module
from imports.files.staging import FileRefusedError, Limits
from imports.files.workbook import cell_text


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


def sheet_of(**cells: object) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        for reference, value in cells.items():
            book.active[reference] = value

    return workbook(fill)


def rewritten(data: bytes, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> bytes:
    """The package with each part as `change` gives it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if part := change(name, old.read(name)):
                new.writestr(*part)
    return file.getvalue()


def with_sheet_xml(data: bytes, old: bytes, new: bytes) -> bytes:
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "xl/worksheets/sheet1.xml":
            assert old in content
            content = content.replace(old, new)
        return name, content

    return rewritten(data, change)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  007 ", "  007 "),
        (447712345678.0, "447712345678"),
        (5, "5"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (-2.5, "-2.5"),
        (1.5e-07, "0.00000015"),
        (1e20, "100000000000000000000"),
        (12345678901234568.0, "12345678901234568"),
        (1.7976931348623157e308, str(int(1.7976931348623157e308))),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2026, 4, 3), "2026-04-03"),
        (dt.datetime.fromisoformat("2026-04-03T09:05:00"), "2026-04-03T09:05:00"),
        (dt.datetime.fromisoformat("2026-04-03T23:59:59.999999"), "2026-04-04T00:00:00"),
        (dt.datetime.fromisoformat("9999-12-31T23:59:59.999999"), "9999-12-31T23:59:59"),
        (dt.time(9, 5), "09:05:00"),
        (dt.time(9, 4, 59, 999_999), "09:05:00"),
        (dt.timedelta(hours=30, seconds=5), "30:00:05"),
        (-dt.timedelta(minutes=90), "-01:30:00"),
    ],
)
def test_a_cell_says_what_a_person_would_type(value, text):
    assert cell_text(value) == text


def test_a_phone_number_typed_as_a_number_comes_out_as_its_digits(staged):
    result = staged(sheet_of(A1="Mobile", A2=447700900123, A3="07700 900456"))
    assert result.rows == {2: ("447700900123",), 3: ("07700 900456",)}
    assert result.reading.format == "xlsx"
    assert (result.reading.sheet, result.reading.encoding) == ("Sheet", None)


def test_rows_and_columns_keep_their_places(staged):
    result = staged(sheet_of(C4="Email", E4="Name", C5="ana@example.com", D7="x"))
    assert result.reading.header_row == 4
    assert result.reading.columns == ("Email", "Column 4", "Name")
    assert result.rows == {5: ("ana@example.com", "", ""), 6: ("", "", ""), 7: ("", "x", "")}


def test_rows_keep_their_places_from_block_to_block(staged, monkeypatch):
    monkeypatch.setattr(workbook_module, "ROWS_PER_BLOCK", 2)
    result = staged(
        sheet_of(A3="Email", **{f"A{row}": f"user{row}@example.com" for row in range(5, 12)}, A13="x")
    )
    assert result.rows == {
        **{row: (f"user{row}@example.com",) for row in range(5, 12)},
        **dict.fromkeys([4, 12], ("",)),
        13: ("x",),
    }


def test_an_error_cell_is_blank_and_reported(staged):
    def fill(book: openpyxl.Workbook) -> None:
        for row in (["Email", "Name"], ["ana@example.com", "#N/A"], ["#REF!", "Bo"]):
            book.active.append(row)

    data = workbook(fill)
    result = staged(data)
    assert result.rows == {2: ("ana@example.com", ""), 3: ("", "Bo")}
    assert result.problems == [(2, "error_cell"), (3, "error_cell")]
    assert result.reading.problems[0].text == "Cell B2 holds the error of a formula; it was left blank."


def test_text_that_looks_like_an_error_cell_is_text(staged):
    text = '<c r="A1" t="e">'
    result = staged(sheet_of(A1="Note", A2=text))
    assert (result.rows, result.problems) == ({2: (text,)}, [])


def test_formulas_count_by_their_last_value(staged):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "Total")
        sheet.write_formula(1, 0, "=20+22", None, 42)
        sheet.write_formula(2, 0, '="a"&"b"', None, "ab")
    assert staged(file.getvalue()).rows == {2: ("42",), 3: ("ab",)}


def test_nul_characters_are_removed_and_located(staged):
    inline = b"<is><t>x_x0000_y</t></is>"
    result = staged(with_sheet_xml(sheet_of(A1="a", A2=True), b't="b"><v>1</v>', b't="inlineStr">' + inline))
    assert result.rows == {2: ("xy",)}
    assert result.problems == [(2, "nul_bytes")]


def test_the_first_visible_sheet_with_cells_is_read(staged):
    def fill(book: openpyxl.Workbook) -> None:
        book.active.title = "Hidden"
        book.active.sheet_state = "hidden"
        book.active.append(["secret"])
        book.create_sheet("Empty")
        contacts = book.create_sheet("Contacts")
        contacts.append(["Email"])
        contacts.append(["ana@example.com"])
        book.create_chartsheet("Chart", 0)

    data = workbook(fill)
    assert staged(data).reading.sheet == "Contacts"
    with pytest.raises(FileRefusedError) as refused:
        staged(data, sheet="Hidden")
    assert refused.value.code == "header_only"
    with pytest.raises(FileRefusedError, match=r"'Kontakte'.*Hidden, Empty, Contacts") as refused:
        staged(data, sheet="Kontakte")
    assert refused.value.code == "no_such_sheet"


def test_a_workbook_without_cells_is_refused(staged):
    with pytest.raises(FileRefusedError) as refused:
        staged(workbook(lambda book: None))
    assert refused.value.code == "empty_file"


def test_a_workbook_of_charts_alone_is_refused(staged):
    def fill(book: openpyxl.Workbook) -> None:
        book.active.sheet_state = "hidden"
        book.create_chartsheet("Chart")

    with pytest.raises(FileRefusedError) as refused:
        staged(workbook(fill))
    assert refused.value.code == "no_visible_sheet"


def test_limits_hold_for_workbooks_too(staged):
    data = sheet_of(A1="a", A2="123456", A3="x", C3="y")
    for limits, code in [
        (Limits(max_rows=1), "too_many_rows"),
        (Limits(max_columns=2), "too_many_columns"),
        (Limits(max_cell_chars=5), "cell_too_long"),
    ]:
        with pytest.raises(FileRefusedError) as refused:
            staged(data, limits=limits)
        assert refused.value.code == code


def test_a_few_cells_spread_over_a_whole_sheet_are_refused(staged):
    with pytest.raises(FileRefusedError, match="1,048,576 rows and 16,384 columns") as refused:
        staged(sheet_of(A1="Email", A2="ana@example.com", XFD1048576="x"))
    assert refused.value.code == "too_sparse"


@pytest.mark.parametrize("far", ["<c r='XFD1048576'><v>1</v></c>", '<c r="XFD1048576"><v>1</v></c>'])
def test_a_cell_that_lies_elsewhere_than_its_row_says_is_found_out(staged, far):
    data = with_sheet_xml(
        sheet_of(A1="Email", A2="x"), b"</row></sheetData>", f"{far}</row></sheetData>".encode()
    )
    with pytest.raises(FileRefusedError) as refused:
        staged(data)
    assert refused.value.code == "too_sparse"


def test_a_sheet_larger_than_there_can_be_is_refused(staged):
    far = b'</row><row r="9000000"><c r="A9000000"><v>1</v></c></row></sheetData>'
    with pytest.raises(FileRefusedError) as refused:
        staged(with_sheet_xml(sheet_of(A1="Email", A2="x"), b"</row></sheetData>", far))
    assert refused.value.code == "damaged_workbook"


def test_cells_without_references_are_read(staged):
    data = sheet_of(A1="Email", B1="Name", A2=True, B2="#N/A")

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        return name, re.sub(
            rb' r="[A-Z]+[0-9]+"', b"", content
        ) if name == "xl/worksheets/sheet1.xml" else content

    result = staged(rewritten(data, change))
    assert result.rows == {2: ("TRUE", "")}
    assert result.problems == [(0, "error_cell")]


def test_cells_that_only_have_a_style_spread_nothing(staged):
    data = sheet_of(A1="Email", A2="ana@example.com")
    data = with_sheet_xml(
        data, b"</row></sheetData>", b'</row><row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    )
    assert staged(data).rows == {2: ("ana@example.com",)}


def test_a_workbook_part_elsewhere_in_the_package_is_found(staged):
    data = sheet_of(A1="Email", A2="#N/A", A3="ana@example.com")

    def flatten(name: str, content: bytes) -> tuple[str, bytes]:
        return name.removeprefix("xl/"), content.replace(b"/xl/", b"/").replace(b'"xl/', b'"')

    result = staged(rewritten(data, flatten))
    assert result.rows == {2: ("",), 3: ("ana@example.com",)}
    assert result.problems == [(2, "error_cell")]


def test_prefixed_elements_are_read_too(staged):
    data = sheet_of(A1="Email", A2=True, A3="#N/A", A4=5)

    def prefix(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "xl/worksheets/sheet1.xml":
            content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", content).replace(b"xmlns=", b"xmlns:x=")
        return name, content

    result = staged(rewritten(data, prefix))
    assert result.rows == {2: ("TRUE",), 3: ("",), 4: ("5",)}
    assert result.problems == [(3, "error_cell")]


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
@pytest.mark.parametrize(
    "content", [None, b"", b"<worksheet><sheetData><row", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_a_damaged_package_is_refused(staged, part, content):
    def change(name: str, old: bytes) -> tuple[str, bytes] | None:
        if name == part:
            return None if content is None else (name, content)
        return name, old

    with pytest.raises(FileRefusedError) as refused:
        staged(rewritten(sheet_of(A1="Email", A2="ana@example.com"), change))
    assert refused.value.code in {"damaged_workbook", "zip", "empty_file", "no_visible_sheet"}
    assert not staged.target.exists()


def test_a_damaged_byte_is_refused_or_read_but_never_breaks_the_reader(staged):
    data = sheet_of(A1="Email", **{f"A{row}": f"user{row}@example.com" for row in range(2, 40)})
    for position in range(0, len(data), 61):
        broken = bytearray(data)
        broken[position] ^= 0xFF
        with contextlib.suppress(FileRefusedError):
            staged(bytes(broken))
