"""A tenant's rollups and its ingested logs: the same rows exactly, or the same distribution."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.simulation.conftest import Heard

from mithaq.cli.app import run
from mithaq.evidence.hypotheses import OPERATIONS, SERVICES
from mithaq.simulation import Customer, population, write_scenario
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.telemetry.lake.schema import Table

DAYS = 3
WORKLOADS = (
    "bulk-call-interception",
    "voicemail",
    "telecom-operator",
    "saved-app-state",
    "messaging-platform",
)


@dataclass(frozen=True, slots=True)
class Ingested:
    """A tenant and what a lake holds of its logs."""

    customer: Customer
    rows: dict[Table, list[dict[str, Any]]]
    start_day: int


@pytest.fixture(scope="module", params=WORKLOADS)
def ingested(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    folder = tmp_path_factory.mktemp(request.param)
    scenario = population(request.param, tenants=1, per_day=1_500, days=DAYS, seed=21)
    written = write_scenario(scenario, folder / "out", Heard())
    return Ingested(written.customers[0], read(folder, written.logs), scenario.start_day)


def read(folder: Path, sources: tuple[str, ...]) -> dict[Table, list[dict[str, Any]]]:
    for source in sources:
        assert (
            run(["ingest", source, str(folder / "out" / "logs" / source), "--lake", str(folder / "lake")])
            == 0
        )
    lake = LakeReader.open(folder / "lake")
    return {
        table: lake.rows(table).to_pylist()
        for table in (Table.ACTIVITY, Table.SIZES, Table.RESIDUES, Table.DISTINCT, Table.LIFECYCLE)
    }


def totals(
    rows: list[dict[str, Any]], keys: tuple[str, ...], values: tuple[str, ...]
) -> dict[Any, tuple[int, ...]]:
    """Add partial rows up by their keys."""
    added: dict[Any, tuple[int, ...]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        known = added.get(key, (0,) * len(values))
        added[key] = tuple(old + row[name] for old, name in zip(known, values, strict=True))
    return added


def test_ingest_finds_exactly_the_events_that_were_written(ingested: Ingested) -> None:
    customer = ingested.customer
    rng = np.random.default_rng((*customer.seed, 2))
    requests: Counter[tuple[int, str, str]] = Counter()
    failures: Counter[tuple[int, str, str]] = Counter()
    sent: Counter[tuple[int, str, str]] = Counter()
    bins: Counter[int] = Counter()
    for batch in customer.tenant.events(rng, ingested.start_day, DAYS):
        for second, code, service, size, out, failed in zip(
            batch.time.tolist(), batch.operation.tolist(), batch.service.tolist(), batch.size.tolist(),
            batch.bytes_out.tolist(), batch.failed.tolist(), strict=True,
        ):  # fmt: skip
            key = (second // 3600, SERVICES[service].value, OPERATIONS[code].value)
            requests[key] += 1
            failures[key] += failed
            sent[key] += out + (243 if failed else 0)
            if OPERATIONS[code].value == "create" and not failed:
                bins[int(np.floor(np.log2(size) * 4)) if size else -1] += 1
    found = totals(
        ingested.rows[Table.ACTIVITY], ("hour", "service", "operation"), ("events", "errors", "bytes_out")
    )
    assert found == {key: (requests[key], failures[key], sent[key]) for key in requests}
    sizes = totals(ingested.rows[Table.SIZES], ("bin",), ("objects",))
    assert sizes == {(key,): (count,) for key, count in bins.items()}


def test_ingest_finds_the_shapes_and_streams_of_the_tenant(ingested: Ingested) -> None:
    shapes = {row["shape"] for row in ingested.rows[Table.SIZES]}
    assert shapes == {stream.key.shape for stream in ingested.customer.tenant.streams}


def features(rows: dict[Table, list[dict[str, Any]]], shape: str) -> dict[str, float]:
    """What indicators would look at, of the main stream and of the whole."""
    found: dict[str, float] = {}
    for row in rows[Table.ACTIVITY]:
        name = row["operation"]
        found[name] = found.get(name, 0.0) + row["events"]
    main = {table: [row for row in content if row["shape"] == shape] for table, content in rows.items()}
    bins = np.repeat([row["bin"] for row in main[Table.SIZES]], [row["objects"] for row in main[Table.SIZES]])
    found |= {"size-mean": float(bins.mean()) * 100, "size-spread": float(bins.std()) * 100}
    for modulus in (20, 32, 33, 160, 320):
        counts = [row["counts"] for row in main[Table.RESIDUES] if row["modulus"] == modulus]
        if counts:
            summed = np.sum(counts, axis=0)
            found[f"residue-{modulus}"] = float(summed.max() / summed.sum()) * 1000
    for kind in ("subject", "principal", "size"):
        ranks: dict[int, int] = {}
        for row in main[Table.DISTINCT]:
            if row["kind"] == kind:
                ranks[row["register"]] = max(ranks.get(row["register"], 0), row["rank"])
        if ranks:
            filled = np.array([ranks.get(register, 0) for register in range(256)])
            found[f"distinct-{kind}"] = float(np.mean(filled)) * 100
    for measure in ("created", "read-lag", "deletion-age"):
        lives = [row for row in main[Table.LIFECYCLE] if row["measure"] == measure]
        objects = sum(row["objects"] for row in lives)
        found[f"{measure}-objects"] = float(objects)
        if objects > 30 and measure != "created":
            each = np.repeat([row["bin"] for row in lives], [row["objects"] for row in lives])
            found[f"{measure}-mean"] = float(each.mean()) * 100
            found[f"{measure}-mean-error"] = float(each.std()) / objects**0.5 * 100
    return found


def test_features_from_logs_lie_where_those_of_rollups_lie(ingested: Ingested) -> None:
    tenant = ingested.customer.tenant
    shape = tenant.streams[0].key.shape
    drawn = []
    for seed in range(16):
        made = tenant.rollups(
            np.random.default_rng(seed), subscription="s1_test", start_day=ingested.start_day, days=DAYS
        )
        drawn.append(features({table: content.to_pylist() for table, content in made.items()}, shape))
    found = features(ingested.rows, shape)
    names = {name for each in drawn for name in each}
    for name in sorted(name for name in names & found.keys() if not name.endswith("-error")):
        values = np.array([each[name] for each in drawn if name in each])
        # Which objects are sampled follows the lake's key, which is new in every run: a mean over few of
        # them errs by more than the spread of the few draws that had enough.
        error = found.get(f"{name}-error", 0.0)
        spread = 5 * np.hypot(values.std(), error) + 0.03 * abs(values.mean()) + 6
        assert found[name] == pytest.approx(values.mean(), abs=spread), name
    rare = {name for name in names ^ found.keys() if not name.endswith(("-mean", "-error"))}
    assert all(max(each.get(name, 0.0) for each in (*drawn, found)) < 12 for name in rare)
