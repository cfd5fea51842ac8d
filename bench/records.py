"""What was measured, kept between runs, so that one benchmark can be repeated without the others."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import Machine
from bench.measures import Direction, Result


@dataclass(frozen=True, slots=True)
class Record:
    """The results of one benchmark, with when and on what they were measured."""

    moment: datetime
    machine: Machine
    results: tuple[Result, ...]

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "moment": self.moment.isoformat(),
            "machine": asdict(self.machine),
            "results": [asdict(result) for result in self.results],
        }
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Record:
        """Read what `save` has written."""
        document = json.loads(path.read_text("utf-8"))
        return cls(
            datetime.fromisoformat(document["moment"]).astimezone(UTC),
            Machine(**document["machine"]),
            tuple(
                Result(**{**entry, "direction": Direction(entry["direction"])})
                for entry in document["results"]
            ),
        )
