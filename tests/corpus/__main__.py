"""The scoreboard: how the reader does on awkward files.

    python -m tests.corpus [FOLDER]

Prints, for each set of files, how many were read right, read wrong, refused with a reason, and how many crashed the
reader or have no truth; then what was wrong, a fact a line. The sets are `tests/cases`, `tests/samples` and, where
FOLDER is given, the folders in it. Ends with 1 when anything was read wrong, crashed, or has no truth, and with 2 when
FOLDER is missing.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from imports.files.file_refusals import FileRefusedError
from imports.files.guarded_reading import ReaderFaultError, ReaderLimits, stage_guarded
from imports.tables import scan
from tests.corpus.truths import (
    Result,
    differs_from_expectation,
    differs_from_json,
    json_truth,
    load_expectations,
)

TESTS = Path(__file__).parents[1]
OWN_SETS = (TESTS / "cases", TESTS / "samples")
SUFFIXES = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".ods"})
LIMITS = ReaderLimits(max_memory_bytes=3_000_000_000, max_seconds=120)
AT_ONCE = 2
# What a file that defeats its reader is refused with: a crash, however politely it is put.
CRASHES = frozenset({"reader_defeated", "reader_out_of_memory", "reader_out_of_time"})

RIGHT, WRONG, REFUSED, CRASHED, UNKNOWN = VERDICTS = (
    "read right",
    "read wrong",
    "refused with a reason",
    "crashed",
    "no truth",
)
BAD = (WRONG, CRASHED, UNKNOWN)


class Verdict(NamedTuple):
    """What became of the file `name`, its path below the corpus, and what there is to say about it."""

    name: str
    verdict: str
    detail: str


def main(arguments: list[str]) -> int:
    if len(arguments) > 1:
        sys.stderr.write("usage: python -m tests.corpus [FOLDER]\n")
        return 2
    folders = [(own, TESTS) for own in OWN_SETS]
    for corpus in map(Path, arguments):
        if not corpus.is_dir():
            sys.stderr.write(f"There is no corpus at {corpus}.\n")
            return 2
        folders.append((corpus, corpus))
    expectations = load_expectations()
    found = [
        (path, above)
        for folder, above in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verdicts = list(pool.map(lambda one: judge(*one, expectations), found))
    names = {verdict.name for verdict in verdicts}
    sets = {_set_of(name) for name in names}
    gone = sorted(name for name in expectations.keys() - names if _set_of(name) in sets)
    sys.stdout.write(board(verdicts) + details(verdicts))
    sys.stdout.write("".join(f"expected, but not in the corpus: {name}\n" for name in gone))
    return int(any(verdict.verdict in BAD for verdict in verdicts))


def judge(path: Path, corpus: Path, expectations: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """The verdict on the file at `path`."""
    name = path.relative_to(corpus).as_posix()
    try:
        result = read(path)
    except ReaderFaultError as error:
        return Verdict(name, CRASHED, str(error))
    if result.refused in CRASHES:
        return Verdict(name, CRASHED, result.refused)
    expected = expectations.get(name)
    truth = json_truth(path, corpus) if expected is None else None
    if expected is not None:
        difference = differs_from_expectation(result, expected)
    elif truth is not None:
        difference = differs_from_json(result, truth)
    else:
        return Verdict(name, UNKNOWN, _summary(result))
    if difference:
        return Verdict(name, WRONG, difference)
    return Verdict(name, REFUSED, result.refused) if result.refused else Verdict(name, RIGHT, "")


def read(path: Path) -> Result:
    """What comes of the file at `path`."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "staged"
        try:
            reading = stage_guarded(path, target, reader_limits=LIMITS)
        except FileRefusedError as error:
            return Result(refused=error.code)
        staged = scan(target).collect().drop("row")
        return Result(reading, tuple(row for row in staged.iter_rows() if any(cell.strip() for cell in row)))


def board(verdicts: list[Verdict]) -> str:
    """How many files of each set came to which verdict, and of all of them."""
    counts: dict[str, Counter[str]] = {}
    for name, verdict, _ in verdicts:
        counts.setdefault(_set_of(name), Counter())[verdict] += 1
    counts["all"] = Counter(verdict.verdict for verdict in verdicts)
    lines = ["".join([f"{'':14}", *(f"{title:>{len(title) + 3}}" for title in VERDICTS)])]
    for name, count in counts.items():
        cells = (f"{count[title]:>{len(title) + 3}}" for title in VERDICTS)
        lines.append("".join([f"{name:14}", *cells]))
    return "\n".join(lines) + "\n"


def details(verdicts: list[Verdict]) -> str:
    """What there is to say of the files, the worst first."""
    return "".join(
        f"\n{title}\n" + "".join(_told(verdict) for verdict in found)
        for title in (*BAD, REFUSED)
        if (found := [verdict for verdict in verdicts if verdict.verdict == title])
    )


def _set_of(name: str) -> str:
    return name.split("/", 1)[0]


def _told(verdict: Verdict) -> str:
    if verdict.verdict == REFUSED:
        return f"  {verdict.name}: {verdict.detail}\n"
    facts = "".join(f"      {fact}\n" for fact in verdict.detail.split("\n"))
    return f"  {verdict.name}\n{facts}"


def _summary(result: Result) -> str:
    if result.reading is None:
        return f"refused as {result.refused}"
    facts = result.reading.to_dict()
    return json.dumps({**facts, "first": result.rows[:1], "last": result.rows[-1:]}, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
