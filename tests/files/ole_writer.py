"""Writes an OLE container with one stream ([MS-CFB] 2)."""

import struct

_SECTOR_BYTES = 4096
_ENTRY_BYTES = 128
_NUMBERS_PER_SECTOR = _SECTOR_BYTES // 4
# What the header has room to list.
_MAX_FAT_SECTORS = 109
MAX_STREAM_BYTES = (_MAX_FAT_SECTORS - 1) * _NUMBERS_PER_SECTOR * _SECTOR_BYTES

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_CHAIN = 0xFFFFFFFE
_FAT_SECTOR = 0xFFFFFFFD
_FREE = 0xFFFFFFFF
_STREAM, _ROOT = 2, 5
_BLACK = 1


def container_of(name: str, stream: bytes) -> bytes:
    """The container of a `stream` of no more than `MAX_STREAM_BYTES`.

    The stream comes first, then the directory, then the FAT. It is padded with zeros to whole sectors.
    """
    sectors = max(1, -(-len(stream) // _SECTOR_BYTES))
    fat_sectors = -(-(sectors + 1 + _MAX_FAT_SECTORS) // _NUMBERS_PER_SECTOR)
    first_fat = sectors + 1
    fat = [*range(1, sectors), _END_OF_CHAIN, _END_OF_CHAIN, *[_FAT_SECTOR] * fat_sectors]
    places = [*range(first_fat, first_fat + fat_sectors)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        _SIGNATURE,
        0x3E,  # The minor and the major version, and the order of bytes.
        4,
        0xFFFE,
        12,  # Sectors have 1 << 12 bytes, short ones 1 << 6.
        6,
        1,  # How many sectors have the directory, and how many the FAT.
        fat_sectors,
        sectors,
        0,
        _SECTOR_BYTES,  # Streams shorter than this would be kept in short sectors, and there are none.
        _END_OF_CHAIN,
        0,
        _END_OF_CHAIN,
        0,
        *_padded(places, _MAX_FAT_SECTORS),
    )
    # Calamine takes a root that begins nowhere for none at all.
    directory = _entry("Root Entry", _ROOT, 1, 0, 0)
    directory += _entry(name, _STREAM, _FREE, 0, sectors * _SECTOR_BYTES)
    return b"".join(
        (
            header.ljust(_SECTOR_BYTES, b"\0"),
            stream.ljust(sectors * _SECTOR_BYTES, b"\0"),
            directory.ljust(_SECTOR_BYTES, b"\0"),
            struct.pack(
                f"<{fat_sectors * _NUMBERS_PER_SECTOR}I", *_padded(fat, fat_sectors * _NUMBERS_PER_SECTOR)
            ),
        )
    )


def _entry(name: str, kind: int, child: int, first_sector: int, length: int) -> bytes:
    """An entry of the directory, without siblings (2.6.1)."""
    encoded = f"{name}\0".encode("utf-16-le")
    entry = struct.pack(
        "<64sHBBIII36xIQ", encoded, len(encoded), kind, _BLACK, _FREE, _FREE, child, first_sector, length
    )
    return entry.ljust(_ENTRY_BYTES, b"\0")


def _padded(numbers: list[int], length: int) -> list[int]:
    return numbers + [_FREE] * (length - len(numbers))
