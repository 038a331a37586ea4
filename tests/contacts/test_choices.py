"""Values of which there are only a few, and the words that stand for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.values.choices import (
    EMAIL_STATUS,
    EMAIL_TYPE,
    MATCH_IDENTIFIER,
    MOBILE_STATUS,
    OPT_IN_TYPE,
    clean_choice,
    locale_words,
)
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, assert_cleaning_twice_is_cleaning_once

TABLES = {
    "email status": EMAIL_STATUS,
    "mobile status": MOBILE_STATUS,
    "email type": EMAIL_TYPE,
    "opt-in type": OPT_IN_TYPE,
    "locale": locale_words(),
    "match identifier": MATCH_IDENTIFIER,
}


def chosen(table, *cells):
    return clean(lambda column: clean_choice(column, table), *cells)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_value_and_every_word_means_one_value(table):
    meant = [(word, value) for value, words in table.items() for word in (value, *words)]
    words = [word for word, _ in meant]
    assert chosen(table, *words) == [(value, None) for _, value in meant]
    assert chosen(table, *map(str.upper, words)) == [(value, None) for _, value in meant]


@pytest.mark.parametrize(
    ("table", "cell", "value"),
    [
        (EMAIL_STATUS, "Yes", "subscribed"),
        (EMAIL_STATUS, "nein", "unsubscribed"),
        (EMAIL_STATUS, "abonné", "subscribed"),
        (EMAIL_STATUS, "Opt-Out", "unsubscribed"),
        (EMAIL_STATUS, "cleaned", "suppressed"),
        (MOBILE_STATUS, "No", "unsubscribed"),
        (MOBILE_STATUS, "NOSUBSCRIPTION", "noSubscription"),
        (MOBILE_STATUS, "no_subscription", "noSubscription"),
        (MOBILE_STATUS, "none", "noSubscription"),
        (EMAIL_TYPE, "Plain Text", "plainText"),
        (EMAIL_TYPE, "HTML", "html"),
        (OPT_IN_TYPE, "Unknown", "unknown"),
        (OPT_IN_TYPE, "Double opt-in", "double"),
        (OPT_IN_TYPE, "verified double", "verifiedDouble"),
        (locale_words(), "de", "de-DE"),
        (locale_words(), "es", "es"),
        (locale_words(), "Spanisch", "es-ES"),
        (locale_words(), "en_GB", "en-EN"),
        (locale_words(), "sv-SE", "se-SE"),
        (locale_words(), "néerlandais", "nl-NL"),
        (locale_words(), "Polski", "pl-PL"),
        (MATCH_IDENTIFIER, "E-Mail", "email"),
        (MATCH_IDENTIFIER, "Handy", "mobileNumber"),
        (MATCH_IDENTIFIER, "ID", "contactId"),
    ],
)
def test_word(table, cell, value):
    assert chosen(table, cell) == [(value, None)]


@pytest.mark.parametrize(
    ("table", "cell", "code"),
    [
        (EMAIL_STATUS, "perhaps", "choice_unknown"),
        (EMAIL_STATUS, "10", "choice_unknown"),
        (EMAIL_STATUS, "noSubscription", "choice_unknown"),
        (EMAIL_STATUS, "unknown", "placeholder"),
        (EMAIL_TYPE, "n/a", "placeholder"),
        (locale_words(), "Klingon", "choice_unknown"),
        (EMAIL_TYPE, " ", None),
    ],
)
def test_word_that_stands_for_no_value(table, cell, code):
    assert chosen(table, cell) == [(None, code)]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@given(data=st.data())
def test_cleaning_twice_is_cleaning_once(table, data):
    words = sorted({word for words in table.values() for word in words})
    cells = data.draw(st.lists(st.one_of(CELLS, st.sampled_from(words)), min_size=1, max_size=20))
    assert_cleaning_twice_is_cleaning_once(lambda column: clean_choice(column, table), cells)
