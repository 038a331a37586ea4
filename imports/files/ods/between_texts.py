"""What stands between the texts of an OpenDocument sheet: tags of rows and cells, alike over and over.

Each different one is taken apart once. What cells say by their attributes is cut out before, so that few differ.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

CUT_OUT = (
    "office:value",
    "office:date-value",
    "office:time-value",
    "office:boolean-value",
    "office:string-value",
    "table:formula",
)
"""Attributes that differ from cell to cell."""

# So many tags are taken apart without much memory.
_MAX_BYTES = 1 << 20

# Where more differ than that, one in so many, a parser is quicker.
_MANY = 2_000
_ALIKE = 8

# Of cells without a paragraph; those that say nothing have none of these.
_SAYING = (*CUT_OUT, "office:value-type", "calcext:value-type")

_ATTRIBUTE = re.compile(r' ([a-z]+:[a-z0-9-]+)="([^"]*)"')
_ATTRIBUTES = r"""((?: [a-z]+:[a-z0-9-]+="[^"<>&\x00-\x08\x0b\x0c\x0e-\x1f\uFFFE\uFFFF]*")*)"""
_TAG = re.compile(rf"<(/?)table:table-(row|cell){_ATTRIBUTES} ?(/?)>[ \t\n]*")
# Rows and cells begin (R, C) and end (r, c); an empty one of cells (E) does both. A text is in the cell before.
_ORDER = re.compile(r"[Rc](?:E|Cc)*(?:rR(?:E|Cc)*)*[Cr]")
_ROW_WITHOUT_CELLS = "Rr"
_SIGNS = {
    ("", "row", ""): "R",
    ("/", "row", ""): "r",
    ("", "cell", ""): "C",
    ("/", "cell", ""): "c",
    ("", "cell", "/"): "E",
}
_COUNT = re.compile(r"[1-9][0-9]{0,6}")
# What changes what cells say: other names, errors, cells merged with others.
_ODD = ("xmlns:", '="error"', "-spanned=")

_SCHEMA = pl.Schema(
    {
        "tags": pl.String(),
        "follows_text": pl.Boolean(),
        "row_repeats": pl.List(pl.UInt32),
        "row_is_hidden": pl.List(pl.Boolean),
        "gap": pl.Int64(),
        "opens_cell": pl.Boolean(),
        "repeats": pl.UInt32(),
        "kind": pl.String(),
    }
)


class _Tag(NamedTuple):
    sign: str
    attributes: Mapping[str, str]

    def count(self, name: str) -> int:
        """How often a row or a cell comes. Raises ValueError when that is not said plainly."""
        written = self.attributes.get(name, "1")
        if not _COUNT.fullmatch(written):
            raise ValueError
        return int(written)


def taken_apart(between: pl.Series) -> pl.DataFrame | None:
    """A row for each of the series; None when one of them is not plain.

    `follows_text` and `opens_cell`: whether a text stands before and behind it. `row_repeats` and `row_is_hidden`: of
    the rows that begin in it. `gap`: how many columns are left out before the next text, from the text before or from
    where its row begins. `repeats` and `kind`: how often the cell of the next text comes, and the type of its value.
    What that cell's attributes of `CUT_OUT` say is in columns of their names; null where there are none.
    """
    values: dict[str, pl.Series] = {}
    different = between.unique()
    for name in CUT_OUT:
        if different.str.contains(f' {name}="', literal=True).any():
            between, values[name] = _cut(between, name)
            different = between.unique()
    if different.null_count() or (different.str.len_bytes() > _MAX_BYTES).any():
        return None
    if len(different) > max(_MANY, len(between) // _ALIKE):
        return None
    try:
        ways = pl.DataFrame([_taken_apart(tags) for tags in different], _SCHEMA, orient="row")
    except ValueError:
        return None
    return (
        pl.DataFrame({"tags": between})
        .join(ways, on="tags", how="left", maintain_order="left")
        .with_columns(**{name: values.get(name, pl.lit(None, pl.String)) for name in CUT_OUT})
    )


def _cut(between: pl.Series, name: str) -> tuple[pl.Series, pl.Series]:
    """The same without the value of the first attribute of that name, null where that does not end; and the value."""
    cut = (
        between.str.splitn(f' {name}="', 2)
        .struct.rename_fields(["before", "from_value"])
        .struct.unnest()
        .with_columns(pl.col("from_value").str.splitn('"', 2).struct.rename_fields(["value", "behind"]))
        .unnest("from_value")
    )
    rest = pl.concat_str("before", pl.lit(f' {name}=""'), "behind")
    is_told = pl.col("value").is_not_null()
    return (
        cut.select(pl.when(is_told).then(rest).otherwise("before")).to_series(),
        cut["value"],
    )


def _taken_apart(tags: str) -> tuple[object, ...]:
    """What the columns of `_SCHEMA` say of these. Raises ValueError when they are not plain."""
    found = _tags(tags)
    order = "".join(tag.sign for tag in found)
    if not _ORDER.fullmatch(order) or _ROW_WITHOUT_CELLS in order:
        raise ValueError
    opens_cell = order[-1] == "C"
    before = found[:-1] if opens_cell else found
    cells = [tag for tag in before if tag.sign in "CE"]
    if any(name in tag.attributes for tag in cells for name in _SAYING):
        raise ValueError
    rows = [tag for tag in found if tag.sign == "R"]
    in_last_row = before[order.rfind("R") + 1 :]
    gap = sum(tag.count("table:number-columns-repeated") for tag in in_last_row if tag.sign in "CE")
    cell = found[-1]
    return (
        tags,
        order[0] == "c",
        [row.count("table:number-rows-repeated") for row in rows],
        [row.attributes.get("table:visibility") in ("collapse", "filter") for row in rows],
        gap,
        opens_cell,
        cell.count("table:number-columns-repeated") if opens_cell else 1,
        cell.attributes.get("calcext:value-type") or cell.attributes.get("office:value-type"),
    )


def _tags(tags: str) -> list[_Tag]:
    if any(odd in tags for odd in _ODD):
        raise ValueError
    found = []
    place = len(tags) - len(tags.lstrip(" \t\n"))
    while place < len(tags):
        tag = _TAG.match(tags, place)
        if tag is None:
            raise ValueError
        is_end, element, written, is_empty = tag.groups()
        attributes = _ATTRIBUTE.findall(written)
        told = dict(attributes)
        if len(told) < len(attributes):
            raise ValueError
        found.append(_Tag(_SIGNS.get((is_end, element, is_empty), "?"), told))
        place = tag.end()
    return found
