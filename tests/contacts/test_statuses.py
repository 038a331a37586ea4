"""Subscription statuses: no word for somebody who is not to be mailed ever becomes a contact that is mailed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values import statuses
from imports.contacts.values.statuses import clean_email_status, clean_mobile_status
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, assert_cleaning_twice_is_cleaning_once

HEADERS = ("Email", "Status")
EMAIL = {"column": "Email", "target": "identifiers.email"}


def mapped(target="channelProperties.email.status", column="Status", **rules):
    return {"matchIdentifier": "email", "columns": [EMAIL, {"column": column, "target": target, **rules}]}


def statuses_of(found):
    """Address -> e-mail status, of the contacts that are sent."""
    contacts = [json.loads(text) for text in found.prepared["contact"].drop_nulls()]
    return {
        one["identifiers"]["email"]: one.get("channelProperties", {}).get("email", {}).get("status")
        for one in contacts
    }


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Subscribed", "subscribed"),
        ("ACTIVE", "subscribed"),
        ("opted_in", "subscribed"),
        ("1", "subscribed"),
        ("unsubscribed", "unsubscribed"),
        ("Opted out", "unsubscribed"),
        ("UNSUBSCRIBED", "unsubscribed"),
        ("désabonné", "unsubscribed"),
        ("desabonne", "unsubscribed"),
        ("Unsubscribed (by admin)", "unsubscribed"),
        ("cleaned", "suppressed"),
        ("hard bounce", "suppressed"),
        ("HARD_BOUNCED", "suppressed"),
        ("hardBounced", "suppressed"),
        ("Cleaned: hard bounce", "suppressed"),
        ("bounced", "suppressed"),
        ("Marked as spam", "suppressed"),
        ("ispComplained", "suppressed"),
        ("blocklisted", "suppressed"),
        ("unzustellbar", "suppressed"),
        ("rebotado", "suppressed"),
    ],
)
def test_word_of_an_export_is_understood(cell, value):
    assert clean(clean_email_status, cell) == [(value, None)]


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "Non-Subscribed",
            "NEVER_SUBSCRIBED",
            "nonsubscribed",
            "not subscribed",
            "noSubscription",
            "Pending",
        ),
        *("pendingOptIn", "Unconfirmed", "archived", "deleted", "soft bounce", "Non-marketing contact"),
        *("nicht abonniert", "non abonné", "no suscrito", "non iscritto", "niet geabonneerd", "brak zgody"),
        *("não inscrito", "none"),
    ],
)
def test_who_has_not_subscribed_has_no_status_of_email(cell):
    assert clean(clean_email_status, cell) == [(None, "status_not_subscribed")]
    assert clean(clean_mobile_status, cell) == [("noSubscription", None)]


@pytest.mark.parametrize(
    "cell", ["perhaps", "2", "-1", "3", "?", "unknown", "Subscribed (pending)", "-", "2024-03-14"]
)
def test_what_is_not_understood_is_not_taken_for_silence(cell):
    assert clean(clean_email_status, cell) == [(None, "status_unknown")]
    assert clean(clean_mobile_status, cell) == [(None, "status_unknown")]


def test_no_word_means_two_things():
    meanings = {}
    for table in (statuses._BY_CHOICE, {"notSubscribed": statuses._NEVER}):
        for choice, words in table.items():
            for word in words:
                assert meanings.setdefault(word.replace(" ", "").replace("-", ""), choice) == choice, word


@given(st.lists(CELLS, min_size=1, max_size=20), st.sampled_from([clean_email_status, clean_mobile_status]))
def test_cleaning_twice_is_cleaning_once(cells, cleaner):
    assert_cleaning_twice_is_cleaning_once(cleaner, cells)


WORDS = (
    "Subscribed",
    "unsubscribed",
    "cleaned",
    "Non-Subscribed",
    "bounced",
    "perhaps",
    "Pending",
    "",
    "archived",
)


def test_row_whose_status_cannot_be_sent_is_left_out(checked):
    rows = [(f"{place}@example.com", word) for place, word in enumerate(WORDS)]
    found = checked(HEADERS, rows, mapped())
    assert statuses_of(found) == {
        "0@example.com": "subscribed",
        "1@example.com": "unsubscribed",
        "2@example.com": "suppressed",
        "4@example.com": "suppressed",
        "7@example.com": None,
    }
    told = {row: (code, severity, original) for row, _, code, severity, original, _ in found.issues.rows()}
    assert told[5] == ("status_not_subscribed", "error", "Non-Subscribed")
    assert told[7] == ("status_unknown", "error", "perhaps")
    assert found.summary.fates["rejected"] == 4


def test_a_person_may_say_what_a_word_means(checked):
    rows = [("a@example.com", "2"), ("b@example.com", "Pending"), ("c@example.com", "3")]
    found = checked(HEADERS, rows, mapped(values={"2": "unsubscribed", "pending": "unsubscribed"}))
    assert statuses_of(found) == {"a@example.com": "unsubscribed", "b@example.com": "unsubscribed"}


@pytest.mark.parametrize("header", ["Unsubscribed", "Has opted out of email", "Abgemeldet", "Désabonné"])
def test_yes_under_a_header_that_asks_who_left_is_unsubscribed(checked, header):
    rows = [
        ("a@example.com", "Yes"),
        ("b@example.com", "no"),
        ("c@example.com", "2024-03-14"),
        ("d@example.com", ""),
    ]
    found = checked(("Email", header), rows, mapped(column=header))
    assert statuses_of(found) == {
        "a@example.com": "unsubscribed",
        "b@example.com": None,
        "d@example.com": None,
    }
    assert found.issues.filter(column=header)["code"].to_list() == [
        "value_formatted",
        "opt_out_no",
        "status_unknown",
    ]
