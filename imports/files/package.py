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
_ROW = re.compile(rb'<row [^>]*?\br="([0-9]{1,7})"')
_PREFIXED_ROW = re.compile(rb'<\w+:row\b[^>]*?\sr="([0-9]{1,7})"')
_PREFIXED_CELL = re.compile(rb"<\w+:c[ >]")
# A cell that holds something; one that only has a style closes itself.
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s([^>]*?\bt="e"[^>]*)>')
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


# What a sheet may take when laid out densely, and what in proportion to its cells if it takes more than that.
_MAX_DENSE_CELLS = 20_000_000
_MAX_DENSE_PER_CELL = 50


@dataclass(slots=True)
class SheetScan:
    """What a look over a sheet's XML told: how many cells it names, and how far down and right they lie.

    `columns` is never under 26: telling narrow sheets apart would take longer and change no decision.
    """

    cells: int = 0
    rows: int = 0
    columns: int = 26
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
    except (*DAMAGED_ARCHIVE_ERRORS, KeyError, zlib.error, expat.ExpatError) as error:
        raise refusal("damaged_workbook") from error


def scan_sheet(path: Path, sheet: str) -> SheetScan:
    """Look over the sheet named `sheet` of the workbook at `path`, in bounded memory.

    Raises FileRefusedError when the package is damaged, or the few cells of the sheet lie too far apart.
    A sheet whose part cannot be found gives an empty scan.
    """
    scan = SheetScan()
    with damage_refused(), zipfile.ZipFile(path) as archive:
        members = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
        part = members.get(_sheet_part(archive, members, sheet))
        if part is None:
            return scan
        with archive.open(part) as xml:
            for block in _blocks(xml):
                _scan_block(block, scan)
        if scan.is_sparse:
            with archive.open(part) as xml:
                scan = _scan_filled_cells(xml, scan.errors)
    if scan.is_sparse:
        raise refusal("too_sparse", sheet=sheet, rows=scan.rows, columns=scan.columns)
    return scan


def column_number(letters: bytes) -> int:
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


def _scan_block(block: bytes, scan: SheetScan) -> None:
    rows = _ROW.findall(block)
    scan.cells += block.count(b"<c ")
    if b":row" in block:
        rows += _PREFIXED_ROW.findall(block)
        scan.cells += len(_PREFIXED_CELL.findall(block))
    scan.rows = max([scan.rows, *map(int, rows)])
    if _WIDE_REFERENCE.search(block):
        scan.columns = max([scan.columns, *map(column_number, set(_WIDE_REFERENCE.findall(block)))])
    if b't="e"' in block:
        for tag in _ERROR_CELL.finditer(block):
            if reference := _REFERENCE.search(tag[1]):
                cell = (reference[1] + reference[2]).decode()
                scan.errors.add(int(reference[2]), "error_cell", cell=cell)
            else:
                scan.errors.add(0, "error_cell", cell="?")


def _scan_filled_cells(xml: IO[bytes], errors: ProblemLog) -> SheetScan:
    """The same look, slower: exact, and without the cells that have only a style."""
    scan = SheetScan(columns=0, errors=errors)
    for block in _blocks(xml):
        for letters, digits in _FILLED_CELL.findall(block):
            scan.cells += 1
            scan.rows = max(scan.rows, int(digits))
            scan.columns = max(scan.columns, column_number(letters))
    return scan
