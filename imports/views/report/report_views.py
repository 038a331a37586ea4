"""What became of every row: the ledger, the rows, the downloads."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from imports.access import get_visible_job, parent_seen_by, rights_on
from imports.accounts.catalogue import known_of
from imports.jobs.download import READY_MADE, find_download, is_made_ready
from imports.locale_forms import listed, number
from imports.messages import column_label
from imports.models import JobEvent, UploadJob
from imports.reports.export import EXPORTERS
from imports.reports.ledger import BUCKETS, Bucket, Ledger, Outcome
from imports.states import BATCH_WITHOUT_OUTCOME, BatchStatus, JobStatus
from imports.views.check.check_views import ON_REFUSAL_QUESTION, refusal_words
from imports.views.formatting import percent, percents
from imports.views.kept_words import kept_words
from imports.views.mapping.mapping_form import chosen_answers, lists_of
from imports.views.mapping.target_choices import AccountChoices
from imports.views.report.batch_lines import batch_lines, batches_sent_again
from imports.views.report.consent_evidence import evidence_of
from imports.views.report.line_shown import line_shown
from imports.views.report.reason_lines import reason_lines
from imports.views.report.resend_views import RESEND_TEXTS
from imports.views.upload.upload_form import ACCEPTED_SUFFIXES
from imports.views.wizard import REPORT, wizard_steps
from portal.requests import PortalRequest

BAR_WIDTH, MIN_PIECE_WIDTH = 1_000, 3
SHARE_PLACES = 1


@dataclass(frozen=True)
class LedgerLine:
    """A bucket, how many rows are in it, and its piece of the bar, placed by text that no locale touches."""

    bucket: Bucket
    count: int
    share: str
    x: str
    width: str


@require_safe
def report(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """How a job ended, and why."""
    job = get_visible_job(request.user, job_id)
    if not job.has_ended:
        return redirect("imports:job", job.pk)
    ledger = Ledger.from_dict(job.ledger) if job.ledger else None
    account_choices = AccountChoices(known_of(job.account).content)
    shown_lines = ledger_lines(ledger) if ledger else []
    batches = list(job.batches.order_by("number"))
    sent_again = batches_sent_again(batches)
    has_rows, rights = job.rows_removed_at is None, rights_on(request.user, job)
    context = {
        "job": job,
        "steps": wizard_steps(job, REPORT),
        **asdict(rights),
        "has_rows": has_rows,
        "may_download": has_rows and rights.may_download,
        "stored": kept_words(job),
        "ledger": ledger,
        "lines": shown_lines,
        "lines_in_words": listed(f"{line.bucket.label}: {number(line.count)}" for line in shown_lines),
        "whole_share": percent(1, 1, SHARE_PLACES),
        "reasons": reason_lines(job) if ledger else [],
        "formats": list(EXPORTERS),
        "ready": find_download(job, *READY_MADE) if ledger and has_rows and is_made_ready(job) else None,
        "line": line_shown(job, request.user) if ledger else None,
        "attention": [line for line in shown_lines if line.bucket.needs_attention],
        "accepted_suffixes": ",".join(ACCEPTED_SUFFIXES),
        "script_texts": RESEND_TEXTS,
        "unknown": ledger.counts[Outcome.UNKNOWN] if ledger else 0,
        "batches": batch_lines(batches),
        "batches_sent": sum(batch.status not in BATCH_WITHOUT_OUTCOME for batch in batches),
        "sent_again": sent_again,
        "rows_sent_again": sum(batch.contacts for batch in sent_again),
        "events": [(event, event_words(event)) for event in events_of_people_and_job(job)],
        "columns": [
            (column_label(entry["column"]), account_choices.name_of(entry["target"]))
            for entry in job.mapping.get("columns", [])
        ],
        "on_refusal": (ON_REFUSAL_QUESTION, refusal_words(job)),
        "was_stopped": job.status == JobStatus.FAILED and job.stops_on_refusal,
        "rules": chosen_answers(job.mapping, account_choices),
        "evidence": evidence_of(job, account_choices) if batches else [],
        "list_names": account_choices.list_names(touched_lists(job)),
        "parent": parent_seen_by(request.user, job),
        "was_sent": bool(batches),
    }
    return render(request, "imports/report/report.html", context)


def events_of_people_and_job(job: UploadJob) -> QuerySet[JobEvent]:
    """The moves of `job`, and what people decided about its batches."""
    told = job.events.filter(Q(batch=None) | Q(actor__isnull=False))
    return told.select_related("actor", "batch")


def event_words(event: JobEvent) -> str:
    """What happened, in words: the status that the job came to, or the note of what left its status as it was."""
    if event.batch is not None:
        words = (
            gettext("Batch {number}, which was held, is to be sent again")
            if event.to_status == BatchStatus.PENDING
            else gettext("Batch {number}, which was held, is not sent again")
        )
        return words.format(number=event.batch.number)
    if event.note and event.from_status == event.to_status:
        return str(capfirst(event.note_words))
    return str(JobStatus(event.to_status).label)


def touched_lists(job: UploadJob) -> list[int]:
    """The ids of the lists that contacts were added to, be it by the mapping or by a column of the file."""
    counted = job.check_summary.get("preflight", {}).get("lists", {})
    return [int(list_id) for list_id in counted] or lists_of(job.mapping)


def ledger_lines(ledger: Ledger) -> list[LedgerLine]:
    """Every bucket that holds rows, in the order of reports, with its piece of a bar BAR_WIDTH wide."""
    counts = [(bucket, ledger.counts[bucket.key]) for bucket in BUCKETS if ledger.counts[bucket.key]]
    # A sliver of a large file must still be seen, so the others give way a little.
    wanted = [max(BAR_WIDTH * count / ledger.rows, MIN_PIECE_WIDTH) for _, count in counts]
    shares = percents([count for _, count in counts], SHARE_PLACES)
    lines, x = [], 0.0
    for (bucket, count), width, share in zip(counts, wanted, shares, strict=True):
        width *= BAR_WIDTH / sum(wanted)
        lines.append(LedgerLine(bucket, count, share, f"{x:.2f}", f"{width:.2f}"))
        x += width
    return lines
