"""Keeps what somebody has chosen on the mapping page and not checked yet, so that leaving the page loses nothing.

Each page that is opened has a name of its own, and knows how far the draft had come by then. A page whose draft was
changed by another since is told, and changes nothing until somebody says which of the two holds.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from imports.models import MappingDraft, UploadJob
from imports.transactions import assign, unit_of_work
from portal.models import User


@dataclass(frozen=True)
class OpenPage:
    """A mapping page that somebody has open: its name, how far the draft had come, and when the job had last moved."""

    name: str
    seen: int
    stamp: str


def draft_of(job: UploadJob) -> MappingDraft | None:
    """What was chosen for `job` and not checked yet, as long as its file has the columns that it was chosen for."""
    draft = MappingDraft.objects.select_related("person").filter(pk=job.pk).first()
    return draft if draft is not None and draft.columns == job.columns else None


def keep_draft(
    job: UploadJob, page: OpenPage, by: User, *, regardless: bool = False, **chosen: Any
) -> tuple[bool, MappingDraft | None]:
    """Keep what was `chosen` at `page`: the `form` as it was posted, or a `mapping`. Whether that is the draft now, and
    the draft there is; `regardless` of what others have chosen meanwhile."""
    if page.stamp != job.changed_at.isoformat() and not regardless:
        return False, draft_of(job)
    fields = {"form": "", "mapping": {}, **chosen, "columns": job.columns, "page": page.name, "person": by}
    with unit_of_work():
        draft = MappingDraft.objects.select_for_update(no_key=True).filter(pk=job.pk).first()
        if draft is not None:
            is_mine = draft.page == page.name or draft.number == page.seen or draft.columns != job.columns
            if not is_mine and not regardless:
                return False, draft
            fields |= {"number": draft.number + 1, "changed_at": timezone.now()}
            if draft.person_id != by.pk:
                _note_hand(job, by)
            MappingDraft.objects.filter(pk=job.pk).update(**fields)
            assign(draft, fields)
            return True, draft
    try:
        with unit_of_work():
            made = MappingDraft.objects.create(job=job, **fields)
            _note_hand(job, by)
            return True, made
    except IntegrityError:  # another page has made one just now
        return keep_draft(job, page, by, regardless=regardless, **chosen)


def _note_hand(job: UploadJob, by: User) -> None:
    """Note that somebody else than its owner has chosen for `job`: they do not approve it later, whoever checks it."""
    if by.pk != job.owner_id:
        job.events.create(actor=by, from_status=job.status, to_status=job.status, note="mapping_drafted")


def discard_draft(job: UploadJob) -> None:
    """Forget what was chosen for `job` and not checked yet."""
    MappingDraft.objects.filter(pk=job.pk).delete()
