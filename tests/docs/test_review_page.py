"""docs/review.md says who may do what as the program has it, and names its stages, duties and days."""

from __future__ import annotations

import re
from pathlib import Path

from mithaq.people.permissions import ALLOWED, DECIDING, Permission, Role
from mithaq.review.guards import APPEAL_DAYS
from mithaq.review.stages import DAYS, NEVER_PAUSED, ROLE_OF, Stage

PAGE = (Path(__file__).parents[2] / "docs" / "review.md").read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    """Give the rows of the table below a heading."""
    part = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", part, re.MULTILINE)
    return [[name, *(cell.strip() for cell in rest.split("|"))] for name, rest in rows]


def test_who_may_do_what_is_what_the_program_grants() -> None:
    said = {name: roles.split(", ") for name, roles in table("Who may do what")}
    assert said == {
        permission.value: [
            role.value + ("*" if isinstance(role, Role) and role in DECIDING else "")
            for role in sorted(ALLOWED)
            if permission in ALLOWED[role]
        ]
        for permission in Permission
        if permission.startswith("case:")
    }
    assert list(said) == sorted(said)


def test_every_stage_is_named_and_no_other() -> None:
    assert [row[0] for row in table("Stages")] == [stage.value for stage in Stage]


def test_duties_are_whose_and_as_long_as_the_program_says() -> None:
    assert table("Duties and days") == [
        [duty.value, ROLE_OF[duty].value, str(days)] for duty, days in DAYS.items()
    ]
    spared = re.search(r"and spares (.*?) nothing", PAGE, re.DOTALL)
    assert spared is not None
    assert set(re.findall(r"`([\w-]+)`", spared[1])) == {duty.value for duty in NEVER_PAUSED}


def test_an_appeal_is_open_for_as_long_as_the_page_says() -> None:
    assert f"at least {APPEAL_DAYS} days for an appeal" in PAGE
