"""What the benchmarks measure with."""

from __future__ import annotations

import sys

from bench.processes import run


def test_the_peak_of_a_process_is_its_own_and_not_that_of_whoever_started_it() -> None:
    held = b"x" * 400_000_000
    small = run([sys.executable, "-c", "print('done')"])
    large = run([sys.executable, "-c", "print(len(b'x' * 300_000_000))"])
    assert small.peak_bytes < 100_000_000 < large.peak_bytes < len(held)
    assert (small.output, large.output) == ("done\n", "300000000\n")
