"""Rows of people who are not to be mailed are left out, whether or not their column is imported."""

import pytest

from imports.contacts.mapping import Mapping
from imports.contacts.mapping_problems import validate
from imports.contacts.suggestions.profiles import profile
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.suggestions.withdrawals import unused_withdrawals
from tests.contacts.conftest import CATALOGUE, staged_table

WORDS = (
    "Subscribed",
    "unsubscribed",
    "cleaned",
    "Non-Subscribed",
    "bounced",
    "active",
    "Opted out",
    "Pending",
    "1",
)


def suggestion(tmp_path, header, words):
    """What is suggested of a column, the profiles, and the rows."""
    rows = [(f"u{place}@example.com", word) for place, word in enumerate(words)]
    profiles = profile(staged_table(tmp_path / "suggested", rows, 2), ("Email", header))
    return suggest_mapping(profiles, CATALOGUE), profiles, rows


def ready(checked, tmp_path, header, words):
    """The words of the rows that are sent by the suggested mapping."""
    found, _, rows = suggestion(tmp_path, header, words)
    result = checked(("Email", header), rows, found.mapping.to_json())
    return [word for word, fate in zip(words, result.prepared["fate"], strict=True) if fate == "ready"]


def test_column_of_statuses_leaves_rows_out_unless_it_is_imported(checked, tmp_path):
    found, profiles, rows = suggestion(tmp_path, "Email Status", WORDS)
    assert found.mapping.leave_out_unsubscribed == ("Email Status",)
    assert "6 in all" in found.columns[1].words
    assert (found.columns[1].targets, found.columns[1].offered) == ((), "channelProperties.email.status")
    assert unused_withdrawals(profiles, found.mapping) == []
    result = checked(("Email", "Email Status"), rows, found.mapping.to_json())
    assert result.summary.fates["ready"] == 3
    lines = result.issues.filter(code="not_mailable")
    assert lines["original"].to_list() == [
        word for word in WORDS if word not in ("Subscribed", "active", "1")
    ]
    assert set(lines["severity"]) == {"error"}


@pytest.mark.parametrize(
    ("header", "words", "sent"),
    [
        ("Status", ["Active", "Unsubscribed", "Bounced"], ["Active"]),
        ("Member state", ["subscribed", "cleaned"], ["subscribed"]),
        ("E-Mail-Status", ["abonniert", "abgemeldet", "unzustellbar"], ["abonniert"]),
        ("Statut e-mail", ["abonné", "désabonné", "en attente"], ["abonné"]),
        ("Estado del correo", ["suscrito", "dado de baja"], ["suscrito"]),
        ("Has opted out of email", ["no", "yes", ""], ["no", ""]),
        ("Unsubscribed at", ["2024-03-14", "", "2024-03-15"], [""]),
        ("Abgemeldet", ["ja", "nein"], ["nein"]),
    ],
)
def test_rows_of_people_who_have_left_are_left_out(checked, tmp_path, header, words, sent):
    assert ready(checked, tmp_path, header, words) == sent


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Order status", ["cancelled", "pending", "paid"]),
        ("Financial Status", ["pending", "paid", ""]),
        ("Status", ["active", "inactive", "deleted"]),
        ("SMS Consent", ["NEVER_SUBSCRIBED", "UNSUBSCRIBED", "SUBSCRIBED"]),
        ("SMS opt out", ["yes", "no", "yes"]),
        ("Accepts Email Marketing", ["yes", "no", "no"]),
        ("Notes", ["unsubscribed last week", "called", "likes tea"]),
        ("Tags", ["unsubscribed", "vip", "bounced"]),
    ],
)
def test_other_columns_leave_nobody_out(checked, tmp_path, header, words):
    assert ready(checked, tmp_path, header, words) == words


def test_column_of_which_nothing_is_made_is_pointed_out(tmp_path):
    found, profiles, _ = suggestion(tmp_path, "Accepts Email Marketing", ["yes", "no", "no"])
    assert unused_withdrawals(profiles, found.mapping) == [("Accepts Email Marketing", 2)]
    found, profiles, _ = suggestion(tmp_path, "Email Status", WORDS)
    bare = Mapping("email", found.mapping.columns)
    assert unused_withdrawals(profiles, bare) == [("Email Status", 6)]
    json = bare.to_json()
    json["columns"].append({"column": "Email Status", "target": "channelProperties.email.status"})
    assert unused_withdrawals(profiles, Mapping.from_json(json)) == []


def test_last_row_of_a_contact_that_says_unsubscribed_keeps_the_contact_back(checked):
    rows = [
        ("a@example.com", "Ann", "subscribed"),
        ("a@example.com", "", "unsubscribed"),
        ("b@example.com", "Ben", ""),
    ]
    columns = [
        {"column": "Email", "target": "identifiers.email"},
        {"column": "Name", "target": "dataFields.FIRSTNAME"},
    ]
    mapping = {"matchIdentifier": "email", "columns": columns, "leaveOutUnsubscribed": ["Status"]}
    found = checked(("Email", "Name", "Status"), rows, mapping)
    assert found.prepared["fate"].to_list() == ["duplicate", "rejected", "ready"]
    assert found.prepared["stands_for_it"].to_list() == [3, None, None]
    mapped = [*columns, {"column": "Status", "target": "channelProperties.email.status"}]
    rows[1] = ("a@example.com", "", "archived")
    found = checked(("Email", "Name", "Status"), rows, {"matchIdentifier": "email", "columns": mapped})
    assert found.prepared["fate"].to_list() == ["duplicate", "rejected", "ready"]


def test_mapping_names_columns_of_the_file():
    mapping = {
        "matchIdentifier": "email",
        "columns": [{"column": "Email", "target": "identifiers.email"}],
        "leaveOutUnsubscribed": ["Status"],
    }
    read = Mapping.from_json(mapping)
    assert Mapping.from_json(read.to_json()) == read
    assert [problem.code for problem in validate(read, ("Email",), CATALOGUE)] == ["column_unknown"]
