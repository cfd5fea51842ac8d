"""Working one item ahead on a second thread."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Generator[_Item, None, None]) -> Generator[_Item, None, None]:
    """Give the items, making the next one while the present one is being used.

    Reading, decompressing, digesting and the compiled kernels all run without the interpreter lock, so that
    a second core is put to use. What a generator raises is raised here, in its place. Who may stop before
    the end closes it (`contextlib.closing`).
    """
    try:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(next, items, None)
            while (item := waiting.result()) is not None:
                waiting = pool.submit(next, items, None)
                yield item
    finally:
        # Not on the pool: should the collector end this generator, the pool's thread may be gone already,
        # and what is submitted to it would be waited for without end.
        items.close()
