"""Compiled expressions are kept, and are those that the code says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from mithaq.evidence import planning
from mithaq.evidence.indicators import volume
from mithaq.evidence.plans import KEPT
from mithaq.evidence.tables import name_of
from mithaq.telemetry.plans import KeptPlans


def test_the_kept_plans_are_what_compiling_gives() -> None:
    for kept, compiled in planning.compiled():
        stored = json.loads(kept.file.read_text("utf-8"))
        assert stored == kept.document(compiled), "run `python -m mithaq.evidence.planning`"


def test_every_indicator_is_among_them() -> None:
    asked = {name_of(build) for build in planning.questions()}
    assert name_of(volume.indicator) in asked
    assert asked < KEPT.stored.keys()


def test_plans_of_other_code_are_left_alone() -> None:
    other = KeptPlans(KEPT.file, lambda: [Path(__file__)])
    assert other.stored == {}


def test_a_review_with_kept_plans_never_loads_the_compiler(tmp_path: Path) -> None:
    """The start of Ibis would be a third of what a small review costs."""
    script = (
        "import sys; from mithaq.cli import review; from mithaq.evidence.plans import KEPT; "
        "assert KEPT.stored; assert 'ibis' not in sys.modules and 'sqlglot' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False).returncode == 0
