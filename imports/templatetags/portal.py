"""What templates need that Django does not have: statuses with their look, sizes, plurals with numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imports.files.text.encoding_names import ENCODING_LABELS
from imports.models import ImportBatch, UploadJob
from imports.states import JobStatus
from imports.wizard import Look, status_shown

register = template.Library()

BYTE_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


@register.filter
def status_chip(item: UploadJob | ImportBatch) -> SafeString:
    """The status of a job or a batch, in words, with a sign and a colour."""
    words, look = status_shown(item)
    return format_html('<span class="chip {}">{}</span>', look, words)


@register.filter
def byte_size(count: int) -> str:
    """`count` bytes in the unit people would choose: 4.2 MB."""
    for unit, size in BYTE_UNITS:
        if count >= size:
            text = f"{count / size:.1f}".removesuffix(".0")
            return f"{text}\N{NO-BREAK SPACE}{unit}"
    return counted(count, "byte")


@register.filter
def counted(count: int | None, noun: str) -> str:
    """`count` and `noun`, in the plural unless there is one: 4,812 contacts. "entry,entries" names both forms."""
    singular, _, plural = noun.partition(",")
    number = count or 0
    return f"{intcomma(number)}\N{NO-BREAK SPACE}{singular if number == 1 else plural or singular + 's'}"


DELIMITER_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


@register.filter
def delimiter_words(delimiter: str | None) -> str:
    """What a text table's columns are parted by, in words."""
    return DELIMITER_WORDS.get(delimiter or "", f"“{delimiter}”")


@register.filter
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
    Sureness("Sure", Look.GOOD, 0.9),
    Sureness("Likely", Look.PLAIN, 0.7),
    Sureness("Please look", Look.CARE, 0.0),
)


@register.filter
def sureness(confidence: float) -> Sureness:
    """How sure `confidence`, from 0 to 1, is."""
    return next(one for one in SURENESS if confidence >= one.least)


OPTION_WORDS = {
    "sheet": "the sheet",
    "encoding": "the encoding",
    "delimiter": "what parts the columns",
    "quote": "what quotes cells",
    "header_row": "where the names of the columns are",
    "header_rows": "how many rows name the columns",
    "first_data_row": "where the contacts begin",
}


@register.filter
def doubtful(decisions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a person should look at of a reading's `decisions`, which are as in its JSON, in words."""
    return [
        OPTION_WORDS[name]
        for name, decision in decisions.items()
        if sureness(decision["confidence"]).look == Look.CARE
    ]


@register.filter
def job_status(status: str) -> str:
    """A job's status in words."""
    return str(JobStatus(status).label)


@register.inclusion_tag("imports/parts/same_file.html", takes_context=True)
def same_file(context: dict[str, Any], job: UploadJob) -> dict[str, object]:
    """Says when the very file of `job` was uploaded before, of the jobs that the person may see."""
    jobs = list(UploadJob.objects.visible_to(context["request"].user).same_file(job))
    more = jobs[0].found - len(jobs) if jobs else 0  # type: ignore[attr-defined]  # same_file's own
    return {"jobs": jobs, "more": more}
