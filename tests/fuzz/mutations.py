"""Ways to damage a file: bytes changed, cut out, doubled, or replaced by what means something to a reader."""

import io
import zipfile
import zlib
from random import Random

MAX_BYTES = 2_000_000
_MAX_MEMBERS = 60

_TOKENS = (
    b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xfe\xff", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xf0\x9f", b"\\", b'\\"', b"sep=", b"sep=;\n", b"=1+1", b"@", b"#REF!", b"\x1f", b"\x1a",
    b"<", b">", b"</row>", b'<row r="1048576">', b'<c r="XFD1048576" t="s">', b"<v>99999999999999999999</v>",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#xD800;", b"<![CDATA[", b"]]>", b"<!--", b"_x0000_",
    b'table:number-rows-repeated="2147483647"', b'table:number-columns-repeated="99999999"', b"<is><t>",
    b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF", b"1e999", b"-1",
    b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xff\xff\xff\x7f",
)  # fmt: skip


def mutated(data: bytes, other: bytes, random: Random) -> bytes:
    """`data` after a few changes; some of what it takes in comes from `other`."""
    if data.startswith(b"PK") and random.random() < 0.7:
        rezipped = _mutated_inside(data, other, random)
        if rezipped is not None:
            return rezipped
    return _mutated_bytes(data, other, random)


def _mutated_inside(data: bytes, other: bytes, random: Random) -> bytes | None:
    """The archive with one member changed; None when it cannot be unpacked."""
    file = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            names = old.namelist()[:_MAX_MEMBERS]
            chosen = random.choice(names)
            for name in names:
                content = old.read(name)
                if name == chosen and random.random() < 0.05:
                    continue
                new.writestr(name, _mutated_bytes(content, other, random) if name == chosen else content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        IndexError,
        OSError,
        RuntimeError,
        NotImplementedError,
        EOFError,
        ValueError,
    ):
        return None
    return file.getvalue()


def _mutated_bytes(data: bytes, other: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        random.choice(_MUTATIONS)(changed, other, random)
    return bytes(changed[:MAX_BYTES])


def _place(data: bytearray, random: Random) -> int:
    return random.randrange(len(data) + 1)


def _flip(data: bytearray, other: bytes, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set(data: bytearray, other: bytes, random: Random) -> None:
    if data:
        data[random.randrange(len(data))] = random.randrange(256)


def _insert(data: bytearray, other: bytes, random: Random) -> None:
    place = _place(data, random)
    data[place:place] = random.choice(_TOKENS) * random.choice((1, 1, 1, 3, 1_000))


def _replace(data: bytearray, other: bytes, random: Random) -> None:
    place, token = _place(data, random), random.choice(_TOKENS)
    data[place : place + len(token)] = token


def _cut(data: bytearray, other: bytes, random: Random) -> None:
    start = _place(data, random)
    del data[start : start + random.choice((1, 2, 16, 500, 10_000))]


def _double(data: bytearray, other: bytes, random: Random) -> None:
    start = _place(data, random)
    piece = data[start : start + random.choice((1, 16, 500, 5_000))]
    data[start:start] = piece * random.choice((1, 2, 50))


def _truncate(data: bytearray, other: bytes, random: Random) -> None:
    del data[_place(data, random) :]


def _splice(data: bytearray, other: bytes, random: Random) -> None:
    start = random.randrange(len(other) + 1)
    place = _place(data, random)
    data[place:place] = other[start : start + random.choice((16, 500, 5_000))]


_MUTATIONS = (_flip, _set, _insert, _replace, _cut, _double, _truncate, _splice)
