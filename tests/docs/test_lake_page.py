"""docs/lake.md describes every table and every column of the lake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mithaq.telemetry.lake.lifecycle import WINDOW_DAYS
from mithaq.telemetry.lake.schema import RESIDUE_MIN_BYTES, RESIDUE_MODULI, SCHEMAS, Table

PAGE = (Path(__file__).parents[2] / "docs" / "lake.md").read_text("utf-8")
SHARED = PAGE.partition("## Columns that most tables share")[2].partition("\n## ")[0]


def section(table: Table) -> str:
    found = re.search(rf"^## `{table}`.*?(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/lake.md has no section on {table}"
    return found[0]


@pytest.mark.parametrize("table", list(Table))
def test_every_column_of_a_table_is_described(table: Table) -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", section(table) + SHARED, re.MULTILINE))
    assert set(SCHEMAS[table].names) <= described


@pytest.mark.parametrize("table", list(Table))
def test_no_column_is_described_that_is_not_there(table: Table) -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", section(table), re.MULTILINE))
    assert described <= set(SCHEMAS[table].names)


@pytest.mark.parametrize("table", list(Table))
def test_every_table_has_its_retention(table: Table) -> None:
    assert re.search(rf"^\| `{table}` \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)


def test_the_figures_are_those_of_the_code() -> None:
    assert f"{WINDOW_DAYS} days after an object's creation" in PAGE
    assert f"at least {RESIDUE_MIN_BYTES:,} bytes" in PAGE
    listed = ", ".join(map(str, RESIDUE_MODULI[:-1])) + f" or {RESIDUE_MODULI[-1]}"
    assert listed in section(Table.RESIDUES)
