"""Delimiters and quotation marks, told from the shape of a table."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.file_refusals import FileRefusedError
from imports.files.reading import NO_OPTIONS, ReadingOptions
from imports.files.text.dialect import Dialect, detect_dialect, parse, unescape
from imports.files.text.lines import split_lines
from tests.examples import examples
from tests.files.dialect_samples import SAMPLES, Sample

# Of the samples, how many may be taken for something else.
MAX_MISSES = 0

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


def test_a_single_column_is_not_split_far_below_the_top():
    text = "Name\n" + "Ana\n" * 40_000 + "Smith, Bo\n"
    assert detect_dialect(text, NO_OPTIONS).delimiter not in text


def test_a_single_column_is_not_split_by_its_quote():
    dialect = detect_dialect(",Name,\n,Ana,\n", ReadingOptions(quote=","))
    assert (dialect.quote, dialect.width) == (",", 1)
    assert dialect.delimiter != ","


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


def rows_of(text: str, dialect: Dialect) -> list[list[str]]:
    body = unescape(text.removeprefix(dialect.declaration), dialect)
    return list(parse(split_lines(body), dialect, strict=False))


def is_read_right(sample: Sample) -> bool:
    dialect = detect_dialect(sample.text, NO_OPTIONS)
    found = (
        dialect.delimiter if dialect.width > 1 else None,
        dialect.quote if dialect.decisions["quote"].reason == "pairs" else None,
        dialect.escape,
    )
    expected = (sample.delimiter, sample.quote, sample.escape)
    return found == expected and list(sample.first) in rows_of(sample.text, dialect)


def test_exports_of_many_programs_are_read_right():
    missed = [sample.name for sample in SAMPLES if not is_read_right(sample)]
    print("Missed:", *missed, sep="\n")  # noqa: T201
    assert len(SAMPLES) >= 60
    assert len(missed) <= MAX_MISSES


def test_a_doubtful_decision_says_so():
    doubtful = detect_dialect("Name;Umsatz\nAna;4,20\nBo;1,00\n", NO_OPTIONS).decisions["delimiter"]
    clear = detect_dialect("Name;Email\nAna;ana@example.com\nBo;bo@example.org\n", NO_OPTIONS).decisions[
        "delimiter"
    ]
    assert doubtful.confidence < 0.9 < clear.confidence


@pytest.mark.parametrize(
    ("text", "options", "delimiter", "quote"),
    [
        ("a,b\n1,2\n", ReadingOptions(delimiter=",", quote='"'), "stated", "stated"),
        ("sep=;\na;b\n1;2\n", NO_OPTIONS, "declared", "unused"),
        ('a,b\n"1","2"\n', NO_OPTIONS, "shape", "pairs"),
        ("Name\nAna\nBo\n", NO_OPTIONS, "single_column", "unused"),
        (
            "We ask you, please, to read.\n" * 5 + "Email;Name\nana@example.com;Ana\nbo@example.org;Bo\n",
            NO_OPTIONS,
            "contacts",
            "unused",
        ),
    ],
)
def test_decisions_give_their_reasons(text, options, delimiter, quote):
    decisions = detect_dialect(text, options).decisions
    assert (decisions["delimiter"].reason, decisions["quote"].reason) == (delimiter, quote)


def test_a_separator_may_be_declared_by_its_name():
    dialect = detect_dialect("sep=\\t\na\tb,c\n1\t2,3\n", NO_OPTIONS)
    assert (dialect.delimiter, dialect.declaration) == ("\t", "sep=\\t\n")


def test_a_control_character_that_separates_cells_is_text():
    assert detect_dialect("1\x01a\x01b\n2\x01c\x01d\n", NO_OPTIONS).delimiter == "\x01"


def test_a_quote_given_by_a_person_is_not_taken_for_a_delimiter():
    dialect = detect_dialect("|a|,|b|\n|1|,|2;3|\n", ReadingOptions(quote="|"))
    assert (dialect.delimiter, dialect.quote, dialect.width) == (",", "|", 2)


def test_how_cells_are_quoted_may_show_late():
    text = "Email,Note\n" + "ana@example.com,x\n" * 8_000 + 'bo@example.org, "say \\"hi\\", bo"\n'
    dialect = detect_dialect(text, NO_OPTIONS)
    assert (dialect.escape, dialect.skips_space) == ("\\", True)


def test_one_slip_turns_no_quoting_off():
    assert detect_dialect('a,b,c\n1,"Hey, I missed " it",3\n4,5,6\n', NO_OPTIONS).quote == '"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"6\" pipe"', '"6"" pipe"'),
        (r'"C:\\"', '"C:\\"'),
        (r'"\\\""', '"\\"""'),
        (r"\N,\n,\t", r"\N,\n,\t"),
        ('"a\\\nb"', '"a\\\nb"'),
        ('"a ""b"""', '"a ""b"""'),
    ],
)
def test_escaped_quotes_become_doubled_ones(text, expected):
    assert unescape(text, Dialect(",", '"', 1, escape="\\")) == expected


def test_without_an_escape_backslashes_are_text():
    assert unescape(r'"C:\\",\"', Dialect(",", '"', 1)) == r'"C:\\",\"'


def test_a_quote_that_another_mark_closes_becomes_one_that_closes_itself():
    assert unescape("“a”,“b “c” d”\n", Dialect(",", "“", 2)) == "“a“,“b ““c” d“\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a" , "b" \n', '"a", "b"\n'),
        ('"a ""b""" ,"" ,"c"\n', '"a ""b""","","c"\n'),
        ('"a ""b"" , c",d\n', '"a ""b"" , c",d\n'),
        ("a ,b \n", "a ,b \n"),
    ],
)
def test_spaces_after_a_cell_that_a_quote_closes_go(text, expected):
    assert unescape(text, Dialect(",", '"', 2, skips_space=True)) == expected


WRAPPED_ROWS = [
    ["Name", "Email", "Company"],
    ["Ada", "ada@example.org", "Acme, Inc"],
    ["Bo", "bo@example.org", "B"],
]


@pytest.mark.parametrize(
    "text",
    [
        '"Name,Email,Company"\n"Ada,ada@example.org,""Acme, Inc"""\n"Bo,bo@example.org,B"\n',
        'Name,Email,Company\n"Ada,ada@example.org,""Acme, Inc"""\n"Bo,bo@example.org,B"\n',
        '"Name,Email,Company";;\r\n"Ada,ada@example.org,""Acme, Inc""";;\r\n"Bo,bo@example.org,B";;\r\n',
        'Name,Email,Company\n"Ada,ada@example.org,""Acme, Inc""";\n"Bo,bo@example.org,B";\n',
        '"Name;Email;Company"\n"Ada;ada@example.org;Acme, Inc"\n"Bo;bo@example.org;B"\n',
    ],
)
@pytest.mark.parametrize("is_chosen", [False, True])
def test_lines_that_are_quoted_as_a_whole_are_unwrapped(text, is_chosen):
    delimiter = ";" if text.startswith('"Name;') else ","
    dialect = detect_dialect(
        text, ReadingOptions(delimiter=delimiter, quote='"') if is_chosen else NO_OPTIONS
    )
    assert (dialect.is_wrapped, dialect.delimiter, dialect.width) == (True, delimiter, 3)
    assert rows_of(text, dialect) == WRAPPED_ROWS


@pytest.mark.parametrize(
    "text",
    [
        '"Name"\n"Smith, Ana"\n"Jones, Bo"\n',
        '"Emails"\n"a@example.org,b@example.org"\n"c@example.org,d@example.org"\n',
        '"Town"\n"Leeds, West Yorkshire, UK"\n"York, North Yorkshire, UK"\n',
        '"Name","Email"\n"Ada","ada@example.org"\n"Bo","bo@example.org"\n',
    ],
)
def test_a_column_of_quoted_cells_is_not_unwrapped(text):
    assert not detect_dialect(text, NO_OPTIONS).is_wrapped


def test_without_a_quotation_mark_no_line_is_unwrapped():
    text = '"Name,Email"\n"Ada,ada@example.org"\n"Bo,bo@example.org"\n'
    assert not detect_dialect(text, ReadingOptions(quote="")).is_wrapped


_hostile = st.lists(
    st.sampled_from(
        [",", ";", '"', '""', '\\"', "\\", "'", "“", "”", "#", "\n", "\r\n", "\r", "a", "@a.bc", " ", "\t"]
    ),
    max_size=60,
)


@settings(deadline=None)
@given(pieces=_hostile)
def test_unescaping_changes_each_line_by_itself(pieces):
    text = "".join(pieces)
    for dialect in (
        Dialect(",", '"', 1, escape="\\"),
        Dialect(",", "“", 1),
        Dialect("\t", "'", 1, escape="\\"),
        Dialect(",", '"', 1, skips_space=True),
        Dialect(",", '"', 1, is_wrapped=True),
    ):
        assert "".join(unescape(line, dialect) for line in split_lines(text)) == unescape(text, dialect)


@settings(deadline=None)
@given(pieces=_hostile)
def test_anything_gets_a_dialect_that_can_be_parsed_by(pieces):
    text = "".join(pieces)
    dialect = detect_dialect(text, NO_OPTIONS)
    assert dialect.width >= 1
    assert all(0 <= decision.confidence <= 1 for decision in dialect.decisions.values())
    rows_of(text, dialect)


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        ",",
        " ",
        ',"',
        '\\"',
        ", ",
        "'",
        "“;-",
        "“aa|“",
        "'\n;\\\":\\",
        ',"\\\\ ',
        "(a@",
        "a@a.",
        "\n",
        ",\n",
        "1 ",
        '" ',
        '" a',
        '"a,""b"""\n',
        "\r\r\n",
    ],
)
def test_a_hostile_sample_comes_to_an_end(piece):
    # Read in a second way at every character, any of them would take minutes.
    detect_dialect(piece * (300_000 // len(piece)), NO_OPTIONS)


_names = st.sampled_from(["Zoë Weiß", "O'Neil", "José", "van der Berg", "Łukasz", "李", "Mary-Ann", "D'Arcy"])
_columns = {
    "Email": st.integers(1, 9_999).map("user{}@example.com".format),
    "Name": _names,
    "Mobile": st.sampled_from(["", "+44 20 7946 0123", "020 7946 0456", "(020) 7946 0789"]),
    "Address": st.sampled_from(["", "1 High St, Leeds, UK", "2 Low Rd, York", "Bath"]),
    "Joined": st.sampled_from(["2023-01-02", "2023-11-12", "2024-02-29"]),
    "Start": st.sampled_from(["10:00", "09:30", "12:45"]),
    "Note": st.sampled_from(["", 'The "Crown"', "a; b", "two\nlines", "see you | later", "C:\\temp", "6' 2"]),
}


@st.composite
def _tables(draw: st.DrawFn) -> list[list[str]]:
    others = draw(st.lists(st.sampled_from(list(_columns)[1:]), min_size=1, unique=True))
    header = draw(st.permutations(["Email", *others]))
    rows = draw(st.lists(st.tuples(*(_columns[name] for name in header)), min_size=2, max_size=20))
    return [header, *map(list, rows)]


def _written(table: list[list[str]], delimiter: str, style: str) -> str:
    if style == "escaped":
        cells = ([cell.replace("\\", "\\\\").replace('"', '\\"') for cell in row] for row in table)
        return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in cells)
    if style in ("spaced", "spaced before"):
        joint = f"{delimiter} " if style == "spaced" else f" {delimiter}"
        cells = ([cell.replace('"', '""') for cell in row] for row in table)
        return "".join(joint.join(f'"{cell}"' for cell in row) + "\n" for row in cells)
    file = io.StringIO(newline="")
    quoting = csv.QUOTE_MINIMAL if style == "minimal" else csv.QUOTE_ALL
    quote = "'" if style == "apostrophes" else '"'
    csv.writer(file, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator="\n").writerows(
        table
    )
    return file.getvalue()


@settings(max_examples=examples(quick=50, deep=5_000), deadline=None)
@given(
    table=_tables(),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    style=st.sampled_from(["minimal", "all", "apostrophes", "escaped", "spaced", "spaced before"]),
)
def test_a_table_of_contacts_is_read_as_it_was_written(table, delimiter, style):
    text = _written(table, delimiter, style)
    dialect = detect_dialect(text, NO_OPTIONS)
    if style == "escaped" and dialect.escape is None:
        # With no quote inside a cell, nothing tells that a backslash would be one of two.
        assert '\\"' not in text.replace("\\\\", "")
        text = text.replace("\\\\", "\\")
    assert (dialect.delimiter, dialect.width) == (delimiter, len(table[0]))
    assert rows_of(text, dialect) == table
