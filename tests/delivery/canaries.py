"""Values that nobody would write by chance, and finding them in whatever form they may have been written down."""

import base64
import binascii
import html
import json
import re
import urllib.parse
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache

# The first bytes of what zlib makes, at the levels that are used; RQ writes tasks so. What a task raised, it writes as
# base64 of that.
ZLIB_BEGINNINGS = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
ZLIB_AS_BASE64 = re.compile(rb"e[AJN][A-Za-z0-9+/_-]{10,}={0,2}")
MAX_UNPACKED_BYTES = 1_000_000


def found_in(haystack: bytes, canaries: Mapping[str, str]) -> set[str]:
    """The names of the `canaries` that `haystack` holds, in any letter case and any of the forms below; also in what
    it holds of compressed data."""
    found: set[str] = set()
    for layer in (haystack, *_unpacked(haystack)):
        folded = layer.lower()
        for name, value in canaries.items():
            exact, in_any_case = forms(value)
            if any(form in layer for form in exact) or any(form in folded for form in in_any_case):
                found.add(name)
    return found


@cache
def forms(value: str) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """How `value` can have been written: forms in which the letter case counts, and others, in lower case."""
    spellings = {value, value.lower(), value.upper(), value.title()}
    texts = {
        text
        for spelling in spellings
        for text in (
            spelling,
            json.dumps(spelling)[1:-1],
            json.dumps(json.dumps(spelling)[1:-1])[1:-1],
            urllib.parse.quote(spelling, safe=""),
            urllib.parse.quote_plus(spelling),
            html.escape(spelling),
            ascii(spelling)[1:-1],
            ascii(spelling.encode())[2:-1],
        )
    }
    raw = {
        spelling.encode(encoding)
        for spelling in spellings
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    }
    in_any_case = {text.encode().lower() for text in texts}
    in_any_case |= {one.lower() for one in raw} | {binascii.hexlify(one) for one in raw}
    exact = {form for one in raw for form in _base64_forms(one)}
    return frozenset(exact), frozenset(in_any_case)


def _base64_forms(raw: bytes) -> Iterator[bytes]:
    """What stands in the middle of a longer text in base64 that holds `raw`, wherever in it that begins."""
    for before in range(3):
        whole = (before + len(raw)) // 3 * 3 - before
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(bytes(before) + raw[:whole])
            yield encoded[0 if before == 0 else 4 :]


def _unpacked(haystack: bytes) -> Iterator[bytes]:
    yield from _decompressed(haystack)
    for packed in ZLIB_AS_BASE64.findall(haystack):
        with suppress(binascii.Error):
            yield from _decompressed(base64.b64decode(packed, altchars=b"-_" if b"-" in packed else None))


def _decompressed(haystack: bytes) -> Iterator[bytes]:
    for beginning in ZLIB_BEGINNINGS:
        place = haystack.find(beginning)
        while place >= 0:
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(haystack[place:], MAX_UNPACKED_BYTES)
            place = haystack.find(beginning, place + 1)
