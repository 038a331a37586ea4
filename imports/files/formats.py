"""What a file is, told from its bytes: never from its name, nor from what a browser said."""

import re
import struct
import zipfile
from pathlib import Path
from typing import Literal, NamedTuple

from imports.files.refusals import FileRefusedError, refusal

Format = Literal["csv", "xlsx"]

SAMPLE_BYTES = 65_536

DAMAGED_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


class _Signature(NamedTuple):
    start: bytes
    code: str
    kind: str = ""


_SIGNATURES = (
    _Signature(b"\x89PNG\r\n\x1a\n", "image", "PNG"),
    _Signature(b"\xff\xd8\xff", "image", "JPEG"),
    _Signature(b"GIF87a", "image", "GIF"),
    _Signature(b"GIF89a", "image", "GIF"),
    _Signature(b"%PDF-", "pdf"),
    _Signature(b"\x1f\x8b", "archive", "gzip"),
    _Signature(b"BZh91AY&SY", "archive", "bzip2"),
    _Signature(b"\xfd7zXZ\x00", "archive", "xz"),
    _Signature(b"7z\xbc\xaf\x27\x1c", "archive", "7-Zip"),
    _Signature(b"Rar!\x1a\x07", "archive", "RAR"),
    _Signature(b"{\\rtf", "office_document", "formatted text document (RTF)"),
    # Workbooks of Excel 2 to 4 begin with their first record, not with a container.
    _Signature(b"\x09\x00\x04\x00", "xls"),
    _Signature(b"\x09\x02\x06\x00", "xls"),
    _Signature(b"\x09\x04\x06\x00", "xls"),
)

# Markup that may follow blanks and a byte order mark.
_TEXT_SIGNATURES = (
    (re.compile(rb"<(!doctype html|html|head|body|table|meta|style|script)\b", re.IGNORECASE), "html"),
    (re.compile(rb"<\?xml\b|<!doctype\b", re.IGNORECASE), "xml"),
    (re.compile(rb'\{\s*("[^"\n]*"\s*:|\}\s*\Z)|\[\s*(\{|\[|\]\s*\Z)'), "json"),
    (re.compile(rb"begin:vcard\b", re.IGNORECASE), "vcard"),
)

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in an OLE container's root directory.
_OLE_STREAMS = (
    ("EncryptedPackage", "password_protected", ""),
    ("Workbook", "xls", ""),
    ("Book", "xls", ""),
    ("WordDocument", "office_document", "Word document"),
    ("PowerPoint Document", "office_document", "PowerPoint presentation"),
    ("__properties_version1.0", "office_document", "Outlook message"),
)

_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# Excel's own place for the workbook part, and where other programs put it (ECMA-376 part 2, 9.3, allows any).
WORKBOOK_PARTS = ("xl/workbook.xml", "workbook.xml")
# Members that tell what a ZIP is; a trailing slash stands for a folder.
_ZIP_MEMBERS = (
    ("xl/workbook.bin", "xlsb", ""),
    ("word/", "office_document", "Word document"),
    ("ppt/", "office_document", "PowerPoint presentation"),
    ("index/", "numbers", ""),
    ("index.zip", "numbers", ""),
    ("content.xml", "ods", ""),
)


def recognise_format(path: Path) -> Format:
    """What the file at `path` is: `csv` is any text, whatever separates its columns.

    Raises FileRefusedError for everything that is not read, saying what it is.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample:
        raise refusal("empty_file")
    if sample.startswith(_ZIP_SIGNATURES):
        return _recognise_archive(path)
    if sample.startswith(_OLE_SIGNATURE):
        raise _ole_refusal(path, sample)
    for signature in _SIGNATURES:
        if sample.startswith(signature.start):
            raise refusal(signature.code, kind=signature.kind)
    text = sample.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, code in _TEXT_SIGNATURES:
        if pattern.match(text):
            raise refusal(code)
    return "csv"


def _recognise_archive(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member.replace("\\", "/").lower() for member in archive.namelist()]
    except DAMAGED_ARCHIVE_ERRORS:
        # A ZIP without its directory at the end was cut off on its way here.
        raise refusal("damaged_workbook" if _names_workbook(path) else "zip") from None
    if any(part in members for part in WORKBOOK_PARTS):
        return "xlsx"
    for name, code, kind in _ZIP_MEMBERS:
        if any(member.startswith(name) if name.endswith("/") else member == name for member in members):
            raise refusal(code, kind=kind)
    raise refusal("zip")


def _names_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return b"[Content_Types].xml" in file.read(SAMPLE_BYTES)


def _ole_refusal(path: Path, header: bytes) -> FileRefusedError:
    """The refusal of an OLE container, told by its directory ([MS-CFB] 2.2 and 2.6)."""
    if len(header) < 512:
        return refusal("not_a_table")
    (sector_shift,) = struct.unpack_from("<H", header, 30)
    (first_directory_sector,) = struct.unpack_from("<I", header, 48)
    sector_bytes = 1 << min(sector_shift, 12)
    with path.open("rb") as file:
        # Some file systems refuse to look as far beyond the end as a damaged header may point.
        file.seek(min((first_directory_sector + 1) * sector_bytes, path.stat().st_size))
        directory = file.read(SAMPLE_BYTES)
    for stream, code, kind in _OLE_STREAMS:
        if f"{stream}\0".encode("utf-16-le") in directory:
            return refusal(code, kind=kind)
    return refusal("office_document", kind="document of an older Office program")
