"""Run the benchmarks: `python -m bench [--quick] [--only NAME …]`.

Ends with exit code 1 if a target is missed at full size. A quick run checks that everything runs: at a
twentieth of the size the start of a process outweighs its work, so its ratios say little.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.gateway import gateway
from bench.ledger import acts, api, pages, proofs
from bench.machine import this_machine
from bench.measures import Bench, Result, cloudtrail, memory, review, s3_access_log, warm_up
from bench.one_subscription import one_subscription
from bench.page import render
from bench.records import Record

_ROOT = Path(__file__).parents[1]
_QUICK = 20
MEASURES = {
    "s3": s3_access_log,
    "cloudtrail": cloudtrail,
    "memory": memory,
    "review": review,
    "one": one_subscription,
    "acts": acts,
    "proofs": proofs,
    "api": api,
    "pages": pages,
    "gateway": gateway,
}


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description="Benchmarks of Mithaq.")
    parser.add_argument("--quick", action="store_true", help="a twentieth of everything; writes no page")
    parser.add_argument("--only", nargs="+", choices=MEASURES, help="only these; keeps the other results")
    arguments = parser.parse_args()
    bench = Bench(_ROOT / "build" / "bench", _QUICK if arguments.quick else 1)
    kept = bench.folder / "results"
    _tell("warming up")
    warm_up(bench)
    reached = True
    for name in arguments.only or MEASURES:
        _tell(f"measuring {name}")
        moment, machine = datetime.now(UTC), this_machine()
        results: list[Result] = []
        for result in MEASURES[name](bench):
            results.append(result)
            sys.stdout.write(f"{_line(result)}\n")
            sys.stdout.flush()
        reached = reached and all(result.reached for result in results)
        if not arguments.quick:
            Record(moment, machine, tuple(results)).save(kept / f"{name}.json")
    if arguments.quick:
        return 0
    records = {
        name: Record.load(kept / f"{name}.json") for name in MEASURES if (kept / f"{name}.json").exists()
    }
    (_ROOT / "docs" / "performance.md").write_text(render(records), "utf-8")
    return 0 if reached else 1


def _line(result: Result) -> str:
    verdict = "reached" if result.reached else "missed"
    target = "" if result.target is None else f" (target {result.direction} {result.target:g}: {verdict})"
    return f"{result.value:8.2f} {result.unit:<2} {result.name}{target}: {result.details}"


def _tell(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
