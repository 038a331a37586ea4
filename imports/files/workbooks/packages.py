"""Workbooks that are ZIP packages: opening one, and the small XML parts in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat
from zipfile import ZipFile

from imports.files.containers import BOUNDED_COMPRESSIONS, opened_zip
from imports.files.file_refusals import refusal
from imports.files.formats import DAMAGED_ARCHIVE_ERRORS
from imports.files.reading import ReadingLimits

DAMAGE_ERRORS = (*DAMAGED_ARCHIVE_ERRORS, LookupError, expat.ExpatError)
"""What the readers of ZIP, OLE, XML and of records raise on broken input."""


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turns `DAMAGE_ERRORS` into the refusal of a damaged workbook."""
    try:
        yield
    except DAMAGE_ERRORS as error:
        raise refusal("damaged_workbook") from error


@contextmanager
def opened_package(path: Path, limits: ReadingLimits) -> Iterator[ZipFile]:
    """The package at `path`.

    Raises FileRefusedError when its members say that they are too large together, or are compressed in a way that
    no spreadsheet program uses.
    """
    with opened_zip(path) as package:
        members = package.infolist()
        if sum(member.file_size for member in members) > limits.max_expanded_bytes:
            raise refusal("expands_too_far")
        if any(member.compress_type not in BOUNDED_COMPRESSIONS for member in members):
            raise refusal("damaged_workbook")
        yield package


def member_named(package: ZipFile, name: str) -> str:
    """The member's name as the package spells it. Raises LookupError when there is none."""
    wanted = name.lower()
    for member in package.namelist():
        if member.replace("\\", "/").lstrip("/").lower() == wanted:
            return member
    raise LookupError


def attributes_of(xml: bytes, element: str) -> list[dict[str, str]]:
    """The attributes of each such element of a small part, prefixes left out. A document type is refused."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == element:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    refuse_document_types(parser)
    parser.Parse(xml, True)
    return found


def refuse_document_types(parser: expat.XMLParserType) -> None:
    """Has `parser` refuse a document type, and with it all entities: no spreadsheet program writes one."""

    def refuse(*_: object) -> None:
        raise refusal("damaged_workbook")

    parser.StartDoctypeDeclHandler = refuse
