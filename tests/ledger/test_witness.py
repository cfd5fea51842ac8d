"""A witness cosigns what continues the log it knows, and answers everything else as the protocol says."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest
from tests.ledger.logs import NOW, ORIGIN, SIGNER, TRUST, Log, entry, log_of, witness_signer

from mithaq.ledger.cosignature import cosigned_at
from mithaq.ledger.errors import LedgerDamaged
from mithaq.ledger.note import make_signer, parse_note, parse_signature
from mithaq.ledger.tree import consistency_proof
from mithaq.ledger.witness import Submission, Witness, WitnessMemory


def witness(folder: Path) -> Witness:
    return Witness(witness_signer(), {ORIGIN: TRUST.keys}, WitnessMemory(folder), lambda: NOW)


def request(log: Log, old: int, size: int | None = None) -> bytes:
    new = log.size if size is None else size
    proof = consistency_proof(old, new, log.reader(new))
    return Submission(old, tuple(proof), parse_note(log.checkpoint(new))).encode()


def test_each_continuation_is_cosigned(tmp_path: Path) -> None:
    log, outside = log_of(300), witness(tmp_path)
    old = 0
    for size in (1, 2, 256, 257, 300):
        answer = outside.add_checkpoint(request(log, old, size))
        assert answer.status == HTTPStatus.OK
        note = parse_note(log.checkpoint(size)).signed_also(parse_signature(answer.body.rstrip("\n")))
        assert cosigned_at(note, [outside.signer.cosigner]) == {outside.signer.name: int(NOW.timestamp())}
        old = size


def test_the_same_checkpoint_is_cosigned_again(tmp_path: Path) -> None:
    log, outside = log_of(5), witness(tmp_path)
    for old in (0, 5, 5):
        assert outside.add_checkpoint(request(log, old)).status == HTTPStatus.OK


def test_who_does_not_know_what_the_witness_knows_is_told(tmp_path: Path) -> None:
    log, outside = log_of(9), witness(tmp_path)
    outside.add_checkpoint(request(log, 0, 4))
    answer = outside.add_checkpoint(request(log, 0))
    assert (answer.status, answer.body, answer.content_type) == (409, "4\n", "text/x.tlog.size")


def test_a_forked_log_gets_no_cosignature(tmp_path: Path) -> None:
    log, outside = log_of(6), witness(tmp_path)
    outside.add_checkpoint(request(log, 0))
    forked = Log([*log.entries[:3], entry(99), *log.entries[4:]])
    assert outside.add_checkpoint(request(forked, 6)).status == HTTPStatus.CONFLICT
    forked.append([entry(7), entry(8)])
    assert outside.add_checkpoint(request(forked, 6)).status == HTTPStatus.UNPROCESSABLE_ENTITY
    log.append([entry(7)])
    assert outside.add_checkpoint(request(log, 6)).status == HTTPStatus.OK


def test_a_log_that_was_put_back_gets_no_cosignature(tmp_path: Path) -> None:
    log, outside = log_of(6), witness(tmp_path)
    outside.add_checkpoint(request(log, 0))
    put_back = Submission(6, (), parse_note(log.checkpoint(4))).encode()
    assert outside.add_checkpoint(put_back).status == HTTPStatus.BAD_REQUEST
    assert outside.add_checkpoint(request(log, 4, 4)).status == HTTPStatus.CONFLICT


def test_the_memory_outlives_the_witness(tmp_path: Path) -> None:
    log = log_of(6)
    witness(tmp_path).add_checkpoint(request(log, 0))
    assert witness(tmp_path).add_checkpoint(request(log, 0)).status == HTTPStatus.CONFLICT


def test_unknown_logs_and_unknown_keys_are_turned_away(tmp_path: Path) -> None:
    outside = witness(tmp_path)
    stranger = Log([entry(0)], make_signer("stranger.example", bytes(32)))
    impostor = Log([entry(0)], make_signer(ORIGIN, bytes(32)))
    assert outside.add_checkpoint(request(stranger, 0)).status == HTTPStatus.NOT_FOUND
    assert outside.add_checkpoint(request(impostor, 0)).status == HTTPStatus.FORBIDDEN
    false = log_of(2).checkpoint().replace(b"\n2\n", b"\n1\n")
    assert outside.add_checkpoint(b"old 0\n\n" + false).status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"new 0\n\n",
        b"old\n\n",
        b"old 01\n\n",
        b"old 0\nAAAA\n\n",
        b"old 0\n" + b"A" * 43 + b"=\n" * 64 + b"\n",
    ],
)
def test_what_is_no_request_is_a_bad_one(tmp_path: Path, head: bytes) -> None:
    assert witness(tmp_path).add_checkpoint(head + log_of(1).checkpoint()).status == HTTPStatus.BAD_REQUEST


def test_a_note_that_is_no_checkpoint_is_a_bad_request(tmp_path: Path) -> None:
    raw = b"old 0\n\n" + SIGNER.sign("good morning\n").encode()
    assert witness(tmp_path).add_checkpoint(raw).status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(
    "altered", [b"nothing", b"\xff", b"another.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"]
)
def test_a_memory_that_was_altered_is_no_fresh_start(tmp_path: Path, altered: bytes) -> None:
    log, outside = log_of(6), witness(tmp_path)
    outside.add_checkpoint(request(log, 0))
    (remembered,) = [path for path in tmp_path.iterdir() if path.suffix == ""]
    remembered.write_bytes(altered)
    with pytest.raises(LedgerDamaged, match="remembers"):
        outside.add_checkpoint(request(log, 0))
