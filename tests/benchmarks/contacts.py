"""How fast contacts are made of a file, and in how much memory, beside the loop that one would write by hand.

    python -m tests.benchmarks.contacts GENERATOR [FOLDER]

GENERATOR is a program that writes N rows of contacts as CSV: `python GENERATOR N`. The files are made once and kept
in FOLDER (`var/bench` unless given). The portal goes all the way from the upload on disk to prepared rows and issues:
it stages the file in its guarded child process, profiles every column, and checks it by a mapping of all its parts.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measuring import ROOT, Measurement, machine, measure
from tests.benchmarks.reading_files import MILLION, contacts_csv, say

PORTAL = """
import json, sys, time
from pathlib import Path
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.files.guarded_reading import stage_guarded
from imports.jobs.profiled_reading import stage_profiled
from tests.benchmarks.mapped import CATALOGUE, MAPPING
folder = Path(sys.argv[2])
steps = {}
def step(name, run):
    started = time.perf_counter()
    done = run()
    steps[name] = time.perf_counter() - started
    return done
if sys.argv[3] == "profiled":
    read = lambda: stage_profiled(Path(sys.argv[1]), folder / "staged")[0]
    reading = step("read and profile", read)
else:
    reading = step("read", lambda: stage_guarded(Path(sys.argv[1]), folder / "staged"))
summary = step("check", lambda: check(CheckRequest(
    folder / "staged", reading.columns, Mapping.from_json(MAPPING), CATALOGUE,
    folder / "prepared", folder / "issues", default_region="GB",
)))
lines = sum(issue.count for issue in summary.issues)
print(json.dumps({"rows": summary.rows, "contacts": summary.ready, "issues": lines, "steps": steps}))
"""

LOOP = """
import json, sys
from tests.benchmarks.by_hand import prepare
rows, contacts = prepare(sys.argv[1], sys.argv[2] + "/prepared.jsonl")
print(json.dumps({"rows": rows, "contacts": contacts}))
"""

ONCE, PROFILED = "once", "profiled"


def main(generator: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    million, four = contacts_csv(generator, folder, MILLION), contacts_csv(generator, folder, 4 * MILLION)
    say(f"{machine()}\n")
    say("| what | seconds | rows a second | peak MB | contacts |\n| --- | ---: | ---: | ---: | ---: |")
    portal = run("1,000,000 rows: portal", PORTAL, million, ONCE)
    run("the same, with every column profiled for the mapping page", PORTAL, million, PROFILED)
    loop = run("the same: a loop over csv, email-validator, phonenumbers and json", LOOP, million, ONCE)
    large = run("4,000,000 rows: portal", PORTAL, four, ONCE)
    say(f"\nTimes as fast as the loop: {loop.seconds / portal.seconds:.1f}")
    say(f"Memory of 4,000,000 rows to that of 1,000,000: {large.peak_mb / portal.peak_mb:.2f}")


def run(name: str, code: str, source: Path, way: str) -> Measurement:
    """Measure `code` on `source`, and say what came of it."""
    with TemporaryDirectory(dir=source.parent) as folder:
        done = measure(code, [source, folder, way])
    found = json.loads(done.printed)
    rate = found["rows"] / done.seconds
    say(f"| {name} | {done.seconds:.1f} | {rate:,.0f} | {done.peak_mb:.0f} | {found['contacts']:,} |")
    if "steps" in found:
        parts = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in found["steps"].items())
        say(f"| … of it: {parts}; {found['issues']:,} lines of issues | | | | |")
    return done


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "var" / "bench")
