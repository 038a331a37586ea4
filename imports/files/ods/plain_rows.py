"""Rows of an OpenDocument sheet taken from plain XML by column expressions, many times as fast as by a parser.

What is not written as spreadsheet programs usually write it is not misread here but passed on to the parser: every
piece has to match one expression from its beginning to its end.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from imports.files.ods.between_texts import CUT_OUT, taken_apart
from imports.files.workbooks.runs import CELLS_PER_BLOCK, CHARS_PER_BLOCK, Rows, Run
from imports.files.xlsx.cell_texts import number_texts
from imports.files.xlsx.plain_xml import without_entities
from imports.worksheets import MAX_COLUMNS

_PREFIXES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
_NAMESPACE = re.compile(rb"""\sxmlns:([A-Za-z0-9]+)\s*=\s*["']([^"']*)["']""")
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")

# What XML does not allow, and what tells text or attributes from markup.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}"
_NO_TEXT = rf"[<{_CONTROLS}]"
# Blanks in attributes are others to a parser (XML 1.0, 3.3.3).
_NO_ATTRIBUTE = rf"[<>\t\n{_CONTROLS}]"
_LINK = rf'^<text:a(?: [a-z]+:[a-z0-9-]+="[^"<>{_CONTROLS}]*")*>([^<]*)</text:a>$'
_WITHOUT_PARAGRAPH = re.compile(
    rb"(<table:table-cell(?>[^<>]*? office:value-type=)[^<>]*+>)(?:(?<=/>)|</table:table-cell>)"
)
_NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_TO_FOLD = r"[\t\r\n]|  "
_BLANKS = r"[ \t\r\n]+"
# Stands for a blank that is not folded (6.1.3): no character, so that no text has it.
_KEPT_BLANK = "\ufdd0"
_FORMULA_WITHOUT_RESULT = r"^\s*(?:#|Err:|$)"

_NUMBERS = ("float", "percentage", "currency")


class PlainRow(NamedTuple):
    """Rows that are alike, and whether they are hidden."""

    run: Run
    is_hidden: bool


class PlainRows(NamedTuple):
    """Rows that each come once, and the places of those that are hidden."""

    rows: Rows
    hidden: pl.Series


def is_usual(head: bytes) -> bool:
    """Whether a document that begins so names what is in it as spreadsheet programs do."""
    encoding = _ENCODING.match(head)
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        return False
    names = {name.decode("latin-1"): uri.decode("latin-1") for name, uri in _NAMESPACE.findall(head)}
    return all(names.get(name, uri) == uri for name, uri in _PREFIXES.items()) and "table" in names


def plain_rows(
    block: bytes, max_cell_chars: int, special: dict[str, tuple[str, Callable[[str], str]]]
) -> list[PlainRow] | PlainRows | None:
    """The rows in `block`, which begins with a row and ends with one; None when something in it is not plain.

    They are told one by one when some come more than once, or would take far more room laid out than as they are.

    `special` says of the kinds of values that are no numbers which attribute they are in, and how they are written.
    """
    kept_blank = _KEPT_BLANK.encode()
    if kept_blank in block:
        return None
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    xml = block.replace(b"<text:s/>", kept_blank).replace(b"<text:p/>", b"<text:p></text:p>")
    parts = _shown_and_between(xml)
    if parts is None:
        return None
    shown, between = parts
    tags = taken_apart(between)
    if tags is None:
        # Only where it is needed, because to look for them takes long.
        xml, count = _WITHOUT_PARAGRAPH.subn(_with_paragraph, block)
        return plain_rows(xml, max_cell_chars, special) if count else None
    # Of these only the first begins with a row, and only the last ends with one.
    if tags["follows_text"][0] or tags["opens_cell"][-1]:
        return None
    if not tags["follows_text"][1:].all() or not tags["opens_cell"][:-1].all():
        return None
    texts = _texts(tags[:-1].with_columns(shown=shown), special)
    if texts is None:
        return None
    rows = tags.select(repeats="row_repeats", is_hidden="row_is_hidden").filter(
        pl.col("repeats").list.len() > 0
    )
    rows = rows.explode("repeats", "is_hidden")
    filled = _places(tags)[:-1].with_columns(text=texts).filter(pl.col("text") != "")
    is_too_much = (pl.col("column") + pl.col("repeats") > MAX_COLUMNS) | (
        pl.col("text").str.len_chars() > max_cell_chars
    )
    if filled.select(is_too_much.any()).item():
        return None
    return _together(rows, filled) or _one_by_one(rows, filled)


def _with_paragraph(cell: re.Match[bytes]) -> bytes:
    return cell[1].removesuffix(b">").removesuffix(b"/") + b"><text:p></text:p></table:table-cell>"


def _shown_and_between(xml: bytes) -> tuple[pl.Series, pl.Series] | None:
    """The texts of paragraphs, and what is before, between and behind them; None when they are not plain."""
    try:
        text = pl.Series([xml], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.ComputeError:
        return None
    pieces = text.str.split("<text:p>").explode()
    parts = pieces[1:].str.splitn("</text:p>", 2).struct.unnest()
    shown, between = parts["field_0"], pl.concat([pieces[:1], parts["field_1"].rename(pieces.name)])
    if between.null_count():
        return None
    at = shown.str.contains(_NO_TEXT).arg_true()
    if len(at):
        links = shown.gather(at)
        if links.str.contains(" xmlns:", literal=True).any():
            return None
        linked = links.str.extract(_LINK, 1)
        if linked.null_count() or linked.str.contains(_NO_TEXT).any():
            return None
        shown = shown.scatter(at, linked)
    return shown, between


def _places(tags: pl.DataFrame) -> pl.DataFrame:
    """Where the cell is that each ends with: `in_row` and `column`, and how often it comes (`repeats`)."""
    begun = pl.col("row_repeats").list.len().cast(pl.UInt32)
    start = (pl.col("gap") + pl.col("repeats")).cum_sum() - pl.col("repeats")
    left_of_row = pl.when(begun > 0).then(start - pl.col("gap")).forward_fill()
    return tags.select("repeats", in_row=begun.cum_sum() - 1, column=start - left_of_row)


def _texts(cells: pl.DataFrame, special: dict[str, tuple[str, Callable[[str], str]]]) -> pl.Series | None:
    """What each cell says; None when that of one is not told plainly."""
    if any(cells[name].str.contains(_NO_ATTRIBUTE).any() for name in CUT_OUT):
        return None
    shown = without_entities(cells["shown"])
    if shown is None:
        return None
    is_left = cells["table:formula"].is_not_null() & shown.str.contains(_FORMULA_WITHOUT_RESULT)
    if is_left.any():
        return None
    texts = shown.str.replace_all(_BLANKS, " ") if shown.str.contains(_TO_FOLD).any() else shown
    texts = texts.str.strip_chars(" ").str.replace_all(_KEPT_BLANK, " ", literal=True)
    if cells["office:string-value"].null_count() < cells.height:
        strings = without_entities(cells["office:string-value"])
        if strings is None:
            return None
        texts = strings.zip_with(strings.is_not_null(), texts)
    at = cells["kind"].is_in(_NUMBERS).fill_null(value=False).arg_true()
    if len(at):
        numbers = cells["office:value"].gather(at)
        if not numbers.fill_null("").str.contains(_NUMBER).all():
            return None
        texts = texts.scatter(at, number_texts(numbers))
    for kind, (name, text_of_value) in special.items():
        at = (cells["kind"] == kind).fill_null(value=False).arg_true()
        if not len(at):
            continue
        written = _written(cells[f"office:{name}"].gather(at), text_of_value)
        if written is None:
            return None
        texts = texts.scatter(at, written)
    return texts


def _written(values: pl.Series, text_of_value: Callable[[str], str]) -> pl.Series | None:
    different = values.unique()
    try:
        texts = [text_of_value(value) for value in different]
    except (LookupError, ValueError, OverflowError, TypeError, AttributeError):
        return None
    return values.replace_strict(different, pl.Series(texts, dtype=pl.String), return_dtype=pl.String)


def _together(rows: pl.DataFrame, filled: pl.DataFrame) -> PlainRows | None:
    height = rows.height
    width, chars = filled.select(
        (pl.col("column") + pl.col("repeats")).max().fill_null(0).cast(pl.Int64).alias("width"),
        (pl.col("text").str.len_bytes().cast(pl.Int64) * pl.col("repeats")).sum().alias("chars"),
    ).row(0)
    if (rows["repeats"] > 1).any() or height * width > CELLS_PER_BLOCK or chars > CHARS_PER_BLOCK:
        return None
    if (filled["repeats"] > 1).any():
        places = pl.int_ranges("column", pl.col("column") + pl.col("repeats"))
        filled = filled.with_columns(column=places).explode("column")
    slots = filled.select(pl.col("column").cast(pl.Int64) * height + pl.col("in_row")).to_series()
    numbers = pl.int_range(filled.height, dtype=pl.UInt32, eager=True)
    chosen = pl.repeat(None, width * height, dtype=pl.UInt32, eager=True).scatter(slots, numbers)
    texts = filled["text"].gather(chosen)
    cells = pl.DataFrame([texts.slice(place * height, height).alias(f"c{place}") for place in range(width)])
    return PlainRows(Rows(height, cells), rows["is_hidden"].arg_true())


def _one_by_one(rows: pl.DataFrame, filled: pl.DataFrame) -> list[PlainRow]:
    laid_out: list[list[str]] = [[] for _ in range(rows.height)]
    for row, column, repeats, text in filled.select("in_row", "column", "repeats", "text").iter_rows():
        cells = laid_out[row]
        if column > len(cells):
            cells += [""] * (column - len(cells))
        if repeats == 1:
            cells.append(text)
        else:
            cells += [text] * repeats
    told = rows.select("repeats", "is_hidden").iter_rows()
    return [
        PlainRow(Run(cells, repeats), is_hidden)
        for cells, (repeats, is_hidden) in zip(laid_out, told, strict=True)
    ]
