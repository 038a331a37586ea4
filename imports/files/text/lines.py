"""The lines of a text file."""

from io import StringIO


def split_lines(text: str) -> list[str]:
    """The lines of `text` with their ends, which are CR, LF or CR LF and nothing else."""
    return list(StringIO(text, newline=""))
