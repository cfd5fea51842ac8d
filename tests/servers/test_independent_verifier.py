"""Somebody else's code judges our ledger: Go's golang.org/x/mod/sumdb accepts it, and refuses it altered.

The program in `sumdb/` is built with the Go and the library of the distribution, without any network.
"""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.ledger.database import publisher, say_many
from tests.ledger.logs import SIGNER, entry

from mithaq.ledger import queries
from mithaq.ledger.note import Ed25519Signer, make_signer, parse_note
from mithaq.ledger.tree import consistency_proof, inclusion_proof, tree_root

pytestmark = [pytest.mark.server, pytest.mark.django_db]

PROGRAM = Path(__file__).parent / "sumdb" / "main.go"
SIZE = 1_000
PROOFS = 300
CHOICE = random.Random(20260921)  # noqa: S311  # which leaves are asked for, not a secret


@dataclass(frozen=True, slots=True)
class Inclusion:
    """An inclusion proof, as the program reads it."""

    size: int
    root: bytes
    index: int
    leaf: bytes
    proof: Sequence[bytes]

    def asked(self) -> dict[str, Any]:
        return {
            "Size": self.size,
            "Root": text(self.root),
            "Index": self.index,
            "Leaf": text(self.leaf),
            "Proof": [text(one) for one in self.proof],
        }


@dataclass(frozen=True, slots=True)
class Consistency:
    """A consistency proof, as the program reads it."""

    size: int
    root: bytes
    old_size: int
    old_root: bytes
    proof: Sequence[bytes]

    def asked(self) -> dict[str, Any]:
        return {
            "Size": self.size,
            "Root": text(self.root),
            "OldSize": self.old_size,
            "OldRoot": text(self.old_root),
            "Proof": [text(one) for one in self.proof],
        }


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def flipped(raw: bytes) -> bytes:
    at = CHOICE.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << CHOICE.randrange(8)]) + raw[at + 1 :]


def one_flipped(proof: Sequence[bytes]) -> list[bytes]:
    at = CHOICE.randrange(len(proof))
    return [*proof[:at], flipped(proof[at]), *proof[at + 1 :]]


@pytest.fixture(scope="session")
def sumdb(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """Give the judge: it answers what it accepts."""
    place = tmp_path_factory.mktemp("sumdb")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "GOCACHE": str(place / "cache"),
        # Debian's packages lie in a GOPATH. Module mode, or flags that somebody set, would ask the network.
        "GOPATH": "/usr/share/gocode",
        "GO111MODULE": "off",
        "GOFLAGS": "",
        "GOPROXY": "off",
    }
    build = ["go", "build", "-o", str(place / "sumdb"), str(PROGRAM)]
    done = subprocess.run(build, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\nRun tests/servers/install."

    def judge(key: str = SIGNER.verifier.vkey(), **asked: Sequence[Any]) -> dict[str, Any]:
        question = json.dumps({"Key": key, **asked})
        answered = subprocess.run(
            [str(place / "sumdb")], input=question, capture_output=True, text=True, check=False
        )
        assert answered.returncode == 0, answered.stderr
        answer: dict[str, Any] = json.loads(answered.stdout)
        return answer

    return judge


@pytest.fixture
def note(tmp_path: Path) -> str:
    """Give the checkpoint of a thousand acts in the database, as it was published."""
    say_many(SIZE)
    signed = publisher(tmp_path).publish()
    assert signed is not None
    return bytes(signed.note).decode()


def test_it_reads_our_checkpoint_and_comes_to_the_same_root(
    note: str, sumdb: Callable[..., dict[str, Any]]
) -> None:
    entries = [text(entry(number)) for number in range(SIZE)]
    answer = sumdb(Notes=[note], Entries=entries)
    root = text(tree_root(SIZE, queries.reader(SIZE)))
    assert (answer["Notes"], answer["Size"], answer["Root"]) == ([True], SIZE, root)
    assert answer["Computed"] == root


def signed_by(signer: Ed25519Signer, note: str) -> str:
    return signer.sign(parse_note(note.encode()).text).encode().decode()


def test_it_refuses_altered_checkpoints(note: str, sumdb: Callable[..., dict[str, Any]]) -> None:
    head, _, signature = note.partition("\n\n")
    altered = [
        f"{head[:at]}{'A' if head[at] != 'A' else 'B'}{head[at + 1 :]}\n\n{signature}"
        for at in range(len(head))
    ]
    altered += [
        note.replace(str(SIZE), str(SIZE + 1), 1),
        note.rsplit("— ", 1)[0],
        head + "\n",
        signed_by(make_signer(SIGNER.name, bytes(32)), note),
        signed_by(make_signer("another.example/log", bytes(range(32))), note),
    ]
    answer = sumdb(Notes=altered)
    assert answer["Notes"] == [False] * len(altered)
    assert len(altered) > 80


def altered_inclusion(number: int, one: Inclusion) -> Inclusion:
    return [
        lambda: replace(one, leaf=flipped(one.leaf)),
        lambda: replace(one, root=flipped(one.root)),
        lambda: replace(one, proof=one_flipped(one.proof)),
        lambda: replace(one, proof=one.proof[:-1]),
        lambda: replace(one, proof=[*one.proof, one.proof[-1]]),
        lambda: replace(one, index=(one.index + CHOICE.randrange(1, SIZE)) % SIZE),
    ][number % 6]()


def altered_consistency(number: int, one: Consistency) -> Consistency:
    return [
        lambda: replace(one, old_root=flipped(one.old_root)),
        lambda: replace(one, root=flipped(one.root)),
        lambda: replace(one, proof=one_flipped(one.proof)),
        lambda: replace(one, proof=one.proof[:-1]),
        lambda: replace(one, proof=[*one.proof, one.proof[-1]]),
    ][number % 5]()


def test_it_accepts_300_inclusion_proofs_and_refuses_each_altered(
    note: str, sumdb: Callable[..., dict[str, Any]]
) -> None:
    assert note
    read = queries.reader(SIZE)
    root = tree_root(SIZE, read)
    indexes = CHOICE.sample(range(SIZE), PROOFS)
    leaves = queries.leaf_hashes(0, SIZE)
    proofs = [
        Inclusion(SIZE, root, index, leaves[index], inclusion_proof(index, SIZE, read)) for index in indexes
    ]
    false = [altered_inclusion(number, one) for number, one in enumerate(proofs)]
    answer = sumdb(Inclusion=[one.asked() for one in (*proofs, *false)])
    assert answer["Inclusion"] == [True] * PROOFS + [False] * PROOFS


def test_it_accepts_300_consistency_proofs_and_refuses_each_altered(
    note: str, sumdb: Callable[..., dict[str, Any]]
) -> None:
    assert note
    proofs = []
    for _ in range(PROOFS):
        old, new = sorted(CHOICE.sample(range(1, SIZE + 1), 2))
        read = queries.reader(new)
        old_root = tree_root(old, queries.reader(old))
        proofs.append(
            Consistency(new, tree_root(new, read), old, old_root, consistency_proof(old, new, read))
        )
    false = [altered_consistency(number, one) for number, one in enumerate(proofs)]
    answer = sumdb(Consistency=[one.asked() for one in (*proofs, *false)])
    assert answer["Consistency"] == [True] * PROOFS + [False] * PROOFS
