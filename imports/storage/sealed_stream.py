"""The form of a stored file that the portal has encrypted, and how it is written and read a chunk at a time.

    header      48 bytes: MAGIC with the version (8), the id of its key (4), the bytes of a chunk (4), salt (32)
    chunks      of so many bytes each, the last of fewer or none: ciphertext of AES-256-GCM and its tag (16)

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, CRYPTO 2015): a chunk's nonce is a prefix, its number, and whether it is the last, so
that chunks which were changed, left out, put elsewhere, cut off or appended are found. Key and prefix are the file's
own: HKDF-SHA-256 of a key of the portal's (`keyring.FILES`) with the salt and the name under which the file is stored,
so that no file can take the place of another. The header is authenticated with every chunk.

What does not begin with MAGIC is in clear, and is read as it is. Nothing in clear is ever stored that does.
"""

import secrets
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from imports.keyring import FILES, Key, UnknownKeyError, find_key, newest_key
from imports.storage.storage_errors import StorageUnavailableError

MAGIC = b"\x93PORTAL\x01"
HEADER = struct.Struct(">8s4sI32s")
CHUNK_BYTES, MAX_CHUNK_BYTES = 131_072, 16_777_216
TAG_BYTES = 16
KEY_BYTES, PREFIX_BYTES, SALT_BYTES = 32, 7, 32
NONCE = struct.Struct(">7sI?")
MAX_CHUNKS = 2**32


class FileKeyMissingError(StorageUnavailableError):
    """A stored file is encrypted with a key that the portal does not have; all is well when it has it again."""


class StoredFileDamagedError(Exception):
    """A stored file is not what the portal has stored under its name."""


@dataclass(frozen=True, slots=True)
class _Cipher:
    """What the chunks of one file are encrypted and decrypted with."""

    aead: AESGCM
    prefix: bytes
    header: bytes
    chunk_bytes: int

    def seal(self, number: int, is_last: bool, plain: bytes) -> bytes:
        return self.aead.encrypt(self._nonce(number, is_last), plain, self.header)

    def unseal(self, number: int, is_last: bool, sealed: bytes) -> bytes:
        try:
            return self.aead.decrypt(self._nonce(number, is_last), sealed, self.header)
        except InvalidTag:
            raise StoredFileDamagedError from None

    def _nonce(self, number: int, is_last: bool) -> bytes:
        if number >= MAX_CHUNKS:
            raise StoredFileDamagedError
        return NONCE.pack(self.prefix, number, is_last)


def _cipher(name: str, key: Key, header: bytes) -> _Cipher:
    _, _, chunk_bytes, salt = HEADER.unpack(header)
    made = HKDF(SHA256(), KEY_BYTES + PREFIX_BYTES, salt, b"import portal: stored file " + name.encode())
    material = made.derive(key.secret)
    return _Cipher(AESGCM(material[:KEY_BYTES]), material[KEY_BYTES:], header, chunk_bytes)


def seal(source: IO[bytes], target: IO[bytes], name: str) -> None:
    """Write what is read from `source` to `target`, encrypted with the newest key as the file stored as `name`."""
    key = newest_key(FILES)
    header = HEADER.pack(MAGIC, bytes.fromhex(key.id), CHUNK_BYTES, secrets.token_bytes(SALT_BYTES))
    cipher = _cipher(name, key, header)
    target.write(header)
    number, plain = 0, _read_fully(source, CHUNK_BYTES)
    while following := _read_fully(source, CHUNK_BYTES):
        target.write(cipher.seal(number, False, plain))
        number, plain = number + 1, following
    target.write(cipher.seal(number, True, plain))


def unsealed(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """What the file that is stored as `name` holds, of its `blocks` as they are stored: all of it, or it raises.

    Raises FileKeyMissingError, and StoredFileDamagedError at its end at the latest: what came before that is not to be
    used.
    """
    waiting, cipher, number, is_clear = bytearray(), None, 0, False
    for block in blocks:
        if is_clear:
            yield block
            continue
        waiting += block
        if cipher is None:
            if not waiting.startswith(MAGIC[: len(waiting)]):
                is_clear = True
                yield bytes(waiting)
                continue
            if len(waiting) < HEADER.size:
                continue
            cipher = _opened(bytes(waiting[: HEADER.size]), name)
            del waiting[: HEADER.size]
        size, start = cipher.chunk_bytes + TAG_BYTES, 0
        while len(waiting) - start > size:  # more follows, so it is not the last
            yield cipher.unseal(number, False, bytes(waiting[start : start + size]))
            number, start = number + 1, start + size
        del waiting[:start]
    if cipher is not None:
        yield cipher.unseal(number, True, bytes(waiting))
    elif waiting.startswith(MAGIC):
        raise StoredFileDamagedError
    elif not is_clear:
        yield bytes(waiting)


def is_sealed(head: bytes) -> bool:
    """Whether a stored file that begins so is encrypted; `head` has len(MAGIC) bytes at least, unless it is shorter."""
    return head.startswith(MAGIC)


def key_of_sealed(head: bytes) -> str:
    """The id of the key of an encrypted file, of its header."""
    return HEADER.unpack(head[: HEADER.size])[1].hex()


def _opened(header: bytes, name: str) -> _Cipher:
    _, key_id, chunk_bytes, _ = HEADER.unpack(header)
    if not 0 < chunk_bytes <= MAX_CHUNK_BYTES:
        raise StoredFileDamagedError
    try:
        key = find_key(FILES, key_id.hex())
    except UnknownKeyError:
        raise FileKeyMissingError(
            f"a stored file is encrypted with the key {key_id.hex()}, which neither FILE_KEY nor ENCRYPTION_KEY gives"
        ) from None
    return _cipher(name, key, header)


def _read_fully(source: IO[bytes], count: int) -> bytes:
    """The next `count` bytes of `source`, fewer at its end alone."""
    block = source.read(count)
    while 0 < len(block) < count and (more := source.read(count - len(block))):
        block += more
    return block
