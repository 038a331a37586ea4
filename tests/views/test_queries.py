"""What pages that are looked at often, the sweep and an idle worker load: few queries, and nothing that is large.

The account and the jobs have as much as those of a wide file: what is loaded by mistake shows in the bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from imports.accounts.catalogue import known_of
from imports.delivery.deliver import deliver
from imports.jobs.tasks import sweep
from imports.models import DotdigitalAccount, ImportBatch, UploadJob
from imports.querysets import LARGE, SECRETS
from imports.states import BatchStatus, JobStatus
from imports.views.report.sealed_search import address_of
from portal.models import User
from tests.benchmarks.many_jobs import Site, make_jobs, templates_of

pytestmark = [pytest.mark.pipeline, pytest.mark.django_db]

JOBS = 25
FIELDS = 1_500
FILLING = 50_000  # characters in each of the columns of a job that no page looks into
FILLED = ("batch_plan", "read_by")


@dataclass(frozen=True)
class Load:
    """The queries that were made, those of them that found anything, and how much these load in all, as text."""

    statements: list[str]
    found: list[str]
    loaded_bytes: int

    def named(self, *columns: str) -> set[str]:
        """Those of `columns` that are loaded."""
        loaded = " ".join(sql.partition(" FROM ")[0] for sql in self.found)
        return {column for column in columns if f'."{column}"' in loaded}


def load_of(act: Callable[[], Any]) -> Load:
    """What `act` loads; each of its queries is made once more to see how much that is."""
    with CaptureQueriesContext(connection) as captured:
        act()
    statements = [query["sql"] for query in captured]
    found, size = [], 0
    with connection.cursor() as cursor:
        for sql in statements:
            if sql.startswith("SELECT"):
                cursor.execute(sql)
                if rows := cursor.fetchall():
                    found.append(sql)
                size += sum(len(str(value).encode()) for row in rows for value in row)
    return Load(statements, found, size)


def get(client, name: str, *args: Any, **headers: str) -> Callable[[], None]:
    def act() -> None:
        response = client.get(reverse(f"imports:{name}", args=args), headers=headers)
        assert response.status_code in (200, 204), response.status_code

    return act


@pytest.fixture
def wide(account, alice, make_job) -> dict[str, UploadJob]:
    """Jobs by their status, each as large as that of a wide file; JOBS in all."""
    known = known_of(account)
    fields = [{"name": f"FIELD_{n}", "type": "String", "visibility": "Private"} for n in range(FIELDS)]
    known.content["data_fields"] += fields
    known.save()
    jobs = {"staged": make_job(), "report": make_job(until="finished"), "sending": make_job(until="checked")}
    UploadJob.objects.bulk_create(
        UploadJob(account=account, owner=alice, file_name=f"{n}.csv", status=JobStatus.FAILED)
        for n in range(JOBS - len(jobs))
    )
    UploadJob.objects.update(**{name: ["x" * FILLING] for name in FILLED})
    UploadJob.objects.filter(pk=jobs["sending"].pk).update(status=JobStatus.SENDING)
    return jobs


# What is looked at, how many queries it may make, and how many bytes those may load.
MOST = {
    "history": (10, 17_000),
    "progress": (9, 2_000),  # one of them, here and below, for what the person is to the account
    "progress page": (10, 2_000),
    "catalogue": (5, 2_000),
    "sweep": (3, 2_000),  # one of them for the job that is to be woken
    "idle": (1, 2_000),
    "waiting": (1, 2_000),
    "mapping": (11, 300_000),
    "report": (
        13,
        300_000,
    ),  # three for how long it is kept; one, once, to note that its owner has read what was told of it
    "rows": (6, 300_000),
    "recheck": (3, 2_000),
}
WITH_CONTENT = {"mapping", "report"}
WITHOUT_CONTENT = {"rows"}  # which shows the file's columns, and asks nothing of its account


def an_import_to_wait_for(account: DotdigitalAccount, owner: User) -> DotdigitalAccount:
    """Another account, with an import that is not to be polled for a while and batches that have no slot."""
    other = DotdigitalAccount.objects.create(
        name="Other", endpoint=account.endpoint, api_user="apiuser", max_active_imports=1
    )
    job = UploadJob.objects.create(account=other, owner=owner, file_name="w.csv", status=JobStatus.SENDING)
    later = timezone.now() + timedelta(seconds=25)
    ImportBatch.objects.bulk_create(
        ImportBatch(
            job=job, number=number, first_row=2, last_row=2, contacts=1, body_bytes=1, status=status,
            next_poll_at=later if status == BatchStatus.ACTIVE else None,
        )
        for number, status in enumerate([BatchStatus.ACTIVE, *[BatchStatus.PENDING] * 3])
    )  # fmt: skip
    return other


def test_what_is_looked_at_often_loads_no_secret_and_nothing_large(as_alice, alice, account, wide):
    acts = {
        "history": get(as_alice, "home"),
        "progress": get(as_alice, "progress", wide["sending"].pk, **{"HX-Request": "true"}),
        "progress page": get(as_alice, "progress", wide["sending"].pk),
        "catalogue": get(as_alice, "catalogue", wide["staged"].pk),
        "sweep": sweep,
        "idle": lambda: deliver(account),
        "waiting": lambda: deliver(waiting),
        "mapping": get(as_alice, "mapping", wide["staged"].pk),
        "report": get(as_alice, "report", wide["report"].pk),
        "rows": get(as_alice, "rows", wide["sending"].pk),
        "recheck": get(as_alice, "recheck", wide["sending"].pk),
    }
    waiting = an_import_to_wait_for(account, alice)
    sweep()  # the first one removes leftovers as well, which is done once an hour

    loads = {name: load_of(act) for name, act in acts.items()}

    told = "\n".join(
        f"{name}: {len(load.statements)} queries, {load.loaded_bytes:,} bytes" for name, load in loads.items()
    )
    for name, load in loads.items():
        assert load.named(*SECRETS) == set(), name
        if name in WITH_CONTENT:
            assert sum('."content"' in sql for sql in load.statements) == 1, name
        elif name in WITHOUT_CONTENT:
            assert load.named("content") == set(), name
        else:
            assert load.named(*LARGE, "content") == set(), name
        most, most_bytes = MOST[name]
        assert len(load.statements) <= most, told
        assert load.loaded_bytes <= most_bytes, told


FEW, MANY = 15, 60
ROWS_OF_BATCH = 20
OF_A_LINE = "?sort=person&page=1", "?status=finished", "?status=waiting&sort=-rows", "?q=webinar"


def people_rows(rows: int) -> str:
    """A file of people, one in five of whom has no address."""
    lines = (
        f"{'none' if row % 5 == 4 else f'ada{row}@example.com'},Ada,07400 {604000 + row}"
        for row in range(rows)
    )
    return "\r\n".join(["Email,First name,Mobile number", *lines]) + "\r\n"


def queries_of(client, path: str) -> int:
    """How many queries a page takes, once what all pages have in common is known."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(captured)


@pytest.fixture
def alike(account, alice, bob, make_job) -> Callable[[int], None]:
    """Makes so many jobs of the account, in every status, with batches, moves and notifications."""
    templates = templates_of(*(make_job(until=until) for until in ("staged", "checked", "finished")))

    def make(count: int) -> None:
        make_jobs(Site([account], [alice, bob], alice, alice), templates, count)

    return make


def test_no_list_takes_more_queries_however_many_jobs_there_are(as_alice, admin_client, account, alike):
    home, admin = reverse("imports:home"), reverse("admin:imports_uploadjob_changelist")
    paths = {
        **dict.fromkeys([home, *(home + asked for asked in OF_A_LINE)], as_alice),
        reverse("imports:account", args=[account.pk]): as_alice,
        reverse("imports:mappings", args=[account.pk]): as_alice,
        reverse("imports:notifications"): as_alice,
        reverse("imports:upload"): as_alice,
        **dict.fromkeys([admin, f"{admin}?q=webinar", f"{admin}?status__exact=finished"], admin_client),
        reverse("admin:imports_dotdigitalaccount_changelist"): admin_client,
    }
    alike(FEW)
    few = {path: queries_of(client, path) for path, client in paths.items()}
    alike(MANY)

    assert {path: queries_of(client, path) for path, client in paths.items()} == few


def test_no_page_of_a_job_takes_more_queries_however_long_its_file_is(
    as_alice, admin_client, make_job, settings
):
    settings.IMPORT_BATCH_CONTACTS = ROWS_OF_BATCH

    def counted(rows: int) -> dict[str, int]:
        checked, finished = (make_job(people_rows(rows), until=until) for until in ("checked", "finished"))
        found = {
            f"{name} {job.status} {asked}": queries_of(
                as_alice, reverse(f"imports:{name}", args=[job.pk]) + asked
            )
            for job, name, asked in [
                (checked, "mapping", ""),
                (checked, "check", ""),
                (finished, "report", ""),
                *((job, "rows", asked) for job in (checked, finished) for asked in ("", "?page=9")),
            ]
        }
        for job in (checked, finished):
            found[f"search {job.status}"] = queries_of(as_alice, address_of(job.owner, job, "", "ada"))
        change = reverse("admin:imports_uploadjob_change", args=[finished.pk])
        return {**found, "admin": queries_of(admin_client, change)}

    assert counted(rows=8 * ROWS_OF_BATCH) == counted(rows=5)
