"""How fast files are staged, and in how much memory, beside peers in the same run.

    python -m tests.benchmarks.reading_files GENERATOR [FOLDER]

GENERATOR is a program that writes N rows of contacts as CSV: `python GENERATOR N`. The files are made once and kept
in FOLDER (`var/bench` unless given). The portal reads in its guarded child process, start and limits included.
"""

import csv
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from tests.benchmarks.measuring import ROOT, Measurement, machine, measure

MILLION = 1_000_000
EXCEL_MAX_ROWS = 1_048_576

STAGED = """
import sys
from pathlib import Path
from imports.files.guarded_reading import stage_guarded
reading = stage_guarded(Path(sys.argv[1]), Path(sys.argv[2]))
print(reading.rows)
"""
POLARS_CSV = """
import sys
import polars as pl
pl.scan_csv(sys.argv[1], infer_schema=False).sink_parquet(sys.argv[2], compression="zstd", compression_level=1)
print(pl.scan_parquet(sys.argv[2]).select(pl.len()).collect().item())
"""
CSV_MODULE = """
import csv, sys
import polars as pl
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    header, *rows = csv.reader(file)
frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
frame.write_parquet(sys.argv[2], compression="zstd", compression_level=1)
print(frame.height)
"""
CALAMINE = """
import sys
import polars as pl
from python_calamine import CalamineWorkbook
header, *rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows()
frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
frame.write_parquet(sys.argv[2], compression="zstd", compression_level=1)
print(frame.height)
"""


def main(generator: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    million, four = contacts_csv(generator, folder, MILLION), contacts_csv(generator, folder, 4 * MILLION)
    workbook = contacts_xlsx(million, folder)
    say(f"{machine()}\n")
    say("| what | seconds | peak MB | rows |\n| --- | ---: | ---: | ---: |")
    one = run("CSV, 1,000,000 rows: portal", STAGED, million)
    run("the same: Polars' scan_csv to Parquet", POLARS_CSV, million)
    run("the same: the csv module to Parquet", CSV_MODULE, million)
    all_four = run("CSV, 4,000,000 rows: portal", STAGED, four)
    run("the same: Polars' scan_csv to Parquet", POLARS_CSV, four)
    run("XLSX, 1,000,000 rows: portal", STAGED, workbook)
    run("the same: calamine to Parquet", CALAMINE, workbook)
    say(f"\nMemory of 4,000,000 rows to that of 1,000,000: {all_four.peak_mb / one.peak_mb:.2f}")


def run(name: str, code: str, source: Path) -> Measurement:
    """Measure `code` on `source`, and say what came of it."""
    with TemporaryDirectory(dir=source.parent) as folder:
        done = measure(code, [source, Path(folder) / "target"])
    say(f"| {name} | {done.seconds:.1f} | {done.peak_mb:.0f} | {int(done.printed):,} |")
    return done


def contacts_csv(generator: Path, folder: Path, rows: int) -> Path:
    """The generator's file of `rows` contacts, made unless it is there."""
    path = folder / f"contacts-{rows}.csv"
    if not path.exists():
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            subprocess.run([sys.executable, generator, str(rows)], stdout=file, check=True)
        partial.rename(path)
    return path


def contacts_xlsx(source: Path, folder: Path) -> Path:
    """The rows of the CSV `source` as a workbook of text cells, made unless it is there."""
    path = folder / f"{source.stem}.xlsx"
    if not path.exists():
        partial = path.with_suffix(".partial")
        with source.open(newline="", encoding="utf-8") as file, xlsxwriter.Workbook(partial) as book:
            sheet = book.add_worksheet("Contacts")
            for row, cells in zip(range(EXCEL_MAX_ROWS), csv.reader(file), strict=False):
                for column, cell in enumerate(cells):
                    sheet.write_string(row, column, cell)
        partial.rename(path)
    return path


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "var" / "bench")
