"""What is safe to send twice, and what is said of the rest."""

from dataclasses import replace

import pytest

from imports.contacts import repeats
from imports.contacts.policies import MERGING
from imports.contacts.repeats import repeat_harms

PLAIN = {
    "matchIdentifier": "email",
    "columns": [{"column": "Email", "target": "identifiers.email"}],
    "constants": [{"target": "lists", "value": [70001]}],
}


@pytest.mark.parametrize("option", [None, *MERGING.values])
def test_contacts_that_are_sent_twice_are_as_after_once(option):
    assert repeat_harms(PLAIN | ({"mergeOption": option} if option else {})) == []


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("consentRecords.3.dateTimeConsented", "stored twice"),
        ("channelProperties.email.optInType", "second e-mail"),
        ("channelProperties.email.resubscribeOptions.preferredLocale", "second time"),
        ("CHANNELPROPERTIES.EMAIL.OPTINTYPE", "second e-mail"),
    ],
)
def test_targets_that_do_more_when_they_are_sent_twice_say_what(target, words):
    for entries in (
        {"columns": [*PLAIN["columns"], {"column": "What", "target": target}]},
        {"constants": [{"target": target, "value": "x"}]},
    ):
        (harm,) = repeat_harms(PLAIN | entries)
        assert words in harm


def test_a_way_of_merging_that_does_more_says_what(monkeypatch):
    adding = replace(MERGING.options[0], value="add", repeated="It could be added twice.")
    monkeypatch.setattr(repeats, "MERGING", replace(MERGING, options=(*MERGING.options, adding)))

    assert repeat_harms(PLAIN | {"mergeOption": "add"}) == ["It could be added twice."]
    assert repeat_harms(PLAIN) == []
