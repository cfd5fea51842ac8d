"""Bulk logs for measuring: many records at once, with the spread of ids, keys and sizes that real logs have.

A pool of finished records (each with its own caller, bucket, key form and size) is repeated, and in every
copy the moment, the ids and the object's own part of the key are written anew, where marks stand for them.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from mithaq.evidence.hypotheses import WORKLOADS, Choice
from mithaq.evidence.hypotheses.keys import KeyForm, Name
from mithaq.simulation import ids
from mithaq.simulation.copies import Pool, copies
from mithaq.simulation.customers import AGENTS, customers
from mithaq.simulation.s3_lines import FORMS, QUOTED_AGENT, QUOTING, Line, LineWriter
from mithaq.simulation.scenario import Scenario, SimulatedTenant
from mithaq.simulation.trail_records import RecordWriter
from mithaq.telemetry.regions import AWS_REGIONS

SUBSCRIPTIONS: Final = 1_000
CALLERS: Final = 38_000
"""Callers of a large bulk access log; a short one has no more than lines."""

_BLOCK: Final = 100_000
_GROUP: Final = 4
_SKEW: Final = 1.5
"""Spread of the logarithm of subscriptions' volumes (archetypes: 1.5 to 2.5)."""

_START: Final = datetime(2026, 9, 1, tzinfo=UTC)
_SPAN: Final = 7 * 86400

_MIX: Final = (
    Choice(0.46, "REST.PUT.OBJECT"),
    Choice(0.40, "REST.GET.OBJECT"),
    Choice(0.05, "REST.DELETE.OBJECT"),
    Choice(0.04, "S3.EXPIRE.OBJECT"),
    Choice(0.03, "REST.HEAD.OBJECT"),
    Choice(0.02, "REST.GET.BUCKET"),
)

_AGENTS: Final = (
    "-",
    "S3Console/0.4",
    "rclone/v1.66.0",
    "aws-sdk-go/1.51.21 (go1.22.1; linux; amd64)",
    *AGENTS[:1],
)


def write_s3_lines(path: Path, lines: int, seed: int) -> int:
    """Write an S3 access log of so many lines in order of time over a week, uncompressed; returns its bytes.

    Five million lines are about 2.7 GB. Equal arguments give equal bytes.
    """
    pool = Pool.of(_line_pool(np.random.default_rng((seed, 0)), min(CALLERS, lines)), group=_GROUP)
    size = 0
    with path.open("wb") as out:
        for block in copies(pool, lines, seed, span=_SPAN, block=_BLOCK):
            size += out.write(block)
    return size


def write_cloudtrail_records(folder: Path, records: int, seed: int, per_file: int = 5_000) -> list[Path]:
    """Write so many CloudTrail records as `{"Records":[…]}` gzip files; returns them in order.

    Equal arguments give equal bytes.
    """
    pool = Pool.of(_record_pool(seed))
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    made = copies(pool, records, seed, span=_SPAN, block=per_file)
    for number, block in enumerate(made):
        path = folder / f"trail-{number:05d}.json.gz"
        # Each copy ends in a comma; the last one's gives way to the end of the list.
        path.write_bytes(gzip.compress(b'{"Records":[' + block[:-1] + b"]}", 1, mtime=0))
        paths.append(path)
    return paths


def _line_pool(rng: np.random.Generator, callers: int) -> list[str]:
    """Give one marked line per caller."""
    groups = -(-callers // _GROUP)
    volumes = rng.lognormal(0.0, _SKEW, SUBSCRIPTIONS)
    owner_of = rng.choice(SUBSCRIPTIONS, groups, p=volumes / volumes.sum())
    # Every subscription occurs, however small.
    owner_of[:SUBSCRIPTIONS] = np.arange(SUBSCRIPTIONS)[:groups]
    forms = _forms()
    writers = [
        LineWriter(ids.canonical_owner(rng), AWS_REGIONS[int(rng.integers(len(AWS_REGIONS)))], rng)
        for _ in range(SUBSCRIPTIONS)
    ]
    accounts = [ids.account(rng) for _ in range(SUBSCRIPTIONS)]
    drawn = _Drawn.of(rng, groups * _GROUP)
    lines: list[str] = []
    for group, owner in enumerate(owner_of.tolist()):
        form = forms[int(rng.integers(len(forms)))]
        # Marks stand in place of the object's own digits.
        key = form.key(f"2026-0{1 + group % 8}-{10 + group % 19}", group, "\x01" * 32)
        first = group * _GROUP
        lines.extend(
            writers[owner].lines(
                [
                    _pool_line(drawn, number, accounts[owner], f"store-{owner:04d}", key)
                    for number in range(first, first + _GROUP)
                ]
            )
        )
    return _marked_lines("\n".join(lines)).splitlines(keepends=True)


def _forms() -> list[KeyForm]:
    """Give all workloads' key forms whose names are hexadecimal, so that a copy can have another name."""
    forms = {
        choice.value
        for workload in WORKLOADS.values()
        for stream in workload.streams
        for choice in stream.keys
        if choice.value.name in (Name.UUID, Name.HEX)
    }
    return sorted(forms, key=lambda form: (form.word, form.shape))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What differs between callers' lines, drawn at once."""

    natives: list[str]
    sizes: list[str]
    milliseconds: list[int]
    addresses: list[str]
    agents: list[str]

    @classmethod
    def of(cls, rng: np.random.Generator, count: int) -> _Drawn:
        """Draw for so many callers."""
        shares = np.cumsum([choice.weight for choice in _MIX])
        natives = np.searchsorted(shares[:-1], rng.random(count), side="right")
        pool = [ids.address(rng) for _ in range(500)]
        quoted = rng.random(count) < QUOTED_AGENT
        return cls(
            natives=[_MIX[number].value for number in natives.tolist()],
            sizes=[str(size) for size in (np.exp(rng.normal(12.0, 2.0, count)) + 1_000).astype(int).tolist()],
            milliseconds=rng.integers(4, 400, count).tolist(),
            addresses=[pool[number] for number in rng.integers(0, len(pool), count).tolist()],
            agents=[
                QUOTING if odd else _AGENTS[number]
                for number, odd in zip(
                    rng.integers(0, len(_AGENTS), count).tolist(), quoted.tolist(), strict=True
                )
            ],
        )


_VERBS: Final = {shown.native: (shown.verb, str(shown.status), shown.sends) for shown in FORMS.values()}


def _pool_line(drawn: _Drawn, number: int, account: str, bucket: str, key: str) -> Line:
    """Make one caller's line."""
    native, size = drawn.natives[number], drawn.sizes[number]
    caller, address = f"arn:aws:sts::{account}:assumed-role/app/c{number:06d}", drawn.addresses[number]
    agent, took = drawn.agents[number], drawn.milliseconds[number]
    if native == "S3.EXPIRE.OBJECT":
        return Line(0, bucket, "AmazonS3", "-", "-", native, key, "-", "-", "-", "-", size, 0)
    if native == "REST.GET.BUCKET":
        uri = "GET /?list-type=2&prefix=&delimiter=%2F HTTP/1.1"
        return Line(0, bucket, caller, address, agent, native, "-", uri, "200", "-", size, "-", took)
    verb, status, sends = _VERBS.get(native, ("HEAD", "200", False))
    uri, sent = f"{verb} /{key} HTTP/1.1", size if sends else "-"
    return Line(0, bucket, caller, address, agent, native, key, uri, status, "-", sent, size, took)


_LINE_MARKS: Final = (
    (re.compile(r"\[\d\d(/.../\d{4}):\d\d:\d\d:\d\d "), "[\x04\x04\\1:\x04\x04:\x04\x04:\x04\x04 "),
    (re.compile(r" [0-9A-Z]{16} (?=[A-Z0-9]+\.)"), " " + "\x02" * 16 + " "),
    (re.compile(r" [A-Za-z0-9+/]{75}= "), " " + "\x03" * 75 + "= "),
)


def _marked_lines(lines: str) -> str:
    """Put marks where copies differ."""
    # Lines are written for the epoch's first second; the month is that of the week they are copied into.
    marked = lines.replace("[01/Jan/1970:", f"[{_START:%d/%b/%Y}:")
    for pattern, marks in _LINE_MARKS:
        marked = pattern.sub(marks, marked)
    return marked + "\n"


_RECORD_MARKS: Final = (
    (
        re.compile(r'("eventTime":"\d{4}-\d\d-)\d\dT\d\d:\d\d:\d\dZ'),
        "\\1\x04\x04T\x04\x04:\x04\x04:\x04\x04Z",
    ),
    (
        re.compile(
            r'("(?:requestID|eventID)":")[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
        ),
        "\\1" + "-".join("\x05" * length for length in (8, 4, 4, 4, 12)),
    ),
    (
        re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        "-".join("\x01" * length for length in (8, 4, 4, 4, 12)),
    ),
    (re.compile(r"\b[0-9a-f]{32}\b"), "\x01" * 32),
)

_POOL_VOLUME: Final = 100.0
_POOL_RECORDS: Final = 150
_POOL_WORKLOADS: Final = ("data-lake", "office-files", "photo-app", "call-centre", "iot")


def _record_pool(seed: int) -> Iterator[str]:
    """Give marked records from forty customers' first day."""
    scenario = Scenario(
        name="bulk",
        tenants=tuple(
            SimulatedTenant(
                f"bulk-{number}", f"Customer {number}", workload, _POOL_VOLUME, None, storage_log="cloudtrail"
            )
            for number, workload in enumerate(_POOL_WORKLOADS * 8)
        ),
        start=_START,
        days=1,
        seed=seed,
    )
    for customer in customers(scenario):
        rng = np.random.default_rng((*customer.seed, 1))
        writer = RecordWriter(customer, rng)
        told: list[tuple[int, str]] = []
        for batch in customer.tenant.events(rng, scenario.start_day, 1):
            hour = int(batch.time[0]) // 3600
            told += writer.calls(batch) + writer.storage(batch) + writer.background(hour)
        for _, record in told[:: max(1, len(told) // _POOL_RECORDS)]:
            marked = record
            for pattern, marks in _RECORD_MARKS:
                marked = pattern.sub(marks, marked)
            yield marked + ","
