"""Keys for one purpose each, of their own or derived."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from imports.keyring import AUDIT, DIGESTS, FILES, UnknownKeyError, find_key, keys_for, newest_key
from portal import env

NEW, OLD = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys(settings):
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    settings.AUDIT_KEYS, settings.DIGEST_KEYS, settings.FILE_KEYS = [], [], []
    return settings


def test_each_purpose_has_keys_that_no_other_has():
    all_keys = [key for purpose in (AUDIT, DIGESTS, FILES) for key in keys_for(purpose)]

    assert len({key.secret for key in all_keys}) == len({key.id for key in all_keys}) == 6
    assert not {NEW.encode(), OLD.encode()} & {key.secret for key in all_keys}


def test_a_derived_key_comes_of_its_master_alone(keys):
    before = keys_for(FILES)

    keys.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), NEW, OLD]

    assert keys_for(FILES)[1:] == before
    assert newest_key(FILES) not in before


def test_a_derived_key_is_always_the_same(keys):
    keys.ENCRYPTION_KEYS = ["ZGV2ZWxvcG1lbnQtb25seS1rZXktbm90LWZvci11c2U="]

    # Made by hand after RFC 5869: what is encrypted today is to be read by every later version.
    assert newest_key(FILES).secret == b"puxaozdnQsB_eWuLnj7tsDaJqsKqYsj_Zyhr0acirsQ="
    assert newest_key(FILES).id == "6a3ad764"


def test_a_key_of_its_own_comes_first_and_derived_ones_are_still_believed(keys):
    before = keys_for(DIGESTS)

    keys.DIGEST_KEYS = ["a key of its own for digests, and long"]

    assert newest_key(DIGESTS).secret == b"a key of its own for digests, and long"
    assert keys_for(DIGESTS)[1:] == before
    assert find_key(DIGESTS, before[1].id) == before[1]


def test_a_key_that_is_gone_is_told(keys):
    gone = keys_for(AUDIT)[1]

    keys.ENCRYPTION_KEYS = [NEW]

    with pytest.raises(UnknownKeyError):
        find_key(AUDIT, gone.id)


def test_events_are_named_by_the_key_of_before(keys):
    """The log of an installation with an AUDIT_KEY stays verifiable."""
    keys.AUDIT_KEYS = ["another"]

    assert (newest_key(AUDIT).id, newest_key(AUDIT).secret) == ("27197441", b"another")


def test_no_key_is_shown_by_accident():
    assert repr(newest_key(FILES).secret)[2:-1] not in repr(keys_for(FILES))


@pytest.mark.parametrize(
    "text", ["short", f"{NEW},short", ",", f"{NEW[:-4]}"], ids=["short", "one of two", "none", "cut off"]
)
def test_what_is_no_fernet_key_stops_the_start_and_is_not_shown(text):
    with pytest.raises(ImproperlyConfigured, match="not a Fernet key") as told:
        env.fernet_keys("ENCRYPTION_KEY", text)

    assert len(text) == 1 or text not in str(told.value)


def test_a_key_that_can_be_guessed_stops_the_start(monkeypatch):
    monkeypatch.setenv("FILE_KEY", f"{'x' * 32}, summer2026")

    with pytest.raises(ImproperlyConfigured, match="FILE_KEY has a key of fewer than 32") as told:
        env.keys("FILE_KEY", min_chars=32)

    assert "summer2026" not in str(told.value)
