"""Suggestions, on files in the shape of the exports people have; each is used as it is and gives contacts."""

import json
from pathlib import Path

import pytest

from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping_problems import validate
from imports.contacts.suggestions.profiles import ColumnProfile, profile
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.suggestions.suggestion_reasons import REASONS
from imports.contacts.targets import TargetCatalogue
from imports.contacts.value_types.date_type import AMBIGUOUS_DATE, DATE_WITHOUT_YEAR
from imports.contacts.value_types.number_type import MIXED_NUMBER
from imports.contacts.value_types.phone_regions import likely_region
from imports.contacts.value_types.type_settings import FromColumn
from imports.files.staging import stage
from imports.languages.concepts import (
    concepts_of,
    find_concept,
    find_near,
    find_qualified_concept,
    headers,
)
from tests.contacts.conftest import CATALOGUE, staged_table

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def suggested(tmp_path):
    def suggest(columns, rows, region="GB", catalogue=CATALOGUE):
        staged = staged_table(tmp_path / "staged", rows, len(columns))
        suggestion = suggest_mapping(profile(staged, columns), catalogue, default_region=region)
        targets = {one.column: one.target for one in suggestion.columns}
        reasons = {one.column: one.words for one in suggestion.columns}
        assert not validate(suggestion.mapping, columns, catalogue)
        request = CheckRequest(
            staged,
            columns,
            suggestion.mapping,
            catalogue,
            tmp_path / "p",
            tmp_path / "i",
            default_region=region,
        )
        check(request)
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
    assert reasons["Birthday"] == DATE_WITHOUT_YEAR.sentence
    assert reasons["NOTES"] == REASONS["empty"]
    assert suggestion.mapping.columns[2].settings == {"region": FromColumn("CC")}


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
    assert reasons["Default Address Phone"] == reasons["Email 2"] == REASONS["taken"]
    assert targets["Customer ID"] is None
    assert suggestion.mapping.columns[0].settings == {"region": FromColumn("Default Address Country Code")}


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
    assert [birthday.settings, spend.settings, suggestion.mapping.columns[2].settings] == [
        {"format": "%d.%m.%Y"},
        {"decimal": ","},
        {"region": "DE"},
    ]


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
    assert reasons["Birthday"] == AMBIGUOUS_DATE.sentence
    assert suggestion.columns[1].needs_choice
    assert suggestion.columns[1].date_formats == ("%d/%m/%Y", "%m/%d/%Y")
    assert [column.column for column in suggestion.mapping.columns] == ["Email"]


def test_numbers_that_can_be_read_two_ways_wait_for_a_choice(suggested):
    suggestion, targets, _ = suggested(("Email", "Spend"), [("ann@example.com", "1.250")])
    assert targets["Spend"] == "dataFields.SPEND"
    assert [column.column for column in suggestion.mapping.columns] == ["Email"]


MIXED = [("1.340,57",), ("808,27",), ("124.12",), ("289,83 €",), ("106.46 €",), ("12",)]


def test_numbers_of_both_decimal_marks_wait_for_a_choice(suggested):
    rows = [(f"p{place}@example.com", cell) for place, (cell,) in enumerate(MIXED)]
    suggestion, targets, reasons = suggested(("Email", "Umsatz"), rows)
    assert targets["Umsatz"] == "dataFields.SPEND"
    assert reasons["Umsatz"] == MIXED_NUMBER.sentence
    assert suggestion.columns[1].needs_choice
    assert [column.column for column in suggestion.mapping.columns] == ["Email"]


def test_numbers_of_both_decimal_marks_are_counted_for_each(tmp_path):
    [made] = profile(staged_table(tmp_path / "staged", MIXED, 1), ("Umsatz",))
    assert (made.looks_like, made.decimal) == ("number", None)
    assert {kind: count for kind, count in made.fits.items() if kind.startswith("number")} == {
        "number_either": 6,
        "number_point": 3,
        "number_comma": 4,
    }


def test_a_column_whose_values_alone_do_not_fit_is_offered_its_target(suggested):
    columns = ("Mail", "E-Mail", "VIP", "Spend")
    suggestion, _, _ = suggested(columns, [("ann@example.com", "12 High Street", "gold", "lots")])
    assert {one.column: one.offered for one in suggestion.columns} == {
        "Mail": None,
        "E-Mail": None,
        "VIP": "dataFields.VIP",
        "Spend": "dataFields.SPEND",
    }


def test_one_date_late_in_the_file_settles_its_format(suggested):
    rows = [("ann@example.com", "03/04/1980")] * 500 + [("bob@example.com", "03/24/1980")]
    suggestion, _, _ = suggested(("Email", "Birthday"), rows)
    assert suggestion.mapping.columns[1].settings == {"format": "%m/%d/%Y"}


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
        ("Organisation / Company", "company"),
        ("City / Country", None),
        ("DOB (dd/mm/yyyy)", "birthday"),
        ("What's your email address?", "email"),
        ("E-mail 1 - Value", "email"),
        ("E-mail 1 - Type", None),
        ("Email Opt In", None),
        ("Accepts Email Marketing", None),
        ("Contact owner", None),
    ],
)
def test_qualified_header(header, concept):
    assert find_qualified_concept(header) == concept


def test_every_name_stands_for_its_concept():
    for names_of in headers().values():
        for concept, names in names_of.items():
            assert all(concept in concepts_of(name) for name in names)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Emial Adress", "email"),
        ("Telefonnumer", "phone"),
        ("Fist name", "first_name"),
        ("Nachnahme", "last_name"),
        ("Langauge", "language"),
        ("Nam", None),
        ("Sity", None),
        ("Order amount", None),
        ("Contract number", None),
        ("Votes", None),
        ("Address 3", None),
        ("Birth place", None),
        ("Created by", None),
        ("Start", None),
        ("Posted", None),
    ],
)
def test_slips_of_the_pen_are_read_and_other_words_are_not(header, name):
    near = find_near(header)
    assert (find_concept(near) if near else None) == name


def test_what_is_nearly_a_name_is_less_sure_than_the_name(suggested):
    suggestion, targets, reasons = suggested(
        ("Emial adress", "Fist name", "First name"), [("ann@example.com", "Ann", "Bo")]
    )
    assert targets["Emial adress"] == "identifiers.email"
    assert "nearly" in reasons["Emial adress"]
    assert targets["First name"] == "dataFields.FIRSTNAME"
    assert reasons["Fist name"] == REASONS["taken"]
    sure = {column.column: column.confidence for column in suggestion.columns}
    assert sure["Emial adress"] < sure["First name"]


def test_a_slip_in_the_name_of_a_data_field_is_read(suggested):
    catalogue = TargetCatalogue.from_account([("FAVOURITE_COLOUR", "String")])
    _, targets, _ = suggested(
        ("Email", "Favorite colour"), [("ann@example.com", "blue")], catalogue=catalogue
    )
    assert targets["Favorite colour"] == "dataFields.FAVOURITE_COLOUR"


def test_an_accounts_own_identifier_is_found_by_its_name(suggested):
    catalogue = TargetCatalogue.from_account(custom_identifiers=["loyaltyId"])
    suggestion, targets, _ = suggested(("Loyalty ID", "Nickname"), [("L1", "Ann")], catalogue=catalogue)
    assert targets["Loyalty ID"] == "identifiers.loyaltyId"
    assert suggestion.mapping.match_identifier == "loyaltyId"


def test_addresses_stay_addresses_where_a_data_field_is_called_email(suggested):
    catalogue = TargetCatalogue.from_account([("EMAIL", "String")])
    _, targets, _ = suggested(("Email",), [("ann@example.com",)], catalogue=catalogue)
    assert targets["Email"] == "identifiers.email"


def test_a_full_name_is_split_into_the_two_data_fields(suggested):
    suggestion, _, _ = suggested(("Email", "Name"), [("ann@example.com", "Ann Lee")])
    name = suggestion.columns[1]
    assert name.targets == ("dataFields.FIRSTNAME", "dataFields.LASTNAME")
    assert name.target == "dataFields.FIRSTNAME"
    parts = [(column.target, column.part) for column in suggestion.mapping.columns[1:]]
    assert parts == [("dataFields.FIRSTNAME", "firstName"), ("dataFields.LASTNAME", "lastName")]


def test_a_full_name_is_left_alone_where_other_columns_have_its_parts(suggested):
    _, targets, _ = suggested(("Email", "Display name", "Vorname"), [("ann@example.com", "Ann Lee", "Ann")])
    assert targets["Display name"] is None


def test_a_full_name_is_left_alone_where_a_data_field_has_its_name(suggested):
    catalogue = TargetCatalogue.from_account(
        [("FIRSTNAME", "String"), ("LASTNAME", "String"), ("FULLNAME", "String")]
    )
    rows = [("ann@example.com", "Ann Lee")]
    assert (
        suggested(("Email", "Full name"), rows, catalogue=catalogue)[1]["Full name"] == "dataFields.FULLNAME"
    )
    split = suggested(("Email", "Name"), rows, catalogue=catalogue)[0].columns[1]
    assert split.targets == ("dataFields.FIRSTNAME", "dataFields.LASTNAME")


def test_a_name_beside_first_names_is_the_last_name(suggested):
    _, targets, _ = suggested(("E-Mail", "Vorname", "Name"), [("ann@example.com", "Ann", "Lee")])
    assert targets["Name"] == "dataFields.LASTNAME"


def test_a_column_of_other_peoples_addresses_is_not_the_contacts(suggested):
    columns = ("Email", "Referred by", "Owner e-mail", "Order number")
    row = ("", "kim@example.com", "sam@example.com", "0020001234")
    suggestion = suggest_mapping([ColumnProfile("Owner e-mail", 1, 1, "email", {"email": 1})], CATALOGUE)
    assert suggestion.columns[0].target is None
    _, targets, _ = suggested(columns, [row, ("ann@example.com", *row[1:])])
    assert targets == {"Email": "identifiers.email"} | dict.fromkeys(columns[1:])


CONSENT = {
    "ConsentText": "Yes please",
    "consentdatetime": "2024-05-06T10:11:12Z",
    "Consent URL": "https://example.com/join",
    "CONSENTIP": "198.51.100.7",
    "consent_user_agent": "Mozilla/5.0",
}


def test_a_consent_record_under_dotdigitals_own_names_is_taken_as_a_whole(suggested):
    _, targets, _ = suggested(("Email", *CONSENT), [("ann@example.com", *CONSENT.values())])
    assert set(targets.values()) == {
        "identifiers.email",
        *(
            f"consentRecords.{part}"
            for part in ("text", "dateTimeConsented", "url", "ipAddress", "userAgent")
        ),
    }


@pytest.mark.parametrize("left_out", CONSENT)
def test_a_part_of_a_consent_record_is_only_offered(suggested, left_out):
    given = {name: value for name, value in CONSENT.items() if name != left_out}
    suggestion, targets, reasons = suggested(("Email", *given), [("ann@example.com", *given.values())])
    assert {targets[name] for name in given} == {None}
    assert {reasons[name] for name in given} == {REASONS["consent_incomplete"]}
    assert all(column.offered.startswith("consentRecords.") for column in suggestion.columns[1:])


def test_a_consent_record_with_a_date_to_choose_waits_as_a_whole(suggested):
    given = CONSENT | {"consentdatetime": "03/04/2024"}
    _, targets, _ = suggested(("Email", *given), [("ann@example.com", *given.values())])
    assert {targets[name] for name in given} == {None}


@pytest.mark.parametrize(
    "header",
    [
        "Preference:Marketing>Offers",
        "preference: offers",
        "Präferenz:Offers",
        "Préférence:Offers",
        "Preferencia:Offers",
        "Preferenza:Offers",
        "Voorkeur:Offers",
        "Preferencja:Offers",
        "Preferência:Offers",
    ],
)
def test_preferences_are_suggested_by_dotdigitals_own_names(suggested, header):
    _, targets, _ = suggested(("Email", header), [("ann@example.com", "yes")])
    assert targets[header] == "preferences.9"


def test_a_preference_the_account_has_not_is_not_suggested(suggested):
    _, targets, _ = suggested(("Email", "Preference:Prizes"), [("ann@example.com", "yes")])
    assert targets["Preference:Prizes"] is None


def test_opt_in_and_email_type_are_suggested_by_dotdigitals_own_names_and_not_outlooks(suggested):
    columns = ("Email", "OptInType", "Email type", "E-mail Type")
    _, targets, _ = suggested(columns, [("ann@example.com", "single", "html", "SMTP")])
    assert list(targets.values())[1:] == [
        "channelProperties.email.optInType",
        "channelProperties.email.emailType",
        None,
    ]


@pytest.mark.parametrize(
    ("header", "cell", "offered"),
    [
        ("OPTIN_TIME", "2024-12-08 08:35:01", "consentRecords.dateTimeConsented"),
        ("OPTIN_IP", "198.51.100.7", "consentRecords.ipAddress"),
        ("Accepts Email Marketing", "yes", "channelProperties.email.status"),
        ("Accepts SMS Marketing", "no", "channelProperties.sms.status"),
        ("Zgoda na WhatsApp", "tak", "channelProperties.whatsApp.status"),
        ("Double opt-in", "yes", "channelProperties.email.optInType"),
        ("Gruppen", "Newsletter", "lists"),
        ("Contact ID", "12345", "identifiers.contactId"),
        ("Offers", "yes", "preferences.9"),
        ("Email Opt Out", "no", None),
    ],
)
def test_consent_and_subscription_are_offered_and_left_to_a_person(suggested, header, cell, offered):
    suggestion, targets, reasons = suggested(("Email", header), [("ann@example.com", cell)])
    assert targets[header] is None
    assert suggestion.columns[1].offered == offered
    assert reasons[header].startswith(("This may", "These are", "The"))
    assert json.loads(json.dumps(suggestion.columns[1].to_dict()))["offered"] == offered


def test_a_data_field_for_what_a_column_says_comes_before_any_offer(suggested):
    catalogue = TargetCatalogue.from_account([("NEWSLETTER", "Boolean"), ("SIGNUP_DATE", "Date")])
    columns, row = ("Email", "Newsletter", "OPTIN_TIME"), ("ann@example.com", "yes", "2024-12-08 08:35:01")
    _, targets, _ = suggested(columns, [row], catalogue=catalogue)
    assert list(targets.values())[1:] == ["dataFields.NEWSLETTER", "dataFields.SIGNUP_DATE"]


FIELDS = [
    ("FIRSTNAME", "String"),
    ("LASTNAME", "String"),
    ("FULLNAME", "String"),
    ("GENDER", "String"),
    ("POSTCODE", "String"),
    ("BIRTHDAY", "Date"),
    ("SIGNUP_DATE", "Date"),
]


@pytest.mark.parametrize(
    ("sample", "wanted"),
    [
        (
            "mailchimp_audience.csv",
            {
                "Email Address": "identifiers.email",
                "First Name": "dataFields.FIRSTNAME",
                "Last Name": "dataFields.LASTNAME",
                "Phone Number": "identifiers.mobileNumber",
                "OPTIN_TIME": "dataFields.SIGNUP_DATE",
            },
        ),
        (
            "hubspot_contacts.xlsx",
            {
                "Email": "identifiers.email",
                "First Name": "dataFields.FIRSTNAME",
                "Last Name": "dataFields.LASTNAME",
                "Mobile Phone Number": "identifiers.mobileNumber",
                "Create Date": "dataFields.SIGNUP_DATE",
            },
        ),
        (
            "outlook_kontakte.csv",
            {
                "E-Mail-Adresse": "identifiers.email",
                "Vorname": "dataFields.FIRSTNAME",
                "Nachname": "dataFields.LASTNAME",
                "Mobiltelefon": "identifiers.mobileNumber",
                "Geburtstag": "dataFields.BIRTHDAY",
                "Postleitzahl": "dataFields.POSTCODE",
            },
        ),
        (
            "shopify_customers.csv",
            {
                "Email": "identifiers.email",
                "First Name": "dataFields.FIRSTNAME",
                "Last Name": "dataFields.LASTNAME",
                "Phone": "identifiers.mobileNumber",
                "Default Address Zip": "dataFields.POSTCODE",
            },
        ),
    ],
)
def test_exports_of_the_usual_programs_need_no_correction(tmp_path, sample, wanted):
    reading = stage(SAMPLES / sample, tmp_path / "staged")
    suggestion = suggest_mapping(
        profile(tmp_path / "staged", reading.columns),
        TargetCatalogue.from_account(FIELDS, preferences=[(9, "Offers")]),
        default_region="GB",
    )
    assert {column.column: column.target for column in suggestion.mapping.columns} == wanted


@pytest.mark.parametrize(
    ("header", "samples", "default", "region"),
    [
        ("Mobiltelefon", ("015911146442", "015797428134"), "GB", "DE"),
        ("Mobiltelefon", ("07400 604986", "07511 239264"), "GB", "GB"),
        ("Téléphone portable", ("06 12 34 56 78",), None, "FR"),
        ("Mobile", ("015911146442", "015797428134"), "GB", "GB"),
        ("Mobiltelefon", ("+447400604986",), "GB", "GB"),
        ("Mobiltelefon", (), "GB", "GB"),
    ],
)
def test_numbers_of_the_headers_country_are_read_there(header, samples, default, region):
    column = ColumnProfile(header, 10, 10, "phone", {"phone": 10}, samples=samples)
    assert likely_region(column, default) == region
