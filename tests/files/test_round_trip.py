"""What is written is read back equal: random tables through random dialects, encodings and formats."""

import codecs
import datetime as dt
import io
import tempfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.cleaned import write_csv
from imports.files.reading import NO_OPTIONS
from imports.files.staging import ReadingOptions, stage
from imports.tables import scan

DELIMITERS = [",", ";", "\t", "|"]
LINE_ENDS = ["\n", "\r\n", "\r"]
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "windows-1252": b"",
}
CP1252 = "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x20, 0x100))
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
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")
        if alphabet is None
        else st.sampled_from(alphabet)
    )
    return st.text(st.one_of(letters, st.sampled_from("\",;\t|\r\n '=")), max_size=12)


def csv_text(table: list[list[str]], delimiter: str, line_end: str, quote_all: bool) -> str:
    def quoted(cell: str) -> str:
        if quote_all or any(special in cell for special in ('"', "\r", "\n", delimiter)):
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return "".join(delimiter.join(map(quoted, row)) + line_end for row in table)


def read_back(data: bytes, options: ReadingOptions = NO_OPTIONS) -> tuple[list[str], list[list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        source, target, clean = (Path(folder) / name for name in ("source", "target", "clean"))
        source.write_bytes(data)
        reading = stage(source, target, options)
        assert reading.problems == ()
        assert reading.blank == 0
        rows = [list(row[1:]) for row in scan(target).collect().iter_rows()]
        # Whatever came in, what is written out is read as the same.
        write_csv(target, reading, clean)
        again = stage(clean, target, ReadingOptions(delimiter=",", encoding="utf-8", quote='"'))
        assert again.columns == reading.columns
        assert [list(row[1:]) for row in scan(target).collect().iter_rows()] == rows
        return list(reading.columns), rows


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    delimiter=st.sampled_from(DELIMITERS),
    line_end=st.sampled_from(LINE_ENDS),
    encoding=st.sampled_from(list(ENCODINGS)),
    quote_all=st.booleans(),
)
def test_any_table_is_read_back_in_its_own_dialect(data, delimiter, line_end, encoding, quote_all):
    header, rows = data.draw(tables(any_text(CP1252 if encoding == "windows-1252" else None)))
    text = csv_text([header, *rows], delimiter, line_end, quote_all)
    options = ReadingOptions(encoding=encoding, delimiter=delimiter, quote='"')
    assert read_back(ENCODINGS[encoding] + text.encode(encoding), options) == (header, rows)


# What lists of contacts are made of: every row has as many cells, and no number has a decimal comma.
people = st.tuples(
    st.integers(1, 9_999).map("user{}@example.com".format),
    st.sampled_from(["Zoë Weiß", "O'Neil", "José", "van der Berg", "Łukasz", "李"]),
    st.sampled_from(["", "+44 7700 900123", "07700 900456"]),
    st.sampled_from(["", "Leeds, UK", 'The "Crown"', "a; b", "two\nlines"]),
)


@settings(max_examples=150, deadline=None)
@given(
    people=st.lists(people, min_size=2, max_size=30),
    delimiter=st.sampled_from(DELIMITERS),
    line_end=st.sampled_from(LINE_ENDS),
    encoding=st.sampled_from(list(ENCODINGS)),
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
    mark = ENCODINGS[encoding] if has_mark else b""
    assert read_back(mark + text.encode(encoding)) == (header, rows)


# XML has no other control characters, and turns a carriage return into a line feed.
workbook_text = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from('\n\t ,"'),
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(table=tables(workbook_text), first_row=st.integers(0, 5), first_column=st.integers(0, 5))
def test_any_text_is_read_back_from_a_workbook(table, first_row, first_column):
    header, rows = table
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate([header, *rows], first_row):
            for column, cell in enumerate(cells, first_column):
                sheet.write_string(row, column, cell)
    assert read_back(file.getvalue()) == (header, rows)


def round_as_excel(number: float) -> float:
    """Excel keeps 15 significant digits."""
    return float(f"{number:.15g}")


numbers = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300).map(round_as_excel),
    st.floats(-1e6, 1e6).map(round_as_excel),
)


@settings(max_examples=80, deadline=None)
@given(values=st.lists(numbers, min_size=1, max_size=8))
def test_any_number_is_read_back_from_a_workbook_in_digits(values):
    _, rows = read_back(workbook_of(values))
    for (text,), value in zip(rows, values, strict=True):
        assert float(text) == float(value)
        assert not set(text) - set("-0123456789.")
        assert not text.endswith(".0")
        assert len(text.lstrip("-0.").rstrip("0").replace(".", "")) <= 17 or abs(value) >= 1e15
        if isinstance(value, int):
            assert Decimal(text) == value


@settings(max_examples=60, deadline=None)
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

    _, rows = read_back(workbook_of(values))
    assert [text for (text,) in rows] == [expected(value) for value in values]


def workbook_of(values: list) -> bytes:
    workbook, file = openpyxl.Workbook(), io.BytesIO()
    for value in ["value", *values]:
        workbook.active.append([value])
    workbook.save(file)
    return file.getvalue()
