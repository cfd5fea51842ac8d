"""From log files to a lake: whole files, each counted exactly once, whatever happens in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from mithaq.identity import Entropy, Keyring
from mithaq.kernel.clock import Clock
from mithaq.telemetry.ahead import ahead
from mithaq.telemetry.batch import Batch, Tally
from mithaq.telemetry.blinding import Blinder
from mithaq.telemetry.errors import FileRejected, Rejection
from mithaq.telemetry.event_ids import EventIds
from mithaq.telemetry.events import FATE, FATES, Fate, RawEvents
from mithaq.telemetry.lake.commits import CommitLog, CommittedFile
from mithaq.telemetry.lake.compaction import compact_lake
from mithaq.telemetry.lake.runs import Run
from mithaq.telemetry.lake.settling import settle
from mithaq.telemetry.progress import Progress, Silent
from mithaq.telemetry.reading import KnownFiles, LogFile, Reading, raw_sha256, read_head
from mithaq.telemetry.sources.base import Source, sources

DROP_LIMIT: Final = 0.01
"""Share of a file's records that may be unreadable before the whole file is rejected."""

_KEPT: Final = FATE[Fate.KEPT]
_WITH_IDS: Final = np.isin(np.arange(len(FATES)), [_KEPT, FATE[Fate.PROVIDER_PRINCIPAL]])


@dataclass
class RejectedFile:
    """A file that was not committed.

    `sha256` is of its decompressed bytes where it could be read whole, of the file as it lies on the disk
    where not, and None where it may not be read at all.
    """

    sha256: str | None
    reason: Rejection


@dataclass
class IngestResult:
    """What one ingest did."""

    source: str
    committed: list[CommittedFile] = field(default_factory=list)
    known: int = 0
    rejected: list[RejectedFile] = field(default_factory=list)


def ingest(
    source: Source,
    files: Sequence[LogFile],
    lake: Path,
    *,
    keyring: Keyring,
    clock: Clock,
    entropy: Entropy,
    accept_drops: bool = False,
    progress: Progress | None = None,
) -> IngestResult:
    """Read logs into a lake, making it if it is not there; raises errors of `telemetry.errors`."""
    log = CommitLog.open_or_make(
        lake, key_id=keyring.key_id, unlock_public=keyring.unlock_public, nonce=entropy(8).hex()
    )
    run = Run.begin(log, entropy(8).hex())
    try:
        work = _Ingest(source, run, keyring, now=int(clock().timestamp()), accept_drops=accept_drops)
        result = work.take_all(files, progress or Silent())
        settle(run)
        compact_lake(run)
    except BaseException:
        run.abandon()
        raise
    run.end()
    return result


class _Ingest:
    """Reads files one after another into batches."""

    def __init__(self, source: Source, run: Run, keyring: Keyring, *, now: int, accept_drops: bool) -> None:
        self._source = source
        self._now = now
        self._accept_drops = accept_drops
        state = run.log.state()
        self._known = KnownFiles(state.files.values())
        self._blinder = Blinder(keyring, source.mapping.provider)
        self._ids = EventIds(run.inherited_event_ids(state))
        self._batch = Batch(source.mapping.name, run, state, self._blinder, self._ids)
        self._result = IngestResult(source.mapping.name)
        self._again: list[LogFile] = []
        """Files to look at once more: another ingest was quicker with one of their batch."""

    def take_all(self, files: Sequence[LogFile], progress: Progress) -> IngestResult:
        """Take every file; those that lost a race against another ingest are looked at again."""
        progress.begin(len(files), sum(entry.size for entry in files))
        queue = deque(files)
        while queue:
            while queue:
                entry = queue.popleft()
                self._take(entry, progress)
                if self._batch.full:
                    self._commit()
            self._commit()
            queue.extend(self._again)
            self._again = []
        return self._result

    def _commit(self) -> None:
        committed, again = self._batch.commit()
        self._result.committed.extend(committed)
        self._again.extend(again)
        # Another ingest may have committed files meanwhile, even if none was in the way of this commit.
        self._known = KnownFiles(self._batch.state.files.values())

    def _take(self, entry: LogFile, progress: Progress) -> None:
        self._ids.begin_file()
        reading = Reading(entry.path)
        try:
            if not self._is_known(entry):
                self._read(entry, reading, progress)
        except FileRejected as error:
            self._batch.drop_file()
            self._ids.reject_file()
            self._result.rejected.append(RejectedFile(_digest(entry, error, reading), error.reason))
        progress.advance(max(entry.size - reading.disk_position, 0), 0)
        progress.file_done()

    def _is_known(self, entry: LogFile) -> bool:
        """Whether the file is in the lake; raises FileRejected when it has grown from one that is."""
        head = read_head(entry.path)
        if not head:
            raise FileRejected(Rejection.EMPTY_FILE, "the file is empty")
        boundaries = self._known.lengths_with(head)
        grown = self._known.grown_from_short(head)
        if not (boundaries or grown or self._known.holds_short(head)):
            return False
        if self._known.holds_packed(entry.path):
            self._result.known += 1
            return True
        reading = Reading(entry.path, boundaries)
        for _ in reading.chunks():
            pass
        if reading.sha256 in self._known:
            self._result.known += 1
            return True
        prefixes = (digest for length, digest in reading.prefixes.items() if length < reading.size)
        if grown or any(digest in self._known for digest in prefixes):
            raise FileRejected(Rejection.GROWN_FILE, "the file begins with one that is already in the lake")
        return False

    def _read(self, entry: LogFile, reading: Reading, progress: Progress) -> None:
        tally = Tally()
        seen = 0
        with (
            closing(reading.chunks()) as chunks,
            closing(ahead(self._source.read(chunks, now=self._now))) as batches,
        ):
            for events in batches:
                self._mark_repeated(events)
                tally.add(events)
                kept = events.fate == _KEPT
                if kept.any():
                    self._batch.add(self._blinder.blind(events.where(kept)))
                    if self._batch.overflowing:
                        self._commit()
                        self._batch.let_through()
                progress.advance(reading.disk_position - seen, len(events))
                seen = reading.disk_position
        self._judge(tally, reading)
        committed = tally.committed_file(self._source.mapping.name, reading)
        self._batch.accept_file(entry, reading.head, committed, tally)
        self._known.add(committed)

    def _mark_repeated(self, events: RawEvents) -> None:
        if (events.event_id.lengths >= 0).any():
            hashes = np.where(_WITH_IDS[events.fate], self._blinder.event_ids(events), 0)
            events.fate[self._ids.repeated(hashes)] = FATE[Fate.REPEATED_EVENT_ID]

    def _judge(self, tally: Tally, reading: Reading) -> None:
        """Raise FileRejected when too much of the file could not be read."""
        dropped = sum(tally.dropped.values())
        if dropped == tally.events:
            others = (other for other in sources().values() if other is not self._source)
            if any(other.recognises(reading.head) for other in others):
                raise FileRejected(Rejection.WRONG_SOURCE, "the file looks like logs of another source")
        if tally.events == 0:
            raise FileRejected(Rejection.EMPTY_FILE, "the file holds no records")
        if dropped > DROP_LIMIT * tally.events and not self._accept_drops:
            raise FileRejected(Rejection.TOO_MANY_DROPPED, "more than 1 % of the records could not be read")


_READ_WHOLE: Final = frozenset(
    {
        Rejection.GROWN_FILE,
        Rejection.TOO_MANY_DROPPED,
        Rejection.WRONG_SOURCE,
        Rejection.EMPTY_FILE,
    }
)


def _digest(entry: LogFile, error: FileRejected, reading: Reading) -> str | None:
    if error.reason not in _READ_WHOLE:
        return raw_sha256(entry.path)
    if not reading.size:
        for _ in reading.chunks():
            pass
    return reading.sha256
