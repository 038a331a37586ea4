"""What the check says of cells that are far longer than any value of their target."""

from imports.contacts.lengths import CELL_LIMITS
from imports.contacts.problems.problem_types import ProblemKind, ProblemType

_WHAT = {
    "email_cell_too_long": ("e-mail address", "E-mail addresses"),
    "phone_cell_too_long": ("phone number", "Phone numbers"),
    "contact_id_cell_too_long": ("contact ID", "Contact IDs"),
    "number_cell_too_long": ("number", "Numbers"),
    "date_cell_too_long": ("date", "Dates"),
    "word_too_long": ("word for one of the values that can stand here", "Words"),
    "url_too_long": ("web address", "Web addresses"),
    "ip_cell_too_long": ("IP address", "IP addresses"),
}
"""Code -> what the cell should hold, one and many."""

_CHARS = {limit.code: limit.max_chars for limit in CELL_LIMITS.values() if limit}

PROBLEMS: dict[str, ProblemType] = {
    code: ProblemType(
        ProblemKind.INVALID,
        f"{many} in cells that are too long",
        f"The cell is longer than {_CHARS[code]:,} characters, so it holds more than one {one}.",
        "Shorten it in the file and upload the file again, or map the column to a text field.",
    )
    for code, (one, many) in _WHAT.items()
}
