"""Suggestions, on files in the shape of the exports people have; each is used as it is and gives contacts."""

import json

import pytest

from imports.contacts.checking import check
from imports.contacts.headers import AMBIGUOUS_DATE, EMPTY, TAKEN, WITHOUT_YEAR, suggest_mapping
from imports.contacts.mapping import RegionColumn, validate
from imports.contacts.profiles import ColumnProfile, profile
from imports.contacts.synonyms import HEADERS, find_concept, find_qualified_concept
from tests.contacts.conftest import CATALOGUE, staged_table


@pytest.fixture
def suggested(tmp_path):
    def suggest(columns, rows, region="GB"):
        staged = staged_table(tmp_path / "staged", rows, len(columns))
        suggestion = suggest_mapping(profile(staged, columns), CATALOGUE, default_region=region)
        targets = {one.column: one.target for one in suggestion.columns}
        reasons = {one.column: one.reason for one in suggestion.columns}
        assert not validate(suggestion.mapping, columns, CATALOGUE)
        check(
            staged,
            columns,
            suggestion.mapping,
            CATALOGUE,
            tmp_path / "p",
            tmp_path / "i",
            default_region=region,
        )
        return suggestion, targets, reasons

    return suggest


def test_audience_export_of_a_mailing_tool(suggested):
    columns = ("Email Address", "First Name", "Phone Number", "Birthday", "CC", "NOTES", "LEID")
    rows = [
        ("ann@example.com", "Ann", "(617) 369-9076", "09/12", "US", "", "300000001"),
        ("bob@example.com", "Bob", "+44 7400 604986", "", "GB", "", "300000002"),
    ]
    suggestion, targets, reasons = suggested(columns, rows)
    assert targets == {
        "Email Address": "identifiers.email",
        "First Name": "dataFields.FIRSTNAME",
        "Phone Number": "identifiers.mobileNumber",
        "Birthday": None,
        "CC": None,
        "NOTES": None,
        "LEID": None,
    }
    assert reasons["Birthday"] == WITHOUT_YEAR
    assert reasons["NOTES"] == EMPTY
    assert suggestion.mapping.columns[2].region == RegionColumn("CC")


def test_customer_export_of_a_shop(suggested):
    columns = (
        "Customer ID",
        "Default Address Phone",
        "Email 2",
        "Phone",
        "Email",
        "Default Address Country Code",
    )
    row = ("'6000", "'+44 7400 604986", "x@example.com", "'+44 7400 604986", "ann@example.com", "GB")
    suggestion, targets, reasons = suggested(columns, [row, row])
    assert targets["Phone"] == "identifiers.mobileNumber"
    assert targets["Email"] == "identifiers.email"
    assert reasons["Default Address Phone"] == reasons["Email 2"] == TAKEN
    assert targets["Customer ID"] is None
    assert suggestion.mapping.columns[0].region == RegionColumn("Default Address Country Code")


def test_german_address_book(suggested):
    columns = ("Vorname", "E-Mail-Adresse", "Mobiltelefon", "Geburtstag", "Umsatz")
    rows = [
        ("Zoë", "zoe@example.de", "015763812165", "02.07.1980", "4.724,73"),
        ("Anna", "anna@example.de", "015911146442", "0.0.00", "0.289,68"),
    ]
    suggestion, targets, _ = suggested(columns, rows, region="DE")
    assert list(targets.values()) == [
        "dataFields.FIRSTNAME",
        "identifiers.email",
        "identifiers.mobileNumber",
        "dataFields.BIRTHDAY",
        "dataFields.SPEND",
    ]
    birthday, spend = suggestion.mapping.columns[3:]
    assert (birthday.format, spend.decimal, suggestion.mapping.columns[2].region) == ("%d.%m.%Y", ",", "DE")


def test_filled_column_is_preferred_to_an_empty_one(suggested):
    columns = ("Email", "Phone Number", "Mobile Phone Number")
    _, targets, _ = suggested(columns, [("ann@example.com", "", "447400604986")])
    assert targets["Mobile Phone Number"] == "identifiers.mobileNumber"


def test_column_is_told_by_its_values_when_its_name_says_nothing(suggested):
    _, targets, _ = suggested(
        ("A", "B"), [("ann@example.com", "+44 7400 604986"), ("bob@example.com", "07511 239264")]
    )
    assert targets == {"A": "identifiers.email", "B": "identifiers.mobileNumber"}


def test_file_without_addresses_is_matched_by_mobile_number(suggested):
    suggestion, _, _ = suggested(("Mobile", "Vorname"), [("07400 604986", "Ann")])
    assert suggestion.mapping.match_identifier == "mobileNumber"


def test_dates_that_can_be_read_two_ways_wait_for_a_choice(suggested):
    suggestion, targets, reasons = suggested(("Email", "Birthday"), [("ann@example.com", "03/04/1980")])
    assert targets["Birthday"] == "dataFields.BIRTHDAY"
    assert reasons["Birthday"] == AMBIGUOUS_DATE
    assert suggestion.columns[1].needs_choice
    assert suggestion.columns[1].date_formats == ("%d/%m/%Y", "%m/%d/%Y")
    assert [column.column for column in suggestion.mapping.columns] == ["Email"]


def test_numbers_that_can_be_read_two_ways_wait_for_a_choice(suggested):
    suggestion, targets, _ = suggested(("Email", "Spend"), [("ann@example.com", "1.250")])
    assert targets["Spend"] == "dataFields.SPEND"
    assert [column.column for column in suggestion.mapping.columns] == ["Email"]


def test_one_date_late_in_the_file_settles_its_format(suggested):
    rows = [("ann@example.com", "03/04/1980")] * 500 + [("bob@example.com", "03/24/1980")]
    suggestion, _, _ = suggested(("Email", "Birthday"), rows)
    assert suggestion.mapping.columns[1].format == "%m/%d/%Y"


def test_name_is_not_believed_against_the_values(suggested):
    columns = ("Mail", "E-Mail", "VIP", "Spend")
    _, targets, _ = suggested(columns, [("ann@example.com", "12 High Street", "gold", "lots")])
    assert targets == {"Mail": "identifiers.email", "E-Mail": None, "VIP": None, "Spend": None}


def test_profile_counts_the_whole_column(tmp_path):
    rows = [(" a@example.com ", "7"), ("", "8,5"), ("n/a", "9"), ("b@example.com", "")]
    emails, numbers = profile(staged_table(tmp_path / "staged", rows, 2), ("Email", "Number"))
    assert (emails.rows, emails.filled, emails.looks_like) == (4, 2, "email")
    assert emails.samples == ("a@example.com", "b@example.com")
    assert (numbers.filled, numbers.decimal) == (3, ",")


def test_profile_is_kept_without_anything_of_any_contact(tmp_path):
    [made] = profile(staged_table(tmp_path / "staged", [("ann@example.com",)], 1), ("Email",))
    kept = json.dumps(made.to_dict())
    assert "ann" not in kept
    assert ColumnProfile.from_dict(json.loads(kept)) == made


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("E-Mail", "email"),
        ("emailAddress", "email"),
        ("EMAIL_ADDRESS", "email"),
        ("PLZ", "postcode"),
        ("Straße", "address"),
    ],
)
def test_spelling_of_a_header_makes_no_difference(header, concept):
    assert find_concept(header) == concept


@pytest.mark.parametrize(
    ("header", "concept"),
    [
        ("Default Address Phone", "phone"),
        ("Billing City", "city"),
        ("Email 2", "email"),
        ("Email Opt In", None),
        ("Accepts Email Marketing", None),
        ("Contact owner", None),
    ],
)
def test_qualified_header(header, concept):
    assert find_qualified_concept(header) == concept


def test_every_name_means_one_thing_in_its_language():
    for names_of in HEADERS.values():
        for concept, names in names_of.items():
            assert {find_concept(name) for name in names} == {concept}
