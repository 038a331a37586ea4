"""How fast the files of a report are made, and in how much memory, beside the libraries one would take.

    python -m tests.benchmarks.report_files [ROWS]

A million rows of the generator's contacts with an outcome each, unless told otherwise: in a hundred, one was rejected
and ten went without their phone number, which their reasons say. The portal joins rows and outcomes, words the reasons
and writes; the peers are handed the finished rows. Polars writes them as CSV with one call. XlsxWriter, in constant
memory, gets a tenth of them, as it takes minutes for all, and so does the portal once more.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from imports import tables
from imports.reports.settlement import FINAL_SCHEMA
from tests.benchmarks import make_contacts
from tests.benchmarks.measuring import ROOT, machine, measure
from tests.benchmarks.reading_files import say

ROWS = 1_000_000
PEER_SHARE = 10

# Each prints what it took from when everything is imported; `made` is called for each piece, with its bytes.
TIMED = """
import json, resource, sys, time
from pathlib import Path
import polars as pl
import xlsxwriter
from imports.reasons import REPORT_WORDS
from imports.reports.export import MARK_COLUMN, export_xlsx, iter_csv
from imports.reports.report_rows import report_frames
folder = Path(sys.argv[1])
columns = json.loads((folder / "columns.json").read_text())
source = folder / "staged", folder / "outcomes", columns
mark = "a" * 40
def used():
    whom = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, whom))
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
before, cpu, started = resident(), used(), time.perf_counter()
first, size, count = None, 0, 0
def made(length):
    global first, size, count
    size += length
    count += 1
    first = first or time.perf_counter() - started
{work}
done = time.perf_counter() - started
took = dict(first=first or done, seconds=done, cpu=used() - cpu)
print(json.dumps(dict(**took, size=size, pieces=count, before_mb=before)))
"""

CSV = """
pieces = iter_csv(*source, words=REPORT_WORDS, mark=mark)
header = next(pieces)
for piece in pieces:
    made(len(piece))
"""

POLARS_CSV = """
pl.scan_parquet(folder / "report").collect().write_csv(folder / "peer.csv")
made((folder / "peer.csv").stat().st_size)
"""

XLSX = """
path = folder / "portal.xlsx"
with path.open("w+b") as target:
    export_xlsx(*source, target, words=REPORT_WORDS, mark=mark)
made(path.stat().st_size)
"""

XLSXWRITER = """
path = folder / "peer.xlsx"
options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
rows = (row for frame in pl.scan_parquet(folder / "report").collect_batches() for row in frame.iter_rows())
with xlsxwriter.Workbook(path, options) as book:
    sheet = book.add_worksheet("Report")
    for place, header in enumerate(columns):
        sheet.write_string(0, place, header)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, value)
            elif value:
                sheet.write_string(number, place, value)
made(path.stat().st_size)
"""

MADE = """
import sys
from pathlib import Path
from tests.benchmarks.report_files import make_tables
make_tables(Path(sys.argv[1]), int(sys.argv[2]))
"""

# The rows that the peers are handed.
FINISHED = """
whole = pl.concat(report_frames(*source, words=REPORT_WORDS)).with_columns(pl.lit(mark).alias(MARK_COLUMN))
whole.write_parquet(folder / "report")
made(whole.height)
"""


@dataclass(frozen=True)
class Making:
    """What it took to make a file, in so many pieces: seconds to the first byte of its rows, to its end, and of all
    cores; bytes; the most memory, and what the process had when it began."""

    what: str
    rows: int
    first: float
    seconds: float
    cpu: float
    size: int
    pieces: int
    peak_mb: float
    before_mb: float

    @property
    def mb_per_second(self) -> float:
        """From the first byte on, where there is a stream; else over all."""
        return self.size / 1e6 / (self.seconds - self.first if self.pieces > 1 else self.seconds)


def measure_downloads(rows: int = ROWS) -> Iterator[Making]:
    """Of each file, in turn; the peers last of their format."""
    with TemporaryDirectory() as name:
        whole, part = Path(name) / "whole", Path(name) / "part"
        prepare(whole, rows)
        yield run("CSV: portal", CSV, whole, rows)
        yield run("CSV: Polars, all at once", POLARS_CSV, whole, rows)
        yield run("XLSX: portal", XLSX, whole, rows)
        fewer = max(rows // PEER_SHARE, 1)
        prepare(part, fewer)
        yield run("XLSX: portal", XLSX, part, fewer)
        yield run("XLSX: XlsxWriter, in constant memory", XLSXWRITER, part, fewer)


def prepare(folder: Path, rows: int) -> None:
    """Make the tables, and the rows that peers are handed, in other processes: the memory of this one would count as
    that of those it starts."""
    measure(MADE, [folder, str(rows)])
    run("", FINISHED, folder, rows)


def run(what: str, work: str, folder: Path, rows: int) -> Making:
    done = measure(TIMED.replace("{work}", work), [folder])
    return Making(what=what, rows=rows, peak_mb=done.peak_mb, **json.loads(done.printed))


def make_tables(folder: Path, rows: int) -> None:
    """The tables of a job that has ended, and the headers of its file."""
    folder.mkdir()
    file = folder / "contacts.csv"
    with file.open("wb") as target:
        subprocess.run(
            [sys.executable, make_contacts.__file__, str(rows)], cwd=ROOT, stdout=target, check=True
        )
    contacts = pl.read_csv(file, infer_schema=False).with_columns(pl.all().fill_null(""))
    (folder / "columns.json").write_text(json.dumps(contacts.columns))
    contacts.columns = [f"c{place}" for place in range(contacts.width)]
    staged = contacts.with_row_index("row", offset=2)
    outcomes = outcomes_of(staged)
    for name, table in (("staged", staged), ("outcomes", outcomes)):
        tables.write_table(table.iter_slices(tables.ROWS_PER_GROUP), dict(table.schema), folder / name)
    file.unlink()


def outcomes_of(staged: pl.DataFrame) -> pl.DataFrame:
    """Every hundredth row was rejected for its address, and one in ten went without its phone number."""
    row = pl.col("row")
    is_rejected, is_lacking = row % 100 == 7, row % 10 == 3

    def issue(code: str, column: str, cell: str) -> pl.Expr:
        parts = {
            "code": pl.lit(code),
            "column": pl.lit(column),
            "original": pl.col(cell),
            "result": pl.lit(""),
        }
        return pl.concat_list(pl.struct(**parts))

    arrived = pl.when(row % 2 == 0).then(pl.lit("created")).otherwise(pl.lit("updated"))
    known = {
        "row": row,
        "outcome": pl.when(is_rejected).then(pl.lit("rejected")).otherwise(arrived),
        "contact_id": pl.when(~is_rejected).then(row.cast(pl.Int64) + 50_000_000),
        "codes": pl.when(is_rejected)
        .then(pl.lit("email_invalid"))
        .when(is_lacking)
        .then(pl.lit("phone_invalid"))
        .otherwise(pl.lit("")),
        "reason": pl.lit(""),
        "with_problems": pl.lit(False),
        "repeated": pl.lit(False),
        "values_left_out": is_lacking,
        "issues": pl.when(is_rejected)
        .then(issue("email_invalid", "Email", "c0"))
        .when(is_lacking)
        .then(issue("phone_invalid", "Mobile", "c3")),
    }
    return staged.select(
        known.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in FINAL_SCHEMA.items()
    )


def main(rows: int) -> None:
    say(f"{machine()}\n")
    say(
        "| what | rows | first byte, s | MB/s from then on | seconds | CPU seconds | MB | peak MB | of it before |"
    )
    say("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    made = []
    for making in measure_downloads(rows):
        speed = f"{making.first:.2f} | {making.mb_per_second:.0f} | {making.seconds:.1f} | {making.cpu:.1f}"
        memory = f"{making.peak_mb:.0f} | {making.before_mb:.0f}"
        say(f"| {making.what} | {making.rows:,} | {speed} | {making.size / 1e6:.1f} | {memory} |")
        made.append(making)
    *_, portal, peer = made
    say(
        f"\nWorkbooks, times as fast as XlsxWriter: {peer.seconds / portal.seconds:.1f} "
        f"(CPU seconds: {peer.cpu / portal.cpu:.1f})"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
