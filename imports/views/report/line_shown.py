"""What has been done about the rows of an import since it ended, and what is left to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from imports.jobs.line import children_of, left_at_end, resolving_beside
from imports.jobs.retry import retriable_rows, retry_of
from imports.models import UploadJob
from portal.models import User


@dataclass(frozen=True)
class LaterImport:
    """A job that was made of rows of the import, `steps` below it."""

    job: UploadJob
    steps: int


@dataclass(frozen=True)
class LineShown:
    """Of an import: how many rows were `open` when it ended, and how many of them have arrived since (`resolved`); how
    many can be tried `again` as they are, and of the others that were sent how many are of people whom Dotdigital takes
    from nobody (`barred`), how many somebody decided not to send again, and how many have arrived since. `lacking`: how
    many arrived without some of their values, and how many of these have been sent since with all they bring
    (`completed`); `with_problems`: how many arrived without what Dotdigital did not take. `later`: the imports that
    were made of rows of it and that the person sees, beside which there are `unseen` ones. `retry` tries rows again
    already."""

    open: int
    resolved: int
    again: int
    barred: int
    given_up: int
    arrived_since: int
    lacking: int
    completed: int
    with_problems: int
    later: Sequence[LaterImport]
    unseen: int
    retry: UploadJob | None
    is_retry_seen: bool

    @property
    def is_open(self) -> bool:
        """Whether there are rows that have not arrived yet, or lack some of their values."""
        return self.resolved < self.open or self.completed < self.lacking

    @property
    def is_settled(self) -> bool:
        """Whether there was something left to do of the import, and all of it has been done since. What Dotdigital did
        not take of contacts that arrived is not known to be."""
        return bool(self.open or self.lacking) and not self.is_open and not self.with_problems


def line_shown(job: UploadJob, viewer: User) -> LineShown:
    """The line below an ended `job`, as `viewer` sees it: all of it counts, and what they may see is listed."""
    later = _later_imports(job)
    seen = _seen_by(viewer, later)
    left = left_at_end(job)
    retry = retry_of(job) if later else None
    # An earlier version did not count these when a job ended; its ledger has them.
    lacking: int = job.ledger.get("values_left_out", 0)
    return LineShown(
        open=left.open,
        resolved=min(job.rows_resolved, left.open),
        again=retriable_rows(job),
        barred=left.barred,
        given_up=left.given_up,
        arrived_since=min(job.retriable_resolved, left.again),
        lacking=lacking,
        completed=min(job.rows_completed, lacking),
        with_problems=job.ledger.get("with_problems", 0),
        later=[one for one in later if one.job.pk in seen],
        unseen=len(later) - len(seen),
        retry=retry,
        is_retry_seen=retry is not None and retry.pk in seen,
    )


def _seen_by(viewer: User, later: Sequence[LaterImport]) -> set[UUID]:
    """The ids of the jobs of `later` that `viewer` may see."""
    if not later:
        return set()
    ids = [one.job.pk for one in later]
    return set(
        UploadJob.objects.visible_to(viewer).filter(pk__in=ids).order_by().values_list("pk", flat=True)
    )


def _later_imports(job: UploadJob) -> list[LaterImport]:
    """All jobs below `job`, each after the one that it was made of; then those that were made of jobs above it, and
    have resolved rows of it."""
    found = list(children_of(job, UploadJob.objects.for_list()))

    def below(above: UploadJob, steps: int) -> list[LaterImport]:
        children = [one for one in found if one.parent_id == above.pk]
        return [later for one in children for later in (LaterImport(one, steps), *below(one, steps + 1))]

    beside = resolving_beside(job, UploadJob.objects.for_list())
    return [*below(job, 1), *(LaterImport(one, 1) for one in beside)]
