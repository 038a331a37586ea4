"""Why a file is not read: one table of codes, and the error that carries an entry of it to the person."""

from typing import NamedTuple


class Refusal(NamedTuple):
    """What is wrong with a file, and what to do about it. Both are format strings."""

    sentence: str
    remedy: str


_SAVE_AS = (
    "Open it in the program that made it, save it as an Excel workbook (.xlsx) or as CSV, and upload that."
)
_SAVE_AS_XLSX = "Open it in Excel, save it as an Excel workbook (.xlsx), and upload that."
_EXPORT_AGAIN = "Export the contacts from the program it belongs to, as CSV or as an Excel workbook (.xlsx)."
_SAVE_AS_CSV = "Open it in the program that made it, save it as CSV, and upload that."
_SPLIT = "Split it into smaller files and upload them one after another."
_UNPACK = "Unpack it and upload the file inside."
_UNPACK_ONE = "Unpack it and upload the file with the contacts."

REFUSALS: dict[str, Refusal] = {
    # Nothing to import
    "empty_file": Refusal(
        "There is nothing in this file.", "Export the contacts again and upload the new file."
    ),
    "header_only": Refusal(
        "This file has column names in row {header_row}, but no contacts below them.",
        "Check the filter of the export, export again, and upload the new file.",
    ),
    # Over a limit
    "file_too_large": Refusal(
        "This file is {size_bytes:,} bytes long; the limit is {limit_bytes:,} bytes.",
        _SPLIT,
    ),
    "too_many_rows": Refusal(
        "This file has more than {limit:,} rows, which is the limit.",
        _SPLIT,
    ),
    "too_many_columns": Refusal(
        "Row {row:,} has {columns:,} columns; the limit is {limit:,}.",
        "Remove the columns that are not needed, or check that the delimiter is the right one.",
    ),
    "cell_too_long": Refusal(
        "A cell in row {row:,} is longer than {limit:,} characters, which is the limit.",
        "Shorten that cell, or check for a quotation mark that is opened there and never closed.",
    ),
    "line_too_long": Refusal(
        "A line of this file goes on for more than {limit:,} characters without an end.",
        "Check that this is a table with one contact on each line, and export it again.",
    ),
    "unpacked_too_large": Refusal(
        "The file inside this {archive} archive has more than {limit_bytes:,} bytes, which is the limit.",
        _SPLIT,
    ),
    "expands_too_far": Refusal(
        "This workbook is compressed, and what it expands to is far more than can be read.", _SAVE_AS_CSV
    ),
    "reader_out_of_memory": Refusal(
        "Reading this file takes more memory than there is for it.", _SAVE_AS_CSV
    ),
    "reader_out_of_time": Refusal(
        "Reading this file takes longer than {seconds:,.0f} seconds, which is the limit.", _SPLIT
    ),
    # Damaged
    "damaged_workbook": Refusal("This is a workbook, but it is damaged and cannot be read.", _SAVE_AS_XLSX),
    "damaged_archive": Refusal(
        "This {archive} archive is damaged and cannot be unpacked.",
        "Upload the file itself, without packing it, or pack it again.",
    ),
    "reader_defeated": Refusal("This file could not be read: it stopped the reader.", _SAVE_AS_CSV),
    "too_sparse": Refusal(
        "The sheet {sheet!r} has a few cells spread over {rows:,} rows and {columns:,} columns.",
        "Delete the stray cells far below or right of the contacts, save the workbook, and upload it again.",
    ),
    "broken_quotes": Refusal(
        "More than {limit:,} quotation marks are opened and never closed, the first in row {row:,}.",
        "Choose another quotation mark or none, or export the file again.",
    ),
    # A choice that does not fit the file
    "no_such_sheet": Refusal(
        "This workbook has no sheet named {sheet!r}.", "Choose one of its sheets: {sheets}."
    ),
    "no_visible_sheet": Refusal(
        "This workbook has no visible sheet of cells.",
        "Unhide the sheet with the contacts and upload it again.",
    ),
    "no_such_header_row": Refusal(
        "There is no row {header_row:,} in this file to take the column names from.",
        "Choose a row that exists; the first row is row 1.",
    ),
    "no_such_header_rows": Refusal(
        "The names of the columns cannot go over {header_rows:,} rows.",
        "Choose from 1 to {limit:,} rows; row 0 for the names of the columns says that there are none.",
    ),
    "no_such_first_data_row": Refusal(
        "There is no row {first_data_row:,} in this file for the contacts to begin in.",
        "Choose a row that exists; the first row is row 1.",
    ),
    "first_data_row_above_header": Refusal(
        "The contacts cannot begin in row {first_data_row:,}: the column names are in row {header_row:,}.",
        "Choose a row below the column names, or another row for the column names.",
    ),
    "unknown_encoding": Refusal(
        "{encoding!r} is not an encoding that can be read.", "Choose one of: {encodings}."
    ),
    "bad_delimiter": Refusal(
        "{delimiter!r} cannot separate columns.",
        "Choose one character, such as a comma, semicolon, tab or pipe.",
    ),
    "bad_quote": Refusal(
        "{quote!r} cannot be the quotation mark.", "Choose one character that is not the delimiter, or none."
    ),
    # An archive that does not hold just one file
    "empty_archive": Refusal(
        "There is no file in this {archive} archive.", "Upload the file with the contacts itself."
    ),
    "several_files": Refusal("This {archive} archive holds {count:,} files: {names}.", _UNPACK_ONE),
    "too_many_members": Refusal(
        "This {archive} archive holds more files and folders than can be looked through.", _UNPACK_ONE
    ),
    "archive_password": Refusal(
        "The file inside this {archive} archive is protected by a password, so it cannot be read.", _UNPACK
    ),
    "archive_compression": Refusal(
        "The file inside this {archive} archive is compressed in a way that cannot be read here.", _UNPACK
    ),
    "nested_archive": Refusal(
        "This {archive} archive holds another archive.", "Unpack both and upload the file inside."
    ),
    "archive": Refusal("This is {kind}.", _UNPACK),
    # Something else than a table
    "image": Refusal("This is a picture ({kind}), not a table.", _SAVE_AS),
    "pdf": Refusal(
        "This is a PDF document, not a table.",
        "Ask for the data as an Excel workbook (.xlsx) or CSV, and upload that.",
    ),
    "password_protected": Refusal(
        "This file is protected by a password, so it cannot be read.",
        "Open it in the program that made it, save it without the password, and upload it again.",
    ),
    "old_workbook": Refusal("This is a workbook in the format of {kind}.", _SAVE_AS_XLSX),
    "numbers": Refusal(
        "This is an Apple Numbers file.",
        "Open it in Numbers, choose File, Export To, CSV or Excel, and upload that.",
    ),
    "google_shortcut": Refusal(
        "This is only a shortcut to a document at Google; the contacts are not in it.",
        "Open it in Google Sheets, choose File, Download, Microsoft Excel (.xlsx), and upload that.",
    ),
    "office_document": Refusal("This is {kind}, not a table.", _SAVE_AS),
    "other_data": Refusal("This is {kind}, not a table that can be read.", _EXPORT_AGAIN),
    "html": Refusal("This is a web page (HTML), whatever its name says.", _SAVE_AS_XLSX),
    "web_archive": Refusal("This is a saved web page (MHTML), whatever its name says.", _SAVE_AS_XLSX),
    "xml": Refusal("This is an XML file, not a table.", _SAVE_AS),
    "json": Refusal(
        "This is a JSON file, not a table.", "Export the contacts as CSV or as an Excel workbook (.xlsx)."
    ),
    "vcard": Refusal(
        "This is a file of address cards (vCard), not a table.",
        "Export the contacts as CSV instead; most address books offer it.",
    ),
    "not_a_table": Refusal("This is not a table: it holds data that is not text.", _SAVE_AS),
}


class FileRefusedError(Exception):
    """The file cannot be imported as it is. Nothing of it was staged.

    `code` is a key of `REFUSALS`; `sentence` says what is wrong, `remedy` what to do. Neither quotes a cell.
    `FileRefusedError(**error.to_dict())` is the same error again.
    """

    def __init__(self, code: str, sentence: str, remedy: str) -> None:
        super().__init__(code, sentence, remedy)
        self.code = code
        self.sentence = sentence
        self.remedy = remedy

    def to_dict(self) -> dict[str, str]:
        """The error as JSON-safe values."""
        return {"code": self.code, "sentence": self.sentence, "remedy": self.remedy}

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"


def refusal(code: str, **details: object) -> FileRefusedError:
    """The error for `code`, with the details its sentences name filled in."""
    entry = REFUSALS[code]
    return FileRefusedError(code, entry.sentence.format(**details), entry.remedy.format(**details))
