"""How much of the processor the parts of a run took, and how much was left over for them.

Sources: proc(5), /proc/stat and /proc/PID/stat.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Fields after the command's closing parenthesis.
PARENT, FIRST_TIME, LAST_TIME = 1, 11, 14
IDLE, WAITING_FOR_DISK = 3, 4


class Processor:
    """Core-seconds since the last `restart`, by part: a process of `roots` and all that it has started."""

    def __init__(self, roots: Mapping[str, int]) -> None:
        self._roots = dict(roots)
        self.restart()

    def restart(self) -> None:
        self._before = self._now()

    def core_seconds(self) -> dict[str, float]:
        """By part; `others` are all other programs of the machine, and `idle` is what nobody took."""
        now = self._now()
        return {name: now[name] - self._before[name] for name in now}

    def pids_of(self, *names: str) -> set[int]:
        """The processes that these parts have now."""
        parents, _ = _processes()
        return {pid for name in names for pid in _with_descendants(self._roots[name], parents)}

    def _now(self) -> dict[str, float]:
        parents, times = _processes()
        of_part = {
            name: sum(times[pid] for pid in _with_descendants(root, parents))
            for name, root in self._roots.items()
        }
        ticks = [int(field) for field in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
        idle = ticks[IDLE] + ticks[WAITING_FOR_DISK]
        of_part["others"] = sum(ticks) - idle - sum(of_part.values())
        of_part["idle"] = idle
        return {name: part / TICKS_A_SECOND for name, part in of_part.items()}


def seconds_by_process(pids: set[int]) -> dict[int, float]:
    """Core-seconds of each of these processes that is still there, with those of its children that have ended."""
    _, times = _processes()
    return {pid: times[pid] / TICKS_A_SECOND for pid in pids if pid in times}


def parent_of(pid: int) -> int:
    return int(_fields(PROC / str(pid))[PARENT])


def with_descendants(root: int) -> list[int]:
    """A process and all that it, and they, have started and that are still there."""
    parents, _ = _processes()
    return list(_with_descendants(root, parents))


def child_named(words: str) -> int:
    """The process that this one has started with a command line that holds `words`."""
    parents, _ = _processes()
    for pid, parent in parents.items():
        if parent == os.getpid() and words in (PROC / str(pid) / "cmdline").read_text().replace("\0", " "):
            return pid
    raise LookupError(words)


def _processes() -> tuple[dict[int, int], dict[int, int]]:
    """Each process's parent; and its ticks with those of its children that have ended."""
    parents: dict[int, int] = {}
    times: dict[int, int] = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):  # it has ended meanwhile
                fields = _fields(entry)
                parents[int(entry.name)] = int(fields[PARENT])
                times[int(entry.name)] = sum(map(int, fields[FIRST_TIME : LAST_TIME + 1]))
    return parents, times


def _fields(entry: Path) -> list[str]:
    return (entry / "stat").read_text().rpartition(")")[2].split()


def _with_descendants(root: int, parents: Mapping[int, int]) -> Iterator[int]:
    children = defaultdict(list)
    for pid, parent in parents.items():
        children[parent].append(pid)
    waiting = [root] if root in parents else []
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children[pid]
