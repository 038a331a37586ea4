"""Rows of an OpenDocument sheet taken from plain XML by column expressions, many times as fast as by a parser.

What is not written as spreadsheet programs usually write it is not misread here but passed on to the parser: every
piece has to match one expression from its beginning to its end.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from imports.files.workbooks.marks import MAX_SHEET_COLUMNS
from imports.files.xlsx.plain import TEXT, text_of, without_entities
from imports.files.xlsx.texts import number_texts

_PREFIXES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
_NAMESPACE = re.compile(rb"""\sxmlns:([A-Za-z0-9]+)\s*=\s*["']([^"']*)["']""")
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")

# What changes what cells say: comments, errors, cells merged with others.
_ODD = ("<!", "<?", "xmlns", '"error"', "-spanned=")
_ATTRIBUTES = r'(?: [a-z]+:[a-z0-9-]+="[^"<>]*")*'
_PARAGRAPH = rf"<text:p>(?:<text:a{_ATTRIBUTES}>{TEXT}</text:a>|{TEXT})</text:p>"
_ROW = rf"^row{_ATTRIBUTES} ?>\s*$"
_CELL = rf"^cell{_ATTRIBUTES} ?(?:/>|>(?:{_PARAGRAPH})?</table:table-cell>)\s*(?:</table:table-row>\s*)?$"
_LINK = r"^<text:a[^>]*>"
_ROW_END = "</table:table-row>"
_NUMBER = r"^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_BLANKS = r"[ \t\r\n]+"
_COUNT = r"^[1-9][0-9]{0,6}$"
_FORMULA_WITHOUT_RESULT = r"^\s*(?:#|Err:|$)"

_NUMBERS = ("float", "percentage", "currency")


class PlainRow(NamedTuple):
    """A row: its cells up to the last that holds something, how often it comes, and whether it is hidden."""

    cells: list[str]
    repeats: int
    is_hidden: bool


def is_usual(head: bytes) -> bool:
    """Whether a document that begins so names what is in it as spreadsheet programs do."""
    encoding = _ENCODING.match(head)
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        return False
    names = {name.decode("latin-1"): uri.decode("latin-1") for name, uri in _NAMESPACE.findall(head)}
    return all(names.get(name, uri) == uri for name, uri in _PREFIXES.items()) and "table" in names


def plain_rows(
    block: bytes, max_cell_chars: int, special: dict[str, tuple[str, Callable[[str], str]]]
) -> list[PlainRow] | None:
    """The rows in `block`, which begins with a row and ends with one; None when something in it is not plain.

    `special` says of the kinds of values that are no numbers which attribute they are in, and how they are written.
    """
    text = text_of(block)
    if text is None or any(odd in text for odd in _ODD):
        return None
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
    texts = _texts(cells, special)
    if texts is None or not (rows["repeats"].is_not_null().all() and cells["repeats"].is_not_null().all()):
        return None
    cells = cells.select("in_row", "repeats", text=texts).with_columns(
        column=pl.col("repeats").cum_sum().over("in_row") - pl.col("repeats")
    )
    filled = cells.filter(pl.col("text") != "")
    is_too_much = (pl.col("column") + pl.col("repeats") > MAX_SHEET_COLUMNS) | (
        pl.col("text").str.len_chars() > max_cell_chars
    )
    if filled.select(is_too_much.any()).item():
        return None
    return _laid_out(rows, filled)


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

    numbered = found.with_columns(in_row=pl.col("is_row").cum_sum() - 1)
    rows = numbered.filter("is_row").select(
        "in_row",
        repeats=repeats("table:number-rows-repeated"),
        is_hidden=attribute("table:visibility").is_in(["collapse", "filter"]).fill_null(value=False),
    )
    content = pl.col("content").str.strip_prefix("<text:p>")
    if "<text:a" in text:
        content = content.str.replace(_LINK, "")
    cells = numbered.filter(~pl.col("is_row")).select(
        "in_row",
        "attributes",
        repeats=repeats("table:number-columns-repeated"),
        kind=pl.coalesce(attribute("calcext:value-type"), attribute("office:value-type")),
        is_formula=pl.col("attributes").str.contains(" table:formula=", literal=True),
        string=attribute("office:string-value"),
        shown=content.str.splitn("<", 2).struct.field("field_0").fill_null(""),
    )
    return rows, cells


def _value(cells: pl.DataFrame, at: pl.Series, name: str) -> pl.Series:
    """What the attribute `name` says of the cells in these places; null where it is missing."""
    return cells["attributes"].gather(at).str.extract(rf' office:{name}="([^"]*)"', 1)


def _texts(cells: pl.DataFrame, special: dict[str, tuple[str, Callable[[str], str]]]) -> pl.Series | None:
    """What each cell says; None when that of one is not told plainly."""
    is_left = pl.col("is_formula") & pl.col("shown").str.contains(_FORMULA_WITHOUT_RESULT)
    if cells.select(is_left.any()).item():
        return None
    shown, strings = without_entities(cells["shown"]), without_entities(cells["string"].fill_null(""))
    if shown is None or strings is None:
        return None
    folded = pl.lit(shown).str.replace_all(_BLANKS, " ").str.strip_chars(" ")
    texts = cells.select(
        pl.when(pl.col("string").is_not_null()).then(pl.lit(strings)).otherwise(folded)
    ).to_series()
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


def _laid_out(rows: pl.DataFrame, filled: pl.DataFrame) -> list[PlainRow]:
    laid_out = [
        PlainRow([], repeats, is_hidden)
        for repeats, is_hidden in rows.select("repeats", "is_hidden").iter_rows()
    ]
    for row, column, repeats, text in filled.select("in_row", "column", "repeats", "text").iter_rows():
        cells = laid_out[row].cells
        if column > len(cells):
            cells += [""] * (column - len(cells))
        if repeats == 1:
            cells.append(text)
        else:
            cells += [text] * repeats
    return laid_out
