"""Every command that a README shows is run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.ar.md")
BLOCK = re.compile(r"^```(?:sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^make (\S+)$")


def blocks(name: str) -> list[str]:
    return BLOCK.findall((ROOT / name).read_text("utf-8"))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_both_languages_show_the_same_commands() -> None:
    english, arabic = map(blocks, READMES)
    assert len(english) > 3
    assert english == arabic


def test_every_make_line_names_a_target_of_the_makefile() -> None:
    named = [
        match[1]
        for block in blocks("README.md")
        for line in block.splitlines()
        if (match := MAKE.match(line))
    ]
    assert {"demo", "test"} <= set(named)
    assert set(named) <= make_targets()


def test_the_commands_of_the_readme_work_one_after_another_in_an_empty_folder(tmp_path: Path) -> None:
    lines = [line for block in blocks("README.md") for line in block.splitlines() if not MAKE.match(line)]
    binaries = Path(sys.executable).parent
    ours = ("DJANGO_SETTINGS_MODULE", "MITHAQ_HOME", "DATABASE_URL")  # of these tests, not of a reader
    plain = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=tmp_path,
        env={**plain, "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"review.json", "review.html"}
    assert (tmp_path / "lake.key.unlock").exists()
    assert (tmp_path / "mithaq-home" / "ledger" / "checkpoint").exists()
