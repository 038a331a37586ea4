"""How an account's slots were used, told from the events of its batches."""

import statistics
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOLDING = frozenset({"sending", "active", "in_doubt"})

Move = tuple[datetime, str, str]
"""When, from which status, to which."""


@dataclass(frozen=True)
class SlotsUsed:
    """`peak` slots at once; `average` in use from the first batch that was sent to the last that ended, and
    `average_waited_for` up to the last that was sent, when no other could use them any more. `gaps` are the seconds
    for which freed slots stayed unused while something waited for them."""

    peak: int
    average: float
    average_waited_for: float
    gaps: tuple[float, ...]

    @classmethod
    def of(cls, moves: Sequence[Move], batches: int) -> "SlotsUsed":
        """By all `moves` of so many batches, in the order of their times."""
        last_sent = max(at for at, _, to in moves if to == "sending")
        begin, end = moves[0][0], moves[-1][0]
        held = peak = sent = 0
        busy = busy_waited_for = timedelta()
        before = begin
        freed: deque[datetime] = deque()
        gaps: list[float] = []
        for at, origin, to in moves:
            busy += held * (at - before)
            if at <= last_sent:
                busy_waited_for += held * (at - before)
            before = at
            held += (to in HOLDING) - (origin in HOLDING)
            peak = max(peak, held)
            if to == "sending":
                sent += 1
                if freed:
                    gaps.append((at - freed.popleft()).total_seconds())
            elif origin in HOLDING and to not in HOLDING and sent < batches:
                freed.append(at)
        return cls(peak, busy / (end - begin), busy_waited_for / (last_sent - begin), tuple(gaps))

    @property
    def average_gap(self) -> float:
        return statistics.mean(self.gaps)

    @property
    def usual_gap(self) -> float:
        """Ninety-five of a hundred are no longer."""
        return sorted(self.gaps)[int(0.95 * (len(self.gaps) - 1))]
