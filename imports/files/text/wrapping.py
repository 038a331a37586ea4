"""What stands around whole lines and is no part of the table: quotes, marks at their ends, doubled line ends."""

import re

from imports.files.text.judging import judge
from imports.files.text.lines import DELIMITERS, split_lines
from imports.files.text.quoting import USUAL_QUOTE, choose_quoting

# A line that is one quoted cell, and the delimiters of empty cells after it.
_WRAPPED_LINE = re.compile(
    rf'(?<![^\r\n])"([^"\r\n]*+(?:""[^"\r\n]*+)*+)"[{re.escape("".join(DELIMITERS))}]*+(?![^\r\n])'
)
_MIN_WRAPPED_LINES = 2
_MIN_WRAPPED_REGULAR = 0.9
_MIN_TRAILED_LINES = 2
# What a line feed becomes on its way through a program that puts a carriage return before it once too often.
DOUBLED_END = "\r\r\n"


def unwrap(text: str) -> str:
    """`text` without the quotes around lines that are one quoted cell."""
    return _WRAPPED_LINE.sub(lambda match: match[1].replace(USUAL_QUOTE * 2, USUAL_QUOTE), text)


def is_wrapped_in_quotes(top: str, delimiter: str | None) -> bool:
    """Whether the lines that are one quoted cell each are rows of a table, as are the others.

    A single column of "Smith, Ana" makes a table too, so it must hold contact data, or quoted cells of its own.
    """
    wrapped = "\n".join(match[0] for match in _WRAPPED_LINE.finditer(top))
    if wrapped.count("\n") + 1 < _MIN_WRAPPED_LINES:
        return False
    wrapped, whole = unwrap(wrapped), unwrap(top)
    for one in DELIMITERS if delimiter is None else (delimiter,):
        if one not in wrapped:
            continue
        part, table = judge(wrapped, one, None), judge(whole, one, None)
        quoting = choose_quoting(wrapped, one, None)
        is_telling = bool(part.contacts) or bool(quoting and quoting.telling)
        is_table = part.width == table.width > 1 and table.is_first_alike
        if is_table and is_telling and min(part.regular, table.regular) >= _MIN_WRAPPED_REGULAR:
            return True
    return False


def trailing_marks(sample: str, delimiter: str) -> str:
    """What every line with cells ends with, if it is a delimiter of other files; "" otherwise."""
    lines = [line.rstrip("\r\n") for line in split_lines(sample) if delimiter in line]
    if len(lines) < _MIN_TRAILED_LINES or lines[0][-1:] not in DELIMITERS or lines[0].endswith(delimiter):
        return ""
    trailing = lines[0][len(lines[0].rstrip(lines[0][-1])) :]
    return trailing if all(line.endswith(trailing) for line in lines) else ""


def without_trailing(text: str, trailing: str) -> str:
    """`text`, which is whole lines, without `trailing` at the end of each."""
    for end in ("\r", "\n"):
        text = text.replace(trailing + end, end)
    return text.removesuffix(trailing)


def doubles_line_ends(sample: str) -> bool:
    """Whether each line ends with CR CR LF."""
    doubled = sample.count(DOUBLED_END)
    return doubled > 1 and doubled == sample.count("\n") and 2 * doubled == sample.count("\r")
