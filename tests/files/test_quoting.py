"""Quotes that are none, quotes inside quotes, and lines that are merged only where the table shows it."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.text.quoting import CLOSING
from tests.examples import examples

MARKS = [mark for mark in CLOSING if CLOSING[mark] == mark]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("rows", [2, 3, 6, 7])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_mark_that_is_a_cell_of_its_own_merges_no_rows(staged, mark, rows, place):
    people = [[f"Ana{row}", f"020 7946 0{row:03}", f"{row}5"] for row in range(rows)]
    lines = [["name", "phone", "amount"], *people]
    cells = [
        [*line[:place], "unit" if index == 0 else mark, *line[place:]] for index, line in enumerate(lines)
    ]
    result = staged("".join(",".join(line) + "\n" for line in cells).encode())
    assert [list(row) for row in result.rows.values()] == cells[1:]
    assert result.problems == []


@pytest.mark.parametrize("mark", MARKS)
def test_one_such_mark_in_a_few_rows_merges_none(staged, mark):
    cells = [["name", "size", "unit", "town"]]
    cells += [[f"Ana{row}", f"{row}5", mark if row in (7, 9, 20) else "cm", "York"] for row in range(40)]
    result = staged("".join(",".join(line) + "\n" for line in cells).encode())
    assert [list(row) for row in result.rows.values()] == cells[1:]


def test_beside_cells_that_are_quoted_a_mark_of_its_own_stays_one(staged):
    lines = "".join(f'"Ana, {row}",6{row},",York\n' for row in range(6))
    result = staged(f"name,height,unit,town\n{lines}".encode())
    assert list(result.rows.values()) == [(f"Ana, {row}", f"6{row}", '"', "York") for row in range(6)]
    assert {code for _, code in result.problems} == {"unclosed_quote"}


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"Smith, Ann "Annie"","Köln","b@b.de"', ('Smith, Ann "Annie"', "Köln", "b@b.de")),
        ('1,"ООО "Ромашка"",a@b.ru', ("1", 'ООО "Ромашка"', "a@b.ru")),
        ('1,"ООО "Ромашка, Вектор"",a@b.ru', ("1", 'ООО "Ромашка, Вектор"', "a@b.ru")),
        ('1,""Annie" Smith",a@b.ru', ("1", '"Annie" Smith', "a@b.ru")),
        ('1,"Jo "J" Li",a@b.ru', ("1", 'Jo "J" Li', "a@b.ru")),
        ('1,""X"",a@b.ru', ("1", '"X"', "a@b.ru")),
        ('1,2,"the "A" and the "B""', ("1", "2", 'the "A" and the "B"')),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_quotes_that_are_not_doubled_at_the_end_of_a_cell_are_kept_and_said(staged, line, cells, rows):
    result = staged(("a,b,c\n" + f"{line}\n" * rows + 'Bo,"York, UK",c@c.de\n').encode())
    assert list(result.rows.values()) == [cells] * rows + [("Bo", "York, UK", "c@c.de")]
    assert result.problems == [(row + 2, "stray_quote") for row in range(rows)]


def test_quoted_words_that_begin_a_cell_are_text(staged):
    result = staged(b'id,name,email\n1,"Bob" Smith,a@b.ru\n2,"A" and "B",b@b.ru\n3,"Al" Li,c@b.ru\n')
    assert [row[1] for row in result.rows.values()] == ['"Bob" Smith', '"A" and "B"', '"Al" Li']


@pytest.mark.parametrize("header", ['"Name,Phone', 'Name,"Phone', '"Name",Phone"', 'Name",Phone'])
@pytest.mark.parametrize("end", ["", '"\n'])
def test_a_stray_quote_in_the_first_line_swallows_no_row(staged, header, end):
    people = [(f"Ana{row}", f"020 7946 0{row:03}") for row in range(5)]
    text = f"{header}\n" + "".join(f"{name},{phone}\n" for name, phone in people) + end
    result = staged(text.encode())
    assert list(result.rows.values())[:5] == people
    assert result.reading.header_row == 1


@pytest.mark.parametrize("title", ['"Customers 2026', 'Customers "2026', 'The "best" customers"', '"'])
def test_a_stray_quote_in_a_title_swallows_no_row(staged, title):
    result = staged(f'{title}\nName,Email\n"Ana, A",a@example.com\nBo,b@example.com\n'.encode())
    assert result.reading.columns == ("Name", "Email")
    assert list(result.rows.values()) == [("Ana, A", "a@example.com"), ("Bo", "b@example.com")]


def test_a_stray_quote_swallows_no_row_of_a_table_without_addresses(staged):
    lines = ['Ada,"Addie,5', 'Ben,B",6', "Cy,C,7", "Di,D,8"]
    result = staged("\n".join(["Name,Nick,Size", *lines]).encode())
    assert list(result.rows.values()) == [tuple(line.split(",")) for line in lines]
    assert result.problems == [(2, "unclosed_quote")]


def test_prose_of_lines_that_are_alike_stays_in_its_cell(staged):
    note = "\n".join(["Counting words, letters, and lines, it helps."] * 8)
    result = staged(f'Description,status\n"{note}",ok\n"{note}",ok\n'.encode())
    assert list(result.rows.values()) == [(note, "ok"), (note, "ok")]
    assert result.problems == []


def test_a_column_that_seems_to_be_several_is_not_sure(staged):
    result = staged(
        b"Name      Email               Town\nAna Lopez ana@example.com     Leeds\nBo Smith  bo@example.org      York\n"
    )
    assert result.reading.decisions["delimiter"].confidence < 0.7


people = st.tuples(
    st.integers(1, 9_999).map("user{}@example.com".format),
    st.sampled_from(["Zoë Weiß", "O'Neil", "José", "van der Berg", '"Al" Li', "Ann (Annie)", "$", "#", "'"]),
    st.sampled_from(["", "+44 7700 900123", "07700 900456"]),
    st.sampled_from(
        ["", "Leeds, UK", 'The "Crown"', '"Crown"', "a; b", "two\nlines", "1 High St,\nLeeds, UK", ",", "\n,"]
    ),
    st.sampled_from(["5", "6.25", "7"]),
)


@pytest.mark.parametrize("cells", [b'",",5', b'",,",5', b'",",",,"'])
def test_a_cell_of_nothing_but_delimiters_is_quoted_where_its_line_is_as_wide_as_the_first(staged, cells):
    rows = [b"Name,Note,Size", b"Ann,,5", b"Ben," + cells, b"Cy,,6"]
    result = staged(b"\r\n".join(rows))
    assert [len(row) for row in result.rows.values()] == [3, 3, 3]
    assert list(result.rows[3]) == next(csv.reader([rows[2].decode()]))
    assert result.problems == []


def test_ditto_marks_in_neighbouring_columns_are_cells_of_their_own(staged):
    result = staged(b'Name,Town,Country\r\nAnn,Leeds,UK\r\nBen,","\r\nCy,","\r\nDi,York,UK\r\n')
    assert list(result.rows.values())[1:3] == [("Ben", '"', '"'), ("Cy", '"', '"')]


@settings(max_examples=examples(quick=50, deep=5_000), deadline=None)
@given(
    rows=st.lists(people, min_size=3, max_size=20),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
)
def test_what_the_csv_module_writes_in_any_way_of_quoting_is_read_back(
    tmp_path_factory, rows, delimiter, quoting
):
    from tests.files.conftest import Stager

    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
    writer.writerows([["Email", "Name", "Mobile", "Note", "Size"], *rows])
    result = Stager(tmp_path_factory.mktemp("written"))(file.getvalue().encode())
    assert list(result.rows.values()) == rows
    assert result.problems == []
