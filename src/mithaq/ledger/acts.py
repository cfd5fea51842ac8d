"""Writing the ledger: every act of every room adds its entry here, in the transaction of the act.

On SQLite an act's transaction holds the one write lock from its beginning (`BEGIN IMMEDIATE`), so the entry
gets its position at once. On PostgreSQL many acts commit side by side; an entry waits in the outbox until
the one sequencer, which holds an advisory lock, gives it the next position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from django.db import connection, transaction

from mithaq.kernel.canonical import Json
from mithaq.kernel.clock import Clock
from mithaq.ledger import queries
from mithaq.ledger.checkpoint import Checkpoint as Head
from mithaq.ledger.entries import Act, ActorRef, Entropy, WrittenEntry, write_entry
from mithaq.ledger.errors import ActWithoutEntry, NotProven, OutsideTransaction, RefusesToSign
from mithaq.ledger.keeping import Places, keep, read_kept
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.models import Checkpoint, Entry, Outbox, SealedValue, Tile
from mithaq.ledger.note import Ed25519Signer
from mithaq.ledger.rows import insert_row
from mithaq.ledger.tiles import grow
from mithaq.ledger.tree import leaf_hash, tree_root
from mithaq.ledger.verify import check_continues

__all__ = ["Act", "ActorRef", "Entropy", "Publisher", "act", "erase", "integrate", "record", "sequence"]

_LOCK: Final = 0x6D697468_6171
"""The advisory lock of whoever sequences, integrates or publishes: "mithaq" in ASCII."""

_BATCH: Final = 4096
"""Entries sequenced or integrated in one transaction."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

_written: ContextVar[list[int] | None] = ContextVar("mithaq_ledger_written", default=None)


@contextmanager
def _counting() -> Iterator[list[int]]:
    written: list[int] = []
    token = _written.set(written)
    try:
        yield written
    finally:
        _written.reset(token)


def act(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Make a function one act: one transaction, kept only if it has written its ledger entry.

    Raises ActWithoutEntry, and rolls everything back, when the function ends without one.
    """

    @wraps(function)
    def whole(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        outer = _written.get()
        with transaction.atomic(), _counting() as written:
            result = function(*args, **kwargs)
            if not written:
                raise ActWithoutEntry(
                    f"{function.__qualname__} changed the state without an entry",
                    hint="Call record() in every path of an act.",
                )
        if outer is not None:
            outer.extend(written)
        return result

    return whole


def record(what: Act, *, entropy: Entropy) -> Entry:
    """Append one entry inside the transaction of its act; raises OutsideTransaction, BadEntry.

    The entry's position in the tree may be settled later: refer to an entry by its row, not by a number.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(
            "the act and its entry must be one transaction", hint="Decorate the function with @act."
        )
    entry = _insert(what, write_entry(what, entropy))
    noted = _written.get()
    if noted is not None:
        noted.append(entry.pk)
    return entry


@act
def erase(  # what is erased, and all that the entry which says so is made of
    entry: Entry,
    fields: Sequence[str],
    *,
    by: ActorRef,
    clock: Clock,
    entropy: Entropy,
    personal: Mapping[str, str] | None = None,
) -> Entry:
    """Erase personal values of an entry for good: their salts and texts go, and an entry says so.

    `personal` are values that this entry commits to in turn, such as why they were erased.

    What stays is the leaf with its commitments, which say nothing without their salts, and every proof.
    Gives the entry of the erasure. Raises NotProven if a field is not one of the entry's.
    """
    sealed = SealedValue.objects.filter(entry=entry, field__in=fields)
    known = set(sealed.values_list("field", flat=True))
    if not fields or known != set(fields):
        missing = ", ".join(sorted(set(fields) - known)) or "none was named"
        raise NotProven(
            f"the entry has no such personal values: {missing}", hint="Name fields that it commits to."
        )
    sealed.update(salt=None, value=None)
    facts: dict[str, Json] = {"entry": bytes(entry.leaf_hash).hex(), "fields": [*sorted(known)]}
    said = Act(ActKind.LEDGER_VALUES_ERASED, clock(), by, entry.case, facts, personal or {})
    return record(said, entropy=entropy)


def sequence() -> int:
    """Give waiting entries their positions, in the order in which they were written; gives their number.

    Acts that came one after the other keep their order. Without gaps: only whoever holds the lock counts.
    """
    done = 0
    while Outbox.objects.exists():
        with _alone():
            numbered = _number_waiting()
        done += numbered
        if numbered < _BATCH:
            break
    return done


def integrate() -> int:
    """Take entries that have positions into the tree's tiles; gives the size of the tree."""
    while True:
        with _alone():
            size = queries.tree_size()
            leaves = queries.leaf_hashes(size, size + _BATCH)
            for tile, hashes in grow(size, leaves, queries.fetch_tile):
                Tile.objects.update_or_create(
                    level=tile.level or 0, index=tile.index, defaults={"hashes": hashes}
                )
        if len(leaves) < _BATCH:
            return size + len(leaves)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Signs the heads of the tree, and nothing that contradicts one that was given out."""

    signer: Ed25519Signer
    places: Places
    clock: Clock

    def publish(self) -> Checkpoint | None:
        """Sequence, integrate and sign what is new, if anything is.

        Raises RefusesToSign, LedgerDamaged.
        """
        sequence()
        integrate()
        with _alone():
            size = queries.tree_size()
            self._check_history(size)
            if size == 0 or Checkpoint.objects.filter(size=size).exists():
                return None
            root = tree_root(size, queries.reader(size))
            note = Head(self.signer.name, size, root).signed(self.signer).encode()
            # Kept first: if the database forgets this checkpoint, the file remembers what was signed.
            keep(self.places, note)
            return Checkpoint.objects.create(size=size, note=note, signed_at=self.clock())

    def _check_history(self, size: int) -> None:
        """Refuse to go on unless the tree continues the checkpoint kept outside."""
        kept = read_kept(self.places, self.signer)
        if kept is None:
            if Checkpoint.objects.exists():
                raise RefusesToSign(
                    "checkpoints were signed, but none is kept outside the database",
                    file=str(self.places.kept),
                    hint="Put the newest checkpoint that anyone kept in its place.",
                )
            return
        read = queries.reader(size)
        root = tree_root(size, read)
        try:
            check_continues(kept, Head(self.signer.name, size, root), read)
        except NotProven as error:
            raise RefusesToSign(
                f"the ledger does not continue what was signed: {error.message}",
                file=str(self.places.kept),
                hint="An old or altered database is in place. Restore the newest; do not delete the file.",
            ) from error


@contextmanager
def _alone() -> Iterator[None]:
    """One transaction of its own, during which nobody else sequences, integrates or publishes."""
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


def _insert(what: Act, written: WrittenEntry) -> Entry:
    """Insert an entry, its place (or its wait for one) and what it sealed."""
    entry = insert_row(
        Entry(
            leaf=written.leaf,
            leaf_hash=leaf_hash(written.leaf),
            at=what.at,
            kind=what.kind.value,
            case=what.case,
        )
    )
    with connection.cursor() as cursor:  # in plain SQL, since every act does this
        if connection.vendor == "postgresql":
            cursor.execute("INSERT INTO ledger_outbox (entry_id) VALUES (%s)", [entry.pk])
        else:  # under the write lock that the transaction holds
            cursor.execute(
                "INSERT INTO ledger_position (seq, entry_id) "
                "SELECT COALESCE(MAX(seq), -1) + 1, %s FROM ledger_position",
                [entry.pk],
            )
        if written.salts:
            rows = ((entry.pk, name, salt, what.personal[name]) for name, salt in written.salts.items())
            places = ", ".join(["(%s, %s, %s, %s)"] * len(written.salts))
            cursor.execute(
                f"INSERT INTO ledger_sealedvalue (entry_id, field, salt, value) VALUES {places}",  # noqa: S608  # places
                [value for row in rows for value in row],
            )
    return entry


def _number_waiting() -> int:
    """Give positions to the entries that have waited longest, in the order of their rows; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_position (seq, entry_id) "
            "SELECT last.seq + ROW_NUMBER() OVER (ORDER BY waiting.entry_id), waiting.entry_id "
            "FROM (SELECT entry_id FROM ledger_outbox ORDER BY entry_id LIMIT %s) AS waiting, "
            "(SELECT COALESCE(MAX(seq), -1) AS seq FROM ledger_position) AS last",
            [_BATCH],
        )
        numbered = int(cursor.rowcount)
        cursor.execute(
            "DELETE FROM ledger_outbox WHERE entry_id IN "
            "(SELECT entry_id FROM ledger_position ORDER BY seq DESC LIMIT %s)",
            [numbered],
        )
    return numbered
