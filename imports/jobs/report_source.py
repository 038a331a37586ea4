"""What the files of a job's report are made of, for all who make one: a stream, a worker, a command."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from imports.contacts.targets import TargetCatalogue
from imports.jobs.file_marks import mark_of
from imports.models import UploadJob
from imports.reports.sent_consent import SentConsent, may_have_been_sent
from imports.storage import artefacts


@dataclass(frozen=True)
class ReportSource:
    """The tables of a job on this machine, its file's own columns, its mark, and what it sent of consent; None for an
    import that set none, and for rows of which none was sent."""

    staged: Path
    outcomes: Path
    columns: tuple[str, ...]
    mark: str
    consent: SentConsent | None


@contextmanager
def report_source(job: UploadJob, selection: str) -> Iterator[ReportSource]:
    """The source of a file with these rows of an ended `job`."""
    records = consent_records(job) if may_have_been_sent(selection) else 0
    with ExitStack() as stack:
        staged, outcomes = (
            stack.enter_context(artefacts.local(job, name)) for name in (artefacts.STAGED, artefacts.OUTCOMES)
        )
        consent = None
        if records:
            consent = SentConsent(stack.enter_context(artefacts.local(job, artefacts.PREPARED)), records)
        yield ReportSource(staged, outcomes, tuple(job.columns), mark_of(job), consent)


def consent_records(job: UploadJob) -> int:
    """How many consent records the mapping of `job` gives a contact at most."""
    everywhere = TargetCatalogue()
    named = [*job.mapping.get("columns", []), *job.mapping.get("constants", [])]
    targets = (everywhere.find(one["target"]) for one in named)
    return len({target.consent_record for target in targets if target and target.consent_record})
