"""How soon pages are there when the portal has 10,000 jobs and one of them a million rows, and what each asks of the
database.

    python -m tests.benchmarks.pages GENERATOR [--database sqlite|postgresql] [--jobs N] [--rows N] [--asked N]
        [--pages WORDS]

GENERATOR is a program that writes N rows of contacts as CSV; its file is made once and kept in `var/bench`. For each
database, everything else is made anew in a folder that is thrown away (`many_jobs`). The web processes are started as
production does. Clients sign in, ask for compressed pages, and read each to its last byte: first one client, then four
at once. The large job is checked, then half delivered, then ended, and its pages are asked for on the way.

Queries are counted in a process of the benchmark's own, once with all jobs there are and once with a hundred, where the
pages are those of a job of 200 rows. *CPU* is what the web processes and PostgreSQL took for a page, which other
programs change less than seconds.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

import requests

from portal.redis_socket import redis_folder
from tests.benchmarks.measuring import ROOT, machine
from tests.benchmarks.processor import Processor
from tests.benchmarks.reading_files import MILLION, contacts_csv, say
from tests.benchmarks.web_processes import answering_web, new_session
from tests.environment import isolated_environment
from tests.postgres import running_postgres
from tests.redis_process import running_redis
from tests.sandbox_process import SandboxProcess, running_sandbox

if TYPE_CHECKING:
    from imports.models import UploadJob
    from tests.benchmarks.asked_pages import Page
    from tests.benchmarks.many_jobs import Site

JOBS, FEW_JOBS = 10_000, 100
JOBS_PER_ADMIN_PAGE = 100
ASKED, CLIENTS, WARM_UPS = 60, 4, 3
WANTED_MS = 300.0
ANSWER_SECONDS = 120
DATABASES = ("sqlite", "postgresql")


class Answer(NamedTuple):
    """Milliseconds from asking until the last byte, and how many bytes came."""

    ms: float
    sent: int


class Took(NamedTuple):
    """What a page took."""

    sent: int
    cpu_ms: float
    p50: float
    p95: float
    p50_of_four: float
    p95_of_four: float


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages", description=__doc__)
    parser.add_argument("generator", type=Path)
    parser.add_argument("--database", choices=DATABASES)
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--rows", type=int, default=MILLION)
    parser.add_argument("--asked", type=int, default=ASKED, help="how often each page is asked for")
    parser.add_argument("--pages", default="", help="only those that are called something with these words")
    options = parser.parse_args(arguments)
    if options.database is None:
        for database in DATABASES:  # a process has one
            again = [sys.executable, "-m", "tests.benchmarks.pages", *arguments, "--database", database]
            subprocess.run(again, cwd=ROOT, check=True)
        return
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    source = contacts_csv(options.generator, folder, options.rows)
    with running_site(options.database) as (data, sandbox, postgres):
        Bench(data, sandbox, postgres, options.asked, options.pages).run(source, options.jobs)


@contextmanager
def running_site(database: str) -> Iterator[tuple[Path, SandboxProcess, int | None]]:
    """This process is one of the portal's, with an empty database; the data folder, a sandbox, and the id of
    PostgreSQL's first process."""
    with (
        tempfile.TemporaryDirectory(prefix="portal-pages-") as name,
        running_postgres() if database == "postgresql" else nullcontext("") as url,
        running_sandbox(Path(name) / "sandbox", holds_contract=False) as sandbox,
    ):
        folder = Path(name)
        os.environ |= isolated_environment(folder) | {
            "DATABASE_URL": url,
            "DOTDIGITAL_EXTRA_HOSTS": sandbox.host_port,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LOG_LEVEL": "WARNING",
            # Nobody is there to read accounts again.
            "CATALOGUE_MAX_AGE_MINUTES": "6000",
        }
        with running_redis(redis_folder(folder)):
            import django

            django.setup()
            from django.core.management import call_command

            from portal.launch.prepare import collect_static_files

            call_command("migrate", verbosity=0)
            collect_static_files()
            yield folder, sandbox, _first_of_postgres() if url else None


def _first_of_postgres() -> int:
    from django.db import connection

    from tests.benchmarks.processor import parent_of

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent_of(cursor.fetchone()[0])


class Bench:
    """A run on one database."""

    def __init__(
        self, data: Path, sandbox: SandboxProcess, postgres: int | None, asked: int, called: str
    ) -> None:
        from tests.benchmarks.many_jobs import make_site

        self.data = data
        self.postgres = postgres
        self.asked, self.called = asked, called
        self.site: Site = make_site(sandbox)
        self.slow: list[str] = []

    def run(self, source: Path, jobs: int) -> None:
        from tests.benchmarks import asked_pages as pages
        from tests.benchmarks import many_jobs as made

        read = partial(made.staged_job, self.site)
        narrow, wide = (read(f"{n} columns.csv", made.file_of(made.SMALL_ROWS, n)) for n in (12, 100))
        checked, finished, little = (
            made.check(read(name, made.file_of(made.SMALL_ROWS)))
            for name in ("checked.csv", "finished.csv", "little.csv")
        )
        made.begin_sending(finished)
        made.settle(finished)
        made.make_jobs(self.site, made.templates_of(narrow, checked, finished), jobs)
        large = made.check(read("a million.csv", source))
        self.few = [narrow, wide, checked, finished, little, large, *_newest(FEW_JOBS - 6)]
        _analyse()
        with answering_web(self.data) as (address, web):
            roots = {"web": web} | ({"PostgreSQL": self.postgres} if self.postgres else {})
            self.processor = Processor(roots)
            self.address = address
            self.people, self.admins = (
                [signed_in(address, user.username, made.PASSWORD) for _ in range(CLIENTS)]
                for user in (self.site.person, self.site.admin)
            )
            self.begin_table(jobs, large)
            self.measure([pages.peer()], [pages.peer()])
            of_history = list(pages.of_history(jobs))
            self.measure(of_history, of_history)
            of_mapping = list(pages.of_mapping(narrow, wide))
            self.measure(of_mapping, of_mapping)
            self.measure(pages.of_checked(large), pages.of_checked(little))
            for job in (large, little):
                made.begin_sending(job)
            self.measure(pages.of_sending(large), pages.of_sending(little))
            for job in (large, little):
                made.settle(job)
            self.measure(pages.of_finished(large), pages.of_finished(little))
            self.measure(
                pages.of_administration(large, jobs // JOBS_PER_ADMIN_PAGE),
                pages.of_administration(little, 1),
            )
            narrowed = list(pages.of_narrowed_history(self.site, jobs))
            self.measure(narrowed, narrowed)
            self.measure([pages.peer()], [pages.peer()])
            self.end_table()

    def begin_table(self, jobs: int, large: "UploadJob") -> None:
        from django.db import connection

        say(f"\n{machine()}; {connection.vendor}, {jobs:,} jobs, one of {large.rows:,} rows; {busy()}\n")
        say(
            "| page | bytes | queries, few jobs | queries | CPU ms | p50 ms | p95 ms | four clients: p50 | p95 |"
        )
        say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")

    def end_table(self) -> None:
        say(f"\nAfterwards: {busy()}")
        say(f"Above {WANTED_MS:.0f} ms: {', '.join(self.slow) or 'none'}")

    def measure(self, large: "Iterable[Page]", little: "Iterable[Page]") -> None:
        """A line for each page of `large`; `little` are the same pages of a small job, in the same order."""
        from tests.benchmarks.many_jobs import all_but

        shown, same = (
            [page for page in large if self.called in page.name],
            {page.name: page for page in little},
        )
        queries = self.count(shown)
        with all_but(self.few):
            of_few = self.count([same.get(page.name, page) for page in shown])
        for page, many, few in zip(shown, queries, of_few, strict=True):
            took = self.ask_all(page)
            figures = " | ".join(f"{ms:,.0f}" for ms in took[1:])
            say(f"| {page.name} | {took.sent:,} | {few} | {many} | {figures} |")
            if took.p95 > WANTED_MS:
                self.slow.append(f"{page.name} ({took.p95:,.0f})")

    def count(self, pages: "Sequence[Page]") -> list[int]:
        """How many queries each page makes, once this process knows what all pages have in common."""
        from django.db import connection, reset_queries
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        clients = {}
        for by_admin, user in ((False, self.site.person), (True, self.site.admin)):
            clients[by_admin] = Client()
            clients[by_admin].force_login(user)
        counts = []
        for page in pages:
            for _ in range(2):
                reset_queries()
                with CaptureQueriesContext(connection) as captured:
                    headers = {"HX-Request": "true"} if page.is_live else {}
                    answer = clients[page.by_admin].get(page.path, headers=headers)
                assert answer.status_code == 200, (page, answer.status_code)
            counts.append(len(captured))
        return counts

    def ask_all(self, page: "Page") -> Took:
        """Ask as one client, and then as all."""
        sessions = self.admins if page.by_admin else self.people
        for session in sessions:
            asked(session, self.address, page, WARM_UPS)
        self.processor.restart()
        alone = asked(sessions[0], self.address, page, self.asked)
        cpu = self.processor.core_seconds()
        each = -(-self.asked // CLIENTS)
        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(lambda session: asked(session, self.address, page, each), sessions))
        together = [answer for of_one in answers for answer in of_one]
        taken = cpu["web"] + cpu.get("PostgreSQL", 0.0)
        return Took(
            round(median(answer.sent for answer in alone)),
            taken * 1000 / len(alone),
            *percentiles(alone),
            *percentiles(together),
        )


def _newest(count: int) -> "list[UploadJob]":
    """So many of the jobs in the database that were made of others."""
    from imports.models import UploadJob

    return list(UploadJob.objects.filter(upload="").only("pk")[:count])


def _analyse() -> None:
    """What PostgreSQL does by itself once many rows were written."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def signed_in(address: str, name: str, password: str) -> requests.Session:
    """A client in which somebody is signed in."""
    session, page = new_session(), f"{address}/accounts/login/"
    session.get(page, timeout=ANSWER_SECONDS).raise_for_status()
    form = {"login": name, "password": password, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
    answer = session.post(page, form, timeout=ANSWER_SECONDS)
    answer.raise_for_status()
    assert "sessionid" in session.cookies, "the client was not signed in"
    return session


def asked(session: requests.Session, address: str, page: "Page", times: int) -> list[Answer]:
    """The answers to asking for a page so many times, one after the other."""
    ask: Callable[[], requests.Response] = partial(
        session.get,
        address + page.path,
        headers={"HX-Request": "true"} if page.is_live else {},
        stream=True,
        allow_redirects=False,
        timeout=ANSWER_SECONDS,
    )
    answers = []
    for _ in range(times):
        began = time.perf_counter()
        answer = ask()
        sent = len(answer.raw.read(decode_content=False))
        answers.append(Answer((time.perf_counter() - began) * 1000, sent))
        assert answer.status_code == 200, (page, answer.status_code)
    return answers


def percentiles(answers: Sequence[Answer]) -> tuple[float, float]:
    """What half of the answers, and 95 of 100, took at most, in milliseconds."""
    of_hundred = quantiles([answer.ms for answer in answers], n=100, method="inclusive")
    return of_hundred[49], of_hundred[94]


def busy() -> str:
    one, five, _ = os.getloadavg()
    return f"{one:.1f} programs wanted a core in the last minute, {five:.1f} in the last five"


if __name__ == "__main__":
    main(sys.argv[1:])
