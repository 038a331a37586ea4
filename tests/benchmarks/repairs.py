"""What repairs cost: the check of a file with an overlay beside that of the file without, and what a person waits for.

    python -m tests.benchmarks.repairs FILE

FILE has the columns of `mapped.MAPPING`. The overlay has 1,000 cells and three rules: a value of a column replaced by
another, a column trimmed, and the rows with one problem left out. Seconds are those of the processor, which tell more
than the clock on a machine with other work, the least of three runs in turn; what a person waits for is told by the
clock.
"""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from imports import tables
from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.contacts.repairs.offered import repairs_offered
from imports.contacts.repairs.overlay import NewEntry, digest, write_overlay
from imports.contacts.repairs.repair_types import ChangeText, LeaveOutProblem, Repair, ReplaceValue, SetCell
from imports.contacts.repairs.resolving import cells_of_rule, cells_of_singles
from imports.contacts.row_recheck import WholeCheck, recheck
from imports.files.guarded_reading import stage_guarded
from tests.benchmarks.mapped import CATALOGUE, MAPPING

CELLS, EVERY, ROUNDS = 1_000, 97, 3
AT = datetime(2026, 11, 30, tzinfo=UTC)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(run: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    started = clock()
    run()
    return clock() - started


def say(what: str, seconds: float) -> None:
    sys.stdout.write(f"{what}: {seconds:.2f} s\n")


def main(source: Path) -> None:
    mapping = Mapping.from_json(MAPPING)
    with TemporaryDirectory() as name:
        folder = Path(name)
        reading = stage_guarded(source, folder / "staged")
        columns = reading.columns
        plain = CheckRequest(
            folder / "staged",
            columns,
            mapping,
            CATALOGUE,
            folder / "prepared",
            folder / "issues",
            default_region="GB",
        )
        code = next(one.code for one in check(plain).issues if one.column == "Email")

        def cells_of(repair: Repair) -> object:
            if isinstance(repair, SetCell):
                return cells_of_singles(plain.staged, columns, [repair])
            return cells_of_rule(repair, plain.staged, plain.issues, columns, mapping)

        singles = [SetCell("First name", 2 + EVERY * place, "Ida") for place in range(CELLS)]
        rules = [
            ReplaceValue("Country", "GB", "gb"),
            ChangeText("Last name", "trim"),
            LeaveOutProblem("Email", code),
        ]
        of_singles = cells_of_singles(plain.staged, columns, singles)
        entries = [NewEntry(one, 1, AT, [own]) for one, own in zip(singles, of_singles, strict=True)]
        entries += [
            NewEntry(one, 1, AT, cells_of_rule(one, plain.staged, plain.issues, columns, mapping))
            for one in rules
        ]
        overlay = folder / "overlay"
        say(
            "an overlay of 1,000 cells and three rules made",
            timed(lambda: write_overlay(None, entries, overlay)),
        )
        say("its digest", timed(lambda: digest(overlay)))
        repaired = replace(
            plain,
            prepared=folder / "prepared-2",
            issues=folder / "issues-2",
            overlay=overlay,
            repaired=folder / "repaired",
        )
        runs = [
            (timed(lambda: check(plain), cpu_seconds), timed(lambda: check(repaired), cpu_seconds))
            for _ in range(ROUNDS)
        ]
        without, with_overlay = map(min, zip(*runs, strict=True))
        last = WholeCheck(repaired.repaired or plain.staged, repaired.prepared, repaired.issues)
        small = replace(repaired, prepared=folder / "p", issues=folder / "i", repaired=folder / "r")
        row = tables.row_count(plain.staged) // 2
        say("a row checked again by itself, inside its process", timed(lambda: recheck(small, last, [row])))
        say(
            "what is offered for one problem",
            timed(
                lambda: repairs_offered(
                    plain.staged, plain.issues, columns, mapping, CATALOGUE, code, "Email"
                )
            ),
        )
        say("the check without an overlay, of the processor", without)
        say("the check with it", with_overlay)
        sys.stdout.write(f"times: {with_overlay / without:.2f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
