"""A mapping's JSON there and back, and everything that keeps one from being used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.mapping import (
    LEAVE_OUT_KEY,
    ColumnMapping,
    Constant,
    Join,
    Mapping,
    MappingFormatError,
)
from imports.contacts.mapping_problems import validate
from imports.contacts.policies import (
    BLANK_CELLS,
    DUPLICATES,
    GARBLED,
    GUARDS,
    INVALID_VALUES,
    LETTER_CASES,
    MERGING,
    NAME_ORDERS,
    NAME_PARTS,
    PLACEHOLDERS,
)
from imports.contacts.targets import MAX_CONSENT_RECORDS, TargetCatalogue
from imports.contacts.value_types.registry import SETTINGS
from imports.contacts.value_types.type_settings import FromColumn
from tests.contacts.conftest import CATALOGUE

HEADERS = ("Email", "Mobile", "Country", "Birthday", "Spend", "Name", "When", "IP", "Groups", "CRM")
WORDS = st.text(max_size=8)
JSON_VALUES = st.none() | st.booleans() | st.integers() | WORDS
COLUMNS = st.builds(
    ColumnMapping,
    column=WORDS,
    target=WORDS,
    settings=st.fixed_dictionaries(
        {},
        optional={
            key: WORDS | st.builds(FromColumn, WORDS) if setting.takes_column else WORDS
            for key, setting in SETTINGS.items()
        },
    ),
    placeholders=st.none() | st.sampled_from(PLACEHOLDERS.values),
    join=st.none() | st.builds(Join, st.lists(WORDS, max_size=3).map(tuple), WORDS),
    part=st.none() | st.sampled_from(NAME_PARTS.values),
    case=st.none() | st.sampled_from(LETTER_CASES.values),
    values=st.none() | st.dictionaries(WORDS, JSON_VALUES, max_size=3),
    blank_cells=st.none() | st.sampled_from(BLANK_CELLS.values),
    guards=st.none() | st.sampled_from(GUARDS.values),
    name_order=st.none() | st.sampled_from(NAME_ORDERS.values),
    garbled=st.none() | st.sampled_from(GARBLED.values),
)
MAPPINGS = st.builds(
    Mapping,
    match_identifier=WORDS,
    columns=st.lists(COLUMNS, max_size=3).map(tuple),
    constants=st.lists(st.builds(Constant, WORDS, JSON_VALUES), max_size=3).map(tuple),
    leave_out_unsubscribed=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    merge_option=st.sampled_from(MERGING.values),
    blank_cells=st.sampled_from(BLANK_CELLS.values),
    duplicates=st.sampled_from(DUPLICATES.values),
    invalid_values=st.sampled_from(INVALID_VALUES.values),
)


@given(MAPPINGS)
def test_json_there_and_back_is_the_same_mapping(mapping):
    assert Mapping.from_json(mapping.to_json()) == mapping


def test_a_mapping_needs_the_columns_that_it_reads_and_those_that_leave_rows_out():
    columns = [
        column("Mobile", "identifiers.mobileNumber", region={"column": "Country"}),
        column("Street", "dataFields.ADDRESS", join={"columns": ["Town", "Country"], "separator": ", "}),
    ]
    document = {"matchIdentifier": "email", "columns": columns, LEAVE_OUT_KEY: ["Status", "Town"]}
    mapping = Mapping.from_json(document)
    assert mapping.columns_read == ("Mobile", "Country", "Street", "Town")
    assert mapping.columns_needed == ("Mobile", "Country", "Street", "Town", "Status")


def test_settings_stand_in_json_as_they_always_have():
    """Mappings of earlier versions are stored, and trials are found again by the digest of their JSON."""
    columns = [
        column("Mobile", "identifiers.mobileNumber", region={"column": "Country"}),
        column("Mobile", "identifiers.mobileNumber", region="gb"),
        column("When", "dataFields.BIRTHDAY", format="%d.%m.%Y %H:%M", zone="Europe/Berlin"),
        column("Spend", "dataFields.SPEND", decimal=","),
    ]
    mapping = Mapping.from_json({"matchIdentifier": "email", "columns": columns})
    assert mapping.to_json()["columns"] == columns


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        {"matchIdentifier": "email"},
        {"matchIdentifier": "email", "columns": [], "matchidentifier": "email"},
        {"matchIdentifier": "email", "columns": [], "mergeOption": "replace"},
        {"matchIdentifier": "email", "columns": [{"column": "Email"}]},
        {"matchIdentifier": "email", "columns": [{"column": "E", "target": "x", "width": 3}]},
        {"matchIdentifier": "email", "columns": [{"column": "E", "target": "x", "region": {"name": "CC"}}]},
        {"matchIdentifier": "email", "columns": [], "constants": [{"target": "lists"}]},
        {"matchIdentifier": "email", "columns": [{"column": "E", "target": "x", "join": {"columns": [1]}}]},
        {"matchIdentifier": "email", "columns": [{"column": "E", "target": "x", "part": "middleName"}]},
    ],
)
def test_json_that_is_no_mapping_is_refused(document):
    with pytest.raises(MappingFormatError):
        Mapping.from_json(document)


def problems(*columns, constants=(), match="email"):
    document = {"matchIdentifier": match, "columns": list(columns), "constants": list(constants)}
    return [problem.code for problem in validate(Mapping.from_json(document), HEADERS, CATALOGUE)]


def column(name, target, **options):
    return {"column": name, "target": target, **options}


EMAIL = column("Email", "identifiers.email")


def test_usable_mapping_has_no_problems():
    assert not problems(
        EMAIL,
        column("Mobile", "identifiers.mobileNumber", region={"column": "Country"}),
        column("Birthday", "dataFields.birthday", format="%d.%m.%Y", blankCells="clear"),
        column("Spend", "dataFields.SPEND", decimal=",", values={"none": 0, "unknown": None}),
        column("Name", "dataFields.FIRSTNAME", part="firstName"),
        column("Name", "dataFields.LASTNAME", part="lastName", case="title"),
        column("Country", "dataFields.NOTES", join={"columns": ["Spend"]}, placeholders="blank"),
        column("Groups", "lists", values={"Gold": 70001, "all": [70001, 70002]}),
        column("CRM", "identifiers.crm-id"),
        column("When", "consentRecords.dateTimeConsented", format="%d.%m.%Y %H:%M", zone="Europe/Berlin"),
        column("IP", "consentRecords.ipAddress"),
        constants=[
            {"target": "lists", "value": [70001]},
            {"target": "dataFields.VIP", "value": True},
            {"target": "preferences.9", "value": False},
            {"target": "channelProperties.email.status", "value": "subscribed"},
            {"target": "channelProperties.email.optInType", "value": "single"},
            {"target": "channelProperties.email.resubscribeOptions.preferredLocale", "value": "de-DE"},
            {"target": "consentRecords.text", "value": "Yes"},
            {"target": "consentRecords.url", "value": "https://example.com/join"},
            {"target": "consentRecords.userAgent", "value": "Mozilla/5.0"},
        ],
    )


@pytest.mark.parametrize("match", ["contactId", "crm-id"])
def test_contacts_can_be_matched_by_any_identifier_of_the_account(match):
    assert not problems(column("CRM", f"identifiers.{match}"), match=match)


def test_contact_id_may_be_mapped_where_a_column_says_what_rows_are_matched_by():
    by_row = column("Groups", "matchIdentifier")
    assert not problems(EMAIL, column("CRM", "identifiers.contactId"), by_row)


def test_every_target_is_found_by_its_own_name_in_any_letter_case():
    for target in CATALOGUE.column_targets:
        part, dot, key = target.name.partition(".")
        assert CATALOGUE.find(target.name) == CATALOGUE.find(part + dot + key.upper()) == target


def test_there_are_five_consent_records_and_no_sixth():
    assert CATALOGUE.find(f"consentRecords.{MAX_CONSENT_RECORDS}.url").consent_record == MAX_CONSENT_RECORDS
    assert CATALOGUE.find(f"consentRecords.{MAX_CONSENT_RECORDS + 1}.url") is None


def test_list_that_shares_its_name_is_found_by_its_id_alone():
    catalogue = TargetCatalogue.from_account(lists=[(1, "News"), (2, "news"), (3, "Offers")])
    assert [catalogue.find_list(text) for text in ("news", " offers ", "2", "4", "")] == [
        None,
        3,
        2,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("columns", "constants", "code"),
    [
        ([], [], "match_identifier_missing"),
        ([EMAIL, column("Fax", "dataFields.NOTES")], [], "column_unknown"),
        ([EMAIL, column("CRM", "identifiers.contactId")], [], "contact_id_match_only"),
        ([EMAIL, column("Spend", "identifiers.email")], [], "target_twice"),
        (
            [EMAIL, column("Spend", "dataFields.Notes")],
            [{"target": "dataFields.NOTES", "value": "x"}],
            "target_twice",
        ),
        ([EMAIL, column("Spend", "dataFields.SHOE")], [], "target_unknown"),
        ([EMAIL, column("Spend", "preferences.8")], [], "preference_unknown"),
        ([EMAIL, column("Spend", "channelProperties.sms.optInType")], [], "target_unknown"),
        ([EMAIL, column("Spend", "consentRecords.6.text")], [], "target_unknown"),
        ([EMAIL, column("Spend", "identifiers.loyalty")], [], "target_unknown"),
        ([EMAIL, column("Birthday", "dataFields.BIRTHDAY")], [], "format_missing"),
        ([EMAIL, column("Birthday", "dataFields.BIRTHDAY", format="%d/%m")], [], "format_unknown"),
        ([EMAIL, column("Spend", "dataFields.SPEND", decimal=";")], [], "decimal_unknown"),
        ([EMAIL, column("Mobile", "identifiers.mobileNumber", region="XX")], [], "region_unknown"),
        (
            [EMAIL, column("Mobile", "identifiers.mobileNumber", region={"column": "X"})],
            [],
            "setting_column_unknown",
        ),
        ([EMAIL | {"blankCells": "clear"}], [], "clear_identifier"),
        ([EMAIL, column("Spend", "dataFields.VIP", values={"gold": "perhaps"})], [], "value_unfit"),
        ([EMAIL, column("Spend", "dataFields.VIP", values={"Ja": True, "ja ": False})], [], "values_twice"),
        ([EMAIL], [{"target": "identifiers.mobileNumber", "value": "+447400604986"}], "identifier_constant"),
        ([EMAIL], [{"target": "dataFields.SPEND", "value": "lots"}], "value_unfit"),
        ([EMAIL], [{"target": "dataFields.SPEND", "value": True}], "value_unfit"),
        ([EMAIL], [{"target": "matchIdentifier", "value": "email"}], "match_identifier_constant"),
        ([EMAIL], [{"target": "channelProperties.email.status", "value": "softBounced"}], "value_unfit"),
        ([EMAIL], [{"target": "preferences.9", "value": "yes"}], "value_unfit"),
        ([EMAIL, column("Groups", "lists", values={"Gold": 7})], [], "value_unfit"),
        ([EMAIL, column("Groups", "lists", blankCells="clear")], [], "clear_identifier"),
        ([EMAIL, column("Spend", "dataFields.SPEND", case="upper")], [], "text_only"),
        ([EMAIL, column("Name", "dataFields.NOTES", join={"columns": ["Fax"]})], [], "join_column_unknown"),
        (
            [EMAIL, column("When", "dataFields.BIRTHDAY", format="ISO 8601", zone="Berlin")],
            [],
            "zone_unknown",
        ),
        ([EMAIL], [{"target": "lists", "value": []}], "lists_unfit"),
        ([EMAIL], [{"target": "lists", "value": ["70001"]}], "lists_unfit"),
        ([EMAIL], [{"target": "lists", "value": [1]}], "list_unknown"),
    ],
)
def test_mapping_problem_is_named(columns, constants, code):
    assert problems(*columns, constants=constants) == [code]


def test_unknown_match_identifier_is_named():
    assert problems(EMAIL, match="loyalty") == ["match_identifier_unknown"]


def test_every_missing_part_of_a_consent_record_is_named():
    mapping = Mapping(
        "email",
        (ColumnMapping("Email", "identifiers.email"), ColumnMapping("IP", "consentRecords.2.ipAddress")),
    )
    found = validate(mapping, HEADERS, CATALOGUE)
    assert {problem.code for problem in found} == {"consent_part_missing"}
    assert [problem.where for problem in found] == ["IP"] * 4
    assert (
        found[0].sentence
        == "A consent record needs all its five parts, and “Consent text of record 2” is missing."
    )


def test_problem_says_what_is_wrong_and_what_to_do():
    mapping = Mapping("email", (ColumnMapping("Fax", "identifiers.email"),))
    [problem] = validate(mapping, HEADERS, CATALOGUE)
    assert (problem.where, problem.sentence) == ("Fax", "The file has no column named Fax.")
    assert problem.remedy
