"""What a single review costs: loading the model, and one subscription over a quarter of a year."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.measures import Bench, Direction, Result
from bench.processes import median_of, run
from bench.wide_lake import make_wide_lake

_LOAD: Final = (
    "import time; from mithaq.evidence.weighing.model import stored_model; began = time.perf_counter(); "
    "stored_model(); print(time.perf_counter() - began)"
)
_NOW: Final = {"MITHAQ_NOW": "2027-01-01T00:00:00Z"}
_DAYS: Final = 90


def one_subscription(bench: Bench) -> Iterator[Result]:
    """The model's load in a fresh process, and the processor time of a whole review of one subscription."""
    loads = [run([bench.python, "-c", _LOAD]) for _ in range(3)]
    slowest = max(float(load.output) for load in loads)
    yield Result(
        "Loading the model, slowest of three",
        slowest,
        "s",
        f"with the imports {loads[0]}",
        0.5,
        Direction.AT_MOST,
    )
    place = bench.folder / f"one-{_DAYS}"
    if not (place / "allegation.yaml").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        make_wide_lake(place / "lake", subscriptions=1, days=_DAYS, seed=1)
    command: list[str | Path] = [
        bench.command, "review", place / "allegation.yaml", "--lake", place / "lake", "--out", place / "out",
    ]  # fmt: skip
    run(command, _NOW)
    done = median_of(3, lambda: run(command, _NOW))
    yield Result(
        f"Review of one subscription × {_DAYS} days, processor time",
        done.cpu_seconds, "s", f"{done}", 2.0, Direction.AT_MOST,
    )  # fmt: skip
