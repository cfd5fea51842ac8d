"""Operators who rewrite their own ledger: they have the database, the files and the signing key.

Each takes a random thing at or below a checkpoint that somebody else keeps, and then covers it up as far as
a random level says: columns, tiles, signatures. What they cannot alter is the copy that is not theirs.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import rfc8785
from django.db import connection
from tests.ledger.logs import SIGNER, Log, act, entropy_of

from mithaq.ledger.entries import write_entry
from mithaq.ledger.folder import LedgerFolder
from mithaq.ledger.kinds import ActKind
from mithaq.ledger.tiles import WIDTH, encode_bundle
from mithaq.ledger.tree import leaf_hash

Leaves: TypeAlias = list[bytes]
Forgery: TypeAlias = Callable[[Leaves, int, random.Random], None]
"""Alters leaves in place, somewhere below a size."""


def another_entry(choice: random.Random) -> bytes:
    """Give an entry that nobody ever wrote."""
    number = choice.randrange(10**6, 10**9)
    return write_entry(act(number), entropy_of(number)).leaf


def _edited(leaf: bytes, choice: random.Random) -> bytes:
    """Say something else in an entry, in its canonical spelling."""
    try:
        body = json.loads(leaf)
    except ValueError:  # something was done to it before
        return another_entry(choice)
    changes: Mapping[str, object] = {
        "kind": choice.choice([kind.value for kind in ActKind if kind != body["kind"]]),
        "at": f"2025-01-{choice.randrange(1, 29):02d}T00:00:00Z",
        "actor": {"pseudonym": f"p_{choice.randrange(100, 999)}", "role": "approver"},
        "case": f"c_{choice.randrange(100, 999)}",
        "facts": {"number": choice.randrange(10**6, 10**9)},
        "commitments": {"reasons": choice.randbytes(32).hex()},
        "nonce": choice.randbytes(32).hex(),
    }
    name = choice.choice(sorted(changes))
    return rfc8785.dumps(body | {name: changes[name]})


def edit(leaves: Leaves, below: int, choice: random.Random) -> None:
    at = choice.randrange(below)
    leaves[at] = _edited(leaves[at], choice)


def flip_a_bit(leaves: Leaves, below: int, choice: random.Random) -> None:
    at = choice.randrange(below)
    byte = choice.randrange(len(leaves[at]))
    raw = bytearray(leaves[at])
    raw[byte] ^= 1 << choice.randrange(8)
    leaves[at] = bytes(raw)


def swap(leaves: Leaves, below: int, choice: random.Random) -> None:
    first = choice.randrange(below)
    second = choice.choice([at for at in range(len(leaves)) if at != first])
    leaves[first], leaves[second] = leaves[second], leaves[first]


def remove(leaves: Leaves, below: int, choice: random.Random) -> None:
    del leaves[choice.randrange(below)]


def insert(leaves: Leaves, below: int, choice: random.Random) -> None:
    leaves.insert(choice.randrange(below), another_entry(choice))


def replace(leaves: Leaves, below: int, choice: random.Random) -> None:
    leaves[choice.randrange(below)] = another_entry(choice)


def cut_off(leaves: Leaves, below: int, choice: random.Random) -> None:
    del leaves[choice.randrange(below) :]


def fork(leaves: Leaves, below: int, choice: random.Random) -> None:
    at = choice.randrange(below)
    leaves[at:] = [another_entry(choice) for _ in leaves[at:]]


def turn_round(leaves: Leaves, below: int, choice: random.Random) -> None:
    first = choice.randrange(max(1, below - 1))
    leaves[first : below + 1] = leaves[first : below + 1][::-1]


FORGERIES: Final[Sequence[Forgery]] = (
    edit,
    flip_a_bit,
    swap,
    remove,
    insert,
    replace,
    cut_off,
    fork,
    turn_round,
)


def forged(honest: Sequence[bytes], below: int, choice: random.Random) -> tuple[Leaves, str]:
    """Give leaves that differ from the honest ones below `below`, and what was done to them."""
    while True:
        leaves, done = list(honest), []
        for _ in range(choice.choice([1, 1, 1, 2, 3])):
            if len(leaves) > 1:
                forgery = choice.choice(FORGERIES)
                forgery(leaves, min(below, len(leaves)), choice)
                done.append(forgery.__name__)
        if leaves[:below] != list(honest[:below]):
            return leaves, "+".join(done)


class ForgedFolder(LedgerFolder):
    """A ledger's folder in memory: entries, tiles and checkpoint from up to three different ledgers."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(Path("forged"))
        self._files = files

    def read(self, path: str) -> bytes | None:
        return self._files.get(path)


def folder_of(entries: Log, tiles: Log, head: Log) -> ForgedFolder:
    """Put a folder together as whoever serves it pleases; each part may be honest or forged."""
    files: dict[str, bytes] = {"checkpoint": head.checkpoint()}
    for tile in head.all_tiles():
        files[tile.path] = tiles.tiles.get((tile.level, tile.index), b"")[: 32 * tile.width]
        if tile.level == 0:
            first = tile.index * WIDTH
            files[tile.bundle.path] = encode_bundle(entries.entries[first : first + tile.width])
    return ForgedFolder(files)


def rewrite_database(leaves: Sequence[bytes], *, cover: int) -> None:
    """Put these leaves into the database in place of what is there.

    Level 0 alters the entries alone, 1 their columns too, 2 the tiles, 3 signs every checkpoint anew.
    """
    log = Log(leaves)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.id, entry.leaf FROM ledger_position JOIN ledger_entry entry"
            " ON entry.id = entry_id ORDER BY seq"
        )
        there = {bytes(leaf): key for key, leaf in cursor.fetchall()}
        cursor.execute("DELETE FROM ledger_position")
        spare = [key for leaf, key in there.items() if leaf not in leaves]
        for seq, leaf in enumerate(leaves):
            key = there.get(leaf) or _put(leaf, spare.pop(0) if spare else None, cover)
            cursor.execute("INSERT INTO ledger_position (seq, entry_id) VALUES (%s, %s)", [seq, key])
        for key in spare:
            cursor.execute("DELETE FROM ledger_sealedvalue WHERE entry_id = %s", [key])
            cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [key])
        if cover > 1:
            cursor.execute("DELETE FROM ledger_tile")
            for (level, index), hashes in log.tiles.items():
                cursor.execute(
                    'INSERT INTO ledger_tile ("level", "index", hashes) VALUES (%s, %s, %s)',
                    [level, index, hashes],
                )
        if cover > 2:
            cursor.execute("SELECT size FROM ledger_checkpoint")
            for (size,) in cursor.fetchall():
                if size > log.size:
                    cursor.execute("DELETE FROM ledger_checkpoint WHERE size = %s", [size])
                else:
                    cursor.execute(
                        "UPDATE ledger_checkpoint SET note = %s WHERE size = %s", [log.checkpoint(size), size]
                    )


def _put(leaf: bytes, into: int | None, cover: int) -> int:
    """Write a leaf over an entry's own, or as a new entry; gives the row's id."""
    try:
        body = json.loads(leaf)
        columns = [str(body["kind"]), str(body["case"]), str(body["at"]).replace("T", " ").rstrip("Z")]
    except (ValueError, KeyError, TypeError):
        columns = ["intake:case:opened", "c_1", "2026-09-21 12:00:00"]
    with connection.cursor() as cursor:
        if into is None:
            cursor.execute(
                'INSERT INTO ledger_entry (leaf, leaf_hash, kind, "case", at) VALUES (%s, %s, %s, %s, %s)'
                " RETURNING id",
                [leaf, leaf_hash(leaf), *columns],
            )
            (key,) = cursor.fetchone() or (0,)
            return int(key)
        cursor.execute("UPDATE ledger_entry SET leaf = %s WHERE id = %s", [leaf, into])
        if cover:
            cursor.execute(
                'UPDATE ledger_entry SET leaf_hash = %s, kind = %s, "case" = %s, at = %s WHERE id = %s',
                [leaf_hash(leaf), *columns, into],
            )
            cursor.execute("DELETE FROM ledger_sealedvalue WHERE entry_id = %s", [into])
        return into


__all__ = ["FORGERIES", "SIGNER", "folder_of", "forged", "rewrite_database"]
