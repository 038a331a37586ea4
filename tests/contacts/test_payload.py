"""Bodies: what is in them, and how contacts are cut into them."""

import json
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.contacts.payload import ContactTooLargeError, build_body, iter_cuts, quoted

CONTACTS = st.lists(st.text(max_size=30).map(json.dumps), max_size=40)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_every_text_survives_json(texts):
    made = pl.DataFrame({"text": texts}).select(quoted(pl.col("text")).alias("made"))["made"]
    assert [json.loads(text) for text in made] == texts


def test_line_separators_and_controls_are_escaped():
    [made] = pl.DataFrame({"text": ["\u2028\x00\x7f"]}).select(quoted(pl.col("text")).alias("made"))["made"]
    assert made == '"\\u2028\\u0000\\u007f"'


@given(contacts=CONTACTS, max_contacts=st.integers(1, 10), max_bytes=st.integers(300, 900))
def test_batches_concatenate_to_the_input_within_their_limits(contacts, max_contacts, max_bytes):
    rows = list(enumerate(contacts, 2))
    cuts = list(iter_cuts(rows, "overwrite", max_contacts=max_contacts, max_bytes=max_bytes))
    assert [contact for cut in cuts for contact in cut.contacts] == contacts
    for cut in cuts:
        body = build_body(cut.contacts, "overwrite")
        assert len(body) <= max_bytes
        assert 1 <= len(cut.contacts) <= max_contacts
        assert json.loads(body) == {
            "mergeOption": "overwrite",
            "contacts": [json.loads(one) for one in cut.contacts],
        }
        assert (cut.first_row, cut.last_row) == (rows[0][0], rows[len(cut.contacts) - 1][0])
        rows = rows[len(cut.contacts) :]


@given(contacts=CONTACTS.filter(len), max_bytes=st.integers(300, 900))
def test_no_batch_could_have_held_one_more(contacts, max_bytes):
    cuts = list(iter_cuts(enumerate(contacts), "overwrite", max_contacts=100, max_bytes=max_bytes))
    for cut, following in pairwise(cuts):
        assert len(build_body([*cut.contacts, following.contacts[0]], "overwrite")) > max_bytes


def test_contact_that_fits_no_body_is_refused():
    with pytest.raises(ContactTooLargeError, match="row 2"):
        list(iter_cuts([(2, '"' + "x" * 100 + '"')], "overwrite", max_contacts=10, max_bytes=100))
