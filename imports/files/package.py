"""The parts of an XLSX package that calamine does not tell about: where cells lie, and which hold errors.

Calamine gives an error cell as a blank one, and lays a sheet out densely in memory, however few its cells.
Both are looked up in the sheet's XML before it is read, at about the speed of inflating it: by searching, not
by parsing.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from imports.files.formats import DAMAGED_ARCHIVE_ERRORS, WORKBOOK_PARTS
from imports.files.problems import ProblemLog
from imports.files.refusals import refusal

_BLOCK_BYTES = 1 << 20
# A start tag longer than this is no cell's; what is kept of a block for the next one stays bounded by it.
_MAX_TAG_BYTES = 65_536

_WIDE_REFERENCE = re.compile(rb' r="([A-Z]{2,3})[0-9]')
# References to rows of more digits than the index says.
_FAR_REFERENCES = [re.compile(rb' r="[A-Z]{1,3}[0-9]{%d}' % (digits + 1)) for digits in range(20)]
_ROW = re.compile(rb'<row [^>]*?\br="([0-9]{1,18})"')
_PREFIXED_ROW = re.compile(rb'<\w+:row\b[^>]*?\sr="([0-9]{1,18})"')
_PREFIXED_CELL = re.compile(rb"<\w+:c[ >]")
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s([^>]*?\bt="e"[^>]*)>')
_TAG = re.compile(rb"<(?:\w+:)?(?P<name>row|c)(?=[\s/>])(?P<attributes>[^>]*)>")
_REFERENCE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]*)([0-9]{0,18})["']""")

# ECMA-376 part 1, 18.3.1.73 and 18.18.62; Excel opens no larger sheet.
MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_COLUMNS = 16_384
# What a sheet may take when laid out densely, and what in proportion to its cells if it takes more than that.
_MAX_DENSE_CELLS = 20_000_000
_MAX_DENSE_PER_CELL = 50


@dataclass(slots=True)
class SheetScan:
    """What a look over a sheet's XML told: how many cells it has, and how far down and right they lie."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    errors: ProblemLog = field(default_factory=ProblemLog)

    @property
    def is_sparse(self) -> bool:
        """Whether the sheet would take memory out of all proportion to what it holds."""
        return self.rows * self.columns > max(_MAX_DENSE_CELLS, _MAX_DENSE_PER_CELL * self.cells)


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turns what the ZIP and XML readers raise on broken input into the refusal of a damaged workbook."""
    try:
        yield
    except (*DAMAGED_ARCHIVE_ERRORS, LookupError, zlib.error, expat.ExpatError) as error:
        raise refusal("damaged_workbook") from error


def scan_sheet(path: Path, sheet: str) -> SheetScan:
    """Look over the sheet named `sheet` of the workbook at `path`, in bounded memory.

    Raises FileRefusedError when the package is damaged, or the few cells of the sheet lie too far apart.
    """
    with damage_refused(), zipfile.ZipFile(path) as archive:
        members = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
        part = members[_sheet_part(archive, members, sheet)]
        with archive.open(part) as xml:
            scan, is_plain = _look_over(xml)
        if is_plain and not scan.is_sparse:
            return scan
        with archive.open(part) as xml:
            scan = _measure(xml, scan.errors)
    if scan.rows > MAX_SHEET_ROWS or scan.columns > MAX_SHEET_COLUMNS:
        raise refusal("damaged_workbook")
    if scan.is_sparse:
        raise refusal("too_sparse", sheet=sheet, rows=scan.rows, columns=scan.columns)
    return scan


def _column_number(letters: bytes) -> int:
    """1 for `A`, 27 for `AA`."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheet_part(archive: zipfile.ZipFile, members: dict[str, str], sheet: str) -> str:
    """The part that holds `sheet`, in lower case (ECMA-376 part 1, 18.2.19 and part 2, 9.3)."""
    workbook = next(part for part in WORKBOOK_PARTS if part in members)
    folder, name = posixpath.split(workbook)
    relationships = posixpath.join(folder, "_rels", f"{name}.rels")
    identifiers = {
        attributes.get("name"): value
        for tag, attributes in _elements(archive.read(members[workbook]))
        if tag == "sheet"
        for name, value in attributes.items()
        if name.rpartition(":")[2] == "id" and name != "id"
    }
    targets = {
        attributes.get("Id"): attributes.get("Target", "")
        for tag, attributes in _elements(archive.read(members[relationships]))
        if tag == "Relationship"
    }
    target = targets.get(identifiers.get(sheet), "")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part, without prefixes. A document type is refused: Excel writes none."""
    elements: list[tuple[str, dict[str, str]]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        elements.append((tag.rpartition(":")[2], attributes))

    def refuse_document_type(*_: object) -> None:
        raise refusal("damaged_workbook")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.Parse(xml, True)
    return elements


def _blocks(xml: IO[bytes]) -> Iterator[bytes]:
    """The XML in blocks that each end before a tag, so that no tag is in two."""
    rest = b""
    while read := xml.read(_BLOCK_BYTES):
        block = rest + read
        cut = block.rfind(b"<")
        if cut <= 0 or len(block) - cut > _MAX_TAG_BYTES:
            cut = len(block)
        rest = block[cut:]
        yield block[:cut]
    yield rest


def _look_over(xml: IO[bytes]) -> tuple[SheetScan, bool]:
    """A quick look, which takes the sheet for larger than it is rather than smaller.

    False with it means that the sheet is not written as spreadsheet programs write it, so that it may be larger
    than it looks.
    """
    # Telling narrow sheets apart, or rows of as many digits, would take longer and change no decision.
    scan = SheetScan(rows=9, columns=26)
    is_plain = True
    for block in _blocks(xml):
        rows = _ROW.findall(block)
        scan.cells += block.count(b"<c ")
        if b":row" in block:
            rows += _PREFIXED_ROW.findall(block)
            scan.cells += len(_PREFIXED_CELL.findall(block))
        last_row = max([0, *map(int, rows)])
        digits = max(len(str(scan.rows)), len(str(last_row)))
        scan.rows = 10**digits - 1
        if _WIDE_REFERENCE.search(block):
            scan.columns = max([scan.columns, *map(_column_number, set(_WIDE_REFERENCE.findall(block)))])
        if (
            last_row > MAX_SHEET_ROWS
            or _FAR_REFERENCES[digits].search(block)
            or b"='" in block
            or b"= " in block
        ):
            is_plain = False
        if b't="e"' in block:
            _note_errors(block, scan.errors)
    return scan, is_plain


def _note_errors(block: bytes, errors: ProblemLog) -> None:
    for tag in _ERROR_CELL.finditer(block):
        reference = _REFERENCE.search(tag[1])
        letters, digits = reference.groups() if reference else (b"", b"")
        errors.add(int(digits or 0), "error_cell", cell=(letters + digits).decode() or "?")


def _measure(xml: IO[bytes], errors: ProblemLog) -> SheetScan:
    """An exact look, at every tag. Cells that only have a style, and so close themselves, do not count."""
    scan = SheetScan(errors=errors)
    row = column = 0
    for block in _blocks(xml):
        for tag in _TAG.finditer(block):
            reference = _REFERENCE.search(tag["attributes"])
            letters, digits = reference.groups() if reference else (b"", b"")
            if tag["name"] == b"row":
                row, column = int(digits or row + 1), 0
                continue
            # Without a reference, a cell comes after the one before it.
            row = int(digits or row)
            column = _column_number(letters.upper()) if letters else column + 1
            if not tag["attributes"].endswith(b"/"):
                scan.cells += 1
                scan.rows = max(scan.rows, row)
                scan.columns = max(scan.columns, column)
    return scan
