"""What the mapping page says of whom a column would subscribe."""

import pytest

from imports.views.mapping.column_effects import column_effects
from imports.views.mapping.column_form import ColumnFacts, Slot
from imports.views.mapping.target_choices import AccountChoices

pytestmark = pytest.mark.once

ACCOUNT = AccountChoices(
    {
        "data_fields": [{"name": "VIP", "type": "Boolean"}],
        "lists": [{"id": 1, "name": "Customers"}],
        "preferences": [{"id": 9, "name": "Offers"}],
    }
)
FACTS = ColumnFacts("Newsletter", (), None, withdrawn=3, filled=1_205, fits={"yes": 1_202, "no": 3})
STATUS = "channelProperties.email.status"
YES = "1,202 people would be subscribed to “Offers”."
NO = "3 people are unsubscribed, bounced or say no here. Dotdigital subscribes new contacts all the same."


def effects(target: str, mapping: dict | None = None, **entry: object) -> list[str]:
    slot = Slot("0", {"column": FACTS.name, "target": target, **entry})
    return column_effects(FACTS, [(slot, ACCOUNT.find(target))], mapping or {})


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("preferences.9", [YES, NO]),
        ("lists", ["1,205 people would be added to the lists that are named here."]),
        ("dataFields.VIP", [NO]),
        (STATUS, []),
        ("dataFields.GONE", []),
    ],
)
def test_it_is_counted_by_what_the_column_is_imported_as(target, said):
    assert effects(target) == said


@pytest.mark.parametrize(
    ("mapping", "is_said"),
    [
        ({"leaveOutUnsubscribed": ["Newsletter"]}, False),
        ({"columns": [{"column": "Status", "target": STATUS}]}, False),
        ({"constants": [{"target": STATUS, "value": "unsubscribed"}]}, False),
        ({"constants": [{"target": STATUS, "value": "subscribed"}]}, True),
    ],
)
def test_those_who_say_no_count_where_they_would_be_subscribed(mapping, is_said):
    assert (NO in effects("preferences.9", mapping)) is is_said


def test_words_whose_meaning_a_person_has_set_are_not_counted():
    assert YES not in effects("preferences.9", values={"perhaps": True})
