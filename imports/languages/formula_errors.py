"""What stands in a staged cell in which a spreadsheet shows no value: the error of a formula, or a formula whose result
the file does not hold.

Readers of workbooks write these texts, and the check sends none of them. A cell that has one is not blank: nothing says
that there is no value.
"""

FORMULA_ERRORS = (
    *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"),
    *(
        "#SPILL!",
        "#CONNECT!",
        "#BLOCKED!",
        "#UNKNOWN!",
        "#FIELD!",
        "#CALC!",
        "#BUSY!",
        "#EXTERNAL!",
        "#PYTHON!",
    ),
)
"""Excel's error values, as it and the programs like it show them."""

UNKNOWN_ERROR = "#UNKNOWN!"
"""For an error that is none of these."""

NOT_CALCULATED = "#NOT_CALCULATED!"
"""For a formula whose result is not in the file, because a program wrote it and no spreadsheet has calculated it."""

ERROR_OF_CODE = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""The errors of binary workbooks, by their codes: [MS-XLS] 2.5.10, [MS-XLSB] 2.5.97.2."""


def error_text(shown: str | None) -> str:
    """The staged text of an error that a workbook shows so."""
    return shown if shown in FORMULA_ERRORS else UNKNOWN_ERROR
