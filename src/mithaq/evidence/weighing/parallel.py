"""Work over many workloads in several processes, with the same results in the same order as in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_processes(work: Callable[[Item], Result], items: Sequence[Item], processes: int) -> Iterator[Result]:
    """Give the result of each item, in order; `work` must be a function of a module, items picklable.

    Each item carries its own seed, so how many processes there are changes no result. Processes are started
    afresh rather than forked, because the engine below has threads.
    """
    if processes <= 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, items)
