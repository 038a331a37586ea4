"""Which encoding a text is in."""

import codecs

import pytest

from imports.files import encodings
from imports.files.encodings import UNDECODABLE, decode_file, detect_encoding, named_encoding
from imports.files.refusals import FileRefusedError

WESTERN = "Name;Ort\r\nZoë Weiß;München\r\n"
CYRILLIC = "Имя;Почта\r\nАнна;anna@example.com\r\nИван;ivan@example.org\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"Name\nAna\n", "utf-8"),
        (WESTERN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + WESTERN.encode(), "utf-8-sig"),
        (WESTERN.encode("cp1252"), "windows-1252"),
        (codecs.BOM_UTF16_LE + WESTERN.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + WESTERN.encode("utf-16-be"), "utf-16-be"),
        (WESTERN.encode("utf-16-le"), "utf-16-le"),
        (WESTERN.encode("utf-16-be"), "utf-16-be"),
        (CYRILLIC.encode("utf-16-le"), "utf-16-le"),
        (WESTERN.replace("\r\n", "\r").encode("utf-16-be"), "utf-16-be"),
        (CYRILLIC.encode("utf-16-be"), "utf-16-be"),
        ((CYRILLIC + "bad \udcff here").encode(errors="surrogateescape"), "utf-8"),
        (b"A\0na;b\n1;2\n", "utf-8"),
        ("李;b\n".encode() + b"x" * 100_000 + "\nJosé".encode("cp1252"), "utf-8"),
        (b"x\n" * 100_000 + "José".encode("cp1252"), "windows-1252"),
    ],
)
def test_encodings_are_told_apart(write, data, encoding):
    assert detect_encoding(write(data)) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "windows-1252"])
def test_blocks_join_to_the_text_wherever_they_are_cut(write, monkeypatch, encoding):
    monkeypatch.setattr(encodings, "BLOCK_BYTES", 3)
    path = write(WESTERN.encode(encoding))
    assert "".join(decode_file(path, encoding)) == WESTERN


def test_a_byte_order_mark_is_no_text(write):
    path = write(codecs.BOM_UTF16_LE + "a\n".encode("utf-16-le"))
    assert "".join(decode_file(path, "utf-16-le")) == "a\n"


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"a\xffb", "utf-8", f"a{UNDECODABLE}b"),
        (b"ab\xe6\x9d", "utf-8", f"ab{UNDECODABLE}"),
        (b"a\x81b", "windows-1252", f"a{UNDECODABLE}b"),
        (b"a\0\0\xd8b\0", "utf-16-le", f"a{UNDECODABLE}b"),
        (b"a\0b", "utf-16-le", f"a{UNDECODABLE}"),
    ],
)
def test_bytes_that_do_not_fit_are_marked(write, data, encoding, text):
    assert "".join(decode_file(write(data), encoding)) == text


@pytest.mark.parametrize(
    ("said", "meant"),
    [("UTF8", "utf-8"), (" cp1252 ", "windows-1252"), ("Latin-1", "windows-1252"), ("ascii", "utf-8")],
)
def test_encodings_have_many_names(said, meant):
    assert named_encoding(said) == meant


@pytest.mark.parametrize("said", ["", "klingon", "punycode", "base64", "a\0b"])
def test_what_is_no_encoding_is_refused_with_those_that_are(said):
    with pytest.raises(FileRefusedError, match="windows-1252") as refused:
        named_encoding(said)
    assert refused.value.code == "unknown_encoding"
