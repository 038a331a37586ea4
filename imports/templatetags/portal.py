"""What templates need that Django does not have: statuses with their look, and sizes."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from imports.access import parent_seen_by
from imports.files.decisions import doubtful
from imports.locale_forms import listed, number
from imports.messages import column_label
from imports.models import ImportBatch, UploadJob
from imports.standing import standing_of
from imports.views.formatting import byte_size, delimiter_words, encoding_words, sureness

register = template.Library()

for _words in (byte_size, column_label, delimiter_words, encoding_words, sureness, doubtful, listed):
    register.filter(_words)


register.filter("marked_number", number)


@register.filter
def numbers_listed(numbers: Sequence[int], at_most: int) -> str:
    """Numbers in one phrase, of which those beyond the first `at_most` are only hinted at."""
    shown = [number(one) for one in numbers[:at_most]]
    return listed([*shown, "…"] if len(numbers) > at_most else shown)


@register.filter
def is_number(cell: object) -> bool:
    """Whether a cell of a table holds a number, to be set to the right."""
    return isinstance(cell, int)


@register.simple_tag(takes_context=True)
def status_chip(
    context: dict[str, Any], item: UploadJob | ImportBatch, *, details: bool = False
) -> SafeString:
    """The status of a job or a batch as it stands for who is signed in, in words, with a sign and a colour; with
    `details`, what its problems are, below."""
    standing = standing_of(item, context["request"].user)
    chip = format_html('<span class="chip {}">{}</span>', standing.look, standing.words)
    if not (details and standing.details):
        return chip
    return format_html('{}<div class="small quiet">{}</div>', chip, listed(standing.details))


@register.simple_tag(takes_context=True)
def visible_parent(context: dict[str, Any], job: UploadJob) -> UploadJob | None:
    """The import whose rows `job` brings again, if there is one and the person may see it."""
    return parent_seen_by(context["request"].user, job)


@register.inclusion_tag("imports/parts/same_file.html", takes_context=True)
def same_file(context: dict[str, Any], job: UploadJob) -> dict[str, object]:
    """Says when the very file of `job` was uploaded before, of the jobs that the person may see."""
    viewer = context["request"].user
    jobs = list(UploadJob.objects.visible_to(viewer).same_file(job))
    more = jobs[0].found - len(jobs) if jobs else 0  # type: ignore[attr-defined]  # same_file's own
    return {"jobs": [(one, standing_of(one, viewer).words) for one in jobs], "more": more}
