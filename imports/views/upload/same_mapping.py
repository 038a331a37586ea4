"""Uploading a file that takes the mapping of an earlier import."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from imports.access import get_visible_job
from imports.contacts.mapping import Mapping
from imports.jobs.remembered import has_used_mapping
from imports.messages import column_label
from imports.models import UploadJob
from portal.requests import PortalRequest

PARAMETER = "like"


@dataclass(frozen=True)
class SameMapping:
    """The import whose mapping the next file takes, and the columns that the file needs for it."""

    job: UploadJob
    columns: list[str]
    query: str


def job_to_follow(request: PortalRequest) -> UploadJob | None:
    """The import that the address of the page names; None when it names none.

    Raises Http404 for one that the person may not see, or that has no mapping that somebody went through with.
    """
    name = request.GET.get(PARAMETER)
    if not name:
        return None
    try:
        job = get_visible_job(request.user, UUID(name))
    except ValueError:
        raise Http404 from None
    if not has_used_mapping(job):
        raise Http404
    return job


def same_mapping(job: UploadJob) -> SameMapping:
    """What the page says of it."""
    needed = {*Mapping.from_json(job.mapping).columns_needed}
    columns = [column_label(name) for name in job.columns if name in needed]
    return SameMapping(job, columns, f"{PARAMETER}={job.pk}")
