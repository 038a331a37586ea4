"""What templates need that Django does not have: statuses with their look, sizes, plurals with numbers."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imports.models import ImportBatch, UploadJob
from imports.states import JobStatus
from imports.wizard import BATCH_LOOKS, JOB_LOOKS

register = template.Library()

BYTE_UNITS = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


@register.filter
def status_chip(item: UploadJob | ImportBatch) -> SafeString:
    """The status of a job or a batch, in words, with a sign and a colour."""
    looks = JOB_LOOKS if isinstance(item, UploadJob) else BATCH_LOOKS
    return format_html('<span class="chip {}">{}</span>', looks[item.status], item.get_status_display())


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


ENCODING_WORDS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "windows-1252": "Windows-1252",
}


@register.filter
def encoding_words(encoding: str | None) -> str:
    """An encoding by the name people know it by."""
    return ENCODING_WORDS.get(encoding or "", encoding or "")


@register.filter
def job_status(status: str) -> str:
    """A job's status in words."""
    return str(JobStatus(status).label)
