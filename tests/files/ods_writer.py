"""Writes OpenDocument spreadsheets, as little as it takes, and as LibreOffice writes it."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

Cell = str | float | bool | dt.date | dt.datetime

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    [
        *(
            f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
            for name, uri in [
                ("office", "office"),
                ("table", "table"),
                ("text", "text"),
                ("style", "style"),
                ("draw", "drawing"),
            ]
        ),
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"',
    ]
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/></manifest:manifest>'
)


def write_ods(rows: Sequence[Sequence[Cell]]) -> bytes:
    """A spreadsheet with one sheet."""
    return ods_of(table(*("".join(map(cell, cells)) for cells in rows)))


def ods_of(*tables: str, styles: str = "", prolog: str = "") -> bytes:
    """A spreadsheet with the XML of its tables and styles."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<office:document-content {NAMESPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return package(content.encode())


def package(content: bytes) -> bytes:
    """A spreadsheet with this `content.xml`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return file.getvalue()


def table(*rows: str, name: str = "Sheet1", **attributes: str) -> str:
    """A sheet of rows, each the XML of its cells or, when it begins so, of itself."""
    elements = (
        row if row.startswith("<table:table-row") else f"<table:table-row>{row}</table:table-row>"
        for row in rows
    )
    more = "".join(f" table:{key.replace('_', '-')}={quoteattr(value)}" for key, value in attributes.items())
    return f"<table:table table:name={quoteattr(name)}{more}>{''.join(elements)}</table:table>"


def cell(value: Cell) -> str:
    """A cell's XML."""
    match value:
        case str():
            return text_cell(value)
        case bool():
            return value_cell("boolean", "boolean-value", str(value).lower())
        case int() | float():
            return value_cell("float", "value", repr(value))
        case dt.date():
            return value_cell("date", "date-value", value.isoformat())


def text_cell(text: str, attributes: str = "") -> str:
    """A cell of text. Blanks are written as elements, as they must be to be kept."""
    paragraphs = (
        escape(line).replace("\t", "<text:tab/>").replace(" ", "<text:s/>") for line in text.split("\n")
    )
    if not text:
        return f"<table:table-cell {attributes}/>"
    content = "".join(f"<text:p>{paragraph}</text:p>" for paragraph in paragraphs)
    return f'<table:table-cell office:value-type="string" {attributes}>{content}</table:table-cell>'


def value_cell(kind: str, name: str, value: str, shown: str = "as it is shown") -> str:
    """A cell with a value, in the attribute `name`, and how it is shown."""
    return (
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )
