"""A Mithaq that is copied and put back, on whichever database."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.outcome import Outcome
from tests.service.running import command, environment

ROOT = Path(__file__).parents[2]
_LIVING = "import django; django.setup(); from tests.ledger import lives; lives.{}()"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Mithaq lives: its home, and its database if that is not in the home."""

    home: Path
    url: str = ""

    def mithaq(self, *arguments: str | Path, **changes: str) -> Outcome:
        return command(self.home, *arguments, "--json", DATABASE_URL=self.url, **changes)

    def begin_to_live_on(self, acts: int, *, signing: bool = True) -> subprocess.Popen[str]:
        """Let people do so many acts, signed at the end unless a worker does that."""
        settings = {"DJANGO_SETTINGS_MODULE": "mithaq.console.settings", "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, "-c", _LIVING.format("live_on" if signing else "act_on"), str(acts)],
            cwd=ROOT,
            env=environment(self.home, DATABASE_URL=self.url, **settings),
            stdout=subprocess.PIPE,
            text=True,
        )

    def live_on(self, acts: int) -> dict[str, Any]:
        said, _ = self.begin_to_live_on(acts).communicate(timeout=120)
        document: dict[str, Any] = json.loads(said)
        return document

    def hand_over(self, other: Place) -> None:
        """Bring what is not in a copy to another place: the keys, and the checkpoint kept outside."""
        other.home.mkdir()
        for name in ("secret.key", "ledger.key", "ledger.key.pub"):
            shutil.copy2(self.home / name, other.home / name)
        shutil.copy2(kept(self.home), kept(other.home))

    def publication(self) -> tuple[str, dict[str, Any]]:
        """Let the worker publish; gives how that went."""
        rows = self.mithaq("worker", "--once", MITHAQ_LEDGER_EVERY="1").document["jobs"]
        return next((row["outcome"], row["found"]) for row in rows if row["job"] == "ledger-publication")


def kept(home: Path) -> Path:
    return home.with_name(f"{home.name}.checkpoint")


def tell_the_story(first: Place, second: Place, third: Place, copies: Path) -> None:
    """Go through everything that a copy promises: an older one signs nothing, the newest goes on."""
    assert first.mithaq("serve", "--prepare").code == 0
    assert first.live_on(3) == {"size": 4}
    old = first.mithaq("backup", copies / "old")
    assert (old.code, old.document["mithaq"], old.document["entries"]) == (0, "backup/v1", 4)
    assert first.live_on(2) == {"size": 6}
    assert first.mithaq("backup", copies / "new").document["entries"] == 6

    first.hand_over(second)
    found = second.mithaq("restore", copies / "old")
    assert (found.code, found.document["mithaq"], found.document["compared"]) == (1, "restore/v1", True)
    assert found.document["findings"]
    assert second.publication() == ("failed", {"code": "refuses-to-sign"})

    first.hand_over(third)
    found = third.mithaq("restore", copies / "new")
    assert (found.code, found.document["findings"], found.document["ledger_folder"]) == (0, [], "restored")
    assert third.live_on(1) == {"size": 7}
    assert third.mithaq("ledger", "fsck").document["findings"] == []
    checked = third.mithaq(
        "ledger",
        "verify",
        third.home / "ledger",
        "--key",
        third.home / "ledger.key.pub",
        "--kept",
        kept(first.home),
    )
    assert checked.code == 0, checked.out
    again = third.mithaq("restore", copies / "new")
    assert (again.code, again.document["code"]) == (1, "in-the-way")
