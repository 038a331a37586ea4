"""The check as a whole: held against a slow reading of the same rules, one row at a time."""

import json
import re
from collections import Counter

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.contacts import matching
from imports.contacts.checking import UnusableMappingError
from imports.contacts.payload import build_body
from imports.contacts.preflight import CheckSummary
from imports.contacts.problems import PROBLEM_TYPES, ProblemKind, describe
from imports.contacts.value_types.text_types import TEXT
from imports.contacts.value_types.value_type import CellRules
from imports.contacts.values.booleans import clean_boolean
from imports.contacts.values.dates import clean_date
from imports.contacts.values.emails import clean_email
from imports.contacts.values.numbers import clean_number
from imports.contacts.values.phones import read_phone
from imports.fates import Fate
from tests.contacts.conftest import clean, run_check
from tests.contract import assert_contract
from tests.examples import examples

COLUMNS = ("Email", "Mobile", "Country", "Name", "Spend", "VIP", "Birthday")
MAPPING = {
    "matchIdentifier": "email",
    "columns": [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Mobile", "target": "identifiers.mobileNumber", "region": {"column": "Country"}},
        {"column": "Name", "target": "dataFields.firstname"},
        {"column": "Spend", "target": "dataFields.SPEND", "decimal": ","},
        {"column": "VIP", "target": "dataFields.VIP"},
        {"column": "Birthday", "target": "dataFields.BIRTHDAY", "format": "%d.%m.%Y"},
    ],
    "constants": [{"target": "lists", "value": [70001, 70002]}],
}
ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            ["", "ann@example.com", "ANN@example.com", "bob@example.com", "cy@example.com", "bad@@x", "n/a"]
        ),
        st.sampled_from(["", "07400 604986", "+447400604986", "'07511 239264", "4.47512E+11", "123"]),
        st.sampled_from(["", "GB", "Germany", "Atlantis"]),
        st.text(st.characters(codec="utf-8"), max_size=6)
        | st.sampled_from(["", 'q"\\uote', "\u2028\x00\t{}"]),
        st.sampled_from(["", "1.250,50", "lots", "-7", "0"]),
        st.sampled_from(["", "ja", "no", "perhaps"]),
        st.sampled_from(["", "02.07.1980", "30.02.1980", "0.0.00"]),
    ),
    max_size=12,
)
REGIONS = {"GB": "GB", "Germany": "DE"}


def one(cleaner, cell):
    return clean(cleaner, cell)[0]


def oracle(rows, policy, invalid, clears):
    """(fate, stands_for_it, contact) of each row, by the rules read one row after another."""
    made = []
    for email, mobile, country, name, spend, vip, birthday in rows:
        answers = [
            one(clean_email, email),
            tuple(read_phone(mobile, REGIONS.get(country, "GB")))[:2],
            one(TEXT.cleaner(CellRules()), name),
            one(lambda cells: clean_number(cells, ","), spend),
            one(clean_boolean, vip),
            one(lambda cells: clean_date(cells, "%d.%m.%Y"), birthday),
        ]
        bad = any(code and PROBLEM_TYPES[code].kind is ProblemKind.INVALID for _, code in answers)
        if all(answer == (None, None) for answer in answers):
            fate = "blank"
        elif answers[0][0] is None or (invalid == "reject" and bad):
            fate = "rejected"
        else:
            fate = "ready"
        made.append({"answers": answers, "fate": fate, "stands": None, "phone": answers[1][0]})

    def groups(key):
        found = {}
        for index, row in enumerate(made):
            if row["fate"] == "ready" and key(row) is not None:
                found.setdefault(key(row), []).append(index)
        return [members for members in found.values() if len(members) > 1]

    def losers(members):
        keeper = {"keepLast": members[-1], "keepFirst": members[0]}.get(policy)
        return keeper, [index for index in members if index != keeper]

    def said(index):
        values = (made[index]["phone"], *(value for value, _ in made[index]["answers"][2:]))
        return {(place, value) for place, value in enumerate(values) if value is not None}

    for members in groups(lambda row: row["answers"][0][0].lower()):
        fullest = max(
            members, key=lambda index: (len(said(index)), index if policy == "keepLast" else -index)
        )
        standing = [index for index in members if not said(index) < said(fullest)]
        keeper, _ = losers(standing)
        lost = [index for index in members if index != keeper]
        for index in lost:
            made[index]["fate"] = "rejected" if keeper is None else "duplicate"
            made[index]["stands"] = None if keeper is None else keeper + 2
    for members in groups(lambda row: row["phone"]):
        for index in losers(members)[1]:
            made[index]["phone"] = None
            if invalid == "reject":
                made[index]["fate"] = "rejected"

    def contact(row):
        answers = row["answers"]
        fields = {}
        readers = {"FIRSTNAME": str, "SPEND": json.loads, "VIP": json.loads, "BIRTHDAY": str}
        for (key, read), answer in zip(readers.items(), answers[2:], strict=True):
            if answer[0] is not None:
                fields[key] = read(answer[0])
            elif answer == (None, None) and clears:
                fields[key] = None
        identifiers = {"email": answers[0][0]} | ({"mobileNumber": row["phone"]} if row["phone"] else {})
        return {
            "matchIdentifier": "email",
            "identifiers": identifiers,
            **({"dataFields": fields} if fields else {}),
            "lists": [70001, 70002],
        }

    return [(row["fate"], row["stands"], contact(row) if row["fate"] == "ready" else None) for row in made]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=examples(quick=6, deep=600),
)
@given(
    rows=ROWS,
    policy=st.sampled_from(["keepLast", "keepFirst", "reject"]),
    invalid=st.sampled_from(["leaveOut", "reject"]),
    blank=st.sampled_from(["leave", "clear"]),
)
def test_check_agrees_with_a_reading_row_by_row(tmp_path, rows, policy, invalid, blank):
    mapping = MAPPING | {"duplicates": policy, "invalidValues": invalid, "blankCells": blank}
    checked = run_check(tmp_path, COLUMNS, rows, mapping)
    table = checked.prepared
    contacts = [text and json.loads(text) for text in table["contact"]]

    assert list(zip(table["fate"], table["stands_for_it"], contacts, strict=True)) == oracle(
        rows, policy, invalid, blank == "clear"
    )
    assert table["row"].to_list() == list(range(2, len(rows) + 2))

    summary = checked.summary
    assert summary.rows == len(rows) == sum(summary.fates.values())
    assert summary.fates == {fate: table["fate"].to_list().count(fate) for fate in Fate}
    assert summary.payload_bytes == sum(len(text.encode()) for text in table["contact"].drop_nulls())
    nulls = sum(value is None for one in contacts if one for value in one.get("dataFields", {}).values())
    assert nulls == summary.values_to_clear
    assert CheckSummary.from_dict(json.loads(json.dumps(summary.to_dict()))) == summary

    issues = checked.issues
    assert summary.issue_counts == dict(Counter(issues["code"]))
    assert {code: summary.told_rows[code] for code in summary.issue_counts} == dict(
        issues.group_by("code").agg(pl.col("row").n_unique()).iter_rows()
    )
    rejected = set(table.filter(pl.col("fate") == "rejected")["row"])
    assert set(issues.filter(pl.col("severity") == "error")["row"]) == rejected
    ready = set(table.filter(pl.col("fate") == "ready")["row"])
    changed = issues.filter(pl.col("severity").is_in(["note", "format"]))
    assert set(changed["row"]) <= ready
    assert (changed["original"] != changed["result"]).all()
    told = {(row, column) for row, column in issues.select("row", "column").iter_rows()}
    for row, cells, contact in zip(table["row"], rows, contacts, strict=True):
        assert {(row, column) for column in changed_columns(cells, contact)} <= told

    ready_texts = table["contact"].drop_nulls().to_list()
    if ready_texts:
        assert_contract(build_body(ready_texts, "overwrite"))


def changed_columns(cells, contact):
    """The columns whose values are sent as another text than the file has."""
    if contact is None:
        return
    fields = contact.get("dataFields", {})
    sent = {
        "Email": contact["identifiers"]["email"],
        "Mobile": contact["identifiers"].get("mobileNumber"),
        "Name": fields.get("FIRSTNAME"),
        "Spend": fields.get("SPEND"),
        "VIP": fields.get("VIP"),
        "Birthday": fields.get("BIRTHDAY"),
    }
    for column, cell in zip(COLUMNS, cells, strict=True):
        value = sent.get(column)
        if value is not None and (value if isinstance(value, str) else json.dumps(value)) != cell:
            yield column


def simple(*columns, **options):
    return {
        "matchIdentifier": "email",
        "columns": [{"column": c, "target": t} for c, t in columns],
        **options,
    }


EMAIL_AND_NAME = simple(("Email", "identifiers.email"), ("Name", "dataFields.FIRSTNAME"))


def test_row_without_its_identifier_is_rejected_and_a_blank_one_is_blank(checked):
    found = checked(("Email", "Name"), [("", "Ann"), ("", " "), ("ann@example.com", "")], EMAIL_AND_NAME)
    assert found.prepared["fate"].to_list() == ["rejected", "blank", "ready"]
    assert found.codes(2) == ["match_identifier_missing"]
    assert found.codes(3) == []


def test_excluded_rows_are_left_out_and_stand_for_nobody(checked):
    rows = [("ann@example.com", "Ann"), ("ann@example.com", "Anna")]
    found = checked(("Email", "Name"), rows, EMAIL_AND_NAME, excluded_rows=[3])
    assert found.prepared["fate"].to_list() == ["ready", "excluded"]


@pytest.mark.parametrize(
    ("policy", "fates", "stands"),
    [
        ("keepLast", ["duplicate", "duplicate", "ready"], [4, 4, None]),
        ("keepFirst", ["ready", "duplicate", "duplicate"], [None, 2, 2]),
        ("reject", ["rejected", "rejected", "rejected"], [None, None, None]),
    ],
)
def test_one_row_stands_for_those_of_one_identifier(checked, policy, fates, stands):
    rows = [("ann@example.com", "A"), ("ANN@EXAMPLE.com", "B"), ("ann@example.COM", "C")]
    found = checked(("Email", "Name"), rows, EMAIL_AND_NAME | {"duplicates": policy})
    assert found.prepared["fate"].to_list() == fates
    assert found.prepared["stands_for_it"].to_list() == stands


def test_rejected_duplicate_names_the_others(checked):
    rows = [("ann@example.com", "A")] * 3
    found = checked(("Email", "Name"), rows, EMAIL_AND_NAME | {"duplicates": "reject"})
    assert found.issues["result"].to_list() == ["3, 4", "2, 4", "2, 3"]
    issue = found.issues.row(0, named=True)
    assert describe(issue["code"], issue["column"], issue["original"], issue["result"]) == (
        "Email: “ann@example.com” is also in rows 3, 4, and only one row may have it."
    )


PHONES = simple(("Email", "identifiers.email"), ("Mobile", "identifiers.mobileNumber"))
SHARED = [("ann@example.com", "07400 604986"), ("bob@example.com", "+44 7400 604986")]


def test_number_of_two_contacts_stays_with_the_one_that_is_kept(checked):
    found = checked(("Email", "Mobile"), SHARED, PHONES)
    assert found.prepared["mobile_number"].to_list() == [None, "+447400604986"]
    assert found.prepared["fate"].to_list() == ["ready", "ready"]
    assert found.issues.rows() == [
        (2, "Mobile", "identifier_shared", "warning", "+447400604986", "3"),
        (3, "Mobile", "phone_formatted", "format", "+44 7400 604986", "+447400604986"),
    ]


def test_number_of_two_contacts_rejects_the_other_when_invalid_values_reject(checked):
    found = checked(("Email", "Mobile"), SHARED, PHONES | {"invalidValues": "reject"})
    assert found.prepared["fate"].to_list() == ["rejected", "ready"]
    assert found.issues["severity"].to_list() == ["error", "format"]


@pytest.mark.parametrize(
    ("policy", "rows", "stands"),
    [
        ("keepLast", ["Ann", ""], [None, 2]),
        ("keepLast", ["Ann", "", " "], [None, 2, 2]),
        ("keepFirst", ["", "Ann"], [3, None]),
        ("keepLast", ["Ann", "", "Anna", ""], [4, 4, None, 4]),
        ("keepFirst", ["", "Ann", "Anna"], [3, None, 3]),
        ("keepLast", ["", ""], [3, None]),
        ("reject", ["Ann", ""], [None, None]),
    ],
)
@pytest.mark.parametrize("blank", ["leave", "clear"])
def test_row_that_says_nothing_more_stands_for_no_fuller_one(checked, policy, rows, stands, blank):
    """The second line of an order, blank but for the address, does not replace what the first one said."""
    mapping = EMAIL_AND_NAME | {"duplicates": policy, "blankCells": blank}
    found = checked(("Email", "Name"), [("ann@example.com", name) for name in rows], mapping)
    assert found.prepared["stands_for_it"].to_list() == stands
    lost = found.issues.filter(pl.col("code").str.starts_with("duplicate"))
    assert lost["row"].to_list() == [place for place, by in enumerate(stands, 2) if by or policy == "reject"]


def test_row_of_a_part_of_another_stands_for_no_fuller_one(checked):
    mapping = simple(
        ("Email", "identifiers.email"), ("Name", "dataFields.FIRSTNAME"), ("Vendor", "dataFields.NOTES")
    )
    columns = ("Email", "Name", "Vendor")
    same = [("a@example.com", "Ann", "Acme"), ("A@example.com", "", "Acme")]
    other = [("b@example.com", "Ben", "Acme"), ("b@example.com", "", "Other")]
    found = checked(columns, [*same, *other], mapping)
    assert found.prepared["stands_for_it"].to_list() == [None, 2, 5, None]


def test_number_of_a_duplicate_that_is_not_sent_is_nobodys(checked):
    rows = [
        ("ann@example.com", "07400 604986"),
        ("ann@example.com", "07400 604987"),
        ("bob@example.com", "07400 604986"),
    ]
    found = checked(("Email", "Mobile"), rows, PHONES)
    assert found.prepared["mobile_number"].to_list()[2] == "+447400604986"
    assert found.issues["code"].to_list() == ["duplicate_row", "phone_formatted", "phone_formatted"]


def test_duplicates_are_found_across_parts_and_row_groups(checked, monkeypatch):
    monkeypatch.setattr(matching, "ROWS_PER_PART", 7)
    rows = [(f"user{number % 40}@example.com", "") for number in range(100)]
    found = checked(("Email", "Name"), rows, EMAIL_AND_NAME)
    assert found.summary.fates["duplicate"] == 60
    last = {number % 40: number + 2 for number in range(100)}
    assert found.prepared["stands_for_it"].to_list() == [
        None if last[number % 40] == number + 2 else last[number % 40] for number in range(100)
    ]


def test_placeholder_is_left_out_and_never_clears(checked):
    mapping = simple(("Email", "identifiers.email"), ("Spend", "dataFields.SPEND"), blankCells="clear")
    found = checked(("Email", "Spend"), [("ann@example.com", "n/a"), ("bob@example.com", "")], mapping)
    assert [json.loads(text).get("dataFields") for text in found.prepared["contact"]] == [
        None,
        {"SPEND": None},
    ]
    assert found.summary.cleared == {"dataFields.SPEND": 1}


def test_placeholder_never_rejects_its_row(checked):
    mapping = simple(("Email", "identifiers.email"), ("Spend", "dataFields.SPEND"), invalidValues="reject")
    assert checked(("Email", "Spend"), [("ann@example.com", "n/a")], mapping).summary.ready == 1


def test_values_are_translated_before_anything_else(checked):
    columns = [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "VIP", "target": "dataFields.VIP", "values": {"Gold": True, "Silver": False, "?": None}},
        {"column": "Spend", "target": "dataFields.SPEND", "decimal": ",", "values": {"lots": 1000.5}},
    ]
    rows = [
        ("a@example.com", " gold ", "lots"),
        ("b@example.com", "silver", "1,5"),
        ("c@example.com", "?", ""),
    ]
    found = checked(("Email", "VIP", "Spend"), rows, {"matchIdentifier": "email", "columns": columns})
    assert [json.loads(text).get("dataFields") for text in found.prepared["contact"]] == [
        {"VIP": True, "SPEND": 1000.5},
        {"VIP": False, "SPEND": 1.5},
        None,
    ]
    assert found.issues.select("row", "column", "code", "original", "result").rows() == [
        (2, "VIP", "value_translated", " gold ", "true"),
        (2, "Spend", "value_translated", "lots", "1000.5"),
        (3, "VIP", "value_translated", "silver", "false"),
        (3, "Spend", "number_formatted", "1,5", "1.5"),
        (4, "VIP", "value_left_out", "?", None),
    ]


def test_constants_of_every_type_are_sent_with_every_contact(checked):
    mapping = EMAIL_AND_NAME | {
        "constants": [
            {"target": "dataFields.notes", "value": 'a "fair"'},
            {"target": "dataFields.SPEND", "value": "12345678901234567.5"},
            {"target": "dataFields.VIP", "value": False},
            {"target": "dataFields.BIRTHDAY", "value": "1980-07-02"},
        ]
    }
    [text] = checked(("Email", "Name"), [("ann@example.com", "")], mapping).prepared["contact"]
    assert '"SPEND":12345678901234567.5' in text
    assert json.loads(text)["dataFields"] | {"SPEND": 0} == {
        "NOTES": 'a "fair"',
        "SPEND": 0,
        "VIP": False,
        "BIRTHDAY": "1980-07-02T00:00:00Z",
    }


def test_contacts_can_be_matched_by_mobile_number(checked):
    mapping = PHONES | {"matchIdentifier": "mobileNumber"}
    found = checked(
        ("Email", "Mobile"), [("ann@example.com", "07400 604986"), ("bob@example.com", "")], mapping
    )
    assert found.prepared["match_identifier"].to_list() == ["+447400604986", None]
    assert found.prepared["fate"].to_list() == ["ready", "rejected"]


def test_number_without_country_is_refused_where_none_is_known(checked):
    found = checked(("Email", "Mobile"), [("ann@example.com", "07400 604986")], PHONES, default_region=None)
    assert found.codes(2) == ["phone_region_missing"]


def test_file_without_rows_is_checked(checked):
    assert checked(("Email", "Name"), [], EMAIL_AND_NAME).summary.fates == dict.fromkeys(Fate, 0)


def test_mapping_with_problems_is_never_checked(checked, tmp_path):
    with pytest.raises(UnusableMappingError):
        checked(("Email",), [("ann@example.com",)], simple(("Email", "dataFields.NOTES")))
    assert {path.name for path in tmp_path.iterdir()} == {"staged"}


def test_nothing_but_the_two_tables_is_left_behind(checked, tmp_path):
    checked(("Email", "Name"), [("ann@example.com", "Ann")], EMAIL_AND_NAME)
    assert {path.name for path in tmp_path.iterdir()} == {"staged", "prepared", "issues"}


def test_summary_holds_nothing_of_any_contact(checked):
    found = checked(
        ("Email", "Name"), [("ann@@example.com", "Ann"), (" bob@example.com", "Bob")], EMAIL_AND_NAME
    )
    assert not re.search(r"(?i)\bann\b|\bbob\b|@|\.com", json.dumps(found.summary.to_dict()))


def test_every_code_has_its_words():
    for code, problem in PROBLEM_TYPES.items():
        assert problem.title
        assert problem.remedy
        assert "{" not in describe(code, "Column", "x", "7")
