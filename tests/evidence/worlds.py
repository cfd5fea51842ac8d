"""Small worlds for the tests: lakes in memory, with hand-made or simulated rollups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pyarrow as pa

from mithaq.evidence.hypotheses import WORKLOADS, Tenant, draw_tenant
from mithaq.evidence.result import ClaimResult, ReviewResult
from mithaq.evidence.review import run_review
from mithaq.evidence.tables import MemoryTables
from mithaq.evidence.weighing.fits import StreamFit
from mithaq.evidence.weighing.model import stored_model
from mithaq.evidence.weighing.questions import Calibration
from mithaq.evidence.weighing.simulate import Setting, generator, simulate
from mithaq.register import Entry, Register
from mithaq.telemetry.lake.schema import SCHEMAS, Table
from mithaq.terms import Allegation, Pack, Purpose, load_pack, parse_allegation

START = datetime(2026, 9, 7, tzinfo=UTC)
FIRST_DAY = (START - datetime(1970, 1, 1, tzinfo=UTC)).days
FIRST_HOUR = FIRST_DAY * 24
NATIVE = "aws:" + "ab" * 32
OTHER_NATIVE = "aws:" + "cd" * 32
PSEUDONYM = "s1_" + "a" * 26
OTHER_PSEUDONYM = "s1_" + "b" * 26
BUCKET = "b1_" + "c" * 26
S3 = "s3-access-log"
TRAIL = "cloudtrail"
PLAIN = Calibration(slope=1.0, offset=0.0, cap_for=30.0, cap_against=30.0)
"""Leaves a ratio as it is."""


def main_fits(workload: str, count: int) -> list[StreamFit]:
    """How well the stored model fits the main streams of some simulated tenants, over two weeks."""
    tenants = simulate(WORKLOADS[workload], count, generator(5, "tests", workload), Setting(days=(14,)))
    return [stored_model().fit(each.stream) for streams in tenants for each in streams if each.main]


@dataclass(frozen=True)
class LogFile:
    source: str
    sha256: str
    events: int


class MemoryLake(MemoryTables):
    """A lake whose tables lie in memory."""

    def inputs(self, start_hour: int, end_hour: int, /) -> Sequence[LogFile]:
        del start_hour, end_hour
        return [LogFile(S3, "0" * 64, 1)]


@dataclass
class Rows:
    """Hand-made rollups: rows of activity and coverage."""

    activity: list[dict[str, object]] = field(default_factory=list)
    coverage: list[dict[str, object]] = field(default_factory=list)

    def add(  # noqa: PLR0913  # one row of the lake has so many columns
        self,
        hour: int,
        events: int,
        *,
        operation: str = "create",
        service: str = "storage",
        source: str = S3,
        bucket: str = BUCKET,
        size: int = 1000,
        region: str = "eu-west-1",
        subscription: str = PSEUDONYM,
        errors: int = 0,
    ) -> Rows:
        """Add one row in the hour that is `hour` hours after the start of the period."""
        done = events - errors
        minutes = [events // 60 + (minute < events % 60) for minute in range(60)]
        self.activity.append(
            {
                "source": source,
                "subscription": subscription,
                "bucket": bucket if service == "storage" else "",
                "shape": "a/u.wav" if service == "storage" else "",
                "hour": FIRST_HOUR + hour,
                "service": service,
                "operation": operation,
                "region": region,
                "events": events,
                "errors": errors,
                "bytes_in": done * size if operation == "create" else 0,
                "bytes_out": done * size if operation == "read" else 0,
                "minutes": minutes,
            }
        )
        return self

    def cover(self, hours: Iterable[int], source: str = S3, events: int = 1) -> Rows:
        """Have the source's logs speak of these hours after the start of the period."""
        self.coverage += [
            {"source": source, "hour": FIRST_HOUR + hour, "events": events, "files": 1} for hour in hours
        ]
        return self

    def lake(self) -> MemoryLake:
        return MemoryLake(
            {
                Table.ACTIVITY: pa.Table.from_pylist(self.activity, SCHEMAS[Table.ACTIVITY]),
                Table.COVERAGE: pa.Table.from_pylist(self.coverage, SCHEMAS[Table.COVERAGE]),
            }
        )


def steady(per_hour: int, days: int = 14, *, region: str = "eu-west-1", size: int = 1000) -> Rows:
    """Give a stream that creates the same number of objects in every hour of fully covered days."""
    rows = Rows().cover(range(days * 24))
    for hour in range(days * 24):
        rows.add(hour, per_hour, region=region, size=size)
    return rows


def allegation(*claims: str, days: int = 14, clauses: str = "", subject: str = NATIVE) -> Allegation:
    """Give an allegation of the given claims, each a YAML flow mapping without id."""
    listed = "\n".join(f"  - {{id: c{number}, {claim}}}" for number, claim in enumerate(claims, 1))
    text = f"""
mithaq: allegation/v1
received: 2026-09-28T09:00:00Z
source: {{kind: press}}
subject: {{subscriptions: ["{subject}"]}}
period: {{from: 2026-09-07, to: {datetime.fromtimestamp((FIRST_DAY + days) * 86400, UTC):%Y-%m-%d}}}
{clauses}
claims:
{listed}
"""
    return parse_allegation(text.encode())


def registered(purpose: Purpose | str | None, native: str = NATIVE) -> Register:
    """Give a register that knows one subscription."""
    return Register((Entry("Nile Example", native, purpose, "eu-west-1", None, None),))


@cache
def default_pack() -> Pack:
    return load_pack("default")


def review(
    tested: Allegation,
    lake: MemoryLake,
    register: Register | None = None,
    now: datetime = datetime(2026, 10, 1, tzinfo=UTC),
) -> ReviewResult:
    """Run a review with pseudonyms that the tests know."""
    names: Mapping[str, list[str]] = {NATIVE: [PSEUDONYM], OTHER_NATIVE: [OTHER_PSEUDONYM]}
    return run_review(
        tested,
        pack=default_pack(),
        register=register,
        lake=lake,
        pseudonyms=lambda native: names[native],
        clock=lambda: now,
    )


def only_claim(
    claim: str, lake: MemoryLake, *, days: int = 14, register: Register | None = None
) -> ClaimResult:
    """Review an allegation of one claim and give its answer."""
    return review(allegation(claim, days=days), lake, register).claims[0]


def tenant(workload: str, seed: int = 1, per_day: float = 4000.0) -> tuple[Tenant, np.random.Generator]:
    rng = np.random.default_rng([seed, 77])
    return draw_tenant(WORKLOADS[workload], rng, objects_per_day=per_day), rng


def simulated_lake(
    *workloads: str, seed: int = 1, per_day: float = 4000.0, days: int = 14, subscription: str = PSEUDONYM
) -> MemoryLake:
    """Give a lake in which one subscription runs all of the workloads side by side, fully covered."""
    parts: dict[Table, list[pa.Table]] = {}
    for number, workload in enumerate(workloads):
        one, rng = tenant(workload, seed + number, per_day)
        rollups = one.rollups(rng, subscription=subscription, start_day=FIRST_DAY, days=days)
        for table, rows in rollups.items():
            parts.setdefault(table, []).append(rows)
    hours = range(FIRST_HOUR, FIRST_HOUR + days * 24)
    coverage = [
        {"source": source, "hour": hour, "events": 1, "files": 1} for source in (S3, TRAIL) for hour in hours
    ]
    tables = {table: pa.concat_tables(rows) for table, rows in parts.items()}
    tables[Table.COVERAGE] = pa.Table.from_pylist(coverage, SCHEMAS[Table.COVERAGE])
    return MemoryLake(tables)
