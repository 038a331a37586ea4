"""Writes XLSB workbooks, as little as it takes ([MS-XLSB] 2.1.4 and 2.4)."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence

Cell = str | float | bool | dt.date | dt.datetime

DATE_STYLE, MOMENT_STYLE = 1, 2
_FORMATS = (0, 14, 22)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Error:
    """The error #N/A, as the result of a formula if so wanted."""

    def __init__(self, *, of_formula: bool = False) -> None:
        self.of_formula = of_formula


def write_xlsb(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet."""
    return xlsb_of({"Sheet1": sheet(dict(enumerate(rows)))})


def xlsb_of(sheets: Mapping[str, bytes], hidden: Iterable[str] = ()) -> bytes:
    """A workbook with the records of its sheets."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {name: f"worksheets/sheet{number}.bin" for number, name in enumerate(sheets, 1)}
        overrides = "".join(
            f'<Override PartName="/xl/{part}" ContentType="application/vnd.ms-excel.worksheet"/>'
            for part in parts.values()
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
            f"{overrides}</Types>",
        )
        archive.writestr("_rels/.rels", _relationships({"r1": ("officeDocument", "xl/workbook.bin")}))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            _relationships(
                {f"r{number}": ("worksheet", part) for number, part in enumerate(parts.values(), 1)}
                | {"styles": ("styles", "styles.bin")}
            ),
        )
        bundle = b"".join(
            record(156, struct.pack("<II", name in hidden, number) + _wide(f"r{number}") + _wide(name))
            for number, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.bin",
            record(131) + record(153, bytes(12)) + record(143) + bundle + record(144) + record(132),
        )
        formats = b"".join(
            record(47, struct.pack("<HHHHHBBH", 0, number, 0, 0, 0, 0, 0, 0)) for number in _FORMATS
        )
        archive.writestr(
            "xl/styles.bin",
            record(278) + record(617, struct.pack("<I", len(_FORMATS))) + formats + record(618) + record(279),
        )
        for name, part in parts.items():
            archive.writestr(f"xl/{part}", sheets[name])
    return file.getvalue()


def sheet(
    rows: Mapping[int, Sequence[Cell | Error]],
    hidden: Iterable[int] = (),
    merges: Iterable[tuple[int, int, int, int]] = (),
) -> bytes:
    """The records of a sheet: its rows by number, from 0, and the first and last rows and columns of merged cells."""
    width = max([1, *map(len, rows.values())])
    dimension = struct.pack("<IIII", 0, max([0, *rows]), 0, width - 1)
    data = b"".join(
        record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 if row in hidden else 0, 0, 0))
        + b"".join(_cell(column, value) for column, value in enumerate(cells))
        for row, cells in rows.items()
    )
    merged = b"".join(record(176, struct.pack("<IIII", *merge)) for merge in merges)
    return (
        record(129)
        + record(148, dimension)
        + record(145)
        + data
        + record(146)
        + (record(177, bytes(4)) + merged + record(178) if merged else b"")
        + record(130)
    )


def record(kind: int, body: bytes = b"") -> bytes:
    """A record: its kind and length, seven bits a byte, and its body."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + body


def _cell(column: int, value: Cell | Error) -> bytes:
    match value:
        case "":
            return b""
        case str():
            return record(6, _place(column) + _wide(value))
        case bool():
            return record(4, _place(column) + bytes([value]))
        case int() | float():
            return record(5, _place(column) + struct.pack("<d", value))
        case dt.datetime():
            return record(5, _place(column, MOMENT_STYLE) + struct.pack("<d", _serial(value)))
        case dt.date():
            moment = dt.datetime.combine(value, dt.time())
            return record(5, _place(column, DATE_STYLE) + struct.pack("<d", _serial(moment)))
        case Error(of_formula=True):
            return record(11, _place(column) + bytes([42]) + bytes(10))
        case Error():
            return record(3, _place(column) + bytes([42]))


def _place(column: int, style: int = 0) -> bytes:
    return struct.pack("<II", column, style)


def _serial(moment: dt.datetime) -> float:
    return (moment - dt.datetime.combine(dt.date(1899, 12, 30), dt.time())) / dt.timedelta(days=1)


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE_RELATIONSHIPS}">{entries}</Relationships>'
