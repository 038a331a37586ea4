"""How many tables are read in their own encoding, and how many are not and called sure.

    python -m tests.benchmarks.encodings [TABLES]

Contacts in every language, in the older encodings it is written in, in capitals, small letters and both
(`tests/files/held_out.py`). *Right* is a table that decodes to the same text; *sure* is what the page calls so.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from imports.files.text.encodings import decode_file, detect_encoding
from tests.files.held_out import CASES, SIZES, held_out

SURE = 0.9


def main(arguments: list[str]) -> None:
    tables = int(arguments[0]) if arguments else 4
    total: Counter[tuple[str, int]] = Counter()
    right: Counter[tuple[str, int]] = Counter()
    sure: Counter[tuple[str, int]] = Counter()
    wrong: Counter[tuple[str, int]] = Counter()
    missed: Counter[str] = Counter()
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for sample in held_out(tables):
            path.write_bytes(sample.data)
            start = time.perf_counter()
            encoding, decision = detect_encoding(path)
            seconds += time.perf_counter() - start
            key = sample.case, sample.rows
            is_right = "".join(decode_file(path, encoding)) == sample.text
            total[key] += 1
            right[key] += is_right
            sure[key] += decision.confidence >= SURE
            wrong[key] += decision.confidence >= SURE and not is_right
            if not is_right:
                missed[f"{sample.language}, {sample.encoding} as {encoding}, {sample.case}"] += 1
    out = sys.stdout.write
    out("| letters | rows | tables | right | told as sure | sure and wrong |\n")
    out("| --- | ---: | ---: | ---: | ---: | ---: |\n")
    for case in CASES:
        for rows in SIZES:
            key = case, rows
            out(
                f"| {case} | {rows} | {total[key]} | {right[key] / total[key]:.2%} | {sure[key] / total[key]:.1%} |"
                f" {wrong[key]} |\n"
            )
    out(f"\n{seconds / total.total() * 1000:.0f} ms a table\n")
    for what, count in missed.most_common(20):
        out(f"missed {count} x {what}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
