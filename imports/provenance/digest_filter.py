"""A small filter of digests: says of most files at once that a person is not in them, without their being opened.

A blocked Bloom filter (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007). A digest
belongs to one block and sets PROBES bits of it, so a database hands over BLOCK_BYTES of a filter and not the whole.
Digests are random already: their bytes are the hashes. With BITS_A_DIGEST, about one file in 100 is opened in vain.
"""

from collections.abc import Iterable

from imports.querysets import BLOCK_BYTES

BITS_A_DIGEST = 12
PROBES = 4

_HASH_BYTES = 4
_PLACE_BITS = 9  # of BLOCK_BYTES * 8
_PLACE_MASK = (1 << _PLACE_BITS) - 1


def blocks_for(count: int) -> int:
    """How many blocks a filter of `count` digests has."""
    return max(1, -(-count * BITS_A_DIGEST // (BLOCK_BYTES * 8)))


def block_number(digest: bytes) -> int:
    """A number of 31 bits; its remainder by the number of blocks is the block that `digest` belongs to."""
    return int.from_bytes(digest[:_HASH_BYTES], "big") >> 1


def make_filter(digests: Iterable[bytes], blocks: int) -> bytes:
    """The filter of `digests`."""
    made = bytearray(blocks * BLOCK_BYTES)
    for digest in digests:
        start = block_number(digest) % blocks * BLOCK_BYTES
        for place in _places(digest):
            made[start + (place >> 3)] |= 1 << (place & 7)
    return bytes(made)


def may_hold(block: bytes, digest: bytes) -> bool:
    """Whether the file may have `digest`, by the block that this belongs to; never False for one that it has."""
    return all(block[place >> 3] >> (place & 7) & 1 for place in _places(digest))


def _places(digest: bytes) -> Iterable[int]:
    bits = int.from_bytes(digest[_HASH_BYTES:], "big")
    return [bits >> number * _PLACE_BITS & _PLACE_MASK for number in range(PROBES)]
