"""What a lake adds up to, and what lies in its folders."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow.parquet as pq

from mithaq.telemetry.lake.commits import CommitLog
from mithaq.telemetry.lake.reader import LakeReader
from mithaq.telemetry.lake.schema import SCHEMAS, Table

Sums: TypeAlias = dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]

_MEASURES = {
    Table.ACTIVITY: ("events", "errors", "bytes_in", "bytes_out", "minutes"),
    Table.SIZES: ("objects", "bytes"),
    Table.RESIDUES: ("objects", "counts"),
    Table.DISTINCT: ("rank",),
    Table.LIFECYCLE: ("objects",),
    Table.COVERAGE: ("events", "files"),
}


def rows(lake: Path, table: Table) -> list[dict[str, Any]]:
    """Give a table's partial rows."""
    found: list[dict[str, Any]] = LakeReader.open(lake).rows(table).to_pylist()
    return found


def sums(lake: Path) -> Sums:
    """Add every data file that counts up by its table's key: sums, the highest rank of sketch registers.

    Two lakes of one key hold the same if and only if this is equal; how many commits and files brought it
    makes no difference. Sealed ids are random, so only whose they are is compared.
    """
    result: Sums = {}
    state = CommitLog.open(lake).state()

    def rows(table: Table) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for path in state.paths(table):
            found += pq.read_table(lake / path, schema=SCHEMAS[table]).to_pylist()
        return found

    for table, measures in _MEASURES.items():
        keys = [name for name in SCHEMAS[table].names if name not in measures]
        added: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows(table):
            values = [np.array(row[name]) for name in measures]
            known = added.setdefault(tuple(row[name] for name in keys), [value * 0 for value in values])
            merge = np.maximum if table is Table.DISTINCT else np.add
            known[:] = [merge(a, b) for a, b in zip(known, values, strict=True)]
        result[table.value] = {key: tuple(value.tolist() for value in group) for key, group in added.items()}
    lives = Counter(tuple(row.values()) for row in rows(Table.SAMPLES))
    result[Table.SAMPLES.value] = {key: (count,) for key, count in lives.items()}
    sealed = {row["subscription"] for row in rows(Table.SEALED)}
    result[Table.SEALED.value] = {(name,): () for name in sealed}
    return result


def total(lake: Path, column: str = "events", table: Table = Table.ACTIVITY, **where: str) -> int:
    """Add up one column over the rows that match."""
    return sum(
        row[column] for row in rows(lake, table) if all(row[name] == value for name, value in where.items())
    )


def leftovers(lake: Path) -> list[str]:
    """Name what lies in a lake without belonging to it: run folders, orphaned data, temporary files."""
    data = set(CommitLog.open(lake).state().data)
    found = []
    for path in sorted(lake.rglob("*")):
        name = path.relative_to(lake).as_posix()
        belongs = path.is_dir() and name in {"commits", "runs", *Table}
        belongs |= name == "lake.json" or name in data
        belongs |= name.startswith("commits/") and path.stem.isdigit()
        if not belongs:
            found.append(name)
    return found
