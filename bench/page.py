"""Writing `docs/performance.md` from what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.measures import Result
from bench.records import Record

_INTRODUCTION = """\
# Performance

This page is written by `make bench`. Every figure is of whole processes, interpreter start included, on one
machine; what counts are the ratios, not the seconds. Inputs are generated from fixed seeds; the libraries and
the compiled kernels are warmed up first. Times are the median of three runs; the plain Python loop, second
ingests and the memory runs are run once.
"""

_BUDGETS = (
    (
        "Ingest of S3 access logs ≥ 0.15 of the rate at which DuckDB merely parses the same file",
        (("s3", "DuckDB"),),
    ),
    ("A second ingest of the same files near free", (("s3", "Second"), ("cloudtrail", "second"))),
    (
        "CloudTrail no slower than `json.loads` and three filters of c7n on the same records",
        (("cloudtrail", "c7n"),),
    ),
    ("Peak memory of an ingest ≤ 1.5 GB at 1 M and at 10 M lines", (("memory", "Peak"),)),
    ("Ingest linear in events", (("memory", "ten times"),)),
    ("A review over 1,000 subscriptions × 30 days in less than 5 s", (("review", "Review"),)),
    (
        "Acts with all checks ≥ 300/s on SQLite, ≥ 400/s on PostgreSQL with 8 clients",
        (("acts", "SQLite"), ("acts", "PostgreSQL")),
    ),
    ("Inclusion proof p99 < 5 ms at 1,000,000 entries", (("proofs", ""),)),
    ("An answer of the API in less than 100 ms of server time at 100,000 cases", (("api", ""),)),
    (
        "A page of the console in less than 100 ms of server time at 100,000 cases and 1,000,000 acts",
        (("pages", "Page"),),
    ),
    ("A page of the console lighter than 150 kB without its charts", (("pages", "Heaviest"),)),
    ("Cedar decisions at ≥ 0.7 of bare `cedarpy`", (("gateway", "decisions"),)),
    ("What the gateway's question adds to a request ≤ 1 ms, median", (("gateway", "asking"),)),
)
"""Budgets that a benchmark of ours answers: which one, and a word in the names of its results."""

_UNANSWERED = (
    ("Later, with compiled kernels: S3 ingest ≥ 1.0 of DuckDB's bare parse", "see the ratios under S3"),
    ("Later: CloudTrail within 0.8 of decompressing and decoding alone", "no benchmark yet"),
    (
        "A review's cost independent of raw events",
        "no benchmark: a review reads rollups, which do not grow with the events of an hour",
    ),
)
"""Budgets that no benchmark answers, and why."""

_TITLES = {
    "s3": "S3 access log",
    "cloudtrail": "CloudTrail",
    "memory": "Memory",
    "review": "Review",
    "one": "One subscription",
    "acts": "Acts",
    "proofs": "Proofs",
    "api": "API",
    "pages": "Pages",
    "gateway": "Gateway",
}

_METHODS = {
    "s3": """\
One file of about 630 bytes a line: 200 owners of unequal size over 14 days, in order of time, three keys in
four seen once, one user agent in 5,003 with quotes of its own. *Ingest* is the whole command: read, digest,
parse, blind, roll up, write Parquet, commit. *DuckDB's bare parse* reads the same file with `read_csv` in
its fastest correct setting and touches fields without doing anything with them: once the fields that Mithaq
needs, once all. The target is measured against the quicker of the two. The *plain Python loop* is a regular
expression per line, a shape per key and hourly counts.
""",
    "cloudtrail": """\
Gzip files of 5,000 records with nine storage data events in ten records. The opponent decompresses, runs
`json.loads` and three value filters of c7n one after another; it keeps nothing.
""",
    "memory": """\
The largest resident set of the ingest process; the figure must not grow with the log.
""",
    "review": """\
The whole command, with six claims and both output files, on a lake in which every file holds a day of all
subscriptions.
""",
    "one": """\
The model is read and checked in a fresh process; the imports before it are not counted. The review is the
whole command, interpreter start included, over the lake that ninety daily ingests leave of nobody else; what
counts is processor time.
""",
    "acts": """\
An act opens a case: rights, clauses and subjects are checked, and its own rows, three sealed values and the
ledger entry are written in one transaction, durably. On PostgreSQL eight clients act at once, as many as
`mithaq serve` lets in unless told otherwise: four threads in each of two processes. The sequencer works
beside them. The floor, by as many clients on the same database, is one bare INSERT of 2,000 bytes and its
COMMIT.
""",
    "api": """\
The list of cases (fifty on a page), single cases and timelines, asked for with a personal token in one
process: from the request to the answer, through every middleware. The cases are copies of one that was
opened by its act; rows and ledger entries are inserted in bulk, past the acts, in SQLite. None has gone
beyond its opening, so the timelines are short.
""",
    "pages": """\
Every kind of page, sixty times each in both languages by turns, signed in with a second factor, in one
process: from the request to the answer, through every middleware. Cases and entries of the ledger are drawn
at random from copies that are inserted past the acts, ten entries each, in SQLite; the pages of examining,
finding and deciding are those of cases that were carried through their acts, with evidence of simulated logs.
""",
    "gateway": """\
Ours reads a request's line and headers, finds out whose bucket it means, and asks Cedar; *bare cedarpy* asks
the same question of the same policies with everything at hand. Each tenant has three rules, one of which
refuses. The second figure is of one connection to nginx, with the decision service in a process of its own
and before a store that answers four bytes at once.
""",
    "proofs": """\
From asking for the proof of an entry at a random place to its bytes, with nothing kept in memory between two
of them. The entries are put into the tables past the acts, in SQLite.
""",
}

_BUSY = (
    "**Other work ran on this machine at the same time.** Wall times are too high and ratios uncertain: a "
    "process with two threads and one with a single busy thread are slowed down unequally. Processor time is "
    "the better guide here; repeat the run on a quiet machine before relying on the ratios."
)

_END = """\
## Repeating it

`make bench` measures everything, in one run, and writes this page. `.venv/bin/python -m bench --only NAME`
repeats one part (s3, cloudtrail, memory, review, one, acts, proofs, api, pages or gateway) and keeps the
others as they were. With `--quick`, everything is a twentieth of its size and no page is written: at that
size the start of a process outweighs its work, so only whether it runs is of interest.
"""


def render(records: Mapping[str, Record]) -> str:
    """Give the page from the records by benchmark, in the order that they are given in."""
    parts = [_INTRODUCTION, "## Budgets", "", "| budget | answer |", "|---|---|"]
    parts += [f"| {budget} | {_answers(answers, records)} |" for budget, answers in _BUDGETS]
    parts += [f"| {budget} | {why} |" for budget, why in _UNANSWERED]
    parts.append("")
    for name, record in records.items():
        parts += [f"## {_TITLES[name]}", "", _METHODS[name], *_conditions(record), ""]
        parts += ["| what | result | target | |", "|---|---|---|---|", *map(_row, record.results), ""]
    return "\n".join([*parts, _END])


def _answers(answers: Sequence[tuple[str, str]], records: Mapping[str, Record]) -> str:
    """Say under which headings a budget is answered, and how."""
    found = []
    for name, word in answers:
        results = (
            [result for result in records[name].results if word in result.name] if name in records else []
        )
        state = "**missed**" if not all(result.reached for result in results) else "reached"
        found.append(f"{_TITLES[name]}: {state if results else 'not measured yet'}")
    return "; ".join(dict.fromkeys(found))


def _conditions(record: Record) -> list[str]:
    machine = record.machine
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions.items())
    memory = machine.memory_bytes / 2**30
    when = (
        f"{record.moment:%Y-%m-%d %H:%M} UTC on {machine.processor}, {machine.cores} cores, {memory:.0f} GiB"
    )
    lines = [f"Measured {when}, {machine.system}; {versions}. Load before the run: {machine.load:.1f}."]
    if machine.load > machine.cores / 2:
        lines += ["", _BUSY]
    return lines


def _row(result: Result) -> str:
    target = "" if result.target is None else f"{result.direction} {result.target:g} {result.unit}".rstrip()
    state = "" if result.target is None else "reached" if result.reached else "**missed**"
    value = f"{result.value:.2f} {result.unit}".rstrip()
    return f"| {result.name}: {result.details} | {value} | {target} | {state} |"
