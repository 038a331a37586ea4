"""The rows of a file, with what the check says of them or what became of them."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import polars as pl
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from imports.access import get_job_with_rows, may_act_on
from imports.audit.recording import record
from imports.contacts.problems import PROBLEM_TYPES
from imports.fates import Fate
from imports.models import UploadJob
from imports.reasons import REPORT_WORDS
from imports.reports.ledger import BUCKET_BY_KEY, BUCKETS, MARKS
from imports.reports.reason_counts import rows_of_reason
from imports.reports.report_rows import ALL_ROWS, SELECTIONS, page_of_rows
from imports.reports.settlement import SENT_AGAIN
from imports.storage import artefacts
from imports.views.check.checked_rows import (
    FATES,
    SEVERITIES,
    checked_rows_at,
    is_of_forms,
    numbers_of_rows,
    page_of_checked_rows,
    rows_shown,
)
from imports.views.check.grid_rows import grid_rows
from imports.views.check.recheck import repair_context
from imports.views.formatting import shortened
from imports.views.problem_groups import SECTION_KINDS, rows_and_values, section_of
from imports.views.report.batch_lines import rows_sent_again
from imports.views.report.reason_lines import reason_shown, reasons_of, words_of_code
from imports.views.report.sealed_search import PARAMETER, address_of, opened
from imports.views.wizard import CHECK, REPORT, wizard_steps
from portal.requests import PortalRequest

ROWS_PER_PAGE = 50
SEARCHED = "q"
MAX_COMPARED, MAX_DIGITS = 10, 9
COMPARED = "compared"
"""What is shown where single rows are asked for."""
# Key, label, and how many rows; with their values, where that is another number.
Tab = tuple[str, str | Promise, int | str]
ALL_ROWS_LABEL = gettext_lazy("All rows")


@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: PortalRequest, job_id: UUID) -> HttpResponse:
    """A page of the file's rows: all, one bucket or fate, one kind of problem, or those that hold some text, which is
    posted, and leads to an address that carries it sealed."""
    job = get_job_with_rows(request.user, job_id)
    asked = request.POST if request.method == "POST" else request.GET
    show = asked.get("show") or ALL_ROWS
    if request.method == "POST" or SEARCHED in asked:
        searched = asked.get(SEARCHED, "").strip()
        if searched:
            # Not for what: it is a person, most often.
            record("rows_searched", by=request.user, on=job)
        return redirect(address_of(request.user, job, show, searched))
    page_number, sealed_search = asked.get("page", "1")[:9], asked.get(PARAMETER, "")
    search, has_lapsed = opened(request.user, job, sealed_search)
    if artefacts.exists(job, artefacts.OUTCOMES):
        listing: RowListing = ReportedRows(job, show, search, page_number)
    elif job.check_summary and artefacts.exists(job, artefacts.PREPARED):
        listing = CheckedRows(job, show, search, page_number, numbers_asked(request.GET.getlist("row")))
    else:
        return redirect("imports:job", job.pk)
    query = request.GET.copy()
    query.pop("page", None)
    if has_lapsed:
        query.pop(PARAMETER)
    after = query.pop("after", [""])[0][:9]
    if after.isdecimal() and isinstance(listing, CheckedRows):
        query["page"] = str(listing.page_after(int(after)))
        return redirect(f"{request.path}?{query.urlencode()}")
    page: Page[Any] = Paginator(cast(Sequence[Any], listing), ROWS_PER_PAGE).get_page(page_number)
    may_act = may_act_on(request.user, job)
    context = {
        **(repair_context(job, may_act=may_act) if listing.step == CHECK else {}),
        "job": job,
        "steps": wizard_steps(job, listing.step),
        "may_act": may_act,
        "is_report": listing.step == REPORT,
        "tabs": listing.tabs,
        "causes": listing.causes,
        "is_cause": any(listing.show == code for code, _, _ in listing.causes),
        "show": listing.show,
        "show_forms": is_of_forms(listing.show),
        "search": search,
        "sealed_search": sealed_search if search else "",
        "has_lapsed": has_lapsed,
        "rows": page,
        "query": query.urlencode(),
        "row_query": "" if has_lapsed else request.GET.urlencode(),
        "columns": job.columns,
    }
    return render(request, "imports/report/rows.html", context)


def numbers_asked(texts: Sequence[str]) -> list[int]:
    """The numbers of single rows that are asked for, to be seen beside each other."""
    return sorted(
        {int(text) for text in texts[:MAX_COMPARED] if text.isdecimal() and len(text) <= MAX_DIGITS}
    )


def causes_of(job: UploadJob) -> list[Tab]:
    """The kinds of problems that the check of `job` found."""
    told = job.check_summary.get("told_rows", {})
    return [
        (
            code,
            PROBLEM_TYPES[code].title if code in PROBLEM_TYPES else code,
            rows_and_values(told.get(code, 0), values),
        )
        for code, values in job.check_summary.get("issue_counts", {}).items()
    ]


class RowListing:
    """Rows for a paginator, of which only the page of number `page` is read, which also counts them."""

    step = CHECK

    def __init__(self, job: UploadJob, show: str, search: str, page: str) -> None:
        self.job = job
        self.search = search
        self.asked = show
        known = {key for key, _, _ in (*self.tabs, *self.causes)}
        self.show = show if show in known else ALL_ROWS
        self._likely_offset = ROWS_PER_PAGE * max(int(page) - 1, 0) if page.isdecimal() else 0
        self._pages: dict[tuple[int, int], tuple[int, list[Any]]] = {}

    @property
    def tabs(self) -> list[Tab]:
        """What can be shown, for choosing from."""
        raise NotImplementedError

    @property
    def causes(self) -> list[Tab]:
        """Kinds of problems that can be shown, of which there may be many."""
        return []

    def read(self, offset: int, limit: int) -> tuple[int, list[Any]]:
        """How many rows there are, and those from `offset` on."""
        raise NotImplementedError

    def __len__(self) -> int:
        return self._read(self._likely_offset, ROWS_PER_PAGE)[0]

    def __getitem__(self, wanted: slice) -> list[Any]:
        # Of the last page, less than a page is asked for.
        return self._read(wanted.start, ROWS_PER_PAGE)[1][: wanted.stop - wanted.start]

    def _text(self, name: str) -> AbstractContextManager[Path | None]:
        return artefacts.search_text(self.job, name) if self.search else nullcontext()

    def _read(self, offset: int, limit: int) -> tuple[int, list[Any]]:
        if (offset, limit) not in self._pages:
            total, found = self.read(offset, limit)
            for row in found:
                row["cells"] = [shortened(cell) for cell in row["cells"]]
            self._pages[offset, limit] = total, found
        return self._pages[offset, limit]


class ReportedRows(RowListing):
    """The rows of an ended job, by bucket."""

    step = REPORT

    @cached_property
    def _sent_again(self) -> int:
        return rows_sent_again(self.job)

    @property
    def tabs(self) -> list[Tab]:
        counts = self.job.ledger.get("counts", {})
        ledger = self.job.ledger
        again = self._sent_again
        return [
            (ALL_ROWS, ALL_ROWS_LABEL, sum(counts.values())),
            *((bucket.key, bucket.label, counts[bucket.key]) for bucket in BUCKETS if counts.get(bucket.key)),
            *((mark.key, mark.label, ledger[mark.key]) for mark in MARKS if ledger.get(mark.key)),
            *([(SENT_AGAIN, gettext_lazy("Sent more than once"), again)] if again else []),
            *self._chosen_of_check,
        ]

    @cached_property
    def _chosen_of_check(self) -> list[Tab]:
        """What was chosen on the page of the check, or in the report's reasons, and is no tab of a report."""
        if reason := reason_shown(self.asked):
            rows = sum(one.rows for one in reasons_of(self.job) if (one.outcome, one.code) == reason)
            return [(self.asked, words_of_code(reason[1])[0], rows)] if rows else []
        return [tab for tab in CheckedRows.tabs_of(self.job) if tab[0] == self.asked not in BUCKET_BY_KEY]

    @property
    def causes(self) -> list[Tab]:
        return causes_of(self.job) if artefacts.exists(self.job, artefacts.ISSUES) else []

    def _among(self, outcomes: Path) -> pl.Series | None:
        """The rows that the check or a reason names; None where the outcomes alone say which are shown."""
        if self.show in SELECTIONS:
            return None
        if reason := reason_shown(self.show):
            return rows_of_reason(outcomes, *reason)
        with (
            artefacts.local(self.job, artefacts.PREPARED) as prepared,
            artefacts.local(self.job, artefacts.ISSUES) as issues,
        ):
            return rows_shown(prepared, issues, self.show)

    def read(self, offset: int, limit: int) -> tuple[int, list[Any]]:
        with (
            artefacts.local(self.job, artefacts.STAGED) as staged,
            artefacts.local(self.job, artefacts.OUTCOMES) as outcomes,
            self._text(artefacts.STAGED) as text,
            artefacts.told_text(self.job, REPORT_WORDS) if self.search else nullcontext() as told,
        ):
            total, found = page_of_rows(
                staged,
                outcomes,
                self.job.columns,
                self.show if self.show in SELECTIONS else None,
                self.search or None,
                offset,
                limit,
                words=REPORT_WORDS,
                text=text,
                told=told,
                among=self._among(outcomes),
            )
        return total, [{**row, "label": BUCKET_BY_KEY[row["outcome"]].label} for row in found]


class CheckedRows(RowListing):
    """The rows of a checked job, by fate, by what was done to their values, and by problem; or those with the
    numbers `compared` alone."""

    def __init__(
        self, job: UploadJob, show: str, search: str, page: str, compared: Sequence[int] = ()
    ) -> None:
        super().__init__(job, show, search, page)
        self._compared = compared
        if compared:
            self.show = COMPARED

    @cached_property
    def tabs(self) -> list[Tab]:
        return [*self.tabs_of(self.job), *self._mended]

    @property
    def _mended(self) -> list[Tab]:
        """What is asked for and no row is any more: whoever has just mended the last one is still there."""
        asked = self.asked
        if any(asked == key for key, _, _ in (*self.tabs_of(self.job), *self.causes)):
            return []
        headings = {kind.key: kind.heading for kind in SECTION_KINDS if kind.key in SEVERITIES}
        if asked in FATES:
            return [(asked, Fate(asked).label, 0)]
        if asked in headings:
            return [(asked, headings[asked], 0)]
        return [(asked, PROBLEM_TYPES[asked].title, 0)] if asked in PROBLEM_TYPES else []

    @staticmethod
    def tabs_of(job: UploadJob) -> list[Tab]:
        """What can be shown of a checked `job`, beside single kinds of problems."""
        summary = job.check_summary
        fates, told = summary.get("fates", {}), summary.get("told_rows", {})
        counts: Counter[str] = Counter()
        for issue in summary.get("issues", []):
            counts[section_of(issue)] += issue["count"]
        return [
            (ALL_ROWS, ALL_ROWS_LABEL, sum(fates.values())),
            *((fate, fate.label, fates[fate]) for fate in Fate if fates.get(fate)),
            *(
                (kind.key, kind.heading, rows_and_values(told.get(kind.key, 0), counts[kind.key]))
                for kind in SECTION_KINDS
                if kind.key in SEVERITIES and counts.get(kind.key)
            ),
        ]

    @cached_property
    def causes(self) -> list[Tab]:
        return causes_of(self.job)

    def page_after(self, row: int) -> int:
        """The number of the page with the first of these rows that comes after `row`: rows that were repaired may be
        none of these any more, so the page after that which is shown would begin too late."""
        with (
            artefacts.local_checked(self.job) as checked,
            artefacts.local(self.job, artefacts.PREPARED) as prepared,
            artefacts.local(self.job, artefacts.ISSUES) as issues,
            self._text(artefacts.checked_name(self.job)) as text,
        ):
            show = None if self.show == ALL_ROWS else self.show
            found = numbers_of_rows(checked, prepared, issues, show, self.search, text)
        return int((found <= row).sum()) // ROWS_PER_PAGE + 1

    def read(self, offset: int, limit: int) -> tuple[int, list[Any]]:
        show = None if self.show == ALL_ROWS else self.show
        with (
            artefacts.local_checked(self.job) as checked,
            artefacts.local(self.job, artefacts.PREPARED) as prepared,
            artefacts.local(self.job, artefacts.ISSUES) as issues,
            self._text(artefacts.checked_name(self.job)) as text,
        ):
            columns, with_forms = self.job.columns, is_of_forms(self.show)
            if self._compared:
                found = checked_rows_at(
                    checked, prepared, issues, columns, self._compared, with_forms=with_forms
                )
                total = len(found)
            else:
                total, found = page_of_checked_rows(
                    checked,
                    prepared,
                    issues,
                    columns,
                    show,
                    self.search,
                    offset,
                    limit,
                    text,
                    with_forms=with_forms,
                )
        shown = grid_rows(self.job, found)
        return total, [{**row, "grid": one} for row, one in zip(found, shown, strict=True)]
