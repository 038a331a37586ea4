"""Values, numbers, sizes and options as people read them, in their language, for pages and for their templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import avoid_wrapping
from django.utils.translation import gettext, gettext_lazy, gettext_noop, ngettext

from imports.files.decisions import LIKELY, SURE
from imports.files.text.encoding_names import ENCODING_LABELS
from imports.locale_forms import number
from imports.states import JobStatus
from imports.views.wizard import Look

BYTE_UNITS = (
    (gettext_noop("{size} GB"), 1_000_000_000),
    (gettext_noop("{size} MB"), 1_000_000),
    (gettext_noop("{size} kB"), 1_000),
)
MAX_VALUE_CHARS = 80


def shortened(value: str) -> str:
    """`value`, cut where it would fill the page."""
    return value if len(value) <= MAX_VALUE_CHARS else value[: MAX_VALUE_CHARS - 1] + "…"


def quoted(value: object) -> str:
    """A value in the quotation marks of the language: “Leeds”."""
    return gettext("“{value}”").format(value=value)


def byte_size(count: int) -> str:
    """`count` bytes in the unit people would choose: 4.2 MB."""
    for words, size in BYTE_UNITS:
        if count >= size:
            rounded = round(count / size, 1)
            amount = number_format(rounded, decimal_pos=0 if rounded.is_integer() else 1)
            return avoid_wrapping(gettext(words).format(size=amount))
    return avoid_wrapping(ngettext("{count} byte", "{count} bytes", count).format(count=number(count)))


def percent(count: int, total: int, places: int = 0) -> str:
    """The share of `count` in `total`, in percent; never 0 for something, never 100 for less than all."""
    share, least = 100 * count / total if total else 0.0, 10.0**-places
    if 0 < share < least:
        return avoid_wrapping(gettext("under {number}%").format(number=number_format(least, places)))
    if 100 - least < share < 100:
        return avoid_wrapping(gettext("over {number}%").format(number=number_format(100 - least, places)))
    return avoid_wrapping(gettext("{number}%").format(number=number_format(round(share, places), places)))


def percents(counts: Sequence[int], places: int = 0) -> list[str]:
    """The shares of `counts` in their sum, rounded so that they add up to 100%: what rounding down takes away goes to
    those that lose most by it."""
    total, units = sum(counts), 100 * 10**places
    if not total:
        return [percent(count, total, places) for count in counts]
    floors = [count * units // total for count in counts]
    losers = sorted(range(len(counts)), key=lambda i: (-(counts[i] * units % total), -counts[i]))
    for i in losers[: units - sum(floors)]:
        floors[i] += 1
    # Too little to be said as a number, and too much, stay words.
    return [
        avoid_wrapping(gettext("{number}%").format(number=number_format(floor / 10**places, places)))
        if total <= count * units <= total * (units - 1) or count == total
        else percent(count, total, places)
        for count, floor in zip(counts, floors, strict=True)
    ]


DELIMITER_WORDS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("pipes"),
}


def delimiter_words(delimiter: str | None) -> str:
    """What a text table's columns are separated by, in words."""
    return str(DELIMITER_WORDS.get(delimiter or "") or quoted(delimiter))


def encoding_words(encoding: str | None) -> str:
    """An encoding by the name people know it by."""
    return gettext(ENCODING_LABELS[encoding]) if encoding in ENCODING_LABELS else encoding or ""


@dataclass(frozen=True)
class Sureness:
    """How sure a decision is, in a word and the look of a chip."""

    words: Promise
    look: Look
    least: float


SURENESS = (
    Sureness(gettext_lazy("Sure"), Look.GOOD, SURE),
    Sureness(gettext_lazy("Likely"), Look.PLAIN, LIKELY),
    Sureness(gettext_lazy("Please check"), Look.CARE, 0.0),
)


def sureness(confidence: float) -> Sureness:
    """How sure `confidence`, from 0 to 1, is."""
    return next(one for one in SURENESS if confidence >= one.least)


def job_status(status: str) -> str:
    """A job's status in words."""
    return str(JobStatus(status).label)
