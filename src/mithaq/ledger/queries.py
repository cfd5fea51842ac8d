"""Reading the ledger: the tree from its tiles, proofs and receipts, the timeline of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import DatabaseError, connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from mithaq.ledger.entries import EntryBody, parse_entry
from mithaq.ledger.errors import LedgerDamaged, NotProven
from mithaq.ledger.models import Checkpoint, Entry, Outbox, Position, SealedValue
from mithaq.ledger.models import Tile as TileRow
from mithaq.ledger.proof import TlogProof
from mithaq.ledger.tiles import WIDTH, Tile, encode_bundle, node_reader
from mithaq.ledger.tree import HASH_BYTES, NodeReader, inclusion_proof

_AT_ONCE = 250
"""Positions asked for in one query: fewer than SQLite takes values in one."""

_TILE: Final = 'SELECT hashes FROM ledger_tile WHERE level = %s AND "index" = %s'
_COVERED: Final = (
    "SELECT ledger_position.seq, ledger_checkpoint.size, ledger_checkpoint.note "
    "FROM ledger_position, ledger_checkpoint WHERE ledger_position.entry_id = %s "
    "ORDER BY ledger_checkpoint.size DESC LIMIT 1"
)
"""The position of an entry, and the newest signed head."""

_FSCK = "Run mithaq ledger fsck, and compare with a checkpoint that somebody kept."


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a case as it is shown: what the leaf says, and what has not been erased."""

    entry: int
    """Id of the entry's row."""
    seq: int | None
    """Position in the tree; None while the entry waits for it."""
    body: EntryBody
    personal: Mapping[str, str | None]
    """Field → value; None once it has been erased."""


def tree_size() -> int:
    """Give the number of leaves that are in the tiles."""
    last = TileRow.objects.filter(level=0).order_by("-index").first()
    return 0 if last is None else last.index * WIDTH + len(bytes(last.hashes)) // HASH_BYTES


def waiting() -> int:
    """Give the number of entries that have no position yet."""
    return Outbox.objects.count()


def fetch_tile(tile: Tile) -> bytes:
    """Give a tile's hashes, or a bundle's entries behind their lengths; raises LedgerDamaged."""
    if tile.level is None:
        first = tile.index * WIDTH
        return encode_bundle(_leaves(first, first + tile.width))
    # In plain SQL: a proof in a large tree asks for half a dozen, which by Django's way took half its time.
    with connection.cursor() as cursor:
        cursor.execute(_TILE, [tile.level, tile.index])
        row = cursor.fetchone()
    hashes = b"" if row is None else bytes(row[0])[: tile.width * HASH_BYTES]
    if len(hashes) != tile.width * HASH_BYTES:
        raise LedgerDamaged(f"the tree has no {tile.path}", hint=_FSCK)
    return hashes


def reader(size: int) -> NodeReader:
    """Give the reader of complete subtrees of the first `size` leaves."""
    return node_reader(size, fetch_tile)


def leaf_hashes(first: int, end: int) -> list[bytes]:
    """Give the hashes of the leaves from `first` on, as far as they have positions; raises LedgerDamaged."""
    rows = Position.objects.filter(seq__gte=first, seq__lt=end).order_by("seq")
    found = list(rows.values_list("seq", "entry__leaf_hash"))
    if [seq for seq, _ in found] != list(range(first, first + len(found))):
        raise LedgerDamaged(f"positions are missing after {first}", hint=_FSCK)
    return [bytes(leaf_hash) for _, leaf_hash in found]


def _leaves(first: int, end: int) -> list[bytes]:
    rows = Position.objects.filter(seq__gte=first, seq__lt=end).order_by("seq")
    found = [bytes(leaf) for leaf in rows.values_list("entry__leaf", flat=True)]
    if len(found) != end - first:
        raise LedgerDamaged(f"entries are missing between {first} and {end}", hint=_FSCK)
    return found


def latest_checkpoint() -> Checkpoint | None:
    """Give the newest signed head."""
    return Checkpoint.objects.order_by("-size").first()


def receipt(entry: Entry) -> TlogProof:
    """Give the proof that an entry is in the tree that was signed last; it is verified offline.

    Raises NotProven while no checkpoint covers the entry.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, [entry.pk])
        found = cursor.fetchone()
    if found is None or found[0] >= found[1]:
        raise NotProven(
            "no checkpoint covers this entry yet", hint="Wait for the next one; it is signed on a clock."
        )
    seq, size, note = found
    return TlogProof(seq, tuple(inclusion_proof(seq, size, reader(size))), bytes(note), bytes(entry.leaf))


def timeline(case: str) -> list[Happening]:
    """Give all that happened in a case, oldest first, in one query."""
    rows = (
        Entry.objects.filter(case=case)
        .order_by("id", "sealed__field")
        .values_list("id", "leaf", "sealed__field", "sealed__value", "position__seq")
    )
    happenings: list[Happening] = []
    for entry, leaf, field, value, seq in rows:
        if not happenings or happenings[-1].entry != entry:
            happenings.append(Happening(entry, seq, parse_entry(bytes(leaf)), {}))
        if field is not None:
            happenings[-1] = _with(happenings[-1], field, value)
    return happenings


def happenings(case: str, before: int | None, count: int) -> list[Happening]:
    """Give what happened in a case, newest first, from just before an entry's id, in two queries."""
    rows = Entry.objects.filter(case=case).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.select_related("position").prefetch_related("sealed")[:count])
    return [
        Happening(
            row.pk,
            row.position.seq if hasattr(row, "position") else None,
            parse_entry(bytes(row.leaf)),
            {each.field: each.value for each in row.sealed.all()},
        )
        for row in found
    ]


def _with(happening: Happening, field: str, value: str | None) -> Happening:
    personal = {**happening.personal, field: value}
    return Happening(happening.entry, happening.seq, happening.body, personal)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as the database has it."""

    id: int
    seq: int | None
    waits: bool
    leaf: bytes
    leaf_hash: bytes
    at: datetime | None
    """None where the column holds no time."""
    kind: str
    case: str


def all_entries() -> Iterator[EntryRow]:
    """Give every entry: those with positions first, in the tree's order, then those that wait."""
    rows = (
        Entry.objects.annotate(written_at=Cast("at", TextField()))
        .order_by(F("position__seq").asc(nulls_last=True), "id")
        .values_list(
            "id", "position__seq", "waiting__entry_id", "leaf", "leaf_hash", "written_at", "kind", "case"
        )
    )
    for key, seq, outbox, leaf, leaf_hash, at, kind, case in _readable(rows.iterator(chunk_size=2000)):
        yield EntryRow(key, seq, outbox is not None, _blob(leaf), _blob(leaf_hash), _instant(at), kind, case)


def all_tiles() -> Iterator[tuple[int, int, bytes]]:
    """Give level, index and hashes of every tile."""
    rows = TileRow.objects.order_by("level", "index").values_list("level", "index", "hashes")
    for level, index, hashes in _readable(rows.iterator(chunk_size=500)):
        yield level, index, _blob(hashes)


def all_checkpoints() -> Iterator[tuple[int, bytes]]:
    """Give size and signed note of every checkpoint, oldest first."""
    for size, note in _readable(Checkpoint.objects.order_by("size").values_list("size", "note").iterator()):
        yield size, _blob(note)


def all_sealed() -> Iterator[tuple[int, str, bytes | None, str | None]]:
    """Give entry, field, salt and value of every personal value, by entry; None where it was erased."""
    rows = SealedValue.objects.order_by("entry_id", "field").values_list("entry_id", "field", "salt", "value")
    for entry, field, salt, value in _readable(rows.iterator(chunk_size=2000)):
        yield entry, field, None if salt is None else _blob(salt), _text(value)


def _readable(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Give rows; raises LedgerDamaged at one whose column holds something that the driver cannot read."""
    try:
        yield from rows
    except DatabaseError as error:
        raise LedgerDamaged("a row holds what cannot be read as its column says", hint=_FSCK) from error


def _blob(value: bytes | memoryview | str) -> bytes:
    """Read a column of bytes, into which SQLite lets somebody put a text as well."""
    return value.encode() if isinstance(value, str) else bytes(value)


def _text(value: str | bytes | None) -> str | None:
    """Read a column of text; bytes in it are given as Python shows them, which no entry committed to."""
    return repr(value) if isinstance(value, bytes) else value


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newest(before: int | None, count: int) -> list[Happening]:
    """Give the entries with positions, newest first, from just before `before`; without personal values."""
    rows = Position.objects.order_by("-seq").values_list("entry_id", "seq", "entry__leaf")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return [Happening(entry, seq, parse_entry(bytes(leaf)), {}) for entry, seq, leaf in rows[:count]]


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry as the database keeps it, with its personal values as (field, salt, value)."""

    seq: int
    leaf: bytes
    leaf_hash: bytes
    at: datetime
    kind: str
    case: str
    sealed: Sequence[tuple[str, bytes | None, str | None]]


def entries_at(positions: Sequence[int]) -> Iterator[KeptEntry]:
    """Give the entries at these positions, as far as there are any, with what is kept of their values."""
    for start in range(0, len(positions), _AT_ONCE):
        rows = Position.objects.filter(seq__in=positions[start : start + _AT_ONCE])
        for row in rows.select_related("entry").prefetch_related("entry__sealed"):
            entry = row.entry
            sealed = [
                (each.field, None if each.salt is None else _blob(each.salt), each.value)
                for each in entry.sealed.all()
            ]
            yield KeptEntry(
                row.seq,
                _blob(entry.leaf),
                _blob(entry.leaf_hash),
                entry.at,
                entry.kind,
                entry.case,
                sealed,
            )


def matching(*, case: str = "", kind: str = "", before: int | None = None, count: int) -> list[Happening]:
    """Give the newest entries of a case or of a kind, from just before a position; without personal values.

    They come in the order in which they were written, which indexes know; positions follow it but for acts
    that were under way at once.
    """
    rows = Entry.objects.filter(position__isnull=False).order_by("-id")
    if case:
        rows = rows.filter(case=case)
    if kind:
        rows = rows.filter(kind=kind)
    if before is not None:
        edge = Position.objects.filter(seq=before).values_list("entry_id", flat=True).first()
        rows = rows.filter(id__lt=edge) if edge is not None else rows.filter(position__seq__lt=before)
    found = rows.values_list("id", "position__seq", "leaf")[:count]
    return [Happening(entry, seq, parse_entry(bytes(leaf)), {}) for entry, seq, leaf in found]


def at_position(seq: int) -> Entry | None:
    """Give the entry at a position; None if the tree has none there."""
    position = Position.objects.select_related("entry").filter(seq=seq).first()
    return None if position is None else position.entry
