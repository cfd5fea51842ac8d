"""Reading ahead ends cleanly, however it is left."""

from __future__ import annotations

import gc
import threading
from collections.abc import Generator

import pytest

from mithaq.telemetry.ahead import ahead


class _Holder:
    """Keeps a reading in a cycle, as the traceback of an error does."""

    def __init__(self, reading: Generator[int, None, None]) -> None:
        self.reading = reading
        self.myself = self


def test_a_reading_that_is_left_in_a_cycle_ends_when_it_is_collected() -> None:
    closed = threading.Event()

    def numbers() -> Generator[int, None, None]:
        try:
            yield from range(1, 100)
        finally:
            closed.set()

    def leave() -> None:
        holder = _Holder(ahead(numbers()))
        assert next(holder.reading) == 1

    def collect() -> None:
        leave()
        gc.collect()

    collector = threading.Thread(target=collect, daemon=True)
    collector.start()
    collector.join(20)
    assert not collector.is_alive()
    assert closed.is_set()


def test_an_error_comes_out_after_what_was_read_and_the_source_is_closed() -> None:
    closed = threading.Event()

    def numbers() -> Generator[int, None, None]:
        try:
            yield from (1, 2)
            raise LookupError
        finally:
            closed.set()

    seen: list[int] = []

    def read() -> None:
        seen.extend(ahead(numbers()))

    with pytest.raises(LookupError):
        read()
    assert closed.is_set()
