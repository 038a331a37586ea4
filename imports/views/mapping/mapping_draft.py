"""The draft of a mapping page: what was chosen is kept with each change, and shown when the page is opened again."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from imports.jobs.draft import OpenPage, draft_of, keep_draft
from imports.models import MappingDraft, UploadJob
from imports.views.mapping.column_cards import column_facts
from imports.views.mapping.mapping_form import MappingJson, PostedMapping, read_mapping, shown_mapping
from imports.views.mapping.target_choices import AccountChoices
from portal.requests import PortalRequest

PAGE, SEEN, STAMP = "draft-page", "draft-seen", "draft-stamp"
KEEP = "keep"
WORD, MEANINGS = "word", ("meaning", "nothing")
NOT_KEPT = ("csrfmiddlewaretoken", "go", "part", "create", "filter", "find", "plain", PAGE, SEEN, STAMP)
"""The fields of a page that are no choice of anybody's."""


@dataclass(frozen=True)
class Conflict:
    """That the mapping was changed elsewhere since this page was opened: by whom and when; neither is known where the
    file was checked since."""

    person: str
    at: datetime | None


@dataclass(frozen=True)
class ShownDraft:
    """What a page knows of the draft: its own name, how far the draft had come, and the job's last move. `at` and
    `person` are of a draft that the page shows; None and "" for none."""

    page: str
    seen: int
    stamp: str
    at: datetime | None = None
    person: str = ""
    conflict: Conflict | None = None


def page_opened(job: UploadJob, draft: MappingDraft | None = None) -> ShownDraft:
    """What a page knows that is opened anew, and shows `draft`."""
    page, stamp = uuid.uuid4().hex, job.changed_at.isoformat()
    if draft is None:
        return ShownDraft(page, 0, stamp)
    return ShownDraft(page, draft.number, stamp, draft.changed_at, draft.person.shown_name)


def mapping_of(
    job: UploadJob, draft: MappingDraft, initial: MappingJson, account_choices: AccountChoices
) -> PostedMapping:
    """What a page shows of a draft."""
    if draft.form:
        return read_mapping(QueryDict(draft.form), initial, column_facts(job), account_choices)
    return shown_mapping(draft.mapping, column_facts(job), account_choices)


def keep_posted(
    request: PortalRequest, job: UploadJob, posted: PostedMapping, initial: MappingJson, data: QueryDict
) -> ShownDraft:
    """Keep what was posted, unless it was changed elsewhere meanwhile; what the page knows afterwards.

    `data` are the posted fields after what their button did. What nobody has changed yet is no draft.
    """
    page = _page_of(request, job)
    draft = draft_of(job)
    if draft is None and _is_same(posted.mapping, initial) and page.stamp == job.changed_at.isoformat():
        return ShownDraft(page.name, page.seen, page.stamp)
    form = _kept_of(data)
    if draft is not None and draft.page == page.name and draft.form == form:
        return ShownDraft(page.name, draft.number, page.stamp)
    regardless = request.POST.get("go") == KEEP or PAGE not in request.POST
    is_kept, draft = keep_draft(job, page, request.user, regardless=regardless, form=form)
    if is_kept:
        seen = draft.number if draft is not None else page.seen
        return ShownDraft(page.name, seen, job.changed_at.isoformat())
    conflict = (
        Conflict(draft.person.shown_name, draft.changed_at) if draft is not None else Conflict("", None)
    )
    return ShownDraft(page.name, page.seen, page.stamp, conflict=conflict)


def _is_same(posted: MappingJson, initial: MappingJson) -> bool:
    """Whether a page says what it said when it was opened; its columns stand in the file's order."""

    def ordered(mapping: MappingJson) -> MappingJson:
        columns = sorted(mapping.get("columns", []), key=lambda entry: json.dumps(entry, sort_keys=True))
        return {**mapping, "columns": columns}

    return ordered(posted) == ordered(initial)


def _kept_of(data: QueryDict) -> str:
    """What is kept of posted fields: all choices, and of the values of a column those alone that were given a meaning,
    as what is in a file has no place in the database."""
    kept = data.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    given: Counter[str] = Counter()
    for name in data:
        kind, _, place = name.partition("-")
        if kind != WORD:
            continue
        parts = {part: kept.pop(f"{part}-{place}", None) for part in (WORD, *MEANINGS)}
        if any(value and value[0] for part, value in parts.items() if part != WORD):
            key = place.rpartition("-")[0]
            for part, value in parts.items():
                if value is not None:
                    kept.setlist(f"{part}-{key}-{given[key]}", value)
            given[key] += 1
    return kept.urlencode()


def _page_of(request: PortalRequest, job: UploadJob) -> OpenPage:
    """The page that has posted, as far as its form says."""
    seen = request.POST.get(SEEN, "")
    draft_number = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0
    stamp = request.POST.get(STAMP) or job.changed_at.isoformat()
    return OpenPage(request.POST.get(PAGE, "")[:32] or uuid.uuid4().hex, draft_number, stamp)
