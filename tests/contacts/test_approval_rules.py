"""Which imports an account wants to have approved."""

from typing import Any

import pytest

from imports.contacts.approval_rules import (
    APPROVAL_RULES,
    AppliedRule,
    CheckedFacts,
    applied_rules,
)

STATUS = "channelProperties.email.status"
SMS = "channelProperties.sms.status"
OPT_IN = "channelProperties.email.optInType"
RESUBSCRIBE = "channelProperties.email.resubscribeOptions.resubscribeWithNoChallenge"


def facts(created: int = 0, mapping: dict[str, Any] | None = None, **summary: Any) -> CheckedFacts:
    """Of a file with 10 contacts that are ready, 2 rows that are not valid, and some more."""
    counts = {"ready": 10, "rejected": 2, "duplicate": 8, "excluded": 50, "blank": 50}
    return CheckedFacts({"fates": counts, **summary}, mapping or {}, created)


def found(**preflight: Any) -> CheckedFacts:
    return facts(preflight=preflight)


PLAIN = found(consent={"1": {"complete": 10}})

CASES = [
    ("always", True, PLAIN, None),
    ("contacts", 9, PLAIN, None),
    ("contacts", 10, None, PLAIN),
    ("contacts", 0, PLAIN, None),
    ("clears", True, facts(values_to_clear=1), PLAIN),
    (
        "subscribed",
        True,
        found(statuses={STATUS: {"subscribed": 1}}),
        found(statuses={STATUS: {"pending": 9}}),
    ),
    ("subscribed", True, found(statuses={SMS: {"subscribed": 1}}), PLAIN),
    (
        "double",
        True,
        found(statuses={OPT_IN: {"verifiedDouble": 1}}),
        found(statuses={OPT_IN: {"double": 9}}),
    ),
    ("creates", True, facts(created=1), PLAIN),
    ("consent", True, found(consent={"1": {"complete": 8, "repeated": 1}, "2": {"complete": 5}}), PLAIN),
    ("consent", True, facts(), found(consent={"1": {"complete": 8, "repeated": 2}})),
    # 2 of 20: blank rows, and those that somebody left out, do not count.
    ("rejected", 9, PLAIN, None),
    ("rejected", 10, None, PLAIN),
]


@pytest.mark.parametrize(("code", "limit", "one_of_them", "another"), CASES)
def test_a_rule_applies_to_what_it_is_about_alone(code, limit, one_of_them, another):
    if one_of_them is not None:
        assert [one.code for one in applied_rules({code: limit}, one_of_them)] == [code]
    if another is not None:
        assert applied_rules({code: limit}, another) == []


def test_every_rule_is_tried():
    assert {code for code, *_ in CASES} == set(APPROVAL_RULES)


def test_it_says_by_how_many():
    (contacts, rejected) = applied_rules({"contacts": 5, "rejected": 1}, PLAIN)

    assert contacts.sentence == "Contacts to be imported: 10. Allowed without approval: 5."
    assert rejected.sentence == "Rows that are not valid: 2 of 20. Allowed without approval: 1 %."
    assert AppliedRule.from_dict(rejected.to_dict()) == rejected


def test_to_resubscribe_without_asking_is_to_subscribe():
    def resubscribing(value: bool | None) -> CheckedFacts:
        return facts(mapping={"constants": [{"target": RESUBSCRIBE, "value": value}]})

    assert [one.figure for one in applied_rules({"subscribed": True}, resubscribing(True))] == [10]
    assert applied_rules({"subscribed": True}, resubscribing(False)) == []


def test_without_rules_nothing_applies():
    assert applied_rules({}, PLAIN) == []


def test_a_rule_that_is_not_known_applies_to_everything():
    assert [one.code for one in applied_rules({"of_another_version": True}, PLAIN)] == ["of_another_version"]
