"""How fast pages of a job's rows are found and read, and in how much memory, beside plain Polars in the same run.

    python -m tests.benchmarks.row_pages GENERATOR [FOLDER]

The million rows of GENERATOR (see `contacts`) are staged, checked, and settled by outcomes that are made on the fly: of
ten contacts seven are created or updated, one of each with problems or refused in its own words, one unknown. Then each
question is asked for its first, middle and last page, in turns with the plain way: one query over whole tables for the
number of rows, and the same cut off at the page.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

import django
import polars as pl

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.forms import scan_lines
from imports.contacts.mapping import Mapping
from imports.fates import Fate
from imports.files.guarded_reading import stage_guarded
from imports.reports.outcomes import OUTCOME_SCHEMA
from imports.reports.report_rows import VALUES_LEFT_OUT
from imports.reports.settlement import write_outcomes
from imports.search_text import write_search_text
from tests.benchmarks.mapped import CATALOGUE, MAPPING
from tests.benchmarks.measuring import ROOT, machine, measure
from tests.benchmarks.reading_files import MILLION, contacts_csv, say

ROUNDS = 7
ROWS_PER_PAGE = 50

ASKED = """
import sys
from tests.benchmarks.row_pages import ask_portal
ask_portal(sys.argv[1], sys.argv[2], sys.argv[3])
"""

ASKED_PLAINLY = """
import sys
from tests.benchmarks.row_pages import ask_plainly
ask_plainly(sys.argv[1], sys.argv[2], sys.argv[3])
"""


class Question(NamedTuple):
    """Which rows a page is asked of: those of a bucket, fate, severity or code, or with some text; "" for any."""

    name: str
    show: str = ""
    search: str = ""


SEARCHES = (
    Question("an address", search="{address}"),
    Question("a part of a name", search="omer"),
    Question("a part of all addresses", search="EXAMPLE.com"),
    Question("what is not there", search="nobody.here@example.net"),
)
QUESTIONS = {
    "check": (
        Question("all"),
        *(Question(fate, fate) for fate in ("ready", "rejected")),
        *(Question(severity, severity) for severity in ("error", "warning", "doubt", "format")),
        Question("a common problem", "phone_invalid"),
        Question("a rare problem", "identifier_shared"),
        Question("a form of nearly all rows", "date_formatted"),
        *SEARCHES,
        Question("a name among those with a problem", "phone_invalid", "omer"),
    ),
    "report": (
        Question("all"),
        *(Question(bucket, bucket) for bucket in ("created", "updated", "refused", "unknown", "rejected")),
        Question("with problems", "with_problems"),
        Question("without some values", "values_left_out"),
        *SEARCHES,
        Question("a code", search="invalidEmail"),
        Question("words of a reason", search="report does not mention"),
        Question("a name among the refused", "refused", "omer"),
    ),
}


class Answered(NamedTuple):
    """How long the pages of a question took, in milliseconds, and how many rows there were."""

    question: str
    rows: int
    p50: float
    p95: float
    most: float
    cpu: float


def main(generator: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    say(f"{machine()}\n")
    with TemporaryDirectory(dir=folder) as name:
        make_job(contacts_csv(generator, folder, MILLION), Path(name))
        print_pages(Path(name))


def print_pages(job: Path) -> None:
    say("| of a million rows | rows | p50 ms | p95 ms | most ms | CPU ms | plain: p50 | p95 |")
    say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for kind in QUESTIONS:
        portal, peak_mb = measure_pages(job, kind, ASKED)
        plain, plain_peak_mb = measure_pages(job, kind, ASKED_PLAINLY)
        for ours, theirs in zip(portal, plain, strict=True):
            if ours.rows != theirs.rows:
                say(f"{ours.question}: {ours.rows} is not {theirs.rows}")
            figures = (ours.p50, ours.p95, ours.most, ours.cpu, theirs.p50, theirs.p95)
            cells = " | ".join(f"{figure:,.0f}" for figure in figures)
            say(f"| {kind}: {ours.question} | {ours.rows:,} | {cells} |")
        say(f"| {kind}: peak memory, MB | | {peak_mb:,.0f} | | | | {plain_peak_mb:,.0f} | |")


def measure_pages(job: Path, kind: str, code: str) -> tuple[list[Answered], float]:
    """The answers to the questions of a kind about the job of `make_job`, and the megabytes that the process held."""
    done = measure(code, [job, kind, str(ROUNDS)])
    return [Answered(*line) for line in json.loads(done.printed)], done.peak_mb


def make_job(source: Path, job: Path) -> None:
    """The tables of a job with the rows of the CSV file `source`, and its columns."""
    reading = stage_guarded(source, job / "staged")
    mapping = Mapping.from_json(MAPPING)
    tables_of_check = (job / "prepared", job / "issues")
    check(
        CheckRequest(
            job / "staged", reading.columns, mapping, CATALOGUE, *tables_of_check, default_region="GB"
        )
    )
    write_search_text(job / "staged", job / "text")
    (job / "columns.json").write_text(json.dumps(reading.columns))
    settled = settled_rows(job / "prepared")
    tables.write_table(settled, OUTCOME_SCHEMA, job / "part")
    write_outcomes(*tables_of_check, [job / "part"], job / "outcomes")


def settled_rows(prepared: Path) -> Iterator[pl.DataFrame]:
    """What became of the ready rows, as if reported: by the last digit of the row's number."""

    def ready(rows: pl.LazyFrame) -> pl.LazyFrame:
        return rows.filter(pl.col("fate") == "ready").select("row", "email")

    digit = pl.col("row") % 10
    outcome = {**dict.fromkeys((0, 2, 4, 6), "created"), 8: "refused", 9: "unknown"}
    for frame in tables.iter_frames(prepared, ready):
        yield frame.select(
            "row",
            outcome=digit.replace_strict(outcome, default="updated", return_dtype=pl.String),
            contact_id=pl.when(digit < 8).then(pl.col("row").cast(pl.Int64) + 50_000_000),
            codes=pl.when(digit == 8)
            .then(pl.lit("invalidEmail"))
            .when(digit == 7)
            .then(pl.lit("consentRecordsNotApplied"))
            .otherwise(pl.lit("")),
            reason=pl.when(digit == 8)
            .then(pl.format("Invalid value for 'email': {}", "email"))
            .when(digit == 7)
            .then(pl.lit("Consent records were badly formed"))
            .otherwise(pl.lit("")),
            told=pl.when(digit == 9).then(pl.lit('{"code": "not_mentioned", "params": {}}')),
            with_problems=digit == 7,
            repeated=pl.lit(False),
        )


Read = Callable[[str, str, int], tuple[int, object]]
"""How many rows a question has; the rows from an offset on."""


def ask_portal(job: str, kind: str, rounds: str) -> None:
    # Sentences of rows are those of the portal's catalogues, which take Django.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from imports.reasons import REPORT_WORDS
    from imports.reports.report_rows import page_of_rows, write_told_text
    from imports.views.check.checked_rows import page_of_checked_rows

    folder = Path(job)
    columns = json.loads((folder / "columns.json").read_text())
    staged, prepared, issues, outcomes, text = (
        folder / name for name in ("staged", "prepared", "issues", "outcomes", "text")
    )

    def of_check(show: str, search: str, offset: int) -> tuple[int, object]:
        return page_of_checked_rows(
            staged, prepared, issues, columns, show or None, search, offset, ROWS_PER_PAGE, text
        )

    def of_report(show: str, search: str, offset: int) -> tuple[int, object]:
        return page_of_rows(
            staged,
            outcomes,
            columns,
            show or None,
            search,
            offset,
            ROWS_PER_PAGE,
            words=REPORT_WORDS,
            text=text,
            told=folder / "told",
        )

    write_told_text(outcomes, folder / "told", REPORT_WORDS)
    _ask(folder, kind, int(rounds), of_check if kind == "check" else of_report)


def ask_plainly(job: str, kind: str, rounds: str) -> None:
    folder = Path(job)
    columns = json.loads((folder / "columns.json").read_text())
    cells = [f"c{place}" for place in range(len(columns))]
    settled, staged = ("prepared" if kind == "check" else "outcomes"), tables.scan(folder / "staged")
    kept = ["row", "fate"] if kind == "check" else [*OUTCOME_SCHEMA, VALUES_LEFT_OUT]

    def of_tables(show: str, search: str, offset: int) -> tuple[int, object]:
        both = tables.scan(folder / settled).select(kept).join(staged, on="row", maintain_order="left")
        if show in ("with_problems", "values_left_out"):
            both = both.filter(show)
        elif show in frozenset(Fate) or kind == "report":
            both = both.filter(pl.col("fate" if kind == "check" else "outcome") == show) if show else both
        elif show:
            lines = scan_lines(folder / "staged", folder / "prepared", folder / "issues", columns)
            told = lines.filter((pl.col("severity") == show) | (pl.col("code") == show))
            both = both.join(told, on="row", how="semi", maintain_order="left")
        if search:
            where = cells if kind == "check" else [*cells, "codes", "reason"]
            pattern = "(?i)" + pl.escape_regex(search)
            both = both.filter(pl.any_horizontal(pl.col(name).str.contains(pattern) for name in where))
        rows = both.select(pl.len()).collect(engine="streaming").item()
        return rows, both.slice(offset, ROWS_PER_PAGE).collect(engine="streaming").rows()

    _ask(folder, kind, int(rounds), of_tables)


def _ask(folder: Path, kind: str, rounds: int, read: Read) -> None:
    addresses = tables.scan(folder / "staged").select("c0").filter(pl.col("c0") != "")
    address = addresses.slice(addresses.select(pl.len()).collect().item() * 2 // 3, 1).collect().item()
    answered = []
    for question in QUESTIONS[kind]:
        search = question.search.format(address=address)
        rows, _ = read(question.show, search, 0)
        last = max(0, (rows - 1) // ROWS_PER_PAGE * ROWS_PER_PAGE)
        times, cpu = [], time.process_time()
        for _ in range(rounds):
            for offset in (0, last // 2, last):
                started = time.perf_counter()
                read(question.show, search, offset)
                times.append((time.perf_counter() - started) * 1000)
        cpu_ms = (time.process_time() - cpu) * 1000 / len(times)
        p50, p95 = (quantiles(times, n=100, method="inclusive")[hundredth - 1] for hundredth in (50, 95))
        answered.append(Answered(question.name, rows, p50, p95, max(times), cpu_ms))
    say(json.dumps(answered))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "var" / "bench")
