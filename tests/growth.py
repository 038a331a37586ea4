"""How much more work longer texts make, told from the processor time of this process alone.

No speed is asserted: what is compared is how the work grows. From `SHORT` to `LONG` characters it may grow with
the length, which is eightfold, and never with its square, which is 64-fold. What other programs do on the machine
meanwhile takes their time and not ours; what is left of their influence is taken out by repeating, because nothing
makes a computation cheaper than it is. What texts of `TINY` characters take is set-up, and counts for neither.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

TINY, SHORT, LONG = 100, 2_000, 16_000
MAX_GROWTH = 24.0
"""Between eight and 64, as far from both by ratio as can be."""

# Below it, set-up is most of what is measured. What grows with the square from less than this is no danger: at the
# greatest length of a cell that is asked about it takes some tenths of a second.
_FLOOR_SECONDS = 0.0025
_TRIES = 3

UNITS = (
    *(
        "a",
        "A",
        "ab",
        "a.",
        ".",
        "..",
        ",",
        ";",
        "a,b",
        "a b ",
        "-",
        "a-",
        "--",
        "-1",
        "_",
        "#",
        "?",
        "=",
        "*",
        "~",
    ),
    *("@", "a@", "a@b.", "ä@b.de,", "<a@b.c>", "<", "(", "[", "{", "((1))", '"', '""', "'", '","', "``"),
    *(
        "0",
        "1",
        "00",
        "0 ",
        "+",
        "+1 ",
        "1.",
        "1,000,",
        "1/",
        "1-",
        "1:",
        "1x",
        "1e",
        "10:",
        "$1",
        "(1)",
        "1 of ",
    ),
    *(" ", "\t", "\n", "\r\n", " \n", "1\n", "\u00a0", "\u200b", "\u200f", "1\u200b", "\x00", "\x1f", "\x85"),
    *("\u0301", "\u0316\u0301", "a\u0316\u0301", "\u0f73", "\u0660", "\uff11", "\uff20", "\u1100\u1161"),
    *(
        "é",
        "ß.",
        "İ",
        "א.",
        "中",
        "한 ",
        "ﷺ",
        "\U0001f600",
        "\u3002",
        "%",
        "%41",
        "%%",
        "xn--a.",
        "xn--",
        "&amp;",
        "&#",
    ),
    *(
        "http://",
        "http://a.b/",
        "https:",
        "www.",
        "mailto:",
        "tel:",
        "ext ",
        "::",
        "a:",
        "ff:",
        "/",
        "//",
        "\\",
        "|",
    ),
    *(
        "and ",
        "van ",
        "von der ",
        "dr. ",
        "jr, ",
        "Mon, ",
        "Jan ",
        "T",
        "Z",
        "total ",
        "page 1 ",
        "sep=",
        "=1+",
    ),
)
"""What hostile texts are made of, over and over."""

Around = Sequence[tuple[str, str]]

USUAL: Around = (("", ""), ("http://", "b"))
OTHERS: Around = (("a@", "!"),)
"""How such texts begin and end."""


def hostile_texts(chars: int, around: Around = USUAL) -> list[str]:
    """Texts of `chars` characters of every unit, between every one of these beginnings and ends."""
    return [
        begin + (unit * (chars // len(unit) + 1))[: chars - len(begin) - len(end)] + end
        for unit in UNITS
        for begin, end in around
    ]


def cpu_seconds(work: Callable[[], object]) -> float:
    """The processor time that all threads of this process take for `work`."""
    started = time.process_time()
    work()
    return time.process_time() - started


class Growth(NamedTuple):
    """What tiny, short and long texts take, in seconds."""

    tiny: float
    short: float
    long: float

    @property
    def factor(self) -> float:
        """How many times as much the long ones take as the short ones; 1 where they take next to nothing."""
        # What looks like more set-up than this is work of another kind, or chance.
        set_up = min(self.tiny, self.short / 2)
        return max(1.0, (self.long - set_up) / max(self.short - set_up, _FLOOR_SECONDS))

    def row(self, name: str) -> str:
        """A line of the printed table, as `TABLE_HEAD` says."""
        milliseconds = "".join(f"{1000 * seconds:9.1f}" for seconds in self)
        return f"{name:34}{milliseconds}{self.factor:9.1f}"


Sizes = tuple[int, int, int]


def growth(work: Callable[[int], Callable[[], object]], sizes: Sizes = (TINY, SHORT, LONG)) -> Growth:
    """What `work` takes that was made for texts of these sizes.

    It is the least of several tries, as long as the growth is not in proportion.
    """
    works = [work(size) for size in sizes]
    least = Growth(*(float("inf"),) * len(works))
    for _ in range(_TRIES):
        least = Growth(*map(min, least, map(cpu_seconds, works)))
        if least.factor <= MAX_GROWTH:
            break
    return least


TABLE_HEAD = f"{'ms of processor time at characters':34}{TINY:9,}{SHORT:9,}{LONG:9,}{'times':>9}"
