"""The pretend provider: writes a scenario's logs, register and example allegations into a folder."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from mithaq.evidence.hypotheses import EventBatch
from mithaq.simulation.background import storage_background
from mithaq.simulation.customers import Customer, customers
from mithaq.simulation.documents import write_allegations, write_register
from mithaq.simulation.errors import FolderNotEmpty, WriteFailed
from mithaq.simulation.s3_lines import LineWriter, storage_requests
from mithaq.simulation.scenario import Scenario
from mithaq.simulation.trail_records import RecordWriter

_LEVEL: Final = 1


class Progress(Protocol):
    """Listens to a simulation."""

    def begin(self, total: int) -> None:
        """So many customer days are ahead."""

    def advance(self, events: int, size: int) -> None:
        """One more customer day is written, with so many events and bytes."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a simulation came to."""

    customers: tuple[Customer, ...]
    logs: tuple[str, ...]
    """The log sources written, each a folder of that name under `logs/`."""
    files: int
    events: int
    size: int
    """Bytes on disk."""
    events_of: dict[str, int]
    """Events by customer's slug."""
    register: Path
    allegations: tuple[Path, ...]


@dataclass
class _Tally:
    files: int = 0
    size: int = 0
    events: Counter[str] = field(default_factory=Counter)
    logs: set[str] = field(default_factory=set)


def write_scenario(scenario: Scenario, out: Path, progress: Progress) -> Written:
    """Write everything; equal scenarios give equal bytes.

    `out` must not hold anything yet. Raises FolderNotEmpty and WriteFailed.
    """
    made = customers(scenario)
    tally = _Tally()
    try:
        out.mkdir(parents=True, exist_ok=True)
        if next(out.iterdir(), None) is not None:
            raise FolderNotEmpty(
                "the folder already holds something",
                file=str(out),
                hint="Name a new or empty folder, so that no logs are mixed.",
            )
        progress.begin(len(made) * scenario.days)
        for customer in made:
            _write_customer(scenario, customer, out / "logs", tally, progress)
        register = write_register(made, out / "register.csv")
        allegations = write_allegations(scenario, made, out)
    except OSError as error:
        raise WriteFailed(
            f"the logs could not be written: {error.strerror or error}",
            file=str(error.filename or out),
            hint="Make room, or name a folder that you may write to.",
        ) from error
    return Written(
        customers=made,
        logs=tuple(sorted(tally.logs)),
        files=tally.files,
        events=tally.events.total(),
        size=tally.size,
        events_of=dict(tally.events),
        register=register,
        allegations=allegations,
    )


def _write_customer(
    scenario: Scenario, customer: Customer, logs: Path, tally: _Tally, progress: Progress
) -> None:
    """Write one customer's logs, a file per source and day."""
    rng = np.random.default_rng((*customer.seed, 1))
    lines, records = LineWriter(customer.owner, customer.tenant.region, rng), RecordWriter(customer, rng)
    in_lines = customer.spec.storage_log == "s3-access-log"
    for day, batches in _days(customer, scenario):
        storage: list[str] = []
        trail: list[str] = []
        for hour, batch in batches:
            requests = storage_requests(customer, batch, rng) if in_lines and batch else []
            told = records.calls(batch) if batch else []
            if batch and not in_lines:
                told += records.storage(batch)
            if scenario.background:
                requests += storage_background(customer, hour, rng) if in_lines else []
                told += records.background(hour)
            requests.sort(key=lambda line: line.second)
            told.sort(key=lambda pair: pair[0])
            storage.extend(lines.lines(requests))
            trail.extend(text for _, text in told)
        before = tally.size
        if storage:
            _write_lines(customer, day, storage, logs, tally, rng)
        if trail:
            _write_trail(customer, day, trail, logs, tally, rng)
        tally.events[customer.spec.slug] += len(storage) + len(trail)
        progress.advance(len(storage) + len(trail), tally.size - before)


def _days(
    customer: Customer, scenario: Scenario
) -> Iterator[tuple[int, list[tuple[int, EventBatch | None]]]]:
    """Give each day's hours with their events, None for an hour without."""
    rng = np.random.default_rng((*customer.seed, 2))
    batches = {
        int(batch.time[0]) // 3600: batch
        for batch in customer.tenant.events(rng, scenario.start_day, scenario.days)
    }
    for day in range(scenario.start_day, scenario.start_day + scenario.days):
        yield day, [(hour, batches.get(hour)) for hour in range(day * 24, day * 24 + 24)]


def _write_lines(
    customer: Customer, day: int, lines: list[str], logs: Path, tally: _Tally, rng: np.random.Generator
) -> None:
    """Write a day's access log; every second customer's is compressed."""
    folder = logs / "s3-access-log" / customer.spec.slug
    packed = customer.seed[1] % 2 == 1
    name = f"{np.datetime64(day + 1, 'D')}-00-{int(rng.integers(5, 59)):02d}-31-{rng.bytes(8).hex().upper()}"
    data = ("\n".join(lines) + "\n").encode()
    _write(folder / (name + ".gz" if packed else name), data, tally, packed=packed)
    tally.logs.add("s3-access-log")


def _write_trail(
    customer: Customer, day: int, records: list[str], logs: Path, tally: _Tally, rng: np.random.Generator
) -> None:
    """Write a day's trail, where and as it is delivered."""
    date = str(np.datetime64(day, "D"))
    region, account = customer.tenant.region, customer.account
    folder = logs / "cloudtrail" / "AWSLogs" / account / "CloudTrail" / region / date.replace("-", "/")
    name = f"{account}_CloudTrail_{region}_{date.replace('-', '')}T2355Z_{rng.bytes(8).hex()}.json.gz"
    _write(folder / name, f'{{"Records":[{",".join(records)}]}}'.encode(), tally, packed=True)
    tally.logs.add("cloudtrail")


def _write(path: Path, data: bytes, tally: _Tally, *, packed: bool) -> None:
    """Write one file; a compressed one carries no time and no name, so that its bytes depend on nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = gzip.compress(data, _LEVEL, mtime=0) if packed else data
    path.write_bytes(stored)
    tally.files += 1
    tally.size += len(stored)


def truth_document(written: Written) -> list[dict[str, object]]:
    """Give what each customer truly does, for whoever compares: nothing of it stands in the logs."""
    return [
        {
            "customer": customer.spec.customer,
            "workload": customer.spec.workload,
            "declared_purpose": None if customer.spec.declared is None else customer.spec.declared.value,
            "subscriptions": list(customer.subscriptions),
            "events": written.events_of.get(customer.spec.slug, 0),
        }
        for customer in written.customers
    ]
