"""What is weighed of a tenant comes out equal, through written logs or straight from its rollups."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.simulation.conftest import Heard
from tests.soaking import SOAK

from mithaq.cli.app import run
from mithaq.evidence.features import BLOCKS, stream_features, transform
from mithaq.evidence.hypotheses import WORKLOADS
from mithaq.evidence.tables import population_scope
from mithaq.identity import load_keyring
from mithaq.simulation import population, write_scenario
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.telemetry.lake.schema import Table

TRIED = tuple(WORKLOADS) if SOAK else ("bulk-call-interception", "call-centre", "iot")
"""A tenth of the workloads in the ordinary run, all of them in the soak."""
TENANTS = 20
DAYS = 14
"""Two weeks: whether days recur after a week is weighed as well."""
PER_DAY = 125.0
FEWER = {"podcast": 30.0, "web-hosting": 60.0}
"""Each episode is heard, and each page read, so often that 125 a day would make tens of millions of lines."""
SURE = 5.0
"""Standard errors of the mean difference that chance may make of 20 tenants, over some 40 coordinates."""
FLOORS = {feature.name: feature.floor for features in BLOCKS.values() for feature in features}
ROLLUPS = (Table.ACTIVITY, Table.SIZES, Table.RESIDUES, Table.DISTINCT, Table.LIFECYCLE)


def coordinates(
    tables: Mapping[Table, pa.Table], mains: Mapping[str, str], start: int
) -> dict[str, dict[str, float]]:
    """Give the coordinates of each tenant's main stream, by the tenant's subscription."""
    hours = list(range(start * 24, (start + DAYS) * 24))
    observed = pa.table(
        {
            "subject": pa.array([name for name in mains for _ in hours], pa.string()),
            "source": pa.array(["s3-access-log"] * (len(mains) * len(hours)), pa.string()),
            "hour": pa.array(hours * len(mains), pa.int32()),
        }
    )
    streams = stream_features(population_scope(tables, observed))
    return {
        stream.key[0]: transform(stream) for stream in streams if stream.key[2] == mains.get(stream.key[0])
    }


def renamed(rows: pa.Table, names: Mapping[str, str]) -> pa.Table:
    """Put a tenant's two subscriptions, of storage and of services, under one name."""
    place = rows.schema.get_field_index("subscription")
    column = pa.array([names[name] for name in rows["subscription"].to_pylist()], pa.string())
    return rows.set_column(place, "subscription", column)


@pytest.mark.soak(minutes=1)
@pytest.mark.parametrize("workload", TRIED)
def test_features_through_logs_equal_those_of_rollups_on_average_over_twenty_tenants(
    workload: str, tmp_path: Path
) -> None:
    scenario = population(workload, tenants=TENANTS, per_day=FEWER.get(workload, PER_DAY), days=DAYS, seed=77)
    written = write_scenario(scenario, tmp_path / "out", Heard())
    lake = tmp_path / "lake"
    for source in written.logs:
        assert run(["ingest", source, str(tmp_path / "out" / "logs" / source), "--lake", str(lake)]) == 0
    keyring = load_keyring(tmp_path / "lake.key")
    names = {
        keyring.pseudonyms(subscription)[0]: customer.spec.slug
        for customer in written.customers
        for subscription in customer.subscriptions
    }
    reader = LakeReader.open(lake)
    ingested = {table: renamed(reader.rows(table), names) for table in ROLLUPS}
    straight: dict[Table, list[pa.Table]] = {table: [] for table in ROLLUPS}
    for number, customer in enumerate(written.customers):
        made = customer.tenant.rollups(
            np.random.default_rng([5, number]), subscription=customer.spec.slug,
            start_day=scenario.start_day, days=DAYS,
        )  # fmt: skip
        for table in ROLLUPS:
            straight[table].append(made[table])
    mains = {each.spec.slug: each.tenant.streams[0].key.shape for each in written.customers}
    logs = coordinates(ingested, mains, scenario.start_day)
    rollups = coordinates(
        {table: pa.concat_tables(rows) for table, rows in straight.items()}, mains, scenario.start_day
    )
    both = sorted(logs.keys() & rollups.keys())
    assert len(both) >= TENANTS - 2
    for name, floor in FLOORS.items():
        apart = np.array([logs[tenant][name] - rollups[tenant][name] for tenant in both])
        apart = apart[~np.isnan(apart)]
        if len(apart) < TENANTS // 2:
            continue
        chance = SURE * float(apart.std()) / np.sqrt(len(apart))
        # Within a kernel's least width two values are not told apart.
        assert abs(float(apart.mean())) <= chance + floor, f"{workload}: {name}"
