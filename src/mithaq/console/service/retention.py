"""Removing rollups after their retention, as the worker does it on its clock and a command by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mithaq.identity import Keyring
from mithaq.intake.places import lake_place
from mithaq.intake.queries import pinned
from mithaq.intake.retention import bounds_of, remove, unsettled
from mithaq.kernel.clock import Clock
from mithaq.kernel.errors import StateError
from mithaq.people.acting import Acting
from mithaq.telemetry.lake.commits import CommitLog
from mithaq.telemetry.lake.retention import Advance, Bounds, Removed, look, nobody, rows_ahead

TURN = "retention"


class RemovalUnderWay(StateError):
    """Another process is removing rollups."""

    code = "removal-under-way"


@dataclass(frozen=True, slots=True)
class Retention:
    """A lake with its key, and how many days of rollups are kept in it."""

    log: CommitLog
    keyring: Keyring
    days: int
    clock: Clock

    def bounds(self) -> Bounds:
        """Give what stays."""
        return bounds_of(pinned(self.keyring.pseudonyms), now=self.clock(), days=self.days)

    def would_remove(self) -> Removed:
        """Say what would go; raises BadLake."""
        return look(self.log, self.bounds())

    def rows_ahead(self) -> int:
        """Give how many rows are looked at to find those that go."""
        return rows_ahead(self.log, self.bounds())

    def remove(self, acting: Callable[[], Acting], advance: Advance = nobody) -> Removed:
        """Remove it; nobody acts, and nothing is written, where there is nothing to do.

        The caller holds the turn. Raises Forbidden, BadLake, LakeWriteFailed, PinnedMeanwhile.
        """
        if not unsettled().exists() and not self.would_remove().rows:
            return Removed()
        return remove(acting(), self.log, days=self.days, keyring=self.keyring, advance=advance)


def retention_from(environment: Mapping[str, str], days: int, *, clock: Clock) -> Retention:
    """Open the lake that the environment names; raises NoLake, BadKeyFile, BadLake, WrongKey."""
    place = lake_place(environment)
    keyring = place.keyring()
    return Retention(CommitLog.open(place.lake, key_id=keyring.key_id), keyring, days, clock)
