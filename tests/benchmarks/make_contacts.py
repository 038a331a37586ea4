"""Writes rows of contacts as CSV to standard output: the file that benchmarks measure with.

    python -m tests.benchmarks.make_contacts ROWS > contacts.csv

The same rows every time, of people who do not exist. One address in a hundred is none, and three numbers in a hundred
are cut off after five characters; a third of the flags for VIP are empty. A row takes about 111 bytes.
"""

import csv
import sys
from collections.abc import Callable, Iterator
from random import Random

SEED = 20_261_130
COLUMNS = (
    *("Email", "First name", "Last name", "Mobile", "Country", "Birthday"),
    *("Spend", "VIP", "Newsletter", "Consent date", "Consent IP"),
)
BAD_ADDRESSES, CUT_OFF_NUMBERS = 0.01, 0.03
CUT_OFF_CHARS = 5
DOMAINS = 997

FIRST_NAMES = ("Nora", "Íñigo", "Mei", "Otto", "Zdeněk", "Aoife", "Loïc", "Rosa", "雅", "Abdullahi")
LAST_NAMES = (
    "Quill",
    "Romero",
    "van Dam",
    "O'Dowd",
    "Groß",
    "Horák",
    "Åström",
    "Tan",
    "Le Bihan",
    "Papadakis",
)


def _digits(random: Random, count: int) -> str:
    return f"{random.randrange(10**count):0{count}}"


def _british(random: Random) -> str:
    return f"07{random.randint(400, 999)} {_digits(random, 6)}"


def _american(random: Random) -> str:
    area = random.choice(("206", "312", "404", "602", "713"))
    return f"({area}) {random.randint(200, 999)}-{_digits(random, 4)}"


def _german(random: Random) -> str:
    return f"015{random.randint(11, 79)} {_digits(random, 7)}"


def _french(random: Random) -> str:
    return " ".join(("06", *(_digits(random, 2) for _ in range(4))))


def _polish(random: Random) -> str:
    return f"+48 {random.randint(500_000_000, 899_999_999)}"


def _australian(random: Random) -> str:
    return f"04{_digits(random, 2)} {_digits(random, 3)} {_digits(random, 3)}"


NUMBERS: dict[str, Callable[[Random], str]] = {
    "GB": _british,
    "US": _american,
    "DE": _german,
    "FR": _french,
    "PL": _polish,
    "AU": _australian,
}


def contacts(rows: int) -> Iterator[tuple[str, ...]]:
    """The cells of each row, in the order of COLUMNS."""
    random = Random(SEED)
    countries = tuple(NUMBERS)
    for row in range(rows):
        country = random.choice(countries)
        number = NUMBERS[country](random)
        yield (
            "bad@@x" if random.random() < BAD_ADDRESSES else f"by{row}@s{row % DOMAINS}.example.com",
            random.choice(FIRST_NAMES),
            random.choice(LAST_NAMES),
            number[:CUT_OFF_CHARS] if random.random() < CUT_OFF_NUMBERS else number,
            country,
            f"{random.randint(1, 28):02}/{random.randint(1, 12):02}/{random.randint(1950, 2005)}",
            f"{random.uniform(0, 1000):.2f}",
            random.choice(("yes", "no", "")),
            random.choice("YN"),
            f"2026-01-{random.randint(1, 28):02}T10:00:00Z",
            f"10.0.{random.randrange(256)}.{random.randrange(256)}",
        )


def main(rows: int) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    out.writerows(contacts(rows))


if __name__ == "__main__":
    main(int(sys.argv[1]))
