"""What each file of the corpus holds, so that a reading can be held against it.

The corpus is `tests/cases` and `tests/samples`; further sets, which public test suites have, can be put into a folder
(`make corpus CORPUS=FOLDER`).

The truth of csv-spectrum and csv-test-data is the JSON beside their files. Of the others it is
`expectations.json`, written by looking at each of them: a few facts of the `Reading` by their names, the `first`
and the `last` contact's cells and the codes of the `problems`; or, as `refused`, the code of the refusal that a
person should get. `digest` stands for all the contacts' cells where they are long or tell of real people. `why`
is for those who would have judged otherwise. A file whose JSON beside it is wrong has an entry too, in which
`contradiction` says so; the entry then counts.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imports.files.reading import Reading

EXPECTATIONS = Path(__file__).with_name("expectations.json")
JSON_TRUTHS = {"csv-spectrum": ("csvs", "json"), "csv-test-data": ("csv", "json")}

# A truth without a single value is told just as well by a refusal that says so.
EMPTY_REFUSALS = frozenset({"empty_file", "header_only"})

# What an expectation says to people and not of the reading.
REMARKS = frozenset({"why", "contradiction"})

_MAX_SHOWN_CHARS = 300


@dataclass(frozen=True, slots=True)
class Result:
    """What came of reading a file: the reading and the contacts' cells, or the code of its refusal."""

    reading: Reading | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    refused: str = ""


def load_expectations() -> dict[str, dict[str, Any]]:
    """The expectations by path below the corpus."""
    return json.loads(EXPECTATIONS.read_text("utf-8"))


def json_truth(path: Path, corpus: Path) -> list[Any] | None:
    """The JSON beside the file at `path`, in the sets that have it: a list of objects or of lists of cells."""
    folders = JSON_TRUTHS.get(path.relative_to(corpus).parts[0])
    if folders is None:
        return None
    truth = path.parent.parent / folders[1] / f"{path.stem}.json"
    return json.loads(truth.read_text("utf-8")) if truth.exists() else None


def digest(rows: Sequence[Sequence[str]]) -> str:
    """SHA-256 of the cells of `rows`, in hexadecimal digits."""
    cells = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(cells.encode()).hexdigest()


def differs_from_json(result: Result, truth: Sequence[Any]) -> str:
    """What is wrong with `result` by `truth`, a list of objects or of lists of cells; "" when nothing is."""
    values = [cell for row in truth for cell in (row.values() if isinstance(row, dict) else row)]
    if result.reading is None:
        contents = values if truth and isinstance(truth[0], dict) else values[len(truth[0]) if truth else 0 :]
        is_empty = result.refused in EMPTY_REFUSALS and not any(contents)
        return "" if is_empty else f"refused as {result.refused}"
    columns = result.reading.columns
    read: list[Any]
    if truth and isinstance(truth[0], dict):
        read = [dict(zip(columns, row, strict=True)) for row in result.rows]
    else:
        header = [list(columns)] if result.reading.header_row else []
        read = [*header, *map(list, result.rows)]
    return "" if read == truth else f"read as {_short(read)} instead of {_short(truth)}"


def differs_from_expectation(result: Result, expected: Mapping[str, Any]) -> str:
    """What is wrong with `result` by an entry of the expectations, a line for each fact; "" when nothing is."""
    wanted = expected.get("refused", "")
    if result.reading is None:
        other = f"as {wanted}" if wanted else "read"
        return "" if result.refused == wanted else f"refused as {result.refused} instead of {other}"
    if wanted:
        return f"read {result.reading.rows} rows instead of refused as {wanted}"
    found: dict[str, Any] = {
        **result.reading.to_dict(),
        "first": list(result.rows[0]) if result.rows else [],
        "last": list(result.rows[-1]) if result.rows else [],
        "digest": digest(result.rows),
        "problems": sorted({problem.code for problem in result.reading.problems}),
    }
    wrong = [name for name in expected if name not in REMARKS and found.get(name) != expected[name]]
    return "\n".join(
        f"{name} is {_short(found.get(name))} instead of {_short(expected[name])}" for name in wrong
    )


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN_CHARS else text[:_MAX_SHOWN_CHARS] + "…"
