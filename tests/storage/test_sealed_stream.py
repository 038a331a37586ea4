"""Files that the portal encrypts come back as they were, or not at all."""

import io
from functools import partial

import hypothesis.strategies as st
import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, assume, example, given, settings

from imports.storage import sealed_stream
from imports.storage.sealed_stream import (
    HEADER,
    MAGIC,
    TAG_BYTES,
    FileKeyMissingError,
    StoredFileDamagedError,
    is_sealed,
    key_of_sealed,
    seal,
    unsealed,
)
from imports.storage.storage_errors import StorageUnavailableError
from tests.examples import examples

CHUNK = 16
NAME = "uploads/0123"
same_keys = partial(settings, suppress_health_check=[HealthCheck.function_scoped_fixture])
contents = st.binary(max_size=5 * CHUNK)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch, settings):
    """Chunks so small that a few bytes are many of them."""
    monkeypatch.setattr(sealed_stream, "CHUNK_BYTES", CHUNK)
    settings.ENCRYPTION_KEYS, settings.FILE_KEYS = [Fernet.generate_key().decode()], []
    return settings


def sealed(content: bytes, name: str = NAME) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, name)
    return target.getvalue()


def opened(stored: bytes, name: str = NAME, at_once: int = 1_000) -> bytes:
    blocks = [stored[start : start + at_once] for start in range(0, len(stored), at_once)]
    return b"".join(unsealed(blocks, name))


def chunks_of(stored: bytes) -> list[bytes]:
    size = CHUNK + TAG_BYTES
    body = stored[HEADER.size :]
    return [body[start : start + size] for start in range(0, len(body), size)]


class TestRoundTrip:
    @same_keys(max_examples=examples(quick=60, deep=2_000))
    @given(content=contents, at_once=st.integers(1, 200))
    @example(content=b"", at_once=1)
    @example(content=bytes(CHUNK), at_once=7)
    @example(content=bytes(2 * CHUNK), at_once=CHUNK + TAG_BYTES)
    @example(content=MAGIC, at_once=3)
    def test_what_goes_in_comes_out_however_it_is_read(self, content, at_once):
        assert opened(sealed(content), at_once=at_once) == content

    @same_keys(max_examples=examples(quick=40, deep=500))
    @given(content=contents, at_once=st.integers(1, 200))
    @example(content=MAGIC[:-1], at_once=1)
    @example(content=b"", at_once=1)
    def test_what_is_in_clear_is_read_as_it_is(self, content, at_once):
        assume(not is_sealed(content))
        assert opened(content, at_once=at_once) == content

    def test_a_source_may_give_less_than_is_asked_for(self):
        class Slow(io.BytesIO):
            def read(self, count=-1):
                return super().read(min(count, 5))

        target = io.BytesIO()
        seal(Slow(bytes(range(100))), target, NAME)

        assert opened(target.getvalue()) == bytes(range(100))

    def test_the_size_is_the_content_s_and_its_tags(self):
        for size, chunks in ((0, 1), (1, 1), (CHUNK, 1), (CHUNK + 1, 2), (3 * CHUNK, 3)):
            assert len(sealed(bytes(size))) == HEADER.size + size + chunks * TAG_BYTES

    def test_twice_is_never_the_same(self):
        one, other = sealed(bytes(40)), sealed(bytes(40))

        assert not set(chunks_of(one)) & set(chunks_of(other))

    def test_nothing_of_it_is_seen(self):
        content = b"zq7.quillfeather@canary.example\n" * 9

        assert b"quillfeather" not in sealed(content)
        assert not any(content[start : start + 6] in sealed(content) for start in range(32))

    def test_files_of_today_are_read_by_every_later_version(self, small_chunks):
        """Made by these lines once; the key is the public one of development."""
        small_chunks.ENCRYPTION_KEYS = ["ZGV2ZWxvcG1lbnQtb25seS1rZXktbm90LWZvci11c2U="]

        assert opened(bytes.fromhex(OF_TODAY)) == b"Email\r\nada@example.com\r\n"


OF_TODAY = (
    "93504f5254414c016a3ad76400000010d2e8c41b28f08199f0eeeb73d6b138bc756519369d690783c3e49e3405165555"
    "a39d4308ede2dbe97aff2545c57651c3d82b0376997b54dc6bdb1acead20c887216789e315502c0e7790605485496f01"
    "4b7c41ae566beaf2"
)


class TestTampering:
    CONTENT = bytes(range(3 * CHUNK + 5))

    @same_keys(max_examples=examples(quick=60, deep=2_000))
    @given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
    def test_a_changed_bit_is_found_wherever_it_is(self, place, bit):
        stored = bytearray(sealed(self.CONTENT))
        place %= len(stored)
        stored[place] ^= 1 << bit

        if place < len(MAGIC):  # then it is no encrypted file, and not what it held either
            assert opened(bytes(stored)) == bytes(stored)
            return
        with pytest.raises((StoredFileDamagedError, FileKeyMissingError)):
            opened(bytes(stored))

    @pytest.mark.parametrize("size", [3 * CHUNK, 3 * CHUNK + 5])
    def test_a_file_that_is_cut_off_is_found_wherever_it_ends(self, size):
        stored = sealed(bytes(size))

        for end in range(len(MAGIC), len(stored)):
            with pytest.raises(StoredFileDamagedError):
                opened(stored[:end])

    def test_chunks_that_are_moved_repeated_left_out_or_added_are_found(self):
        stored = sealed(self.CONTENT)
        header, (a, b, c, last) = stored[: HEADER.size], chunks_of(stored)
        other = chunks_of(sealed(self.CONTENT))

        for chunks in (
            (b, a, c, last),
            (a, a, b, c, last),
            (a, c, last),
            (a, b, c),
            (a, b, c, last, last),
            (a, b, c, last, b""),
            (last,),
            (a, other[1], c, last),
            (),
        ):
            with_more = b"x" if chunks[-1:] == (b"",) else b""
            with pytest.raises(StoredFileDamagedError):
                opened(header + b"".join(chunks) + with_more)

    def test_the_size_of_chunks_cannot_be_made_another(self):
        stored = bytearray(sealed(self.CONTENT))
        for claimed in (0, 1, 2 * CHUNK, 2**32 - 1):
            stored[12:16] = claimed.to_bytes(4, "big")
            with pytest.raises(StoredFileDamagedError):
                opened(bytes(stored))

    def test_a_file_cannot_take_the_place_of_another(self):
        with pytest.raises(StoredFileDamagedError):
            opened(sealed(self.CONTENT, "jobs/1/staged"), "jobs/2/staged")


class TestKeys:
    def test_it_names_its_key_which_may_be_an_older_one(self, small_chunks):
        stored = sealed(b"of before")
        small_chunks.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *small_chunks.ENCRYPTION_KEYS]

        assert opened(stored) == b"of before"
        assert key_of_sealed(stored) != key_of_sealed(sealed(b"of now"))

        small_chunks.FILE_KEYS = ["a key of its own for files, and long"]
        assert opened(stored) == b"of before"

    def test_without_it_the_storage_is_not_available(self, small_chunks):
        stored = sealed(b"of before")
        small_chunks.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

        with pytest.raises(StorageUnavailableError, match="neither FILE_KEY nor ENCRYPTION_KEY"):
            opened(stored)
