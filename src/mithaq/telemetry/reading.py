"""Finding log files and reading their decompressed bytes, with their digest, in bounded memory."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import numpy as np
import pyarrow as pa
from isal import igzip

from mithaq.telemetry.ahead import ahead
from mithaq.telemetry.errors import FileRejected, NoLogs, Rejection
from mithaq.telemetry.kernels.jit import Bytes
from mithaq.telemetry.lake.commits import HEAD_BYTES, CommittedFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES: Final = 2 << 20
"""Small enough that a chunk is still in the processor's cache when it is digested, parsed and blinded."""

_open_gzip: Final = cast("Callable[[BinaryIO, str], BinaryIO]", igzip.open)

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file to read. Its path is for opening only: it is printed and stored nowhere."""

    path: Path
    size: int
    """Bytes on disk, for progress."""


def find_logs(paths: Sequence[Path]) -> list[LogFile]:
    """List the log files of the paths, sorted per path; raises NoLogs.

    Folders are read recursively without following links; names that begin with `.` or `_` are left out.
    A message names a path by its place on the command line only: real names carry account ids.
    """
    found: list[LogFile] = []
    for number, path in enumerate(paths, 1):
        mode = _mode(path, number)
        if stat.S_ISDIR(mode):
            found.extend(_below(path))
        elif stat.S_ISREG(mode):
            found.append(LogFile(path, path.stat().st_size))
        else:
            raise NoLogs(
                f"PATH number {number} is neither a file nor a folder",
                field="PATH",
                hint="Name files or folders that hold logs.",
            )
    if not found:
        raise NoLogs(
            "no log files in the paths given",
            field="PATH",
            hint="Folders are read recursively; names that begin with . or _ and links are left out.",
        )
    return found


def _mode(path: Path, number: int) -> int:
    try:
        return path.stat().st_mode
    except OSError as error:
        raise NoLogs(
            f"PATH number {number} cannot be looked at: {error.strerror}",
            field="PATH",
            hint="Name files or folders that hold logs, as a user who may read them.",
        ) from error


def _below(folder: Path) -> Iterator[LogFile]:
    def refuse(error: OSError) -> None:
        raise NoLogs(
            f"a folder cannot be listed: {error.strerror}",
            field="PATH",
            hint="Run it as a user who may read the folder.",
        ) from error

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if name[0] not in "._")
        for path in (Path(parent, name) for name in sorted(names) if name[0] not in "._"):
            try:
                status = path.lstat()
            except OSError:
                yield LogFile(path, 0)  # opening it will say why it cannot be read
                continue
            if stat.S_ISREG(status.st_mode):
                yield LogFile(path, status.st_size)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what can go wrong while reading one file into FileRejected with its reason."""
    again = "Fetch the file again; it is read whole or not at all."
    try:
        yield
    except EOFError as error:
        raise FileRejected(Rejection.TRUNCATED, "the compressed stream ends early", hint=again) from error
    except PermissionError as error:
        raise FileRejected(
            Rejection.NO_PERMISSION, "the file may not be read", hint="Run it as a user who may read it."
        ) from error
    except (zlib.error, igzip.BadGzipFile, pa.ArrowInvalid) as error:
        raise FileRejected(Rejection.CORRUPT, "the compressed stream is damaged", hint=again) from error
    except OSError as error:
        if "Truncated" in str(error):
            raise FileRejected(Rejection.TRUNCATED, "the compressed stream ends early", hint=again) from error
        if error.errno in (errno.EIO, errno.ESTALE, None):
            raise FileRejected(Rejection.CORRUPT, "the file could not be read whole", hint=again) from error
        raise FileRejected(Rejection.UNREADABLE, "the file could not be read", hint=again) from error


class _Packed(io.RawIOBase):
    """A compressed file's own bytes, digested as the decompressor takes them."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        piece = self._raw.read(memoryview(buffer).nbytes)
        memoryview(buffer)[: len(piece)] = piece
        self._digest.update(piece)
        return len(piece)

    def sha256(self) -> str:
        """Digest of the whole file; bytes that the decompressor has left alone are read now."""
        while piece := self._raw.read(CHUNK_BYTES):
            self._digest.update(piece)
        return self._digest.hexdigest()


def _opened(stream: BinaryIO) -> tuple[BinaryIO, _Packed | None]:
    """Decompress by what the bytes say, not by what the name says; also gives the compressed bytes."""
    magic = stream.read(4)
    stream.seek(0)
    packed = _Packed(stream)
    if magic.startswith(_GZIP):
        return _open_gzip(cast("BinaryIO", packed), "rb"), packed
    if magic == _ZSTD:
        return cast("BinaryIO", pa.CompressedInputStream(pa.PythonFile(packed, "r"), "zstd")), packed
    return stream, None


@dataclass
class Reading:
    """The decompressed bytes of one file in chunks, digested on the way.

    `boundaries` are lengths after which the digest is wanted as well: those of known files that this one
    may have grown from.
    """

    path: Path
    boundaries: Sequence[int] = ()
    size: int = 0
    disk_position: int = 0
    head: bytes = b""
    prefixes: dict[int, str] = field(default_factory=dict)
    packed_sha256: str | None = None
    """Digest of the compressed file, once it has been read to its end; None for a plain one."""
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """Digest of what has been read so far."""
        return self._digest.hexdigest()

    @property
    def head_sha256(self) -> str:
        """Digest of the first HEAD_BYTES."""
        return hashlib.sha256(self.head).hexdigest()

    def chunks(self) -> Generator[Bytes, None, None]:
        """Read, decompress and digest on a second thread, one chunk ahead; raises FileRejected."""
        with _refusals():
            yield from ahead(self._chunks())

    def _chunks(self) -> Generator[Bytes, None, None]:
        with self.path.open("rb") as raw:
            stream, packed = _opened(cast("BinaryIO", raw))
            while chunk := self._next(stream, raw):
                yield np.frombuffer(chunk, np.uint8)
            self.packed_sha256 = packed.sha256() if packed else None

    def _next(self, stream: BinaryIO, raw: BinaryIO) -> bytes:
        chunk = stream.read(CHUNK_BYTES)
        self.disk_position = raw.tell()
        if len(self.head) < HEAD_BYTES:
            self.head += chunk[: HEAD_BYTES - len(self.head)]
        at = 0
        for boundary in self.boundaries:
            if self.size < boundary <= self.size + len(chunk):
                self._digest.update(chunk[at : boundary - self.size])
                at = boundary - self.size
                self.prefixes[boundary] = self._digest.hexdigest()
        self._digest.update(memoryview(chunk)[at:])
        self.size += len(chunk)
        return chunk


def read_head(path: Path) -> bytes:
    """Give the first HEAD_BYTES of the decompressed file; raises FileRejected."""
    with _refusals(), path.open("rb") as raw:
        stream, head = _opened(cast("BinaryIO", raw))[0], b""
        while len(head) < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - len(head))):
            head += piece
        return head


def raw_sha256(path: Path) -> str | None:
    """Digest of a file's bytes as they lie on the disk; None if it may not be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


class KnownFiles:
    """Files that are in the lake, found by how a new one begins."""

    def __init__(self, files: Iterable[CommittedFile]) -> None:
        self._by_sha256: dict[str, CommittedFile] = {}
        self._packed: set[str] = set()
        self._by_head: dict[str, set[int]] = {}
        self._short: set[int] = set()
        for entry in files:
            self.add(entry)

    def add(self, entry: CommittedFile) -> None:
        """Remember one more file."""
        self._by_sha256[entry.sha256] = entry
        if entry.packed is not None:
            self._packed.add(entry.packed)
        if entry.bytes >= HEAD_BYTES:
            self._by_head.setdefault(entry.head, set()).add(entry.bytes)
        elif entry.bytes:
            self._short.add(entry.bytes)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._by_sha256

    def holds_packed(self, path: Path) -> bool:
        """Whether a known file was compressed to these very bytes: then they need not be decompressed."""
        return bool(self._packed) and raw_sha256(path) in self._packed

    def holds_short(self, head: bytes) -> bool:
        """Whether a file that is shorter than a head is known."""
        return len(head) in self._short and hashlib.sha256(head).hexdigest() in self._by_sha256

    def grown_from_short(self, head: bytes) -> bool:
        """Whether a known file of less than HEAD_BYTES is the beginning of a longer one with this head."""
        shorter = (length for length in self._short if length < len(head))
        return any(hashlib.sha256(head[:length]).hexdigest() in self._by_sha256 for length in shorter)

    def lengths_with(self, head: bytes) -> list[int]:
        """Lengths of known files that begin with this head, ascending."""
        return sorted(self._by_head.get(hashlib.sha256(head).hexdigest(), ()))
