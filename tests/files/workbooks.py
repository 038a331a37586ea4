"""Writes XLSX workbooks: what other programs would, and what none should."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    """A sheet with these `<row>` elements, and what stands before and after them."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def strings_xml(*strings: str) -> str:
    """Shared strings with these contents of their `<si>` elements."""
    items = "".join(f"<si>{string}</si>" for string in strings)
    return f'<sst xmlns="{MAIN}" count="{len(strings)}">{items}</sst>'


def styles_xml(*formats: int | str) -> str:
    """Cell styles with these number formats, by the id of one that is built in or by the code of one's own."""
    ids = {code: 164 + index for index, code in enumerate(formats) if isinstance(code, str)}
    quoted = {code: code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for code in ids}
    own = "".join(f'<numFmt numFmtId="{ids[code]}" formatCode="{quoted[code]}"/>' for code in ids)
    styles = "".join(f'<xf numFmtId="{ids.get(code, code)}"/>' for code in formats)
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{own}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'


def xlsx_of(
    sheets: str | Mapping[str, str],
    strings: str | None = None,
    styles: str | None = None,
    properties: str = "",
    states: Mapping[str, str] | None = None,
) -> bytes:
    """A workbook of these sheets' XML, by their names; one alone is called `Sheet`."""
    named = {"Sheet": sheets} if isinstance(sheets, str) else sheets
    listing, targets, parts = "", "", {}
    for number, (name, xml) in enumerate(named.items(), 1):
        state = (states or {}).get(name, "visible")
        listing += f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        targets += _relationship(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml")
        parts[f"xl/worksheets/sheet{number}.xml"] = xml
    for kind, xml in (("sharedStrings", strings), ("styles", styles)):
        if xml is not None:
            targets += _relationship(kind, kind, f"{kind}.xml")
            parts[f"xl/{kind}.xml"] = xml
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": _relationships(_relationship("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}'
            f"<sheets>{listing}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": _relationships(targets),
            **parts,
        }
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A package of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """What openpyxl writes of the workbook that `fill` fills."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


def sheet_of(**cells: object) -> bytes:
    """What openpyxl writes of a sheet with these cells, by their references."""

    def fill(book: openpyxl.Workbook) -> None:
        for reference, value in cells.items():
            book.active[reference] = value

    return workbook(fill)


def rewritten(data: bytes, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> bytes:
    """The package with each part, its name and content, as `change` gives it; None leaves it out."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        changed = [change(name, package.read(name)) for name in package.namelist()]
    return zipped(dict(part for part in changed if part))


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """The package with the part `name` as `change` gives it; None leaves it out."""

    def change_part(part: str, content: bytes) -> tuple[str, bytes] | None:
        if part != name:
            return part, content
        changed = change(content)
        return None if changed is None else (name, changed)

    return rewritten(data, change_part)


def with_prefixes(xml: bytes) -> bytes:
    """The same XML with a prefix before the name of each element."""
    return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x=")


def inline_rows(rows: Sequence[Sequence[str]]) -> str:
    """`<row>` elements of cells that hold their own text."""
    xml = ""
    for number, cells in enumerate(rows, 1):
        texts = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        xml += f'<row r="{number}">{texts}</row>'
    return xml


def _relationship(identifier: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identifier}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def _relationships(content: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}">{content}</Relationships>'
