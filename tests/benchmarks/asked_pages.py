"""The pages that `pages` asks for, by the state of the large job that they are of."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from imports.models import UploadJob
from imports.views.history.history_form import NEWEST_FIRST, ORDERS
from imports.views.report.row_views import ALL_ROWS, ROWS_PER_PAGE
from imports.views.report.sealed_search import address_of
from imports.views.wizard import GROUP_LABELS
from tests.benchmarks.many_jobs import NAMES, Site

COMMON, RARE, NOTED, REPEATED_PLACE = "phone_invalid", "identifier_shared", "email_invalid", 4
NOT_THERE = "nobody.here@example.net"


class Page(NamedTuple):
    """A page, by what it is called in the table. `by_admin`: an administrator asks for it; `is_live`: a page that is
    open asks for its live part again."""

    name: str
    path: str
    by_admin: bool = False
    is_live: bool = False


def peer() -> Page:
    """A page that reads nothing but who asks, through the same sign-in, middleware and templates."""
    return Page("help, which asks for nothing", reverse("imports:help"))


def of_history(jobs: int) -> Iterator[Page]:
    yield Page("history", _history())
    yield Page("history: last page", _history(page=jobs))
    yield Page("history: the live part, asked again", _history(), is_live=True)
    for words in (NAMES[0], "no such file"):
        yield Page(f"history: file name “{words}”", _history(q=words))


def of_narrowed_history(site: Site, jobs: int) -> Iterator[Page]:
    """Each filter and each order of the history."""
    for group in GROUP_LABELS:
        yield Page(f"history: status {group.value}", _history(status=group.value))
    yield Page("history: an account", _history(account=site.accounts[3].pk))
    yield Page("history: a person", _history(person=site.people[5].pk))
    today = timezone.localdate()
    since, until = today - timedelta(days=60), today - timedelta(days=30)
    yield Page("history: a month", _history(since=since.isoformat(), until=until.isoformat()))
    yield Page(
        "history: all of these at once, by rows",
        _history(
            q=NAMES[0],
            status="finished",
            account=site.accounts[3].pk,
            person=site.people[0].pk,
            since="2024-01-01",
            until=until.isoformat(),
            sort="-rows",
        ),
    )
    for name in ORDERS:
        for sort in (name, f"-{name}"):
            if sort != NEWEST_FIRST:
                yield Page(f"history: in the order {sort}", _history(sort=sort))
    yield Page("history: last page in the order person", _history(sort="person", page=jobs))


def of_mapping(narrow: UploadJob, wide: UploadJob) -> Iterator[Page]:
    for job in (narrow, wide):
        yield Page(f"mapping, {len(job.columns)} columns", _of(job, "mapping"))


def of_checked(job: UploadJob) -> Iterator[Page]:
    """While a job waits for its confirmation."""
    yield Page("mapping of the large file", _of(job, "mapping"))
    yield Page("check", _of(job, "check"))
    yield from _of_rows(job, "grid", sum(job.check_summary["fates"].values()))
    told = job.check_summary["issue_counts"]
    for code in (COMMON, RARE):
        if code in told:
            yield Page(f"grid: the problem {code}", _of(job, "rows", show=code))
            yield Page(
                f"grid: the problem {code}, last page",
                _of(job, "rows", show=code, page=told[code]),
            )
    yield Page("grid: values in another form", _of(job, "rows", show="format"))
    yield Page("grid: a name among a problem", _searched(job, "omero", COMMON))
    yield Page("a row of the grid", reverse("imports:row", args=[job.pk, job.rows]))
    yield Page(f"repairs of {COMMON}", reverse("imports:group-repairs", args=[job.pk, COMMON]))
    yield Page("values of a column", reverse("imports:column-values", args=[job.pk, REPEATED_PLACE]))


def of_sending(job: UploadJob) -> Iterator[Page]:
    """While a job is under way."""
    yield Page("progress", _of(job, "progress"))
    yield Page("progress: the live part, asked again", _of(job, "progress"), is_live=True)
    yield Page("account", reverse("imports:account", args=[job.account_id]))
    yield Page(
        "account: the live part, asked again", reverse("imports:account", args=[job.account_id]), is_live=True
    )
    yield Page("mappings of the account", reverse("imports:mappings", args=[job.account_id]))
    yield Page("notifications", reverse("imports:notifications"))
    yield Page("upload", reverse("imports:upload"))


def of_finished(job: UploadJob) -> Iterator[Page]:
    """Once it has ended."""
    yield Page("report", _of(job, "report"))
    yield Page("check of what was imported", _of(job, "check"))
    yield from _of_rows(job, "report’s rows", job.ledger["rows"])
    for bucket in ("refused", "rejected", "values_left_out"):
        yield Page(f"report’s rows: {bucket}", _of(job, "rows", show=bucket))
    yield Page("report’s rows: words of a reason", _searched(job, "report does not mention"))
    yield Page("report’s rows: a name among the refused", _searched(job, "omero", "refused"))


def of_administration(job: UploadJob, last_page: int) -> Iterator[Page]:
    """The pages that administrators have of jobs and accounts, and of one job; `last_page` is that of the jobs."""
    jobs = reverse("admin:imports_uploadjob_changelist")
    yield Page("admin: jobs", jobs, by_admin=True)
    yield Page("admin: jobs, last page", f"{jobs}?p={last_page}", by_admin=True)
    yield Page("admin: jobs that have finished", f"{jobs}?status__exact=finished", by_admin=True)
    yield Page("admin: jobs by file name", f"{jobs}?q=newsletter", by_admin=True)
    yield Page("admin: jobs of a month", f"{jobs}?created_at__year={timezone.now().year}", by_admin=True)
    yield Page("admin: a job", reverse("admin:imports_uploadjob_change", args=[job.pk]), by_admin=True)
    yield Page("admin: accounts", reverse("admin:imports_dotdigitalaccount_changelist"), by_admin=True)


def _of_rows(job: UploadJob, name: str, rows: int) -> Iterator[Page]:
    """All rows of a job, first, middle and last, and what somebody looks for in them."""
    last = -(-rows // ROWS_PER_PAGE)
    yield Page(f"{name}: first page", _of(job, "rows"))
    yield Page(f"{name}: middle page", _of(job, "rows", page=last // 2))
    yield Page(f"{name}: last page", _of(job, "rows", page=last))
    row = rows * 2 // 3
    yield Page(f"{name}: search for a person", _searched(job, f"by{row}@s{row % 997}.example.com"))
    yield Page(f"{name}: search for nobody", _searched(job, NOT_THERE))
    yield Page(f"{name}: search for a part of all", _searched(job, "EXAMPLE.com"))


def _searched(job: UploadJob, text: str, show: str = ALL_ROWS) -> str:
    """Where posting `text` leads the owner of `job` to."""
    return address_of(job.owner, job, show, text)


def _history(**asked: object) -> str:
    return _asked(reverse("imports:home"), asked)


def _of(job: UploadJob, name: str, /, **asked: object) -> str:
    return _asked(reverse(f"imports:{name}", args=[job.pk]), asked)


def _asked(path: str, asked: dict[str, object]) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path
