"""People who say no to e-mail in a data field or a preference are counted before they are subscribed."""

import pytest

from imports.contacts.mapping import Mapping
from imports.contacts.suggestions.profiles import profile
from imports.contacts.suggestions.withdrawals import unused_withdrawals
from imports.languages.mail_questions import asks_for_mail
from tests.contacts.conftest import staged_table

ROWS = [
    ("ann@example.com", "ja", ""),
    ("ben@example.com", "nein", ""),
    ("cem@example.com", "nein", "unsubscribed"),
    ("dia@example.com", "Nein", "subscribed"),
    ("eva@example.com", "", ""),
    ("no address", "nein", ""),
]
EMAIL = {"column": "Email", "target": "identifiers.email"}
AS_FIELD = {"column": "Newsletter", "target": "dataFields.VIP"}
AS_TEXT = {"column": "Newsletter", "target": "dataFields.LASTNAME"}
AS_PREFERENCE = {"column": "Newsletter", "target": "preferences.9"}
AS_STATUS = {"column": "Newsletter", "target": "channelProperties.email.status"}
STATUS = {"column": "Status", "target": "channelProperties.email.status"}


def refused(checked, *columns, **rules):
    mapping = {"matchIdentifier": "email", "columns": [EMAIL, *columns], **rules}
    return checked(("Email", "Newsletter", "Status"), ROWS, mapping).summary


def constant(value):
    return [{"target": "channelProperties.email.status", "value": value}]


@pytest.mark.parametrize("column", [AS_FIELD, AS_TEXT, AS_PREFERENCE])
def test_those_who_would_be_subscribed_are_counted(checked, column):
    assert refused(checked, column).preflight.refused == {"Newsletter": 3}


@pytest.mark.parametrize("column", [AS_FIELD, AS_TEXT, AS_PREFERENCE])
def test_other_words_than_yes_and_no_count_although_the_field_does_not_take_them(checked, column):
    words = ("ja", "abgemeldet", " unsubscribed ", "vielleicht", "nein", "")
    rows = [(f"p{place}@example.com", word) for place, word in enumerate(words)]
    mapping = {"matchIdentifier": "email", "columns": [EMAIL, column]}
    assert checked(("Email", "Newsletter"), rows, mapping).summary.preflight.refused == {"Newsletter": 3}


@pytest.mark.parametrize(
    ("columns", "rules", "count"),
    [
        ([AS_FIELD, AS_TEXT], {}, 3),
        ([AS_FIELD, STATUS], {}, 2),
        ([AS_FIELD, AS_STATUS], {}, None),
        ([AS_FIELD], {"constants": constant("subscribed")}, 3),
        ([AS_FIELD], {"constants": constant("unsubscribed")}, None),
        ([AS_FIELD], {"leaveOutUnsubscribed": ["Newsletter"]}, None),
        ([AS_PREFERENCE, STATUS], {}, 2),
        ([AS_PREFERENCE], {"leaveOutUnsubscribed": ["Newsletter"]}, None),
        ([], {}, None),
    ],
)
def test_what_else_the_mapping_says_counts(checked, columns, rules, count):
    summary = refused(checked, *columns, **rules)
    assert summary.preflight.refused == ({"Newsletter": count} if count else {})


def test_their_rows_can_be_left_out(checked):
    assert refused(checked, AS_FIELD, leaveOutUnsubscribed=["Newsletter"]).fates["ready"] == 2


@pytest.mark.parametrize(
    ("columns", "found"),
    [([], [("Newsletter", 4)]), ([AS_FIELD], []), ([AS_PREFERENCE], []), ([AS_STATUS], [])],
)
def test_a_newsletter_that_is_not_imported_is_pointed_out(tmp_path, columns, found):
    profiles = profile(staged_table(tmp_path / "staged", ROWS, 3), ("Email", "Newsletter", "Status"))
    mapping = Mapping.from_json(
        {"matchIdentifier": "email", "columns": [EMAIL, *columns], "leaveOutUnsubscribed": ["Status"]}
    )
    assert unused_withdrawals(profiles, mapping) == found


@pytest.mark.parametrize(
    ("header", "asks"),
    [
        ("Newsletter", True),
        ("E-Mail-Newsletter", True),
        ("Newsletter (ja/nein)", True),
        ("Newsletter abonniert", True),
        ("Accepts marketing", True),
        ("Einwilligung", True),
        ("Preference:Newsletter", True),
        ("Präferenz:Marketing>Newsletter", True),
        ("Preference:Offers", False),
        ("Preference:SMS>Newsletter", False),
        ("Newsletter abbestellt", False),
        ("Kein Newsletter", False),
        ("No newsletter", False),
        ("SMS Newsletter", False),
        ("Newsletter opened", False),
        ("VIP", False),
    ],
)
def test_which_names_ask_who_wants_mail(header, asks):
    assert asks_for_mail(header) == asks
