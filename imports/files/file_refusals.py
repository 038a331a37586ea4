"""Why a file is not read: one table of codes, and the error that carries an entry of it to the person."""

from typing import Any

from imports.messages import Catalogue, Message, WordedError, Wording, gettext_noop

_SAVE_AS = gettext_noop(
    "Open it in the program that made it, save it as an Excel workbook (.xlsx) or as CSV, and upload that."
)
_SAVE_AS_XLSX = gettext_noop("Open it in Excel, save it as an Excel workbook (.xlsx), and upload that.")
_EXPORT_AGAIN = gettext_noop(
    "Export the contacts from the program it belongs to, as CSV or as an Excel workbook (.xlsx)."
)
_SAVE_AS_CSV = gettext_noop("Open it in the program that made it, save it as CSV, and upload that.")
_SPLIT = gettext_noop("Split it into smaller files and upload them one after another.")
_UNPACK = gettext_noop("Unpack it and upload the file inside.")
_UNPACK_ONE = gettext_noop("Unpack it and upload the file with the contacts.")

REFUSALS: dict[str, Wording] = {
    # Gone
    "upload_erased": Wording(
        gettext_noop(
            "The file itself is no longer kept: a person was erased from it, and it could not be kept without them."
        ),
        gettext_noop("Continue with the file as it was read, or upload it again without the person."),
    ),
    # Nothing to import
    "empty_file": Wording(
        gettext_noop("There is nothing in this file."),
        gettext_noop("Export the contacts again and upload the new file."),
    ),
    "header_only": Wording(
        gettext_noop("This file has column names in row {header_row}, but no contacts below them."),
        gettext_noop("Check the filter of the export, export again, and upload the new file."),
    ),
    # Harmful
    "harmful": Wording(
        gettext_noop("The virus scanner found something harmful in this file: {harm}."),
        gettext_noop("The portal has removed it. Tell your administrator, and whoever you have it from."),
    ),
    # Over a limit
    "file_too_large": Wording(
        gettext_noop("This file is {size_bytes:,} bytes long; the limit is {limit_bytes:,} bytes."),
        _SPLIT,
    ),
    "too_many_rows": Wording(
        gettext_noop("This file has more than {limit:,} rows, which is the limit."),
        _SPLIT,
    ),
    "too_many_columns": Wording(
        gettext_noop("Row {row:,} has {columns:,} columns; the limit is {limit:,}."),
        gettext_noop("Remove the columns that are not needed, or check that the delimiter is the right one."),
    ),
    "cell_too_long": Wording(
        gettext_noop("A cell in row {row:,} is longer than {limit:,} characters, which is the limit."),
        gettext_noop(
            "Shorten that cell, or check for a quotation mark that is opened there and never closed."
        ),
    ),
    "line_too_long": Wording(
        gettext_noop("A line of this file goes on for more than {limit:,} characters without an end."),
        gettext_noop("Check that this is a table with one contact on each line, and export it again."),
    ),
    "unpacked_too_large": Wording(
        gettext_noop(
            "The file inside this {archive} archive has more than {limit_bytes:,} bytes, which is the limit."
        ),
        _SPLIT,
    ),
    "expands_too_far": Wording(
        gettext_noop("This workbook expands to more data than can be read."),
        _SAVE_AS_CSV,
    ),
    "reader_out_of_memory": Wording(
        gettext_noop("Reading this file takes more memory than there is for it."), _SAVE_AS_CSV
    ),
    "reader_out_of_time": Wording(
        gettext_noop("Reading this file takes longer than {seconds:,.0f} seconds, which is the limit."),
        _SPLIT,
    ),
    # Damaged
    "damaged_workbook": Wording(
        gettext_noop("This is a workbook, but it is damaged and cannot be read."), _SAVE_AS_XLSX
    ),
    "damaged_archive": Wording(
        gettext_noop("This {archive} archive is damaged and cannot be unpacked."),
        gettext_noop("Upload the file itself, without packing it, or pack it again."),
    ),
    "reader_defeated": Wording(
        gettext_noop("This file could not be read: it made the reader fail."), _SAVE_AS_CSV
    ),
    "too_sparse": Wording(
        gettext_noop(
            "The sheet {sheet!r} has a few cells spread over {rows:,} rows and {columns:,} columns."
        ),
        gettext_noop(
            "Delete the stray cells far below or right of the contacts, save the workbook, and upload it "
            "again."
        ),
    ),
    "broken_quotes": Wording(
        gettext_noop(
            "More than {limit:,} quotation marks are opened and never closed, the first in row {row:,}."
        ),
        gettext_noop("Choose another quotation mark or none, or export the file again."),
    ),
    # A choice that does not fit the file
    "no_such_sheet": Wording(
        gettext_noop("This workbook has no sheet named {sheet!r}."),
        gettext_noop("Choose one of its sheets: {sheets}."),
    ),
    "no_visible_sheet": Wording(
        gettext_noop("This workbook has no visible sheet of cells."),
        gettext_noop("Unhide the sheet with the contacts and upload it again."),
    ),
    "no_such_header_row": Wording(
        gettext_noop("There is no row {header_row:,} in this file to take the column names from."),
        gettext_noop("Choose a row that exists; the first row is row 1."),
    ),
    "no_such_header_rows": Wording(
        gettext_noop("The names of the columns cannot go over {header_rows:,} rows."),
        gettext_noop(
            "Choose from 1 to {limit:,} rows; row 0 for the names of the columns says that there are none."
        ),
    ),
    "no_such_first_data_row": Wording(
        gettext_noop("There is no row {first_data_row:,} in this file for the contacts to begin in."),
        gettext_noop("Choose a row that exists; the first row is row 1."),
    ),
    "first_data_row_above_header": Wording(
        gettext_noop(
            "The contacts cannot begin in row {first_data_row:,}: the column names are in row {header_row:,}."
        ),
        gettext_noop("Choose a row below the column names, or another row for the column names."),
    ),
    "unknown_encoding": Wording(
        gettext_noop("{encoding!r} is not an encoding that can be read."),
        gettext_noop("Choose one of: {encodings}."),
    ),
    "bad_delimiter": Wording(
        gettext_noop("{delimiter!r} cannot separate columns."),
        gettext_noop("Choose one character, such as a comma, semicolon, tab or pipe."),
    ),
    "bad_quote": Wording(
        gettext_noop("{quote!r} cannot be the quotation mark."),
        gettext_noop("Choose one character that is not the delimiter, or none."),
    ),
    # An archive that does not hold just one file
    "empty_archive": Wording(
        gettext_noop("There is no file in this {archive} archive."),
        gettext_noop("Upload the file with the contacts itself."),
    ),
    "several_files": Wording(
        gettext_noop("This {archive} archive holds {count:,} files: {names}."), _UNPACK_ONE
    ),
    "too_many_members": Wording(
        gettext_noop("This {archive} archive holds more files and folders than can be looked through."),
        _UNPACK_ONE,
    ),
    "archive_password": Wording(
        gettext_noop(
            "The file inside this {archive} archive is protected by a password, so it cannot be read."
        ),
        _UNPACK,
    ),
    "archive_compression": Wording(
        gettext_noop(
            "The file inside this {archive} archive is compressed in a way that cannot be read here."
        ),
        _UNPACK,
    ),
    "nested_archive": Wording(
        gettext_noop("This {archive} archive holds another archive."),
        gettext_noop("Unpack both and upload the file inside."),
    ),
    "archive": Wording(gettext_noop("This is {kind}."), _UNPACK),
    # Something else than a table
    "image": Wording(gettext_noop("This is a picture ({kind}), not a table."), _SAVE_AS),
    "pdf": Wording(
        gettext_noop("This is a PDF document, not a table."),
        gettext_noop("Ask for the data as an Excel workbook (.xlsx) or CSV, and upload that."),
    ),
    "password_protected": Wording(
        gettext_noop("This file is protected by a password, so it cannot be read."),
        gettext_noop(
            "Open it in the program that made it, save it without the password, and upload it again."
        ),
    ),
    "old_workbook": Wording(gettext_noop("This is a workbook in the format of {kind}."), _SAVE_AS_XLSX),
    "numbers": Wording(
        gettext_noop("This is an Apple Numbers file."),
        gettext_noop("Open it in Numbers, choose File, Export To, CSV or Excel, and upload that."),
    ),
    "google_shortcut": Wording(
        gettext_noop("This is only a shortcut to a document at Google; the contacts are not in it."),
        gettext_noop(
            "Open it in Google Sheets, choose File, Download, Microsoft Excel (.xlsx), and upload that."
        ),
    ),
    "office_document": Wording(gettext_noop("This is {kind}, not a table."), _SAVE_AS),
    "other_data": Wording(gettext_noop("This is {kind}, not a table that can be read."), _EXPORT_AGAIN),
    "html": Wording(gettext_noop("This is a web page (HTML), whatever its name says."), _SAVE_AS_XLSX),
    "web_archive": Wording(
        gettext_noop("This is a saved web page (MHTML), whatever its name says."), _SAVE_AS_XLSX
    ),
    "xml": Wording(gettext_noop("This is an XML file, not a table."), _SAVE_AS),
    "json": Wording(
        gettext_noop("This is a JSON file, not a table."),
        gettext_noop("Export the contacts as CSV or as an Excel workbook (.xlsx)."),
    ),
    "vcard": Wording(
        gettext_noop("This is a file of address cards (vCard), not a table."),
        gettext_noop("Export the contacts as CSV instead; most address books offer it."),
    ),
    "not_a_table": Wording(gettext_noop("This is not a table: it holds data that is not text."), _SAVE_AS),
}


KINDS: dict[str, str] = {
    "kind_encrypted_or_signed_message_or_a_key": gettext_noop("an encrypted or signed message, or a key"),
    "kind_word_document": gettext_noop("a Word document"),
    "kind_powerpoint_presentation": gettext_noop("a PowerPoint presentation"),
    "kind_visio_drawing": gettext_noop("a Visio drawing"),
    "kind_outlook_message": gettext_noop("an Outlook message"),
    "kind_opendocument_text": gettext_noop("an OpenDocument text"),
    "kind_opendocument_presentation": gettext_noop("an OpenDocument presentation"),
    "kind_opendocument_drawing": gettext_noop("an OpenDocument drawing"),
    "kind_opendocument_database": gettext_noop("an OpenDocument database"),
    "kind_openoffice_org_text": gettext_noop("an OpenOffice.org text"),
    "kind_openoffice_org_presentation": gettext_noop("an OpenOffice.org presentation"),
    "kind_opendocument_file": gettext_noop("an OpenDocument file"),
    "kind_document_of_an_older_office_program": gettext_noop("a document of an older Office program"),
    "kind_bzip2_archive": gettext_noop("a bzip2 archive"),
    "kind_xz_archive": gettext_noop("an xz archive"),
    "kind_7_zip_archive": gettext_noop("a 7-Zip archive"),
    "kind_rar_archive": gettext_noop("a RAR archive"),
    "kind_zstandard_archive": gettext_noop("a Zstandard archive"),
    "kind_windows_cabinet_archive": gettext_noop("a Windows cabinet archive"),
    "kind_tar_archive": gettext_noop("a tar archive"),
    "kind_formatted_text_document_rtf": gettext_noop("a formatted text document (RTF)"),
    "kind_sqlite_database": gettext_noop("an SQLite database"),
    "kind_access_database": gettext_noop("an Access database"),
    "kind_outlook_data_file": gettext_noop("an Outlook data file"),
    "kind_dbase_table": gettext_noop("a dBase table"),
    "kind_parquet_file": gettext_noop("a Parquet file"),
    "kind_arrow_file": gettext_noop("an Arrow file"),
    "kind_spss_file": gettext_noop("an SPSS file"),
    "kind_windows_shortcut": gettext_noop("a Windows shortcut"),
    "kind_apple_property_list_or_web_archive": gettext_noop("an Apple property list or web archive"),
    "kind_e_mail_message_or_mailbox": gettext_noop("an e-mail message or mailbox"),
    "kind_file_of_settings_toml_or_ini": gettext_noop("a file of settings (TOML or INI)"),
    "kind_calendar_icalendar": gettext_noop("a calendar (iCalendar)"),
    "kind_address_book_in_ldif": gettext_noop("an address book in LDIF"),
    "kind_database_dump_sql": gettext_noop("a database dump (SQL)"),
    "kind_message_of_electronic_data_interchange": gettext_noop("a message of electronic data interchange"),
    "kind_yaml_file": gettext_noop("a YAML file"),
    "kind_arff_file": gettext_noop("an ARFF file"),
    "kind_document_for_printing": gettext_noop("a document for printing"),
    "kind_excel_2_to_4": gettext_noop("Excel 2 to 4"),
    "kind_excel_2003_xml": gettext_noop("Excel 2003 XML"),
    "kind_sylk": gettext_noop("SYLK (symbolic link)"),
    "kind_dif": gettext_noop("DIF (data interchange)"),
}
"""What a file is that is no table of contacts, in words: what a refusal may name as its {kind}."""

CATALOGUE = Catalogue(
    {
        **REFUSALS,
        **{code: Wording(words) for code, words in KINDS.items()},
        "more_files": Wording(gettext_noop("{count:,} more")),
    }
)
"""Everything that is said of a file that is refused."""


class FileRefusedError(WordedError):
    """The file cannot be imported as it is. Nothing of it was staged. No text of it quotes a cell."""

    catalogue = CATALOGUE


def refusal(code: str, **details: Any) -> FileRefusedError:
    """The error for `code`, a key of `REFUSALS`, with the details that its texts name. A `kind` is one of `KINDS`, or a
    name that is the same in all languages."""
    if (kind := details.get("kind")) in KINDS:
        details["kind"] = Message(kind)
    return FileRefusedError(Message(code, details))
