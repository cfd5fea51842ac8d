"""Cutting a stream of bytes into records, whatever the chunks it comes in and however long a record is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from mithaq.telemetry.errors import FileRejected, Rejection
from mithaq.telemetry.kernels.jit import Bytes, Ints, compiled
from mithaq.telemetry.kernels.words import find

RECORD_LIMIT: Final = 1 << 20
"""Longest record read, in bytes. CloudTrail caps events at 256 kB and an S3 line stays far below it; a
longer one is dropped as `too-long`, so that one line of any size never has to fit in memory."""

_NEWLINE, _RETURN = 10, 13

_SHORT_LINE: Final = 64
"""Bytes to a line when room for line ends is made; where lines are shorter still, room is made again."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Whole records inside one buffer: record i is `buf[starts[i]:ends[i]]`."""

    buf: Bytes
    starts: Ints
    ends: Ints
    too_long: int = 0
    """Records that were longer than RECORD_LIMIT and are not in the frame."""


@compiled
def _find_breaks(chunk: Bytes, at: int, out: Ints) -> tuple[int, int]:
    """Write the places of newlines from `at`; returns how many, and where it stopped for lack of room."""
    found, end = 0, chunk.shape[0]
    at = find(chunk, at, end, _NEWLINE)
    while at < end and found < out.shape[0]:
        out[found] = at
        found += 1
        at = find(chunk, at + 1, end, _NEWLINE)
    return found, at


def _breaks(chunk: Bytes) -> Ints:
    """Give the places of all newlines."""
    parts: list[Ints] = []
    at = 0
    while at < chunk.size:
        room = np.empty(chunk.size // _SHORT_LINE + 1, np.int64)
        found, at = _find_breaks(chunk, at, room)
        parts.append(room[:found])
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def lines(chunks: Iterable[Bytes]) -> Iterator[Frame]:
    """Cut into lines, without their line ends; empty lines are no records. The last may lack its end."""
    carry = np.empty(0, np.uint8)
    skipping = False
    for chunk in chunks:
        breaks = _breaks(chunk)
        too_long = 0
        begin = 0
        if skipping:
            if breaks.size == 0:
                continue
            too_long, begin, skipping = 1, int(breaks[0]) + 1, False
            breaks = breaks[1:]
        buf = np.concatenate((carry, chunk[begin:])) if carry.size or begin else chunk
        ends = breaks + (carry.size - begin)
        whole = int(ends[-1]) + 1 if ends.size else 0
        carry = buf[whole:].copy()
        if carry.size > RECORD_LIMIT:
            carry, skipping = np.empty(0, np.uint8), True
        yield _lines_of(buf, ends, too_long)
    if skipping:
        yield Frame(carry, np.empty(0, np.int64), np.empty(0, np.int64), too_long=1)
    elif carry.size:
        yield _lines_of(carry, np.array([carry.size], np.int64), 0)


def _lines_of(buf: Bytes, ends: Ints, too_long: int) -> Frame:
    starts = np.empty_like(ends)
    if ends.size:
        starts[0] = 0
        starts[1:] = ends[:-1] + 1
        returns = (ends > starts) & (buf[np.maximum(ends - 1, 0)] == _RETURN)
        ends = ends - returns
    return _without_oversize(buf, starts, ends, too_long)


def _without_oversize(buf: Bytes, starts: Ints, ends: Ints, too_long: int) -> Frame:
    oversize = ends - starts > RECORD_LIMIT
    keep = (ends > starts) & ~oversize
    return Frame(buf, starts[keep], ends[keep], too_long + int(oversize.sum()))


_OPENING: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*(?:\}\s*)?\{\s*"Records"\s*:\s*\[')
_CLOSING: Final = re.compile(rb"\A\s*\}\s*\Z")


def opens_document(head: bytes) -> bool:
    """Say whether the bytes begin a `{"Records": […]}` document."""
    return _OPENING.match(head) is not None


def _refuse_trailing(rest: Bytes) -> None:
    if rest.size > RECORD_LIMIT:
        raise FileRejected(
            Rejection.CORRUPT,
            "the file goes on after its list of records with something that is no such list",
            hint="Look at the end of the file; one document or several back to back are read.",
        )


@compiled
def _object_bounds(buf: Bytes, begin: int, state: Ints, starts: Ints, ends: Ints) -> tuple[int, int]:
    """Find whole objects of an array from `begin`; returns (objects found, position after its end or -1).

    state = depth, in string, escaped, start of the open object, anything but objects between them.
    """
    depth, in_string, escaped, opened, stray = state[0], state[1], state[2], state[3], state[4]
    found = 0
    closed = -1
    i = begin
    while i < buf.shape[0]:
        byte = buf[i]
        if in_string:
            if escaped:
                escaped = 0
            elif byte == 92:
                escaped = 1
            elif byte == 34:
                in_string = 0
        elif byte == 34:
            in_string = 1
            if depth == 0:
                stray = 1
        elif byte in (123, 91):
            if depth == 0:
                opened = i
            depth += 1
        elif byte in (125, 93):
            if depth == 0:
                closed = i + 1
                break
            depth -= 1
            if depth == 0:
                starts[found] = opened
                ends[found] = i + 1
                found += 1
                opened = -1
        elif depth == 0 and byte not in (9, 10, 13, 32, 44):
            stray = 1
        i += 1
    state[0], state[1], state[2], state[3], state[4] = depth, in_string, escaped, opened, stray
    return found, closed


def records(chunks: Iterable[Bytes]) -> Iterator[Frame]:
    """Cut `{"Records": [{…}, {…}]}` documents, one or several back to back, into their records.

    Raises FileRejected when the last document does not end, or a list holds what is no record: it could not
    be counted.
    """
    carry = np.empty(0, np.uint8)
    state = np.array([0, 0, 0, -1, 0], np.int64)
    inside = skipping = False
    for chunk in chunks:
        buf = np.concatenate((carry, chunk)) if carry.size else chunk
        at = carry.size if inside else 0
        while True:
            if not inside:
                opening = _OPENING.match(buf[at : at + 4096].tobytes())
                if opening is None:
                    carry = buf[at:].copy()
                    _refuse_trailing(carry)
                    break
                at += opening.end()
                inside, state[:] = True, (0, 0, 0, -1, 0)
            room = (buf.size - at) // 2 + 1
            starts, ends = np.empty(room, np.int64), np.empty(room, np.int64)
            found, closed = _object_bounds(buf, at, state, starts, ends)
            if state[4]:
                raise FileRejected(Rejection.CORRUPT, "there is something between the records that is none")
            too_long = 0
            if skipping and found:
                too_long, skipping = 1, False
                starts, ends, found = starts[1:], ends[1:], found - 1
            yield _without_oversize(buf, starts[:found], ends[:found], too_long)
            if closed < 0:
                opened = int(state[3])
                carry = buf[opened:].copy() if opened >= 0 and not skipping else np.empty(0, np.uint8)
                state[3] = 0 if opened >= 0 else -1
                if carry.size > RECORD_LIMIT:
                    carry, skipping = np.empty(0, np.uint8), True
                break
            inside, at = False, closed
    if inside or _CLOSING.match(carry.tobytes()) is None:
        raise FileRejected(
            Rejection.TRUNCATED,
            "the file ends inside its list of records",
            hint="Fetch it again; a file is read whole or not at all.",
        )
