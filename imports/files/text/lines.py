"""The lines of a text file."""

from io import StringIO

DELIMITERS = (",", ";", "\t", "|")
"""What usually separates cells."""

# What programs of DOS end a text file with: Ctrl-Z.
END_OF_FILE = "\x1a"


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their ends, which are CR, LF or CR LF and nothing else."""
    return list(StringIO(text, newline=""))
