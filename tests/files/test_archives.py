"""The one file in an archive: taken out whole, or refused, and nothing else left behind."""

import bz2
import gzip
import io
import resource
import stat
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.files import archives
from imports.files.archives import Inner, check_expansion, shown_name, unpacked
from imports.files.file_refusals import FileRefusedError
from imports.files.formats import Format
from imports.files.reading import DEFAULT_LIMITS, ReadingLimits

CONTACTS = b"Email,Name\nana@example.com,Ana\n"
OVERRIDE = "\N{RIGHT-TO-LEFT OVERRIDE}"


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that occur twice
        for name, content in members:
            archive.writestr(name, content, compression)
    return file.getvalue()


def named_gzip(name: bytes, content: bytes = CONTACTS, extra: bytes = b"") -> bytes:
    """A GZ file with a name in its header, after an extra field if there is one (RFC 1952, 2.3)."""
    flags = 0x8 | (0x4 if extra else 0)
    field = struct.pack("<H", len(extra)) + extra if extra else b""
    header = b"\x1f\x8b\x08" + bytes([flags]) + b"\0\0\0\0\0\x03" + field + name + b"\0"
    return header + gzip.compress(content)[10:]


def workbook(rows: int = 1) -> bytes:
    file, book = io.BytesIO(), openpyxl.Workbook()
    for _ in range(rows):
        book.active.append(["ana@example.com", "Ana"])
    book.save(file)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "around" / "folder"
    folder.mkdir(parents=True)
    return folder


class Unpacker:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder.parent / "upload"

    def __call__(self, data: bytes, kind: Format = "zip", limits: ReadingLimits = DEFAULT_LIMITS) -> Inner:
        self.path.write_bytes(data)
        inner = unpacked(self.path, kind, self.folder, limits)
        assert self.files() == [inner.path]
        return inner

    def refused(
        self, data: bytes, kind: Format = "zip", limits: ReadingLimits = DEFAULT_LIMITS
    ) -> FileRefusedError:
        with pytest.raises(FileRefusedError) as refused:
            self(data, kind, limits)
        assert self.files() == []
        return refused.value

    def files(self) -> list[Path]:
        """What lies in the folder; around it there is nothing but the upload."""
        assert set(self.folder.parent.iterdir()) == {self.folder, self.path}
        return list(self.folder.iterdir())


@pytest.fixture
def unpack(folder: Path) -> Unpacker:
    return Unpacker(folder)


def test_the_file_in_a_zip_is_taken_out(unpack):
    inner = unpack(packed(("export/contacts.csv", CONTACTS)))
    assert inner.path.read_bytes() == CONTACTS
    assert (inner.format, inner.archive, inner.member) == ("csv", "zip", "contacts.csv")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_workbook_in_a_zip_is_a_workbook(unpack, compression):
    assert unpack(packed(("contacts.xlsx", workbook()), compression=compression)).format == "xlsx"


def test_the_file_in_a_gz_is_taken_out(unpack):
    inner = unpack(gzip.compress(CONTACTS), "gz")
    assert inner.path.read_bytes() == CONTACTS
    assert (inner.format, inner.archive, inner.member) == ("csv", "gz", None)


@pytest.mark.parametrize(
    ("name", "extra", "member"),
    [
        (b"contacts.csv", b"", "contacts.csv"),
        (b"contacts.csv", b"BC\x02\0\x1b\0", "contacts.csv"),
        ("Müller.csv".encode(), b"", "Müller.csv"),
        ("Müller.csv".encode("latin-1"), b"", "Müller.csv"),
        (b"../../etc/passwd", b"", "passwd"),
        (b"a" * 70_000, b"", None),
    ],
)
def test_a_gz_may_name_its_file(unpack, name, extra, member):
    inner = unpack(named_gzip(name, extra=extra), "gz")
    assert inner.member == member
    assert inner.path.read_bytes() == CONTACTS


def test_several_members_of_a_gz_are_one_text(unpack):
    parts = [b"Email,Name\n", b"", b"ana@example.com,Ana\n" * 20_000, b"bo@example.com,Bo\n"]
    assert unpack(b"".join(map(gzip.compress, parts)), "gz").path.read_bytes() == b"".join(parts)


@pytest.mark.parametrize("padding", [1, 512, 200_000])
def test_zeros_after_a_gz_are_padding(unpack, padding):
    data = gzip.compress(CONTACTS) + bytes(padding)
    assert unpack(data, "gz").path.read_bytes() == CONTACTS


@pytest.mark.parametrize(
    "size", [archives._BLOCK_BYTES - 1, archives._BLOCK_BYTES, 3 * archives._BLOCK_BYTES]
)
def test_a_gz_is_read_to_its_end_whatever_blocks_it_comes_in(unpack, size):
    content = b"a" * size
    assert unpack(gzip.compress(content), "gz").path.read_bytes() == content


@pytest.mark.parametrize(
    "beside",
    [
        "__MACOSX/._contacts.csv",
        "export/__MACOSX/anything",
        "._contacts.csv",
        "export/.DS_Store",
        "Thumbs.db",
        "export\\desktop.ini",
        "~$contacts.xlsx",
        ".~lock.contacts.ods#",
        "export/",
        "export\\",
    ],
)
def test_what_systems_leave_beside_the_file_does_not_count(unpack, beside):
    inner = unpack(packed((beside, b""), ("contacts.csv", CONTACTS)))
    assert inner.path.read_bytes() == CONTACTS
    assert inner.member == "contacts.csv"


def test_a_link_is_no_file(unpack):
    link = zipfile.ZipInfo("contacts.csv")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert unpack.refused(packed((link, b"/etc/passwd"))).code == "empty_archive"


@pytest.mark.parametrize("members", [(), ("folder/",), ("__MACOSX/._a.csv", ".DS_Store")])
def test_an_archive_without_a_file_is_refused(unpack, members):
    assert unpack.refused(packed(*((name, b"") for name in members))).code == "empty_archive"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a.csv", "b.csv"], "This ZIP archive holds 2 files: a.csv and b.csv."),
        (["a.csv", "b/c.csv", "d.csv"], "This ZIP archive holds 3 files: a.csv, c.csv and d.csv."),
        ([f"{n}.csv" for n in range(1_000)], "1,000 files: 0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 995 more."),
        (["same.csv", "same.csv"], "2 files: same.csv and same.csv."),
        ([f"{OVERRIDE}vsc.\x1b[2J{{0}}", "\n"], "2 files: vsc.[2J{0} and unnamed file."),
    ],
)
def test_several_files_are_counted_and_named(unpack, names, words):
    error = unpack.refused(packed(*((name, CONTACTS) for name in names)))
    assert error.code == "several_files"
    assert words in error.sentence


def test_more_members_than_can_be_looked_through_are_refused(unpack):
    data = packed(*((f"{n}/", b"") for n in range(archives.MAX_MEMBERS)), ("contacts.csv", CONTACTS))
    assert unpack.refused(data).code == "too_many_members"


def test_more_pieces_than_a_gz_may_have_are_refused(unpack, monkeypatch):
    monkeypatch.setattr(archives, "MAX_GZIP_MEMBERS", 10)
    assert unpack.refused(gzip.compress(b"a,b\n") * 11, "gz").code == "too_many_members"


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_file_beyond_the_limit_is_refused_and_one_at_it_is_not(unpack, kind):
    data = packed(("contacts.csv", CONTACTS)) if kind == "zip" else gzip.compress(CONTACTS)
    error = unpack.refused(data, kind, ReadingLimits(max_bytes=len(CONTACTS) - 1))
    assert error.code == "unpacked_too_large"
    assert "inside" in error.sentence
    assert unpack(data, kind, ReadingLimits(max_bytes=len(CONTACTS))).path.read_bytes() == CONTACTS


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_bomb_stops_at_the_limit_in_little_memory(unpack, kind):
    zeros = bytes(100_000_000)
    data = packed(("contacts.csv", zeros)) if kind == "zip" else gzip.compress(zeros)
    del zeros
    if kind == "zip":
        # Its directory says that it is small.
        place = data.rindex(b"PK\x01\x02") + 24
        data = data[:place] + struct.pack("<I", 60_000_000) + data[place + 4 :]
    unpack.path.write_bytes(data)
    tracemalloc.start()
    try:
        with pytest.raises(FileRefusedError):
            unpacked(unpack.path, kind, unpack.folder, ReadingLimits(max_bytes=70_000_000))
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert unpack.files() == []


def test_a_file_that_grew_a_thousandfold_is_read_within_the_limit(unpack):
    content = b"Email\n" + b"ana@example.com\n" * 500_000
    data = packed(("contacts.csv", content))
    assert len(content) > 200 * len(data)
    assert unpack(data).path.stat().st_size == len(content)


def change_directory(data: bytes, offset: int, value: int, form: str = "<H") -> bytes:
    place = data.rindex(b"PK\x01\x02") + offset
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form) :]


def test_a_protected_file_is_refused(unpack):
    data = change_directory(packed(("contacts.csv", CONTACTS)), 8, 0x1)
    assert unpack.refused(data).code == "archive_password"


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_takes_unbounded_memory_is_refused(unpack, compression):
    data = packed(("contacts.csv", CONTACTS), compression=compression)
    assert unpack.refused(data).code == "archive_compression"


def test_an_unknown_compression_is_refused(unpack):
    data = change_directory(packed(("contacts.csv", CONTACTS)), 10, 99)
    assert unpack.refused(data).code == "archive_compression"


def lied_about_size(size: int) -> Callable[[bytes], bytes]:
    return lambda data: change_directory(data, 24, size, "<I")


def with_wrong_checksum(data: bytes) -> bytes:
    return change_directory(data, 16, zlib.crc32(CONTACTS) ^ 1, "<I")


def with_a_changed_byte(data: bytes) -> bytes:
    place = data.index(CONTACTS) + 3
    return data[:place] + b"?" + data[place + 1 :]


def far_away(data: bytes) -> bytes:
    return change_directory(data, 42, 0xFFFF_FFF0, "<I")


@pytest.mark.parametrize(
    "damage",
    [
        lied_about_size(5),
        lied_about_size(len(CONTACTS) + 1),
        with_wrong_checksum,
        with_a_changed_byte,
        far_away,
        lambda data: data[:-30],
        lambda data: data[:60],
        lambda data: data[:4],
    ],
)
def test_a_damaged_zip_is_refused(unpack, damage):
    data = packed(("contacts.csv", CONTACTS), compression=zipfile.ZIP_STORED)
    assert unpack.refused(damage(data)).code == "damaged_archive"


def test_a_size_that_is_a_lie_is_found_out_when_the_checksum_is_right(unpack):
    data = packed(("contacts.csv", CONTACTS))
    assert unpack.refused(lied_about_size(len(CONTACTS) + 1)(data)).code == "damaged_archive"


def test_members_that_share_bytes_are_refused(unpack):
    """One compressed text under two names, one of which does not count."""
    data = packed(("contacts.csv", CONTACTS))
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    directory = data[start:end]
    second = directory.replace(b"contacts.csv", b"desktop.ini\0")
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 2 * len(directory), start, 0)
    assert unpack.refused(data[:start] + directory + second + tail).code == "damaged_archive"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: data[:-9],
        lambda data: data[:12],
        lambda data: data[:5],
        lambda data: data[:-8] + b"\0\0\0\0" + data[-4:],
        lambda data: data + b"garbage",
        lambda data: data + b"\x1f\x8b",
        lambda data: data + data[:-4],
    ],
)
def test_a_damaged_gz_is_refused(unpack, damage):
    assert unpack.refused(damage(gzip.compress(CONTACTS)), "gz").code == "damaged_archive"


INNER_ARCHIVES = (
    packed(("contacts.csv", CONTACTS)),
    gzip.compress(CONTACTS),
    bz2.compress(CONTACTS),
    b"7z\xbc\xaf\x27\x1c\0\x04",
    b"contacts.csv".ljust(257, b"\0") + b"ustar\x0000".ljust(255, b"\0"),
)


@pytest.mark.parametrize("inner", INNER_ARCHIVES)
@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_an_archive_in_an_archive_is_refused(unpack, inner, kind):
    data = packed(("inner", inner)) if kind == "zip" else gzip.compress(inner)
    assert unpack.refused(data, kind).code == "nested_archive"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty_file"), (b"%PDF-1.7", "pdf"), (b"<html>", "html")]
)
def test_what_is_inside_must_be_a_table(unpack, content, code):
    assert unpack.refused(packed(("contacts.csv", content))).code == code
    assert unpack.refused(gzip.compress(content), "gz").code == code


HOSTILE_NAMES = (
    "../../outside.csv",
    "/etc/outside.csv",
    "..\\..\\outside.csv",
    "C:\\outside.csv",
    "C:outside.csv",
    "\\\\server\\share\\outside.csv",
    "a" * 300 + "outside.csv",
    "a/" * 5_000 + "outside.csv",
    f"outside{OVERRIDE}vsc.exe",
    "outside\0.csv",
    "outside\n.csv",
    "unpacked",
    ".",
    "..",
    "con",
    "outside.csv ",
    "-rf",
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_only_ever_shown(unpack, name):
    inner = unpack(packed((name, CONTACTS)))
    assert inner.path.parent == unpack.folder
    assert inner.path.read_bytes() == CONTACTS
    assert inner.member == shown_name(name.partition("\0")[0])


def test_a_file_without_a_name_is_read(unpack):
    data = packed(("~.csv", CONTACTS)).replace(b"~.csv", b"\0.csv")
    assert unpack(data).member == "unnamed file"


def test_names_are_read_in_the_encoding_that_the_archive_states(unpack):
    assert unpack(packed(("Müller.csv", CONTACTS))).member == "Müller.csv"


def test_names_without_a_stated_encoding_are_those_of_dos(unpack):
    data = packed(("M~ller.csv", CONTACTS)).replace(b"M~ller", "Müller".encode("cp437"))
    assert unpack(data).member == "Müller.csv"


@given(st.text())
def test_a_shown_name_is_short_and_hides_nothing(name):
    shown = shown_name(name)
    assert 0 < len(shown) <= 71
    assert shown == shown.strip()
    assert not set(shown) & set("/\\\n\r\0\x1b\N{RIGHT-TO-LEFT OVERRIDE}\N{RIGHT-TO-LEFT ISOLATE}")


def test_a_failure_to_write_is_no_damage(unpack):
    unpack.path.write_bytes(packed(("contacts.csv", CONTACTS)))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CONTACTS) - 1, limits[1]))
    try:
        with pytest.raises(OSError, match="large"):
            unpacked(unpack.path, "zip", unpack.folder, DEFAULT_LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert unpack.files() == []


def test_what_lies_in_the_folder_already_is_left_alone(unpack):
    unpack(packed(("contacts.csv", CONTACTS)))
    with pytest.raises(FileExistsError):
        unpacked(unpack.path, "zip", unpack.folder, DEFAULT_LIMITS)
    assert [path.read_bytes() for path in unpack.files()] == [CONTACTS]


class TestExpansion:
    def test_a_workbook_may_expand_to_the_limit_and_no_further(self, write):
        path = write(packed(("xl/workbook.xml", b"a" * 100), ("xl/worksheets/sheet1.xml", b"b" * 900)))
        check_expansion(path, ReadingLimits(max_expanded_bytes=1_000))
        with pytest.raises(FileRefusedError) as refused:
            check_expansion(path, ReadingLimits(max_expanded_bytes=999))
        assert refused.value.code == "expands_too_far"

    def test_a_workbook_that_expands_seventyfold_is_fine(self, write):
        data = packed(("xl/workbook.xml", b"<row><c><v>1</v></c></row>" * 40_000))
        assert len(data) * 70 < 40_000 * 26
        check_expansion(write(data), DEFAULT_LIMITS)

    def test_a_workbook_of_too_many_parts_is_refused(self, write, monkeypatch):
        monkeypatch.setattr(archives, "MAX_PARTS", 10)
        with pytest.raises(FileRefusedError) as refused:
            check_expansion(write(packed(*((f"{n}.xml", b"") for n in range(11)))), DEFAULT_LIMITS)
        assert refused.value.code == "expands_too_far"

    @pytest.mark.parametrize(
        "data", [workbook()[:-100], packed(("xl/workbook.xml", b"x"), compression=zipfile.ZIP_LZMA)]
    )
    def test_a_container_that_no_workbook_may_have_is_damaged(self, write, data):
        with pytest.raises(FileRefusedError) as refused:
            check_expansion(write(data), DEFAULT_LIMITS)
        assert refused.value.code == "damaged_workbook"


NAMES = st.sampled_from(HOSTILE_NAMES) | st.text(min_size=1, max_size=30).filter(lambda name: name[0] != "\0")
MEMBERS = st.lists(st.tuples(NAMES, st.sampled_from([CONTACTS, b"", b"\0" * 50_000, workbook()])), max_size=3)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), MEMBERS, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))
def test_any_zip_ends_in_one_file_or_a_refusal_and_none(unpack, data, members, compression):
    fate_of(unpack, damaged(data, packed(*members, compression=compression)), "zip")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.lists(st.sampled_from([CONTACTS, b"", b"\0" * 50_000]), min_size=1, max_size=3))
def test_any_gz_ends_in_one_file_or_a_refusal_and_none(unpack, data, parts):
    fate_of(unpack, damaged(data, b"".join(map(gzip.compress, parts))), "gz")


def damaged(data: st.DataObject, content: bytes) -> bytes:
    """The content with some of its bytes changed, most of them near its end, where a ZIP has its directory."""
    changed = bytearray(content)
    near_end = st.integers(max(0, len(content) - 100), len(content) - 1)
    for place in data.draw(st.lists(near_end | st.integers(0, len(content) - 1), max_size=6)):
        changed[place] = data.draw(st.sampled_from([0, 1, 0x7F, 0xFF]) | st.integers(0, 255))
    if data.draw(st.booleans()):
        del changed[data.draw(st.integers(0, len(changed))) :]
    return bytes(changed)


def fate_of(unpack: Unpacker, content: bytes, kind: Format) -> None:
    limits = ReadingLimits(max_bytes=100_000)
    for left in unpack.files() if unpack.path.exists() else ():
        left.unlink()
    try:
        inner = unpack(content, kind, limits)
    except FileRefusedError:
        assert unpack.files() == []
    else:
        assert inner.path.stat().st_size <= limits.max_bytes
