"""Series of numbers as the coordinates of small pictures. Pure: it knows of no account and no words.

A picture is WIDTH wide and HEIGHT high whatever its size on the page, which stretches it; so it has shapes alone, and
its words and numbers stand around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 1_000, 100
FILLED = 0.75  # of the width that a bar has, the rest being the gap to the next
MIN_BAR_HEIGHT = 1.5  # little is not nothing
ROUND = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """A rectangle of an SVG; its coordinates as its attributes take them, whatever the language."""

    x: str
    y: str
    width: str
    height: str


def rounded_top(most: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50 and so on, that `most` does not go beyond; 1 at least."""
    ten = 1
    while most > ROUND[-1] * ten:
        ten *= 10
    return next(float(step * ten) for step in (*ROUND, 10) if most <= step * ten)


def bars(values: Sequence[float | None], top: float) -> list[Bar]:
    """A bar for each of `values`, from 0 to `top`, at its place; none for 0, nor for None, which is no value."""
    step = WIDTH / len(values) if values else 0.0
    return [
        _bar(place * step, step * FILLED, max(HEIGHT * min(value / top, 1.0), MIN_BAR_HEIGHT))
        for place, value in enumerate(values)
        if value
    ]


def _bar(x: float, width: float, height: float) -> Bar:
    return Bar(f"{x:.1f}", f"{HEIGHT - height:.1f}", f"{width:.1f}", f"{height:.1f}")


def steps(values: Sequence[float], top: float) -> str:
    """The corners of an area that keeps each of `values` for its part of the width, as `points` of a polygon; "" for
    none."""
    if not values:
        return ""
    edges = [WIDTH * place / len(values) for place in range(len(values) + 1)]
    corners = [(0.0, float(HEIGHT))]
    for (begin, end), value in zip(pairwise(edges), values, strict=True):
        y = HEIGHT * (1 - min(value / top, 1.0))
        corners += [(begin, y), (end, y)]
    corners.append((float(WIDTH), float(HEIGHT)))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
