"""Everything whose speed matters, beside its peer, in one run and one table.

    python -m tests.benchmarks.at_a_glance GENERATOR [FOLDER]

GENERATOR is a program that writes N rows of contacts as CSV: `python GENERATOR N`. Files that only have to be made are
kept in FOLDER (`var/bench` unless given). The portal and its peer are measured one right after the other on the same
rows, and only that is compared: machines differ, and none is as fast today as yesterday. Of deliveries, which take a
database and servers, there is what one core does; the rest has benchmarks of its own (`delivery`, `waiting`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.benchmarks import contacts, report_files, row_pages
from tests.benchmarks.measuring import ROOT, machine, measure
from tests.benchmarks.reading_files import (
    CALAMINE,
    MILLION,
    STAGED,
    contacts_csv,
    contacts_xlsx,
    say,
)

BUSY = 0.5
"""Other programs' share of a core from which on a run says little."""

PROFILED = """
import sys
from pathlib import Path
from imports.jobs.profiled_reading import stage_profiled
reading, profiles = stage_profiled(Path(sys.argv[1]), Path(sys.argv[2]))
print(reading.rows, len(profiles))
"""
POLARS_PROFILED = """
import sys
from pathlib import Path
import polars as pl
from imports.contacts.suggestions.profiles import profile
rows = pl.scan_csv(sys.argv[1], infer_schema=False).with_columns(pl.all().fill_null(""))
headers = rows.collect_schema().names()
named = rows.rename({header: f"c{place}" for place, header in enumerate(headers)})
named.sink_parquet(sys.argv[2], compression="zstd", compression_level=1)
print(len(profile(Path(sys.argv[2]), headers)))
"""
PROCESSOR = """
import os, resource, subprocess, sys, time
# A portal that is installed has been compiled, whatever the environment of whoever measures says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
# The first time, what is imported may have to be compiled.
for _ in range(2):
    started, before = time.perf_counter(), cpu()
    subprocess.run([sys.executable, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - started, cpu() - before)
"""
SITE = """
from django.core.wsgi import get_wsgi_application
from django.urls import resolve
get_wsgi_application()
resolve("/accounts/login/")
"""
BARE = "import django.conf, polars"


class Line(NamedTuple):
    """A measurement: the portal's figure, its peer's, and how many times the peer's it is, or the other way round."""

    what: str
    portal: str
    peer: str
    times: str
    wanted: str


def beside(what: str, portal: float, peer: float, wanted: str, *, is_faster: bool = True) -> Line:
    """A line of seconds or megabytes: how many times as much the peer takes, or, if that is faster, the portal."""
    times = peer / portal if is_faster else portal / peer
    return Line(what, f"{portal:.1f}", f"{peer:.1f}", f"{times:.1f}", wanted)


def main(generator: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    million, four = (contacts_csv(generator, folder, count * MILLION) for count in (1, 4))
    workbook = contacts_xlsx(million, folder)
    busy = os.getloadavg()[0]
    say(f"{machine()}; {busy:.1f} cores were busy before\n")
    if busy > BUSY:
        say("Other programs are running, or were a minute ago: what follows says little.\n")
    say("| what | portal | peer | times | wanted |\n| --- | ---: | ---: | ---: | ---: |")
    for lines in (
        of_starting(),
        of_reading(million, workbook),
        of_downloads(),
        of_pages(million),
        of_checking(million, four),
        of_delivering(),
    ):
        for line in lines:
            say(f"| {' | '.join(line)} |")


def of_checking(million: Path, four: Path) -> Iterator[Line]:
    """`make bench-contacts`."""
    with TemporaryDirectory(dir=million.parent) as name:
        portal = measure(contacts.PORTAL, [million, name, contacts.PROFILED])
    with TemporaryDirectory(dir=million.parent) as name:
        large = measure(contacts.PORTAL, [four, name, contacts.PROFILED])
    with TemporaryDirectory(dir=million.parent) as name:
        loop = measure(contacts.LOOP, [million, name])
    checked = "a million rows read, profiled and checked, beside a loop by hand, s"
    yield beside(checked, portal.seconds, loop.seconds, "15")
    steps = json.loads(portal.printed)["steps"]
    for step, seconds in steps.items():
        yield Line(f"… {step}, s", f"{seconds:.1f}", "", "", "")
    yield Line("… memory, MB", f"{portal.peak_mb:.0f}", f"{loop.peak_mb:.0f}", "", "450 at most")
    yield Line(
        "… memory of four million rows, MB",
        f"{large.peak_mb:.0f}",
        f"{portal.peak_mb:.0f} of one million",
        f"{large.peak_mb / portal.peak_mb:.2f}",
        "as much",
    )


def of_reading(million: Path, workbook: Path) -> Iterator[Line]:
    """`make bench-files`."""
    with TemporaryDirectory(dir=million.parent) as name:
        portal = measure(PROFILED, [million, Path(name, "staged")])
        peer = measure(POLARS_PROFILED, [million, Path(name, "peer")])
        read = "CSV of a million rows read and profiled, beside Polars' scan_csv and the profile, s"
        yield beside(read, portal.seconds, peer.seconds, "2.5 at most", is_faster=False)
        portal = measure(STAGED, [workbook, Path(name, "sheet")])
        peer = measure(CALAMINE, [workbook, Path(name, "sheet of calamine")])
    yield beside("XLSX of a million rows read, beside calamine, s", portal.seconds, peer.seconds, "2")
    yield beside("… memory, MB", portal.peak_mb, peer.peak_mb, "3")


def of_downloads() -> Iterator[Line]:
    """`make bench-downloads`."""
    made = list(report_files.measure_downloads())
    csv, polars, whole, portal, peer = made
    yield Line(
        "report of a million rows as CSV, first byte, beside Polars' whole file, s",
        f"{csv.first:.2f}",
        f"{polars.seconds:.2f}",
        "",
        "1 at most",
    )
    yield Line(
        "… MB a second from then on", f"{csv.mb_per_second:.0f}", f"{polars.mb_per_second:.0f}", "", "100"
    )
    written = f"the same as XLSX, {portal.rows:,} rows, beside XlsxWriter, s"
    yield beside(written, portal.seconds, peer.seconds, "10")
    yield Line(
        "… memory of a million rows beyond that of the process before, MB",
        f"{whole.peak_mb - whole.before_mb:.0f}",
        f"{portal.peak_mb - portal.before_mb:.0f} of {portal.rows:,}",
        f"{(whole.peak_mb - whole.before_mb) / (portal.peak_mb - portal.before_mb):.2f}",
        "as much",
    )


def of_pages(million: Path) -> Iterator[Line]:
    """`make bench-rows`."""
    with TemporaryDirectory(dir=million.parent) as name:
        job = Path(name)
        row_pages.make_job(million, job)
        for kind, whose in (("check", "a checked file"), ("report", "a report")):
            answers, _ = row_pages.measure_pages(job, kind, row_pages.ASKED)
            slowest = sorted(answers, key=lambda answer: answer.p95)
            for answer in slowest[-2:]:
                yield Line(
                    f"page of rows of {whose}, among the slowest: {answer.question}, p95, ms",
                    f"{answer.p95:.0f}",
                    "",
                    "",
                    "300 at most",
                )


def of_starting() -> Iterator[Line]:
    """A command and a site, beside the import of what both stand on."""
    with TemporaryDirectory() as name:
        small = Path(name, "small.csv")
        small.write_text("Email,First name\nada@example.com,Ada\n")
        whats = {"stage": ["manage.py", "stage_file", small], "site": ["-c", SITE], "bare": ["-c", BARE]}
        found = {what: measure(PROCESSOR, arguments).printed.split() for what, arguments in whats.items()}
    took = {what: (float(seconds), float(cpu)) for what, (seconds, cpu) in found.items()}
    yield Line(
        "stage_file of two rows, beside the import of Django and Polars, s of processor",
        f"{took['stage'][1]:.2f}",
        f"{took['bare'][1]:.2f}",
        "",
        "1.5 at most",
    )
    yield Line(
        "a web process that knows all of its pages, beside the same, s",
        f"{took['site'][0]:.2f}",
        f"{took['bare'][0]:.2f}",
        "",
        "2 at most",
    )


def of_delivering() -> Iterator[Line]:
    """What one core delivers, beside the loop by hand; and what all processes take with nothing to do."""
    busy, quiet = (figures_of(what) for what in ("busy", "quiet"))
    where = "on one core" if busy["cores"] > 1 else "beside the sandbox on the only core"
    yield Line(
        f"{busy['batches']:.0f} batches of 5,000 contacts delivered {where}, beside a loop by hand, batches a second",
        f"{busy['batches_a_second_of_portal']:.1f}",
        f"{busy['batches_a_second_of_hand']:.1f}",
        f"{busy['batches_a_second_of_portal'] / busy['batches_a_second_of_hand']:.1f}",
        "25",
    )
    yield Line(
        "… slots in use of 25, as the sandbox counts, imports of a second",
        f"{busy['slots_of_portal']:.1f}",
        f"{busy['slots_of_hand']:.1f}",
        "",
        "25",
    )
    yield Line("… the same, as the portal counts", f"{busy['slots_by_portal']:.1f}", "", "", "25")
    yield Line(
        "… core-seconds a batch: delivery workers",
        f"{busy['of_workers']:.3f}",
        f"{busy['of_hand']:.3f}",
        f"{busy['of_hand'] / busy['of_workers']:.1f}",
        "0.04",
    )
    yield Line("… with PostgreSQL, Redis and the report", f"{busy['of_portal']:.3f}", "", "", "0.04")
    yield Line("… of the sandbox on its core", f"{busy['of_sandbox']:.3f}", "", "", "")
    for state, wanted in (("idle", "1 at most"), ("waiting", "3 at most")):
        what = "nothing to do" if state == "idle" else "25 imports that run for an hour are waited for"
        yield Line(
            f"{what}: all processes, % of a core", f"{100 * quiet[f'{state} all']:.2f}", "", "", wanted
        )
    yield Line("… with nothing to do, queries a second", f"{quiet['idle queries']:.1f}", "", "", "5 at most")


def figures_of(what: str) -> dict[str, float]:
    """What `one_core` measures: in a process of its own, which is one of the portal's, and which nobody looks at."""
    command = [sys.executable, "-m", "tests.benchmarks.one_core", what]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "var" / "bench")
