"""The compiled kernels against published vectors, exact whole-number maths and plain Python."""

from __future__ import annotations

import json
import re
import string
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.telemetry import logs

from mithaq.telemetry.errors import FileRejected, Rejection
from mithaq.telemetry.events import FATE, Fate, RawEvents, Text
from mithaq.telemetry.kernels import aggregate
from mithaq.telemetry.kernels.shape import EXTENSION_WORDS, EXTENSIONS, SHAPE_BYTES, blind_keys
from mithaq.telemetry.kernels.siphash import siphash24
from mithaq.telemetry.kernels.tables import Interner, PairIndex
from mithaq.telemetry.lake.bins import SIZE_EDGES
from mithaq.telemetry.lake.schema import SKETCH_REGISTERS
from mithaq.telemetry.sources import framing
from mithaq.telemetry.sources.base import OPERATION_NUMBER
from mithaq.telemetry.sources.cloudtrail import CloudTrail
from mithaq.telemetry.sources.s3_access_log import S3AccessLog
from mithaq.telemetry.vocabulary import Operation

NOW = 1_790_000_000

# SipHash-2-4: J.-P. Aumasson, D. J. Bernstein, reference implementation, `vectors.h`; key 00 01 … 0f,
# input 00 01 … of so many bytes, output as little-endian bytes.
VECTORS = {
    0: "310e0edd47db6f72",
    1: "fd67dc93c539f874",
    2: "5a4fa9d909806c0d",
    3: "2d7efbd796666785",
    4: "b7877127e09427cf",
    5: "8da699cd64557618",
    6: "cee3fe586e46c9cb",
    7: "37d1018bf50002ab",
    8: "6224939a79f5f593",
    15: "e545be4961ca29a1",
}


@pytest.mark.parametrize(("length", "expected"), VECTORS.items())
def test_siphash_gives_the_published_vectors(length: int, expected: str) -> None:
    k0, k1 = np.frombuffer(bytes(range(16)), np.uint64)
    buf = np.frombuffer(b"\xff\xff" + bytes(range(length)) + b"\xff", np.uint8)
    assert np.uint64(siphash24(buf, 2, length, k0, k1)).tobytes().hex() == expected


# Shapes


def blinded(keys: list[bytes], words: tuple[int, int, int, int] = (1, 2, 3, 4)) -> list[tuple[str, int, int]]:
    """Give shape, object hash and subject hash of each key."""
    column = Text.of(keys)
    shapes = np.empty(len(keys) * SHAPE_BYTES, np.uint8)
    lengths = np.empty(len(keys), np.int64)
    objects, subjects = np.empty(len(keys), np.uint64), np.empty(len(keys), np.uint64)
    scratch = np.empty(framing.RECORD_LIMIT, np.uint8)
    blind_keys(
        column.buf, column.starts, column.lengths, np.zeros(len(keys), np.uint64), np.array(words, np.uint64),
        EXTENSION_WORDS, scratch, shapes, lengths, objects, subjects,
    )  # fmt: skip
    rows = shapes.reshape(len(keys), SHAPE_BYTES)
    texts = [rows[row, : lengths[row]].tobytes().decode("ascii") for row in range(len(keys))]
    return list(zip(texts, objects.tolist(), subjects.tolist(), strict=True))


def shape(key: str | bytes) -> str:
    return blinded([key.encode() if isinstance(key, str) else key])[0][0]


CLASS = r"(?:1|2|4|8|16|32|64)"
GRAMMAR = re.compile(
    rf"(?:[-_./~]|an{CLASS}|a|[nhm]{CLASS}|u|d\d{{1,2}})*\*?(?:\.(?:x|{'|'.join(EXTENSIONS)}))?"
)
pieces = st.one_of(
    st.text(string.ascii_letters + string.digits, max_size=12),
    st.sampled_from(
        ["/", "-", "_", ".", "//", "2026-09-07", "20260907T101112Z", "é", "ب", "!", " ", "+", "=", "@"]
    ),
    st.uuids().map(str),
    st.integers(0, 10**15).map(str),
    st.binary(max_size=20).map(bytes.hex),
    st.sampled_from([f".{name}" for name in EXTENSIONS]),
)
keys = st.lists(pieces, max_size=14).map("".join)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("calls/2026-09-07/972501234567/6f1c2d3e-0000-4000-8000-0123456789ab.wav", "a/d10/n8/u.wav"),
        ("backup.tar.gz", "a.gz"),
        ("x/name.secretext", "a/a.x"),
        ("2026/09/07/10/cam3.mp4", "d10/h2/an1.mp4"),
        ("20260907T101112Z-report-final.PDF", "d16-a.pdf"),
        ("one two three", "a"),
        ("", ""),
    ],
)
def test_the_shape_of_a_key_is_what_its_runs_are_made_of(key: str, expected: str) -> None:
    assert shape(key) == expected


@settings(deadline=None)
@given(keys)
def test_a_shape_is_written_in_its_grammar_and_fits_its_room(key: str) -> None:
    found = shape(key)
    assert GRAMMAR.fullmatch(found), found
    assert len(found) <= SHAPE_BYTES
    assert found == shape(key)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_have_a_shape(key: bytes) -> None:
    assert GRAMMAR.fullmatch(shape(key))


@settings(deadline=None)
@given(st.lists(st.one_of(st.text("zqZQ", min_size=3, max_size=9), pieces), max_size=9).map("/".join))
def test_no_run_of_letters_of_a_key_is_in_its_shape(key: str) -> None:
    assert "z" not in re.sub(r"\.(?:gz|npz|tgz|xz|zip|zst|7z|bz2)$", "", shape(key)).lower()
    assert "q" not in re.sub(r"\.(?:parquet|sqlite)$", "", shape(key)).lower()


@settings(deadline=None)
@given(keys)
def test_a_key_is_the_same_however_often_it_was_percent_encoded(key: str) -> None:
    once, twice = quote(key, safe=""), quote(quote(key, safe=""), safe="")
    plain, *others = blinded([key.encode(), once.encode(), twice.encode(), quote(key).encode()])
    assert others == [plain] * 3


def test_numbers_under_which_objects_are_filed_are_told_apart_and_only_counted() -> None:
    rows = blinded(
        [f"calls/{number}/{name}.wav".encode() for number in (972501, 972502) for name in ("ax", "by")]
    )
    subjects = [row[2] for row in rows]
    assert subjects[0] == subjects[1] != subjects[2] == subjects[3]
    assert len({row[1] for row in rows}) == 4
    assert blinded([b"calls/972501/ax.wav"], (1, 2, 9, 9))[0][2] != subjects[0]
    assert [row[2] for row in blinded([b"calls/ax.wav", b"calls/972501"])] == [0, 0]


# Bins and sketches


@settings(deadline=None)
@given(st.lists(st.integers(1, 2**50 - 1), min_size=1))
def test_a_size_is_in_the_bin_that_exact_maths_gives(sizes: list[int]) -> None:
    bins = np.empty(len(sizes), np.int64)
    aggregate.size_bins(np.array(sizes, np.int64), SIZE_EDGES, bins)
    for size, found in zip(sizes, bins.tolist(), strict=True):
        assert 1 << found <= size**4 < 1 << (found + 1)


def test_the_sizes_on_both_sides_of_every_edge_are_told_apart() -> None:
    edges = [int(edge) for edge in SIZE_EDGES if edge > 1]
    for edge in edges:
        bins = np.empty(2, np.int64)
        aggregate.size_bins(np.array([edge - 1, edge], np.int64), SIZE_EDGES, bins)
        assert (1 << int(bins[1])) <= edge**4
        assert (edge - 1) ** 4 < (1 << int(bins[1]))
    bins = np.empty(2, np.int64)
    aggregate.size_bins(np.array([0, 1], np.int64), SIZE_EDGES, bins)
    assert bins.tolist() == [-1, 0]


@pytest.mark.parametrize("count", [1, 10, 300, 5_000, 200_000])
def test_a_sketch_estimates_within_four_standard_errors(count: int) -> None:
    hashes = np.empty(count, np.uint64)
    aggregate.mix_numbers(np.arange(count, dtype=np.int64) * 320, np.uint64(11), np.uint64(7), hashes)
    registers = np.zeros((2, SKETCH_REGISTERS), np.uint8)
    for _ in range(2):  # what comes again changes nothing
        aggregate.raise_registers(np.ones(count, np.int64), hashes, registers)
    assert not registers[0].any()
    estimate = estimated(registers[1])
    assert abs(estimate - count) <= 4 * 1.04 / 16 * count + 0.5


def estimated(registers: np.ndarray[Any, np.dtype[np.uint8]]) -> float:
    """HyperLogLog estimate with linear counting for few values (Flajolet and others, 2007)."""
    size = registers.shape[0]
    raw = float(0.7213 / (1 + 1.079 / size) * size**2 / (2.0 ** -registers.astype(float)).sum())
    empty = int((registers == 0).sum())
    return size * float(np.log(size / empty)) if raw <= 2.5 * size and empty else raw


# Tables


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.binary(max_size=9)), max_size=60))
def test_equal_texts_have_equal_codes_in_order_of_first_appearance(values: list[bytes | None]) -> None:
    interner = Interner()
    column = Text.of(values)
    codes = interner.codes(column.buf, column.starts, column.lengths).tolist()
    order = list(dict.fromkeys(value for value in values if value is not None))
    assert codes == [-1 if value is None else order.index(value) for value in values]
    assert [interner.value(code) for code in range(len(interner))] == order


def test_tables_grow_without_forgetting() -> None:
    chance = np.random.default_rng(7)
    numbers = chance.integers(0, 30_000, 100_000)
    order = {number: place for place, number in enumerate(dict.fromkeys(numbers.tolist()))}
    expected = [order[number] for number in numbers.tolist()]
    pairs = PairIndex()
    assert pairs.codes(numbers, -numbers).tolist() == expected
    assert pairs.first.tolist() == [-number for number in pairs.second.tolist()] == list(order)
    column = Text.of(str(number).encode() * 40 for number in numbers.tolist())
    assert Interner().codes(column.buf, column.starts, column.lengths).tolist() == expected


# Access-log lines

word = st.text(string.ascii_letters + string.digits + "-/:.%+=@", min_size=1, max_size=20).filter(
    lambda text: text != "-" and not text.startswith(("svc:", "AmazonS3")) and "AWSServiceRoleFor" not in text
)
quoted = st.text(string.ascii_letters + string.digits + " ;()/?&=.-", max_size=30)
number_or_dash = st.one_of(st.just("-"), st.integers(0, 10**13).map(str))
moments = st.datetimes(datetime(2006, 1, 1), datetime(2026, 9, 20))  # noqa: DTZ001  # UTC is set below


@st.composite
def s3_values(draw: st.DrawFn) -> dict[str, str]:
    """Draw the values of a well-formed line."""
    plain = {
        name: draw(word) for name in ("bucket", "remote_ip", "requester", "request_id", "key", "version")
    }
    owner = draw(st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=64))
    operation = draw(st.sampled_from(["REST.PUT.OBJECT", "REST.GET.OBJECT", "S3.EXPIRE.OBJECT", "X.Y"]))
    numbers = {name: draw(number_or_dash) for name in ("sent", "size", "total", "turn_around")}
    return plain | numbers | {
        "owner": owner,
        "operation": operation,
        "status": draw(st.sampled_from(["200", "204", "206", "304", "403", "404", "503", "-"])),
        "error": draw(st.sampled_from(["-", "NoSuchKey", "AccessDenied"])),
        "uri": f'"{draw(quoted)}"',
        "referer": f'"{draw(quoted)}"',
        "user_agent": f'"{draw(quoted)}"',
        "time": logs.s3_time(draw(moments).replace(tzinfo=UTC)),
        "fields": str(draw(st.integers(17, 27))),
    }  # fmt: skip


def parsed(events: RawEvents, row: int) -> dict[str, Any]:
    def value(column: Text) -> str | None:
        start, length = column.starts[row], column.lengths[row]
        return None if length < 0 else column.buf[start : start + length].tobytes().decode()

    texts = {
        name: value(getattr(events, name)) for name in ("subscription", "bucket", "principal", "object_key")
    }
    names = ("time", "object_size", "bytes_out", "bytes_in", "operation")
    return (
        texts
        | {name: int(getattr(events, name)[row]) for name in names}
        | {"failed": bool(events.failed[row])}
    )


OPERATIONS = {
    "REST.PUT.OBJECT": Operation.CREATE,
    "REST.GET.OBJECT": Operation.READ,
    "S3.EXPIRE.OBJECT": Operation.EXPIRE,
    "X.Y": Operation.OTHER,
}
SIMPLE = re.compile(
    r"(?P<owner>\S+) (?P<bucket>\S+) \[(?P<time>[^]]+)\] \S+ (?P<requester>\S+) \S+ "
    r"(?P<operation>\S+) (?P<key>\S+) "
    r'"[^"]*" (?P<status>\S+) (?P<error>\S+) (?P<sent>\S+) (?P<size>\S+) \S+ \S+ "[^"]*" "[^"]*"(?: .*)?'
)


def simply(line: str) -> dict[str, Any]:
    """Read a line by a plain expression, which well-formed lines allow."""
    match = SIMPLE.fullmatch(line)
    assert match, line
    found = match.groupdict()
    size = -1 if found["size"] == "-" else int(found["size"])
    unknown = found["status"] == "-"
    failed = found["error"] != "-" if unknown else int(found["status"]) >= 400
    return {
        "subscription": found["owner"],
        "bucket": found["bucket"],
        "principal": found["requester"],
        "object_key": found["key"],
        "time": int(datetime.strptime(found["time"], "%d/%b/%Y:%H:%M:%S %z").timestamp()),
        "object_size": size,
        "bytes_out": 0 if found["sent"] == "-" else int(found["sent"]),
        "bytes_in": 0 if failed or found["operation"] != "REST.PUT.OBJECT" else max(size, 0),
        "operation": OPERATION_NUMBER[OPERATIONS[found["operation"]]],
        "failed": failed,
    }


@settings(deadline=None, max_examples=60)
@given(st.lists(s3_values(), min_size=1, max_size=12))
def test_well_formed_lines_are_read_as_a_plain_expression_reads_them(values: list[dict[str, str]]) -> None:
    lines = [
        logs.s3_line(value["time"], **{k: v for k, v in value.items() if k != "time"}) for value in values
    ]
    chunk = np.frombuffer(logs.text(lines), np.uint8)
    (events,) = S3AccessLog().read([chunk], now=NOW)
    assert events.fate.tolist() == [FATE[Fate.KEPT]] * len(lines)
    assert [parsed(events, row) for row in range(len(lines))] == [simply(line) for line in lines]


# Framing


def chunked(content: bytes, cuts: list[int]) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    bounds = [0, *sorted(cut % (len(content) + 1) for cut in cuts), len(content)]
    return [np.frombuffer(content[a:b], np.uint8) for a, b in pairwise(bounds) if b > a]


def framed(frames: Any) -> tuple[list[bytes], int]:  # noqa: ANN401  # both framings
    records, too_long = [], 0
    for frame in frames:
        too_long += frame.too_long
        for start, end in zip(frame.starts.tolist(), frame.ends.tolist(), strict=True):
            records.append(frame.buf[start:end].tobytes())
    return records, too_long


@settings(deadline=None)
@given(st.lists(st.binary(max_size=60).map(lambda b: b.replace(b"\n", b"").replace(b"\r", b"")), max_size=12),
       st.lists(st.integers(0, 10_000), max_size=12), st.booleans())  # fmt: skip
def test_lines_are_cut_alike_whatever_the_chunks(lines: list[bytes], cuts: list[int], ended: bool) -> None:  # noqa: FBT001
    content = b"\n".join(lines) + (b"\n" if ended else b"")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "RECORD_LIMIT", 40)
        found = framed(framing.lines(chunked(content, cuts)))
    assert found == ([line for line in lines if 0 < len(line) <= 40], sum(len(line) > 40 for line in lines))


values = st.recursive(
    st.one_of(st.none(), st.integers(-9, 9), st.text('{}[]",\\ :aé\n', max_size=8)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('{}[]"\\a', max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
records = st.lists(st.dictionaries(st.text('{}[]"\\a', max_size=4), values, max_size=4), max_size=6)


@settings(deadline=None)
@given(st.lists(records, min_size=1, max_size=3), st.lists(st.integers(0, 10_000), max_size=12),
       st.sampled_from([None, 1]), st.booleans())  # fmt: skip
def test_documents_are_cut_into_their_records_whatever_the_chunks(
    documents: list[list[dict[str, Any]]],
    cuts: list[int],
    indent: int | None,
    ascii_only: bool,  # noqa: FBT001
) -> None:
    def written(value: object) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    content = "\n".join(written({"Records": document}) for document in documents).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(framing, "RECORD_LIMIT", 60)
        found, too_long = framed(framing.records(chunked(content, cuts)))
    expected = [record for document in documents for record in document]
    assert len(found) + too_long == len(expected)
    short = [record for record in expected if record in [json.loads(text) for text in found]]
    assert [json.loads(text) for text in found] == short[: len(found)]
    assert all(len(text) <= 60 for text in found)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 4_000), max_size=9), st.integers(1, 1_900))
def test_a_document_cut_anywhere_is_truncated_whatever_the_chunks(cuts: list[int], missing: int) -> None:
    content = logs.document([logs.event(number) for number in range(3)])
    with pytest.raises(FileRejected) as refused:
        list(CloudTrail().read(chunked(content[:-missing], cuts), now=NOW))
    assert refused.value.reason is Rejection.TRUNCATED
