"""Lines of another encoding, control characters that are letters of Windows, marks at the end of every line."""

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from imports.files.controls import clean_text
from imports.files.text.encoding_names import python_codec
from imports.files.text.encodings import decode_file, kept_bytes
from tests.told import told

HEAD = "email,first_name,last_name\nada@example.com,José,Núñez\nben@example.org,Zoë,Müller\n"


def test_a_line_of_another_encoding_is_read_by_it_and_said(staged):
    result = staged(HEAD.encode() + "cleo@example.net,Renée,Dupont\n".encode("cp1252"))
    assert result.rows[4] == ("cleo@example.net", "Renée", "Dupont")
    assert result.problems == [(4, "other_encoding")]
    assert "windows-1252" in told(result.reading.problems[0])
    assert result.reading.encoding == "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", None])
@pytest.mark.parametrize(
    ("text", "odd", "codec"),
    [
        ("Имя,Город\nАнна,Омск\nИван,Тверь\nОльга,Пермь\n", "Сергей,Москва", "cp1251"),
        ("Imię,Miasto\nŁukasz,Łódź\nMałgorzata,Gdańsk\n", "Żaneta,Poznań", "cp1250"),
        ("Name,Ort\nJürgen,Köln\nKäthe,München\n", "Björn,Nürnberg", "cp1252"),
    ],
)
def test_the_language_of_the_file_tells_the_other_encoding(staged, text, odd, codec, encoding):
    result = staged(text.encode() + odd.encode(codec) + b"\nx,y\n", encoding=encoding)
    assert tuple(odd.split(",")) in result.rows.values()
    assert [code for _, code in result.problems] == ["other_encoding"]


def test_a_cell_of_two_encodings_is_damage(staged):
    result = staged(HEAD.encode() + "c@example.net,é".encode() + b"\xe9,Dupont\n")
    assert result.rows[4] == ("c@example.net", "é\ufffd", "Dupont")
    assert result.problems == [(4, "undecodable")]


def test_a_line_of_utf_8_in_an_older_encoding_is_read_as_such_where_its_bytes_fit_nothing_else(staged):
    lines = ["Name;Ort", *["Jürgen Groß;Köln"] * 20]
    data = "\n".join(lines).encode("cp1252") + "\nŁukasz Ćwik;Łódź\n".encode()
    result = staged(data, encoding="windows-1252")
    assert result.rows[22][0] == "Łukasz Ćwik"
    assert (22, "other_encoding") in result.problems


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("O\x92Brien", "O’Brien"),
        ("5 \x80", "5 €"),
        ("\x93VIP\x94 \x96 yes\x85", "“VIP” – yes…"),
        ("\x8ekoda", "Žkoda"),
        ("\x9cwięta \x8fróbł", "święta Źróbł"),
        ("Анна \x93А\x94", "Анна “А”"),
        ("Анна \x8e", "Анна \x8e"),
        ("a\x81b", "a\x81b"),
    ],
)
def test_control_characters_are_the_letters_of_windows(text, cleaned):
    assert clean_text(text)[0] == cleaned


def test_control_characters_in_utf_8_are_put_right_and_said_by_row(staged):
    result = staged(
        "name,email\nO\x92Brien,a@example.com\nBo,b@example.com\nD\x92Arcy\x85,c@example.com\n".encode()
    )
    assert result.rows == {
        2: ("O’Brien", "a@example.com"),
        3: ("Bo", "b@example.com"),
        4: ("D’Arcy…", "c@example.com"),
    }
    assert result.problems == [(2, "control_letters"), (4, "control_letters")]


def test_control_characters_in_names_of_columns_are_put_right(staged):
    result = staged("Client\x92s name,email\nBo,b@example.com\n".encode())
    assert result.reading.columns == ("Client’s name", "email")
    assert result.problems == [(1, "control_letters")]


def test_control_characters_in_a_workbook_are_put_right_and_said(staged):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate(
            [("name", "email"), ("O\x92Brien", "a@example.com"), ("Bo", "b@example.com")]
        ):
            sheet.write_row(row, 0, cells)
    result = staged(file.getvalue())
    assert result.rows[2] == ("O’Brien", "a@example.com")
    assert result.problems == [(2, "control_letters")]


@pytest.mark.parametrize("end", [";", ";;;", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_same_mark_at_the_end_of_every_line_is_no_data(staged, end, line_end):
    lines = ["email,first_name,last_name", "ada@example.com,Ada,Abel", 'ben@example.org,"Ben, B",Brook']
    result = staged((end + line_end).join([*lines, ""]).encode())
    assert result.reading.columns == ("email", "first_name", "last_name")
    assert list(result.rows.values()) == [
        ("ada@example.com", "Ada", "Abel"),
        ("ben@example.org", "Ben, B", "Brook"),
    ]
    assert result.problems == [(0, "trailing_marks")]


def test_a_mark_at_the_end_of_most_lines_is_data(staged):
    result = staged(b"email,tags\na@example.com,x;\nb@example.org,y;z;\n")
    assert list(result.rows.values()) == [("a@example.com", "x;"), ("b@example.org", "y;z;")]
    assert result.problems == []


@given(
    data=st.binary(max_size=60), encoding=st.sampled_from(["utf-8", "windows-1252", "koi8-r", "iso-8859-7"])
)
def test_kept_bytes_are_those_of_the_file(tmp_path_factory, data, encoding):
    path = tmp_path_factory.getbasetemp() / "kept"
    path.write_bytes(data)
    text = "".join(decode_file(path, encoding, keeps_bytes=True))
    mark = "\N{ZERO WIDTH NO-BREAK SPACE}".encode(python_codec(encoding), "ignore")
    assert kept_bytes(text, encoding) == (data.removeprefix(mark) if mark else data)
