"""A lake of many subscriptions, as so many days of daily ingests would have left it.

Tenants of every simulated workload are drawn and rolled up directly; each day is one commit that spans all
subscriptions, so that a review has to find its few rows among everybody's in every file.
"""

from __future__ import annotations

import random
import shutil
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from bench.s3_lines import START
from mithaq.evidence.hypotheses import WORKLOADS, draw_tenant
from mithaq.identity import KeyPurpose, load_or_make_keyring
from mithaq.telemetry.lake.commits import Commit, CommitLog, CommittedFile, DataFile
from mithaq.telemetry.lake.compaction import compact_lake
from mithaq.telemetry.lake.runs import Run
from mithaq.telemetry.lake.schema import SCHEMAS, Table

_CHUNK: Final = 50
_FIRST_DAY: Final = START // 86_400
_SOURCES: Final = ("s3-access-log", "cloudtrail")
_SUBJECT: Final = "bulk-call-interception"
_ORDER: Final = ("subscription", "source", "bucket", "shape", "hour", "day")

ALLEGATION: Final = """\
mithaq: allegation/v1
received: 2026-10-08T09:00:00Z
source: {{kind: ngo}}
subject: {{subscriptions: ["{subscription}"]}}
period: {{from: 2026-09-07, to: {end}}}
claims:
  - {{id: c1, kind: stores, what: call-recordings}}
  - {{id: c2, kind: pattern, is: population}}
  - {{id: c3, kind: scale, at_least: 1000, unit: objects-per-day}}
  - {{id: c4, kind: region, in: [eu-west-1]}}
  - {{id: c5, kind: processes, with: speech-to-text}}
  - {{id: c6, kind: moves-out, at_least: 8.0e+12, unit: bytes, within_days: 5}}
"""


def make_wide_lake(lake: Path, *, subscriptions: int, days: int, seed: int) -> None:
    """Make the lake, its key beside it, and `allegation.yaml` about its first subscription."""
    entropy = random.Random(seed).randbytes  # noqa: S311  # a key that guards nothing: the lake is invented
    keyring = load_or_make_keyring(lake.with_name(lake.name + ".key"), entropy)
    loose = lake.with_name(lake.name + ".loose")
    shutil.rmtree(loose, ignore_errors=True)
    names = [f"aws:{number:064x}" for number in range(subscriptions)]
    pseudonyms = [keyring.current.pseudonym(KeyPurpose.SUBSCRIPTION, name) for name in names]
    _write_tenants(loose, pseudonyms, days, seed)
    log = CommitLog.open_or_make(
        lake, key_id=keyring.key_id, unlock_public=keyring.unlock_public, nonce=entropy(8).hex()
    )
    for day in range(_FIRST_DAY, _FIRST_DAY + days):
        run = Run.begin(log, entropy(8).hex())
        _commit_day(run, loose, day)
        compact_lake(run)
        run.end()
    shutil.rmtree(loose)
    end = np.datetime_as_string(np.datetime64(_FIRST_DAY + days, "D"))
    (lake.parent / "allegation.yaml").write_text(ALLEGATION.format(subscription=names[0], end=end))


def _write_tenants(loose: Path, pseudonyms: list[str], days: int, seed: int) -> None:
    """Write the rollups of all tenants, chunk by chunk, below `loose/<table>/`; the first is the subject."""
    ids = [_SUBJECT, *islice(cycle(sorted(WORKLOADS)), len(pseudonyms) - 1)]
    for begin in range(0, len(pseudonyms), _CHUNK):
        parts: dict[Table, list[pa.Table]] = {}
        for number in range(begin, min(begin + _CHUNK, len(pseudonyms))):
            rng = np.random.default_rng((seed, number))
            tenant = draw_tenant(
                WORKLOADS[ids[number]], rng, objects_per_day=float(np.exp(rng.uniform(5.3, 8.5)))
            )
            tables = tenant.rollups(rng, subscription=pseudonyms[number], start_day=_FIRST_DAY, days=days)
            for table, rows in tables.items():
                parts.setdefault(table, []).append(rows)
        for table, found in parts.items():
            folder = loose / table.value
            folder.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.concat_tables(found), folder / f"{begin:06d}.parquet")


def _commit_day(run: Run, loose: Path, day: int) -> None:
    """Commit one day of everybody, as two log files, one per source."""
    tables = {}
    for folder in sorted(loose.iterdir()):
        table = Table(folder.name)
        data = ds.dataset(folder)
        column = pc.field("hour") if table is Table.ACTIVITY else pc.field("day")
        low, high = (day * 24, day * 24 + 23) if table is Table.ACTIVITY else (day, day)
        rows = data.to_table(filter=(column >= low) & (column <= high))
        order = [(name, "ascending") for name in _ORDER if name in rows.schema.names]
        if rows.num_rows:
            tables[table] = rows.sort_by(order).cast(SCHEMAS[table])
    hours = range(day * 24, day * 24 + 24)
    coverage = {
        "source": [source for source in _SOURCES for _ in hours],
        "hour": [*hours, *hours],
        "events": [1_000] * 48,
        "files": [1] * 48,
    }
    tables[Table.COVERAGE] = pa.table(coverage, schema=SCHEMAS[Table.COVERAGE])
    written: list[DataFile] = run.write(tables)
    files = [_log_file(source, day) for source in _SOURCES]
    run.log.commit(run.log.state(), lambda _: Commit(run=run.name, files=files, add=written), nonce=run.name)


def _log_file(source: str, day: int) -> CommittedFile:
    digest = f"{day:032x}{_SOURCES.index(source):032x}"
    first = day * 86_400
    return CommittedFile(
        source=source, sha256=digest, head=digest, bytes=1, events=24_000, kept=24_000, excluded={},
        dropped={}, first=first, last=first + 86_399,
    )  # fmt: skip
