"""What can be wrong with single rows of a file that is read all the same: one table of codes, and a log."""

from collections import Counter
from typing import Self

from imports.files.reading import ReadingProblem

PROBLEMS: dict[str, str] = {
    "undecodable": "Bytes that are not {encoding} were replaced by \N{REPLACEMENT CHARACTER}: {count:,}.",
    "nul_bytes": "NUL characters were removed: {count:,}.",
    "stray_quote": "A quotation mark inside a quoted cell is not doubled; check this row's cells.",
    "unclosed_quote": "A quotation mark is opened and never closed; the row was taken to end with its line.",
    "short_row": (
        "This row has {cells:,} cells and there are {columns:,} columns; the missing cells "
        "were taken as blank."
    ),
    "long_row": (
        "This row has {cells:,} cells and {columns:,} columns have a name; look whether its "
        "cells are in the right columns."
    ),
    "error_cell": "Cell {cell} holds the error of a formula; it was left blank.",
    "merged_cells": "Cells {cells} are one merged cell; its rows that hold anything else were all given its value.",
    "hidden_rows": (
        "Rows that are hidden in the workbook are read like the others: {count:,}, the first "
        "is row {first:,}."
    ),
    "hidden_columns": (
        "Columns that are hidden in the workbook are read like the others: {count:,}, the first is {first}."
    ),
}

MAX_LISTED_PER_CODE = 100


class ProblemLog:
    """Problems in the order they are met: the first of each code are kept, the rest of them are counted.

    So a file in which every row has a problem costs no more memory than one in which a hundred have.
    """

    def __init__(self) -> None:
        self._listed: list[ReadingProblem] = []
        self._counts: Counter[str] = Counter()

    def add(self, row: int, code: str, **details: object) -> None:
        """Note that `row` has the problem `code`; `details` are what its text in `PROBLEMS` names."""
        self._counts[code] += 1
        if self._counts[code] <= MAX_LISTED_PER_CODE:
            self._listed.append(ReadingProblem(row, code, PROBLEMS[code].format(**details)))

    def extend(self, other: Self) -> None:
        """Add the problems of `other`."""
        self._listed += other._listed
        self._counts += other._counts

    def summary(self) -> tuple[ReadingProblem, ...]:
        """The problems by row, and after them, under row 0, how many more of each code there were."""
        listed = Counter(problem.code for problem in self._listed)
        more = tuple(
            ReadingProblem(0, code, f"More problems of this kind that are not listed: {count:,}.")
            for code, count in sorted((self._counts - listed).items())
        )
        return (*sorted(self._listed, key=lambda problem: problem.row), *more)
