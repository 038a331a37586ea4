"""How far a worksheet goes, and what its columns are called, for whoever reads or writes one."""

# ECMA-376 part 1, 18.3.1.73 and 18.3.1.13; Excel opens no larger sheet.
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384


def column_letters(column: int) -> str:
    """What spreadsheet programs call the column: `A` for 0, `AA` for 26."""
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters
