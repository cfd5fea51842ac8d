"""The boundary: raw events go in, codes and keyed hashes come out.

Behind this line no native id exists except inside the blinder itself, which holds each distinct
subscription and bucket once, in memory, to name and seal it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mithaq.identity import KeyPurpose, Keyring
from mithaq.telemetry.events import RawEvents, Text
from mithaq.telemetry.kernels.jit import Bytes, Ints, Words
from mithaq.telemetry.kernels.shape import EXTENSION_WORDS, SHAPE_BYTES, blind_keys
from mithaq.telemetry.kernels.siphash import siphash_column
from mithaq.telemetry.kernels.tables import Interner, PairIndex
from mithaq.telemetry.sources.framing import RECORD_LIMIT
from mithaq.terms.subscription import normalise_subscription

_CODE_BITS: Final = 32


@dataclass(frozen=True, slots=True)
class BlindEvents:
    """Kept events without ids. `stream` codes (subscription, bucket, shape); see `Blinder.streams`."""

    time: Ints
    stream: Ints
    service: Ints
    operation: Ints
    region: Ints
    failed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    object_size: Ints
    bytes_in: Ints
    bytes_out: Ints
    principal: Words
    """Keyed hash of the caller, 0 for none; raises a sketch register and is then gone."""
    subject: Words
    """Keyed hash of the key's subject run, 0 for none; likewise."""
    object_hash: Words
    """Keyed hash of subscription, bucket and key, 0 for none; kept for the sampled objects only."""

    def __len__(self) -> int:
        return int(self.time.shape[0])


@dataclass
class _Names:
    """Pseudonyms of one kind of native value, each made once."""

    purpose: KeyPurpose
    interner: Interner = field(default_factory=Interner)
    pseudonyms: list[str] = field(default_factory=list)
    tweaks: list[int] = field(default_factory=list)

    def add(self, pseudonym: str) -> None:
        self.pseudonyms.append(pseudonym)
        digest = hashlib.blake2b(pseudonym.encode(), digest_size=8).digest()
        self.tweaks.append(int.from_bytes(digest, "little"))


class Blinder:
    """Blinds the raw events of one source under the current epoch of a keyring."""

    def __init__(self, keyring: Keyring, provider: str) -> None:
        self._keyring = keyring
        self._provider = provider
        epoch = keyring.current
        self._epoch = epoch
        self._subscriptions = _Names(KeyPurpose.SUBSCRIPTION)
        self._buckets = _Names(KeyPurpose.BUCKET)
        self._shapes = Interner()
        self._streams = PairIndex()
        words = np.frombuffer(
            epoch.derive(KeyPurpose.OBJECT)[:16] + epoch.derive(KeyPurpose.SUBJECT)[:16], np.uint64
        )
        self._key_words = words.copy()
        self._principal_words = np.frombuffer(epoch.derive(KeyPurpose.PRINCIPAL)[:16], np.uint64).copy()
        self._event_words = np.frombuffer(epoch.derive(KeyPurpose.EVENT_ID)[:16], np.uint64).copy()
        self._scratch = np.empty(RECORD_LIMIT, np.uint8)
        self._sealed: dict[str, bytes] = {}

    @property
    def epoch(self) -> int:
        """The epoch that pseudonyms are made under."""
        return self._epoch.epoch

    def event_ids(self, events: RawEvents) -> Words:
        """Keyed hashes of the events' ids, 0 where an event has none."""
        return self._hash(events.event_id, self._event_words)

    def blind(self, events: RawEvents) -> BlindEvents:
        """Blind events, all of them kept ones."""
        subscription = self._codes(self._subscriptions, events.subscription)
        bucket = self._codes(self._buckets, events.bucket)
        tweak = np.array(self._subscriptions.tweaks, np.uint64)[subscription]
        tweak ^= np.array([*self._buckets.tweaks, 0], np.uint64)[bucket] << np.uint64(1)
        shape, objects, subjects = self._keys(events.object_key, tweak)
        stream = self._streams.codes((subscription << _CODE_BITS) | (bucket + 1), shape)
        return BlindEvents(
            time=events.time,
            stream=stream,
            service=events.service,
            operation=events.operation,
            region=events.region,
            failed=events.failed,
            object_size=events.object_size,
            bytes_in=events.bytes_in,
            bytes_out=events.bytes_out,
            principal=self._hash(events.principal, self._principal_words),
            subject=subjects,
            object_hash=objects,
        )

    def streams(self) -> tuple[list[str], list[str], list[str]]:
        """Give, by stream code: subscription pseudonym, bucket pseudonym (or empty), shape (or empty)."""
        pairs = self._streams.first
        subscriptions = [self._subscriptions.pseudonyms[code] for code in (pairs >> _CODE_BITS).tolist()]
        names = [*self._buckets.pseudonyms, ""]
        buckets = [names[code - 1] for code in (pairs & ((1 << _CODE_BITS) - 1)).tolist()]
        shapes = [self._shapes.value(code).decode("ascii") for code in self._streams.second.tolist()]
        return subscriptions, buckets, shapes

    def sealed(self) -> dict[str, bytes]:
        """Give, by pseudonym, the sealed native id of every subscription seen so far."""
        return self._sealed

    def _codes(self, names: _Names, column: Text) -> Ints:
        codes = names.interner.codes(column.buf, column.starts, column.lengths)
        for code in range(len(names.pseudonyms), len(names.interner)):
            native = names.interner.value(code).decode("utf-8", "replace")
            if names.purpose is KeyPurpose.SUBSCRIPTION:
                native = normalise_subscription(f"{self._provider}:{native}")
                pseudonym = self._epoch.pseudonym(names.purpose, native)
                if pseudonym not in self._sealed:
                    self._sealed[pseudonym] = self._keyring.seal(native)
            else:
                pseudonym = self._epoch.pseudonym(names.purpose, native)
            names.add(pseudonym)
        return codes

    def _keys(self, column: Text, tweak: Words) -> tuple[Ints, Words, Words]:
        rows = column.starts.shape[0]
        shapes: Bytes = np.empty(rows * SHAPE_BYTES, np.uint8)
        lengths = np.empty(rows, np.int64)
        objects, subjects = np.empty(rows, np.uint64), np.empty(rows, np.uint64)
        blind_keys(
            column.buf, column.starts, column.lengths, tweak, self._key_words, EXTENSION_WORDS,
            self._scratch, shapes, lengths, objects, subjects,
        )  # fmt: skip
        starts = np.arange(rows, dtype=np.int64) * SHAPE_BYTES
        return self._shapes.codes(shapes, starts, lengths), objects, subjects

    def _hash(self, column: Text, words: Words) -> Words:
        out = np.empty(column.starts.shape[0], np.uint64)
        siphash_column(column.buf, column.starts, column.lengths, words[0], words[1], out)
        return out
