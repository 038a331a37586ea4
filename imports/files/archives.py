"""The one file in a ZIP or GZ archive, taken out; nothing that the archive says is used as a path."""

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from imports.files.containers import BOUNDED_COMPRESSIONS, opened_zip
from imports.files.file_refusals import FileRefusedError, refusal
from imports.files.formats import DAMAGED_ARCHIVE_ERRORS, Format, recognise_format
from imports.files.reading import ReadingLimits
from imports.messages import Message, gettext

MAX_MEMBERS = 1_000
MAX_PARTS = 100_000
MAX_LISTED_NAMES = 5
# The file is one stream, but some programs compress it in pieces, a new one every 64 KB of text.
MAX_GZIP_MEMBERS = 100_000

_UNPACKED_NAME = "unpacked"
_BLOCK_BYTES = 1 << 20
# Each member of a GZ may copy what was read and not used, so that is kept small.
_GZIP_BLOCK_BYTES = 1 << 16
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED_FLAG = 0x1

# What systems and programs leave beside the files that people pack, in lower case.
_LEFTOVER_FOLDERS = frozenset({"__macosx"})
_LEFTOVER_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".localized"})
_LEFTOVER_BEGINNINGS = ("._", "~$", ".~lock.")

# Control, formatting, surrogate, private and line-breaking characters: they hide or reorder what a name says.
_HIDING_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SHOWN_BEGINNING_CHARS = 50
_SHOWN_END_CHARS = 20

_GZIP_HEADER_BYTES = 10
_GZIP_EXTRA_FLAG = 0x4
_GZIP_NAME_FLAG = 0x8


@dataclass(frozen=True, slots=True)
class Inner:
    """The file that was in an archive: where it lies now, and what it is.

    `archive` is the kind of archive, `zip` or `gz`; `member` the file's name in there, fit to be shown, or None
    when the archive names none.
    """

    path: Path
    format: Format
    archive: str
    member: str | None


def unpacked(path: Path, file_format: Format, folder: Path, limits: ReadingLimits) -> Inner:
    """The one file in the archive at `path`, which is `zip` or `gz`, unpacked into `folder`.

    What systems put into archives beside people's files does not count. The unpacked file may have
    `limits.max_bytes`; how many times it grew is no matter. Raises FileRefusedError when there is not just one,
    it cannot be unpacked, or it is itself nothing that is read; `folder` is then left as it was.
    """
    name: str | None
    if file_format == "zip":
        member = _only_member(path, limits)
        name, blocks = shown_name(member.filename), _zip_blocks(path, member)
    else:
        name, blocks = _gzip_name(path), _gzip_blocks(path)
    target = folder / _UNPACKED_NAME
    target.touch(0o600, exist_ok=False)
    try:
        _write(blocks, target, file_format, limits)
        return Inner(target, _recognise_inner(target, file_format), file_format, name)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def check_expansion(path: Path, limits: ReadingLimits) -> None:
    """Refuse the workbook at `path`, a ZIP container, when its parts declare more than may be expanded.

    A part that declares too little ends there for readers that use `zipfile`. Raises FileRefusedError for a
    damaged container too, and for one with compressions that workbooks may not have.
    """
    try:
        with opened_zip(path) as archive:
            parts = archive.infolist()
    except DAMAGED_ARCHIVE_ERRORS:
        raise refusal("damaged_workbook") from None
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > limits.max_expanded_bytes:
        raise refusal("expands_too_far")
    if any(part.compress_type not in BOUNDED_COMPRESSIONS for part in parts):
        raise refusal("damaged_workbook")


def shown_name(name: str) -> str:
    """The last part of `name`, which may be any text, short and without characters that hide what it says."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    visible = "".join(c for c in last if unicodedata.category(c) not in _HIDING_CATEGORIES).strip()
    if len(visible) > _SHOWN_BEGINNING_CHARS + _SHOWN_END_CHARS:
        visible = f"{visible[:_SHOWN_BEGINNING_CHARS]}…{visible[-_SHOWN_END_CHARS:]}"
    return visible or gettext("unnamed file")


def _recognise_inner(path: Path, archive: Format) -> Format:
    try:
        inner_format = recognise_format(path)
    except FileRefusedError as error:
        if error.code != "archive":
            raise
        inner_format = "zip"
    if inner_format in ("zip", "gz"):
        raise refusal("nested_archive", archive=archive.upper())
    return inner_format


def _write(blocks: Iterable[bytes], target: Path, archive: Format, limits: ReadingLimits) -> None:
    size_bytes = 0
    with target.open("wb") as file:
        for block in blocks:
            size_bytes += len(block)
            if size_bytes > limits.max_bytes:
                raise _too_large(archive, limits)
            file.write(block)


def _too_large(archive: Format, limits: ReadingLimits) -> FileRefusedError:
    return refusal("unpacked_too_large", archive=archive.upper(), limit_bytes=limits.max_bytes)


def _only_member(path: Path, limits: ReadingLimits) -> zipfile.ZipInfo:
    """The one file in the ZIP archive at `path`, as its directory describes it."""
    try:
        with opened_zip(path) as archive:
            members = archive.infolist()
    except DAMAGED_ARCHIVE_ERRORS:
        raise refusal("damaged_archive", archive="ZIP") from None
    if len(members) > MAX_MEMBERS:
        raise refusal("too_many_members", archive="ZIP")
    if _is_overlapping(members):
        raise refusal("damaged_archive", archive="ZIP")
    files = [member for member in members if not _is_leftover(member)]
    if not files:
        raise refusal("empty_archive", archive="ZIP")
    if len(files) > 1:
        raise refusal("several_files", archive="ZIP", count=len(files), names=_listed(files))
    member = files[0]
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise refusal("archive_password", archive="ZIP")
    if member.compress_type not in BOUNDED_COMPRESSIONS:
        raise refusal("archive_compression", archive="ZIP")
    if member.file_size > limits.max_bytes:
        raise _too_large("zip", limits)
    return member


def _is_overlapping(members: Iterable[zipfile.ZipInfo]) -> bool:
    """Whether members share bytes, which no program that packs files writes."""
    in_order = sorted(members, key=lambda member: member.header_offset)
    return any(
        before.header_offset + _LOCAL_HEADER_BYTES + before.compress_size > after.header_offset
        for before, after in pairwise(in_order)
    )


def _is_leftover(member: zipfile.ZipInfo) -> bool:
    """Whether the member is a folder, a link, or something that no person packed."""
    *folders, name = member.filename.replace("\\", "/").lower().split("/")
    return (
        (not name and bool(folders))
        or stat.S_ISLNK(member.external_attr >> 16)
        or name in _LEFTOVER_NAMES
        or name.startswith(_LEFTOVER_BEGINNINGS)
        or not _LEFTOVER_FOLDERS.isdisjoint(folders)
    )


def _listed(files: list[zipfile.ZipInfo]) -> list[str | Message]:
    """The names of the first files, and how many more there are."""
    names: list[str | Message] = [shown_name(member.filename) for member in files[:MAX_LISTED_NAMES]]
    if len(files) > MAX_LISTED_NAMES:
        names.append(Message("more_files", {"count": len(files) - MAX_LISTED_NAMES}))
    return names


def _zip_blocks(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    size_bytes = 0
    try:
        with opened_zip(path) as archive, archive.open(member) as file:
            while block := file.read(_BLOCK_BYTES):
                size_bytes += len(block)
                yield block
    except DAMAGED_ARCHIVE_ERRORS:
        raise refusal("damaged_archive", archive="ZIP") from None
    # Its checksum was right, so the directory is not.
    if size_bytes != member.file_size:
        raise refusal("damaged_archive", archive="ZIP")


def _gzip_blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from _inflated(file)
    except DAMAGED_ARCHIVE_ERRORS:
        raise refusal("damaged_archive", archive="GZ") from None


def _inflated(file: BinaryIO) -> Iterator[bytes]:
    """The text of all members of the GZ file, one after another (RFC 1952, 2.2).

    Zeros after a member are padding, as tapes need. Anything else there may once have been contacts, so it
    counts as damage. Raises `zlib.error` and EOFError for it.
    """
    rest = file.read(_GZIP_BLOCK_BYTES)
    members = 0
    while rest:
        members += 1
        if members > MAX_GZIP_MEMBERS:
            raise refusal("too_many_members", archive="GZ")
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        while not inflater.eof:
            block = inflater.decompress(rest, _BLOCK_BYTES)
            if block:
                yield block
            rest = inflater.unconsumed_tail
            # A full block may have left some of its text in the inflater.
            if not rest and not inflater.eof and len(block) < _BLOCK_BYTES:
                rest = file.read(_GZIP_BLOCK_BYTES)
                if not rest:
                    raise EOFError
        rest = inflater.unused_data.lstrip(b"\0")
        while not rest and (read := file.read(_GZIP_BLOCK_BYTES)):
            rest = read.lstrip(b"\0")


def _gzip_name(path: Path) -> str | None:
    """The name in the header of a GZ file (RFC 1952, 2.3), None without one."""
    with path.open("rb") as file:
        header = file.read(_GZIP_BLOCK_BYTES)
    if len(header) < _GZIP_HEADER_BYTES or not header[3] & _GZIP_NAME_FLAG:
        return None
    start = _GZIP_HEADER_BYTES
    if header[3] & _GZIP_EXTRA_FLAG:
        start += 2 + int.from_bytes(header[start : start + 2], "little")
    name, end, _ = header[start:].partition(b"\0")
    if not end:
        return None
    # The standard says Latin-1; programs write what their system uses.
    try:
        return shown_name(name.decode())
    except UnicodeDecodeError:
        return shown_name(name.decode("latin-1"))
