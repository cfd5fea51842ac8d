"""Compiled expressions, kept beside the code so that whoever reads a lake need not compile them.

Compiling is a third of what a small review costs, and gives the same text every time. The file names what it
was compiled from; where that is not what is installed, it is left alone and every expression is compiled.
`python -m mithaq.evidence.planning` writes the files anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pyarrow as pa

from mithaq.telemetry.expressions import ibis

_COMPILERS: Final = ("ibis-framework", "sqlglot")
_TYPES: Final = {
    str(kind): kind
    for kind in (
        pa.bool_(),
        pa.int16(),
        pa.int32(),
        pa.int64(),
        pa.float64(),
        pa.string(),
        pa.list_(pa.int64()),
    )
}
"""Types of columns that expressions give, by the name that the file has for them."""

_NAMES: Final = {
    pa.bool_(): "BOOLEAN",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "VARCHAR",
    pa.list_(pa.int64()): "BIGINT[]",
}
"""What DuckDB calls them."""

_UNNESTED: Final = re.compile(r"\bibis_table_unnest_[a-z0-9_]+\b")
_EXCLUDED: Final = re.compile(r"EXCLUDE \(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled expression and the types of its columns."""

    sql: str
    schema: pa.Schema

    @classmethod
    def of(cls, expression: ibis.Table) -> Plan:
        """Compile an expression."""
        sql = ibis.to_sql(expression, dialect="duckdb", pretty=False)
        schema = expression.schema().to_pyarrow()
        return cls(_typed(_settled(str(sql)), schema), schema)

    @property
    def document(self) -> dict[str, object]:
        """The plan as the file holds it; raises KeyError for a type that the file has no name for."""
        columns = {field.name: str(field.type) for field in self.schema}
        unknown = set(columns.values()) - _TYPES.keys()
        if unknown:
            raise KeyError(*unknown)
        return {"sql": self.sql, "columns": columns}


def _typed(sql: str, schema: pa.Schema) -> str:
    """Have the engine give the types that Ibis promises: DuckDB widens sums to 128 bits, and counts more.

    To let pyarrow do it costs the import of all its functions, and a table of its own.
    """
    columns = (f'CAST("{field.name}" AS {_NAMES[field.type]}) AS "{field.name}"' for field in schema)
    return f"SELECT {', '.join(columns)} FROM ({sql})"  # noqa: S608  # our own names only


def _settled(sql: str) -> str:
    """Make one text of it: Ibis names some columns at random, and lists what it leaves out as it falls."""
    for place, name in enumerate(dict.fromkeys(_UNNESTED.findall(sql))):
        sql = sql.replace(name, f"unnested_{place}")
    return _EXCLUDED.sub(lambda found: f"EXCLUDE ({', '.join(sorted(found[1].split(', ')))})", sql)


@dataclass(frozen=True)
class KeptPlans:
    """A file of plans, and the modules in which their expressions and what they read are written."""

    file: Path
    modules: Callable[[], Iterable[Path]]

    def compiled_from(self) -> str:
        """Give the digest of what expressions are written in and compiled by: sources and versions."""
        digest = hashlib.sha256()
        for name in _COMPILERS:
            digest.update(f"{name} {version(name)}\n".encode())
        for path in self.modules():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    @cached_property
    def stored(self) -> Mapping[str, Plan]:
        """The plans of the file by name; none where they were compiled from something else."""
        if not self.file.exists():
            return {}
        document = json.loads(self.file.read_text("utf-8"))
        if document["compiled_from"] != self.compiled_from():
            return {}
        return {
            name: Plan(
                plan["sql"],
                pa.schema([pa.field(column, _TYPES[kind]) for column, kind in plan["columns"].items()]),
            )
            for name, plan in document["plans"].items()
        }

    def plan(self, name: str, expression: Callable[[], ibis.Table]) -> Plan:
        """Give a plan by name, compiled from the expression where none is stored."""
        return self.stored.get(name) or Plan.of(expression())

    def document(self, plans: Mapping[str, Plan]) -> dict[str, object]:
        """Give what the file holds of these plans."""
        return {
            "compiled_from": self.compiled_from(),
            "plans": {name: plan.document for name, plan in sorted(plans.items())},
        }

    def write(self, plans: Mapping[str, Plan]) -> None:
        """Write the file."""
        self.file.write_text(json.dumps(self.document(plans), indent=1) + "\n", encoding="utf-8")
