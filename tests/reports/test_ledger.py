import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.reports.ledger import BUCKET_BY_KEY, BUCKET_OF_FATE, BUCKETS, Ledger, LedgerError

counts_of_buckets = st.fixed_dictionaries({key: st.integers(0, 1_000_000) for key in BUCKET_BY_KEY})


@given(counts_of_buckets)
def test_reads_back_what_it_wrote(counts):
    ledger = Ledger(counts, rows=sum(counts.values()), with_problems=counts["created"])
    assert Ledger.from_dict(json.loads(json.dumps(ledger.to_dict()))) == ledger


@given(counts_of_buckets, st.integers(-5, 5).filter(bool))
def test_refuses_buckets_that_do_not_add_up(counts, error):
    with pytest.raises(LedgerError, match="the buckets hold"):
        Ledger(counts, rows=sum(counts.values()) + error)


def test_holds_every_bucket_in_the_order_of_reports():
    ledger = Ledger({"blank": 1, "created": 2}, rows=3)
    assert list(ledger.counts) == [bucket.key for bucket in BUCKETS]
    assert ledger.counts["refused"] == 0


def test_cannot_be_changed_afterwards():
    counts = {"created": 2}
    ledger = Ledger(counts, rows=2)
    counts["created"] = 3
    assert ledger.counts["created"] == 2
    with pytest.raises(TypeError):
        ledger.counts["created"] = 3


@pytest.mark.parametrize(
    ("counts", "rows", "with_problems", "words"),
    [
        ({"lost": 1}, 1, 0, "no such bucket: lost"),
        ({"created": 2, "blank": -1}, 1, 0, "less than nothing"),
        ({"created": 1, "updated": 1, "refused": 5}, 7, 3, "3 rows with problems"),
        ({"created": 1}, 1, -1, "-1 rows with problems"),
    ],
)
def test_refuses_what_cannot_be(counts, rows, with_problems, words):
    with pytest.raises(LedgerError, match=words):
        Ledger(counts, rows, with_problems)


def test_buckets_are_those_of_the_design():
    assert set(BUCKET_BY_KEY) == {
        "blank", "rejected", "duplicate", "excluded", "not_sent", "created", "updated", "refused", "unknown",
    }  # fmt: skip
    assert len(BUCKETS) == len(BUCKET_BY_KEY)
    assert set(BUCKET_OF_FATE.values()) <= set(BUCKET_BY_KEY)
    assert not any(bucket.is_good and bucket.needs_attention for bucket in BUCKETS)
