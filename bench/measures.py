"""The benchmarks. Each runs whole processes, as a person would start them, and gives one or more results."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bench.cloudtrail_records import write_cloudtrail
from bench.processes import ProcessFailed, Run, median_of, run
from bench.s3_lines import write_s3_lines
from bench.wide_lake import make_wide_lake

C7N: Final = "c7n==0.9.53"
_OPPONENTS: Final = Path(__file__).parent / "opponents"
_NOW: Final = {"MITHAQ_NOW": "2026-12-01T00:00:00Z"}
_GB: Final = 1e9

NEAR_FREE: Final = 0.25
"""What a second ingest may cost of the first: a file is known by its digest, so it is read but not parsed."""


class Direction(StrEnum):
    """On which side of its target a figure should lie."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure, with its target if it has one."""

    name: str
    value: float
    unit: str
    details: str
    target: float | None = None
    direction: Direction = Direction.AT_LEAST

    @property
    def reached(self) -> bool:
        """Whether the figure meets its target; true without one."""
        if self.target is None:
            return True
        return (
            self.value >= self.target if self.direction is Direction.AT_LEAST else self.value <= self.target
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the files lie, and how much smaller than the full run everything is."""

    folder: Path
    scale: int = 1
    """1 for the full run, 20 for the quick one."""

    @property
    def python(self) -> Path:
        """The interpreter that runs Mithaq."""
        return Path(sys.executable)

    @property
    def command(self) -> Path:
        """The `mithaq` command beside it."""
        return Path(sys.executable).with_name("mithaq")

    def ingest(self, source: str, path: Path, *, lake: str = "lake", again: bool = False) -> Run:
        """Ingest into a new lake, or once more into the same; raises ProcessFailed."""
        place = self.folder / lake
        if not again:
            self.forget(lake)
        return run([self.command, "ingest", source, path, "--lake", place, "--json"], _NOW)

    def forget(self, lake: str = "lake") -> None:
        """Delete a lake and its key."""
        shutil.rmtree(self.folder / lake, ignore_errors=True)
        for path in self.folder.glob(f"{lake}.key*"):
            path.unlink()

    def log(self, lines: int) -> Path:
        """Give an S3 access log of so many lines, made on first use."""
        path = self.folder / f"s3-{lines}.log"
        if not path.exists():
            write_s3_lines(path, lines, seed=lines)
        return path


def warm_up(bench: Bench) -> None:
    """Compile what numba compiles and bring every library into the page cache once."""
    bench.ingest("s3-access-log", bench.log(2_000))
    trail = bench.folder / "cloudtrail-100"
    if not trail.exists():
        write_cloudtrail(trail, 100, seed=100)
    bench.ingest("cloudtrail", trail)


def s3_access_log(bench: Bench) -> Iterator[Result]:
    """Whole ingest of one large log, against DuckDB's bare parse and a plain Python loop; and once more."""
    lines = 5_000_000 // bench.scale
    path = bench.log(lines)
    path.read_bytes()[:0]  # into the page cache, for everybody
    parses = {which: median_of(3, _parse(bench, path, which)) for which in ("needed", "all")}
    ingest = median_of(3, lambda: bench.ingest("s3-access-log", path))
    again = bench.ingest("s3-access-log", path, again=True)
    loop = _opponent(bench, "plain_python.py", path)
    _same_count(lines, [*(int(p.output) for p in parses.values()), int(loop.output), _events(ingest)])
    if json.loads(again.output)["files_known"] != 1:
        raise ProcessFailed("the second ingest did not know the file")
    size = path.stat().st_size
    rate = f"{lines / ingest.seconds / 1e6:.2f} M lines/s, {size / ingest.seconds / 1e6:.0f} MB/s"
    quickest = min(parses.values(), key=lambda entry: entry.seconds)
    for which, parse in parses.items():
        yield Result(
            f"S3 access log, {lines:,} lines: ingest rate ÷ DuckDB's bare parse, {which} fields",
            parse.seconds / ingest.seconds, "",
            f"ingest {ingest}, {rate}; DuckDB {parse}",
            0.15 if parse is quickest else None,
        )  # fmt: skip
    yield Result(
        f"S3 access log, {lines:,} lines: ingest rate ÷ a plain Python loop",
        loop.seconds / ingest.seconds, "", f"loop {loop}",
    )  # fmt: skip
    yield Result(
        "Second ingest of the same file ÷ the first",
        again.seconds / ingest.seconds, "", f"{again}",
        NEAR_FREE, Direction.AT_MOST,
    )  # fmt: skip
    bench.forget()


def cloudtrail(bench: Bench) -> Iterator[Result]:
    """Whole ingest of CloudTrail files, against `json.loads` and three filters of c7n."""
    records = 200_000 // bench.scale
    folder = bench.folder / f"cloudtrail-{records}"
    if not folder.exists():
        write_cloudtrail(folder, records, seed=records)
    python = _c7n_python(bench)
    filters = median_of(3, lambda: run([python, _OPPONENTS / "c7n_filters.py", folder]))
    ingest = median_of(3, lambda: bench.ingest("cloudtrail", folder))
    _same_count(records, [int(filters.output.split()[0]), _events(ingest)])
    again = bench.ingest("cloudtrail", folder, again=True)
    rate = f"{records / ingest.seconds:,.0f} records/s"
    yield Result(
        f"CloudTrail, {records:,} records: ingest rate ÷ json.loads and three filters of c7n",
        filters.seconds / ingest.seconds, "",
        f"ingest {ingest}, {rate}; c7n {filters}", 1.0,
    )  # fmt: skip
    yield Result(
        "CloudTrail: second ingest of the same files ÷ the first",
        again.seconds / ingest.seconds, "", f"{again}",
        NEAR_FREE, Direction.AT_MOST,
    )  # fmt: skip
    bench.forget()


def memory(bench: Bench) -> Iterator[Result]:
    """Peak memory of an ingest must not grow with the log, and its work no faster than the log does."""
    work = []
    for millions in (1, 10):
        lines = millions * 1_000_000 // bench.scale
        peak = bench.ingest("s3-access-log", bench.log(lines))
        work.append(peak.cpu_seconds)
        yield Result(
            f"Peak memory of an ingest of {lines:,} lines",
            peak.peak_bytes / _GB, "GB", f"{peak}", 1.5, Direction.AT_MOST,
        )  # fmt: skip
    yield Result(
        "Processor time of ten times as many lines ÷ ten times that of one",
        work[1] / (10 * work[0]), "", "1 is linear; below it the start of the process counts less",
        1.1, Direction.AT_MOST,
    )  # fmt: skip
    bench.log(10_000_000 // bench.scale).unlink()
    bench.forget()


def review(bench: Bench) -> Iterator[Result]:
    """One review on a lake of many subscriptions."""
    subscriptions = 1_000 // bench.scale
    place = bench.folder / f"wide-{subscriptions}"
    if not (place / "allegation.yaml").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        make_wide_lake(place / "lake", subscriptions=subscriptions, days=30, seed=1)
    command: list[str | Path] = [
        bench.command, "review", place / "allegation.yaml", "--lake", place / "lake", "--out", place / "out",
    ]  # fmt: skip
    run(command, _NOW)
    done = median_of(3, lambda: run(command, _NOW))
    yield Result(
        f"Review on a lake of {subscriptions:,} subscriptions × 30 days",
        done.seconds, "s", f"{done}, peak memory {done.peak_bytes / _GB:.2f} GB", 5.0, Direction.AT_MOST,
    )  # fmt: skip


def _parse(bench: Bench, path: Path, which: str) -> Callable[[], Run]:
    return lambda: _opponent(bench, "duckdb_parse.py", path, which)


def _opponent(bench: Bench, script: str, *arguments: Path | str) -> Run:
    return run([bench.python, _OPPONENTS / script, *arguments])


def _c7n_python(bench: Bench) -> Path:
    """Give the interpreter of c7n's own environment, made on first use from the package index."""
    place = bench.folder / "c7n"
    python = place / "bin" / "python"
    if not (place / "ready").exists():
        shutil.rmtree(place, ignore_errors=True)
        run([bench.python, "-m", "venv", place])
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", C7N])
        (place / "ready").touch()
    return python


def _events(done: Run) -> int:
    return int(json.loads(done.output)["events"])


def _same_count(expected: int, counted: list[int]) -> None:
    """Refuse a comparison in which somebody has read less than all."""
    if any(count != expected for count in counted):
        raise ProcessFailed(f"not everybody has read {expected:,} records: {counted}")
