"""Rows of an OpenDocument sheet taken from plain XML by column expressions, many times as fast as by a parser.

What is not written as spreadsheet programs usually write it is not misread here but passed on to the parser: every
piece has to match one expression from its beginning to its end.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from imports.files.workbooks.marks import MAX_SHEET_COLUMNS
from imports.files.workbooks.runs import CELLS_PER_BLOCK, CHARS_PER_BLOCK, Rows, Run
from imports.files.xlsx.cell_texts import number_texts
from imports.files.xlsx.plain_xml import TEXT, text_of, without_entities

_PREFIXES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
_NAMESPACE = re.compile(rb"""\sxmlns:([A-Za-z0-9]+)\s*=\s*["']([^"']*)["']""")
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")

# What changes what cells say: comments, errors, cells merged with others.
_ODD = (b"xmlns", b'"error"', b"-spanned=", "\ufdd0".encode())
_TO_FOLD = (b"\n", b"\t", b"\r", b"  ", b"&#")
_ATTRIBUTES = r'(?: [a-z]+:[a-z0-9-]+="[^"<>]*")*'
_PARAGRAPH = rf"<text:p>(?:<text:a{_ATTRIBUTES}>{TEXT}</text:a>|{TEXT})</text:p>"
_ROW = rf"^row{_ATTRIBUTES} ?>\s*$"
_CELL = rf"^cell{_ATTRIBUTES} ?(?:/>|>(?:{_PARAGRAPH})?</table:table-cell>)\s*(?:</table:table-row>\s*)?$"
_LINK = r"^<text:a[^>]*>"
_ROW_END = "</table:table-row>"
_NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_BLANKS = r"[ \t\r\n]+"
# Stands for a blank that is not folded (6.1.3): no character, so that no text has it.
_KEPT_BLANK = "\ufdd0"
_COUNT = r"^[1-9][0-9]{0,6}$"
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
    # A single byte is looked for much faster than two.
    if (b"!" in block and b"<!" in block) or (b"?" in block and b"<?" in block):
        return None
    text = text_of(block)
    if text is None or any(odd in block for odd in _ODD):
        return None
    text = text.replace("<text:s/>", _KEPT_BLANK)
    pieces = pl.Series("piece", [text]).str.split("<table:table-").explode().slice(1).to_frame()
    piece = pl.col("piece").str
    found = pieces.select(
        is_row=piece.contains(_ROW),
        is_cell=piece.contains(_CELL),
        is_end=piece.contains(_ROW_END, literal=True),
        parts=piece.splitn(">", 2),
    )
    is_last = pl.col("is_row").shift(-1, fill_value=True)
    fits = pl.when("is_row").then(~is_last).otherwise(pl.col("is_cell") & (pl.col("is_end") == is_last))
    if not found.height or not found["is_row"][0] or not found.select(fits.all()).item():
        return None
    found = found.unnest("parts").rename({"field_0": "attributes", "field_1": "content"})
    rows, cells = _told(found, text)
    texts = _texts(cells, special, is_folded=not any(blanks in block for blanks in _TO_FOLD))
    if texts is None or not (rows["repeats"].is_not_null().all() and cells["repeats"].is_not_null().all()):
        return None
    end = pl.col("repeats").cast(pl.Int64).cum_sum()
    is_first = (pl.col("in_row") != pl.col("in_row").shift()).fill_null(value=True)
    left_of_row = pl.when(is_first).then(end - pl.col("repeats")).forward_fill()
    cells = cells.select("in_row", "repeats", text=texts, column=end - pl.col("repeats") - left_of_row)
    filled = cells.filter(pl.col("text") != "")
    is_too_much = (pl.col("column") + pl.col("repeats") > MAX_SHEET_COLUMNS) | (
        pl.col("text").str.len_chars() > max_cell_chars
    )
    if filled.select(is_too_much.any()).item():
        return None
    return _together(rows, filled) or _one_by_one(rows, filled)


def _told(found: pl.DataFrame, text: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows (`repeats`, `is_hidden`) and the cells (`in_row`, `repeats` and what their attributes say)."""

    def attribute(name: str) -> pl.Expr:
        # Most documents have hardly any of them.
        if f" {name}=" not in text:
            return pl.lit(None, pl.String)
        return pl.col("attributes").str.extract(rf' {name}="([^"]*)"', 1)

    def repeats(name: str) -> pl.Expr:
        """How often a row or a cell comes; null where that is not said plainly."""
        count = attribute(name).fill_null("1")
        return pl.when(count.str.contains(_COUNT)).then(count).cast(pl.UInt32)

    # There are hardly more than a few dozen ways to write what is told of rows and cells without a value of their own.
    ways = found.select(pl.col("attributes").unique()).with_columns(
        row_repeats=repeats("table:number-rows-repeated"),
        is_hidden=attribute("table:visibility").is_in(["collapse", "filter"]).fill_null(value=False),
        repeats=repeats("table:number-columns-repeated"),
        kind=pl.coalesce(attribute("calcext:value-type"), attribute("office:value-type")),
        is_formula=pl.col("attributes").str.contains(" table:formula=", literal=True),
        string=attribute("office:string-value"),
    )
    numbered = found.with_columns(in_row=pl.col("is_row").cum_sum() - 1).join(
        ways, on="attributes", how="left", maintain_order="left"
    )
    rows = numbered.filter("is_row").select("in_row", "is_hidden", repeats="row_repeats")
    content = pl.col("content").str.strip_prefix("<text:p>")
    if "<text:a" in text:
        content = content.str.replace(_LINK, "")
    cells = numbered.filter(~pl.col("is_row")).select(
        "in_row",
        "attributes",
        "repeats",
        "kind",
        "is_formula",
        "string",
        shown=content.str.splitn("<", 2).struct.field("field_0").fill_null(""),
    )
    return rows, cells


def _value(cells: pl.DataFrame, at: pl.Series, name: str) -> pl.Series:
    """What the attribute `name` says of the cells in these places; null where it is missing."""
    return cells["attributes"].gather(at).str.extract(rf' office:{name}="([^"]*)"', 1)


def _texts(
    cells: pl.DataFrame, special: dict[str, tuple[str, Callable[[str], str]]], *, is_folded: bool
) -> pl.Series | None:
    """What each cell says; None when that of one is not told plainly. With `is_folded`, no blanks need folding but
    those around texts."""
    is_left = pl.col("is_formula") & pl.col("shown").str.contains(_FORMULA_WITHOUT_RESULT)
    if cells.select(is_left.any()).item():
        return None
    shown, strings = without_entities(cells["shown"]), without_entities(cells["string"].fill_null(""))
    if shown is None or strings is None:
        return None
    folded = shown if is_folded else shown.str.replace_all(_BLANKS, " ")
    texts = folded.str.strip_chars(" ").str.replace_all(_KEPT_BLANK, " ", literal=True)
    if cells["string"].null_count() < cells.height:
        texts = strings.zip_with(cells["string"].is_not_null(), texts)
    at = cells["kind"].is_in(_NUMBERS).fill_null(value=False).arg_true()
    numbers = _value(cells, at, "value")
    if not numbers.fill_null("").str.contains(_NUMBER).all():
        return None
    texts = texts.scatter(at, number_texts(numbers))
    for kind, (name, text_of_value) in special.items():
        at = (cells["kind"] == kind).fill_null(value=False).arg_true()
        if not len(at):
            continue
        written = _written(_value(cells, at, name), text_of_value)
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
