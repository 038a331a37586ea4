"""The seconds of the processor that a check takes: on a machine with other work they tell more than those of the clock.

    PYTHONPATH=CHECKOUT python tests/benchmarks/check_cpu.py FILE

FILE has the columns of `mapped.MAPPING`. CHECKOUT is the version to measure; run two of them in turn, several times.
"""

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from imports.contacts.check_request import CheckRequest
from imports.contacts.checking import check
from imports.contacts.mapping import Mapping
from imports.files.guarded_reading import stage_guarded
from tests.benchmarks.mapped import CATALOGUE, MAPPING


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(source: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        reading = stage_guarded(source, folder / "staged")
        before = cpu_seconds()
        request = CheckRequest(
            folder / "staged",
            reading.columns,
            Mapping.from_json(MAPPING),
            CATALOGUE,
            folder / "prepared",
            folder / "issues",
            default_region="GB",
        )
        check(request)
        sys.stdout.write(f"{cpu_seconds() - before:.2f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
