"""From an object key to its shape, its keyed hashes, and nothing else.

A shape keeps what kind of runs a key is made of and forgets the runs themselves:

    calls/2026-09-07/972501234567/6f1c…-uuid.wav   ->   a/d10/n8/u.wav

Per path segment, in order: `a` words (a run of letters, or several joined by separators), `n<k>` digits,
`h<k>` hexadecimal, `m<k>` letters and digits mixed, `u` a UUID, `d<l>` a date of l characters; k is the
length's class, the largest power of two not above it. Separators stay (`-`, `_`, `.`, else `~`), the
extension stays if it is on the closed list, else it is `.x`. Keys arrive percent-encoded up to twice.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mithaq.telemetry.kernels.jit import Bytes, Ints, Words, compiled
from mithaq.telemetry.kernels.siphash import siphash24
from mithaq.telemetry.kernels.words import find

SHAPE_BYTES: Final = 64
"""A shape longer than this ends in `*`; keys of people and machines seen in real logs need under 40."""

_SEGMENTS: Final = 8
"""Path segments kept; deeper trees end in `*`."""

_SUBJECT_DIGITS: Final = 6
_SUBJECT_MIXED: Final = 8

# fmt: off
EXTENSIONS: Final = (
    "3gp", "7z", "aac", "alaw", "amr", "arrow", "asc", "au", "avi", "avro", "awb", "bak", "bin", "bmp",
    "bz2", "caf", "ckpt", "crt", "css", "csv", "dat", "db", "dcm", "doc", "docx", "eml", "enc", "flac",
    "g729", "gif", "glb", "gsm", "gz", "h5", "heic", "hl7", "htm", "html", "ico", "idx", "jpeg", "jpg",
    "js", "json", "jsonl", "key", "las", "log", "m3u8", "m4a", "map", "md", "md5", "mkv", "mov", "mp3",
    "mp4", "mpg", "msg", "ndjson", "npy", "npz", "odt", "ogg", "onnx", "opus", "orc", "parquet", "part",
    "pb", "pdf", "pem", "pgp", "pkl", "ply", "png", "ppt", "pptx", "pt", "raw", "sha256", "sln", "spx",
    "sqlite", "stl", "svg", "tar", "tgz", "tif", "tiff", "tmp", "ts", "tsv", "ttf", "txt", "ulaw", "vcf",
    "vox", "wasm", "wav", "webm", "webp", "wma", "woff", "woff2", "xls", "xlsx", "xml", "xz", "yaml", "yml",
    "zip", "zst",
)
# fmt: on
"""The closed list: an extension outside it never leaves the parser."""


def _packed(text: str) -> int:
    return int.from_bytes(text.encode().ljust(8, b"\0"), "big")


EXTENSION_WORDS: Final = np.array(sorted(_packed(text) for text in EXTENSIONS), np.uint64)

# Classes of a run of letters and digits.
_WORD, _DIGITS, _HEX, _MIXED, _WORD_DIGITS, _UUID, _DATE, _FOLDER = 0, 1, 2, 3, 4, 5, 6, 7


_LANE: Final = 21
"""Bits to a counter in a tally: no run is longer than a record, and that is below 2^21 bytes."""


def _tallies() -> list[int]:
    """What a byte adds to its run's tally: lanes for digits, `a-f` and `A-F`."""
    tallies = [0] * 256
    for byte in (*range(48, 58), *range(97, 123), *range(65, 91), *range(128, 256)):
        digit, lower, upper = 48 <= byte <= 57, 97 <= byte <= 102, 65 <= byte <= 70
        tallies[byte] = digit | lower << _LANE | upper << 2 * _LANE
    return tallies


_TALLY: Final = np.array(_tallies(), np.int64)
_IN_A_RUN: Final = np.array([chr(byte).isalnum() or byte >= 128 for byte in range(256)], np.bool_)


_HEX_VALUES: Final = np.array(
    [int(chr(byte), 16) if chr(byte) in "0123456789abcdefABCDEF" else -1 for byte in range(256)], np.int64
)


@compiled
def _is_digit(byte: int) -> bool:
    return 48 <= byte <= 57


@compiled
def _is_letter(byte: int) -> bool:
    return 97 <= byte <= 122 or 65 <= byte <= 90 or byte >= 128


@compiled
def _hex_value(byte: int) -> int:
    return int(_HEX_VALUES[byte])


@compiled
def _unquote(buf: Bytes, start: int, length: int, scratch: Bytes) -> int:
    """Undo percent-encoding once into scratch; returns the length. `buf` may be scratch itself."""
    out, i, end = 0, start, start + length
    while i < end:
        byte = buf[i]
        if byte == 37 and i + 2 < end:
            high, low = _hex_value(buf[i + 1]), _hex_value(buf[i + 2])
            if high >= 0 and low >= 0:
                scratch[out] = high * 16 + low
                out += 1
                i += 3
                continue
        scratch[out] = byte
        out += 1
        i += 1
    return out


@compiled
def _two(key: Bytes, at: int) -> int:
    tens, ones = int(key[at]), int(key[at + 1])
    return (tens - 48) * 10 + (ones - 48)


@compiled
def _date_length(key: Bytes, at: int, end: int) -> int:
    """Length of the date that begins at `at` (YYYYMMDD[T]HHMMSS, YYYYMMDD, YYYY-MM-DD and alike), else 0."""
    if end - at < 8:
        return 0
    for i in range(4):
        if not _is_digit(key[at + i]):
            return 0
    year = _two(key, at) * 100 + _two(key, at + 2)
    if year < 1990 or year > 2099:
        return 0
    mark = key[at + 4]
    if mark in (45, 47, 95, 46):  # - / _ .
        month, day, length = at + 5, at + 8, 10
        if end - at < 10 or key[at + 7] != mark:
            return 0
    else:
        month, day, length = at + 4, at + 6, 8
    if not (_is_digit(key[month]) and _is_digit(key[month + 1])):
        return 0
    if not (_is_digit(key[day]) and _is_digit(key[day + 1])):
        return 0
    if not (1 <= _two(key, month) <= 12 and 1 <= _two(key, day) <= 31):
        return 0
    after = at + length
    if length == 8:
        clock = after + 1 if after < end and key[after] in (84, 116) else after  # T
        digits = 0
        while clock + digits < end and _is_digit(key[clock + digits]):
            digits += 1
        if digits in (4, 6):
            after = clock + digits
            if after < end and key[after] in (90, 122):  # Z
                after += 1
    if after < end and (_is_digit(key[after]) or _is_letter(key[after])):
        return 0
    return after - at


@compiled
def _is_uuid(key: Bytes, at: int, end: int) -> bool:
    if end - at < 36:
        return False
    if not (key[at + 8] == key[at + 13] == key[at + 18] == key[at + 23] == 45):
        return False
    for i in range(36):
        if i not in (8, 13, 18, 23) and _hex_value(key[at + i]) < 0:
            return False
    after = at + 36
    return after >= end or not (_is_digit(key[after]) or _is_letter(key[after]))


@compiled
def _run(key: Bytes, at: int, end: int) -> tuple[int, int]:
    """Class and length of the run of letters and digits at `at`."""
    tally = switches = 0
    i = at
    previous = _TALLY[key[at]] & 1
    while i < end and _IN_A_RUN[key[i]]:
        adds = _TALLY[key[i]]
        tally += adds
        switches += (adds ^ previous) & 1
        previous = adds & 1
        i += 1
    length = i - at
    lane = (1 << _LANE) - 1
    digits, lower, upper = tally & lane, (tally >> _LANE) & lane, tally >> (2 * _LANE)
    if digits == length:
        return _DIGITS, length
    if digits == 0:
        return _WORD, length
    if digits + lower + upper == length and length >= 8 and (lower == 0 or upper == 0):
        return _HEX, length
    if switches == 1 and previous == 1:
        return _WORD_DIGITS, length
    return _MIXED, length


@compiled
def _hex_folder(key: Bytes, at: int, end: int) -> int:
    """Length of a whole path segment of at most 7 hexadecimal digits in one case, else 0.

    Stores spread objects over folders such as `11e/c89`; read as numbers, words and mixtures by chance,
    they would split one stream into dozens.
    """
    if at > 0 and key[at - 1] != 47:
        return 0
    lower = upper = 0
    i = at
    while i < end and key[i] != 47:
        byte = key[i]
        if _hex_value(byte) < 0 or i - at >= 7:
            return 0
        if byte >= 97:
            lower += 1
        elif byte >= 65:
            upper += 1
        i += 1
    return 0 if lower > 0 and upper > 0 else i - at


@compiled
def _put_class(out: Bytes, at: int, letter: int, length: int) -> int:
    """Write a class letter and the power-of-two class of a length; returns the next position."""
    out[at] = letter
    size = 1
    while size * 2 <= length and size < 64:
        size *= 2
    if size >= 10:
        out[at + 1] = 48 + size // 10
        out[at + 2] = 48 + size % 10
        return at + 3
    out[at + 1] = 48 + size
    return at + 2


@compiled
def _extension(key: Bytes, length: int, known: Words) -> tuple[int, bool]:
    """Where the extension's dot stands (length if none) and whether it is on the closed list."""
    i = length - 1
    while i > 0 and length - i <= 9 and (_is_digit(key[i]) or _is_letter(key[i])):
        i -= 1
    if i <= 0 or key[i] != 46 or i == length - 1 or key[i - 1] == 47:
        return length, False
    word = np.uint64(0)
    for j in range(8):
        byte = 0
        if i + 1 + j < length:
            byte = key[i + 1 + j]
            if 65 <= byte <= 90:
                byte += 32
        word = (word << np.uint64(8)) | np.uint64(byte)
    place = int(np.searchsorted(known, word))
    return i, length - i - 1 <= 8 and place < known.shape[0] and known[place] == word


@compiled
def _token(key: Bytes, at: int, end: int) -> tuple[int, int]:
    """Class and length of the token of letters and digits (or the UUID or date) that begins at `at`."""
    if _is_uuid(key, at, end):
        return _UUID, 36
    length = _date_length(key, at, end)
    if length > 0:
        return _DATE, length
    length = _hex_folder(key, at, end)
    if length > 0:
        return _FOLDER, length
    return _run(key, at, end)


@compiled
def _names_subject(kind: int, length: int) -> bool:
    """Whether a token is long enough to be a number, device or account under which objects are filed."""
    if kind in (_DIGITS, _FOLDER):
        return length >= _SUBJECT_DIGITS
    return kind in (_UUID, _HEX) or (kind == _MIXED and length >= _SUBJECT_MIXED)


@compiled
def _put_token(out: Bytes, at: int, key: Bytes, start: int, kind: int, length: int) -> int:
    """Write what is kept of a token; returns the next position."""
    if kind == _UUID:
        out[at] = 117  # u
        return at + 1
    if kind == _DATE:
        out[at] = 100  # d
        if length < 10:
            out[at + 1] = 48 + length
            return at + 2
        out[at + 1] = 48 + length // 10
        out[at + 2] = 48 + length % 10
        return at + 3
    if kind == _WORD_DIGITS:
        digits = 0
        while _is_digit(key[start + length - 1 - digits]):
            digits += 1
        out[at] = 97  # a
        return _put_class(out, at + 1, 110, digits)
    letter = 110 if kind == _DIGITS else 109 if kind == _MIXED else 104  # n, m, h
    return _put_class(out, at, letter, length)


@compiled
def _put_word(out: Bytes, at: int, follows_word: bool) -> int:
    """Write a word. Several in a row are one: how many words a name has says nothing here."""
    if follows_word:
        while at > 0 and out[at - 1] != 97:
            at -= 1
        return at
    out[at] = 97
    return at + 1


@compiled
def _put_extension(out: Bytes, at: int, key: Bytes, dot: int, length: int, listed: bool) -> int:
    """Write `.` and the listed extension in lower case, or `.x`."""
    if not listed:
        out[at], out[at + 1] = 46, 120
        return at + 2
    for i in range(dot, length):
        byte = key[i]
        out[at] = byte + 32 if 65 <= byte <= 90 else byte
        at += 1
    return at


@compiled
def _shape(key: Bytes, length: int, known: Words, out: Bytes) -> tuple[int, int, int]:
    """Write the shape of `key[:length]`; returns (its length, start and length of the subject run or -1).

    The subject run is the first long identifier after which the key still goes on to name the object. Only
    its keyed hash is ever used, to count.
    """
    dot, listed = _extension(key, length, known)
    i = at = 0
    segments = 1
    subject, subject_length, confirmed = -1, 0, False
    last_word = False
    while i < dot:
        if at > out.shape[0] - 16 or segments > _SEGMENTS:
            out[at] = 42  # *
            return at + 1, subject if confirmed else -1, subject_length
        byte = key[i]
        if not (_is_digit(byte) or _is_letter(byte)):
            mark = byte if byte in (45, 46, 47, 95) else 126
            if byte == 47:
                segments += 1
                confirmed = confirmed or subject >= 0
                last_word = False
            if byte == 47 or at == 0 or out[at - 1] != mark:
                out[at] = mark
                at += 1
            i += 1
            continue
        kind, run = _token(key, i, dot)
        if subject >= 0 and kind not in (_WORD, _DATE):
            confirmed = True
        if subject < 0 and _names_subject(kind, run):
            subject, subject_length = i, run
        at = _put_word(out, at, last_word) if kind == _WORD else _put_token(out, at, key, i, kind, run)
        last_word = kind == _WORD
        i += run
    if dot < length:
        at = _put_extension(out, at, key, dot, length, listed)
    return at, subject if confirmed else -1, subject_length


@compiled
def blind_keys(
    buf: Bytes,
    starts: Ints,
    lengths: Ints,
    tweak: Words,
    keys: Words,
    known: Words,
    scratch: Bytes,
    shapes: Bytes,
    shape_lengths: Ints,
    objects: Words,
    subjects: Words,
) -> None:
    """Turn a column of object keys into shapes, object hashes and subject hashes.

    `tweak` holds a keyed hash of each row's subscription and bucket, so that one key in two buckets is two
    objects; `keys` are the two SipHash words for objects and the two for subjects. A row without a key gets
    an empty shape and hashes of 0; a key without a subject gets a subject hash of 0.
    """
    stride = shapes.shape[0] // starts.shape[0] if starts.shape[0] else 0
    for row in range(starts.shape[0]):
        if lengths[row] < 0:
            shape_lengths[row] = 0
            objects[row] = np.uint64(0)
            subjects[row] = np.uint64(0)
            continue
        length = lengths[row]
        if find(buf, starts[row], starts[row] + length, 37) < starts[row] + length:  # %
            length = _unquote(buf, starts[row], length, scratch)
            length = _unquote(scratch, 0, length, scratch)
        else:
            scratch[:length] = buf[starts[row] : starts[row] + length]
        out = shapes[row * stride : (row + 1) * stride]
        size, subject, subject_length = _shape(scratch, length, known, out)
        shape_lengths[row] = size
        objects[row] = siphash24(scratch, 0, length, keys[0] ^ tweak[row], keys[1])
        subjects[row] = np.uint64(0)
        if subject >= 0:
            subjects[row] = siphash24(scratch, subject, subject_length, keys[2], keys[3])
