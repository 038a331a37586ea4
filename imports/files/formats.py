"""What a file is, told from its bytes: never from its name, nor from what a browser said."""

import codecs
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from imports.files.containers import BOUNDED_COMPRESSIONS, opened_zip, root_names
from imports.files.file_refusals import refusal
from imports.files.signatures import BINARY_SIGNATURES, TEXT_SIGNATURES, Signature

Format = Literal["csv", "xlsx", "xls", "xlsb", "ods", "zip", "gz"]

SAMPLE_BYTES = 65_536
_MAX_MANIFEST_BYTES = 1_000_000

DAMAGED_ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    ValueError,
)


# UTF-32 before UTF-16, whose mark its own begins with.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_GZIP_SIGNATURE = b"\x1f\x8b"
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names in the root of an OLE container; "book" is where Excel 5 and 95 keep the workbook.
_OLE_WORKBOOKS = frozenset({"workbook", "book"})
_OLE_NAMES = (
    ("encryptedpackage", "password_protected", ""),
    ("worddocument", "office_document", "kind_word_document"),
    ("powerpoint document", "office_document", "kind_powerpoint_presentation"),
    ("visiodocument", "office_document", "kind_visio_drawing"),
    ("__properties_version1.0", "office_document", "kind_outlook_message"),
)

_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# Excel's own place for the workbook part, and where other programs put it (ECMA-376 part 2, 9.3, allows any).
WORKBOOK_PARTS = ("xl/workbook.xml", "workbook.xml")
_BINARY_WORKBOOK_PART = "xl/workbook.bin"
# Members that together tell what a ZIP is; a trailing slash stands for a folder.
_ZIP_MEMBERS = (
    (("[content_types].xml", "word/"), "office_document", "kind_word_document"),
    (("[content_types].xml", "ppt/"), "office_document", "kind_powerpoint_presentation"),
    (("[content_types].xml", "visio/"), "office_document", "kind_visio_drawing"),
    (("index/document.iwa",), "numbers", ""),
    (("index.zip", "metadata/"), "numbers", ""),
)

# OpenDocument 1.3 part 2, 3.3, on the mimetype file; before it was a standard, the types were OpenOffice.org's own.
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.(?:oasis\.opendocument|sun\.xml)\.([a-z]+)")
_OPEN_DOCUMENTS = {
    b"text": ("office_document", "kind_opendocument_text"),
    b"presentation": ("office_document", "kind_opendocument_presentation"),
    b"graphics": ("office_document", "kind_opendocument_drawing"),
    b"base": ("office_document", "kind_opendocument_database"),
    b"calc": ("old_workbook", "OpenOffice.org 1"),
    b"writer": ("office_document", "kind_openoffice_org_text"),
    b"impress": ("office_document", "kind_openoffice_org_presentation"),
}
_OTHER_OPEN_DOCUMENT = ("office_document", "kind_opendocument_file")


def recognise_format(path: Path) -> Format:
    """What the file at `path` is: `csv` is any text, whatever separates its columns.

    `xlsx` is any workbook of Office Open XML, templates and those with macros too, and `xls` one of Excel 5 or
    later. `zip` is a ZIP archive that is not itself a document, and `gz` a file compressed by gzip: what is in
    them remains to be seen.

    Raises FileRefusedError for everything that is not read, saying what it is.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    if not sample:
        raise refusal("empty_file")
    if sample.startswith(_ZIP_SIGNATURES):
        return _recognise_zip(path, sample)
    if sample.startswith(_GZIP_SIGNATURE):
        return "gz"
    if sample.startswith(_OLE_SIGNATURE):
        return _recognise_ole(path)
    _refuse_signature(sample, BINARY_SIGNATURES)
    _refuse_signature(_text_of(sample), TEXT_SIGNATURES)
    return "csv"


def _refuse_signature(sample: bytes, signatures: tuple[Signature, ...]) -> None:
    for signature in signatures:
        if signature.beginning.match(sample):
            raise refusal(signature.code, kind=signature.kind)


def _text_of(sample: bytes) -> bytes:
    """The sample as UTF-8 without mark and leading blanks, if a byte order mark or the empty bytes of UTF-16 say
    what it is; else as it is."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return sample[len(mark) :].decode(encoding, "ignore").encode().lstrip()
    for encoding, empty in (("utf-16-le", sample[1:9:2]), ("utf-16-be", sample[0:8:2])):
        if empty == b"\0\0\0\0":
            return sample.decode(encoding, "ignore").encode(errors="ignore").lstrip()
    return sample.lstrip()


def _recognise_ole(path: Path) -> Format:
    names = root_names(path)
    for name, code, kind in _OLE_NAMES:
        if name in names:
            raise refusal(code, kind=kind)
    if names & _OLE_WORKBOOKS:
        return "xls"
    if not names:
        raise refusal("not_a_table")
    raise refusal("office_document", kind="kind_document_of_an_older_office_program")


def _recognise_zip(path: Path, sample: bytes) -> Format:
    try:
        with opened_zip(path) as archive:
            return _recognise_members(archive)
    except DAMAGED_ARCHIVE_ERRORS:
        # A ZIP without its directory at the end was cut off on its way here.
        is_workbook = b"[Content_Types].xml" in sample or b"opendocument.spreadsheet" in sample[:200]
        raise refusal("damaged_workbook" if is_workbook else "damaged_archive", archive="ZIP") from None


def _recognise_members(archive: zipfile.ZipFile) -> Format:
    members = {member.filename.replace("\\", "/").lower(): member for member in archive.infolist()}
    if any(part in members for part in WORKBOOK_PARTS):
        return "xlsx"
    if _BINARY_WORKBOOK_PART in members:
        return "xlsb"
    mimetype = _beginning(archive, members.get("mimetype"))
    manifest = _beginning(archive, members.get("meta-inf/manifest.xml"))
    # A few programs leave the first of the two out.
    if kind := _OPEN_DOCUMENT.search(mimetype or manifest):
        if b"encryption-data" in manifest:
            raise refusal("password_protected")
        return _recognise_open_document(kind[1])
    inner = _without_folder(members)
    for names, code, kind_of_document in _ZIP_MEMBERS:
        if any(all(_holds(one, name) for name in names) for one in (members, inner)):
            raise refusal(code, kind=kind_of_document)
    return "zip"


def _without_folder(members: dict[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The members of the one folder that all are in, by their names in it; none where there is no such folder.

    Packages that macOS shows as files are folders, and come so when they are zipped by hand.
    """
    own = {name: member for name, member in members.items() if not name.startswith("__macosx/")}
    folders = {name.partition("/")[0] for name in own}
    if len(folders) != 1:
        return {}
    return {name.partition("/")[2]: member for name, member in own.items() if name.partition("/")[2]}


def _recognise_open_document(kind: bytes) -> Format:
    if kind == b"spreadsheet":
        return "ods"
    code, words = _OPEN_DOCUMENTS.get(kind, _OTHER_OPEN_DOCUMENT)
    raise refusal(code, kind=words)


def _holds(members: dict[str, zipfile.ZipInfo], name: str) -> bool:
    return name in members or (name.endswith("/") and any(member.startswith(name) for member in members))


def _beginning(archive: zipfile.ZipFile, member: zipfile.ZipInfo | None) -> bytes:
    if member is None or member.compress_type not in BOUNDED_COMPRESSIONS:
        return b""
    with archive.open(member) as file:
        return file.read(_MAX_MANIFEST_BYTES)
