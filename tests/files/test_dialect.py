"""Delimiters and quotation marks, told from the shape of a table."""

import pytest

from imports.files.dialect import Dialect, detect_dialect
from imports.files.reading import NO_OPTIONS, ReadingOptions
from imports.files.refusals import FileRefusedError

CONTACTS = [("Email", "Name", "Note"), ("ana@example.com", "Ana", "x"), ("bo@example.org", "Bo", "y")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_apart(delimiter):
    text = "\n".join(delimiter.join(row) for row in CONTACTS)
    assert detect_dialect(text, NO_OPTIONS) == Dialect(delimiter, '"', 3)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Name;Umsatz\nAna;4,20\nBo;1,00\n", ";"),
        ("Email,Tags\nana@example.com,a|b|c|d\nbo@example.org,a|b|c|d\n", ","),
        ('Name,Address\nAna,"1; High; Street"\nBo,"2; Low; Road"\n', ","),
        ('Name;Address\n"Ana";"1, High Street,\nLeeds"\n"Bo";"2, Low Road"\n', ";"),
        ("Our customers\n\nName\tTown\tZip\nAna\tLeeds, UK\t1\nBo\tYork, UK\t2\n", "\t"),
        ("Name\tPlace\nAna\tLeeds, UK\nBo\tYork, UK\n", "\t"),
    ],
)
def test_the_shape_of_the_table_decides(text, delimiter):
    assert detect_dialect(text, NO_OPTIONS).delimiter == delimiter


def test_a_single_column_is_not_split():
    text = "Name\n" + "Ana\n" * 20 + "Smith, Bo\n"
    dialect = detect_dialect(text, NO_OPTIONS)
    assert dialect.delimiter not in text


def test_apostrophes_quote_when_they_come_in_pairs():
    text = "'Name';'Note'\n'Ana';'a;b'\n'Bo';'it''s'\n"
    assert detect_dialect(text, NO_OPTIONS) == Dialect(";", "'", 2)


def test_an_apostrophe_before_a_number_quotes_nothing():
    text = "ID,Phone\n'6001,'+447700900001\n'6002,'+447700900002\n"
    assert detect_dialect(text, NO_OPTIONS).quote == '"'


@pytest.mark.parametrize("line", ["sep=;\r\n", "SEP=;\n", '"sep=;"\r\n'])
def test_a_declared_delimiter_is_believed(line):
    dialect = detect_dialect(f"{line}a,b;c\r\n1,2;3\r\n", NO_OPTIONS)
    assert dialect == Dialect(";", '"', 2, declaration=line)


def test_a_person_knows_better_than_a_declaration():
    dialect = detect_dialect("sep=;\na,b;c\n", ReadingOptions(delimiter=","))
    assert (dialect.delimiter, dialect.declaration) == (",", "sep=;\n")


def test_quoting_can_be_turned_off():
    assert detect_dialect('a,b\n1,"2\n', ReadingOptions(quote="")).quote is None


@pytest.mark.parametrize("delimiter", ["", ",,", "\n", "\0", '"', "\udcff"])
def test_what_cannot_delimit_is_refused(delimiter):
    with pytest.raises(FileRefusedError) as refused:
        detect_dialect("a,b\n", ReadingOptions(delimiter=delimiter))
    assert refused.value.code == "bad_delimiter"


@pytest.mark.parametrize("quote", ["''", "\r", ";"])
def test_what_cannot_quote_is_refused(quote):
    with pytest.raises(FileRefusedError) as refused:
        detect_dialect("a;b\n", ReadingOptions(quote=quote, delimiter=";"))
    assert refused.value.code == "bad_quote"


@pytest.mark.parametrize("text", ["\x01\x02\x03\x04abc", "\0\0\0\0ab", "\udcff\udcff\udcffabc"])
def test_what_is_not_text_is_refused(text):
    with pytest.raises(FileRefusedError) as refused:
        detect_dialect(text * 10, NO_OPTIONS)
    assert refused.value.code == "not_a_table"
