"""What a file is, told from its bytes."""

import gzip
import io
import struct
import zipfile

import openpyxl
import pytest

from imports.files.formats import recognise_format
from imports.files.refusals import FileRefusedError


def zip_of(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return file.getvalue()


def ole_with(stream: str, directory_sector: int = 0) -> bytes:
    """An OLE container as far as its directory, which begins in the sector after the header."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9 if directory_sector == 0 else 12)
    struct.pack_into("<I", header, 48, directory_sector)
    return bytes(header) + f"Root Entry\0{stream}\0".encode("utf-16-le").ljust(512, b"\0")


def workbook() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


def test_a_workbook_is_told_by_its_workbook_part(write):
    assert recognise_format(write(workbook())) == "xlsx"


@pytest.mark.parametrize(
    "text", [b"Email\nana@example.com\n", b"\xef\xbb\xbfa;b\n", b"\xff\xfea\0", b"{a},<b>\n"]
)
def test_text_is_a_table(write, text):
    assert recognise_format(write(text)) == "csv"


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "empty_file", "nothing"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image", "JPEG"),
        (b"GIF89a\x01\0\x01\0", "image", "GIF"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf", "PDF"),
        (gzip.compress(b"a,b\n1,2\n"), "archive", "gzip"),
        (b"  <!DOCTYPE html><html><table>", "html", "web page"),
        (b"\xef\xbb\xbf<TABLE border=1>", "html", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "xml", "XML"),
        (b'[\n  {"email": "ana@example.com"}]', "json", "JSON"),
        (b'{"email": "ana@example.com"}', "json", "JSON"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "vcard", "vCard"),
        (zip_of("contacts.csv"), "zip", "ZIP"),
        (zip_of("xl/workbook.bin", "[Content_Types].xml"), "xlsb", ".xlsb"),
        (zip_of("mimetype", "content.xml"), "ods", "OpenDocument"),
        (zip_of("Index/Document.iwa", "Metadata/Properties.plist"), "numbers", "Numbers"),
        (zip_of("word/document.xml", "[Content_Types].xml"), "office_document", "Word"),
        (ole_with("Workbook"), "xls", ".xls"),
        (ole_with("EncryptedPackage"), "password_protected", "password"),
        (ole_with("WordDocument"), "office_document", "Word"),
        (ole_with("Anything"), "office_document", "older Office"),
        (ole_with("Workbook", directory_sector=0xFFFF_FFFE), "office_document", "older Office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_table", "not text"),
        (workbook()[:-200], "damaged_workbook", "damaged"),
        (zip_of("contacts.csv")[:-30], "zip", "ZIP"),
    ],
)
def test_what_is_no_table_is_refused_by_name(write, data, code, word):
    with pytest.raises(FileRefusedError) as refused:
        recognise_format(write(data))
    assert refused.value.code == code
    assert word in refused.value.sentence
