"""Finding writes to the database in source text, without running it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src" / "mithaq"

_ORM: Final = frozenset(
    {
        name
        for plain in (
            "save",
            "create",
            "delete",
            "bulk_create",
            "bulk_update",
            "get_or_create",
            "update_or_create",
        )
        for name in (plain, f"a{plain}")
    }
    | {"save_base", "_raw_delete"}
)
"""Methods of models, managers and querysets that write, whatever they are called on."""

_INSERTING: Final = frozenset({"insert_row", "insert_rows", "put_row"})
"""Functions of `ledger/rows.py`: whoever calls them writes."""

_SQL: Final = re.compile(
    r"\b(INSERT\s+INTO|REPLACE\s+INTO|INSERT\s+OR\s+\w+\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|MERGE\s+INTO|"
    r"TRUNCATE\s+(?!ON\b|OR\b)\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Write:
    """A place where a table is written."""

    path: str
    line: int
    what: str


def writes_outside_acts(root: Path) -> list[Write]:
    """Give the writes below a package's folder that stand outside acts and migrations."""
    return [
        Write(path.relative_to(root).as_posix(), line, what)
        for path in sorted(root.rglob("*.py"))
        if not _may_write(path.relative_to(root))
        for line, what in writes_in(ast.parse(path.read_text("utf-8")))
    ]


def _may_write(path: Path) -> bool:
    """Acts and migrations write; rooms that cannot import Django have no tables to write to."""
    room, *inside = path.parts
    if f"mithaq.{room}" in rooms_without_django():
        return True
    if path.as_posix() == "ledger/rows.py":
        return True
    return "migrations" in inside[:1] or "acts" in inside[:1] or inside[-1:] == ["acts.py"]


@cache
def rooms_without_django() -> frozenset[str]:
    """Give the rooms that the import contract of pyproject.toml keeps free of Django as a whole."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (free,) = (each for each in contracts if "django" in each.get("forbidden_modules", ()))
    return frozenset(module for module in free["source_modules"] if module.count(".") == 1)


def writes_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give line and name of everything below a node that writes to a table."""
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_orm(node):
            yield node.lineno, node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _INSERTING:
            yield node.lineno, node.func.id
        elif isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in inner | said:
            found = _SQL.search(_text(node))
            if found is not None:
                yield node.lineno, " ".join(found[0].split())


def _is_orm(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr in {
        "update",
        "aupdate",
    }:  # a queryset's takes names only; a dictionary's or digest's a value
        return not call.args and bool(call.keywords)
    return call.func.attr in _ORM | _INSERTING


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _docstrings(tree: ast.AST) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def writers_without_entry(root: Path) -> list[Write]:
    """Give the functions that others call in acts and that write without being an `@act`.

    A function counts as writing if it does so itself or by a helper beside it that is no act. Others are
    those outside the room's acts: of a folder `acts/`, they call what it exports or what they import from
    its modules.
    """
    paths = [*root.rglob("acts.py"), *root.glob("*/acts/*.py")]
    imports = _imports(root)
    found = []
    for path in sorted(paths):
        functions = {
            node.name: node
            for node in ast.parse(path.read_text("utf-8")).body
            if isinstance(node, ast.FunctionDef) and not _is_act(node)
        }
        writing = {name for name, node in functions.items() if any(writes_in(node))}
        while further := {
            name for name, node in functions.items() if name not in writing and _calls(node) & writing
        }:
            writing |= further
        called = _called_from_outside(imports, root, path) if path.parent.name == "acts" else None
        found += [
            Write(path.relative_to(root).as_posix(), functions[name].lineno, name)
            for name in sorted(writing)
            if not name.startswith("_") and (called is None or name in called)
        ]
    return found


def _called_from_outside(
    imports: Mapping[Path, Iterable[tuple[str, str]]], root: Path, module: Path
) -> set[str]:
    """Give the names that modules outside a folder `acts/` import from it or from a module of it."""
    folder = module.parent
    dotted = ".".join(["mithaq", *folder.relative_to(root).parts])
    return {
        name
        for path, found in imports.items()
        if folder not in path.parents or path.name == "__init__.py"
        for source, name in found
        if source.startswith(dotted)
    }


def _imports(root: Path) -> dict[Path, list[tuple[str, str]]]:
    """Give for each module what it imports by name: (module, name)."""
    return {
        path: [
            (node.module or "", alias.name)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]
        for path in root.rglob("*.py")
    }


def _calls(node: ast.AST) -> set[str]:
    return {
        call.func.id
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }


def _is_act(function: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "act" for each in function.decorator_list)
