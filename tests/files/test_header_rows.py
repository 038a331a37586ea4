"""Names of columns over several rows."""

import pytest

from imports.files.file_refusals import FileRefusedError
from imports.files.layout import find_layout
from imports.files.reading import NO_OPTIONS, ReadingOptions
from tests.files.test_table_layout import PEOPLE, records

# As surveys are exported: questions, what is asked in each, and contacts.
TWO_ROWS = (
    b"Respondent ID,Start Date,Email Address,What is your contact info?,,,Which do you own?,,,May we write?\n"
    b",,,Name,Email,Mobile,Kettle,Toaster,Other,Response\n"
    b"1,03/14/2024,,Ada Abel,ada@example.com,020 7946 0001,Kettle,,,Yes\n"
    b"2,03/15/2024,,Ben Brook,ben@example.org,,,Toaster,a grill,No\n"
)
THREE_ROWS = (
    b"StartDate,Status,RecipientFirstName,RecipientEmail,Q1\n"
    b'Start Date,Response Type,Recipient First Name,Recipient Email,"How likely are you\nto recommend us?"\n'
    b'"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""first""}","{""ImportId"":""e""}",'
    b'"{""ImportId"":""QID1""}"\n'
    b"2024-03-14 10:02:11,IP Address,Ada,ada@example.com,9\n"
    b"2024-03-14 11:02:11,IP Address,Ben,ben@example.org,7\n"
)


def test_the_parts_of_a_question_are_named_with_it(staged):
    result = staged(TWO_ROWS)
    assert result.reading.columns == (
        "Respondent ID",
        "Start Date",
        "Email Address",
        "What is your contact info? Name",
        "What is your contact info? Email",
        "What is your contact info? Mobile",
        "Which do you own? Kettle",
        "Which do you own? Toaster",
        "Which do you own? Other",
        "May we write? Response",
    )
    assert list(result.rows) == [3, 4]


def test_machine_names_and_questions_are_joined_and_technical_ids_are_no_contact(staged):
    result = staged(THREE_ROWS)
    assert result.reading.columns == (
        "Start Date",
        "Status Response Type",
        "Recipient First Name",
        "Recipient Email",
        "Q1 How likely are you to recommend us?",
    )
    assert list(result.rows) == [4, 5]
    assert result.problems == [(3, "note_left_out")]


def test_a_name_alone_has_a_gap_below_it():
    text = "Email|Name||Address||Phone\n|First|Last|Street|City|\n" + "\n".join(
        f"user{number}@example.com|Ana|Abel|1 High Road|Leeds|020 7946 000{number}" for number in range(3)
    )
    layout = find_layout(records(text), NO_OPTIONS)
    assert layout.names == ("Email", "Name First", "Name Last", "Address Street", "Address City", "Phone")
    assert (layout.header_row, layout.header_rows, layout.first_data_row) == (1, 2, 3)


def test_the_last_name_of_a_row_may_have_parts_too():
    text = (
        "Name|Email|Address||\n||Street|City|Zip\n"
        "Ana|ana@example.com|1 High Road|Leeds|LS1\nBo|bo@example.org|2 Low Road|York|YO1"
    )
    layout = find_layout(records(text), NO_OPTIONS)
    assert layout.names == ("Name", "Email", "Address Street", "Address City", "Address Zip")


def test_technical_ids_are_no_contact_below_rows_that_a_person_took_for_contacts(staged):
    result = staged(THREE_ROWS, header_rows=1)
    assert list(result.rows) == [2, 4, 5]
    assert result.problems == [(3, "note_left_out")]


@pytest.mark.parametrize(
    "first",
    ["Ana|x||", "Ana|x||Leeds", "|x||Leeds", "Ana|Abel|unknown|", "Ana|Abel||"],
)
def test_a_first_contact_without_an_address_is_no_second_header(first):
    text = f"Name||Email|Town\n{first}\nBo|Brook|bo@example.org|York\nCy|Clay|cy@example.com|Bath"
    layout = find_layout(records(text), NO_OPTIONS)
    assert (layout.header_row, layout.header_rows, layout.first_data_row) == (1, 1, 2)


@pytest.mark.parametrize(
    "title",
    ["||Customer list 2024||", "||Customers||", "||Newsletter subscribers 14/03/2024||", "|Our list|||"],
)
def test_a_title_is_none_of_the_names_wherever_it_stands(title):
    text = f"{title}\nEmail|Name|Town|Phone|Born\n" + "\n".join(
        f"user{number}@example.com|Ana|Leeds|020 7946 000{number}|1990-01-0{number + 1}"
        for number in range(3)
    )
    layout = find_layout(records(text), NO_OPTIONS)
    assert (layout.header_row, layout.header_rows) == (2, 1)
    assert layout.names == ("Email", "Name", "Town", "Phone", "Born")


@pytest.mark.parametrize(
    ("options", "columns", "rows"),
    [
        ({"header_rows": 1}, ("Respondent ID", "Column 5"), [2, 3, 4]),
        ({"header_rows": 2}, ("Respondent ID", "What is your contact info? Email"), [3, 4]),
        ({"header_row": 2, "header_rows": 1}, ("Column 1", "Email"), [3, 4]),
        ({"header_rows": 0}, ("Column 1", "Column 5"), [1, 2, 3, 4]),
    ],
)
def test_a_person_says_how_many_rows_name_the_columns(staged, options, columns, rows):
    result = staged(TWO_ROWS, **options)
    assert (result.reading.columns[0], result.reading.columns[4]) == columns
    assert list(result.rows) == rows
    assert result.reading.decisions["header_rows"].reason == "stated"


def test_rows_that_a_person_counts_may_lie_above_the_one_that_was_found():
    text = f"Our|best|customers\nEmail|Name|Town\n{PEOPLE}"
    layout = find_layout(records(text), ReadingOptions(header_rows=2))
    assert (layout.header_row, layout.names) == (1, ("Our Email", "best Name", "customers Town"))


@pytest.mark.parametrize(
    "options",
    [
        {"header_rows": -1},
        {"header_rows": 51},
        {"header_row": 0, "header_rows": 2},
        {"header_row": 1, "header_rows": 0},
    ],
)
def test_counts_of_rows_that_cannot_be_are_refused(options):
    with pytest.raises(FileRefusedError) as refused:
        find_layout(records(f"Email|Name|Town\n{PEOPLE}"), ReadingOptions(**options))
    assert refused.value.code == "no_such_header_rows"


def test_more_rows_than_the_file_has_are_refused(staged):
    with pytest.raises(FileRefusedError) as refused:
        staged(b"Email,Name\nana@example.com,Ana\n", header_rows=9)
    assert refused.value.code == "no_such_header_row"


def test_rows_far_down_may_be_chosen(staged):
    data = b"x,y\n" * 300 + b"Email,Full\n,name\n" + b"ana@example.com,Ana\n" * 3
    result = staged(data, header_row=301, header_rows=2, encoding="utf-8")
    assert (result.reading.columns, list(result.rows)) == (("Email", "Full name"), [303, 304, 305])
