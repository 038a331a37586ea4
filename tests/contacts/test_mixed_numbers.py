"""Numbers of many regions in one column: none is lost to its neighbours."""

import json

import pytest

NUMBERS = {
    "+12015550123": "+12015550123",
    "+14165550123": "+14165550123",
    "+16045550123": "+16045550123",
    "+447400123456": "+447400123456",
    "+447781123456": "+447781123456",
    "0800 123 4567": None,
    "0370 123 4567": None,
    "+390669812345": "+390669812345",
    "+379 06 698 12345": None,
    "+4915123456789": "+4915123456789",
    "07400 604986": None,
}
MATCHED_BY = ["email", "mobileNumber"]


def rows_of(numbers):
    return [(f"p{place}@example.com", number) for place, number in enumerate(numbers)]


def mapping(identifier):
    return {
        "matchIdentifier": identifier,
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Mobile", "target": "identifiers.mobileNumber"},
        ],
    }


@pytest.mark.parametrize("identifier", MATCHED_BY)
def test_numbers_of_several_regions_all_arrive(checked, identifier):
    numbers = ["+12015550123", "+12015550124", "+14165550123", "+16045550123", "+447400123456"]
    done = checked(("Email", "Mobile"), rows_of(numbers), mapping(identifier), default_region="US")
    contacts = [json.loads(contact) for contact in done.prepared["contact"]]
    assert [contact["identifiers"].get("mobileNumber") for contact in contacts] == numbers
    assert done.issues.is_empty()


@pytest.mark.parametrize("region", ["US", "GB", "DE", None])
@pytest.mark.parametrize("identifier", MATCHED_BY)
def test_every_number_arrives_or_is_told_of(checked, identifier, region):
    rows = rows_of(list(NUMBERS) * 3)
    done = checked(
        ("Email", "Mobile"), rows, mapping(identifier) | {"duplicates": "keepFirst"}, default_region=region
    )
    assert done.summary.fates["blank"] == 0
    told = set(done.issues.filter(column="Mobile")["row"]) | set(done.issues.filter(column="")["row"])
    for row, fate, number in done.prepared.select("row", "fate", "mobile_number").iter_rows():
        cell = rows[row - 2][1]
        assert number is not None or row in told, (cell, fate)
        if fate == "ready" and number is not None and NUMBERS[cell]:
            assert number == NUMBERS[cell]
