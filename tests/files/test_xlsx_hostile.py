"""XLSX workbooks that are damaged, or made to do damage: refused or read, and never more than that."""

import contextlib
import io
import random
import zipfile
from pathlib import Path

import pytest

from imports.files.file_problems import ProblemLog
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import DEFAULT_LIMITS, ReadingLimits, ReadingOptions
from imports.files.xlsx import cell_texts, grid, markup, plain_xml, xlsx_cells
from imports.files.xlsx.xlsx_table import XlsxTable
from tests.examples import examples
from tests.files.workbooks import (
    SHEET,
    STRINGS,
    STYLES,
    inline_rows,
    sheet_of,
    sheet_xml,
    strings_xml,
    styles_xml,
    with_part,
    with_prefixes,
    xlsx_of,
)

CONTACTS = sheet_xml(inline_rows([["Email"], ["ana@example.com"]]))
SHARED = '<row r="1"><c r="A1" t="s"><v>{}</v></c></row>'


def read(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> int:
    """How many records the workbook has."""
    return sum(len(block) for block in XlsxTable(path, ReadingOptions(), limits).blocks(ProblemLog()))


@pytest.fixture
def refusal_code(write):
    def code_of(data: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> str:
        with pytest.raises(FileRefusedError) as caught:
            read(write(data), limits)
        return caught.value.code

    return code_of


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        "<row r='1'><c r='XFE1'><v>1</v></c></row>",
        '<row r="1"><c r="A0"><v>1</v></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r=""><v>1</v></c></row>',
        '<row r="99999999"><c><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"/><c><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></row>',
        '<row r="1"><c r="A1"><v>&nope;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#xD800;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>\x00</v></c></row>',
        SHARED.format(1),
        SHARED.format(-1),
        SHARED.format("x"),
        SHARED.format(99999999999),
        "<row><a>" * 300,
        f"<row {'x' * 100}='",
    ],
)
def test_a_sheet_that_no_program_writes_is_refused(refusal_code, rows):
    assert refusal_code(xlsx_of(sheet_xml(rows), strings_xml("<t>Email</t>"))) == "damaged_workbook"


@pytest.mark.parametrize("part", [SHEET, STRINGS, STYLES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"<worksheet><sheetData><row",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"\xff\xfe<\x00",
        b"<sst><si><t>\xff</t></si></sst>",
    ],
)
def test_a_damaged_part_is_refused_or_done_without(write, part, content):
    data = xlsx_of(CONTACTS, strings_xml("<t>x</t>"), styles_xml(0))
    path = write(with_part(data, part, lambda _: content))
    with contextlib.suppress(FileRefusedError):
        assert read(path) == 2
        # Of these two a workbook may have none, and styles may say nothing of use.
        assert part in (STRINGS, STYLES)


def test_what_is_declared_but_never_meant_to_be_read_is_refused(refusal_code):
    document_type = b'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = with_part(xlsx_of(CONTACTS), SHEET, lambda xml: document_type + xml.replace(b"Email", b"&b;"))
    assert refusal_code(data) == "damaged_workbook"


@pytest.mark.deep
def test_a_byte_that_was_changed_breaks_nothing(write):
    data = sheet_of(A1="Email", **{f"A{row}": f"user{row}@example.com" for row in range(2, 40)})
    chance = random.Random(7)
    for _ in range(examples(quick=40, deep=1_500)):
        broken = bytearray(data)
        broken[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        with contextlib.suppress(FileRefusedError):
            read(write(bytes(broken)))


@pytest.mark.deep
@pytest.mark.parametrize("part", [SHEET, STRINGS, STYLES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_byte_that_was_changed_before_packing_breaks_nothing(write, part):
    rows = (
        '<row r="1"><c r="A1" t="s" s="1"><v>1</v></c><c r="B1" s="1"><v>46115.5</v></c></row>'
        '<row r="2"><c r="B2" t="inlineStr"><is><t>Email</t></is></c></row>'
    )
    data = xlsx_of(
        sheet_xml(rows, after='<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'),
        strings_xml("<t>a</t>", "<r><t>b</t></r>"),
        styles_xml(0, "yyyy"),
    )
    chance = random.Random(part)

    def broken(content: bytes) -> bytes:
        changed = bytearray(content)
        changed[chance.randrange(len(changed))] = chance.choice(b"<>\"'/&; 0A\x00\xff=!")
        return bytes(changed)

    for _ in range(examples(quick=20, deep=600)):
        with contextlib.suppress(FileRefusedError):
            read(write(with_part(data, part, broken)))


def test_a_workbook_cut_short_is_refused(write):
    data = sheet_of(A1="Email", A2="ana@example.com")
    for length in range(0, len(data), 211):
        with pytest.raises(FileRefusedError):
            read(write(data[:length]))


def test_a_wrong_sum_is_refused(refusal_code):
    with zipfile.ZipFile(io.BytesIO(data := xlsx_of(CONTACTS))) as package:
        checksum = package.getinfo(SHEET).CRC.to_bytes(4, "little")
    assert refusal_code(data.replace(checksum, b"\x01\x02\x03\x04")) == "damaged_workbook"


@pytest.mark.parametrize("part", [SHEET, STRINGS, STYLES, "xl/workbook.xml"])
def test_what_expands_too_far_is_refused(refusal_code, part):
    data = xlsx_of(CONTACTS, strings_xml("<t>x</t>"), styles_xml(0))
    bomb = with_part(data, part, lambda xml: xml + b" " * 2_000_000)
    assert len(bomb) < 20_000
    assert refusal_code(bomb, ReadingLimits(max_expanded_bytes=1_000_000)) == "expands_too_far"


def test_text_that_many_cells_share_counts_each_time(refusal_code):
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 2001))
    data = xlsx_of(sheet_xml(rows), strings_xml(f"<t>{'x' * 5000}</t>"))
    assert refusal_code(data, ReadingLimits(max_expanded_bytes=1_000_000)) == "expands_too_far"


def test_blocks_of_long_text_are_short(write, monkeypatch):
    monkeypatch.setattr(grid, "_MAX_BLOCK_TEXT_BYTES", 20_000)
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 101))
    path = write(xlsx_of(sheet_xml(rows), strings_xml(f"<t>{'x' * 5000}</t>")))
    blocks = list(XlsxTable(path, ReadingOptions(), DEFAULT_LIMITS).blocks(ProblemLog()))
    assert max(map(len, blocks)) <= 4
    assert sum(map(len, blocks)) == 100


@pytest.mark.parametrize("module", [xlsx_cells, cell_texts])
def test_a_cell_of_endless_text_is_refused(refusal_code, monkeypatch, module):
    monkeypatch.setattr(module, "MAX_TEXT_CHARS", 1000)
    xml = f'<row r="1"><c r="A1" t="str"><v>{"x" * 1001}</v></c></row>'
    assert refusal_code(xlsx_of(sheet_xml(xml)), ReadingLimits(max_cell_chars=100)) == "cell_too_long"


def test_columns_beyond_the_limit_are_refused(refusal_code, write):
    row = '<row r="3"><c r="C3"><v>1</v></c><c r="F3"{}</row>'
    data = xlsx_of(sheet_xml(row.format("><v>1</v></c>")))
    assert refusal_code(data, ReadingLimits(max_columns=3)) == "too_many_columns"
    assert read(write(data), ReadingLimits(max_columns=4)) == 3
    assert read(write(xlsx_of(sheet_xml(row.format(' s="0"/>')))), ReadingLimits(max_columns=3)) == 3


def test_the_place_of_a_column_too_many_is_told(write):
    data = xlsx_of(sheet_xml('<row r="3"><c r="C3"><v>1</v></c><c r="F3"><v>1</v></c></row>'))
    with pytest.raises(FileRefusedError, match=r"Row 3 has 4 columns; the limit is 2\."):
        read(write(data), ReadingLimits(max_columns=2))


@pytest.mark.parametrize("row", ['<row r="1"', "<x:row r='1'"])
def test_a_tag_without_an_end_is_refused(refusal_code, monkeypatch, row):
    monkeypatch.setattr(markup, "_MAX_TAG_BYTES", 1 << 18)
    endless = f"{row} a='{'x' * (1 << 20)}'/>"
    assert refusal_code(xlsx_of(sheet_xml(endless + inline_rows([["Email"]])))) == "damaged_workbook"


def test_names_without_end_are_refused(refusal_code, monkeypatch):
    monkeypatch.setattr(markup, "_MAX_NAMES", 500)
    names = "".join(f"<a{number}/>" for number in range(20_000))
    assert refusal_code(xlsx_of(sheet_xml(inline_rows([["Email"]]), after=names))) == "damaged_workbook"


@pytest.mark.parametrize("rewrite", [bytes, with_prefixes])
@pytest.mark.parametrize("piece_bytes", [1, 7, 64, 1000])
def test_it_does_not_matter_where_pieces_end(write, monkeypatch, piece_bytes, rewrite):
    monkeypatch.setattr(plain_xml, "PIECE_BYTES", piece_bytes)
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{row - 1}</v></c><c r="B{row}"><v>{row}</v></c></row>'
        for row in range(1, 21)
    )
    data = xlsx_of(sheet_xml(rows), strings_xml(*[f"<t>u{row}</t>" for row in range(1, 21)]))
    for part in (SHEET, STRINGS):
        data = with_part(data, part, rewrite)
    blocks = XlsxTable(write(data), ReadingOptions(), DEFAULT_LIMITS).blocks(ProblemLog())
    records = [block.cells(index) for block in blocks for index in range(len(block))]
    assert records == [[f"u{row}", str(row)] for row in range(1, 21)]
