"""The engine that reads the lake: an in-memory DuckDB, allowed to fetch nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from mithaq.telemetry.expressions import ibis
from mithaq.telemetry.lake.schema import SCHEMAS, Table


def new_engine() -> duckdb.DuckDBPyConnection:
    """Give a fresh engine. It never installs or loads an extension by itself: no network, no surprises."""
    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": "1GB",
        },
    )


def new_connection() -> Any:  # noqa: ANN401  # Ibis has no types
    """Give a fresh engine behind Ibis."""
    return ibis.duckdb.from_connection(new_engine())


def data_table(connection: Any, root: Path, table: Table, paths: Sequence[str]) -> ibis.Table:  # noqa: ANN401
    """Give a lake table over its data files; without any, an empty table of the same columns."""
    schema = SCHEMAS[table]
    if not paths:
        empty = ibis.memtable(schema.empty_table())
        return connection.create_table(f"no_{table}", empty.select(*schema.names), temp=True)
    rows = connection.read_parquet([str(root / path) for path in paths], table_name=f"lake_{table}")
    return rows.select(*schema.names)
