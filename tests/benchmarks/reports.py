"""How fast a report is fetched and joined to its rows, and in how much memory, beside the plain way in the same run.

    python -m tests.benchmarks.reports [CONTACTS]

Rows and report are made on the fly, of 200,000 contacts unless told otherwise, and the report is served by a small HTTP
server in a process of its own. The portal fetches it with its client and joins it to the rows; the plain way takes the
whole body as JSON and finds rows by a dict for each identifier. What only opens the rows is the floor of both.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from tests.benchmarks.measuring import Measurement, machine, measure
from tests.benchmarks.reading_files import say

CONTACTS = 200_000
IMPORT_ID = "0b6f1c52-7a3e-4d1b-9c55-2f8e6a4d9e10"

SERVER = """
import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import copyfileobj

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        report = Path(sys.argv[1])
        self.send_response(200)
        self.send_header("Content-Length", str(report.stat().st_size))
        self.end_headers()
        with report.open("rb") as file:
            copyfileobj(file, self.wfile)

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""

FLOOR = """
import json, sys
import polars as pl
import requests
import imports.dotdigital.client
rows = pl.read_parquet(sys.argv[2])
print(json.dumps({}))
"""

PORTAL = """
import json, sys, time
from pathlib import Path
import polars as pl
from imports.dotdigital.client import DotdigitalClient
from imports.reports.outcomes import join_report
host, table, import_id = sys.argv[1:4]
rows = pl.read_parquet(table)
spool_dir = Path(table).parent
started = time.perf_counter()
with DotdigitalClient(f"http://{host}", "user", "password", extra_hosts=[host], spool_dir=spool_dir) as client:
    with client.import_status(import_id) as status:
        fetched = time.perf_counter()
        outcomes = join_report(rows, status.entries(), repeated=False)
done = time.perf_counter()
counts = dict(outcomes["outcome"].value_counts().rows())
problems = int(outcomes["with_problems"].sum())
steps = {"fetch and check": fetched - started, "join": done - fetched}
print(json.dumps({"counts": counts, "with_problems": problems, "steps": steps}))
"""

PLAIN = """
import json, sys, time
from collections import Counter
import polars as pl
import requests
host, table, import_id = sys.argv[1:4]
rows = pl.read_parquet(table)
started = time.perf_counter()
report = json.loads(requests.get(f"http://{host}/contacts/v3/import/{import_id}", timeout=130).content)
fetched = time.perf_counter()
by_email, by_number = {}, {}
for kind in ("failures", "updated", "created"):
    for entry in report[kind]:
        identifiers = entry["identifiers"]
        if email := identifiers.get("email"):
            by_email.setdefault(email.lower(), []).append((kind, entry))
        if number := identifiers.get("mobileNumber"):
            by_number.setdefault(number.lstrip("+"), []).append((kind, entry))
outcomes = []
for row, email, number in rows.select("row", "email", "mobile_number").iter_rows():
    found = by_email.get(email.lower()) or by_number.get((number or "").lstrip("+")) or []
    arrived = [(kind, entry) for kind, entry in found if kind != "failures"]
    reasons = [reason for kind, entry in found if kind == "failures" for reason in entry["failures"]]
    kind, entry = arrived[-1] if arrived else ("refused" if reasons else "unknown", {})
    codes = " ".join(reason["failureCode"] for reason in reasons)
    words = "; ".join(reason["description"] for reason in reasons)
    outcomes.append((row, kind, entry.get("contactId"), codes, words, bool(arrived and reasons)))
done = time.perf_counter()
counts = Counter(outcome[1] for outcome in outcomes)
problems = sum(outcome[5] for outcome in outcomes)
steps = {"fetch and check": fetched - started, "join": done - fetched}
print(json.dumps({"counts": counts, "with_problems": problems, "steps": steps}))
"""


def main(contacts: int) -> None:
    say(f"{machine()}\n")
    with TemporaryDirectory() as name:
        folder = Path(name)
        size_mb = write_report(folder / "report.json", contacts) / 1e6
        write_rows(folder / "rows.parquet", contacts)
        with served(folder / "report.json") as host:
            say(f"A report of {contacts:,} contacts, {size_mb:.1f} MB\n")
            say("| what | seconds | peak MB | of it: fetch and check, join |\n| --- | ---: | ---: | --- |")
            arguments: list[str | Path] = [host, folder / "rows.parquet", IMPORT_ID]
            floor, _ = run("nothing but opening the rows", FLOOR, arguments)
            portal, found = run("portal: client and join", PORTAL, arguments)
            plain, found_plainly = run("plain: json.loads and a dict for each identifier", PLAIN, arguments)
    say(f"\nBoth found: {found}" if found == found_plainly else f"\n{found} is not {found_plainly}")
    above = (portal.peak_mb - floor.peak_mb) / (plain.peak_mb - floor.peak_mb)
    say(f"Memory above the floor, portal to plain: {above:.2f}")
    if found != found_plainly:
        sys.exit(1)


def run(name: str, code: str, arguments: list[str | Path]) -> tuple[Measurement, dict[str, object]]:
    """Measure `code`, say what came of it, and return what it found."""
    done = measure(code, arguments)
    found = json.loads(done.printed)
    steps = ", ".join(f"{seconds:.1f} s" for seconds in found.pop("steps", {}).values())
    say(f"| {name} | {done.seconds:.1f} | {done.peak_mb:.0f} | {steps} |")
    return done, found


@contextmanager
def served(report: Path) -> Iterator[str]:
    """The `host:port` of a server in a process of its own that answers every GET with the file."""
    command = [sys.executable, "-c", SERVER, str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def email_of(number: int) -> str:
    return f"person.{number}@example.com"


def mobile_of(number: int) -> str:
    return f"+4477{number:08}"


def write_rows(path: Path, contacts: int) -> None:
    """What was sent, a row for each contact: every third one has a number too."""
    numbers = range(contacts)
    emails = [email_of(number) for number in numbers]
    frame = pl.DataFrame(
        {
            "row": range(2, contacts + 2),
            "match_by": ["email"] * contacts,
            "match_identifier": emails,
            "email": emails,
            "mobile_number": [mobile_of(number) if number % 3 == 0 else None for number in numbers],
        },
        schema_overrides={"row": pl.UInt32, "mobile_number": pl.String},
    )
    frame.write_parquet(path)


def write_report(path: Path, contacts: int) -> int:
    """Of ten contacts, one is refused, one is left out, one is imported with a problem, seven are imported. Returns
    the size in bytes."""
    arrays: dict[str, Iterator[dict[str, object]]] = {
        "created": (arrival(number) for number in range(0, contacts, 2) if number % 10 not in (8,)),
        "updated": (arrival(number) for number in range(1, contacts, 2) if number % 10 not in (9,)),
        "failures": (failure(number) for number in range(contacts) if number % 10 in (5, 8)),
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"importId": "{IMPORT_ID}", "status": "Finished", "summary": {{}}')
        for name, entries in arrays.items():
            file.write(f', "{name}": [')
            for place, entry in enumerate(entries):
                file.write(("," if place else "") + json.dumps(entry))
            file.write("]")
        file.write("}")
    return path.stat().st_size


def arrival(number: int) -> dict[str, object]:
    """A contact as the account has it: the address in another letter case, the number without its plus sign."""
    identifiers = {"email": email_of(number).capitalize()}
    if number % 3 == 0:
        identifiers["mobileNumber"] = mobile_of(number).removeprefix("+")
    return {"contactId": 50_000_000 + number, "identifiers": identifiers}


def failure(number: int) -> dict[str, object]:
    code, words = ("consentRecordsNotApplied", "Consent records were badly formed")
    if number % 10 == 8:
        code, words = ("invalidEmail", f"Invalid value for 'email': contact {number}")
    return {
        **({"contactId": 50_000_000 + number} if number % 10 == 5 else {}),
        "matchIdentifier": "email",
        "identifiers": {"email": email_of(number)},
        "failures": [{"failureCode": code, "description": words}],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS)
