"""docs/performance.md is the page that `make bench` writes, and leaves no budget unmentioned."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bench.__main__ import MEASURES
from bench.machine import Machine
from bench.measures import Direction, Result
from bench.page import render
from bench.records import Record

PAGE = (Path(__file__).parents[2] / "docs" / "performance.md").read_text("utf-8")
BUDGETS = re.compile(r"^## Budgets\n\n\| budget \| answer \|\n\|---\|---\|\n((?:\|.*\n)+)", re.MULTILINE)


def budgets(page: str) -> dict[str, str]:
    """Give the answers by budget."""
    found = BUDGETS.search(page)
    assert found
    rows = [line.strip("| ").split(" | ") for line in found[1].splitlines()]
    assert all(len(cells) == 2 for cells in rows)
    return {cells[0]: cells[1] for cells in rows}


def measured(value: float) -> Record:
    machine = Machine("invented", 2, 1, "invented", {}, 0.0)
    result = Result(
        "Review on a lake of 1,000 subscriptions × 30 days", value, "s", "", 5.0, Direction.AT_MOST
    )
    return Record(datetime(2026, 9, 7, tzinfo=UTC), machine, (result,))


def test_the_page_holds_every_budget_that_the_benchmarks_know() -> None:
    assert budgets(PAGE).keys() == budgets(render({})).keys()
    assert len(budgets(PAGE)) > 10


@pytest.mark.parametrize(("value", "answer"), [(4.9, "Review: reached"), (5.1, "Review: **missed**")])
def test_a_budget_is_answered_by_what_was_measured(value: float, answer: str) -> None:
    told = budgets(render({"review": measured(value)}))
    assert told["A review over 1,000 subscriptions × 30 days in less than 5 s"] == answer
    assert told["Inclusion proof p99 < 5 ms at 1,000,000 entries"] == "Proofs: not measured yet"


def test_the_page_names_every_benchmark_that_can_be_repeated() -> None:
    ending = PAGE.partition("## Repeating it")[2]
    assert ending == render({}).partition("## Repeating it")[2]
    assert all(re.search(rf"\b{name}\b", ending) for name in MEASURES)
