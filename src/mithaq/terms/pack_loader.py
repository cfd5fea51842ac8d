"""Loading a pack: its files, their digest, every clause read and checked, all mistakes told at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from mithaq.terms import nodes
from mithaq.terms.checks import CLAUSE_CHECKS, versions_do_not_overlap
from mithaq.terms.clause_reader import CLAUSE_FIELDS, Draft, read_clause
from mithaq.terms.clauses import Clause, Pack, Thresholds
from mithaq.terms.errors import PackError
from mithaq.terms.fields import Record, Report, Value, localised
from mithaq.terms.files import read_bytes, unreadable
from mithaq.terms.problems import Problem, did_you_mean
from mithaq.terms.text import LocalisedText

PACK_FORMAT: Final = "terms-pack/v1"
CLAUSE_FORMAT: Final = "clause/v1"
HEAD: Final = "pack.yaml"
"""The file of a folder that holds the pack's own fields; every other *.yaml there is a clause."""

_MOST_FILES: Final = 200
_PACK_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_HEAD_FIELDS: Final = ("mithaq", "id", "title", "thresholds", "clauses")

_Files = list[tuple[str, bytes]]


def load_pack(name_or_path: str | Path = "default") -> Pack:
    """Load a pack that comes with Mithaq by its name, or another from a folder or a single file.

    Raises PackError with every mistake that was found.
    """
    files, folder = _read_files(name_or_path)
    return _Loader(folder).load(files)


def packaged_packs() -> tuple[str, ...]:
    """Name the packs that come with Mithaq."""
    packs = resources.files("mithaq.terms") / "packs"
    return tuple(sorted(each.name for each in packs.iterdir() if (each / HEAD).is_file()))


def _read_files(name_or_path: str | Path) -> tuple[_Files, str]:
    """Give the pack's files (display name, bytes) in the order of their names, and the folder's name."""
    if isinstance(name_or_path, str) and name_or_path in packaged_packs():
        folder = resources.files("mithaq.terms") / "packs" / name_or_path
        named = [each for each in folder.iterdir() if _counts(each.name)]
        return [
            (each.name, each.read_bytes()) for each in sorted(named, key=lambda it: it.name)
        ], name_or_path
    path = Path(name_or_path)
    try:
        return _read_path(path)
    except OSError as error:
        raise PackError([unreadable(str(path), error)]) from None


def _read_path(path: Path) -> tuple[_Files, str]:
    if path.is_dir():
        named = sorted((each for each in path.iterdir() if _counts(each.name)), key=lambda each: each.name)
        _check_names(path, [each.name for each in named])
        return [(each.name, _bytes(each)) for each in named], str(path)
    if not path.exists():
        hint = did_you_mean(str(path), packaged_packs(), what="Packs that come with Mithaq")
        raise PackError([Problem("there is no such terms pack", hint, str(path).replace("\0", "?"), None)])
    return [(str(path), _bytes(path))], ""


def _check_names(folder: Path, names: Sequence[str]) -> None:
    """Refuse a folder of which a part would be passed over in silence, or that is no pack at all."""
    other = [name for name in names if not name.endswith(".yaml")]
    if other:
        message, hint = f'"{other[0]}" would not be read', "Rename it: the files of a pack end in .yaml."
    elif not names or len(names) > _MOST_FILES:
        message = f"the folder holds {len(names)} YAML files"
        hint = f"A pack is a folder with {HEAD} and one file per clause, or a single file."
    else:
        return
    raise PackError([Problem(message, hint, str(folder), None)])


def _bytes(path: Path) -> bytes:
    raw = read_bytes(path, limit=nodes.MAX_BYTES)
    if isinstance(raw, Problem):
        raise PackError([raw])
    return raw


def _counts(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) and not name.startswith(".")


def digest(files: Sequence[tuple[str, bytes]]) -> str:
    """Give the pack's digest: of the bytes of a single file, else of the listing that `sha256sum` prints.

    That is `LC_ALL=C sha256sum *.yaml | sha256sum` in the pack's folder, so that anyone can repeat it.
    """
    sums = [(hashlib.sha256(raw).hexdigest(), name) for name, raw in files]
    if len(files) == 1 and files[0][0] != HEAD:
        return f"sha256:{sums[0][0]}"
    listing = "".join(f"{each}  {name}\n" for each, name in sums)
    return f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"


class _Loader:
    """Reads the files of one pack, gathering problems over all of them."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.drafts: list[Draft] = []
        self.reports: list[Report] = []
        self.head: tuple[str, LocalisedText, Thresholds] | None = None
        self.heads = 0

    def load(self, files: _Files) -> Pack:
        """Read and check everything; raises PackError."""
        for name, raw in files:
            self._file(name, raw)
        found = self.problems or any(report.problems for report in self.reports)
        if not self.heads and not found:
            message = f"no file of the pack says “mithaq: {PACK_FORMAT}”"
            hint = f"Add {HEAD} with the pack's id, title and thresholds."
            self.problems.append(Problem(message, hint, self.folder or files[0][0], None))
        for draft in self.drafts:
            for check in CLAUSE_CHECKS:
                check(draft)
        versions_do_not_overlap(self.drafts)
        self.problems += [problem for report in self.reports for problem in report.problems]
        if self.problems or self.head is None:
            raise PackError(self.problems)
        pack_id, title, thresholds = self.head
        versions = _by_id(self.drafts)
        return Pack(
            id=pack_id,
            title=title,
            digest=digest(files),
            thresholds=thresholds,
            clauses={clause_id: all_versions[-1] for clause_id, all_versions in versions.items()},
            versions=versions,
        )

    def _file(self, name: str, raw: bytes) -> None:
        shown = f"{self.folder}/{name}" if self.folder else name
        source = nodes.decode(raw, shown)
        if isinstance(source, Problem):
            self.problems.append(source)
            return
        root = nodes.read_nodes(source)
        if isinstance(root, Problem):
            self.problems.append(root)
            return
        report = Report(source)
        self.reports.append(report)
        value = Value(root, "", report)
        if not isinstance(root, nodes.Mapping):
            value.record(("mithaq", *CLAUSE_FIELDS))
            return
        named = Record(root, "", report).required("mithaq")
        text = named.text()
        if text == PACK_FORMAT:
            self._pack(value)
        elif text == CLAUSE_FORMAT:
            self._clause(value, also=("mithaq",))
        elif text is not None:
            hint = did_you_mean(text, (PACK_FORMAT, CLAUSE_FORMAT), what="Formats of a pack")
            named.problem(f'"{text}" is not a format that can be read here', hint)

    def _pack(self, value: Value) -> None:
        self.heads += 1
        record = value.record(_HEAD_FIELDS)
        if self.heads > 1:
            record.problem("mithaq", "another file of the pack has its head too", "Keep one of the two.")
        hint = "A pack id is lower-case letters, digits and dashes."
        pack_id = record.required("id").matching(_PACK_ID, hint=hint)
        title = localised(record.required("title"), most=200)
        thresholds = _thresholds(record.required("thresholds"))
        for item in record.optional("clauses").items(most=_MOST_FILES, least=0):
            self._clause(item)
        if pack_id is not None and title is not None and thresholds is not None:
            self.head = (pack_id, title, thresholds)

    def _clause(self, value: Value, *, also: tuple[str, ...] = ()) -> None:
        draft = read_clause(value, also=also)
        if draft is not None:
            self.drafts.append(draft)


def _thresholds(value: Value) -> Thresholds | None:
    record = value.record(("supports-at", "partly-at", "refutes-at"))
    supports, partly, refutes = (
        record.required(name).number(most=12.0) for name in ("supports-at", "partly-at", "refutes-at")
    )
    if supports is None or partly is None or refutes is None:
        return None
    if not refutes < 0 < partly <= supports:
        record.problem(
            "refutes-at" if refutes >= 0 else "partly-at",
            "the thresholds are out of order",
            "refutes-at < 0 < partly-at <= supports-at, in log10 of the likelihood ratio.",
        )
    return Thresholds(supports_at=supports, partly_at=partly, refutes_at=refutes)


def _by_id(drafts: Sequence[Draft]) -> dict[str, tuple[Clause, ...]]:
    """Order clauses by id as people count (T2 before T10), the versions of each from old to new."""

    def natural(text: str) -> list[tuple[int, str]]:
        return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", text)]

    clauses = [draft.clause for draft in drafts]
    ids = sorted({clause.id for clause in clauses}, key=natural)
    return {
        clause_id: tuple(
            sorted((each for each in clauses if each.id == clause_id), key=lambda each: each.valid_from)
        )
        for clause_id in ids
    }
