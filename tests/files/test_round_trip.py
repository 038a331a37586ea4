"""What is written is read back equal: random tables through random dialects, encodings and formats."""

import codecs
import datetime as dt
import gzip
import io
import tempfile
import zipfile
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imports.files.cleaned import CLEANED_OPTIONS, write_csv
from imports.files.reading import NO_OPTIONS, ReadingOptions
from imports.files.staging import stage
from imports.files.text.encoding_names import python_codec
from imports.tables import scan
from tests.examples import examples
from tests.files.ods_writer import write_ods
from tests.files.xls_writer import write_xls
from tests.files.xlsb_writer import write_xlsb

USUAL_DELIMITERS = [",", ";", "\t", "|"]
DELIMITERS = [*USUAL_DELIMITERS, ":", "^", "~", "#", "\x1f", "§"]
LINE_ENDS = ["\n", "\r\n", "\r"]
# Encoding to the byte order mark that it is written with.
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE}
TEXT_ENCODINGS = [
    *("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"),
    *("windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255"),
    *("windows-1256", "windows-1257", "windows-1258", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9"),
    *("iso-8859-15", "mac-roman", "koi8-r", "cp437", "cp850", "shift-jis", "gb18030", "big5", "euc-kr"),
]
# What is found out by itself, for certain, from a few rows with hardly a letter beyond ASCII.
FOUND_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "windows-1252"]


@cache
def alphabet_of(encoding: str) -> str:
    """The characters that `encoding` can write and that come back the same."""
    codec = python_codec(encoding)
    characters = map(
        chr, [*range(0x20, 0x7F), *range(0xA0, 0x600), *range(0xE01, 0xE5C), *range(0x2010, 0x2040)]
    )
    wide = map(chr, [*range(0x3041, 0x30FF), *range(0x4E00, 0x5200), *range(0xAC00, 0xAD00)])
    return "".join(
        character
        for character in (*characters, *wide)
        if character.encode(codec, "ignore").decode(codec, "ignore") == character
    )


names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[list[str], list[list[str]]]]:
    """A header of distinct names, and rows that each hold something."""

    def with_rows(header: list[str]) -> st.SearchStrategy[tuple[list[str], list[list[str]]]]:
        row = st.lists(cells, min_size=len(header), max_size=len(header)).filter(
            lambda row: "".join(row).strip()
        )
        return st.tuples(st.just(header), st.lists(row, min_size=1, max_size=8))

    return st.lists(names, min_size=1, max_size=6, unique=True).flatmap(with_rows)


def any_text(alphabet: str | None = None) -> st.SearchStrategy[str]:
    """Text with plenty of what means something to a CSV reader."""
    letters = (
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\N{REPLACEMENT CHARACTER}")
        if alphabet is None
        else st.sampled_from(alphabet)
    )
    return st.text(st.one_of(letters, st.sampled_from("\",;\t|\r\n '=\\")), max_size=12)


def packed(data: bytes, archive: str) -> bytes:
    """`data` in an archive of that kind."""
    if archive == "gz":
        return gzip.compress(data)
    if archive == "zip":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as members:
            members.writestr("folder/people.txt", data)
        return file.getvalue()
    return data


def csv_text(table: list[list[str]], delimiter: str, line_end: str, quote_all: bool, quote: str = '"') -> str:
    def quoted(cell: str) -> str:
        if quote_all or any(special in cell for special in (quote, "\r", "\n", delimiter)):
            return quote + cell.replace(quote, 2 * quote) + quote
        return cell

    return "".join(delimiter.join(map(quoted, row)) + line_end for row in table)


def read_back(data: bytes, options: ReadingOptions = NO_OPTIONS) -> tuple[list[str], list[list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        source, target, clean = (Path(folder) / name for name in ("source", "target", "clean"))
        source.write_bytes(data)
        reading = stage(source, target, options)
        assert reading.problems == ()
        assert (reading.blank, reading.non_data) == (0, 0)
        assert reading.records == reading.header_rows + reading.rows
        rows = [list(row[1:]) for row in scan(target).collect().iter_rows()]
        # Whatever came in, what is written out is read as the same.
        write_csv(target, reading, clean)
        again = stage(clean, target, CLEANED_OPTIONS)
        assert again.columns == reading.columns
        assert [list(row[1:]) for row in scan(target).collect().iter_rows()] == rows
        return list(reading.columns), rows


@settings(max_examples=examples(quick=25, deep=10_000), deadline=None)
@given(
    data=st.data(),
    delimiter=st.sampled_from(DELIMITERS),
    quote=st.sampled_from(['"', '"', "'"]),
    line_end=st.sampled_from(LINE_ENDS),
    encoding=st.sampled_from(TEXT_ENCODINGS),
    has_mark=st.booleans(),
    quote_all=st.booleans(),
    archive=st.sampled_from(["", "", "zip", "gz"]),
)
def test_any_table_is_read_back_in_its_own_dialect(
    data, delimiter, quote, line_end, encoding, has_mark, quote_all, archive
):
    alphabet = None if encoding.startswith("utf") else alphabet_of(encoding)
    header, rows = data.draw(tables(any_text(alphabet)))
    codec = python_codec(encoding)
    assume(delimiter.encode(codec, "ignore").decode(codec, "ignore") == delimiter)
    text = csv_text([header, *rows], delimiter, line_end, quote_all, quote)
    mark = MARKS.get(encoding, b"") if has_mark else b""
    options = ReadingOptions(
        encoding=encoding, delimiter=delimiter, quote=quote, header_row=1, first_data_row=2, keep_footer=True
    )
    assert read_back(packed(mark + text.encode(codec), archive), options) == (header, rows)


# What lists of contacts are made of: every row has as many cells, and no number has a decimal comma.
people = st.tuples(
    st.integers(1, 9_999).map("user{}@example.com".format),
    st.sampled_from(["Zoë Weiß", "O'Neil", "José", "van der Berg", "Łukasz", "李"]),
    st.sampled_from(["", "+44 7700 900123", "07700 900456"]),
    st.sampled_from(["", "Leeds, UK", 'The "Crown"', "a; b", "two\nlines"]),
)


@settings(max_examples=examples(quick=8, deep=5_000), deadline=None)
@given(
    people=st.lists(people, min_size=2, max_size=30),
    delimiter=st.sampled_from(USUAL_DELIMITERS),
    line_end=st.sampled_from(LINE_ENDS),
    encoding=st.sampled_from(FOUND_ENCODINGS),
    has_mark=st.booleans(),
    quote_all=st.booleans(),
)
def test_a_list_of_contacts_is_read_back_without_being_told_how(
    people, delimiter, line_end, encoding, has_mark, quote_all
):
    header = ["Email", "Name", "Mobile", "Note"]
    rows = [list(person) for person in people]
    if encoding == "windows-1252":
        rows = [[cell.replace("Ł", "L").replace("李", "Li") for cell in row] for row in rows]
    text = csv_text([header, *rows], delimiter, line_end, quote_all)
    mark = MARKS.get(encoding, b"") if has_mark else b""
    assert read_back(mark + text.encode(encoding)) == (header, rows)


# XML has no other control characters, and turns a carriage return into a line feed.
workbook_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff")
    | st.sampled_from('\n\t ,"'),
    max_size=12,
)


def write_xlsx(rows: list[list[str]], first_row: int = 0, first_column: int = 0) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate(rows, first_row):
            for column, cell in enumerate(cells, first_column):
                sheet.write_string(row, column, cell)
    return file.getvalue()


@settings(max_examples=examples(quick=10, deep=2_500), deadline=None)
@given(table=tables(workbook_text), first_row=st.integers(0, 5), first_column=st.integers(0, 5))
def test_any_text_is_read_back_from_wherever_it_stands_in_a_workbook(table, first_row, first_column):
    header, rows = table
    options = ReadingOptions(header_row=first_row + 1, first_data_row=first_row + 2, keep_footer=True)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        source.write_bytes(write_xlsx([header, *rows], first_row, first_column))
        reading = stage(source, target, options)
        assert list(reading.columns) == header
        assert (reading.rows, reading.blank) == (len(rows), first_row)
        assert [list(row[1:]) for row in scan(target).collect().iter_rows()] == rows


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_xlsb, write_ods])
@settings(max_examples=examples(quick=8, deep=2_000), deadline=None)
@given(table=tables(workbook_text), archive=st.sampled_from(["", "zip", "gz"]))
def test_any_text_is_read_back_from_every_kind_of_workbook(write, table, archive):
    header, rows = table
    options = ReadingOptions(header_row=1, first_data_row=2, keep_footer=True)
    assert read_back(packed(write([header, *rows]), archive), options) == (header, rows)


def round_as_excel(number: float) -> float:
    """Excel keeps 15 significant digits."""
    return float(f"{number:.15g}")


numbers = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300).map(round_as_excel),
    st.floats(-1e6, 1e6).map(round_as_excel),
)


@settings(max_examples=examples(quick=8, deep=2_000), deadline=None)
@given(values=st.lists(numbers, min_size=1, max_size=8))
def test_any_number_is_read_back_from_a_workbook_in_digits(values):
    _, rows = read_back(workbook_of(values), NAMED)
    for (text,), value in zip(rows, values, strict=True):
        assert float(text) == float(value)
        assert not set(text) - set("-0123456789.")
        assert not text.endswith(".0")
        assert len(text.lstrip("-0.").rstrip("0").replace(".", "")) <= 17 or abs(value) >= 1e15
        if isinstance(value, int):
            assert Decimal(text) == value


@settings(max_examples=examples(quick=8, deep=2_000), deadline=None)
@given(
    values=st.lists(
        st.one_of(
            st.dates(dt.date(1900, 3, 1)),
            st.datetimes(
                dt.datetime.fromisoformat("1900-03-01"), dt.datetime.fromisoformat("9999-12-30")
            ).map(lambda at: at.replace(microsecond=0)),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_date_is_read_back_from_a_workbook(values):
    def expected(value: dt.date | dt.datetime | bool) -> str:
        if isinstance(value, bool):
            return str(value).upper()
        return value.isoformat().removesuffix("T00:00:00")

    _, rows = read_back(workbook_of(values), NAMED)
    assert [text for (text,) in rows] == [expected(value) for value in values]


NAMED = ReadingOptions(header_row=1, first_data_row=2)
"""A person has said that the first row names the columns: of one column of few values it is not sure."""


def workbook_of(values: list) -> bytes:
    workbook, file = openpyxl.Workbook(), io.BytesIO()
    for value in ["value", *values]:
        workbook.active.append([value])
    workbook.save(file)
    return file.getvalue()
