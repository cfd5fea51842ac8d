"""Notes and checkpoints: who signed is known, who did not is told, and nothing else gets through."""

from __future__ import annotations

import pytest
from tests.ledger.logs import NOW, ORIGIN, SIGNER, TRUST, Log, entry, log_of, witness_signer

from mithaq.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from mithaq.ledger.cosignature import (
    ED25519_COSIGNATURE,
    ML_DSA_44_COSIGNATURE,
    cosigned_at,
    parse_cosignature_signer,
    parse_cosigner,
)
from mithaq.ledger.errors import BadFormat, BadSignature
from mithaq.ledger.note import (
    MAX_SIGNATURES,
    Note,
    Signature,
    make_signer,
    open_note,
    parse_note,
    parse_signer,
    parse_verifier,
    verified_by,
    write_vkey,
)
from mithaq.ledger.text import to_base64
from mithaq.ledger.tree import EMPTY_ROOT

OTHER = make_signer("other.example/log", bytes(32))
TEXT = "أوّل سطر\nsecond line\n"


def test_a_note_is_read_back_as_it_was_signed() -> None:
    raw = SIGNER.sign(TEXT).encode()
    note = open_note(raw, [SIGNER.verifier])
    assert note.text == TEXT
    assert note.encode() == raw
    assert raw.startswith(TEXT.encode() + b"\n\xe2\x80\x94 " + ORIGIN.encode() + b" ")


def test_the_text_may_hold_empty_lines_since_the_last_one_separates() -> None:
    text = "one\n\n\ntwo\n"
    assert open_note(SIGNER.sign(text).encode(), [SIGNER.verifier]).text == text


@pytest.mark.parametrize("text", ["", "no newline", "a\ttab\n", "return\r\n", "zero\0\n"])
def test_text_that_no_note_may_hold_is_not_signed(text: str) -> None:
    with pytest.raises(BadFormat):
        SIGNER.sign(text)


def test_an_altered_text_is_a_false_signature() -> None:
    raw = SIGNER.sign(TEXT).encode().replace(b"second", b"third!")
    with pytest.raises(BadSignature, match="false"):
        open_note(raw, [SIGNER.verifier])


def test_signatures_of_unknown_keys_are_left_aside() -> None:
    note = OTHER.sign(TEXT).signed_also(*SIGNER.sign(TEXT).signatures)
    assert verified_by(note, [SIGNER.verifier]) == [SIGNER.verifier]
    with pytest.raises(BadSignature, match="none of the trusted keys"):
        open_note(OTHER.sign(TEXT).encode(), [SIGNER.verifier])


def test_a_key_of_the_same_name_is_another_key() -> None:
    impostor = make_signer(ORIGIN, bytes(32))
    with pytest.raises(BadSignature, match="none of the trusted keys"):
        open_note(impostor.sign(TEXT).encode(), [SIGNER.verifier])


def test_one_false_signature_of_a_known_key_spoils_a_note_with_good_ones() -> None:
    false = Signature(OTHER.name, OTHER.verifier.key_id, bytes(64))
    note = SIGNER.sign(TEXT).signed_also(false)
    with pytest.raises(BadSignature, match=r"other\.example/log"):
        open_note(note.encode(), [SIGNER.verifier, OTHER.verifier])


def test_more_signatures_than_the_limit_are_refused_and_sixteen_are_not() -> None:
    one = SIGNER.sign(TEXT).signatures[0]
    assert open_note(Note(TEXT, (one,) * 16).encode(), [SIGNER.verifier]).text == TEXT
    with pytest.raises(BadFormat, match="more than"):
        parse_note(Note(TEXT, (one,) * (MAX_SIGNATURES + 1)).encode())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nnot a signature\n",
        b"text\n\n- name AAAAAAA=\n",
        "text\n\n— name\n".encode(),
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n—  AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAA==\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name !!!!\n".encode(),
        "text\n\n— name AAAAAAA=".encode(),
        b"\xff\n\n" + "— name AAAAAAA=\n".encode(),
        "te\x01xt\n\n— name AAAAAAA=\n".encode(),
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused_as_such(raw: bytes) -> None:
    with pytest.raises(BadFormat):
        parse_note(raw)


def test_keys_are_read_back_as_they_were_written() -> None:
    assert parse_verifier(SIGNER.verifier.vkey()) == SIGNER.verifier
    assert parse_signer(SIGNER.skey()) == SIGNER
    assert to_base64(SIGNER.seed) not in repr(SIGNER)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "name",
        "name+00000000",
        "+00000000+AQAA",
        "na me+00000000+AQAA",
        "name+00000000+AQ==",
        "name+zzzzzzzz+AQAA",
        write_vkey("name", 0x01, bytes(31)),
        write_vkey("name", 0x04, bytes(32)),
        SIGNER.verifier.vkey().replace(ORIGIN, "other.example"),
    ],
)
def test_what_is_no_public_key_of_a_log_is_refused(key: str) -> None:
    with pytest.raises(BadFormat):
        parse_verifier(key)


@pytest.mark.parametrize(
    "key", ["", SIGNER.verifier.vkey(), SIGNER.skey()[:-8] + "AAAAAAA=", "PRIVATE+KEY+a+b"]
)
def test_what_is_no_private_key_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(BadFormat) as refused:
        parse_signer(key)
    assert not key or key not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "seed"), [("", bytes(32)), ("two words", bytes(32)), ("a+b", bytes(32)), ("a", b"")]
)
def test_no_key_is_made_under_a_name_that_no_note_can_hold(name: str, seed: bytes) -> None:
    with pytest.raises(BadFormat):
        make_signer(name, seed)


def test_a_checkpoint_names_log_size_and_root() -> None:
    log = log_of(5)
    checkpoint, note = open_checkpoint(log.checkpoint(), TRUST.keys, origin=ORIGIN)
    assert checkpoint == Checkpoint(ORIGIN, 5, log.root())
    assert note.text.splitlines() == [ORIGIN, "5", to_base64(log.root())]


def test_a_checkpoint_of_another_log_is_refused_even_under_a_known_key() -> None:
    foreign = Checkpoint("other.example/log", 0, EMPTY_ROOT).signed(SIGNER).encode()
    with pytest.raises(BadSignature, match="not of"):
        open_checkpoint(foreign, TRUST.keys, origin=ORIGIN)


def test_extension_lines_of_other_logs_are_kept() -> None:
    text = Checkpoint("o", 1, bytes(32), ("more",)).text()
    assert parse_checkpoint(text).extensions == ("more",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n01\n{to_base64(bytes(32))}\n",
        f"o\n-1\n{to_base64(bytes(32))}\n",
        f"o\n1_0\n{to_base64(bytes(32))}\n",
        f"o\n٣\n{to_base64(bytes(32))}\n",
        f"o\n9223372036854775808\n{to_base64(bytes(32))}\n",
        f"o\n0\n{to_base64(bytes(32))}\n",
        f"o\n1\n{to_base64(bytes(31))}\n",
        f"o\n1\n{to_base64(bytes(32))}\n\n",
        f"o\n1\n{to_base64(bytes(32))}",
        f"\n1\n{to_base64(bytes(32))}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadFormat):
        parse_checkpoint(text)


@pytest.mark.parametrize("kind", [ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE])
def test_a_cosignature_says_who_saw_the_checkpoint_and_when(kind: int) -> None:
    signer = witness_signer(kind=kind)
    note = parse_note(log_of(3).checkpoint())
    cosigned = note.signed_also(signer.cosign(note.text, 1_790_000_000))
    assert cosigned_at(parse_note(cosigned.encode()), [signer.cosigner]) == {signer.name: 1_790_000_000}
    assert cosigned_at(note, [signer.cosigner]) == {}
    assert parse_cosigner(signer.cosigner.vkey()) == signer.cosigner
    assert parse_cosignature_signer(signer.skey()) == signer
    assert to_base64(signer.seed) not in repr(signer)


@pytest.mark.parametrize("kind", [ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE])
def test_a_cosignature_of_another_time_or_checkpoint_is_false(kind: int) -> None:
    signer = witness_signer(kind=kind)
    note = parse_note(log_of(3).checkpoint())
    right = signer.cosign(note.text, 1_790_000_000)
    later = Signature(right.name, right.key_id, (1_790_000_001).to_bytes(8) + right.body[8:])
    beyond = Signature(right.name, right.key_id, b"\xff" + right.body[1:])
    short = Signature(right.name, right.key_id, right.body[:20])
    longer = parse_note(Log([entry(n) for n in range(4)]).checkpoint()).signed_also(right)
    for false in (note.signed_also(later), note.signed_also(beyond), note.signed_also(short), longer):
        with pytest.raises(BadSignature):
            cosigned_at(false, [signer.cosigner])


def test_the_message_that_an_ed25519_witness_signs_is_the_documented_one() -> None:
    signer = witness_signer()
    text = parse_note(log_of(1).checkpoint()).text
    moment = int(NOW.timestamp())
    as_note_key = make_signer("x", signer.seed)
    documented = as_note_key.sign(f"cosignature/v1\ntime {moment}\n{text}").signatures[0].body
    assert signer.cosign(text, moment).body[8:] == documented


@pytest.mark.parametrize("key", ["", SIGNER.verifier.vkey(), write_vkey("name", 0x06, bytes(32))])
def test_what_is_no_key_of_a_witness_is_refused(key: str) -> None:
    with pytest.raises(BadFormat):
        parse_cosigner(key)
    with pytest.raises(BadFormat):
        parse_cosignature_signer(key)
