"""What a package says of its workbook: the sheets, where they are, and how numbers are shown in them."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from imports.files.file_refusals import refusal
from imports.files.reading import Sheet
from imports.files.xlsx.markup import PIECE_BYTES, parse, unescaped
from imports.files.xlsx.number_formats import BUILT_IN_FORMATS, PLAIN, NumberFormat, format_of_code
from imports.files.xlsx.parts import Package

# Where the workbook is when the package does not say: Excel's own place, and that of some other programs.
_USUAL_WORKBOOKS = ("xl/workbook.xml", "workbook.xml")

_MAX_SHEETS = 5_000
_MAX_SHEET_NAME_CHARS = 1_000
_MAX_STYLES = 500_000


class _Relationship(NamedTuple):
    kind: str
    part: str


@dataclass(slots=True)
class XlsxBook:
    """A workbook's sheets of cells, in their order, and its parts.

    `formats` are the number formats of the cell styles, in their order. `is_1904` tells whether days are counted
    from 1904 rather than 1900. `is_calculated` is false where a program left all formulas to whoever opens the file.
    """

    sheets: list[Sheet] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    strings: str | None = None
    formats: list[NumberFormat] = field(default_factory=list)
    is_1904: bool = False
    is_calculated: bool = True


def read_book(package: Package) -> XlsxBook:
    """The workbook in `package`. Raises FileRefusedError when it is damaged."""
    workbook = _workbook_part(package)
    relationships = _relationships(package, workbook)
    listing = _Listing()
    parse(package.pieces(workbook, PIECE_BYTES), listing)
    book = XlsxBook(
        is_1904=listing.is_1904,
        is_calculated=listing.is_calculated,
        strings=_part(package, workbook, relationships, "sharedStrings"),
    )
    for identifier, name, is_hidden in listing.sheets:
        kind, part = relationships.get(identifier, _Relationship("worksheet", ""))
        if kind == "worksheet" and name not in book.parts:
            book.sheets.append(Sheet(name, is_hidden))
            book.parts[name] = part
    styles = _part(package, workbook, relationships, "styles")
    if styles is not None:
        reader = _Styles()
        parse(package.pieces(styles, PIECE_BYTES), reader)
        book.formats = list(reader.formats())
    return book


def _workbook_part(package: Package) -> str:
    candidates = [
        relationship.part
        for relationship in _relationships(package, "").values()
        if relationship.kind == "officeDocument"
    ]
    for part in (*candidates, *_USUAL_WORKBOOKS):
        if part in package:
            return part
    raise refusal("damaged_workbook")


def _part(package: Package, workbook: str, relationships: dict[str, _Relationship], kind: str) -> str | None:
    """The part of `kind` that the workbook has, if it has one. Some programs write it and do not say so."""
    usual = posixpath.join(posixpath.dirname(workbook), f"{kind}.xml")
    named = [relationship.part for relationship in relationships.values() if relationship.kind == kind]
    return next((part for part in (*named, usual) if part in package), None)


def _relationships(package: Package, source: str) -> dict[str, _Relationship]:
    """What the part `source` refers to, by the identifiers it uses (ECMA-376 part 2, 9.3)."""
    folder, name = posixpath.split(source)
    part = posixpath.join(folder, "_rels", f"{name}.rels")
    if part not in package:
        return {}
    reader = _References()
    parse(package.pieces(part, PIECE_BYTES), reader)
    return {
        identifier: _Relationship(kind, _resolved(package, folder, target))
        for identifier, kind, target in reader.references
    }


def _resolved(package: Package, folder: str, target: str) -> str:
    path = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
    return path if path in package else unquote(path)


class _Silent:
    """The part of a handler that most readers of small parts have no use for."""

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...


class _References(_Silent):
    def __init__(self) -> None:
        self.references: list[tuple[str, str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship" or attributes.get("TargetMode") == "External":
            return
        if len(self.references) == _MAX_SHEETS:
            raise refusal("damaged_workbook")
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.references.append((attributes.get("Id", ""), kind, attributes.get("Target", "")))


class _Listing(_Silent):
    """The workbook part: its sheets' identifiers, names and whether they are hidden (18.2.19)."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.is_1904 = False
        self.is_calculated = True

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            # Extensions have an element of the same name.
            self.is_1904 |= is_true(attributes.get("date1904"))
        elif tag == "calcPr":
            self.is_calculated = not is_true(attributes.get("fullCalcOnLoad"))
        elif tag == "sheet":
            name = unescaped(attributes.get("name", "")).replace("\0", "")
            if len(self.sheets) == _MAX_SHEETS or len(name) > _MAX_SHEET_NAME_CHARS:
                raise refusal("damaged_workbook")
            identifiers = (value for key, value in attributes.items() if key.endswith(":id"))
            self.sheets.append((next(identifiers, ""), name, attributes.get("state", "visible") != "visible"))


class _Styles(_Silent):
    """The styles part: the number formats, and which of them each cell style has (18.8.10, 18.8.31)."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._own: dict[str, NumberFormat] = {}
        self._is_inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._ids) + len(self._own) > _MAX_STYLES:
            raise refusal("damaged_workbook")
        if tag == "cellXfs":
            self._is_inside = True
        elif tag == "xf" and self._is_inside:
            self._ids.append(attributes.get("numFmtId", "0"))
        elif tag == "numFmt":
            self._own.setdefault(
                attributes.get("numFmtId", ""), format_of_code(unescaped(attributes.get("formatCode", "")))
            )

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._is_inside = False

    def formats(self) -> Iterator[NumberFormat]:
        """The format of each cell style."""
        known = BUILT_IN_FORMATS | self._own
        return (known.get(number, PLAIN) for number in self._ids)


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes (XML Schema part 2, 3.2.2)."""
    return value in ("1", "true", "on")
