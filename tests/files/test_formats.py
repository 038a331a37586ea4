"""What a file is, told from its bytes."""

import codecs
import contextlib
import gzip
import io
import struct
import tarfile
import zipfile
from typing import get_args

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.files.file_refusals import FileRefusedError
from imports.files.formats import SAMPLE_BYTES, Format, recognise_format

NO_ENTRY = 0xFFFF_FFFF
FREE, END, FAT, FAT_LIST = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD, 0xFFFF_FFFC
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def zip_of(*names: str, compression: int = zipfile.ZIP_STORED, **contents: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name in names:
            archive.writestr(name, contents.get(name, "x"))
    return file.getvalue()


def open_document(mimetype: str | None, manifest: str = "", **options: int) -> bytes:
    names = ["mimetype"] * (mimetype is not None) + ["META-INF/manifest.xml", "content.xml"]
    return zip_of(*names, **{"mimetype": mimetype or "", "META-INF/manifest.xml": manifest}, **options)


def ole_entry(name: str, kind: int, right: int = NO_ENTRY, child: int = NO_ENTRY) -> bytes:
    text = f"{name}\0".encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, NO_ENTRY, right, child)
    return entry.ljust(128, b"\0")


def ole_with(*streams: str, embedded: tuple[str, ...] = (), sector_bytes: int = 512) -> bytes:
    """An OLE container as far as its directory: `streams` in the root, `embedded` in a storage beside them.

    The directory's sectors do not follow one another, and the one that lists the last of them is itself listed
    outside the header.
    """
    names = [*streams, *(["Pool"] if embedded else [])]
    entries = [ole_entry("Root Entry", 5, child=1 if names else NO_ENTRY)]
    for number, name in enumerate(names, 1):
        right = number + 1 if number < len(names) else NO_ENTRY
        is_pool = name == "Pool"
        entries.append(ole_entry(name, 1 if is_pool else 2, right, len(names) + 1 if is_pool else NO_ENTRY))
    for number, name in enumerate(embedded, len(names) + 1):
        entries.append(ole_entry(name, 2, number + 1 if number < len(names) + len(embedded) else NO_ENTRY))
    directory = b"".join(entries)
    pieces = [directory[start : start + sector_bytes] for start in range(0, len(directory), sector_bytes)]

    def sector(data: bytes) -> bytes:
        return data.ljust(sector_bytes, b"\0")

    # Sectors: 0 the FAT, 1 a list of FAT sectors, then each piece of the directory after an unused sector.
    per_sector = sector_bytes // 4
    places = [3 + 2 * index for index in range(len(pieces))]
    chain = [FREE] * per_sector
    chain[:2] = [FAT, FAT_LIST]
    for place, following in zip(places, [*places[1:], END], strict=True):
        chain[place] = following
    header = bytearray(512)
    header[:8] = OLE_MARK
    struct.pack_into("<H", header, 30, 12 if sector_bytes == 4096 else 9)
    struct.pack_into("<I", header, 48, places[0])
    struct.pack_into("<II", header, 68, 1, 1)
    struct.pack_into("<109I", header, 76, 0, *[FREE] * 108)
    file = sector(bytes(header)) + sector(struct.pack(f"<{per_sector}I", *chain))
    file += sector(struct.pack(f"<{per_sector}I", *[FREE] * (per_sector - 1), END))
    return file + b"".join(sector(b"unused") + sector(piece) for piece in pieces)


def ole_that_lists_its_table_outside_the_header() -> bytes:
    """A container whose directory lies so far behind that another sector lists the FAT sector chaining it."""
    first = 109 * 128
    header = bytearray(512)
    header[:8] = OLE_MARK
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, first)
    struct.pack_into("<II", header, 68, 0, 1)
    struct.pack_into("<109I", header, 76, *[FREE] * 109)
    file = bytearray(512 * (first + 4))
    file[:512] = header
    struct.pack_into("<128I", file, 512, first + 1, *[FREE] * 126, END)
    struct.pack_into("<128I", file, 512 * (first + 2), first + 2, FREE, END, *[FREE] * 125)
    fillers = [ole_entry(f"Filler {number}", 2, number + 1) for number in range(1, 4)]
    directory = ole_entry("Root Entry", 5, child=1) + b"".join(fillers) + ole_entry("Workbook", 2)
    file[512 * (first + 1) : 512 * (first + 2)] = directory[:512]
    file[512 * (first + 3) : 512 * (first + 3) + 128] = directory[512:]
    return bytes(file)


def workbook() -> bytes:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


def tar_of(format_: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format_) as archive:
        archive.addfile(tarfile.TarInfo("contacts.csv"), io.BytesIO())
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "file_format"),
    [
        (workbook(), "xlsx"),
        (zip_of("[Content_Types].xml", "workbook.xml"), "xlsx"),
        (zip_of("[Content_Types].xml", "XL\\Workbook.xml"), "xlsx"),
        (zip_of("xl/workbook.xml", "xl/vbaProject.bin", "xl/embeddings/letter.docx"), "xlsx"),
        (zip_of("xl/workbook.bin", "[Content_Types].xml"), "xlsb"),
        (open_document(SPREADSHEET), "ods"),
        (open_document(SPREADSHEET + "-template", compression=zipfile.ZIP_DEFLATED), "ods"),
        (open_document(None, f'<file-entry media-type="{SPREADSHEET}" full-path="/"/>'), "ods"),
        (ole_with("Workbook"), "xls"),
        (ole_with("WORKBOOK", "Book"), "xls"),
        (ole_with("Book"), "xls"),
        (
            ole_with("\x05SummaryInformation", "\x05DocumentSummaryInformation", "Ctls", "A", "Workbook"),
            "xls",
        ),
        (ole_with("Workbook", embedded=("WordDocument",)), "xls"),
        (ole_with("Workbook", sector_bytes=4096), "xls"),
        (ole_that_lists_its_table_outside_the_header(), "xls"),
        (zip_of("contacts.csv"), "zip"),
        (zip_of("word/contacts.csv"), "zip"),
        (zip_of("index/contacts.csv"), "zip"),
        (zip_of("content.xml"), "zip"),
        (zip_of(), "zip"),
        (gzip.compress(b"a,b\n1,2\n"), "gz"),
        (gzip.compress(b""), "gz"),
    ],
)
def test_what_may_be_read_is_told_by_its_content(write, data, file_format):
    assert recognise_format(write(data)) == file_format


@pytest.mark.parametrize(
    "text",
    [
        b"Email\nana@example.com\n",
        b"\xef\xbb\xbfa;b\n",
        b"\xff\xfea\0",
        b"{a},<b>\n",
        b"[Email],[Name]\n",
        b'{"a", "b"}\n',
        b"BM;Region\n",
        b"BMW,Audi,Fiat,Seat\n",
        b"MZ,Maputo\n",
        b"PAR1,PAR2\n",
        b"PK,Name\n",
        b"II,MM\n",
        b"RIFF,Name\n",
        b"MIME-Type,Version\n",
        b"<ana@example.com>\n",
        b"table,body,html\n",
        b"From: ana@example.com\n",
        b"Cx\n\n" + b"a" * 20,
        b"0,\n\n" + b"1\n" * 20,
        b"a" * 257 + b"ustar,b\n",
        "\ufeff<b>\n".encode("utf-16"),
    ],
)
def test_text_is_a_table_whatever_it_begins_with(write, text):
    assert recognise_format(write(text)) == "csv"


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty_file", "nothing"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image", "JPEG"),
        (b"GIF89a\x01\0\x01\0", "image", "GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image", "WebP"),
        (b"II*\0\x08\0\0\0", "image", "TIFF"),
        (b"MM\0*\0\0\0\x08", "image", "TIFF"),
        (b"BM\x36\x10\x0e\0\0\0\0\0\x36\0", "image", "BMP"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "image", "AVIF"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf", "PDF"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "archive", "This is a 7-Zip archive."),
        (b"Rar!\x1a\x07\x01\0", "archive", "This is a RAR archive."),
        (b"BZh91AY&SY\0", "archive", "This is a bzip2 archive."),
        (b"\xfd7zXZ\0\0\4", "archive", "This is an xz archive."),
        (tar_of(tarfile.PAX_FORMAT), "archive", "This is a tar archive."),
        (tar_of(tarfile.GNU_FORMAT), "archive", "This is a tar archive."),
        (b"  <!DOCTYPE html><html><table>", "html", "web page"),
        (b"\xef\xbb\xbf<TABLE border=1>", "html", "web page"),
        (b"<!-- made by a shop -->\n<div><table>", "html", "web page"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>', "html", "web page"),
        (codecs.BOM_UTF16_LE + "\r\n<html>".encode("utf-16-le"), "html", "web page"),
        (codecs.BOM_UTF16_BE + "<html>".encode("utf-16-be"), "html", "web page"),
        (codecs.BOM_UTF32_LE + "<html>".encode("utf-32-le"), "html", "web page"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n", "web_archive", "saved web page"),
        (b"From: <Saved by Blink>\r\nSnapshot-Content-Location: x\r\n", "web_archive", "saved web page"),
        (b'<?xml version="1.0"?><contacts/>', "xml", "XML"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "xml", "XML"),
        (b'<?xml version="1.0"?><office:document office:mimetype="x"/>', "xml", "XML"),
        (
            b'<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "old_workbook",
            "Excel 2003 XML",
        ),
        (b'[\n  {"email": "ana@example.com"}]', "json", "JSON"),
        (b'{"email": "ana@example.com"}', "json", "JSON"),
        (
            b'{"url": "https://docs.google.com/spreadsheets/d/x/edit", "doc_id": "x"}',
            "google_shortcut",
            "shortcut",
        ),
        (b'{"":"Do not edit","doc_id":"x","resource_key":"","email":"a@example.com"}', "google_shortcut", ""),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "vcard", "vCard"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "other_data", "a calendar"),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\n".encode("utf-16-le"), "vcard", "vCard"),
        (b'ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K"name"\r\nE\r\n', "old_workbook", "SYLK"),
        (b'ID;PCALCOOO32\nB;Y3;X2\nC;X1;Y1;K"name"\nE\n', "old_workbook", "SYLK"),
        (b'TABLE\r\n0,1\r\n"EXCEL"\r\nVECTORS\r\n', "old_workbook", "DIF"),
        (b"version: 1\n\ndn: cn=Ana Abel\nmail: ana@example.com\n", "other_data", "LDIF"),
        (
            b"# made by a directory\ndn: cn=Ana Abel,\n dc=example\nmail: a@example.com\n",
            "other_data",
            "LDIF",
        ),
        (b"dn:: Y249QW5h\nmail: ana@example.com\n", "other_data", "LDIF"),
        (b"MIME-Version: 1.0\nDate: x\nMessage-ID: <x>\nSubject: x\n\nx\n", "other_data", "e-mail"),
        (b"From a@example.com Mon Jan  1\nReceived: by x;\n x\nTo: b@example.com\n", "other_data", "e-mail"),
        (b"- name: Ana\n  email: ana@example.com\n", "other_data", "YAML"),
        (b"---\ncontacts:\n  - name: Ana\n", "other_data", "YAML"),
        (b"contacts:\n- name: Ana\n", "other_data", "YAML"),
        (b'[[contacts]]\nname = "Ana"\n', "other_data", "TOML"),
        (b"; made by a mailer\n[Ana]\nmail=ana@example.com\n", "other_data", "INI"),
        (b"-- a dump\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS x;\n", "other_data", "SQL"),
        (b"INSERT INTO contacts (name) VALUES ('Ana');\n", "other_data", "SQL"),
        (b"UNA:+.? 'UNB+UNOA:1+x'", "other_data", "electronic data interchange"),
        (b"ISA*00*          *00*", "other_data", "electronic data interchange"),
        (b"@relation contacts\n\n@attribute name string\n", "other_data", "ARFF"),
        (b"-----BEGIN PGP MESSAGE-----\n\nx\n", "other_data", "encrypted"),
        (b'["Ana", "ana@example.com"]\n["Bo", "bo@example.com"]\n', "json", "JSON"),
        (b"<contacts>\n<contact name='Ana'/></contacts>", "xml", "XML"),
        (b"<p>Hello</p><table><tr><td>x</td></tr></table>", "html", "web page"),
        (
            open_document("application/vnd.oasis.opendocument.text"),
            "office_document",
            "an OpenDocument text,",
        ),
        (open_document("application/vnd.oasis.opendocument.chart"), "office_document", "OpenDocument file"),
        (open_document("application/vnd.sun.xml.calc"), "old_workbook", "OpenOffice.org 1"),
        (open_document(SPREADSHEET, "<manifest:encryption-data/>"), "password_protected", "password"),
        (zip_of("Index/Document.iwa", "Metadata/Properties.plist"), "numbers", "Numbers"),
        (zip_of("Index.zip", "Metadata/Properties.plist"), "numbers", "Numbers"),
        (zip_of("word/document.xml", "[Content_Types].xml"), "office_document", "a Word document"),
        (zip_of("ppt/slides/slide1.xml", "[Content_Types].xml"), "office_document", "PowerPoint"),
        (b"\x09\0\x04\0\x07\0\x10\0", "old_workbook", "Excel 2 to 4"),
        (b"\x09\x02\x06\0\0\0\x10\0", "old_workbook", "Excel 2 to 4"),
        (b"\x09\x04\x06\0\0\0\x10\0", "old_workbook", "Excel 2 to 4"),
        (b"\0\0\x02\0\x06\x04\x06\0\x08\0", "old_workbook", "Lotus"),
        (ole_with("EncryptedPackage", "EncryptionInfo"), "password_protected", "password"),
        (ole_with("WordDocument"), "office_document", "a Word document"),
        (ole_with("WordDocument", embedded=("Workbook",)), "office_document", "a Word document"),
        (ole_with("__properties_version1.0"), "office_document", "an Outlook message"),
        (ole_with("Anything"), "office_document", "older Office"),
        (OLE_MARK, "not_a_table", "not text"),
        (OLE_MARK + b"\xff" * 2000, "not_a_table", "not text"),
        (
            b"SQLite format 3\0\x10\0",
            "other_data",
            "This is an SQLite database, not a table that can be read.",
        ),
        (b"\0\x01\0\0Standard Jet DB\0", "other_data", "an Access database"),
        (b"\0\x01\0\0Standard ACE DB\0", "other_data", "an Access database"),
        (b"!BDN\1\2\3\4SM\x17\0", "other_data", "an Outlook data file"),
        (b"\x03\x7a\x07\x1a\x0e\0\0\0\xa1\0\x18\0" + b"\0" * 20, "other_data", "a dBase table"),
        (b"PAR1\x15\x04\x15\x10", "other_data", "a Parquet file"),
        (b"bplist00\xd1\1\2_", "other_data", "Apple"),
        (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0", "other_data", "a Windows shortcut"),
        (b"MZ\x90\0\x03\0\0\0", "not_a_table", "not text"),
        (b"\x7fELF\2\1\1\0", "not_a_table", "not text"),
        (workbook()[:-200], "damaged_workbook", "damaged"),
        (open_document(SPREADSHEET)[:-30], "damaged_workbook", "damaged"),
        (zip_of("contacts.csv")[:-30], "damaged_archive", "ZIP"),
    ],
)
def test_what_is_no_table_is_refused_by_name(write, data, code, words):
    with pytest.raises(FileRefusedError) as refused:
        recognise_format(write(data))
    assert refused.value.code == code
    assert words in refused.value.sentence


@pytest.mark.parametrize(
    "text",
    [
        "ID;Phone;Email\nC;Y;ana@example.com\n",
        "ID;PHONE;EMAIL\nC;X1;ana@example.com\n",
        "TABLE,Name\n0,1\n",
        "dn,mail\ncn=Ana,ana@example.com\n",
        "From: someone,Name\nana@example.com,Ana\n",
        "Subject: x\tName\nx\tAna\n",
        "<ana@example.com>,Ana\n<bo@example.com>,Bo\n",
        "Set,Name\nset 1,Ana\n",
        "Use;Name\n1;Ana\n",
        "Insert,Name\n1,Ana\n",
        "- Ana, ana@example.com\n- Bo, bo@example.com\n",
        "----,----\nName,Email\n",
        "[Name],[Email]\nAna,ana@example.com\n",
        '["VIP"],Name\n["VIP"],Ana\n',
        "# a list\nName=Email\nAna=ana@example.com\n",
    ],
)
def test_a_table_may_begin_like_something_else(write, text):
    assert recognise_format(write(text.encode())) == "csv"


def test_a_directory_too_large_to_hold_is_refused(write):
    """As many members as the largest directory may have, and a few more; the count in its end is a lie."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 16)
    directory = entry * (16_000_000 // len(entry) + 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
    with pytest.raises(FileRefusedError) as refused:
        recognise_format(write(b"PK\x03\x04" + directory + end))
    assert refused.value.code == "too_many_members"


BEGINNINGS = (
    workbook(),
    ole_with("Workbook", "WordDocument"),
    open_document(SPREADSHEET),
    b"<?xml version='1.0'?><Workbook ",
    b'{"' + b"a" * SAMPLE_BYTES,
    b"<!--" * 5000,
    b"<Workbook " * 5000,
    b"a: b\n " * 10_000,
    b"/* x *" * 10_000,
    b"# x\n" * 10_000,
    b"ID;P\n" + b"F;\n" * 10_000,
    b"dn: x\n" + b" x\n" * 10_000,
    b"<a " * 20_000,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_ends_in_a_format_or_a_refusal(write, data):
    content = bytearray(data.draw(st.sampled_from(BEGINNINGS)))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    with contextlib.suppress(FileRefusedError):
        assert recognise_format(write(bytes(content))) in get_args(Format)
