"""A ledger as a folder of files, laid out as tlog-tiles asks: what a web server could serve as it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from typing import Final

from mithaq.ledger.errors import LedgerDamaged, LedgerError
from mithaq.ledger.tiles import CHECKPOINT_PATH, WIDTH, Tile, TileFetcher, decode_bundle, tiles_of

_MAX_FILE_BYTES: Final = WIDTH * (2 + 0xFFFF)
"""No tile, bundle or checkpoint is longer."""

_RESTORE: Final = "Compare with a copy that somebody else kept; this one was altered or is incomplete."


class LedgerFolder:
    """A ledger's files below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def read(self, path: str) -> bytes | None:
        """Give a file's bytes, or None if it is not there; raises LedgerDamaged if it cannot be read."""
        place = self._root / path
        try:
            with place.open("rb") as stream:
                raw = stream.read(_MAX_FILE_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise LedgerDamaged(
                f"it cannot be read: {error.strerror}", file=str(place), hint=_RESTORE
            ) from error
        if len(raw) > _MAX_FILE_BYTES:
            raise LedgerDamaged("no file of a ledger is as large as this", file=str(place), hint=_RESTORE)
        return raw

    def checkpoint(self) -> bytes:
        """Give the signed checkpoint; raises LedgerDamaged."""
        return self._needed(CHECKPOINT_PATH)

    def tile(self, tile: Tile) -> bytes:
        """Give a tile or bundle; the full one answers for a partial one; raises LedgerDamaged."""
        found = self.optional(tile)
        return self._needed(tile.path) if found is None else found

    def optional(self, tile: Tile) -> bytes | None:
        """Give a tile or bundle, cut out of the full one if need be; None if neither is there."""
        found = self.read(tile.path)
        if found is not None or tile.width == WIDTH:
            return found
        full = self.read(tile.full.path)
        if full is None:
            return None
        if tile.level is not None:
            return full[: tile.width * len(full) // WIDTH]
        entries = decode_bundle(full, WIDTH)[: tile.width]
        return full[: sum(2 + len(entry) for entry in entries)]

    def _needed(self, path: str) -> bytes:
        raw = self.read(path)
        if raw is None:
            raise LedgerDamaged("a file of the ledger is missing", file=str(self._root / path), hint=_RESTORE)
        return raw


def write_ledger(
    root: Path,
    size: int,
    checkpoint: bytes,
    fetch: TileFetcher,
    *,
    entries: bool,
    progress: Callable[[int], None] = lambda _written: None,
) -> int:
    """Bring a folder up to a checkpoint; gives the number of files written.

    Tiles that are there are left as they are, since they never change. The checkpoint comes last and
    whole, so that a reader never meets one whose tiles are missing. Raises LedgerError if the folder
    cannot be written.
    """
    written = 0
    with _writing(root):
        for tile in tiles_of(size):
            places = [tile, tile.bundle] if entries and tile.level == 0 else [tile]
            for place in places:
                if not (root / place.path).exists():
                    _write_whole(root / place.path, fetch(place))
                    written += 1
                    progress(written)
        _write_whole(root / CHECKPOINT_PATH, checkpoint)
    return written + 1


def write_durably(path: Path, content: bytes) -> None:
    """Put a file in place whole and force it to the disk, replacing what is there."""
    with _writing(path):
        _write_whole(path, content)
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of this writer's own: two workers that start at once write the same files.
    new = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}.new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LedgerError(
            f"the ledger cannot be written there: {error.strerror}",
            file=str(root),
            hint="Make room, or name a folder that you may write to; then run it again.",
        ) from error
