"""Text files without a person: their records are blank, everything else is as it was, or nothing is written."""

import pytest

from imports.provenance.erased_rows import ErasurePlan
from imports.provenance.erased_text import NotRewritableError, write_erased_text

HEADER = "Email;Name;Notes\r\n"
ADA = 'ada@example.com;"Ada; the ""first""";"two\r\nlines"\r\n'
BOB = "bob@example.com;Bob;knows ada@example.com\r\n"
READING = {
    "format": "csv",
    "archive": None,
    "escape": None,
    "delimiter": ";",
    "quote": '"',
    "encoding": "utf-8",
}
ROWS = {
    2: ["ada@example.com", 'Ada; the "first"', "two\r\nlines"],
    3: ["bob@example.com", "Bob", "knows ada@example.com"],
}
PLAN = ErasurePlan([2], {3: [2]})


def rewritten(tmp_path, text=HEADER + ADA + BOB, rows=ROWS, plan=PLAN, **reading) -> bytes:
    encoding = reading.get("encoding", "utf-8")
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(text.encode(encoding))
    write_erased_text(source, {**READING, **reading}, plan, rows, target)
    return target.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "cp1252"])
def test_records_of_the_person_are_blank_and_mentions_are_gone(encoding, tmp_path):
    written = rewritten(tmp_path, encoding=encoding).decode(encoding)

    assert written == HEADER + ";;\r\n" + "bob@example.com;Bob;\r\n"


def test_what_is_not_touched_stays_byte_for_byte(tmp_path):
    written = rewritten(tmp_path, plan=ErasurePlan([3]))

    assert written == (HEADER + ADA + ";;\r\n").encode()


@pytest.mark.parametrize(
    "reading", [{"format": "xlsx"}, {"archive": "zip"}, {"escape": "\\"}, {"delimiter": None}]
)
def test_other_files_are_not_written(reading, tmp_path):
    with pytest.raises(NotRewritableError):
        rewritten(tmp_path, **reading)


@pytest.mark.parametrize(
    "rows", [{**ROWS, 2: ["another@example.com", "Ada", ""]}, {3: ROWS[3]}, {**ROWS, 3: ["", "", ""]}]
)
def test_a_file_whose_records_are_not_the_staged_rows_is_not_written(rows, tmp_path):
    with pytest.raises(NotRewritableError):
        rewritten(tmp_path, rows=rows)


def test_a_file_of_another_encoding_is_not_written(tmp_path):
    (tmp_path / "source").write_bytes((HEADER + ADA + BOB + "ä").encode("cp1252"))
    with pytest.raises(NotRewritableError):
        write_erased_text(tmp_path / "source", READING, PLAN, ROWS, tmp_path / "target")


def test_a_file_that_ends_within_quotation_marks_is_not_written(tmp_path):
    with pytest.raises(NotRewritableError):
        rewritten(tmp_path, text=HEADER + ADA + BOB + 'x;"y')
