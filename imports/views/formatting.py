"""Numbers, sizes and options as people read them, for pages and for their templates."""

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma

from imports.files.decisions import LIKELY, SURE
from imports.files.text.encoding_names import ENCODING_LABELS
from imports.states import JobStatus
from imports.views.wizard import Look

BYTE_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


def byte_size(count: int) -> str:
    """`count` bytes in the unit people would choose: 4.2 MB."""
    for unit, size in BYTE_UNITS:
        if count >= size:
            text = f"{count / size:.1f}".removesuffix(".0")
            return f"{text}\N{NO-BREAK SPACE}{unit}"
    return counted(count, "byte")


def counted(count: int | None, noun: str) -> str:
    """`count` and `noun`, in the plural unless there is one: 4,812 contacts. "entry,entries" names both forms."""
    singular, _, plural = noun.partition(",")
    number = count or 0
    return f"{intcomma(number)}\N{NO-BREAK SPACE}{singular if number == 1 else plural or singular + 's'}"


DELIMITER_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


def delimiter_words(delimiter: str | None) -> str:
    """What a text table's columns are separated by, in words."""
    return DELIMITER_WORDS.get(delimiter or "", f"“{delimiter}”")


def encoding_words(encoding: str | None) -> str:
    """An encoding by the name people know it by."""
    return ENCODING_LABELS.get(encoding or "", encoding or "")


@dataclass(frozen=True)
class Sureness:
    """How sure a decision is, in a word and the look of a chip."""

    words: str
    look: Look
    least: float


SURENESS = (
    Sureness("Sure", Look.GOOD, SURE),
    Sureness("Likely", Look.PLAIN, LIKELY),
    Sureness("Please look", Look.CARE, 0.0),
)


def sureness(confidence: float) -> Sureness:
    """How sure `confidence`, from 0 to 1, is."""
    return next(one for one in SURENESS if confidence >= one.least)


def job_status(status: str) -> str:
    """A job's status in words."""
    return str(JobStatus(status).label)
