"""Digests of identifiers: what they are of, the filter of them, and the table."""

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import keyring
from imports.fates import Fate
from imports.keyring import Key
from imports.provenance.carried import CarriedTables, carried_frames
from imports.provenance.digest_filter import (
    BLOCK_BYTES,
    block_number,
    blocks_for,
    make_filter,
    may_hold,
)
from imports.provenance.digest_table import CarriedRow, rows_of_digest, write_digests
from imports.provenance.person_digests import DIGEST_BYTES, digest_of, named_in_log
from imports.provenance.person_identifiers import IdentifierKind, NoIdentifierError, PersonIdentifier

KEY = Key("k", b"a key for tests")
DIGESTS = st.lists(st.binary(min_size=DIGEST_BYTES, max_size=DIGEST_BYTES), max_size=300)


def block_of(made: bytes, blocks: int, digest: bytes) -> bytes:
    start = block_number(digest) % blocks * BLOCK_BYTES
    return made[start : start + BLOCK_BYTES]


@given(DIGESTS)
def test_a_filter_never_misses_one_that_it_holds(digests):
    blocks = blocks_for(len(digests))
    made = make_filter(digests, blocks)

    assert all(may_hold(block_of(made, blocks, digest), digest) for digest in digests)


def test_a_filter_is_wrong_about_few_others():
    rng = random.Random(7)
    digests = [rng.randbytes(DIGEST_BYTES) for _ in range(20_000)]
    blocks = blocks_for(10_000)
    made = make_filter(digests[:10_000], blocks)

    wrong = sum(may_hold(block_of(made, blocks, one), one) for one in digests[10_000:])

    assert wrong < 200


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (IdentifierKind.EMAIL, " Ada@Example.COM ", "ada@example.com"),
        (IdentifierKind.MOBILE, "+44 (7400) 604-986", "+447400604986"),
        (IdentifierKind.MOBILE, "0044 7400 604986", "+447400604986"),
        (IdentifierKind.CONTACT_ID, "0042", "42"),
    ],
)
def test_identifiers_are_read_in_the_form_that_is_compared(kind, typed, value):
    assert PersonIdentifier.read(kind, typed).value == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (IdentifierKind.EMAIL, "ada"),
        (IdentifierKind.MOBILE, "07400 604986"),
        (IdentifierKind.CONTACT_ID, "4x"),
    ],
)
def test_what_is_no_identifier_is_refused(kind, typed):
    with pytest.raises(NoIdentifierError):
        PersonIdentifier.read(kind, typed)


def test_digests_differ_by_key_and_by_kind():
    ada = PersonIdentifier(IdentifierKind.CONTACT_ID, "42")

    others = {
        digest_of(PersonIdentifier(IdentifierKind.MOBILE, "42"), KEY),
        digest_of(ada, Key("l", b"another")),
        digest_of(ada, KEY),
    }

    assert len(others) == 3


def test_what_is_logged_or_shown_of_a_person_is_a_digest(settings):
    settings.DIGEST_KEYS = ["k" * 40]
    ada = PersonIdentifier.read(IdentifierKind.EMAIL, "ada@example.com")

    named = named_in_log(ada)

    assert named["key"] == keyring.newest_key(keyring.DIGESTS).id
    assert len(named["digest"]) == 2 * DIGEST_BYTES
    assert "ada" not in f"{named} {ada!r}"


@pytest.fixture
def found(tmp_path) -> CarriedTables:
    """Three rows: one that was created with its consent, one that was rejected, one that is blank."""
    rows = pl.Series("row", [2, 3, 4], pl.UInt32)
    staged = {
        "c0": ["Ada <Ada@Example.com>", "Not an address", None],
        "c1": ["0044 7400 604986", "+1 (617) 369-9076", None],
    }
    prepared = {
        "fate": [str(Fate.READY), str(Fate.REJECTED), str(Fate.BLANK)],
        "email": ["ada@example.com", None, None],
        "mobile_number": ["+447400604986", None, None],
        "contact_id": [None, None, None],
        "match_by": ["email"] * 3,
        "match_identifier": ["Ada@Example.com", None, None],
        "contact": ['{"matchIdentifier":"email","consentRecords":[{"text":"yes"}]}', None, None],
    }
    outcomes = {"outcome": ["created"], "codes": [""], "contact_id": [42]}
    paths = {}
    for name, table, index in (
        ("staged", staged, rows),
        ("prepared", prepared, rows),
        ("outcomes", outcomes, rows[:1]),
    ):
        paths[name] = tmp_path / name
        pl.DataFrame({"row": index, **table}).with_columns(pl.col(pl.Null).cast(pl.String)).write_parquet(
            paths[name]
        )
    return CarriedTables(paths["staged"], None, paths["prepared"], [paths["outcomes"]])


def test_rows_carry_what_their_cells_and_their_contact_say(found):
    carried = pl.concat(carried_frames(found))

    assert sorted(carried.iter_rows()) == [
        (2, "contact_id", "42", "created", True),
        (2, "email", "ada@example.com", "created", True),
        (2, "mobile", "+447400604986", "created", True),
        (3, "mobile", "+16173699076", "rejected", False),
    ]


def test_a_row_is_found_by_each_of_its_identifiers_and_nothing_of_them_is_in_the_table(found, tmp_path):
    target = tmp_path / "digests"

    assert write_digests(found, KEY, target) == 4

    for kind, value in (("email", "ada@example.com"), ("mobile", "+447400604986"), ("contact_id", "42")):
        digest = digest_of(PersonIdentifier(IdentifierKind(kind), value), KEY)
        assert rows_of_digest(target, digest) == [CarriedRow(2, "created", consent=True)]
    assert rows_of_digest(target, b"x" * DIGEST_BYTES) == []
    assert b"example" not in target.read_bytes()
