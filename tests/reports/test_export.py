import csv
import io
import tempfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.reports.csv_rows import csv_bytes
from imports.reports.export import (
    TooManyColumnsError,
    export_csv,
    export_xlsx,
    iter_csv,
    report_headers,
)
from imports.reports.ledger import BUCKET_BY_KEY
from imports.reports.sheet_rows import CUT_MARK, MAX_CELL_CHARS
from tests.examples import examples
from tests.pseudo_language import pseudo, speaking_pseudo
from tests.reports.artefacts import WORDS, write_settled, write_staged

FORMULA_CHARACTERS = "=+-@\t\r\n＝＋－＠"
OURS = ["row", "outcome", "contact_id", "codes", "values_left_out", "reason", "import_job"]
MARK = "m" * 40
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
awkward_texts = texts | st.sampled_from(
    [
        "", " ", '"', "a,b", "a\r\nb", "\r", "\n", 'say ""', "+44 7700 900123", "-5.3", "=1+1", "1E5", "007",
        "Zoë", "😀", "_x0041_", "\x01",
    ]
)  # fmt: skip
tables_of_text = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.tuples(*[awkward_texts] * width), min_size=1, max_size=6)
)


def make_report(folder, cells, outcomes=None):
    """Staged and outcomes tables of a file with `cells`, its first record in row 2."""
    settled = outcomes or [{"row": row, "outcome": "created"} for row in range(2, len(cells) + 2)]
    return write_staged(folder / "staged", 2, cells), write_settled(folder / "outcomes", *settled)


def csv_rows(folder, columns, cells, outcomes=None, rows="all"):
    """The CSV read back, after its byte order mark."""
    target = io.BytesIO()
    export_csv(*make_report(folder, cells, outcomes), columns, target, rows, words=WORDS, mark=MARK)
    return list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline=""), strict=True))


def workbook(folder, columns, cells, outcomes=None, rows="all", **options):
    """The workbook read back by another library."""
    target = io.BytesIO()
    export_xlsx(
        *make_report(folder, cells, outcomes), columns, target, rows, words=WORDS, mark=MARK, **options
    )
    assert sorted(path.name for path in folder.iterdir()) == ["outcomes", "staged"]
    return openpyxl.load_workbook(io.BytesIO(target.getvalue()))


def values(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


class TestHeaders:
    def test_own_columns_come_first(self):
        assert report_headers(["Email", "Name"]) == ["Email", "Name", *OURS]

    def test_a_column_without_a_name_has_words_of_the_language(self):
        label = pseudo("Column {number}").format(number=2)
        with speaking_pseudo():
            assert report_headers(["Email", "Column 2"]) == ["Email", label, *OURS]
            assert report_headers([label, "Column 2"]) == [label, "Column 2", *OURS]

    def test_ours_give_way_to_the_persons_own(self):
        columns = ["row", "Outcome", "codes", "codes (import)"]
        assert report_headers(columns) == [
            *columns, "row (import)", "outcome (import)", "contact_id", "codes (import 2)",
            "values_left_out", "reason", "import_job",
        ]  # fmt: skip

    @given(st.lists(st.sampled_from([*OURS, "Row", "row (import)"]), unique=True), st.integers(0, 3))
    def test_stay_distinct_however_often_a_report_is_imported_again(self, columns, times):
        for _ in range(times):
            columns = report_headers(columns)
        headers = report_headers(columns)
        assert headers[: len(columns)] == columns
        assert len(set(headers)) == len(headers)


class TestCsv:
    def test_is_what_excel_opens_rightly(self, tmp_path):
        report = make_report(tmp_path, [("Zoë", "a,b")], [{"row": 2, "outcome": "created", "contact_id": 7}])
        assert b"".join(iter_csv(*report, ["Name", "x"], words=WORDS, mark=MARK)) == (
            b"\xef\xbb\xbfName,x,row,outcome,contact_id,codes,values_left_out,reason,import_job\r\n"
            + 'Zoë,"a,b",2,created,7,,,,'.encode()
            + MARK.encode()
            + b"\r\n"
        )

    def test_a_report_without_rows_has_its_header(self, tmp_path):
        assert csv_rows(tmp_path, ["Name"], [("Ada",)], rows="refused") == [["Name", *OURS]]

    def test_says_what_became_of_each_row(self, tmp_path):
        outcomes = [
            {"row": 2, "outcome": "refused", "codes": "a b", "reason": "One; two"},
            {"row": 3, "outcome": "updated", "contact_id": 50_010_002},
        ]
        assert csv_rows(tmp_path, ["Name"], [("Ada",), ("Bob",)], outcomes)[1:] == [
            ["Ada", "2", "refused", "", "a b", "", "One; two", MARK],
            ["Bob", "3", "updated", "50010002", "", "", "", MARK],
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "+44 7700 900123",
            "+44 (0)7700-900.123",
            "+447700900123",
            "-5.3",
            "-1,234.50",
            "-1.5E+10",
            "+1\u00a0000",
            "-12%",
            "-",
        ],
    )
    def test_leaves_numbers_and_telephone_numbers_alone(self, tmp_path, text):
        assert csv_rows(tmp_path, ["x"], [(text,)])[1][0] == text

    @pytest.mark.parametrize(
        "text",
        [
            "=1+1", '=HYPERLINK("https://example.com")', "+cmd|' /C calc'!A0", "-2+A1", "@SUM(A1)",
            "\tA1", "\rA1", "\nA1", "＝1+1", "+44 7700 900123 =1", "--x", "-1E5E5",
        ],
    )  # fmt: skip
    def test_guards_what_a_spreadsheet_would_run(self, tmp_path, text):
        assert csv_rows(tmp_path, ["x"], [(text,)])[1][0] == "'" + text

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("x;=cmd", "x;'=cmd"), ("x|@SUM(A1)", "x|'@SUM(A1)"), ("x\t+A1", "x\t'+A1"), ("x\n-A1", "x\n'-A1"),
            ('x;"=cmd"', 'x;"\'=cmd"'), ("=1;=2", "'=1;'=2"), ("\t=1", "'\t'=1"), ("a;-1;+A1;＝2", "a;-1;'+A1;'＝2"),
        ],
    )  # fmt: skip
    def test_guards_what_one_with_another_separator_would_run(self, tmp_path, text, written):
        assert csv_rows(tmp_path, ["x"], [(text,)])[1][0] == written

    @pytest.mark.parametrize(
        "text",
        [
            "1;-2;+3",
            "home;+44 20 7946 0000;+44 7700 900123",
            "a;b",
            "a; =b",
            "x;'=cmd",
            "10|-12,5|-3%",
            "a;-",
        ],
    )
    def test_leaves_numbers_behind_a_separator_alone(self, tmp_path, text):
        assert csv_rows(tmp_path, ["x"], [(text,)])[1][0] == text

    @pytest.mark.parametrize("separator", [";", "|", "\t"])
    @settings(deadline=None)
    @given(tables_of_text)
    def test_no_spreadsheet_finds_a_formula(self, separator, cells):
        frame = pl.DataFrame(cells, schema=[f"c{place}" for place in range(len(cells[0]))], orient="row")
        lines = csv_bytes(frame).decode().replace("\r", "\n").split("\n")
        parts = [part.lstrip('"') for line in lines for part in line.split(separator)[1:]]
        assert not [part for part in parts if part[:1] in {"=", "@", "＝", "＋", "－", "＠"}]

    def test_guards_headers_and_reasons_too(self, tmp_path):
        outcomes = [{"row": 2, "outcome": "refused", "codes": "=code", "reason": "@reason"}]
        header, row = csv_rows(tmp_path, ["=column"], [("x",)], outcomes)
        assert header[0] == "'=column"
        assert (row[-4], row[-2]) == ("'=code", "'@reason")

    def test_whatever_a_cell_begins_with_it_is_guarded_only_where_that_is_run(self):
        characters = [chr(code) for code in range(1, 0x1_0000) if not 0xD800 <= code < 0xE000]
        frame = pl.DataFrame({"cell": characters, "row": range(len(characters))})
        read = csv.reader(io.StringIO(csv_bytes(frame).decode(), newline=""), strict=True)
        guarded = {text: cell for text, (cell, _) in zip(characters, read, strict=True) if cell != text}
        # A sign alone is no formula.
        assert guarded == {text: "'" + text for text in FORMULA_CHARACTERS if text not in "+-"}

    @pytest.mark.parametrize("blank", ["", None])
    def test_a_blank_cell_is_nothing_whatever_stands_beside_it(self, blank):
        frame = pl.DataFrame(
            {"a": [blank, "=1", "b"], "b": [blank] * 3, "n": [None, 1, 2]}, schema_overrides={"b": pl.String}
        )
        assert csv_bytes(frame) == b",,\r\n'=1,,1\r\nb,,2\r\n"

    @settings(deadline=None)
    @given(tables_of_text)
    def test_reads_back_equal_but_for_the_guard(self, cells):
        columns = [f"column {position}" for position in range(len(cells[0]))]
        with tempfile.TemporaryDirectory() as folder:
            read = csv_rows(Path(folder), columns, cells)
        assert read[0] == [*columns, *OURS]
        assert [row[len(columns)] for row in read[1:]] == [str(row) for row in range(2, len(cells) + 2)]
        for own, found in zip(cells, read[1:], strict=True):
            for text, cell in zip(own, found, strict=False):
                assert cell.replace("'", "") == text.replace("'", "")
                assert cell == text or any(character in text for character in FORMULA_CHARACTERS)


class TestXlsx:
    def test_header_is_bold_frozen_and_filtered(self, tmp_path):
        sheet = workbook(tmp_path, ["Name"], [("Ada",), ("Bob",)]).active
        assert values(sheet)[0] == ["Name", *OURS]
        assert all(cell.font.bold for cell in sheet[1])
        assert not sheet["A2"].font.bold
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == "A1:H3"

    def test_columns_are_as_wide_as_they_need_to_be(self, tmp_path):
        cells = [("x", "a much longer text than its header", "y" * 500)]
        widths = workbook(tmp_path, ["A", "B", "C"], cells).active.column_dimensions
        assert widths["A"].width < widths["B"].width < widths["C"].width < 60

    def test_everything_of_the_persons_is_text_and_ours_are_numbers(self, tmp_path):
        cells = [("=1+1", "007", "+44 7700 900123", "https://example.com", "")]
        outcomes = [{"row": 2, "outcome": "created", "contact_id": 50_010_002}]
        sheet = workbook(tmp_path, list("ABCDE"), cells, outcomes).active
        assert values(sheet)[1] == [*cells[0][:4], None, 2, "created", 50_010_002, None, None, None, MARK]
        assert [cell.data_type for cell in sheet[2][:4]] == ["s"] * 4
        assert sheet["D2"].hyperlink is None

    def test_a_contact_id_too_long_for_a_number_keeps_its_digits(self, tmp_path):
        outcomes = [{"row": 2, "outcome": "created", "contact_id": 2**62 + 1}]
        assert values(workbook(tmp_path, ["A"], [("x",)], outcomes).active)[1][3] == str(2**62 + 1)

    def test_a_report_without_rows_has_its_header(self, tmp_path):
        assert values(workbook(tmp_path, ["A"], [("x",)], rows="refused").active) == [["A", *OURS]]

    def test_goes_on_on_further_sheets(self, tmp_path):
        book = workbook(tmp_path, ["A"], [(str(number),) for number in range(7)], rows_per_sheet=3)
        assert book.sheetnames == ["Report", "Report 2", "Report 3"]
        assert [[row[0] for row in values(sheet)] for sheet in book] == [
            ["A", "0", "1", "2"], ["A", "3", "4", "5"], ["A", "6"],
        ]  # fmt: skip
        assert [sheet.auto_filter.ref for sheet in book] == ["A1:H4", "A1:H4", "A1:H2"]
        assert all(sheet.freeze_panes == "A2" for sheet in book)

    @pytest.mark.parametrize("letter", ["x", "😀"])
    def test_cuts_and_marks_what_no_cell_can_hold(self, tmp_path, letter):
        units = len(letter.encode("utf-16-le")) // 2
        fits, too_long = letter * (MAX_CELL_CHARS // units), letter * (MAX_CELL_CHARS // units + 1)
        found = values(workbook(tmp_path, ["A", "B"], [(fits, too_long)]).active)[1]
        assert found[0] == fits
        assert found[1].endswith(letter + CUT_MARK)
        assert MAX_CELL_CHARS - 1 <= len(found[1].encode("utf-16-le")) // 2 <= MAX_CELL_CHARS

    def test_refuses_more_columns_than_a_sheet_has(self, tmp_path):
        target = io.BytesIO()
        columns = [str(number) for number in range(16_380)]
        with pytest.raises(TooManyColumnsError, match="16387 columns"):
            export_xlsx(tmp_path / "staged", tmp_path / "outcomes", columns, target, words=WORDS, mark=MARK)
        assert target.getvalue() == b""

    @settings(max_examples=examples(quick=10, deep=500), deadline=None)
    @given(tables_of_text)
    def test_reads_back_equal(self, cells):
        columns = [f"column {position}" for position in range(len(cells[0]))]
        with tempfile.TemporaryDirectory() as folder:
            read = values(workbook(Path(folder), columns, cells).active)
        assert [[openpyxl_text(cell) for cell in row[: len(columns)]] for row in read[1:]] == [
            list(row) for row in cells
        ]


def openpyxl_text(cell):
    """openpyxl leaves Excel's `_xHHHH_` escapes as they are written; Excel and our own reader do not."""
    return openpyxl.utils.escape.unescape(cell or "")


@pytest.mark.parametrize("bucket", BUCKET_BY_KEY)
def test_a_bucket_can_be_had_alone_in_both_formats(tmp_path, bucket):
    keys = list(BUCKET_BY_KEY)
    outcomes = [{"row": row, "outcome": key} for row, key in enumerate(keys, start=2)]
    cells = [(key,) for key in keys]
    assert [row[0] for row in csv_rows(tmp_path, ["A"], cells, outcomes, bucket)] == ["A", bucket]
    assert [row[0] for row in values(workbook(tmp_path, ["A"], cells, outcomes, bucket).active)] == [
        "A",
        bucket,
    ]
