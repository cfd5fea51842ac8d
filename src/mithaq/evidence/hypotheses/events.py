"""The same tenants event by event, from the same parameters and laws as their rollups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mithaq.evidence.hypotheses.streams import DAY, HISTORY_HOURS, HOUR, Stream, TenantParameters
from mithaq.evidence.hypotheses.timeline import (
    ARCHIVE_DAYS,
    archive_reads,
    minute_counts,
    past_writes,
    weekly_rates,
)
from mithaq.evidence.hypotheses.workload import DeletionKind
from mithaq.telemetry.vocabulary import Operation, Service

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

OPERATIONS: Final = tuple(Operation)
"""Operations by their number in a batch."""

SERVICES: Final = tuple(Service)
"""Services by their number in a batch."""

NOBODY: Final = -1
"""Stands for no stream, subject or principal; for a principal, the store itself carrying out a rule."""

_ARCHIVE: Final = 20_000
_CREATE, _READ = OPERATIONS.index(Operation.CREATE), OPERATIONS.index(Operation.READ)
_DELETE, _EXPIRE = OPERATIONS.index(Operation.DELETE), OPERATIONS.index(Operation.EXPIRE)
_INFER = OPERATIONS.index(Operation.INFER)
_STORAGE = SERVICES.index(Service.STORAGE)


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events of one hour in order of time; all columns have one length."""

    time: Ints
    """Seconds since the epoch."""
    stream: Ints
    """Position in `Tenant.streams`; NOBODY for calls of services."""
    operation: Ints
    """Position in OPERATIONS."""
    service: Ints
    """Position in SERVICES."""
    size: Ints
    """Bytes of the object; 0 for calls."""
    bytes_out: Ints
    object: Ints
    """Number of the object within its stream; negative if it was written before the window."""
    created: Ints
    """When the object was written, in seconds since the epoch."""
    subject: Ints
    principal: Ints
    """Number of the caller within the stream's pool, or NOBODY."""
    failed: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.time.shape[0])


_COLUMNS: Final = tuple(field.name for field in fields(EventBatch))


@dataclass(frozen=True, slots=True)
class _Objects:
    """Objects of one stream; times in seconds from the window's start."""

    number: Ints
    created: Floats
    size: Ints
    subject: Ints


def hourly_events(
    tenant: TenantParameters, rng: np.random.Generator, start_day: int, days: int
) -> Iterator[EventBatch]:
    """Simulate a tenant's events; see `Tenant.events`. All of the window is held in memory at once."""
    main = minute_counts(tenant, rng, start_day, days)
    parts: list[dict[str, Any]] = []
    for place, stream in enumerate(tenant.streams):
        written = main if stream.per_object >= 1.0 else rng.binomial(main, stream.per_object)
        parts.extend(_stream_events(tenant, place, stream, written, rng, start_day, days))
    for calls in tenant.calls:
        expected = np.roll(main, calls.delay_minutes) * calls.per_object
        expected[: calls.delay_minutes] = expected.mean()
        times = _spread(rng, rng.poisson(expected))
        callers = rng.integers(0, tenant.streams[0].principals, times.shape[0])
        service = SERVICES.index(calls.service)
        parts.append({"time": times, "operation": _INFER, "service": service, "principal": callers})
    yield from _by_hour(parts, start_day, days)


def _stream_events(
    tenant: TenantParameters,
    place: int,
    stream: Stream,
    written: Ints,
    rng: np.random.Generator,
    start_day: int,
    days: int,
) -> Iterator[dict[str, Any]]:
    """Give the events of one stream in groups of one operation each."""
    new = _objects(stream, rng, _spread(rng, written), first=0)
    lags, ages = _lives(stream, rng, new, start_day)
    yield _requests(place, stream, rng, _CREATE, new.created, new)
    if stream.failures > 0:
        times = _spread(rng, rng.poisson(written * stream.failures))
        tried = _objects(stream, rng, times, first=new.number.shape[0])
        yield {**_requests(place, stream, rng, _CREATE, times, tried), "failed": True}
    yield from _later(place, stream, rng, new, lags, ages)

    before = rng.poisson(past_writes(tenant, stream, start_day))
    hours = np.repeat(np.arange(-HISTORY_HOURS, 0), before)
    old = _objects(stream, rng, hours * HOUR + rng.uniform(0, HOUR, hours.shape[0]), first=None)
    lags, ages = _lives(stream, rng, old, start_day)
    if stream.end.kind in (DeletionKind.EXPIRY, DeletionKind.SWEEP):
        # Rules reach back further than this history: what they remove is drawn below.
        lags[lags >= ages] = np.inf
        ages = np.full_like(ages, np.inf)
        yield from _ended_by_rule(tenant, place, stream, rng, start_day, days)
    yield from _later(place, stream, rng, old, lags, ages)

    per_hour = rng.poisson(archive_reads(tenant, stream, rng, start_day, days))
    times = np.repeat(np.arange(days * 24), per_hour) * HOUR + rng.uniform(0, HOUR, int(per_hour.sum()))
    held = int(min(max(64.0, stream.per_day * 10), _ARCHIVE))
    archive = _objects(stream, rng, -rng.uniform(1, ARCHIVE_DAYS, held) * DAY, first=None, skip=1 << 40)
    picked = _pick(archive, rng.integers(0, held, int(times.shape[0])))
    reads = _requests(place, stream, rng, _READ, times, picked)
    yield {**reads, "bytes_out": (picked.size * stream.reads.portion).astype(np.int64)}


def _lives(
    stream: Stream, rng: np.random.Generator, objects: _Objects, start_day: int
) -> tuple[Floats, Floats]:
    """Draw first read and end of each object, in seconds after its writing; infinite for never."""
    count = objects.created.shape[0]
    lags = np.where(rng.random(count) < stream.reads.share, stream.reads.draw(rng, count), np.inf)
    ages = stream.end.draw(rng, objects.created + start_day * DAY)
    return lags, ages


def _later(
    place: int, stream: Stream, rng: np.random.Generator, objects: _Objects, lags: Floats, ages: Floats
) -> Iterator[dict[str, Any]]:
    """Give first reads and deletions; events outside the window fall away when all are put together."""
    read: Ints = np.flatnonzero(np.isfinite(lags) & (lags < ages) & (objects.created + lags >= 0))
    picked = _pick(objects, read)
    reads = _requests(place, stream, rng, _READ, picked.created + lags[read], picked)
    yield {**reads, "bytes_out": picked.size}
    ended: Ints = np.flatnonzero(np.isfinite(ages) & (objects.created + ages >= 0))
    picked = _pick(objects, ended)
    yield _ends(place, stream, rng, picked.created + ages[ended], picked)


def _ended_by_rule(
    tenant: TenantParameters, place: int, stream: Stream, rng: np.random.Generator, start_day: int, days: int
) -> Iterator[dict[str, Any]]:
    """Give deletions by rule or sweep of objects written before the window."""
    age = int(stream.end.days) + 1
    spread = np.cumsum(stream.end.hours()[:-1])
    for day in range(min(days, age)):
        rates = weekly_rates(tenant.clock, start_day, 24, offset=(day - age) * 24)
        noise = tenant.clock.day_noise
        factor = np.exp(noise * rng.standard_normal() - noise**2 / 2)
        count = int(rng.poisson(stream.per_day * rates.mean() * factor * stream.end.share))
        hours = np.searchsorted(spread, rng.random(count), side="right")
        created = (day - age) * DAY + rng.uniform(0, DAY, count)
        objects = _objects(stream, rng, created, first=None, skip=(day + 1) << 41)
        yield _ends(place, stream, rng, day * DAY + hours * HOUR + rng.uniform(0, HOUR, count), objects)


def _ends(
    place: int, stream: Stream, rng: np.random.Generator, times: Floats, objects: _Objects
) -> dict[str, Any]:
    """Give deletions: by the store itself for a lifecycle rule, else by a caller."""
    if stream.end.kind is DeletionKind.EXPIRY:
        return {**_requests(place, stream, rng, _EXPIRE, times, objects), "principal": NOBODY}
    return _requests(place, stream, rng, _DELETE, times, objects)


def _objects(
    stream: Stream, rng: np.random.Generator, created: Floats, *, first: int | None, skip: int = 0
) -> _Objects:
    """Make objects with numbers from `first` on, or negative ones below `-skip` for older objects."""
    count = int(created.shape[0])
    numbers = np.arange(count, dtype=np.int64)
    subjects: Ints = np.full(count, NOBODY)
    if stream.subjects:
        subjects = rng.integers(0, stream.subjects, count)
    return _Objects(
        number=-numbers - 1 - skip if first is None else numbers + first,
        created=created,
        size=stream.sizes.sample(rng, count),
        subject=subjects,
    )


def _pick(objects: _Objects, rows: Ints) -> _Objects:
    """Keep some of the objects, possibly several times."""
    return _Objects(objects.number[rows], objects.created[rows], objects.size[rows], objects.subject[rows])


def _requests(
    place: int, stream: Stream, rng: np.random.Generator, operation: int, times: Floats, objects: _Objects
) -> dict[str, Any]:
    """Give requests for objects by callers drawn evenly."""
    return {
        "time": times,
        "stream": place,
        "operation": operation,
        "service": _STORAGE,
        "size": objects.size,
        "object": objects.number,
        "created": objects.created,
        "subject": objects.subject,
        "principal": rng.integers(0, stream.principals, times.shape[0]),
    }


def _spread(rng: np.random.Generator, minutes: Ints) -> Floats:
    """Spread counts per minute over their seconds, in order."""
    starts = np.repeat(np.arange(minutes.shape[0]) * 60.0, minutes)
    return np.sort(starts + rng.uniform(0, 60, starts.shape[0]))


def _by_hour(parts: list[dict[str, Any]], start_day: int, days: int) -> Iterator[EventBatch]:
    """Put groups of events in order of time, drop what lies outside the window, and cut at the hours."""
    defaults = {"stream": NOBODY, "size": 0, "bytes_out": 0, "object": 0, "created": 0.0, "subject": NOBODY}
    times = np.concatenate([part["time"] for part in parts])
    kept = (times >= 0) & (times < days * DAY)
    order = np.flatnonzero(kept)[np.argsort(times[kept], kind="stable")]
    columns: dict[str, npt.NDArray[Any]] = {}
    for name in _COLUMNS:
        values = [
            np.broadcast_to(part.get(name, defaults.get(name, 0)), part["time"].shape) for part in parts
        ]
        column = np.concatenate(values)[order]
        if name in ("time", "created"):
            column = np.floor(column) + start_day * DAY
        columns[name] = column.astype(np.bool_ if name == "failed" else np.int64)
    hours = columns["time"] // HOUR
    cuts = np.flatnonzero(np.diff(hours)) + 1
    bounds = [0, *cuts.tolist(), hours.shape[0]]
    for begin, end in pairwise(bounds):
        if end > begin:
            yield EventBatch(**{name: column[begin:end] for name, column in columns.items()})
