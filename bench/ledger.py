"""The ledger's benchmarks: acts with all checks on both databases, and proofs in a ledger of a million."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.servers.postgres import BINARIES, cluster

from bench.measures import Bench, Direction, Result
from bench.processes import THREADS, ProcessFailed

_ROOT: Final = Path(__file__).parents[1]
_SCRIPT: Final = "import django; django.setup(); from bench import casework; casework.main()"
_CLIENTS: Final = 8


def acts(bench: Bench) -> Iterator[Result]:
    """Acts a second with all checks, against a bare INSERT and COMMIT of as many bytes by as many clients."""
    home = bench.folder / "acts"
    shutil.rmtree(home, ignore_errors=True)
    yield from _rates("SQLite, 1 client", 300, 1, 4_000 // bench.scale, _environment(home, ""))
    if not (BINARIES / "postgres").exists():
        raise ProcessFailed("PostgreSQL is not here: run tests/servers/install")
    with cluster() as url:
        environment = _environment(home, url)
        yield from _rates(f"PostgreSQL, {_CLIENTS} clients", 400, _CLIENTS, 1_000 // bench.scale, environment)


def proofs(bench: Bench) -> Iterator[Result]:
    """Inclusion proofs of random entries, from the tables of SQLite to the bytes of the proof."""
    size = 1_000_000 // bench.scale
    home = bench.folder / f"ledger-{size}"
    environment = _environment(home, "")
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        _together([("migrate", 0)], environment)
        _together([("grow", size)], environment)
        (home / "ready").touch()
    _, (found,) = _together([("prove", size)], environment)
    details = (
        f"5,000 proofs: median {found['p50']:.2f} ms, slowest {found['worst']:.2f} ms; "
        f"99th percentile of processor time {found['processor_p99']:.2f} ms"
    )
    yield Result(
        f"Inclusion proof in a ledger of {size:,} entries, 99th percentile",
        found["p99"], "ms", details, 5.0, Direction.AT_MOST,
    )  # fmt: skip


def api(bench: Bench) -> Iterator[Result]:
    """Answers of the API among so many cases, on SQLite, in one process."""
    size = 100_000 // bench.scale
    home = bench.folder / f"cases-{size}"
    environment = _environment(home, "")
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        _together([("migrate", 0)], environment)
        _together([("fill", size)], environment)
        (home / "ready").touch()
    _, (found,) = _together([("ask", size)], environment)
    names = {
        "list": "first page of the cases",
        "middle": "a page in the middle of the cases",
        "case": "one case",
        "timeline": "a case's timeline",
    }
    for key, name in names.items():
        yield Result(
            f"API among {size:,} cases: {name}, 95th percentile",
            found[key], "ms", "300 requests", 100.0, Direction.AT_MOST,
        )  # fmt: skip


def pages(bench: Bench) -> Iterator[Result]:
    """Every page of the console among so many cases and ten times as many acts, on SQLite, in one process."""
    size = 100_000 // bench.scale
    home = bench.folder / f"pages-{size}"
    environment = _environment(home, "") | {"MITHAQ_LAKE": str(home / "lake")}
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700, parents=True)
        _together([("people", size)], environment)
        (home / "ready").touch()
    _, (found,) = _together([("look", size)], environment)
    for name in dict.fromkeys(key.partition("|")[0] for key in found if "|" in key):
        wall, work, weight = (found[f"{name}|{what}"] for what in ("wall", "work", "weight"))
        details = f"95th percentile of processor time {work:.0f} ms; {weight:.0f} kB without charts"
        yield Result(
            f"Page among {size:,} cases: {name}, 95th percentile",
            wall, "ms", details, 100.0, Direction.AT_MOST,
        )  # fmt: skip
    heaviest = max((key for key in found if key.endswith("|weight")), key=found.__getitem__)
    yield Result(
        "Heaviest page without its charts",
        found[heaviest], "kB", heaviest.partition("|")[0], 150.0, Direction.AT_MOST,
    )  # fmt: skip


def _rates(
    name: str, target: float, clients: int, each: int, environment: Mapping[str, str]
) -> Iterator[Result]:
    _together([("migrate", 0)], environment)
    count = clients * each
    # Several clients are served as `mithaq serve` serves them: by threads of a few processes. The sequencer
    # works beside them.
    many = clients > 1
    processes = clients // THREADS if many else 1
    floor, _ = _together([("floors" if many else "floor", each)] * processes, environment)
    beside = [("tend", 0)] if many else []
    took, _ = _together([("acts" if many else "act", each)] * processes, environment, beside=beside)
    rates = f"{count / took:,.0f} acts/s; bare INSERT and COMMIT {count / floor:,.0f}/s"
    yield Result(
        f"Acts with all checks, {name}", count / took, "/s", f"{count:,} acts in {took:.1f} s", target
    )
    yield Result(f"Acts with all checks ÷ bare INSERT and COMMIT, {name}", floor / took, "", rates)


def _environment(home: Path, url: str) -> dict[str, str]:
    # No limit of requests: one person asks for as much as many would.
    settings = {
        "MITHAQ_API_RATE": "0",
        "DJANGO_SETTINGS_MODULE": "mithaq.console.settings",
        "PYTHONPATH": str(_ROOT),
    }
    return {**os.environ, **settings, "MITHAQ_HOME": str(home), "DATABASE_URL": url}


def _together(
    works: Sequence[tuple[str, int]],
    environment: Mapping[str, str],
    *,
    beside: Sequence[tuple[str, int]] = (),
) -> tuple[float, list[dict[str, float]]]:
    """Start processes, let them go at one moment; gives the seconds until the last of `works` was done.

    What works beside them is waited for, but not timed. Raises ProcessFailed.
    """
    with ExitStack() as stack:
        started = [stack.enter_context(_start(*work, environment)) for work in (*works, *beside)]
        for process in started:
            _line(process)
        began = time.perf_counter()
        for process in started:
            assert process.stdin is not None  # noqa: S101  # asked for in _start
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [json.loads(_line(process)) for process in started[: len(works)]]
        seconds = time.perf_counter() - began
        for process in started[len(works) :]:
            _line(process)
        return seconds, answers


def _start(work: str, count: int, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # our own fixed command
        [sys.executable, "-c", _SCRIPT, work, str(count)],
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101  # asked for in _start
    line = process.stdout.readline()
    if not line:
        raise ProcessFailed(f"{process.args!r} ended without its answer")
    return line
