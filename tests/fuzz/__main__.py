"""Reads damaged files for a while and tells whether any of them harmed the reader.

    python -m tests.fuzz SECONDS FOLDER [FOLDER …]

Files below the folders are damaged at random and staged: most of them one after another in a few processes with the
reader's memory limit, every fiftieth as the portal does it, each in a process of its own. What is looked for: an
exception that is no refusal, a process that died, memory beyond the limit, and files that were left behind. Each find
is printed with the seed that makes it again, and ends the run with 1.

    python -m tests.fuzz --seed SEED FOLDER [FOLDER …]

makes and reads a single file, and prints where it was put.
"""

import json
import os
import resource
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from imports.files.file_refusals import FileRefusedError
from imports.files.guarded_reading import ReaderFaultError, ReaderLimits, stage_guarded
from imports.files.reading import ReadingLimits
from imports.files.staging import stage
from tests.fuzz.mutations import MAX_BYTES, mutated

PROCESSES = 2
MAX_MEMORY_BYTES = 3_000_000_000
MAX_SECONDS_EACH = 60
GUARDED_EVERY = 50
LIMITS = ReadingLimits(max_expanded_bytes=500_000_000)
READER_LIMITS = ReaderLimits(MAX_MEMORY_BYTES, MAX_SECONDS_EACH)


def main(seconds: float, folders: list[Path]) -> int:
    """Keep `PROCESSES` fuzzing for `seconds`; a process that dies is a find, and is started again."""
    end = time.time() + seconds
    counts: Counter[str] = Counter()
    finds: list[str] = []
    peak_mb = 0.0
    with TemporaryDirectory() as work:
        running: dict[int, subprocess.Popen[str]] = {}
        started = 0
        while time.time() < end or running:
            while time.time() < end and len(running) < PROCESSES:
                started += 1
                running[started] = _start(started, end, Path(work), folders)
            number, process = next(iter(running.items()))
            printed, _ = process.communicate()
            del running[number]
            if process.returncode == 0:
                told = json.loads(printed)
                counts.update(told["counts"])
                finds += told["finds"]
                peak_mb = max(peak_mb, told["peak_mb"])
            else:
                seed = (Path(work) / f"{number}.seed").read_text()
                finds.append(f"seed {seed}: the process ended with {process.returncode}")
    for outcome, count in counts.most_common():
        sys.stdout.write(f"{count:>8,}  {outcome}\n")
    sys.stdout.write(
        f"{counts.total():>8,}  files in {seconds:.0f} s; {len(finds)} finds; "
        f"peak memory {peak_mb:.0f} MB of {MAX_MEMORY_BYTES / 1e6:.0f}\n"
    )
    sys.stdout.write("".join(f"{find}\n" for find in finds))
    return int(bool(finds))


def _start(number: int, end: float, work: Path, folders: list[Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--worker",
            str(number),
            str(end),
            str(work),
            *map(str, folders),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def work_until(number: int, end: float, work: Path, paths: list[Path]) -> None:
    """Damage and read files until `end`; then tell what came of it as JSON."""
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    counts: Counter[str] = Counter()
    finds: list[str] = []
    seeds = Random(f"{number} {end}")
    example = 0
    while time.time() < end:
        seed, example = seeds.getrandbits(48), example + 1
        (work / f"{number}.seed").write_text(str(seed))
        outcome, find = try_one(seed, paths, guarded=example % GUARDED_EVERY == 0)
        counts[outcome] += 1
        if find:
            finds.append(f"seed {seed}: {find}")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(json.dumps({"counts": counts, "finds": finds, "peak_mb": peak_mb}))


def damaged_file(seed: int, paths: list[Path]) -> bytes:
    """The file that `seed` makes of those at `paths`."""
    random = Random(seed)
    return mutated(random.choice(paths).read_bytes(), random.choice(paths).read_bytes(), random)


def try_one(seed: int, paths: list[Path], *, guarded: bool) -> tuple[str, str]:
    """What came of the file that `seed` makes, and what is wrong about that; "" when nothing is."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        source, target = folder / "source", folder / "target"
        source.write_bytes(damaged_file(seed, paths))
        started, find = time.monotonic(), ""
        try:
            if guarded:
                stage_guarded(source, target, limits=LIMITS, reader_limits=READER_LIMITS)
            else:
                stage(source, target, limits=LIMITS)
            outcome = "read"
        except FileRefusedError as error:
            outcome = f"refused: {error.code}"
            if error.code.startswith("reader_"):
                find = error.code
        except ReaderFaultError as error:
            outcome, find = "fault", str(error)
        except Exception:
            outcome, find = "fault", traceback.format_exc(limit=-4)
        if time.monotonic() - started > MAX_SECONDS_EACH:
            find = find or f"took {time.monotonic() - started:.0f} s"
        expected = {"source", "target"} if outcome == "read" else {"source"}
        if left := set(os.listdir(folder)) ^ expected:
            find = find or f"files left behind: {sorted(left)}"
        return outcome, find


def _files(folders: list[str]) -> list[Path]:
    paths = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file())
    return [path for path in paths if path.suffix != ".json" and 0 < path.stat().st_size <= MAX_BYTES // 4]


if __name__ == "__main__":
    if sys.argv[1] == "--worker":
        work_until(int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]), _files(sys.argv[5:]))
    elif sys.argv[1] == "--seed":
        made = Path(f"fuzz-{sys.argv[2]}")
        made.write_bytes(damaged_file(int(sys.argv[2]), _files(sys.argv[3:])))
        sys.stdout.write(f"{made}: {try_one(int(sys.argv[2]), _files(sys.argv[3:]), guarded=True)}\n")
    else:
        sys.exit(main(float(sys.argv[1]), [Path(folder) for folder in sys.argv[2:]]))
