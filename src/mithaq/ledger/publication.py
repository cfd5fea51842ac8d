"""Giving checkpoints out on a clock: what the worker calls again and again.

    publication = publication_from(os.environ, home, clock=clock, entropy=entropy)
    publication.tick()

A tick gives waiting entries their positions. Once the last checkpoint is older than `every`, it signs what
is new and brings the folder of tiles up to it. That folder is a whole copy of the ledger, entries included:
a web server may serve all of it but `tile/entries`, and auditors may be handed all of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from mithaq.kernel.clock import Clock
from mithaq.kernel.errors import InputError
from mithaq.ledger import queries
from mithaq.ledger.acts import Publisher, sequence
from mithaq.ledger.entries import Entropy
from mithaq.ledger.folder import write_ledger
from mithaq.ledger.keeping import load_or_make_signer, load_signer, places_from
from mithaq.ledger.models import Checkpoint

EVERY: Final = timedelta(seconds=60)
"""How long an act waits for the checkpoint that covers it, unless MITHAQ_LEDGER_EVERY says otherwise."""

_LONGEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Publication:
    """A publisher, the folder it writes to, and how often."""

    publisher: Publisher
    folder: Path
    every: timedelta = EVERY

    def tick(self) -> Checkpoint | None:
        """Do what is due; gives the checkpoint that was signed, None if none was.

        Raises RefusesToSign when the database does not continue what was given out: nothing is signed or
        written then, and nothing will be until the right database is back. Raises LedgerDamaged when tiles
        or positions are missing, and LedgerError when a file cannot be written.
        """
        sequence()
        last = queries.latest_checkpoint()
        if last is not None and not self._is_due(last.signed_at):
            return None
        return self.publish()

    def publish(self) -> Checkpoint | None:
        """Sign what is new, whatever the time; as `tick` otherwise."""
        signed = self.publisher.publish()
        last = signed or queries.latest_checkpoint()
        if last is not None:
            # Also when nothing was signed: the folder may be behind after a kill, or new.
            write_ledger(self.folder, last.size, bytes(last.note), queries.fetch_tile, entries=True)
        return signed

    def _is_due(self, signed: datetime) -> bool:
        """A clock that was put back must not hold checkpoints up until it has caught up again."""
        age = self.publisher.clock() - signed
        return not timedelta(0) <= age < self.every


def publication_from(
    environment: Mapping[str, str], home: Path, *, clock: Clock, entropy: Entropy
) -> Publication:
    """Set up from the environment; on the first run this makes the log's key and its name.

    MITHAQ_LEDGER_KEY and MITHAQ_LEDGER_KEPT are files (see `places_from`), MITHAQ_LEDGER_DIR the folder of
    tiles, MITHAQ_LEDGER_EVERY the seconds between checkpoints, and MITHAQ_LEDGER_ORIGIN the log's name, such
    as ledger.provider.example/terms. Raises BadLedgerKey, InputError.
    """
    places = places_from(environment, home)
    origin = environment.get("MITHAQ_LEDGER_ORIGIN")
    if origin is None and os.path.lexists(places.key):
        origin = load_signer(places).name
    # Two logs of one name would be taken for a log that contradicts itself.
    origin = origin or f"mithaq.invalid/{entropy(16).hex()}"
    signer = load_or_make_signer(places, origin, entropy)
    folder = folder_from(environment, home)
    return Publication(Publisher(signer, places, clock), folder, _every(environment))


def folder_from(environment: Mapping[str, str], home: Path) -> Path:
    """Give the folder of tiles: MITHAQ_LEDGER_DIR, else in the home."""
    return Path(environment.get("MITHAQ_LEDGER_DIR") or home / "ledger")


def _every(environment: Mapping[str, str]) -> timedelta:
    text = environment.get("MITHAQ_LEDGER_EVERY")
    if text is None:
        return EVERY
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= _LONGEST.total_seconds():
        raise InputError(
            f"{text!r} is no number of seconds between two checkpoints",
            field="MITHAQ_LEDGER_EVERY",
            hint=f"Write a whole number from 1 to {_LONGEST.total_seconds():.0f}, such as 60.",
        )
    return timedelta(seconds=int(text))
