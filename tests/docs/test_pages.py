"""The pages name what exists, and what exists is named."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ROOT / "src" / "mithaq"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
PATH = re.compile(
    r"`((?:src|tests|docs|bench|kernel|identity|terms|register|telemetry|evidence|simulation|cli)/[\w./-]+)`"
)


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def rooms() -> set[str]:
    return {path.parent.name for path in ROOMS.glob("*/__init__.py")}


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_the_architecture_names_every_room_and_no_other() -> None:
    table = re.findall(r"^\| `(\w+)` \|", text("ARCHITECTURE.md"), re.MULTILINE)
    assert sorted(table) == sorted(rooms())


def test_the_architecture_names_every_room_within_the_two_large_ones() -> None:
    page = text("ARCHITECTURE.md")
    for large in ("telemetry", "evidence"):
        inside = {
            path.name for path in (ROOMS / large).iterdir() if path.is_dir() and path.name[0] not in "._"
        }
        assert inside == set(re.findall(rf"`{large}/(\w+)`", page))


def test_the_architecture_gives_the_order_that_the_import_contracts_hold() -> None:
    order = re.search(r"^Imports run one way: (.*)\.$", text("ARCHITECTURE.md"), re.MULTILINE)
    assert order is not None
    layers = [set(re.findall(r"`(\w+)`", layer)) for layer in order[1].split(" > ")]
    assert set().union(*layers) == rooms()
    for upper, lower in pairwise(layers):
        for room in lower:
            for module in (ROOMS / room).rglob("*.py"):
                imported = set(re.findall(r"^from mithaq\.(\w+)", module.read_text("utf-8"), re.MULTILINE))
                assert not imported & upper, module


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    paths = [path for path in PATH.findall(page.read_text("utf-8")) if "<" not in path]
    assert [path for path in paths if not ((ROOT / path).exists() or (ROOMS / path).exists())] == []


def test_both_readmes_have_the_same_parts() -> None:
    for part in (r"^#+ ", r"^- ", r"^\| \[", r"^!\[", r"^\*\*\d\."):
        counts = [len(re.findall(part, text(name), re.MULTILINE)) for name in ("README.md", "README.ar.md")]
        assert counts[0] == counts[1] > 0, part


def test_decisions_are_numbered_without_gaps_and_have_their_three_parts() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        content = page.read_text("utf-8")
        assert content.startswith(f"# {page.name[:4]}. ")
        assert re.findall(r"^## (.*)$", content, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_licence_is_the_apache_licence_whole() -> None:
    words = text("LICENSE").split()
    assert words[:4] == ["Apache", "License", "Version", "2.0,"]
    assert words[-4:] == ["limitations", "under", "the", "License."]


def test_every_make_target_that_contributors_are_told_of_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    told = set(re.findall(r"`make ([a-z-]+)`", text("CONTRIBUTING.md") + text("README.md")))
    assert told
    assert told <= targets
