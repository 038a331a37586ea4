"""Names of columns that come again further down."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.files.excerpt import Role, read_excerpt
from imports.files.staging import preview, stage
from imports.files.text import encodings
from imports.tables import scan
from tests.files.workbooks import workbook

FIRST = "Email,First Name,Last Name\nada@example.com,Ada,Abel\nben@example.org,Ben,Brook\n"
BELOW = "cleo@example.net,Cleo,Clay\ndan@example.com,Dan,Dale\n"
MOVED = "Email,Last Name,First Name\ncleo@example.net,Clay,Cleo\ndan@example.com,Dale,Dan\n"
PEOPLE = [
    ("ada@example.com", "Ada", "Abel"),
    ("ben@example.org", "Ben", "Brook"),
    ("cleo@example.net", "Cleo", "Clay"),
    ("dan@example.com", "Dan", "Dale"),
]


@pytest.mark.parametrize(
    "names",
    [
        "Email,First Name,Last Name",
        "EMAIL,FIRST NAME,LAST NAME",
        "email,first_name,last_name",
        "E-Mail,FirstName,LastName",
    ],
)
def test_names_that_come_again_are_left_out_and_told(staged, names):
    result = staged(f"{FIRST}{names}\n{BELOW}".encode())
    assert list(result.rows.values()) == PEOPLE
    assert result.problems == [(4, "names_again")]
    assert (result.reading.non_data, result.reading.non_data_rows) == (1, (4,))


@pytest.mark.parametrize(
    "below",
    [
        MOVED,
        "last name,FIRST_NAME,email\nClay,Cleo,cleo@example.net\nDale,Dan,dan@example.com\n",
        "First Name,Email,Last Name\nCleo,cleo@example.net,Clay\nDan,dan@example.com,Dale\n",
    ],
)
def test_rows_below_names_in_another_order_are_read_by_them(staged, below):
    result = staged((FIRST + below).encode())
    assert list(result.rows.values()) == PEOPLE
    assert result.problems == [(4, "names_again_moved")]


def test_the_first_order_may_come_again(staged):
    result = staged((FIRST + MOVED + "Email,First Name,Last Name\neve@example.com,Eve,East\n").encode())
    assert list(result.rows.values()) == [*PEOPLE, ("eve@example.com", "Eve", "East")]
    assert result.problems == [(4, "names_again_moved"), (7, "names_again")]


def test_a_column_that_is_missing_is_blank(staged):
    result = staged(f"{FIRST}Last Name,Email\nClay,cleo@example.net\n".encode())
    assert result.rows[5] == ("cleo@example.net", "", "Clay")
    assert result.reading.columns == ("Email", "First Name", "Last Name")


def test_a_column_that_is_new_gets_a_place_of_its_own(staged):
    below = (
        "Town,Email,Last Name,First Name\nLeeds,cleo@example.net,Clay,Cleo\nYork,dan@example.com,Dale,Dan\n"
    )
    result = staged((FIRST + below).encode())
    assert result.reading.columns == ("Email", "First Name", "Last Name", "Town")
    assert list(result.rows.values()) == [
        *((*person, "") for person in PEOPLE[:2]),
        (*PEOPLE[2], "Leeds"),
        (*PEOPLE[3], "York"),
    ]


def test_new_columns_at_the_end_are_named_by_their_own_header(staged):
    result = staged(f"{FIRST}Email,First Name,Last Name,Town\ncleo@example.net,Cleo,Clay,Leeds\n".encode())
    assert result.reading.columns == ("Email", "First Name", "Last Name", "Town")
    assert result.rows[5] == ("cleo@example.net", "Cleo", "Clay", "Leeds")
    assert (4, "names_again_more") in result.problems


def test_a_cell_below_no_name_is_not_lost(staged):
    result = staged((FIRST + "Last Name,Email\nClay,cleo@example.net,spare,more\n").encode())
    assert result.reading.columns[:3] == ("Email", "First Name", "Last Name")
    assert result.rows[5][:3] == ("cleo@example.net", "", "Clay")
    assert {"spare", "more"} <= set(result.rows[5])


def test_names_in_another_language_and_the_same_order_are_told(staged):
    result = staged(f"{FIRST}E-Mail-Adresse,Vorname,Nachname\n{BELOW}".encode())
    assert list(result.rows.values()) == PEOPLE
    assert result.problems == [(4, "names_again_other_words")]


def test_names_in_another_language_and_order_are_put_to_the_person(staged):
    result = staged(f"{FIRST}Nachname,E-Mail,Vorname\nClay,cleo@example.net,Cleo\n".encode())
    assert result.problems == [(4, "names_again_unclear")]
    assert result.reading.non_data_rows == (4,)


def test_what_stands_around_an_export_is_left_out_where_it_comes_again(staged):
    part = "Our customers,,\n\nEmail,Name,Town\n{}\n,,\nTotal,1,\n(c) 2024 Example Ltd,,\n"
    text = (
        part.format("ada@example.com,Ada,Leeds")
        + part.format("ben@example.org,Ben,York")
        + "Email,Name,Town\n"
    )
    result = staged(text.encode())
    assert [cells for cells in result.rows.values() if any(cells)] == [
        ("ada@example.com", "Ada", "Leeds"),
        ("ben@example.org", "Ben", "York"),
    ]
    assert sorted(result.reading.non_data_rows) == [1, 6, 7, 8, 10, 13, 14, 15]


def test_a_header_over_two_rows_comes_again(staged):
    top = "Contact,,Address\nEmail,Name,Town\n"
    text = f"{top}ada@example.com,Ada,Leeds\nben@example.org,Ben,York\n{top}cleo@example.net,Cleo,Bath\n"
    result = staged(text.encode())
    assert list(result.rows) == [3, 4, 7]
    assert result.problems == [(5, "names_again"), (6, "names_again")]


@pytest.mark.parametrize(
    "row",
    [
        ",Email,Brook",
        "ben@example.net,First Name,Last Name",
        "unknown,Name,Last",
        "none,First,Brook",
        "not by mail,Ben,Brook",
        ",,Last Name",
        "Email,,Email",
    ],
)
def test_contacts_that_say_such_words_are_contacts(staged, row):
    result = staged(f"{FIRST}{row}\n{BELOW}".encode())
    assert result.rows[4] == tuple(row.split(","))
    assert result.reading.non_data == 0


def test_answers_that_are_called_as_their_columns_are_answers(staged):
    text = "Name,Email,Kettle,Toaster\n" + "Ada,ada@example.com,Kettle,\nBen,ben@example.org,,Toaster\n" * 2
    assert staged(f"{text},,Kettle,Toaster\n".encode()).reading.rows == 5


def test_names_may_come_again_right_above_the_end(staged):
    result = staged((FIRST + "Email,First Name,Last Name\n,,\nTotal,2,\n(c) 2024 Example\n").encode())
    assert (list(result.rows), result.reading.non_data) == ([2, 3, 5], 3)


def test_a_first_row_that_may_be_a_contact_may_come_again(staged):
    result = staged(b"Ada,Leeds\nBen,York\nAda,Leeds\nCleo,Bath\n")
    assert (result.reading.non_data, (3, "may_be_names_again") in result.problems) == (0, True)


def test_a_person_may_keep_names_that_come_again(staged):
    result = staged((FIRST + MOVED).encode(), keep_footer=True)
    assert result.rows[4] == ("Email", "Last Name", "First Name")
    assert result.rows[5] == ("cleo@example.net", "Clay", "Cleo")


def test_names_come_again_in_workbooks_too(staged):
    rows = [line.split(",") for line in (FIRST + MOVED).splitlines()]
    result = staged(workbook(lambda book: [book.active.append(row) for row in rows]))
    assert list(result.rows.values()) == PEOPLE
    assert result.problems == [(4, "names_again_moved")]


@pytest.mark.parametrize("block_bytes", [1, 30, 70])
def test_names_are_found_wherever_blocks_are_cut(staged, monkeypatch, block_bytes):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", block_bytes)
    result = staged((FIRST + "x@example.com,X,Y\n" * 40 + MOVED).encode(), encoding="utf-8")
    assert list(result.rows.values())[-2:] == PEOPLE[2:]


def test_what_is_shown_is_in_the_order_of_the_columns(staged, tmp_path):
    staged.source.write_bytes((FIRST + MOVED).encode())
    stage(staged.source, staged.target, excerpt=tmp_path / "excerpt")
    for rows in (read_excerpt(tmp_path / "excerpt"), preview(staged.source, tmp_path).excerpt):
        by_row = {row.row: row for row in rows}
        assert by_row[4].role is Role.HEADER
        assert by_row[5].cells == ("cleo@example.net", "Cleo", "Clay")


NAMES = ("Email", "First Name", "Last Name", "Town", "Phone")
ADDRESSES = [f"user{number}@example.com" for number in range(100)]


@settings(deadline=None)
@given(st.data())
def test_no_value_moves_to_another_name_or_is_lost(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("sections")
    addresses = iter(ADDRESSES)
    lines: list[str] = []
    people: list[dict[str, str]] = []
    for number in range(data.draw(st.integers(1, 4))):
        names = data.draw(st.permutations(NAMES)) if number else list(NAMES)
        names = names[: data.draw(st.integers(3, 5))] if number else names
        if "Email" not in names:
            names = ["Email", *names]
        lines.append(",".join(names))
        for _ in range(data.draw(st.integers(2, 5))):
            person = {name: f"{name[:3].lower()}{len(people)}y" for name in names}
            person |= {"Email": next(addresses)} | ({"Phone": "020 7946 0001"} if "Phone" in names else {})
            people.append(person)
            lines.append(",".join(person[name] for name in names))
    (folder / "source").write_text("\n".join(lines) + "\n")
    reading = stage(folder / "source", folder / "target")
    cells = scan(folder / "target").drop("row").collect().rows()
    read = [{name: value for name, value in zip(reading.columns, row, strict=True) if value} for row in cells]
    assert read == people
