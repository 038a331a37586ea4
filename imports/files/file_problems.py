"""What can be wrong with single rows of a file that is read all the same: one table of codes, and a log."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

from imports.files.notes import Note
from imports.files.reading import ReadingProblem
from imports.messages import AS_TOLD, Catalogue, Message, Wording, gettext_noop

PROBLEMS: dict[str, str] = {
    "undecodable": gettext_noop("Bytes that are not {encoding} were replaced by �: {count:,}."),
    "other_encoding": gettext_noop(
        "This row has text that is not {encoding}; it was read as {other}. Check its letters."
    ),
    "letters_lost": gettext_noop(
        "The file itself has � where letters were lost before: {count:,}. Values with it are not sent."
    ),
    "control_letters": gettext_noop(
        "Control characters were replaced by the Windows letters or signs that they stand for: {count:,}."
    ),
    "trailing_marks": gettext_noop(
        "Every line ended with {marks}, that of the names of the columns too; this is no data and was "
        "left out."
    ),
    "nul_bytes": gettext_noop("NUL characters were removed: {count:,}."),
    "stray_quote": gettext_noop(
        "A quotation mark inside a quoted cell is not doubled; check this row's cells."
    ),
    "unclosed_quote": gettext_noop(
        "A quotation mark is opened and never closed; the row was taken to end with its line."
    ),
    "wrapped_lines": gettext_noop(
        "Every line was wrapped in quotation marks, as when a spreadsheet saves a CSV file twice; "
        "they were taken off."
    ),
    "short_row": gettext_noop(
        "Fewer cells than columns: {cells:,} of {columns:,}. The missing cells were taken as blank."
    ),
    "long_row": gettext_noop(
        "More cells than columns with a name: {cells:,}, and {columns:,} columns. Check that its "
        "cells are in the right columns."
    ),
    "error_cell": gettext_noop("Cell {cell} holds the error of a formula, so it has no value to send."),
    "formula_not_calculated": gettext_noop(
        "Cell {cell} holds a formula whose result is not in the file, so there is no value to send. "
        "Open the file in a spreadsheet program, save it, and upload it again."
    ),
    "unread_cell": gettext_noop(
        "A cell of this row is written in the way of Excel 2, which is not read. Save the file as "
        "XLSX and upload it again."
    ),
    "unsure_names": gettext_noop(
        "This row was taken for the names of the columns, and may be a contact. Until somebody says "
        "which it is, the columns are called by their places."
    ),
    "address_as_name": gettext_noop(
        "An e-mail address or a telephone number stands where a column should have its name; it was "
        "left out of the name: {count:,}."
    ),
    "contact_above_names": gettext_noop(
        "This row stands above the names of the columns, and was read as a contact because it looks "
        "like the rows below them."
    ),
    "left_out_above": gettext_noop(
        "An e-mail address or a telephone number is in this row, and it was left out because it "
        "stands above the contacts. If it is one, choose another first row with a contact."
    ),
    "note_left_out": gettext_noop("This row holds {what}, and no contact; it was left out."),
    "may_be_example": gettext_noop(
        "This row seems to hold {what}, and was read as a contact because an e-mail address or a "
        "telephone number is in it. If it is none, choose the row below it as the first with a "
        "contact."
    ),
    "remark_left_out": gettext_noop(
        "An e-mail address or a telephone number is in this row, and it was left out because its "
        "words are those of a remark. If it is a contact, have all rows imported."
    ),
    "may_be_remark": gettext_noop(
        "This row reads like a remark, and was read as a contact because an e-mail address or a "
        "telephone number is in it."
    ),
    "names_again": gettext_noop("The names of the columns come again in this row; it was left out."),
    "names_again_moved": gettext_noop(
        "The names of the columns come again in this row, in another order; it was left out, and the "
        "rows below it were read by it."
    ),
    "names_again_more": gettext_noop(
        "The names of the columns come again in this row, with others among them; it was left out, "
        "and what they name below it has columns of its own."
    ),
    "names_again_other_words": gettext_noop(
        "Other names of columns come in this row, in the order of the first as far as can be told; it "
        "was left out, and the rows below it were read by the first. Check that their cells are in "
        "the right columns."
    ),
    "names_again_unclear": gettext_noop(
        "Other names of columns come in this row, and not in the order of the first; it was left out, "
        "and the rows below it may be in the wrong columns. Split the file above this row and import "
        "the parts one by one."
    ),
    "may_be_names_again": gettext_noop(
        "This row is the same as the one that was taken for the names of the columns; it was read as "
        "a contact."
    ),
    "note_again": gettext_noop(
        "This row is the same as one beside the names of the columns; it was left out."
    ),
    "merged_cells": gettext_noop(
        "Cells {cells} are one merged cell; its value was filled down into the rows it covers."
    ),
    "hidden_rows": gettext_noop(
        "Rows that are hidden in the workbook are read like the others: {count:,}, the first "
        "is row {first:,}."
    ),
    "hidden_columns": gettext_noop(
        "Columns that are hidden in the workbook are read like the others: {count:,}, the first is {first}."
    ),
}

RESEND_PROBLEMS: dict[str, str] = {
    "resent": gettext_noop(
        "The column import_job says that these are rows of “{file}”. They keep their row numbers, and its columns "
        "are used as they were there. Rows that were imported before are left out, unless a value that was missing is "
        "corrected."
    ),
    "resent_without_columns": gettext_noop(
        "“{file}” has columns that are not in this file, so nothing is imported for them: {columns}."
    ),
    "resent_without_statuses": gettext_noop(
        "For “{file}”, people who are not to be mailed were left out by columns that are not in this file: {columns}. "
        "No row of this file is left out by them."
    ),
    "resent_unmarked": gettext_noop(
        "This file was uploaded for “{file}”, but has no column import_job that says so. It is read as a new file."
    ),
    "resent_unknown": gettext_noop(
        "The column import_job names no import that you can see, so this file is read as a new one."
    ),
    "resent_other_account": gettext_noop(
        "The column import_job names an import into the account “{account}”, so this file is read as a new one."
    ),
    "resent_several": gettext_noop(
        "The column import_job names more than one import, so this file is read as a new one. To bring rows of "
        "several imports again, upload a file for each."
    ),
    "resent_unnumbered": gettext_noop(
        "The column import_job says that these are rows of “{file}”, but the column “row” is missing, so it cannot "
        "be told which. This file is read as a new one, and rows that were imported before may be sent again."
    ),
    "resent_gone": gettext_noop(
        "The column import_job names an import that has no report, so this file is read as a new one."
    ),
}
"""How a file belongs to an earlier import, or why it does not; about the file as a whole."""

RESEND_CODES = frozenset(RESEND_PROBLEMS)

PROBLEMS |= RESEND_PROBLEMS | {
    "resent_new_row": gettext_noop(
        "The row at place {place:,} of this file has no row number of the first file. It is a new row, and this is "
        "its number."
    ),
    "resent_copied_row": gettext_noop(
        "The row at place {place:,} of this file has the number of row {of:,}, which stands above it. It is a new "
        "row, and this is its number."
    ),
}

NOTES: dict[Note, str] = {
    Note.RULE: gettext_noop("only a line"),
    Note.IDS: gettext_noop("technical ids"),
    Note.UNITS: gettext_noop("units or remarks in brackets"),
    Note.TYPES: gettext_noop("the types of the values"),
    Note.REQUIREMENTS: gettext_noop("which columns must be filled in"),
    Note.INSTRUCTIONS: gettext_noop("instructions for filling the table in"),
    Note.EXAMPLE: gettext_noop("an example"),
}
"""What a row below the names of the columns holds, in words."""

NOT_LISTED = "not_listed"
"""The parameter of what is said of a code under row 0: how many more problems of it there were."""

MORE = gettext_noop("More problems of this kind that are not listed: {not_listed:,}.")

CATALOGUE = Catalogue(
    {
        **{code: Wording(text) for code, text in PROBLEMS.items()},
        **{note: Wording(words) for note, words in NOTES.items()},
        NOT_LISTED: Wording(MORE),
    }
)

MAX_LISTED_PER_CODE = 100


def problem_text(code: str, details: Mapping[str, Any]) -> str:
    """The sentence of a problem, as it is stored with a reading: its code, and its details."""
    if NOT_LISTED in details:
        return CATALOGUE.sentence(Message(NOT_LISTED, details))
    if AS_TOLD in details:
        return str(details[AS_TOLD])
    named = {name: Message(value) if name == "what" else value for name, value in details.items()}
    return CATALOGUE.sentence(Message(code, named))


class ProblemLog:
    """Problems in the order they are met: the first of each code are kept, the rest of them are counted.

    So a file in which every row has a problem costs no more memory than one in which a hundred have.
    """

    def __init__(self) -> None:
        self._listed: list[ReadingProblem] = []
        self._counts: Counter[str] = Counter()

    def add(self, row: int, code: str, **details: Any) -> None:
        """Note that `row` has the problem `code`; `details` are what its text in `PROBLEMS` names."""
        self._counts[code] += 1
        if self._counts[code] <= MAX_LISTED_PER_CODE:
            self._listed.append(ReadingProblem(row, code, details))

    def extend(self, other: Self) -> None:
        """Add the problems of `other`."""
        self._listed += other._listed
        self._counts += other._counts

    def summary(self) -> tuple[ReadingProblem, ...]:
        """The problems by row, and after them, under row 0, how many more of each code there were."""
        listed = Counter(problem.code for problem in self._listed)
        more = tuple(
            ReadingProblem(0, code, {NOT_LISTED: count})
            for code, count in sorted((self._counts - listed).items())
        )
        return (*sorted(self._listed, key=lambda problem: problem.row), *more)


def reading_told(reading: Mapping[str, Any]) -> dict[str, Any]:
    """A reading as its JSON is kept, with the sentence of each problem beside its code, as `text`."""
    problems = [
        {**one, "text": problem_text(one["code"], one["details"])} for one in reading.get("problems", ())
    ]
    return {**reading, "problems": problems} if reading else {}
