"""A small demonstration, written once for all tests of this room."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mithaq.simulation import Scenario, Written, scenario_named, write_scenario


@dataclass
class Heard:
    """Remembers what a simulation tells of itself."""

    total: int = 0
    steps: list[tuple[int, int]] = field(default_factory=list)

    def begin(self, total: int) -> None:
        self.total = total

    def advance(self, events: int, size: int) -> None:
        self.steps.append((events, size))


@dataclass(frozen=True, slots=True)
class Demo:
    """The demonstration at a tenth of its volume, for four days."""

    scenario: Scenario
    written: Written
    folder: Path
    heard: Heard


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "out"
    scenario = scenario_named("demo").changed(days=4, scale=0.1)
    heard = Heard()
    return Demo(scenario, write_scenario(scenario, folder, heard), folder, heard)
