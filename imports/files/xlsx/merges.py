"""Cells merged over several rows: what is said once above is meant for each of them."""

import polars as pl

from imports.files.file_problems import ProblemLog
from imports.worksheets import column_letters

SCHEMA = {"column": pl.UInt32, "first": pl.UInt32, "last": pl.UInt32, "last_column": pl.UInt32}
"""Merged ranges: the first and last row of each, and its first and last column. Rows count from 1, columns from 0."""

_ACTIVE_SCHEMA = {**SCHEMA, "text": pl.String, "is_noted": pl.Boolean}


def untangled(ranges: pl.DataFrame) -> pl.DataFrame:
    """The ranges by their first rows, of each column only those parts that no later one overlaps.

    No program merges a cell twice; that it is done all the same must not multiply what there is to fill.
    """
    following = pl.col("first").shift(-1).over("column")
    return (
        ranges.sort("first", "column")
        .unique(["first", "column"], keep="last", maintain_order=True)
        .with_columns(last=pl.min_horizontal("last", (following.fill_null(2**31) - 1)))
        .filter(pl.col("last") > pl.col("first"))
    )


class MergedCells:
    """The merged cells of a sheet, which is gone through once from top to bottom.

    `ranges` are `untangled`.
    """

    def __init__(self, ranges: pl.DataFrame) -> None:
        self._ranges = ranges
        self._active = pl.DataFrame(schema=_ACTIVE_SCHEMA)

    def fill(self, cells: pl.DataFrame, log: ProblemLog) -> pl.DataFrame:
        """`cells` and what merged cells add to their rows; `cells` hold whole rows, as `row`, `column`,
        `text`.

        A row that holds nothing else stays blank, and a cell that holds something keeps it. Ranges that filled
        something are noted in `log`.
        """
        if not len(self._ranges):
            return cells
        cells = cells.unique(["row", "column"], keep="last", maintain_order=True)
        first, last = cells["row"][0], cells["row"][-1]
        start, end = (self._ranges["first"].search_sorted(row) for row in (first, last + 1))
        starting = (
            self._ranges.slice(start, end - start)
            .join(cells, left_on=["first", "column"], right_on=["row", "column"])
            .with_columns(is_noted=False)
            .select(*_ACTIVE_SCHEMA)
        )
        active = pl.concat([self._active, starting]).filter(pl.col("last") >= first).with_row_index("range")
        if not len(active):
            self._active = active.drop("range")
            return cells
        own = cells.select("row", "column")
        filled = (
            active.select(
                "range",
                "column",
                "text",
                row=pl.int_ranges(
                    pl.max_horizontal(pl.col("first") + 1, first),
                    pl.min_horizontal("last", last) + 1,
                    dtype=pl.UInt32,
                ),
            )
            .explode("row")
            .join(own.select("row").unique(), on="row", how="semi")
            .join(own, on=["row", "column"], how="anti")
        )
        is_noted = pl.col("is_noted") | pl.col("range").is_in(filled["range"].unique().implode())
        noted = active.with_columns(is_noted=is_noted)
        _note(noted.filter(pl.col("is_noted") & ~active["is_noted"]), log)
        self._active = noted.drop("range").filter(pl.col("last") > last)
        return pl.concat([cells, filled.select("row", "column", "text")]).sort("row", maintain_order=True)


def _note(ranges: pl.DataFrame, log: ProblemLog) -> None:
    for column, first, last, last_column in ranges.select(*SCHEMA).iter_rows():
        cells = f"{column_letters(column)}{first}:{column_letters(last_column)}{last}"
        log.add(first, "merged_cells", cells=cells)
