"""Which sheet of a workbook is read."""

import pytest

from imports.files.decisions import Decision
from imports.files.file_refusals import FileRefusedError
from imports.files.reading import Sheet
from imports.files.workbooks.sheets import MAX_SHEETS_LOOKED_AT, choose_sheet

CONTACTS = [
    ["Email", "Name"],
    ["ana@example.com", "Ana"],
    ["bo@example.com", "Bo"],
    ["cy@example.com", "Cy"],
]
PHONES = [["Mobile", "Name"], ["+44 20 7946 0001", "Ana"], ["+44 20 7946 0002", "Bo"]]
README = [["How to use this workbook"], [""], ["Do not change the names of the columns."]]
COVER = [["Author", "Ana"], ["Contact", "ana@example.com"], ["Date", "2026-04-03"]]
ORDERS = [["Order", "Total", "Date"], *[[str(number), "12.50", "2026-04-03"] for number in range(40)]]


def choose(
    sheets: dict[str, list[list[str]]], wanted: str | None = None, hidden: tuple[str, ...] = ()
) -> tuple[str, Decision]:
    return choose_sheet([Sheet(name, name in hidden) for name in sheets], sheets.__getitem__, wanted)


def refused(sheets: dict[str, list[list[str]]], **options) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as caught:
        choose(sheets, **options)
    return caught.value


@pytest.mark.parametrize("others", [[README], [COVER], [ORDERS], [PHONES], [README, COVER, ORDERS, PHONES]])
@pytest.mark.parametrize("place", [0, -1])
def test_the_sheet_with_addresses_is_chosen_wherever_it_stands(others, place):
    sheets = [(f"Other {number}", rows) for number, rows in enumerate(others)]
    sheets.insert(place % (len(sheets) + 1), ("Contacts", CONTACTS))
    name, decision = choose(dict(sheets))
    assert (name, decision.reason) == ("Contacts", "likeliest_sheet")
    assert 0.5 < decision.confidence < 1


def test_a_list_of_one_contact_is_likelier_than_a_long_list_of_orders():
    assert choose({"Cover": COVER, "Orders": ORDERS, "Contacts": CONTACTS[:2]})[0] == "Contacts"


def test_telephone_numbers_make_contacts_too():
    assert choose({"Read me": README, "Cover": COVER, "Orders": ORDERS, "People": PHONES})[0] == "People"


def test_a_long_list_is_no_likelier_than_a_long_enough_one():
    few = [["Email"], *[[f"user{number}@example.com"] for number in range(12)]]
    many = [["Email"], *[[f"user{number}@example.com"] for number in range(45)]]
    assert choose({"A": few, "B": many})[0] == "A"
    assert choose({"B": many, "A": few})[0] == "B"


def test_the_first_of_equals_is_chosen_and_the_doubt_is_said():
    assert choose({"A": CONTACTS, "B": CONTACTS}) == ("A", Decision(0.5, "likeliest_sheet"))
    assert choose(dict.fromkeys("ABCD", CONTACTS)) == ("A", Decision(0.25, "likeliest_sheet"))


def test_empty_and_hidden_sheets_are_no_candidates():
    sheets = {"Empty": [], "Blank": [["", " "]], "Secret": CONTACTS, "Read me": README}
    assert choose(sheets, hidden=("Secret",)) == ("Read me", Decision(1.0, "only"))


def test_a_named_sheet_is_taken_as_it_is_even_hidden():
    sheets = {"Contacts": CONTACTS, "Secret": [], "Read me": README}
    assert choose(sheets, "Secret", hidden=("Secret",)) == ("Secret", Decision(1.0, "stated"))


def test_what_cannot_be_chosen_is_refused():
    missing = refused({"Contacts": CONTACTS, "Secret": README}, wanted="Kontakte", hidden=("Secret",))
    assert missing.code == "no_such_sheet"
    assert "Contacts and Secret" in str(missing)
    assert refused({}).code == "no_visible_sheet"
    assert refused({"Secret": CONTACTS}, hidden=("Secret",)).code == "no_visible_sheet"
    assert refused({"Empty": []}).code == "empty_file"


def test_of_very_many_sheets_only_the_first_are_looked_at():
    looked_at = []

    def head(name: str) -> list[list[str]]:
        looked_at.append(name)
        return README

    sheets = [Sheet(str(number)) for number in range(10_000)]
    assert choose_sheet(sheets, head, None)[0] == "0"
    assert len(looked_at) == MAX_SHEETS_LOOKED_AT
    assert choose_sheet(sheets, head, "9999")[0] == "9999"
