"""Working one item ahead on a second thread."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Generator[_Item, None, None]) -> Iterator[_Item]:
    """Give the items, making the next one while the present one is being used.

    Reading, decompressing, digesting and the compiled kernels all run without the interpreter lock, so that
    a second core is put to use. What a generator raises is raised here, in its place.
    """
    with ThreadPoolExecutor(1) as pool:
        try:
            waiting = pool.submit(next, items, None)
            while (item := waiting.result()) is not None:
                waiting = pool.submit(next, items, None)
                yield item
        finally:
            pool.submit(items.close).result()
