"""Work on several items at once, in their order, with few of them held."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

WORKERS = 2
"""Polars works with all processors by itself; a second frame fills the gaps in which one waits for Python."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ahead(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`function` of every item, in their order; at most `WORKERS` items are taken ahead of the one given back.

    An exception is raised where its result would be, after the work that was begun has ended.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        begun: deque[Future[Result]] = deque()
        for item in items:
            begun.append(pool.submit(function, item))
            if len(begun) > WORKERS - 1:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
